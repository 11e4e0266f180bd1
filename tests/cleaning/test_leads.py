"""The lead comes once and whole, whatever holds it, within the text's part or above it."""

import pytest

from indexer.cleaning import clean
from indexer.models import Article, Document
from tests.cleaning.pages import BODY, RELATED, TITLE, html, links, paragraphs

LEAD = "Sau hai năm quyên góp, cuốn sách thứ ba nghìn đã được xếp lên kệ vào tối hôm qua"
SHORT = "Cuốn sách thứ ba nghìn đã lên kệ tối qua."
HOLDERS = {
    "a division": "<div class=k1>{}</div>",
    "a heading": "<h2 class=k1>{}</h2>",
    "bold type": "<p><strong>{}</strong></p>",
    "italics": "<p><em>{}</em></p>",
    "nothing": "{}",
    "a line": "<b>{}</b><br><br>",
    "a cell": "<table><tr><td>{}</td></tr></table>",
    "a quote": "<blockquote>{}</blockquote>",
    "a part with related links": f"<div class=k1>{{}}{links(*RELATED[:2])}</div>",
    "the paper's name before it": "<div class=k1>(Miền Cao) - {}</div>",
    "the paper's name in words": "<p><span class=k3>Báo Miền Cao</span> - {}</p>",
    "the paper's name in capitals": "<p>BÁO MIỀN CAO – {}</p>",
    "an abbreviation before it": "<p class=k1><b>BMCO</b> - {}</p>",
}


def cleaned(lead: str, *, above: bool) -> Article:
    text = f"<div class=y>{'' if above else lead}{paragraphs()}</div>"
    page = html(
        f"<div><h1>{TITLE}</h1><div>13/3/2025 12:30</div>{lead if above else ''}{text}</div>"
    )
    return clean(Document("x", page.encode(), "text/html"))


NAMED = ("the paper", "an abbr")  # names go from before longer leads


@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize(
    ("holder", "lead"),
    [
        (holder, lead)
        for holder in HOLDERS
        for lead in (LEAD, f"{LEAD}.", SHORT)
        if lead != SHORT or not holder.startswith(NAMED)
    ],
)
def test_a_lead_is_kept_with_its_full_stop_or_without(holder, above, lead):
    article = cleaned(HOLDERS[holder].format(lead), above=above)
    assert [line for line in article.text.split("\n") if line != TITLE] == [lead, *BODY.split("\n")]


NOISE = [
    "<p>Theo dõi Báo Miền Cao trên <a href=g>Google News</a></p>",
    "<p>Cỡ chữ: A- A A+</p>",
    "<div><a href=/1>Trang nhất</a> <a href=/2>Bạn đọc</a> <a href=/3>Đọc báo in</a></div>",
    f"<p><a href=/b-1.html>{RELATED[0]} và câu chuyện chưa kể về những lớp học trên núi</a></p>",
    "<p>Nghe đọc bài: giọng nữ miền Bắc, giọng nam miền Nam</p>",
]


@pytest.mark.parametrize("noise", NOISE)
def test_what_else_stands_between_title_and_text_does_not(noise):
    assert cleaned(noise, above=True).body == BODY
