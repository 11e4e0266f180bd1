"""Sentences of a news text, and passages cut from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sentences import begins_sentence, ends_sentence, fit_passage, sentence_breaks

SENTENCES = [
    ("Mưa to. Lũ về!", ["Mưa to.", "Lũ về!"]),
    ("Mưa to? “Lũ về.” Ông nói.", ["Mưa to?", "“Lũ về.”", "Ông nói."]),
    ("TP. Hồ Chí Minh có mưa. Hết.", ["TP. Hồ Chí Minh có mưa.", "Hết."]),
    ("PGS. TS. Nguyễn A và ThS. B.", ["PGS. TS. Nguyễn A và ThS. B."]),
    ("Giá 1.000 đồng. Rẻ.", ["Giá 1.000 đồng.", "Rẻ."]),
    ("Mưa... rồi nắng. Hết.", ["Mưa... rồi nắng.", "Hết."]),
    ("Mưa to\nLũ về", ["Mưa to", "Lũ về"]),
    ("Mưa to.\n\n  ông nói", ["Mưa to.", "ông nói"]),
    ("Mưa  \n lũ", ["Mưa", "lũ"]),
]


@pytest.mark.parametrize(("text", "wanted"), SENTENCES)
def test_a_text_falls_into_these_sentences(text: str, wanted: list[str]) -> None:
    sentences, at = [], 0
    for end, start in sentence_breaks(text):
        sentences.append(text[at:end])
        at = start
    assert [*sentences, text[at:]] == wanted


def test_a_break_is_an_end_and_a_beginning() -> None:
    text = "Mưa to. Lũ về."
    assert ends_sentence(text, 7)
    assert begins_sentence(text, 8)
    assert not ends_sentence(text, 3)
    assert not begins_sentence(text, 4)


def test_at_the_end_of_the_text_the_room_is_used_before() -> None:
    text = "chữ " * 100 + "lũ về"
    start, end = fit_passage(text, len(text) - 5, len(text) - 3, 60)
    assert (text[start : start + 3], end) == ("chữ", len(text))
    assert 50 < end - start < 60


@given(st.text(st.sampled_from("Mưa. \n…,?"), max_size=400), st.data())
def test_a_passage_fits_and_holds_what_it_is_to_show(text: str, data: st.DataObject) -> None:
    room = data.draw(st.integers(20, 100))
    first = data.draw(st.integers(0, len(text)))
    last = data.draw(st.integers(first, min(len(text), first + room - 2)))
    start, end = fit_passage(text, first, last, room)
    cuts = (not begins_sentence(text, start)) + (not ends_sentence(text, end))
    assert 0 <= start <= end <= len(text)
    assert end - start + cuts <= room
    shown = text[first:last].strip(" \n,")
    assert start <= first
    assert shown in text[start:end]
