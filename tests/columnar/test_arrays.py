import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.columnar.arrays import highest, ranges, run_starts
from indexer.columnar.kernels import stable_order


@given(st.lists(st.integers(0, 1 << 40), max_size=200))
def test_the_stable_order_is_that_of_sorting(keys):
    wanted = sorted(range(len(keys)), key=keys.__getitem__)
    assert stable_order(np.array(keys, dtype=np.int64)).tolist() == wanted


@pytest.mark.parametrize("size", [1, 10, 60, 400])
def test_the_highest_hold_the_greatest_values(size):
    random = np.random.default_rng(size)
    for n in (0, 1, 100, 5000, 40_000):
        for values in (random.random(n), random.integers(0, 9, n), np.zeros(n)):
            values = values.astype(np.float32)
            found = values[highest(values, size)]
            wanted = np.sort(values)[-size:]
            assert np.sort(found)[-size:].tolist() == wanted.tolist()


@given(st.lists(st.integers(0, 3), max_size=30))
def test_runs_begin_where_the_value_changes(values):
    starts = run_starts(np.array(values, dtype=np.int64)).tolist()
    assert starts == [i for i in range(len(values)) if i == 0 or values[i] != values[i - 1]]


def test_ranges_may_be_empty():
    assert ranges(np.array([5, 9, 2]), np.array([1, 0, 2])).tolist() == [5, 2, 3]
