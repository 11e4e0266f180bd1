"""Tokens in document order → posting lists in term order, whole arrays at a time.

A batch of articles gives *runs*: a run is one term and the documents of the batch that hold it.
Sorting uses `stable_order` (radix) on term numbers alone: documents come in order anyway.
Batches, and segments when they merge, are put together by sorting their runs, not their postings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.columnar.arrays import (
    I32,
    I64,
    U8,
    U16,
    U32,
    Ints,
    offsets_of,
    ranges,
    run_starts,
    stable_order,
)
from indexer.columnar.postings import ROUNDED, Lists

_SLICE = 1 << 20  # postings handled at a time: bounds the memory of temporaries


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
    def size_bytes(self) -> int:
        """Memory held."""
        arrays = (*self.terms, self.counts, self.docs, self.weights)
        return sum(array.nbytes for array in arrays)


def invert(terms: tuple[Ints, ...], docs: U16, weights: Ints, base: int) -> Runs:
    """The runs of a batch whose tokens come in document order.

    Weights of the same term in the same document are added, and rounded to a step.
    """
    order = stable_order(terms[-1])
    for key in reversed(terms[:-1]):
        order = order[stable_order(key[order])]
    keys = [key[order] for key in terms]
    docs = docs[order]
    starts = run_starts(*keys, docs)
    if len(starts):
        sums = np.add.reduceat(weights[order], starts, dtype=np.int64)
    else:
        sums = np.zeros(0, dtype=np.int64)
    keys = [key[starts] for key in keys]
    firsts = run_starts(*keys)
    counts = np.diff(np.append(firsts, len(starts)))
    return Runs(
        tuple(key[firsts] for key in keys),
        counts.astype(np.uint32),
        docs[starts],
        ROUNDED[np.minimum(sums, 255)],
        base,
    )


def gather(runs: Sequence[Runs], order: I64, owner: U16, which: I32, terms: U32) -> Iterator[Lists]:
    """Put runs together: posting lists of term 0, 1, 2, … in slices of many lists.

    order   the runs of all `runs`, by term and then by document
    owner, which  for each run in concatenation: of which `runs` it is, and its number there
    terms   for each run in concatenation: the number of its list
    """
    starts = [offsets_of(part.counts)[:-1] for part in runs]
    counts = np.concatenate([part.counts for part in runs])[order]
    owner, which, terms = owner[order], which[order], terms[order]
    del order
    heads = run_starts(terms)
    lists = len(heads)
    sizes = np.add.reduceat(counts, heads, dtype=np.int64) if lists else np.zeros(0, dtype=np.int64)
    bounds = np.append(heads, len(terms))
    done = np.cumsum(sizes)
    first = 0
    while first < lists:
        before = int(done[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(done, before + _SLICE, side="right")))
        part = slice(int(bounds[first]), int(bounds[last]))
        places = offsets_of(counts[part])
        docs = np.empty(int(places[-1]), dtype=np.uint16)
        weights = np.empty(len(docs), dtype=np.uint8)
        for number, source in enumerate(runs):
            mine = np.flatnonzero(owner[part] == number)
            if not len(mine):
                continue
            into = ranges(places[mine], counts[part][mine])
            where = ranges(starts[number][which[part][mine]], counts[part][mine])
            docs[into] = source.docs[where] + np.uint16(source.base)
            weights[into] = source.weights[where]
        yield Lists(sizes[first:last].astype(np.uint32), docs, weights)
        first = last


def put_together(
    runs: Sequence[Runs], ranks: Sequence[tuple[Ints, ...]]
) -> tuple[tuple[Ints, ...], Iterator[Lists]]:
    """The distinct terms, sorted by their ranks, and their lists in slices.

    ranks   for each of `runs`, one array per level of the order: the first decides first. Runs
            with equal ranks are the same term.
    """
    depth = len(ranks[0]) if ranks else 1
    keys = [np.concatenate([rank[level] for rank in ranks]) for level in range(depth)]
    sizes = [len(part.counts) for part in runs]
    owner = np.repeat(np.arange(len(runs), dtype=np.uint16), sizes)
    which = np.concatenate([np.arange(size, dtype=np.int32) for size in sizes])
    order = stable_order(keys[-1])
    for key in reversed(keys[:-1]):
        order = order[stable_order(key[order])]
    # Levels above the last two only group what those two tell apart.
    del keys[:-2]
    heads = run_starts(*[key[order] for key in keys])
    number = np.zeros(len(order), dtype=np.uint32)
    number[heads[1:]] = 1
    terms = np.empty(len(order), dtype=np.uint32)
    terms[order] = np.cumsum(number)
    distinct = tuple(key[order[heads]] for key in keys)
    return distinct, gather(runs, order, owner, which, terms)


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
    groups = np.repeat(np.arange(len(first) - 1), first[1:] - first[:-1])
    of_posting = np.repeat(groups, lists.counts)
    order = stable_order(lists.docs)
    order = order[stable_order(of_posting[order])]
    groups, docs = of_posting[order], lists.docs[order]
    starts = run_starts(groups, docs)
    weights = np.add.reduceat(lists.weights[order], starts, dtype=np.int64)
    counts = np.bincount(groups[starts], minlength=len(first) - 1)
    return Lists(counts.astype(np.uint32), docs[starts], np.minimum(weights, 255).astype(np.uint8))
