"""The phrases of titles that typing may be completed to (see `completions`).

They are those (see `phrases`) that return in several titles, and are not nearly always part of one
longer phrase. They are kept sorted by their folded form, so that `dai ho` finds
`đại hội đảng bộ` as a range; marks that were typed must be there (`vietnamese.matches`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.errors import DocumentError
from indexer.phrases import MOSTLY_LONGER, TitlePhrases
from indexer.vietnamese import exact_forms, fold, matches, matches_prefix

_MAGIC = b"timtin-suggestions-1\n"
# Phrases kept: the most frequent, and of those in one title only so many that they may still grow.
_MAX_PHRASES, _MAX_SINGLE = 80_000, 8_000
# Up to so many titles a phrase need not return to be offered; there is nothing better.
_FEW_TITLES = 2_000
_LOOKED_AT = 400


class Suggester:
    """Phrases of titles, by how they begin.

    titles  how many were read
    """

    def __init__(
        self, titles: int, keys: _Lines, texts: _Lines, counts: NDArray[np.uint32]
    ) -> None:
        self.titles = titles
        self._keys, self._texts, self._counts = keys, texts, counts
        # Longer phrases save more typing; those of one title wait until they return.
        offered = counts >= (1 if titles < _FEW_TITLES else 2)
        self._value = np.where(offered, counts * np.sqrt(keys.words()), 0).astype(np.float32)

    @classmethod
    def empty(cls) -> Suggester:
        """Suggests nothing."""
        return cls(0, _Lines.of([]), _Lines.of([]), np.zeros(0, np.uint32))

    def __len__(self) -> int:
        return len(self._counts)

    def beginning(
        self, words: Sequence[str], finished: bool, *, limit: int = 8
    ) -> list[tuple[str, int]]:
        """Phrases that begin with `words` (exact forms), best first, and in how many titles they
        are. Unless they are `finished`, the last is what one begins with (of `normalize_prefix`).
        """
        if not words:
            return []
        last = words[-1]
        start = " ".join([*map(fold, words[:-1]), fold(last) + (" " if finished else "")]).encode()
        low, high = self._keys.bisect(start), self._keys.bisect(start + b"\xff")
        value = self._value[low:high]
        if low == high:
            return []
        size = min(_LOOKED_AT, high - low)
        best = np.argpartition(value, high - low - size)[high - low - size :]
        found: list[tuple[str, int]] = []
        for i in best[np.argsort(-value[best], kind="stable")].tolist():
            if not value[i]:
                break
            text = self._texts[low + i].decode()
            forms = exact_forms(text)
            own = forms[len(words) - 1]
            if not all(matches(w, f) for w, f in zip(words[:-1], forms, strict=False)):
                continue
            count = int(self._counts[low + i])
            if any(n == count and longer.startswith(text) for longer, n in found):
                continue  # never seen but as a part of one that is offered
            if matches(last, own) if finished else matches_prefix(last, own):
                found.append((text, count))
                if len(found) == limit:
                    break
        return found

    # ------------------------------------------------------------------------------ bytes

    def to_bytes(self) -> bytes:
        """The phrases for `from_bytes`: a header line, then little-endian arrays."""
        parts = [
            self._counts.astype("<u4").tobytes(),
            self._keys.ends.astype("<u4").tobytes(),
            self._texts.ends.astype("<u4").tobytes(),
            bytes(self._keys.data),
            bytes(self._texts.data),
        ]
        head = b" ".join(str(n).encode() for n in (self.titles, *map(len, parts)))
        head = _MAGIC + head + b"\n"
        return head + b" " * (-len(head) % 8) + b"".join(parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> Suggester:
        """What `to_bytes` wrote. Raises: `DocumentError` where it is something else."""
        end = data.find(b"\n", len(_MAGIC), 300)
        if not data.startswith(_MAGIC) or end < 0:
            raise DocumentError("suggestions", "not of this version")
        titles, *sizes = map(int, data[len(_MAGIC) : end].split())
        at = end + 1 + -(end + 1) % 8
        if len(sizes) != 5 or at + sum(sizes) != len(data):
            raise DocumentError("suggestions", "the size is not what the header says")
        view, parts = memoryview(data), []
        for size in sizes:
            parts.append(view[at : at + size])
            at += size
        counts, key_ends, text_ends = (np.frombuffer(part, "<u4") for part in parts[:3])
        return cls(titles, _Lines(parts[3], key_ends), _Lines(parts[4], text_ends), counts)

    def phrases(self) -> dict[str, tuple[str, int]]:
        """By exact form: how each phrase is written, and its count."""
        found = {}
        for text, count in zip(self._texts, self._counts.tolist(), strict=True):
            written = text.decode()
            found[" ".join(exact_forms(written))] = (written, count)
        return found


class _Lines:
    """Many short byte strings in one; line i ends at `ends[i]`."""

    def __init__(self, data: bytes | memoryview, ends: NDArray[np.uint32]) -> None:
        self.data, self.ends = data, ends

    @classmethod
    def of(cls, lines: Sequence[bytes]) -> _Lines:
        """The lines, kept."""
        ends = np.cumsum([len(line) for line in lines], dtype=np.int64).astype(np.uint32)
        return cls(b"".join(lines), ends)

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, i: int) -> bytes:
        start = int(self.ends[i - 1]) if i else 0
        return bytes(self.data[start : int(self.ends[i])])

    def __iter__(self) -> Iterator[bytes]:
        return map(self.__getitem__, range(len(self)))

    def words(self) -> NDArray[np.int64]:
        """How many words each line has."""
        spaces = np.frombuffer(self.data, np.uint8) == ord(" ")
        before = np.concatenate([[0], np.cumsum(spaces)])[self.ends]
        return np.diff(before, prepend=0) + 1

    def bisect(self, wanted: bytes) -> int:
        """How many lines are less than `wanted`; the lines are sorted."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self[middle] < wanted:
                low = middle + 1
            else:
                high = middle
        return low


