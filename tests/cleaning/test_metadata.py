"""Title, author, time, section and address, from heads that say too much, too little or wrong."""

import json

import pytest

from indexer.cleaning import clean
from indexer.models import Article, Document
from tests.cleaning.pages import LEAD, RELATED, TITLE, html, links, paragraphs

TEXT = f"<p class=sapo>{LEAD}</p><div class=article-content>{paragraphs()}</div>"


def cleaned(body: str, head: str = "", url: str = "https://www.miencao.vn/a-1.html") -> Article:
    page = html(body, head=head)
    return clean(Document("x.html", page.encode(), "text/html; charset=utf-8", url))


def json_ld(**fields: object) -> str:
    value = {"@context": "https://schema.org", "@type": "NewsArticle", **fields}
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def article(head: str = "", above: str = "", below: str = "") -> Article:
    return cleaned(f"<div class=a><h1>{TITLE}</h1>{above}{TEXT}{below}</div>", head)


TIMES = [
    ("Thứ năm, 12/3/2020, 08:15 (GMT+7)", "2020-03-12T08:15:00+07:00"),
    ("12-03-2020 17:40", "2020-03-12T17:40:00+07:00"),
    ("08:15 12/03/2020", "2020-03-12T08:15:00+07:00"),
    ("08:15 | 12/03/2020", "2020-03-12T08:15:00+07:00"),
    ("08:15 12/03/20", "2020-03-12T08:15:00+07:00"),
    ("12/03/20 08:15", "2020-03-12T08:15:00+07:00"),
    ("08h15 ngày 12/3/2020", "2020-03-12T08:15:00+07:00"),
    ("12/03/2020 08:15 GMT+7", "2020-03-12T08:15:00+07:00"),
    ("12/03/2020 - 08:15 PM", "2020-03-12T20:15:00+07:00"),
    ("Thứ Năm, ngày 12/03/2020 - 08:15", "2020-03-12T08:15:00+07:00"),
    ("12 tháng 3, 2020 08:15", "2020-03-12T08:15:00+07:00"),
    ("12 tháng 3 năm 2020", "2020-03-12T00:00:00+07:00"),
    ("Cập nhật lúc 08:15, Thứ Năm, 12/03/2020 (GMT+7)", "2020-03-12T08:15:00+07:00"),
    ("Cập nhật: 13/03/2020 10:00 | Đăng: 12/03/2020 08:15", "2020-03-12T08:15:00+07:00"),
    ("12.03.2020, 08:15 Uhr", "2020-03-12T08:15:00+07:00"),
    ("March 12, 2020", "2020-03-12T00:00:00+07:00"),
]


@pytest.mark.parametrize(("shown", "wanted"), TIMES)
def test_times_as_people_write_them(shown, wanted):
    published = article(above=f"<div class=date>{shown}</div>").published
    assert published and published.isoformat() == wanted


TOLD_TIMES = [
    (json_ld(datePublished="2020-03-12T08:15:00+07:00"), "2020-03-12T08:15:00+07:00"),
    (json_ld(datePublished="2020-03-12T08:15:00.000 +07:00"), "2020-03-12T08:15:00+07:00"),
    (json_ld(datePublished="2020-03-12 08:15"), "2020-03-12T08:15:00+07:00"),
    (meta("article:published_time", "2020-03-12T01:15:00Z"), "2020-03-12T08:15:00+07:00"),
    (meta("pubdate", "3/12/2020 8:15:00 AM"), None),
    (json_ld(datePublished="") + meta("article:published_time", "2020-03-12T08:15"),
     "2020-03-12T08:15:00+07:00"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "wanted"), TOLD_TIMES)
def test_times_as_machines_are_told_them(head, wanted):
    published = article(head).published
    assert wanted is None or (published and published.isoformat() == wanted)


def test_a_clock_that_is_shown_completes_a_day_that_is_told():
    published = article(json_ld(datePublished="2020-03-12"), "<i>12/03/2020 08:15</i>").published
    assert published and published.isoformat() == "2020-03-12T08:15:00+07:00"


