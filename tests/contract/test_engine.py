"""What every engine must do. One suite; each engine is a parameter."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from indexer.engines.base import Engine
from indexer.engines.open import open_engine
from indexer.errors import ArticleNotFoundError, IndexLockedError, IndexNotFoundError
from indexer.models import Article, Query, Sort
from indexer.query import parse_period, parse_query

VIETNAM = timezone(timedelta(hours=7))


def article(id: str, title: str, body: str = "", **facts: object) -> Article:
    return Article(id=id, title=title, body=body, **facts)  # type: ignore[arg-type]


ARTICLES = [
    article(
        "a",
        "Đại hội Đảng bộ tỉnh Lạng Sơn",
        "Đại hội bầu ban chấp hành.\nHòa bình và hợp tác ở biên giới.",
        lead="Sáng nay, đại hội khai mạc.",
        captions=("Toàn cảnh phiên bế mạc",),
        site="a.vn",
        section="Chính trị",
        author=("Nguyễn Hoa", "Lê Minh"),
        agency="TTXVN",
        tags=("đại hội", "Lạng Sơn"),
        published=datetime(2020, 9, 27, 8, 0, tzinfo=VIETNAM),
        source="a.html",
        fingerprint="1",
    ),
    article(
        "b",
        "Nghe đài hồi ký",
        "Chiếc đài cũ kể hồi ký của một người.",
        site="b.vn",
        section="Văn hóa",
        published=datetime(2021, 1, 1, 0, 30, tzinfo=VIETNAM),
    ),
    article("c", "Dai hoi dang bo", "Ban tin khong dau ve dai hoi.", site="b.vn"),
    article("d", "Lũ ở làng Sơn", "Nước lũ dâng. Dân làng di dời.", site="a.vn"),
]


@pytest.fixture(params=["whoosh"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Engine]:
    return lambda **how: open_engine(tmp_path / "index", **how)


@pytest.fixture
def engine(make: Callable[..., Engine]) -> Engine:
    engine = make(create=True)
    with engine.writer() as writer:
        for one in ARTICLES:
            writer.add(one)
    engine.refresh()
    return engine


def found(engine: Engine, text: str, **how: object) -> list[str]:
    ranking = engine.search(parse_query(text), **how)  # type: ignore[arg-type]
    return [] if ranking.relaxed else [engine.article(hit.number).id for hit in ranking.hits]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("đại hội", {"a", "c"}),
        ("dai hoi", {"a", "b", "c"}),
        ("đai hội", {"a", "c"}),
        ("=đại =hội", {"a"}),
        ("ĐẠI HỘI", {"a", "c"}),
        ('"đại hội đảng"', {"a", "c"}),
        ('"hội đại"', set()),
        ("hoà bình", {"a"}),
        ("lạng sơn", {"a"}),
        ("lang son", {"a", "d"}),
        ("lạn*", {"a"}),
        ("đại hội -lạng", {"c"}),
        ("lũ OR đài", {"b", "c", "d"}),
        ("title:bầu", set()),
        ("body:bầu", {"a"}),
        ("caption:bế", {"a"}),
        ("bế mạc", {"a"}),
        ("site:b.vn", {"b", "c"}),
        ("author:hoa", {"a"}),
        ('author:"lê minh"', {"a"}),
        ("agency:ttxvn", {"a"}),
        ('section:"chính trị"', {"a"}),
        ('tag:"lạng sơn"', {"a"}),
        ("since:2021", {"b"}),
        ("until:2020-09-27", {"a"}),
        ("since:2020-09-27 until:2020-09-27", {"a"}),
        ("since:28/9/2020", {"b"}),
        ("-lũ", {"a", "b", "c"}),
        ("", {"a", "b", "c", "d"}),
    ],
)
def test_a_query_finds_exactly_what_it_asks_for(engine: Engine, text: str, wanted: set[str]):
    ranking = engine.search(parse_query(text))
    assert {engine.article(hit.number).id for hit in ranking.hits} == wanted
    assert ranking.total == len(wanted)
    assert not ranking.relaxed


def test_the_exact_spelling_comes_first(engine: Engine):
    assert found(engine, "đại hội")[0] == "a"


def test_words_that_nothing_holds_together_are_relaxed_and_said(engine: Engine):
    ranking = engine.search(parse_query("đại hội zzzz"))
    assert ranking.total == 2
    assert ranking.relaxed == ("zzzz",)


def test_sorting_by_time_puts_the_undated_last(engine: Engine):
    assert found(engine, "", sort=Sort.NEWEST)[:2] == ["b", "a"]
    assert found(engine, "", sort=Sort.OLDEST)[:2] == ["a", "b"]


def test_facets_count_all_results(engine: Engine):
    ranking = engine.search(parse_query("dai hoi"), limit=1, facets=("site", "author", "month"))
    assert {v.value: v.count for v in ranking.facets["site"]} == {"b.vn": 2, "a.vn": 1}
    assert {v.value for v in ranking.facets["author"]} == {"Nguyễn Hoa", "Lê Minh"}
    assert [v.value for v in ranking.facets["month"]] == ["2020-09", "2021-01"]


def test_filters_keep_articles_with_one_of_the_values(engine: Engine):
    assert set(found(engine, "dai hoi", filters={"site": ["b.vn"]})) == {"b", "c"}
    assert found(engine, "dai hoi", filters={"site": ["b.vn"], "year": ["2021"]}) == ["b"]
    assert set(found(engine, "", filters={"site": ["a.vn", "b.vn"]})) == {"a", "b", "c", "d"}


def test_a_period_keeps_articles_published_in_it(engine: Engine):
    period = parse_period("2020-09-27", "2020")
    assert found(engine, "dai hoi", period=period) == ["a"]
    assert found(engine, "", period=parse_period(until="2020-09-26")) == []
    assert found(engine, "", period=parse_period("2020"), filters={"site": ["b.vn"]}) == ["b"]


def test_counts_are_narrowed_as_searches_are(engine: Engine):
    query = parse_query("dai hoi")
    assert engine.count(query) == 3
    assert engine.count(query, filters={"site": ["b.vn"]}) == 2
    assert engine.count(query, filters={"site": ["b.vn"]}, period=parse_period("2021")) == 1


def test_whoever_reads_can_tell_that_another_writes(make: Callable[..., Engine]):
    engine, other = make(create=True), make()
    assert not other.is_being_written()
    with engine.writer():
        assert other.is_being_written()
        assert engine.is_being_written()
    assert not other.is_being_written()


def test_every_commit_has_a_name_of_its_own(make: Callable[..., Engine]):
    engine = make(create=True)
    names = {engine.commit}
    for one in ARTICLES:
        with engine.writer() as writer:
            writer.add(one)
        engine.refresh()
        names.add(engine.commit)
    assert len(names) == 1 + len(ARTICLES)
    assert make().commit == engine.commit


def test_paging_shows_every_result_once(engine: Engine):
    pages = [found(engine, "", offset=offset, limit=1) for offset in range(5)]
    assert sorted(id for page in pages for id in page) == ["a", "b", "c", "d"]


def test_near_copies_are_folded_under_the_best(make: Callable[..., Engine]):
    engine = make(create=True)
    with engine.writer() as writer:
        for one in ARTICLES[:2]:
            writer.add(one)
        writer.add(article("a2", "Đại hội ở Lạng Sơn", "Đại hội."), group="g")
        writer.add(article("a3", "Tin đại hội", "Chép lại: đại hội."), group="g")
    engine.refresh()
    ranking = engine.search(parse_query("đại hội"))
    assert (ranking.total, ranking.groups) == (3, 2)
    copies = next(hit for hit in ranking.hits if hit.duplicates)
    both = {engine.article(n).id for n in (copies.number, *copies.duplicates)}
    assert both == {"a2", "a3"}
    other = engine.number("a2")
    assert [engine.article(n).id for n in engine.duplicates(other)] == ["a3"]


def test_an_article_comes_back_as_it_was_stored(engine: Engine):
    assert engine.article(engine.number("a")) == ARTICLES[0]
    with pytest.raises(ArticleNotFoundError):
        engine.number("nowhere")


def test_the_same_id_replaces(engine: Engine):
    with engine.writer() as writer:
        writer.add(article("a", "Tin khác hẳn"))
    engine.refresh()
    assert len(engine) == 4
    assert found(engine, "lạng sơn") == []
    assert found(engine, "khác hẳn") == ["a"]


def test_the_same_id_twice_in_one_transaction_replaces_too(engine: Engine):
    with engine.writer() as writer:
        writer.add(article("new", "Bản thứ nhất"))
        writer.add(article("new", "Bản thứ hai"))
    engine.refresh()
    assert len(engine) == 5
    assert found(engine, "thứ nhất") == []


def test_removed_articles_are_gone(engine: Engine):
    with engine.writer() as writer:
        assert writer.remove("a")
        assert not writer.remove("nowhere")
    engine.refresh()
    assert found(engine, "lạng sơn") == []
    assert len(engine) == 3


def test_an_exception_discards_the_transaction(engine: Engine):
    before = engine.generation
    with pytest.raises(RuntimeError, match="stop"), engine.writer() as writer:
        writer.add(article("e", "Không được lưu"))
        raise RuntimeError("stop")
    engine.refresh()
    assert engine.generation == before
    assert found(engine, "lưu") == []


def test_readers_see_a_commit_only_after_refreshing(engine: Engine, make: Callable[..., Engine]):
    reader = make()
    before = reader.generation
    assert not reader.refresh()
    with engine.writer() as writer:
        writer.add(article("e", "Tin mới toanh"))
    assert found(reader, "mới toanh") == []
    assert reader.refresh()
    assert reader.generation > before
    assert found(reader, "mới toanh") == ["e"]


def test_attachments_are_kept_with_the_commit(engine: Engine, make: Callable[..., Engine]):
    assert engine.attachment("learned") is None
    with engine.writer() as writer:
        writer.add(article("e", "Tin"))
        writer.attach("learned", b"\x00bytes")
    assert make().attachment("learned") == b"\x00bytes"


def test_a_second_writer_is_told_that_the_index_is_locked(
    engine: Engine, make: Callable[..., Engine]
):
    with engine.writer() as writer:
        writer.add(article("e", "Tin"))
        with pytest.raises(IndexLockedError), make().writer():
            pass


def test_sources_tell_what_was_indexed(engine: Engine):
    assert engine.sources()["a"] == ("a.html", "1")


def test_the_vocabulary_counts_articles(engine: Engine):
    vocabulary = engine.vocabulary()
    assert vocabulary["đại"] == 1
    assert vocabulary["lũ"] == 1


def test_stats_describe_the_collection(engine: Engine):
    stats = engine.stats()
    assert stats.articles == 4
    assert stats.oldest == ARTICLES[0].published
    assert {v.value: v.count for v in stats.by["site"]} == {"a.vn": 2, "b.vn": 2}
    assert stats.size_bytes > 0


def test_verify_finds_a_sound_index_sound(engine: Engine):
    report = engine.verify()
    assert report.ok
    assert report.articles == 4


def test_an_index_that_is_not_there_is_said_so(make: Callable[..., Engine]):
    with pytest.raises(IndexNotFoundError):
        make()


def test_an_empty_index_answers(make: Callable[..., Engine]):
    engine = make(create=True)
    assert engine.search(Query("", None)).total == 0
    assert engine.search(parse_query("đại hội")).total == 0
    assert engine.stats().articles == 0


def test_a_view_stays_as_it_was(engine: Engine):
    view = engine.view()
    number = view.number("a")
    with engine.writer() as writer:
        writer.remove("a")
        writer.add(article("e", "Tin mới toanh"))
    engine.refresh()
    assert view.article(number) == ARTICLES[0]
    assert [head.title for head in view.heads([number])] == [ARTICLES[0].title]
    assert len(view) == 4
    assert view.search(parse_query("mới toanh")).total == 0
    assert engine.view().generation > view.generation


def test_an_article_with_all_the_words_is_a_result_however_it_is_spelt(make: Callable[..., Engine]):
    engine = make(create=True)
    spellings = ["dai hoi dang bo", "đại hội đảng bộ", "đài hồi đáng bỏ", "đai hội đang bộ"]
    with engine.writer() as writer:
        for i, spelling in enumerate(spellings):
            rest = f"Chuyện {i} ở xã." if i else "Tin khong dau."  # the first has no marks at all
            writer.add(article(str(i), spelling, f"{spelling}. {rest}"))
    engine.refresh()
    assert set(found(engine, "dai hoi dang bo")) == {"0", "1", "2", "3"}
    assert set(found(engine, "đại hội đảng bộ")) == {"0", "1"}
    assert set(found(engine, "đai hội đang bộ")) == {"0", "1", "3"}


def test_pages_of_any_size_show_the_same_order(make: Callable[..., Engine]):
    engine = make(create=True)
    with engine.writer() as writer:
        for i in range(600):
            writer.add(article(str(i), "Lũ ở miền núi", f"Nước lũ dâng ở bản số {i % 7}."))
    engine.refresh()
    orders = []
    for limit in (7, 10, 50, 600):
        order: list[str] = []
        while len(order) < 600:
            order += found(engine, "lũ bản", offset=len(order), limit=limit)
        orders.append(order)
    assert len(set(orders[0])) == 600
    assert all(order == orders[0] for order in orders)
