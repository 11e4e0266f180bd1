"""Writing articles: add, replace, remove, attach, commit."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zlib import compress, crc32

import numpy as np

from indexer.columnar.arrays import U64, Bools
from indexer.columnar.files import Files
from indexer.columnar.gathering import Gatherer, Grouping, Segments
from indexer.columnar.held import Held
from indexer.columnar.lock import WriteLock
from indexer.columnar.memory import give_back
from indexer.columnar.postings import MAX_ARTICLES
from indexer.columnar.records import hash_of
from indexer.columnar.segment import Segment
from indexer.columnar.snapshot import Snapshot
from indexer.columnar.tiers import TOO_MANY, choose
from indexer.columnar.toc import (
    NAME,
    AttachmentEntry,
    Toc,
    latest_generation,
    segment_file,
    sweep,
    write_toc,
)
from indexer.models import Article


def create_index(folder: Path, files: Files | None = None) -> None:
    """Make an empty index in the folder, unless there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    if latest_generation(folder) >= 0:
        return
    lock = WriteLock(folder)
    try:
        if latest_generation(folder) < 0:
            write_toc(folder, files or Files(), Toc(0, committed=_now()))
    finally:
        lock.release()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


# Measured: what a process takes before it has an article (Python, numpy, tables, a batch), and the
# memory that it takes to write a segment, in parts of what the articles took.
_PROCESS_MB = 90
_TO_WRITE = 0.85
_SAMPLE = 1 << 16  # bytes of an attachment that tell whether to compress it
_PACKING = 6  # zlib's level: a fifth less than with 1
_WORKER_MB = 160  # with less for each, more processes make many small segments and are no faster
_LEAST_MB = 16  # less would make very many segments
_KEPT_BYTES = 1000  # for each article that was added: sketches, ids, titles
_MERGED_BYTES = 5000  # that merging takes for each article of the segment that is made


def _budget(memory_mb: int, workers: int) -> int:
    """Bytes that the growing segments of all processes may take."""
    each = (memory_mb / workers - _PROCESS_MB) / (1 + _TO_WRITE)
    return int(max(_LEAST_MB, each) * workers) << 20


