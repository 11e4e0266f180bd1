"""What narrows a search, and what that leaves of the words."""

from datetime import datetime

import pytest

from indexer.errors import QueryError
from indexer.index import Index, open_index
from indexer.models import Article, NoticeKind
from indexer.query import VIETNAM


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    index = open_index(tmp_path_factory.mktemp("narrowed") / "index", create=True)
    index.add(
        Article(
            id=f"{year}",
            title=f"Đường sắt qua đèo, đoạn {word}",
            body=f"Đường sắt qua đèo {word} được sửa trong năm {year} sau mùa mưa bão."
            + ("\nĐường sát núi thì chưa." if year == 2019 else ""),
            site="baothu.vn",
            section="Xã hội",
            agency="TTX",
            author=("Lê Na",),
            tags=("đường sắt",),
            published=datetime(year, 6, 1, tzinfo=VIETNAM),
        )
        for year, word in ((2019, "phía bắc"), (2020, "phía nam"), (2021, "phía tây"))
    )
    return index


NARROWED = [
    {"since": "2020"},
    {"until": "1/7/2020"},
    {"since": "2019", "until": "2021"},
    *({"filters": {name: (value,)}} for name, value in (
        ("site", "baothu.vn"), ("section", "Xã hội"), ("agency", "TTX"), ("author", "Lê Na"),
        ("tag", "đường sắt"), ("year", "2020"), ("month", "2020-06"),
    )),
]  # fmt: skip


@pytest.mark.parametrize("narrowed", NARROWED, ids=str)
def test_a_slip_is_corrected_under_any_filter(index: Index, narrowed: dict[str, object]):
    results = index.search("đường sătt", **narrowed)  # type: ignore[arg-type]
    assert results.total
    assert NoticeKind.CORRECTED in {notice.kind for notice in results.notices}


@pytest.mark.parametrize("narrowed", NARROWED, ids=str)
def test_words_are_set_aside_under_any_filter(index: Index, narrowed: dict[str, object]):
    results = index.search("đường sắt qua đèo cao tít", **narrowed)  # type: ignore[arg-type]
    assert results.total
    assert NoticeKind.RELAXED in {notice.kind for notice in results.notices}


@pytest.mark.parametrize("narrowed", NARROWED, ids=str)
def test_readings_are_counted_among_what_is_left(index: Index, narrowed: dict[str, object]):
    results = index.search("duong sat", **narrowed)  # type: ignore[arg-type]
    counts = {reading.text.lower(): reading.count for reading in results.readings}
    assert counts["đường sắt"] == results.total
    assert ("đường sát" in counts) == ("2019" in {hit.article.id for hit in results.hits})


def test_dates_narrow_searches_and_exports_alike(index: Index):
    found = index.search("duong sat", since="2020", until="2020-12-31")
    assert [hit.article.id for hit in found.hits] == ["2020"]
    assert [a.id for a in index.export("duong sat", since="2020", until="2020-12-31")] == ["2020"]


def test_a_date_that_is_none_is_an_error_as_argument_and_a_notice_in_the_text(index: Index):
    with pytest.raises(QueryError, match="2020-13"):
        index.search("duong sat", since="2020-13")
    results = index.search("duong sat since:2020-13")
    assert results.total == 3
    assert [(n.kind, n.detail) for n in results.notices] == [
        (NoticeKind.NOT_A_DATE, "since:2020-13")
    ]


def test_near_copies_are_hits_of_their_own_where_they_are_not_folded(tmp_path):
    told = [
        "Sáng nay lũ về nhanh hơn mọi năm, nước sông dâng cao hai mét chỉ trong một đêm.",
        "Bộ đội và dân quân giúp người già, trẻ nhỏ rời khỏi những căn nhà ven sông đang ngập sâu.",
        "Chính quyền tỉnh mở kho dự trữ, phát gạo, mì gói và nước uống cho hơn ba nghìn hộ dân.",
        "Trường học ở bảy xã đóng cửa đến hết tuần, thầy cô dọn bàn ghế lên tầng hai.",
    ]
    index = open_index(tmp_path / "i", create=True)
    index.add(
        [
            Article(id="a", title="Lũ về sớm ở vùng núi", body="\n".join(told)),
            Article(id="b", title="Lũ về sớm ở vùng núi", body="\n".join(told)),
            Article(id="c", title="Chợ nổi sau mùa lũ", body="Ghe xuồng lại về họp chợ."),
        ]
    )
    folded = index.search("lũ về sớm ở vùng núi")
    each = index.search("lũ về sớm ở vùng núi", fold_copies=False, per_page=1)
    assert (folded.total, folded.groups, each.total, each.groups, each.pages) == (2, 1, 2, 2, 2)
    pages = [index.search(each.query, fold_copies=False, per_page=1, page=n) for n in (1, 2, 3)]
    assert sorted(hit.article.id for page in pages for hit in page.hits) == ["a", "b"]
    assert all(not hit.duplicates for page in pages for hit in page.hits)


def test_a_literal_search_sets_no_word_aside(tmp_path):
    index = open_index(tmp_path / "index", create=True)
    index.add([Article(id="a", title="Chợ quê họp sớm"), Article(id="b", title="Chợ phố họp muộn")])
    assert index.search("chợ quê xưa").hits
    assert not index.search("chợ quê xưa", literal=True).hits
    assert [hit.article.id for hit in index.search("chợ quê", literal=True).hits] == ["a"]


def test_an_operator_is_no_word(tmp_path):
    index = open_index(tmp_path / "i", create=True)
    index.add(
        Article(id=str(i), title=title, body=title)
        for i, title in enumerate(["Nắng nóng kéo dài", "Người đẹp and cảnh nóng dưới nắng"])
    )
    [best, other] = index.search("nắng AND nóng").hits
    assert best.article.title == "Nắng nóng kéo dài"
    assert index.explain("nắng AND nóng", other.article.id).total == pytest.approx(
        index.explain("nắng nóng", other.article.id).total
    )
