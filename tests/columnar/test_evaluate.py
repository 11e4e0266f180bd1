"""What queries find, in which order, and what is said about it, over small real segments."""

from datetime import UTC, datetime
from itertools import product
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.columnar.builder import SegmentBuilder
from indexer.columnar.evaluate import Evaluator, words_of
from indexer.columnar.explain import explain
from indexer.columnar.files import Files
from indexer.columnar.records import hash_of, record_of
from indexer.columnar.segment import Segment
from indexer.columnar.similar import similar
from indexer.models import Article, Sort
from indexer.query import parse_query
from indexer.vietnamese import exact_forms, fold, matches

FILLER = "Người dân cho biết công việc của họ vẫn như mọi ngày và không có gì thay đổi."


class Part(NamedTuple):
    segment: Segment
    base: int
    live: np.ndarray | None


def article(id: str, title: str, body: str = FILLER, **more: object) -> Article:
    return Article(id=id, title=title, body=body, **more)


ARTICLES = [
    article("hoi", "Đại hội đảng bộ tỉnh khai mạc", section="Chính trị", site="bao-a.vn"),
    article("hoc", "Trường đại học mở ngành mới", section="Giáo dục", site="bao-b.vn"),
    article("khong", "Dai hoi dang bo huyen", "Nguoi dan cho biet cong viec van nhu moi ngay."),
    article("dai", "Đài phát thanh hội viên", section="Chính trị", site="bao-a.vn"),
    article("langson", "Lạng Sơn đón mùa hồi", f"{FILLER} Cửa khẩu ở Lạng Sơn đông khách."),
    article("lang", "Nghề sơn mài của làng Sơn Hạ", "Làng giữ nghề sơn mài đã trăm năm."),
    article("tan", "Từ Lạng Giang về Sơn Động", "Đường từ Lạng Giang về Sơn Động đã thông xe."),
    article("hoa", "Đàm phán hòa bình", published=datetime(2020, 9, 1, 2, tzinfo=UTC)),
    article(
        "hoa2", "Hoa cúc nở sớm", "Vườn hoa ở ngoại ô.", published=datetime(2021, 2, 1, tzinfo=UTC)
    ),
    article("my", "Mỹ sơ tán dân trước bão", "Bão vào Mỹ lúc nửa đêm."),
]


def evaluator_of(
    folder, articles: list[Article], parts: int = 1, dead: frozenset[str] = frozenset()
):
    made = []
    base = 0
    size = -(-len(articles) // parts)
    for at in range(0, len(articles), size):
        builder = SegmentBuilder()
        some = articles[at : at + size]
        builder.take([record_of(one) for one in some])
        path = folder / f"{at}.segment"
        groups = np.array([hash_of(one.source) for one in some], dtype=np.uint64)
        builder.write(path, Files(), groups.copy)
        live = np.array([one.id not in dead for one in some]) if dead else None
        made.append(Part(Segment(path), base, live))
        base += len(some)
    return Evaluator(made)


@pytest.fixture(scope="module", params=[1, 3], ids=["one part", "three parts"])
def evaluator(request, tmp_path_factory):
    return evaluator_of(tmp_path_factory.mktemp("segments"), ARTICLES, request.param)


def ids(evaluator: Evaluator, text: str, *, reading: str = "", **more: object) -> list[str]:
    query = parse_query(text)
    found = evaluator.search(query, reading=exact_forms(reading) or None, **more)
    return [ARTICLES[hit.number].id for hit in found.hits]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("dai hoi", {"hoi", "khong", "dai"}),
        ("đai hôi", {"hoi", "khong", "dai"}),
        ("đại hội", {"hoi", "khong"}),
        ("=đại", {"hoi", "hoc"}),
        ('="dai hoi"', {"khong"}),
        ("hoà bình", {"hoa"}),
        ("hoa", {"hoa", "hoa2"}),
        ("Mĩ", {"my"}),
        ('"lạng sơn"', {"langson"}),
        ('"sơn mài của"', {"lang"}),
        ('"mài sơn"', set()),
        ("lạng*", {"langson", "tan"}),
        ("lang*", {"langson", "tan", "lang"}),
        ("title:sơn", {"langson", "lang", "tan"}),
        ("body:khẩu", {"langson"}),
        ("body:đón", set()),
        ("section:trị", {"hoi", "dai"}),
        ('section:"chinh tri" đại', {"hoi"}),
        ("site:bao-b.vn", {"hoc"}),
        ("hòa OR mỹ", {"hoa", "my"}),
        ("sơn -mài", {"langson", "tan"}),
        ("since:2021", {"hoa2"}),
        ("until:2020", {"hoa"}),
        ("", {one.id for one in ARTICLES}),
    ],
)
def test_query_finds(evaluator, query, found):
    assert set(ids(evaluator, query)) == found
    assert evaluator.search(parse_query(query)).total == len(found)


