"""Why an article stands where it stands: the parts of its score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from indexer.columnar.adjacency import count_adjacency
from indexer.columnar.by_score import RERANKED
from indexer.columnar.candidates import (
    FEW_WORDS,
    MOST_WORDS,
    TELLING_IDF,
    evidence,
    without_marks_factor,
)
from indexer.columnar.coded import weights_in
from indexer.columnar.evaluate import Evaluator, runs_of
from indexer.columnar.lists import K1_PAIR, K1_WORD
from indexer.columnar.open_part import OpenPart
from indexer.columnar.recency import recency_factors
from indexer.columnar.scoring import FOLDED, PAIR, PAIR_THERE, Plan, first_phase, idf, plan_for
from indexer.models import Query
from indexer.query import describe
from indexer.vietnamese import fold

_LOOKED_AT = 1000  # results, for the place of an article
_LEAST = 5e-4  # of a part of a score that is told


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a score, and what it is for.

    word       the form itself; `folded`: its letters with any marks; `pair`: two words side by side
    window     rare words within twenty; `near`: words that are near each other in the query
    whole      the query in one place; `scattered`: words that belong together stand apart
    written without marks  the article, where the query has marks
    recency    when that was asked for
    like the best      the article is about what the best ones are about
    none of the best   only the best candidates are looked at closely, and others stay below them

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
    search = partial(
        evaluator.search, query, reading=reading, limit=_LOOKED_AT, recency_days=recency_days
    )
    hits = search().hits
    rank = next((i for i, hit in enumerate(hits, 1) if number in (hit.number, *hit.duplicates)), 0)
    if not runs:
        return Explanation(id, words, forms, describe(query.root), rank, 0.0, ())
    plan = plan_for(evaluator.weights, typed, runs)
    each = {hit.number: hit.score for hit in search(fold_copies=False).hits}
    best = sorted(list(each)[:RERANKED])
    rows = np.array([n - home.base for n in best if evaluator.part_of(n) is home], np.int64)
    row = np.array([number - home.base], np.int64)
    first = float(first_phase(evaluator.lists, plan)[parts.index(home)][row[0]])
    reasons = _pairs(evaluator, home, plan, row)
    if number in best:
        at = int(rows.searchsorted(row[0]))
        found = evidence(home, plan, rows, candidates=len(best))
        window, near = float(found.window[at]), float(found.near[at])
        said = _words(home, plan, row)
        # Lists keep weights rounded; the texts of the best candidates are read.
        later = [r for r in said if r.kind == "word" and r.text in plan.postponed]
        folded = [r for r in said if r.kind == "folded"]
        reasons += [reason for reason in said if reason not in later and reason not in folded]
        reasons += _adding_up_to(float(found.words[at]), later)
        reasons += _adding_up_to(float(found.folded[at]), folded)
        reasons += [Reason("window", "", 0, 0.0, window), Reason("near", "", 0, 0.0, near)]
        score = first + float(found.total()[at])
        kept = score * float(np.min(without_marks_factor(home, plan, row)))
        reasons.append(Reason("written without marks", "", 0, 0.0, kept - score))
        together = np.array([kept], np.float32)
        count_adjacency(plan, parts.index(home), row, together)
        gain = float(together[0]) - kept
        reasons.append(Reason("whole" if gain > 0 else "scattered", "", 0, 0.0, gain))
        score = kept + gain
    else:
        reasons += _words(home, plan, row, first_phase=True)
        score = first
    total = each.get(number, score)
    newer = 0.0
    if recency_days and number in each:
        factor = float(recency_factors(parts, recency_days)[parts.index(home)][row[0]])
        newer = total - total / factor
    # What is like the best articles gains; what is none of the best never stands above them.
    kind = "like the best" if number in best else "none of the best"
    reasons.append(Reason(kind, "", 0, 0.0, total - newer - score))
    reasons.append(Reason("recency", "", 0, 0.0, newer))
    reasons = [
        replace(reason, score=round(reason.score, 4))
        for reason in reasons
        if abs(reason.score) > _LEAST
    ]
    return Explanation(
        id, words, forms, describe(query.root), rank, round(total, 4), tuple(reasons)
    )


def _adding_up_to(total: float, reasons: Sequence[Reason]) -> list[Reason]:
    """The same reasons, of which the scores add up to `total`."""
    found = sum(reason.score for reason in reasons)
    if not found:  # forms that fold alike count together
        return [replace(reason, score=total) for reason in reasons[:1]]
    return [replace(reason, score=reason.score * total / found) for reason in reasons]


def _words(
    home: OpenPart, plan: Plan, article: np.ndarray, *, first_phase: bool = False
) -> list[Reason]:
    """What words and folded words add; in the `first_phase` only those that count there."""
    reasons = []
    segment = home.segment
    scale = home.per_weight[article]
    telling = [word for word in plan.words if word.folded_idf >= TELLING_IDF] or plan.words
    few = sum(map(len, plan.runs)) <= FEW_WORDS
    for word in plan.words:
        numbers = home.numbers(word.form)
        often = plan.times[word.form] * (K1_WORD + 1)
        looked_at = few or word in telling[:MOST_WORDS]
        if numbers.exact >= 0 and (
            word.form not in plan.postponed or (looked_at and not first_phase)
        ):
            x = float((weights_in(segment.words.coded(numbers.exact), article) * scale)[0])
            score = word.idf * often * x / (x + K1_WORD)
            reasons.append(Reason("word", word.form, word.df, round(word.idf, 3), score))
        if numbers.folded >= 0 and looked_at and not first_phase:
            x = float((weights_in(segment.bare.coded(numbers.folded), article) * scale)[0])
            score = FOLDED * word.folded_idf * often * x / (x + K1_WORD)
            df = segment.bare.count(numbers.folded)
            reasons.append(Reason("folded", word.folded, df, round(word.folded_idf, 3), score))
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
        reasons.append(Reason("pair", text, df, round(weight, 3), score))
    return reasons
