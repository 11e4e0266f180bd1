"""One file that is one document: a page or a text."""

from __future__ import annotations

import io
import re
from typing import IO

from indexer.errors import DocumentError
from indexer.models import Document
from indexer.sources.found import Found, Ignored, failed, reason_of
from indexer.sources.kinds import FileType, Kind
from indexer.sources.mirror import mirrored_url
from indexer.sources.streams import UNPACKING_ERRORS, read_at_most, unpack

_GZIP_MAGIC = b"\x1f\x8b\x08"
# A page's first bytes, or those of a packed one.
_LOOKS_LIKE_PAGE = re.compile(
    rb"(?:<[!?][^>]*>|\s|\xef\xbb\xbf)*<(?:html|head|body|title|meta)\b|\x1f\x8b\x08", re.I
)


# Pictures, documents and programs that were saved as pages, by how they begin.
_BINARY = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"RIFF",
    b"\x7fELF",
    b"wOF",
)
_SAMPLE_BYTES = 4096
_CONTROLS = bytes(b for b in range(1, 0x20) if b not in b"\t\n\v\f\r\x1b")


def _is_binary(content: bytes) -> bool:
    """Whether this is no text in any charset.

    Text has no control bytes to speak of, but for UTF-16, where they are halves of letters and
    where, of Vietnamese, some three quarters of the other halves are NUL.
    """
    sample = content[:_SAMPLE_BYTES]
    if sample.startswith(_BINARY):
        return True
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > 0.03 * len(sample) and sample.count(0) < 0.2 * len(sample)


def read_page(
    stream: IO[bytes], source: str, type_: FileType, max_bytes: int, folders: tuple[str, ...] = ()
) -> Found:
    """The page or text in `stream`.

    source    its name; behind an archive's `!`, or else all of it, is its path, which may tell
              its URL; `folders` are the names of the folders above
    """
    try:
        unpacked = unpack(stream, type_.packing, source, max_bytes)
        content = unpacked.read(_SAMPLE_BYTES)
        if type_.kind is Kind.DYNAMIC and not _LOOKS_LIKE_PAGE.match(content):
            return Ignored(source)
        content = read_at_most(unpacked, max_bytes, source, begun=content)
        if content.startswith(_GZIP_MAGIC):  # wget saves what the server sent, packed or not
            packed = unpack(io.BytesIO(content), "gzip", source, max_bytes)
            content = read_at_most(packed, max_bytes, source)
    except DocumentError as error:
        return error
    except UNPACKING_ERRORS as error:
        return failed(source, f"cannot be read: {reason_of(error)}", error)
    if _is_binary(content):
        return failed(source, "not text but binary data")
    if type_.kind is Kind.TEXT:
        return Document(source, content, "text/plain")
    if type_.kind is Kind.DYNAMIC and not _LOOKS_LIKE_PAGE.match(content[:_SAMPLE_BYTES]):
        return Ignored(source)
    path = source.rpartition("!")[2]
    return Document(source, content, "text/html", mirrored_url(content, *folders, path=path))
