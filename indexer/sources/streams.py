"""Unpacking with bounds: whatever a packed file expands to, memory and work are limited."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from typing import IO, TYPE_CHECKING

from indexer.errors import DocumentError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

# An xz file says how much memory unpacking takes, up to 4 GB; `xz -9` asks for 65 MB.
_XZ_MEMORY_BYTES = 256 << 20
_CHUNK_BYTES = 1 << 16
# What unpacking a damaged or hostile file may raise; each names the trouble in its message.
UNPACKING_ERRORS = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError)


class Unpacked(io.RawIOBase):
    """The bytes of a packed stream (several packed parts in a row count as one), never too many.

    Reading raises DocumentError once more than `most_bytes` came out (a decompression bomb), and
    EOFError where the packed stream ends in the middle.
    """

    def __init__(self, packed: IO[bytes], packing: str, source: str, most_bytes: int) -> None:
        self._packed = packed
        self._magic, self._open = _DECOMPRESSORS[packing]
        self._decompressor = self._open()
        self._started = False
        self._pending = b""
        self._fed = b""  # where the part that is being unpacked begins, or goes on
        self._source = source
        self._most_bytes = most_bytes
        self._count = 0

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Number of bytes put into `buffer`, 0 at the end."""
        view = memoryview(buffer)
        data = self._next(min(len(view), _CHUNK_BYTES)) if len(view) else b""
        view[: len(data)] = data
        self._count += len(data)
        if self._count > self._most_bytes:
            raise DocumentError(
                self._source, f"unpacks to more than {self._most_bytes:,} bytes; not read further"
            )
        return len(data)

    def skip_part(self) -> bool:
        """Go on, after an error, with the next packed part; whether there is one."""
        at = self._fed.find(self._magic, 1)
        while at < 0:
            kept = self._fed[1 - len(self._magic) :]
            more = self._packed.read(_CHUNK_BYTES)
            if not more:
                return False
            self._fed = kept + more
            at = self._fed.find(self._magic)
        self._fed = self._pending = self._fed[at:]
        self._decompressor, self._started = self._open(), False
        return True

    def _next(self, size: int) -> bytes:
        while True:
            if self._decompressor.eof:
                rest = self._decompressor.unused_data
                rest = (rest + self._packed.read(_CHUNK_BYTES)).lstrip(b"\0")
                if not rest.startswith(self._magic):
                    return b""  # the end, or what a careless download appended
                self._fed = self._pending = rest
                self._decompressor, self._started = self._open(), False
            elif not self._pending and self._decompressor.needs_input:
                self._fed = self._pending = self._packed.read(_CHUNK_BYTES)
                if not self._pending:
                    if not self._started:
                        return b""
                    raise EOFError("the packed file ends in the middle")
            self._started = True
            data = self._decompressor.decompress(self._pending, size)
            self._pending = b""
            if data:
                return data


class _Gzip:
    """zlib's gzip decompressor with the interface of the other two."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(16 + zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, size: int) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, size)


# By packing: how a packed part begins, and what unpacks it.
_DECOMPRESSORS: dict[
    str, tuple[bytes, Callable[[], _Gzip | bz2.BZ2Decompressor | lzma.LZMADecompressor]]
] = {
    "gzip": (b"\x1f\x8b\x08", _Gzip),
    "bzip2": (b"BZh", bz2.BZ2Decompressor),
    "xz": (b"\xfd7zXZ", lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY_BYTES)),
}


def unpack(stream: IO[bytes], packing: str, source: str, most_bytes: int) -> IO[bytes]:
    """`stream`, unpacked by `packing` (`gzip`, `bzip2`, `xz`; "" leaves it as it is), buffered."""
    if not packing:
        return stream
    return io.BufferedReader(Unpacked(stream, packing, source, most_bytes), _CHUNK_BYTES)


def read_at_most(stream: IO[bytes], max_bytes: int, source: str, *, begun: bytes = b"") -> bytes:
    """All bytes of `stream`, after those that were `begun` with.

    Raises:
        DocumentError: they are more than `max_bytes`
    """
    chunks = [begun]
    left = max_bytes + 1 - len(begun)
    while left > 0 and (chunk := stream.read(min(left, 1 << 20))):
        chunks.append(chunk)
        left -= len(chunk)
    if left <= 0:
        raise DocumentError(source, f"larger than {max_bytes:,} bytes")
    return b"".join(chunks)
