"""The pages, asked as a browser without JavaScript asks."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html

from indexer import Article, Index, open_index
from webui import create_app

STRANGE_ID = "https://tinvung.example/a//b?x=1&y=%20 2#phần-3"


def read(client: FlaskClient, path: str, language: str = "en", **args: object) -> html.HtmlElement:
    answer = client.get(path, query_string=args or None, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def titles(page: html.HtmlElement) -> list[str]:
    return [link.text_content() for link in page.cssselect(".hit h2 a")]


def follow(client: FlaskClient, page: html.HtmlElement, selector: str) -> html.HtmlElement:
    return read(client, page.cssselect(selector)[0].get("href"))


def test_home_shows_size_newest_and_examples(client: FlaskClient):
    page = read(client, "/")
    assert "45 news articles" in page.text_content()
    assert page.cssselect(".newest li a")[0].text == "Hòa Bình thắng trận, kỳ 44"
    assert page.cssselect(".examples a")


@pytest.mark.parametrize("typed", ["đại hội", "dai hoi", "đai hoi", "ĐẠI HỘI", "đại hội"])
def test_every_way_of_typing_finds_and_lights_the_words(client: FlaskClient, typed: str):
    page = read(client, "/search", q=typed)
    assert titles(page)[0].startswith("Đại hội")
    assert page.cssselect(".hit h2 mark")[0].text.startswith("Đại")
    assert page.cssselect(".summary strong")[0].text == "15 articles"


def test_no_words_show_everything_newest_first(client: FlaskClient):
    page = read(client, "/search", q="")
    assert "45 articles" in page.cssselect("#summary")[0].text_content()
    assert titles(page)[0].endswith("kỳ 44")
    assert page.cssselect(".sorts [aria-current]")[0].text == "Newest"


def test_facets_narrow_and_chips_widen_again(client: FlaskClient):
    page = read(client, "/search", q="người dân", site="baolang.example", year="2020")
    chips = [" ".join(chip.text_content().split()) for chip in page.cssselect(".chips li")]
    assert any("Site baolang.example" in chip for chip in chips)
    assert any("Year 2020" in chip for chip in chips)
    narrowed = page.cssselect("#summary strong")[0].text
    wider = follow(client, page, ".chips a")
    assert wider.cssselect("#summary strong")[0].text != narrowed
    assert not follow(client, page, ".chips .clear").cssselect(".chips")


def test_facet_links_keep_words_dates_and_order(client: FlaskClient):
    page = read(client, "/search", q="na", since="2020", sort="oldest")
    link = page.cssselect("#filters .facet a")[0].get("href")
    assert "q=na" in link
    assert "since=2020" in link
    assert "sort=oldest" in link


def test_a_range_of_dates_narrows(client: FlaskClient):
    page = read(client, "/search", q="", since="2020-01-06", until="2020-01-20")
    assert titles(page) == ["Mùa na Hữu Lũng, kỳ 1", "Đại hội Đảng bộ Lạng Sơn, kỳ 0"]


def test_the_timeline_is_bars_with_links_and_a_table_that_says_the_same(client: FlaskClient):
    page = read(client, "/search", q="")
    bars = page.cssselect(".timeline svg a")
    rows = page.cssselect(".timeline table tbody a")
    assert [bar.get("href") for bar in bars] == [row.get("href") for row in rows]
    narrowed = read(client, bars[0].get("href"))
    assert narrowed.cssselect("#summary strong")[0].text == bars[0].get("aria-label").split(": ")[
        1
    ] + (" article" if bars[0].get("aria-label").endswith(": 1") else " articles")


def test_pages_have_numbers_and_an_end(client: FlaskClient):
    first = read(client, "/search", q="")
    assert " ".join(e.text for e in first.cssselect(".pages > *")) == "1 2 3 4 5 Next"
    last = read(client, "/search", q="", page=5)
    assert len(titles(last)) == 5
    assert not last.cssselect(".pages [rel=next]")


def test_paging_ends_at_the_depth_that_is_allowed(index: Index):
    client = create_app(index, max_depth=20).test_client()
    page = read(client, "/search", q="", page=2)
    assert not page.cssselect(".pages [rel=next]")
    assert "narrow the search" in page.text_content()
    assert titles(read(client, "/search", q="", page=3)) == titles(read(client, "/search", q=""))


def test_nothing_found_says_what_to_try(client: FlaskClient):
    page = read(client, "/search", q="xyzzyx", site="baolang.example")
    assert "Nothing found" in page.cssselect("#summary")[0].text_content()
    assert page.cssselect(".notice-box li a")


def test_what_cannot_be_understood_is_set_aside_and_said(client: FlaskClient):
    page = read(client, "/search", q="na", page="zero", sort="best", since="someday")
    notices = " ".join(n.text_content() for n in page.cssselect(".notice"))
    assert all(f"“{name}”" in notices for name in ("page", "sort", "since"))


def test_an_overlong_query_is_cut_and_said(client: FlaskClient):
    page = read(client, "/search", q="mùa " * 2000)
    assert "very long" in page.cssselect(".notice")[0].text_content()


def test_the_article_page_shows_all_that_is_known(client: FlaskClient):
    id = "https://baolang.example/tin-0.html"
    page = read(client, "/article", id=id, q="xứ Lạng")
    assert page.cssselect("h1")[0].text_content() == "Đại hội Đảng bộ Lạng Sơn, kỳ 0"
    assert page.cssselect(".body mark")
    assert page.cssselect(".body h2")
    assert page.cssselect(".body blockquote")
    assert page.cssselect(".original a")[0].get("href") == id
    assert "Ảnh: Lê Na/TTXVN" in page.cssselect(".captions")[0].text_content()
    assert "share-bar" in page.cssselect(".about table")[0].text_content()
    assert page.cssselect("#cite-text")[0].text.endswith(id)
    assert page.cssselect("[aria-labelledby=similar] li")


def test_ids_may_hold_anything_that_addresses_hold(client: FlaskClient):
    page = read(client, "/search", q="kỳ 1 mùa na")
    assert follow(client, page, ".hit h2 a").cssselect("h1")[0].text_content().endswith("kỳ 1")
    assert read(client, "/article", id=STRANGE_ID).cssselect("h1")


def test_a_missing_article_is_a_helpful_404(client: FlaskClient):
    answer = client.get("/article?id=nowhere", headers={"Accept-Language": "vi"})
    assert answer.status_code == 404
    assert "Bài này không có trong chỉ mục" in answer.text


def test_statistics_show_figures_and_plots(client: FlaskClient):
    page = read(client, "/stats")
    assert page.cssselect(".figures dd")[0].text == "45"
    assert page.cssselect(".timeline svg a")
    assert {t.cssselect("caption")[0].text for t in page.cssselect(".ranking")} == {
        "Articles per site",
        "Articles per section",
    }


@pytest.mark.parametrize("path", ["/help", "/api"])
def test_pages_to_read_are_there_in_both_languages(client: FlaskClient, path: str):
    assert read(client, path, "vi").get("lang") == "vi"
    assert read(client, path, "en").get("lang") == "en"


def test_the_language_follows_the_browser_and_the_switch_is_remembered(client: FlaskClient):
    assert read(client, "/", "vi-VN,vi;q=0.9").get("lang") == "vi"
    assert read(client, "/", "fr").get("lang") == "vi"
    english = read(client, "/search", "vi", q="na", lang="en")
    assert english.get("lang") == "en"
    assert read(client, "/stats", "vi").get("lang") == "en"
    back = english.cssselect(".languages a")[0].get("href")
    assert back == "?q=na&lang=vi"
    assert read(client, "/search" + back, "en").get("lang") == "vi"


def test_dates_and_numbers_follow_the_language(client: FlaskClient):
    vietnamese = read(client, "/search", "vi", q="", page=5)
    english = read(client, "/search", "en", q="", page=5)
    assert vietnamese.cssselect(".byline time")[-1].text == "6/1/2020"
    assert english.cssselect(".byline time")[-1].text == "Jan 6, 2020"


def test_before_there_is_an_index_the_page_says_what_to_do_and_then_finds_it(empty_folder: Path):
    client = create_app(empty_folder, refresh_interval_s=0).test_client()
    answer = client.get("/", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "timtin index" in answer.text
    assert str(empty_folder) not in answer.text
    index = open_index(empty_folder, create=True)
    assert "The index is empty" in read(client, "/").text_content()
    index.add([Article(id="a", title="Tin mới")])
    assert "1 news article" in read(client, "/").text_content()


def test_new_commits_show_without_a_restart(tmp_path: Path):
    writer = open_index(tmp_path / "index", create=True)
    client = create_app(str(tmp_path / "index"), refresh_interval_s=0).test_client()
    for n in range(1, 4):
        writer.add([Article(id=str(n), title=f"Bản tin {n}")])
        assert len(titles(read(client, "/search", q="bản tin"))) == n


def test_an_unexpected_error_says_nothing_of_its_cause(index: Index, caplog):
    app = create_app(index)

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("/secret/path")

    answer = app.test_client().get("/broken", headers={"Accept-Language": "en"})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Something went wrong" in answer.text
    assert "/secret/path" in caplog.text
