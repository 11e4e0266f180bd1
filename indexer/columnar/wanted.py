"""The words that results should hold, and the articles that hold most of them.

Where no article, or hardly any, has all the words of a query, its results are those that hold the
most of it: what an article holds is the idf of its words added up, as a part of the most that any
article has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from indexer.columnar import kernels
from indexer.columnar.arrays import F32, I64, Bools
from indexer.columnar.coded import Coded, add, all_hold, coded, docs_of, holders
from indexer.columnar.kernels import MOST_TOGETHER, at_least
from indexer.columnar.lists import PostingLists
from indexer.columnar.scoring import Weights, idf

# Words of more articles than this share say too little to ask for when a query is relaxed.
_SAYS_LITTLE = 0.4
_ASKED = 100  # results, for the words that they lack
_SHORT = (
    8  # words; of longer queries only the words are told that are too rare to be in most results
)
_NEARLY = 0.9999  # of a sum of float32


class Wanted:
    """The distinct words that results should hold.

    counts  the number of articles of each
    """

    def __init__(
        self,
        words: Iterable[str],
        lists: Sequence[PostingLists],
        weights: Weights,
        *,
        typed: bool,
        also: Mapping[str, Sequence[Coded]] | None = None,
    ) -> None:
        """`typed`: as they were typed, so that they find whatever they allow; else exact forms.
        `also`: by word and part the articles that have it in another writing."""
        self._lists = lists
        self._weights, self._articles = weights, weights.articles
        self._typed = typed
        self._also = also or {}
        self._found: dict[str, list[Coded]] = {}
        if typed:
            self.counts = {
                word: sum(each.df for each in self.found(word)) for word in dict.fromkeys(words)
            }
        else:
            self.counts = {word: weights[word].df for word in dict.fromkeys(words)}
            for word in self._also:
                self.counts[word] = sum(each.df for each in self.found(word))

    def found(self, word: str) -> list[Coded]:
        """What a word finds, by part."""
        lists = self._found.get(word)
        if lists is None:
            lists = [mine.typed(word) if self._typed else mine.read(word) for mine in self._lists]
            if word in self._also:
                lists = list(map(_with, lists, self._also[word]))
            self._found[word] = lists
        return lists

    def mostly_in(
        self, kept: Sequence[Bools | None], share: float, also: Sequence[I64], *, enough: int
    ) -> list[I64] | None:
        """By part the articles among those `kept` that hold at least `share` of the most that any
        holds, and those of `also` (ascending); None where the words say nothing, or where `enough`
        articles hold all of them.
        """
        there = {word: df for word, df in self.counts.items() if df}
        little = _SAYS_LITTLE * self._articles
        telling = {word: df for word, df in there.items() if df <= little} or there
        if self._typed:
            rarities = {word: idf(df, self._articles) for word, df in telling.items()}
        else:
            rarities = {
                word: idf(df, self._articles) if word in self._also else self._weights[word].idf
                for word, df in telling.items()
            }
        masks = [
            [mask for mask in (mine.part.live, only) if mask is not None]
            for mine, only in zip(self._lists, kept, strict=True)
        ]
        everything = _NEARLY * sum(rarities.values())
        if kernels.native is None or self._typed or self._also or len(self._lists) > MOST_TOGETHER:
            covers = self._covers(rarities, masks)
            results, full = _steps(covers, share, also, everything)
        else:
            outs: list[I64] = [np.empty(mine.part.n, np.int64) for mine in self._lists]
            ends, full = kernels.native.cover(
                [mine.part.opened for mine in self._lists],
                [list(map(mine.part.numbers, rarities)) for mine in self._lists],
                list(rarities.values()),
                masks,
                also,
                (share, everything),
                outs,
            )
            results = [out[:end] for out, end in zip(outs, ends, strict=True)]
        if full < 0:
            return None
        if full >= enough and len(there) == len(self.counts):
            others = [word for word in there if word not in telling]
            if not others:
                return None
            all_told = [
                np.flatnonzero(cover >= np.float32(everything))
                for cover in self._covers(rarities, masks)
            ]
            if self._holding(all_told, others) >= enough:
                return None
        return results

    def _covers(self, rarities: dict[str, float], masks: Sequence[Sequence[Bools]]) -> list[F32]:
        """By part and article, the idf of the words that it holds, added up."""
        covers = []
        for number, (mine, allowed) in enumerate(zip(self._lists, masks, strict=True)):
            cover = np.zeros(mine.part.n, np.float32)
            add(
                cover, [(self.found(w)[number], idf, 0.0, 0.0) for w, idf in rarities.items()], None
            )
            for mask in allowed:
                cover *= mask
            covers.append(cover)
        return covers

    def _holding(self, articles: Sequence[I64], words: Iterable[str]) -> int:
        """How many of some articles (by part) hold all of some words."""
        for word in words:
            articles = list(map(holders, articles, self.found(word)))
        return sum(map(len, articles))

    def given_up(self, articles: Sequence[I64]) -> tuple[str, ...]:
        """The words that most of some articles (by part) lack; or else the one that is lacking most
        often; none where all hold all.

        Words that stand nearly everywhere are not asked for, and of many articles some; of a long
        query only the words are told that are too rare for most articles to have them.
        """
        total = sum(map(len, articles))
        some = [np.ascontiguousarray(rows[:: 1 + total // _ASKED]) for rows in articles]
        asked = sum(map(len, some))
        held: dict[str, int] = {}
        for word, df in self.counts.items():
            if 2 * df < total:
                held[word] = 0
            elif df <= _SAYS_LITTLE * self._articles and len(self.counts) <= _SHORT:
                held[word] = self._holding(some, [word])
        lacking = tuple(word for word, count in held.items() if 2 * count < asked)
        if lacking:
            return lacking
        if held and min(held.values()) < asked:
            return (min(held, key=held.__getitem__),)
        return tuple(
            word for word in self.counts if not all(map(all_hold, articles, self.found(word)))
        )[:1]


def _with(found: Coded, others: Coded) -> Coded:
    """A list with the articles of another in it."""
    return coded(np.union1d(docs_of(found), docs_of(others)))


def _steps(
    covers: Sequence[F32], share: float, also: Sequence[I64], everything: float
) -> tuple[list[I64], int]:
    """The places of what is not less than `share` of the greatest of all, and those of `also`; and
    how many are not less than `everything`, -1 where all are 0."""
    most = max((float(cover.max(initial=0)) for cover in covers), default=0.0)
    if most <= 0:
        return [], -1
    results = [
        at_least(cover, share * most, mine) for cover, mine in zip(covers, also, strict=True)
    ]
    full = np.float32(everything)
    return results, sum(int(np.count_nonzero(cover >= full)) for cover in covers)
