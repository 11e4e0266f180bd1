"""`clean` as its users call it: what an article keeps, and what never comes through."""

import gc
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from indexer.cleaning import clean
from indexer.errors import DocumentError, NotAnArticleError
from indexer.models import Article, Document
from tests.cleaning.pages import (
    BODY,
    CAPTION,
    CAPTION_2,
    LEAD,
    PARAGRAPHS,
    RELATED,
    TITLE,
    html,
    links,
    paragraphs,
)

VIETNAM = timezone(timedelta(hours=7))


def clean_text(text: str) -> Article:
    return clean(Document("dump.txt", text.encode(), "text/plain"))


def clean_html(page: str, url: str = "https://www.miencao.vn/thu-vien-123.html") -> Article:
    return clean(Document("page.html", page.encode(), "text/html; charset=utf-8", url))


def rules(article: Article) -> set[str]:
    return {removal.rule for removal in article.removed}


AGENCY_DUMP = f"""{TITLE}

{LEAD}
{CAPTION}
{CAPTION}

{LEAD}

{PARAGRAPHS[0]}

{PARAGRAPHS[1]}

[{RELATED[0]}]

{PARAGRAPHS[2]}

{TITLE} ảnh 1{CAPTION_2}

{PARAGRAPHS[3]}

{PARAGRAPHS[4].removesuffix(".")}./.

(TTXVN/Vietnam+)

Tin cùng chuyên mục
"""


def test_an_agency_dump_comes_out_whole_and_alone():
    article = clean_text(AGENCY_DUMP)
    assert article.title == TITLE
    assert article.lead == LEAD
    assert article.body == BODY
    assert article.captions == (CAPTION, CAPTION_2)
    assert (article.agency, article.publisher, article.author) == ("TTXVN", "Vietnam+", ())


def test_every_rule_that_fired_is_named():
    assert {
        "repeated-text",
        "related-bracket",
        "picture-label",
        "end-mark",
        "credit-line",
        "related-box",
    } <= rules(clean_text(AGENCY_DUMP))


def test_headlines_under_a_related_heading_at_the_end_of_a_dump_go():
    article = clean_text(AGENCY_DUMP + "\n".join(RELATED))
    assert article.body == BODY
    assert {r.text for r in article.removed} >= set(RELATED)


PAGE = html(
    f"""<div class="article-detail"><ul class="breadcrumb"><li><a href="/giao-duc">Giáo dục</a></ul>
    <h1 class="title">{TITLE}</h1><div class="meta">Thứ năm, 12/3/2020, 08:15 (GMT+7)</div>
    <h2 class="sapo">(MCO) - {LEAD}</h2>
    <div class="article-content">{paragraphs(*PARAGRAPHS[:2])}
    <figure><img src="a.jpg"><figcaption>{CAPTION}</figcaption></figure>
    <div class="tin-lien-quan"><h3>Tin liên quan</h3>{links(*RELATED)}</div>
    {paragraphs(*PARAGRAPHS[2:])}<p style="text-align:right"><strong>Minh Khuê</strong></p></div>
    <div class="share">Chia sẻ <a href="#">Facebook</a></div>
    <h3>Đọc nhiều</h3>{links(*RELATED)}</div>""",
    head='<link rel=canonical href="https://miencao.vn/thu-vien-123.html?utm_source=rss#x">',
)


def test_a_page_comes_out_whole_and_alone():
    article = clean_html(PAGE)
    assert article.title == TITLE
    assert article.lead == LEAD
    assert article.body == BODY
    assert article.captions == (CAPTION,)


def test_metadata_of_a_page():
    article = clean_html(PAGE)
    assert article.id == article.url == "https://miencao.vn/thu-vien-123.html"
    assert article.site == "miencao.vn"
    assert article.section == "Giáo dục"
    assert article.author == ("Minh Khuê",)
    assert article.published == datetime(2020, 3, 12, 8, 15, tzinfo=VIETNAM)


def test_cleaning_is_a_pure_function():
    assert clean_html(PAGE) == clean_html(PAGE)


def test_without_an_address_the_source_is_the_id():
    assert clean_text(AGENCY_DUMP).id == "dump.txt"


def test_the_fingerprint_follows_the_bytes():
    assert clean_text(AGENCY_DUMP).fingerprint == clean_text(AGENCY_DUMP).fingerprint
    assert clean_text(AGENCY_DUMP).fingerprint != clean_text(AGENCY_DUMP + " ").fingerprint


