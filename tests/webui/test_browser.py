"""What a reader does with the page, in a real browser."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from indexer import Article, Index, open_index

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Any]

LANG_SON = "Đại hội Đảng bộ tỉnh Lạng Sơn: Đưa kinh tế cửa khẩu thành mũi nhọn"


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core (https://github.com/dequelabs/axe-core), as a Python package carries it."""
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-playwright-python is not installed")
    return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def article(index: Index) -> str:
    """The address of an article with everything: captions, tags, removals, lit words."""
    found = index.search("kinh tế cửa khẩu mũi nhọn").hits[0].article
    return "/article?" + urlencode({"id": found.id, "q": "đại hội đảng bộ"})


def search(page: Any, text: str) -> list[str]:
    """Type the words, press Enter; the titles that come."""
    page.locator("#q").fill(text)
    page.locator("#q").press("Enter")
    page.wait_for_load_state()
    return titles(page)


def titles(page: Any) -> list[str]:
    return [title.strip() for title in page.locator(".hits > .hit > h2").all_inner_texts()]


@pytest.mark.parametrize(
    "typed",
    [
        "kinh tế cửa khẩu mũi nhọn",
        "kinh te cua khau mui nhon",
        "kinh tê cưa khâu mui nhon",
        unicodedata.normalize("NFD", "kinh tế cửa khẩu mũi nhọn"),
        "KINH TẾ CỬA KHẨU MŨI NHỌN",
    ],
)
def test_every_way_of_typing_finds_the_article(open_page: OpenPage, typed: str) -> None:
    page = open_page("/")
    assert search(page, typed)[0] == LANG_SON
    lit = {word.casefold() for word in page.locator(".hits mark").all_inner_texts()}
    assert "cửa khẩu" in " ".join(lit)


def test_old_and_new_tone_places_find_the_same(open_page: OpenPage) -> None:
    page = open_page("/")
    found = search(page, "hòa bình")
    assert found
    assert search(page, "hoà bình") == found


def test_a_headline_beside_another_story_is_not_found(open_page: OpenPage) -> None:
    found = search(open_page("/"), "Đảng bộ Lạng Sơn")
    assert found and all("Lạng Sơn" in title for title in found)


def test_a_reader_pages_through_all_articles_and_back(open_page: OpenPage) -> None:
    page = open_page("/search?q=nguoi")
    first = titles(page)
    page.locator(".pages a[rel=next]").click()
    page.wait_for_url("**page=2")
    second = titles(page)
    assert len(first) == 10 and second and not set(first) & set(second)
    assert page.locator(".pages [aria-current=page]").inner_text() == "2"
    page.go_back()
    assert titles(page) == first


def test_an_article_opens_with_the_words_lit(open_page: OpenPage) -> None:
    page = open_page("/")
    search(page, "kinh te cua khau mui nhon")
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/article?**")
    assert page.locator("h1").inner_text() == LANG_SON
    assert page.locator("h1 mark").count() > 0
    original = page.locator(".original a").get_attribute("href")
    assert original.startswith("https://www.vietnamplus.vn/")
    assert "Tin cùng chuyên mục" not in page.locator(".article").inner_text()


def test_the_language_can_be_switched_and_stays(open_page: OpenPage) -> None:
    page = open_page("/search?q=kinh")
    assert page.locator("html").get_attribute("lang") == "vi"
    page.locator(".languages a[hreflang=en]").click()
    page.wait_for_url("**lang=en")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("#q").input_value() == "kinh"
    page.goto("/help")
    assert page.locator("h1").inner_text() == "How to search"


# ------------------------------------------------------------------------------ filters, timeline


def test_a_facet_narrows_and_its_chip_widens(open_page: OpenPage) -> None:
    page = open_page("/search?q=nguoi")
    everything = page.locator("#summary strong").inner_text()
    value = page.locator("section[aria-labelledby=facet-site] a").first
    count = value.locator(".num").inner_text()
    value.click()
    page.wait_for_url("**site=**")
    assert page.locator("#summary strong").inner_text().startswith(count + " ")
    page.locator(".chips a").first.click()
    page.wait_for_function("!location.search.includes('site=')")
    assert page.locator("#summary strong").inner_text() == everything


def test_a_bar_of_the_timeline_narrows_by_keyboard_too(open_page: OpenPage) -> None:
    page = open_page("/search?q=nguoi")
    bar = page.locator(".timeline svg a").last
    name, _, count = bar.get_attribute("aria-label").rpartition(": ")
    bar.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**year=**")
    assert page.locator("#summary strong").inner_text().startswith(count + " ")
    assert name in page.locator(".chips").inner_text()


def test_the_timeline_is_no_wider_than_the_results(open_page: OpenPage) -> None:
    for width in (360, 768, 1440):
        page = open_page("/search?q=nguoi", viewport={"width": width, "height": 800})
        chart, hits = (page.locator(name).bounding_box() for name in (".timeline", ".hits"))
        assert abs(chart["x"] - hits["x"]) < 1
        assert abs(chart["width"] - hits["width"]) < 1


