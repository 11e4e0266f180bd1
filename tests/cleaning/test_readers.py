# ruff: noqa: E501
"""What readers write and vote is no article: comments and polls that no class names."""

import pytest

from indexer.cleaning import clean
from indexer.cleaning.comments import is_reply_line
from indexer.models import Article, Document
from tests.cleaning.pages import LEAD, PARAGRAPHS, TITLE, html, paragraphs

P = PARAGRAPHS
QUESTION = "Theo bạn, có nên mở thư viện vào chủ nhật?"
WISH = "Mong các xã khác cũng làm được như vậy, trẻ em vùng cao cần sách lắm."
JOY = "Hay quá!"


def dump(*lines: str) -> Article:
    return clean(Document("dump.txt", "\n".join((TITLE, LEAD, *lines)).encode(), "text/plain"))


def page(body: str) -> Article:
    text = f"<div class=main><h1>{TITLE}</h1><h2 class=sapo>{LEAD}</h2><div class=article-content>{body}</div></div>"
    return clean(Document("x", html(text).encode(), "text/html", "https://miencao.vn/a-1.html"))


POLLS = {
    "on one line": [f"{QUESTION} ○ Có ○ Không Biểu quyết / Xem kết quả"],
    "on one line without marks": [f"{QUESTION} Có Không Ý kiến khác Xem kết quả"],
    "with marks": [QUESTION, "○ Có", "○ Không", "Biểu quyết / Xem kết quả"],
    "with marks and no button": [QUESTION, "◯ Có", "◯ Không"],
    "with buttons": [QUESTION, "Có", "Không", "Ý kiến khác", "Biểu quyết", "Xem kết quả"],
    "with a heading": ["Thăm dò ý kiến", QUESTION, "Có", "Không"],
    "with votes": [QUESTION, "Có 45% (320 phiếu)", "Không 55% (390 phiếu)", "Tổng số 710 phiếu"],
    "counted below the button": [QUESTION, "Có", "Không", "Bình chọn", "1.204 lượt bình chọn"],
    "in English": ["Should the library open on Sundays?", "Yes", "No", "Vote", "View results"],
}


@pytest.mark.parametrize("lines", POLLS.values(), ids=POLLS)
def test_a_poll_in_a_dump_goes_with_its_question(lines):
    article = dump(P[0], *lines, P[1])
    assert article.body == f"{P[0]}\n{P[1]}"
    assert {r.rule for r in article.removed} <= {"poll", "rating"}


def test_a_poll_glued_to_a_paragraph_leaves_the_paragraph():
    article = dump(f"{P[0]} {QUESTION} ○ Có ○ Không Biểu quyết", P[1])
    assert article.body == f"{P[0]}\n{P[1]}"


PAGE_POLLS = {
    "form": f"<form><p>{QUESTION}</p><label><input type=radio>Có</label><label><input type=radio>Không</label><button>Biểu quyết</button> <a href=#>Xem kết quả</a></form>",
    "list": f"<p>{QUESTION}</p><ul><li>Có</li><li>Không</li></ul><div><span>Biểu quyết</span> <span>Xem kết quả</span></div>",
}


@pytest.mark.parametrize("poll", PAGE_POLLS.values(), ids=PAGE_POLLS)
def test_a_poll_on_a_page_goes(poll):
    article = page(f"<p>{P[0]}</p><div class=zx>{poll}</div><p>{P[1]}</p><p>{P[2]}</p>")
    assert article.body == "\n".join(P[:3])


NO_POLLS = {
    "a question and a list": ["Thư viện có gì?", "Sách giáo khoa", "Truyện tranh"],
    "a question and its answer": ["Thư viện mở cửa khi nào?", "Từ thứ hai đến thứ sáu."],
    "shares": [QUESTION, "Có: 45%", "Không: 55%"],
    "a vote that is told": ["Ai được bầu?", "Cô Mây được 320 phiếu."],
}


@pytest.mark.parametrize("lines", NO_POLLS.values(), ids=NO_POLLS)
def test_questions_and_answers_of_an_article_stay(lines):
    assert dump(P[0], *lines, P[1]).body == "\n".join((P[0], *lines, P[1]))


COMMENTS = {
    "two": [
        "Nguyễn Văn Bình",
        "2 giờ trước",
        WISH,
        "Thích 12 Trả lời",
        "Hoa Mai",
        "3 giờ trước",
        JOY,
        "Thích",
        "Trả lời",
    ],
    "one with its time": ["Nguyễn Văn Bình - 2 giờ trước", WISH, "Thích Trả lời"],
    "one with a date": ["hoa_mai92", "12/03/2024 10:20", WISH, "Trả lời"],
    "time below the text": ["Hoa Mai", WISH, "2 giờ trước Thích Trả lời"],
    "without an offer, under a heading": [
        "Bình luận (2)",
        "Nguyễn Văn Bình",
        "2 giờ trước",
        WISH,
        "Hoa Mai",
        "12/03/2024 10:20",
        JOY,
    ],
    "without an offer, in a row": [
        "Nguyễn Văn Bình",
        "2 giờ trước",
        WISH,
        "Hoa Mai",
        "vừa xong",
        JOY,
    ],
    "without times, under a heading": [
        "Ý kiến bạn đọc",
        "Nguyễn Văn Bình",
        WISH,
        "Trả lời",
        "Hoa Mai",
        JOY,
        "Trả lời",
    ],
    "in English": ["John Smith", "3 hours ago", WISH, "Like Reply"],
}


@pytest.mark.parametrize("lines", COMMENTS.values(), ids=COMMENTS)
@pytest.mark.parametrize("after", [[], [P[2], P[3]]], ids=["at the end", "in the middle"])
def test_comments_in_a_dump_go_and_what_follows_stays(lines, after):
    article = dump(P[0], P[1], *lines, *after)
    assert article.body == "\n".join((P[0], P[1], *after))
    assert "comment" in {r.rule for r in article.removed}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_comments_in_an_unnamed_box_of_a_page_go(count):
    texts = (WISH, JOY, "Tôi xin góp một trăm cuốn sách cho thư viện của xã nhà.")
    boxes = "".join(
        f"<div class=q1><b>Hoa Mai</b> <span>{n + 1} giờ trước</span><p>{text}</p><a href=#>Thích</a> <a href=#>Trả lời</a></div>"
        for n, text in enumerate(texts[:count])
    )
    assert page(f"{paragraphs()}<div class=zz>{boxes}</div>").body == "\n".join(P)


NO_COMMENTS = {
    "a name and a paragraph": ["Lò Thị Mây", P[1]],
    "a paragraph that answers": [P[1], "Trả lời báo chí, cô Mây nói đã quen với việc khó."],
    "a time in a sentence": [P[1], "Cuốn sách đầu tiên được trao cách đây 2 giờ trước"],
}


@pytest.mark.parametrize("lines", NO_COMMENTS.values(), ids=NO_COMMENTS)
def test_text_that_only_looks_like_a_comment_stays(lines):
    article = dump(P[0], *lines, P[2])
    assert article.body == "\n".join((P[0], *lines, P[2]))


@pytest.mark.parametrize(
    ("line", "wanted"),
    [("Thích 12Trả lời", True), ("Reply", True), ("Trả lời phỏng vấn", False), ("Thích", False)],
)
def test_a_line_that_only_offers_to_answer_is_told(line, wanted):
    assert is_reply_line(line) is wanted