@pytest.mark.parametrize(
    ("query", "reading", "first"),
    [
        ("dai hoi", "đại hội", "hoi"),
        ("lang son", "lạng sơn", "langson"),
        ("lang son", "làng sơn", "lang"),
        ("đại hội", "đại hội", "hoi"),
        ("hoa", "hoa", "hoa2"),
    ],
)
def test_the_form_that_was_meant_comes_first(evaluator, query, reading, first):
    assert ids(evaluator, query, reading=reading)[0] == first


def test_words_side_by_side_come_before_words_apart(evaluator):
    assert ids(evaluator, "lạng sơn") == ["langson", "tan"]


def test_a_few_words_are_all_asked_for_where_some_article_has_them(evaluator):
    found = evaluator.search(parse_query("đại học mở"))
    assert found.total == 1
    assert found.relaxed == ()


def test_words_that_nothing_holds_together_are_relaxed_and_named(evaluator):
    found = evaluator.search(parse_query("lạng sơn zzzz"))
    assert {ARTICLES[hit.number].id for hit in found.hits} == {"langson", "tan"}
    assert found.relaxed == ("zzzz",)


def test_words_that_are_nowhere_find_nothing(evaluator):
    found = evaluator.search(parse_query("zzzz qqqq"))
    assert (found.total, found.hits, found.relaxed) == (0, (), ())


def test_a_long_question_finds_what_holds_most_of_it(evaluator):
    question = "ở cửa khẩu nào của lạng sơn mà mùa hồi đông khách nhất vậy bạn"
    found = evaluator.search(parse_query(question))
    assert ARTICLES[found.hits[0].number].id == "langson"
    assert "nhất" in found.relaxed


def test_an_operator_is_never_relaxed(evaluator):
    assert evaluator.search(parse_query("lạng sơn zzzz -mài")).total == 0
    assert evaluator.search(parse_query("title:lạng title:zzzz")).total == 0


def test_facets_count_results(evaluator):
    found = evaluator.search(parse_query("đại"), facets=("section", "site", "year", "month"))
    assert {v.value: v.count for v in found.facets["section"]} == {"Chính trị": 1, "Giáo dục": 1}
    assert {v.value for v in found.facets["site"]} == {"bao-a.vn", "bao-b.vn"}
    dated = evaluator.search(parse_query("hoa"), facets=("year", "month"))
    assert [(v.value, v.count) for v in dated.facets["month"]] == [("2020-09", 1), ("2021-02", 1)]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"section": ["Chính trị"]}, {"hoi", "dai"}),
        ({"section": ["Giáo dục", "Chính trị"], "site": ["bao-a.vn"]}, {"hoi", "dai"}),
        ({"year": ["2020"]}, {"hoa"}),
        ({"month": ["2021-02", "1999-01"]}, {"hoa2"}),
        ({"tag": ["none"]}, set()),
    ],
)
def test_filters_keep_what_has_one_of_their_values(evaluator, filters, found):
    assert set(ids(evaluator, "", filters=filters)) == found


