"""Mark-up in text fields of items."""

import json

import pytest

from indexer import Document, clean
from indexer.cleaning.fragments import text_of


@pytest.mark.parametrize(
    ("fragment", "wanted"),
    [
        ("Lũ rút", "Lũ rút"),
        ("<p>Lũ rút.</p>\n<p>Chợ <b>họp</b> lại.</p>", "Lũ rút.\nChợ họp lại."),
        ("Một<br/>Hai", "Một\nHai"),
        ("<script>x</script>Lũ", "Lũ"),
        ("Hai &amp;quot;b&amp;quot;", 'Hai "b"'),
        ("3 < 5", "3 < 5"),
        ("<" * 50_000 + ">", ""),
    ],
)
def test_tags_go_and_entities_are_read(fragment: str, wanted: str):
    assert text_of(fragment).strip("<> ") == wanted


def test_an_item_may_hold_marked_up_fields_and_halves_of_surrogates():
    text = "Nước lũ rút dần, bà con dọn bùn và đưa trâu bò về bản trong buổi sáng nắng ráo. " * 3
    item = {"title": "<b>Lũ</b> rút \ud800", "lead": "<p>Sáng nay.</p>", "text": text}
    article = clean(Document("i#1", json.dumps(item).encode(), "application/json"))
    assert (article.title, article.lead) == ("Lũ rút ?", "Sáng nay.")
