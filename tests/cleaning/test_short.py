# ruff: noqa: E501 (mark-up is kept on one line)
"""Articles that are hardly there: shorter than the comments below them, or only short lines."""

import pytest

from indexer.cleaning import clean
from indexer.cleaning.comments import is_reply_line
from indexer.errors import NotAnArticleError
from indexer.models import Article, Document
from tests.cleaning.pages import PARAGRAPHS, html, paragraphs

SHORT = (
    "Trưa 9/5, một xe chở gạch lật ngang ở lưng đèo.",
    "Tài xế tự thoát ra ngoài, chỉ xây xát nhẹ.",
    "Đến 15h, đường thông trở lại.",
)
VERSE = (
    "Mẹ gánh trăng về phơi trước ngõ",
    "Con đò nằm ngủ đợi người sang",
    "Khói bếp nhà ai thơm rạ mới",
    "Mà thương đôi dép đứt bên đàng",
)


def cleaned(body: str, title: str = "Xe tải lật trên đèo cao") -> Article:
    return clean(Document("x.html", html(body, title=title).encode(), "text/html"))


def comments(name: str, buttons: str = "<span>Trả lời</span>") -> str:
    items = "".join(
        f"<div class=item><b>Nguyễn {i}</b><p>{p}</p>{buttons}</div>"
        for i, p in enumerate(PARAGRAPHS)
    )
    return f"<div class='{name}'>{items}</div>"


ARTICLE = f"<h1>Xe tải lật trên đèo cao</h1><div class=detail-content>{paragraphs(*SHORT)}</div>"
NAMES = ["comment", "box_comment", "ykien", "list_ykien", "comment-list", "binh-luan"]


@pytest.mark.parametrize("name", NAMES)
def test_comments_with_a_name_never_stand_in_for_a_short_article(name):
    article = cleaned(f"<article>{ARTICLE}</article>{comments(name, '')}")
    assert article.text == "\n".join(SHORT)


@pytest.mark.parametrize("buttons", ["<span>Trả lời</span>", "<a>Thích 12</a><a>Trả lời</a>"])
@pytest.mark.parametrize("name", ["cm-list", "x1", ""])
def test_comments_are_known_by_the_offer_to_answer_each(name, buttons):
    assert cleaned(ARTICLE + comments(name, buttons)).text == "\n".join(SHORT)


def test_comments_beside_the_paragraphs_are_known_too():
    one = f"<div class=a>{ARTICLE}{comments('').removeprefix('<div class=>')}"
    assert cleaned(one).text == "\n".join(SHORT)


REPLY_LINES = [
    ("Trả lời", True),
    ("Thích 12Trả lời", True),
    ("3 giờ trước · Thích · Trả lời", True),
    ("Reply", True),
    ("Trả lời báo chí, ông từ chối.", False),
    ("Thích thì làm", False),
]


@pytest.mark.parametrize(("line", "wanted"), REPLY_LINES)
def test_a_line_of_buttons_offers_an_answer(line, wanted):
    assert is_reply_line(line) is wanted


def test_a_text_of_a_few_short_sentences_is_an_article():
    lines = ("Sáng nay chợ mở.", "Khách đến rất đông.", "Hàng bán rất nhanh.", "Trưa thì chợ tan.")
    page = f"<h1>Chợ phiên cuối năm</h1><div class=content>{paragraphs(*lines)}</div>"
    assert cleaned(page, "Chợ phiên cuối năm").text == "\n".join(lines)


@pytest.mark.parametrize("mark_up", ["paragraphs", "breaks"])
def test_a_verse_keeps_its_lines(mark_up):
    lines = paragraphs(*VERSE) if mark_up == "paragraphs" else f"<p>{'<br>'.join(VERSE)}</p>"
    page = f"<h1>Ngõ nhỏ ngày trăng</h1><div class=content>{lines}</div>"
    assert cleaned(page, "Ngõ nhỏ ngày trăng").text == "\n".join(VERSE)


def test_a_verse_inside_an_article_keeps_its_lines_and_place():
    body = f"<h1>Chuyện ở bản</h1>{paragraphs(*PARAGRAPHS[:2])}<p>{'<br>'.join(VERSE)}</p>"
    article = cleaned(body + paragraphs(*PARAGRAPHS[2:]), "Chuyện ở bản")
    assert article.text == "\n".join((*PARAGRAPHS[:2], *VERSE, *PARAGRAPHS[2:]))


