"""Our own segments as Whoosh's reader wants them: the fields of an article as Whoosh fields.

    text, folded          title, lead, body and captions, by exact and by folded form
    title, title_folded   the title alone
    id, site, section, agency, publisher, author, tag    values as they are
    published             a date, also for sorting

Weights of words are those of the arrays: an occurrence counts 4 in the title, 2 in the lead, 1 in
the body (more near its beginning), ½ in captions, rounded to `postings.STEPS`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import columns, fields
from whoosh.analysis.tokenizers import IDTokenizer
from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from indexer.columnar.analysis import FIELDS
from indexer.columnar.arrays import I64, U8
from indexer.columnar.codec_read import Cursor, rounded_length
from indexer.columnar.matcher import ListWalker
from indexer.columnar.postings import UNIT
from indexer.columnar.records import FACETS, UNDATED
from indexer.columnar.segment import Inverted, Segment
from indexer.columnar.values import ItemFormat, naive_utc
from indexer.columnar.vocabulary import Strings
from indexer.columnar.whoosh_text import ExactTokenizer, FoldedTokenizer

# Field of words → the lists, whether by folded number, whether of the title alone.
_WORDS = {
    "folded": ("bare", True, False),
    "text": ("words", False, False),
    "title": ("titles", False, True),
    "title_folded": ("title_bare", True, True),
}
_STORED = ("id", "url", "title", "lead", "body", "captions", *FACETS.values(), "source")
_FIELD_END = -2


def article_schema() -> fields.Schema:
    """The schema of an index of articles."""
    value = fields.KEYWORD(analyzer=IDTokenizer(), stored=True, sortable=True)
    many = fields.KEYWORD(analyzer=IDTokenizer(), stored=True)
    kept = fields.STORED()
    return fields.Schema(
        id=fields.ID(unique=True, stored=True),
        text=fields.TEXT(analyzer=ExactTokenizer(), phrase=True),
        folded=fields.TEXT(analyzer=FoldedTokenizer(), phrase=True),
        title=fields.TEXT(analyzer=ExactTokenizer(), phrase=True, stored=True),
        title_folded=fields.TEXT(analyzer=FoldedTokenizer(), phrase=True),
        site=value,
        section=value,
        agency=value,
        publisher=value,
        author=many,
        tag=many,
        published=fields.DATETIME(stored=True, sortable=True),
        **dict.fromkeys(("url", "lead", "body", "captions", "tags", "source"), kept),
    )


class _Words:
    """The terms of a field of words, sorted by their bytes; `number_of` gives their lists."""

    def __init__(self, segment: Segment, name: str) -> None:
        attribute, self.folded, self.title = _WORDS[name]
        self.lists: Inverted = getattr(segment, attribute)
        self._strings: Strings = segment.folded if self.folded else segment.exact
        order = np.arange(len(self._strings)) if self.folded else segment.exact_sorted
        self._order: list[int] = order[self.lists.df[order] > 0].tolist()
        self._segment = segment

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, place: int) -> bytes:
        return self._strings.bytes_of(self._order[place])

    def number_of(self, term: bytes) -> int:
        """The number of a term's list, -1 where there is none."""
        place = bisect_left(self, term)
        return self._order[place] if place < len(self) and self[place] == term else -1

    def accepts(self, tokens: Any, number: int) -> Any:
        """Which tokens (exact numbers) are occurrences of a list's word."""
        if not self.folded:
            return tokens == number
        variants = self._segment.variants(number)
        return (tokens >= variants.start) & (tokens < variants.stop)


class _Places:
    """Positions of a word in the articles of its list, found in their tokens when asked for."""

    def __init__(self, segment: Segment, words: _Words, number: int, docs: I64, kept: Any) -> None:
        self._segment = segment
        self._words = words
        self._number = number
        self._docs = docs
        self._items = ItemFormat(kept)

    def _at(self, place: int) -> list[int]:
        tokens = self._segment.exact_tokens(int(self._docs[place]))
        if self._words.title:
            tokens = tokens[: int(np.flatnonzero(tokens == _FIELD_END)[0])]
        return np.flatnonzero(self._words.accepts(tokens, self._number)).tolist()

    def bytes_at(self, place: int) -> bytes:
        return self._items.put_together(self._at(place), [])

    def decoded_at(self, name: str, place: int) -> Any:
        return self._items.decode(name, self._at(place), [])


