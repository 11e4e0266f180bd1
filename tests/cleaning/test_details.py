# ruff: noqa: E501 (mark-up is kept on one line)
"""Sections, authors and dates in the places where smaller sites keep them, and unusual text."""

import pytest

from indexer.cleaning import clean
from indexer.errors import NotAnArticleError
from indexer.models import Article, Document
from tests.cleaning.pages import PARAGRAPHS, RELATED, TITLE, paragraphs

TEXT = f"<h1>{TITLE}</h1><div>{paragraphs()}</div>"
BODY = "\n".join(PARAGRAPHS)


def cleaned(body: str, title: str = TITLE, head: str = "") -> Article:
    page = f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    return clean(Document("x.html", page.encode(), "text/html; charset=utf-8", ""))


TOLD = '<script type="application/ld+json">{"@type": "NewsArticle", "articleSection": "Sự kiện"}</script>'
SECTIONS = [
    ('<a class="cate" href="/goc-pho">Góc phố</a>', "", "Góc phố"),
    ('<a data-role="cate-name" href="/goc-pho">Góc phố</a>', "", "Góc phố"),
    ('<p><a href="/">Trang chủ</a> » <a href="/a">Góc phố</a> » <a href="/a/b">Ngõ</a></p>', "", "Góc phố"),
    ('<ul class="breadcrumb"><li><a href="/a">Góc phố</a></li></ul><div class="category-event"><a href="/b">Giải trẻ</a></div>', "", "Góc phố"),
    ('<div class="category"><a href="/b">Tin khác</a></div>', TOLD, "Sự kiện"),
    ('<ul class="breadcrumb"><li><a href="/">Trang nhất</a></li><li><a href="/n">Tin Tức</a></li><li><a href="/n/a">Góc phố</a></li></ul>', "", "Góc phố"),
    ('<ul class="breadcrumb"><li><a href="/">Trang nhất</a></li><li><a href="/n">Tin Tức</a></li></ul>', "", "Tin Tức"),
]  # fmt: skip


@pytest.mark.parametrize(("above", "head", "wanted"), SECTIONS)
def test_the_section_is_what_leads_to_the_article(above, head, wanted):
    article = cleaned(above + TEXT, head=head)
    assert (article.section, article.body) == (wanted, BODY)


def test_a_part_that_holds_the_text_names_no_section():
    linked = TEXT.replace("<div><p>", '<div><p>Theo <a href="/x">văn bản số 12</a>, ')
    assert cleaned(f'<div class="post category-su-kien">{linked}</div>').section == ""


def test_the_name_of_an_account_is_no_author():
    line = '<dl class="article-info"><dd class="createdby">Viết bởi Nông Thị Thắm</dd></dl>'
    page = TEXT.replace("</h1>", f"</h1>{line}")
    head = '<meta name="author" content="Super User">'
    assert cleaned(page, head=head).author == ("Nông Thị Thắm",)
    assert cleaned(TEXT, head=head).author == ()


def test_who_is_quoted_stays_with_the_quote_and_is_no_author():
    quote = '<div class="quote"><p>Con tôi mê sách lắm.</p><p class="quote-author">Anh Phan Thanh Duy</p></div>'
    first, *rest = (f"<p>{text}</p>" for text in PARAGRAPHS)
    article = cleaned(f"<h1>{TITLE}</h1><div>{first}{quote}{''.join(rest)}</div>")
    assert "Con tôi mê sách lắm.\nAnh Phan Thanh Duy\n" in article.body
    assert article.author == ()


def test_a_quote_set_as_a_figure_is_text():
    quote = '<figure class="wp-block-pullquote"><blockquote><p>Con tôi mê sách lắm.</p><cite>Anh Duy</cite></blockquote></figure>'
    first, *rest = (f"<p>{text}</p>" for text in PARAGRAPHS)
    article = cleaned(f"<h1>{TITLE}</h1><div>{first}{quote}{''.join(rest)}</div>")
    assert "Con tôi mê sách lắm.\nAnh Duy\n" in article.body
    assert article.captions == ()


