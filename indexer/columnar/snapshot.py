"""The index as one commit left it: its segments, numbered through, and what is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zlib import crc32, decompress

import numpy as np

from indexer.columnar.arrays import Bools
from indexer.columnar.records import hash_of, load_heads
from indexer.columnar.segment import Segment
from indexer.columnar.toc import (
    SegmentEntry,
    Toc,
    latest_generation,
    read_toc,
    segment_file,
    toc_file,
)
from indexer.errors import ArticleNotFoundError, IndexCorruptError
from indexer.models import Article

_TRIES = 10  # a commit may remove the files of the one before while we open them


@dataclass(frozen=True, slots=True)
class Part:
    """A segment in the snapshot: article i of it is number `base + i` of the index.

    live  which of its articles are not deleted; None: all
    """

    segment: Segment
    base: int
    live: Bools | None
    entry: SegmentEntry


class Snapshot:
    """A consistent view of the index; later commits do not change it.

    commit  a name for what is seen; no other commit, of this or another index, has it

    Raises `IndexNotFoundError` and `IndexCorruptError`.
    """

    def __init__(self, folder: Path, known: Snapshot | None = None) -> None:
        self.folder = folder
        for left in reversed(range(_TRIES)):
            generation = latest_generation(folder)
            try:
                self.commit = _identity(folder / toc_file(generation))
                self.toc: Toc = read_toc(folder, generation)
                self.parts: list[Part] = self._open(known)
                break
            except (FileNotFoundError, IndexCorruptError):
                if not left or latest_generation(folder) == generation:
                    raise

    def _open(self, known: Snapshot | None) -> list[Part]:
        have = {part.entry.name: part.segment for part in known.parts} if known else {}
        parts = []
        base = 0
        for entry in self.toc.segments:
            if entry.kind != "articles":
                continue
            segment = have.get(entry.name) or self._segment(entry)
            live = None if entry.deleted is None else ~entry.deleted
            parts.append(Part(segment, base, live, entry))
            base += entry.articles
        return parts

    def _segment(self, entry: SegmentEntry) -> Segment:
        segment = Segment(self.folder / segment_file(entry.name))
        if segment.n != entry.articles or segment.file.size_bytes != entry.size_bytes:
            raise segment.file.corrupt("not the file that was committed")
        return segment

    @property
    def generation(self) -> int:
        """The number of the commit."""
        return self.toc.generation

    @cached_property
    def count(self) -> int:
        """Articles that are not deleted."""
        return sum(part.entry.alive for part in self.parts)

    @property
    def numbers(self) -> int:
        """Article numbers there are, those of deleted articles included."""
        return sum(part.segment.n for part in self.parts)

    @property
    def size_bytes(self) -> int:
        """Of all files of the commit."""
        paths = [self.folder / name for name in self.toc.files()]
        return sum(path.stat().st_size for path in paths if path.exists())

    def is_newest(self) -> bool:
        """Whether no commit has come since, and no other index has taken the place of this one.

        Costs two looks at the folder, not a listing.
        """
        own = self.folder / toc_file(self.generation)
        following = self.folder / toc_file(self.generation + 1)
        return _identity(own) == self.commit and not following.exists()

    def part_of(self, number: int) -> tuple[Part, int]:
        """The part that an article number lies in, and its number there.

        Raises `ArticleNotFoundError` for numbers that no article has.
        """
        for part in self.parts:
            local = number - part.base
            if 0 <= local < part.segment.n and (part.live is None or part.live[local]):
                return part, local
        raise ArticleNotFoundError(str(number))

    def find(self, id: str) -> int:
        """The number of an article. Raises `ArticleNotFoundError`."""
        wanted = hash_of(id)
        for part in self.parts:
            for local in part.segment.find_id(wanted):
                if (part.live is None or part.live[local]) and part.segment.head(local)["id"] == id:
                    return part.base + local
        raise ArticleNotFoundError(id)

    def article(self, number: int) -> Article:
        """The whole article of this number. Raises `ArticleNotFoundError`."""
        part, local = self.part_of(number)
        return part.segment.article(local)

    def heads(self, numbers: Iterable[int]) -> list[Article]:
        """Articles without lead, body, captions and removals; quick."""
        places = map(self.part_of, numbers)
        heads = load_heads([part.segment.head_bytes(local) for part, local in places])
        return list(map(Article.of, heads))

    def group(self, number: int) -> list[int]:
        """The other articles of its group of near copies."""
        part, local = self.part_of(number)
        wanted = part.segment.group[local]
        if not wanted:
            return []
        found = []
        for other in self.parts:
            same = other.segment.group == wanted
            if other.live is not None:
                same &= other.live
            found += (np.flatnonzero(same) + other.base).tolist()
        return [each for each in found if each != number]

    def living(self) -> Iterator[tuple[Part, int]]:
        """Every article that is not deleted: its part and its number there."""
        for part in self.parts:
            alive = range(part.segment.n) if part.live is None else np.flatnonzero(part.live)
            for local in alive:
                yield part, int(local)

    def attachment(self, name: str) -> bytes | None:
        """A blob that was attached to the commit, None where there is none of this name."""
        entry = self.toc.attachments.get(name)
        if entry is None:
            return None
        path = self.folder / entry.file
        if not path.exists():
            raise IndexCorruptError(str(self.folder), entry.file, "missing")
        data = path.read_bytes()
        if len(data) != entry.size_bytes or crc32(data) != entry.checksum:
            raise IndexCorruptError(str(self.folder), entry.file, "checksum is wrong")
        return decompress(data) if entry.packed else data

    def problems(self) -> list[str]:
        """Reads every file of the commit; what is damaged, as text."""
        found = []
        for part in self.parts:
            try:
                part.segment.verify()
            except IndexCorruptError as error:
                found.append(str(error))
        for name in self.toc.attachments:
            try:
                self.attachment(name)
            except IndexCorruptError as error:
                found.append(str(error))
        return found


def _identity(file: Path) -> str:
    """What tells a file from others that come to have its name; "" where there is none."""
    try:
        status = file.stat()
    except FileNotFoundError:
        return ""
    return f"{status.st_ino:x}.{status.st_mtime_ns:x}"
