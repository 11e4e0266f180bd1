"""What a reader does with the page, in a real browser."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Any]

LANG_SON = "Đại hội Đảng bộ tỉnh Lạng Sơn: Đưa kinh tế cửa khẩu thành mũi nhọn"


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
        "đại hội đảng bộ lạng sơn",
        "dai hoi dang bo lang son",
        "đai hội đang bộ lạng sơn",
        unicodedata.normalize("NFD", "đại hội đảng bộ lạng sơn"),
        "ĐẠI HỘI ĐẢNG BỘ LẠNG SƠN",
    ],
)
def test_every_way_of_typing_finds_the_article(open_page: OpenPage, typed: str) -> None:
    page = open_page("/")
    assert search(page, typed)[0] == LANG_SON
    lit = {word.casefold() for word in page.locator(".hits mark").all_inner_texts()}
    assert "đại hội đảng bộ" in " ".join(lit)


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
    search(page, "dai hoi dang bo lang son")
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
