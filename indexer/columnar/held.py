"""A segment that the next commit will have, and what is deleted of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.columnar.arrays import U64, Bools
from indexer.columnar.segment import Segment
from indexer.columnar.toc import SegmentEntry


class Held:
    """A segment, its name, and which of its articles are deleted (None: none is)."""

    def __init__(self, segment: Segment, name: str, deleted: Bools | None = None) -> None:
        self.segment = segment
        self.name = name
        self.deleted = None if deleted is None else deleted.copy()

    def delete(self, local: int) -> None:
        """Mark an article as deleted."""
        if self.deleted is None:
            self.deleted = np.zeros(self.segment.n, dtype=bool)
        self.deleted[local] = True

    def delete_all(self, ids: Sequence[str], hashes: U64) -> list[int]:
        """Delete the articles with these ids; the places in `ids` of those that were there.

        `hashes` are `records.hash_of` each id: all are looked up at once.
        """
        own, order = self.segment.id_order()
        first = np.searchsorted(own, hashes, side="left")
        last = np.searchsorted(own, hashes, side="right")
        found = []
        for at in np.flatnonzero(last > first).tolist():
            for local in order[first[at] : last[at]].tolist():
                gone = self.deleted is not None and self.deleted[local]
                if not gone and self.segment.head(local)["id"] == ids[at]:
                    self.delete(local)
                    found.append(at)
        return found

    @property
    def alive(self) -> int:
        """How many articles are not deleted."""
        return self.segment.n - (0 if self.deleted is None else int(self.deleted.sum()))

    def entry(self) -> SegmentEntry:
        """What the table of contents says of it."""
        return SegmentEntry(
            self.name, "articles", self.segment.n, self.segment.file.size_bytes, self.deleted
        )
