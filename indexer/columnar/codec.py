"""The index as stock Whoosh sees it.

`whoosh.index.open_dir(folder)` opens an index of ours to read (see `registration`). To write
through Whoosh (any schema), use `create_in` and `open_in` of this module: their writers use our
codec and write our table of contents; a Whoosh writer of its own would pickle one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from whoosh.codec import base
from whoosh.fields import Schema, ensure_schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from indexer.columnar.article_fields import ArticleDocuments, ArticleTerms, article_schema
from indexer.columnar.codec_read import DocumentReader, TermReader
from indexer.columnar.codec_write import DocumentWriter, TermWriter
from indexer.columnar.files import Files
from indexer.columnar.schema import dump_schema, load_schema
from indexer.columnar.toc import (
    NAME,
    SegmentEntry,
    Toc,
    parse_body,
    read_toc,
    sweep,
    write_toc,
)
from indexer.errors import EngineError, IndexCorruptError


class ColumnarSegment(base.Segment):  # type: ignore[misc]
    """A segment: its files' name, its documents, and which of them are deleted."""

    def __init__(self, name: str, kind: str, articles: int, deleted: Iterable[int] = ()) -> None:
        self.indexname, _, self.segid = name.partition("_")
        self.kind = kind
        self._articles = articles
        self._deleted = set(deleted)
        self.compound = False

    def codec(self) -> ColumnarCodec:
        return ColumnarCodec()

    def should_assemble(self) -> bool:
        return False

    def set_doc_count(self, doccount: int) -> None:
        self._articles = doccount

    def doc_count_all(self) -> int:
        return self._articles

    def deleted_count(self) -> int:
        return len(self._deleted)

    def deleted_docs(self) -> Iterator[int]:
        return iter(sorted(self._deleted))

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        if delete:
            self._deleted.add(docnum)
        else:
            self._deleted.discard(docnum)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._deleted

    def entry(self, folder: Path) -> SegmentEntry:
        """What the table of contents says of it."""
        deleted = None
        if self._deleted:
            deleted = np.zeros(self._articles, dtype=bool)
            deleted[sorted(self._deleted)] = True
        entry = SegmentEntry(self.segment_id(), self.kind, self._articles, 0, deleted)
        size = sum((folder / file).stat().st_size for file in entry.files())
        return SegmentEntry(entry.name, entry.kind, entry.articles, size, deleted)


def _path(storage: Any, segment: ColumnarSegment, what: str = "") -> Path:
    if not isinstance(storage, FileStorage):
        raise EngineError(repr(storage), "this codec needs a folder")
    return Path(storage.folder) / f"{segment.segment_id()}{what}.tin"


class ColumnarCodec(base.Codec):  # type: ignore[misc]
    """Whoosh's extension point for file formats."""

    def __init__(self, files: Files | None = None) -> None:
        self._files = files or Files()

    def per_document_writer(self, storage: Any, segment: ColumnarSegment) -> DocumentWriter:
        return DocumentWriter(_path(storage, segment, ".docs"), self._files)

    def field_writer(self, storage: Any, segment: ColumnarSegment) -> TermWriter:
        return TermWriter(_path(storage, segment, ".terms"), self._files)

    def terms_reader(self, storage: Any, segment: ColumnarSegment) -> TermReader | ArticleTerms:
        if segment.kind == "articles":
            return ArticleTerms(_path(storage, segment))
        return TermReader(_path(storage, segment, ".terms"))

    def per_document_reader(
        self, storage: Any, segment: ColumnarSegment
    ) -> DocumentReader | ArticleDocuments:
        if segment.kind == "articles":
            return ArticleDocuments(_path(storage, segment), segment)
        return DocumentReader(_path(storage, segment, ".docs"), segment)

    def new_segment(self, storage: Any, indexname: str) -> ColumnarSegment:
        return ColumnarSegment(f"{indexname}_{base.Segment._random_id()}", "fields", 0)


def load_for_whoosh(
    stream: Any, generation: int, schema: Schema | None, version: int
) -> tuple[Schema, list[ColumnarSegment]]:
    """What Whoosh wants to know of a table of contents, of which it has read the frame."""
    length, checksum = struct.unpack("!II", stream.read(8))
    body = stream.read(length)
    if len(body) != length or crc32(body) != checksum:
        raise IndexCorruptError("", f"_{NAME}_{generation}.toc", "checksum is wrong")
    toc = parse_body(body)
    if schema is None:
        schema = load_schema(dict(toc.schema)) if toc.schema else article_schema()
    segments = []
    for entry in toc.segments:
        deleted = () if entry.deleted is None else np.flatnonzero(entry.deleted).tolist()
        segments.append(ColumnarSegment(entry.name, entry.kind, entry.articles, deleted))
    return schema, segments


class ColumnarWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer with our codec and our table of contents.

    Articles are not added through it but by `columnar.writer`; deleting them here works.
    """

    def __init__(self, ix: ColumnarIndex, *, files: Files | None = None, **options: Any) -> None:
        self._files = files or Files()
        super().__init__(ix, codec=ColumnarCodec(self._files), **options)

    def add_document(self, **fields: Any) -> None:
        if any(segment.kind == "articles" for segment in self.segments):
            raise EngineError(self.storage.folder, "articles are added by indexer.columnar.writer")
        super().add_document(**fields)

    def _commit_toc(self, segments: list[ColumnarSegment]) -> None:
        folder = Path(self.storage.folder)
        old = read_toc(folder)
        schema = ensure_schema(self.schema)
        schema.clean()
        toc = Toc(
            generation=self.generation,
            segments=tuple(segment.entry(folder) for segment in segments),
            attachments=old.attachments,
            committed=datetime.now(UTC).isoformat(timespec="seconds"),
            schema=dump_schema(schema) if old.schema else {},
        )
        self._files.sync_folder(folder)
        write_toc(folder, self._files, toc)
        sweep(folder, self._files, toc)


class ColumnarIndex(FileIndex):  # type: ignore[misc]
    """A Whoosh index whose writers are ours."""

    def writer(self, procs: int = 1, **options: Any) -> ColumnarWriter:
        return ColumnarWriter(self, **options)


def create_in(folder: str | Path, schema: Schema) -> ColumnarIndex:
    """A new index with this schema, like `whoosh.index.create_in`."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    committed = datetime.now(UTC).isoformat(timespec="seconds")
    toc = Toc(0, committed=committed, schema=dump_schema(ensure_schema(schema)))
    write_toc(place, Files(), toc)
    return open_in(place)


def open_in(folder: str | Path) -> ColumnarIndex:
    """The index in a folder, like `whoosh.index.open_dir`, to read and to write."""
    return ColumnarIndex(FileStorage(str(folder)), indexname=NAME)
