"""When, by whom and where: in the layouts of newspapers, agencies, ministries and blogs."""

import json

import pytest

from indexer.cleaning import clean
from indexer.models import Document
from tests.cleaning.pages import LEAD, RELATED, TITLE, paragraphs

TEXT = paragraphs()
WHEN = "2020-09-28T08:15"
# Today's date above, a licence's below, and other articles with their own times.
AROUND = (
    "<!DOCTYPE html><html lang=vi><head><title>{title} - Báo Miền Cao</title>{head}</head><body>"
    "<header><div class=today>Thứ sáu, 2/2/2024</div><nav><a href=/>Trang chủ</a>"
    "<a href=/thoi-su>Thời sự</a></nav></header>{body}"
    "<div class=lq><h3>Tin liên quan</h3><ul>{others}</ul></div><footer><p>Giấy phép số "
    "123/GP-BTTTT cấp ngày 1/2/2018</p><address>12 phố Chợ</address></footer></body></html>"
)
OTHERS = "".join(
    f"<li><a href=/bai-{i}.html>{title}</a> <span class=time>0{i + 1}/02/2021 10:00</span></li>"
    for i, title in enumerate(RELATED)
)
ARTICLE = {
    "@type": "Article", "headline": TITLE, "datePublished": "2020-09-28T01:15:00+00:00",
    "author": {"@id": "#p"}, "articleSection": ["Kinh tế"],
}  # fmt: skip
PERSON = {"@type": "Person", "@id": "#p", "name": "Lê Na"}
LD = json.dumps({"@graph": [ARTICLE, PERSON, {"@type": "Organization", "name": "Báo"}]})

