"""The phrases of titles: which there are, how often, and how they are written.

A title is cut into runs where punctuation stands; a phrase is a part of a run of two to six words
that begins and ends where phrases do (`của` begins and ends none: titles tell), or a whole run.
Phrases are counted as numbers, all of one length at a time, and only those that may be kept are
ever made into text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from indexer.vietnamese import normalize, pattern_for

MAX_WORDS = 6
# A word that is first (last) in less than this share of the runs it stands in begins (ends) no
# phrase: `của`, `và` are below one in a thousand, nouns and verbs above one in fifty.
_BOUNDARY = 0.01
_ENOUGH_TO_JUDGE = 50
# What may stand between two words of one phrase.
_JOINED = re.compile(r"[\s\-–/.'’&]{1,2}")
_Numbers = NDArray[np.int64]
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
        number = self.numbers.setdefault(normalize(written), len(self.numbers))
        self[written] = number
        return number


class TitlePhrases:
    """The phrases of some titles; `count` is of titles."""

    def __init__(self, titles: Iterable[str]) -> None:
        # A title that is shouted does not say which words are names.
        lines = [(t.lower() if t.isupper() else t).replace("\n", " ") for t in titles]
        self.count = len(lines)
        text = "\n".join(lines)
        pattern = pattern_for(text)
        self._written: list[str] = pattern.findall(text)
        self._before: list[str] = pattern.split(text)  # what stands before each word
        forms = _Forms()
        self._words: _Numbers = np.fromiter(map(forms.__getitem__, self._written), np.int64)
        self._exact = list(forms.numbers)
        gaps = np.fromiter(map(_Gaps().__getitem__, self._before[:-1]), np.int64)
        gaps[:1] = _TITLE
        starts = np.flatnonzero(gaps)  # where a run begins
        self._starts = np.append(starts, len(gaps))
        self._begins = set(starts.tolist())
        self._capital, self._inside = self._count_capitals(gaps == _TITLE)
        self._where: dict[str, tuple[int, int]] = {}  # a token and a number of words

    def _count_capitals(self, first: NDArray[np.bool_]) -> tuple[_Numbers, _Numbers]:
        """By word: how often it is written with a capital, and how often at all, inside a title.

        `first`: which words a title begins with.
        """
        capital = np.fromiter((word[:1].isupper() for word in self._written), bool)
        size = len(self._exact)
        return (
            np.bincount(self._words[~first & capital], minlength=size),
            np.bincount(self._words[~first], minlength=size),
        )

    def counts(self, known: Mapping[str, object], most_single: int) -> Counter[str]:
        """By exact form: in how many places each phrase stands.

        Of those that stand in one place the longest are told, up to `most_single`, and those that
        are `known`.
        """
        counts: Counter[str] = Counter()
        wanted = most_single
        for size, places, often in self._by_length():  # the longest first
            if not known:
                kept = often > 1
                kept[np.flatnonzero(~kept)[:wanted]] = True
                places, often = places[kept], often[kept]
            words = self._words[places[:, None] + np.arange(size)].tolist()
            keys = [" ".join(map(self._exact.__getitem__, line)) for line in words]
            for key, place, count in zip(keys, places.tolist(), often.tolist(), strict=True):
                if count == 1 and key not in counts:
                    if wanted <= 0 and key not in known:
                        continue
                    wanted -= 1
                counts[key] += count
                self._where.setdefault(key, (place, size))
        return counts

    def _by_length(self) -> Iterator[tuple[int, _Numbers, _Numbers]]:
        """For each length, the longest first: one place of each phrase, and how often it stands."""
        words, starts = self._words, self._starts
        sizes = np.diff(starts)
        begins, ends = self._boundaries()
        run = np.repeat(np.arange(len(sizes)), sizes)
        found = []
        same = words
        for size in range(1, MAX_WORDS + 1):
            if size > 1:  # phrases are the same if all but the last words are, and the last
                last = words[size - 1 :]
                same = np.unique(same[: len(last)] << 32 | last, return_inverse=True)[1]
            places = np.flatnonzero(run[: len(same)] == run[size - 1 :])
            whole = (places == starts[run[places]]) & (sizes[run[places]] == size)
            good = begins[words[places]] & ends[words[places + size - 1]] & (size > 1)
            places = places[whole | good]
            _, first, often = np.unique(same[places], return_index=True, return_counts=True)
            found.append((size, places[first], often))
        for size in sorted(set(sizes[sizes > MAX_WORDS].tolist()), reverse=True):
            places = starts[:-1][sizes == size]
            yield size, places, np.ones(len(places), dtype=np.int64)
        yield from reversed(found)

    def _boundaries(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """By word: whether it begins phrases, and whether it ends them."""
        size = len(self._exact)
        stands = np.bincount(self._words, minlength=size)
        least = np.where(stands < _ENOUGH_TO_JUDGE, 0, _BOUNDARY * stands)
        first = np.bincount(self._words[self._starts[:-1]], minlength=size)
        last = np.bincount(self._words[self._starts[1:] - 1], minlength=size) if size else first
        return first >= least, last >= least

    def text(self, key: str) -> str:
        """A phrase as a title has it; the first word of a run without its capital, unless it is
        capital elsewhere too."""
        place, size = self._where[key]
        word = self._words[place]
        first = self._written[place]
        name = 2 * self._capital[word] > self._inside[word] or not first[1:].islower()
        if not name and place in self._begins:
            first = first[:1].lower() + first[1:]
        if size == 2:
            return f"{first}{self._before[place + 1]}{self._written[place + 1]}"
        rest = zip(
            self._before[place + 1 : place + size],
            self._written[place + 1 : place + size],
            strict=True,
        )
        return first + "".join([before + word for before, word in rest])
