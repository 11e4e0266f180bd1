"""Tokens in document order → posting lists in term order, whole arrays at a time.

A batch of articles gives *runs*: a run is one term and the documents of the batch that hold it.
Sorting uses `stable_order` (radix) on term numbers alone: documents come in order anyway.
Batches, and segments when they merge, are put together by sorting their runs, not their postings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from indexer.columnar import kernels
from indexer.columnar.arrays import (
    I32,
    I64,
    U8,
    U16,
    U32,
    Ints,
    narrowest,
    offsets_of,
    ranges,
    run_starts,
)
from indexer.columnar.kernels import stable_order
from indexer.columnar.memory import give_back
from indexer.columnar.postings import Lists

_SLICE = 1 << 18  # postings handled at a time: bounds the memory of temporaries
_RUNS = 1 << 18  # runs of pairs sorted at a time
_GIVEN_BACK = 1 << 24  # bytes that may be free before the system gets them back


@dataclass(slots=True)
class Runs:
    """Posting lists of a part of the documents, flat.

    terms    of each run, in `depth` arrays (a pair of tokens has two)
    counts   documents of each run
    docs     relative to `base`
    """

    terms: tuple[Ints, ...]
    counts: Ints
    docs: U16
    weights: U8
    base: int

    @property
    def kinds(self) -> tuple[np.dtype[Any], ...]:
        """The types of the terms."""
        return tuple(term.dtype for term in self.terms)

    @property
    def size_bytes(self) -> int:
        """Memory held."""
        arrays = (*self.terms, self.counts, self.docs, self.weights)
        return sum(array.nbytes for array in arrays)


@dataclass(slots=True)
class PackedRuns:
    """Runs of pairs in half the memory, for those that wait.

    firsts  the first terms, each once
    sizes   of how many runs each is
    others  the second term of each run
    """

    firsts: Ints
    sizes: Ints
    others: Ints
    counts: Ints
    docs: U16
    weights: U8
    base: int

    @classmethod
    def of(cls, runs: Runs) -> PackedRuns:
        """The runs, which are in the order of their first terms."""
        first, second = runs.terms
        starts = run_starts(first)
        sizes = np.diff(np.append(starts, len(first)))
        return cls(
            _narrow(first[starts]), _narrow(sizes), _narrow(second), _narrow(runs.counts),
            runs.docs, runs.weights, runs.base,
        )  # fmt: skip

    @property
    def kinds(self) -> tuple[np.dtype[Any], ...]:
        """The types of the terms."""
        return self.firsts.dtype, self.others.dtype

    @property
    def terms(self) -> tuple[Ints, ...]:
        """Both terms of each run."""
        return np.repeat(self.firsts, self.sizes), self.others

    @property
    def size_bytes(self) -> int:
        """Memory held."""
        arrays = (self.firsts, self.sizes, self.others, self.counts, self.docs, self.weights)
        return sum(array.nbytes for array in arrays)


def _narrow(numbers: Ints) -> Ints:
    return numbers.astype(narrowest(int(numbers.max(initial=0))))


def join(parts: list[Runs] | list[PackedRuns]) -> Runs:
    """The runs of several batches as those of one, the batches' order kept; empties the list."""
    count = sum(len(part.counts) for part in parts)
    kinds = [np.result_type(*level) for level in zip(*(part.kinds for part in parts), strict=True)]
    counts = np.empty(count, dtype=np.result_type(np.uint8, *(part.counts for part in parts)))
    terms = tuple(np.empty(count, dtype=kind) for kind in kinds or [np.dtype(np.int32)])
    docs = np.empty(sum(len(part.docs) for part in parts), dtype=np.uint16)
    weights = np.empty(len(docs), dtype=np.uint8)
    run, posting = count, len(docs)
    freed = 0
    while parts:  # from the last, each being freed at once: memory is touched only as it is filled
        part = parts.pop()
        own, postings = slice(run - len(part.counts), run), slice(posting - len(part.docs), posting)
        for level, values in zip(terms, part.terms, strict=True):
            level[own] = values
        counts[own] = part.counts
        docs[postings] = part.docs + np.uint16(part.base)
        weights[postings] = part.weights
        run, posting = own.start, postings.start
        freed += part.size_bytes
        del part
        if freed > _GIVEN_BACK:
            give_back()
            freed = 0
    return Runs(terms, counts, docs, weights, 0)


