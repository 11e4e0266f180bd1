"""What Whoosh's writer tells us, posting by posting, as arrays in two files of a segment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import columns
from whoosh.codec import base
from whoosh.filedb.structfile import StructFile

from indexer.columnar.arrays import offsets_of
from indexer.columnar.container import SectionWriter
from indexer.columnar.files import Files
from indexer.columnar.values import ItemFormat, dump_stored
from indexer.columnar.vocabulary import byte_slices

# Whoosh writes these with pickle.
_PICKLED = (columns.PickleColumn, columns.CompressedBlockColumn)


class Column:
    """A column in memory, in Whoosh's own format for it."""

    def __init__(self, column: Any) -> None:
        if isinstance(column, _PICKLED):
            raise TypeError(f"{type(column).__name__} keeps pickles")
        self._buffer = BytesIO()
        self._close = self._buffer.close
        self._buffer.close = lambda: None  # type: ignore[method-assign]
        self._writer = column.writer(StructFile(self._buffer))
        self.add = self._writer.add

    def finish(self, articles: int) -> bytes:
        """The bytes of the column."""
        self._writer.finish(articles)
        data = self._buffer.getvalue()
        self._close()
        return data


class DocumentWriter(base.PerDocumentWriter):  # type: ignore[misc]
    """Stored fields, lengths, columns and vectors of documents."""

    def __init__(self, path: Path, files: Files) -> None:
        self._path = path
        self._files = files
        self._stored: list[bytes] = []
        self._lengths: dict[str, dict[int, int]] = defaultdict(dict)
        self._columns: dict[str, Column] = {}
        self._vectors: dict[str, Postings] = {}
        self._docnum = -1
        self._values: dict[str, Any] = {}
        self.is_closed = False

    def start_doc(self, docnum: int) -> None:
        self._docnum = docnum
        self._values = {}

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int) -> None:
        if value is not None:
            self._values[fieldname] = value
        if length:
            self._lengths[fieldname][self._docnum] = length

    def add_column_value(self, fieldname: str, columnobj: Any, value: Any) -> None:
        if fieldname not in self._columns:
            self._columns[fieldname] = Column(columnobj)
        self._columns[fieldname].add(self._docnum, value)

    def add_vector_items(self, fieldname: str, fieldobj: Any, items: Iterable[Any]) -> None:
        items = list(items)
        if not items:
            return
        if fieldname not in self._vectors:
            self._vectors[fieldname] = Postings(ItemFormat(fieldobj.vector))
        vectors = self._vectors[fieldname]
        vectors.start(str(self._docnum).encode())
        for text, weight, value in items:
            vectors.texts.append(text.encode("utf-8", "surrogatepass"))
            vectors.add(self._docnum, weight, value, 0)

    def finish_doc(self) -> None:
        self._stored.append(dump_stored(self._values) if self._values else b"")

    def cancel_doc(self) -> None:
        for lengths in self._lengths.values():
            lengths.pop(self._docnum, None)

    def close(self) -> None:
        count = len(self._stored)
        lengths = list(self._lengths)
        facts = {
            "articles": count,
            "lengths": lengths,
            "columns": list(self._columns),
            "vectors": list(self._vectors),
        }
        with SectionWriter(self._path, self._files, facts) as out:
            data, at = byte_slices(self._stored)
            out.add("stored", data)
            out.add("stored_at", at)
            for i, name in enumerate(lengths):
                line = np.zeros(count, dtype=np.uint32)
                given = self._lengths[name]
                line[list(given)] = list(given.values())
                out.add(f"length_{i}", line)
            for i, column in enumerate(self._columns.values()):
                out.add(f"column_{i}", column.finish(count))
            for i, vectors in enumerate(self._vectors.values()):
                vectors.write(out, f"vector_{i}")
        self.is_closed = True


class Postings:
    """Posting lists in memory: documents, weights, lengths, items."""

    def __init__(self, items: ItemFormat) -> None:
        self._items = items
        self._terms: list[bytes] = []
        self._starts: list[int] = []
        self._docs: list[int] = []
        self._weights: list[float] = []
        self._lengths: list[int] = []
        self._counts: list[int] = []
        self._numbers: list[int] = []
        self._boosts: list[float] = []
        self.texts: list[bytes] = []  # of a vector: the term of each posting

    def start(self, term: bytes) -> None:
        """The next list."""
        self._terms.append(term)
        self._starts.append(len(self._docs))

    def add(self, docnum: int, weight: float, value: bytes, length: int | None) -> None:
        """The next posting of the list."""
        self._docs.append(docnum)
        self._weights.append(weight)
        self._lengths.append(length or 0)
        if self._items.width:
            numbers, boosts = self._items.take_apart(value)
            self._counts.append(len(numbers))
            self._numbers += numbers
            self._boosts += boosts

    def write(self, out: SectionWriter, name: str) -> None:
        """The sections of the lists, called `name_…`."""
        data, at = byte_slices(self._terms)
        out.add(f"{name}_term", data)
        out.add(f"{name}_term_at", at)
        out.add(f"{name}_first", np.array([*self._starts, len(self._docs)], dtype=np.uint32))
        out.add(f"{name}_doc", np.array(self._docs, dtype=np.uint32))
        out.add(f"{name}_weight", np.array(self._weights, dtype=np.float32))
        out.add(f"{name}_length", np.array(self._lengths, dtype=np.uint32))
        out.add(f"{name}_item_at", offsets_of(np.array(self._counts, dtype=np.int64)))
        out.add(f"{name}_item", np.array(self._numbers, dtype=np.int64))
        out.add(f"{name}_boost", np.array(self._boosts, dtype=np.float64))
        if self.texts:
            data, at = byte_slices(self.texts)
            out.add(f"{name}_text", data)
            out.add(f"{name}_text_at", at)


class TermWriter(base.FieldWriter):  # type: ignore[misc]
    """The inverted index of all fields."""

    def __init__(self, path: Path, files: Files) -> None:
        self._path = path
        self._files = files
        self._fields: dict[str, Postings] = {}
        self._current: Postings | None = None
        self.is_closed = False

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        self._current = Postings(ItemFormat(fieldobj.format))
        self._fields[fieldname] = self._current

    def _postings(self) -> Postings:
        if self._current is None:
            raise base.OutOfOrderError("a term outside of a field")
        return self._current

    def start_term(self, text: bytes) -> None:
        self._postings().start(text)

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int | None) -> None:
        self._postings().add(docnum, weight, vbytes, length)

    def finish_term(self) -> None:
        pass

    def finish_field(self) -> None:
        self._current = None

    def close(self) -> None:
        with SectionWriter(self._path, self._files, {"fields": list(self._fields)}) as out:
            for i, postings in enumerate(self._fields.values()):
                postings.write(out, f"field_{i}")
        self.is_closed = True
