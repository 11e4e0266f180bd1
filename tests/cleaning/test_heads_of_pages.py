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
