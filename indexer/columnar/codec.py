"""The index as stock Whoosh sees it.

`whoosh.index.open_dir(folder)` opens an index of ours, to read and to write (see `registration`).
`create_in` makes one with a schema of Whoosh's, of any fields. Writers use our codec and write our
table of contents; a writer of Whoosh's own, made without asking the index for it, would pickle one,
and is stopped before that.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any
from zlib import crc32

import numpy as np
from whoosh.codec import base
from whoosh.fields import Schema, ensure_schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from indexer.columnar import registration
from indexer.columnar.arrays import Bools
from indexer.columnar.article_fields import ArticleDocuments, ArticleTerms, article_schema
from indexer.columnar.codec_read import DocumentReader, TermReader
from indexer.columnar.codec_write import DocumentWriter, TermWriter
from indexer.columnar.files import Files
from indexer.columnar.merge import merge
from indexer.columnar.postings import MAX_ARTICLES
from indexer.columnar.schema import dump_schema, load_schema
from indexer.columnar.segment import Segment
from indexer.columnar.toc import (
    NAME,
    VERSION,
    SegmentEntry,
    Toc,
    latest_generation,
    parse_body,
    read_toc,
    segment_file,
    sweep,
    write_toc,
)
from indexer.errors import EngineError, IndexCorruptError

__all__ = ["ColumnarCodec", "ColumnarWriter", "create_in", "open_in", "registration", "writer"]


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


class _Schema(Schema):  # type: ignore[misc]
    """A schema that only we write. Whoosh cleans a schema before it begins to write it."""

    def clean(self) -> None:
        reason = "only writers that the index gives (`index.writer()`) can write to it"
        raise EngineError(NAME, reason)


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
        schema.__class__ = _Schema
    segments = []
    for entry in toc.segments:
        deleted = () if entry.deleted is None else np.flatnonzero(entry.deleted).tolist()
        segments.append(ColumnarSegment(entry.name, entry.kind, entry.articles, deleted))
    return schema, segments


class ColumnarWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer with our codec and our table of contents.

    An index of articles is one without a schema of its own. Its articles are deleted and merged
    here as elsewhere; adding them takes our analysis, and so `indexer.Index.add`: here it is
    refused, before anything is written.
    """

    def __init__(self, ix: FileIndex, *, files: Files | None = None, **options: Any) -> None:
        self._files = files or Files()
        options.pop("codec", None)
        super().__init__(ix, codec=ColumnarCodec(self._files), **options)
        self._has_articles = not read_toc(Path(self.storage.folder)).schema

    def _refuse(self) -> None:
        if self._has_articles:
            reason = "articles are added by indexer.Index.add, not by Whoosh's writer"
            raise EngineError(self.storage.folder, reason)

    def add_document(self, **fields: Any) -> None:
        self._refuse()
        super().add_document(**fields)

    def update_document(self, **fields: Any) -> None:
        self._refuse()  # before it deletes
        super().update_document(**fields)

    def add_reader(self, reader: Any) -> None:
        self._refuse()
        super().add_reader(reader)

    def add_field(self, fieldname: str, fieldspec: Any, **options: Any) -> None:
        self._refuse()
        super().add_field(fieldname, fieldspec, **options)

    def remove_field(self, fieldname: str) -> None:
        self._refuse()
        super().remove_field(fieldname)

    def _merge_segments(self, mergetype: Any, optimize: Any, merge: Any) -> list[ColumnarSegment]:
        if not self._has_articles or mergetype or self.mergetype:
            merged: list[ColumnarSegment] = super()._merge_segments(mergetype, optimize, merge)
            return merged
        if self.optimize if optimize is None else optimize:
            return self._merge_articles()
        return [each for each in self.segments if each.doc_count()]

    def _merge_articles(self) -> list[ColumnarSegment]:
        """As few segments as possible: their articles, array by array (see `merge`)."""
        folder = Path(self.storage.folder)
        made: list[ColumnarSegment] = []
        waiting: list[tuple[Segment, Bools | None]] = []
        count = 0

        def finish() -> None:
            if count:
                name = f"{NAME}_{token_hex(8)}"
                merge(folder / segment_file(name), self._files, waiting)
                made.append(ColumnarSegment(name, "articles", count))

        for each in self.segments:
            if count + each.doc_count() > MAX_ARTICLES:
                finish()
                waiting, count = [], 0
            if each.doc_count():
                deleted = each.entry(folder).deleted
                segment = Segment(folder / segment_file(each.segment_id()))
                waiting.append((segment, None if deleted is None else ~deleted))
                count += each.doc_count()
        finish()
        return made

    def _finish(self) -> None:
        folder = Path(self.storage.folder)
        if self.generation > latest_generation(folder):  # cancelled: what was begun goes
            name = self.newsegment.segment_id()
            for file in SegmentEntry(name, "fields", 0, 0).files():
                self._files.remove(folder / file)
        super()._finish()

    def _commit_toc(self, segments: list[ColumnarSegment]) -> None:
        folder = Path(self.storage.folder)
        old = read_toc(folder)
        schema = ensure_schema(self.schema)
        Schema.clean(schema)
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


_whooshs_writer = FileIndex.writer


def writer(index: FileIndex, procs: int = 1, **options: Any) -> SegmentWriter:
    """What `index.writer()` gives: a writer of ours for an index of ours."""
    if index.version == VERSION:
        return ColumnarWriter(index, **options)
    return _whooshs_writer(index, procs, **options)


def create_in(folder: str | Path, schema: Schema) -> FileIndex:
    """A new index with this schema, like `whoosh.index.create_in`."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    committed = datetime.now(UTC).isoformat(timespec="seconds")
    toc = Toc(0, committed=committed, schema=dump_schema(ensure_schema(schema)))
    write_toc(place, Files(), toc)
    return open_in(place)


def open_in(folder: str | Path) -> FileIndex:
    """The index in a folder: `whoosh.index.open_dir`, once `registration` is imported."""
    return FileIndex(FileStorage(str(folder)), indexname=NAME)
