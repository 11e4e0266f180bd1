"""Articles → numbers: tokens and what stands between them, without loss.

Text is cut at spaces first, which is fast, into *units* (`"hội,"`); each distinct unit is taken
apart into tokens and punctuation only once, so normalising costs per word of the vocabulary and
not per word of the text. An article becomes a run of raw token numbers, `PARAGRAPH` at each line
end and `FIELD` after each of its four texts (title, lead, body, captions), and for each of them
the *separator* before it, by number, where it is not the usual one (a space between two tokens,
nothing beside a line end). From the two, the texts come back letter for letter.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.columnar.arrays import I32, I64, U8, U32, offsets_of, ranges
from indexer.columnar.units import Numbers, Units
from indexer.vietnamese import exact_forms, tokens

PARAGRAPH, FIELD = 0, 1  # raw token numbers with a meaning of their own
FIELDS = ("title", "lead", "body", "captions")
_BREAKS = {"\n": PARAGRAPH, "\n\n": FIELD}  # units that no text between spaces can be
# Never part of a token: around a token that is known already, they are all that is to be cut off.
_PUNCTUATION = ".,;:!?()[]{}\"'“”‘’…–—-/%*&+«»|<>"
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+").fullmatch
MAX_UNITS = 1 << 18  # the cache of units is emptied past this: memory stays bounded


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
        self.raw_exact = array("i", [-1, -1])
        self.exact = Numbers()
        self.separators = Numbers({"usual": 0, "": 1, " ": 2})  # no separator has letters
        self._joins: dict[tuple[int, int, bool], int] = {}
        self._known_joins = np.full((256, 256, 2), -1, dtype=np.int32)
        self._forget_units()

    @property
    def size_bytes(self) -> int:
        """The memory that vocabulary and cache take, about."""
        return 200 * (len(self._units) + len(self.raw) + len(self.exact))

    def _forget_units(self) -> None:
        self._units = Units()
        # Arrays, because numpy reads them without copying.
        self._firsts = array("i")  # a unit's first token
        self._odd = array("B")  # 0 for a unit that is one token and nothing else
        self._counts = array("i")  # tokens in a unit
        self._heads = array("i")  # separator before its first token
        self._tails = array("i")  # separator after its last
        self._starts = array("i")  # where its tokens stand in:
        self._tokens = array("i")
        self._inner = array("i")  # separators before them; the first of a unit: its head
        for text in _BREAKS:
            self._units.add(text)

    def analyse(self, articles: Iterable[Sequence[str]]) -> Analysed:
        """A batch: for each article its four texts, in the order of `FIELDS`."""
        if len(self._units) > MAX_UNITS:
            self._forget_units()
        units = self._units.numbers_of(text_of(articles))
        self._take_apart()
        return self._expand(units)

    def _take_apart(self) -> None:
        """Learn the tokens of the units that came up for the first time."""
        separators, whole, known = self.separators, self._whole, self.raw.get
        firsts, odd, starts = self._firsts.append, self._odd.append, self._starts.append
        counts, heads, tails = self._counts.append, self._heads.append, self._tails.append
        all_tokens, inner = self._tokens, self._inner
        for text in self._units.names_from(len(self._starts)):
            starts(len(all_tokens))
            bare = text.strip(_PUNCTUATION)
            number = known(bare, -1)
            if number < 0 and bare:
                number = whole(bare)
            if number >= 0:  # one token and punctuation around it, as nearly always
                if len(bare) == len(text):
                    head = tail = 1
                else:
                    at = text.index(bare)
                    head, tail = separators[text[:at]], separators[text[at + len(bare) :]]
                odd(head != 1 or tail != 1)
                firsts(number)
                counts(1)
                heads(head)
                tails(tail)
                all_tokens.append(number)
                inner.append(head)
                continue
            found, before, rest = self._tokens_of(text)
            odd(len(found) != 1 or before != [1] or rest != 1)
            firsts(found[0] if found else 0)
            counts(len(found))
            heads(before[0] if found else 1)
            tails(rest)
            all_tokens.extend(found)
            inner.extend(before)

    def _tokens_of(self, text: str) -> tuple[list[int], list[int], int]:
        """A unit's tokens, the separators before them, and the one after the last."""
        if text in _BREAKS:
            return [_BREAKS[text]], [1], 1
        found: list[int] = []
        before: list[int] = []
        at = 0
        for token in tokens(text):
            number = self.raw[text[token.start : token.end]]
            if number == len(self.raw_exact):
                self.raw_exact.append(self.exact[token.exact])
            found.append(number)
            before.append(self.separators[text[at : token.start]])
            at = token.end
        return found, before, self.separators[text[at:]] if found else 1

    def _whole(self, text: str) -> int:
        """The number of a token that is a whole text, -1 where this is not plain to see."""
        known = self.raw.get(text)
        if known is not None:
            return known
        if not text.isalnum():
            return -1
        # Capitals change nothing: `Hội` has the exact form of `hội`, which is mostly known.
        lower = self.raw.get(text.lower(), -1) if _LATIN(text) else -1
        if lower >= 0:
            self.raw_exact.append(self.raw_exact[lower])
            return self.raw[text]
        if len(forms := exact_forms(text)) != 1:
            return -1
        self.raw_exact.append(self.exact[forms[0]])
        return self.raw[text]

    def _expand(self, units: I32) -> Analysed:
        numbers = np.frombuffer(self._firsts, dtype=np.int32)[units]
        odd = np.flatnonzero(np.frombuffer(self._odd, dtype=np.uint8)[units])
        counts = np.frombuffer(self._counts, dtype=np.int32)[units[odd]]
        tails = np.ones(len(units), dtype=np.int32)
        tails[odd] = np.frombuffer(self._tails, dtype=np.int32)[units[odd]]
        heads = np.ones(len(units), dtype=np.int32)
        heads[odd] = np.frombuffer(self._heads, dtype=np.int32)[units[odd]]
        bare = odd[counts == 0]
        if len(bare):
            self._attach_bare(bare, units, tails)
            kept = np.ones(len(units), dtype=bool)
            kept[bare] = False
            shift = np.cumsum(~kept)[odd]
            units, numbers, tails, heads = units[kept], numbers[kept], tails[kept], heads[kept]
            odd, counts = (odd - shift)[counts > 0], counts[counts > 0]
        separators = self._between(units, tails, heads)
        many = odd[counts > 1]
        if len(many):
            counts = counts[counts > 1]
            sizes = np.ones(len(units), dtype=np.int64)
            sizes[many] = counts
            at = offsets_of(sizes)
            from_ = ranges(np.frombuffer(self._starts, dtype=np.int32)[units[many]], counts)
            to = ranges(at[many], counts)
            first, before = numbers, separators
            numbers = np.empty(int(at[-1]), dtype=np.int32)
            separators = np.zeros(len(numbers), dtype=np.int32)
            numbers[to] = np.frombuffer(self._tokens, dtype=np.int32)[from_]
            separators[to] = np.frombuffer(self._inner, dtype=np.int32)[from_]
            numbers[at[:-1]], separators[at[:-1]] = first, before
        numbers = numbers[1:]
        fields = np.flatnonzero(numbers == FIELD)
        return Analysed(
            numbers.astype(np.uint32), separators[1:].astype(np.uint32), fields[3::4] + 1
        )

    def _between(self, units: I32, tails: I32, heads: I32) -> I32:
        """The separator before each unit: the tail of the one before, a space, its own head."""
        unusual = heads != 1
        unusual[1:] |= tails[:-1] != 1
        unusual[0] = False
        at = np.flatnonzero(unusual)
        breaks = len(_BREAKS)
        spaced = (units[at] >= breaks) & (units[at - 1] >= breaks)
        before, after = tails[at - 1], heads[at]
        found = self._known_joins[before & 255, after & 255, spaced.view(np.uint8)]
        found[(before > 255) | (after > 255)] = -1
        new = np.flatnonzero(found < 0)
        for i, key in zip(
            new.tolist(),
            zip(before[new].tolist(), after[new].tolist(), spaced[new].tolist(), strict=True),
            strict=True,
        ):
            found[i] = self._join(*key)
        out = np.zeros(len(units), dtype=np.int32)
        out[at] = found
        return out

    def _join(self, before: int, after: int, spaced: bool) -> int:
        """The number of the separator made of a tail, a space and a head; 0 for the usual one."""
        key = (before, after, spaced)
        number = self._joins.get(key)
        if number is None:
            strings = list(self.separators)
            number = self.separators[strings[before] + " " * spaced + strings[after]]
            number = 0 if number == (2 if spaced else 1) else number
            self._joins[key] = number
            if before < 256 and after < 256:
                self._known_joins[before, after, int(spaced)] = number
        return number

    def _attach_bare(self, bare_units: I64, units: I32, tails: I32) -> None:
        """Give units without any token (`–`, `&`, "") to the tail of the unit before them."""
        names: list[str] = []
        bare = bare_units.tolist()
        strings = list(self.separators)
        for i, at in enumerate(bare):
            names.append(self._units.name(int(units[at])))
            if i + 1 < len(bare) and bare[i + 1] == at + 1:
                continue
            owner = at - len(names)
            last = units[at + 1] < len(_BREAKS)  # an article ends with a break: there is a next
            if units[owner] < len(_BREAKS):
                text = " ".join(names) + ("" if last else " ")
            else:
                text = " ".join([strings[int(tails[owner])], *names])
            tails[owner] = self.separators[text]
            names = []


def text_of(articles: Iterable[Sequence[str]]) -> str:
    """The texts of articles as units, each of which a space ends.

    The first of all is a break, so that every unit of the articles has one before it.
    """
    lines = ["\n\n"]
    for texts in articles:
        lines += [text.replace("\n", " \n ") + " \n\n" for text in texts]
    lines.append("")
    return " ".join(lines)


def field_numbers(numbers: U32) -> U8:
    """For each token of whole articles the index in `FIELDS` of the text that it stands in."""
    breaks = numbers == FIELD
    fields: U8 = ((np.cumsum(breaks) - breaks) & 3).astype(np.uint8)
    return fields