def test_a_timeline_that_does_not_fit_shows_the_newest_first(open_page: OpenPage) -> None:
    page = open_page("/search?q=nguoi", viewport={"width": 320, "height": 640})
    place = page.locator(".timeline .scroll")
    place.evaluate("box => box.querySelector('svg').style.minWidth = '60rem'")
    page.evaluate(
        "import('/static/timeline.js').then((timeline) => "
        "timeline.showNewest(document.querySelector('.timeline .scroll')))"
    )
    page.wait_for_function("document.querySelector('.timeline .scroll').scrollLeft > 300")


def test_a_pasted_text_is_narrowed_with_buttons(open_page: OpenPage) -> None:
    page = open_page(PLACES["pasted"])
    value = page.locator("section[aria-labelledby=facet-site] button").first
    count = value.locator(".num").inner_text()
    value.click()
    page.wait_for_url("**site=**")
    assert page.locator("#summary strong").inner_text().startswith(count + " ")
    assert page.locator("#q").input_value().startswith("mưa lũ ở các tỉnh")


def test_dates_are_chosen_in_the_form(open_page: OpenPage) -> None:
    page = open_page("/search?q=")
    page.locator("[name=since]").fill("2024-01-01")
    page.locator("[name=until]").fill("2024-12-31")
    page.locator(".dates button").click()
    page.wait_for_url("**since=2024-01-01**")
    assert page.locator(".chips li").count() == 3
    years = page.locator("section[aria-labelledby=facet-year] a").all_inner_texts()
    assert [year.split()[0] for year in years] == ["2024"]


# ------------------------------------------------------------------------------ keyboard


def test_unmarked_typing_is_completed_with_marks_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/")
    box = page.locator("#q")
    box.press_sequentially("dai ho")
    options = page.locator("[role=listbox] [role=option]")
    options.first.wait_for()
    assert box.get_attribute("role") == "combobox"
    assert box.get_attribute("aria-expanded") == "true"
    assert box.get_attribute("aria-controls") == page.locator("[role=listbox]").get_attribute("id")
    assert page.locator(".search-box [role=status]").inner_text() == f"{options.count()} gợi ý"
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    assert box.input_value().casefold().startswith("đại hội")
    box.press("Escape")
    assert box.input_value() == "dai ho"
    assert box.get_attribute("aria-expanded") == "false"
    box.press("ArrowDown")
    options.first.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/search?**")
    assert titles(page)