def put_together(
    runs: Runs, ranks: tuple[Ints, ...], rows: I64 | None = None, starts: Ints | None = None
) -> tuple[tuple[Ints, ...], Iterator[Lists]]:
    """The distinct terms, sorted by their ranks, and their lists in slices.

    ranks   one array per level of the order: the first decides first. Runs with equal ranks are
            the same term; of these, those of earlier documents come first.
    rows    only these runs, of which the ranks are
    starts  where the postings of each run begin, if it is known
    """
    starts = offsets_of(runs.counts)[:-1] if starts is None else starts
    order = stable_order(ranks[-1])
    for key in reversed(ranks[:-1]):
        order = order[stable_order(key[order])]
    # Levels above the last two only group what those two tell apart.
    heads = run_starts(*[key[order] for key in ranks[-2:]])
    distinct = tuple(key[order[heads]] for key in ranks[-2:])
    chosen = order if rows is None else rows[order]
    return distinct, _gather(runs, starts[chosen], runs.counts[chosen], heads)


def _gather(runs: Runs, starts: Ints, counts: Ints, heads: I64) -> Iterator[Lists]:
    """Posting lists in slices of many: a list is the runs from one head to before the next.

    `starts` and `counts` say which postings each run has.
    """
    lists = len(heads)
    sizes = np.add.reduceat(counts, heads, dtype=np.int64) if lists else np.zeros(0, dtype=np.int64)
    bounds = np.append(heads, len(counts))
    for first, last in bounds_of(sizes, _SLICE):
        part = slice(int(bounds[first]), int(bounds[last]))
        own = sizes[first:last].astype(np.uint32)
        if kernels.native is not None:
            docs: U16 = np.empty(int(own.sum(dtype=np.int64)), np.uint16)
            weights: U8 = np.empty(len(docs), np.uint8)
            kernels.native.copy_runs(
                runs.docs, runs.weights, starts[part], counts[part], docs, weights
            )
            yield Lists(own, docs, weights)
        else:
            where = ranges(starts[part], counts[part])
            yield Lists(own, runs.docs[where], runs.weights[where])


class PairLists:
    """Puts runs of pairs together, a range of first words at a time: memory is bounded.

    exact         number of a word in the runs → its number in the segment
    folded        that number → the number of its folded form
    folded_first  that → the first number of a word
    """

    def __init__(self, runs: Runs, exact: I32, folded: U32, folded_first: U32) -> None:
        self._runs, self._exact = runs, exact
        self._folded, self._folded_first = folded, folded_first
        self._first: list[U32] = []
        self._second: list[U32] = []

    def entries(self) -> tuple[U32, U32]:
        """The words of all pairs, once `slices` has run; they are not kept."""
        first, second = together_freed(self._first), together_freed(self._second)
        return first, second

    def slices(self) -> Iterator[Lists]:
        """The lists of all pairs, by both folded forms and then by both exact ones."""
        if not len(self._runs.counts):
            return
        native = kernels.native
        for first, second, lists in self._plain() if native is None else self._compiled(native):
            self._first.append(first)
            self._second.append(second)
            yield lists
        self._runs = join([])

    def _compiled(self, native: ModuleType) -> Iterator[tuple[U32, U32, Lists]]:
        runs = self._runs
        first, second = runs.terms
        rows: U32 = np.empty(len(first), np.uint32)
        forms: I64 = np.empty(len(self._folded_first) + 1, np.int64)
        native.runs_by_first(first, self._exact, self._folded, rows, forms)
        starts = np.cumsum(runs.counts, dtype=np.uint32) - runs.counts
        for low, high in bounds_of(np.diff(forms), _RUNS):
            chosen = rows[forms[low] : forms[high]]
            if len(chosen):
                a, b, *lists = native.pair_lists(
                    first, second, runs.counts, starts, runs.docs, runs.weights,
                    self._exact, self._folded, self._folded_first, chosen,
                )  # fmt: skip
                yield np.frombuffer(a, np.uint32), np.frombuffer(b, np.uint32), _lists_of(*lists)

    def _plain(self) -> Iterator[tuple[U32, U32, Lists]]:
        runs = self._runs
        of_first = self._folded[self._exact.clip(0)][runs.terms[0]]
        starts = np.cumsum(runs.counts, dtype=np.uint32) - runs.counts
        for low, high in bounds_of(np.bincount(of_first), _RUNS):
            rows = np.flatnonzero((of_first >= low) & (of_first < high))
            a, b = (self._exact[term[rows]] for term in runs.terms)
            ranks = of_first[rows], self._folded[b], a, b
            (a, b), slices = put_together(runs, ranks, rows, starts)
            if len(rows):
                yield a.astype(np.uint32), b.astype(np.uint32), _joined(list(slices))


