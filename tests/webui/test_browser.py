"""The pages in a real browser: Debian's chromium, driven by Playwright, against waitress."""

import shutil
import threading
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest
import waitress
from flask import Flask

from indexer import Index
from webui import create_app

playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra `test`")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARTIFACTS = Path(__file__).parents[1] / "artifacts"
ARTICLE = "/article?id=https%3A%2F%2Fbaolang.example%2Ftin-0.html&q=dai%20hoi"
PAGES = {
    "home": "/",
    "results": "/search?q=dai+hoi",
    "narrowed": "/search?q=nguoi+dan&site=baolang.example&year=2020&since=2020-01-02",
    "nothing": "/search?q=xyzzyx",
    "article": ARTICLE,
    "stats": "/stats",
    "help": "/help",
    "api": "/api",
    "missing": "/article?id=nowhere",
}
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    # Playwright leaves its event loop and pipes to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
Open = Callable[..., "playwright.Page"]


def serve(app: Flask) -> Iterator[str]:
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.maintenance(float("inf"))  # closes idle connections, so that no socket is left open
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(5)


@pytest.fixture(scope="module")
def address(index: Index) -> Iterator[str]:
    yield from serve(create_app(index))


@pytest.fixture(scope="module")
def browser() -> Iterator["playwright.Browser"]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: "playwright.Browser", address: str) -> Iterator[Open]:
    """Opens a path; at the end, no page may have logged an error."""
    contexts, errors = [], []

    def open_(path: str, *, width: int = 1200, language: str = "en-US", **more: object):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale=language, **more
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if "Content Security" in m.text else 0)
        page.goto(address + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []


def search(page: "playwright.Page", text: str) -> None:
    page.fill("#q", text)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    page.wait_for_selector("#summary")


@pytest.mark.parametrize("typed", ["đại hội", "dai hoi", "đai hoi", "Đại Hội", "đại hội"])
def test_a_search_in_any_typing_style_lights_the_words(open_page: Open, typed: str):
    page = open_page("/")
    search(page, typed)
    assert page.inner_text(".hit h2 mark >> nth=0").startswith("Đại")


def test_facets_become_chips_and_go_away(open_page: Open):
    page = open_page("/search?q=nguoi+dan")
    page.click(".facet a:has-text('baolang.example')")
    page.wait_for_selector(".chips")
    assert "site=baolang.example" in page.url
    assert set(page.locator(".byline .site").all_inner_texts()) == {"baolang.example"}
    page.click(".chips a")
    page.wait_for_selector(".chips", state="detached")


def test_a_bar_of_the_timeline_narrows(open_page: Open):
    page = open_page("/search?q=")
    page.click(".timeline svg a >> nth=2")
    page.wait_for_selector(".chips")
    assert "month=2020-03" in page.url


def test_paging_goes_on_and_back(open_page: Open):
    page = open_page("/search?q=")
    first = page.inner_text(".hit h2 >> nth=0")
    page.click(".pages [rel=next]")
    page.wait_for_url("**page=2**")
    assert page.inner_text(".hit h2 >> nth=0") != first
    page.go_back()
    assert page.inner_text(".hit h2 >> nth=0") == first


def test_completion_by_keyboard_gives_accented_phrases(open_page: Open):
    page = open_page("/")
    page.locator("#q").press_sequentially("dai h")
    page.wait_for_selector("[role=option]")
    assert page.get_attribute("#q", "aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    chosen = page.get_attribute("#q", "aria-activedescendant")
    assert page.get_attribute(f"#{chosen}", "aria-selected") == "true"
    assert page.input_value("#q").startswith("đại h")
    page.keyboard.press("Escape")
    assert page.input_value("#q") == "dai h"
    assert page.get_attribute("#q", "aria-expanded") == "false"
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    assert page.inner_text(".hit h2 >> nth=0").startswith("Đại hội")


def test_all_works_by_single_keys_which_can_be_switched_off(open_page: Open):
    page = open_page("/search?q=dai+hoi")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate(
        "document.activeElement.closest('.hit') === document.querySelector('.hit')"
    )
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    page.uncheck("#keys-on")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body || !document.activeElement.href")
    page.reload()
    page.keyboard.press("?")
    assert page.locator("#keys[open]").count() == 0


def test_an_article_opens_and_its_lit_words_can_be_walked(open_page: Open):
    page = open_page("/search?q=dai+hoi")
    page.focus(".hit h2 a >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector(".article")
    page.keyboard.press("n")
    assert page.locator("mark.now").count() == 1
    first = page.inner_text("#lit-status")
    page.click("[data-lit-step='1']")
    assert page.inner_text("#lit-status") != first
    assert page.get_attribute(".original a", "rel") == "external noopener noreferrer nofollow"
    page.click(".back a")
    page.wait_for_selector("#summary")


def test_the_language_can_be_switched(open_page: Open):
    page = open_page("/search?q=na", language="vi-VN")
    assert page.get_attribute("html", "lang") == "vi"
    page.click(".languages a")
    page.wait_for_selector("html[lang=en]")
    assert "q=na" in page.url
    page.click(".brand")
    page.wait_for_selector(".hero")
    assert page.get_attribute("html", "lang") == "en"


def test_everything_is_there_without_javascript(open_page: Open):
    page = open_page("/", java_script_enabled=False)
    search(page, "dai hoi")
    page.click(".facet a >> nth=0")
    page.click(".pages [rel=next]") if page.locator(".pages [rel=next]").count() else None
    page.click(".hit h2 a >> nth=0")
    assert page.locator(".article mark").count()
    assert not page.is_visible("[data-lit]")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_page_is_wider_than_the_screen(open_page: Open, name: str, width: int):
    page = open_page(PAGES[name], width=width, language="vi-VN")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}-{width}.png")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 360)])
def test_axe_finds_nothing(open_page: Open, name: str, scheme: str, width: int):
    page = open_page(PAGES[name], width=width, color_scheme=scheme, reduced_motion="reduce")
    page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', "
        "'best-practice']})"
    )
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]] == []
    page.screenshot(path=ARTIFACTS / f"{name}-{width}-{scheme}.png", full_page=True)


def test_axe_finds_nothing_while_suggestions_are_open(open_page: Open):
    page = open_page("/")
    page.locator("#q").press_sequentially("dai h")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run()")
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]] == []
