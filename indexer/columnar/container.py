"""One file of named arrays, every block of it with a checksum.

    magic | array | array | … | block checksums | JSON table | length, checksum of the table | magic

The table tells, for each array, its type (little-endian), place and length. It stands at the end
so that arrays can be written one after the other, and even in pieces, without knowing their sizes.
`Sections` maps the file into memory; opening it checks the frame and the table, and an array is
checked when it is first asked for, or block by block as its parts are touched. So a damaged file
is noticed before anything is made of it, and opening stays quick whatever the size.

A *packed* array is compressed, for tables that are small, or seldom asked for, and always read
whole: the differences of neighbours if it ascends (places become sizes), then the lowest byte of
every number, the next byte of every number, and so on. Format 1 had none.
"""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any
from zlib import compress, crc32, decompressobj

import numpy as np

from indexer.columnar.arrays import U8, U32, Ints, view
from indexer.columnar.files import Files
from indexer.errors import IndexCorruptError

MAGIC = b"timtin\x02\n"
_READ = (MAGIC, b"timtin\x01\n")  # formats
_PACKING = 6  # zlib's level
BLOCK = 1 << 16  # bytes covered by one checksum
_TAIL = struct.Struct("<II8s")
_ALIGN = 8
_NOTHING: U8 = np.zeros(0, dtype=np.uint8)


class SectionWriter:
    """Writes the arrays of one file. Leave the `with` block normally to finish the file."""

    def __init__(self, path: Path, files: Files, facts: dict[str, Any]) -> None:
        self.path = path
        self.facts = facts
        self._files = files
        self._file = files.create(path)
        self._at = 0
        self._table: dict[str, list[Any]] = {}
        self._sums: list[int] = []
        self._name = ""
        self._type = ""
        self._start = 0
        self._pending = bytearray()
        self._write(MAGIC)

    def __enter__(self) -> SectionWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._close()
        finally:
            self._file.close()

    def _write(self, data: bytes | memoryview) -> None:
        self._files.write(self._file, data)
        self._at += len(data)

    def add(self, name: str, array: Ints | bytes) -> None:
        """Write a whole array."""
        data = np.frombuffer(array, dtype=np.uint8) if isinstance(array, bytes) else array
        self.begin(name, data.dtype)
        self.append(data)
        self.end()

    def add_packed(self, name: str, array: Ints) -> None:
        """Write a whole array of unsigned numbers, compressed."""
        ascends = bool((array[1:] >= array[:-1]).all())
        self.add(name, compress(_planes(array, ascends=ascends), _PACKING))
        kind = array.dtype.newbyteorder("<").str
        self._table[name] += [kind, len(array), ascends]

    def begin(self, name: str, dtype: np.dtype[Any] | type[Any]) -> None:
        """Start an array whose parts come by `append`."""
        self._name = name
        self._type = np.dtype(dtype).newbyteorder("<").str
        self._start = self._at
        self._first_sum = len(self._sums)

    def append(self, part: Ints) -> None:
        """The next part of the array that was begun."""
        data = view(np.ascontiguousarray(part, dtype=self._type)).cast("B")
        self._write(data)
        if self._pending:
            taken = min(len(data), BLOCK - len(self._pending))
            self._pending += data[:taken]
            data = data[taken:]
            if len(self._pending) < BLOCK:
                return
            self._sums.append(crc32(self._pending))
            self._pending.clear()
        whole = len(data) - len(data) % BLOCK
        for at in range(0, whole, BLOCK):
            self._sums.append(crc32(data[at : at + BLOCK]))
        self._pending += data[whole:]

    def end(self) -> None:
        """The array that was begun is complete."""
        if self._pending:
            self._sums.append(crc32(self._pending))
            self._pending.clear()
        size = self._at - self._start
        self._table[self._name] = [
            self._type,
            self._start,
            size // np.dtype(self._type).itemsize,
            self._first_sum,
        ]
        self._write(bytes(-self._at % _ALIGN))

    def _close(self) -> None:
        sums = np.array(self._sums, dtype="<u4").tobytes()
        facts = {**self.facts, "sums": [self._at, len(self._sums), crc32(sums)]}
        self._write(sums)
        table = json.dumps({"facts": facts, "arrays": self._table}, ensure_ascii=False).encode()
        self._write(table)
        self._write(_TAIL.pack(len(table), crc32(table), MAGIC))
        self._files.finish(self._file)


class Section:
    """One array of a file, checked block by block as `bytes_at` touches it."""

    __slots__ = ("_bytes", "_checked", "_file", "_sums", "name", "raw")

    def __init__(self, file: Sections, name: str, raw: U8, sums: U32) -> None:
        self.name = name
        self.raw = raw
        self._bytes = view(raw)
        self._file = file
        self._sums = sums
        self._checked = bytearray(len(sums))

    def bytes_at(self, start: int, end: int) -> U8:
        """The bytes from `start` to `end`. Raises `IndexCorruptError` where they are damaged."""
        first, last = start // BLOCK, (end + BLOCK - 1) // BLOCK
        if self._checked.find(0, first, last) >= 0:
            self.check(first, last)
        return self.raw[start:end]

    def read(self, start: int, end: int) -> bytes:
        """A copy of the bytes from `start` to `end`, checked like those of `bytes_at`."""
        first, last = start // BLOCK, (end + BLOCK - 1) // BLOCK
        if self._checked.find(0, first, last) >= 0:
            self.check(first, last)
        return self._bytes[start:end].tobytes()

    @property
    def opened(self) -> tuple[U8, bytearray, Callable[[int, int], None]]:
        """Its bytes, which blocks of them are checked, and how to check those from one to another:
        for compiled code that reads many places of it."""
        return self.raw, self._checked, self.check

    @property
    def is_checked(self) -> bool:
        """Whether nothing of it is left to check."""
        return self._checked.find(0) < 0

    def bytes_of(self, ranges: Iterable[tuple[int, int]]) -> U8:
        """The bytes of several ranges (start, end) end to end, checked like those of `bytes_at`."""
        if self.is_checked:
            return np.frombuffer(b"".join([self._bytes[a:b] for a, b in ranges]), np.uint8)
        return np.concatenate([_NOTHING, *(self.bytes_at(a, b) for a, b in ranges)])

    def check(self, first: int = 0, last: int | None = None) -> None:
        """Compare the checksums of these blocks, of all by default."""
        last = len(self._sums) if last is None else min(last, len(self._sums))
        for block in range(first, last):
            if not self._checked[block]:
                if crc32(view(self.raw[block * BLOCK : (block + 1) * BLOCK])) != self._sums[block]:
                    raise self._file.corrupt(f"checksum of {self.name}, block {block}, is wrong")
                self._checked[block] = 1


