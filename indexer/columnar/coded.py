"""A posting list as it is written, and what queries ask of it without decoding it whole.

Each function has two ways that give the same, up to the rounding of float32: compiled
(`kernels.native`), and numpy where there was no C compiler.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from indexer.columnar import kernels
from indexer.columnar.arrays import F32, I64, U8, U16, Bools
from indexer.columnar.postings import DENSE, FAR, STEPS, UNIT, decode_docs, unpack_weights

# What the codes of weights stand for, and at last what all weigh in a list without them.
STEPS_OF_WEIGHTS: U8 = np.append(STEPS, np.uint8(UNIT))
_NONE: U8 = np.zeros(0, np.uint8)


class Coded(NamedTuple):
    """A list of one of the kinds of `postings`.

    data     its documents; of a dense one, a weight for every document there is
    weights  four bits each, empty where all are `UNIT` (and for dense ones)
    df       how many documents
    """

    kind: int
    data: U8
    weights: U8
    df: int


# A list, its factor, k1 and flat: each of its documents gains `flat + factor · x / (x + k1)`, with
# `x = weight · per_weight`.
Scored = tuple[Coded, float, float, float]

NOTHING = Coded(FAR, _NONE, _NONE, 0)


def coded(docs: I64 | U16) -> Coded:
    """A list of these documents (ascending), each with the usual weight."""
    return Coded(FAR, docs.astype("<u2", copy=False).view(np.uint8), _NONE, len(docs))


def docs_of(a_list: Coded) -> I64:
    """Its documents, ascending."""
    if kernels.native is not None:
        docs: I64 = np.empty(a_list.df, np.int64)
        kernels.native.docs(a_list, STEPS_OF_WEIGHTS, docs)
        return docs
    if a_list.kind == DENSE:
        return np.flatnonzero(a_list.data)
    return decode_docs(a_list.data, a_list.df, a_list.kind)


def postings_of(a_list: Coded) -> tuple[I64, U8 | None]:
    """Its documents, ascending, and the weight in each (None: all are `UNIT`)."""
    docs = docs_of(a_list)
    if a_list.kind == DENSE:
        return docs, a_list.data[docs]
    return docs, unpack_weights(a_list.weights, a_list.df) if len(a_list.weights) else None


def add(scores: F32, terms: list[Scored], per_weight: F32 | None) -> None:
    """What each list adds to the scores of its documents; without `per_weight`, its factor."""
    if kernels.native is not None:
        kernels.native.add(scores, terms, STEPS_OF_WEIGHTS, per_weight)
        return
    for a_list, factor, k1, flat in terms:
        docs, weights = postings_of(a_list)
        if per_weight is None:
            scores[docs] += np.float32(factor + flat)
            continue
        x = per_weight[docs]
        x *= UNIT if weights is None else weights
        x /= x + np.float32(k1)
        scores[docs] += x * np.float32(factor) + np.float32(flat)


def add_in(out: F32, a_list: Coded, articles: I64, factor: float, scale: F32, k1: float) -> None:
    """What `add` does, for some articles (ascending) only: `scale` and `out` are beside them."""
    if kernels.native is not None:
        kernels.native.add_in(out, a_list, STEPS_OF_WEIGHTS, articles, scale, k1, factor)
        return
    x = weights_in(a_list, articles) * scale
    x /= x + np.float32(k1)
    out += x * np.float32(factor)


def common(lists: list[Coded]) -> I64:
    """The documents that are in all of the lists (one at least; the shortest first is quickest)."""
    if kernels.native is not None:
        out: I64 = np.empty(lists[0].df, np.int64)
        return out[: kernels.native.common(lists, STEPS_OF_WEIGHTS, out)]
    docs = docs_of(lists[0])
    for a_list in lists[1:]:
        docs = holders(docs, a_list)
    return docs


def mark(found: Bools, lists: list[Coded]) -> None:
    """Make the documents of the lists true in `found`."""
    if kernels.native is not None:
        kernels.native.mark(lists, STEPS_OF_WEIGHTS, found)
        return
    for a_list in lists:
        found[docs_of(a_list)] = True


def holders(articles: I64, a_list: Coded) -> I64:
    """Those of `articles` (ascending) that are in the list."""
    if kernels.native is not None:
        out: I64 = np.empty(len(articles), np.int64)
        return out[: kernels.native.holders(articles, a_list, STEPS_OF_WEIGHTS, out)]
    kept: I64 = articles[weights_in(a_list, articles) != 0]
    return kept


def adjacent(
    scores: F32,
    articles: I64,
    pairs: list[list[Coded]],
    ties: list[float],
    whole: float,
    scattered: float,
) -> None:
    """Change the scores of some articles (ascending) by the pairs that they have.

    They grow by `whole · w / (w + 2)`, w the least of an article's weights over the pairs, each a
    list of lists; and for every pair that it lacks are multiplied by `1 - scattered · tie`.
    """
    if kernels.native is not None:
        kernels.native.adjacent(scores, articles, pairs, STEPS_OF_WEIGHTS, ties, (whole, scattered))
        return
    least: F32 = np.full(len(articles), np.inf, np.float32)
    kept: F32 = np.ones(len(articles), np.float32)
    for lists, tie in zip(pairs, ties, strict=True):
        most: F32 = np.zeros(len(articles), np.float32)
        for pair in lists:
            most = np.maximum(most, weights_in(pair, articles))
        least = np.minimum(least, most)
        kept *= 1 - (most == 0) * np.float32(scattered * tie)
    scores += np.float32(whole) * least / (least + 2)
    scores *= kept


def all_hold(articles: I64, a_list: Coded) -> bool:
    """Whether all of `articles` (ascending) are in the list."""
    if a_list.df < len(articles):
        return False
    if kernels.native is not None:
        return bool(kernels.native.all_hold(articles, a_list, STEPS_OF_WEIGHTS))
    return bool((weights_in(a_list, articles) != 0).all())


def weights_in(a_list: Coded, articles: I64) -> F32:
    """The weight (in halves) in each of `articles` (ascending), 0 where it is not in the list."""
    if kernels.native is not None:
        out: F32 = np.empty(len(articles), np.float32)
        kernels.native.weights_in(a_list, STEPS_OF_WEIGHTS, articles, out)
        return out
    if a_list.kind == DENSE:
        return a_list.data[articles].astype(np.float32)
    if not a_list.df or not len(articles):
        return np.zeros(len(articles), np.float32)
    docs, weights = postings_of(a_list)
    at = docs.searchsorted(articles)
    at[at == len(docs)] = 0
    there = docs[at] == articles
    return np.where(there, UNIT if weights is None else weights[at], 0).astype(np.float32)