def test_a_wrong_zone_is_set_right_by_the_time_that_is_shown():
    head = json_ld(datePublished="2020-03-12T08:15:00Z")
    published = article(head, "<i>12/03/2020 08:15 (GMT+7)</i>").published
    assert published and published.isoformat() == "2020-03-12T08:15:00+07:00"


def test_a_related_articles_time_is_never_taken():
    below = (
        f"<div class=related><h3>{RELATED[0]}</h3><time datetime='2019-01-01T01:01'>x</time></div>"
    )
    published = article(above="<p class=date>12/03/2020 08:15</p>", below=below).published
    assert published and published.isoformat() == "2020-03-12T08:15:00+07:00"


AUTHORS = [
    (json_ld(author={"@type": "Person", "name": "Minh Khuê"}), ("Minh Khuê",)),
    (json_ld(author=[{"name": "Minh Khuê"}, {"name": "Lò Văn Páo"}]), ("Minh Khuê", "Lò Văn Páo")),
    (json_ld(author="Minh Khu&ecirc;"), ("Minh Khuê",)),
    (json_ld(author="Minh Khuê - Lò Văn Páo"), ("Minh Khuê", "Lò Văn Páo")),
    (json_ld(author={"@type": "Organization", "name": "Báo Miền Cao"}), ()),
    (json_ld(author={"@type": "Person", "name": "Báo Miền Cao"}), ()),
    (json_ld(author={"name": ""}) + meta("article:author", "Minh Khuê"), ("Minh Khuê",)),
    (meta("author", "VnExpress"), ()),
    (meta("author", "miencao.vn"), ()),
    (meta("article:author", "https://www.facebook.com/miencao"), ()),
    (meta("og:site_name", "Tin Vùng Cao") + meta("author", "Tin Vùng Cao"), ()),
]


@pytest.mark.parametrize(("head", "wanted"), AUTHORS)
def test_authors_are_people_and_no_papers(head, wanted):
    assert article(head).author == wanted


DESKS = ["PV", "Nhóm PV", "P.V", "Theo PV", "CTV", "Ban biên tập"]


@pytest.mark.parametrize("name", DESKS)
def test_a_desk_is_no_author_and_no_text(name):
    found = cleaned(
        f"<h1>{TITLE}</h1>{TEXT.removesuffix('</div>')}<p style='text-align:right'>"
        f"<strong>{name}</strong></p></div>"
    )
    assert found.author == ()


BYLINES_ABOVE = [
    "<div class=news-info><b>Minh Khuê</b> | <time>12/03/2020 08:15</time></div>",
    "<div class=author><span>MINH KHUÊ (T/H)</span> | <span>12/03/2020 | 16:03</span></div>",
    "<p class=author>Minh Khuê/VOV-Tây Bắc</p>",
    "<p class=author>Theo Minh Khuê</p>",
    "<ul><li>Tác giả, <span>Minh Khuê</span></li><li>Vai trò, BBC News</li></ul>",
    "<p>Posted on March 12, 2020 by Minh Khuê</p>",
    "<address rel=author><a>Minh Khuê</a></address>",
    "<p class=meta>Đăng bởi: Minh Khuê - 12/03/2020</p>",
    "<div class='author vcard'><b class=fn>Minh Khuê</b><i>Phóng viên</i></div>",
]  # fmt: skip


@pytest.mark.parametrize("byline", BYLINES_ABOVE)
def test_a_byline_above_the_text_is_read(byline):
    assert [name.title() for name in article(above=byline).author] == ["Minh Khuê"]


YOAST = """<script type="application/ld+json">{"@graph": [
{"@type": "Article", "author": {"@id": "#p"}}, {"@type": "WebPage"},
{"@type": "Person", "@id": "#p", "name": "Minh Khuê"}]}</script>"""
LABELLED = '<meta name="twitter:label1" content="Được viết bởi">' + meta(
    "twitter:data1", "Minh Khuê"
)