def test_body_kinds_run_parallel_to_the_body():
    page = html(f"<h1>{TITLE}</h1><article>{paragraphs(*PARAGRAPHS[:2])}<h2>Mỗi ngày một cuốn</h2>"
                f"{paragraphs(*PARAGRAPHS[2:])}</article>")  # fmt: skip
    article = clean_html(page)
    assert len(article.body_kinds) == len(article.body.split("\n"))
    assert dict(zip(article.body.split("\n"), article.body_kinds, strict=True))[
        "Mỗi ngày một cuốn"
    ] == "heading"  # fmt: skip


def item(**fields: object) -> Article:
    return clean(Document("items.jsonl#1", json.dumps(fields).encode(), "application/json"))


def test_a_json_item_with_text():
    article = item(
        url="https://miencao.vn/a.html",
        title=TITLE,
        sapo=LEAD,
        content=BODY,
        publish_date="2020-03-12 08:15",
        authors=["Minh Khuê"],
        category="Giáo dục",
    )
    assert (article.title, article.lead, article.body) == (TITLE, LEAD, BODY)
    assert article.published == datetime(2020, 3, 12, 8, 15, tzinfo=VIETNAM)
    assert (article.author, article.section, article.site) == (
        ("Minh Khuê",),
        "Giáo dục",
        "miencao.vn",
    )


def test_a_json_item_with_html_goes_down_the_html_path_and_its_fields_win():
    article = item(link="https://miencao.vn/a.html", headline="Tên khác", raw_html=PAGE)
    assert article.title == "Tên khác"
    assert article.body == BODY


def test_a_json_item_with_html_in_its_text_field():
    assert item(title=TITLE, body=paragraphs()).text == BODY


def test_what_steers_a_terminal_or_turns_text_around_is_in_no_field_of_an_item():
    article = item(
        title="\x1b]0;đổi\x07Mưa\u202e lớn\u2067",
        lead="\x1b[31mĐường\x00 ngập",
        text=BODY,
        category="Thời\x07 tiết",
        tags=["mưa\u202a", "lũ"],
        authors=["Lê Văn (Tám)\x1b"],
        captions=["Nước\x9b lên"],
    )
    assert article.title == "]0;đổiMưa lớn"
    assert (article.lead, article.section) == ("[31mĐường ngập", "Thời tiết")
    assert (article.tags, article.author) == (("mưa", "lũ"), ("Lê Văn (Tám)",))
    assert article.captions == ("Nước lên",)


@pytest.mark.parametrize("stamp", [1583975700, 1583975700000])
def test_a_json_time_may_be_a_number(stamp):
    assert item(title=TITLE, text=BODY, date=stamp).published == datetime(
        2020, 3, 12, 1, 15, tzinfo=UTC
    )


@pytest.mark.parametrize("content", [b"[1, 2]", b"{", b'{"title": "x"}'])
def test_an_item_without_text_is_named(content):
    with pytest.raises(DocumentError, match=r"items\.jsonl#7"):
        clean(Document("items.jsonl#7", content, "application/json"))


FRONT = html(
    "<h1>Báo Miền Cao</h1>"
    + "".join(
        f'<div class=story><h3><a href="/bai-{i}.html">{t} kỳ {i}</a></h3><p>{LEAD}</p></div>'
        for i in range(20)
        for t in RELATED
    ),
    title="Báo Miền Cao - tin tức vùng cao",
)


@pytest.mark.parametrize(
    "page",
    [
        FRONT,
        html("<h1>404</h1><p>Không tìm thấy trang bạn yêu cầu.</p>", title="Không tìm thấy trang"),
        html(f"<h1>{TITLE}</h1><video src=a.mp4></video>"),
        "<html><head><title>x</title></head><body></body></html>",
    ],
    ids=["front", "error", "player", "empty"],
)
def test_pages_that_are_not_articles_are_refused_with_a_reason(page):
    with pytest.raises(NotAnArticleError) as caught:
        clean_html(page, "https://miencao.vn/muc")
    assert caught.value.reason


def test_keep_all_keeps_them():
    document = Document("x", FRONT.encode(), "text/html", "https://miencao.vn/")
    assert clean(document, keep_all=True).title


def test_unknown_media_types_are_refused():
    with pytest.raises(DocumentError, match="image/png"):
        clean(Document("x.png", b"", "image/png"))


@pytest.mark.parametrize("media_type", ["text/html", "video/mp4"])
def test_garbage_is_collected_afterwards_as_it_was_before(media_type):
    document = Document("page", html(paragraphs()).encode(), media_type)
    for wanted in (False, True):
        (gc.enable if wanted else gc.disable)()
        try:
            clean(document, keep_all=True)
        except DocumentError:
            assert media_type == "video/mp4"
        finally:
            collecting = gc.isenabled()
            gc.enable()
        assert collecting is wanted
