"""Counts of syllables, pairs and triples, keyed by hashes of the words themselves.

No vocabulary numbers them, so two tables are merged by adding equal rows, and a folded pair finds
all of its marked forms as one range of keys:

    key of a form    54 bits: hash of the folded form · 10 bits: its marks
    key of a pair    44 bits: hash of the two folded forms · 10 + 10 bits
    key of a triple  34 bits: hash of the three · 3 x 10 bits
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.vietnamese import fold

U64 = NDArray[np.uint64]
U32 = NDArray[np.uint32]

MARK_BITS = 10
MARK_MASK = (1 << MARK_BITS) - 1
FORM_SHIFT, PAIR_SHIFT, TRIPLE_SHIFT = MARK_BITS, 2 * MARK_BITS, 3 * MARK_BITS
MIX = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
_WORD64 = (1 << 64) - 1


@lru_cache(maxsize=1 << 17)
def word_hash(text: str) -> int:
    """64 bits of a word, the same in every process."""
    data = text.encode()
    low = crc32(data)
    return crc32(data, 0x5BD1E995) << 32 | low


@lru_cache(maxsize=1 << 17)
def mark_code(exact: str) -> int:
    """A number below 1024 that tells apart the forms of one folded word; 0: no marks."""
    return 0 if exact.isascii() else 1 + crc32(exact.encode()) % MARK_MASK


def form_key(exact: str) -> int:
    return word_hash(fold(exact)) >> FORM_SHIFT << FORM_SHIFT | mark_code(exact)


class Table:
    """Keys, ascending, with a count each."""

    def __init__(self, keys: U64, counts: U32) -> None:
        self.keys = keys
        self.counts = counts

    @classmethod
    def empty(cls) -> Table:
        return cls(np.zeros(0, np.uint64), np.zeros(0, np.uint32))

    def added(self, keys: U64, counts: U32) -> Table:
        both = np.concatenate([self.keys, keys])
        values = np.concatenate([self.counts, counts])
        order = np.argsort(both, kind="stable")
        both, values = both[order], values[order]
        if not len(both):
            return self
        first = np.flatnonzero(np.concatenate([[True], both[1:] != both[:-1]]))
        return Table(both[first], np.add.reduceat(values, first).astype(np.uint32))

    def pruned(self, size: int) -> Table:
        """At most `size` rows: the least counts go."""
        if len(self.keys) <= size:
            return self
        levels = np.bincount(np.minimum(self.counts, 1000))
        level = int(np.searchsorted(np.cumsum(levels), len(self.keys) - size))
        keep = self.counts > level
        # Of the last level as many as there is room for: any of them is better than none, and
        # which ones does not matter (keys are hashes), as long as it is always the same.
        room = size - int(keep.sum())
        keep[np.flatnonzero(self.counts == level)[:room]] = True
        return Table(self.keys[keep], self.counts[keep])

    def absent(self, keys: U64) -> NDArray[np.bool_]:
        if not len(self.keys):
            return np.ones(len(keys), np.bool_)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        result: NDArray[np.bool_] = self.keys[at] != keys
        return result

    def ranges(self, folded_hashes: Sequence[int], shift: int) -> list[dict[int, int]]:
        """Per hash (its high bits): marks → count of every form seen."""
        if not folded_hashes:
            return []
        wanted = np.array([h >> shift << shift for h in folded_hashes], np.uint64)
        low = np.searchsorted(self.keys, wanted)
        high = np.searchsorted(self.keys, wanted | np.uint64((1 << shift) - 1), side="right")
        mask = (1 << shift) - 1
        found: list[dict[int, int]] = []
        for a, b in zip(low.tolist(), high.tolist(), strict=True):
            if a == b:
                found.append({})
                continue
            keys = self.keys[a:b].tolist()
            found.append(
                {k & mask: n for k, n in zip(keys, self.counts[a:b].tolist(), strict=True)}
            )
        return found


def pair_hash(a: int, b: int) -> int:
    return (a * MIX[0] + b * MIX[1]) & _WORD64


def triple_hash(a: int, b: int, c: int) -> int:
    return (a * MIX[0] + b * MIX[1] + c * MIX[2]) & _WORD64