def test_dates_order_results_and_undated_ones_come_last(evaluator):
    assert ids(evaluator, "", sort=Sort.NEWEST)[:2] == ["hoa2", "hoa"]
    assert ids(evaluator, "", sort=Sort.OLDEST)[:2] == ["hoa", "hoa2"]


def test_pages_together_are_the_whole_ranking(evaluator):
    whole = ids(evaluator, "sơn OR đại OR hoa", limit=100)
    pages = [ids(evaluator, "sơn OR đại OR hoa", offset=at, limit=2) for at in range(0, 12, 2)]
    assert [id for page in pages for id in page] == whole
    assert len(set(whole)) == len(whole)


def test_deleted_articles_are_never_found(tmp_path):
    evaluator = evaluator_of(tmp_path, ARTICLES, dead=frozenset({"langson", "hoi"}))
    assert ids(evaluator, "lạng sơn") == ["tan"]
    assert "hoi" not in ids(evaluator, "dai hoi")
    assert evaluator.search(parse_query("")).total == len(ARTICLES) - 2
    assert evaluator.count(parse_query("đại")) == 2
    assert all(n != 4 for n, _ in similar(evaluator, 6))


def test_near_copies_are_folded_under_the_best(tmp_path):
    copies = [
        article("a", "Bão đổi hướng vào bờ", source="g"),
        article("b", "Bão đổi hướng", f"{FILLER} {FILLER} Bão", source="g"),
        article("c", "Bão tan", "Bão đã tan."),
    ]
    found = evaluator_of(tmp_path, copies).search(parse_query("bão"))
    assert (found.total, found.groups) == (3, 2)
    by_number = {hit.number: hit.duplicates for hit in found.hits}
    assert 2 in by_number
    assert by_number.get(0, (0,)) == (1,) or by_number.get(1, (1,)) == (0,)


def test_what_was_derived_is_carried_to_the_next_evaluator(tmp_path):
    old = evaluator_of(tmp_path, ARTICLES)
    old.search(parse_query("đại hội đảng bộ"))
    new = Evaluator(old.parts, known=old)
    assert new.parts[0].per_weight is old.parts[0].per_weight


def test_words_of_a_query_are_those_that_are_scored():
    query = parse_query('đại hội -"hà nội" title:tin section:trị')
    assert words_of(query) == ("đại", "hội", "tin")


def test_similar_articles_share_what_they_are_about(tmp_path):
    topics = {
        "ca": "Giá cà phê Tây Nguyên tăng, nông dân giữ vườn cà phê chờ mùa",
        "bong": "Thủ môn cản phạt đền, đội bóng vào chung kết giải bóng đá",
    }
    several = [
        article(
            f"{name}{i}", f"{text.split(',')[0]} lần {i}", f"{text}. Chuyện thứ {i} trong tuần."
        )
        for (name, text), i in product(topics.items(), range(3))
    ]
    evaluator = evaluator_of(tmp_path, several)
    assert {n for n, _ in similar(evaluator, 0, limit=2)} == {1, 2}
    assert {n for n, _ in similar(evaluator, 4, limit=2)} == {3, 5}


def test_reasons_add_up_to_the_score(evaluator):
    query = parse_query("lạng sơn đón mùa")
    found = evaluator.search(query)
    explained = explain(evaluator, query, found.hits[0].number)
    assert explained.rank == 1
    assert explained.total == pytest.approx(found.hits[0].score, abs=1e-3)
    assert sum(r.score for r in explained.reasons) == pytest.approx(explained.total, abs=2e-2)
    assert {"word", "folded", "pair"} <= {r.kind for r in explained.reasons}


def without(text: str) -> str:
    return " ".join(fold(word) for word in text.split())


COPIES = [
    ("Khai mạc lễ hội đền Hùng", "Sáng nay đông đảo người dân về dự lễ hội đền Hùng ở Phú Thọ."),
    ("Giá lúa tăng", "Nông dân ở miền Tây bán lúa với giá cao hơn vụ trước rất nhiều."),
    ("Mưa", "Đêm qua mưa lớn ở nhiều nơi, có nơi nước ngập đến nửa mét."),
]


