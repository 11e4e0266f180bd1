"""The second phase: everything that a good score needs, for the best candidates of a part.

Their tokens are read once. From the places of the query's words follow: the words that the first
phase left out, the folded forms, words near each other, and the best window of text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.columnar import kernels
from indexer.columnar.analysis import FIELD
from indexer.columnar.arrays import F32, I64, U8, U32, Bools, offsets_of
from indexer.columnar.coded import add_in, weights_in
from indexer.columnar.lists import K1_WORD
from indexer.columnar.open_part import OpenPart
from indexer.columnar.scoring import FOLDED, Plan
from indexer.columnar.segment import RARE

# Two words that stand at most so far apart in the query are near in an article within so many
# places, in any order; counted like a word, with the idf among the candidates. Measured: +.3 nDCG
# on topics and questions, never a loss; windows of 5 to 16 are alike.
QUERY_DISTANCE, NEAR_PLACES, _NEAR_HITS = 3, 8, 3
NEAR = 0.25
# The most idf of distinct words that stand within a window: +.5 on questions.
WINDOW_PLACES = 20
WINDOW = 0.5
# Codes of tokens: 0 no word of the query, slot + 1, with _OWN added for its exact form.
_OWN, _END = 128, 255
# The weight of an occurrence by its place in title, lead, body and captions; the last is for all
# that follow.
_EARLY = 151
WEIGHTS = np.repeat(np.array([[4], [2], [1], [0.5]], np.float32), _EARLY, axis=1)
WEIGHTS[2, :150] = 1.5
WEIGHTS[2, :60] = 2.0
WEIGHTS = WEIGHTS.ravel()
_KINDS = 4  # of fields
FEW_WORDS = 2
UNMARKED = 0.5
TELLING_IDF = 0.3  # words of more than three articles in four are not looked at again
MOST_WORDS, _NO_SLOT = 64, 255
_PARTS = 4  # of the evidence
_NONE_RARE: tuple[I64, U32] = np.zeros(0, np.int64), np.zeros(0, np.uint32)


# A word that is looked for: its slot, the raw numbers of the forms that fold like it and of its own
# form, the factors of its folded and of its exact form, and the idf of the folded one.
_Sought = tuple[int, I64, I64, float, float, float]


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
    """Where the query's words stand in the candidates: one row a hit, in order.

    article  the candidate's row
    slot     which word of the plan (by folded form)
    place    in the tokens of all candidates, end to end
    field    article · 4 + field: equal for hits in one field of one article
    exact    whether it is the exact form
    """

    article: I64
    slot: I64
    place: I64
    field: I64
    weight: F32
    exact: Bools


def evidence(part: OpenPart, plan: Plan, articles: I64, *, candidates: int) -> Evidence:
    """The evidence about `articles`; `candidates`: how many there are in all parts."""
    if sum(map(len, plan.runs)) <= FEW_WORDS:
        return _from_lists(part, plan, articles)
    return _from_tokens(part, plan, articles, candidates)


def _from_lists(part: OpenPart, plan: Plan, articles: I64) -> Evidence:
    """For a query of a word or two the posting lists tell enough, and faster."""
    segment = part.segment
    scale = part.per_weight[articles]
    words = np.zeros(len(articles), np.float32)
    folded = np.zeros(len(articles), np.float32)
    for word in plan.words:
        numbers = part.numbers(word.form)
        if numbers.folded < 0:
            continue
        often = plan.times[word.form] * (K1_WORD + 1)
        factor = FOLDED * word.folded_idf * often
        add_in(folded, segment.bare.coded(numbers.folded), articles, factor, scale, K1_WORD)
        if word.form in plan.postponed and numbers.exact >= 0:
            factor = word.idf * often
            add_in(words, segment.words.coded(numbers.exact), articles, factor, scale, K1_WORD)
    nothing = np.zeros(len(articles), np.float32)
    return Evidence(words, folded, nothing, nothing)


def without_marks_factor(part: OpenPart, plan: Plan, articles: I64) -> F32 | float:
    """What the scores of `articles` are multiplied by: what was written without any marks comes
    after all that holds a word of the query as it was typed."""
    if not plan.marked or not len(part.all_written_without_marks):
        return 1.0
    lacking = part.written_without_marks[articles]
    rows = np.flatnonzero(lacking)
    if not len(rows):
        return 1.0
    words = part.segment.words
    for form in plan.marked:
        number = part.numbers(form).exact
        if number >= 0:
            lacking[rows] &= weights_in(words.coded(number), articles[rows]) == 0
    return np.where(lacking, np.float32(UNMARKED), np.float32(1))


def _from_tokens(part: OpenPart, plan: Plan, articles: I64, candidates: int) -> Evidence:
    telling = [word for word in plan.words if word.folded_idf >= TELLING_IDF] or plan.words
    slots: dict[str, int] = {}
    sought: list[_Sought] = []
    rarest = 0
    for form, folded, idf, folded_idf, _ in telling[:MOST_WORDS]:
        often = plan.times[form] * (K1_WORD + 1)
        alike, own, highest = part.written(form)
        exact = idf * often if form in plan.postponed else 0.0
        slot = slots.setdefault(folded, len(slots))
        sought.append((slot, alike, own, FOLDED * folded_idf * often, exact, folded_idf))
        if highest > rarest:
            rarest = highest
    lines = _lines(plan, slots)
    if kernels.native is not None:
        out: F32 = np.empty((_PARTS, len(articles)), np.float32)
        kernels.native.text_evidence(
            part.segment.checked_tokens(articles),
            part.segment.token_at,
            articles,
            *(part.segment.rare_tokens if rarest >= RARE else _NONE_RARE),
            sought,
            WEIGHTS,
            part.per_weight,
            lines,
            (QUERY_DISTANCE, candidates, NEAR_PLACES, WINDOW_PLACES // 2, rarest),
            (K1_WORD, NEAR, WINDOW),
            out,
        )
        return Evidence(*out)
    size = len(slots)
    factors: F32 = np.zeros((3, size), np.float32)
    for slot, _, _, folded_factor, exact_factor, folded_idf in sought:
        factors[0, slot] += folded_factor
        factors[1, slot] = exact_factor or factors[1, slot]  # forms that fold alike share it
        factors[2, slot] = folded_idf
    scale = part.per_weight[articles] * 2
    neighbours, pairs = _neighbours(lines, size)
    places, at = _find(part, articles, _codes(sought, rarest), rare=rarest >= RARE)
    cells = places.article * size + places.slot
    folded_ = _dot(_saturated(cells, places.weight, scale, size), factors[0])
    words = np.zeros(len(articles), np.float32)
    if factors[1].any():
        mine = places.exact
        words = _dot(_saturated(cells[mine], places.weight[mine], scale, size), factors[1])
    near = _near(places, neighbours, pairs, scale, candidates)
    window = _window(places, factors[2], at)
    return Evidence(words, folded_, near * np.float32(NEAR), window * np.float32(WINDOW))


def _saturated(cells: I64, weight: F32, scale: F32, size: int) -> F32:
    """x / (x + k1) by article and slot."""
    sums = np.bincount(cells, weights=weight, minlength=len(scale) * size)
    x = sums.reshape(len(scale), size).astype(np.float32) * scale[:, None]
    result: F32 = x / (x + np.float32(K1_WORD))
    return result


def _codes(sought: Sequence[_Sought], rarest: int) -> U8:
    """By raw number, to the greatest that is anything, what a token is to the query."""
    code_of = np.zeros(max(rarest, RARE) + 1, np.uint8)
    code_of[FIELD] = _END
    for slot, alike, *_ in sought:
        code_of[alike] = slot + 1
    for slot, _, own, *_ in sought:  # the exact form takes the place of those that fold alike
        code_of[own] = slot + 1 + _OWN
    return code_of


def _find(part: OpenPart, articles: I64, code_of: U8, *, rare: bool) -> tuple[_Places, I64]:
    """The places of the words that have codes, and where the tokens of each article begin;
    `rare`: some of the words are."""
    tokens, at = part.segment.frequent_tokens_of(articles)
    line = code_of.take(tokens)
    if rare:
        where, values = part.segment.rare_tokens_of(articles, tokens, at)
        known = values < len(code_of)
        line[where[known]] = code_of[values[known]]
        line[where[~known]] = 0
    place = np.flatnonzero(line != 0)
    code = line[place]
    is_end = code == _END
    # Every article has four fields, so the number of ends before a place names article and field.
    field = is_end.cumsum()
    starts = np.zeros(_KINDS * len(articles) + 1, np.int64)
    starts[1:] = place[is_end] + 1
    hits = np.flatnonzero(~is_end)
    place, field, code = place[hits], field[hits], code[hits]
    offset = np.minimum(place - starts[field], _EARLY - 1)
    weight = WEIGHTS[(field & (_KINDS - 1)) * _EARLY + offset]
    slot = (code & np.uint8(_OWN - 1)).astype(np.int64) - 1
    return _Places(field >> 2, slot, place, field, weight, code >= _OWN), at


def _lines(plan: Plan, slots: dict[str, int]) -> list[bytes]:
    """The slots of the words of each run, `_NO_SLOT` for words that have none."""
    slot_of = {word.form: slots.get(word.folded, _NO_SLOT) for word in plan.words}
    return [bytes([slot_of[form] for form in run]) for run in plan.runs]


def _neighbours(lines: Sequence[bytes], size: int) -> tuple[I64, int]:
    """By `slot · number of slots + slot`, the number of a pair of words that stand near each other
    in the query, -1 for others; and how many such pairs there are."""
    pairs = 0
    number = [-1] * (size * size)
    for line in lines:
        for distance in range(1, QUERY_DISTANCE + 1):
            for a, b in zip(line, line[distance:], strict=False):
                if a != b and _NO_SLOT not in (a, b) and number[a * size + b] < 0:
                    number[a * size + b] = number[b * size + a] = pairs
                    pairs += 1
    return np.array(number), pairs


def _near(places: _Places, neighbours: I64, pairs: int, scale: F32, candidates: int) -> F32:
    """Σ over pairs of near words, saturated like a word, with the idf among the candidates."""
    count = len(scale)
    if not pairs:
        return np.zeros(count, np.float32)
    # Fields are moved apart, so that what is near stands in one field.
    place = places.place + places.field * NEAR_PLACES
    left = places.slot * math.isqrt(len(neighbours))
    keys, weights = [], []
    for step in range(1, _NEAR_HITS + 1):
        rows = np.flatnonzero(place[step:] - place[:-step] <= NEAR_PLACES)
        pair = neighbours[left[rows] + places.slot[rows + step]]
        fine = np.flatnonzero(pair >= 0)
        rows, pair = rows[fine], pair[fine]
        keys.append(places.article[rows] * pairs + pair)
        weights.append(places.weight[rows])
    sums = np.bincount(
        np.concatenate(keys), weights=np.concatenate(weights), minlength=count * pairs
    )
    x = sums.astype(np.float32).reshape(count, pairs)
    df = (x > 0).sum(axis=0)
    among = np.log(1 + (candidates - df + 0.5) / (df + 0.5)).astype(np.float32)
    x *= scale[:, None]
    x /= x + 1
    return _dot(x, 2 * among)


def _window(places: _Places, idf: F32, at: I64) -> F32:
    """The most idf of distinct words in a window of tokens (windows overlap by half).

    `at`: where the tokens of each article begin.
    """
    half = WINDOW_PLACES // 2
    first = offsets_of(np.diff(at) // half + 2)
    shift = first[:-1] * half - at[:-1]
    cell = (places.place + shift[places.article]) // half * len(idf) + places.slot
    held = np.zeros(int(first[-1]) * len(idf), np.float32)
    held[cell] = 1
    held[cell + len(idf)] = 1
    best: F32 = np.maximum.reduceat(_dot(held.reshape(-1, len(idf)), idf), first[:-1])
    return best


def _dot(rows: F32, factors: F32) -> F32:
    """`rows @ factors` without BLAS, whose threads cost more than they bring on small arrays."""
    result: F32 = np.einsum("ij,j->i", rows, factors)
    return result
