"""Bytes → numbers of the units between spaces, a batch at a time: compiled (`NativeUnits`), or in
numpy (`Units`) where there was no C compiler.

In numpy, a unit of up to 16 bytes is looked up as one or two 64-bit integers, for all units at
once: a fifth of the time of splitting and a dictionary. Comparing the integers is comparing the
bytes, so nothing rests on a hash being free of collisions. What is not in the tables (new units,
long ones, the few that share a slot with another) goes through the dictionary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from types import ModuleType

import numpy as np

from indexer.columnar.arrays import I32, I64, U8, U64, Bools, Ints

_BITS = 19  # slots of a table: twice as many as there may be units
_MIX = np.uint64(0x9E3779B97F4A7C15)
_MASKS = np.array([(1 << 8 * i) - 1 for i in range(9)], dtype=np.uint64)
_PAD = bytes(16)
# Units looked up before the first misses are learnt; then ever more, as long as caches hold them.
_FIRST, _MOST = 1 << 14, 1 << 16


class Numbers(dict[str, int]):
    """Numbers strings in the order of their first coming."""

    def __missing__(self, key: str) -> int:
        self[key] = number = len(self)
        return number


class Units:
    """Numbers units in the order of their first coming; `names` has them in that order."""

    def __init__(self) -> None:
        self.names = Numbers()
        self._order: list[str] = []
        self._short = _Table()
        self._long = _Table()

    def __len__(self) -> int:
        return len(self.names)

    def add(self, unit: str) -> None:
        """Give a unit its number."""
        self.names[unit]

    def names_from(self, number: int) -> list[str]:
        """The units that have this number or a greater one."""
        self._order += list(islice(self.names, len(self._order), None))
        return self._order[number:]

    def name(self, number: int) -> str:
        """A unit that `names_from` gave before."""
        return self._order[number]

    def numbers_of(self, text: str) -> I32:
        """The numbers of the units of a text that ends with a space."""
        if "\0" in text:  # it would look like the end of a unit
            names = self.names
            return np.array([names[unit] for unit in text[:-1].split(" ")], dtype=np.int32)
        data = text.encode("utf-8", "surrogatepass")
        raw = np.frombuffer(data + _PAD, dtype=np.uint8)
        ends = np.flatnonzero(raw == 32)
        starts = np.empty_like(ends)
        starts[0] = 0
        starts[1:] = ends[:-1] + 1
        numbers = np.empty(len(ends), dtype=np.int32)
        done, size = 0, _FIRST
        while done < len(ends):
            part = slice(done, done + size)
            self._look_up(data, raw, starts[part], ends[part], numbers[part])
            done, size = done + size, min(2 * size, _MOST)
        return numbers

    def _look_up(self, data: bytes, raw: U8, starts: I64, ends: I64, numbers: I32) -> None:
        sizes = ends - starts
        words: U64 = np.ndarray((len(raw) - 7,), dtype="<u8", buffer=raw, strides=(1,))
        first = words[starts] & _MASKS[np.minimum(sizes, 8)]
        slots = _slots(first)
        known = self._short.find(slots, first, None, numbers)
        long = np.flatnonzero(sizes > 8)
        second = words[starts[long] + 8] & _MASKS[np.minimum(sizes[long] - 8, 8)]
        of_long = np.empty(len(long), dtype=np.int32)
        slots[long] = _slots(first[long] ^ (second * _MIX))
        known[long] = self._long.find(slots[long], first[long], second, of_long)
        numbers[long] = of_long
        known[long[sizes[long] > 16]] = False
        missed = np.flatnonzero(~known)
        names = self.names
        numbers[missed] = [
            names[data[start:end].decode("utf-8", "surrogatepass")]
            for start, end in zip(starts[missed].tolist(), ends[missed].tolist(), strict=True)
        ]
        short = missed[sizes[missed] <= 8]
        self._short.learn(slots[short], first[short], None, numbers[short])
        rest = np.flatnonzero(~known[long] & (sizes[long] <= 16))
        rows = long[rest]
        self._long.learn(slots[rows], first[rows], second[rest], numbers[rows])


def _slots(key: U64) -> I64:
    mixed = (key * _MIX) ^ (key >> np.uint64(29))
    slots: I64 = ((mixed * _MIX) >> np.uint64(64 - _BITS)).astype(np.int64)
    return slots


class _Table:
    """Slots that each hold one unit at most; a free one has the key 0, which only "" has."""

    def __init__(self) -> None:
        self._first = np.zeros(1 << _BITS, dtype=np.uint64)
        self._second = np.zeros(1 << _BITS, dtype=np.uint64)
        self._numbers = np.full(1 << _BITS, -1, dtype=np.int32)

    def find(self, slots: I64, first: U64, second: U64 | None, numbers: I32) -> Bools:
        """Which are known; their numbers are put into `numbers`."""
        numbers[:] = self._numbers[slots]
        known: Bools = self._first[slots] == first
        if second is not None:
            known &= self._second[slots] == second
        known &= numbers >= 0
        return known

    def learn(self, slots: I64, first: U64, second: U64 | None, numbers: I32) -> None:
        """Take in units whose slots are free."""
        free = self._numbers[slots] < 0
        slots = slots[free]
        self._first[slots] = first[free]
        if second is not None:
            self._second[slots] = second[free]
        self._numbers[slots] = numbers[free]


Table = tuple[I32, U8, I64, int]  # slots, bytes, where each string ends, how many are known


class NativeNumbers:
    """Numbers strings in the order of their first coming, in a hash table that is compiled code's.

    `table` is for calls that may number strings too; they tell how many there are afterwards.
    """

    _FEW = 1 << 12

    def __init__(self, native: ModuleType, strings: Iterable[str] = ()) -> None:
        self._native = native
        self._slots: I32 = np.full(2 * self._FEW, -1, dtype=np.int32)
        self._store: U8 = np.zeros(1 << 16, dtype=np.uint8)  # the bytes of all strings
        self._ends: I64 = np.zeros(self._FEW, dtype=np.int64)
        self.known = 0
        self._names: list[str] = []
        for text in strings:
            self.number(text)

    def __len__(self) -> int:
        return self.known

    def __iter__(self) -> Iterator[str]:
        self.names_from(0)
        return iter(self._names)

    @property
    def table(self) -> Table:
        """What compiled code needs to look strings up."""
        return self._slots, self._store, self._ends, self.known

    @property
    def size_bytes(self) -> int:
        """Memory held."""
        names = 100 * len(self._names)
        return self._slots.nbytes + self._store.nbytes + self._ends.nbytes + names

    @property
    def _used(self) -> int:
        return int(self._ends[self.known - 1]) if self.known else 0

    def reserve(self, count: int, size: int) -> bool:
        """Make room for so many more strings, and bytes; whether there was too little."""
        known, before = self.known + count, (len(self._slots), len(self._store), len(self._ends))
        self._store = with_room(self._store, self._used + size)
        self._ends = with_room(self._ends, known)
        slots = len(self._slots)
        while slots < 2 * known:
            slots *= 2
        if slots > len(self._slots):
            self._slots = np.full(slots, -1, dtype=np.int32)
            self._native.place_units(*self.table)
        return before != (len(self._slots), len(self._store), len(self._ends))

    def grow(self) -> None:
        """Make room for twice as many strings, and bytes."""
        self.reserve(max(self.known, len(self._slots) // 2), max(self._used, len(self._store)))

    def number(self, text: str) -> int:
        """The number of a string, which it gets now if it has none."""
        data = text.encode("utf-8", "surrogatepass")
        self.reserve(1, len(data))
        number: int = self._native.number_string(data, self.table)
        self.known = max(self.known, number + 1)
        return number

    def names_from(self, number: int) -> list[str]:
        """The strings that have this number or a greater one."""
        first = len(self._names)
        ends = self._ends[max(0, first - 1) : self.known].tolist()
        start = ends.pop(0) if first else 0
        data = self._store[start : ends[-1] if ends else start].tobytes()
        at = start
        for end in ends:
            self._names.append(data[at - start : end - start].decode("utf-8", "surrogatepass"))
            at = end
        return self._names[number:]

    def name(self, number: int) -> str:
        """The string that has this number."""
        start = int(self._ends[number - 1]) if number else 0
        return (
            self._store[start : int(self._ends[number])].tobytes().decode("utf-8", "surrogatepass")
        )


class NativeUnits(NativeNumbers):
    """The same as `Units`: the table is probed once for each unit of a text."""

    def add(self, unit: str) -> None:
        """Give a unit its number."""
        self.number(unit)

    def numbers_of(self, text: str) -> I32:
        """The numbers of the units of a text that ends with a space."""
        data = text.encode("utf-8", "surrogatepass")
        numbers: I32 = np.empty(len(data), dtype=np.int32)  # what is not used is never touched
        self._store = with_room(self._store, self._used + len(data))
        at = done = 0
        while at < len(data):
            self._ends = with_room(self._ends, len(self._slots) // 2)
            self.known, at, done = self._native.number_units(
                data, at, self._slots, self._store, self._ends, self.known, numbers, done
            )
            if at < len(data):
                self.reserve(len(self._slots) // 2, 0)
        return numbers[:done]


def with_room(array: Ints, size: int) -> Ints:
    """The array, longer if need be; what it gains is not set."""
    if size <= len(array):
        return array
    longer = np.empty(max(size, 2 * len(array)), array.dtype)
    longer[: len(array)] = array
    return longer
