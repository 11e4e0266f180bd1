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
    DYNAMIC = "dynamic"  # saved under its server's suffix, or none: HTML if it looks like it
    UNKNOWN = "unknown"  # not read


class FileType(NamedTuple):
    """The kind of a file, and `gzip`, `bzip2` or `xz` if it is packed, else ""."""

    kind: Kind
    packing: str = ""


# What belongs to pages, to archives and to programs.
_NO_PAGES = """
.css .js .mjs .map .wasm .jpg .jpeg .jfif .png .gif .webp .avif .svg .ico .bmp .tif .tiff
.heic .mp3 .m4a .aac .ogg .wav .flac .mp4 .m4v .webm .avi .mov .mkv .flv .ts .m3u8 .pdf .ps
.doc .docx .xls .xlsx .ppt .pptx .odt .ods .odp .epub .rtf .csv .tsv .xml .rss .atom .toml
.yaml .yml .ini .log .md .py .c .h .sh .sql .db .sqlite .woff .woff2 .ttf .otf .eot .swf .exe
.dll .so .bin .iso .dmg .apk .jar .rar .7z .zst .lz4 .br .part .tmp .bak .lock
"""
_KINDS = {
    **dict.fromkeys((".html", ".htm", ".xhtml", ".shtml", ".xht"), Kind.HTML),
    **dict.fromkeys((".txt", ".text"), Kind.TEXT),
    **dict.fromkeys((".jsonl", ".ndjson", ".jl", ".jsonlines"), Kind.LINES),
    ".json": Kind.JSON,
    ".warc": Kind.WARC,
    ".zip": Kind.ZIP,
    ".tar": Kind.TAR,
    # wget keeps the name that the server used: `.php`, and `.chn` or `.vov` with Vietnamese papers.
    # Any other suffix may be a page's, but for these.
    **dict.fromkeys(_NO_PAGES.split(), Kind.UNKNOWN),
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
    kind = _KINDS.get(suffix, Kind.DYNAMIC if suffix else Kind.UNKNOWN)
    if kind is Kind.UNKNOWN and "?" in name:
        kind = Kind.DYNAMIC  # wget: view.php?id=3
    return FileType(kind, packing)


def _split(name: str) -> tuple[str, str]:
    stem, dot, suffix = name.rpartition(".")
    return (stem, dot + suffix) if stem else (name, "")
