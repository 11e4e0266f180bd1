"""Results in order: the best by the first phase, and these again by all the evidence there is.

Where the inner loops are compiled it is one call for all parts and both phases; else, and where a
score is changed by its article's age or time is over, the phases follow each other here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter, eq
from types import ModuleType

import numpy as np

from indexer.columnar import kernels
from indexer.columnar.adjacency import FULL, NONE, SCATTERED, WHOLE, count_adjacency
from indexer.columnar.arrays import F32, I64, together
from indexer.columnar.candidates import (
    FEW_WORDS,
    MOST_WORDS,
    NEAR,
    NEAR_PLACES,
    QUERY_DISTANCE,
    TELLING_IDF,
    UNMARKED,
    WEIGHTS,
    WINDOW,
    WINDOW_PLACES,
    evidence,
    without_marks_factor,
)
from indexer.columnar.feedback import FEEDBACK, SHARPNESS, TOP, feedback
from indexer.columnar.kernels import MOST_TOGETHER, best, in_order
from indexer.columnar.lists import K1_PAIR, K1_WORD, PostingLists
from indexer.columnar.scoring import (
    COMMON,
    FEW_POSTINGS,
    FOLDED,
    PAIR,
    PAIR_THERE,
    Plan,
    Weights,
    first_phase,
    marked_words,
    plan_for,
)

# Candidates of the second phase. The figures of 50 and of 200 differ by a tenth of a point.
RERANKED = 50
_MOST_WORDS = 200  # distinct ones that the compiled ranking takes
CONSTANTS = (
    *(K1_WORD, K1_PAIR, FOLDED, PAIR, PAIR_THERE, COMMON, FEW_POSTINGS, TELLING_IDF, UNMARKED),
    *(NEAR, WINDOW, WHOLE, SCATTERED, FULL, NONE),
    (RERANKED, FEW_WORDS, MOST_WORDS),
    (QUERY_DISTANCE, NEAR_PLACES, WINDOW_PLACES // 2),
    (TOP, SHARPNESS, FEEDBACK),
)
_BY_DF = attrgetter("df")


class ByScore:
    """The order of the results of one query.

    typed, runs  the words as typed and the forms they stand for, one list a run of neighbours
    factors      by part what the score of each article is multiplied by; None: nothing
    """

    def __init__(
        self,
        lists: Sequence[PostingLists],
        weights: Weights,
        typed: Sequence[Sequence[str]],
        runs: Sequence[Sequence[str]],
        *,
        factors: Sequence[F32] | None = None,
    ) -> None:
        self._lists = lists
        self._parts = [mine.part for mine in lists]
        self._weights = weights
        self._typed, self._runs = typed, runs
        self._factors = factors

    def ranked(
        self, results: Sequence[I64], wanted: int, *, quick: bool = False
    ) -> Iterator[tuple[int, float]]:
        """Results (by part, ascending) best first; `wanted` of them at once, the rest more slowly.

        `quick`: by the first phase alone.
        """
        total = sum(map(len, results))
        size = min(total, max(RERANKED, wanted + RERANKED // 2))
        numbers, values = self.best(results, size, quick=quick)
        yield from zip(numbers.tolist(), values.tolist(), strict=True)
        if size < total:  # someone pages far
            seen = set(numbers.tolist())
            scores = first_phase(self._lists, self._plan)
            more, values = self._best(self._changed(scores), results, total)
            for number, value in zip(more.tolist(), values.tolist(), strict=True):
                if number not in seen:
                    yield number, value

    def best(self, results: Sequence[I64], size: int, *, quick: bool = False) -> tuple[I64, F32]:
        """The `size` best, in order, and their scores."""
        several = max(len(self._parts), len(self._runs)) > MOST_TOGETHER
        if kernels.native is not None and not (quick or several or self._factors is not None):
            forms = dict.fromkeys([form for run in self._runs for form in run])
            if len(forms) <= _MOST_WORDS:
                return self._at_once(kernels.native, forms, results, size)
        return self.in_steps(results, size, quick=quick)

    @property
    def _plan(self) -> Plan:
        return plan_for(self._weights, self._typed, self._runs)

    def _changed(self, scores: Sequence[F32]) -> Sequence[F32]:
        if self._factors is None:
            return scores
        return [score * factor for score, factor in zip(scores, self._factors, strict=True)]

    # ----------------------------------------------------------------------------- compiled

    def _at_once(
        self, native: ModuleType, forms: Iterable[str], results: Sequence[I64], size: int
    ) -> tuple[I64, F32]:
        """Both phases in one call; `forms`: the distinct ones."""
        parts, weights = self._parts, self._weights
        words = sorted([weights[form] for form in forms], key=_BY_DF)
        place = {word.form: i for i, word in enumerate(words)}
        numbers: I64 = np.empty(size, np.int64)
        values: F32 = np.empty(size, np.float32)
        marked = marked_words(self._typed)
        native.rank(
            [part.opened for part in parts],
            [part.base for part in parts],
            results,
            words,
            [list(map(part.numbers, place)) for part in parts],
            [bytes([place[form] for form in run]) for run in self._runs],
            [
                bytes(map(eq, run, typed))
                for run, typed in zip(self._runs, self._typed, strict=True)
            ],
            [
                [part.numbers(word).exact for word in marked] if part.has_unmarked else []
                for part in parts
            ],
            weights.articles,
            CONSTANTS,
            WEIGHTS,
            numbers,
            values,
        )
        return numbers, values

    # ------------------------------------------------------------------------- step by step

    def in_steps(
        self, results: Sequence[I64], size: int, *, quick: bool = False
    ) -> tuple[I64, F32]:
        """The same as `best`, one thing after the other."""
        plan = self._plan
        plain = first_phase(self._lists, plan)
        numbers, values = self._best(self._changed(plain), results, size)
        if quick:
            return numbers, values
        head = min(RERANKED, len(numbers))
        if self._factors is None:
            numbers[:head], values[:head] = self._rerank(plan, numbers[:head], values[:head])
        else:
            own = self._of(plain, numbers[:head])
            first, own = self._rerank(plan, numbers[:head], own)
            own *= self._of(self._factors, first)
            order = np.lexsort((-first, -own))
            numbers[:head], values[:head] = first[order], own[order]
        values[head:] = np.minimum(values[head:], values[head - 1] if head else 0)
        return numbers, values

    def _of(self, lines: Sequence[F32], numbers: I64) -> F32:
        """The values of some articles, of one value for each article of each part."""
        values = np.zeros(len(numbers), np.float32)
        for part, line in zip(self._parts, lines, strict=True):
            mine = (numbers >= part.base) & (numbers < part.base + part.n)
            values[mine] = line[numbers[mine] - part.base]
        return values

    def _best(self, scores: Sequence[F32], results: Sequence[I64], size: int) -> tuple[I64, F32]:
        """The `size` results with the greatest scores, ordered; ties by number, newest first."""
        numbers, values = [], []
        for part, score, rows in zip(self._parts, scores, results, strict=True):
            number, value = best(score, rows, part.base, size)
            numbers.append(number)
            values.append(value)
        number, value = in_order(together(numbers), together(values), by_score=True)
        return number[:size], value[:size]

    def _rerank(self, plan: Plan, numbers: I64, scores: F32) -> tuple[I64, F32]:
        """Candidates with all the evidence, best first."""
        numbers, scores = in_order(numbers, scores, by_score=False)  # part by part
        words, weights = [], []
        start = 0
        for i, part in enumerate(self._parts):
            end = int(numbers.searchsorted(part.base + part.n))
            if end > start:
                rows = numbers[start:end] - part.base
                scores[start:end] += evidence(part, plan, rows, candidates=len(numbers)).total()
                scores[start:end] *= without_marks_factor(part, plan, rows)
                count_adjacency(plan, i, rows, scores[start:end])
                words.append(part.segment.signature_words.take(rows, axis=0))
                weights.append(part.segment.signature_weights.take(rows, axis=0))
            start = end
        if words:
            scores += feedback(scores, together(words), together(weights))
        return in_order(numbers, scores, by_score=True)
