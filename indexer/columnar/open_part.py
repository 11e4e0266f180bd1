"""A segment of a snapshot with what evaluating queries needs of it again and again.

Nothing here is written; everything is derived from the segment when first asked for.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from indexer.columnar import kernels
from indexer.columnar.arrays import F32, I64, U16, Bools, Ints, highest, offsets_of
from indexer.columnar.coded import STEPS_OF_WEIGHTS, Coded, coded, holders, mark
from indexer.columnar.kernels import stable_order
from indexer.columnar.records import UNDATED
from indexer.columnar.segment import Facet, Segment
from indexer.columnar.signatures import length_norm
from indexer.vietnamese import asking_no_more, fold

_DERIVED = (
    "per_weight",
    "written_without_marks",
    "raw_by_exact",
    "different_before",
    "grouped",
    "months",
    "is_dated",
)
_NO_ARTICLES = np.zeros(0, bool)
_REMEMBERED = 50_000  # words whose numbers are kept; a number costs about 100 bytes
# An article in which none of the index's most frequent marked words stands was written without
# marks (or is too short to tell).
_TELLING_WORDS = 40


class Part(Protocol):
    """A segment, the number of its first article, and which articles live (None: all)."""

    @property
    def segment(self) -> Segment: ...
    @property
    def base(self) -> int: ...
    @property
    def live(self) -> Bools | None: ...


class Numbers(NamedTuple):
    """A word's numbers in a segment: exact, folded (-1: none), and those of the forms that match.

    `compatible` are exact numbers; None means all variants of the folded form. `df` and `folded_df`
    say in how many articles both stand, deleted ones included. `unmarked` is the exact number of
    the form without marks (-1: none) where the word has some.
    """

    exact: int
    folded: int
    compatible: tuple[int, ...] | None
    df: int = 0
    folded_df: int = 0
    unmarked: int = -1


class Written(NamedTuple):
    """The raw numbers of a word: of all forms that fold alike, its own, the greatest of all."""

    alike: I64
    own: I64
    rarest: int


class OpenPart:
    """One part, opened for queries. `n` articles, numbered from `base`."""

    def __init__(self, part: Part, *, known: OpenPart | None = None) -> None:
        self.segment = part.segment
        self.base = part.base
        self.live = part.live
        self.n = part.segment.n
        self.live_count = self.n if part.live is None else int(np.count_nonzero(part.live))
        self._numbers: dict[str, Numbers] = {}
        self._written: dict[str, Written] = {}
        if known is not None:  # nothing that is derived depends on what was deleted
            self._numbers, self._written = known._numbers, known._written
            for name in _DERIVED:
                if name in known.__dict__:
                    self.__dict__[name] = known.__dict__[name]

    @cached_property
    def per_weight(self) -> F32:
        """What a weight in halves is multiplied by to be the `x` of BM25F, by article."""
        scale: F32 = np.float32(0.5) / length_norm(self.segment.length)
        return scale

    def numbers(self, word: str) -> Numbers:
        """The numbers of a typed word (an exact form)."""
        known = self._numbers.get(word)
        if known is None:
            if len(self._numbers) >= _REMEMBERED:
                self._numbers.clear()
            known = self._numbers[word] = self._find(word)
        return known

    def _find(self, word: str) -> Numbers:
        segment = self.segment
        folded_form = fold(word)
        folded = segment.folded.find(folded_form)
        if folded < 0:
            return Numbers(-1, -1, ())
        variants = segment.variants(folded)
        unmarked = -1
        if word == folded_form:  # all variants have what was typed; of them it comes first
            exact = variants.start if segment.exact[variants.start] == word else -1
            compatible: tuple[int, ...] | None = None
        else:
            forms = segment.exact.some(variants)
            exact = variants.start + forms.index(word) if word in forms else -1
            unmarked = variants.start if forms[0] == folded_form else -1
            compatible = tuple([variants.start + i for i in asking_no_more(word, forms)])
            if len(compatible) == len(variants):
                compatible = None
        df = segment.words.count(exact) if exact >= 0 else 0
        return Numbers(exact, folded, compatible, df, segment.bare.count(folded), unmarked)

    def any_of(self, numbers: Numbers) -> Coded:
        """The articles that hold one of the compatible forms of a word with marks, or were written
        without marks and hold the word so."""
        lists, bare = self.segment.words.coded, self.all_written_without_marks
        if kernels.native is not None:
            docs: U16 = np.empty(self.n, np.uint16)
            forms = numbers.compatible or ()
            count = kernels.native.any_of(self.opened, forms, numbers.unmarked, bare, docs)
            return coded(docs[:count])
        fits = self.nothing()
        mark(fits, list(map(lists, numbers.compatible or ())))
        if numbers.unmarked >= 0:
            fits[holders(bare, lists(numbers.unmarked))] = True
        return coded(np.flatnonzero(fits))

    @cached_property
    def written_without_marks(self) -> Bools:
        """Which articles were typed without marks, by article."""
        segment = self.segment
        df = segment.words.df
        rows = highest(df.astype(np.float32), 4 * _TELLING_WORDS)
        frequent = rows[np.argsort(-df[rows].astype(np.int64), kind="stable")]
        marked = [
            i for i in frequent[: 4 * _TELLING_WORDS].tolist() if not segment.exact[i].isascii()
        ]
        without = np.ones(self.n, dtype=bool)
        for number in marked[:_TELLING_WORDS]:
            if segment.words.is_dense(number):
                without &= segment.words.dense(number) == 0
            else:
                without[segment.words.docs(number)] = False
        return without

    @cached_property
    def all_written_without_marks(self) -> I64:
        """The same as numbers, ascending."""
        articles: I64 = np.flatnonzero(self.written_without_marks)
        return articles

    @cached_property
    def has_unmarked(self) -> bool:
        """Whether any article was typed without marks."""
        return bool(len(self.all_written_without_marks))

    @cached_property
    def raw_by_exact(self) -> tuple[I64, I64]:
        """The raw numbers ordered by exact number, and where each exact number's begin."""
        exact = self.segment.raw_exact
        words = np.flatnonzero(exact >= 0)
        order = words[stable_order(exact[words].astype(np.uint32))]
        starts = offsets_of(np.bincount(exact[words], minlength=len(self.segment.exact)))
        return order, starts

    def written(self, word: str) -> Written:
        """The raw numbers of a typed word (an exact form)."""
        known = self._written.get(word)
        if known is None:
            if len(self._written) >= _REMEMBERED:
                self._written.clear()
            order, starts = self.raw_by_exact
            exact, folded, *_ = self.numbers(word)
            alike = self.segment.variants(folded) if folded >= 0 else range(0)
            own = range(exact, exact + 1) if exact >= 0 else range(0)
            numbers = order[starts[alike.start] : starts[alike.stop]]
            known = self._written[word] = Written(
                numbers, order[starts[own.start] : starts[own.stop]], int(numbers.max(initial=0))
            )
        return known

    @cached_property
    def different_before(self) -> I64:
        """After how many different forms each exact form stands."""
        seconds = self.segment.pairs.second
        counts: I64 = np.bincount(seconds, minlength=len(self.segment.exact))
        return counts

    @cached_property
    def grouped(self) -> I64:
        """The articles that have near copies."""
        members: I64 = np.flatnonzero(self.segment.group)
        return members

    @cached_property
    def opened(self) -> object:
        """The part as the compiled ranking knows it (`_native_ranking.c`); None without it."""
        if kernels.native is None:
            return None
        file, pairs, segment = self.segment.file, self.segment.pairs, self.segment
        lists = (segment.words, segment.bare, pairs.long)
        sections = [
            *[section for each in lists for section in each.sections],
            *pairs.sections,
            file.section("token_low"),
        ]
        unmarked = self.written_without_marks if self.has_unmarked else _NO_ARTICLES
        arrays = [
            *[table for each in lists for table in each.tables],
            *pairs.tables,
            segment.token_at,
            *segment.rare_tokens,
            *self.raw_by_exact,
            self.per_weight,
            segment.signature_words,
            segment.signature_weights,
            unmarked,
            STEPS_OF_WEIGHTS,
        ]
        part: object = kernels.native.open_part(
            self.n, tuple(section.opened for section in sections), tuple(arrays)
        )
        return part

    def followers(self, folded: int) -> list[tuple[int, int]]:
        """By variant of a folded number how many different words follow it, and in how many
        articles they do, added up."""
        if kernels.native is not None:
            found: list[tuple[int, int]] = kernels.native.followers(self.opened, folded)
            return found
        pairs, variants = self.segment.pairs, self.segment.variants(folded)
        begin, end = int(pairs.firsts[folded]), int(pairs.firsts[folded + 1])
        variant = pairs.variant[begin:end]
        after = np.bincount(variant, minlength=len(variants)).tolist()
        counts = pairs.counts(begin, end)
        sums = np.bincount(variant, weights=counts, minlength=len(variants)).astype(int).tolist()
        return list(zip(after, sums, strict=True))

    def beside(self, one: int, two: int) -> list[tuple[int, int, int]]:
        """The forms (exact numbers) of two folded numbers that stand side by side, and in how many
        articles they do."""
        if kernels.native is not None:
            found: list[tuple[int, int, int]] = kernels.native.beside(self.opened, one, two)
            return found
        pairs = self.segment.pairs
        entries = pairs.of_folded(one, two)
        return [(*pairs.forms(entry, one), pairs.count(entry)) for entry in entries]

    def facet(self, name: str) -> Facet:
        """A facet of the segment."""
        return self.segment.facet(name)

    @cached_property
    def months(self) -> I64:
        """Months since January 1970, Vietnam's time (UTC+7); -1 where the date is unknown."""
        published = self.segment.published
        dated = published != UNDATED
        moments = np.where(dated, published, 0) + 7 * 3_600_000_000
        months = moments.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
        result: I64 = np.where(dated, months, -(1 << 40))
        return result

    @cached_property
    def is_dated(self) -> bool:
        """Whether the date of any article is known."""
        return bool((self.segment.published != UNDATED).any())

    def mask(self, articles: Ints) -> Bools:
        """The articles as one truth value for each."""
        found = np.zeros(self.n, dtype=bool)
        found[articles] = True
        return found

    def nothing(self) -> Bools:
        """No article."""
        return np.zeros(self.n, dtype=bool)

    def everything(self) -> Bools:
        """All that live."""
        return np.ones(self.n, dtype=bool) if self.live is None else self.live.copy()