def test_an_office_is_no_author():
    line = '<p style="text-align:right"><b>VĂN PHÒNG UBND TỈNH</b></p>'
    assert cleaned(TEXT.replace("</div>", f"{line}</div>")).author == ()


MAKERS = [("Thanh Hà, ảnh: Quốc Việt", ("Thanh Hà",)), ("P.V (tổng hợp)", ())]


@pytest.mark.parametrize(("line", "wanted"), MAKERS)
def test_who_made_it_is_no_text(line, wanted):
    article = cleaned(TEXT.replace("</div>", f"<p>{line}</p></div>"))
    assert (article.body, article.author, article.captions) == (BODY, wanted, ())


def test_the_answers_of_a_quiz_are_no_authors():
    answers = ("A. Dãy Trường Sơn", "B. Biển Đông", "C. Hoàng Liên Sơn")
    quiz = paragraphs("Câu 1. Dãy núi nào dài nhất nước ta?", *answers)
    article = cleaned(TEXT.replace("</div>", f"{quiz}</div>"))
    assert article.author == ()
    assert article.body.endswith("\n".join(answers))


DATED = [
    (TEXT.replace("</h1>", '</h1><time data-timestamp="1720751400">1 giờ trước</time>'), "2024-07-12T09:30:00+07:00"),
    (
        '<table><tr><td><a href="/a">Xã hội</a><br><a href="/b">Thế giới</a><br><a href="/c">Kinh doanh</a></td>'
        f"<td>Thứ năm, 17/3/2005, 14:05 GMT+7<br><p class=Title>{TITLE}</p>{paragraphs()}</td></tr></table>",
        "2005-03-17T14:05:00+07:00",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("page", "wanted"), DATED)
def test_dates_of_old_and_of_scripted_pages_are_read(page, wanted):
    article = cleaned(page)
    assert article.published
    assert article.published.isoformat() == wanted


def test_entities_that_were_encoded_twice_are_read_in_the_title():
    page = f"<div>{paragraphs()}</div>"
    assert (
        cleaned(page, "L&amp;#7877; h&amp;#7897;i v&amp;ocirc; xu&amp;acirc;n").title
        == "Lễ hội vô xuân"
    )


@pytest.mark.parametrize("wrapped", [False, True])
def test_empty_lines_part_plain_text(wrapped):
    text = "\n\n".join(p.replace(", ", ",\n") if wrapped else p for p in PARAGRAPHS)
    assert cleaned(f"<h1>{TITLE}</h1><pre>{text}</pre>").body == BODY


def test_a_whole_paragraph_between_others_may_be_a_link():
    page = TEXT.replace(f"<p>{PARAGRAPHS[1]}", f'<p><a href="/x">{PARAGRAPHS[1]}</a>')
    assert cleaned(page).body == BODY


def test_a_first_sentence_with_a_link_stays():
    page = TEXT.replace("<div>", '<div><p>Theo <a href="/x">văn bản số 12</a> của tỉnh.</p>')
    assert cleaned(page).body == f"Theo văn bản số 12 của tỉnh.\n{BODY}"


def test_headlines_under_what_they_are_about_are_a_list():
    items = "".join(f'<li><a href="/b-{i}">{h} kỳ {i}</a></li>' for i in range(4) for h in RELATED)
    page = f"<h1>Thư viện</h1><p>{PARAGRAPHS[0]}</p><ul>{items}</ul>"
    with pytest.raises(NotAnArticleError, match="a list of articles"):
        cleaned(page, "Thư viện - tin mới nhất")


def test_an_article_may_be_about_errors():
    page = f"<h1>Vì sao trang web báo lỗi 404?</h1><p>{PARAGRAPHS[0]}</p>"
    head = '<meta property="og:type" content="article"><meta property="article:published_time" content="2024-07-12T08:00:00+07:00">'
    assert cleaned(page, "Vì sao trang web báo lỗi 404?", head).body == PARAGRAPHS[0]
    assert cleaned(page, "Vì sao trang web báo lỗi 404?").body == PARAGRAPHS[0]
    with pytest.raises(NotAnArticleError, match="an error page"):
        cleaned(page.replace("Vì sao trang web báo lỗi", "Lỗi"), "Lỗi 404")


@pytest.mark.parametrize("place", ["Hà Giang", "TP HCM", "Cần Thơ"])
def test_a_place_set_apart_before_the_lead_is_no_part_of_it(place):
    lead = "Cầu treo mới nối hai bờ suối vừa thông xe sau mười tháng thi công vất vả."
    stamp = f'<p class="sc-de3"><span class="sc-x">{place}</span>{lead}</p>'
    article = cleaned(f"<h1>{TITLE}</h1>{stamp}<div>{paragraphs()}</div>")
    assert (article.lead or article.body.split("\n")[0]) == lead
    spaced = cleaned(f"<h1>{TITLE}</h1><p><b>{place}</b> {lead}</p><div>{paragraphs()}</div>")
    assert place in spaced.text


LAST_LINES = [
    "<div class=_x><span>Thích</span> <span>128</span> <span>Bình luận</span> <span>16</span></div>",
    "<div class=_x>Like 1.2k Share 35</div>",
    "<center>Trang tin do nhóm bạn trẻ lập, mọi trích dẫn xin ghi nguồn</center>",
    "<p>#thư viện #vùng cao</p>",
    "<p>Bạn còn 500 ký tự</p>",
    "<p>In | Email | Lưu</p>",
    "<div><span>Nghe đọc bài</span><span>0:00</span>/<span>3:25</span><span>Giọng nữ miền Nam</span></div>",
    "<p>Mọi phản ánh xin gửi về hotline 0901 234 567 hoặc toasoan@miencao.example</p>",
    "<p>Đăng nhập để gửi bình luận</p>",
    "<p>Ủng hộ Báo Miền Cao bằng cách mua gói đọc báo cả năm</p>",
    "<div>Khi sử dụng lại nội dung phải ghi rõ nguồn Báo Miền Cao</div>",
]


@pytest.mark.parametrize("line", LAST_LINES)
def test_counts_of_reactions_and_notes_on_quoting_go(line):
    assert cleaned(f"<h1>{TITLE}</h1><div>{paragraphs()}{line}</div>").body == BODY


def test_a_sentence_about_quoting_stays():
    last = "Theo cô Mây, khi sử dụng lại ảnh của thư viện, các báo phải ghi rõ nguồn."
    assert cleaned(f"<h1>{TITLE}</h1><div>{paragraphs()}<p>{last}</p></div>").body.endswith(last)


@pytest.mark.parametrize(
    "last",
    [
        "<ul><li>Đất sét</li><li>Củi</li></ul>",
        "<ol><li>Nhào đất.</li><li>Nặn.</li><li>Nung.</li></ol>",
        "<div class=quote-box><p>Còn sách là còn trẻ đọc.</p><p>Ông Tư Lành</p></div>",
    ],
)
def test_short_items_and_names_of_the_quoted_at_the_end_are_no_bylines(last):
    article = cleaned(f"<h1>{TITLE}</h1><div>{paragraphs()}{last}</div>")
    assert article.author == ()
    assert len(article.body.split("\n")) == len(PARAGRAPHS) + last.count("<li>") + last.count("<p>")


def test_a_table_of_contents_goes_with_its_heading():
    toc = "<div class=k5><p>Nội dung chính</p><ul><li><a href='#1'>Góp sách</a></li><li><a href='#2'>Kê kệ</a></li></ul></div>"
    first, *rest = (f"<p>{text}</p>" for text in PARAGRAPHS)
    assert cleaned(f"<h1>{TITLE}</h1><div>{first}{toc}{''.join(rest)}</div>").body == BODY
