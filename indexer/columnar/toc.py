"""The table of contents of a commit: which files make up the index.

It stands in a file `_MAIN_<generation>.toc`, as Whoosh's does, and begins with the same frame, so
that `whoosh.index.open_dir` gets as far as the version number and hands over to us (see `codec`).
What follows is JSON and a checksum, never a pickle.
"""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from indexer.columnar.arrays import Bools
from indexer.columnar.files import Files
from indexer.errors import IndexCorruptError, IndexNotFoundError

NAME = "MAIN"  # Whoosh's default index name
VERSION = -2026  # of the table; Whoosh's own are -111 and above
_RELEASE = bytes([0, 1, 0])
# Whoosh's frame: sizes of int, long and float as varints, a byte-order mark, version, release.
_FRAME = bytes([4, 8, 4]) + struct.pack("!ii", -12345, VERSION) + _RELEASE
# Files that a writer makes and that, unless a commit names them, one that died left behind; also
# those of a writer of Whoosh's own that was refused.
_OURS = re.compile(
    rf"{NAME}_[0-9a-z]+((\.docs|\.terms)?\.tin|[\w.]*\.(seg|trm|pst|vps|col))"
    rf"|attachment_[0-9a-z]+\.bin|_{NAME}_[0-9]+\.toc(\.new|\.[0-9.]+)?"
)
_PATTERN = re.compile(rf"_{NAME}_([0-9]+)\.toc")


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment of the index.

    name     of its file, without the suffix
    kind     `articles` (ours) or `fields` (written through Whoosh)
    articles how many it holds, deleted ones included
    size_bytes of its file; `facts` more about a `fields` segment
    deleted  which articles are deleted; None when none is
    """

    name: str
    kind: str
    articles: int
    size_bytes: int
    deleted: Bools | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def files(self) -> tuple[str, ...]:
        """The names of its files."""
        if self.kind == "articles":
            return (segment_file(self.name),)
        return (f"{self.name}.docs.tin", f"{self.name}.terms.tin")

    @property
    def alive(self) -> int:
        """How many articles are not deleted."""
        return self.articles - (0 if self.deleted is None else int(self.deleted.sum()))


@dataclass(frozen=True, slots=True)
class AttachmentEntry:
    """A named blob: the file that holds it, its size and checksum, whether it is compressed."""

    file: str
    size_bytes: int
    checksum: int
    packed: bool = False


@dataclass(frozen=True, slots=True)
class Toc:
    """All of a commit. `committed` is its time (ISO 8601); `schema` Whoosh's, as JSON."""

    generation: int
    segments: tuple[SegmentEntry, ...] = ()
    attachments: Mapping[str, AttachmentEntry] = field(default_factory=dict)
    committed: str = ""
    schema: Mapping[str, Any] = field(default_factory=dict)

    def files(self) -> set[str]:
        """The names of all files that the commit needs, its own included."""
        names = {file for segment in self.segments for file in segment.files()}
        return names | {a.file for a in self.attachments.values()} | {toc_file(self.generation)}


def segment_file(name: str) -> str:
    """The file of a segment."""
    return f"{name}.tin"


def toc_file(generation: int) -> str:
    """The file of a table of contents."""
    return f"_{NAME}_{generation}.toc"


def latest_generation(folder: Path) -> int:
    """The number of the last commit, -1 where there is none."""
    if not folder.is_dir():
        return -1
    found = [_PATTERN.fullmatch(path.name) for path in folder.iterdir()]
    return max((int(match.group(1)) for match in found if match), default=-1)


def pack_flags(flags: Bools | None) -> str:
    """Booleans as text."""
    if flags is None or not flags.any():
        return ""
    return base64.b64encode(zlib.compress(np.packbits(flags).tobytes(), 6)).decode("ascii")


def unpack_flags(text: str, count: int) -> Bools | None:
    """The booleans that `pack_flags` wrote."""
    if not text:
        return None
    bits = np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype=np.uint8)
    return np.unpackbits(bits, count=count).astype(bool)


def dump_toc(toc: Toc) -> bytes:
    """The bytes of a table of contents."""
    values = {
        "generation": toc.generation,
        "committed": toc.committed,
        "schema": dict(toc.schema),
        "segments": [
            {
                "name": s.name,
                "kind": s.kind,
                "articles": s.articles,
                "size_bytes": s.size_bytes,
                "deleted": pack_flags(s.deleted),
                "facts": dict(s.facts),
            }
            for s in toc.segments
        ],
        "attachments": {
            name: [a.file, a.size_bytes, a.checksum, a.packed]
            for name, a in toc.attachments.items()
        },
    }
    body = json.dumps(values, ensure_ascii=False).encode()
    return _FRAME + struct.pack("!II", len(body), zlib.crc32(body)) + body


def load_toc(data: bytes, folder: Path, file: str) -> Toc:
    """The table of contents in `data`. Raises `IndexCorruptError`."""

    def corrupt(reason: str) -> IndexCorruptError:
        return IndexCorruptError(str(folder), file, reason)

    if not data.startswith(_FRAME):
        if data[:7] == _FRAME[:7]:
            raise corrupt("written by another version of the index, or by stock Whoosh")
        raise corrupt("not a table of contents, or damaged")
    at = len(_FRAME)
    if len(data) < at + 8:
        raise corrupt("cut short")
    length, checksum = struct.unpack_from("!II", data, at)
    body = data[at + 8 :]
    if len(body) != length or zlib.crc32(body) != checksum:
        raise corrupt("checksum is wrong")
    return parse_body(body)


def parse_body(body: bytes) -> Toc:
    """The table of contents in the JSON of its file."""
    values = json.loads(body)
    return Toc(
        generation=values["generation"],
        committed=values["committed"],
        schema=values["schema"],
        segments=tuple(
            SegmentEntry(
                s["name"],
                s["kind"],
                s["articles"],
                s["size_bytes"],
                unpack_flags(s["deleted"], s["articles"]),
                s["facts"],
            )
            for s in values["segments"]
        ),
        attachments={name: AttachmentEntry(*a) for name, a in values["attachments"].items()},
    )


def read_toc(folder: Path, generation: int | None = None) -> Toc:
    """The table of contents of the last commit, or of one.

    Raises `IndexNotFoundError` where there is no index, `IndexCorruptError` where it is damaged.
    """
    if generation is None:
        generation = latest_generation(folder)
    if generation < 0:
        raise IndexNotFoundError(str(folder), "there is no index here")
    file = toc_file(generation)
    return load_toc((folder / file).read_bytes(), folder, file)


def write_toc(folder: Path, files: Files, toc: Toc) -> None:
    """Commit: from the moment that the file has its name, the index is what it says."""
    target = folder / toc_file(toc.generation)
    scratch = target.with_suffix(".toc.new")
    out = files.create(scratch)
    try:
        files.write(out, dump_toc(toc))
        files.finish(out)
    finally:
        out.close()
    files.rename(scratch, target)
    files.sync_folder(folder)


def sweep(folder: Path, files: Files, toc: Toc) -> None:
    """Remove files that the commit does not name: older ones, and those of dead writers."""
    needed = toc.files()
    for path in folder.iterdir():
        if path.name not in needed and _OURS.fullmatch(path.name):
            files.remove(path)
