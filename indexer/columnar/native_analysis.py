"""What `analysis.Analyser` does, in compiled code but for what it does not know.

Units of Latin letters, digits and usual punctuation are taken apart by it, a batch is made of them
by it; units with anything else, and the exact forms of words, are the business of `vietnamese`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from types import ModuleType

import numpy as np

from indexer.columnar import kernels
from indexer.columnar.analysis import MAX_UNITS, Analysed, Analyser, text_of
from indexer.columnar.arrays import I32
from indexer.columnar.units import NativeNumbers, NativeUnits, Numbers, with_room
from indexer.vietnamese import exact_form, tokens

_BREAKS = ("\n", "\n\n")  # units, raw tokens, and their numbers
_UNKNOWN_JOINS = (256, 256, 2)
_SOME = 256  # strings that there is room for before units are taken apart


class NativeAnalyser:
    """Turns texts into token numbers, and keeps the vocabulary that it meets (see `Analyser`)."""

    def __init__(self, native: ModuleType) -> None:
        self._native = native
        self.raw = NativeNumbers(native, _BREAKS)
        self.raw_exact = array("i", [-1, -1])
        self.exact = Numbers()
        self.separators = NativeNumbers(native, ("usual", "", " "))
        self._joins: I32 = np.full(_UNKNOWN_JOINS, -1, dtype=np.int32)
        self._forget_units()

    @property
    def size_bytes(self) -> int:
        """The memory that vocabulary and cache take, about."""
        tables = (self._units, self.raw, self.separators)
        units = (self._counts, self._starts, self._tails, self._tokens, self._before)
        held = sum(table.size_bytes for table in tables) + sum(array.nbytes for array in units)
        return held + 150 * len(self.exact)

    def _forget_units(self) -> None:
        """Only the breaks are known: each is a token, and has nothing around it."""
        self._units = NativeUnits(self._native, _BREAKS)
        self._counts: I32 = np.ones(2, dtype=np.int32)  # tokens in a unit
        self._starts: I32 = np.arange(2, dtype=np.int32)  # where they stand in `_tokens`
        self._tails: I32 = np.ones(2, dtype=np.int32)  # the separator after the last
        self._tokens: I32 = np.arange(2, dtype=np.int32)
        self._before: I32 = np.ones(2, dtype=np.int32)  # the separator before each of them
        self._apart, self._used = 2, 2  # units that were taken apart, and their tokens

    def analyse(self, articles: Iterable[Sequence[str]]) -> Analysed:
        """A batch: for each article its four texts, in the order of `FIELDS`."""
        if len(self._units) > MAX_UNITS:
            self._forget_units()
        units = self._units.numbers_of(text_of(articles))
        self._take_apart()
        while True:
            self.separators.known, numbers, separators, ends = self._native.expand(
                units, self._units.table, self.separators.table, self._counts, self._starts,
                self._tails, self._tokens, self._before, self._joins,
            )  # fmt: skip
            if numbers is not None:
                break
            self.separators.grow()
        return Analysed(
            np.frombuffer(numbers, np.uint32),
            np.frombuffer(separators, np.uint32),
            np.frombuffer(ends, np.int64),
        )

    def _take_apart(self) -> None:
        """Learn the tokens of the units that came up for the first time."""
        known = len(self._units)
        for name in ("_counts", "_starts", "_tails"):
            setattr(self, name, with_room(getattr(self, name), known))
        while self._apart < known:
            self._apart, self.raw.known, self.separators.known, self._used = (
                self._native.take_apart(
                    self._units.table, self.raw.table, self.separators.table,
                    (self._apart, self._used), self._counts, self._starts, self._tails,
                    self._tokens, self._before,
                )
            )  # fmt: skip
            self._learn_exact()
            if self._apart == known:
                break
            text = self._units.name(self._apart)
            size = len(text.encode("utf-8", "surrogatepass")) + _SOME
            enough = not self.raw.reserve(size, size) and not self.separators.reserve(size, size)
            if self._used + size > len(self._tokens):
                self._tokens = with_room(self._tokens, self._used + size)
                self._before = with_room(self._before, self._used + size)
            elif enough:
                self._by_hand(text)

    def _learn_exact(self) -> None:
        """Learn the exact forms of new raw tokens."""
        exact, add = self.exact, self.raw_exact.append
        for text in self.raw.names_from(len(self.raw_exact)):
            # Capitals change nothing: `Hội` has the exact form of `hội`, which is mostly known, and
            # what is an exact form is its own.
            number = exact.get(text.lower(), -1)
            add(exact[exact_form(text)] if number < 0 else number)

    def _by_hand(self, text: str) -> None:
        """Take the next unit apart, which holds something unusual."""
        at = count = 0
        for token in tokens(text):
            number = self.raw.number(text[token.start : token.end])
            if number == len(self.raw_exact):
                self.raw_exact.append(self.exact[token.exact])
            self._tokens[self._used + count] = number
            self._before[self._used + count] = self.separators.number(text[at : token.start])
            at = token.end
            count += 1
        self._counts[self._apart], self._starts[self._apart] = count, self._used
        self._tails[self._apart] = self.separators.number(text[at:]) if count else 1
        self._apart += 1
        self._used += count


def new_analyser() -> Analyser | NativeAnalyser:
    """An analyser that knows nothing yet."""
    return Analyser() if kernels.native is None else NativeAnalyser(kernels.native)
