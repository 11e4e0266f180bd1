# ruff: noqa: E501
"""What stands around a title: dates below breadcrumbs, names beside dates, tags by their addresses."""

import pytest

from indexer.cleaning import clean
from indexer.models import Document

TEXT = (
    "<p>Sáng nay, ba lò gốm ven sông đã đỏ lửa trở lại sau gần một tháng ngập nước, thợ cũ thợ mới đều có mặt.</p>"
    "<p>Ông Tư Lành nói lò của ông mất gần hết khuôn, nhưng bà con góp tay nên nay đã nung được mẻ đầu tiên.</p>"
)
TITLE = "Lò gốm ven sông đỏ lửa trở lại"


def cleaned(
    above: str = "",
    below: str = "",
    after: str = "",
    title: str = f"{TITLE} - Báo Sông",
    head: str = "",
):
    page = (
        f'<html lang="vi"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
        f"<div id=w>{above}<h1>{TITLE}</h1>{below}<div class=b>{TEXT}</div>{after}</div></body></html>"
    )
    return clean(Document("page.html", page.encode(), "text/html"))


@pytest.mark.parametrize("step", ["»", "›", "/", ">", "→"])
def test_a_date_below_a_breadcrumb_is_the_articles(step):
    crumb = f"<div class=p><a href=/>Trang nhất</a> {step} <a href=/lang-nghe>Làng nghề quê ta</a></div>"
    article = cleaned(
        above=f"{crumb}<div class=t>Cập nhật lúc 09:35, Thứ Năm, 12/10/2023 (GMT+7)</div>"
    )
    assert article.published.isoformat() == "2023-10-12T09:35:00+07:00"


@pytest.mark.parametrize(
    ("items", "author"),
    [
        ("<li>Mai Hạ</li><li>13:05 18/04/2020</li>", ("Mai Hạ",)),
        ("<li>13:05 18/04/2020</li><li>Lê Mai Hạ</li>", ("Lê Mai Hạ",)),
        ("<li>Thời sự</li><li>13:05 18/04/2020</li>", ()),
    ],
)
def test_a_name_in_a_list_with_the_date_is_the_author(items, author):
    assert cleaned(below=f"<ul class=x1>{items}</ul>").author == author


def test_a_site_that_its_title_ends_with_is_no_author_but_a_blogger_is():
    meta = '<meta name="author" content="{}">'
    assert cleaned(title=f"{TITLE} | BáoSông24", head=meta.format("BáoSông24")).author == ()
    assert cleaned(title=f"{TITLE} | Lê Mai Hạ", head=meta.format("Lê Mai Hạ")).author == (
        "Lê Mai Hạ",
    )


@pytest.mark.parametrize("path", ["/tag/", "/tags/", "/tu-khoa/", "https://song.example/hashtag/"])
def test_links_to_pages_of_tags_are_tags(path):
    links = f'<a href="{path}lo-gom">#lò gốm</a><a href="{path}esim">#eSIM</a>'
    assert cleaned(after=f"<div class=x9>{links}</div>").tags == ("lò gốm", "eSIM")
    assert cleaned(above=f"<nav>{links}</nav>").tags == ()


@pytest.mark.parametrize("name", ["ĐTS.vn", "song.tv", "Bao24h.com", "Đài.vn"])
def test_an_address_before_a_text_goes(name):
    article = cleaned(
        below=f"<p class=sapo>{name} - Nước rút, thợ gốm ven sông trở lại với lò nung của làng mình.</p>"
    )
    assert name not in article.lead + article.body
    assert "Nước rút" in article.lead + article.body


def test_the_long_name_of_a_section_stands_alone_in_its_part():
    name = "Chỉ đạo, điều hành của Ủy ban nhân dân - Chủ tịch huyện"
    assert (
        cleaned(above=f'<div class="detail-cate"><a href="/chi-dao.htm">{name}</a></div>').section
        == name
    )


@pytest.mark.parametrize(
    "nothing", ["Chi tiết tin", "TIN CHI TIẾT", "Chi tiết bài viết | Báo Sông"]
)
@pytest.mark.parametrize("first", [True, False])
def test_a_head_that_says_nothing_leaves_the_title_to_the_line_by_the_date(nothing, first):
    title = f'<span id="ctl00_lblTen" style="font-size:16pt">{TITLE}</span>'
    date = '<span id="ctl00_lblNgay">Ngày đăng: 08/03/2022 7:00:00</span>'
    lines = "<br>".join((title, date) if first else (date, title))
    page = (
        f'<html><head><meta charset="utf-8"><title>{nothing}</title></head><body><div>'
        f'<span id="ctl00_lblMuc"><a href="/t.aspx?cm=3">Tin hoạt động</a></span><br>{lines}<br></div>{TEXT}</body></html>'
    )
    article = clean(Document("page.html", page.encode(), "text/html"))
    assert article.title == TITLE
    assert article.published.isoformat() == "2022-03-08T07:00:00+07:00"
    assert TITLE not in article.body


def test_lines_of_spans_and_fonts_stand_apart():
    page = (
        f'<html><head><meta charset="utf-8"><title>{TITLE}</title></head><body><table><tr><td><font size=2><a href=/kt>Kinh tế</a></font><br>'
        f"<font size=1>27-09-2019 17:40</font><br><font size=5><b>{TITLE}</b></font><br><br><font size=3>{TEXT.replace('<p>', '').replace('</p>', '<br><br>')}</font></td></tr></table></body></html>"
    )
    article = clean(Document("page.html", page.encode(), "text/html"))
    assert (article.title, article.published.isoformat()) == (TITLE, "2019-09-27T17:40:00+07:00")
    assert TITLE not in article.text and "17:40" not in article.text
