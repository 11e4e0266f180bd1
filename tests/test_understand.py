"""What readers mean: marks left out, keys of an input method, slips, other marks."""

import pytest

from indexer import Article, open_index
from indexer.models import NoticeKind

TITLES = [
    "Đại hội đảng bộ tỉnh khai mạc",
    "Đại hội đảng bộ huyện bế mạc",
    "Lạng Sơn đón mùa hồi",
    "Cửa khẩu ở Lạng Sơn đông khách",
    "Nghề sơn mài của làng Sơn Hạ",
    "Sửa luật nhà ở",
    "Sữa học đường cho trẻ vùng cao",
    "Trường đại học mở ngành mới",
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    index = open_index(tmp_path_factory.mktemp("index") / "i", create=True)
    index.add(Article(id=str(i), title=t, body=f"{t}.") for i, t in enumerate(TITLES))
    return index


def first(index, text: str) -> str:
    return index.search(text).hits[0].article.title


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("dai hoi dang bo", "Đại hội đảng bộ huyện bế mạc"),
        ("lang son", "Lạng Sơn đón mùa hồi"),
        ("ddaji hooji huyeejn", "Đại hội đảng bộ huyện bế mạc"),
        ("d9a5i ho65i", "Đại hội đảng bộ huyện bế mạc"),
        ("lạngg sơn mùa", "Lạng Sơn đón mùa hồi"),
        ("sua hoc duong", "Sữa học đường cho trẻ vùng cao"),
    ],
)
def test_the_article_that_was_meant_comes_first(index, typed, title):
    words = {"Đại hội đảng bộ tỉnh khai mạc", "Cửa khẩu ở Lạng Sơn đông khách", title}
    assert first(index, typed) in words


@pytest.mark.parametrize(
    ("typed", "said"),
    [("ddaji hooji", "đại hội"), ("lạngg sơn", "Lạng Sơn"), ("sữaa học đường", "sữa học đường")],
)
def test_a_correction_is_said(index, typed, said):
    [notice] = [n for n in index.search(typed).notices if n.kind is NoticeKind.CORRECTED]
    assert notice.detail.casefold() == said.casefold()


def test_nothing_is_corrected_when_the_words_are_meant_literally(index):
    found = index.search("lạngg sơn", literal=True)
    assert all(n.kind is not NoticeKind.CORRECTED for n in found.notices)


def test_readings_come_with_their_counts(index):
    readings = index.search("lang son").readings
    assert [(r.text, r.count) for r in readings][:2] == [("Lạng Sơn", 2), ("làng Sơn", 1)]


def test_a_query_with_all_its_marks_has_no_readings(index):
    assert index.search("Lạng Sơn").readings == ()


def offered(index, typed):
    """What is searched for or suggested in the place of what was typed."""
    found = index.search(typed)
    corrected = [n.detail for n in found.notices if n.kind is NoticeKind.CORRECTED]
    return (*corrected, found.suggestion)[0].casefold()


def test_the_same_letters_with_other_marks_are_suggested(index):
    assert offered(index, "sữa luật nhà ở") == "sửa luật nhà ở"
    assert offered(index, "sửa luật nhà ở") == ""


MORE = [
    ("Bác sĩ khám bệnh cho người già", 6),
    ("Bộ giáo dục họp với trường học", 6),
    ("Sàn bitcoin đóng cửa", 3),
    ("Luật nhà ở mới", 2),
    ("Đường sỉ, bác bán lẻ", 1),
    ("Sữa tươi và luật chơi", 1),
    ("Sửa luật lần nữa", 6),
    ("Ông Nguyễn Phú Trọng gặp cử tri", 4),
    ("Trọng tài Nguyễn thổi phạt, Phú vào lưới", 4),
    ("Người phu trong mỏ than", 1),
    ("Khách nước ngoài mua coin, bit và byte", 1),
]


@pytest.fixture(scope="module")
def larger(tmp_path_factory):
    index = open_index(tmp_path_factory.mktemp("larger") / "i", create=True)
    index.add(
        Article(id=f"{title}{i}", title=f"{title} {i}", body=f"{title}. Chuyện {i} của ngày {i}.")
        for title, times in MORE
        for i in range(times)
    )
    return index


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bác sỉ", "bác sĩ"),
        ("sữa luật", "sửa luật"),
        ("chuyện 3 bác sỉ", "chuyện 3 bác sĩ"),
        ("bit coin", "bitcoin"),
        ("bác sĩ", ""),
        ("chuyện 3 bác sĩ", ""),
        ("chuyen bac si", ""),
        ("luật nhà ở", ""),
        ("trường học", ""),
    ],
)
def test_what_is_far_more_often_said_is_suggested(larger, typed, meant):
    assert offered(larger, typed) == meant


def test_what_no_article_has_in_full_is_searched_for_as_it_was_meant(larger):
    found = larger.search("chuyện 3 bác sỉ")
    assert [notice.kind for notice in found.notices] == [NoticeKind.CORRECTED]
    assert found.hits[0].article.title.startswith("Bác sĩ khám bệnh")
    assert larger.search("chuyện 3 bác sỉ", literal=True).notices == ()
    assert larger.search("bác sỉ").notices == ()  # some article has both words


