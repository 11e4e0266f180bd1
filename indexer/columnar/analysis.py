"""Articles → numbers: tokens and what stands between them, without loss.

Text is cut at spaces first, which is fast, into *units* (`"hội,"`); each distinct unit is taken
apart into tokens and punctuation only once, so normalising costs per word of the vocabulary and
not per word of the text. An article becomes a run of raw token numbers, `PARAGRAPH` at each line
end and `FIELD` after each of its four texts (title, lead, body, captions), and for each of them
the *separator* before it, by number, where it is not the usual one (a space between two tokens,
nothing beside a line end). From the two, the texts come back letter for letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from indexer.columnar.arrays import U8, U32, Bools, I64, offsets_of, ranges
from indexer.vietnamese import fold, tokens

PARAGRAPH, FIELD = 0, 1  # raw token numbers with a meaning of their own
FIELDS = ("title", "lead", "body", "captions")
_BREAKS = {"\n": PARAGRAPH, "\n\n": FIELD}  # units that no text between spaces can be
_MAX_UNITS = 1 << 18  # the cache of units is emptied past this: memory stays bounded


class Numbers(dict[str, int]):
    """Numbers strings in the order of their first coming."""

    def __missing__(self, key: str) -> int:
        self[key] = number = len(self)
        return number


@dataclass(slots=True)
class Analysed:
    """A batch of articles as numbers.

    tokens      raw token numbers, breaks included, article after article
    separators  numbers of the separators before each token; 0 is the usual one
    ends        where each article's tokens end
    """

    tokens: U32
    separators: U32
    ends: I64


class Analyser:
    """Turns texts into token numbers, and keeps the vocabulary that it meets.

    raw         raw token (as written) → number
    exact       exact form → number; `raw_exact` maps a raw number to it, -1 for breaks
    separators  what stood between two tokens → number
    """

    def __init__(self) -> None:
        self.raw = Numbers({"\n": PARAGRAPH, "\n\n": FIELD})
        self.raw_exact: list[int] = [-1, -1]
        self.exact = Numbers()
        self.separators = Numbers({"usual": 0, "": 1, " ": 2})  # no separator has letters
        self._forget_units()

    def _forget_units(self) -> None:
        self._units = Numbers()
        self._texts: list[str] = []
        self._counts: list[int] = []  # tokens in a unit
        self._heads: list[int] = []  # separator before its first token
        self._tails: list[int] = []  # separator after its last
        self._starts: list[int] = []  # where its tokens stand in:
        self._tokens: list[int] = []
        self._inner: list[int] = []  # separators before them; the first of a unit: its head
        for text in _BREAKS:
            self._units[text]

    def analyse(self, articles: Iterable[Sequence[str]]) -> Analysed:
        """A batch: for each article its four texts, in the order of `FIELDS`."""
        if len(self._units) > _MAX_UNITS:
            self._forget_units()
        lines: list[list[str]] = [["\n\n"]]  # dropped again: now every unit has one before it
        for texts in articles:
            joined = " \n\n ".join([text.replace("\n", " \n ") for text in texts])
            lines.append((joined + " \n\n").split(" "))
        total = sum(map(len, lines))
        units = np.fromiter(
            map(self._units.__getitem__, chain.from_iterable(lines)), dtype=np.int64, count=total
        )
        self._take_apart()
        return self._expand(units)

    def _take_apart(self) -> None:
        """Learn the tokens of the units that came up for the first time."""
        for text in list(self._units)[len(self._texts) :]:
            self._texts.append(text)
            self._starts.append(len(self._tokens))
            if text in _BREAKS:
                self._counts.append(1)
                self._heads.append(1)
                self._tails.append(1)
                self._tokens.append(_BREAKS[text])
                self._inner.append(1)
                continue
            at = count = 0
            for token in tokens(text):
                number = self.raw[text[token.start : token.end]]
                if number == len(self.raw_exact):
                    self.raw_exact.append(self.exact[token.exact])
                self._tokens.append(number)
                self._inner.append(self.separators[text[at : token.start]])
                at = token.end
                count += 1
            self._counts.append(count)
            self._heads.append(self._inner[self._starts[-1]] if count else 1)
            self._tails.append(self.separators[text[at:]] if count else 1)

    def _expand(self, units: I64) -> Analysed:
        counts = np.array(self._counts, dtype=np.int64)[units]
        tails = np.array(self._tails, dtype=np.int64)[units]
        is_break = units < len(_BREAKS)
        self._attach_bare(units, counts, tails, is_break)
        kept = counts > 0
        units, counts, tails, is_break = units[kept], counts[kept], tails[kept], is_break[kept]
        heads = np.array(self._heads, dtype=np.int64)[units]
        # The separator before a unit: the tail of the one before, a space between, its own head.
        before = np.concatenate(([1], tails[:-1]))
        spaced = ~is_break
        spaced[1:] &= ~is_break[:-1]
        spaced[:1] = False
        first = self._joined(before, heads, spaced)
        places = ranges(np.array(self._starts, dtype=np.int64)[units], counts)
        numbers = np.array(self._tokens, dtype=np.uint32)[places]
        separators = np.array(self._inner, dtype=np.int64)[places]
        separators[offsets_of(counts)[:-1]] = first
        usual = np.ones(len(numbers), dtype=np.int64)
        words = numbers > FIELD
        usual[1:][words[1:] & words[:-1]] = 2
        separators[separators == usual] = 0
        numbers = numbers[1:]
        fields = np.flatnonzero(numbers == FIELD)
        return Analysed(numbers, separators[1:].astype(np.uint32), fields[3::4] + 1)

    def _attach_bare(self, units: I64, counts: I64, tails: I64, is_break: Bools) -> None:
        """Give units without any token (`–`, `&`, "") to the tail of the unit before them."""
        names: list[str] = []
        bare = np.flatnonzero(counts == 0).tolist()
        strings = list(self.separators)
        for i, at in enumerate(bare):
            names.append(self._texts[units[at]])
            if i + 1 < len(bare) and bare[i + 1] == at + 1:
                continue
            owner = at - len(names)
            last = bool(is_break[at + 1])  # an article ends with a break: there is a next unit
            if is_break[owner]:
                text = " ".join(names) + ("" if last else " ")
            else:
                text = " ".join([strings[int(tails[owner])], *names])
            tails[owner] = self.separators[text]
            names = []

    def _joined(self, before: I64, heads: I64, spaced: Bools) -> I64:
        """Numbers of the separators `before + (a space) + head`."""
        keys = (before << 32) | (heads << 1) | spaced
        plain = keys == ((1 << 32) | (1 << 1) | 1)
        out = np.full(len(keys), 2, dtype=np.int64)
        rest = np.flatnonzero(~plain)
        found, inverse = np.unique(keys[rest], return_inverse=True)
        strings = list(self.separators)
        numbers = np.array(
            [
                self.separators[
                    strings[key >> 32] + (" " if key & 1 else "") + strings[(key >> 1) & 0x7FFFFFFF]
                ]
                for key in found.tolist()
            ],
            dtype=np.int64,
        )
        out[rest] = numbers[inverse]
        return out

    def folded(self) -> tuple[Numbers, U32]:
        """The folded forms, numbered, and for each exact form the number of its folded form."""
        forms = Numbers()
        numbers = np.fromiter(
            (forms[fold(exact)] for exact in self.exact), dtype=np.uint32, count=len(self.exact)
        )
        return forms, numbers


def field_numbers(numbers: U32) -> U8:
    """For each token of whole articles the index in `FIELDS` of the text that it stands in."""
    breaks = numbers == FIELD
    return ((np.cumsum(breaks) - breaks) & 3).astype(np.uint8)
