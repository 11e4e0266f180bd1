"""What goes through the pipes between the run and its worker processes: frames of bytes.

Documents go one way as they are, results come back as JSON. Nothing is pickled: a worker reads
hostile pages all day, and what it sends back must not be able to run code.

A frame is two lengths (little-endian, 4 bytes each), a JSON head and a body of raw bytes.
"""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from typing import Any, BinaryIO

from indexer.errors import DocumentError, NotAnArticleError
from indexer.models import Article, Document

_LENGTHS = struct.Struct("<II")
READY, CRASHED, LEAVING = "ready", "crashed", "leaving"


def frame(head: Any, body: bytes = b"") -> bytes:
    """The bytes of a frame.

    Halves of surrogate pairs, which JSON items can hold and which no file or index can, become `?`.
    """
    data = json.dumps(head, ensure_ascii=False).encode("utf-8", "replace")
    return b"".join([_LENGTHS.pack(len(data), len(body)), data, body])


def read_frame(stream: BinaryIO) -> tuple[Any, bytes] | None:
    """The next frame's head and body, waiting for it; None at the end."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head, body = _LENGTHS.unpack(lengths)
    data = stream.read(head + body)
    return (_parse(data[:head]), data[head:]) if len(data) == head + body else None


def take_heads(buffer: bytearray) -> list[Any]:
    """The heads of the whole frames in `buffer`, which loses them."""
    heads = []
    at = 0
    while len(buffer) - at >= _LENGTHS.size:
        head, body = _LENGTHS.unpack_from(buffer, at)
        end = at + _LENGTHS.size + head + body
        if end > len(buffer):
            break
        heads.append(_parse(bytes(buffer[at + _LENGTHS.size : end - body])))
        at = end
    del buffer[:at]
    return heads


def _parse(data: bytes) -> Any:
    return json.loads(data)


def document_frame(document: Document) -> bytes:
    """A document as a frame."""
    head = [document.source, document.media_type, document.url]
    return frame(head, document.content)


def read_document(stream: BinaryIO) -> Document | None:
    """The next document, None at the end."""
    got = read_frame(stream)
    if got is None:
        return None
    (source, media_type, url), content = got
    return Document(source, content, media_type, url)


def result_frame(result: Article | DocumentError) -> bytes:
    """A result as a frame."""
    if isinstance(result, Article):
        return frame({"article": result.as_dict()})
    kind = "not_article" if isinstance(result, NotAnArticleError) else "error"
    return frame({kind: result.reason})


def result_of(head: dict[str, Any], source: str) -> Article | DocumentError:
    """The result that `result_frame` wrote about the document called `source`."""
    if "article" in head:
        article = Article.from_dict(head["article"])
        return article if article.source == source else replace(article, source=source)
    if "not_article" in head:
        return NotAnArticleError(source, head["not_article"])
    return DocumentError(source, head["error"])
