"""What is given up first, what is said about it, and what is offered where nothing is found."""

from datetime import datetime

import pytest

from indexer.index import Index, open_index
from indexer.models import Article, NoticeKind, Sort
from indexer.offers import as_typed, is_backwards, without_year
from indexer.query import VIETNAM, describe, parse_query

TEXTS = {
    "tram": ("Trạm thu phí ở Cái Vồn", "Xe tải xếp hàng ở Cái Vồn từ sáng, trạm thu phí xả cửa."),
    "banh": ("Cách làm bánh xèo", "Trộn bột, thêm cải, vón thì rây lại; cái chảo phải nóng."),
    "le": ("Nghỉ lễ 2/9 ba ngày", "Dịp 2/9 các bến xe tăng chuyến, vé không tăng giá."),
    "hop": ("Bế mạc kỳ họp", "Đại biểu dự đại hội và kỳ họp đã bế mạc chiều qua."),
    "doi": ("HLV Park nói về đội", "HLV Park cho rằng đội khách chơi tốt hơn trong hiệp hai."),
    "san": ("Sân cỏ Hang Dơi", "Sân cỏ gần Hang Dơi mở cửa cho trẻ em ở thôn Seo Mí Tỷ."),
    "dam": ("Đám cưới ở bản", "Chú rể kể chuyện hàng xóm, vết sẹo cũ và đội văn nghệ của bản."),
}  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    index = open_index(tmp_path_factory.mktemp("offers") / "index", create=True)
    day = datetime(2020, 9, 27, tzinfo=VIETNAM)
    index.add(
        Article(id=f"https://bao.vn/{id}.html", title=title, body=body, published=day)
        for id, (title, body) in TEXTS.items()
    )
    return index


def ids(index: Index, text: str) -> list[str]:
    hits = index.search(text).hits
    return [hit.article.id.removeprefix("https://bao.vn/").removesuffix(".html") for hit in hits]


def said(index: Index, text: str) -> dict[NoticeKind, str]:
    return {notice.kind: notice.detail for notice in index.search(text).notices}


def test_a_word_is_given_up_before_the_marks_of_a_name(index: Index):
    assert ids(index, "BOT Cái Vồn")[0] == "tram"
    assert said(index, "BOT Cái Vồn") == {NoticeKind.RELAXED: "BOT"}


def test_what_was_given_up_is_named_as_it_was_typed(index: Index):
    detail = said(index, "HLV Park Hang Seo")[NoticeKind.RELAXED]
    assert set(detail.split()) < {"HLV", "Park", "Hang", "Seo"}


@pytest.mark.parametrize("text", ["NOT sân", "-sân"])
def test_not_is_a_minus(index: Index, text: str):
    assert sorted(ids(index, text)) == sorted(TEXTS.keys() - {"san"})


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("mưa NOT nắng", "mưa AND NOT nắng"),
        ("mưa AND NOT nắng", "mưa AND NOT nắng"),
        ("NOT (mưa OR nắng)", "NOT (mưa OR nắng)"),
        ('NOT "mưa đá"', 'NOT "mưa đá"'),
        ("mưa NOT", "mưa"),
        ("mưa not nắng", "mưa AND not AND nắng"),
        ("NOT", "not"),
    ],
)
def test_not_is_read_where_something_follows(text: str, tree: str):
    assert describe(parse_query(text).root) == tree


def test_quotes_that_find_nothing_are_offered_without_them(index: Index):
    found = index.search('"bế mạc đại hội"')
    assert (found.total, found.suggestion) == (0, "bế mạc đại hội")
    assert ids(index, found.suggestion) == ["hop"]


def test_a_date_finds_its_day_and_month_and_offers_what_was_published_on_it(index: Index):
    assert ids(index, "2/9/2017") == ["le"]
    assert said(index, "2/9/2017") == {NoticeKind.RELAXED: "2017"}
    offered = index.search("27/9/2020").suggestion
    assert index.search(offered).total == len(TEXTS)


def test_a_range_that_ends_before_it_begins_is_named(index: Index):
    assert NoticeKind.BACKWARDS in said(index, "sân until:2019 since:2020")
    assert NoticeKind.BACKWARDS not in said(index, "sân since:2020 until:2020")


@pytest.mark.parametrize("text", ["🙂", '"', "(((", "*", "-", "?!"])
def test_a_text_without_words_shows_everything_and_says_so(index: Index, text: str):
    assert index.search(text).total == len(TEXTS)
    assert said(index, text) == {NoticeKind.NO_WORDS: text}


def test_an_empty_text_needs_no_excuse(index: Index):
    assert said(index, "  ") == {}


@pytest.mark.parametrize(
    "address",
    [
        "https://bao.vn/le.html",
        "http://bao.vn/le.html",
        "bao.vn/le.html",
        "www.bao.vn/le.html#binh-luan",
        "HTTPS://Bao.vn/le.html?utm_source=thu&fbclid=1",
        "https://bao.vn/le.html/",
    ],
)
def test_an_address_finds_its_article(index: Index, address: str):
    assert ids(index, address) == ["le"]


def test_the_address_of_another_page_does_not(index: Index):
    assert ids(index, "https://bao.vn/khong-co.html") != ["le"]


def test_an_order_may_be_given_by_its_name(index: Index):
    by_name = [hit.article.id for hit in index.search("", sort="oldest").hits]
    assert by_name == [hit.article.id for hit in index.search("", sort=Sort.OLDEST).hits]
    with pytest.raises(ValueError, match="newest first"):
        index.search("", sort="newest first")


def test_pages_are_counted_in_groups_of_near_copies(index: Index):
    found = index.search("", per_page=2)
    assert (found.total, found.groups, found.pages) == (7, 7, 4)


def test_parts_are_pure():
    assert as_typed(("hlv", "kĩ"), "HLV dạy Kỹ thuật") == "HLV Kỹ"
    assert without_year(parse_query("lễ 2/9/2017").root) == parse_query("lễ 2/9").root
    assert without_year(parse_query("45/90/2017").root) == parse_query("45/90/2017").root
    assert is_backwards(parse_query("since:2021 until:2020").root)
    assert not is_backwards(parse_query("since:2020 until:2021 lũ").root)
