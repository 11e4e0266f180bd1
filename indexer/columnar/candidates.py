"""The second phase: everything that a good score needs, for the best candidates of a part.

Their tokens are read once. From the places of the query's words follow: the words that the first
phase left out, the folded forms, words near each other, and the best window of text.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.columnar.arrays import F32, I64, Bools, Ints
from indexer.columnar.open_part import OpenPart
from indexer.columnar.scoring import FOLDED, K1_WORD, Plan

# Two words that stand at most so far apart in the query are near in an article within so many
# places, in any order; counted like a word, with the idf among the candidates. Measured: +.3 nDCG
# on topics and questions, never a loss; windows of 5 to 16 are alike.
_QUERY_DISTANCE, _NEAR_PLACES, _NEAR_HITS = 3, 8, 5
NEAR = 0.25
# The most idf of distinct words that stand within a window: +.5 on questions.
_WINDOW = 20
WINDOW = 0.5
_WINDOWS = 1 << 14  # per field; what an article says after 160,000 words is one window
_FIELD_END = -2
_FIELD_WEIGHTS = np.array([4, 2, 1, 0.5, 0], np.float32)  # title, lead, body, captions, none
_EARLY = ((60, 2.0), (150, 1.5))


@dataclass(slots=True)
class Evidence:
    """Per candidate, parts of its score: postponed words, folded words, nearness, best window."""

    words: F32
    folded: F32
    near: F32
    window: F32

    def total(self) -> F32:
        """All of it."""
        return self.words + self.folded + self.near + self.window


@dataclass(slots=True)
class _Places:
    """Where the query's words stand in the candidates: one row a hit, in order."""

    article: I64  # the candidate's row
    slot: I64  # which word of the plan (by folded form)
    place: I64  # in the tokens of its article
    field: I64  # article · 8 + field: equal for hits in one field of one article
    weight: F32
    exact: Bools  # whether it is the exact form


def evidence(part: OpenPart, plan: Plan, articles: Ints, *, candidates: int) -> Evidence:
    """The evidence in the tokens of `articles`; `candidates`: how many there are in all parts."""
    count = len(articles)
    slots: dict[str, int] = {}
    for word in plan.words:
        slots.setdefault(word.folded, len(slots))
    places = _find(part, plan, articles, slots)
    folded_idf = np.zeros(len(slots), np.float32)
    folded_times = np.zeros(len(slots), np.float32)
    for word in plan.words:
        folded_idf[slots[word.folded]] = word.folded_idf
        folded_times[slots[word.folded]] += word.times
    scale = part.per_weight[articles] * 2
    cells = places.article * len(slots) + places.slot
    size = count * len(slots)
    x = np.bincount(cells, weights=places.weight, minlength=size).reshape(count, -1)
    x = x.astype(np.float32) * scale[:, None]
    saturated = x / (x + np.float32(K1_WORD))
    folded = saturated @ (folded_idf * folded_times * np.float32(FOLDED * (K1_WORD + 1)))
    words = np.zeros(count, np.float32)
    postponed = [word for word in plan.words if word.postponed]
    if postponed:
        own = places.exact
        x = np.bincount(cells[own], weights=places.weight[own], minlength=size)
        x = x.reshape(count, -1).astype(np.float32) * scale[:, None]
        factor = np.zeros(len(slots), np.float32)
        for word in postponed:
            factor[slots[word.folded]] = word.idf * word.times * (K1_WORD + 1)
        words = (x / (x + np.float32(K1_WORD))) @ factor
    rare = folded_idf[places.slot] > 0.5
    near = _near(places, rare, _neighbours(plan, slots), len(slots), scale, candidates)
    window = _window(places, folded_idf, count)
    return Evidence(words, folded, near * np.float32(NEAR), window * np.float32(WINDOW))


