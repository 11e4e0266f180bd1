"""The words that an article is about, in a row of fixed width.

A row holds hashes of the `WIDTH` exact forms with the greatest `idf · saturated weight` and these
values as bytes, so that articles are compared, for feedback and for "similar articles", by whole
arrays and across segments.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from indexer.columnar.arrays import F32, U8, U16, Ints, ranges, run_starts
from indexer.columnar.inversion import Runs

WIDTH = 48
K1 = 1.2


def word_hashes(exact: Sequence[str]) -> U16:
    """The low 16 bits of the CRC-32 of each form's UTF-8."""
    return np.array(
        [crc32(word.encode("utf-8", "surrogatepass")) & 0xFFFF for word in exact], dtype=np.uint16
    )


def length_norm(length: F32) -> F32:
    """What a word's weight is divided by, from the weighted length in halves.

    Constants instead of collection averages, so that rows stay valid when segments merge.
    """
    return (0.15 + 0.85 * (length / 2 + 100) / 550).astype(np.float32)


def signatures(run: Runs, terms: Ints, idf: F32, hashes: U16, norm: F32) -> tuple[U16, U8]:
    """Rows of hashes and of values (255 for an article's greatest) for the articles of a run.

    terms  for each list of the run, its word's number in `idf` and `hashes`
    norm   `length_norm` of the run's articles
    """
    count = len(norm)
    words = np.repeat(terms, run.counts)
    x = run.weights.astype(np.float32) * np.float32(0.5) / norm[run.docs]
    values = idf[words] * (x / (x + np.float32(K1)))
    scale = np.float32(65535 / max(1e-9, float(values.max(initial=0))))
    order = np.argsort((65535 - values * scale).astype(np.uint16), kind="stable")
    order = order[np.argsort(run.docs[order], kind="stable")]
    docs = run.docs[order]
    starts = run_starts(docs)
    sizes = np.minimum(np.diff(np.append(starts, len(docs))), WIDTH)
    chosen = order[ranges(starts, sizes)]
    cells = np.repeat(docs[starts].astype(np.int64) * WIDTH, sizes)
    cells += ranges(np.zeros(len(sizes), dtype=np.int64), sizes)
    out_words = np.zeros(count * WIDTH, dtype=np.uint16)
    out_values = np.zeros(count * WIDTH, dtype=np.uint8)
    out_words[cells] = hashes[words[chosen]]
    top = np.repeat(values[order[starts]], sizes)
    out_values[cells] = np.rint(255 * values[chosen] / np.maximum(top, 1e-9))
    return out_words.reshape(count, WIDTH), out_values.reshape(count, WIDTH)


def idf_of(df: Ints, n: int) -> F32:
    """`ln(1 + (n - df + ½) / (df + ½))`."""
    df = df.astype(np.float64)
    return np.log1p((n - df + 0.5) / (df + 0.5)).astype(np.float32)
