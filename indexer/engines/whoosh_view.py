"""One commit of an embedded index, for reading: nothing in it changes any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np

from indexer.columnar.arrays import Ints
from indexer.columnar.counting import facet_counts
from indexer.columnar.evaluate import Evaluator
from indexer.columnar.explain import Explanation, explain
from indexer.columnar.records import UNDATED
from indexer.columnar.similar import similar
from indexer.columnar.snapshot import Snapshot
from indexer.engines.base import FACETS, Ranking
from indexer.engines.whoosh_language import IndexLanguage
from indexer.errors import EngineError
from indexer.models import Article, IndexStats, Query, Range, Sort, VerifyReport

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@contextmanager
def explained(location: str) -> Iterator[None]:
    """Errors of the file system (no space, no permission) as errors of the index."""
    try:
        yield
    except OSError as error:
        raise EngineError(location, error.strerror or str(error)) from error


class WhooshView:
    """A snapshot and its evaluator (see `base.View`): what one search sees from beginning to end.

    known  the view of an older commit: what both share is not opened again
    """

    def __init__(self, folder: Path, known: WhooshView | None = None) -> None:
        old = known.snapshot if known else None
        self.location = str(folder)
        self.snapshot: Snapshot = Snapshot(folder, known=old)
        parts = self.snapshot.parts
        self.evaluator: Evaluator = Evaluator(parts, known=known.evaluator if known else None)

    def __len__(self) -> int:
        return self.snapshot.count

    @property
    def generation(self) -> int:
        return self.snapshot.generation

    @property
    def commit(self) -> str:
        return self.snapshot.commit

    def sources(self) -> Mapping[str, tuple[str, str]]:
        heads = (part.segment.head(local) for part, local in self.snapshot.living())
        return {h["id"]: (h.get("source", ""), h.get("fingerprint", "")) for h in heads}

    def attachment(self, name: str) -> bytes | None:
        with explained(self.location):
            return self.snapshot.attachment(name)

    def number(self, id: str) -> int:
        return self.snapshot.find(id)

    def article(self, number: int) -> Article:
        return self.snapshot.article(number)

    def heads(self, numbers: Iterable[int]) -> list[Article]:
        """Articles without lead, body, captions and removals: quick, for lists of results."""
        return self.snapshot.heads(numbers)

    def duplicates(self, number: int) -> Sequence[int]:
        return self.snapshot.group(number)

    def search(
        self,
        query: Query,
        *,
        offset: int = 0,
        limit: int = 10,
        sort: Sort = Sort.RELEVANCE,
        filters: Mapping[str, Sequence[str]] | None = None,
        period: Range | None = None,
        facets: Iterable[str] = (),
        time_limit_s: float | None = None,
        reading: Sequence[str] = (),
        recency_days: float | None = None,
        fold_copies: bool = True,
        relax: bool = True,
    ) -> Ranking:
        return self.evaluator.search(
            query,
            reading=reading or None,
            offset=offset,
            limit=limit,
            sort=sort,
            filters=filters,
            period=period,
            facets=facets,
            time_limit_s=time_limit_s,
            recency_days=recency_days,
            fold_copies=fold_copies,
            relax=relax,
        )

    def count(
        self,
        query: Query,
        *,
        filters: Mapping[str, Sequence[str]] | None = None,
        period: Range | None = None,
    ) -> int:
        return self.evaluator.count(query, filters=filters, period=period)

    def vocabulary(self) -> Mapping[str, int]:
        counts: Counter[str] = Counter()
        for part in self.snapshot.parts:
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

    def similar(self, number: int, *, limit: int = 5) -> list[tuple[int, float]]:
        return similar(self.evaluator, number, limit=limit)

    def explain(
        self,
        query: Query,
        number: int,
        *,
        reading: Sequence[str] = (),
        recency_days: float | None = None,
    ) -> Explanation:
        return explain(
            self.evaluator, query, number, reading=reading or None, recency_days=recency_days
        )

    def language(self) -> IndexLanguage:
        return self._language

    @cached_property
    def _language(self) -> IndexLanguage:
        return IndexLanguage(self.evaluator.parts)

    def stats(self) -> IndexStats:
        snapshot = self.snapshot
        oldest, newest = [], []
        for part in snapshot.parts:
            published = part.segment.published
            known = published != UNDATED
            if part.live is not None:
                known &= part.live
            if known.any():
                oldest.append(int(published[known].min()))
                newest.append(int(published[known].max()))
        everything = [np.flatnonzero(part.everything()) for part in self.evaluator.parts]
        return IndexStats(
            articles=snapshot.count,
            generation=snapshot.generation,
            size_bytes=snapshot.size_bytes,
            modified=datetime.fromisoformat(snapshot.toc.committed),
            oldest=_EPOCH + timedelta(microseconds=min(oldest)) if oldest else None,
            newest=_EPOCH + timedelta(microseconds=max(newest)) if newest else None,
            by=facet_counts(self.evaluator.parts, everything, FACETS),
        )

    def verify(self) -> VerifyReport:
        snapshot = self.snapshot
        with explained(self.location):
            problems = tuple(snapshot.problems())
        return VerifyReport(len(snapshot.toc.files()), snapshot.count, problems)