def test_completions_that_are_refused_leave_none_of_other_words(open_page: OpenPage) -> None:
    page = open_page("/")
    box = page.locator("#q")
    box.press_sequentially("dai")
    page.locator("[role=listbox] [role=option]").first.wait_for()
    asked = []

    def refuse(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(status=429, headers={"Retry-After": "60"}, body="{}")

    page.route("**/api/suggest**", refuse)
    box.press_sequentially(" hoi")
    page.locator("#q[aria-expanded=false]").wait_for()
    box.press_sequentially(" dang bo", delay=60)
    page.wait_for_timeout(400)
    assert box.get_attribute("aria-expanded") == "false"
    assert len(asked) == 1  # it asks no more until it may
    box.press("ArrowDown")
    assert box.input_value() == "dai hoi dang bo"


def test_keys_move_through_the_results(open_page: OpenPage) -> None:
    page = open_page("/search?q=nguoi")
    focused = "document.activeElement.textContent.trim()"
    for key, wanted in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        assert page.evaluate(focused) == titles(page)[wanted]
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("j?")  # in the box they are letters
    assert page.locator("#q").input_value() == "j?"
    page.locator("#q").blur()
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.locator("#keys").wait_for(state="hidden")


def test_enter_opens_the_result_that_the_keys_chose(open_page: OpenPage) -> None:
    page = open_page("/search?q=nguoi")
    page.keyboard.press("j")
    title = page.evaluate("document.activeElement.textContent.trim()")
    with page.expect_navigation(url="**/article?**", wait_until="commit", timeout=30_000):
        page.keyboard.press("Enter")
    assert page.locator("article h1, .article h1, h1").first.inner_text() == title


def test_single_keys_can_be_switched_off(open_page: OpenPage) -> None:
    page = open_page("/search?q=nguoi")
    page.keyboard.press("?")
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_the_content_is_reached_without_passing_the_header(open_page: OpenPage) -> None:
    page = open_page("/search?q=nguoi")
    page.keyboard.press("Tab")
    assert page.locator(".skip").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


# ------------------------------------------------------------------------------ article


def test_lit_words_are_stepped_through(open_page: OpenPage) -> None:
    page = open_page("/")
    search(page, "kinh te cua khau mui nhon")
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/article?**")
    count = page.locator(".article mark").count()
    status = page.locator("#lit-status")
    assert status.inner_text() == f"{count} từ được tô sáng"
    page.locator("[data-lit-step='1']").click()
    assert status.inner_text() == f"từ 1 / {count}"
    page.keyboard.press("p")
    assert status.inner_text() == f"từ {count} / {count}"
    assert page.locator("mark.now").count() == 1


def test_a_citation_is_copied(open_page: OpenPage, site: str) -> None:
    page = open_page("/search?q=kinh te cua khau mui nhon")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/article?**")
    page.locator("[data-copy=cite-text]").click()
    page.get_by_text("Đã chép").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert LANG_SON in copied and "27/09/2020" in copied


# ------------------------------------------------------------------------------ every reader


def test_everything_works_without_javascript(open_page: OpenPage) -> None:
    page = open_page("/", java_script_enabled=False)
    assert search(page, "kinh te cua khau mui nhon")[0] == LANG_SON
    page.locator("section[aria-labelledby=facet-site] a").first.click()
    page.wait_for_url("**site=**")
    page.locator(".chips a").first.click()
    page.wait_for_load_state()
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/article?**")
    assert page.locator("h1 mark").count() > 0
    page.locator(".languages a").click()
    page.wait_for_url("**lang=en")
    assert page.get_by_text("Read the original").is_visible()
    assert not page.locator("button:visible:not([type=submit])").count()


PLACES = {
    "home": "/",
    "results": "/search?q=dai hoi dang bo",
    "narrowed": "/search?q=&year=2024&month=2024-10&site=thanhnien.vn&site=nld.com.vn",
    "pasted": "/search?q=" + "mưa lũ ở các tỉnh miền núi phía Bắc " * 10,
    "misread": "/search?q=mưa since:2020-13&until=x&page=9999",
    "long": "/search?q=&page=2",
    "relaxed": "/search?q=đại hội xyzabc",
    "empty": '/search?q="qqq qqq"',
    "article": "",
    "stats": "/stats",
    "help": "/help",
    "missing": "/article?id=none",
}


@pytest.fixture
def go(open_page: OpenPage, article: str) -> OpenPage:
    """Open a place by its name."""
    return lambda name, **options: open_page(PLACES[name] or article, **options)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PLACES)
def test_axe_finds_nothing(go: OpenPage, axe: str, name: str, scheme: str) -> None:
    page = go(name, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    page.evaluate(axe)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("(tags) => axe.run({ runOnly: tags })", tags)
    assert [
        (v["id"], node["html"], node["failureSummary"])
        for v in found["violations"]
        for node in v["nodes"]
    ] == []


@pytest.mark.parametrize("name", PLACES)
def test_a_phone_never_scrolls_sideways(go: OpenPage, name: str) -> None:
    page = go(name, viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", PLACES)
def test_focus_is_always_seen(go: OpenPage, name: str) -> None:
    page = go(name)
    seen = """() => {
        const at = document.activeElement;
        const box = at.closest('.search-box') ?? at;
        const style = getComputedStyle(box);
        return at === document.body
            || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
    }"""
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate(seen), page.evaluate("document.activeElement.outerHTML")


def test_nothing_moves_for_those_who_asked_for_calm(go: OpenPage) -> None:
    page = go("results", reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    durations = page.evaluate(
        "[...document.querySelectorAll('a, button')]"
        ".map((e) => getComputedStyle(e).transitionDuration)"
    )
    assert set(durations) == {"0s"}


def test_the_number_of_results_is_announced(go: OpenPage) -> None:
    page = go("results")
    status = page.locator("#summary")
    assert status.get_attribute("role") == "status"
    assert "bài" in status.inner_text()


def test_paper_carries_the_article_and_nothing_to_click(go: OpenPage) -> None:
    page = go("article")
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    for name in (".top", ".bottom", ".lit-bar", "[data-copy]"):
        assert not page.locator(f"{name}:visible").count(), name


def test_a_page_that_waits_for_an_index_opens_by_itself(
    chromium: Any, serve: Callable[[Path], str], tmp_path: Path, axe: str
) -> None:
    address = serve(tmp_path / "index")
    window = chromium.new_context(locale="vi-VN")
    page = window.new_page()
    assert page.goto(address).status == 503
    assert page.locator("h1").inner_text() == "Chưa có chỉ mục"
    index = open_index(tmp_path / "index", create=True)
    with index.engine.writer() as writer:
        page.goto(address)
        assert page.locator("main h2").inner_text() == "Đang lập chỉ mục"
        page.evaluate(axe)
        assert page.evaluate("axe.run().then((found) => found.violations.map((v) => v.id))") == []
        writer.add(Article(id="a", title="Mưa lớn"))
    page.locator(".newest").get_by_text("Mưa lớn").wait_for(timeout=15_000)
    window.close()
