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
_LOOKS_LIKE_HTML = re.compile(
    rb"(?:<[!?][^>]*>|\s|\xef\xbb\xbf)*<(?:html|head|body|title|meta)\b", re.I
)


def read_page(
    stream: IO[bytes], source: str, type_: FileType, max_bytes: int, folders: tuple[str, ...] = ()
) -> Found:
    """The page or text in `stream`.

    source    its name; behind an archive's `!`, or else all of it, is its path, which may tell
              its URL; `folders` are the names of the folders above
    """
    try:
        content = read_at_most(unpack(stream, type_.packing, source, max_bytes), max_bytes, source)
        if content.startswith(_GZIP_MAGIC):  # wget saves what the server sent, packed or not
            packed = unpack(io.BytesIO(content), "gzip", source, max_bytes)
            content = read_at_most(packed, max_bytes, source)
    except DocumentError as error:
        return error
    except UNPACKING_ERRORS as error:
        return failed(source, f"cannot be read: {reason_of(error)}", error)
    if type_.kind is Kind.TEXT:
        return Document(source, content, "text/plain")
    if type_.kind is Kind.DYNAMIC and not _LOOKS_LIKE_HTML.match(content[:4096]):
        return Ignored(source)
    path = source.rpartition("!")[2]
    return Document(source, content, "text/html", mirrored_url(content, *folders, path=path))
