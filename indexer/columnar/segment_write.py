"""The sections of a segment file, written from arrays. What each means, `segment` says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from indexer.columnar.arrays import I64, U8, U32, Ints, narrowest, offsets_of, ranges
from indexer.columnar.container import SectionWriter
from indexer.columnar.inversion import union
from indexer.columnar.postings import FAR, NONE, Lists, encode, kinds_of, odd_weights, pack_weights
from indexer.columnar.vocabulary import write_strings

MANY = 127  # a pair in so many articles is kept with the long lists
PAIR_BLOCK = 32


def write_inverted(
    out: SectionWriter,
    name: str,
    slices: Iterable[Lists],
    n: int,
    ids: Ints | None,
    total: int,
    *,
    pack: bool = False,
) -> None:
    """Posting lists of words and, by word number, `df`, place, 255s, and place of weights.

    `ids` are the numbers of the lists among `total`; all of them if None. `pack`: most of them are
    empty, or seldom looked at, so what is kept of each is packed.
    """
    where: Ints = np.arange(total) if ids is None else ids
    df = np.zeros(total, dtype=np.uint16)
    at = np.zeros(total, dtype=np.int64)
    more = np.zeros(total, dtype=np.uint16)
    weight_at = np.full(total, NONE, dtype=np.int64)
    weights: list[U8] = []
    size = weight_size = done = 0
    out.begin(f"{name}_data", np.uint8)
    for part in slices:
        encoded = encode(part, n)
        out.append(encoded.data)
        rows = where[done : done + len(part)]
        df[rows] = part.counts
        at[rows] = encoded.at + size
        more[rows] = encoded.more
        weighted = encoded.weight_at != NONE
        weight_at[rows[weighted]] = encoded.weight_at[weighted] + weight_size
        weights.append(encoded.weights)
        done += len(part)
        size += len(encoded.data)
        weight_size += len(encoded.weights)
    out.end()
    out.add(f"{name}_weight", np.concatenate([*weights, np.zeros(0, dtype=np.uint8)]))
    add = out.add_packed if pack else out.add
    add(f"{name}_df", df)
    add(f"{name}_at", at.astype(np.uint32))
    add(f"{name}_more", more)
    add(f"{name}_weight_at", weight_at.astype(np.uint32))


def write_unions(
    out: SectionWriter,
    name: str,
    slices: Iterator[Lists],
    first: U32,
    n: int,
    *,
    pack: bool = False,
) -> None:
    """Posting lists of folded forms, joined from those of their exact forms."""
    write_inverted(out, name, union(slices, first), n, None, len(first) - 1, pack=pack)


def spread(slices: Iterable[Lists], ids: Ints, total: int) -> Lists:
    """All lists in one, with empty ones for numbers that are not in `ids`."""
    parts = list(slices)
    counts = np.zeros(total, dtype=np.uint32)
    if not parts:
        return Lists(counts, np.zeros(0, dtype=np.uint16), np.zeros(0, dtype=np.uint8))
    counts[ids] = np.concatenate([part.counts for part in parts])
    docs = np.concatenate([part.docs for part in parts])
    return Lists(counts, docs, np.concatenate([part.weights for part in parts]))


def write_pairs(
    out: SectionWriter,
    slices: Iterable[Lists],
    n: int,
    exact_folded: U32,
    folded_first: U32,
    entries: Callable[[], tuple[Ints, Ints]],
) -> None:
    """Posting lists of neighbouring words, sorted by both folded forms, then both exact forms.

    There are many, mostly short: a list is found by adding up the sizes of those before it in its
    block of `PAIR_BLOCK`. Those that are not far, or long, stand apart, as lists of words do.
    `entries` gives the exact numbers of both words of each pair once all slices are written.
    """
    packed: list[U8] = []
    weights: list[U8] = []
    long_lists: list[Lists] = []
    out.begin("pair_data", np.uint16)
    for part in slices:
        is_long = (part.counts >= MANY) | (kinds_of(part.counts, n) != FAR)
        odd = odd_weights(part)
        packed.append(
            (np.where(is_long, MANY, part.counts).astype(np.uint8) << 1) | (odd & ~is_long)
        )
        if is_long.any():
            long_lists.append(part.where(is_long))
        short = np.repeat(~is_long, part.counts)
        out.append(part.docs[short])
        odd &= ~is_long
        chosen = part.weights[np.repeat(odd, part.counts)]
        weights.append(pack_weights(chosen, part.counts[odd])[0])
    out.end()
    out.add("pair_weight", np.concatenate([*weights, np.zeros(0, dtype=np.uint8)]))
    df = np.concatenate([*packed, np.zeros(0, dtype=np.uint8)])
    out.add("pair_df", df)
    sizes = df >> 1
    sizes[sizes == MANY] = 0
    blocks = np.arange(0, len(df), PAIR_BLOCK)
    for name, size in (("pair_at", sizes), ("pair_weight_at", (sizes + 1) // 2 * (df & 1))):
        of_block = np.add.reduceat(size, blocks, dtype=np.int64) if len(df) else blocks
        out.add(name, offsets_of(of_block)[:-1].astype(np.uint32))
    many = np.flatnonzero(df >> 1 == MANY)
    out.add("pair_long", many.astype(np.uint32))
    write_inverted(out, "pair_long", iter(long_lists), n, None, len(many))
    first, second = entries()
    out.add("pair_second", second.astype(narrowest(int(second.max(initial=0)))))
    folded = exact_folded[first]
    variant = first - folded_first[folded]
    out.add("pair_variant", variant.astype(narrowest(int(variant.max(initial=0)))))
    groups = np.bincount(folded, minlength=len(folded_first) - 1)
    out.add("pair_first", offsets_of(groups).astype(np.uint32))


class TokenStream:
    """Writes the tokens of all articles: 16 bits each, larger numbers set apart."""

    def __init__(self, out: SectionWriter) -> None:
        self._out = out
        self._at = 0
        self._places: list[I64] = []
        self._numbers: list[U32] = []
        out.begin("token_low", np.uint16)

    def append(self, numbers: U32) -> None:
        """The next tokens."""
        large = np.flatnonzero(numbers >= 0xFFFF)
        self._places.append(large + self._at)
        self._numbers.append(numbers[large])
        self._out.append(np.minimum(numbers, 0xFFFF).astype(np.uint16))
        self._at += len(numbers)

    def end(self, ends: I64) -> None:
        """`ends`: where each article's tokens end."""
        self._out.end()
        places = np.concatenate([*self._places, np.zeros(0, dtype=np.int64)])
        self._out.add("token_large_at", places.astype(narrowest(self._at)))
        numbers = np.concatenate([*self._numbers, np.zeros(0, dtype=np.uint32)])
        self._out.add("token_large", numbers.astype(np.uint32))
        self._out.add("token_at", np.append(0, ends).astype(narrowest(self._at)))


