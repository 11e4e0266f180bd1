"""A path → its documents: the walk over a folder, and which reader reads which file."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

from indexer.errors import DocumentError
from indexer.models import Document
from indexer.sources.archives import read_tar, read_zip
from indexer.sources.found import Found, Ignored, failed, reason_of
from indexer.sources.kinds import FileType, Kind, file_type
from indexer.sources.lines import read_lines
from indexer.sources.names import safe_name
from indexer.sources.pages import read_page
from indexer.sources.warc import read_warc

# Real news pages are below 2 MB; ten times that leaves room for pages with pictures inside.
DEFAULT_MAX_BYTES = 20_000_000
# What a packed file may unpack to, in all: text packs to a tenth, the most repetitive crawls to a
# hundredth, a bomb to a thousandth.
_UNPACK_BASE_BYTES = 1 << 30
_UNPACK_FACTOR = 250

_FOLDERS_NOT_READ = frozenset({"__MACOSX", "hts-cache"})


def read_documents(
    path: str | os.PathLike[str],
    *,
    on_error: Callable[[DocumentError], None] | None = None,
    on_ignored: Callable[[str], None] | None = None,
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> Iterator[Document]:
    """The documents in a folder (recursively, in the order of names), a file or an archive.

    Read are `.html .htm .xhtml .shtml` and pages that a mirroring tool saved under their server's
    suffix (`.php`, `.aspx`, …), `.txt`, JSON items (`.jsonl .ndjson .jl .json`), `.warc`, `.zip`,
    and `.tar`; each may be packed (`.gz`, `.bz2`, `.xz`). One document is held at a time.

    Names (`Document.source`) are relative to `path`: `2024/tin.html`, `items.jsonl#12`,
    `pages.zip!tin.html`, `crawl.warc.gz#3`; control characters in them are escaped.

    on_error    gets each document that cannot be read, and reading goes on; without it the first
                one is raised
    on_ignored  gets the name of each file that is not of these types, and of each hidden one
    max_bytes   the size of one document, unpacked; a larger one is an error

    A folder's symbolic links are followed only to files inside it, and only where those are not
    read anyway.

    Raises:
        DocumentError: `path` itself does not exist or cannot be read (even with `on_error`: that a
            folder is missing does not mean that its documents are gone); a document cannot be read
            and there is no `on_error`.
    """
    root = Path(path)
    try:
        is_folder = stat.S_ISDIR(root.stat().st_mode)
        found = _folder(root, max_bytes) if is_folder else _single_file(root, max_bytes)
    except OSError as error:
        raise failed(safe_name(str(root)), reason_of(error), error) from error
    for item in found:
        if isinstance(item, Document):
            yield item
        elif isinstance(item, Ignored):
            if on_ignored:
                on_ignored(item.source)
        elif on_error:
            on_error(item)
        else:
            raise item


def _single_file(path: Path, max_bytes: int) -> Iterator[Found]:
    name = safe_name(path.name)
    type_ = file_type(path.name)
    if type_.kind is Kind.UNKNOWN:
        return iter([failed(name, "a type of file that is not read")])
    return _file(path, name, type_, max_bytes, (path.absolute().parent.name,))


def _folder(root: Path, max_bytes: int) -> Iterator[Found]:
    """All files below `root`, each folder's entries in the order of their names."""
    top = root.resolve(strict=True)
    entries = _entries(top)  # raises where the root itself cannot be listed
    stack = [entries]
    while stack:
        entry = next(stack[-1], None)
        if entry is None:
            stack.pop()
            continue
        name = safe_name(os.path.relpath(entry.path, top).replace(os.sep, "/"))
        try:
            if entry.name.startswith(".") or entry.name in _FOLDERS_NOT_READ:
                yield Ignored(name)
            elif entry.is_symlink():
                yield from _link(entry, name, top, max_bytes)
            elif entry.is_dir(follow_symlinks=False):
                stack.append(_entries(Path(entry.path)))
            else:
                type_ = file_type(entry.name)
                if type_.kind is Kind.UNKNOWN:
                    yield Ignored(name)
                else:
                    yield from _file(Path(entry.path), name, type_, max_bytes, (top.name,))
        except OSError as error:
            yield failed(name, f"cannot be read: {reason_of(error)}", error)


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return iter(sorted(entries, key=lambda entry: entry.name))


def _link(entry: os.DirEntry[str], name: str, top: Path, max_bytes: int) -> Iterator[Found]:
    try:
        target = Path(entry.path).resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: a link to itself, before Python 3.13
        yield failed(name, "a symbolic link that leads nowhere", error)
        return
    type_ = file_type(entry.name)
    if not target.is_relative_to(top):
        yield failed(name, "a symbolic link out of the folder; not followed")
    elif target.is_dir() or type_.kind is Kind.UNKNOWN:
        yield Ignored(name)  # what is in the folder is read where it stands
    elif file_type(target.name).kind is not Kind.UNKNOWN:
        yield Ignored(name)
    else:
        yield from _file(target, name, type_, max_bytes, (top.name,))


def _file(
    path: Path, source: str, type_: FileType, max_bytes: int, folders: tuple[str, ...]
) -> Iterator[Found]:
    try:
        # Not blocking, so that a pipe put in place of a file cannot hold the run up.
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        yield failed(source, f"cannot be read: {reason_of(error)}", error)
        return
    with open(number, "rb") as stream:  # noqa: PTH123  (a descriptor, not a path)
        status = os.fstat(number)
        if not stat.S_ISREG(status.st_mode):
            yield failed(source, "not a regular file (a pipe, a socket or a device)")
            return
        most_bytes = max(max_bytes, _UNPACK_BASE_BYTES + _UNPACK_FACTOR * status.st_size)
        read = partial(_read, max_bytes=max_bytes, most_bytes=most_bytes, folders=folders)
        if type_.kind is Kind.ZIP and not type_.packing:
            yield from read_zip(stream, source, most_bytes, partial(read, folders=()))
        elif type_.kind is Kind.TAR:
            member = partial(read, folders=())
            yield from read_tar(stream, source, type_.packing, most_bytes, member)
        else:
            yield from read(stream, source, type_)


def _read(
    stream: IO[bytes],
    source: str,
    type_: FileType,
    *,
    max_bytes: int,
    most_bytes: int,
    folders: tuple[str, ...],
) -> Iterator[Found]:
    """What one file or member holds."""
    match type_.kind:
        case Kind.LINES | Kind.JSON:
            yield from read_lines(stream, source, type_, max_bytes, most_bytes)
        case Kind.WARC:
            yield from read_warc(stream, source, type_, max_bytes, most_bytes)
        case Kind.HTML | Kind.TEXT | Kind.DYNAMIC:
            yield read_page(stream, source, type_, max_bytes, folders)
        case _:
            yield Ignored(source)
