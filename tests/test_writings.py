"""The same thing written differently: acronyms, codes, thousands, borrowed words."""

import pytest

from indexer import Article, open_index
from indexer.query import describe, parse_query
from indexer.writings import in_all_writings

TITLES = {
    "fbi": "FBI điều tra vụ rò rỉ",
    "f.b.i": "Đặc vụ F.B.I họp báo",
    "f-35": "Mỹ đưa F-35 tới căn cứ",
    "f35": "Tiêm kích F35 hạ cánh khẩn cấp",
    "galaxy": "Galaxy S8 ra mắt sáng nay",
    "galaxy2": "Galaxy S8 về tới cửa hàng",
    "u20 vn": "U20 VN gặp đội khách",
    "m-tp": "Ca sĩ Sơn Tùng M-TP đi diễn",
    "mtp": "Ca sĩ Sơn Tùng MTP ra đĩa",
    "t.o.p": "T.O.P của nhóm Big Bang",
    "1.500": "Hỏng 1.500 máy trạm",
    "1500": "Thay 1500 máy trạm",
    "ô tô": "Giá ô tô giảm",
    "ôtô": "Bãi đỗ ôtô đầy",
    "29": "Nhiệt độ là 29 độ",
    "2 9": "Nghỉ lễ 2/9 dài ngày",
    "mũ": "Đội mũ khi ra đường",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    index = open_index(tmp_path_factory.mktemp("index") / "i", create=True)
    index.add(Article(id=id, title=title, body=f"{title}.") for id, title in TITLES.items())
    return index


def found(index, text: str, **more: object) -> set[str]:
    return {hit.article.id for hit in index.search(text, fold_copies=False, **more).hits}


MEET = [
    (("FBI", "fbi", "F.B.I", "f-b-i", "title:FBI", "title:F.B.I"), {"fbi", "f.b.i"}),
    (("F35", "f35", "F-35", "title:f35"), {"f35", "f-35"}),
    (("galaxys8", "Galaxy S8"), {"galaxy", "galaxy2"}),
    (("U20VN", "U20 VN", "U-20VN"), {"u20 vn"}),
    (("MTP", "M-TP", "sơn tùng mtp", "sơn tùng M-TP"), {"mtp", "m-tp"}),
    (("TOP big bang", "T.O.P big bang"), {"t.o.p"}),
    (("1500 máy trạm", "1.500 máy trạm", "1,500 máy trạm"), {"1500", "1.500"}),
    (("ôtô", "oto", "ô tô", "o to", "ô-tô"), {"ô tô", "ôtô"}),
]


@pytest.mark.parametrize(
    ("typed", "wanted"), [(typed, wanted) for all_typed, wanted in MEET for typed in all_typed]
)
def test_every_writing_finds_all_writings(index, typed, wanted):
    assert found(index, typed) == wanted


@pytest.mark.parametrize("typed", [typed for all_typed, _ in MEET for typed in all_typed])
def test_nothing_is_said_of_other_writings(index, typed):
    results = index.search(typed)
    assert (results.notices, results.suggestion) == ((), "")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ('"f35"', {"f35"}),
        ("=f35", {"f35"}),
        ('"F 35"', {"f-35"}),
        ('"ô tô"', {"ô tô"}),
        ('"1 500" máy', {"1.500"}),
    ],
)
def test_what_is_quoted_or_exact_stays_as_typed(index, typed, wanted):
    assert found(index, typed) == wanted


def test_a_literal_search_stays_as_typed(index):
    assert found(index, "F35", literal=True) == {"f35"}


@pytest.mark.parametrize(("typed", "gone"), [("F35", "f-35"), ("M-TP", "mtp"), ("oto", "ô tô")])
def test_what_is_excluded_is_excluded_in_every_writing(index, typed, gone):
    everything = found(index, "-nothing", per_page=50)
    assert everything - found(index, f"-nothing -{typed}", per_page=50) >= {gone}


@pytest.mark.parametrize(
    ("typed", "wanted"), [("2 9", {"2 9"}), ("2/9", {"2 9"}), ("2-9", {"2 9"})]
)
def test_numbers_apart_are_no_other_number(index, typed, wanted):
    assert found(index, typed) == wanted


def test_letters_apart_are_no_acronym_unless_glued(index):
    assert not found(index, "m t p") & {"mtp", "m-tp"}
    root = parse_query("f b i").root
    assert in_all_writings(parse_query("f b i"), index.engine.view().language(), "fbi").root == root


def test_an_acronym_is_no_syllable_with_marks(index):
    assert "mũ" not in found(index, "M.U")


def test_what_an_article_writes_is_lit(index):
    for typed in ("F35", "F-35"):
        lit = {
            title.text[start:end]
            for title in (hit.title for hit in index.search(typed).hits)
            for start, end in title.spans
        }
        assert "F35" in lit
        assert lit & {"F-35", "F", "35"}


def test_an_explanation_shows_the_writings(index):
    assert index.explain("F35", "f-35").parsed == 'f35 OR ="f 35"'


def test_a_long_query_counts_a_word_that_only_stands_in_another_writing(index):
    results = index.search("bao giờ thì galaxys8 mới ra mắt ở cửa hàng")
    assert results.hits[0].article.id in {"galaxy", "galaxy2"}


def test_ordinary_words_are_left_as_they_are(index):
    query = parse_query("giá nhà ở Hà Nội tăng")
    words = ("giá", "nhà", "ở", "hà", "nội", "tăng")
    assert in_all_writings(query, index.engine.view().language(), words) is query
    assert describe(query.root).count("OR") == 0
