"""Zip and tar archives of pages. Members are read in place; nothing is written to disk."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from indexer.errors import DocumentError
from indexer.sources.found import Found, Ignored, failed, reason_of
from indexer.sources.kinds import FileType, Kind, file_type
from indexer.sources.names import member_name
from indexer.sources.streams import UNPACKING_ERRORS, unpack

# Reads one member: (stream, source, type) → what is in it.
ReadMember = Callable[[IO[bytes], str, FileType], Iterator[Found]]

_BAD_MEMBER = (*UNPACKING_ERRORS, zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError)
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800


def read_zip(stream: IO[bytes], source: str, most_bytes: int, read: ReadMember) -> Iterator[Found]:
    """What the members of a zip hold, in its order; sources are `archive.zip!member`."""
    try:
        archive = zipfile.ZipFile(stream)
    except _BAD_MEMBER as error:
        yield failed(source, f"not a zip file: {reason_of(error)}", error)
        return
    budget = most_bytes
    with archive:
        for info in archive.infolist():
            path = member_name(_zip_name(info))
            name = f"{source}!{path}"
            if info.is_dir() or _is_system_file(path):
                continue
            type_ = file_type(path)
            if not _is_read(type_):
                yield Ignored(name)
                continue
            if info.flag_bits & _ENCRYPTED:
                yield failed(name, "encrypted")
                continue
            try:
                with archive.open(info) as member:
                    yield from read(member, name, type_)
                    budget -= member.tell()  # what came out, whatever the directory claims
            except _BAD_MEMBER as error:
                yield failed(name, f"cannot be read: {reason_of(error)}", error)
            if budget < 0:
                yield failed(source, f"unpacks to more than {most_bytes:,} bytes; not read further")
                return


def read_tar(
    stream: IO[bytes], source: str, packing: str, most_bytes: int, read: ReadMember
) -> Iterator[Found]:
    """What the members of a tar hold, in its order; sources are `archive.tar!member`."""
    try:
        unpacked = unpack(stream, packing, source, most_bytes)
        with tarfile.open(fileobj=unpacked, mode="r|") as archive:
            for info in archive:
                path = member_name(info.name)
                name = f"{source}!{path}"
                archive.members = []  # type: ignore[attr-defined]  # else tarfile keeps every member it has seen
                if not info.isfile() or _is_system_file(path):
                    continue
                type_ = file_type(path)
                member = archive.extractfile(info) if _is_read(type_) else None
                if member is None:
                    yield Ignored(name)
                else:
                    yield from read(member, name, type_)
    except DocumentError as error:
        yield error
    except (tarfile.TarError, zlib.error, *UNPACKING_ERRORS) as error:
        yield failed(source, f"cannot be read on: {reason_of(error)}", error)


def _is_read(type_: FileType) -> bool:
    """Whether members of this type are read: archives within archives are not."""
    return type_.kind not in (Kind.UNKNOWN, Kind.ZIP, Kind.TAR)


def _is_system_file(path: str) -> bool:
    """Resource forks of macOS, version control, HTTrack's own cache of the same pages."""
    return any(p.startswith(".") or p in ("__MACOSX", "hts-cache") for p in path.split("/"))


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The member's name; zips whose maker forgot to say that names are UTF-8 come out as cp437."""
    if info.flag_bits & _UTF8_NAME:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.orig_filename
