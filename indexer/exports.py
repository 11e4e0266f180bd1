"""Articles as lines of text for other programs: JSON and CSV that are safe to open and to print."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from indexer.models import Article

# What an article is in a table; JSON lines hold all of it.
COLUMNS = (
    "id", "url", "title", "lead", "body", "captions", "author", "agency", "publisher",
    "section", "tags", "site", "published",
)  # fmt: skip

# A cell that begins so is run as a formula by spreadsheets (OWASP, "CSV Injection"), also where
# spaces stand before it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Categories of characters that steer a terminal or turn the order of its text around (control,
# format, line and paragraph separators), and of halves of characters, which no encoding holds.
STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")
# Those of them that no table or feed has a use for: all but line ends, tabs and joiners.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_UNUSUAL = re.compile(r"[^\w !-~\n]")


def json_text(value: Any, *, indent: int | None = None) -> str:
    r"""The value as JSON, Vietnamese as it is, characters that could steer a terminal escaped.

    >>> print(json_text({"title": "Lũ \x1b[31m\x9b\u202e"}))
    {"title": "Lũ \u001b[31m\u009b\u202e"}
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _UNUSUAL.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if unicodedata.category(character) not in STEERING:
        return character
    return json.dumps(character)[1:-1]


def json_lines(articles: Iterable[Article]) -> Iterator[str]:
    """The articles, whole, one JSON object a line."""
    for article in articles:
        yield json_text(article.as_dict()) + "\n"


def csv_lines(articles: Iterable[Article]) -> Iterator[str]:
    """The articles as a table (RFC 4180) that no spreadsheet runs anything of: first `COLUMNS`."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for article in articles:
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        values = article.as_dict()
        writer.writerow(csv_cell(values[name]) for name in COLUMNS)
    yield buffer.getvalue()


def csv_cell(value: object) -> str:
    """A value as a spreadsheet shows it: one that looks like a formula is quoted, a list joined.

    >>> csv_cell("=1+1"), csv_cell("Giá vàng +2%"), csv_cell(["lũ", "bão"]), csv_cell(None)
    ("'=1+1", 'Giá vàng +2%', 'lũ; bão', '')
    """
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    text = _CONTROLS.sub("", text)
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text
