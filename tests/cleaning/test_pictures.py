"""Captions without a class of their own are known by what stands around them."""

import pytest

from indexer.cleaning import clean
from indexer.models import Article, Document
from tests.cleaning.pages import PARAGRAPHS, TITLE, html, paragraphs

CAPTION = "Cô giáo Mây chia sách cho học trò trước giờ ra về."


def cleaned(picture: str) -> Article:
    body = paragraphs(*PARAGRAPHS[:2]) + picture + paragraphs(*PARAGRAPHS[2:])
    page = html(f"<h1>{TITLE}</h1><div class=z>{body}</div>")
    return clean(Document("x", page.encode(), "text/html"))


CAPTIONS = {
    "said by the picture, too": f'<p><img src=a alt="{CAPTION}"></p><p>{CAPTION}</p>',
    "under a picture in one paragraph": f"<p><img src=a><br>{CAPTION}</p>",
    "under a picture of several sources": (
        "<div><picture><source srcset=a><source srcset=b><img src=c></picture>"
        f"<p>{CAPTION}</p></div>"
    ),
}


@pytest.mark.parametrize("name", CAPTIONS)
def test_a_line_under_a_picture_is_its_caption(name):
    article = cleaned(CAPTIONS[name])
    assert (article.captions, article.body) == ((CAPTION,), "\n".join(PARAGRAPHS))


LONG = (
    "Từ hôm ấy, chiều nào sân trường cũng đông, đứa lớn đọc cho đứa nhỏ, đứa nhỏ kể cho bà "
    "và mẹ; có hôm mưa to, cả lớp ngồi lại đến tối, chờ nước suối rút mới dắt nhau về bản bên núi."
)
TEXTS = {
    "a paragraph beside a picture": f"<p><img src=a align=left>{CAPTION}</p>",
    "a long paragraph": f"<p><img src=a><br>{LONG}</p>",
    "a picture of something else": f'<p><img src=a alt="Ảnh 12"></p><p>{CAPTION}</p>',
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_paragraph_under_a_picture_stays(name):
    article = cleaned(TEXTS[name])
    assert not article.captions
    assert len(article.body.split("\n")) == len(PARAGRAPHS) + 1
