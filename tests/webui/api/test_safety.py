"""Hostile documents, through the index, to every place where they come out."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from indexer import Article, Index, Removal, open_index
from webui import create_app
from webui.safety import safe_url, xml_text

MARKUP = '<script>alert(1)</script><img src=x onerror="alert(1)">\'"&amp;{{7*7}}'
ESCAPES = "\x1b[31mđỏ\x1b[0m\x07\u202etrái"
FORMULA = '=HYPERLINK("http://bad.example";"x")'
BAD_URLS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//bad.example/x",
    "https://good.example@bad.example/",
    'https://x.example/"onmouseover="alert(1)',
    "https://x.example/\x00",
    "https://[bad",
)
PATHS = ("/", "/search?q=tin", "/search?q=", "/stats", "/feed.atom", "/feed.rss", "/export.csv",
         "/export.jsonl", "/api/search?q=tin")  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    index: Index = open_index(tmp_path_factory.mktemp("hostile") / "index", create=True)
    index.add(
        Article(
            id=f"{MARKUP}{i}",
            url=url,
            title=f"tin {FORMULA if i else MARKUP}" if i % 2 else f"{FORMULA} tin {MARKUP}",
            lead=f"{MARKUP} tin {ESCAPES}",
            body=f"{MARKUP}\n{ESCAPES} " + " ".join(f"chữ{i}x{n}" for n in range(80)),
            body_kinds=("heading", MARKUP),
            captions=(MARKUP, FORMULA),
            author=(MARKUP, FORMULA),
            agency=MARKUP,
            publisher=MARKUP,
            section=MARKUP,
            tags=(MARKUP, "@SUM(A1)"),
            site=MARKUP,
            published=datetime(1, 1, 1, tzinfo=UTC)
            if i == 0
            else datetime(9999, 12, 31, tzinfo=UTC),
            removed=(Removal(MARKUP, MARKUP, MARKUP),),
        )
        for i, url in enumerate(BAD_URLS)
    )
    return create_app(index).test_client()


def assert_harmless(text: str) -> None:
    page = html.fromstring(text)
    assert not page.cssselect("img, iframe, object, embed, style, [style]")
    assert all(s.get("src", "").startswith("/static/") and not s.text for s in page.iter("script"))
    for element in page.iter():
        assert not [name for name in element.attrib if name.lower().startswith("on")]
    for link in page.cssselect("[href]"):
        assert link.get("href").startswith(("/", "?", "#")), link.get("href")
        assert not link.get("href").startswith("//")


def test_pages_show_hostile_text_as_text(hostile: FlaskClient):
    for path in ("/", "/search?q=tin", "/search?q=&per_page=50", "/stats", "/api"):
        answer = hostile.get(path)
        assert answer.status_code == 200, path
        assert_harmless(answer.text)
    for i in range(len(BAD_URLS)):
        answer = hostile.get("/article", query_string={"id": f"{MARKUP}{i}", "q": "tin"})
        assert answer.status_code == 200
        assert_harmless(answer.text)
        assert "{{7*7}}" in answer.text


def test_hostile_addresses_show_as_text(client: FlaskClient):
    for path in ("/search", "/article", "/stats"):
        for name in ("q", "site", "since", "lang", "id", "sort", "page"):
            assert_harmless(client.get(path, query_string={name: MARKUP}).text)


def test_feeds_stay_well_formed_and_link_nowhere_bad(hostile: FlaskClient):
    for path in ("/feed.atom", "/feed.rss"):
        root = ElementTree.fromstring(hostile.get(path).data)
        links = [e.get("href") or e.text or "" for e in root.iter() if e.tag.endswith("link")]
        assert len(links) > len(BAD_URLS)
        assert all(link.startswith("http://localhost/") for link in links)


def test_no_cell_of_a_table_is_a_formula(hostile: FlaskClient):
    text = hostile.get("/export.csv").text.removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == len(BAD_URLS) + 1
    assert {len(row) for row in rows} == {13}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]


@pytest.mark.parametrize("path", [*PATHS, "/nope", "/healthz"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_no_file_can_be_asked_for(client: FlaskClient):
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/../../etc/passwd",
                 "/article?id=../../etc/passwd", "/api/articles/..%2f..%2fetc"):  # fmt: skip
        assert client.get(path).status_code == 404


def test_only_named_hosts_are_answered_where_some_are_named(index: Index):
    client = create_app(index, trusted_hosts=("news.example",)).test_client()
    assert client.get("/", base_url="http://news.example").status_code == 200
    for path, media_type in (("/", "text/plain"), ("/api/stats", "application/problem+json")):
        refused = client.get(path, base_url="http://evil.example")
        assert (refused.status_code, refused.mimetype) == (400, media_type)


@pytest.mark.parametrize("url", BAD_URLS)
def test_only_plain_web_addresses_become_links(url: str):
    assert safe_url(url) == ""


@given(st.text())
def test_xml_text_can_always_be_parsed(text: str):
    element = ElementTree.Element("a")
    element.text = xml_text(text)
    ElementTree.fromstring(ElementTree.tostring(element, encoding="utf-8"))


def test_a_damaged_folder_is_said_without_naming_it(tmp_path: Path):
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "_MAIN_1.toc").write_bytes(b"not an index")
    answer = create_app(folder).test_client().get("/")
    assert answer.status_code == 503
    assert "broken" not in answer.text
