# ruff: noqa: E501
"""What articles are made of besides paragraphs stays, in order; what boxes put between goes."""

import json

import pytest

from indexer.cleaning import clean
from indexer.cleaning.steps import rule_names
from indexer.models import Article, Document
from tests.cleaning.pages import CAPTION, LEAD, PARAGRAPHS, RELATED, TITLE, html, links, paragraphs

P = PARAGRAPHS
A, B, C = RELATED


def cleaned(body: str, cls: str = "article-content") -> Article:
    page = html(
        f"<div class=main><h1>{TITLE}</h1><h2 class=sapo>{LEAD}</h2><div class='{cls}'>{body}</div></div>"
    )
    return clean(Document("x", page.encode(), "text/html", "https://miencao.vn/a-1.html"))


KEPT = {
    "subhead": ("<h3>Mỗi ngày một cuốn</h3>", ["Mỗi ngày một cuốn"], ["heading"]),
    "bold subhead": ("<p><strong>Mỗi ngày một cuốn</strong></p>", ["Mỗi ngày một cuốn"], None),
    "list": (
        "<ul><li>Mang thẻ khi đến mượn sách.</li><li>Trả sách sau mười ngày.</li></ul>",
        ["Mang thẻ khi đến mượn sách.", "Trả sách sau mười ngày."],
        ["item", "item"],
    ),
    "numbered list": (
        "<ol><li><p>Mang thẻ khi đến mượn.</p></li><li><p>Trả sau mười ngày.</p></li></ol>",
        ["Mang thẻ khi đến mượn.", "Trả sau mười ngày."],
        ["item", "item"],
    ),
    "quote": (
        "<blockquote><p>Sách là người bạn không bao giờ bỏ ta đi.</p></blockquote>",
        ["Sách là người bạn không bao giờ bỏ ta đi."],
        ["quote"],
    ),
    "table": (
        "<table><tr><th>Năm</th><th>Số sách</th></tr><tr><td>2019</td><td>1.200</td></tr>"
        "<tr><td>2020</td><td>3.000</td></tr></table>",
        ["Năm | Số sách", "2019 | 1.200", "2020 | 3.000"],
        ["row", "row", "row"],
    ),
    "info box": (
        "<div class='VCSortableInPreviewMode' type='content'><div class='boxTextContent'>"
        "<p>Thư viện mở cửa từ 8 giờ đến 17 giờ các ngày trong tuần, nghỉ chủ nhật.</p></div></div>",
        ["Thư viện mở cửa từ 8 giờ đến 17 giờ các ngày trong tuần, nghỉ chủ nhật."],
        None,
    ),
    "table as a frame": (
        "<table class='notebox'><tr><td><p>Thư viện mở cửa từ 8 giờ đến 17 giờ các ngày.</p>"
        "<p>Chủ nhật thư viện nghỉ, trừ mùa thi của học sinh.</p></td></tr></table>",
        ["Thư viện mở cửa từ 8 giờ đến 17 giờ các ngày.", "Chủ nhật thư viện nghỉ, trừ mùa thi của học sinh."],
        None,
    ),
    "links in a sentence": (
        "<p>Trước đó, <a href=/x>một thư viện khác</a> đã mở ở <a href=/y>huyện bên</a>.</p>",
        ["Trước đó, một thư viện khác đã mở ở huyện bên."],
        None,
    ),
    "text in a div": (
        "<div>Thư viện mở cửa các ngày trong tuần, nghỉ chủ nhật.</div>",
        ["Thư viện mở cửa các ngày trong tuần, nghỉ chủ nhật."],
        None,
    ),
    "line breaks": (
        "<p>Ngày thường mở cửa từ sáng.<br>Chủ nhật nghỉ cả ngày.</p>",
        ["Ngày thường mở cửa từ sáng.", "Chủ nhật nghỉ cả ngày."],
        None,
    ),
    "line break in a sentence": (
        "<p>Ngày thường mở cửa<br>từ sáng đến chiều.</p>",
        ["Ngày thường mở cửa từ sáng đến chiều."],
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize("cls", ["article-content", "css-1x2"])
def test_kept_in_order(name, cls):
    markup, lines, kinds = KEPT[name]
    article = cleaned(paragraphs(*P[:2]) + markup + paragraphs(*P[2:]), cls)
    assert article.body.split("\n") == [*P[:2], *lines, *P[2:]]
    if kinds:
        assert list(article.body_kinds[2 : 2 + len(kinds)]) == kinds


GONE = {
    "named box": f"<div class='box-tin-lien-quan'><h4>Xem</h4>{links(A, B)}</div>",
    "headed box": f"<div class=c9><h4>Có thể bạn quan tâm</h4><div><a href=/a>{A}</a></div></div>",
    "headed list": f"<p><strong>Tin liên quan:</strong></p>{links(A, B)}",
    "bare list": links(A, B, C),
    "arrow": f"<p>&gt;&gt; <a href=/a>{A}</a></p>",
    "see more": f"<p>Xem thêm: <a href=/a>{A}</a></p>",
    "read more": f"<p><em>Đọc thêm: {A}</em></p>",
    "link alone": f"<p><a href=/a>{A}</a></p>",
    "bold link alone": f"<p><strong><a href=/a>{A}</a></strong></p>",
    "bracketed link": f"<p>[<a href=/a>{A}</a>]</p>",
    "table of a link": f"<table class=x><tr><td><img></td><td><a href=/a>{A}</a></td></tr></table>",
    "card": f"<article><a href=/a><img></a><h3><a href=/a>{A}</a></h3><p>Chuyện một người thầy.</p></article>",
    "share": "<div class='social-share'><a href=#>Facebook</a> <a href=#>Zalo</a></div>",
    "plain share": "<p>Chia sẻ bài viết</p><p>Sao chép liên kết</p>",
    "advertisement": "<div class='ads'><p>Mua một tặng một tại các cửa hàng trên toàn quốc, số lượng có hạn.</p></div>",
    "advertisement word": "<p>Quảng cáo</p>",
    "newsletter": "<div class=newsletter><p>Đăng ký nhận bản tin mỗi sáng để không bỏ lỡ tin nào.</p></div>",
    "poll": "<div class=poll><h4>Bạn có hay đọc sách?</h4><ul><li>Có</li><li>Không</li></ul></div>",
    "stars": "<div class=rating><span>Tặng sao cho bài viết</span><span>★★★★★</span></div>",
    "hidden": "<div style='display:none'><p>Đoạn này không ai nhìn thấy trên trang, chỉ máy đọc.</p></div>",
    "video player": "<div class='video-player'><p>00:31</p><p>Video không khả dụng</p></div>",
    "tags": "<p>Từ khóa: <a href=/t>thư viện</a>, <a href=/u>vùng cao</a></p>",
    "script text": "<script>document.write('<p>Đoạn này do máy viết ra.</p>')</script>",
    "noscript": "<noscript><p>Trình duyệt của bạn không chạy được mã.</p></noscript>",
    "select": "<select><option>Chọn tỉnh</option></select>",
}  # fmt: skip


@pytest.mark.parametrize("name", GONE)
@pytest.mark.parametrize("cls", ["article-content", "css-1x2"])
@pytest.mark.parametrize("at", [2, 5])
def test_gone_between_and_after_paragraphs(name, cls, at):
    article = cleaned(paragraphs(*P[:at]) + GONE[name] + paragraphs(*P[at:]) * (at < 5), cls)
    assert article.body == "\n".join(P)


CAPTIONS = {
    "figcaption": "<figure><img><figcaption>{}</figcaption></figure>",
    "figcaption with a paragraph": "<figure><img><figcaption><p>{}</p></figcaption></figure>",
    "picture table": "<table class=picture><tr><td><img></td></tr><tr><td class=caption>{}</td></tr></table>",
    "bare picture table": "<table align=center><tr><td><img></td></tr><tr><td>{}</td></tr></table>",
    "italic under the image": "<p style='text-align:center'><img></p><p style='text-align:center'><em>{}</em></p>",
    "italic in one paragraph": "<p align=center><img><br><i>{}</i></p>",
    "centred": "<center><img><br>{}</center>",
    "wp-caption": "<div class='wp-caption'><img><p class='wp-caption-text'>{}</p></div>",
    "div": "<div class='VCSortableInPreviewMode' type=Photo><div><img></div><div class='PhotoCMS_Caption'><p>{}</p></div></div>",
    "expNoEdit": "<div class=expNoEdit><img><p class=Image>{}</p></div>",
    "image note": "<div class=image><img><p class='img_chu_thich_0407'>{}</p></div>",
}  # fmt: skip


@pytest.mark.parametrize("name", CAPTIONS)
@pytest.mark.parametrize("text", [CAPTION, "Các em nhỏ bên giá sách mới của thư viện xã."])
def test_captions_go_to_their_own_field(name, text):
    article = cleaned(paragraphs(*P[:2]) + CAPTIONS[name].format(text) + paragraphs(*P[2:]))
    assert (article.captions, article.body) == ((text,), "\n".join(P))


def test_a_live_blog_keeps_its_entries():
    entries = "".join(
        f"<div class=live-item><span class=time>0{i}:15</span><h3>Diễn biến thứ {i + 1}</h3><p>{p}</p></div>"
        for i, p in enumerate(P)
    )
    body = cleaned(entries, "live-content").body.split("\n")
    assert [line for line in body if line in P] == list(P)


def test_an_article_in_one_table_cell():
    page = f"<table><tr><td class=menu><a href=/1>Trang chủ</a><br><a href=/2>Xã hội</a></td><td><h1>{TITLE}</h1>{paragraphs()}</td></tr></table>"
    assert clean(Document("x", html(page).encode(), "text/html")).text.endswith("\n".join(P))


def test_comments_longer_than_the_article_are_not_the_article():
    comments = "".join(
        f"<li class=comment><p>{p} Tôi nghĩ vậy đó, bà con ạ.</p></li>" for p in P * 6
    )
    article = cleaned(paragraphs() + f"<div id=comments><ol>{comments}</ol></div>")
    assert article.body == "\n".join(P)


@pytest.mark.parametrize("name", GONE)
def test_every_removal_is_named_after_a_rule(name):
    article = cleaned(paragraphs(*P[:2]) + GONE[name] + paragraphs(*P[2:]))
    assert {removal.rule for removal in article.removed} <= set(rule_names())


def test_a_table_of_linked_names_and_figures_stays():
    rows = "".join(
        f"<tr><td><a href=/truong-{i}>Trường bản {i}</a></td><td>2{i},35</td></tr>"
        for i in range(1, 6)
    )
    body = f"<h1>{TITLE}</h1><div>{paragraphs()}<table>{rows}</table></div>"
    article = clean(Document("x.html", html(body).encode(), "text/html"))
    assert "Trường bản 3 | 23,35" in article.body.split("\n")


def test_a_table_of_dated_headlines_goes():
    rows = "".join(
        f"<tr><td><a href=/{i}>{line}</a></td><td>12/3</td></tr>" for i, line in enumerate(RELATED)
    )
    body = f"<h1>{TITLE}</h1><div>{paragraphs()}<table>{rows}</table></div>"
    article = clean(Document("x.html", html(body).encode(), "text/html"))
    assert article.body == "\n".join(PARAGRAPHS)


OLD = (
    f"<font size=5>{TITLE}</font><br><font color=gray>Cập nhật lúc 15h30 ngày 22/9/2012</font><br>"
    f"<b>{LEAD}</b><br><br>{'<br><br>'.join(PARAGRAPHS)}<br><br><b>Minh Khuê</b>"
)


def test_a_cell_of_lines_in_types_of_their_own_is_title_date_lead_and_text():
    page = f"<table><tr><td><a href=/>Trang chủ</a></td></tr><tr><td>{OLD}</td></tr></table>"
    article = clean(Document("x.html", html(page).encode(), "text/html"))
    assert (article.title, article.lead, article.body) == (TITLE, LEAD, "\n".join(PARAGRAPHS))
    assert article.published and article.published.isoformat() == "2012-09-22T15:30:00+07:00"


def test_a_bold_line_above_a_break_is_a_line_of_its_own():
    lines = cleaned(f"<p>{P[0]}</p><p><b>Mỗi ngày một cuốn</b><br>{P[1]}</p>").body.split("\n")
    assert lines == [P[0], "Mỗi ngày một cuốn", P[1]]


def test_text_beside_a_linked_picture_is_its_caption():
    photo = (
        f"<div class=article-photo><a href=x.jpg><img src=x.jpg></a><span>{CAPTION}</span></div>"
    )
    article = cleaned(photo + paragraphs())
    assert (article.captions, article.body) == ((CAPTION,), "\n".join(P))


def test_a_page_drawn_by_a_script_has_its_lead_from_the_description():
    told = {
        "@type": "NewsArticle",
        "headline": TITLE,
        "description": LEAD,
        "articleBody": "\n".join(PARAGRAPHS),
    }
    script = f"<script type='application/ld+json'>{json.dumps(told)}</script>"
    page = (
        f"<html><head><title>{TITLE}</title>{script}</head><body><div id=root></div></body></html>"
    )
    article = clean(Document("x.html", page.encode(), "text/html"))
    assert (article.lead, article.body) == (LEAD, "\n".join(PARAGRAPHS))


NOT_KEPT = {
    "a box abbreviated": f"<div class='bv-lq'><div class='bvlq-n'>{A}</div><p>Ba mươi năm ở bản.</p></div>",
    "a house line": "<p><i>* Mời quý độc giả theo dõi các chương trình đã phát sóng của Đài Miền Cao trên <a>MC Online</a> và <a>MCGo</a>!</i></p>",
    "a section's line": "<p>* <em>Mời bạn đọc vào <a>chuyên mục Giáo dục</a> xem các tin, bài liên quan.</em></p>",
    "an appeal": "<p>Quý vị độc giả có thể ủng hộ thư viện qua số tài khoản 0123 456 789.</p>",
    "rates": "<div>Tỷ giá USD 23.450 EUR 25.100</div>",
    "weather": "<div><b>Dự báo thời tiết</b> Hà Nội 18-25°C, Huế 20-28°C</div>",
    "a designer": "<p>Thiết kế: Tuấn Kiệt</p>",
    "makers": "<p>Ảnh: Hồ Bảo</p><p>Đồ họa: Tuấn Kiệt</p>",
    "a cookie notice": "<p>Trang web này sử dụng cookie để nhớ bạn đọc.</p>",
}


@pytest.mark.parametrize("name", NOT_KEPT)
def test_what_stands_after_the_text_is_not_text(name):
    article = cleaned(paragraphs() + NOT_KEPT[name])
    assert (article.text, article.captions) == (f"{LEAD}\n" + "\n".join(P), ())


def test_lines_about_design_in_the_text_stay():
    line = "Thiết kế: lam nhôm xoay theo giờ, mái lợp lá"
    assert line in cleaned(paragraphs(*P[:2], line, *P[2:])).body.split("\n")


TAILS = ["Mời bạn xem thêm bài:", "Xem thêm:", ">> Đọc tiếp:", "(Xem lại video:"]


@pytest.mark.parametrize("tail", TAILS)
def test_a_call_to_read_another_article_is_cut_from_a_paragraph(tail):
    assert cleaned(
        f"<p>{P[0]} {tail} <a href=/b>{A}</a></p>{paragraphs(*P[1:])}"
    ).body == "\n".join(P)


def test_a_paragraph_about_reading_on_is_whole():
    text = "Cô dặn học trò. Xem thêm: sách tranh, sách truyện và từ điển đều có trên giá thứ ba."
    assert text in cleaned(paragraphs(*P[:2], text, *P[2:])).body.split("\n")


BYLINES = [
    ("<p class=x><b>Ban Thời sự</b>-Thứ ba, ngày 04/10/2022 06:33 GMT+7</p>", ()),
    ("<p>Thứ Sáu, ngày 14 tháng 7 năm 2023, 15 giờ 20 phút</p>", ()),
    ("<p><b>Lò Thị Mây</b> | 14/07/2022 16:03</p>", ("Lò Thị Mây",)),
    ("<ul><li>Tác giả, <span>Lò Thị Mây</span></li><li>Vai trò, Báo Miền Cao</li></ul>", None),
    ("<p>Nguồn hình ảnh, Getty Images</p>", ()),
]


@pytest.mark.parametrize(("line", "author"), BYLINES)
def test_a_date_or_byline_above_the_text_is_no_text(line, author):
    page = html(f"<div class=c><h1>{TITLE}</h1>{line}<p><b>{LEAD}</b></p>{paragraphs()}</div>")
    article = clean(Document("x", page.encode(), "text/html"))
    assert article.text == f"{LEAD}\n" + "\n".join(P)
    assert author is None or article.author == author


PREFIXES = ["(Dân trí) - ", "(Tin giáo dục, tin vùng cao) ", "- ", "Hà Giang", "TP HCM"]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_what_stands_before_the_lead_goes(prefix):
    page = html(f"<h1>{TITLE}</h1><h2 class=sapo>{prefix}{LEAD}</h2><div>{paragraphs()}</div>")
    assert clean(Document("x", page.encode(), "text/html")).lead == LEAD


def test_speech_keeps_its_dashes():
    lines = ["- Cô ơi, hôm nay thư viện có mở cửa cho chúng em vào đọc sách không ạ?", "- Có chứ."]
    assert cleaned(paragraphs(*lines, *P)).body.split("\n")[:2] == lines


def test_a_lead_under_a_title_in_no_heading_is_kept():
    body = f"<span class=tieude>{TITLE}</span><span>(17/04/2023)</span><div class=x>{LEAD}</div>"
    page = html(f"<div>{body}<div class=noidung>{paragraphs()}</div></div>")
    assert clean(Document("x", page.encode(), "text/html")).text == f"{LEAD}\n" + "\n".join(P)


@pytest.mark.parametrize("line", ["Ảnh dưới đây:", "Đường dây của thư viện:"])
def test_a_last_line_that_announces_nothing_goes(line):
    assert cleaned(paragraphs(*P, line)).body == "\n".join(P)


def test_sections_with_misleading_names_stay():
    parts = "".join(
        f"<div class='tip tip-{i}'><h3>Mẹo {i}</h3><p>{p}</p></div>" for i, p in enumerate(P)
    )
    article = clean(
        Document("x", html(f"<h1>{TITLE}</h1><p>{LEAD}</p>{parts}").encode(), "text/html")
    )
    assert all(p in article.body for p in P)


def test_readings_above_characters_are_left_out():
    page = html(
        "<h1>漢字の話</h1>"
        + paragraphs(*("<ruby>漢<rt>かん</rt></ruby>を読む人がいます。" * 9,) * 3)
    )
    assert "かん" not in clean(Document("x", page.encode(), "text/html"), keep_all=True).text


READ_MORE = {
    "paragraph": "<p>Xem thêm</p>",
    "heading": "<h3>Đọc thêm</h3>",
    "bold with a colon": "<p><b>Xem thêm:</b></p>",
}


@pytest.mark.parametrize("head", READ_MORE.values(), ids=READ_MORE)
@pytest.mark.parametrize(
    "box",
    [
        "",
        links(*RELATED),
        f"<p><a href=/b.html>{A}</a></p>",
        "".join(
            f"<div><h4><a href=/b{n}.html>{t}</a></h4><p>{LEAD}</p></div>"
            for n, t in enumerate(RELATED)
        ),
    ],
    ids=["no list", "list", "one link", "cards"],
)
def test_a_call_to_read_more_goes_with_its_links_and_the_text_below_stays(head, box):
    article = cleaned(f"{paragraphs(P[0], P[1])}{head}{box}{paragraphs(P[2], P[3])}")
    assert article.body == "\n".join(P[:4])


def test_a_call_to_read_more_goes_with_links_in_its_own_paragraph():
    rows = "<br>".join(f"<a href=/b{n}.html>{t}</a>" for n, t in enumerate(RELATED))
    article = cleaned(f"{paragraphs(P[0], P[1])}<p><b>Xem thêm</b><br>{rows}</p>{paragraphs(P[2])}")
    assert article.body == "\n".join(P[:3])


@pytest.mark.parametrize(
    "source", ["Theo Báo Miền Cao", "Tuổi Trẻ", "Cổng thông tin huyện Bản Luốc"]
)
@pytest.mark.parametrize("author_first", [True, False])
def test_a_line_marked_up_as_the_source_names_the_publisher(source, author_first):
    lines = ["<p class=author>Lê Thị Na</p>", f"<p class=source>{source}</p>"]
    article = cleaned(paragraphs() + "".join(lines if author_first else lines[::-1]))
    assert article.body == "\n".join(P)
    assert (article.author, article.publisher) == (("Lê Thị Na",), source.removeprefix("Theo "))


def test_a_caption_that_stands_twice_in_its_element_is_told_once():
    text = "Học sinh chọn sách. Ảnh: Hà Nam"
    figure = f"<figure><img src=a.jpg><figcaption>{text} {text}</figcaption></figure>"
    assert cleaned(f"{paragraphs(P[0])}{figure}{paragraphs(P[1])}").captions == (text,)


def sections(tag: str, *bodies: str) -> str:
    return "".join(f"<{tag}>{body}</{tag}>" for body in bodies)


def test_sections_marked_up_as_articles_stay_though_their_sentences_have_links():
    linked = f"{P[1]} Xem <a href=/d>danh sách</a> tặng sách."
    bare = f"{P[1]} Xem danh sách tặng sách."
    body = (
        f"<p>{P[0]}</p>"
        + sections("article", f"<p>{linked}</p>", f"<p>{P[2]}</p>")
        + f"<p>{P[3]}</p>"
    )
    assert cleaned(body).body == "\n".join((P[0], bare, P[2], P[3]))


def test_an_article_inside_the_article_that_begins_with_its_linked_title_goes():
    card = f"<article><a href=/b.html>{A}</a><span>Câu chuyện của một người thầy ở bản xa khiến nhiều người xúc động.</span></article>"
    assert cleaned(f"<p>{P[0]}</p>{card}{paragraphs(*P[1:])}").body == "\n".join(P)


@pytest.mark.parametrize("name", ["hidden-xs", "l-hidden-mobile", "hide-for-small"])
def test_what_is_hidden_on_small_screens_only_is_text(name):
    assert cleaned(
        f"<p>{P[0]}</p><div class='{name}'><p>{P[1]}</p></div><p>{P[2]}</p>"
    ).body == "\n".join(P[:3])


def test_a_word_about_the_author_goes_though_it_is_called_a_description():
    bio = "<div class=author-description><p>Lê Na là phóng viên mảng giáo dục của báo từ năm 2010 đến nay.</p></div>"
    assert cleaned(f"{paragraphs()}{bio}").body == "\n".join(P)


def test_a_caption_element_outside_a_table_is_a_slides_text():
    slides = "".join(
        f"<section><h3>Trang {n}</h3><img src={n}.jpg><caption>{p}</caption></section>"
        for n, p in enumerate(P, 1)
    )
    assert [p for p in P if p in cleaned(slides).body] == list(P)
