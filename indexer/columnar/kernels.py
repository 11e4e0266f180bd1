"""The inner loops of queries and of indexing: compiled, or in numpy where no C compiler was there.

`native` is the compiled module (`_native.c`), None without it; `native_texts` that of
`_native_texts.c`, which puts texts together and finds words in them. Both ways give the same, up
to the rounding of float32; tests run the one against the other. Arrays of some hundred numbers cost
numpy a microsecond a call whatever is done with them, and a query needs some hundred and fifty:
compiled, the same work takes a third to a half of the time of the whole query.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from indexer.columnar.arrays import F32, I32, I64, Bools, Ints, highest

if TYPE_CHECKING:
    from indexer.columnar import _native, _native_texts
else:
    try:
        from indexer.columnar import _native
    except ImportError:
        _native = None
    try:
        from indexer.columnar import _native_texts
    except ImportError:
        _native_texts = None

native: ModuleType | None = _native
MOST_TOGETHER = 64  # parts of an index, or runs of words, that one compiled call takes
native_texts: ModuleType | None = _native_texts


def best(scores: F32, rows: I64, base: int, size: int) -> tuple[I64, F32]:
    """The `size` of `rows` with the greatest scores, best first, equal ones newest first, as
    numbers from `base` on; and their scores."""
    if native is not None:
        numbers: I64 = np.empty(min(size, len(rows)), np.int64)
        values: F32 = np.empty(len(numbers), np.float32)
        native.best(scores, rows, base, numbers, values)
        return numbers, values
    line = scores[rows]
    if len(line) > size:
        top = highest(line, size)
        rows, line = rows[top], line[top]
    order = np.lexsort((-rows, -line))[:size]
    return rows[order] + base, line[order]


def at_least(values: F32, least: float, also: I64) -> I64:
    """The places of the values that are not less than `least`, and those of `also` (ascending).

    >>> at_least(np.array([0, 3, 1, 4], np.float32), 3.0, np.array([0])).tolist()
    [0, 1, 3]
    """
    if native is not None:
        places: I64 = np.empty(len(values), np.int64)
        return places[: native.at_least(values, least, also, places)]
    fine = values >= np.float32(least)
    fine[also] = True
    return np.flatnonzero(fine)


def stable_order(keys: Ints) -> I64:
    """The order that sorts `keys` (not negative), equal ones as they came.

    >>> stable_order(np.array([70000, 3, 70000, 2])).tolist()
    [3, 1, 0, 2]
    """
    if native is not None and len(keys):
        order: I64 = np.empty(len(keys), np.int64)
        if native.stable_order(np.ascontiguousarray(keys), order):
            return order
    # numpy sorts 16-bit keys by radix, several times faster than it sorts wider ones.
    order = np.argsort(keys.astype(np.uint16), kind="stable")
    top, shift = int(keys.max(initial=0)), 16
    while top >> shift:
        part = (keys >> keys.dtype.type(shift)).astype(np.uint16)
        order = order[np.argsort(part[order], kind="stable")]
        shift += 16
    return order


def in_order(numbers: I64, scores: F32, *, by_score: bool) -> tuple[I64, F32]:
    """Both ordered by number; or by score, best first, equal ones newest first."""
    if native is not None:
        numbers, scores = numbers.copy(), scores.copy()
        native.sort(numbers, scores, by_score)
        return numbers, scores
    order = np.lexsort((-numbers, -scores)) if by_score else np.argsort(numbers)
    return numbers[order], scores[order]


def grouped(of_row: I32, rows: I64, none: int, seen: Bools) -> tuple[int, int]:
    """How many of `rows` are in a group, and how many groups these add to `seen`; `of_row` is the
    group of each, `none` for those that have none."""
    if native is not None:
        several, fresh = native.grouped(of_row, rows, none, seen)
        return several, fresh
    groups = of_row[rows]
    groups = groups[groups < none]
    before = int(np.count_nonzero(seen))
    seen[groups] = True
    return len(groups), int(np.count_nonzero(seen)) - before
