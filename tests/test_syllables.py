"""The spelling rules: which syllables are allowed."""

import pytest

from indexer.syllables import all_syllables, is_syllable
from indexer.vietnamese import normalize

ALLOWED = [
    "nghiêng",
    "người",
    "đại",
    "hội",
    "đảng",
    "bộ",
    "lạng",
    "sơn",
    "khuỷu",
    "quyển",
    "giếng",
    "giấc",
    "giễu",
    "gì",
    "gìn",
    "giữa",
    "quốc",
    "quý",
    "yêu",
    "yết",
    "ý",
    "ở",
    "uống",
    "ướt",
    "oanh",
    "ái",
    "huyện",
    "khuya",
    "thuở",
    "xoong",
    "kĩ",
    "mĩ",
    "lí",
    "thủy",
    "hòa",
    "khỏe",
    "quỳnh",
    "tuýt",
    "pin",
]
FORBIDDEN = [
    "ngiêng",
    "nghười",
    "cí",
    "ke̛",
    "hòc",
    "đàt",
    "đh",
    "ttxvn",
    "covid",
    "wa",
    "fa",
    "đắk",
    "hội̛",
    "qa",
    "2020",
    "bb",
    "aa",
]


@pytest.mark.parametrize("word", ALLOWED)
def test_these_are_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", FORBIDDEN)
def test_these_are_not(word: str) -> None:
    assert not is_syllable(word)


def test_all_are_in_exact_form() -> None:
    assert all(normalize(syllable) == syllable for syllable in all_syllables())