@dataclass(slots=True)
class Separators:
    """The unusual separators of some articles, in order.

    places   of the token that each stands before, counted from the beginning of all tokens
    numbers  which separator, never 0
    ends     where the tokens of each article end
    """

    places: Ints
    numbers: Ints
    ends: I64


def write_separators(
    out: SectionWriter, parts: Iterable[Separators], frequency: I64, strings: list[str]
) -> None:
    """Pairs of bytes: tokens since the one before (in this article), and the separator's number.

    255 on the left moves on 255 tokens without a separator; 255 on the right means that the number
    is in `separator_large`. `frequency`: how often each of `strings` is there.
    """
    order = np.argsort(-frequency, kind="stable")
    order = order[(frequency[order] > 0) & (order > 0)]
    new = np.zeros(len(strings), dtype=np.int64)
    new[order] = np.arange(len(order)) + 1
    large_at: list[I64] = []
    large: list[U32] = []
    bounds = [np.zeros(1, dtype=np.int64)]
    size = begin = 0
    out.begin("separator", np.uint8)
    for part in parts:
        numbers = new[part.numbers]
        article = np.searchsorted(part.ends, part.places, side="right")
        last = np.concatenate(([begin], part.places))[:-1]
        gaps = part.places - np.maximum(last, np.append(begin, part.ends)[article])
        more = gaps // 255
        done = np.cumsum(more + 1)
        data = np.zeros((int(done[-1]) if len(done) else 0, 2), dtype=np.uint8)
        data[:, 0] = 255
        data[done - 1, 0] = gaps - more * 255
        data[done - 1, 1] = np.minimum(numbers, 255)
        out.append(data.reshape(-1))
        odd = numbers >= 255
        large_at.append(done[odd] - 1 + size)
        large.append(numbers[odd].astype(np.uint32))
        before = np.searchsorted(part.places, part.ends, side="left")
        bounds.append(np.append(0, done)[before] + size)
        size += len(data)
        begin = int(part.ends[-1]) if len(part.ends) else begin
    out.end()
    none = np.zeros(0, dtype=np.int64)
    out.add("separator_large_at", np.concatenate([*large_at, none]).astype(narrowest(size)))
    out.add("separator_large", np.concatenate([*large, none]).astype(np.uint32))
    out.add("separator_at", np.concatenate(bounds).astype(narrowest(size)))
    write_strings(out, "separator_string", ["", *(strings[i] for i in order.tolist())])


def reordered(values: Ints, at: Ints, kept: I64) -> tuple[Ints, I64]:
    """The slices `values[at[i]:at[i + 1]]` for i in `kept`, end to end, and their new places."""
    starts = at[:-1].astype(np.int64)[kept]
    counts = np.diff(at.astype(np.int64))[kept]
    return values[ranges(starts, counts)], offsets_of(counts)
