"""Broken and hostile pages end in an article or a named error, never in anything else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.cleaning import clean
from indexer.errors import DocumentError
from indexer.models import Document
from tests.cleaning.pages import BODY, PARAGRAPHS, TITLE, html, paragraphs

TEXT = f"<h1>{TITLE}</h1>{paragraphs()}"
MANY = 20_000


def text_of(page: str) -> str:
    return clean(Document("x", page.encode("utf-8", "replace"), "text/html")).text


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 1500 + TEXT,
        "<div>" * 100_000 + TEXT,
        "<b>" * 100_000 + TEXT,
        "<div " + " ".join(f"a{i}=1" for i in range(300_000)) + ">" + TEXT,
        TEXT + "<script " * MANY,
        "<!---->" * MANY + TEXT,
        TEXT + "<svg>" * MANY,
        TEXT + "<!--" * MANY,
        "\0" * MANY + TEXT,
        TEXT.replace("<p>", "<p>\0\x01\x02"),
        TEXT + "<a href=x>" * MANY,
        f"<div class='{'a-' * 100_000}'>{TEXT}",
        '<script type="application/ld+json">' + "[" * MANY + "</script>" + TEXT,
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": </script>' + TEXT,
        TEXT + "<table><tr>" * 5000,
        TEXT.replace("</p>", ""),
        TEXT.replace("<p>", "<P CLASS=x STYLE='a:b'>"),
        "<ſcript>x</ſcript>" + TEXT,  # a long s is an s to who asks without regard to case
        TEXT + "<a href=x>:</a>" * MANY,
    ],
    ids=range(19),
)
def test_the_text_is_found_all_the_same(page):
    assert PARAGRAPHS[0] in text_of(page)


@pytest.mark.parametrize(
    "page", ["", " ", "<", "<!--", "<script>", "\0", "<html>" * MANY, "&" * 99]
)
def test_a_page_without_text_is_named(page):
    with pytest.raises(DocumentError):
        text_of(page)


def test_character_references_are_read_once():
    assert "“A & B” <p>" in text_of(TEXT + "<p>“A &amp; B” &lt;p&gt; là tên một hàng sách cũ.</p>")


def test_an_unclosed_script_takes_the_rest_as_it_does_in_a_browser():
    assert text_of(html(TEXT + "<script>document.write('x')")) == BODY


MARKUP = (  # noqa: SIM905
    "<p> <div/class='related'> </div> <ul><li> </ul> <a/href=/x> </a> <table><tr><td> </table> "
    "<figure><img> <figcaption> </figure> <br> <h1> </h1> <!-- --> <script> </script> <svg/> <b> "
    "&nbsp; &#0; \0 < Ảnh:"
).split(" ")
PIECES = st.sampled_from([*MARKUP, "Tin liên quan", TITLE, *PARAGRAPHS])


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=20), max_size=40))
def test_any_page_is_cleaned_or_refused(pieces):
    try:
        article = clean(Document("x", "".join(pieces).encode("utf-8", "replace"), "text/html"))
    except DocumentError:
        return
    lines = article.body.split("\n") if article.body else []
    assert len(lines) == len(article.body_kinds)
    assert all(line == line.strip() and line for line in lines)
    assert len(set(article.captions)) == len(article.captions)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_cleaned_or_refused(content):
    for media_type in ("text/html", "text/plain", "application/json"):
        try:
            clean(Document("x", content, media_type))
        except DocumentError:
            continue


BOUNDED = {
    "questions": "Sao lại thế? " * MANY + "○ Có ○ Không",
    "names": "\n".join(["Chợ quê họp từ sáng sớm đến lúc trời đã tối mịt.", "Lê Thị Na"] * MANY),
    "comments": "\n".join(
        [PARAGRAPHS[0], *["Hoa Mai", "2 giờ trước", "Hay quá", "Trả lời"] * MANY]
    ),
}


@pytest.mark.parametrize("text", BOUNDED.values(), ids=BOUNDED)
def test_dumps_of_many_alike_lines_take_linear_time(text):
    assert clean(Document("x", f"{TITLE}\n{text}".encode(), "text/plain"), keep_all=True).title


@pytest.mark.parametrize("start", ["var", "window.x", "window", "var x =", "var x = JSON.parse("])
def test_scripts_of_blanks_take_linear_time(start):
    script = f"<script type='application/json'>{start}{' ' * 50 * MANY}!</script>"
    assert text_of(html(TEXT + script)) == BODY
    bare = f"<html><head><title>{TITLE}</title></head><body>{script}</body></html>"
    with pytest.raises(DocumentError):
        text_of(bare)


@pytest.mark.parametrize("address", ["http://[x", "//[::1", "http://a]b/", "https://bao.vn:x/"])
def test_malformed_addresses_are_no_reason_to_fail(address):
    head = (
        f"<link rel=canonical href='{address}'><meta property=og:url content='{address}'>"
        '<script type="application/ld+json">{"@type": "NewsArticle", "url": "'
        f'{address}"}}</script>'
    )
    crumbs = f"<div class=breadcrumb><a href='{address}'>Xã hội</a></div>"
    page = html(f"<a href='{address}'>Báo</a>{crumbs}<h1>{TITLE}</h1>{paragraphs()}", head=head)
    article = clean(Document("x", page.encode(), "text/html", address))
    assert article.body == "\n".join(PARAGRAPHS)