@pytest.mark.parametrize("head", [YOAST, LABELLED])
def test_an_author_told_by_reference_or_by_label_is_read(head):
    assert article(head).author == ("Minh Khuê",)


MAKERS = [
    "Bài: Minh Khuê - Ảnh: Hà Văn Nam",
    "Bài: Minh Khuê; Ảnh: Hà Văn Nam; Video: Lò Páo",
    "Người đưa tin: Minh Khuê",
    "Luật sư MINH KHUÊ (Đoàn Luật sư TP.HCM)",
    "Ghi chép của Minh Khuê",
    "Nội dung: Minh Khuê",
    "Minh Khuê (theo Reuters, AFP)",
    "Minh Khuê/VOV1",
    "ThS.BS Minh Khuê",
    "Minh Khuê thực hiện",
]


@pytest.mark.parametrize("line", MAKERS)
def test_of_a_credit_line_only_who_wrote_is_an_author(line):
    found = cleaned(f"<h1>{TITLE}</h1>{TEXT.removesuffix('</div>')}<p align=right>{line}</p></div>")
    assert [name.title() for name in found.author] == ["Minh Khuê"]


BYLINES = [
    "<p style='text-align:right'><strong>Minh Khuê</strong></p>",
    "<p class=author>Minh Khuê</p>",
    "<div class='author-info'><a href=/tac-gia>Minh Khuê</a><span>a@miencao.example</span></div>",
    "<p><b>MINH KHUÊ</b></p>",
    "<p><strong>Bài và ảnh: Minh Khuê</strong></p>",
    "<p align=right><i>Minh Khuê</i></p>",
]


@pytest.mark.parametrize("byline", BYLINES)
def test_a_byline_after_the_text_is_read_and_is_no_text(byline):
    page = f"<h1>{TITLE}</h1>{TEXT.removesuffix('</div>')}{byline}</div>"
    found = cleaned(page)
    assert [name.title() for name in found.author] == ["Minh Khuê"]
    assert "khuê" not in found.body.lower()


SOURCES = [
    ("Theo MỘC LAN (VTC News)", ("MỘC LAN",), "VTC News"),
    ("Theo VTC News", (), "VTC News"),
    ("Theo Nhịp Sống Biển", (), "Nhịp Sống Biển"),
    ("(Theo Reuters)", (), ""),
    ("Minh Khuê (theo Reuters, AFP)", ("Minh Khuê",), ""),
    ("Minh Khuê, Theo Trí Thức Trẻ", ("Minh Khuê",), "Trí Thức Trẻ"),
]


@pytest.mark.parametrize(("line", "author", "publisher"), SOURCES)
def test_a_source_is_no_author_but_who_wrote_there_is(line, author, publisher):
    found = cleaned(f"<h1>{TITLE}</h1>{TEXT.removesuffix('</div>')}<p>{line}</p></div>")
    assert (found.author, found.publisher) == (author, publisher)


def test_who_comments_is_no_author():
    below = (
        "<ol class=comments><li><cite class=author>Nguyễn Văn An</cite><p>Hay quá.</p></li></ol>"
    )
    assert article(below=below).author == ()


TITLES = [
    ("", TITLE),
    (meta("og:title", f"{TITLE} - Báo Miền Cao"), TITLE),
    (json_ld(headline="Thư viện cộng đồng: 5 điều cần biết về thư viện vùng cao"), TITLE),
]


@pytest.mark.parametrize(("head", "wanted"), TITLES)
def test_the_title_is_the_one_that_readers_see(head, wanted):
    assert article(head).title == wanted


def test_without_a_heading_the_title_loses_the_papers_name():
    assert cleaned(TEXT).title == TITLE


def test_encoded_twice_a_title_is_decoded_twice():
    head = meta(
        "og:title", "L&amp;ograve; Th&amp;igrave; M&acirc;y: &amp;quot;Tôi đọc sách&amp;quot;"
    )
    page = html(TEXT, head=head, title="")
    found = clean(Document("x", page.encode(), "text/html", "https://miencao.vn/a.html"))
    assert found.title == 'Lò Thì Mây: "Tôi đọc sách"'


