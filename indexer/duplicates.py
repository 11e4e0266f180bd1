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

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import compress, decompressobj

import numpy as np
from numpy.typing import NDArray

from indexer.columnar.arrays import ranges, run_starts
from indexer.columnar.records import hash_of
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

# Articles whose rows a dictionary tells; others are found by bisection, which takes less memory.
_MOST_APART = 1 << 14
# Batches that a state that was read is searched for row by row, before a table is made of it.
MOST_SCANS = 8

_MAGIC = b"timtin-duplicates-4\0"
_HEAD = struct.Struct("<QQQ")
_SIZE = struct.Struct("<Q")
_SAMPLE = 1 << 16  # bytes that tell whether to compress the others
_MOST_PACKED = 1100  # numbers that a byte can stand for: zlib makes 1,032 bytes of one


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


@dataclass(slots=True)
class State:
    """What a `Grouper` knows of its articles, one row each; a free row has id and group 0."""

    ids: NDArray[np.uint64]
    groups: NDArray[np.uint64]
    runs: NDArray[np.uint32]
    numbers: NDArray[np.uint32]
    counts: NDArray[np.uint32]

    @classmethod
    def empty(cls, rows: int) -> State:
        """Free rows."""
        return cls(
            np.zeros(rows, np.uint64),
            np.zeros(rows, np.uint64),
            np.full((rows, SKETCH), NOTHING, np.uint32),
            np.full((rows, NUMBERS), NOTHING, np.uint32),
            np.zeros(rows, np.uint32),
        )

    def arrays(self) -> tuple[NDArray[Any], ...]:
        """The columns."""
        return self.ids, self.groups, self.runs, self.numbers, self.counts

    def of(self, rows: NDArray[Any]) -> State:
        """Some rows."""
        return State(*(array[rows] for array in self.arrays()))

    def first(self, count: int) -> State:
        """The first rows, not copied."""
        return State(*(array[:count] for array in self.arrays()))

    def put(self, rows: NDArray[Any], values: State) -> None:
        """Other values for some rows."""
        for own, new in zip(self.arrays(), values.arrays(), strict=True):
            own[rows] = new

    def clear(self, row: int) -> None:
        """Make a row free."""
        self.put(np.array([row]), _FREE)

    def grown(self, rows: int) -> State:
        """A copy with more rows, free ones."""
        count = len(self.ids)
        new = State.empty(rows - count)
        pairs = zip(self.arrays(), new.arrays(), strict=True)
        return State(*(np.concatenate(pair) for pair in pairs))

    def reserve(self, rows: int) -> None:
        """Room for more rows. They are not set, and take no memory before they are."""
        for name in ("ids", "groups", "runs", "numbers", "counts"):
            old = getattr(self, name)
            new = np.empty((rows, *old.shape[1:]), old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)  # one after the other, so that few are there twice


_FREE = State.empty(1)


def _pack(state: State, rows: NDArray[np.uint32] | None, taken: set[int]) -> bytes:
    """A head and the columns; `rows` says which they are, where they are not all."""
    chosen = np.zeros(0, np.uint32) if rows is None else rows
    groups = np.array(sorted(taken), dtype=np.uint64)
    head = _HEAD.pack(len(state.ids), len(chosen), len(groups))
    ids, own, *others = state.arrays()
    parts = [_MAGIC, head]
    for column in (groups, ids, own ^ ids, *others, chosen):  # a founder's group is its id
        parts += _packed(column)
    return b"".join(parts)


def _unpack(data: bytes) -> tuple[State, NDArray[np.uint32], set[int]]:
    at = len(_MAGIC) + _HEAD.size
    if not data.startswith(_MAGIC) or len(data) < at:
        raise ValueError("not the state of a Grouper")
    count, chosen, taken = _HEAD.unpack_from(data, len(_MAGIC))
    shapes = [(taken, "<u8", 1), (count, "<u8", 1), (count, "<u8", 1), (count, "<u4", SKETCH)]
    shapes += [(count, "<u4", NUMBERS), (count, "<u4", 1), (chosen, "<u4", 1)]
    columns: list[NDArray[Any]] = []
    for rows, kind, width in shapes:
        column, at = _unpacked(data, at, rows, width, kind)
        columns.append(column if width > 1 else column[:, 0])
    if at != len(data):
        raise ValueError("the state of a Grouper, and more")
    columns[2] ^= columns[1]
    return State(*columns[1:6]), columns[6], set(columns[0].tolist())


