# ruff: noqa: E501
"""What stands in the margins of a text: signatures, forms, buttons, tags one below the other."""

import pytest

from indexer.cleaning import clean
from indexer.models import Article, Document
from tests.cleaning.pages import BODY, LEAD, PARAGRAPHS, TITLE, paragraphs

P = PARAGRAPHS


def page(after: str = "", *, above: str = "", first: str = "", title: str = TITLE) -> Article:
    body = f"{above}<h1>{TITLE}</h1><div class=text>{first}{paragraphs()}{after}</div>"
    html = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return clean(Document("x.html", html.encode(), "text/html; charset=utf-8"))


def dump(*lines: str) -> Article:
    return clean(Document("x.txt", "\n".join(lines).encode(), "text/plain"))


SIGNED = [
    ("Kỹ sư Lâm Thanh Tòng", ("Lâm Thanh Tòng",)),
    ("Văn phòng Sở", ()),
    ("Đại úy Vi Văn Pao", ("Vi Văn Pao",)),
]


@pytest.mark.parametrize(("name", "author"), SIGNED)
def test_a_signature_on_the_right_is_no_text(name, author):
    article = page(f'<p style="text-align:right"><em><strong>{name}</strong></em></p>')
    assert (article.body, article.author) == (BODY, author)


MARGINS = [
    "<p><span>* Mời bạn vào chuyên mục <a href=/x>Vùng cao</a> xem các tin, bài liên quan.</span></p>",
    "<div>Ý kiến của bạn đọc<br>Họ và tên<input>Nội dung<textarea></textarea></div>",
    "<p>Số điện thoại liên hệ <input type=tel></p>",
]


@pytest.mark.parametrize("margin", MARGINS)
def test_forms_and_invitations_are_no_text(margin):
    assert page(margin).body == BODY


def test_a_button_does_not_make_a_label_of_a_paragraph():
    assert page('<p>Thư viện mở cửa <input type="button" value="Xem"> cả tuần.</p>').body.endswith(
        "Thư viện mở cửa cả tuần."
    )


def test_a_picture_with_an_invisible_character_stands_alone():
    caption = '<p style="text-align:center"><img src=a.jpg>\u200b</p><p style="text-align:center"><em>Quang cảnh buổi lễ</em></p>'
    article = page(first=caption)
    assert (article.captions, article.body) == (("Quang cảnh buổi lễ",), BODY)


def test_a_button_beside_the_source_is_not_its_name():
    source = '<div class="link-source"><a class="link-source-name">Theo Thanh niên Việt</a><span>Copy link</span></div>'
    assert page(source).publisher == "Thanh niên Việt"


def test_a_title_told_without_marks_is_the_one_that_is_shown_with_them():
    told = "Bao Mien Cao - Khai truong thu vien cong dong o vung cao Hoang Su Phi"
    html = f"<html><head><title>{told}</title></head><body><p class=Title>{TITLE}</p><p class=Lead>{LEAD}</p>{paragraphs()}</body></html>"
    article = clean(Document("x.html", html.encode(), "text/html"))
    assert (article.title, article.lead, article.body) == (TITLE, LEAD, BODY)


SECTIONS = [
    "<div>Trang chủ » Tin tức » Vùng cao</div>",
    "<h5 class=c-breadcrumb><a href=#>Vùng cao</a><a href=#>Bản làng</a></h5>",
]


@pytest.mark.parametrize("way", SECTIONS)
def test_the_way_to_an_article_may_want_its_links(way):
    assert page(above=way).section == "Vùng cao"


def test_tags_in_items_are_all_tags():
    items = "".join(f'<li><a href="/t/{n}" rel="tag">thẻ {n}</a></li>' for n in "abc")
    assert page(f"<ul>{items}</ul>").tags == ("thẻ a", "thẻ b", "thẻ c")


def test_a_post_that_never_changed_was_posted_when_it_was_updated():
    time = '<time class="entry-date updated" datetime="2023-12-04T13:07:00+07:00">4 Tháng Mười Hai, 2023</time>'
    published = page(above=time).published
    assert published and published.isoformat() == "2023-12-04T13:07:00+07:00"