def test_what_can_be_one_syllable_is_not_taken_apart(tmp_path):
    index = open_index(tmp_path / "i", create=True)
    titles = ["Tới từ Yên Bái", "Đội tuyển thắng", "Đội tuyển về nước"] * 2
    index.add(Article(id=str(i), title=t, body=f"{t}. Chuyện {i}.") for i, t in enumerate(titles))
    [notice] = index.search("đội tuyễn").notices
    assert notice.detail.casefold() == "đội tuyển"


def test_a_syllable_that_no_article_has_is_corrected_where_its_neighbour_says_so(larger):
    found = larger.search("giáo dụt")
    assert [n.detail.casefold() for n in found.notices] == ["giáo dục"]
    assert "giáo dục" in found.hits[0].article.title


def test_readings_are_written_as_articles_write_them(larger):
    first = larger.search("nguyen phu trong").readings[0]
    assert (first.text, first.count) == ("Nguyễn Phú Trọng", 4)


def test_an_empty_index_understands_nothing_and_says_so(tmp_path):
    found = open_index(tmp_path / "empty", create=True).search("lang son")
    assert (found.total, found.readings, found.suggestion) == (0, (), "")


def test_completions_come_from_titles(index):
    assert "đại hội đảng bộ" in [s.text.casefold() for s in index.suggest("dai ho")]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("langson", "Lạng Sơn"),
        ("daihoi", "đại hội"),
        ("trườnghọc", "trường học"),
        ("khámbệnh cho người", "khám bệnh cho người"),
        ("cửa khuẩ", "cửa khẩu"),
        ("trường họcd", "trường học"),
        ("đgản bộ", ""),
        ("luậ tnhà", ""),
    ],
)
def test_joined_and_swapped_letters_are_understood(larger, index, typed, read):
    details = [
        n.detail.casefold()
        for some in (index, larger)
        for n in some.search(typed).notices
        if n.kind is NoticeKind.CORRECTED
    ]
    assert not read or read.casefold() in details


def test_two_letters_that_changed_places_are_one_slip(index):
    assert [n.detail.casefold() for n in index.search("lạng snơ").notices] == ["lạng sơn"]


def test_half_the_marks_of_a_name_are_completed(index):
    index_first = index.search("lang sơn").hits[0].article.title
    assert "Lạng Sơn" in index_first
    assert all("Lạng Sơn" in hit.article.title for hit in index.search("lạng sơn").hits)


SAID_OFTEN = ["sở hữu", "danh sách", "Donald Trump", "lễ hội", "chữa bệnh", "Đắk Lắk", "Bắc Kạn"]


@pytest.fixture(scope="module")
def with_slips(tmp_path_factory):
    """Phrases that many articles have, each with a slip that one has."""
    index = open_index(tmp_path_factory.mktemp("slips"), create=True)
    texts = [f"Bài {n} nói về {phrase} ở tỉnh." for phrase in SAID_OFTEN for n in range(12)]
    texts += [
        "Bài có danh sachs lạ.",
        "Ông Donal Trump đến.",
        "Dân lể hội ấy vui.",
        "Hãng LG mở cửa.",
        "Nó sỡ hãi.",
        "Cô ấy chửa hoang.",
        "Xe về Đắc Lắc.",
        "Sông cạn phía bắc.",
    ]
    index.add(Article(id=str(n), title=f"Tin {n}", body=text) for n, text in enumerate(texts))
    return index


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("danh sachs", "danh sách"),
        ("donal trump", "Donald Trump"),
        ("Donal", "Donald"),
        ("sỡ hữu danh sách", "sở hữu danh sách"),
        ("chửa bệnh lễ hội", "chữa bệnh lễ hội"),
        ("Đắc Lắc", "Đắk Lắk"),
        ("dac lac", "Đắk Lắk"),
        ("lễ hội bắc cạn", "lễ hội Bắc Kạn"),
    ],
)
def test_a_slip_that_some_article_has_is_offered_as_it_was_meant(with_slips, typed, meant):
    assert with_slips.search(typed).suggestion == meant


@pytest.mark.parametrize(
    "typed",
    [
        "hãng LG",
        "danh sách",
        "đắk lắk",
        "phía bắc",
        "sông cạn",
        "lễ hội",
        "Trump đến",
        "tỉnh",
        "sachs",
    ],
)
def test_what_is_right_or_cannot_be_told_is_left_alone(with_slips, typed):
    assert with_slips.search(typed).suggestion in ("", "sách")


@pytest.mark.parametrize("typed", ["covid19", "5g", "u23", "iphone7"])
def test_letters_and_digits_come_apart_where_texts_have_them_side_by_side(tmp_path, typed):
    index = open_index(tmp_path, create=True)
    index.add([Article(id="a", title="COVID 19 lan ra", body="Mạng 5G của U23.")])
    found = index.search(typed)
    assert bool(found.total) == (typed != "iphone7")
    assert all(notice.kind != NoticeKind.CORRECTED for notice in found.notices)
