"""Hashes of lines, and large sets of them in little memory."""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\w+")
# Longer lines are no titles: they are compared as they are, not word by word.
_LONG_CHARS = 400
PREFIX_WORDS = 5
_HEAD_CHARS = 80


def words_of(text: str) -> list[str]:
    """The words of `text`, lower-case, without punctuation.

    >>> words_of(">> Hà Nội: “Mưa” lớn!")
    ['hà', 'nội', 'mưa', 'lớn']
    """
    text = text.lower()
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _WORD.findall(text)


def hash_text(text: str) -> int:
    """A 64-bit hash of `text`, the same in every process.

    Lines that differ only in case and punctuation hash alike; long ones must be the same.
    """
    return _hash(text if len(text) > _LONG_CHARS else " ".join(words_of(text)) or text)


def prefix_hash(words: list[str]) -> int:
    """A hash of how a title begins."""
    return _hash(" ".join([*words[:PREFIX_WORDS], "prefix"]))


def _hash(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def first_words(text: str) -> list[str]:
    """The first words of `text`, more than `PREFIX_WORDS` where there are so many.

    >>> first_words("Một hai ba bốn năm sáu " * 100)[:6]
    ['một', 'hai', 'ba', 'bốn', 'năm', 'sáu']
    """
    words = words_of(text[:_HEAD_CHARS])[:-1]  # the last one may be cut
    return words if len(words) > PREFIX_WORDS else words_of(text)


class HashSet:
    """A set of 64-bit hashes: 8 bytes each, in a sorted array, and the newest in a Python set."""

    _NEW = 1 << 14
    _MOST = 1 << 22

    def __init__(self) -> None:
        self._sorted: NDArray[np.uint64] = np.empty(0, np.uint64)
        self._new: set[int] = set()

    def has(self, value: int) -> bool:
        """Whether `value` is in it."""
        return value in self._new or has_hash(self._sorted, value)

    def add(self, *values: int) -> None:
        """Put `values` into it."""
        self._new.update(values)
        if len(self._new) >= self._NEW:
            self.array()

    def array(self) -> NDArray[np.uint64]:
        """All hashes, ascending. Past four million every second one is forgotten."""
        if self._new:
            new = np.fromiter(self._new, np.uint64, len(self._new))
            self._sorted = np.union1d(self._sorted, new)
            self._new = set()
            if len(self._sorted) > self._MOST:
                self._sorted = self._sorted[::2].copy()
        return self._sorted

    def load(self, hashes: NDArray[np.uint64]) -> None:
        """Make it the set of these, which are ascending."""
        self._sorted, self._new = hashes, set()


def has_hash(hashes: NDArray[np.uint64], value: int) -> bool:
    """Whether an ascending array has `value`."""
    at = int(np.searchsorted(hashes, np.uint64(value)))
    return at < len(hashes) and int(hashes[at]) == value