BESIDE = "".join(
    f'<div><a href="/b{n}">Chợ phiên cuối năm nhộn nhịp hàng thổ cẩm {n}</a></div>' for n in "abc"
)
FIRM = "Công ty cổ phần Gỗ Bản Luốc làm đồ gỗ trong nhà để bán ra nước ngoài, cổ phiếu có trên sàn từ năm 2014."


def around(inner: str, after: str) -> Article:
    text = f'<div class="detail"><div class="detail-content">{inner}</div>{after}</div>'
    html = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{text}</body></html>"
    return clean(Document("x.html", html.encode(), "text/html"))


def test_what_stands_below_links_outside_the_text_is_none():
    after = f"{BESIDE}<div class=company><b>Thông tin doanh nghiệp</b><p>{FIRM}</p></div>"
    assert around(paragraphs(), after).body == BODY


@pytest.mark.parametrize("between", ["", BESIDE])
def test_a_text_may_stand_in_several_parts_of_one_name(between):
    after = f"{between}<div class=detail-content>{paragraphs(P[3], P[4])}</div>"
    assert around(paragraphs(*P[:3]), after).body == BODY


# ---------------------------------------------------------------------------------------- dumps


TAILS = [
    ("Bản in  |  Gửi email  |  Quay lại",),
    ("CÁC TIN BÀI KHÁC", "Mùa nước đổ trên ruộng bậc thang (09/08/2023)"),
    ("Tin bài khác:", "Chợ phiên cuối năm nhộn nhịp hàng thổ cẩm (08/08/2023)"),
]


@pytest.mark.parametrize("tail", TAILS)
def test_buttons_and_other_news_below_a_dump_are_no_text(tail):
    article = dump(TITLE, LEAD, *P, *tail)
    assert (article.body, article.author) == (BODY, ())


def test_who_answers_stays_above_an_answer():
    article = dump(TITLE, LEAD, P[0], "Trả lời:", P[1])
    assert article.body == f"{P[0]}\nTrả lời:\n{P[1]}"


def test_speech_keeps_its_dash():
    said = "- Có nhà mới là có Tết rồi, cả bản tôi mừng lắm các anh ạ - chị Hoan nói."
    assert dump(TITLE, LEAD, said, *P).body.startswith(said)


@pytest.mark.parametrize("credit", ["NVCC", "QUỐC VIỆT"])
def test_a_name_in_capitals_below_a_line_makes_it_a_caption(credit):
    shown = "Cô Mây đọc sách cho học trò trong sân trường"
    article = dump(TITLE, LEAD, P[0], shown, credit, *P[1:])
    assert (article.body, article.captions[0]) == (BODY, shown)


def test_authors_are_told_apart_whatever_their_letters():
    article = dump(TITLE, "Minh Châu", "25/12/2022 14:32", LEAD, *P, "MINH CHÂU")
    assert len(article.author) == 1


HEADS = [
    (("Trang chủ", "Thế giới", "Phân tích", TITLE), "Thế giới"),
    ((TITLE, "Sức khỏe - 27/02/2024 06:00"), "Sức khỏe"),
    ((TITLE, "27/02/2024 06:00"), ""),
]


@pytest.mark.parametrize(("head", "section"), HEADS)
def test_the_section_of_a_dump_stands_above_its_text(head, section):
    article = dump(*head, LEAD, *P)
    assert (article.title, article.section, article.body) == (TITLE, section, BODY)


@pytest.mark.parametrize(
    "tail",
    [("Từ khóa:", "thư viện", "vùng cao", "Cùng chuyên mục"), ("#thư viện #vùng cao",)],
)
def test_the_tags_of_a_dump(tail):
    article = dump(TITLE, LEAD, *P, *tail)
    assert (article.tags, article.body) == (("thư viện", "vùng cao"), BODY)


def test_a_weekday_may_be_a_number():
    published = dump(TITLE, "Cập nhật lúc 09:00, Thứ 2, 08/01/2024", LEAD, *P).published
    assert published and published.isoformat() == "2024-01-08T09:00:00+07:00"
