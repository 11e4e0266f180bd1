"""The pages, asked for through Flask's client over a real index."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask, request
from flask.testing import FlaskClient

from indexer import (
    Article,
    FacetValue,
    Index,
    Notice,
    NoticeKind,
    Reading,
    Removal,
    SearchResults,
    open_index,
    parse_query,
)
from webui import create_app, current
from webui.charts import draw_timeline
from webui.pages import render_results
from webui.request import read_request

VIETNAMESE = {"Accept-Language": "vi"}
ENGLISH = {"Accept-Language": "en"}


def get(client: FlaskClient, path: str, status: int = 200, **query: object) -> BeautifulSoup:
    """The page at `path`."""
    response = client.get(path, query_string=query or None, headers=VIETNAMESE)
    assert response.status_code == status
    return BeautifulSoup(response.text, "lxml")


def select(page: BeautifulSoup, selector: str) -> Tag:
    """The one element there is."""
    (found,) = page.select(selector)
    return found


def text(tag: Tag) -> str:
    return " ".join(tag.get_text().split())


@pytest.mark.parametrize("path", ["/", "/search", "/search?q=nguoi", "/stats", "/help"])
def test_pages_answer_with_one_heading_and_their_language(client: FlaskClient, path: str) -> None:
    page = get(client, path)
    assert len(page.select("h1")) == 1
    assert select(page, "html")["lang"] == "vi"
    assert text(select(page, "head > title"))


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("vi", "vi"),
        ("en-GB,en;q=0.8", "en"),
        ("fr-FR,fr;q=0.9", "vi"),
        ("fr,en;q=0.5", "en"),
        ("fr,en;q=0.5,vi;q=0.9", "vi"),
        ("", "vi"),
    ],
)
def test_the_browser_chooses_the_language(client: FlaskClient, accept: str, wanted: str) -> None:
    response = client.get("/help", headers={"Accept-Language": accept})
    assert select(BeautifulSoup(response.text, "lxml"), "html")["lang"] == wanted
    assert "Accept-Language" in response.headers["Vary"]


def test_a_chosen_language_wins_over_the_browser_and_is_kept(client: FlaskClient) -> None:
    assert select(get(client, "/help", lang="en"), "html")["lang"] == "en"
    assert select(get(client, "/help"), "html")["lang"] == "en"
    assert select(get(client, "/help", lang="tlh"), "html")["lang"] == "en"


def test_every_example_of_the_home_page_finds_something(client: FlaskClient) -> None:
    examples = get(client, "/").select(".examples a")
    assert len(examples) >= 2
    for example in examples:
        found = get(client, str(example["href"]))
        assert found.select(".hit"), text(example)


def test_every_example_of_the_help_page_is_understood(client: FlaskClient) -> None:
    for example in get(client, "/help").select("td a, th a"):
        get(client, str(example["href"]))


def test_filters_combine_and_are_removed_as_chips(client: FlaskClient) -> None:
    page = get(client, "/search", q="nguoi", year="2024", site="thanhnien.vn")
    chips = page.select(".chips a:not(.clear)")
    assert len(chips) == 2
    assert all("thanhnien.vn" in text(line) for line in page.select(".hit .byline"))
    wider = get(client, str(chips[0]["href"]))
    assert len(wider.select(".chips a")) == 1
    assert len(wider.select(".hit")) > len(page.select(".hit"))
    assert not get(client, str(select(page, ".chips .clear")["href"])).select(".chips")


def test_dates_narrow_and_stay_while_the_words_change(client: FlaskClient) -> None:
    page = get(client, "/search", q="", since="2024-01-01", until="2024-06-30")
    dates = [str(time["datetime"])[:10] for time in page.select(".hit time")]
    assert dates and all("2024-01-01" <= day <= "2024-06-30" for day in dates)
    kept = page.select("form.search input[name=since]")
    assert [field["value"] for field in kept] == ["2024-01-01"]


def test_every_bar_of_the_timeline_leads_to_as_many_articles_as_it_says(
    client: FlaskClient,
) -> None:
    page = get(client, "/search", q="dai hoi")
    rows = page.select(".timeline tbody tr")
    bars = page.select(".timeline svg a")
    assert len(rows) == len(bars) >= 2
    for bar, row in zip(bars, rows, strict=True):
        assert bar["href"] == row.select("a")[0]["href"]
        found = get(client, str(bar["href"]))
        assert text(select(found, "#summary strong")).split()[0] == text(row.select("td")[0])


def test_years_of_a_long_time_lead_to_their_months_and_back(tmp_path: Path) -> None:
    index = open_index(tmp_path / "index", create=True)
    index.add(
        Article(
            id=f"{n}", title="Mưa lớn", published=datetime(2010 + n % 9, 1 + n % 7, 9, tzinfo=UTC)
        )
        for n in range(63)
    )
    client = create_app(index).test_client()

    def bars(page: BeautifulSoup) -> dict[str, str]:
        return {str(a["aria-label"]): str(a["href"]) for a in page.select(".timeline svg a")}

    years = get(client, "/search?q=mưa")
    assert len(bars(years)) == 9
    year = get(client, bars(years)["2014: 7"])
    assert len(bars(year)) == 7
    month = get(client, bars(year)["tháng 3/2014: 1"])
    assert len(month.select(".hit")) == 1
    assert bars(month).keys() == bars(year).keys(), "its neighbours can still be chosen"
    assert select(month, ".timeline svg a[aria-current]")["aria-label"] == "tháng 3/2014: 1"
    again = get(client, bars(month)["tháng 3/2014: 1"])
    assert len(again.select(".hit")) == 7, "a second click takes the month back"
    assert bars(get(client, str(select(month, ".wider")["href"]))) == bars(years)


def test_a_second_value_of_a_facet_can_be_added(client: FlaskClient) -> None:
    first = get(client, "/search?q=&site=nld.com.vn")
    others = first.select("[aria-labelledby=facet-site] a")
    assert text(others[0]).startswith("nld.com.vn") and others[0].get("aria-current")
    assert len(others) > 5
    both = get(client, str(others[1]["href"]))
    assert len(both.select(".chips a:not(.clear)")) == 2
    assert int(text(select(both, "#summary strong")).split()[0]) == 1 + int(
        text(others[1].select(".num")[0])
    )


def test_an_article_leads_back_to_the_very_page_of_results_it_was_found_on(
    client: FlaskClient,
) -> None:
    for address in ("/search?q=đại+hội&year=2020&sort=newest", "/search?q=&page=2", "/search?q=lũ"):
        results = get(client, address)
        article = get(client, str(results.select(".hit h2 a")[0]["href"]))
        back = get(client, str(select(article, ".back a")["href"]))
        assert [text(h) for h in back.select(".hit h2")] == [
            text(h) for h in results.select(".hit h2")
        ]
    newest = get(client, str(get(client, "/").select(".newest a")[0]["href"]))
    assert not newest.select(".back")


def test_a_pasted_article_does_not_blow_up_the_page_and_can_be_narrowed(
    client: FlaskClient,
) -> None:
    pasted = "mưa lũ ở các tỉnh miền núi phía Bắc " * 2000
    answer = client.get("/search", query_string={"q": pasted})
    assert len(answer.data) < 150_000
    page = BeautifulSoup(answer.text, "lxml")
    assert page.select(".hit") and page.select(".notice")
    form = select(page, "form#state")
    button = page.select("[aria-labelledby=facet-site] button[form=state]")[0]
    state = {str(field["name"]): str(field["value"]) for field in form.select("input")}
    narrowed = get(client, "/search", **state, **{str(button["name"]): str(button["value"])})
    assert text(select(narrowed, "#summary strong")).split()[0] == text(button.select(".num")[0])


def test_a_copy_is_folded_under_its_original(client: FlaskClient) -> None:
    page = get(client, "/search", q="lũ Quảng Bình Quảng Nam")
    folded = page.select(".hit details.copies")
    assert len(folded) == 1
    assert folded[0].select("li a")


def test_an_article_that_is_not_there_is_a_404_that_says_so(client: FlaskClient) -> None:
    page = get(client, "/article", 404, id="../../etc/passwd")
    assert text(select(page, "h1")) == "Bài này không có trong chỉ mục"


def test_before_there_is_an_index_the_page_says_how_to_make_one(tmp_path: Path) -> None:
    location = tmp_path / "index"
    client = create_app(location, refresh_interval_s=0).test_client()
    page = get(client, "/search", 503, q="mưa")
    assert "timtin index" in text(select(page, "main"))
    open_index(location, create=True)
    assert "timtin index" in text(select(get(client, "/"), "main"))
    open_index(location).add([Article(id="a", title="Mưa lớn")])
    assert "Mưa lớn" in text(select(get(client, "/"), "main"))


def test_while_the_first_articles_are_being_indexed_the_pages_say_so_and_come_again(
    tmp_path: Path,
) -> None:
    location = tmp_path / "index"
    index = open_index(location, create=True)
    client = create_app(location, refresh_interval_s=0).test_client()
    with index.engine.writer() as writer:
        for path in ("/", "/search?q=mưa", "/stats"):
            page = get(client, path)
            assert "Đang lập chỉ mục" in text(select(page, "main"))
            assert page.select("[data-poll]") and page.select("noscript meta[http-equiv=refresh]")
        assert client.get("/readyz").status_code == 503  # there is nothing to be found yet
        writer.add(Article(id="a", title="Mưa lớn"))
        writer.commit()
        assert client.get("/readyz").json["indexing"]
        page = get(client, "/")
        assert "Mưa lớn" in text(select(page, "main"))
        assert "đang được thêm" in text(select(page, "main"))
        assert not page.select("[data-poll], meta[http-equiv=refresh]")
    assert "đang được thêm" not in text(select(get(client, "/"), "main"))


def test_a_query_sent_to_the_home_page_is_searched_for(client: FlaskClient) -> None:
    answer = client.get("/?q=b%C3%A3o+l%C5%A9&sort=newest")
    assert (answer.status_code, answer.location) == (302, "/search?q=b%C3%A3o+l%C5%A9&sort=newest")
    assert client.get("/?q=+").status_code == client.get("/?utm_source=x").status_code == 200


def test_the_page_of_the_api_says_once_what_all_searches_take(client: FlaskClient) -> None:
    page = get(client, "/api")
    names = [text(term) for term in page.select(".parameters dt code")]
    assert names.count("recency") == names.count("literal") == 1
    assert "`" not in text(select(page, "main"))
    for link in page.select("main a[href^='#']"):
        assert page.find(id=str(link["href"])[1:])


def test_an_index_that_is_replaced_is_read_anew(tmp_path: Path) -> None:
    def make(name: str, title: str) -> Path:
        index = open_index(tmp_path / name, create=True)
        index.add([Article(id="a", title=title)])
        return tmp_path / name

    location = make("index", "Mưa lớn")
    client = create_app(location, refresh_interval_s=0).test_client()
    first = client.get("/api/search?q=")
    assert first.json["hits"][0]["title"]["text"] == "Mưa lớn"
    location.rename(tmp_path / "old")
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    assert client.get("/").status_code == 503
    make("new", "Nắng to").rename(location)
    second = client.get("/api/search?q=", headers={"If-None-Match": first.headers["ETag"]})
    assert second.json["hits"][0]["title"]["text"] == "Nắng to"
    assert [s["text"] for s in client.get("/api/suggest?q=n").json["suggestions"]] == ["nắng to"]
    assert client.get("/readyz").json["status"] == "ok"


def test_pages_show_text_only(tmp_path: Path) -> None:
    index: Index = open_index(tmp_path / "index", create=True)
    bad = "<script>alert(1)</script>"
    index.add([Article(id=bad, title=bad, lead=bad, body=bad, url="javascript:alert(1)")])
    client = create_app(index).test_client()
    for page in (
        get(client, "/"),
        get(client, "/search", q="alert"),
        get(client, "/article", id=bad),
    ):
        assert not [s for s in page.select("script") if not s.get("src")]
        assert not page.select("a[href^=javascript]")


def test_an_article_shows_all_that_is_known_of_it(tmp_path: Path) -> None:
    index = open_index(tmp_path / "index", create=True)
    known = Article(
        id="https://baothu.vn/1",
        url="https://baothu.vn/1",
        title="Mưa lớn ở vùng cao",
        lead="Mưa kéo dài ba ngày.",
        body="Nước lên nhanh.\nDự báo\nMưa còn tiếp diễn.",
        body_kinds=("paragraph", "heading", "quote"),
        captions=("Nước ngập cánh đồng. (Ảnh: Hà My)",),
        author=("Lê Na", "Trần Vũ"),
        agency="TTXVN",
        publisher="Báo Thử",
        section="Thời sự",
        tags=("mưa lũ", "vùng cao"),
        site="baothu.vn",
        removed=(Removal("share-bar", "Chia sẻ bài viết", "seen on 9 of 10 pages"),),
    )
    index.add([known])
    page = get(create_app(index).test_client(), "/article", id=known.id, q="mua lon")
    shown = text(select(page, "main"))
    for wanted in (*known.captions, *known.author, *known.tags, "TTXVN", "Báo Thử", "Thời sự"):
        assert wanted in shown
    assert text(select(page, "h1 mark")) == "Mưa lớn"
    assert text(select(page, ".body h2")) == "Dự báo"
    assert text(select(page, ".body blockquote")) == "Mưa còn tiếp diễn."
    assert select(page, ".original a")["href"] == known.url
    removed = text(select(page, "section[aria-labelledby=removed]"))
    assert "share-bar" in removed and "Chia sẻ bài viết" in removed and "9 of 10" in removed
    assert "@article{" in text(select(page, "#cite-BibTeX"))


@pytest.mark.parametrize("leads", [True, False])
def test_bars_far_apart_show_their_counts_and_every_bar_says_its_own(app: Flask, leads: bool):
    months = [FacetValue("2022-07", 3), FacetValue("2024-05", 1), FacetValue("2024-06", 2)]
    chart = draw_timeline(
        months, (), address=lambda *_: "/x" if leads else "", format_month=lambda month: month
    )
    assert chart is not None
    assert [(b.value, b.alone, b.tick) for b in chart.bars if b.count] == [
        ("2022-07", True, "7/22"),
        ("2024-05", False, ""),
        ("2024-06", False, "6/24"),
    ]
    with app.test_request_context("/search", headers=VIETNAMESE):
        macro = app.jinja_env.get_template("_chart.html").module.timeline_chart  # type: ignore[attr-defined]
        drawn = BeautifulSoup(macro(chart, "t"), "lxml")
    said = [str(e["aria-label"]) for e in drawn.select("svg [aria-label]")]
    assert said == ["2022-07: 3", "2024-05: 1", "2024-06: 2"] == [text(e) for e in drawn("title")]
    assert [text(e) for e in drawn.select(".count.shown")] == ["3"]


def test_a_literal_search_stays_literal_until_its_chip_is_removed(app: Flask) -> None:
    with app.test_client() as client:
        page = BeautifulSoup(client.get("/search?q=gao&literal=1&year=2024").text, "lxml")
    for form in (select(page, "header form"), select(page, "form.dates")):
        assert [f["value"] for f in form.select("[name=literal]")] == ["1"]
    out = next(a for a in page.select(".chips a") if "as typed" in text(a) or "đã gõ" in text(a))
    assert "literal" not in str(out["href"])
    assert "year=2024" in str(out["href"])


@pytest.mark.parametrize("kind", NoticeKind)
def test_the_reader_is_told_what_was_done_to_the_query(app: Flask, kind: NoticeKind) -> None:
    literal = kind in (NoticeKind.MARKS_SET_ASIDE, NoticeKind.CORRECTED, NoticeKind.RELAXED)
    results = SearchResults(
        query=parse_query("gạo thơmm"),
        total=0,
        page=1,
        per_page=10,
        pages=0,
        hits=(),
        notices=(Notice(kind, "gạo thơm"),),
        suggestion="gạo thơm",
        readings=(Reading("gạo thơm", 3), Reading("gáo thờm", 1)),
    )
    with app.test_request_context("/search?q=gạo thơmm&year=2024", headers=VIETNAMESE):
        wanted = read_request(request.args, current.settings())
        page = BeautifulSoup(render_results(wanted, results), "lxml")
    notice = select(page, ".notice")
    assert len(text(notice)) > 20
    links = [str(a["href"]) for a in notice.select("a")]
    assert [("literal=1" in link, "year=2024" in link) for link in links] == [
        (True, True)
    ] * literal
    assert text(select(page, ".suggestion a")) == "gạo thơm"
    assert [text(a) for a in page.select(".readings a")] == ["gạo thơm 3", "gáo thờm 1"]


def test_an_unusable_parameter_is_named_and_set_aside(client: FlaskClient) -> None:
    page = get(
        client, "/search", q="nguoi", since="hôm qua", until="2020-13", page="9999", sort="x"
    )
    assert page.select(".hit")
    notices = " ".join(text(n) for n in page.select(".notice"))
    for named in ("“hôm qua”", "“2020-13”", "trang 9999", "“sort”"):
        assert named in notices


def test_a_page_too_deep_is_refused_kindly(client: FlaskClient) -> None:
    page = get(client, "/search", q="nguoi", page="1000")
    assert not page.select(".hit")
    assert "Về trang đầu" in text(select(page, "main"))


def test_newer_articles_can_be_preferred(client: FlaskClient) -> None:
    page = get(client, "/search", q="lũ")
    orders = {text(a): str(a["href"]) for a in page.select(".sorts a")}
    assert list(orders) == ["Phù hợp", "Phù hợp & mới", "Mới nhất", "Cũ nhất"]
    assert "recency=30" in orders["Phù hợp & mới"]
    recent = get(client, orders["Phù hợp & mới"])
    assert text(select(recent, ".sorts [aria-current]")) == "Phù hợp & mới"
    assert "recency" not in select(get(client, "/search", q="lũ"), ".sorts [aria-current]")["href"]


def test_without_words_nothing_is_sorted_by_relevance(client: FlaskClient) -> None:
    orders = [text(a) for a in get(client, "/search").select(".sorts a")]
    assert orders == ["Mới nhất", "Cũ nhất"]


def test_a_parameter_that_is_not_there_is_passed_over(client: FlaskClient) -> None:
    assert get(client, "/search", q="lũ", utm_source="x").select(".hit")


def test_dates_that_are_the_wrong_way_round_can_be_swapped(client: FlaskClient) -> None:
    page = get(client, "/search", q="lũ", since="2021", until="2020")
    notice = select(page, ".notice:has(a)")
    assert "đứng sau" in text(notice)
    assert not get(client, str(select(notice, "a")["href"])).select(".notice:has(a)")


def test_the_statistics_have_every_site(client: FlaskClient, index: Index) -> None:
    page = get(client, "/stats")
    shown = {text(a) for a in page.select(".plot th a")}
    assert {value.value for value in index.stats().by["site"]} <= shown
    assert len(page.select(".plot > table tr")) < len(page.select(".plot tr"))


@pytest.mark.parametrize(
    ("typed", "way"), [('"hội đại mạc bế"', "hội đại mạc bế"), ("9/2020", "since:9/2020")]
)
def test_where_nothing_is_found_there_is_a_way_out(
    client: FlaskClient, typed: str, way: str
) -> None:
    page = get(client, "/search", q=typed)
    (link,) = [a for a in page.select("main p a") if text(a).startswith(way)]
    assert get(client, str(link["href"])).select(".hit, article")


@pytest.mark.parametrize(
    "typed",
    [
        "27/9/2020",
        "https://www.vietnamplus.vn/dai-hoi-dang-bo-tinh-lang-son-dua-kinh-te-cua-khau-thanh-"
        "mui-nhon/667251.vnp",
    ],
)
def test_a_date_and_an_address_find_what_they_name(client: FlaskClient, typed: str) -> None:
    (hit,) = get(client, "/search", q=typed).select(".hit")
    assert "Lạng Sơn" in text(hit)


def test_what_has_no_word_is_said_to_find_everything(client: FlaskClient) -> None:
    page = get(client, "/search", q="🙂")
    assert "không có từ nào" in text(select(page, ".notice"))
    assert page.select(".hit")
    assert not get(client, "/search").select(".notice")


def test_dates_on_chips_are_written_for_their_reader(client: FlaskClient) -> None:
    address = "/search?q=na&since=2020-09-07&until=2020-12"
    page = get(client, address)
    assert [text(chip).split(": ")[-1] for chip in page.select(".chips a:not(.clear)")] == [
        "Từ ngày 7/9/2020",
        "Đến ngày tháng 12/2020",
    ]


def test_a_page_past_the_last_says_where_the_results_are(client: FlaskClient) -> None:
    page = get(client, "/search?q=na&page=40")
    ways = [text(way) for way in page.select(".notice-box li")]
    assert any("trang đầu" in way for way in ways)
    assert not any("ít từ hơn" in way for way in ways)  # something was found


def test_what_was_typed_does_not_turn_the_text_around_it(client: FlaskClient) -> None:
    page = get(client, "/search?q=%E2%80%AE🐳")
    for place in ("head title", "h1", ".notice"):
        assert "🐳" in select(page, place).text
        assert "\u202e" not in select(page, place).text