def _packed(column: NDArray[Any]) -> Iterator[bytes]:
    """A column as bytes: of each row the first number and then the differences of neighbours.

    They are small, since sketches ascend. The lowest byte of all comes first, then the next byte of
    all, and so on, each with its size and compressed if that saves a tenth of its beginning.
    """
    rows = column if column.ndim > 1 else column[:, None]
    steps = np.diff(rows, axis=1, prepend=rows.dtype.type(0))
    kind = steps.dtype.newbyteorder("<")
    planes = np.ascontiguousarray(steps, dtype=kind).view(np.uint8).reshape(-1, kind.itemsize)
    for place in range(kind.itemsize):
        plane = planes[:, place].tobytes()
        start = plane[:_SAMPLE]
        if len(compress(start, 1)) < 0.9 * len(start):
            plane = compress(plane, 1)
        yield _SIZE.pack(len(plane))
        yield plane


def _unpacked(data: bytes, at: int, rows: int, width: int, kind: str) -> tuple[NDArray[Any], int]:
    """The column that begins at `at`, and where the next one does."""
    size, dtype = rows * width, np.dtype(kind)
    if size > _MOST_PACKED * len(data):
        raise ValueError("the state of a Grouper, cut off")
    planes = np.empty((size, dtype.itemsize), np.uint8)
    for place in range(dtype.itemsize):
        start = at + _SIZE.size
        at = start + (_SIZE.unpack_from(data, at)[0] if start <= len(data) else size + 1)
        plane = memoryview(data)[start:at]
        if at > len(data) or len(plane) > size:
            raise ValueError("the state of a Grouper, cut off")
        given = plane if len(plane) == size else _inflated(plane, size)
        planes[:, place] = np.frombuffer(given, np.uint8)
    numbers = planes.reshape(-1).view(dtype).reshape(rows, width)
    np.cumsum(numbers, axis=1, out=numbers, dtype=dtype)
    return numbers, at


def _inflated(data: memoryview, size: int) -> bytes:
    try:
        found = decompressobj().decompress(data, size)
    except zlib.error as error:
        raise ValueError(f"the state of a Grouper, damaged: {error}") from error
    if len(found) != size:
        raise ValueError("the state of a Grouper, cut off")
    return found