def _find(part: OpenPart, plan: Plan, articles: Ints, slots: dict[str, int]) -> _Places:
    segment = part.segment
    slot_of = np.zeros(len(segment.exact) + 2, dtype=np.int8)  # -1 and -2 are its two last: breaks
    own = np.zeros(len(segment.exact) + 2, dtype=bool)
    for word in plan.words:
        numbers = part.numbers(word.form)
        if numbers.folded >= 0:
            variants = segment.variants(numbers.folded)
            slot_of[variants.start : variants.stop] = min(slots[word.folded] + 1, 127)
        if numbers.exact >= 0:
            own[numbers.exact] = True
    tokens, at = segment.exact_tokens_of(articles)
    line = slot_of.take(tokens, mode="wrap")
    place = np.flatnonzero(line)
    article = np.searchsorted(at, place, side="right") - 1
    ends = np.flatnonzero(tokens == _FIELD_END).reshape(len(articles), -1)[:, :4]
    mine = ends[article]
    field = (place[:, None] > mine).sum(axis=1)
    weight = _FIELD_WEIGHTS[field]
    in_body = field == 2
    offset = place - mine[:, 1] - 1
    for limit, heavier in reversed(_EARLY):
        weight[in_body & (offset < limit)] = heavier
    slot = line[place].astype(np.int64) - 1
    exact = own.take(tokens[place])
    return _Places(article, slot, place - at[article], article * 8 + field, weight, exact)


def _neighbours(plan: Plan, slots: dict[str, int]) -> Bools:
    """Which slots stand near each other in the query."""
    near = np.zeros((len(slots), len(slots)), dtype=bool)
    forms = {word.form: slots[word.folded] for word in plan.words}
    for run in plan.runs:
        line = [forms[form] for form in run]
        for distance in range(1, _QUERY_DISTANCE + 1):
            for a, b in zip(line, line[distance:], strict=False):
                if a != b:
                    near[a, b] = near[b, a] = True
    return near


def _near(
    places: _Places, chosen: Bools, neighbours: Bools, size: int, scale: F32, candidates: int
) -> F32:
    """Σ over pairs of near words, saturated like a word, with the idf among the candidates."""
    count = len(scale)
    slot, place, field = places.slot[chosen], places.place[chosen], places.field[chosen]
    weight = places.weight[chosen]
    keys, weights = [], []
    for step in range(1, _NEAR_HITS + 1):
        if len(slot) <= step:
            break
        a, b = slot[:-step], slot[step:]
        fine = neighbours[a, b]
        fine &= place[step:] - place[:-step] <= _NEAR_PLACES
        fine &= field[step:] == field[:-step]
        rows = np.flatnonzero(fine)
        a, b = a[rows], b[rows]
        article = field[rows] >> 3
        keys.append((article * size + np.minimum(a, b)) * size + np.maximum(a, b))
        weights.append(weight[rows])
    if not keys:
        return np.zeros(count, np.float32)
    cells, inverse = np.unique(np.concatenate(keys), return_inverse=True)
    if not len(cells):
        return np.zeros(count, np.float32)
    article, pair = cells // (size * size), cells % (size * size)
    x = np.bincount(inverse, weights=np.concatenate(weights)) * scale[article]
    df = np.bincount(pair, minlength=size * size)[pair]
    idf = np.log(1 + (candidates - df + 0.5) / (df + 0.5))
    score: F32 = np.bincount(article, weights=2 * x / (x + 1) * idf, minlength=count)
    return score.astype(np.float32)


def _window(places: _Places, folded_idf: F32, count: int) -> F32:
    """The most idf of distinct words in a window of tokens (windows overlap by half)."""
    half = _WINDOW // 2
    size = len(folded_idf)
    # Windows never span two fields: the field is part of a window's number.
    window = np.minimum(places.place // half, _WINDOWS - 2) + places.field * _WINDOWS
    cells = np.unique(
        np.concatenate([window * size, (window + 1) * size]) + np.tile(places.slot, 2)
    )
    if not len(cells):
        return np.zeros(count, np.float32)
    of_cell = cells // size
    starts = np.flatnonzero(np.concatenate([[True], of_cell[1:] != of_cell[:-1]]))
    sums = np.add.reduceat(folded_idf[cells % size], starts)
    article = of_cell[starts] // (8 * _WINDOWS)
    best = np.zeros(count, np.float32)
    np.maximum.at(best, article, sums)
    return best
