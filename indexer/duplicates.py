"""Near copies: the same story on many sites, with another title, lead, ending, or cut short.

An article's sketch is the smallest 48 of the hashes of its runs of five syllables (bottom-k
minhash, Broder 1997). Where one text holds another, the hashes of the smaller one that are small
enough for both sketches are all in the larger one's, so the share of them that is there estimates
*containment*, which finds a copy cut in half; resemblance would not.

Stories written to a template (weather, gold prices, lottery, match reports) share most of their
wording, and differ in their numbers. So numbers, each with the syllables beside it, have a sketch
of their own, and a copy must hold the other's numbers too.

Cost is linear and memory bounded per article (about 400 bytes and its id): candidates come from a
table with room for eight articles under each of the twelve smallest hashes of a sketch, so a
sentence that thousands of articles share costs no more than any other.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.columnar.arrays import run_starts
from indexer.columnar.sketches import NOTHING, NUMBERS, SKETCH, Sketches, sketch_texts
from indexer.models import Article

KEYS = 12  # of the sketch's hashes, those under which the article is looked up
SLOTS = 8  # articles that the table holds under one hash

# Measured on copies made of real articles by the edits that sites make (tests/benchmarks/
# duplicates.py): copies lie at .75 to 1, other stories of the same event below .3.
LEAST_CONTAINMENT = 0.65
# Of a text much shorter than the other nearly all must be there: it was cut, not rewritten.
SHORT_RATIO = 0.6
LEAST_CONTAINMENT_SHORT = 0.75
# Copies hold nine tenths of each other's numbers, stories of one template a quarter.
LEAST_NUMBERS = 0.6
FEWEST_NUMBERS = 4  # fewer prove nothing
# A copy cut in half, with a picture caption more: two fifths. Below that lie digests, which hold
# the beginnings of many stories and would join them all.
LEAST_SIZE_RATIO = 0.35
FEWEST_SHARED = 6  # runs: less is a phrase, not a text

_MAGIC = b"timtin-duplicates-2\0"


def representative(articles: Iterable[Article]) -> Article:
    """The one of a group to show: the fullest of the earliest.

    An article counts as full if its text has nine tenths of the syllables of the longest; of the
    full ones the earliest published is taken (unknown times last), then the longest, then by id.

    Raises:
        ValueError: there are no articles.
    """
    group = list(articles)
    if not group:
        raise ValueError("an empty group has no representative")
    longest = max(len(article.text) for article in group)
    full = [article for article in group if len(article.text) >= 0.9 * longest]

    def order(article: Article) -> tuple[bool, float, int, str]:
        moment = article.published
        return (moment is None, moment.timestamp() if moment else 0, -len(article.text), article.id)

    return min(full, key=order)


class Grouper:
    """Puts each article into the group of its near copies, as it comes.

    A group's id is the id of the article that founded it, and stays when that one is removed.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}  # article id → its row
        self._ids: list[str] = []  # by row; "" where the row is free
        self._free: list[int] = []
        self._groups: list[str] = []  # by row
        self._sizes: dict[str, int] = {}  # members; groups of just their founder are left out
        self._sketches = np.full((64, SKETCH), NOTHING, np.uint32)
        self._number_sketches = np.full((64, NUMBERS), NOTHING, np.uint32)
        self._run_counts = np.zeros(64, np.uint32)
        self._table = _new_table(64)

    def __len__(self) -> int:
        """Number of articles."""
        return len(self._numbers)

    @property
    def duplicate_count(self) -> int:
        """Articles that are near copies of another one: all members of groups but one of each."""
        return sum(size - 1 for size in self._sizes.values())

    def add(self, article: Article) -> str:
        """The id of the group that the article belongs to, its own where it is like no other.

        An article with the id of an earlier one replaces it.
        """
        return self.add_all([article.id], sketch_texts([article.text]))[0]

    def add_all(self, ids: Sequence[str], sketches: Sketches) -> list[str]:
        """The same for many articles, which come one after the other; their ids are distinct."""
        for id in ids:
            self.remove(id)
        rows = np.array([self._new_row(id) for id in ids], dtype=np.int64)
        self._sketches[rows] = sketches.runs
        self._number_sketches[rows] = sketches.numbers
        self._run_counts[rows] = sketches.counts
        self._enter(rows)
        like = self._find(rows, sketches)
        groups = []
        for at, (id, row) in enumerate(zip(ids, rows.tolist(), strict=True)):
            if at in like:
                group = self._groups[like[at]]
                self._sizes[group] = self._sizes.get(group, 1) + 1
            else:
                group = id
                while group in self._sizes:  # its former group lives on under its name
                    group += "'"
            self._groups[row] = group
            groups.append(group)
        return groups

    def remove(self, id: str) -> None:
        """Forget the article of this id, if there is one."""
        row = self._numbers.pop(id, None)
        if row is None:
            return
        group = self._groups[row]
        size = self._sizes.get(group, 1) - 1
        founder = self._numbers.get(group)
        has_founder = founder is not None and self._groups[founder] == group
        if size > 1 or (size == 1 and not has_founder):
            self._sizes[group] = size
        else:
            self._sizes.pop(group, None)
        self._ids[row] = self._groups[row] = ""
        self._sketches[row] = NOTHING
        self._number_sketches[row] = NOTHING
        self._run_counts[row] = 0
        self._free.append(row)

    # ---------------------------------------------------------------------------------- inside

    def _find(self, rows: NDArray[np.int64], sketches: Sketches) -> dict[int, int]:
        """By place in `rows`, the row of the article before it that it is a near copy of."""
        keys = sketches.runs[:, :KEYS]
        found = self._table[keys & np.uint32(len(self._table) - 1)]
        place = np.full(len(self._ids), -1, np.int64)
        place[rows] = np.arange(len(rows))
        own, column, slot = np.nonzero(found >= 0)
        others = found[own, column, slot]
        before = place[others] < own
        own, column, others = own[before], column[before], others[before]
        # Many hashes share a place of the table: only those that are the same count.
        same = (self._sketches[others, :KEYS] == keys[own, column][:, None]).any(axis=1)
        pairs = np.unique((own[same] << 32) | others[same])
        own, others = pairs >> 32, pairs & 0xFFFFFFFF
        counts, theirs = sketches.counts[own].astype(float), self._run_counts[others].astype(float)
        ratio = np.minimum(counts, theirs) / np.maximum(np.maximum(counts, theirs), 1)
        good = (ratio >= LEAST_SIZE_RATIO) & (counts >= FEWEST_SHARED)
        own, others, ratio = own[good], others[good], ratio[good]
        held, shared, _ = _containment(self._sketches[others], sketches.runs[own])
        least = np.where(ratio < SHORT_RATIO, LEAST_CONTAINMENT_SHORT, LEAST_CONTAINMENT)
        good = (held >= least) & (shared >= FEWEST_SHARED)
        own, others, held = own[good], others[good], held[good]
        of_numbers = self._number_sketches[others], sketches.numbers[own]
        number_held, _, compared = _containment(*of_numbers)
        good = (number_held >= LEAST_NUMBERS) | (compared < FEWEST_NUMBERS)
        best: dict[int, tuple[float, int]] = {}
        for at, row, share in zip(
            own[good].tolist(), others[good].tolist(), held[good].tolist(), strict=True
        ):
            if at not in best or share > best[at][0]:
                best[at] = share, row
        return {at: row for at, (_, row) in best.items()}

    def _new_row(self, id: str) -> int:
        if self._free:
            row = self._free.pop()
            self._ids[row] = id
        else:
            row = len(self._ids)
            self._ids.append(id)
            self._groups.append("")
            if row == len(self._sketches):
                self._reserve(2 * row)
        self._numbers[id] = row
        return row

    def _reserve(self, rows: int) -> None:
        """Room for so many rows; the table is laid out anew."""
        for name in ("_sketches", "_number_sketches", "_run_counts"):
            array = getattr(self, name)
            fill = 0 if name == "_run_counts" else NOTHING
            grown = np.full((rows, *array.shape[1:]), fill, np.uint32)
            grown[: len(array)] = array
            setattr(self, name, grown)
        self._table = _new_table(rows)
        self._enter(np.arange(min(len(self._ids), len(self._sketches))))

    def _enter(self, rows: NDArray[np.int64]) -> None:
        """Put the rows' keys into the table: as many in each place as there is room for."""
        keys = self._sketches[rows, :KEYS]
        which, columns = np.nonzero(keys != NOTHING)
        places = keys[which, columns] & np.uint32(len(self._table) - 1)
        order = np.argsort(places, kind="stable")
        places, entered = places[order], rows[which[order]]
        starts = run_starts(places)
        lengths = np.diff(np.append(starts, len(places)))
        slots = np.arange(len(places)) - np.repeat(starts, lengths)
        slots += (self._table[places] >= 0).sum(axis=1)
        room = slots < SLOTS
        self._table[places[room], slots[room]] = entered[room]

    # ----------------------------------------------------------------------------------- bytes

    def to_bytes(self) -> bytes:
        """The whole state; `from_bytes` reads it back."""
        live = [row for row, id in enumerate(self._ids) if id]
        names = {
            "ids": [self._ids[row] for row in live],
            "groups": {
                str(at): self._groups[row]
                for at, row in enumerate(live)
                if self._groups[row] != self._ids[row]
            },
            "sizes": self._sizes,
        }
        head = zlib.compress(json.dumps(names, ensure_ascii=False).encode(), 1)
        arrays = (self._sketches[live], self._number_sketches[live], self._run_counts[live])
        return b"".join(
            [_MAGIC, struct.pack("<QQ", len(head), len(live)), head, *(a.tobytes() for a in arrays)]
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Grouper:
        """The grouper that `to_bytes` wrote.

        Raises:
            ValueError: the bytes are not one.
        """
        start = len(_MAGIC) + 16
        if not data.startswith(_MAGIC) or len(data) < start:
            raise ValueError("not the state of a Grouper")
        head_bytes, count = struct.unpack_from("<QQ", data, len(_MAGIC))
        widths = (SKETCH, NUMBERS, 1)
        if len(data) != start + head_bytes + 4 * count * sum(widths):
            raise ValueError("the state of a Grouper, cut off")
        try:
            names = json.loads(zlib.decompress(data[start : start + head_bytes]))
        except zlib.error as error:
            raise ValueError("the state of a Grouper, damaged") from error
        grouper = cls()
        grouper._ids = names["ids"]
        grouper._numbers = {id: row for row, id in enumerate(grouper._ids)}
        grouper._groups = list(grouper._ids)
        for row, group in names["groups"].items():
            grouper._groups[int(row)] = group
        grouper._sizes = names["sizes"]
        at = start + head_bytes
        arrays = []
        for width in widths:
            arrays.append(np.frombuffer(data, "<u4", count * width, at).reshape(count, width))
            at += 4 * count * width
        grouper._sketches, grouper._number_sketches = arrays[0], arrays[1]
        grouper._run_counts = arrays[2][:, 0]
        grouper._reserve(max(64, 1 << (count - 1).bit_length()))
        return grouper


def _new_table(rows: int) -> NDArray[np.int32]:
    """An empty table for so many articles (a power of two): at most three of eight slots fill."""
    return np.full((4 * rows, SLOTS), -1, np.int32)


def _containment(
    theirs: NDArray[np.uint32], ours: NDArray[np.uint32]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """For each pair of sketches: containment of the smaller in the larger, hashes shared, compared.

    Only hashes below both sketches' largest are compared: above it one of them is incomplete (a
    short text's sketch is complete: no limit).
    """
    limits = np.minimum(np.minimum(theirs[:, -1], ours[:, -1]), NOTHING - 1)[:, None]
    compared = np.minimum((theirs <= limits).sum(axis=1), (ours <= limits).sum(axis=1))
    both = np.sort(np.concatenate([theirs, ours], axis=1), axis=1)
    shared = ((both[:, 1:] == both[:, :-1]) & (both[:, 1:] <= limits)).sum(axis=1)
    return shared / np.maximum(compared, 1), shared, compared