class Grouper:
    """Puts each article into the group of its near copies, as it comes.

    Articles and groups are known by `hash_of` their ids. A group has the number of the article that
    founded it, and keeps it when that one is removed.
    """

    def __init__(self) -> None:
        self._state = State.empty(64)
        self._count = 0  # rows in use, free ones among them included
        self._free: list[int] = []
        self._rows: dict[int, int] = {}  # article → its row, of those that came since:
        self._base = _Order(self._state.ids[:0])
        # Rows that are not as `from_bytes` or `settle` had them.
        self._touched: NDArray[np.bool_] = np.zeros(64, bool)
        self._settled = 0  # rows that there were then
        self._taken: set[int] = (
            set()
        )  # groups that live on though a member, the founder maybe, went
        self._sizes: dict[int, int] | None = None
        self._table: NDArray[np.int32] | None = _new_table(64)
        self._scans = 0

    def __len__(self) -> int:
        """Number of articles."""
        return self._count - len(self._free)

    @property
    def duplicate_count(self) -> int:
        """Articles that are near copies of another one: all members of groups but one of each."""
        groups = self._state.groups[: self._count]
        return len(self) - len(np.unique(groups[groups > 0]))

    def add(self, article: Article) -> int:
        """The group that the article belongs to, its own where it is like no other.

        An article with the id of an earlier one replaces it.
        """
        return self.add_all([article.id], sketch_texts([article.text]))[0]

    def add_all(self, ids: Sequence[str], sketches: Sketches) -> list[int]:
        """The same for many articles, which come one after the other; their ids are distinct."""
        numbers = [_number(id) for id in ids]
        for number, row in zip(numbers, self._base.find_all(numbers), strict=True):
            self._remove(number, row)
        self._reserve(self._count + len(ids))
        rows = np.array([self._new_row(number) for number in numbers], dtype=np.int64)
        state = self._state
        self._touched[rows] = True
        state.ids[rows] = np.array(numbers, np.uint64)
        state.runs[rows] = sketches.runs
        state.numbers[rows] = sketches.numbers
        state.counts[rows] = sketches.counts
        like = self._find(rows, sketches)
        groups = []
        for at, row in enumerate(rows.tolist()):
            if at in like:
                group = int(state.groups[like[at]])
                if self._sizes is not None:
                    self._sizes[group] = self._sizes.get(group, 1) + 1
            else:
                group = self._own_group(numbers[at])
            state.groups[row] = group
            groups.append(group)
        if len(self._rows) > max(_MOST_APART, self._count // 4):
            self._base = _Order(self._state.ids[: self._count])
            self._rows.clear()
        return groups

    def remove(self, id: str) -> None:
        """Forget the article of this id, if there is one."""
        number = _number(id)
        self._remove(number, self._base.find_all([number])[0])

    def _remove(self, number: int, row: int) -> None:
        """Forget an article; `row`: where it was when the order was made, -1 for nowhere."""
        row = self._rows.pop(number, row)
        if row < 0 or self._state.ids[row] != number:
            return
        sizes = self._group_sizes()
        group = int(self._state.groups[row])
        left = sizes.pop(group, 1) - 1
        if left:
            self._taken.add(group)
            if left > 1:
                sizes[group] = left
        else:
            self._taken.discard(group)
        self._state.clear(row)
        self._free.append(row)
        self._touched[row] = True

    # ---------------------------------------------------------------------------------- inside

    def _group_sizes(self) -> dict[int, int]:
        """The members of groups that have more than one; counted when it is first asked for."""
        if self._sizes is None:
            groups, sizes = np.unique(self._state.groups[: self._count], return_counts=True)
            many = (sizes > 1) & (groups > 0)
            self._sizes = dict(zip(groups[many].tolist(), sizes[many].tolist(), strict=True))
        return self._sizes

    def _own_group(self, number: int) -> int:
        """A group for an article that is like no other: its former one may live on without it."""
        if number in self._taken:
            while number in self._taken:
                number = hash_of(str(number))
            self._taken.add(number)
        return number

    def _new_row(self, number: int) -> int:
        if self._free:
            row = self._free.pop()
        else:
            row = self._count
            self._count += 1
        self._rows[number] = row
        return row

    def _reserve(self, rows: int) -> None:
        """Room for so many rows."""
        size = len(self._state.ids)
        if rows > size:
            while size < rows:
                size *= 2
            self._state.reserve(size)
            self._touched = np.concatenate(
                [self._touched, np.zeros(size - len(self._touched), bool)]
            )
            if self._table is not None:
                self._make_table()

    def _make_table(self) -> None:
        self._table = _new_table(len(self._state.ids))
        self._enter(self._table, np.arange(self._count))

    def _find(self, rows: NDArray[np.int64], sketches: Sketches) -> dict[int, int]:
        """By place in `rows`, the row of the article before it that it is a near copy of."""
        own, others = self._candidates(rows, sketches.runs[:, :KEYS])
        state = self._state
        counts, theirs = sketches.counts[own].astype(float), state.counts[others].astype(float)
        ratio = np.minimum(counts, theirs) / np.maximum(np.maximum(counts, theirs), 1)
        good = (ratio >= LEAST_SIZE_RATIO) & (counts >= FEWEST_SHARED)
        own, others, ratio = own[good], others[good], ratio[good]
        held, shared, _ = _containment(state.runs[others], sketches.runs[own])
        least = np.where(ratio < SHORT_RATIO, LEAST_CONTAINMENT_SHORT, LEAST_CONTAINMENT)
        good = (held >= least) & (shared >= FEWEST_SHARED)
        own, others, held = own[good], others[good], held[good]
        number_held, _, compared = _containment(state.numbers[others], sketches.numbers[own])
        good = (number_held >= LEAST_NUMBERS) | (compared < FEWEST_NUMBERS)
        best: dict[int, tuple[float, int]] = {}
        for at, row, share in zip(
            own[good].tolist(), others[good].tolist(), held[good].tolist(), strict=True
        ):
            if at not in best or share > best[at][0]:
                best[at] = share, row
        return {at: row for at, (_, row) in best.items()}

    def _candidates(
        self, rows: NDArray[np.int64], keys: NDArray[np.uint32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of a place in `rows` and the row of an article before it that shares a key."""
        if self._table is None and self._scans == MOST_SCANS:
            self._make_table()
        elif self._table is not None:
            self._enter(self._table, rows)
        if self._table is None:
            self._scans += 1
            own, column, others = self._scan(keys)
        else:
            found = self._table[keys & np.uint32(len(self._table) - 1)]
            own, column, slot = np.nonzero(found >= 0)
            others = found[own, column, slot].astype(np.int64)
        place = np.full(self._count, -1, np.int64)
        place[rows] = np.arange(len(rows))
        before = place[others] < own
        own, column, others = own[before], column[before], others[before]
        # Many hashes share a place of the table: only those that are the same count.
        same = (self._state.runs[others, :KEYS] == keys[own, column][:, None]).any(axis=1)
        pairs = np.unique((own[same] << 32) | others[same])
        return pairs >> 32, pairs & 0xFFFFFFFF

    def _scan(
        self, keys: NDArray[np.uint32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The same as the table tells, from all rows: for a few batches that is sooner done than a
        table is made. Places in `keys` (row and column), and rows that have the key."""
        hint = np.zeros(1 << 18, dtype=bool)
        mask = np.uint32(len(hint) - 1)
        hint[keys & mask] = True
        theirs = self._state.runs[: self._count, :KEYS]
        row, column = np.nonzero(hint[theirs & mask])
        values = theirs[row, column]
        wanted, of_wanted = np.unique(keys, return_inverse=True)
        at = np.minimum(np.searchsorted(wanted, values), len(wanted) - 1)
        hit = (wanted[at] == values) & (values != NOTHING)
        at, row = at[hit], row[hit]
        order = np.argsort(at, kind="stable")  # rows stay in order
        at, row = at[order], row[order]
        first = np.searchsorted(at, np.arange(len(wanted)))
        sizes = np.minimum(np.diff(np.append(first, len(at))), SLOTS)
        of = of_wanted.reshape(-1)
        others = row[ranges(first[of], sizes[of])]
        cell = np.repeat(np.arange(keys.size), sizes[of])
        return cell // KEYS, cell % KEYS, others

    def _enter(self, table: NDArray[np.int32], rows: NDArray[np.int64]) -> None:
        """Put the rows' keys into the table: as many in each place as there is room for."""
        keys = self._state.runs[rows, :KEYS]
        which, columns = np.nonzero(keys != NOTHING)
        places = keys[which, columns] & np.uint32(len(table) - 1)
        order = np.argsort(places, kind="stable")
        places, entered = places[order], rows[which[order]]
        starts = run_starts(places)
        lengths = np.diff(np.append(starts, len(places)))
        slots = np.arange(len(places)) - np.repeat(starts, lengths)
        slots += (table[places] >= 0).sum(axis=1)
        room = slots < SLOTS
        table[places[room], slots[room]] = entered[room]

    # ----------------------------------------------------------------------------------- bytes

    @property
    def has_few_changes(self) -> bool:
        """Whether `changes_to_bytes` says in much fewer bytes what `to_bytes` says."""
        return int(np.count_nonzero(self._touched)) <= self._settled // 8

    def to_bytes(self) -> bytes:
        """The whole state; `from_bytes` reads it back."""
        return _pack(self._state.first(self._count), None, self._taken)

    def changes_to_bytes(self) -> bytes:
        """What has changed since the bytes that it was made from; `from_bytes` takes both."""
        rows = np.flatnonzero(self._touched).astype(np.uint32)
        return _pack(self._state.of(rows), rows, self._taken)

    def settle(self) -> None:
        """Changes are counted from here on: `to_bytes` has been kept."""
        self._settled = self._count
        self._touched[:] = False

    @classmethod
    def from_bytes(cls, data: bytes, changes: bytes = b"") -> Grouper:
        """The grouper that `to_bytes` wrote, with the changes since.

        Raises:
            ValueError: the bytes are not one.
        """
        state, _, taken = _unpack(data)
        grouper = cls()
        grouper._settled = len(state.ids)
        rows = np.zeros(0, np.uint32)
        if changes:
            changed, rows, taken = _unpack(changes)
            state = state.grown(max(len(state.ids), int(rows[-1]) + 1 if len(rows) else 0))
            state.put(rows, changed)
        grouper._count = len(state.ids)
        state.reserve(max(64, 1 << (len(state.ids) - 1).bit_length()))
        grouper._state = state
        grouper._touched = np.zeros(len(state.ids), bool)
        grouper._touched[rows] = True
        grouper._base = _Order(state.ids[: grouper._count])
        grouper._free = np.flatnonzero(state.ids[: grouper._count] == 0).tolist()
        grouper._taken = taken
        grouper._table = None
        return grouper


def _number(id: str) -> int:
    return hash_of(id) or 1  # 0 is a free row


class _Order:
    """Where each number stands, found by bisection: made far sooner than a dictionary."""

    def __init__(self, numbers: NDArray[np.uint64]) -> None:
        self._order = np.argsort(numbers, kind="stable")
        self._sorted = numbers[self._order]

    def find_all(self, numbers: Sequence[int]) -> list[int]:
        """The place of each number, -1 where it is not there."""
        if not len(self._sorted):
            return [-1] * len(numbers)
        wanted = np.array(numbers, np.uint64)
        at = np.minimum(np.searchsorted(self._sorted, wanted), len(self._sorted) - 1)
        found: list[int] = np.where(self._sorted[at] == wanted, self._order[at], -1).tolist()
        return found


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
