"""Plain-text dumps: captions, labels, related headlines and credits that a scraper left in."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.cleaning import clean
from indexer.models import Article, Document
from tests.cleaning.pages import BODY, LEAD, PARAGRAPHS, RELATED, TITLE

P = PARAGRAPHS


def cleaned(*lines: str) -> Article:
    return clean(Document("dump.txt", "\n".join(lines).encode(), "text/plain"))


CAPTIONS = [
    "Học sinh đọc sách trong giờ ra chơi. Ảnh: Hà Văn Nam.",
    "Học sinh đọc sách trong giờ ra chơi - Ảnh: H.V.N",
    "Học sinh đọc sách trong giờ ra chơi (Ảnh: Hà Văn Nam/TTXVN).",
    "Học sinh đọc sách trong giờ ra chơi - Thực hiện: N.K",
    "Học sinh đọc sách trong giờ ra chơi (Ảnh minh họa)",
    "Học sinh đọc sách trong giờ ra chơi - Ảnh chụp màn hình",
    "Học sinh đọc sách trong giờ ra chơi. Đồ họa: Tạ Lư",
]


@pytest.mark.parametrize("caption", CAPTIONS)
def test_a_line_with_a_credit_is_a_caption(caption):
    article = cleaned(TITLE, LEAD, P[0], caption, P[1])
    assert article.captions == (caption,)
    assert article.body == f"{P[0]}\n{P[1]}"


def test_a_line_that_comes_twice_in_a_row_is_a_caption_without_any_credit():
    caption = "Cô giáo và các em trước hiên nhà thư viện"
    article = cleaned(TITLE, LEAD, P[0], caption, caption, P[1])
    assert (article.captions, article.body) == ((caption,), f"{P[0]}\n{P[1]}")


def test_a_credit_on_a_line_of_its_own_makes_the_line_before_it_a_caption_and_is_part_of_it():
    article = cleaned(TITLE, LEAD, P[0], "Một ngày ở thư viện vùng cao", "Video: Hà Nam", P[1])
    assert article.captions == ("Một ngày ở thư viện vùng cao Video: Hà Nam",)


GLUED = [
    ("Trẻ em vây quanh giá sách. Ảnh: Quốc Tuấn", "Bộ trưởng nói đây là việc cần làm ngay."),
    ("Trẻ em vây quanh giá sách. Ảnh: REUTERS", "Cũng trong ngày, xã họp bàn việc sửa mái."),
    ("Trẻ em vây quanh giá sách. Ảnh: Getty.", "Năm nay công trình đã xong."),
    ("Trẻ em vây quanh giá sách. (Ảnh: Hà Nam/TTXVN)", "Theo xã, đây là việc cần làm ngay."),
    ("Trẻ em vây quanh giá sách. Ảnh: P.ĐIỀN", "Khoảng một nửa số sách là quà tặng."),
    ("Trẻ em vây quanh giá sách. Ảnh: Tổng cục TDTT", "Đây là lần đầu xã có sân tập."),
    ("Trẻ em vây quanh giá sách. Ảnh: Gia đình cung cấp", "Chị kể các em rất vui."),
    ("Trẻ em vây quanh giá sách. Ảnh: Hải quân Mỹ.", "Bộ này nói thêm về chuyến đi."),
    ("Trẻ em vây quanh giá sách. Ảnh: AFP", "Lê Văn Bảo, cậu bé 11 tuổi, đọc to nhất."),
    ("Trẻ em vây quanh giá sách. Ảnh: Lê Na", "Theo Sở Văn hóa, mỗi xã sẽ có một nhà sách."),
]


@pytest.mark.parametrize(("caption", "after"), GLUED)
def test_a_caption_glued_into_a_paragraph_comes_out(caption, after):
    article = cleaned(TITLE, LEAD, f"{P[0]} {caption} {after}", P[1])
    assert article.captions == (caption,)
    assert article.body == f"{P[0]}\n{after}\n{P[1]}"


@pytest.mark.parametrize(
    ("credit", "names"),
    [
        ("Bài, Ảnh, Video: Hòa Nguyễn - Đức Quang", ("Hòa Nguyễn", "Đức Quang")),
        ("Bài, ảnh: Lê Thị Na", ("Lê Thị Na",)),
        ("Tin, Ảnh: Trần Bách & Lê Na", ("Trần Bách", "Lê Na")),
    ],
)
def test_a_credit_of_text_and_pictures_glued_to_the_end_names_the_authors(credit, names):
    article = cleaned(TITLE, LEAD, P[0], f"{P[1]} {credit}")
    assert article.author == names
    assert article.body == f"{P[0]}\n{P[1]}"


@pytest.mark.parametrize(
    "sentence",
    [
        "Ông hỏi: Ai sẽ trông coi thư viện khi cô giáo chuyển trường?",
        "Xã đặt ra ba yêu cầu: sách đúng lứa tuổi, nơi đọc đủ sáng, có người trực.",
        "Hình thức mượn sách: ghi tên vào sổ, trả sau mười ngày, không thu tiền.",
    ],
)
def test_a_colon_alone_makes_no_caption(sentence):
    assert cleaned(TITLE, LEAD, P[0], sentence, P[1]).captions == ()


LABELS = [f"{TITLE} - Ảnh 1.", f"{TITLE} ảnh 2", f"{TITLE} - Hình 3", f"{TITLE} - ảnh 4"]


@pytest.mark.parametrize("label", LABELS)
def test_gallery_labels_go(label):
    article = cleaned(TITLE, LEAD, P[0], label, P[1])
    assert (article.body, article.captions) == (f"{P[0]}\n{P[1]}", ())


NOISE = [
    "Chia sẻ",
    "Tin liên quan",
    "Xem thêm: Người thầy giáo ba mươi năm mang chữ lên bản xa",
    ">> Mùa nước đổ trên ruộng bậc thang phía tây",
    "Từ khóa: thư viện, vùng cao, sách",
    "Nguồn: https://bao.example.vn/thu-vien.html",
    "Theo MỘC LAN (VTC News)",
    "Bình luận (12)",
    "33 ngày trước",
    "0 11",
    "★★★★★",
    "© 2020 Báo Miền Cao. All rights reserved.",
    "Mời độc giả theo dõi Báo Miền Cao trên Google News",
    "Đăng ký nhận bản tin mỗi sáng",
    "CÙNG CHUYÊN MỤC",
    "cùng chuyên mu\u0323c",
    "Tin cung chuyen muc",
    "Chia se bai viet",
    "Link bài gốc Lấy link!",
]


@pytest.mark.parametrize("line", NOISE)
def test_noise_at_the_end_goes_and_is_written_down(line):
    article = cleaned(TITLE, LEAD, *P, line)
    assert article.body == "\n".join(P)
    line = unicodedata.normalize("NFC", line)
    assert any(line[:20] in removal.text or removal.text in line for removal in article.removed)


@pytest.mark.parametrize("line", [n for n in NOISE if "Theo" not in n and "Nguồn" not in n])
def test_noise_between_paragraphs_goes(line):
    assert cleaned(TITLE, LEAD, *P[:2], line, *P[2:]).body == "\n".join(P)


def test_headlines_between_lead_and_text_go():
    article = cleaned(TITLE, LEAD, RELATED[0], RELATED[1], *P)
    assert (article.lead, article.body) == (LEAD, "\n".join(P))


def test_a_related_headline_above_the_title_goes_where_a_label_tells_the_title():
    article = cleaned(RELATED[0], TITLE, LEAD, f"{TITLE} - Ảnh 1.", *P)
    assert (article.title, article.body) == (TITLE, "\n".join(P))


def test_a_lead_without_a_full_stop_stays():
    lead = LEAD.removesuffix(".")
    assert lead in cleaned(TITLE, lead, *P).text


def test_subheads_stay():
    article = cleaned(TITLE, LEAD, P[0], "Mỗi ngày một cuốn", P[1], P[2])
    assert "Mỗi ngày một cuốn" in article.body.split("\n")


@pytest.mark.parametrize("prefix", ["(Dân trí) - ", "TTO - ", "(NLĐO)- ", "(Chinhphu.vn) - "])
def test_the_papers_name_before_the_lead_goes(prefix):
    assert cleaned(TITLE, prefix + LEAD, *P).lead == LEAD


@given(st.lists(st.text(max_size=80), min_size=1, max_size=12))
def test_any_lines_are_cleaned_without_an_error_of_another_kind(lines):
    from indexer.errors import DocumentError

    try:
        article = cleaned(*lines)
    except DocumentError:
        return
    body = article.body.split("\n") if article.body else []
    assert len(article.body_kinds) == len(body)


ABOVE = [
    ["Kinh doanh"],
    ["Video"],
    ["https://miencao.vn/giao-duc/thu-vien-123.html"],
    ["Trang chủ/Thời sự/03-10-2020 17:40"],
    ["Trang chủ > Xã hội > Giáo dục"],
    ["Trang chủ", "Thời sự", "03-10-2020 17:40"],
    [RELATED[0]],
]


@pytest.mark.parametrize("lines", ABOVE)
def test_what_stands_above_the_title_is_not_the_title(lines):
    article = cleaned(*lines, TITLE, LEAD, *P)
    assert (article.title, article.lead, article.body) == (TITLE, LEAD, "\n".join(P))


BETWEEN = [["Lò Thị Mây", "12/03/2020 08:15"], ["Lò Thị Mây - 12/03/2020 08:15"]]


@pytest.mark.parametrize("lines", BETWEEN)
def test_a_byline_between_title_and_lead_names_the_author(lines):
    article = cleaned(TITLE, *lines, LEAD, *P)
    assert (article.title, article.author) == (TITLE, ("Lò Thị Mây",))
    assert article.text == f"{LEAD}\n{BODY}"


def test_a_place_between_title_and_text_is_no_author():
    article = cleaned(TITLE, "Hà Giang", *P)
    assert (article.author, article.text) == ((), BODY)


VERSE = ["Mẹ gánh trăng về phơi trước ngõ", "Con đò nằm ngủ đợi người sang", "Khói bếp thơm rạ mới"]


@pytest.mark.parametrize("lead", [[LEAD], []])
def test_verse_after_the_lead_or_the_title_is_text(lead):
    article = cleaned("Ngõ trăng", *lead, *VERSE, *P)
    assert article.title == "Ngõ trăng"
    assert article.text == "\n".join([*lead, *VERSE, *P])


def test_a_short_lead_is_no_headline():
    assert cleaned(TITLE, "Bản nhỏ có thư viện.", *P).text == f"Bản nhỏ có thư viện.\n{BODY}"


MARKED_UP = [
    ("Thư viện m&ocirc; h&igrave;nh mới", "Thư viện mô hình mới"),
    ("<p>Thư viện mở cửa</p>", "Thư viện mở cửa"),
    ('<p class="x">Thư viện <strong>mở</strong> cửa<br/></p>', "Thư viện mở cửa"),
    ("Sách &lt;hay&gt; nên đọc", "Sách <hay> nên đọc"),
    ("Nếu a < b thì b > a", "Nếu a < b thì b > a"),
]


@pytest.mark.parametrize(("line", "wanted"), MARKED_UP)
def test_mark_up_in_a_dump_is_read(line, wanted):
    assert cleaned(TITLE, LEAD, P[0], line, P[1]).body.split("\n")[1] == wanted


def test_the_last_headline_of_a_box_goes_with_it():
    headlines = [
        "Tàu hàng mắc cạn ngoài khơi đã được kéo vào bờ",
        "Bốn món ngon phải thử khi đến chợ phiên",
    ]
    assert cleaned(TITLE, LEAD, *P[:2], "Tin liên quan", *headlines, *P[2:]).body == BODY
    end = ["Đọc nhiều", *headlines, "© Copyright 2020 Báo Miền Cao."]
    assert cleaned(TITLE, LEAD, *P, *end).body == BODY


def test_a_subhead_after_a_box_stays():
    lines = [*P[:2], "Tin liên quan", RELATED[0], RELATED[1], "Một giá sách nhỏ", *P[2:]]
    assert "Một giá sách nhỏ" in cleaned(TITLE, LEAD, *lines).body.split("\n")


@pytest.mark.parametrize("line", ["Ảnh minh họa.", "Ảnh minh họa", "Hình minh họa"])
def test_a_credit_that_names_nobody_is_no_text(line):
    assert cleaned(TITLE, LEAD, P[0], line, *P[1:]).body == BODY


def test_a_short_line_that_comes_twice_in_a_row_goes_twice():
    line = "Giá sách ở hiên nhà"
    article = cleaned(TITLE, LEAD, P[0], line, line, *P[1:])
    assert (article.body, article.captions) == (BODY, (line,))


def test_a_place_glued_to_the_lead_goes():
    assert cleaned(TITLE, f"TP HCM{LEAD}", *P).lead == LEAD


def test_a_short_line_below_a_label_is_its_caption():
    article = cleaned(TITLE, LEAD, P[0], f"{TITLE} - Ảnh 1.", "Giờ đọc sách buổi chiều", *P[1:])
    assert (article.body, article.captions) == (BODY, ("Giờ đọc sách buổi chiều",))


def test_a_first_line_with_a_full_stop_is_text():
    first = "Mười hai hộ trong bản vừa góp vốn dựng lại lò củi chung."
    assert cleaned(first, *P).text == f"{first}\n{BODY}"


def test_a_video_named_in_brackets_is_a_link():
    assert cleaned(TITLE, LEAD, P[0], f"[Video] {RELATED[0]}", *P[1:]).body == BODY


@pytest.mark.parametrize(
    "line",
    [
        "Facebook Twitter Zalo",
        "Thích 0 Chia sẻ",
        "Cỡ chữ A- A A+",
        "Nữ miền Bắc",
        "1x",
        "Trở lại Thời sự",
        "Thêm Báo Bản Mây vào danh sách yêu thích trên Google",
        "Bạn cần đăng nhập để bình luận",
        "Mới nhất Cũ nhất",
        "Trả lời 2 thích",
        "Đăng nhập / Đăng ký",
        "Hà Nội 31°C",
        "#bảnmây #giásách",
        "* * *",
        "* Tiêu đề do tòa soạn đặt lại",
        "Thông tin bạn đọc xin gửi về toasoan@banmay.example",
        "Nguồn: https://banmay.example/gia-sach.html",
        "https://banmay.example/gia-sach.html",
        "Cập nhật lần cuối: 12/07/2024 15:22",
        "Ủng hộ chúng tôi bằng cách mua gói thành viên.",
    ],
)
def test_buttons_and_prompts_in_the_middle_go(line):
    assert cleaned(TITLE, LEAD, P[0], line, *P[1:]).body == BODY


@pytest.mark.parametrize(
    "line",
    [
        "Trở lại trường học",
        "Ủ men ở 30°C",
        "Thông tin bạn đọc cần nhớ khi đi rừng",
        "Facebook và Zalo",
        "Chia sẻ với người nghèo",
    ],
)
def test_subheads_that_share_words_with_buttons_stay(line):
    assert line in cleaned(TITLE, LEAD, P[0], line, *P[1:]).body.split("\n")


BETWEEN = {
    "who and where from": ["Theo MỘC LAN (VTC News)"],
    "a paper of the list": ["Theo Tuổi Trẻ"],
    "a paper of no list": ["Theo Nhịp Sống Biển"],
    "agencies": ["(TTXVN/Vietnam+)"],
    "a name": ["Lê Thị Na"],
    "a name and a paper": ["Lê Thị Na (tổng hợp)", "Theo VnExpress"],
}


@pytest.mark.parametrize("lines", BETWEEN.values(), ids=BETWEEN)
def test_credits_between_the_parts_of_a_dump_go(lines):
    article = cleaned(TITLE, LEAD, P[0], P[1], *lines, P[2], P[3])
    assert article.body == "\n".join(P[:4])
    assert article.author or article.agency or article.publisher


SUBHEADS = ["Lò Thị Mây", "Theo Đảng trọn đời", "Theo Sở Giáo dục:", "Kho sách, phòng đọc"]


@pytest.mark.parametrize("subhead", SUBHEADS)
def test_subheads_that_look_like_credits_stay(subhead):
    article = cleaned(TITLE, LEAD, P[0], subhead, P[1], P[2])
    assert article.body == "\n".join((P[0], subhead, P[1], P[2]))


@pytest.mark.parametrize("number", [" - 2", " (2)", " – 12.", " 3"])
def test_the_title_with_a_number_is_a_label(number):
    caption = "Học sinh chọn sách trong ngày khai trương"
    article = cleaned(TITLE, LEAD, P[0], TITLE + number, P[1], TITLE + number, caption, P[2])
    assert article.body == "\n".join(P[:3])
    assert article.captions == (caption,)


@pytest.mark.parametrize(
    "caption", ["Học sinh chọn sách. Ảnh: Hà Nam", "Học sinh chọn sách ở thư viện xã"]
)
def test_a_caption_that_stands_twice_on_one_line_is_one_caption(caption):
    article = cleaned(TITLE, LEAD, P[0], f"{caption} {caption}", P[1])
    assert (article.captions, article.body) == ((caption,), f"{P[0]}\n{P[1]}")


MARKED_UP = {
    "elements": ["<p>{}</p>", "<p style='x'>{}<br/></p>&nbsp;", "<o:p></o:p><div>{}</div>"],
    "escaped": ["&lt;p&gt;{}&lt;/p&gt;", "&lt;p&gt;{}&lt;br/&gt;&lt;/p&gt;&amp;nbsp;"],
    "with code": ["<!-- <p>cũ</p> --><p>{}</p>", "<script>var a = 1;</script>{}<hr>"],
    "broken": ["{}</p>", "<p>{}", "<iframe src=x></iframe>{}"],
}


@pytest.mark.parametrize("forms", MARKED_UP.values(), ids=MARKED_UP)
def test_mark_up_that_a_scraper_left_goes(forms):
    lines = [forms[i % len(forms)].format(text) for i, text in enumerate((LEAD, *P[:3]))]
    article = cleaned(TITLE, *lines)
    assert (article.title, article.lead, article.body) == (TITLE, LEAD, "\n".join(P[:3]))


def test_signs_that_are_no_mark_up_stay():
    sentence = "Điều kiện là 3 < x và y > 5, hoặc a & b, theo lời cô giáo dạy toán của trường."
    assert cleaned(TITLE, LEAD, sentence, P[0]).body == f"{sentence}\n{P[0]}"


STORY = "Sáng 12-3, thư viện của xã Bản Luốc mở cửa với hơn ba nghìn đầu sách cho cả vùng."


@pytest.mark.parametrize("paper", ["SGGPO", "NLĐO", "BMCO", "Baomiencao.vn", "Dân trí"])
def test_a_papers_name_without_a_dash_goes(paper):
    article = cleaned(TITLE, f"{paper} {STORY}", P[0], P[1])
    assert article.lead == STORY


@pytest.mark.parametrize("subject", ["UBND", "WHO", "Bản Luốc", "Thư viện"])
def test_a_name_that_no_paper_has_stays(subject):
    article = cleaned(TITLE, f"{subject} {STORY}", P[0], P[1])
    assert article.lead == f"{subject} {STORY}"


@pytest.mark.parametrize(
    "sentence",
    [
        "Ảnh hưởng của mưa khiến buổi lễ lùi lại một giờ.",
        "Ảnh cưới của hai cô giáo được treo ngay bên kệ sách.",
        "Cô dừng lại trước tấm ảnh: người học trò đầu tiên của lớp.",
        "Một góc phòng bị dột chỉ sau một trận mưa.",
        "Hiện trường nằm cách quốc lộ chừng hai trăm mét.",
    ],
)
def test_a_sentence_that_begins_as_captions_do_is_text(sentence):
    article = cleaned(TITLE, LEAD, P[0], sentence, P[1])
    assert article.body == f"{P[0]}\n{sentence}\n{P[1]}"
    assert article.captions == ()


@pytest.mark.parametrize("behind", [" - Báo Miền Cao", " | Tạp chí Non Nước", " - Miền Cao Online"])
def test_the_paper_behind_a_title_is_no_part_of_it(behind):
    article = cleaned(f"{TITLE}{behind}", LEAD, P[0], f"{TITLE} ảnh 1", *P[1:])
    assert article.title == TITLE
    assert article.body == BODY


def test_the_lead_of_another_article_goes_with_its_headline():
    other = "TTO - Nước về sớm hơn mọi năm, người dân xuống đồng từ tờ mờ sáng."
    article = cleaned(TITLE, LEAD, *P[:3], RELATED[1], other, *P[3:])
    assert article.body == BODY


@pytest.mark.parametrize(
    "line",
    [
        "Trở thành người đầu tiên tặng sao cho bài viết",
        "Bình luận (3) | Gửi bình luận",
        "Lấy link bài viết",
        "Đánh giá tác phẩm",
        "Play Video0:00Current Time",
        "MCO mời bạn đọc xem thêm",
        "Quay lại kỳ 1: Những lớp học trên mây",
    ],
)
def test_lines_of_readers_services_go(line):
    assert cleaned(TITLE, LEAD, *P, line).body == BODY


@pytest.mark.parametrize("line", ["Tin-ảnh: Vàng Thị Say", "Vàng Thị Say/VOV.VN"])
def test_makers_are_read_in_their_shortest_forms(line):
    article = cleaned(TITLE, LEAD, *P, line)
    assert (article.author, article.body) == (("Vàng Thị Say",), BODY)


def test_who_is_quoted_is_no_author():
    article = cleaned(TITLE, LEAD, *P[:2], "Ông Vàng Mí Sính, trưởng bản", *P[2:])
    assert article.author == ()
    assert "Ông Vàng Mí Sính" in article.body
