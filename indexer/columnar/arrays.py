"""Small array operations that numpy has no single call for, and the names of array types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[Any]


def view(array: Ints) -> memoryview:
    """The array as a memoryview, whose items come as Python numbers, quickly."""
    data: Any = array
    return memoryview(data)


def offsets_of(counts: Ints) -> I64:
    """`[0, c0, c0+c1, …]`: one more than there are counts.

    >>> offsets_of(np.array([2, 0, 3])).tolist()
    [0, 2, 2, 5]
    """
    out = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=out[1:])
    return out


def ranges(starts: Ints, counts: Ints) -> I64:
    """`start, start+1, …` for each start, `count` of them, one after the other.

    >>> ranges(np.array([5, 9]), np.array([2, 3])).tolist()
    [5, 6, 9, 10, 11]
    """
    total = int(np.sum(counts, dtype=np.int64))
    shift = np.asarray(starts, dtype=np.int64) - offsets_of(counts)[:-1]
    return np.repeat(shift, counts) + np.arange(total, dtype=np.int64)


def run_starts(*keys: Ints) -> I64:
    """Where a new run of equal values begins, in parallel arrays of sorted keys.

    >>> run_starts(np.array([1, 1, 2, 2, 2, 5])).tolist()
    [0, 2, 5]
    """
    n = len(keys[0])
    if not n:
        return np.zeros(0, dtype=np.int64)
    new = np.ones(n, dtype=bool)
    np.not_equal(keys[0][1:], keys[0][:-1], out=new[1:])
    for key in keys[1:]:
        new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(new)


def together(arrays: Sequence[Ints]) -> Ints:
    """The arrays end to end; the only one of them itself."""
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


_LANES = 32


def highest(values: F32, size: int) -> I64:
    """Places of the `size` greatest values, of all that equal the least of them, and of some more.

    The values are dealt to many lanes: the `size`-th greatest of the lanes' greatest values is a
    bound that at least `size` values reach. That takes one pass and no sorting.

    >>> highest(np.array([3.0, 1.0, 2.0], dtype=np.float32), 2).tolist()
    [0, 1, 2]
    """
    lanes = len(values) // _LANES
    if lanes <= size:
        return np.arange(len(values))
    best = values[: lanes * _LANES].reshape(_LANES, lanes).max(axis=0)
    best.sort()
    return np.flatnonzero(values >= best[lanes - size])


def narrowest(top: int) -> type[np.unsignedinteger[Any]]:
    """The smallest unsigned type that holds `top`."""
    if top < 1 << 8:
        return np.uint8
    if top < 1 << 16:
        return np.uint16
    if top < 1 << 32:
        return np.uint32
    return np.uint64
