"""What `_native.c` offers; see there."""

from collections.abc import Callable, Sequence
from typing import Any

from indexer.columnar.arrays import F32, I32, I64, U8, U16, U32, U64, Bools, Ints
from indexer.columnar.coded import Coded
from indexer.columnar.open_part import Numbers
from indexer.columnar.scoring import Word

_Table = tuple[I32, U8, I64, int]
_Runs = tuple[bytes, bytes, bytes, bytes, bytes]

def docs(a_list: Coded, steps: U8, out: I64, /) -> int: ...
def add(
    scores: F32,
    terms: list[tuple[Coded, float, float, float]],
    steps: U8,
    per_weight: F32 | None,
    /,
) -> None: ...
def adjacent(
    scores: F32,
    articles: I64,
    pairs: list[list[Coded]],
    steps: U8,
    ties: list[float],
    constants: tuple[float, float],
    /,
) -> None: ...
def common(lists: list[Coded], steps: U8, out: I64, /) -> int: ...
def mark(lists: list[Coded], steps: U8, out: Bools, /) -> None: ...
def holders(articles: I64, a_list: Coded, steps: U8, out: I64, /) -> int: ...
def add_in(
    out: F32, a_list: Coded, steps: U8, articles: I64, scale: F32, k1: float, factor: float, /
) -> None: ...
def all_hold(articles: I64, a_list: Coded, steps: U8, /) -> bool: ...
def weights_in(a_list: Coded, steps: U8, articles: I64, out: F32, /) -> None: ...
def best(scores: F32, rows: I64, base: int, numbers: I64, values: F32, /) -> int: ...
def lower_bound(strings: U8, at: memoryview, key: bytes, /) -> int: ...
def find_pairs(
    pairs: list[tuple[int, int]], tables: tuple[U32, Ints, Ints, U32, U32], /
) -> list[int]: ...
def pair_places(
    entries: list[int], packed: U8, at: Ints, weight_at: Ints, block: int, many: int, /
) -> list[tuple[int, int, int, int] | None]: ...
def stable_order(keys: Ints, order: I64, /) -> bool: ...
def number_units(
    data: bytes,
    at: int,
    slots: I32,
    store: U8,
    ends: I64,
    known: int,
    numbers: I32,
    done: int,
    /,
) -> tuple[int, int, int]: ...
def place_units(slots: I32, store: U8, ends: I64, known: int, /) -> None: ...
def at_least(values: F32, least: float, also: I64, out: I64, /) -> int: ...
def sort(numbers: I64, scores: F32, by_score: bool, /) -> None: ...
def grouped(of_row: I32, rows: I64, none: int, seen: Bools, /) -> tuple[int, int]: ...
def text_evidence(
    tokens: U16,
    token_at: Ints,
    articles: I64,
    rare_at: Ints,
    rare_numbers: U32,
    words: list[tuple[int, I64, I64, float, float, float]],
    weights: F32,
    per_weight: F32,
    lines: list[bytes],
    places: tuple[int, int, int, int, int],
    factors: tuple[float, float, float],
    out: F32,
    /,
) -> None: ...
def feedback(
    scores: F32, words: U16, weights: U8, constants: tuple[int, float, float], out: F32, /
) -> None: ...
def invert(
    tokens: U32, words: I32, weights: U8, rounded: U8, lengths: U32, exact: int, /
) -> tuple[_Runs, _Runs, _Runs]: ...
def tell(tokens: U32, words: I32, hashes: U64, fields: Bools, out: U64, ends: I64, /) -> int: ...
def sketches(
    hashes: U64,
    ends: I64,
    constants: tuple[int, float],
    runs: U32,
    numbers: U32,
    counts: U32,
    /,
) -> None: ...
def number_string(text: bytes, table: _Table, /) -> int: ...
def take_apart(
    units: _Table,
    raw: _Table,
    separators: _Table,
    done: tuple[int, int],
    counts: I32,
    starts: I32,
    tails: I32,
    tokens: I32,
    before: I32,
    /,
) -> tuple[int, int, int, int]: ...
def expand(
    numbers: I32,
    units: _Table,
    separators: _Table,
    counts: I32,
    starts: I32,
    tails: I32,
    tokens: I32,
    before: I32,
    joins: I32,
    /,
) -> tuple[int, bytes | None, bytes | None, bytes | None]: ...
def copy_runs(
    docs: U16, weights: U8, starts: Ints, counts: Ints, out_docs: U16, out_weights: U8, /
) -> None: ...
def union_of(counts: U32, docs: U16, weights: U8, first: U32, /) -> tuple[bytes, bytes, bytes]: ...
def runs_by_first(first: Ints, exact: I32, folded: U32, rows: U32, starts: I64, /) -> None: ...
def pair_lists(
    first: Ints,
    second: Ints,
    counts: Ints,
    starts: Ints,
    docs: U16,
    weights: U8,
    exact: I32,
    folded: U32,
    folded_first: U32,
    rows: U32,
    /,
) -> _Runs: ...
def open_part(
    n: int,
    sections: tuple[tuple[U8, bytearray, Callable[[int, int], None]], ...],
    arrays: tuple[Ints, ...],
    /,
) -> object: ...
def rank(
    parts: list[object],
    bases: list[int],
    rows: Sequence[I64],
    words: list[Word],
    numbers: list[list[Numbers]],
    lines: list[bytes],
    sure: list[bytes],
    marked: list[list[int]],
    articles: int,
    constants: tuple[Any, ...],
    weights: F32,
    numbers_out: I64,
    values_out: F32,
    /,
) -> int: ...
def cover(
    parts: list[object],
    numbers: list[list[Numbers]],
    idf: list[float],
    masks: list[list[Bools]],
    also: Sequence[I64],
    constants: tuple[float, float],
    outs: list[I64],
    /,
) -> tuple[list[int], int]: ...
def any_of(part: object, exact: tuple[int, ...], unmarked: int, bare: I64, out: U16, /) -> int: ...
def followers(part: object, folded: int, /) -> list[tuple[int, int]]: ...
def beside(part: object, one: int, two: int, /) -> list[tuple[int, int, int]]: ...
