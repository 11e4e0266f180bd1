"""What can be looked for instead, where a query finds nothing as it was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from indexer.models import And, Node, Or, Phrase, Query, Range
from indexer.query import date_of, parse_query, without_quotes
from indexer.vietnamese import exact_form, has_marks, pattern_for

Count = Callable[[Query], int]  # how many articles hold a query, nothing relaxed

_DAYS, _MONTHS = 31, 12


def offer(query: Query, count: Count) -> str:
    """Another text that finds something; "" where there is none.

    The words of quotes side by side or not; for a day or month, what was published then.
    """
    text = query.text.strip()
    if date := date_of(text):
        published_then = f"since:{date} until:{date}"
        return published_then if count(parse_query(published_then)) else ""
    loose = without_quotes(query)
    if loose is not query and loose.root is not None and count(loose):
        return " ".join(loose.text.split())
    return ""


def without_year(node: Node) -> Node:
    """The same query with dates less exact: `2/9/2017` as `2/9`, which texts of that year say.

    >>> from indexer.query import parse_query
    >>> without_year(parse_query("2/9/2017").root).words
    ('2', '9')
    """
    match node:
        case Phrase((day, month, year), field, exact) if _is_date(day, month, year):
            return Phrase((day, month), field, exact)
        case And(children):
            return And(tuple(map(without_year, children)))
        case Or(children):
            return replace(node, children=tuple(map(without_year, children)))
        case _:
            return node


def _is_date(day: str, month: str, year: str) -> bool:
    numbers = all(part.isascii() and part.isdecimal() for part in (day, month, year))
    return (
        numbers
        and len(year) == len("2020")
        and len(day) <= len("27")
        and len(month) <= len("12")
        and 1 <= int(day) <= _DAYS
        and 1 <= int(month) <= _MONTHS
    )


def years_of(node: Node | None) -> list[str]:
    """The years that `without_year` leaves out."""
    match node:
        case Phrase((day, month, year)) if _is_date(day, month, year):
            return [year]
        case And(children) | Or(children):
            return [year for child in children for year in years_of(child)]
        case _:
            return []


def is_backwards(node: Node | None) -> bool:
    """Whether a range of time that must hold ends before it begins."""
    match node:
        case Range(start, end):
            return start is not None and end is not None and end <= start
        case And(children):
            return any(map(is_backwards, children))
        case _:
            return False


def marks_are_right(words: tuple[str, ...], count: Count) -> bool:
    """Whether every word with marks stands beside one of its neighbours in some article, so that
    the marks are meant and something else is to be given up: `Cai Lậy` in `BOT Cai Lậy`."""

    def is_said(at: int) -> bool:
        pairs = [words[i : i + 2] for i in (at - 1, at) if i >= 0]
        return any(len(pair) == 2 and count(Query("", Phrase(pair))) for pair in pairs)

    marked = [at for at, word in enumerate(words) if has_marks(word)]
    return len(words) > 2 and bool(marked) and all(map(is_said, marked))


def as_typed(words: tuple[str, ...], text: str) -> str:
    """Exact forms as they are written in the text of the query: `HLV Seo`."""
    written = {exact_form(token): token for token in pattern_for(text).findall(text)}
    return " ".join(written.get(word, word) for word in words)
