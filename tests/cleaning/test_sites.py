"""Sites that show their name as a heading, tell stories in pictures, or write two sentences."""

import pytest

from indexer.cleaning import clean
from indexer.errors import NotAnArticleError
from indexer.models import Article, Document
from tests.cleaning.pages import LEAD, PARAGRAPHS, paragraphs

NAME, TITLE = "Báo Nhà Tôi", "Kiểm tra hồ Cánh Tạng"
DATED = (
    '<meta property="og:type" content="article">'
    '<meta property="article:published_time" content="2024-07-12T08:00:00+07:00">'
)


def cleaned(body: str, title: str, head: str = "") -> Article:
    page = f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    return clean(Document("x.html", page.encode(), "text/html; charset=utf-8", ""))


HEADERS = [
    f'<header><h1><a href="/">{NAME}</a></h1></header><h2 class="entry-title">{TITLE}</h2>',
    f'<h1 class="site-title">{NAME}</h1><h2 class="entry-title">{TITLE}</h2>',
    f'<div class="header"><h1>{NAME}</h1></div><h3 class="post-title">{TITLE}</h3>',
    f'<a href="https://nhatoi.vn">{NAME}</a><h1>{TITLE}</h1>',
    f"<h1>{TITLE}</h1>",
]


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("title", [f"{TITLE} - {NAME}", f"{NAME}: {TITLE}", f"{NAME} » {TITLE}"])
def test_the_sites_name_is_no_title(header, title):
    article = cleaned(f"{header}<div class=entry>{paragraphs()}</div>", title)
    assert article.title == TITLE
    assert article.body == "\n".join(PARAGRAPHS)


def test_without_a_heading_the_sites_name_is_taken_off_the_title():
    article = cleaned(f'<a href="/">{NAME}</a><div>{paragraphs()}</div>', f"{NAME} » {TITLE}")
    assert article.title == TITLE


def test_a_link_in_the_text_is_no_section():
    body = f'<article class="post category-su-kien"><h1>{TITLE}</h1>{paragraphs()}'
    linked = body.replace(PARAGRAPHS[0], f'<a href="/x">văn bản số 12</a> {PARAGRAPHS[0]}')
    assert cleaned(f"{linked}</article>", TITLE).section == ""


FIGURES = "".join(
    f"<figure><img src={i}.jpg><figcaption>Ảnh thứ {i}: {text}</figcaption></figure>"
    for i, text in enumerate(PARAGRAPHS)
)


def test_pictures_that_tell_a_story_are_an_article():
    sapo = "<h2 class=sapo>Sau trận lũ lớn, người dân ven đập lại ra đồng gặt.</h2>"
    article = cleaned(f"<h1>{TITLE}</h1>{sapo}<article class=detail>{FIGURES}</article>", TITLE)
    assert len(article.captions) == len(PARAGRAPHS)
    assert article.lead == "Sau trận lũ lớn, người dân ven đập lại ra đồng gặt."


ONE = "<p>Trận động đất 3,1 độ xảy ra lúc 5 giờ sáng ở huyện Kon Plông, không gây thiệt hại.</p>"


def test_two_lines_of_news_with_all_the_marks_of_an_article_are_one():
    assert cleaned(f"<h1>Động đất nhẹ</h1>{ONE}", "Động đất nhẹ", DATED).body.startswith("Trận")


@pytest.mark.parametrize("body", [ONE, f"<video src=a.mp4></video>{ONE}"])
@pytest.mark.parametrize("head", ["", DATED])
def test_two_lines_without_those_marks_are_none(body, head):
    if head and body == ONE:
        return
    with pytest.raises(NotAnArticleError, match="no running text"):
        cleaned(f"<h1>Động đất nhẹ</h1>{body}", "Động đất nhẹ", head)


WALLS = [
    "Nội dung này dành cho độc giả trả phí. Mời bạn chọn gói thành viên từ 40.000 đồng mỗi tháng.",
    "Vui lòng hoàn tất bước kiểm tra bảo mật trước khi truy cập trang, việc này mất vài giây thôi.",
    "Xác minh bạn là con người. Dịch vụ này chống lại bot độc hại, trang hiện trong khi chờ đợi.",
    "Hệ thống thấy lưu lượng truy cập bất thường từ mạng của bạn, vui lòng nhập mã captcha.",
    "Chúng tôi đã gửi một thư xác nhận đến hộp thư của bạn, hãy bấm vào liên kết trong thư đó nhé.",
]


@pytest.mark.parametrize("text", WALLS)
def test_a_wall_before_the_text_is_no_article(text):
    with pytest.raises(NotAnArticleError, match="a wall before the text"):
        cleaned(f"<h1>Bài hay về kinh tế biển miền Trung</h1><div><p>{text}</p></div>", "Bài hay")


def test_headlines_with_their_summaries_in_one_block_are_a_list():
    teasers = "".join(
        f'<div><a href="/bai-{i}.html"><b>Tỉnh đẩy nhanh cầu vượt số {i}</b></a><br>{text}</div>'
        for i, text in enumerate(PARAGRAPHS)
    )
    with pytest.raises(NotAnArticleError, match="a list of articles"):
        cleaned(f"<h1>Thời sự</h1>{teasers}", f"Thời sự - {NAME}")


def test_facts_for_the_reader_in_a_box_without_links_stay():
    fact = "Tàu rời cảng lúc 18 giờ 30 và về lúc 22 giờ hằng ngày."
    box = f"<div><h4>Thông tin cần biết</h4><p>{fact}</p></div>"
    article = cleaned(f"<h1>{TITLE}</h1><p>{LEAD}</p>{paragraphs()}{box}<p>{LEAD[:-1]}!</p>", TITLE)
    assert fact in article.body.split("\n")


PAPERS = ["ĐNO - ", "BTO-", "CAND.VN - ", "Congluan.vn - ", "GiadinhNet - ", "LĐO | "]


@pytest.mark.parametrize("paper", [*PAPERS, "Hà Nội (TTXVN) - "])
def test_a_papers_name_before_the_text_is_told_by_its_shape(paper):
    text = paragraphs().replace("<p>", f"<p>{paper}", 1)
    article = cleaned(f"<h1>{TITLE}</h1><div>{text}</div>", TITLE)
    assert article.body == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize("begins", ["UNESCO ", "VN-", "SLNA - "])
def test_names_that_the_text_speaks_of_stay(begins):
    text = paragraphs().replace("<p>", f"<p>{begins}", 1)
    article = cleaned(f"<h1>{TITLE} với SLNA</h1><div>{text}</div>", TITLE)
    assert article.body.startswith(begins)


GLUED = [
    "<div><span>Chia sẻ</span><span>Facebook</span><span>Zalo</span></div>",
    "<div><b>Tặng sao</b><i>0</i><b>Chia sẻ</b></div>",
    "<div><i>Link bài gốc</i><i>Lấy link!</i><i>https://vidu.vn/bai-1.html</i></div>",
]


@pytest.mark.parametrize("bar", GLUED)
def test_buttons_without_a_space_between_them_are_no_text(bar):
    first, *rest = (f"<p>{text}</p>" for text in PARAGRAPHS)
    article = cleaned(f"<h1>{TITLE}</h1><div>{first}{bar}{''.join(rest)}</div>", TITLE)
    assert article.body == "\n".join(PARAGRAPHS)
