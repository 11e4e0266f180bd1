"""Whatever an article holds, what is written of it is safe to open and to print."""

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from indexer.cli.terminal import safe
from indexer.exports import COLUMNS, csv_cell, csv_lines, json_lines, json_text
from indexer.models import Article

texts = st.text(st.characters())  # surrogates too


@given(texts)
def test_json_is_read_back_as_it_was_and_can_be_printed(text: str) -> None:
    written = json_text({"title": text})
    assert json.loads(written) == {"title": text}
    assert safe(written) == written


@given(texts)
def test_a_cell_is_the_text_or_the_text_after_a_quote(text: str) -> None:
    cell = csv_cell(text)
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    kept = iter(text)
    assert all(character in kept for character in cell.removeprefix("'"))  # in this order


@given(texts, st.lists(texts, max_size=3))
def test_a_table_has_a_row_for_each_article(text: str, tags: list[str]) -> None:
    article = Article(id=text, title=text, body=text, tags=tuple(tags))
    table = "".join(csv_lines([article, article]))
    rows = list(csv.reader(io.StringIO(table.replace("\r\n", "\n"), newline="")))
    assert len(rows) == 3
    assert {len(row) for row in rows} == {len(COLUMNS)}


def test_json_lines_hold_whole_articles() -> None:
    article = Article(id="a", title="Lũ", body="Nước lên.\x1b[2J", tags=("lũ",))
    (line,) = json_lines([article])
    assert Article.from_dict(json.loads(line)) == article


def test_a_table_steers_no_terminal():
    assert csv_cell("\x1b[31mLũ\x1b]0;x\x07 \x9b31m \u202e về\n") == "[31mLũ]0;x 31m  về\n"
