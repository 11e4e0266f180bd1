"""What a file is, told by its name."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """How a file is read."""

    HTML = "html"
    TEXT = "text"
    LINES = "lines"  # a JSON item a line
    JSON = "json"  # one item, an array of items, or a JSON item a line
    WARC = "warc"
    ZIP = "zip"
    TAR = "tar"
    DYNAMIC = "dynamic"  # saved under its server's suffix: HTML if it looks like it
    UNKNOWN = "unknown"


class FileType(NamedTuple):
    """The kind of a file, and `gzip`, `bzip2` or `xz` if it is packed, else ""."""

    kind: Kind
    packing: str = ""


_KINDS = {
    **dict.fromkeys((".html", ".htm", ".xhtml", ".shtml", ".xht"), Kind.HTML),
    **dict.fromkeys((".txt", ".text"), Kind.TEXT),
    **dict.fromkeys((".jsonl", ".ndjson", ".jl", ".jsonlines"), Kind.LINES),
    ".json": Kind.JSON,
    ".warc": Kind.WARC,
    ".zip": Kind.ZIP,
    ".tar": Kind.TAR,
    # wget keeps the name that the server used; these are Vietnamese news systems' suffixes too.
    **dict.fromkeys((".php", ".asp", ".aspx", ".jsp", ".cfm", ".epi", ".chn"), Kind.DYNAMIC),
}
_PACKINGS = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz"}
_TAR_PACKINGS = {".tgz": "gzip", ".tbz2": "bzip2", ".tbz": "bzip2", ".txz": "xz"}


def file_type(name: str) -> FileType:
    """The type of the file called `name`, which may have folders before it.

    >>> file_type("a/Tin.HTML"), file_type("items.jsonl.gz"), file_type("pages.tgz")
    (FileType(kind=<Kind.HTML: 'html'>, packing=''), FileType(kind=<Kind.LINES: 'lines'>, \
packing='gzip'), FileType(kind=<Kind.TAR: 'tar'>, packing='gzip'))
    """
    name = name.rpartition("/")[2].lower()
    stem, suffix = _split(name)
    if suffix in _TAR_PACKINGS:
        return FileType(Kind.TAR, _TAR_PACKINGS[suffix])
    packing = _PACKINGS.get(suffix, "")
    if packing:
        stem, suffix = _split(stem)
    kind = _KINDS.get(suffix, Kind.UNKNOWN)
    if kind is Kind.UNKNOWN and "?" in name:
        kind = Kind.DYNAMIC  # wget: view.php?id=3
    return FileType(kind, packing)


def _split(name: str) -> tuple[str, str]:
    stem, dot, suffix = name.rpartition(".")
    return (stem, dot + suffix) if stem else (name, "")