@pytest.mark.parametrize("exact_last", [False, True])
@pytest.mark.parametrize(
    "query",
    [
        "lễ hội",
        "đền hùng phú thọ",
        "khai mạc lễ hội đền hùng",
        "giá lúa",
        "nông dân",
        "bán lúa",
        "mưa lớn",
        "nước ngập",
        '"lễ hội"',
        "hội",
    ],
)
def test_what_is_written_as_typed_comes_before_its_copies_without_or_with_wrong_marks(
    tmp_path, query, exact_last
):
    wrong = str.maketrans("ễộềùạớậúôả", "ệỗếụàợấứổá")
    copies = [
        article(f"{kind}{i}", change(title), f"{change(body)} {change(FILLER)}")
        for i, (title, body) in enumerate(COPIES)
        for kind, change in (
            ("exact", str),
            ("bare", without),
            ("wrong", lambda text: text.translate(wrong)),
        )
    ]
    if exact_last:
        copies.reverse()
    evaluator = evaluator_of(tmp_path, copies)
    found = [copies[hit.number].id for hit in evaluator.search(parse_query(query)).hits]
    exact = [id for id in found if id.startswith("exact")]
    assert exact
    for other in found:
        twin = "exact" + other[-1]
        assert found.index(twin) <= found.index(other)


def dated(id: str, title: str, published: datetime | None) -> Article:
    return article(id, title, f"{FILLER} Giá vàng tăng. {FILLER}", published=published)


def test_newer_articles_gain_only_where_it_is_asked_for_and_never_much(tmp_path):
    year = [datetime(y, 3, 1, tzinfo=UTC) for y in (2018, 2020, 2999)]
    articles = [
        dated("new", "Giá vàng tăng", year[1]),
        dated("undated", "Giá vàng tăng", None),
        dated("future", "Giá vàng tăng", year[2]),
        dated("old", "Giá vàng tăng", year[0]),
        dated("weak", "Chuyện ở chợ", year[1]),
    ]
    evaluator = evaluator_of(tmp_path, articles, parts=2)
    query = parse_query("giá vàng")

    def order(recency_days: float | None) -> list[str]:
        hits = evaluator.search(query, recency_days=recency_days).hits
        return [articles[hit.number].id for hit in hits]

    assert order(None)[0] != "new"
    assert order(30)[0] == "new"
    assert order(30)[-1] == "weak"  # as new, but hardly about it
    plain = {h.number: h.score for h in evaluator.search(query).hits}
    gains = {
        articles[h.number].id: h.score / plain[h.number]
        for h in evaluator.search(query, recency_days=365).hits
    }
    assert gains["new"] == pytest.approx(1.25, abs=1e-3)
    assert gains["old"] == pytest.approx(1 + 0.25 * 2 ** (-731 / 365), abs=1e-3)
    assert gains["undated"] == gains["future"] == pytest.approx(1.0)
    explained = explain(evaluator, query, 0, recency_days=365)
    assert explained.reasons[-1].kind == "recency"
    assert sum(r.score for r in explained.reasons) == pytest.approx(explained.total, abs=2e-2)


WORDS = ["đại", "dài", "dai", "hội", "hoi", "hòa", "hoà", "sơn", "son"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), min_size=1, max_size=8),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=2),
)
def test_all_words_are_matched_by_the_rule(tmp_path_factory, titles, query):
    articles = [article(str(i), " ".join(words)) for i, words in enumerate(titles)]
    evaluator = evaluator_of(tmp_path_factory.mktemp("some"), articles)
    forms = [exact_forms(" ".join(words)) + exact_forms(FILLER) for words in titles]
    wanted = {
        i
        for i, written in enumerate(forms)
        if all(any(matches(t, w) for w in written) for t in exact_forms(" ".join(query)))
    }
    text = " AND ".join(query)
    assert evaluator.count(parse_query(text)) == len(wanted)
    if wanted:
        assert {hit.number for hit in evaluator.search(parse_query(text)).hits} == wanted
