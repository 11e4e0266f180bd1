# ruff: noqa: E501 (mark-up is kept on one line)
"""Titles, authors, captions and boxes of sites that name their parts in ways of their own."""

import pytest

from indexer.cleaning import clean
from indexer.models import Article, Document
from tests.cleaning.pages import PARAGRAPHS, TITLE, paragraphs

BODY = "\n".join(PARAGRAPHS)
NAV = (
    "<nav><ul>"
    + "".join(f'<li><a href="/{n}">Mục {n}</a></li>' for n in "abcdefgh")
    + "</ul></nav>"
)


def cleaned(body: str, title: str = TITLE, head: str = "") -> Article:
    page = f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    return clean(Document("x.html", page.encode(), "text/html; charset=utf-8", ""))


def dump(*lines: str) -> Article:
    return clean(Document("x.txt", "\n".join(lines).encode(), "text/plain"))


def with_line(line: str, *, below: str = "") -> Article:
    return cleaned(f"{NAV}<div><h1>{TITLE}</h1>{line}<div>{paragraphs()}</div>{below}</div>")


def test_a_blogs_name_is_no_title_though_the_headline_has_a_colon():
    headline = "Đường lên bản: ba năm làm cầu"
    page = f'<div class="header"><h1>Chuyện Hẻm Nhỏ</h1></div><div class="post"><h3 class="post-title">{headline}</h3><div>{paragraphs()}</div></div>'
    assert cleaned(page, f"Chuyện Hẻm Nhỏ: {headline}").title == headline


def test_a_portals_name_is_no_title():
    portal = "Cổng thông tin điện tử huyện Vân Sơn"
    page = f'<table><tr><td>{portal.upper()}</td></tr><tr><td><div class="ArtTitle">{TITLE}</div><div>{paragraphs()}</div></td></tr></table>'
    assert cleaned(page, portal).title == TITLE


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ('<div class="au"><a href="/tg">MINH TRƯỜNG</a></div>', ("MINH TRƯỜNG",)),
        ('<h4><a href="/author/chi">Chí Nhân</a></h4>', ("Chí Nhân",)),
        ('<p><b>PV - </b><b>Tuấn Dũng</b> - <span>Thứ tư, 03/04/2024 19:30</span></p>', ("Tuấn Dũng",)),
        ('<p class="au">Theo <b>Lan Nguyên</b> | <a>Nhịp Sống Chợ</a></p>', ("Lan Nguyên",)),
        ('<div><span class="kbau">Hà Lam</span>, <span>Theo Phụ Nữ Chợ</span> <span>08:45 23/08/2024</span></div>', ("Hà Lam",)),
        ('<div class="artt"><a href="/q">Vũ Điệp</a><span>và nhóm phóng viên</span></div>', ("Vũ Điệp",)),
        ('<div class="author-name">Bởi <a href="/author/x">Lệ Thủy</a></div>', ("Lệ Thủy",)),
    ],
)  # fmt: skip
def test_the_author_stands_below_the_title(line, names):
    article = with_line(line)
    assert (article.author, article.body) == (names, BODY)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ('<div class="a-auth">HẢI ĐĂNG - THANH TRÀ</div>', ("HẢI ĐĂNG", "THANH TRÀ")),
        ('<div class="auth">Vũ Lợi/TCX-Tây Bắc</div>', ("Vũ Lợi",)),
    ],
)
def test_the_author_stands_below_the_text(line, names):
    assert with_line("", below=line).author == names


def test_a_papers_name_told_as_author_is_none_where_a_link_names_one():
    line = '<div>Bởi <a href="/author/le-thuy">Lệ Thủy</a></div>'
    page = f"<h1>{TITLE}</h1>{line}<div>{paragraphs()}</div>"
    head = '<meta name="author" content="Tin Chợ">'
    assert cleaned(page, head=head).author == ("Lệ Thủy",)


def test_a_call_to_follow_beside_the_date_is_no_headline():
    line = (
        '<div><span>08:45 23/08/2024</span></div><a href="/g">Theo dõi Tin Chợ trên Google News</a>'
    )
    published = with_line(line).published
    assert published is not None
    assert published.isoformat() == "2024-08-23T08:45:00+07:00"


