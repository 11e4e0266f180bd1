"""Posting lists as bytes: which documents, and how heavily.

A list is written in one of three ways, chosen by how many of the segment's `n` documents hold the
term (`df`), so that the way need not be stored:

    dense   df >= 0.4 n   one byte per document: its weight, 0 where the term is not
    near    df >= n/128   gaps between documents as bytes; 255 means "255 on, no document here"
    far     else          gaps as 16-bit numbers, 65535 meaning the same

Weights follow the gaps, one byte each, but only where some differ from `UNIT`. A weight is counted
in halves (`UNIT` = 2 is one occurrence in the body) and stops at 255. Decoding is one cumulative sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.columnar.arrays import U8, U32, Bools, I64, Ints, offsets_of, ranges

UNIT = 2
DENSE, NEAR, FAR = 0, 1, 2


def kind_of(df: int, n: int) -> int:
    """How a list of `df` of `n` documents is written: `DENSE`, `NEAR` or `FAR`."""
    if df * 5 >= n * 2:
        return DENSE
    return NEAR if df * 128 >= n else FAR


@dataclass(slots=True)
class Lists:
    """Many posting lists, flat: list i is the next `counts[i]` of `docs` (ascending) and `weights`."""

    counts: U32
    docs: U32
    weights: U8

    def __len__(self) -> int:
        return len(self.counts)


@dataclass(slots=True)
class Encoded:
    """Many posting lists, written: list i is `data[offsets[i]:offsets[i + 1]]`."""

    data: U8
    offsets: I64
    weighted: Bools


def _kinds(df: Ints, n: int) -> U8:
    df = df.astype(np.int64)
    kinds = np.where(df * 128 >= n, NEAR, FAR).astype(np.uint8)
    kinds[df * 5 >= n * 2] = DENSE
    return kinds


def encode(lists: Lists, n: int) -> Encoded:
    """The lists as bytes, for a segment of `n` documents."""
    counts = lists.counts.astype(np.int64)
    starts = offsets_of(counts)
    filled = counts > 0
    kinds = _kinds(counts, n)
    gaps = np.diff(lists.docs.astype(np.int64), prepend=0)
    gaps[starts[:-1][filled]] = lists.docs[starts[:-1][filled]]
    of_posting = np.repeat(kinds, counts)
    step = np.where(of_posting == NEAR, 255, 65535)
    more = gaps // step  # marks before the gap proper
    width = np.where(of_posting == NEAR, more + 1, (more + 1) * 2)
    width[of_posting == DENSE] = 0
    weighted = np.zeros(len(counts), dtype=bool)
    if filled.any():
        odd = np.add.reduceat(lists.weights != UNIT, starts[:-1][filled], dtype=np.int64)
        weighted[filled] = odd > 0
    weighted[kinds == DENSE] = False
    ends = np.cumsum(width)
    before = np.concatenate(([0], ends))[starts]
    gap_bytes = np.diff(before)
    sizes = gap_bytes + np.where(weighted, counts, 0)
    sizes[kinds == DENSE] = n
    sizes[~filled] = 0
    offsets = offsets_of(sizes)
    data = np.full(int(offsets[-1]), 255, dtype=np.uint8)
    # The gap proper is the last byte (or two) of each posting.
    last = ends + np.repeat(offsets[:-1] - before[:-1], counts)
    near = of_posting == NEAR
    data[last[near] - 1] = gaps[near] - more[near] * 255
    far = of_posting == FAR
    rest = gaps[far] - more[far] * 65535
    data[last[far] - 2] = rest & 255
    data[last[far] - 1] = rest >> 8
    rows = np.flatnonzero(weighted)
    at = ranges(offsets[rows] + gap_bytes[rows], counts[rows])
    data[at] = lists.weights[ranges(starts[rows], counts[rows])]
    for row in np.flatnonzero((kinds == DENSE) & filled):
        part = slice(int(starts[row]), int(starts[row + 1]))
        line = data[int(offsets[row]) : int(offsets[row + 1])]
        line[:] = 0
        line[lists.docs[part]] = lists.weights[part]
    return Encoded(data, offsets, weighted)


def decode_one(data: U8, df: int, n: int, weighted: bool) -> tuple[I64, U8 | None]:
    """The documents of one list (ascending) and their weights, None where all are `UNIT`."""
    kind = kind_of(df, n)
    if kind == DENSE:
        docs = np.flatnonzero(data)
        return docs, data[docs]
    weights = None
    if weighted:
        weights = data[-df:]
        data = data[:-df]
    if kind == NEAR:
        at = data.cumsum(dtype=np.int64)
        return (at if len(at) == df else at[data != 255]), weights
    gaps = data.view("<u2")
    at = gaps.cumsum(dtype=np.int64)
    return (at if len(at) == df else at[gaps != 65535]), weights


def decode_all(data: U8, offsets: I64, df: Ints, n: int, weighted: Bools) -> Lists:
    """All lists of `data`, flat; `offsets` are relative to `data`."""
    counts = df.astype(np.int64)
    starts = offsets_of(counts)
    docs = np.zeros(int(starts[-1]), dtype=np.uint32)
    weights = np.full(len(docs), UNIT, dtype=np.uint8)
    kinds = _kinds(counts, n)
    sizes = np.diff(offsets) - np.where(weighted, counts, 0)
    for kind, step, width in ((NEAR, 255, 1), (FAR, 65535, 2)):
        rows = np.flatnonzero((kinds == kind) & (counts > 0))
        if not len(rows):
            continue
        raw = data[ranges(offsets[rows], sizes[rows])]
        gaps = raw if width == 1 else raw.view("<u2")
        at = np.cumsum(gaps, dtype=np.int64)
        units = sizes[rows] // width
        first = offsets_of(units)[:-1]
        before = at[first] - gaps[first]
        at -= np.repeat(before, units)
        docs[ranges(starts[rows], counts[rows])] = at[gaps != step]
    rows = np.flatnonzero(weighted)
    weights[ranges(starts[rows], counts[rows])] = data[
        ranges(offsets[rows] + sizes[rows], counts[rows])
    ]
    for row in np.flatnonzero((kinds == DENSE) & (counts > 0)):
        line = data[int(offsets[row]) : int(offsets[row + 1])]
        found = np.flatnonzero(line)
        part = slice(int(starts[row]), int(starts[row + 1]))
        docs[part] = found
        weights[part] = line[found]
    return Lists(df.astype(np.uint32), docs, weights)
