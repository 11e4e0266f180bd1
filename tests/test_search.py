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
