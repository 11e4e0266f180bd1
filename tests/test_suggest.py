"""Phrases of titles are found by how they begin, marks or no marks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import DocumentError
from indexer.suggest import Suggester, update_suggestions
from indexer.vietnamese import exact_forms

TITLES = [
    "Đại hội đảng bộ tỉnh khai mạc",
    "Khai mạc đại hội đảng bộ huyện",
    "Bế mạc đại hội đảng bộ thành phố",
    "Trường đại học mở ngành mới",
    "Thêm hai đại học tuyển sinh",
    "Lạng Sơn đón mùa hồi",
    "Mùa hồi ở Lạng Sơn",
    "Nghề sơn mài của làng Sơn Hạ",
    "Mỹ: bão đổi hướng",
    "Bão vào Mỹ lúc nửa đêm",
]


@pytest.fixture(scope="module")
def suggester() -> Suggester:
    return Suggester.from_bytes(update_suggestions(None, TITLES))


def beginning(suggester: Suggester, typed: str, **how: int) -> list[tuple[str, int]]:
    return suggester.beginning(exact_forms(typed), not typed[-1:].isalnum(), **how)


def texts(suggester: Suggester, typed: str) -> list[str]:
    return [text for text, _ in beginning(suggester, typed)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("dai ho", "đại hội đảng bộ"),
        ("đại hội đ", "đại hội đảng bộ"),
        ("DAI HOI DANG", "đại hội đảng bộ"),
        ("lang s", "Lạng Sơn"),
        ("lạng", "Lạng Sơn"),
        ("mua h", "mùa hồi"),
    ],
)
def test_typing_completes_to_the_phrase_that_returns(suggester, typed, first):
    assert texts(suggester, typed)[0] == first


def test_counts_say_in_how_many_titles(suggester):
    assert ("đại hội đảng bộ", 3) in beginning(suggester, "dai hoi")


def test_marks_that_were_typed_must_be_there(suggester):
    assert all("làng" in exact_forms(text) for text in texts(suggester, "làng"))
    assert not texts(suggester, "lãng")


def test_a_space_says_that_the_word_is_finished(suggester):
    assert "Lạng Sơn" not in texts(suggester, "la ")


@pytest.mark.parametrize("typed", ["", " ", "?", "…", "-"])
def test_nothing_typed_completes_to_nothing(suggester, typed):
    assert texts(suggester, typed) == []


def test_a_second_commit_adds_to_the_counts():
    data = update_suggestions(update_suggestions(None, TITLES), ["Hai đại hội đảng bộ xã"])
    suggester = Suggester.from_bytes(data)
    assert suggester.titles == len(TITLES) + 1
    assert beginning(suggester, "dai hoi dang")[0][1] == 4


@pytest.mark.parametrize(
    "damage", [b"", b"hello", b"timtin-suggestions-1\n", b"timtin-suggestions-1\n1 2\n"]
)
def test_bytes_that_are_no_suggestions_are_refused(damage):
    with pytest.raises(DocumentError):
        Suggester.from_bytes(damage)


def test_an_empty_suggester_survives_being_written():
    assert len(Suggester.from_bytes(Suggester.empty().to_bytes())) == 0
    assert update_suggestions(None, []) == Suggester.empty().to_bytes()


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30))
def test_any_text_can_be_typed(text):
    suggester = Suggester.from_bytes(update_suggestions(None, [*TITLES, text]))
    assert len(beginning(suggester, text, limit=3)) <= 3
