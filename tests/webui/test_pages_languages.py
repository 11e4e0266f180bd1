"""Every text of the page is there in Vietnamese, and messages.mo is made from messages.po."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from webui import create_app
from webui.i18n import format_ago

WEBUI = Path(__file__).parents[2] / "webui"
FOLDER = WEBUI / "translations" / "vi" / "LC_MESSAGES"
MAPPING = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {
    "**/templates/**.html": {
        "extensions": "jinja2.ext.i18n",
        "newstyle_gettext": "true",
        "trim_blocks": "true",
        "lstrip_blocks": "true",
    }
}
HOW = "run: pybabel compile -d webui/translations"


@pytest.fixture(scope="module")
def written() -> Catalog:
    return read_po(io.BytesIO((FOLDER / "messages.po").read_bytes()), locale="vi")


@pytest.fixture(scope="module")
def used() -> set[str]:
    """The texts in the code and the templates."""
    found = extract_from_dir(WEBUI, MAPPING, OPTIONS)
    ids = (message for _, _, message, _, _ in found)
    return {message if isinstance(message, str) else message[0] for message in ids}


def translations(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """By text: its translations, one for each plural form."""
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (
            (message.string,) if isinstance(message.string, str) else tuple(message.string)
        )
        for message in catalog
        if message.id
    }


def test_every_text_is_translated_and_no_translation_is_left_over(
    written: Catalog, used: set[str]
) -> None:
    known = translations(written)
    assert used - set(known) == set(), "not in messages.po"
    assert set(known) - used == set(), "no longer used"
    assert [text for text, forms in known.items() if not all(forms)] == []
    assert [message.id for message in written if message.id and message.fuzzy] == []


def test_the_compiled_file_is_made_from_the_written_one(written: Catalog) -> None:
    compiled = read_mo(io.BytesIO((FOLDER / "messages.mo").read_bytes()))
    assert translations(compiled) == translations(written), HOW


def test_translations_fill_in_the_same_values(written: Catalog) -> None:
    values = re.compile(r"%\(\w+\)s|\{\w+\}")
    for text, forms in translations(written).items():
        for form in forms:
            assert set(values.findall(form)) == set(values.findall(text)), text


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (0, "1 second ago"),
        (1.5 / 24, "90 minutes ago"),
        (1.9, "45 hours ago"),
        (29, "4 weeks ago"),
        (364, "12 months ago"),
        (23 * 30.4, "23 months ago"),
        (2.99 * 365, "2 years ago"),
    ],
)
def test_an_age_is_told_in_at_least_two_of_its_unit(days: float, told: str) -> None:
    with create_app("none").test_request_context("/?lang=en"):
        assert format_ago(datetime.now(UTC) - timedelta(days=days)) == told


def test_vietnamese_is_stored_composed(written: Catalog) -> None:
    decomposed = re.compile("[\u0300-\u036f]")
    assert [
        t for t, forms in translations(written).items() if decomposed.search("".join(forms))
    ] == []


@pytest.mark.parametrize(
    ("language", "there", "not_there"),
    [
        ("vi", ("Tìm bài viết.", "Tham số", "đọc nhiều nhất 2000 ký tự"), "Find articles."),
        ("en", ("Find articles.", "Parameter", "read up to 2000 characters"), "Tìm bài viết."),
    ],
)
def test_the_page_of_the_api_is_in_the_readers_language(
    language: str, there: tuple[str, ...], not_there: str
) -> None:
    client = create_app("none").test_client()
    page = client.get(f"/api?lang={language}").text
    assert [text for text in there if text not in page] == []
    assert not_there not in page
    assert "Find articles." in client.get(f"/api/openapi.json?lang={language}").text
