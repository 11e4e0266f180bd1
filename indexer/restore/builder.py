"""Making a `SyllableModel` from the articles of an index, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.restore.counts import (
    MARK_BITS,
    MIX,
    PAIR_SHIFT,
    TRIPLE_SHIFT,
    form_key,
    mark_code,
    word_hash,
)
from indexer.restore.model import SyllableModel
from indexer.vietnamese import fold, tokens

_ARTICLES_AT_ONCE = 1000


class ModelBuilder:
    """Reads text as arrays of word numbers and makes a `SyllableModel`, in bounded memory.

    `base`: a model to add to; its counts are kept. Beyond `max_pairs` and `max_triples` rows the
    least counts are dropped (16 bytes and 10 bytes a row).
    """

    def __init__(
        self,
        base: SyllableModel | None = None,
        *,
        max_pairs: int = 1_000_000,
        max_triples: int = 1_200_000,
        chunk_tokens: int = 1_000_000,
    ) -> None:
        self._base = base or SyllableModel.empty()
        self._max_pairs, self._max_triples = max_pairs, max_triples
        self._chunk_tokens = chunk_tokens
        self._numbers: dict[str, int] = {}
        self._statistics = np.zeros((0, 3), np.int64)
        self._pairs, self._triples = self._base.pairs, self._base.triples
        self._written: dict[str, Counter[str]] = {}
        self._waiting: list[NDArray[np.int64]] = []
        self._waiting_tokens = 0
        self._hashes = np.zeros(0, np.uint64)
        self._mark_codes = np.zeros(0, np.uint64)

    def add(self, words: Sequence[str]) -> None:
        """Exact forms that stand one after the other (a paragraph)."""
        numbers = self._numbers
        ids = [numbers.setdefault(word, len(numbers)) for word in words]
        self._wait(np.array([*ids, -1], np.int64))

    def add_numbers(self, ids: NDArray[np.integer], forms: Sequence[str]) -> None:
        """Word numbers in the order of the text (negative: a paragraph ends); `forms[i]` is word i.

        The bulk way in: one call for many articles of a segment.
        """
        used = np.unique(ids[ids >= 0])
        renumber = np.full(int(used[-1]) + 1 if len(used) else 0, -1, np.int64)
        numbers = self._numbers
        renumber[used] = [numbers.setdefault(forms[i], len(numbers)) for i in used.tolist()]
        for start in range(0, len(ids), self._chunk_tokens):
            part = ids[start : start + self._chunk_tokens].astype(np.int64)
            self._wait(np.where(part >= 0, renumber[np.maximum(part, 0)] if len(used) else -1, -1))

    def add_surface(self, text: str) -> None:
        """A title: how words are written in the middle of a line (`Mỹ`, `Lạng Sơn`)."""
        if text.isupper():
            return
        for i, token in enumerate(tokens(text)):
            written = text[token.start : token.end]
            if i == 0 or not written.isalpha():
                continue  # the first word is capital whatever it is
            if written.isupper() and len(written) > 4:
                continue  # shouted, not spelled
            self._written.setdefault(token.exact, Counter())[written] += 1

    def _wait(self, ids: NDArray[np.int64]) -> None:
        self._waiting.append(ids)
        self._waiting_tokens += len(ids)
        if self._waiting_tokens >= self._chunk_tokens:
            self._count()

    def _count(self) -> None:
        if not self._waiting:
            return
        ids = np.concatenate(self._waiting)
        self._waiting, self._waiting_tokens = [], 0
        self._grow()
        size = len(self._numbers)
        self._statistics[:, 0] += np.bincount(ids[ids >= 0], minlength=size)
        hashes, marks = self._hashes, self._mark_codes
        a, b = ids[:-1], ids[1:]
        together = (a >= 0) & (b >= 0)
        packed, counts = np.unique((a * size + b)[together], return_counts=True)
        a, b = packed // size, packed % size
        mixed = hashes[a] * np.uint64(MIX[0]) + hashes[b] * np.uint64(MIX[1])
        low = marks[a] << np.uint64(MARK_BITS) | marks[b]
        keys = mixed >> np.uint64(PAIR_SHIFT) << np.uint64(PAIR_SHIFT) | low
        new = self._pairs.absent(keys)
        self._statistics[:, 1] += np.bincount(a[new], minlength=size)
        self._statistics[:, 2] += np.bincount(b[new], minlength=size)
        self._pairs = self._pairs.added(keys, counts.astype(np.uint32)).pruned(2 * self._max_pairs)
        z, a, b = ids[:-2], ids[1:-1], ids[2:]
        together = (z >= 0) & (a >= 0) & (b >= 0)
        z, a, b = z[together], a[together], b[together]
        mixed = hashes[z] * np.uint64(MIX[0]) + hashes[a] * np.uint64(MIX[1])
        mixed += hashes[b] * np.uint64(MIX[2])
        low = marks[z] << np.uint64(2 * MARK_BITS) | marks[a] << np.uint64(MARK_BITS) | marks[b]
        keys = mixed >> np.uint64(TRIPLE_SHIFT) << np.uint64(TRIPLE_SHIFT) | low
        keys, counts = np.unique(keys, return_counts=True)
        self._triples = self._triples.added(keys, counts.astype(np.uint32)).pruned(
            2 * self._max_triples
        )

    def _grow(self) -> None:
        """Hashes, marks and statistics for the words that are new."""
        known = len(self._hashes)
        fresh = list(self._numbers)[known:]
        hashes = np.array([word_hash(fold(word)) for word in fresh], np.uint64)
        marks = np.array([mark_code(word) for word in fresh], np.uint64)
        self._hashes = np.concatenate([self._hashes, hashes])
        self._mark_codes = np.concatenate([self._mark_codes, marks])
        more = np.zeros((len(fresh), 3), np.int64)
        self._statistics = np.concatenate([self._statistics, more])

    def build(self) -> SyllableModel:
        """The model of all that was added, and of `base`."""
        self._count()
        self._grow()
        base = self._base
        statistics = dict(zip(self._numbers, self._statistics.tolist(), strict=True))
        for form, row in zip(base.forms, base.statistics.tolist(), strict=True):
            own = statistics.get(form)
            statistics[form] = [x + y for x, y in zip(own, row, strict=True)] if own else row
        forms = sorted(statistics, key=form_key)
        surfaces = dict(zip(base.forms, base.written, strict=True))
        for form, written in self._written.items():
            if form in statistics:
                spelling, times = written.most_common(1)[0]
                if times > 1 or form not in surfaces or surfaces[form] == form:
                    surfaces[form] = spelling
        keys = np.array([form_key(f) for f in forms], np.uint64)
        rows = np.array([statistics[f] for f in forms], np.uint32).reshape(-1, 3)
        return SyllableModel(
            forms,
            [surfaces.get(f, f) for f in forms],
            keys,
            rows,
            self._pairs.pruned(self._max_pairs),
            self._triples.pruned(self._max_triples),
        )


class TokenSource(Protocol):
    """Articles as arrays: a columnar segment."""

    @property
    def n(self) -> int: ...
    @property
    def exact(self) -> Forms: ...
    def exact_tokens_of(
        self, articles: NDArray[np.int64], /
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]: ...
    def head(self, article: int, /) -> Mapping[str, Any]: ...


class Forms(Protocol):
    """Exact forms by number."""

    def all(self) -> list[str]: ...


def update_model(previous: bytes | None, segments: Iterable[TokenSource]) -> bytes:
    """The bytes of a model that has also read the articles of `segments`.

    Articles that were deleted or replaced are not taken out of the counts; building anew
    (`previous` None, all segments) does that.
    """
    base = SyllableModel.from_bytes(previous) if previous else None
    builder = ModelBuilder(base)
    for segment in segments:
        forms = segment.exact.all()
        for start in range(0, segment.n, _ARTICLES_AT_ONCE):
            articles = np.arange(start, min(segment.n, start + _ARTICLES_AT_ONCE))
            builder.add_numbers(segment.exact_tokens_of(articles)[0], forms)
            for article in articles.tolist():
                builder.add_surface(str(segment.head(article).get("title", "")))
    return builder.build().to_bytes()
