"""The phrases of titles: which there are, how often, and how they are written.

A title is cut into runs where punctuation stands; a phrase is a part of a run of two to six words
that begins and ends where phrases do (`của` begins and ends none: titles tell), or a whole run.
Phrases are counted as numbers, all of one length at a time, and only those that may be kept are
ever made into text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from indexer.columnar.arrays import run_starts
from indexer.columnar.kernels import stable_order
from indexer.token_places import codes_of, those, token_places
from indexer.vietnamese import exact_form

MAX_WORDS = 6
# A phrase is left out if a longer one holds this share of its places.
MOSTLY_LONGER = 0.8
# A word that is first (last) in less than this share of the runs it stands in begins (ends) no
# phrase: `của`, `và` are below one in a thousand, nouns and verbs above one in fifty.
_BOUNDARY = 0.01
_ENOUGH_TO_JUDGE = 50
_SIZE_BITS = 30
_AT_ONCE = 1 << 14  # phrases made into text at a time
# What may stand between two words of one phrase.
_JOINED = re.compile(r"[\s\-–/.'’&]{1,2}")
_Numbers = NDArray[np.int64]
_Bools = NDArray[np.bool_]
_WITHIN, _RUN, _TITLE = range(3)  # what stands between two words: part of a phrase, a run's end


class _Gaps(dict[str, int]):
    """What the text between two words means; grows by asking."""

    def __missing__(self, gap: str) -> int:
        kind = _TITLE if "\n" in gap else _WITHIN if _JOINED.fullmatch(gap) else _RUN
        self[gap] = kind
        return kind


class _Forms(dict[str, int]):
    """The number of each word as written: those of one exact form share it."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: dict[str, int] = {}

    def __missing__(self, written: str) -> int:
        number = self.numbers.setdefault(exact_form(written), len(self.numbers))
        self[written] = number
        return number


