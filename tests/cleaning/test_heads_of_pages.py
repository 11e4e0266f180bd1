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
        ("<li>LÊ MAI HẠ - HẢI ĐĂNG</li><li>13:05 18/04/2020</li>", ("LÊ MAI HẠ", "HẢI ĐĂNG")),
        ("<li>Mai Hạ/VOV-Tây Bắc</li><li>13:05 18/04/2020</li>", ("Mai Hạ",)),
        ("<li>Ảnh: Mai Hạ</li><li>13:05 18/04/2020</li>", ()),
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


SITE_TITLES = (
    "Bao Song Nuoc dien tu",
    "Báo Sông Nước Online",
    "Cổng thông tin điện tử huyện Lò Gốm",
    "Làng nghề - việc làm | Trang thông tin điện tử huyện Lò Gốm",
    "Thời sự - Đài phát thanh huyện Lò Gốm",
)


@pytest.mark.parametrize("told", SITE_TITLES)
def test_a_head_that_names_only_the_site_and_its_section_leaves_the_title_to_the_page(told):
    page = (
        f'<html><head><meta charset="utf-8"><title>{told}</title></head><body><div class=m><a href=/1>Thời sự</a> '
        "<a href=/2>Kinh tế</a> <a href=/3>Làng nghề - việc làm</a></div><div>Thứ sáu, 02/02/2024</div>"
        "<div class=n><a href=/3>Làng nghề - việc làm</a></div>"
        f"<div><font size=1>27-09-2019 17:40</font><br><font size=5><b>{TITLE}</b></font><br><br>{TEXT}</div></body></html>"
    )
    article = clean(Document("page.html", page.encode(), "text/html"))
    assert article.title == TITLE
    assert TITLE not in article.text


@pytest.mark.parametrize("told", ["Báo động lũ trên sông", "Trang tin giả bị xử phạt | Báo Sông"])
def test_a_title_that_begins_as_a_sites_name_does_is_one(told):
    page = (
        f'<html><head><meta charset="utf-8"><title>{told}</title></head><body>{TEXT}</body></html>'
    )
    assert clean(Document("page.html", page.encode(), "text/html")).title == told.split(" |")[0]


def test_a_section_beside_the_title_in_one_line_is_no_part_of_it():
    page = (
        '<html><head><meta charset="utf-8"><title>Chi tiết tin</title></head><body><div>'
        '<span id="lblMuc"><a href="/t.aspx?cm=3">Tin hoạt động</a></span> '
        f'<span id="lblTen" style="font-weight:bold">{TITLE}</span><br>'
        '<span id="lblNgay">Ngày đăng: 08/03/2022 7:00:00</span> <span id="lblXem">Số lượt xem: 1.234</span><br>'
        f'<span id="lblTom">Sau một tháng nước ngập, lò gốm đầu tiên của xóm bến đã nhả khói.</span></div>{TEXT}</body></html>'
    )
    article = clean(Document("page.html", page.encode(), "text/html"))
    assert (article.title, article.section) == (TITLE, "Tin hoạt động")
    assert "Tin hoạt động" not in article.text and "1.234" not in article.text
    assert "nhả khói" in article.text


@pytest.mark.parametrize(
    ("above", "section"),
    [
        ('<div class=x><a href="/lang-nghe">Làng nghề</a><svg></svg><a href="/lang-nghe/gom">Đồ gốm</a></div>', "Làng nghề"),
        ('<div class=x><a href="/muc.php?id=7">Làng nghề</a></div>', "Làng nghề"),
        ('<div class=x><a href="/dang-nhap">Đăng nhập</a></div>', ""),
        ('<div class=x><a href="javascript:in()">Cỡ chữ to</a></div>', ""),
        ('<div class=x><a href="/a">Ảnh đẹp</a><a href="/b">Video hay</a></div>', ""),
    ],
)  # fmt: skip
def test_a_section_is_the_link_right_above_the_title(above, section):
    assert cleaned(above=above).section == section


MENU = "<div class=m><a href=/1>Thời sự</a> | <a href=/2>Kinh tế</a> | <a href=/3>Bạn đọc</a> | <a href=/4>Rao vặt</a></div>"


@pytest.mark.parametrize(
    ("above", "below", "section"),
    [
        (MENU, "", ""),
        (f'{MENU}<div><a class="category" href=/g>Đồ gốm</a></div>', "", "Đồ gốm"),
        (f"{MENU}<p><a href=/>Trang chủ</a> / <a href=/t>Tin tức</a> / <a href=/g>Đồ gốm</a></p>", "", "Đồ gốm"),
        (MENU, "<dl><dd>Chuyên mục: <a href=/g>Đồ gốm</a></dd><dd>Lượt xem: 12</dd></dl>", "Đồ gốm"),
        ("", "<p>Danh mục: Đồ gốm</p>", "Đồ gốm"),
    ],
)  # fmt: skip
def test_a_menu_above_the_title_is_no_way_to_the_article(above, below, section):
    article = cleaned(above=above, below=below)
    assert article.section == section
    assert "Đồ gốm" not in article.text


@pytest.mark.parametrize(
    "when",
    [
        "<li><time>13/03/2025</time></li><li><time>12:30</time></li>",
        "<li>12:30</li><li>Thứ năm, 13/03/2025</li>",
        "<li>13.3.2025</li><li>12h30</li>",
    ],
)
def test_a_day_and_a_time_of_day_side_by_side_are_one_time(when):
    assert cleaned(below=f"<ul>{when}</ul>").published.isoformat() == "2025-03-13T12:30:00+07:00"


def test_the_author_in_a_part_of_its_own_below_the_title_is_no_text():
    article = cleaned(
        below="<div class=f><div>Mai Hạ</div><div>13:05 18/04/2020</div></div>"
        "<div class=s>Nước rút được ba hôm thì khói lò đã bay lên ở cả hai bờ sông.</div>"
    )
    assert article.author == ("Mai Hạ",)
    assert "Mai Hạ" not in article.text and "Nước rút được" in article.text
