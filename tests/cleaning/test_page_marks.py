"""What marks on pages say: stray end tags, linked sections, authors side by side, others' posts."""

import pytest

from indexer.cleaning import clean
from indexer.errors import DocumentError
from indexer.models import Document
from tests.cleaning.pages import BODY, LEAD, RELATED, TITLE, html, links, paragraphs


def test_the_text_goes_on_after_a_stray_end_tag():
    text = f"<div id=ContentDetail>{paragraphs(*BODY.split(chr(10))[:3])}</div></p>"
    rest = paragraphs(*BODY.split("\n")[3:])
    other = f"<div class=relate>{links(*RELATED)}</div>"
    page = html(
        f"<div class=k1><h1>{TITLE}</h1><h2 class=sapo>{LEAD}</h2>{text}{rest}{other}</div>"
    )
    assert clean(Document("x", page.encode(), "text/html")).body == BODY


def test_one_bare_line_after_the_text_is_none_of_it():
    text = f"<div class=detail-content>{paragraphs()}</div><p>Tin này do cộng tác viên gửi.</p>"
    page = html(f"<div class=k1><h1>{TITLE}</h1>{text}</div>")
    assert clean(Document("x", page.encode(), "text/html")).body == BODY


def test_a_section_that_is_linked_below_the_title_is_read():
    line = "<div class=k2><a class=category-name href=/giao-duc.chn>Giáo dục vùng cao</a>"
    date = "<span>27-02-2025 - 14:35 PM</span></div>"
    page = html(f"<div class=k1><h1>{TITLE}</h1>{line}{date}{paragraphs()}</div>")
    assert clean(Document("x", page.encode(), "text/html")).section == "Giáo dục vùng cao"


def test_the_sites_name_at_the_root_of_breadcrumbs_is_no_section():
    steps = '{"position":1,"item":{"name":"Miền Cao"}},{"position":2,"item":{"name":"Góc nhìn"}}'
    crumbs = f'{{"@type":"BreadcrumbList","itemListElement":[{steps}]}}'
    head = (
        '<meta property="og:site_name" content="Miền Cao">'
        f'<script type="application/ld+json">{crumbs}</script>'
    )
    page = html(f"<div class=k1><h1>{TITLE}</h1>{paragraphs()}</div>", head=head)
    assert clean(Document("x", page.encode(), "text/html")).section == "Góc nhìn"


def test_a_title_set_in_capitals_is_written_as_the_head_has_it():
    head = f'<meta property="og:title" content="{TITLE}">'
    page = html(f"<div class=k1><h1>{TITLE.upper()}</h1>{paragraphs()}</div>", head=head)
    assert clean(Document("x", page.encode(), "text/html")).title == TITLE


def test_all_authors_that_are_linked_side_by_side_are_read():
    line = "<div><a href=/tac-gia/a.htm>VÀNG SAY</a> - <a href=/tac-gia/b.htm>LÙ PHÀ</a></div>"
    page = html(f"<div class=k1><h1>{TITLE}</h1>{line}{paragraphs()}</div>")
    assert clean(Document("x", page.encode(), "text/html")).author == ("VÀNG SAY", "LÙ PHÀ")


def test_a_post_of_another_site_is_no_text():
    post = "<blockquote class=tiktok-embed><section><a href=x>@mien.cao</a> Hôm nay đọc sách"
    body = BODY.split("\n")
    text = f"{paragraphs(*body[:2])}{post} nhé mọi người ơi</section></blockquote>"
    page = html(f"<div class=k1><h1>{TITLE}</h1>{text}{paragraphs(*body[2:])}</div>")
    assert clean(Document("x", page.encode(), "text/html")).body == BODY


def test_a_web_archive_of_a_page_is_refused_by_name():
    saved = (
        b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\r\n"
    )
    with pytest.raises(DocumentError, match="MHTML"):
        clean(Document("x.html", saved, "text/html"))
