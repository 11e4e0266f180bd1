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
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from indexer.models import Article
from indexer.vietnamese import normalize

_Hashes = NDArray[np.uint32]

SHINGLE = 5  # syllables in a run
SKETCH = 48  # hashes kept of an article's runs
NUMBERS = 16  # hashes kept of its numbers in their places
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

_NOTHING = 0xFFFFFFFF  # fills sketches of short texts; sorts last
_MAGIC = b"timtin-duplicates-1\0"

_LETTERS = re.compile(r"\w+")
# Everything ASCII that stands between words → space; the rest (“ … –) sticks to words until
# `_SyllableHashes` takes it off, once for each word there is. Bytes are several times faster to
# split and to look up than text.
_SPLIT = bytes(byte if byte > 0x7F or chr(byte).isalnum() else 0x20 for byte in range(256))


class _SyllableHashes(dict[bytes, bytes]):
    """UTF-8 word → 64-bit hash of its exact form, the lowest bit set for numbers; grows by asking.

    What holds no letter or digit has the empty hash.
    """

    _MOST = 1 << 18

    def __missing__(self, word: bytes) -> bytes:
        if len(self) >= self._MOST:
            self.clear()
        syllable = "".join(_LETTERS.findall(word.decode("utf-8", "replace")))
        value = b""
        if syllable:
            digest = blake2b(normalize(syllable).encode(), digest_size=8).digest()
            value = bytes([digest[0] & 0xFE | syllable[0].isdigit()]) + digest[1:]
        self[word] = value
        return value


_SYLLABLES = _SyllableHashes()
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_ODD = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)
_ONE = np.uint64(1)


def sketch(text: str) -> tuple[_Hashes, _Hashes, int]:
    """The sketch of a text: hashes of runs, hashes of numbers (both ascending), number of runs."""
    text = text.lower()
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    words = text.encode("utf-8", "replace").translate(_SPLIT).split()
    hashes = np.frombuffer(b"".join(map(_SYLLABLES.__getitem__, words)), "<u8")
    runs = _distinct(_runs(hashes, SHINGLE))
    # Each number with the syllable before and the one after.
    places = np.flatnonzero(hashes[1:-1] & _ONE)
    numbers = _distinct(_runs(hashes, 3)[places]) if len(places) else np.empty(0, np.uint32)
    return runs[:SKETCH], numbers[:NUMBERS], len(runs)


def _runs(hashes: NDArray[np.uint64], length: int) -> _Hashes:
    """32-bit hashes of all runs of `length` syllables."""
    count = len(hashes) - length + 1
    if count <= 0:
        return np.empty(0, np.uint32)
    run = hashes[:count].copy()
    for i in range(1, length):
        run *= _MULTIPLIER
        run += hashes[i : i + count]
    run ^= run >> _HALF
    run *= _ODD
    return (run >> _HALF).astype(np.uint32)