def test_lines_that_only_wrap_a_text_stay_one_paragraph():
    wrapped = PARAGRAPHS[0].replace(", ", ",<br>")
    assert PARAGRAPHS[0] in cleaned(f"<h1>Chuyện ở bản</h1><p>{wrapped}</p>{paragraphs()}").text


TEASERS = "".join(
    f"<div><a href=/{i}>Tin khác trong tỉnh kỳ {i} đáng chú ý</a><br>{p}</div>"
    for i, p in enumerate(PARAGRAPHS)
)
SIDES = {
    "named": f"<div class=col-right>{TEASERS}</div>",
    "in a cell": f"<table><tr><td>{TEASERS}</td></tr></table>",
}


@pytest.mark.parametrize("side", SIDES)
def test_a_side_column_never_stands_in_for_a_short_article(side):
    page = f"<div class=x><h1>Xe tải lật trên đèo cao</h1>{paragraphs(*SHORT)}</div>{SIDES[side]}"
    assert cleaned(page).text == "\n".join(SHORT)


def test_a_second_article_below_is_another():
    one = f"<article class=d><h1>Xe tải lật trên đèo cao</h1><div class=b>{paragraphs(*SHORT)}</div></article>"
    two = f"<article class=d><h1>Khai trương thư viện cộng đồng</h1><div class=b>{paragraphs()}</div></article>"
    assert cleaned(f"<div class=list>{one}{two}</div>").text == "\n".join(SHORT)


def test_parts_of_one_article_with_headings_of_the_first_rank_are_one():
    parts = "".join(
        f"<div class=part><h1>Phần {i}</h1><p>{p}</p></div>" for i, p in enumerate(PARAGRAPHS, 1)
    )
    page = f"<div class=part><h1>Xe tải lật trên đèo cao</h1></div>{parts}"
    assert all(p in cleaned(page).text for p in PARAGRAPHS)


def test_a_side_column_before_the_title_never_stands_in_for_a_short_article():
    side = "".join(
        f"<p><a href=/{i}>Tin khác trong tỉnh kỳ {i} đáng chú ý</a></p><p>{p}</p>"
        for i, p in enumerate(PARAGRAPHS)
    )
    page = f"<div class=c1><h3>Tin mới</h3>{side}</div><div class=c2><h1>Xe tải lật trên đèo cao</h1>{paragraphs(*SHORT)}</div>"
    assert cleaned(page).text == "\n".join(SHORT)


def test_a_box_with_a_headline_and_its_summary_goes_from_a_short_article():
    box = f"<div class=related-box><a href=/1>Khai trương thư viện cộng đồng</a><p>{PARAGRAPHS[0]}</p></div>"
    page = (
        f"<h1>Xe tải lật trên đèo cao</h1><div class=detail-content>{paragraphs(*SHORT)}{box}</div>"
    )
    assert cleaned(page).text == "\n".join(SHORT)


def results(head: str) -> str:
    rows = "".join(
        f"<tr><td>{n}</td><td>Đội bản {n}</td><td>{9 - n}</td></tr>" for n in range(1, 6)
    )
    return html(
        "<article><h1>Bảng xếp hạng giải bóng đá vùng cao sau vòng 3</h1>"
        "<p>Đội bản 1 tạm dẫn đầu sau ba vòng đấu.</p>"
        f"<table><thead><tr><th>TT</th><th>Đội</th><th>Điểm</th></tr></thead>{rows}</table></article>"
        "<aside><ul><li><a href=/a>Hồ Ba Bể đón mùa cá mới sau mưa</a></li></ul></aside>",
        title="Bảng xếp hạng giải bóng đá vùng cao sau vòng 3",
        head=head,
    )


DATED = (
    '<meta property="og:type" content="article">'
    '<meta property="article:published_time" content="2024-03-08T07:15:00+07:00">'
)


def test_a_lead_above_a_table_is_an_article_where_the_page_dates_it_as_one():
    article = clean(Document("x.html", results(DATED).encode(), "text/html"))
    assert article.lead == "Đội bản 1 tạm dẫn đầu sau ba vòng đấu."
    assert article.body.split("\n")[:2] == ["TT | Đội | Điểm", "1 | Đội bản 1 | 8"]
    assert len(article.body.split("\n")) == 6


def test_a_table_alone_is_none():
    with pytest.raises(NotAnArticleError):
        clean(Document("x.html", results("").encode(), "text/html"))
