# ruff: noqa: E501
"""Where a dump's text begins and ends: bylines by dates and above calls to read on, papers' names."""

import textwrap

import pytest

from indexer.cleaning import clean
from indexer.models import Article, Document
from tests.cleaning.pages import LEAD, PARAGRAPHS, TITLE

P = PARAGRAPHS


def cleaned(*lines: str) -> Article:
    return clean(Document("dump.txt", "\n".join(lines).encode(), "text/plain"))


@pytest.mark.parametrize(
    "below",
    [
        (">> Xem thêm: Mùa nước đổ trên ruộng bậc thang phía tây",),
        (">>> Clip: Mùa nước đổ trên ruộng bậc thang",),
        ("»» Video: Chợ phiên cuối năm nhộn nhịp", "Từ khóa: thư viện, vùng cao"),
    ],
)
@pytest.mark.parametrize("byline", ["LÒ THỊ MÂY", "Lê Na"])
def test_a_byline_stands_above_a_call_to_read_or_see_more(byline, below):
    article = cleaned(TITLE, LEAD, *P, byline, *below)
    assert (article.author, article.body) == ((byline,), "\n".join(P))
    assert article.captions == ()


@pytest.mark.parametrize("name", ["Gia Bảo", "Thu Hà", "Lê Na"])
@pytest.mark.parametrize("date", ["Thứ tư, 10/04/2024 - 20:05", "10/04/2024"])
def test_a_name_alone_above_the_line_with_the_date_is_the_authors(name, date):
    article = cleaned("Trang chủ", "Văn hóa", TITLE, name, date, LEAD, *P)
    assert (article.title, article.author, article.body) == (TITLE, (name,), "\n".join(P))


@pytest.mark.parametrize("part", ["Văn hóa", "Hà Giang", "Tin mới nhất"])
def test_a_section_or_a_place_above_the_line_with_the_date_is_nobody(part):
    assert cleaned(TITLE, part, "Thứ tư, 10/04/2024 - 20:05", LEAD, *P).author == ()


@pytest.mark.parametrize(
    "call", ["Mời độc giả xem thêm video:", "Mời bạn đọc xem video clip:", "Mời độc giả đón đọc:"]
)
def test_the_headline_below_a_call_goes_with_it(call):
    article = cleaned(TITLE, LEAD, P[0], call, "Mùa nước đổ trên ruộng bậc thang", P[1])
    assert article.body == f"{P[0]}\n{P[1]}"


def test_the_text_below_a_call_stays():
    article = cleaned(TITLE, LEAD, P[0], "Mời độc giả xem thêm video:", P[1], P[2])
    assert article.body == "\n".join(P[:3])


@pytest.mark.parametrize("paper", ["Đài Hải Châu", "Báo Sơn La", "Tạp chí Sông Hương"])
def test_the_name_of_a_paper_or_station_before_the_lead_goes(paper):
    assert cleaned(TITLE, f"{paper} - {LEAD}", *P).lead == LEAD


@pytest.mark.parametrize("text", ["Báo hoa mai - loài thú quý hiếm - vừa", "Đài Bắc Kạn mới - cao"])
def test_words_that_only_begin_so_stay(text):
    line = f"{text} được nhìn thấy lại ở vùng lõi của khu rừng già vào sáng nay."
    assert line in cleaned("Chuyện lạ ở một khu rừng già miền núi", line, *P).text


def test_a_long_line_without_a_full_stop_about_people_of_the_text_is_a_caption():
    caption = "Cô giáo Lò Thị Mây chia sách mới cho học trò các lớp trước giờ ra về"
    article = cleaned(TITLE, LEAD, P[0], P[1], caption, P[2], P[3])
    assert article.captions == (caption,)
    assert article.body == "\n".join(P[:4])


@pytest.mark.parametrize(
    "line",
    [
        "Một thư viện nhỏ cho những đứa trẻ ở rất xa những nhà sách của thành phố",
        "Theo cô Lò Thị Mây, năm nay thư viện sẽ mua thêm các loại sách sau đây:",
        "Chuyện của Lò Thị Mây",
    ],
)
def test_other_lines_without_a_full_stop_stay(line):
    assert line in cleaned(TITLE, LEAD, P[0], P[1], line, P[2], P[3]).body


@pytest.mark.parametrize(
    "foot",
    [
        ("Từ khóa:", "thư viện", "vùng cao"),
        ("Tòa soạn: 5 phố Núi", "Điện thoại: 0219 000 000", "Email: bbt@miencao.example"),
        ("« Bài trước", "Mùa nước đổ trên ruộng bậc thang", "Bài sau »", "Chợ phiên cuối năm"),
        ("Thời tiết", "Hà Giang 19°C"),
    ],
)
def test_lines_under_a_label_at_the_foot_go_with_it(foot):
    assert cleaned(TITLE, LEAD, *P, *foot).body == "\n".join(P)


def test_a_telephone_number_that_the_text_gives_stays():
    line = "Điện thoại: 0900 000 000 (gặp cô Mây, buổi tối)"
    assert line in cleaned(TITLE, LEAD, *P[:3], line, P[3]).body


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("width", [60, 72, 80, 100])
def test_lines_broken_at_a_width_are_put_together(width, between):
    whole = [TITLE, LEAD, *P]
    broken = between.join(textwrap.fill(p, width, break_on_hyphens=False) for p in whole)
    article = cleaned(*broken.split("\n"))
    expected = cleaned(*whole)
    assert (article.title, article.lead) == (expected.title, expected.lead)
    assert article.body.split() == expected.body.split()
    # Where no empty line parts them, a full last line looks like any other.
    parted = len(expected.body.split("\n"))
    assert parted - (between == "\n") <= len(article.body.split("\n")) <= parted


def test_lines_that_end_of_themselves_stay_apart():
    lines = [f"Thôn {n} có {n} hộ dân đã nhận được nước sạch từ đầu tuần." for n in range(2, 12)]
    assert cleaned(TITLE, LEAD, *lines).body.split("\n")[-10:] == lines
