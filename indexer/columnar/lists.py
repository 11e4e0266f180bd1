"""The posting lists that one query needs of one part, each decoded once."""

from __future__ import annotations

import numpy as np

from indexer.columnar.arrays import F32, I64, U8, Bools
from indexer.columnar.open_part import OpenPart
from indexer.columnar.postings import UNIT
from indexer.columnar.segment import Inverted


class QueryLists:
    """Decoded lists of a part; throw away with the query."""

    def __init__(self, part: OpenPart) -> None:
        self.part = part
        self._words: dict[int, tuple[I64, U8 | None]] = {}
        self._typed: dict[str, I64 | U8] = {}

    def word(self, number: int) -> tuple[I64, U8 | None]:
        """Articles and weights (None: all one unit) of an exact form."""
        known = self._words.get(number)
        if known is None:
            known = self._words[number] = self.part.segment.words.postings(number)
        return known

    def typed(self, word: str) -> I64 | U8:
        """What a typed word finds: article numbers (int64), or one byte for each article."""
        found = self._typed.get(word)
        if found is None:
            found = self._typed[word] = self._find(word)
        return found

    def _find(self, word: str) -> I64 | U8:
        part = self.part
        segment = part.segment
        numbers = part.numbers(word)
        if numbers.folded < 0:
            return np.zeros(0, np.int64)
        if numbers.compatible is None:
            variants = segment.variants(numbers.folded)
            if len(variants) == 1 and not segment.words.is_dense(variants.start):
                return self.word(variants.start)[0]
            return _line(segment.bare, numbers.folded)
        unmarked = part.unmarked(word)
        if unmarked in numbers.compatible or not len(part.all_written_without_marks):
            unmarked = -1
        if len(numbers.compatible) == 1 and unmarked < 0:
            if segment.words.is_dense(numbers.compatible[0]):
                return segment.words.dense(numbers.compatible[0])
            return self.word(numbers.compatible[0])[0]
        found = part.nothing()
        for number in numbers.compatible:
            found[self.word(number)[0]] = True
        if unmarked >= 0:
            articles = self.word(unmarked)[0]
            found[articles[part.written_without_marks[articles]]] = True
        return np.flatnonzero(found)

    def read(self, form: str) -> I64 | U8:
        """What a form finds, exactly as it is: as `typed`."""
        number = self.part.numbers(form).exact
        if number < 0:
            return np.zeros(0, np.int64)
        words = self.part.segment.words
        return words.dense(number) if words.is_dense(number) else self.word(number)[0]

    def count(self, word: str, *, typed: bool) -> int:
        """In how many articles a word is found, deleted ones included."""
        numbers = self.part.numbers(word)
        if not typed:
            return self.part.segment.words.count(numbers.exact) if numbers.exact >= 0 else 0
        if numbers.folded < 0:
            return 0
        if numbers.compatible is None:
            return self.part.segment.bare.count(numbers.folded)
        found = self.typed(word)
        return len(found) if found.dtype != np.uint8 else int(np.count_nonzero(found))

    def pair(self, first: str, second: str, *, folded: bool) -> tuple[I64, U8 | None] | None:
        """Articles and weights of two forms side by side; None for nowhere.

        `folded`, or where one of the forms is unknown: whatever forms fold to the same.
        """
        one, two = self.part.numbers(first), self.part.numbers(second)
        if one.folded < 0 or two.folded < 0:
            return None
        pairs = self.part.segment.pairs
        if not folded and one.exact >= 0 and two.exact >= 0:
            entry = pairs.of_exact(one.exact, two.exact)
            return pairs.postings(entry) if entry >= 0 else None
        entries = pairs.of_folded(one.folded, two.folded)
        if not len(entries):
            return None
        found = pairs.lists(entries.start, entries.stop)
        return found.docs.astype(np.int64), found.weights


def _line(inverted: Inverted, number: int) -> I64 | U8:
    return inverted.dense(number) if inverted.is_dense(number) else inverted.postings(number)[0]


def holders(articles: I64, found: I64 | U8) -> I64:
    """Those of `articles` (ascending) that are in `found` (of `QueryLists.typed`)."""
    if found.dtype == np.uint8:
        there = found[articles] != 0
    elif len(found):
        at = found.searchsorted(articles)
        at[at == len(found)] = 0
        there = found[at] == articles
    else:
        there = np.zeros(len(articles), dtype=bool)
    kept: I64 = articles[there]
    return kept


def weights_at(inverted: Inverted, number: int, articles: I64) -> F32:
    """The weight (in halves) of a word in some articles, 0 where it is not."""
    if inverted.is_dense(number):
        return inverted.dense(number)[articles].astype(np.float32)
    docs, weights = inverted.postings(number)
    if not len(docs):
        return np.zeros(len(articles), np.float32)
    at = docs.searchsorted(articles)
    at[at == len(docs)] = 0
    there: Bools = docs[at] == articles
    values = np.full(len(articles), UNIT, np.uint8) if weights is None else weights[at]
    return np.where(there, values, 0).astype(np.float32)