class TitlePhrases:
    """The phrases of some titles; `count` is of titles."""

    def __init__(self, titles: Iterable[str]) -> None:
        # A title that is shouted does not say which words are names.
        lines = [(t.lower() if t.isupper() else t).replace("\n", " ") for t in titles]
        self.count = len(lines)
        self._text = text = "\n".join(lines)
        self._from, self._to = token_places(text)  # of each word
        self._words, self._exact = self._number_words()
        gaps = self._gaps()
        starts = np.flatnonzero(gaps)  # where a run begins
        self._starts = np.append(starts, len(gaps))
        self._begins = gaps > 0
        self._capital, self._inside = self._count_capitals(gaps == _TITLE)
        self._where: dict[str, int] = {}  # a token, and in the low bits a number of words

    def _slices(self, starts: _Numbers, ends: _Numbers) -> list[str]:
        text = self._text
        return [text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]

    def _number_words(self) -> tuple[_Numbers, list[str]]:
        forms = _Forms()
        written = self._slices(self._from, self._to)
        return np.fromiter(map(forms.__getitem__, written), np.int64), list(forms.numbers)

    def _gaps(self) -> _Numbers:
        """What stands before each word."""
        gaps = np.full(len(self._words), _WITHIN, dtype=np.int64)
        gaps[:1] = _TITLE
        before, after = self._to[:-1], self._from[1:]
        # Mostly it is a single space.
        codes = codes_of(self._text)
        other = np.flatnonzero((after - before != 1) | (codes[before] != ord(" ")))
        found = self._slices(before[other], after[other])
        gaps[other + 1] = np.fromiter(map(_Gaps().__getitem__, found), np.int64)
        return gaps

    def _count_capitals(self, first: _Bools) -> tuple[_Numbers, _Numbers]:
        """By word: how often it is written with a capital, and how often at all, inside a title.

        `first`: which words a title begins with.
        """
        capital = those(codes_of(self._text)[self._from], str.isupper)
        size = len(self._exact)
        return (
            np.bincount(self._words[~first & capital], minlength=size),
            np.bincount(self._words[~first], minlength=size),
        )

    def counts(self, known: Mapping[str, object], most_single: int) -> Counter[str]:
        """By exact form: in how many places each phrase stands.

        Of those that stand in one place the longest are told, up to `most_single`, and those that
        are `known`. Where nothing is, those are left out that are mostly part of a longer one.
        """
        counts: Counter[str] = Counter()
        wanted = most_single
        for size, all_places, all_often, parts in self._by_length():  # the longest first
            if not known:  # then these are all that can be told
                all_places, all_often = all_places[~parts], all_often[~parts]
            for first in range(0, len(all_places), _AT_ONCE):
                places, often = (part[first : first + _AT_ONCE] for part in (all_places, all_often))
                wanted -= self._count(counts, size, places, often, known, wanted)
        return counts

    def _count(
        self,
        counts: Counter[str],
        size: int,
        places: _Numbers,
        often: _Numbers,
        known: Mapping[str, object],
        wanted: int,
    ) -> int:
        """Add phrases of one length to `counts`; how many of those in one place were added."""
        is_single = often == 1
        if not known:
            kept = ~is_single
            kept[np.flatnonzero(is_single)[: max(0, wanted)]] = True
            places, often, is_single = places[kept], often[kept], is_single[kept]
        words = self._words[places[:, None] + np.arange(size)].tolist()
        keys = [" ".join(map(self._exact.__getitem__, line)) for line in words]
        where = (places << _SIZE_BITS | size).tolist()
        if size > MAX_WORDS:  # each is told alone, but several may be the same
            added = 0
            for key, place in zip(keys, where, strict=True):
                if key in counts or added < wanted or key in known:
                    added += key not in counts
                    counts[key] += 1
                    self._where.setdefault(key, place)
            return added
        told = np.ones(len(keys), dtype=bool)
        others = np.flatnonzero(is_single)[max(0, wanted) :]
        told[others] = [keys[other] in known for other in others.tolist()]
        chosen = told.tolist()
        dict.update(counts, zip(compress(keys, chosen), often[told].tolist(), strict=True))
        self._where.update(zip(compress(keys, chosen), compress(where, chosen), strict=True))
        return int(np.count_nonzero(is_single & told))

    def _by_length(self) -> Iterator[tuple[int, _Numbers, _Numbers, _Bools]]:
        """For each length, the longest first: one place of each phrase, how often it stands, and
        whether it is mostly part of one that is a word longer and stands more than once."""
        words, starts = self._words, self._starts
        sizes = np.diff(starts)
        begins, ends = self._boundaries()
        run = np.repeat(np.arange(len(sizes)), sizes)
        found: list[tuple[int, _Numbers, _Numbers, _Bools]] = []
        same = words
        for size in range(1, MAX_WORDS + 1):
            shorter = same
            if size > 1:  # phrases are the same if all but the last words are, and the last
                same = _numbered(shorter[: max(0, len(shorter) - 1)], words[size - 1 :])
            places = np.flatnonzero(run[: len(same)] == run[size - 1 :])
            whole = (places == starts[run[places]]) & (sizes[run[places]] == size)
            good = begins[words[places]] & ends[words[places + size - 1]] & (size > 1)
            places = places[whole | good]
            order = stable_order(same[places])
            first = run_starts(same[places[order]])
            often = np.diff(np.append(first, len(order)))
            places = places[order[first]]
            if size > 1:
                _, shorter_places, shorter_often, parts = found[-1]
                parts[:] = _are_parts(shorter, shorter_places, shorter_often, places, often)
            found.append((size, places, often, np.zeros(len(places), dtype=bool)))
        for size in sorted(set(sizes[sizes > MAX_WORDS].tolist()), reverse=True):
            places = starts[:-1][sizes == size]
            yield size, places, np.ones_like(places), np.zeros(len(places), dtype=bool)
        yield from reversed(found)

    def _boundaries(self) -> tuple[_Bools, _Bools]:
        """By word: whether it begins phrases, and whether it ends them."""
        size = len(self._exact)
        stands = np.bincount(self._words, minlength=size)
        least = np.where(stands < _ENOUGH_TO_JUDGE, 0, _BOUNDARY * stands)
        first = np.bincount(self._words[self._starts[:-1]], minlength=size)
        last = np.bincount(self._words[self._starts[1:] - 1], minlength=size) if size else first
        return first >= least, last >= least

    def texts(self, keys: Sequence[str]) -> list[str]:
        """Phrases as titles have them; the first word of a run without its capital, unless it is
        capital elsewhere too."""
        where = np.array([self._where[key] for key in keys], dtype=np.int64)
        places, sizes = where >> _SIZE_BITS, where & ((1 << _SIZE_BITS) - 1)
        words = self._words[places]
        names = 2 * self._capital[words] > self._inside[words]
        lowered = self._begins[places] & ~names
        texts = self._slices(self._from[places], self._to[places + sizes - 1])
        ends = (self._to[places] - self._from[places]).tolist()
        for at in np.flatnonzero(lowered).tolist():
            if (text := texts[at])[1 : ends[at]].islower():
                texts[at] = text[:1].lower() + text[1:]
        return texts


def _are_parts(
    same: _Numbers, places: _Numbers, often: _Numbers, longer: _Numbers, longer_often: _Numbers
) -> _Bools:
    """Which phrases stand more than once and mostly in one that is a word longer, by the numbers
    (`same`) of the phrases of their own length."""
    longer, longer_often = longer[longer_often > 1], longer_often[longer_often > 1]
    most = np.zeros(int(same.max(initial=-1)) + 1, dtype=np.int64)
    for part in (longer, longer + 1):
        np.maximum.at(most, same[part], longer_often)
    return (often > 1) & (most[same[places]] >= MOSTLY_LONGER * often)


def _numbered(first: _Numbers, second: _Numbers) -> _Numbers:
    """The same number for the same pairs, in their order."""
    order = stable_order(second)
    order = order[stable_order(first[order])]
    numbers = np.zeros(len(order), dtype=np.int64)
    starts = run_starts(first[order], second[order])
    numbers[order] = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(order))))
    return numbers
