"""Posting lists as bytes: which documents, and how heavily.

A list is written in one of three ways, chosen by how many of the segment's `n` documents (at most
65,535) hold the term (`df`), so that the way need not be stored:

    dense   df >= 0.4 n   one byte per document: its weight, 0 where the term is not
    near    df >= n/128   gaps between documents as bytes; 255 means "255 on, no document here"
    far     else          document numbers, 16 bits each

The weights of a near or far list stand apart, four bits each, and only where some differ from
`UNIT`. A weight is counted in halves (`UNIT` = 2 is one late occurrence in the body) and rounded to
one of fifteen `STEPS`: what is lost is lost in the flat part of BM25.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.columnar.arrays import I64, U8, U16, U32, Bools, Ints, offsets_of, ranges

UNIT = 2
DENSE, NEAR, FAR = 0, 1, 2
MAX_ARTICLES = 0xFFFF  # in one segment
STEPS = np.array([0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 26, 36, 56, 100], dtype=np.uint8)
_CODES = np.abs(np.arange(256)[:, None] - STEPS[None, 1:].astype(int)).argmin(axis=1) + 1
CODES = _CODES.astype(np.uint8)  # weight → the number of its nearest step
ROUNDED = STEPS[CODES]  # weight → its nearest step
# Two weights by the byte that holds both, the first in the low bits.
_TWO = np.stack([STEPS[np.arange(256) & 15], STEPS[np.arange(256) >> 4]], axis=1)
TWO_WEIGHTS = np.ascontiguousarray(_TWO).view("<u2").reshape(-1)
NONE = 0xFFFFFFFF  # as the place of weights: all are UNIT


def pack_weights(weights: U8, counts: Ints) -> tuple[U8, I64]:
    """The weights of each list, two a byte, lists beginning at whole bytes; sizes in bytes."""
    sizes = (counts.astype(np.int64) + 1) // 2
    codes = np.zeros(int(sizes.sum()) * 2, dtype=np.uint8)
    codes[ranges(offsets_of(sizes)[:-1] * 2, counts)] = CODES[weights]
    packed: U8 = codes[0::2] | (codes[1::2] << np.uint8(4))
    return packed, sizes


def unpack_weights(data: U8, count: int) -> U8:
    """The weights of one list."""
    two: U8 = TWO_WEIGHTS[data].view(np.uint8)
    return two[:count]


def kind_of(df: int, n: int) -> int:
    """How a list of `df` of `n` documents is written: `DENSE`, `NEAR` or `FAR`."""
    if df * 5 >= n * 2:
        return DENSE
    return NEAR if df * 128 >= n else FAR


def kinds_of(df: Ints, n: int) -> U8:
    """The same for many lists."""
    df = df.astype(np.int64)
    kinds = np.where(df * 128 >= n, NEAR, FAR).astype(np.uint8)
    kinds[df * 5 >= n * 2] = DENSE
    return kinds


@dataclass(slots=True)
class Lists:
    """Many posting lists, flat: list i is the next `counts[i]` of `docs` and `weights`."""

    counts: U32
    docs: U16
    weights: U8

    def __len__(self) -> int:
        return len(self.counts)

    def where(self, chosen: Bools) -> Lists:
        """Some of the lists."""
        of_posting = np.repeat(chosen, self.counts)
        return Lists(self.counts[chosen], self.docs[of_posting], self.weights[of_posting])


def odd_weights(lists: Lists) -> Bools:
    """For each list whether some weight is not `UNIT`."""
    odd = np.zeros(len(lists), dtype=bool)
    filled = lists.counts > 0
    if filled.any():
        starts = offsets_of(lists.counts)[:-1][filled]
        odd[filled] = np.logical_or.reduceat(lists.weights != UNIT, starts)
    return odd


@dataclass(slots=True)
class Encoded:
    """Written lists: list i is at `at[i]` of `data`, its weights at `weight_at[i]` of `weights`.

    more    how many bytes of a near list are 255 (documents are `df`, bytes `df + more`)
    weight_at  `NONE` where all weights are `UNIT`, and for dense lists
    """

    data: U8
    at: I64
    more: U16
    weights: U8
    weight_at: I64


def encode(lists: Lists, n: int) -> Encoded:
    """The lists as bytes, for a segment of `n` documents."""
    kinds = kinds_of(lists.counts, n)
    kinds[lists.counts == 0] = FAR
    at = np.zeros(len(lists), dtype=np.int64)
    more = np.zeros(len(lists), dtype=np.uint16)
    parts: list[U8] = []
    size = 0
    is_far = kinds == FAR
    if is_far.any():
        far = lists if is_far.all() else lists.where(is_far)
        at[is_far] = offsets_of(far.counts)[:-1] * 2
        parts.append(far.docs.astype("<u2").view(np.uint8))
        size = len(parts[-1])
    is_near = kinds == NEAR
    if is_near.any():
        data, sizes = _gaps(lists.where(is_near))
        at[is_near] = offsets_of(sizes)[:-1] + size
        more[is_near] = sizes - lists.counts[is_near]
        parts.append(data)
        size += len(data)
    starts = offsets_of(lists.counts)
    for row in np.flatnonzero(kinds == DENSE).tolist():
        part = slice(int(starts[row]), int(starts[row + 1]))
        line = np.zeros(n, dtype=np.uint8)
        line[lists.docs[part]] = lists.weights[part]
        at[row] = size
        parts.append(line)
        size += n
    data = np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint8)
    weighted = odd_weights(lists) & (kinds != DENSE)
    chosen = lists.weights[np.repeat(weighted, lists.counts)]
    weights, sizes = pack_weights(chosen, lists.counts[weighted])
    weight_at = np.full(len(lists), NONE, dtype=np.int64)
    weight_at[weighted] = offsets_of(sizes)[:-1]
    return Encoded(data, at, more, weights, weight_at)


def _gaps(lists: Lists) -> tuple[U8, I64]:
    """Near lists as bytes, and the size of each."""
    starts = offsets_of(lists.counts)[:-1]
    gaps = lists.docs.astype(np.int32)
    gaps[1:] -= lists.docs[:-1]
    gaps[starts] = lists.docs[starts]
    far_on = np.flatnonzero(gaps >= 255)
    if not len(far_on):
        return gaps.astype(np.uint8), lists.counts.astype(np.int64)
    skips = gaps[far_on] // 255
    gaps[far_on] -= skips * 255
    data = np.insert(gaps.astype(np.uint8), np.repeat(far_on, skips), 255)
    list_of = np.searchsorted(starts, far_on, side="right") - 1
    extra = np.bincount(list_of, weights=skips, minlength=len(starts)).astype(np.int64)
    return data, lists.counts + extra


def decode_docs(data: U8, df: int, kind: int) -> I64:
    """The documents of one near or far list."""
    if kind == FAR:
        return data.view("<u2").astype(np.int64)
    at = data.cumsum(dtype=np.int64)
    return at if len(at) == df else at[data != 255]


def decode_all(
    data: U8, at: I64, more: Ints, weights: U8, weight_at: I64, df: Ints, n: int
) -> Lists:
    """Many lists, flat; `at` and `weight_at` (`NONE`: all `UNIT`) are places in the two arrays."""
    counts = df.astype(np.int64)
    starts = offsets_of(counts)
    docs = np.zeros(int(starts[-1]), dtype=np.uint16)
    out = np.full(len(docs), UNIT, dtype=np.uint8)
    kinds = kinds_of(counts, n)
    kinds[counts == 0] = FAR
    rows = np.flatnonzero(kinds == FAR)
    places = ranges(at[rows] // 2, counts[rows])
    if len(places):
        # Far lists stand at even places of what was written together, so they can be odd here.
        low = np.repeat(at[rows], counts[rows]) + 2 * (
            places - np.repeat(at[rows] // 2, counts[rows])
        )
        docs[ranges(starts[rows], counts[rows])] = data[low] | (
            data[low + 1].astype(np.uint16) << 8
        )
    rows = np.flatnonzero(kinds == NEAR)
    if len(rows):
        sizes = counts[rows] + more[rows].astype(np.int64)
        gaps = data[ranges(at[rows], sizes)]
        total = np.cumsum(gaps, dtype=np.int64)
        first = offsets_of(sizes)[:-1]
        total -= np.repeat(total[first] - gaps[first], sizes)
        docs[ranges(starts[rows], counts[rows])] = total[gaps != 255]
    rows = np.flatnonzero(weight_at != NONE)
    sizes = (counts[rows] + 1) // 2
    two = TWO_WEIGHTS[weights[ranges(weight_at[rows], sizes)]].view(np.uint8)
    out[ranges(starts[rows], counts[rows])] = two[ranges(offsets_of(sizes)[:-1] * 2, counts[rows])]
    for row in np.flatnonzero(kinds == DENSE).tolist():
        line = data[int(at[row]) : int(at[row]) + n]
        found = np.flatnonzero(line)
        part = slice(int(starts[row]), int(starts[row + 1]))
        docs[part] = found
        out[part] = line[found]
    return Lists(df.astype(np.uint32), docs, out)


def interleave(lists: Lists, others: Lists, rows: I64) -> Lists:
    """The lists with those of `others` in place of the (empty) ones at `rows`."""
    counts = lists.counts.copy()
    counts[rows] = others.counts
    starts = offsets_of(counts)
    docs = np.empty(int(starts[-1]), dtype=np.uint16)
    weights = np.empty(len(docs), dtype=np.uint8)
    theirs = np.zeros(len(counts), dtype=bool)
    theirs[rows] = True
    of_posting = np.repeat(theirs, counts)
    docs[of_posting], weights[of_posting] = others.docs, others.weights
    docs[~of_posting], weights[~of_posting] = lists.docs, lists.weights
    return Lists(counts, docs, weights)
