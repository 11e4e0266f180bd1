"""Marks come back, and slips are found, from counts of syllables alone."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import Article, open_index
from indexer.restore import SyllableModel
from indexer.restore.slips import without_slips
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


def model_of(folder, sentences: list[str]) -> SyllableModel:
    index = open_index(folder, create=True)
    index.add(Article(id=str(i), title=f"Tin: {s}", body=f"{s}.") for i, s in enumerate(sentences))
    return index.engine.view().language()


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> SyllableModel:
    return model_of(tmp_path_factory.mktemp("model") / "index", SENTENCES)


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


def test_an_index_of_nothing_restores_nothing(tmp_path):
    assert read(model_of(tmp_path / "empty", []), "lang son") == "lang son"


@pytest.mark.parametrize("typed", ["đại hội", "dai hoi", "đại hội đảng", "viet nam xq", "xã hội"])
def test_common_words_that_no_article_has_find_nothing(tmp_path, typed):
    index = open_index(tmp_path / "index", create=True)
    index.add([Article(id="a", title="Trời mưa", body="Nước lên nhanh.")])
    assert index.search(typed).total == 0


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


def test_what_is_no_slip_is_not_looked_for_among_words(model, monkeypatch):
    looked_up = []
    monkeypatch.setattr(type(model), "known_among", lambda _, forms: looked_up.append(forms) or [])
    unknown = [f"qwx{n}" for n in range(200)]
    for words in (["a" * 3000], unknown):
        assert model.correct(words) is None
    assert looked_up == []


def test_known_words_are_never_corrected(model):
    assert model.correct(["sữa", "luật"]) is None


def test_counts_are_those_of_all_commits(tmp_path, model):
    index = open_index(tmp_path / "index", create=True)
    for half in (SENTENCES[:5], SENTENCES[5:]):
        index.add(Article(id=s, title=f"Tin: {s}", body=f"{s}.") for s in half)
    grown = index.engine.view().language()
    assert grown.tokens == model.tokens
    for word in exact_forms(" ".join(SENTENCES)):
        assert grown.count(word) == model.count(word)
    assert read(grown, "dai hoi dang bo tinh lang son") == "đại hội đảng bộ tỉnh lạng sơn"


QUESTIONS = [
    "Công ty mở rộng, người dân hỏi nhiều.",
    "Vị trí mới ở tầng sau, đâu cũng có đèn.",
    "Bảo tàng nhiều khách, sao đêm sáng rõ.",
    "Bao lì xì đỏ, bạn nhỏ nhiêu khê.",
]


@pytest.mark.parametrize(
    ("typed", "meant"), [("vi sao", "vì sao"), ("o dau", "ở đâu"), ("bao nhieu", "bao nhiêu")]
)
def test_what_any_text_says_need_not_stand_in_the_index(tmp_path, typed, meant):
    words = [*QUESTIONS, "Vì trời mưa."]
    assert read(model_of(tmp_path / "index", words), typed) == meant


@settings(max_examples=60, deadline=None)
@given(st.integers(), st.integers(1, 4))
def test_every_reading_keeps_what_was_typed(model, seed, n):
    chance = random.Random(seed)
    words = exact_forms(chance.choice(SENTENCES))
    typed = [fold(w) if chance.random() < 0.5 else w for w in words]
    for reading in model.restore(typed, n=n):
        assert len(reading.words) == len(typed)
        assert all(matches(t, w) for t, w in zip(typed, reading.words, strict=True))


TOGETHER = {
    ("nghỉ", "hưu"): 40, ("nghĩ", "hưu"): 1, ("sử", "dụng"): 200, ("xử", "lí"): 90,
    ("sử", "lí"): 1, ("miền", "bắc"): 60, ("nhà", "nước"): 80, ("cát", "trắng"): 3,
    ("dụng", "các"): 30, ("nghĩ", "đến"): 50, ("nghỉ", "đến"): 8, ("gia", "đình"): 700,
    ("gia", "định"): 6, ("định", "tự"): 4, ("mẹ", "đình"): 9,
}  # fmt: skip
TIMES = {"nghỉ": 300, "nghĩ": 400, "sử": 500, "xử": 400, "các": 9000, "bắc": 300, "bắt": 500,
         "đình": 900, "định": 2000}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nghĩ hưu", "nghỉ hưu"),
        ("xử dụng cát trắng", "sử dụng cát trắng"),
        ("sử lí", "xử lí"),
        ("miền bắt", "miền bắc"),
        ("nghĩ đến", "nghĩ đến"),
        ("nghỉ đến", "nghỉ đến"),  # rarer than the other, but it is said
        ("sử dụng cát", "sử dụng cát"),  # các stands beside anything
        ("nhà nước", "nhà nước"),
        ("nghĩ", "nghĩ"),
        ("hộ gia định", "hộ gia đình"),  # the index has Gia Định, too, but rarely
        ("gia dinh", "gia dinh"),  # without marks it is no slip
        ("gia định tự", "gia định tự"),  # the word after it fits
        ("mẹ định", "mẹ định"),  # so little says nothing of so frequent a word
    ],
)
def test_a_word_that_sounds_or_is_written_like_another_is_replaced_where_only_that_one_is_said(
    typed, meant
):
    found = without_slips(
        typed.split(),
        lambda a, b: TOGETHER.get((a, b), 0),
        lambda w: TIMES.get(w, 0),
        lambda letters: [form for form in TIMES if fold(form) == letters],
    )
    assert " ".join(found) == meant
