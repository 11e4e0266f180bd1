"""Parts within a text that ask, sell or show who wrote; and parts of the text that hide."""

import pytest

from indexer.cleaning import clean
from indexer.models import Article, Document
from tests.cleaning.pages import BODY, PARAGRAPHS, TITLE, html, paragraphs

ASKING = (
    "<div class=z1><h4>Nhận tin mỗi sáng</h4><p>Mỗi sáng một bức thư với những tin hay nhất.</p>"
    "<form><input name=e><button>Gửi</button></form></div>"
)
SELLING = "<div class=z2><span>QUẢNG CÁO</span><a href=q><img src=q></a></div>"
WRITER = (
    "<div class=z3><img src=a><div>Lê Na</div><p>Phóng viên, mười năm sống ở vùng cao.</p>"
    "<a href=/tac-gia/le-na>Xem tất cả bài viết</a></div>"
)


def cleaned(body: str) -> Article:
    page = html(
        f"<div><h1>{TITLE}</h1><div>Lê Na · 3 giờ trước</div><div class=y>{body}</div></div>"
    )
    return clean(Document("x", page.encode(), "text/html"))


@pytest.mark.parametrize("part", [ASKING, SELLING])
@pytest.mark.parametrize("at", [2, 5])
def test_what_asks_or_sells_within_a_text_goes(part, at):
    article = cleaned(paragraphs(*PARAGRAPHS[:at]) + part + "".join(map(_p, PARAGRAPHS[at:])))
    assert (article.body, article.captions) == (BODY, ())


def _p(text: str) -> str:
    return f"<p>{text}</p>"


def test_a_form_around_the_page_is_the_page():
    page = html(f"<form id=f><h1>{TITLE}</h1><div>{paragraphs()}</div></form>")
    assert clean(Document("x", page.encode(), "text/html")).body == BODY


def test_the_author_is_read_beside_how_long_ago_it_was_and_not_kept_below_the_text():
    article = cleaned(paragraphs() + WRITER)
    assert (article.author, article.body, article.captions) == (("Lê Na",), BODY, ())


def test_paragraphs_that_a_reader_must_ask_for_are_text():
    rest = f"<div class=k style='display:none'>{paragraphs(*PARAGRAPHS[3:])}</div>"
    text = f"{paragraphs(*PARAGRAPHS[:3])}{rest}<button>Đọc tiếp</button>"
    assert cleaned(text).body == BODY


def test_other_hidden_paragraphs_are_none():
    hidden = (
        "<div style='display:none'><p>Máy chủ dự phòng đang bận, xin thử lại sau ít phút.</p></div>"
    )
    assert cleaned(hidden + paragraphs()).body == BODY
    assert cleaned(paragraphs() + hidden).body == BODY
