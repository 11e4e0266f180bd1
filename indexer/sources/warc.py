"""Web crawls in WARC files (ISO 28500), through warcio."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from indexer.errors import DocumentError
from indexer.models import Document
from indexer.sources.found import Found, Ignored, failed, reason_of
from indexer.sources.kinds import FileType
from indexer.sources.names import safe_name
from indexer.sources.streams import UNPACKING_ERRORS, Unpacked, read_at_most

_PAGE_TYPES = {
    "text/html": "text/html",
    "application/xhtml+xml": "text/html",
    "application/vnd.wap.xhtml+xml": "text/html",
    "text/plain": "text/plain",
}
# The heads of a record: warcio reads their lines whole, however long.
_HEAD_BYTES = 4 << 20


class _Guarded(io.RawIOBase):
    """A stream of which no more than `allowed` bytes are read, where that is a number."""

    def __init__(self, stream: IO[bytes] | io.RawIOBase, source: str) -> None:
        self._stream = stream
        self._source = source
        self.allowed: int | None = None

    def readable(self) -> bool:
        """True."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes."""
        try:
            data = self._stream.read(size) or b""
        except EOFError as error:  # which warcio would take for the end of the file
            raise OSError(str(error)) from error
        if self.allowed is not None:
            self.allowed -= len(data)
            if self.allowed < 0:
                raise DocumentError(self._source, "a record's head is too long; not read further")
        return data


def read_warc(
    stream: IO[bytes], source: str, type_: FileType, max_bytes: int, most_bytes: int
) -> Iterator[Found]:
    """The pages of a WARC file: `source#n` is its n-th record, from 1.

    Pages are `response` records of status 200 and `resource` records, of HTML and plain text. Other
    statuses and types, and `revisit` records (the page was the same as one recorded elsewhere), are
    ignored. A record that the crawler cut short (`WARC-Truncated`) is read as far as it goes; a
    record that ends before its own length, as in a file that was not copied whole, is an error.
    Where each record is packed by itself, one that is damaged costs no other.
    """
    # Unpacked here and not by warcio, so that files packed as a whole can be read too; and not
    # buffered, so that what comes before a damaged place is not lost with it.
    unpacked = Unpacked(stream, type_.packing, source, most_bytes) if type_.packing else None
    guarded = _Guarded(unpacked or stream, source)
    number = 0
    while True:
        records = _records(guarded)
        try:
            for record in records:
                number += 1
                found = _page(record, f"{source}#{number}", max_bytes)
                if found:
                    yield found
                while record.raw_stream.read(1 << 16):
                    pass
            return
        except DocumentError as error:
            yield error
            return
        except ArchiveLoadFailed as error:
            yield failed(source, f"not a WARC file from record {number + 1} on", error)
            return
        except UNPACKING_ERRORS as error:
            yield failed(source, f"damaged at record {number + 1}: {reason_of(error)}", error)
            if unpacked is None or not unpacked.skip_part():
                return


def _records(guarded: _Guarded) -> Iterator[Any]:
    """The records of a stream, from where it stands."""
    records = iter(ArchiveIterator(guarded))  # type: ignore[no-untyped-call]
    while True:
        guarded.allowed = _HEAD_BYTES
        record = next(records, None)
        if record is None:
            return
        guarded.allowed = None
        yield record


def _page(record: Any, name: str, max_bytes: int) -> Found | None:
    """What a record holds; None for records about the crawl itself."""
    if record.rec_type == "revisit":
        return Ignored(name)
    if record.rec_type not in ("response", "resource"):
        return None
    url = safe_name(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    http = record.http_headers
    if record.rec_type == "response" and http is not None and http.get_statuscode() != "200":
        return Ignored(name)
    declared = (record.content_type if http is None else http.get_header("Content-Type")) or ""
    essence, _, parameters = declared.partition(";")
    media_type = _PAGE_TYPES.get(essence.strip().lower())
    if media_type is None or not url.startswith(("http://", "https://")):
        return Ignored(name)
    try:
        content = read_at_most(record.content_stream(), max_bytes, name)
    except DocumentError as error:
        return error
    except UNPACKING_ERRORS as error:
        return failed(name, f"its body cannot be read: {reason_of(error)}", error)
    if not content:
        return failed(name, "empty")
    missing = getattr(record.raw_stream, "limit", 0)
    if missing and not record.raw_stream.read(1):
        return failed(name, f"cut off: {missing:,} bytes are missing")
    if charset := _charset(parameters):
        media_type += f"; charset={charset}"
    return Document(name, content, media_type, url)


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            return safe_name(value.strip().strip("\"'"))[:40]
    return ""
