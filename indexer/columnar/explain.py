"""Why an article stands where it stands: the parts of its score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from indexer.columnar.adjacency import count_adjacency
from indexer.columnar.candidates import evidence, without_marks_factor
from indexer.columnar.coded import weights_in
from indexer.columnar.evaluate import Evaluator, runs_of
from indexer.columnar.lists import K1_PAIR, K1_WORD
from indexer.columnar.open_part import OpenPart
from indexer.columnar.recency import recency_factors
from indexer.columnar.scoring import FOLDED, PAIR, PAIR_THERE, Plan, first_phase, idf, plan_for
from indexer.models import Query
from indexer.query import describe
from indexer.vietnamese import fold


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a score: what it is for (`word`, `folded`, `pair`, `whole`: the query in one
    place, `scattered`: words that belong together are not, `window`, `near and feedback`, `written
    without marks`, `recency`).

    text    the word or pair concerned, "" where there is none
    df, idf in how many articles it stands, and the weight that follows; 0 where there is none
    score   what it adds
    """

    kind: str
    text: str
    df: int
    idf: float
    score: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query was read and scored for one article.

    id       the article
    typed    the words of the query that are scored
    reading  for each the form that it stands for
    parsed   the query tree, as text
    rank     the article's place among the results, from 1; 0 where it is none of the first 1000
    total    its score: what the reasons add up to
    """

    id: str
    typed: tuple[str, ...]
    reading: tuple[str, ...]
    parsed: str
    rank: int
    total: float
    reasons: tuple[Reason, ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


def explain(
    evaluator: Evaluator,
    query: Query,
    number: int,
    *,
    reading: Sequence[str] | None = None,
    recency_days: float | None = None,
) -> Explanation:
    """The parts of the score of article `number` for a query."""
    typed, runs = runs_of(query, reading)
    forms = tuple(form for run in runs for form in run)
    words = tuple(word for run in typed for word in run)
    parts = evaluator.parts
    home = evaluator.part_of(number)
    id = str(home.segment.head(number - home.base)["id"])
    hits = evaluator.search(query, reading=reading, limit=1000, recency_days=recency_days).hits
    rank = next((i for i, hit in enumerate(hits, 1) if number in (hit.number, *hit.duplicates)), 0)
    if not runs:
        return Explanation(id, words, forms, describe(query.root), rank, 0.0, ())
    plan = plan_for(evaluator.weights, typed, runs)
    article = np.array([number - home.base], np.int64)
    scores = first_phase(evaluator.lists, plan)
    first = float(scores[parts.index(home)][article[0]])
    more = evidence(home, plan, article, candidates=1)
    lost = apart = 0.0
    reasons = [*_words(home, plan, article), *_pairs(evaluator, home, plan, article)]
    if rank:
        kept = float(np.min(without_marks_factor(home, plan, article)))
        lost = (1 - kept) * (first + float(more.total()[0]))
        own = kept * (first + float(more.total()[0]))
        with_it = np.array([own], np.float32)
        count_adjacency(plan, parts.index(home), article, with_it)
        gain = float(with_it[0]) - own
        reasons.append(Reason("whole", " ".join(forms), 0, 0.0, round(max(gain, 0.0), 4)))
        apart = max(-gain, 0.0)
    reasons = [reason for reason in reasons if reason.score > 0]
    total = hits[rank - 1].score if rank else first + float(more.total()[0])
    newer = 0.0
    if recency_days:
        factor = float(recency_factors(parts, recency_days)[parts.index(home)][article[0]])
        newer = total - total / factor if rank else 0.0
    rest = total + lost + apart - newer - sum(reason.score for reason in reasons)
    window = min(float(more.window[0]), max(rest, 0.0))
    if window > 0:
        reasons.append(Reason("window", "", 0, 0.0, round(window, 4)))
    if rest - window > 1e-3:  # depends on the other candidates, so it is what remains
        reasons.append(Reason("near and feedback", "", 0, 0.0, round(rest - window, 4)))
    if lost > 0:
        reasons.append(Reason("written without marks", "", 0, 0.0, round(-lost, 4)))
    if apart > 1e-3:
        reasons.append(Reason("scattered", "", 0, 0.0, round(-apart, 4)))
    if newer > 0:
        reasons.append(Reason("recency", "", 0, 0.0, round(newer, 4)))
    parsed = describe(query.root)
    return Explanation(id, words, forms, parsed, rank, round(total, 4), tuple(reasons))


def _words(home: OpenPart, plan: Plan, article: np.ndarray) -> list[Reason]:
    reasons = []
    segment = home.segment
    scale = home.per_weight[article]
    folded_done = set()
    for word in plan.words:
        numbers = home.numbers(word.form)
        if numbers.exact >= 0:
            x = float((weights_in(segment.words.coded(numbers.exact), article) * scale)[0])
            score = word.idf * plan.times[word.form] * (K1_WORD + 1) * x / (x + K1_WORD)
            reasons.append(Reason("word", word.form, word.df, round(word.idf, 3), round(score, 4)))
        if numbers.folded >= 0 and word.folded not in folded_done:
            folded_done.add(word.folded)
            x = float((weights_in(segment.bare.coded(numbers.folded), article) * scale)[0])
            score = (
                FOLDED * word.folded_idf * plan.times[word.form] * (K1_WORD + 1) * x / (x + K1_WORD)
            )
            df = segment.bare.count(numbers.folded)
            reasons.append(
                Reason("folded", word.folded, df, round(word.folded_idf, 3), round(score, 4))
            )
    return reasons


def _pairs(evaluator: Evaluator, home: OpenPart, plan: Plan, article: np.ndarray) -> list[Reason]:
    reasons = []
    for ((first, second, folded), times), found in zip(plan.pairs.items(), plan.found, strict=True):
        df = there = 0
        impact = 0.0
        for part, pairs in zip(evaluator.parts, found, strict=True):
            for pair in pairs:
                df += pair.df
                if part is home:
                    x = float((weights_in(pair, article) * home.per_weight[article])[0])
                    impact += x / (x + K1_PAIR)
                    there += x > 0
        weight = idf(df, plan.articles)
        score = times * weight * (PAIR * (K1_PAIR + 1) * impact + PAIR_THERE * there)
        text = f"{fold(first)} {fold(second)}" if folded else f"{first} {second}"
        reasons.append(Reason("pair", text, df, round(weight, 3), round(score, 4)))
    return reasons
