"""Articles like a given one: those that share the words it is about.

The article's heaviest words find candidates; the cosine of the signatures (`signatures`) orders
them. Near copies of the article itself are left out: they are not news.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.columnar.arrays import F32, I64
from indexer.columnar.evaluate import Evaluator
from indexer.columnar.feedback import cosines, normalised
from indexer.columnar.lists import K1_WORD
from indexer.columnar.open_part import OpenPart
from indexer.columnar.scoring import Plan, Word, first_phase, idf
from indexer.vietnamese import fold

_WORDS = 16  # that look for candidates
_CANDIDATES = 200
_FIELD_END = -2
_FIELD_WEIGHTS = np.array([4, 2, 1, 0.5], np.float32)
_LEAST = 0.15  # cosine below which an article is about something else
# The same among few articles, where names that one article has weigh as much as what it is about.
_FEW, _LEAST_OF_FEW = 500, 0.07


def similar(evaluator: Evaluator, number: int, *, limit: int = 5) -> list[tuple[int, float]]:
    """The articles most like article `number`, best first, with their cosine (0 to 1)."""
    parts = evaluator.parts
    home = evaluator.part_of(number)
    plan = _plan(parts, home, number - home.base)
    if not plan.words:
        return []
    scores = first_phase(evaluator.lists, plan)
    group = evaluator.groups.of(number)
    alike = np.array(evaluator.groups.members(group) if group >= 0 else [number], np.int64)
    numbers: list[I64] = []
    cosine: list[F32] = []
    segment = home.segment
    row = slice(number - home.base, number - home.base + 1)
    own_words = segment.signature_words[row]
    own_weights = normalised(segment.signature_weights[row])
    for part, score in zip(parts, scores, strict=True):
        if part.live is not None:
            score[~part.live] = 0
        score[alike[(alike >= part.base) & (alike < part.base + part.n)] - part.base] = 0
        best = np.flatnonzero(score > 0)
        if len(best) > _CANDIDATES:
            best = best[np.argpartition(score[best], len(best) - _CANDIDATES)[-_CANDIDATES:]]
        rows = normalised(part.segment.signature_weights[best])
        numbers.append(best + part.base)
        cosine.append(cosines(own_words, own_weights, part.segment.signature_words[best], rows))
    number_, cosine_ = np.concatenate(numbers), np.concatenate(cosine)
    order = np.lexsort((-number_, -cosine_))
    least = _LEAST if evaluator.articles >= _FEW else _LEAST_OF_FEW
    chosen: list[tuple[int, float]] = []
    groups: set[int] = set()
    for i in order.tolist():
        if len(chosen) == limit or cosine_[i] < least:
            break
        its_group = evaluator.groups.of(int(number_[i]))
        if its_group not in groups:
            chosen.append((int(number_[i]), round(float(cosine_[i]), 4)))
        if its_group >= 0:
            groups.add(its_group)
    return chosen


def _plan(parts: Sequence[OpenPart], home: OpenPart, article: int) -> Plan:
    """The article's heaviest words as a query."""
    segment = home.segment
    tokens = segment.exact_tokens(article)
    field = np.minimum(np.cumsum(tokens == _FIELD_END), 3)
    there = tokens >= 0
    words, inverse = np.unique(tokens[there], return_inverse=True)
    sums = np.bincount(inverse, weights=_FIELD_WEIGHTS[field[there]], minlength=len(words))
    x = sums.astype(np.float64) * (2 * float(home.per_weight[article]))
    articles = sum(part.live_count for part in parts)
    df = segment.words.df[words].astype(np.float64) * (articles / max(1, home.n))
    weight = np.log(1 + articles / (df + 0.5)) * x / (x + K1_WORD)
    weight[segment.words.df[words] < 2 if len(parts) == 1 else df < 0] = 0  # nobody else has it
    chosen: list[Word] = []
    for i in np.argsort(-weight, kind="stable")[:_WORDS].tolist():
        form = segment.exact[int(words[i])]
        if weight[i] <= 0 or form.isdigit():
            continue
        count = sum(_df(part, form) for part in parts)
        gain = idf(count, articles) * float(x[i] / (x[i] + K1_WORD))
        chosen.append(Word(form, fold(form), gain, 0.0, count))
    return Plan((), articles, chosen, {word.form: 1 for word in chosen})


def _df(part: OpenPart, form: str) -> int:
    number = part.numbers(form).exact
    return part.segment.words.count(number) if number >= 0 else 0