def _distinct(hashes: _Hashes) -> _Hashes:
    """The distinct hashes, ascending: for a few hundred, several times faster than numpy.unique."""
    if len(hashes) < 2:
        return hashes
    hashes.sort()
    first = np.empty(len(hashes), np.bool_)
    first[0] = True
    np.not_equal(hashes[1:], hashes[:-1], out=first[1:])
    return hashes[first]


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
        self._sketches = np.full((64, SKETCH), _NOTHING, np.uint32)
        self._number_sketches = np.full((64, NUMBERS), _NOTHING, np.uint32)
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
        self.remove(article.id)
        runs, numbers, count = sketch(article.text)
        like = self._find(runs, numbers, count)
        if like is None:
            group = article.id
            while group in self._sizes:  # its former group lives on under its name
                group += "'"
        else:
            group = self._groups[like]
            self._sizes[group] = self._sizes.get(group, 1) + 1
        row = self._new_row()
        self._numbers[article.id] = row
        self._ids[row] = article.id
        self._groups[row] = group
        self._sketches[row, : len(runs)] = runs
        self._number_sketches[row, : len(numbers)] = numbers
        self._run_counts[row] = count
        self._enter(row, runs[:KEYS])
        return group

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
        self._sketches[row] = _NOTHING
        self._number_sketches[row] = _NOTHING
        self._run_counts[row] = 0
        self._free.append(row)

    # ---------------------------------------------------------------------------------- inside

    def _find(self, runs: _Hashes, numbers: _Hashes, count: int) -> int | None:
        """The row of the article most like this sketch, if it is a near copy."""
        if count < FEWEST_SHARED:
            return None
        rows = self._table[runs[:KEYS] & np.uint32(len(self._table) - 1)].ravel()
        rows = np.unique(rows[rows >= 0])
        if not len(rows):
            return None
        counts = self._run_counts[rows]
        ratio = np.minimum(counts, count) / np.maximum(np.maximum(counts, count), 1)
        rows, ratio = rows[ratio >= LEAST_SIZE_RATIO], ratio[ratio >= LEAST_SIZE_RATIO]
        if not len(rows):
            return None
        held, shared, _ = _containment(self._sketches[rows], runs, SKETCH)
        least = np.where(ratio < SHORT_RATIO, LEAST_CONTAINMENT_SHORT, LEAST_CONTAINMENT)
        good = (held >= least) & (shared >= FEWEST_SHARED)
        if not good.any():
            return None
        rows, held = rows[good], held[good]
        number_held, _, compared = _containment(self._number_sketches[rows], numbers, NUMBERS)
        good = (number_held >= LEAST_NUMBERS) | (compared < FEWEST_NUMBERS)
        if not good.any():
            return None
        best = int(np.argmax(np.where(good, held, -1)))
        return int(rows[best])

    def _new_row(self) -> int:
        if self._free:
            return self._free.pop()
        row = len(self._ids)
        self._ids.append("")
        self._groups.append("")
        if row == len(self._sketches):
            self._reserve(2 * row)
        return row

    def _reserve(self, rows: int) -> None:
        """Room for so many rows; the table is laid out anew."""
        old = len(self._ids)
        for name in ("_sketches", "_number_sketches", "_run_counts"):
            array = getattr(self, name)
            fill = 0 if name == "_run_counts" else _NOTHING
            grown = np.full((rows, *array.shape[1:]), fill, np.uint32)
            grown[: min(old, len(array))] = array[:old]
            setattr(self, name, grown)
        self._table = _new_table(rows)
        self._enter_all()

    def _enter(self, row: int, keys: _Hashes) -> None:
        places = keys & np.uint32(len(self._table) - 1)
        taken = (self._table[places] >= 0).sum(axis=1)
        room = taken < SLOTS
        self._table[places[room], taken[room]] = row

    def _enter_all(self) -> None:
        """Every row's keys into the empty table: the first `SLOTS` rows of each place."""
        keys = self._sketches[: len(self._ids), :KEYS]
        rows, columns = np.nonzero(keys != _NOTHING)
        places = keys[rows, columns] & np.uint32(len(self._table) - 1)
        order = np.argsort(places, kind="stable")
        places, rows = places[order], rows[order]
        starts = np.flatnonzero(np.r_[True, places[1:] != places[:-1]]) if len(places) else places
        lengths = np.diff(np.r_[starts, len(places)])
        slots = np.arange(len(places)) - np.repeat(starts, lengths)
        room = slots < SLOTS
        self._table[places[room], slots[room]] = rows[room]

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
    sketches: _Hashes, wanted: _Hashes, size: int
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """For each sketch: containment of the smaller in the larger, hashes shared, hashes compared.

    Only hashes below both sketches' largest are compared: above it one of them is incomplete.
    """
    limit = int(wanted[-1]) if len(wanted) == size else _NOTHING - 1
    limits = np.minimum(sketches[:, -1], limit)  # a short text's sketch is complete: no limit
    limits = np.minimum(limits, _NOTHING - 1)[:, None]
    theirs = (sketches <= limits).sum(axis=1)
    ours = (wanted[None, :] <= limits).sum(axis=1)
    if not len(wanted):
        return np.zeros(len(sketches)), np.zeros(len(sketches), np.int64), theirs * 0
    at = np.minimum(np.searchsorted(wanted, sketches), len(wanted) - 1)
    shared = ((wanted[at] == sketches) & (sketches <= limits)).sum(axis=1)
    compared = np.minimum(theirs, ours)
    return shared / np.maximum(compared, 1), shared, compared
