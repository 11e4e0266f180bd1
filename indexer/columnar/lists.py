"""The posting lists that queries need of one part, decoded once and kept while they are in use."""

from __future__ import annotations

from threading import Lock

import numpy as np

from indexer.columnar.arrays import F32, I64, U8, Bools, Ints, together
from indexer.columnar.inverted import Inverted
from indexer.columnar.open_part import OpenPart
from indexer.columnar.postings import UNIT

# Saturation of BM25 for words and for pairs of words (`scoring` has the formula).
K1_WORD, K1_PAIR = 1.2, 1.0
# Bytes kept, per article of the part: a fifth of all postings there are.
_KEPT_PER_ARTICLE, _KEPT_AT_LEAST, _KEPT_AT_MOST = 1000, 2_000_000, 32_000_000
_OVERHEAD = 300  # what keeping an array costs
_FEW_ENTRIES = 6
_FEW_ARTICLES = 64  # to look up one by one
_NOWHERE: tuple[I64, F32] = np.zeros(0, np.int64), np.zeros(0, np.float32)


class PostingLists:
    """Decoded lists of a part, the least of a query's work that the next one need not do again.

    Safe to use from several threads: what two of them decode at a time is the same.
    """

    def __init__(self, part: OpenPart) -> None:
        self.part = part
        most = max(_KEPT_AT_LEAST, _KEPT_PER_ARTICLE * part.n)
        self._most = min(most, _KEPT_AT_MOST)
        self._size = 0
        self._kept: dict[tuple[str, int] | str, Ints] = {}
        self._keeping = Lock()

    def _keep(self, key: tuple[str, int] | str, array: Ints) -> None:
        """Keep an array, and let go of those that came first where there are too many."""
        with self._keeping:
            if key not in self._kept:
                self._kept[key] = array
                self._size += array.nbytes + _OVERHEAD
            while self._size > self._most:
                gone = self._kept.pop(next(iter(self._kept)))
                self._size -= gone.nbytes + _OVERHEAD

    def docs(self, number: int) -> I64:
        """The articles of an exact form, ascending."""
        docs: I64 | None = self._kept.get(("docs", number))
        if docs is None:
            docs = self.part.segment.words.docs(number)
            self._keep(("docs", number), docs)
        return docs

    def impacts(self, number: int) -> F32:
        """Its saturated weight in each of the articles of `docs`, 0 to 1."""
        impacts: F32 | None = self._kept.get(("impacts", number))
        if impacts is None:
            weights = self.part.segment.words.weights(number)
            impacts = self._saturated(self.docs(number), weights, K1_WORD)
            self._keep(("impacts", number), impacts)
        return impacts

    def _saturated(self, docs: I64, weights: U8 | None, k1: float) -> F32:
        x: F32 = self.part.per_weight[docs]
        x *= UNIT if weights is None else weights
        x /= x + np.float32(k1)
        return x

    def typed(self, word: str) -> I64 | U8:
        """What a typed word finds: article numbers (int64), or one byte for each article."""
        found: I64 | None = self._kept.get(word)
        if found is not None:
            return found
        part = self.part
        segment = part.segment
        numbers = part.numbers(word)
        if numbers.folded < 0:
            return _NOWHERE[0]
        if numbers.compatible is None:
            variants = segment.variants(numbers.folded)
            if len(variants) == 1:
                return self._line(variants.start)
            if segment.bare.is_dense(numbers.folded):
                return segment.bare.dense(numbers.folded)
            return self._keep_typed(word, segment.bare.docs(numbers.folded))
        unmarked = part.unmarked(word)
        if unmarked in numbers.compatible or not len(part.all_written_without_marks):
            unmarked = -1
        if len(numbers.compatible) == 1 and unmarked < 0:
            return self._line(numbers.compatible[0])
        fits = part.nothing()
        for number in numbers.compatible:
            fits[self.docs(number)] = True
        if unmarked >= 0:
            articles = self.docs(unmarked)
            fits[articles[part.written_without_marks[articles]]] = True
        return self._keep_typed(word, np.flatnonzero(fits))

    def _keep_typed(self, word: str, docs: I64) -> I64:
        self._keep(word, docs)
        return docs

    def _line(self, number: int) -> I64 | U8:
        """The articles of an exact form, as `typed`."""
        words = self.part.segment.words
        return words.dense(number) if words.is_dense(number) else self.docs(number)

    def read(self, form: str) -> I64 | U8:
        """What a form finds, exactly as it is: as `typed`."""
        number = self.part.numbers(form).exact
        if number < 0:
            return np.zeros(0, np.int64)
        return self._line(number)

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

    def pair(self, first: str, second: str, *, folded: bool) -> tuple[I64, F32]:
        """Articles of two forms side by side, and the saturated weight in each.

        `folded`, or where one of the forms is unknown: whatever forms fold to the same; then an
        article may be there several times.
        """
        one, two = self.part.numbers(first), self.part.numbers(second)
        if one.folded < 0 or two.folded < 0:
            return _NOWHERE
        pairs = self.part.segment.pairs
        if not folded and one.exact >= 0 and two.exact >= 0:
            entry = pairs.of_exact(one.exact, two.exact)
            entries = range(entry, entry + 1) if entry >= 0 else range(0)
        else:
            entries = pairs.of_folded(one.folded, two.folded)
        if not len(entries):
            return _NOWHERE
        if len(entries) > _FEW_ENTRIES:
            lists = pairs.lists(entries.start, entries.stop)
            docs = lists.docs.astype(np.int64)
            return docs, self._saturated(docs, lists.weights, K1_PAIR)
        found = [pairs.postings(entry) for entry in entries]
        impacts = [self._saturated(docs, weights, K1_PAIR) for docs, weights in found]
        return together([docs for docs, _ in found]), together(impacts)


def holders(articles: I64, found: I64 | U8) -> I64:
    """Those of `articles` (ascending) that are in `found` (of `PostingLists.typed`)."""
    if found.dtype == np.uint8:
        there = found[articles] != 0
    elif not len(found) or not len(articles):
        return _NOWHERE[0]
    elif len(articles) < _FEW_ARTICLES:
        at = found.searchsorted(articles)
        at[at == len(found)] = 0
        there = found[at] == articles
    else:
        fits = np.zeros(1 + max(int(articles[-1]), int(found[-1])), dtype=bool)
        fits[found] = True
        there = fits[articles]
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