# ------------------------------------------------------------------------------------ building


def update_suggestions(
    previous: bytes | None, titles: Iterable[str], *, meanwhile: Callable[[], object] = int
) -> bytes:
    """The bytes of a `Suggester` that has also read `titles`; `meanwhile` is called now and then.

    Titles of articles that were deleted since are not taken out; building anew does that.
    """
    old = Suggester.from_bytes(previous) if previous else Suggester.empty()
    read = TitlePhrases(titles)
    meanwhile()
    known = old.phrases()
    counts = Counter({key: count for key, (_, count) in known.items()})
    counts.update(read.counts(known, _MAX_SINGLE))
    meanwhile()
    kept = _worth_keeping(counts)
    meanwhile()
    rows = sorted((" ".join(map(fold, key.split(" "))).encode(), key) for key in kept)
    keys = [key for _, key in rows]
    new = [key for key in keys if key not in known]
    written = dict(zip(new, read.texts(new), strict=True))
    texts = [written[key] if key in written else known[key][0] for key in keys]
    return Suggester(
        old.titles + read.count,
        _Lines.of([key for key, _ in rows]),
        _Lines.of([text.encode() for text in texts]),
        np.array([counts[key] for _, key in rows], dtype=np.uint32),
    ).to_bytes()


def _worth_keeping(counts: Counter[str]) -> list[str]:
    """The phrases that are not nearly always part of a longer one, the most frequent of them."""
    often = {key: count for key, count in counts.items() if count > 1}
    longest: dict[str, int] = {}
    for key, count in often.items():
        at = key.find(" ")
        if at < 0:
            continue
        for part in (key[: key.rfind(" ")], key[at + 1 :]):
            if longest.get(part, 0) < count:
                longest[part] = count
    kept = [key for key, n in often.items() if longest.get(key, 0) < MOSTLY_LONGER * n]
    kept.sort()
    kept.sort(key=often.__getitem__, reverse=True)  # equal ones stay in order
    once = sorted(key for key, count in counts.items() if count == 1)
    once.sort(key=lambda key: key.count(" "), reverse=True)
    return kept[:_MAX_PHRASES] + once[:_MAX_SINGLE]
