"""The two files of a segment that Whoosh wrote, as Whoosh's reader wants them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.filedb.structfile import BufferFile
from whoosh.reading import TermInfo, TermNotFound
from whoosh.util.numeric import byte_to_length, length_to_byte

from indexer.columnar.container import Sections
from indexer.columnar.matcher import ListWalker
from indexer.columnar.values import ItemFormat, load_stored


def rounded_length(length: int) -> int:
    """A length as Whoosh's own codec remembers it, in one byte: scores depend on it."""
    return int(byte_to_length(length_to_byte(int(length))))


class _Bytes:
    """Byte strings of a file, by number, sorted or not."""

    def __init__(self, file: Sections, name: str) -> None:
        self._data = file.array(name).tobytes()
        self._at: list[int] = file.array(f"{name}_at").tolist()

    def __len__(self) -> int:
        return len(self._at) - 1

    def __iter__(self) -> Iterator[bytes]:
        return (self[number] for number in range(len(self)))

    def __getitem__(self, number: int) -> bytes:
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self._data[self._at[number] : self._at[number + 1]]


class FieldPostings:
    """The posting lists of one field (or the vectors of all documents)."""

    def __init__(self, file: Sections, name: str) -> None:
        self.terms = _Bytes(file, f"{name}_term")
        self.first: list[int] = file.array(f"{name}_first").tolist()
        self.docs = file.array(f"{name}_doc")
        self.weights = file.array(f"{name}_weight")
        self.lengths = file.array(f"{name}_length")
        self._item_at = file.array(f"{name}_item_at")
        self._items = file.array(f"{name}_item")
        self._boosts = file.array(f"{name}_boost")
        self.texts = _Bytes(file, f"{name}_text") if f"{name}_text" in file else None

    def find(self, term: bytes) -> int:
        """The number of a term. Raises `KeyError`."""
        number = bisect_left(self.terms, term)
        if number == len(self.terms) or self.terms[number] != term:
            raise KeyError(term)
        return number

    def part(self, number: int) -> slice:
        """Where the postings of a list stand."""
        return slice(self.first[number], self.first[number + 1])

    def numbers_at(self, posting: int, width: int) -> tuple[list[int], list[float]]:
        """The integers and boosts of a posting's items."""
        start, end = int(self._item_at[posting]), int(self._item_at[posting + 1])
        boosts: Any = self._boosts[start // width : end // width] if len(self._boosts) else []
        return self._items[start:end].tolist(), [float(boost) for boost in boosts]

    def info(self, number: int) -> TermInfo:
        """Whoosh's statistics of a term."""
        part = self.part(number)
        docs, weights, lengths = self.docs[part], self.weights[part], self.lengths[part]
        known = lengths[lengths > 0]
        return TermInfo(
            weight=float(weights.sum(dtype=np.float64)),
            df=len(docs),
            minlength=rounded_length(known.min()) if len(known) else 0,
            maxlength=rounded_length(known.max()) if len(known) else 0,
            maxweight=float(weights.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )


class _PostingValues:
    """The values of one list."""

    def __init__(self, postings: FieldPostings, start: int, format_: Any) -> None:
        self._postings = postings
        self._start = start
        self._items = ItemFormat(format_)

    def _at(self, place: int) -> tuple[list[int], list[float]]:
        if not self._items.width:
            return [], []
        return self._postings.numbers_at(self._start + place, self._items.width)

    def bytes_at(self, place: int) -> bytes:
        return self._items.put_together(*self._at(place))

    def decoded_at(self, name: str, place: int) -> Any:
        return self._items.decode(name, *self._at(place))


class TermReader(base.TermsReader):  # type: ignore[misc]
    """The inverted index of all fields."""

    def __init__(self, path: Path) -> None:
        self._file = Sections(path)
        self._names: list[str] = self._file.facts["fields"]
        self._fields: dict[str, FieldPostings] = {}

    def _field(self, name: str) -> FieldPostings:
        if name not in self._fields:
            if name not in self._names:
                raise TermNotFound(f"No field {name!r}")
            number = self._names.index(name)
            self._fields[name] = FieldPostings(self._file, f"field_{number}")
        return self._fields[name]

    def _find(self, fieldname: str, text: bytes) -> tuple[FieldPostings, int]:
        field = self._field(fieldname)
        try:
            return field, field.find(text)
        except KeyError:
            raise TermNotFound(f"No term {fieldname}:{text!r}") from None

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        try:
            self._find(*term)
        except TermNotFound:
            return False
        return True

    def indexed_field_names(self) -> list[str]:
        return self._names

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for name in self._names:
            for term in self._field(name).terms:
                yield name, term

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        if fieldname not in self._names:
            return
        for name in self._names[self._names.index(fieldname) :]:
            terms = self._field(name).terms
            start = bisect_left(terms, prefix) if name == fieldname else 0
            for number in range(start, len(terms)):
                yield name, terms[number]

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for name, term in self.terms():
            yield (name, term), self.term_info(name, term)

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for name, term in self.terms_from(fieldname, prefix):
            yield (name, term), self.term_info(name, term)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        field, number = self._find(fieldname, text)
        return field.info(number)

    def frequency(self, fieldname: str, text: bytes) -> float:
        return float(self.term_info(fieldname, text).weight())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        try:
            field, number = self._find(fieldname, text)
        except TermNotFound:
            return 0
        return field.first[number + 1] - field.first[number]

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListWalker:
        field, number = self._find(fieldname, text)
        part = field.part(number)
        info = field.info(number)
        return ListWalker(
            field.docs[part].tolist(),
            field.weights[part].tolist(),
            _PostingValues(field, part.start, format_),
            format_,
            term=(fieldname, text),
            scorer=scorer,
            lengths=(info.min_length() or 0, info.max_length()),
        )

    def cursor(self, fieldname: str, fieldobj: Any) -> Cursor:
        terms: Any = self._field(fieldname).terms if fieldname in self._names else []
        return Cursor(terms, fieldobj, lambda term: self.term_info(fieldname, term))


class Cursor(base.FieldCursor):  # type: ignore[misc]
    """Walks through the terms of a field."""

    def __init__(self, terms: Any, fieldobj: Any, info: Callable[[bytes], TermInfo]) -> None:
        self._terms = terms
        self._field = fieldobj
        self._info = info
        self._place = 0

    def first(self) -> Any:
        self._place = 0
        return self.text()

    def find(self, string: Any) -> Any:
        if not isinstance(string, bytes):
            string = self._field.to_bytes(string)
        self._place = bisect_left(self._terms, string)
        return self.text()

    def next(self) -> Any:
        self._place += 1
        return self.text()

    def text(self) -> Any:
        return self._field.from_bytes(self._terms[self._place]) if self.is_valid() else None

    def term_info(self) -> TermInfo | None:
        return self._info(self._terms[self._place]) if self.is_valid() else None

    def is_valid(self) -> bool:
        return self._place < len(self._terms)


class DocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """Stored fields, lengths, columns and vectors of documents."""

    def __init__(self, path: Path, segment: Any) -> None:
        self._file = Sections(path)
        self._segment = segment
        self._count: int = self._file.facts["articles"]
        self._lengths: dict[str, Any] = {}
        self._vectors: dict[str, FieldPostings] = {}
        self._stored = self._file.section("stored")
        self._stored_at: list[int] = self._file.array("stored_at").tolist()

    def doc_count(self) -> int:
        return self._count - int(self._segment.deleted_count())

    def doc_count_all(self) -> int:
        return self._count

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Any:
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in self._file.facts["columns"]

    def list_columns(self) -> list[str]:
        return list(self._file.facts["columns"])

    def column_reader(self, fieldname: str, column: Any) -> Any:
        number = self._file.facts["columns"].index(fieldname)
        data = self._file.array(f"column_{number}").tobytes()
        return column.reader(BufferFile(memoryview(data)), 0, len(data), self._count)

    def _length_line(self, fieldname: str) -> Any:
        if fieldname not in self._lengths:
            names = self._file.facts["lengths"]
            line = None
            if fieldname in names:
                line = self._file.array(f"length_{names.index(fieldname)}")
            self._lengths[fieldname] = line
        return self._lengths[fieldname]

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        line = self._length_line(fieldname)
        if line is None or not line[docnum]:
            return default
        return rounded_length(line[docnum])

    def field_length(self, fieldname: str) -> int:
        line = self._length_line(fieldname)
        return 0 if line is None else int(line.sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        line = self._length_line(fieldname)
        return 0 if line is None or not len(line) else rounded_length(line.min())

    def max_field_length(self, fieldname: str) -> int:
        line = self._length_line(fieldname)
        return 0 if line is None or not len(line) else rounded_length(line.max())

    def _vector(self, fieldname: str) -> FieldPostings | None:
        names = self._file.facts["vectors"]
        if fieldname not in names:
            return None
        if fieldname not in self._vectors:
            number = names.index(fieldname)
            self._vectors[fieldname] = FieldPostings(self._file, f"vector_{number}")
        return self._vectors[fieldname]

    def _vector_part(self, docnum: int, fieldname: str) -> slice | None:
        vectors = self._vector(fieldname)
        if vectors is None:
            return None
        part = slice(*np.searchsorted(vectors.docs, (docnum, docnum + 1)).tolist())
        return part if part.stop > part.start else None

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        return self._vector_part(docnum, fieldname) is not None

    def vector(self, docnum: int, fieldname: str, format_: Any) -> ListWalker:
        part = self._vector_part(docnum, fieldname)
        vectors = self._vector(fieldname)
        if part is None or vectors is None or vectors.texts is None:
            raise KeyError(f"No vector for document {docnum} field {fieldname!r}")
        texts = [
            vectors.texts[i].decode("utf-8", "surrogatepass") for i in range(part.start, part.stop)
        ]
        values = _PostingValues(vectors, part.start, format_)
        return ListWalker(texts, vectors.weights[part].tolist(), values, format_)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        start, end = self._stored_at[docnum], self._stored_at[docnum + 1]
        return load_stored(self._stored.bytes_at(start, end).tobytes())
