"""Bytes → numbers of the units between spaces, a batch at a time: compiled (`NativeUnits`), or in
numpy (`Units`) where there was no C compiler.

In numpy, a unit of up to 16 bytes is looked up as one or two 64-bit integers, for all units at
once: a fifth of the time of splitting and a dictionary. Comparing the integers is comparing the
bytes, so nothing rests on a hash being free of collisions. What is not in the tables (new units,
long ones, the few that share a slot with another) goes through the dictionary.
"""

from __future__ import annotations

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


class NativeUnits:
    """The same, as `Units` does it: a hash table that is probed once for each unit of a text."""

    _FEW = 1 << 12

    def __init__(self, native: ModuleType) -> None:
        self._native = native
        self._slots: I32 = np.full(2 * self._FEW, -1, dtype=np.int32)
        self._store: U8 = np.zeros(1 << 16, dtype=np.uint8)  # the bytes of all units
        self._ends: I64 = np.zeros(self._FEW, dtype=np.int64)
        self._known = 0
        self._names: list[str] = []

    def __len__(self) -> int:
        return self._known

    def add(self, unit: str) -> None:
        """Give a unit its number."""
        self.numbers_of(f"{unit} ")

    def names_from(self, number: int) -> list[str]:
        """The units that have this number or a greater one."""
        ends = self._ends[: self._known].tolist()
        start = ends[len(self._names) - 1] if self._names else 0
        data = self._store[start : ends[-1] if ends else 0].tobytes()
        at = start
        for end in ends[len(self._names) :]:
            self._names.append(data[at - start : end - start].decode("utf-8", "surrogatepass"))
            at = end
        return self._names[number:]

    def name(self, number: int) -> str:
        """A unit that `names_from` gave before."""
        return self._names[number]

    def numbers_of(self, text: str) -> I32:
        """The numbers of the units of a text that ends with a space."""
        data = text.encode("utf-8", "surrogatepass")
        numbers: I32 = np.empty(data.count(b" "), dtype=np.int32)
        self._store = _with_room(self._store, self._used + len(data))
        self._ends = _with_room(self._ends, self._known + len(numbers))
        at = done = 0
        while at < len(data):
            self._known, at, done = self._native.number_units(
                data, at, self._slots, self._store, self._ends, self._known, numbers, done
            )
            if at < len(data):
                self._slots = np.full(2 * len(self._slots), -1, dtype=np.int32)
                self._native.place_units(self._slots, self._store, self._ends, self._known)
        return numbers

    @property
    def _used(self) -> int:
        return int(self._ends[self._known - 1]) if self._known else 0


def _with_room(array: Ints, size: int) -> Ints:
    """The array, longer if need be; what it gains is not set."""
    if size <= len(array):
        return array
    longer = np.empty(max(size, 2 * len(array)), array.dtype)
    longer[: len(array)] = array
    return longer