def test_json_ld_broken_by_a_raw_line_break_is_read():
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "a\nb",'
        ' "author": {"name": "Minh Khuê"},}</script>'
    )
    assert article(head).author == ("Minh Khuê",)


def test_json_ld_in_a_graph_is_read():
    head = (
        '<script type="application/ld+json">{"@graph": [{"@type": "WebPage"}, {"@type": '
        '["NewsArticle"], "datePublished": "2020-03-12T08:15:00+07:00"}]}</script>'
    )
    assert article(head).published


ADDRESSES = [
    ("<link rel=canonical href='https://miencao.vn/a-1.html?utm_source=x#y'>", "https://miencao.vn/a-1.html"),
    ("<link rel=canonical href='/a-1.html'>", "https://www.miencao.vn/a-1.html"),
    (meta("og:url", "https://miencao.vn/a-2.html"), "https://miencao.vn/a-2.html"),
    ("<link rel=canonical href='https://miencao.vn/'>", "https://www.miencao.vn/a-1.html"),
    ("", "https://www.miencao.vn/a-1.html"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "wanted"), ADDRESSES)
def test_the_address(head, wanted):
    found = article(head)
    assert (found.url, found.id, found.site) == (wanted, wanted, "miencao.vn")


CRUMBS = [
    "<ul class=breadcrumb><li><a href=/>Trang chủ</a><li><a href=/giao-duc>Giáo dục</a></ul>",
    "<div class=detail-cate><a href=/giao-duc.htm data-role=cate-name>Giáo dục</a></div>",
    "<div class='bread-crumb-detail'>Trang chủ / <a href=/giao-duc>Giáo dục</a></div>",
    "<p class='the-article-category'><a href=/giao-duc.html>Giáo dục</a></p>",
]


@pytest.mark.parametrize("crumb", CRUMBS)
def test_the_section_is_the_first_step_of_the_breadcrumb(crumb):
    side = f"<div class=category-list>{links(*RELATED)}</div>"
    assert cleaned(f"{crumb}<h1>{TITLE}</h1>{TEXT}{side}").section == "Giáo dục"


SECTIONS = [
    ("<div class=cate-foot><a href=#>Chia sẻ</a></div>", "", ""),
    ("<div class=brm><a>Giáo dục</a></div>", "", "Giáo dục"),
    ("", "<p class=x><span>Giáo dục</span><span>12-03-2020 - 11:39 AM</span></p>", "Giáo dục"),
    ("<div class=x><a>Hoàng Su Phì</a></div>", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("above", "below", "wanted"), SECTIONS)
def test_a_section_is_a_newspapers_section_and_no_button(above, below, wanted):
    assert cleaned(f"{above}<h1>{TITLE}</h1>{below}{TEXT}").section == wanted


TAGS = [
    "<div class=details__tags><h4>Từ khóa:</h4><a>thư viện</a><a>vùng cao</a></div>",
    "<ul class='tags-wrap'><li><a>thư viện</a></li><li><a>#vùng cao</a></li></ul>",
    "<div class=tag>Từ khóa: <a>thư viện</a>, <a>vùng cao</a></div>",
    "<div class=news-tag><span>Tag :</span><a>thư viện</a>, <a>vùng cao</a></div>",
    "<p class=x>Từ khóa: thư viện, vùng cao</p>",
    f"<div class=tag-cloud><a>bóng đá</a></div><div class=box-tags>{links(*RELATED)}</div>"
    "<div class=boxTag><a>thư viện</a><a>vùng cao</a></div>",
]


@pytest.mark.parametrize("below", TAGS)
def test_tags_that_readers_see_are_read_and_headlines_beside_them_are_none(below):
    found = article(meta("keywords", "seo, tin nhanh"), below=below)
    assert found.tags == ("thư viện", "vùng cao")


def test_tags():
    head = meta("article:tag", "thư viện") + meta("article:tag", "vùng cao, sách")
    assert article(head).tags == ("thư viện", "vùng cao", "sách")
