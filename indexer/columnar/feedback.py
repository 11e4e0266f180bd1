"""Feedback from the top of the ranking: articles like the best ones rise.

Each article keeps a signature, the words it is about (`signatures`). The signatures of the top few
are added up, weighted sharply by score, so that a clear winner speaks alone; a candidate gains by
its cosine to the sum. Pseudo-relevance feedback after Rocchio (1971), on candidates only: measured
at +1 nDCG on average, +2 on topics and on articles about one event, nothing lost on finding a known
article or on questions.
"""

from __future__ import annotations

import numpy as np

from indexer.columnar.arrays import F32, U8, U16

TOP, SHARPNESS, FEEDBACK = 5, 20.0, 1.0
_HASHES = 1 << 16


def normalised(weights: U8) -> F32:
    """Signature weights as rows of length 1 (rows of zeros stay)."""
    rows = weights.astype(np.float32)
    norm = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    rows /= np.maximum(norm, 1)[:, None]
    return rows


def cosines(centre_words: U16, centre_weights: F32, words: U16, rows: F32) -> F32:
    """The cosine of each of n signatures (`words`, `rows`) to the sum of the centre's."""
    centre = np.zeros(_HASHES, np.float32)
    np.add.at(centre, centre_words.ravel(), centre_weights.ravel())
    # The squared length, without looking at all the hashes that are 0.
    length = float(np.sqrt(np.einsum("i,i", centre[centre_words.ravel()], centre_weights.ravel())))
    if length == 0:
        return np.zeros(len(words), np.float32)
    result: F32 = np.einsum("ij,ij->i", centre[words], rows) / np.float32(length)
    return result


def feedback(scores: F32, words: U16, weights: U8) -> F32:
    """What each candidate gains; `scores` in falling order, signatures row by row."""
    best = float(scores[0]) if len(scores) else 0.0
    if best <= 0:
        return np.zeros(len(scores), np.float32)
    rows = normalised(weights)
    top = (scores[:TOP] / np.float32(best)) ** SHARPNESS
    gains = cosines(words[:TOP], rows[:TOP] * top[:, None], words, rows)
    return gains * np.float32(FEEDBACK * best)
