"""What near copies are known by: hashes of an article's runs of syllables, for whole batches.

An article's sketch is the smallest 48 of the hashes of its runs of five syllables (bottom-k
minhash, Broder 1997), and the smallest 16 of those of its numbers, each with the syllables beside
it. What two sketches say of each other, `duplicates` knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice

import numpy as np

from indexer.columnar import kernels
from indexer.columnar.arrays import F64, I64, U32, U64, Bools, run_starts
from indexer.vietnamese import tokens

SHINGLE = 5  # syllables in a run
SKETCH = 48  # hashes kept of an article's runs
NUMBERS = 16  # hashes kept of its numbers in their places
NOTHING = 0xFFFFFFFF  # fills sketches of short texts; sorts last

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_ODD = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)
_ONE = np.uint64(1)
_LEVEL = 2.0  # hashes looked at for each that is wanted: chance seldom leaves too few
# Everything ASCII that stands between words → space; of the rest (“ … –) `_Words` takes care, once
# for each word there is. Bytes are several times faster to split and to look up than text.
_SPLIT = bytes(byte if byte > 0x7F or chr(byte).isalnum() else 0x20 for byte in range(256))


@dataclass(slots=True)
class Sketches:
    """Sketches of some articles.

    runs     [n, SKETCH] ascending, `NOTHING` after the last of a short text
    numbers  [n, NUMBERS] likewise
    counts   [n] distinct runs of the article; an estimate where there are many
    """

    runs: U32
    numbers: U32
    counts: U32

    def __len__(self) -> int:
        return len(self.counts)

    def of(self, rows: Sequence[int]) -> Sketches:
        """Those of some of the articles."""
        return Sketches(self.runs[rows], self.numbers[rows], self.counts[rows])

    def to_bytes(self) -> bytes:
        """The arrays, end to end."""
        return self.runs.tobytes() + self.numbers.tobytes() + self.counts.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Sketches:
        """What `to_bytes` wrote, on this machine."""
        flat = np.frombuffer(data, dtype=np.uint32)
        n = len(flat) // (SKETCH + NUMBERS + 1)
        runs, numbers, counts = np.split(flat, [n * SKETCH, n * (SKETCH + NUMBERS)])
        return cls(runs.reshape(n, SKETCH), numbers.reshape(n, NUMBERS), counts)


def hash_word(exact: str) -> bytes:
    """64 bits of hash of an exact form; the lowest one is set for numbers."""
    digest = blake2b(exact.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return bytes([digest[0] & 0xFE | exact[0].isdigit()]) + digest[1:]


class _Words(dict[bytes, bytes]):
    """UTF-8 of what stands between spaces → the hashes of its exact forms; grows by asking."""

    _MOST = 1 << 18

    def __missing__(self, word: bytes) -> bytes:
        if len(self) >= self._MOST:
            self.clear()
        found = tokens(word.decode("utf-8", "surrogatepass"))
        self[word] = value = b"".join(hash_word(token.exact) for token in found)
        return value


_WORDS = _Words()


def sketch_texts(texts: Iterable[str]) -> Sketches:
    """The sketches of texts that have not been analysed."""
    lines = [
        b"".join(
            map(
                _WORDS.__getitem__,
                text.encode("utf-8", "surrogatepass").translate(_SPLIT).split(),
            )
        )
        for text in texts
    ]
    ends = np.cumsum([len(line) for line in lines], dtype=np.int64) // 8
    return sketches_of(np.frombuffer(b"".join(lines), "<u8"), ends)


class WordHashes:
    """`hash_word` by exact number, growing with the vocabulary."""

    def __init__(self) -> None:
        self._data = bytearray()

    def of(self, exact: Iterable[str]) -> U64:
        """The hashes of all forms; those that were given before have not changed."""
        new = islice(exact, len(self._data) // 8, None)
        self._data += b"".join(map(hash_word, new))
        return np.frombuffer(bytes(self._data), "<u8")


def sketches_of(hashes: U64, ends: I64) -> Sketches:
    """The sketches of articles that are given as the hashes of their syllables, end to end.

    `ends`: where each article's end.
    """
    if kernels.native is not None:
        found = Sketches(
            np.empty((len(ends), SKETCH), np.uint32),
            np.empty((len(ends), NUMBERS), np.uint32),
            np.empty(len(ends), np.uint32),
        )
        native_rows = found.runs, found.numbers, found.counts
        kernels.native.sketches(hashes, ends, (SHINGLE, _LEVEL), *native_rows)
        return found
    sizes = np.diff(ends, prepend=0)
    article = np.repeat(np.arange(len(ends)), sizes)
    counts = np.maximum(sizes - SHINGLE + 1, 0)
    keys, whole = _runs(hashes, SHINGLE), _within(article, SHINGLE)
    # Small hashes are wanted, and hashes are spread evenly: only those below a limit are sorted.
    share = np.minimum(1.0, _LEVEL * SKETCH / np.maximum(counts, 1))
    runs, distinct, looked_at = _smallest(keys, whole, article, share, SKETCH)
    few = np.flatnonzero((distinct < SKETCH) & (share < 1))
    if len(few):  # texts that say the same again and again
        share = np.zeros(len(ends))
        share[few] = 1.0
        again = _smallest(keys, whole, article, share, SKETCH)
        runs[few], distinct[few], looked_at[few] = (part[few] for part in again)
    estimate = np.rint(counts * distinct / np.maximum(looked_at, 1)).astype(np.uint32)
    # Each number with the syllable before and the one after.
    is_number = (hashes[1:-1] & _ONE).astype(bool) & _within(article, 3)
    numbers, _, _ = _smallest(_runs(hashes, 3), is_number, article, np.ones(len(ends)), NUMBERS)
    return Sketches(runs, numbers, estimate)


def _runs(hashes: U64, length: int) -> U32:
    """32-bit hashes of all runs of `length` syllables."""
    count = max(0, len(hashes) - length + 1)
    run = hashes[:count].copy()
    for i in range(1, length):
        run *= _MULTIPLIER
        run += hashes[i : i + count]
    run ^= run >> _HALF
    run *= _ODD
    return (run >> _HALF).astype(np.uint32)


def _within(article: I64, length: int) -> Bools:
    """Which runs of this length stand in one article."""
    within: Bools = article[: max(0, len(article) - length + 1)] == article[length - 1 :]
    return within


def _smallest(
    keys: U32, usable: Bools, article: I64, share: F64, size: int
) -> tuple[U32, I64, I64]:
    """For each article its `size` smallest distinct keys below `share` of their range.

    Also how many distinct keys there were below it, and how many in all.
    """
    count = len(share)
    limits = np.minimum(share * 2.0**32, NOTHING - 1).astype(np.uint32)
    limits[share <= 0] = 0
    article = article[: len(keys)]
    places = np.flatnonzero(usable & (keys <= limits[article]))
    ordered = (article[places].astype(np.uint64) << _HALF) | keys[places]
    ordered.sort()
    looked_at = np.bincount(article[places], minlength=count)
    ordered = ordered[run_starts(ordered)]
    of = (ordered >> _HALF).astype(np.int64)
    distinct = np.bincount(of, minlength=count)
    rank = np.arange(len(of)) - np.repeat(np.cumsum(distinct) - distinct, distinct)
    kept = rank < size
    rows = np.full((count, size), NOTHING, dtype=np.uint32)
    rows[of[kept], rank[kept]] = ordered[kept].astype(np.uint32)
    return rows, distinct, looked_at
