"""Files of JSON items, as scrapers write them: one a line, or an array of them."""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator
from typing import IO, Any, cast

from indexer.errors import DocumentError
from indexer.models import Document
from indexer.sources.found import Found, failed, reason_of
from indexer.sources.kinds import FileType, Kind
from indexer.sources.streams import UNPACKING_ERRORS, unpack

JSON_TYPE = "application/json"
# An item that is longer than allowed is passed over, up to so many times that length; a line that
# goes on is no line.
_SKIP_FACTOR = 50
# So many bad lines, and no good one before them, are no items.
_BAD_LINES = 20
_CHUNK_CHARS = 1 << 16
_SPACE = re.compile(r"[\s,]*")
_URL_FIELDS = ("url", "link")


def read_lines(
    stream: IO[bytes], source: str, type_: FileType, max_bytes: int, most_bytes: int
) -> Iterator[Found]:
    """The items of a file: `source#n` is its n-th line (of an array: its n-th item), from 1.

    `most_bytes` bounds what the whole file may unpack to.
    """
    try:
        unpacked = _as_utf8(unpack(stream, type_.packing, source, most_bytes))
        first = unpacked.readline(max_bytes + 1)
        if type_.kind is Kind.JSON and not _is_item_line(first):
            yield from _array(unpacked, first, source, max_bytes)
        else:
            yield from _lines(unpacked, first, source, max_bytes)
    except DocumentError as error:
        yield error
    except UNPACKING_ERRORS as error:
        yield failed(source, f"cannot be read on: {reason_of(error)}", error)


def _as_utf8(stream: IO[bytes]) -> IO[bytes]:
    """The stream, recoded if it begins as UTF-16, which is what a Windows shell redirects into."""
    # Files, members of archives and unpacked streams can all be peeked into.
    start = cast(io.BufferedReader, stream).peek(2)[:2]
    if start not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return stream
    return cast(IO[bytes], codecs.EncodedFile(stream, "utf-8", "utf-16", "replace"))


def _lines(stream: IO[bytes], line: bytes, source: str, max_bytes: int) -> Iterator[Found]:
    number = bad = 0
    while line:
        number += 1
        name = f"{source}#{number}"
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if len(line) > max_bytes:
            yield failed(name, f"larger than {max_bytes:,} bytes")
            _skip_line(stream, line, source, max_bytes)
        elif line := line.strip():
            found = _item(line, name)
            yield found
            bad += isinstance(found, DocumentError)
            if bad == number == _BAD_LINES:
                raise DocumentError(source, "not a file of JSON items; not read further")
        line = stream.readline(max_bytes + 1)


def _skip_line(stream: IO[bytes], line: bytes, source: str, max_bytes: int) -> None:
    for _ in range(_SKIP_FACTOR):
        if not line or line.endswith(b"\n"):
            return
        line = stream.readline(max_bytes)
    raise DocumentError(source, f"has a line of more than {_SKIP_FACTOR * max_bytes:,} bytes")


def _item(line: bytes, name: str) -> Found:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        return failed(name, f"not JSON: {reason_of(error)}", error)
    if not isinstance(values, dict):
        return failed(name, "not a JSON object")
    return Document(name, line, JSON_TYPE, _url(values))


def _url(values: dict[str, Any]) -> str:
    for field in _URL_FIELDS:
        url = values.get(field)
        if isinstance(url, str) and url.startswith(("http://", "https://")):
            return url
    return ""


def _is_item_line(line: bytes) -> bool:
    """Whether the first line is an item by itself: `.json` is used for both forms."""
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _array(stream: IO[bytes], first: bytes, source: str, max_bytes: int) -> Iterator[Found]:
    """The items of an array, or the one item there is, read a piece at a time."""
    text = first.decode("utf-8-sig", "replace")
    decode = json.JSONDecoder().raw_decode
    is_array = text.lstrip().startswith("[")
    at = len(text) - len(text.lstrip()) + is_array
    number = 0
    wanted = _CHUNK_CHARS
    ended = False
    while True:
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches everywhere
        if len(text) - at < wanted and not ended:
            more = stream.read(wanted) + stream.readline(max_bytes)
            ended = not more
            text, at = text[at:] + more.decode("utf-8", "replace"), 0
            at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
        if text[at : at + 1] in ("]", ""):
            return
        try:
            values, end = decode(text, at)
        except (ValueError, RecursionError) as error:
            if isinstance(error, RecursionError) or ended or len(text) - at > max_bytes:
                reason = f"item {number + 1} is not JSON: {reason_of(error)}"
                yield failed(f"{source}#{number + 1}", reason, error)
                return
            wanted = 2 * len(text)  # the item goes on: reading doubles, so the work is linear
            continue
        wanted = _CHUNK_CHARS
        number += 1
        name = f"{source}#{number}" if is_array else source
        if not isinstance(values, dict):
            yield failed(name, "not a JSON object")
        elif end - at > max_bytes:
            yield failed(name, f"larger than {max_bytes:,} bytes")
        else:
            yield Document(name, text[at:end].encode("utf-8", "replace"), JSON_TYPE, _url(values))
        at = end
        if not is_array:
            return