class _NoValues:
    """The values of lists that only tell that a term is there."""

    def __init__(self, kept: Any) -> None:
        self._items = ItemFormat(kept)

    def bytes_at(self, place: int) -> bytes:
        return self._items.put_together([1], [])

    def decoded_at(self, name: str, place: int) -> Any:
        return self._items.decode(name, [1], [])


class _Values:
    """The terms of a field that is not text, by Whoosh's own field; made when first asked for."""

    def __init__(self, segment: Segment, name: str, field: Any) -> None:
        docs: dict[bytes, list[int]] = defaultdict(list)
        for article in range(segment.n):
            for value in _values_of(segment, name, article):
                for term, _, _, _ in field.index(value):
                    docs[term].append(article)
        self.terms = sorted(docs)
        self.docs = [docs[term] for term in self.terms]

    def number_of(self, term: bytes) -> int:
        """The number of a term, -1 where there is none."""
        place = bisect_left(self.terms, term)
        return place if place < len(self.terms) and self.terms[place] == term else -1


def _values_of(segment: Segment, name: str, article: int) -> Sequence[Any]:
    if name == "id":
        return (segment.head(article)["id"],)
    if name == "published":
        moment = int(segment.published[article])
        return () if moment == UNDATED else (naive_utc(moment),)
    facet = segment.facet(name)
    codes = facet.codes[int(facet.first[article]) : int(facet.first[article + 1])]
    return [facet.values[code] for code in codes.tolist()]


