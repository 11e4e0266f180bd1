"""Words typed with the input method switched off are read as they were meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.syllables import all_syllables, is_syllable
from indexer.telex import decode_typing
from indexer.vietnamese import normalize, split_marks

READ = [
    # Telex: keys beside their letters, at the end, in any order
    ("ddaji", "đại"),
    ("ddaij", "đại"),
    ("daijd", "đại"),
    ("hooji", "hội"),
    ("hoojoi", "hội"),
    ("hoijo", "hội"),
    ("ddangr", "đảng"),
    ("booj", "bộ"),
    ("langj", "lạng"),
    ("sown", "sơn"),
    ("tieengs", "tiếng"),
    ("tieesng", "tiếng"),
    ("vieetj", "việt"),
    ("vietje", "việt"),
    ("nguwowif", "người"),
    ("nguowif", "người"),
    ("nguoiwf", "người"),
    ("truwowngf", "trường"),
    ("ddoongf", "đồng"),
    ("suwar", "sửa"),
    ("suwax", "sữa"),
    ("hoaf", "hòa"),
    ("thuyr", "thủy"),
    ("quys", "quý"),
    ("gif", "gì"),
    ("DDaij", "đại"),
    # half converted
    ("đaji", "đại"),
    ("hôij", "hội"),
    # VNI
    ("d9a5i", "đại"),
    ("d9ai5", "đại"),
    ("dai59", "đại"),
    ("ho65i", "hội"),
    ("hoi65", "hội"),
    ("d9a3ng", "đảng"),
    ("la5ng", "lạng"),
    ("so7n", "sơn"),
    ("tie61ng", "tiếng"),
    ("nguo7i2", "người"),
    ("ngu7o7i2", "người"),
    ("d9u7o7ng2", "đường"),
    ("a8n", "ăn"),
    ("su74a", "sữa"),
]


@pytest.mark.parametrize(("typed", "wanted"), READ)
def test_keys_become_marks(typed: str, wanted: str) -> None:
    assert decode_typing(typed)[0] == wanted


LEFT_ALONE = [
    "đại",
    "hoi",
    "hội",
    "la",
    "an",
    "2020",
    "u23",
    "covid19",
    "h5n1",
    "b52",
    "a",
    "",
    "-",
]
LEFT_ALONE += ["windows", "facebook", "news", "for", "ddd", "đđ", "99", "w" * 5000, "9d", "s"]


@pytest.mark.parametrize("typed", LEFT_ALONE)
def test_syllables_numbers_and_other_words_have_no_reading(typed: str) -> None:
    assert decode_typing(typed) == ()


def test_names_that_the_index_knows_are_readings_too() -> None:
    assert decode_typing("ddawsk") == ()
    assert decode_typing("ddawsk", known={"đắk"}) == ("đắk",)


@given(st.text(max_size=14))
def test_every_reading_is_a_syllable_with_the_letters_typed(word: str) -> None:
    for reading in decode_typing(word):
        assert is_syllable(reading)


TONE_KEYS = dict(zip("\u0300\u0301\u0309\u0303\u0323", "fsrxj", strict=True))
SHAPED = {"â": "aa", "ê": "ee", "ô": "oo", "ă": "aw", "ơ": "ow", "ư": "uw", "đ": "dd"}


def typed_in_telex(syllable: str) -> str:
    letters, tone = split_marks(syllable)
    return "".join(SHAPED.get(c, c) for c in letters) + TONE_KEYS.get(tone, "")


def test_every_syllable_is_read_back_from_its_telex_keys() -> None:
    for syllable in all_syllables():
        keys = typed_in_telex(syllable)
        if keys == syllable or is_syllable(normalize(keys)):
            continue
        if "oo" not in split_marks(syllable).letters:  # Telex wants three o for xoong; two are xông
            assert decode_typing(keys)[0] == syllable
