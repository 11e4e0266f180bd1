"""The posting lists that queries need of one part."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import TypeVar

import numpy as np

from indexer.columnar.coded import NOTHING, Coded, coded
from indexer.columnar.matching import mask_of
from indexer.columnar.open_part import OpenPart
from indexer.models import Node

_T = TypeVar("_T")
# Saturation of BM25 for words and for pairs of words (`scoring` has the formula).
K1_WORD, K1_PAIR = 1.2, 1.0
# Bytes that may be kept, and what a list costs that lies in the file.
_KEPT, _OVERHEAD = 8_000_000, 400


class PostingLists:
    """What words and pairs of words find in a part, as lists that lie in its file where they can.

    Those of words are kept while they are in use: queries share most of their syllables. Safe to
    use from several threads: what two of them find at a time is the same.
    """

    def __init__(self, part: OpenPart) -> None:
        self.part = part
        self._size = 0
        self._typed: dict[str, Coded] = {}
        self._read: dict[str, Coded] = {}
        self._alike: dict[Node, Coded] = {}
        self._keeping = Lock()

    def _keep(self, kept: dict[_T, Coded], word: _T, found: Coded, own_bytes: int = 0) -> Coded:
        with self._keeping:
            kept[word] = found
            self._size += own_bytes + _OVERHEAD
            if self._size > _KEPT:
                self._typed.clear()
                self._read.clear()
                self._alike.clear()
                self._size = 0
        return found

    def typed(self, word: str) -> Coded:
        """The articles that a typed word finds."""
        kept = self._typed.get(word)
        if kept is not None:
            return kept
        one = self._one_list(word)
        if one is not None:
            return self._keep(self._typed, word, one)
        together = self.part.any_of(self.part.numbers(word))
        return self._keep(self._typed, word, together, together.data.nbytes)

    def alike(self, node: Node) -> Coded:
        """The articles that a node finds."""
        kept = self._alike.get(node)
        if kept is not None:
            return kept
        found = coded(np.flatnonzero(mask_of(self.part, node, every=True)))
        return self._keep(self._alike, node, found, found.data.nbytes)

    def _one_list(self, word: str) -> Coded | None:
        """The list of the file that is what a typed word finds; None where it takes several."""
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
        if len(numbers.compatible) > 1:
            return None
        unmarked = numbers.unmarked
        if unmarked >= 0 and len(part.all_written_without_marks):
            return None if unmarked not in numbers.compatible else words.coded(unmarked)
        return words.coded(numbers.compatible[0]) if numbers.compatible else NOTHING

    def read(self, form: str) -> Coded:
        """The articles of a form, exactly as it is."""
        kept = self._read.get(form)
        if kept is not None:
            return kept
        number = self.part.numbers(form).exact
        found = NOTHING if number < 0 else self.part.segment.words.coded(number)
        return self._keep(self._read, form, found)

    def pairs(self, wanted: Iterable[tuple[str, str, bool]]) -> list[list[Coded]]:
        """For every (first, second, folded) the articles in which two forms stand side by side.

        `folded`, or where one of the forms is unknown: whatever forms fold to the same, a list for
        each pair of forms there is.
        """
        pairs, numbers = self.part.segment.pairs, self.part.numbers
        known = [(numbers(first), numbers(second), folded) for first, second, folded in wanted]
        exact = pairs.of_exact([(one.exact, two.exact) for one, two, _ in known])
        entries: list[int] = []
        ends: list[int] = []
        for (one, two, folded), entry in zip(known, exact, strict=True):
            if one.folded >= 0 and two.folded >= 0:
                if folded or one.exact < 0 or two.exact < 0:
                    entries.extend(pairs.of_folded(one.folded, two.folded))
                elif entry >= 0:
                    entries.append(entry)
            ends.append(len(entries))
        lists = pairs.all_coded(entries)
        return [lists[start:end] for start, end in zip([0, *ends], ends, strict=False)]
