"""The texts of articles, put together again from their tokens and what stands between these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from types import ModuleType

import numpy as np

from indexer.columnar import kernels
from indexer.columnar.analysis import FIELD, PARAGRAPH
from indexer.columnar.arrays import I64, Ints, view
from indexer.columnar.container import Section, Sections
from indexer.columnar.vocabulary import Decoded, Strings


class StoredTexts:
    """The texts of one segment file; `tokens` gives the raw numbers of an article (`Segment`)."""

    def __init__(self, file: Sections, tokens: Callable[[int], I64]) -> None:
        self._file = file
        self._tokens = tokens

    @cached_property
    def _token_at(self) -> memoryview:
        return view(self._file.array("token_at"))

    @cached_property
    def _token_low(self) -> Section:
        return self._file.section("token_low")

    @cached_property
    def _separator_at(self) -> memoryview:
        return view(self._file.array("separator_at"))

    @cached_property
    def _spaced(self) -> Decoded:
        """Tokens as written, by raw number, each with a space before it: texts are made of them."""
        return Decoded(self._file, "raw", before=" ")

    @cached_property
    def separator_strings(self) -> Strings:
        """What stands between tokens, by number; number 0 is the usual separator."""
        return Strings(self._file, "separator_string")

    def of(self, article: int) -> Sequence[str]:
        """Title, lead, body and captions (a line each) as they were given."""
        if kernels.native_texts is not None:
            texts: Sequence[str] | None = self._native_texts(kernels.native_texts, article)
            if texts is not None:
                return texts
        tokens = self._tokens(article)
        numbers, breaks = tokens.tolist(), np.flatnonzero(tokens <= FIELD).tolist()
        pieces = list(map(self._spaced.__getitem__, numbers))
        pieces[0] = pieces[0][1:]
        for at in breaks[:-1]:
            pieces[at + 1] = pieces[at + 1][1:]
        for at in breaks:
            pieces[at] = "\n" if numbers[at] == PARAGRAPH else ""
        for at, separator in zip(*self._separators(article), strict=True):
            pieces[at] = separator + pieces[at].lstrip(" ")
        texts = []
        start = 0
        for end in breaks:
            if numbers[end] == FIELD:
                texts.append("".join(pieces[start : end + 1]))
                start = end + 1
        return texts

    def _native_texts(self, native: ModuleType, article: int) -> Sequence[str] | None:
        start, end = self._token_at[article], self._token_at[article + 1]
        first, last = self._separator_at[article], self._separator_at[article + 1]
        low = self._token_low.bytes_at(2 * start, 2 * end).view("<u2")
        separators = self._separator.bytes_at(2 * first, 2 * last)
        rare, raw, large, strings = self._text_tables
        found: Sequence[str] | None = native.texts(
            low, start, rare, raw, separators, first, large, strings
        )
        return found

    @cached_property
    def _separator(self) -> Section:
        return self._file.section("separator")

    @cached_property
    def _text_tables(self) -> tuple[tuple[Ints, Ints], ...]:
        """What `_native_texts.c` needs beside the tokens of an article, all of it checked."""
        pairs = (
            ("token_large_at", "token_large"),
            ("raw_text", "raw_at"),
            ("separator_large_at", "separator_large"),
            ("separator_string_text", "separator_string_at"),
        )
        return tuple((self._file.array(one), self._file.array(other)) for one, other in pairs)

    def _separators(self, article: int) -> tuple[list[int], list[str]]:
        """Before which tokens of an article stands something unusual, and what."""
        at = self._separator_at
        start, end = at[article], at[article + 1]
        data = self._separator.bytes_at(2 * start, 2 * end).reshape(-1, 2)
        places = np.cumsum(data[:, 0], dtype=np.int64)
        codes = data[:, 1].astype(np.int64)
        for i in np.flatnonzero(codes == 255).tolist():
            where = np.searchsorted(self._file.array("separator_large_at"), start + i)
            codes[i] = self._file.array("separator_large")[where]
        kept = codes > 0
        string_of = self.separator_strings.by_number.__getitem__
        return places[kept].tolist(), list(map(string_of, codes[kept].tolist()))
