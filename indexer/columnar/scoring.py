"""Scores of articles: words, folded words and pairs of words (first phase), for whole parts.

    x(t, d) = weight(t, d) / (.15 + .85 (L + 100) / 550)     weight: title 4, lead 2, body 1 (2, 1½
                                                             near its start), captions ½
    s(t, d) = idf(t) · (k1 + 1) x / (x + k1)                 idf = ln(1 + (N - n + .5) / (n + .5))
    score   = Σ s(exact form) + ½ Σ s(folded form) + .6 Σ s(pair of words side by side)

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
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from indexer.columnar.arrays import F32, I64, U8
from indexer.columnar.lists import QueryLists
from indexer.columnar.open_part import OpenPart
from indexer.columnar.postings import UNIT
from indexer.vietnamese import fold

K1_WORD, K1_PAIR = 1.2, 1.0
FOLDED, PAIR = 0.5, 0.6
_COMMON = 0.1  # share of the articles above which a word waits for the second phase
_FEW_POSTINGS = 1 << 16


def idf(count: float, articles: int) -> float:
    """The weight of a word that stands in `count` of `articles` articles."""
    return math.log(1 + max(0.0, articles - count + 0.5) / (count + 0.5))


@dataclass(slots=True)
class ScoredWord:
    """A distinct word of a query: its exact form as understood, and its weights.

    times     how often it stands in the query
    idf       of the exact form; `folded_idf` of the folded one
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
    """

    runs: tuple[tuple[str, ...], ...]
    articles: int
    words: list[ScoredWord] = field(default_factory=list)
    pairs: Counter[tuple[str, str, bool]] = field(default_factory=Counter)


def plan_for(
    parts: Sequence[OpenPart], typed: Sequence[Sequence[str]], runs: Sequence[Sequence[str]]
) -> Plan:
    """The words and pairs of `runs` (forms; `typed` beside them), weighed over all parts."""
    articles = sum(part.live_count for part in parts)
    plan = Plan(tuple(tuple(run) for run in runs), articles)
    for form, times in Counter(form for run in runs for form in run).items():
        word = ScoredWord(form, fold(form), times)
        bare = 0
        for part in parts:
            numbers = part.numbers(form)
            if numbers.exact >= 0:
                word.df += part.segment.words.count(numbers.exact)
            if numbers.folded >= 0:
                bare += part.segment.bare.count(numbers.folded)
        word.idf = idf(word.df, articles)
        word.folded_idf = idf(bare, articles)
        plan.words.append(word)
    plan.words.sort(key=lambda word: word.df)
    postings = 0
    for i, word in enumerate(plan.words):
        word.postponed = i > 0 and (postings > _FEW_POSTINGS or word.df > _COMMON * articles)
        postings += word.df
    for run, as_typed in zip(runs, typed, strict=True):
        sure = [form == word for form, word in zip(run, as_typed, strict=True)]
        folded = [not (a and b) for a, b in pairwise(sure)]
        plan.pairs.update(zip(run, run[1:], folded, strict=False))
    return plan


@dataclass(slots=True)
class _Gathered:
    """Posting lists of one part, to be scored all at once."""

    docs: list[I64] = field(default_factory=list)
    weights: list[U8 | None] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)  # which word or pair


def first_phase(parts: Sequence[QueryLists], plan: Plan) -> list[F32]:
    """Per part the score of every article by the words that are not postponed and the pairs."""
    pair_list = list(plan.pairs.items())
    pair_df = [0] * len(pair_list)
    gathered = []
    for part in parts:
        lists = _Gathered()
        for key, word in enumerate(plan.words):
            number = part.part.numbers(word.form).exact
            if number >= 0 and not word.postponed:
                docs, weights = part.word(number)
                lists.docs.append(docs)
                lists.weights.append(weights)
                lists.keys.append(key)
        for key, (pair, _) in enumerate(pair_list):
            pair_df[key] += _gather_pair(part, pair, lists, key + len(plan.words))
        gathered.append(lists)
    factors = [word.idf * word.times * (K1_WORD + 1) for word in plan.words]
    factors += [
        PAIR * times * idf(df, plan.articles) * (K1_PAIR + 1)
        for (_, times), df in zip(pair_list, pair_df, strict=True)
    ]
    bounds = len(plan.words)
    return [
        _add_up(part.part, lists, factors, bounds)
        for part, lists in zip(parts, gathered, strict=True)
    ]


def _gather_pair(part: QueryLists, pair: tuple[str, str, bool], lists: _Gathered, key: int) -> int:
    """Add the list of a pair; in how many articles it stands."""
    found = part.pair(pair[0], pair[1], folded=pair[2])
    if found is None:
        return 0
    lists.docs.append(found[0])
    lists.weights.append(found[1])
    lists.keys.append(key)
    return len(found[0])


def _add_up(part: OpenPart, lists: _Gathered, factors: Sequence[float], words: int) -> F32:
    if not lists.docs:
        return np.zeros(part.n, dtype=np.float32)
    counts = [len(docs) for docs in lists.docs]
    docs = np.concatenate(lists.docs)
    x = np.full(len(docs), UNIT, dtype=np.float32)
    at = 0
    of_words = 0
    for weights, count, key in zip(lists.weights, counts, lists.keys, strict=True):
        if weights is not None:
            x[at : at + count] = weights
        at += count
        if key < words:
            of_words = at
    x *= part.per_weight[docs]
    k1 = np.float32(K1_PAIR)
    divisor = x + k1
    divisor[:of_words] += np.float32(K1_WORD - K1_PAIR)
    x /= divisor
    x *= np.repeat(np.array([factors[key] for key in lists.keys], np.float32), counts)
    score: F32 = np.bincount(docs, weights=x, minlength=part.n).astype(np.float32)
    return score