class Sections:
    """A file of arrays, mapped into memory; `facts` is what its writer said about it.

    Raises `IndexCorruptError` when the file is cut short or its table is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            if path.stat().st_size < len(MAGIC) + _TAIL.size:
                raise self.corrupt("cut short")
            with path.open("rb") as file:
                self._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._map: U8 = np.frombuffer(self._mapped, dtype=np.uint8)
        except FileNotFoundError as error:
            raise self.corrupt("missing") from error
        self.size_bytes = len(self._map)
        length, checksum, magic = _TAIL.unpack(self._map[-_TAIL.size :].tobytes())
        if magic not in _READ or self._map[: len(MAGIC)].tobytes() != magic:
            raise self.corrupt("not a file of this index, or cut short")
        end = self.size_bytes - _TAIL.size
        table = self._map[max(0, end - length) : end].tobytes()
        if len(table) != length or crc32(table) != checksum:
            raise self.corrupt("checksum of the table is wrong")
        values = json.loads(table)
        self.facts: dict[str, Any] = values["facts"]
        self._arrays: dict[str, list[Any]] = values["arrays"]
        at, count, checksum = self.facts["sums"]
        sums = self._map[at : at + 4 * count]
        if len(sums) != 4 * count or crc32(view(sums)) != checksum:
            raise self.corrupt("the checksums are damaged")
        self._sums: U32 = sums.view("<u4")
        self._sections: dict[str, Section] = {}
        self._unpacked: dict[str, Ints] = {}

    def corrupt(self, reason: str) -> IndexCorruptError:
        """The error that says what is wrong with this file."""
        return IndexCorruptError(str(self.path.parent), self.path.name, reason)

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def names(self) -> list[str]:
        """The names of all arrays, in file order."""
        return list(self._arrays)

    def place_of(self, name: str) -> tuple[int, int]:
        """Where in the file an array begins, and its size in bytes."""
        dtype, start, count = self._arrays[name][:3]
        return start, count * np.dtype(dtype).itemsize

    def section(self, name: str) -> Section:
        """An array as bytes that are checked as they are touched."""
        section = self._sections.get(name)
        if section is None:
            start, size = self.place_of(name)
            first = self._arrays[name][3]
            sums = self._sums[first : first + (size + BLOCK - 1) // BLOCK]
            section = Section(self, name, self._map[start : start + size], sums)
            self._sections[name] = section
        return section

    def array(self, name: str) -> Ints:
        """A whole array, checked. Read-only: it lies in the file."""
        found: Ints | None = self._unpacked.get(name)
        if found is not None:
            return found
        section = self.section(name)
        section.check()
        kind, _, _, _, *packed = self._arrays[name]
        if not packed:
            return section.raw.view(kind)
        found = self._unpacked[name] = self._unpack(section, *packed)
        return found

    def _unpack(self, section: Section, kind: str, count: int, ascends: bool) -> Ints:
        dtype = np.dtype(kind)
        size = count * dtype.itemsize
        try:
            data = decompressobj().decompress(view(section.raw), size) if size else b""
        except zlib.error as error:
            raise self.corrupt(f"{section.name} cannot be read: {error}") from error
        if len(data) != size:
            raise self.corrupt(f"{section.name} is cut short")
        planes = np.frombuffer(data, dtype=np.uint8).reshape(dtype.itemsize, count)
        found: Ints = planes.T.copy("C").reshape(-1).view(dtype)
        if ascends:
            np.cumsum(found, out=found, dtype=dtype)
        found.flags.writeable = False
        return found

    def release(self) -> None:
        """Let go of the memory that the file takes in this process; touching it takes it again."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._mapped.madvise(mmap.MADV_DONTNEED)

    def verify(self) -> None:
        """Check every byte: by checksum, and that nothing is between the arrays.

        Raises `IndexCorruptError`.
        """
        for name in self._arrays:
            section = self.section(name)
            section._checked[:] = bytes(len(section._checked))
            section.check()
        at, _, _ = self.facts["sums"]
        end = len(MAGIC)
        for start, size in [*sorted(map(self.place_of, self._arrays)), (at, 0)]:
            if self._map[end:start].any():
                raise self.corrupt(f"byte {end} to {start - 1}, between two arrays, are not empty")
            end = start + size


def _planes(array: Ints, *, ascends: bool) -> bytes:
    """The lowest bytes of all numbers (of their differences, where they ascend), and so on."""
    kind = array.dtype.newbyteorder("<")
    numbers = np.diff(array, prepend=array.dtype.type(0)) if ascends else array
    rows = np.ascontiguousarray(numbers, dtype=kind).view(np.uint8).reshape(-1, kind.itemsize)
    return rows.T.tobytes()
