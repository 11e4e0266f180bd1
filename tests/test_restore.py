"""Marks come back, and slips are found, from counts of syllables alone."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import DocumentError
from indexer.restore import ModelBuilder, SyllableModel
from indexer.vietnamese import exact_forms, fold, matches

SENTENCES = [
    "Lạng Sơn mở thêm cửa khẩu với nước bạn",
    "Người dân Lạng Sơn đón khách ở cửa khẩu",
    "Làng Sơn Hạ giữ nghề sơn mài của làng",
    "Đại hội Đảng bộ tỉnh Lạng Sơn khai mạc sáng nay",
    "Đại hội Đảng bộ huyện bầu ban chấp hành",
    "Trường đại học mở thêm ngành học mới",
    "Sữa học đường đến với trẻ vùng cao",
    "Quốc hội sửa luật nhà ở để người dân dễ mua nhà",
    "Mỹ sơ tán dân trước siêu bão",
    "Giá cà phê ở Tây Nguyên tăng trở lại",
]


def model_of(sentences: list[str], **limits: int) -> SyllableModel:
    builder = ModelBuilder(**limits)
    for sentence in sentences:
        builder.add(exact_forms(sentence))
        builder.add_surface(f"Tin: {sentence}")
    return builder.build()


@pytest.fixture(scope="module")
def model() -> SyllableModel:
    return model_of(SENTENCES)


def read(model: SyllableModel, typed: str) -> str:
    return " ".join(model.restore(exact_forms(typed))[0].words)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lang son", "lạng sơn"),
        ("dai hoi dang bo", "đại hội đảng bộ"),
        ("truong dai hoc", "trường đại học"),
        ("sua hoc duong", "sữa học đường"),
        ("sua luat nha o", "sửa luật nhà ở"),
        ("gia ca phe", "giá cà phê"),
    ],
)
def test_the_neighbours_of_a_word_say_which_marks_it_has(model, typed, meant):
    assert read(model, typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("làng son", "làng sơn"), ("lang sơn", "lạng sơn"), ("sưa luat", "sửa luật")],
)
def test_marks_that_were_typed_stay(model, typed, meant):
    assert read(model, typed) == meant


def test_readings_come_likeliest_first(model):
    readings = model.restore(["lang", "son"], n=3)
    assert [" ".join(r.words) for r in readings][:2] == ["lạng sơn", "làng sơn"]
    assert readings[0].logprob > readings[1].logprob


def test_a_word_that_no_text_has_stays_as_it_is(model):
    assert read(model, "lang son wifi") == "lạng sơn wifi"


def test_no_words_have_one_empty_reading(model):
    assert model.restore([])[0].words == ()


def test_a_model_that_read_nothing_restores_nothing():
    assert read(SyllableModel.empty(), "lang son") == "lang son"


def test_words_are_shown_as_titles_write_them(model):
    assert model.surfaces(["lạng", "sơn"]) == "Lạng Sơn"
    assert model.surface("mĩ") == "Mỹ"
    assert model.surface("đại") != "ĐẠI"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lạngg sơn", "lạng sơn"),
        ("cửa khẩuu", "cửa khẩu"),
        ("đại hộii đảng", "đại hội đảng"),
        ("trươngf đại học", "trường đại học"),
        ("sơ tán trươc siêu bão", None),
        ("sở tán", "sơ tán"),
    ],
)
def test_one_slip_in_an_unknown_word_is_found(model, typed, meant):
    corrected = model.correct(exact_forms(typed))
    assert (" ".join(corrected.words) if corrected else None) == meant


def test_known_words_are_never_corrected(model):
    assert model.correct(["sữa", "luật"]) is None


def test_a_model_survives_being_written_and_read(model):
    again = SyllableModel.from_bytes(model.to_bytes())
    for typed in ("lang son", "dai hoi dang bo", "sua luat"):
        words = exact_forms(typed)
        assert again.restore(words, n=3) == model.restore(words, n=3)
    assert again.surface("mĩ") == "Mỹ"


@pytest.mark.parametrize(
    "damage", [b"", b"hello", b"timtin-syllables-1\n", b"timtin-syllables-1\n1 2"]
)
def test_bytes_that_are_no_model_are_refused(damage):
    with pytest.raises(DocumentError):
        SyllableModel.from_bytes(damage)


def test_a_model_cut_short_is_refused(model):
    with pytest.raises(DocumentError):
        SyllableModel.from_bytes(model.to_bytes()[:-1])


def test_reading_in_two_commits_counts_what_reading_at_once_does():
    first, second = SENTENCES[:5], SENTENCES[5:]
    base = SyllableModel.from_bytes(model_of(first).to_bytes())
    grown = ModelBuilder(base)
    for sentence in second:
        grown.add(exact_forms(sentence))
    together, whole = grown.build(), model_of(SENTENCES)
    assert len(together) == len(whole)
    assert together.tokens == whole.tokens
    for word in exact_forms(" ".join(SENTENCES)):
        assert together.count(word) == whole.count(word)


def test_chunks_do_not_change_the_counts():
    small, large = model_of(SENTENCES, chunk_tokens=7), model_of(SENTENCES)
    assert small.to_bytes() == large.to_bytes()


def test_what_is_rare_goes_first_when_there_is_no_room():
    limited = model_of(SENTENCES * 2, max_pairs=20, max_triples=20)
    assert len(limited.to_bytes()) < len(model_of(SENTENCES).to_bytes())
    assert read(limited, "lang son") == "lạng sơn"


@settings(max_examples=60, deadline=None)
@given(st.integers(), st.integers(1, 4))
def test_every_reading_keeps_what_was_typed(seed, n):
    model = model_of(SENTENCES)
    chance = random.Random(seed)
    words = exact_forms(chance.choice(SENTENCES))
    typed = [fold(w) if chance.random() < 0.5 else w for w in words]
    for reading in model.restore(typed, n=n):
        assert len(reading.words) == len(typed)
        assert all(matches(t, w) for t, w in zip(typed, reading.words, strict=True))
