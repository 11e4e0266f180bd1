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
from functools import lru_cache
from itertools import pairwise

import numpy as np

from indexer.columnar.arrays import F32
from indexer.columnar.coded import Coded, Scored, add
from indexer.columnar.lists import K1_PAIR, K1_WORD, PostingLists
from indexer.columnar.open_part import OpenPart
from indexer.vietnamese import fold

FOLDED, PAIR, PAIR_THERE = 0.5, 0.6, 0.3
_COMMON = 0.1  # share of the articles above which a word waits for the second phase
_FEW_POSTINGS = 1 << 16


@lru_cache(maxsize=1 << 14)
def idf(count: float, articles: int) -> float:
    """The weight of a word that stands in `count` of `articles` articles."""
    return math.log(1 + max(0.0, articles - count + 0.5) / (count + 0.5))


@dataclass(slots=True)
class ScoredWord:
    """A distinct word of a query: its exact form as understood, and its weights.

    times     how often it stands in the query
    idf       of the exact form; `folded_idf` of the folded one
    df        in how many articles the exact form stands
    postponed left to the second phase
    """

    form: str
    folded: str
    times: int
    idf: float = 0.0
    folded_idf: float = 0.0
    df: int = 0
    postponed: bool = False


@dataclass(slots=True)
class Plan:
    """What of a query is scored.

    runs   the forms in order, one tuple a run of neighbours
    pairs  two forms, and whether to look for any marks; how often it is in the query
    marked the words that were typed with marks
    found  the lists of each pair, by part; `first_phase` reads them
    """

    runs: tuple[tuple[str, ...], ...]
    articles: int
    words: list[ScoredWord] = field(default_factory=list)
    pairs: dict[tuple[str, str, bool], int] = field(default_factory=dict)
    marked: tuple[str, ...] = ()
    found: list[tuple[list[Coded], ...]] = field(default_factory=list)


def plan_for(
    parts: Sequence[OpenPart], typed: Sequence[Sequence[str]], runs: Sequence[Sequence[str]]
) -> Plan:
    """The words and pairs of `runs` (forms; `typed` beside them), weighed over all parts."""
    articles = sum(part.live_count for part in parts)
    plan = Plan(tuple(tuple(run) for run in runs), articles)
    plan.marked = tuple({word: 0 for run in typed for word in run if not word.isascii()})
    counts: dict[str, int] = {}
    for run in runs:
        for form in run:
            counts[form] = counts.get(form, 0) + 1
    for form, times in counts.items():
        df = folded_df = 0
        for part in parts:
            numbers = part.numbers(form)
            df += numbers.df
            folded_df += numbers.folded_df
        folded_idf = idf(folded_df, articles)
        word = ScoredWord(form, fold(form), times, idf(df, articles), folded_idf, df)
        plan.words.append(word)
    plan.words.sort(key=lambda word: word.df)
    postings = 0
    for i, word in enumerate(plan.words):
        word.postponed = i > 0 and (postings > _FEW_POSTINGS or word.df > _COMMON * articles)
        postings += word.df
    for run, as_typed in zip(runs, typed, strict=True):
        sure = [form == word for form, word in zip(run, as_typed, strict=True)]
        folded = [not (a and b) for a, b in pairwise(sure)]
        for pair in zip(run, run[1:], folded, strict=False):
            plan.pairs[pair] = plan.pairs.get(pair, 0) + 1
    return plan


def first_phase(parts: Sequence[PostingLists], plan: Plan) -> list[F32]:
    """Per part the score of every article by the words that are not postponed and the pairs."""
    if not parts:
        return []
    factors = [
        (word.form, word.idf * word.times * (K1_WORD + 1))
        for word in plan.words
        if not word.postponed
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
