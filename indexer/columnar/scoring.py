"""Scores of articles: words, folded words and pairs of words (first phase), for whole parts.

    x(t, d) = weight(t, d) / (.15 + .85 (L + 100) / 550)     weight: title 4, lead 2, body 1 (2, 1½
                                                             near its start), captions ½
    s(t, d) = idf(t) · (k1 + 1) x / (x + k1)                 idf = ln(1 + (N - n + .5) / (n + .5))
    score   = Σ s(exact form) + ½ Σ s(folded form) + .6 Σ s(pair of words side by side)
              + .3 Σ idf(pair), however long the article: that the pair is there at all

A pair whose words were typed in full is a pair of exact forms; where marks were restored, which may
have gone wrong, one of folded forms.

BM25F (Robertson, Zaragoza and Taylor 2004, doi:10.1145/1031171.1031181): the fields are put
together before saturation. The length norm is made of constants, so that nothing stored changes
when articles are added, and its offset keeps short texts from being taken for focused ones. All
constants were measured on two labelled sets and three made from news, half of the queries held out.

Words in more than a tenth of the articles are left to the second phase, which looks at the best
candidates only: on all sets the first ten stay the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter, eq
from typing import NamedTuple

import numpy as np

from indexer.columnar.arrays import F32
from indexer.columnar.coded import Coded, Scored, add
from indexer.columnar.lists import K1_PAIR, K1_WORD, PostingLists
from indexer.columnar.open_part import OpenPart
from indexer.vietnamese import fold

FOLDED, PAIR, PAIR_THERE = 0.5, 0.6, 0.3
COMMON = 0.1  # share of the articles above which a word waits for the second phase
FEW_POSTINGS = 1 << 16
_REMEMBERED = 50_000
_BY_DF = attrgetter("df")


def idf(count: float, articles: int) -> float:
    """The weight of a word that stands in `count` of `articles` articles."""
    return math.log(1 + max(0.0, articles - count + 0.5) / (count + 0.5))


class Word(NamedTuple):
    """An exact form and what it weighs over all parts.

    idf  of the exact form; `folded_idf` of the folded one
    df   in how many articles the exact form stands
    """

    form: str
    folded: str
    idf: float
    folded_idf: float
    df: int


class Weights(dict[str, Word]):
    """What the exact forms that were asked for weigh over the parts of a snapshot.

    articles  how many live
    """

    def __init__(self, parts: Sequence[OpenPart]) -> None:
        super().__init__()
        self._parts = parts
        self.articles = sum(part.live_count for part in parts)

    def __missing__(self, form: str) -> Word:
        df = folded_df = 0
        for part in self._parts:
            numbers = part.numbers(form)
            df += numbers.df
            folded_df += numbers.folded_df
        if len(self) >= _REMEMBERED:
            self.clear()
        known = self[form] = Word(
            form, fold(form), idf(df, self.articles), idf(folded_df, self.articles), df
        )
        return known


@dataclass(slots=True)
class Plan:
    """What of a query is scored.

    runs      the forms in order, one list a run of neighbours
    words     the distinct forms, rarest first; `times` says how often each stands in the query
    postponed the forms that are left to the second phase
    pairs     two forms, and whether to look for any marks; how often it is in the query
    marked    the words that were typed with marks
    found     the lists of each pair, by part; `first_phase` reads them
    """

    runs: Sequence[Sequence[str]]
    articles: int
    words: list[Word]
    times: dict[str, int]
    postponed: frozenset[str] = frozenset()
    pairs: dict[tuple[str, str, bool], int] = field(default_factory=dict)
    marked: Sequence[str] = ()
    found: list[tuple[list[Coded], ...]] = field(default_factory=list)


def plan_for(
    weights: Weights, typed: Sequence[Sequence[str]], runs: Sequence[Sequence[str]]
) -> Plan:
    """The words and pairs of `runs` (forms; `typed` beside them), weighed over all parts."""
    times: dict[str, int] = {}
    for run in runs:
        for form in run:
            times[form] = times.get(form, 0) + 1
    words = sorted([weights[form] for form in times], key=_BY_DF)
    postponed = []
    postings, common = words[0].df, COMMON * weights.articles
    for word in words[1:]:
        if postings > FEW_POSTINGS or word.df > common:
            postponed.append(word.form)
        postings += word.df
    pairs: dict[tuple[str, str, bool], int] = {}
    for run, as_typed in zip(runs, typed, strict=True):
        sure = list(map(eq, run, as_typed))
        for first, second, one, other in zip(run, run[1:], sure, sure[1:], strict=False):
            pair = first, second, not (one and other)
            pairs[pair] = pairs.get(pair, 0) + 1
    return Plan(
        runs, weights.articles, words, times, frozenset(postponed), pairs, marked_words(typed)
    )


def marked_words(typed: Sequence[Sequence[str]]) -> list[str]:
    """The distinct words that were typed with marks."""
    return list(dict.fromkeys([word for run in typed for word in run if not word.isascii()]))


def first_phase(parts: Sequence[PostingLists], plan: Plan) -> list[F32]:
    """Per part the score of every article by the words that are not postponed and the pairs."""
    factors = [
        (word.form, word.idf * plan.times[word.form] * (K1_WORD + 1))
        for word in plan.words
        if word.form not in plan.postponed
    ]
    terms: list[list[Scored]] = [
        [(part.read(form), factor, K1_WORD, 0.0) for form, factor in factors] for part in parts
    ]
    plan.found = list(zip(*(part.pairs(plan.pairs) for part in parts), strict=True))
    for times, found in zip(plan.pairs.values(), plan.found, strict=True):
        df = 0
        for pairs in found:
            for pair in pairs:
                df += pair.df
        weight = idf(df, plan.articles) * times
        factor, flat = PAIR * weight * (K1_PAIR + 1), PAIR_THERE * weight
        for mine, pairs in zip(terms, found, strict=True):
            mine += [(pair, factor, K1_PAIR, flat) for pair in pairs]
    scores: list[F32] = []
    for part, mine in zip(parts, terms, strict=True):
        score: F32 = np.zeros(part.part.n, np.float32)
        add(score, mine, part.part.per_weight)
        scores.append(score)
    return scores