def _most_merged(memory_mb: int, processes: int) -> int:
    """Articles that each of so many processes may merge into one segment at a time."""
    each = int(max(_LEAST_MB, memory_mb / processes - _PROCESS_MB)) << 20
    return min(MAX_ARTICLES, each // _MERGED_BYTES)


class IndexWriter:
    """One transaction after another, until it is closed. Leaving the `with` block commits; an
    exception inside it discards what was not committed.

    memory_mb  about how much memory all processes may take together (see `_budget`)
    workers    processes that build segments, this one included: at most one for `_WORKER_MB` of
               the memory; the others start when there is enough for them to do
    grouping   gives their groups to articles that are added without one, and is told of those
               that are removed
    Raises `IndexLockedError` while another writer is open, `IndexNotFoundError` without an index.
    """

    def __init__(
        self,
        folder: Path,
        *,
        memory_mb: int = 512,
        workers: int = 1,
        grouping: Grouping | None = None,
        files: Files | None = None,
    ) -> None:
        self._folder = folder
        self._files = files or Files()
        self._grouping = grouping
        self._memory_mb = memory_mb
        self._workers = workers = max(1, min(workers, memory_mb // _WORKER_MB))
        self._fresh: set[str] = set()  # files begun since the commit
        self._lock = WriteLock(folder)
        try:
            self._begin(Snapshot(folder))
            sweep(self._folder, self._files, self._base.toc)
        except BaseException:
            self._lock.release()
            raise
        self._gatherer = Gatherer(
            folder,
            self._files,
            most_bytes=_budget(memory_mb, workers),
            workers=workers,
            grouping=grouping,
            replace=self._replace,
            adopt=self._adopt,
            begun=self._fresh,
        )

    def _begin(self, base: Snapshot) -> None:
        self._base = base
        self._held = [
            Held(part.segment, part.entry.name, part.entry.deleted) for part in base.parts
        ]
        self._numbers: dict[str, int] = {}  # of fresh segments, by name
        self._others = tuple(s for s in base.toc.segments if s.kind != "articles")
        self._attachments = dict(base.toc.attachments)
        self._changed = False

    def __enter__(self) -> IndexWriter:
        return self

    def __exit__(self, kind: object = None, *rest: object) -> None:
        try:
            if kind is None:
                self.commit()
        finally:
            self.close()

    def add(self, article: Article, *, group: str | None = None) -> None:
        """Store an article; one with the same id is replaced. `group`: near copies share it."""
        self._changed = True
        self._gatherer.add(article, group)

    def remove(self, id: str) -> bool:
        """Take an article out; whether it was there."""
        if self._grouping is not None:
            self._grouping.remove(id)
        added = self._gatherer.remove(id)
        return bool(self._replace([id], np.array([hash_of(id)], dtype=np.uint64))) or added

    def _replace(self, ids: Sequence[str], hashes: U64) -> int:
        """Delete the articles of these ids from all segments; how many there were."""
        count = sum(len(held.delete_all(ids, hashes)) for held in self._held)
        self._changed |= count > 0
        return count

    def _adopt(self, held: Held, number: int) -> None:
        self._held.append(held)
        self._numbers[held.name] = number

    def attach(self, name: str, data: bytes) -> None:
        """Keep a named blob with this commit, compressed where that saves a tenth or more
        of its beginning."""
        start = data[:_SAMPLE]
        packed = len(compress(start, 1)) < 0.9 * len(start)
        if packed:
            data = compress(data, _PACKING)
        file = f"attachment_{_random_name()}.bin"
        self._fresh.add(file)
        out = self._files.create(self._folder / file)
        try:
            self._files.write(out, data)
            self._files.finish(out)
        finally:
            out.close()
        self._attachments[name] = AttachmentEntry(file, len(data), crc32(data), packed)
        self._changed = True

    def commit(self, *, optimize: bool = False) -> None:
        """Make all so far durable and visible, and go on in a new transaction.

        optimize  merge into as few segments as possible
        """
        self.flush()
        added = sum(held.alive for held in self._held if segment_file(held.name) in self._fresh)
        self._merge(added, optimize)
        if not self._changed:
            return
        toc = Toc(
            generation=self._base.generation + 1,
            segments=(*(held.entry() for held in self._held), *self._others),
            attachments=self._attachments,
            committed=_now(),
            schema=self._base.toc.schema,
        )
        self._files.sync_folder(self._folder)
        write_toc(self._folder, self._files, toc)
        self._fresh.clear()
        self._begin(Snapshot(self._folder, known=self._base))
        sweep(self._folder, self._files, toc)

    def close(self) -> None:
        """Discard what was not committed and let other writers in."""
        self._gatherer.close()
        if latest_generation(self._folder) == self._base.generation:
            # Otherwise the commit happened, though what came after it failed: keep its files.
            for file in self._fresh:
                self._files.remove(self._folder / file)
        self._fresh.clear()
        self._lock.release()

    def flush(self, *, wait: bool = True) -> None:
        """Write what was added as segments, not yet part of the index; or go on with it as far as
        that can be done without waiting for other processes."""
        self._gatherer.flush(wait=wait)
        # Which was written first is chance; what is merged must not be.
        self._held.sort(key=lambda held: self._numbers.get(held.name, 0))

    def fresh(self) -> list[Segment]:
        """The segments written since the last commit, in order: new articles, each once."""
        return [held.segment for held in self._held if segment_file(held.name) in self._fresh]

    def segments(self) -> list[Segment]:
        """All segments that the next commit will have, those of `fresh` included."""
        return [held.segment for held in self._held]

    def attachment(self, name: str) -> bytes | None:
        """A blob of the last commit, None where there is none of this name."""
        return self._base.attachment(name)

    def _merge(self, added: int, optimize: bool) -> None:
        """Merge what `tiers` chooses: several merges at a time, or, where that leaves too many
        segments, one after the other with all the memory."""
        if not optimize:
            self._merge_by(self._workers, added, optimize)
        if optimize or len(self._held) >= TOO_MANY:
            self._merge_by(1, added, optimize)

    def _merge_by(self, processes: int, added: int, optimize: bool) -> None:
        most = _most_merged(self._memory_mb, processes)
        most = max(most // 2, most - added * _KEPT_BYTES // _MERGED_BYTES // processes)
        while plans := self._plans(processes, added, optimize, most):
            self._changed = True
            if processes == 1:
                self._gatherer.end_crew()
            merges: list[tuple[Path, Segments]] = []
            merged: dict[int, str] = {}  # the first place of a plan → the name of its segment
            for plan in plans:
                if any(self._held[place].alive for place in plan):
                    name = merged[min(plan)] = f"{NAME}_{_random_name()}"
                    path = self._folder / segment_file(name)
                    self._fresh.add(path.name)
                    merges.append((path, [_living(self._held[place]) for place in plan]))
            self._gatherer.merge(merges)
            give_back()
            gone = {place for plan in plans for place in plan}
            kept = []
            for place, held in enumerate(self._held):
                if place in merged:
                    name = merged[place]
                    kept.append(Held(Segment(self._folder / segment_file(name)), name))
                if place not in gone:
                    kept.append(held)
            for place in gone:
                file = segment_file(self._held[place].name)
                if file in self._fresh:
                    self._files.remove(self._folder / file)
                    self._fresh.discard(file)
            self._held = kept

    def _plans(self, count: int, added: int, optimize: bool, most: int) -> list[tuple[int, ...]]:
        """The places of segments to merge into one each, so many that can be done at a time."""
        places = list(range(len(self._held)))
        plans: list[tuple[int, ...]] = []
        while len(plans) < count:
            sizes = [(self._held[i].segment.n, self._held[i].alive) for i in places]
            chosen = choose(sizes, added, optimize=optimize, most=most)
            if not chosen:
                break
            plans.append(tuple(places[i] for i in chosen))
            places = [place for place in places if place not in plans[-1]]
        return plans


def _living(held: Held) -> tuple[Segment, Bools | None]:
    return held.segment, None if held.deleted is None else ~held.deleted


def _random_name() -> str:
    return secrets.token_hex(8)