def together_freed(parts: list[U32]) -> U32:
    """The arrays end to end; empties the list, so that they are not in memory twice."""
    out: U32 = np.empty(sum(map(len, parts)), np.uint32)
    at = len(out)
    while parts:
        part = parts.pop()
        out[at - len(part) : at] = part
        at -= len(part)
    return out


def _lists_of(counts: bytes, docs: bytes, weights: bytes) -> Lists:
    return Lists(
        np.frombuffer(counts, np.uint32),
        np.frombuffer(docs, np.uint16),
        np.frombuffer(weights, np.uint8),
    )


def bounds_of(sizes: I64, most: int) -> Iterator[tuple[int, int]]:
    """Ranges of neighbours whose sizes add up to `most` at most, or that have one member."""
    done = np.cumsum(sizes)
    first = 0
    while first < len(sizes):
        before = int(done[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(done, before + most, side="right")))
        yield first, last
        first = last


def union(slices: Iterator[Lists], first: U32) -> Iterator[Lists]:
    """Lists joined in groups of neighbours: group g is lists `first[g]` to `first[g + 1]`.

    A document that is in several lists of a group has the sum of its weights, rounded.
    """
    held: list[Lists] = []
    base = group = 0  # the number of the first list held; the next group to give
    have = 0
    groups = len(first) - 1
    for part in slices:
        held.append(part)
        have += len(part)
        ready = int(np.searchsorted(first, have, side="right")) - 1
        if ready > group:
            lists = _joined(held)
            until = int(first[ready]) - base
            yield _union_of(_cut(lists, 0, until), first[group : ready + 1])
            held = [_cut(lists, until, len(lists))]
            base = int(first[ready])
            group = ready
    if group < groups:
        raise AssertionError("lists are missing")


def _joined(parts: list[Lists]) -> Lists:
    if len(parts) == 1:
        return parts[0]
    return Lists(
        np.concatenate([part.counts for part in parts]),
        np.concatenate([part.docs for part in parts]),
        np.concatenate([part.weights for part in parts]),
    )


def _cut(lists: Lists, start: int, end: int) -> Lists:
    at = offsets_of(lists.counts)
    part = slice(int(at[start]), int(at[end]))
    return Lists(lists.counts[start:end], lists.docs[part], lists.weights[part])


def _union_of(lists: Lists, first: U32) -> Lists:
    if kernels.native is not None:
        return _lists_of(*kernels.native.union_of(lists.counts, lists.docs, lists.weights, first))
    groups = np.repeat(np.arange(len(first) - 1), first[1:] - first[:-1])
    of_posting = np.repeat(groups, lists.counts)
    order = stable_order(lists.docs)
    order = order[stable_order(of_posting[order])]
    groups, docs = of_posting[order], lists.docs[order]
    starts = run_starts(groups, docs)
    weights = np.add.reduceat(lists.weights[order], starts, dtype=np.int64)
    counts = np.bincount(groups[starts], minlength=len(first) - 1)
    return Lists(counts.astype(np.uint32), docs[starts], np.minimum(weights, 255).astype(np.uint8))
