"""The words of a segment, in three sorted layers.

raw     as written (`Đại`), the most frequent first, so that small numbers are common
exact   their exact forms (`đại`), sorted by folded form and then by themselves: the variants of
        one folded form are neighbours
folded  the forms without marks (`dai`), sorted
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from indexer.columnar import kernels
from indexer.columnar.analysis import FIELD
from indexer.columnar.arrays import I64, U8, U32, Ints, offsets_of, run_starts, view
from indexer.columnar.container import Sections, SectionWriter
from indexer.vietnamese import fold

NO_WORD = -1  # the exact number of a paragraph's end; -2 ends a field


@dataclass(slots=True)
class Vocabulary:
    """The three layers and how they hang together.

    raw_exact     raw number → exact number; `NO_WORD` and `NO_WORD - 1` for the two breaks
    folded_first  folded number → its first exact number; one more at the end
    """

    raw: list[str]
    raw_exact: I64
    exact: list[str]
    exact_folded: U32
    folded: list[str]
    folded_first: U32


def arrange(
    raw: Sequence[str], frequency: Ints, raw_exact: Ints, exact: Sequence[str]
) -> tuple[Vocabulary, I64, I64]:
    """The vocabulary in order, and the new numbers of the old raw and exact numbers.

    Raw tokens that do not occur, and exact forms of none that occurs, are left out (new number -1).
    """
    used = np.flatnonzero(frequency[FIELD + 1 :] > 0) + FIELD + 1
    by_frequency = used[np.argsort(-frequency[used].astype(np.int64), kind="stable")]
    raw_new = np.full(len(raw), -1, dtype=np.int64)
    raw_new[: FIELD + 1] = np.arange(FIELD + 1)
    raw_new[by_frequency] = np.arange(len(by_frequency)) + FIELD + 1
    words = [(fold(exact[i]), exact[i], i) for i in np.unique(raw_exact[used]).tolist()]
    words.sort()
    exact_new = np.full(len(exact), -1, dtype=np.int64)
    exact_new[[i for _, _, i in words]] = np.arange(len(words))
    folded: list[str] = []
    exact_folded = np.empty(len(words), dtype=np.uint32)
    for i, (form, _, _) in enumerate(words):
        if not folded or folded[-1] != form:
            folded.append(form)
        exact_folded[i] = len(folded) - 1
    mapped = np.concatenate(
        ([NO_WORD, NO_WORD - 1], exact_new[raw_exact[by_frequency].astype(np.int64)])
    ).astype(np.int64)
    vocabulary = Vocabulary(
        raw=["\n", "\n\n", *(raw[i] for i in by_frequency.tolist())],
        raw_exact=mapped,
        exact=[word for _, word, _ in words],
        exact_folded=exact_folded,
        folded=folded,
        folded_first=np.append(run_starts(exact_folded), len(words)).astype(np.uint32),
    )
    return vocabulary, raw_new, exact_new


def write_strings(out: SectionWriter, name: str, strings: Sequence[str]) -> None:
    """Strings as their UTF-8, one after the other, and where each begins."""
    parts = [text.encode("utf-8", "surrogatepass") for text in strings]
    out.add(f"{name}_text", b"".join(parts))
    at = offsets_of(np.array(list(map(len, parts)), dtype=np.int64))
    out.add_packed(f"{name}_at", at.astype("<u4"))


def write_vocabulary(out: SectionWriter, words: Vocabulary) -> None:
    """The sections of a vocabulary."""
    write_strings(out, "raw", words.raw)
    write_strings(out, "exact", words.exact)
    write_strings(out, "folded", words.folded)
    out.add("raw_exact", words.raw_exact.astype(np.int32))
    out.add("exact_folded", words.exact_folded)
    out.add("folded_first", words.folded_first)
    by_bytes = sorted(range(len(words.exact)), key=words.exact.__getitem__)
    out.add("exact_sorted", np.array(by_bytes, dtype=np.uint32))


class Decoded(dict[int, str]):
    """Strings of a file by number, decoded when first asked for.

    A dict, so that `map(decoded.__getitem__, numbers)` reads a text without a call for each word.
    """

    _MOST = 1 << 17

    def __init__(self, file: Sections, name: str, *, before: str = "") -> None:
        """`before`: what to put before each string."""
        super().__init__()
        self._section = file.section(f"{name}_text")
        self._at = view(file.array(f"{name}_at"))
        self._before = before

    def bytes_of(self, number: int) -> bytes:
        """The UTF-8 of a string."""
        return self._section.read(self._at[number], self._at[number + 1])

    def __missing__(self, number: int) -> str:
        text = self._before + self.bytes_of(number).decode("utf-8", "surrogatepass")
        if len(self) < self._MOST:
            self[number] = text
        return text


class Strings:
    """Strings of a file, by number. Sorted ones are also found by what they are."""

    __slots__ = ("_at", "_section", "by_number", "bytes_of")

    def __init__(self, file: Sections, name: str) -> None:
        self._section = file.section(f"{name}_text")
        self._at = view(file.array(f"{name}_at"))
        self.by_number = Decoded(file, name)
        self.bytes_of = self.by_number.bytes_of

    def __len__(self) -> int:
        return len(self._at) - 1

    def __getitem__(self, number: int) -> str:
        return self.by_number[number]

    def some(self, numbers: range) -> list[str]:
        """Those of neighbouring numbers, in order: quicker than one by one."""
        at = self._at[numbers.start : numbers.stop + 1].tolist()
        data, base = self._section.read(at[0], at[-1]), at[0]
        return [data[a - base : b - base].decode("utf-8", "surrogatepass") for a, b in pairwise(at)]

    def all(self) -> list[str]:
        """All of them, in order."""
        self._section.check()
        data = self._section.raw.tobytes()
        at = list(self._at)
        return [data[start:end].decode("utf-8", "surrogatepass") for start, end in pairwise(at)]

    def lower_bound(self, key: bytes) -> int:
        """The number of the first string that is not less than `key`; they must be sorted."""
        if kernels.native is not None:
            if not self._section.is_checked:
                self._section.check()
            found: int = kernels.native.lower_bound(self._section.raw, self._at, key)
            return found
        return bisect_left(range(len(self)), key, key=self.bytes_of)

    def find(self, text: str) -> int:
        """The number of `text`, -1 where it is not there; they must be sorted."""
        key = text.encode("utf-8", "surrogatepass")
        number = self.lower_bound(key)
        return number if number < len(self) and self.bytes_of(number) == key else -1


def prefix_end(key: bytes) -> bytes | None:
    """The least byte string above all that begin with `key`; None where there is none."""
    trimmed = key.rstrip(b"\xff")
    return trimmed[:-1] + bytes([trimmed[-1] + 1]) if trimmed else None


def byte_slices(parts: Sequence[bytes]) -> tuple[U8, U32]:
    """Byte strings end to end, and where each begins (one more at the end)."""
    at = offsets_of(np.array(list(map(len, parts)), dtype=np.int64)).astype(np.uint32)
    return np.frombuffer(b"".join(parts), dtype=np.uint8), at