# name: (head, body, section); all are by Lê Na and of 8:15 on 28 September 2020
LAYOUTS = {
    "a breadcrumb with the date, a name below the text": ("", (
        "<div class=header-content><ul class=breadcrumb><li><a href=/thoi-su>Thời sự</a></ul>"
        "<span class=date>Thứ hai, 28/9/2020, 08:15 (GMT+7)</span></div>"
        f"<h1>{TITLE}</h1><p class=description>{LEAD}</p><article class=fck_detail>{TEXT}"
        "<p style='text-align:right'><strong>Lê Na</strong></p></article>"), "Thời sự"),
    "roles in data attributes": ("", (
        "<div class=detail-cate><a href=/kinh-te.htm data-role=cate-name>Kinh tế</a></div>"
        "<div data-role=publishdate>28/09/2020 08:15 GMT+7</div>"
        f"<h1 data-role=title>{TITLE}</h1><a class=name data-role=author rel=author>Lê Na</a>"
        f"<div data-role=content class=detail-content>{TEXT}</div>"), "Kinh tế"),
    "date and section glued, a paper behind the name": ("", (
        "<p class=dateandcat><a class=cat href=/thi-truong.chn>Thị trường</a>"
        f"<span class=pdate>28-09-2020 - 08:15 AM</span></p><h1>{TITLE}</h1><div class=c>{TEXT}"
        "<p class=author>Lê Na</p><p class=source>Theo Nhịp sống kinh tế</p></div>"), "Thị trường"),
    "name, paper and time in one line": ("", (
        f"<h1>{TITLE}</h1><div class=kbwc-meta><span class=kbwcm-author>Lê Na, </span>"
        "<span><a>Theo Đời sống &amp; Pháp luật</a></span>"
        f"<span class=kbwcm-time>08:15 28/09/2020</span></div><div>{TEXT}</div>"), ""),
    "an agency behind the name": ("", (
        f"<h1>{TITLE}</h1><a class=cms-author>Lê Na (TTXVN/Vietnam+)</a>"
        f"<time datetime=2020-09-28T08:15:00+0700>28/09/2020 08:15</time><div>{TEXT}</div>"), ""),
    "a channel behind the name": ("", (
        f"<h1>{TITLE}</h1><div class=article-date>Thứ Hai, 08:15, 28/09/2020</div><div>{TEXT}"
        "</div><div class='row article-author'><a>Lê Na/VOV-Tây Bắc</a></div>"), ""),
    "a ministry's page": ("", (
        f"<div class=article-title-main>{TITLE}</div><div class=article-detail-datetime>"
        "<span>08:15</span> <span>28/09/2020</span> | <span>Lượt xem: 1.234</span></div>"
        f"<div>{TEXT}<p align=right><b>Bài, ảnh: Lê Na</b></p></div>"), ""),
    "an office behind the name": ("", (
        f"<h2 class=news_title>{TITLE}</h2><p><i>(Ngày đăng: 28/09/2020, 08:15)</i></p>"
        f"{TEXT}<p align=right><b>Lê Na - Sở Nông nghiệp</b></p>"), ""),
    "a blog": ("", (
        "<span class=cat-links><a href=/c/kinh-te rel='category tag'>Kinh tế</a></span>"
        f"<h1 class=entry-title>{TITLE}</h1><div class=entry-meta>Đăng vào <a rel=bookmark>"
        "<time class='entry-date published' datetime=2020-09-28T08:15:00+07:00>Tháng Chín 28, 2020"
        "</time><time class=updated datetime=2020-10-01T09:00:00+07:00>Tháng Mười 1, 2020</time>"
        "</a> bởi <span class='author vcard'><a class='url fn n'>Lê Na</a></span></div>"
        f"<div class=entry-content>{TEXT}</div>"), "Kinh tế"),
    "hAtom": ("", (
        f"<div class=post><h3 class=post-title>{TITLE}</h3><div class=post-body>{TEXT}</div>"
        "<div class=post-footer><span class='post-author vcard'>Đăng bởi <span class=fn>Lê Na"
        "</span></span> vào lúc <abbr class=published title=2020-09-28T08:15:00+07:00>08:15</abbr>"
        "</div></div>"), ""),
    "JSON-LD in UTC, its author by reference": (
        f'<script type="application/ld+json">{LD}</script>', f"<h1>{TITLE}</h1>{TEXT}", "Kinh tế"),
    "cells of a table": ("", (
        f"<table><tr><td class=pTitle>{TITLE}</td></tr><tr><td>Thứ hai, 28 Tháng chín 2020, 08:15 "
        f"GMT+7</td></tr><tr><td>{TEXT}<p align=right><b>Lê Na</b></p></td></tr></table>"), ""),
    "a time that was changed beside the first": ("", (
        f"<h1>{TITLE}</h1><p>Đăng lúc: 08:15 28/09/2020 | Cập nhật: 10:00 29/09/2020</p>"
        f"<div>{TEXT}</div><p align=right><b>Lê Na</b></p>"), ""),
    "local time with a Z": (
        '<meta property="article:published_time" content="2020-09-28T08:15:00Z">', (
            f"<h1>{TITLE}</h1><span class=time>28/09/2020 08:15</span>{TEXT}"
            "<p class=author>Lê Na</p>"), ""),
    "seconds since 1970": (
        '<meta property="article:published_time" content="1601255700">',
        f"<h1>{TITLE}</h1>{TEXT}<p class=author>Lê Na</p>", ""),
    "itemprop": ("", (
        f"<h1 itemprop=headline>{TITLE}</h1><span itemprop=author><span itemprop=name>Lê Na</span>"
        "</span> <span itemprop=datePublished content=2020-09-28T08:15:00+07:00>sáng nay</span>"
        f"<div itemprop=articleBody>{TEXT}</div>"), ""),
    "a byline with buttons": ("", (
        f"<h1>{TITLE}</h1><div class=byline><a class=author-name>Lê Na</a> <a>@lena</a> "
        f"<span>28/09/2020 08:15</span> <a>Theo dõi</a></div>{TEXT}"), ""),
}  # fmt: skip


def cleaned(head: str, body: str, url: str = "https://miencao.vn/cho-1.html"):
    page = AROUND.format(title=TITLE, head=head, body=body, others=OTHERS)
    return clean(Document("x.html", page.encode(), "text/html", url))


@pytest.mark.parametrize("name", LAYOUTS)
def test_when_by_whom_and_where(name):
    head, body, section = LAYOUTS[name]
    article = cleaned(head, body)
    assert article.published and article.published.isoformat() == f"{WHEN}:00+07:00"
    assert (article.title, article.author) == (TITLE, ("Lê Na",))
    assert article.section == section or not section


UNDATED = {
    "a date in the text": "<p>Ngày 12/3/2001, bản nhỏ bên suối dựng ngôi nhà sàn đầu tiên.</p>",
    "how long ago": "<span class=time>3 giờ trước</span>",
    "nothing": "",
}


@pytest.mark.parametrize("name", UNDATED)
def test_an_article_without_a_date_gets_none_of_its_surroundings(name):
    assert cleaned("", f"<h1>{TITLE}</h1><div>{UNDATED[name]}{TEXT}</div>").published is None


def test_the_address_is_the_last_witness_of_the_day():
    article = cleaned("", f"<h1>{TITLE}</h1>{TEXT}", "https://miencao.vn/2020/09/28/cho.html")
    assert article.published.isoformat() == "2020-09-28T00:00:00+07:00"
