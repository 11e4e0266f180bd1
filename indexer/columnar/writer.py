"""Writing articles: add, replace, remove, attach, commit."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zlib import crc32

import numpy as np

from indexer.columnar.arrays import Bools
from indexer.columnar.builder import SegmentBuilder
from indexer.columnar.files import Files
from indexer.columnar.lock import WriteLock
from indexer.columnar.merge import merge
from indexer.columnar.postings import MAX_ARTICLES
from indexer.columnar.records import hash_of
from indexer.columnar.segment import Segment
from indexer.columnar.snapshot import Snapshot
from indexer.columnar.tiers import choose
from indexer.columnar.toc import (
    NAME,
    AttachmentEntry,
    SegmentEntry,
    Toc,
    latest_generation,
    segment_file,
    write_toc,
)
from indexer.models import Article

# Files that a writer makes and that, unless a commit names them, one that died left behind.
_OURS = re.compile(
    rf"({NAME}_[0-9a-z]+\.tin|attachment_[0-9a-z]+\.bin|_{NAME}_[0-9]+\.toc(\.new)?)"
)


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


class _Held:
    """A segment that will be in the next commit, and what is deleted of it."""

    def __init__(self, segment: Segment, name: str, deleted: Bools | None) -> None:
        self.segment = segment
        self.name = name
        self.deleted = None if deleted is None else deleted.copy()

    def delete(self, local: int) -> None:
        if self.deleted is None:
            self.deleted = np.zeros(self.segment.n, dtype=bool)
        self.deleted[local] = True

    def find(self, id: str, wanted: int) -> int:
        for local in self.segment.find_id(wanted):
            gone = self.deleted is not None and self.deleted[local]
            if not gone and self.segment.head(local)["id"] == id:
                return local
        return -1

    @property
    def alive(self) -> int:
        return self.segment.n - (0 if self.deleted is None else int(self.deleted.sum()))

    def entry(self) -> SegmentEntry:
        return SegmentEntry(
            self.name, "articles", self.segment.n, self.segment.file.size_bytes, self.deleted
        )


class IndexWriter:
    """One transaction after another, until it is closed. Leaving the `with` block commits; an
    exception inside it discards what was not committed.

    memory_mb  about how much memory pending articles may take before they go to disk
    Raises `IndexLockedError` while another writer is open, `IndexNotFoundError` without an index.
    """

    def __init__(self, folder: Path, *, memory_mb: int = 512, files: Files | None = None) -> None:
        self._folder = folder
        self._files = files or Files()
        # Writing a segment takes about as much again as its articles; so does Python itself.
        self._limit = max(8, memory_mb // 5) << 20
        self._lock = WriteLock(folder)
        try:
            self._begin(Snapshot(folder))
            self._sweep(self._base.toc)
        except BaseException:
            self._lock.release()
            raise

    def _begin(self, base: Snapshot) -> None:
        self._base = base
        self._held = [
            _Held(part.segment, part.entry.name, part.entry.deleted) for part in base.parts
        ]
        self._others = tuple(s for s in base.toc.segments if s.kind != "articles")
        self._attachments = dict(base.toc.attachments)
        self._fresh: set[str] = set()  # files written since the commit
        self._changed = False
        self._renew()

    def _renew(self) -> None:
        self._builder = SegmentBuilder()
        self._pending: dict[str, int] = {}  # id → number in the builder
        self._dead: list[int] = []

    def __enter__(self) -> IndexWriter:
        return self

    def __exit__(self, kind: object = None, *rest: object) -> None:
        try:
            if kind is None:
                self.commit()
        finally:
            self.close()

    def add(self, article: Article, *, group: str = "") -> None:
        """Store an article; one with the same id is replaced. `group`: near copies share it."""
        self.remove(article.id)
        self._pending[article.id] = self._builder.add(article, group)
        self._changed = True
        if self._builder.size_bytes > self._limit or len(self._builder) >= MAX_ARTICLES:
            self.flush()

    def remove(self, id: str) -> bool:
        """Take an article out; whether it was there."""
        number = self._pending.pop(id, None)
        if number is not None:
            self._dead.append(number)
            return True
        wanted = hash_of(id)
        for held in self._held:
            local = held.find(id, wanted)
            if local >= 0:
                held.delete(local)
                self._changed = True
                return True
        return False

    def attach(self, name: str, data: bytes) -> None:
        """Keep a named blob with this commit."""
        file = f"attachment_{_random_name()}.bin"
        self._fresh.add(file)
        out = self._files.create(self._folder / file)
        try:
            self._files.write(out, data)
            self._files.finish(out)
        finally:
            out.close()
        self._attachments[name] = AttachmentEntry(file, len(data), crc32(data))
        self._changed = True

    def commit(self, *, optimize: bool = False) -> None:
        """Make all so far durable and visible, and go on in a new transaction.

        optimize  merge into as few segments as possible
        """
        added = len(self._pending) + sum(
            held.alive for held in self._held if segment_file(held.name) in self._fresh
        )
        self.flush()
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
        self._begin(Snapshot(self._folder, known=self._base))
        self._sweep(toc)

    def close(self) -> None:
        """Discard what was not committed and let other writers in."""
        if latest_generation(self._folder) == self._base.generation:
            # Otherwise the commit happened, though what came after it failed: keep its files.
            for file in self._fresh:
                self._files.remove(self._folder / file)
        self._fresh.clear()
        self._renew()
        self._lock.release()

    def flush(self) -> None:
        """Write the pending articles as a segment, not yet part of the index."""
        if not self._pending:
            self._renew()
            return
        held = self._new_segment(lambda path: self._builder.write(path, self._files))
        for number in self._dead:
            held.delete(number)
        self._held.append(held)
        self._renew()

    def fresh(self) -> list[Segment]:
        """The segments written since the last commit, in order: new articles, each once."""
        return [held.segment for held in self._held if segment_file(held.name) in self._fresh]

    def attachment(self, name: str) -> bytes | None:
        """A blob of the last commit, None where there is none of this name."""
        return self._base.attachment(name)

    def _new_segment(self, write: Callable[[Path], object]) -> _Held:
        name = f"{NAME}_{_random_name()}"
        path = self._folder / segment_file(name)
        self._fresh.add(path.name)
        write(path)
        return _Held(Segment(path), name, None)

    def _merge(self, added: int, optimize: bool) -> None:
        while True:
            sizes = [(held.segment.n, held.alive) for held in self._held]
            chosen = choose(sizes, added, optimize=optimize)
            if not chosen:
                return
            parts = [
                (held.segment, None if held.deleted is None else ~held.deleted)
                for held in (self._held[i] for i in chosen)
            ]
            self._changed = True
            kept = [held for i, held in enumerate(self._held) if i not in chosen]
            if any(self._held[i].alive for i in chosen):
                merged = self._new_segment(partial(_merge_into, parts, self._files))
                kept.insert(min(chosen), merged)
            for i in chosen:
                file = segment_file(self._held[i].name)
                if file in self._fresh:
                    self._files.remove(self._folder / file)
                    self._fresh.discard(file)
            self._held = kept

    def _sweep(self, toc: Toc) -> None:
        """Remove files that the commit does not name: older ones, and those of dead writers."""
        needed = toc.files()
        for path in self._folder.iterdir():
            if path.name not in needed and _OURS.fullmatch(path.name):
                self._files.remove(path)


def _merge_into(parts: list[tuple[Segment, Bools | None]], files: Files, path: Path) -> None:
    merge(path, files, parts)


def _random_name() -> str:
    return secrets.token_hex(8)