class ArticleTerms(base.TermsReader):  # type: ignore[misc]
    """The terms of a segment of articles."""

    def __init__(self, path: Path) -> None:
        self._segment = Segment(path)
        self._schema = article_schema()
        self._names = sorted([*_WORDS, "id", "published", *FACETS])
        self._words: dict[str, _Words] = {}
        self._values: dict[str, _Values] = {}

    def _field(self, name: str) -> _Words | _Values:
        if name in _WORDS:
            if name not in self._words:
                self._words[name] = _Words(self._segment, name)
            return self._words[name]
        if name not in self._names:
            raise TermNotFound(f"No field {name!r}")
        if name not in self._values:
            self._values[name] = _Values(self._segment, name, self._schema[name])
        return self._values[name]

    def _terms(self, name: str) -> Any:
        field = self._field(name)
        return field if isinstance(field, _Words) else field.terms

    def _postings(self, name: str, term: bytes) -> tuple[I64, U8 | None, int]:
        field = self._field(name)
        number = field.number_of(term)
        if number < 0:
            raise TermNotFound(f"No term {name}:{term!r}")
        if isinstance(field, _Words):
            return *field.lists.postings(number), number
        return np.array(field.docs[number], dtype=np.int64), None, number

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return term[0] in self._names and self._field(term[0]).number_of(term[1]) >= 0

    def indexed_field_names(self) -> list[str]:
        return self._names

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return self.terms_from(self._names[0], b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        if fieldname not in self._names:
            return
        for name in self._names[self._names.index(fieldname) :]:
            terms = self._terms(name)
            start = bisect_left(terms, prefix) if name == fieldname else 0
            for place in range(start, len(terms)):
                yield name, terms[place]

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return self.items_from(self._names[0], b"")

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for name, term in self.terms_from(fieldname, prefix):
            yield (name, term), self.term_info(name, term)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        docs, weights, _ = self._postings(fieldname, text)
        halves = np.full(len(docs), UNIT) if weights is None else weights
        scored = fieldname in _WORDS
        lengths = lengths_of(self._segment, fieldname)[docs] if scored else docs * 0
        return TermInfo(
            weight=float(halves.sum(dtype=np.int64)) / 2,
            df=len(docs),
            minlength=rounded_length(lengths.min()) if scored else 0,
            maxlength=rounded_length(lengths.max()) if scored else 0,
            maxweight=float(halves.max()) / 2,
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        return float(self.term_info(fieldname, text).weight())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return len(self._postings(fieldname, text)[0]) if (fieldname, text) in self else 0

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListWalker:
        docs, weights, number = self._postings(fieldname, text)
        field = self._field(fieldname)
        info = self.term_info(fieldname, text)
        if isinstance(field, _Words):
            values: _Places | _NoValues = _Places(self._segment, field, number, docs, format_)
        else:
            values = _NoValues(format_)
        return ListWalker(
            docs.tolist(),
            [1.0] * len(docs) if weights is None else (weights / 2).tolist(),
            values,
            format_,
            term=(fieldname, text),
            scorer=scorer,
            lengths=(info.min_length() or 0, info.max_length()),
        )

    def cursor(self, fieldname: str, fieldobj: Any) -> Cursor:
        terms = self._terms(fieldname) if fieldname in self._names else []
        return Cursor(terms, fieldobj, lambda term: self.term_info(fieldname, term))


def lengths_of(segment: Segment, name: str) -> I64:
    """Tokens of each article in a field of words."""
    chosen = FIELDS[:1] if _WORDS[name][2] else FIELDS
    total = np.zeros(segment.n, dtype=np.int64)
    for field in chosen:
        total += segment.lengths[field]
    return total


class _Column(columns.ColumnReader):  # type: ignore[misc]
    """A column of values that are in memory."""

    def __init__(self, values: list[Any]) -> None:
        self._values = values
        self._reverse = False

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> Any:
        return self._values[docnum]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def sort_key(self, docnum: int) -> Any:
        value = self._values[docnum]
        return -value if self._reverse and not isinstance(value, bytes) else value

    def set_reverse(self) -> None:
        self._reverse = True


class ArticleDocuments(base.PerDocumentReader):  # type: ignore[misc]
    """The articles of a segment as Whoosh documents."""

    def __init__(self, path: Path, segment: Any) -> None:
        self._segment = Segment(path)
        self._entry = segment
        self._schema = article_schema()

    def doc_count(self) -> int:
        return self._segment.n - int(self._entry.deleted_count())

    def doc_count_all(self) -> int:
        return self._segment.n

    def has_deletions(self) -> bool:
        return bool(self._entry.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._entry.is_deleted(docnum))

    def deleted_docs(self) -> Any:
        return self._entry.deleted_docs()

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in self.list_columns()

    def list_columns(self) -> list[str]:
        return [name for name in self._schema.names() if self._schema[name].column_type]

    def column_reader(self, fieldname: str, column: Any) -> Any:
        field = self._schema[fieldname]
        default = column.default_value()
        found = []
        for article in range(self._segment.n):
            values = _values_of(self._segment, fieldname, article)
            found.append(field.to_column_value(values[0]) if values else default)
        return _Column(found)

    @cached_property
    def _lengths(self) -> dict[str, I64]:
        return {name: lengths_of(self._segment, name) for name in _WORDS}

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        if fieldname not in _WORDS:
            return default
        length = int(self._lengths[fieldname][docnum])
        return rounded_length(length) if length else default

    def field_length(self, fieldname: str) -> int:
        return int(self._lengths[fieldname].sum()) if fieldname in _WORDS else 0

    def min_field_length(self, fieldname: str) -> int:
        return rounded_length(self._lengths[fieldname].min()) if fieldname in _WORDS else 0

    def max_field_length(self, fieldname: str) -> int:
        return rounded_length(self._lengths[fieldname].max()) if fieldname in _WORDS else 0

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        article = self._segment.article(docnum)
        values = {name: getattr(article, name) for name in _STORED}
        values["tag"] = article.tags
        moment = int(self._segment.published[docnum])
        values["published"] = None if moment == UNDATED else naive_utc(moment)
        return {name: value for name, value in values.items() if value}
