"""The posting lists that queries need of one part."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock

import numpy as np

from indexer.columnar.coded import NOTHING, Coded, coded, docs_of
from indexer.columnar.open_part import OpenPart

# Saturation of BM25 for words and for pairs of words (`scoring` has the formula).
K1_WORD, K1_PAIR = 1.2, 1.0
# Bytes of lists that were put together from several, kept while they are in use.
_KEPT = 8_000_000
_OVERHEAD = 300  # what keeping a list costs


class PostingLists:
    """What words and pairs of words find in a part, as lists that lie in its file where they can.

    Safe to use from several threads: what two of them put together at a time is the same.
    """

    def __init__(self, part: OpenPart) -> None:
        self.part = part
        self._size = 0
        self._kept: dict[str, Coded] = {}
        self._keeping = Lock()

    def _keep(self, word: str, docs: Coded) -> Coded:
        """Keep a list, and let go of those that came first where there are too many."""
        with self._keeping:
            if word not in self._kept:
                self._kept[word] = docs
                self._size += docs.data.nbytes + _OVERHEAD
            while self._size > _KEPT:
                gone = self._kept.pop(next(iter(self._kept)))
                self._size -= gone.data.nbytes + _OVERHEAD
        return docs

    def typed(self, word: str) -> Coded:
        """The articles that a typed word finds."""
        kept = self._kept.get(word)
        if kept is not None:
            return kept
        part = self.part
        words = part.segment.words
        numbers = part.numbers(word)
        if numbers.folded < 0:
            return NOTHING
        if numbers.compatible is None:
            variants = part.segment.variants(numbers.folded)
            if len(variants) == 1:
                return words.coded(variants.start)
            return part.segment.bare.coded(numbers.folded)
        unmarked = part.unmarked(word)
        if unmarked in numbers.compatible or not len(part.all_written_without_marks):
            unmarked = -1
        if len(numbers.compatible) == 1 and unmarked < 0:
            return words.coded(numbers.compatible[0])
        fits = part.nothing()
        for number in numbers.compatible:
            fits[docs_of(words.coded(number))] = True
        if unmarked >= 0:
            articles = docs_of(words.coded(unmarked))
            fits[articles[part.written_without_marks[articles]]] = True
        return self._keep(word, coded(np.flatnonzero(fits)))

    def read(self, form: str) -> Coded:
        """The articles of a form, exactly as it is."""
        number = self.part.numbers(form).exact
        return NOTHING if number < 0 else self.part.segment.words.coded(number)

    def pair(self, first: str, second: str, *, folded: bool) -> Iterator[Coded]:
        """The articles in which two forms stand side by side.

        `folded`, or where one of the forms is unknown: whatever forms fold to the same, a list for
        each pair of forms there is.
        """
        one, two = self.part.numbers(first), self.part.numbers(second)
        if one.folded < 0 or two.folded < 0:
            return
        pairs = self.part.segment.pairs
        if not folded and one.exact >= 0 and two.exact >= 0:
            entry = pairs.of_exact(one.exact, two.exact)
            if entry >= 0:
                yield pairs.coded(entry)
            return
        for entry in pairs.of_folded(one.folded, two.folded):
            yield pairs.coded(entry)
