"""The embedded engine: a folder that holds a Whoosh index with our codec (`indexer.columnar`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from indexer.columnar.arrays import Ints
from indexer.columnar.counting import facet_counts
from indexer.columnar.evaluate import Evaluator
from indexer.columnar.records import UNDATED
from indexer.columnar.segment import Segment
from indexer.columnar.snapshot import Snapshot
from indexer.columnar.writer import IndexWriter, create_index
from indexer.engines.base import FACETS, Ranked, Ranking
from indexer.errors import EngineError
from indexer.models import Article, IndexStats, Query, Sort, VerifyReport
from indexer.restore import update_model

LANGUAGE = "language"  # the attachment that holds the syllable model
# Articles of one commit that the model reads: all of them would cost more than indexing does.
_LANGUAGE_ARTICLES = 1500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@contextmanager
def _explained(location: str) -> Iterator[None]:
    """Errors of the file system (no space, no permission) as errors of the index."""
    try:
        yield
    except OSError as error:
        raise EngineError(location, error.strerror or str(error)) from error


class WhooshWriter:
    """One transaction on a `WhooshEngine` (see `base.Writer`)."""

    def __init__(self, engine: WhooshEngine, *, memory_mb: int) -> None:
        self._engine = engine
        with _explained(engine.location):
            self._inner = IndexWriter(Path(engine.location), memory_mb=memory_mb)

    def __enter__(self) -> WhooshWriter:
        return self

    def __exit__(self, kind: object = None, *rest: object) -> None:
        try:
            if kind is None:
                self._commit()
        finally:
            self._inner.close()
        if kind is None:
            self._engine.refresh()

    def add(self, article: Article, *, group: str = "") -> None:
        with _explained(self._engine.location):
            self._inner.add(article, group=group)

    def remove(self, id: str) -> bool:
        return self._inner.remove(id)

    def attach(self, name: str, data: bytes) -> None:
        with _explained(self._engine.location):
            self._inner.attach(name, data)

    def commit(self) -> None:
        self._commit()
        self._engine.refresh()

    def _commit(self) -> None:
        with _explained(self._engine.location):
            self._inner.flush()
            if fresh := self._inner.fresh():
                # The model of the language grows with the articles, from their token numbers.
                old = self._inner.attachment(LANGUAGE)
                self._inner.attach(LANGUAGE, update_model(old, _sampled(fresh)))
            self._inner.commit()


class _Sample:
    """The first articles of a segment: what the model of the language reads of it."""

    def __init__(self, segment: Segment, n: int) -> None:
        self.n = n
        self.exact = segment.exact
        self.exact_tokens_of = segment.exact_tokens_of
        self.head = segment.head


def _sampled(segments: Sequence[Segment]) -> list[_Sample]:
    samples = []
    left = _LANGUAGE_ARTICLES
    for segment in segments:
        samples.append(_Sample(segment, min(left, segment.n)))
        left -= samples[-1].n
    return [sample for sample in samples if sample.n]


class _View:
    """A snapshot and its evaluator: what one search sees from beginning to end."""

    def __init__(self, folder: Path, known: _View | None = None) -> None:
        old = known.snapshot if known else None
        self.snapshot: Snapshot = Snapshot(folder, known=old)
        self.evaluator = Evaluator(self.snapshot.parts, known=known.evaluator if known else None)


class WhooshEngine:
    """An open index folder (see `base.Engine`). Searching is safe from several threads.

    memory_mb  about how much memory a writer may take for what is not yet on the disk
    """

    def __init__(self, folder: Path, *, create: bool, memory_mb: int = 512) -> None:
        self.location = str(folder)
        self._memory_mb = memory_mb
        with _explained(self.location):
            if create:
                create_index(folder)
            self._view = _View(folder)

    def __len__(self) -> int:
        return self._view.snapshot.count

    @property
    def generation(self) -> int:
        return self._view.snapshot.generation

    def refresh(self) -> bool:
        view = self._view
        if view.snapshot.is_newest():
            return False
        with _explained(self.location):
            self._view = _View(view.snapshot.folder, known=view)
        return True

    def writer(self) -> WhooshWriter:
        return WhooshWriter(self, memory_mb=self._memory_mb)

    def sources(self) -> Mapping[str, tuple[str, str]]:
        heads = (part.segment.head(local) for part, local in self._view.snapshot.living())
        return {h["id"]: (h.get("source", ""), h.get("fingerprint", "")) for h in heads}

    def attachment(self, name: str) -> bytes | None:
        with _explained(self.location):
            return self._view.snapshot.attachment(name)

    def number(self, id: str) -> int:
        return self._view.snapshot.find(id)

    def article(self, number: int) -> Article:
        return self._view.snapshot.article(number)

    def head(self, number: int) -> Article:
        """The article without lead, body, captions and removals: quick, for lists of results."""
        return self._view.snapshot.head(number)

    def duplicates(self, number: int) -> Sequence[int]:
        return self._view.snapshot.group(number)

    def search(
        self,
        query: Query,
        *,
        offset: int = 0,
        limit: int = 10,
        sort: Sort = Sort.RELEVANCE,
        filters: Mapping[str, Sequence[str]] | None = None,
        facets: Iterable[str] = (),
        time_limit_s: float | None = None,
        reading: Sequence[str] = (),
    ) -> Ranking:
        found = self._view.evaluator.search(
            query,
            reading=reading or None,
            offset=offset,
            limit=limit,
            sort=sort,
            filters=filters,
            facets=facets,
            time_limit_s=time_limit_s,
        )
        return Ranking(
            total=found.total,
            groups=found.groups,
            hits=tuple(Ranked(hit.number, hit.score, hit.duplicates) for hit in found.hits),
            facets=found.facets,
            relaxed=found.relaxed,
            timed_out=found.timed_out,
        )

    def count(self, query: Query) -> int:
        return self._view.evaluator.count(query)

    def vocabulary(self) -> Mapping[str, int]:
        counts: Counter[str] = Counter()
        for part in self._view.snapshot.parts:
            words = part.segment.words
            df: Ints = words.df
            if part.live is not None:
                lists = words.lists(0, len(words))
                of_posting = np.repeat(np.arange(len(words)), lists.counts)
                df = np.bincount(of_posting[part.live[lists.docs]], minlength=len(words))
            for form, count in zip(part.segment.exact.all(), df.tolist(), strict=True):
                if count:
                    counts[form] += count
        return counts

    def stats(self) -> IndexStats:
        view = self._view
        snapshot = view.snapshot
        oldest, newest = [], []
        for part in snapshot.parts:
            published = part.segment.published
            known = published != UNDATED
            if part.live is not None:
                known &= part.live
            if known.any():
                oldest.append(int(published[known].min()))
                newest.append(int(published[known].max()))
        masks = [part.everything() for part in view.evaluator.parts]
        return IndexStats(
            articles=snapshot.count,
            generation=snapshot.generation,
            size_bytes=snapshot.size_bytes,
            modified=datetime.fromisoformat(snapshot.toc.committed),
            oldest=_EPOCH + timedelta(microseconds=min(oldest)) if oldest else None,
            newest=_EPOCH + timedelta(microseconds=max(newest)) if newest else None,
            by=facet_counts(view.evaluator.parts, masks, FACETS),
        )

    def verify(self) -> VerifyReport:
        snapshot = self._view.snapshot
        with _explained(self.location):
            problems = tuple(snapshot.problems())
        return VerifyReport(len(snapshot.toc.files()), snapshot.count, problems)