@pytest.mark.parametrize(
    "picture",
    [
        '<div class="vd"><p class="cap">Thư viện mới dựng bên suối</p><img src="a.jpg"></div>',
        '<div class="media-em"><img src="a.jpg"><span>Thư viện mới dựng bên suối.</span></div>',
        '<div align="center"><img src="a.jpg"></div><div align="center"><em>Thư viện bên suối.</em></div><div align="center"><em>Thư viện bên suối.</em></div>',
    ],
)  # fmt: skip
def test_a_line_alone_with_a_picture_is_its_caption(picture):
    first, *rest = (f"<p>{text}</p>" for text in PARAGRAPHS)
    article = cleaned(f"<h1>{TITLE}</h1><div>{first}{picture}{''.join(rest)}</div>")
    assert article.body == BODY
    assert len(article.captions) == 1


def test_a_teaser_with_a_button_goes_whole():
    box = '<div class="VCrel"><a href="/x">Giá chè búp tăng phiên thứ ba liên tiếp</a><div class="sapo2">Giá chè búp hôm nay tiếp tục tăng.</div><span>ĐỌC NGAY</span></div>'
    first, *rest = (f"<p>{text}</p>" for text in PARAGRAPHS)
    assert cleaned(f"<h1>{TITLE}</h1><div>{first}{box}{''.join(rest)}</div>").body == BODY


@pytest.mark.parametrize(
    "line",
    [
        "Bạn đọc quan tâm có thể đăng ký gói hội viên để đọc trọn vẹn bài viết.",
        "Bạn đọc có thông tin về thư viện, xin gửi về email toasoan@example.vn. Xin cảm ơn!",
    ],
)
def test_calls_to_subscribe_or_to_write_go(line):
    assert with_line("", below="").body == BODY
    page = f"<h1>{TITLE}</h1><div>{paragraphs()}<p><em>{line}</em></p></div>"
    assert cleaned(page).body == BODY


@pytest.mark.parametrize(
    ("line", "section"),
    [
        ('<ul class="bc"><li><a href="/thoi-su">Tin xóm</a></li></ul>', "Tin xóm"),
        ('<div><a href="/">Trang chủ</a> / <a href="/xa-hoi">Tin xóm</a></div>', "Tin xóm"),
        ('<p><a href="/hang">Tin xóm</a> | <span>15-05-2024 - 14:27</span></p>', "Tin xóm"),
        ("", ""),
    ],
)  # fmt: skip
def test_the_last_link_above_the_title_is_its_section(line, section):
    assert cleaned(f"{NAV}{line}<h1>{TITLE}</h1><div>{paragraphs()}</div>").section == section


def test_tags_side_by_side_behind_their_label_are_several():
    tags = '<div class="a-kw"><span>Từ khóa:</span><a href="/k1">thư viện</a><a href="/k2">vùng cao</a></div>'
    assert with_line("", below=tags).tags == ("thư viện", "vùng cao")


def test_a_dump_tells_its_tags_and_who_wrote():
    article = dump(
        TITLE, "Quốc Khánh - 06:12 09/06/2024", *PARAGRAPHS, "Từ khóa: thư viện, vùng cao"
    )
    assert (article.author, article.tags) == (("Quốc Khánh",), ("thư viện", "vùng cao"))
    assert article.text == BODY


def test_a_short_line_of_a_dump_that_comes_again_is_a_caption():
    caption = "Đường vào bản sau cơn mưa"
    article = dump(TITLE, PARAGRAPHS[0], caption, PARAGRAPHS[1], caption, *PARAGRAPHS[2:])
    assert (article.captions, article.text) == ((caption,), BODY)


def test_a_comment_under_its_heading_goes_from_a_dump():
    lines = "Ý kiến bạn đọc (2)", "Bạn đọc: làm nhanh lên", "Trả lời"
    assert dump(TITLE, *PARAGRAPHS, *lines).text == BODY
