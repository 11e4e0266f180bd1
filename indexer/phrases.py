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

from indexer.vietnamese import tokens

MAX_WORDS = 6
# A word that is first (last) in less than this share of the runs it stands in begins (ends) no
# phrase: `của`, `và` are below one in a thousand, nouns and verbs above one in fifty.
_BOUNDARY = 0.01
_ENOUGH_TO_JUDGE = 50
# What may stand between two words of one phrase.
_JOINED = re.compile(r"[\s\-–/.'’&]{1,2}")
_UNITS = 1 << 16  # of text between spaces, taken apart once
_Numbers = NDArray[np.int64]
# Of a unit: what precedes its first token; of each token exact form, what stands between it and
# the one before, how it is written, and whether with a capital; what follows the last.
_Unit = tuple[str, list[tuple[str, str, str, bool]], str]


class _Units(dict[str, _Unit]):
    """Units taken apart; grows by asking."""

    def __missing__(self, text: str) -> _Unit:
        if len(self) >= _UNITS:
            self.clear()
        found = []
        at = 0
        for token in tokens(text):
            written = text[token.start : token.end]
            found.append((token.exact, text[at : token.start], written, written[:1].isupper()))
            at = token.end
        value = self[text] = found[0][1] if found else "", found, text[at:]
        return value


_TAKEN_APART = _Units()


class TitlePhrases:
    """The phrases of some titles; `count` is of titles."""

    def __init__(self, titles: Iterable[str]) -> None:
        self._forms: dict[str, int] = {}
        self._written: list[str] = []  # by token: how it is written, with what precedes it
        self._capitals = bytearray()
        words: list[int] = []
        starts: list[int] = []  # where a run begins
        firsts: list[int] = []  # where a title begins
        for title in titles:
            firsts.append(len(words))
            self._read(title, words, starts)
        self.count = len(firsts)
        self._words = np.array(words, dtype=np.int64)
        self._starts = np.array([*starts, len(words)], dtype=np.int64)
        self._begins = set(starts)
        self._exact = list(self._forms)
        self._capital, self._inside = self._count_capitals(firsts)
        self._where: dict[str, tuple[int, int]] = {}  # a token and a number of words

    def _read(self, title: str, words: list[int], starts: list[int]) -> None:
        if title.isupper():
            title = title.lower()  # shouted: nothing says which words are names
        forms, written, capital = self._forms, self._written, self._capitals
        gap = ""
        begins = True
        for unit in title.split(" "):
            head, found, tail = _TAKEN_APART[unit]
            if not found:
                gap += unit + " "
                continue
            gap += head
            for i, (exact, between, text, is_capital) in enumerate(found):
                if i:
                    gap = between
                if begins or (gap != " " and not _JOINED.fullmatch(gap)):
                    starts.append(len(words))
                    gap = ""
                begins = False
                words.append(forms.setdefault(exact, len(forms)))
                written.append(gap + text)
                capital.append(is_capital)
            gap = tail + " "

    def _count_capitals(self, firsts: list[int]) -> tuple[_Numbers, _Numbers]:
        """By word: how often it is written with a capital, and how often at all, inside a title."""
        inside = np.ones(len(self._words), dtype=bool)
        inside[[at for at in firsts if at < len(inside)]] = False
        capital = np.frombuffer(bytes(self._capitals), dtype=bool)
        size = len(self._forms)
        return (
            np.bincount(self._words[inside & capital], minlength=size),
            np.bincount(self._words[inside], minlength=size),
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
            for place, count in zip(places.tolist(), often.tolist(), strict=True):
                key = " ".join([self._exact[w] for w in self._words[place : place + size].tolist()])
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
        size = len(self._forms)
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
        first = self._written[place].lstrip(_SEPARATORS)
        name = 2 * self._capital[word] > self._inside[word] or not first[1:].islower()
        if not name and place in self._begins:
            first = first[:1].lower() + first[1:]
        return first + "".join(self._written[place + 1 : place + size])


_SEPARATORS = " -–/.'’&\u00a0"
