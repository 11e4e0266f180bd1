"""Tokens of many lines stand where `vietnamese.tokens` finds them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.token_places import codes_of, those, token_places
from indexer.vietnamese import tokens

LINES = st.lists(
    st.text(st.sampled_from("aĐư1_ -,.\u0301\u200b\u00ad\u0303½世\U0001d400"), max_size=12),
    max_size=8,
)


@given(LINES)
def test_places_are_those_of_the_tokens(lines):
    starts, ends = token_places("\n".join(lines))
    wanted = []
    at = 0
    for line in lines:
        wanted += [(token.start + at, token.end + at) for token in tokens(line)]
        at += len(line) + 1
    assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == wanted


@pytest.mark.parametrize("text", ["", "Hà Nội", "\ud800 A"])
def test_code_points_are_asked_once_each(text):
    codes = codes_of(text)
    assert codes.tolist() == [ord(char) for char in text]
    assert those(codes, str.isupper).tolist() == [char.isupper() for char in text]
