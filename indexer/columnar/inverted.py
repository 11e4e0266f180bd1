"""Posting lists of a segment, read as arrays: by word, and by pair of neighbouring words."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from indexer.columnar import kernels
from indexer.columnar.arrays import I64, U8, U16, U32, Ints, offsets_of, ranges, view
from indexer.columnar.coded import NOTHING, Coded, docs_of, postings_of
from indexer.columnar.container import Sections
from indexer.columnar.postings import (
    DENSE,
    FAR,
    NONE,
    TWO_WEIGHTS,
    UNIT,
    Lists,
    decode_all,
    interleave,
    kind_of,
)
from indexer.columnar.segment_write import MANY, PAIR_BLOCK
from indexer.columnar.vocabulary import Strings

# Postings, and weights stored, of a short pair list by its packed `df`; long ones stand apart.
_SIZES = [0 if packed >> 1 == MANY else packed >> 1 for packed in range(256)]
_WEIGHT_SIZES = [(size + 1) // 2 * (packed & 1) for packed, size in enumerate(_SIZES)]
_NO_WEIGHTS: U8 = np.zeros(0, np.uint8)


class Inverted:
    """Posting lists by word number: `word` and `title` by exact, `bare` and `title_bare` by folded.

    df        in how many articles each word stands (deleted ones included)
    sections, tables  what lies in the file, as the compiled ranking wants it
    """

    def __init__(self, file: Sections, name: str, n: int) -> None:
        self.n = n
        self._data = file.section(f"{name}_data")
        self._weights = file.section(f"{name}_weight")
        self.df: U16 = file.array(f"{name}_df")
        self._tables = tuple(file.array(f"{name}_{table}") for table in ("at", "more", "weight_at"))
        self.sections = self._data, self._weights
        self.tables = self.df, *self._tables
        self._df = view(self.df)
        self._at, self._more, self._weight_at = (view(table) for table in self._tables)

    def __len__(self) -> int:
        return len(self._df)

    def count(self, number: int) -> int:
        """In how many articles the word stands."""
        return int(self._df[number])

    def is_dense(self, number: int) -> bool:
        """Whether `dense` has an array for this word."""
        df = self._df[number]
        return df > 0 and kind_of(df, self.n) == DENSE

    def dense(self, number: int) -> U8:
        """Of a dense word: its weight in every article, 0 where it is not."""
        at = self._at[number]
        return self._data.bytes_at(at, at + self.n)

    def postings(self, number: int) -> tuple[I64, U8 | None]:
        """The articles of a word, ascending, and its weights in them (None: all are `UNIT`)."""
        return postings_of(self.coded(number))

    def docs(self, number: int) -> I64:
        """The articles of a word, ascending."""
        return docs_of(self.coded(number))

    def coded(self, number: int) -> Coded:
        """The articles of a word and its weights in them, as they are written."""
        df = self._df[number]
        if not df:
            return NOTHING
        kind = kind_of(df, self.n)
        at = self._at[number]
        if kind == DENSE:
            return Coded(DENSE, self._data.bytes_at(at, at + self.n), _NO_WEIGHTS, df)
        size = df * 2 if kind == FAR else df + self._more[number]
        docs = self._data.bytes_at(at, at + size)
        weight_at = self._weight_at[number]
        if weight_at == NONE:
            return Coded(kind, docs, _NO_WEIGHTS, df)
        weights = self._weights.bytes_at(weight_at, weight_at + (df + 1) // 2)
        return Coded(kind, docs, weights, df)

    def lists(self, first: int, last: int) -> Lists:
        """The lists `first` to `last - 1`, flat."""
        self._data.check()
        self._weights.check()
        at, more, weight_at = (table[first:last].astype(np.int64) for table in self._tables)
        df = self.df[first:last]
        return decode_all(self._data.raw, at, more, self._weights.raw, weight_at, df, self.n)


class Pairs:
    """Posting lists of two words side by side (in one paragraph), by entry number.

    Entries are sorted by both folded forms, then by both exact forms; so all entries of a folded
    pair are a range.

    long      the lists of those that are in many articles
    sections, tables  what lies in the file, as the compiled ranking wants it
    """

    def __init__(self, file: Sections, n: int, folded_first: U32, exact_folded: U32) -> None:
        self.n = n
        self._data = file.section("pair_data")
        self._weights = file.section("pair_weight")
        self.firsts: U32 = file.array("pair_first")
        self._first = view(self.firsts)
        self.second: Ints = file.array("pair_second")
        self.variant: Ints = file.array("pair_variant")
        self._second, self._variant = view(self.second), view(self.variant)
        self._packed: U8 = file.array("pair_df")
        self._df = view(self._packed)
        places = file.array("pair_at"), file.array("pair_weight_at")
        self._at, self._weight_at = map(view, places)
        self._long_entries: U32 = file.array("pair_long")
        self._long_entry = view(self._long_entries)
        self.long = Inverted(file, "pair_long", n)
        self._folded_first = view(folded_first)
        self._exact_folded = view(exact_folded)
        self._tables = self.firsts, self.second, self.variant, folded_first, exact_folded
        self.sections = self._data, self._weights
        self.tables = self._packed, *places, self._long_entries, *self._tables

    def __len__(self) -> int:
        return len(self._df)

    def of_folded(self, first: int, second: int) -> range:
        """The entries whose words have these folded numbers."""
        return self.between(first, range(second, second + 1))

    def between(self, first: int, second: range) -> range:
        """The entries whose words have a folded number and one of a range of them."""
        start, end = self._first[first], self._first[first + 1]
        # Not sorted by exact number, but by folded: that is enough to look for these two bounds.
        low = bisect_left(self._second, self._folded_first[second.start], start, end)
        return range(low, bisect_left(self._second, self._folded_first[second.stop], low, end))

    def of_exact(self, wanted: list[tuple[int, int]]) -> list[int]:
        """The entries of pairs of exact numbers, -1 where they never stand side by side."""
        if kernels.native is not None:
            found: list[int] = kernels.native.find_pairs(wanted, self._tables)
            return found
        return list(map(self._entry, wanted))

    def _entry(self, pair: tuple[int, int]) -> int:
        first, second = pair
        if first < 0 or second < 0:
            return -1
        folded = self._exact_folded[first]
        variant = first - self._folded_first[folded]
        for entry in self.of_folded(folded, self._exact_folded[second]):
            if self._variant[entry] == variant and self._second[entry] == second:
                return entry
        return -1

    def words(self, entries: range, first_folded: int) -> tuple[I64, I64]:
        """The exact numbers of both words of some entries of one first folded number."""
        part = slice(entries.start, entries.stop)
        base = self._folded_first[first_folded]
        return self.variant[part].astype(np.int64) + base, self.second[part].astype(np.int64)

    def forms(self, entry: int, first_folded: int) -> tuple[int, int]:
        """The same of one entry."""
        return self._folded_first[first_folded] + self._variant[entry], self._second[entry]

    def count(self, entry: int) -> int:
        """In how many articles the pair stands."""
        df: int = self._df[entry] >> 1
        return df if df < MANY else self.long.count(self._long_number(entry))

    def _long_number(self, entry: int) -> int:
        return bisect_left(self._long_entry, entry)

    def counts(self, first: int, last: int) -> I64:
        """In how many articles the entries `first` to `last - 1` stand."""
        counts = (self._packed[first:last] >> 1).astype(np.int64)
        low, high = np.searchsorted(self._long_entries, (first, last)).tolist()
        counts[self._long_entries[low:high].astype(np.int64) - first] = self.long.df[low:high]
        return counts

    def postings(self, entry: int) -> tuple[I64, U8 | None]:
        """The articles of an entry, ascending, and weights (None: all are `UNIT`)."""
        return postings_of(self.coded(entry))

    def coded(self, entry: int) -> Coded:
        """The articles of an entry and weights, as they are written."""
        return self.all_coded([entry])[0]

    def all_coded(self, entries: list[int]) -> list[Coded]:
        """The same of several entries."""
        lists = []
        for entry, place in zip(entries, self._places(entries), strict=True):
            if place is None:
                lists.append(self.long.coded(self._long_number(entry)))
                continue
            df, at, size, weight_at = place
            docs = self._data.bytes_at(2 * at, 2 * (at + df))
            weights = self._weights.bytes_at(weight_at, weight_at + size) if size else _NO_WEIGHTS
            lists.append(Coded(FAR, docs, weights, df))
        return lists

    def _places(self, entries: list[int]) -> list[tuple[int, int, int, int] | None]:
        """Of each entry how many articles it has, where the first stands among all, how many bytes
        of weights, and where these begin; None for those that stand apart."""
        if kernels.native is not None:
            places: list[tuple[int, int, int, int] | None] = kernels.native.pair_places(
                entries, self._packed, self._at, self._weight_at, PAIR_BLOCK, MANY
            )
            return places
        return list(map(self._place, entries))

    def _place(self, entry: int) -> tuple[int, int, int, int] | None:
        packed = self._df[entry]
        if packed >> 1 == MANY:
            return None
        block, within = divmod(entry, PAIR_BLOCK)
        before = self._df[entry - within : entry].tolist()
        return (
            packed >> 1,
            self._at[block] + sum(map(_SIZES.__getitem__, before)),
            _WEIGHT_SIZES[packed],
            self._weight_at[block] + sum(map(_WEIGHT_SIZES.__getitem__, before)),
        )

    def lists(self, first: int, last: int) -> Lists:
        """The lists `first` to `last - 1`, flat."""
        self._data.check()
        self._weights.check()
        begin = first - first % PAIR_BLOCK
        block = begin // PAIR_BLOCK
        packed = self._packed[begin:last]
        df = (packed >> 1).astype(np.int64)
        is_long = df == MANY
        df[is_long] = 0
        at, weight_at = (self._at[block], self._weight_at[block]) if last > begin else (0, 0)
        starts = offsets_of(df)[first - begin :] + at
        weight_starts = offsets_of((df + 1) // 2 * (packed & 1))[first - begin :] + weight_at
        skipped = first - begin
        df, packed, is_long = df[skipped:], packed[skipped:], is_long[skipped:]
        docs = self._data.raw.view("<u2")[starts[0] : starts[-1]]
        weights = np.full(len(docs), UNIT, dtype=np.uint8)
        two = TWO_WEIGHTS[self._weights.raw[weight_starts[0] : weight_starts[-1]]].view(np.uint8)
        rows = np.flatnonzero(packed & 1)
        into = ranges(offsets_of(df)[rows], df[rows])
        weights[into] = two[ranges((weight_starts[rows] - weight_starts[0]) * 2, df[rows])]
        short = Lists(df.astype(np.uint32), docs, weights)
        if not is_long.any():
            return short
        low, high = np.searchsorted(self._long_entries, (first, last)).tolist()
        return interleave(short, self.long.lists(low, high), np.flatnonzero(is_long))


class Facet:
    """The values of one facet: article i has `codes[first[i]:first[i + 1]]` into `values`."""

    def __init__(self, file: Sections, name: str) -> None:
        self.values: list[str] = Strings(file, f"facet_{name}").all()
        self.codes: Ints = file.array(f"facet_{name}_code")
        self.first: Ints = file.array(f"facet_{name}_first")
