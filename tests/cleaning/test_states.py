"""Pages that show no text: the article stands in the JSON that they hand to their own script."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.cleaning import clean
from indexer.cleaning.states import state_article
from indexer.errors import NotAnArticleError
from indexer.models import Article, Document
from tests.cleaning.pages import LEAD, PARAGRAPHS, RELATED, TITLE

P = PARAGRAPHS
ARTICLE = {
    "title": TITLE,
    "description": LEAD,
    "content": "".join(f"<p>{p}</p>" for p in P),
    "author": {"name": "Lê Thị Na"},
    "publishedAt": "2024-03-12T08:00:00+07:00",
}
OTHERS = [{"title": title, "description": LEAD} for title in RELATED]


def page(script: str, *, title: str = f"{TITLE} | Báo Miền Cao", body: str = "") -> Article:
    text = (
        f"<!DOCTYPE html><html lang=vi><head><meta charset=utf-8><title>{title}</title>"
        f"</head><body><div id=__next>{body}</div>{script}</body></html>"
    )
    return clean(Document("x", text.encode(), "text/html", "https://miencao.vn/a-1.html"))


def state(value: Any) -> str:
    return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(value)}</script>'


TEXT = json.dumps({"props": {"pageProps": {"article": ARTICLE, "related": OTHERS}}})
SCRIPTS = {
    "next": f'<script id="__NEXT_DATA__" type="application/json">{TEXT}</script>',
    "assigned": f"<script>window.__INITIAL_STATE__ = {TEXT};(function(){{}})()</script>",
    "nuxt": f"<script>window.__NUXT__={TEXT}</script>",
    "by name": f"<script>window['initialData'] = {TEXT}</script>",
    "parsed": f"<script>window.__DATA__ = JSON.parse({json.dumps(TEXT)});</script>",
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_the_article_in_a_script_is_read_with_all_it_says(script):
    article = page(script)
    assert (article.title, article.lead, article.body) == (TITLE, LEAD, "\n".join(P))
    assert article.author == ("Lê Thị Na",)
    assert article.published is not None and article.published.isoformat() == ARTICLE["publishedAt"]


@pytest.mark.parametrize(
    "told",
    [
        {"category": {"name": "Giáo dục"}, "tags": [{"name": "sách"}, {"name": "vùng cao"}]},
        {"categoryName": "Giáo dục", "tags": ["sách", "vùng cao"]},
        {"section": "Giáo dục", "keywords": "sách, vùng cao"},
    ],
)
def test_section_and_tags_are_read_in_the_forms_that_sites_use(told):
    article = page(state({"data": {"post": ARTICLE | told}}))
    assert (article.section, article.tags) == ("Giáo dục", ("sách", "vùng cao"))


def paragraph(text: str) -> dict[str, Any]:
    pieces = [{"type": "text", "text": text[:20]}, {"type": "text", "text": text[20:], "marks": []}]
    return {"type": "paragraph", "content": pieces}


BODIES = {
    "plain lines": {"title": TITLE, "body": "\n".join(P)},
    "blocks": {"headline": TITLE, "body": [{"type": "paragraph", "text": p} for p in P]},
    "rendered": {"title": {"rendered": TITLE}, "content": {"rendered": ARTICLE["content"]}},
    "pieces of paragraphs": {
        "title": TITLE,
        "body": {"type": "doc", "content": list(map(paragraph, P))},
    },
    "escaped": {"title": TITLE, "content": "".join(f"&lt;p&gt;{p}&lt;/p&gt;" for p in P)},
}


@pytest.mark.parametrize("value", BODIES.values(), ids=BODIES)
def test_bodies_are_read_in_the_forms_that_sites_use(value):
    assert page(state({"data": {"post": value}})).body == "\n".join(P)


def test_captions_and_subheads_of_blocks_keep_their_kinds():
    blocks = [
        {"type": "paragraph", "text": P[0]},
        {"type": "heading", "text": "Mỗi ngày một cuốn"},
        {"type": "image", "caption": "Học sinh chọn sách"},
        *({"type": "paragraph", "text": p} for p in P[1:]),
        {"type": "related", "text": RELATED[0]},
    ]
    article = page(state({"title": TITLE, "blocks": blocks}))
    assert article.body_kinds[:3] == ("paragraph", "heading", "paragraph")
    assert article.captions == ("Học sinh chọn sách",)
    assert article.body.endswith(P[-1])


REFUSED = {
    "another article": (SCRIPTS["next"], f"{RELATED[2]} | Báo Miền Cao"),
    "a home page": (SCRIPTS["next"], "Báo Miền Cao - tin mới"),
    "code": (f"<script>var a = function() {{ return {TEXT} }}</script>", TITLE),
    "headlines only": (state({"title": TITLE, "items": OTHERS, "x": "x" * 500}), TITLE),
    "broken": (f'<script type="application/json">{TEXT[:-9]}</script>', TITLE),
    "nested without end": (f'<script type="application/json">{"[" * 200_000}</script>', TITLE),
}


@pytest.mark.parametrize(("script", "title"), REFUSED.values(), ids=REFUSED)
def test_json_that_is_not_this_article_is_not_believed(script, title):
    with pytest.raises(NotAnArticleError):
        page(script, title=title)


def test_a_page_that_shows_its_text_is_read_as_it_stands():
    shown = "".join(f"<p>{p}</p>" for p in P[:4])
    article = page(state(ARTICLE), body=f"<article><h1>{TITLE}</h1>{shown}</article>")
    assert article.body == "\n".join(P[:4])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["title", "content", "text", "type", "x"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(VALUES)
def test_any_json_is_read_without_an_error(value):
    assert isinstance(state_article((json.dumps({"title": TITLE, "body": value}),), [TITLE]), str)
