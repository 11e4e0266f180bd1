"""Reading one segment file: whole arrays, mapped, checked before use.

Words are numbers: *exact* numbers (sorted by folded form, so that the variants of a folded form
are the range `folded_first[f]` to `folded_first[f + 1]`) and *folded* numbers. Articles are
numbers from 0 to `n - 1`, deleted ones included: what is deleted, the snapshot knows.
Weights are counted in halves; see `postings`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from indexer.columnar.analysis import FIELD, FIELDS, PARAGRAPH
from indexer.columnar.arrays import F32, I32, I64, U8, U16, U32, U64, Ints, offsets_of, view
from indexer.columnar.container import Section, Sections
from indexer.columnar.inverted import Facet, Inverted, Pairs
from indexer.columnar.inverting import WEIGHTS
from indexer.columnar.postings import (
    UNIT,
)
from indexer.columnar.records import load_head, load_tail
from indexer.columnar.signatures import WIDTH
from indexer.columnar.stored_texts import StoredTexts
from indexer.columnar.vocabulary import Strings, prefix_end
from indexer.models import Article, Removal
from indexer.vietnamese import fold

RARE = 0xFFFF  # in `token_low`: the number is elsewhere
_Read = Callable[[int, int], bytes]


class Segment:
    """One segment file, open for reading. Everything is loaded when first asked for."""

    def __init__(self, path: Path) -> None:
        self.file = Sections(path)
        self.n: int = self.file.facts["articles"]

    # ---------------------------------------------------------------------------------- words

    @cached_property
    def raw(self) -> Strings:
        """Tokens as written, by raw number."""
        return Strings(self.file, "raw")

    @cached_property
    def exact(self) -> Strings:
        """Exact forms, by exact number. Sorted by folded form first: use `find_exact`."""
        return Strings(self.file, "exact")

    @cached_property
    def folded(self) -> Strings:
        """Folded forms, sorted: `folded.find("dai")`."""
        return Strings(self.file, "folded")

    @cached_property
    def raw_exact(self) -> I32:
        """Raw number → exact number; -1 for the end of a paragraph, -2 for that of a field."""
        return self._array("raw_exact")

    @cached_property
    def exact_folded(self) -> U32:
        """Exact number → folded number."""
        return self._array("exact_folded")

    @cached_property
    def folded_first(self) -> U32:
        """Folded number → first exact number of its variants; one more at the end."""
        return self._array("folded_first")

    @cached_property
    def exact_sorted(self) -> U32:
        """The exact numbers in the order of their strings."""
        return self._array("exact_sorted")

    def find_exact(self, form: str) -> int:
        """The number of an exact form, -1 where no article has it."""
        folded = self.folded.find(fold(form))
        for number in self.variants(folded) if folded >= 0 else ():
            if self.exact[number] == form:
                return number
        return -1

    def variants(self, folded: int) -> range:
        """The exact numbers of a folded number."""
        first = self._first
        return range(first[folded], first[folded + 1])

    @cached_property
    def _first(self) -> memoryview:
        return view(self.folded_first)

    def folded_range(self, prefix: str) -> range:
        """The folded numbers of all forms that begin so. Their exact numbers are a range too."""
        key = prefix.encode("utf-8", "surrogatepass")
        end = prefix_end(key)
        high = len(self.folded) if end is None else self.folded.lower_bound(end)
        return range(self.folded.lower_bound(key), high)

    @cached_property
    def words(self) -> Inverted:
        """By exact number: the articles with the word in any of the four texts."""
        return Inverted(self.file, "word", self.n)

    @cached_property
    def bare(self) -> Inverted:
        """By folded number: the articles with any variant."""
        return Inverted(self.file, "bare", self.n)

    @cached_property
    def titles(self) -> Inverted:
        """By exact number: the articles with the word in the title (weight: `UNIT` each time)."""
        return Inverted(self.file, "title", self.n)

    @cached_property
    def title_bare(self) -> Inverted:
        """By folded number: the articles with any variant in the title."""
        return Inverted(self.file, "title_bare", self.n)

    @cached_property
    def pairs(self) -> Pairs:
        """Two words side by side."""
        return Pairs(self.file, self.n, self.folded_first, self.exact_folded)

    # -------------------------------------------------------------------------------- lengths

    @cached_property
    def lengths(self) -> dict[str, Ints]:
        """Tokens of each article by field (`title lead body captions`)."""
        return {name: self._array(f"length_{name}") for name in FIELDS}

    @cached_property
    def length(self) -> F32:
        """The weighted length of each article, in halves: what its words' weights add up to."""
        total = np.zeros(self.n, dtype=np.float32)
        for name, weight in zip(FIELDS, WEIGHTS.tolist(), strict=True):
            total += self.lengths[name].astype(np.float32) * weight
        return total

    # ----------------------------------------------------------------------------- token runs

    @cached_property
    def token_at(self) -> Ints:
        """Where each article's tokens begin; one more at the end."""
        return self._array("token_at")

    @cached_property
    def rare_tokens(self) -> tuple[Ints, U32]:
        """Where in the tokens of all articles `RARE` stands for a greater number, and for which."""
        return self._array("token_large_at"), self._array("token_large")

    def checked_tokens(self, articles: Ints) -> U16:
        """The tokens of all articles, `RARE` in place of numbers that are not less; those of
        `articles`, which `token_at` bounds, are checked."""
        section = self._token_low
        if not section.is_checked:
            at = self._token_at
            for article in articles.tolist():
                section.bytes_at(2 * at[article], 2 * at[article + 1])
        return self._token_numbers

    @cached_property
    def _token_numbers(self) -> U16:
        return self._token_low.raw.view("<u2")

    def tokens(self, article: int) -> I64:
        """The raw numbers of an article's tokens in order, breaks included (0 ends a paragraph,
        1 a field; there are four fields)."""
        return self._token_slice(self._token_at[article], self._token_at[article + 1])

    def _token_slice(self, start: int, end: int) -> I64:
        low: U16 = self._token_low.bytes_at(2 * start, 2 * end).view("<u2")
        numbers = low.astype(np.int64)
        at, large = self.rare_tokens
        first, last = np.searchsorted(at, (start, end)).tolist()
        if last > first:
            numbers[at[first:last].astype(np.int64) - start] = large[first:last]
        return numbers

    def tokens_of(self, articles: Ints) -> tuple[I64, I64]:
        """The raw numbers of the tokens of several articles, end to end, and where each begins."""
        low, offsets = self.frequent_tokens_of(articles)
        numbers = low.astype(np.int64)
        at, values = self.rare_tokens_of(articles, low, offsets)
        numbers[at] = values
        return numbers, offsets

    def frequent_tokens_of(self, articles: Ints) -> tuple[U16, I64]:
        """The same with `RARE` in place of numbers that are not less. Raw numbers are in order of
        frequency, so most queries need no more; quick."""
        at = self._token_at
        bounds = [(2 * at[i], 2 * at[i + 1]) for i in articles.tolist()]
        low: U16 = self._token_low.bytes_of(bounds).view("<u2")
        return low, offsets_of(np.array([end - start for start, end in bounds], np.int64) // 2)

    def rare_tokens_of(self, articles: Ints, low: U16, offsets: I64) -> tuple[I64, U32]:
        """Where in the result of `frequent_tokens_of` `RARE` stands, and what for."""
        rare = np.flatnonzero(low == RARE)
        article = np.searchsorted(offsets, rare, side="right") - 1
        places = rare - offsets[article] + self.token_at[articles].astype(np.int64)[article]
        at, values = self.rare_tokens
        return rare, values[np.searchsorted(at, places)]

    @cached_property
    def _token_low(self) -> Section:
        return self.file.section("token_low")

    @cached_property
    def _token_at(self) -> memoryview:
        return view(self.token_at)

    def exact_tokens(self, article: int) -> I32:
        """The exact numbers of an article's tokens; -1 ends a paragraph, -2 a field."""
        return self.raw_exact[self.tokens(article)]

    def exact_tokens_of(self, articles: Ints) -> tuple[I32, I64]:
        """The exact numbers of several articles, end to end, and where each begins."""
        numbers, at = self.tokens_of(articles)
        return self.raw_exact.take(numbers), at

    # ----------------------------------------------------------------------------- signatures

    @cached_property
    def signature_words(self) -> U16:
        """By article, `signatures.WIDTH` hashes of the words it is about, 0 where fewer."""
        words: U16 = self._array("signature_word").reshape(-1, WIDTH)
        return words

    @cached_property
    def signature_weights(self) -> U8:
        """By article, the weights of those words, 255 for the greatest."""
        weights: U8 = self._array("signature_weight").reshape(-1, WIDTH)
        return weights

    # -------------------------------------------------------------------------------- columns

    @cached_property
    def published(self) -> I64:
        """Microseconds since 1970; `records.UNDATED` where unknown."""
        return self._array("published")

    @cached_property
    def group(self) -> U64:
        """Near copies share a number; 0 for articles that have none."""
        return self._array("group")

    @cached_property
    def facets(self) -> dict[str, Facet]:
        """The facets that were asked for so far; use `facet`."""
        return {}

    def facet(self, name: str) -> Facet:
        """A facet: `site section agency publisher author tag`."""
        if name not in self.facets:
            self.facets[name] = Facet(self.file, name)
        return self.facets[name]

    def id_order(self) -> tuple[U64, Ints]:
        """The hashes of all ids, sorted, and for each the number of its article."""
        return self._array("id_hash"), self._array("id_article")

    def find_id(self, id_hash: int) -> list[int]:
        """The articles whose id has this hash (`records.hash_of`): compare their heads."""
        hashes, articles = self.id_order()
        first = int(np.searchsorted(hashes, np.uint64(id_hash), side="left"))
        last = int(np.searchsorted(hashes, np.uint64(id_hash), side="right"))
        found: list[int] = articles[first:last].tolist()
        return found

    # --------------------------------------------------------------------------------- stored

    def head(self, article: int) -> dict[str, Any]:
        """The short metadata of an article as keyword arguments of `Article`; no text but the
        title. Quick."""
        return load_head(self.head_bytes(article))

    def head_bytes(self, article: int) -> bytes:
        """The same as it is stored."""
        read, at = self._heads
        return read(at[article], at[article + 1])

    @cached_property
    def _heads(self) -> tuple[_Read, memoryview]:
        return self.file.section("head").read, view(self._array("head_at"))

    @cached_property
    def _tails(self) -> tuple[_Read, memoryview]:
        return self.file.section("tail").read, view(self._array("tail_at"))

    def article(self, article: int) -> Article:
        """The whole article, letter for letter."""
        title, lead, body, joined = self.texts(article)
        values = self.head(article)
        read, at = self._tails
        tail = load_tail(read(at[article], at[article + 1]))
        lines = joined.split("\n") if joined else []
        if "captions" in tail:
            lines, rest = [], joined.split("\n")
            for count in tail["captions"]:
                lines.append("\n".join(rest[:count]))
                rest = rest[count:]
        values["title"] = title
        values["lead"] = lead
        values["body"] = body
        values["captions"] = tuple(lines)
        if tail:
            values["body_kinds"] = tuple(tail.get("body_kinds", ()))
            values["removed"] = tuple(Removal(*given) for given in tail.get("removed", ()))
        return Article.of(values)

    @cached_property
    def _texts(self) -> StoredTexts:
        return StoredTexts(self.file, self.tokens)

    @property
    def separator_strings(self) -> Strings:
        """What stands between tokens, by number; number 0 is the usual separator."""
        return self._texts.separator_strings

    def texts(self, article: int) -> Sequence[str]:
        """Title, lead, body and captions (a line each) as they were given."""
        return self._texts.of(article)

    def separators_of(self, first: int, last: int) -> tuple[I64, I64, I64]:
        """The unusual separators of the articles from `first` to before `last`: of which article,
        before which token of it, which number."""
        at = self._array("separator_at")[first : last + 1].astype(np.int64)
        start = int(at[0])
        data = self._array("separator").reshape(-1, 2)[start : int(at[-1])]
        article = np.repeat(np.arange(first, last), np.diff(at))
        total = offsets_of(data[:, 0])
        places = total[1:] - total[at[:-1] - start][article - first]
        codes = data[:, 1].astype(np.int64)
        large = self._array("separator_large_at")
        low, high = np.searchsorted(large, (start, int(at[-1])))
        codes[large[low:high].astype(np.int64) - start] = self._array("separator_large")[low:high]
        kept = codes > 0
        return article[kept], places[kept], codes[kept]

    def id_hashes(self) -> U64:
        """The hash of each article's id."""
        hashes = np.empty(self.n, dtype=np.uint64)
        hashes[self._array("id_article")] = self._array("id_hash")
        return hashes

    def stored(self, name: str) -> tuple[U8, Ints]:
        """All heads (`head`) or tails (`tail`), end to end, and where each begins."""
        return self._array(name), self._array(f"{name}_at")

    def _array(self, name: str) -> Ints:
        return self.file.array(name)

    def verify(self) -> None:
        """Check every checksum of the file. Raises `IndexCorruptError`."""
        self.file.verify()


__all__ = ["FIELD", "PARAGRAPH", "UNIT", "Facet", "Inverted", "Pairs", "Segment"]
