"""A batch of articles as numbers → the runs of its words, titles and pairs, and what tells copies.

Each function has two ways that give the same: compiled (`kernels.native`), and numpy where there
was no C compiler.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.columnar import kernels
from indexer.columnar.analysis import FIELD, FIELDS, Analysed, field_numbers
from indexer.columnar.arrays import I32, I64, U8, U16, U32, U64, Ints, run_starts
from indexer.columnar.inversion import Runs
from indexer.columnar.kernels import stable_order
from indexer.columnar.postings import ROUNDED

_LEAD, _BODY = FIELDS.index("lead"), FIELDS.index("body")
# Weight of one occurrence, in halves: title 4, lead 2, body 1, captions ½.
WEIGHTS = np.array([8, 4, 2, 1], dtype=np.uint8)
# News says first what matters: up to these places in the body a word weighs so much (measured:
# +0.6 nDCG on average, +2 on the hardest sets).
EARLY = ((60, 4), (150, 3))
_IN_TITLE = 2  # what an occurrence weighs in the lists of titles


def _by_place() -> U8:
    """What an occurrence weighs, by field and by place in it up to where it changes no more."""
    table = np.repeat(WEIGHTS[:, None], EARLY[-1][0] + 1, axis=1)
    for until, weight in reversed(EARLY):
        table[_BODY, :until] = weight
    return table


_BY_PLACE = _by_place()
_TOLD = np.isin(np.arange(len(FIELDS)), (_LEAD, _BODY))  # fields that copies have in common


@dataclass(slots=True)
class Inverted:
    """A batch in the order of its words.

    lengths  words by article and field
    """

    words: Runs
    titles: Runs
    pairs: Runs
    lengths: U32


def inverted(batch: Analysed, words: I32, count: int, base: int) -> Inverted:
    """The runs of a batch whose first article has number `base`.

    words  the exact number (below `count`) of each raw one
    """
    lengths: U32 = np.zeros((len(batch.ends), len(FIELDS)), dtype=np.uint32)
    if kernels.native is not None:
        found = kernels.native.invert(batch.tokens, words, _BY_PLACE, ROUNDED, lengths, count)
        depths = (1, 1, 2)
        runs = [_runs_from(parts, d, base) for parts, d in zip(found, depths, strict=True)]
        return Inverted(runs[0], runs[1], runs[2], lengths)
    fields = field_numbers(batch.tokens)
    exact = words[batch.tokens]
    docs = np.repeat(
        np.arange(len(batch.ends), dtype=np.uint16), np.diff(batch.ends, prepend=0).astype(np.int64)
    )
    is_word = batch.tokens > FIELD
    cells = docs[is_word].astype(np.int64) * len(FIELDS) + fields[is_word]
    lengths.reshape(-1)[:] = np.bincount(cells, minlength=lengths.size)
    weights = occurrence_weights(fields)
    places = np.flatnonzero(is_word)
    places = places[stable_order(exact[places])]
    of_words = runs_of((exact[places],), docs[places], weights[places], base)
    title = places[fields[places] == 0]
    twos = np.full(len(title), _IN_TITLE, dtype=np.uint8)
    of_titles = runs_of((exact[title],), docs[title], twos, base)
    # A pair is where its first word is. In the order of the second words, less one place,
    # the pairs need only be sorted by their first words any more.
    paired = np.zeros(len(is_word), dtype=bool)
    paired[1:] = is_word[:-1] & is_word[1:]
    places = places[paired[places]] - 1
    places = places[stable_order(exact[places])]
    of_pairs = runs_of((exact[places], exact[places + 1]), docs[places], weights[places], base)
    return Inverted(of_words, of_titles, of_pairs, lengths)


def _runs_from(parts: tuple[bytes, bytes, bytes, bytes, bytes], depth: int, base: int) -> Runs:
    *terms, counts, docs, weights = parts
    return Runs(
        tuple(np.frombuffer(term, np.int32) for term in terms[:depth]),
        np.frombuffer(counts, np.uint16),
        np.frombuffer(docs, np.uint16),
        np.frombuffer(weights, np.uint8),
        base,
    )


def occurrence_weights(fields: U8) -> U8:
    """The weight of each token, from the field of each token of whole articles."""
    weights = WEIGHTS[fields]
    starts = run_starts(fields)
    starts = starts[fields[starts] == _BODY]
    for until, weight in reversed(EARLY):
        places = (starts[:, None] + np.arange(until)).reshape(-1)
        places = places[places < len(fields)]
        weights[places[fields[places] == _BODY]] = weight
    return weights


def runs_of(terms: tuple[Ints, ...], docs: U16, weights: Ints, base: int) -> Runs:
    """The runs of a batch whose tokens come in the order of terms, and then of documents.

    Weights of the same term in the same document are added, and rounded to a step.
    """
    keys = list(terms)
    starts = run_starts(*keys, docs)
    if len(starts):
        sums = np.add.reduceat(weights, starts, dtype=np.int64)
    else:
        sums = np.zeros(0, dtype=np.int64)
    keys = [key[starts] for key in keys]
    firsts = run_starts(*keys)
    counts = np.diff(np.append(firsts, len(starts)))
    return Runs(
        tuple(key[firsts] for key in keys),
        counts.astype(np.uint16),
        docs[starts],
        ROUNDED[np.minimum(sums, 255)],
        base,
    )


def told(batch: Analysed, words: I32, hashes: U64) -> tuple[U64, I64]:
    """The hashes (by exact number) of the words by which copies are known, and where each article's
    end: copies have lead and body in common; their titles and captions differ."""
    if kernels.native is not None:
        out: U64 = np.empty(len(batch.tokens), np.uint64)
        ends: I64 = np.zeros(len(batch.ends), np.int64)
        count = kernels.native.tell(batch.tokens, words, hashes, _TOLD, out, ends)
        return out[:count], ends
    exact = words[batch.tokens]
    chosen = (exact >= 0) & _TOLD[field_numbers(batch.tokens)]
    before = np.zeros(len(exact) + 1, dtype=np.int64)
    np.cumsum(chosen, out=before[1:])
    return hashes[exact[chosen]], before[batch.ends]
