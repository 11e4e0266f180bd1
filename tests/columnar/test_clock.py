"""What is found when the time is over is never wrong, only less."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import open_index
from indexer.columnar.clock import Clock, OutOfTimeError
from indexer.columnar.matching import mask_of
from indexer.query import parse_query
from tests.columnar.corpus import many

QUERIES = (
    "đại OR hội OR của",
    "d* OR h*",
    "h* -(đại OR hội OR thuỷ)",
    '"đại hội đài dài" OR "hà nội"',
    '-"đại hội thủ tướng"',
    "caption:h* title:đại",
    "(của OR và) (đại OR -hội)",
)


class LookedAtSoOften(Clock):
    """A clock that is over after so many looks."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    @property
    def is_over(self) -> bool:
        self.looks -= 1
        return self.looks < 0


@pytest.fixture(scope="module")
def part(tmp_path_factory):
    index = open_index(tmp_path_factory.mktemp("clock") / "index", create=True)
    index.add(many(200))
    return index.engine.view().evaluator.parts[0]


@settings(max_examples=60, deadline=None)
@given(typed=st.sampled_from(QUERIES), looks=st.integers(0, 12))
def test_an_answer_that_was_cut_holds_nothing_that_the_whole_has_not(part, typed, looks):
    root = parse_query(typed).root
    whole, clock = mask_of(part, root), LookedAtSoOften(looks)
    try:
        found = mask_of(part, root, clock)
    except OutOfTimeError:
        assert clock.late
        return
    assert not np.any(found & ~whole)
    assert clock.late or np.array_equal(found, whole)


def test_what_was_found_in_time_is_kept(part):
    root = parse_query("đại OR hội OR của OR và").root
    clock = LookedAtSoOften(3)
    found = mask_of(part, root, clock)
    assert clock.late
    assert 0 < np.count_nonzero(found) < np.count_nonzero(mask_of(part, root))


def test_a_clock_without_a_limit_is_never_over():
    assert not Clock().is_over
    assert Clock(0).is_over
