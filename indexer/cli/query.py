"""`timtin search` and `timtin export`: the index → people and programs."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import TypeVar

import click

from indexer.cli.terminal import EXIT_FAILURES, counted, echo_json, lit, safe, show
from indexer.columnar.explain import Explanation
from indexer.errors import QueryError
from indexer.exports import csv_lines, json_lines, json_text
from indexer.index import open_index
from indexer.models import NoticeKind, SearchHit, SearchResults, Sort
from indexer.query import parse_period

_SORTS = click.Choice([str(sort) for sort in Sort])
_INDENT = "     "
_MOST_COLUMNS = 100  # longer lines are hard to read
_NOTICES = {
    NoticeKind.TRUNCATED: "The query was very long; only its beginning was read.",
    NoticeKind.NOT_A_DATE: "“{}” is no date and was set aside: 2020, 2020-09, 27/9/2020.",
    NoticeKind.NO_VALUE: "Nothing follows “{0}”, so it was read as a word: write {0}word.",
    NoticeKind.MARKS_SET_ASIDE: "Nothing is written with exactly these marks: they were set aside.",
    NoticeKind.CORRECTED: "Read as “{}” (--literal searches for what you typed).",
    NoticeKind.RELAXED: "Not every article has all of your words. Set aside where needed: {}.",
    NoticeKind.BACKWARDS: "The first day is after the last, so nothing was published in between.",
    NoticeKind.NO_WORDS: "There is no word in “{}”: all articles are shown.",
    NoticeKind.TIMED_OUT: "The search took too long and was cut short; there may be more.",
}
# The parts of a score (`Reason.kind`) in plain words.
_KINDS = {
    "folded": "letters, any marks",
    "pair": "side by side",
    "window": "close together",
    "near": "near each other",
    "whole": "all in one place",
    "scattered": "apart, not as usual",
    "like the best": "like the best results",
    "none of the best": "not among the best",
}
_Command = TypeVar("_Command", bound=Callable[..., None])


def _read_date(_ctx: click.Context, _option: click.Parameter, text: str) -> str:
    try:
        parse_period(text)
    except QueryError as error:
        raise click.BadParameter(f"{error}: 2020, 2020-09, 2020-09-27 or 27/9/2020") from error
    return text


def _check_order(since: str, until: str) -> None:
    period = parse_period(since, until)
    if period and period.start and period.end and period.end <= period.start:
        raise click.UsageError(f"--since {since} is after --until {until}")


def _narrowing(command: _Command) -> _Command:
    """The options of commands that search."""
    for option in (
        click.option("--sort", default="relevance", show_default=True, type=_SORTS),
        click.option("--until", default="", metavar="DATE", callback=_read_date,
                     help="Published until the end of this year, month or day."),
        click.option("--since", default="", metavar="DATE", callback=_read_date,
                     help="Published from this year (2020), month (2020-09) or day (27/9/2020)."),
    ):  # fmt: skip
        command = option(command)
    return command


def _date(moment: datetime | None) -> str:
    if moment is None:
        return ""
    has_time = moment.hour or moment.minute  # else it is probably not known
    return f"{moment:%d/%m/%Y %H:%M}" if has_time else f"{moment:%d/%m/%Y}"


def _hit_lines(number: int, hit: SearchHit, width: int) -> Iterator[str]:
    article = hit.article
    facts = (article.site, article.section, article.agency, _date(article.published))
    first, *more = list(lit(hit.title, width=width)) or [safe(article.id)]
    yield f"{number:>3}. {first}"
    for line in more:
        yield _INDENT + line
    if any(facts):
        yield _INDENT + click.style(safe(" · ".join(filter(None, facts))), dim=True)
    for line in lit(hit.snippet, width=width):
        yield _INDENT + line
    yield _INDENT + click.style(safe(article.url or article.id), fg="blue")
    if copies := len(hit.duplicates):
        yield _INDENT + click.style(
            f"+ {copies} near {'copies' if copies > 1 else 'copy'}", dim=True
        )


def _result_lines(results: SearchResults) -> Iterator[str]:
    for notice in results.notices:
        detail = notice.detail
        if notice.kind is NoticeKind.RELAXED:
            detail = ", ".join(f"“{word}”" for word in detail.split())
        yield safe(_NOTICES[notice.kind].format(detail))
    if results.suggestion:
        yield safe(f"Did you mean: {results.suggestion}")
    if results.readings:
        yield "Readings: " + safe(" · ".join(f"{r.text} ({r.count})" for r in results.readings))
    found = counted(results.total, "article") if results.total else "Nothing found"
    place = f", page {results.page} of {results.pages}" if results.hits else ""
    yield f"{found}{place}, {results.took_ms:.1f} ms"
    if not results.hits:
        yield from _what_to_do(results)
    width = min(shutil.get_terminal_size().columns, _MOST_COLUMNS) - len(_INDENT)
    for number, hit in enumerate(results.hits, (results.page - 1) * results.per_page + 1):
        yield ""
        yield from _hit_lines(number, hit, width)


def _what_to_do(results: SearchResults) -> Iterator[str]:
    """What may help where there is nothing to show."""
    if results.total:
        yield f"There is no page {results.page}: the last is --page {results.pages}."
    elif all(notice.kind is not NoticeKind.BACKWARDS for notice in results.notices):
        yield "Use fewer words, or leave the marks out: dai hoi also finds đại hội."


def _reason_lines(explained: Explanation) -> Iterator[str]:
    yield f"     score {explained.total:.2f}"
    for reason in explained.reasons:
        weight = f"{reason.df:,} articles, idf {reason.idf:.2f}" if reason.df else ""
        kind = _KINDS.get(reason.kind, reason.kind)
        line = f"{reason.score:>9.2f}  {kind:<21} {safe(reason.text):<20} {weight}"
        yield click.style(f"     {line.rstrip()}", dim=True)


def _explained_lines(results: SearchResults, explained: Sequence[Explanation]) -> Iterator[str]:
    """The results with how the query was read, and the parts of each score."""
    lines = _result_lines(results)
    if explained:
        first = explained[0]
        yield f"Parsed: {safe(first.parsed)}"
        yield f"Understood: {safe(' '.join(first.reading))}"
    by_id = {one.id: one for one in explained}
    hits = iter(results.hits)
    one: Explanation | None = None
    for line in lines:
        if not line:  # the next hit
            yield from _reason_lines(one) if one else ()
            one = by_id.get(next(hits).article.id)
        yield line
    yield from _reason_lines(one) if one else ()


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("--page", default=1, show_default=True, type=click.IntRange(1))
@click.option("-n", "--per-page", default=10, show_default=True, type=click.IntRange(1, 1000))
@_narrowing
@click.option("--literal", is_flag=True, help="Search exactly what was typed.")
@click.option(
    "--recency",
    "recency_days",
    type=click.IntRange(1, 36_500),
    metavar="DAYS",
    help="By relevance, but the newest gain up to a quarter, half as much for every DAYS of age.",
)
@click.option("--explain", is_flag=True, help="Show how the query was read, and every score.")
@click.option("--json", "as_json", is_flag=True, help="Print the page of results as JSON.")
@click.option("--jsonl", "as_jsonl", is_flag=True, help="Print one result a line, as JSON.")
@click.pass_context
def search_command(
    ctx: click.Context,
    query: tuple[str, ...],
    page: int,
    per_page: int,
    since: str,
    until: str,
    sort: str,
    literal: bool,
    recency_days: int | None,
    explain: bool,
    as_json: bool,
    as_jsonl: bool,
) -> None:
    """Find articles.

    \b
    timtin search dai hoi dang bo
    timtin search '"hòa bình" site:vnexpress.net' --since 2020-09 --sort newest
    timtin search 'title:lũ -caption:lũ' --jsonl
    timtin search giá vàng --recency 30
    timtin search lang son --explain

    Words that start with a minus go behind two dashes: timtin search -- lũ -bão
    """
    if as_json and as_jsonl:
        raise click.UsageError("--json and --jsonl: one of them")
    _check_order(since, until)
    index = open_index(ctx.obj["index"])
    text = " ".join(query)
    results = index.search(
        text,
        page=page,
        per_page=per_page,
        since=since,
        until=until,
        sort=Sort(sort),
        literal=literal,
        recency_days=recency_days,
    )
    explained = [
        index.explain(text, hit.article.id, literal=literal, recency_days=recency_days)
        for hit in (results.hits if explain else ())
    ]
    if as_json:
        values = results.as_dict()
        echo_json(values | {"explained": [e.as_dict() for e in explained]} if explain else values)
    elif as_jsonl:
        for hit in results.hits:
            click.echo(json_text(hit.as_dict()))
    else:
        show(list(_explained_lines(results, explained) if explain else _result_lines(results)))
    if not results.hits:
        ctx.exit(EXIT_FAILURES)


@click.command("export")
@click.argument("query", nargs=-1)
@click.option("--csv", "as_csv", is_flag=True, help="A table instead of JSON lines.")
@click.option("--limit", type=click.IntRange(1), help="At most so many articles.")
@_narrowing
@click.pass_context
def export_command(
    ctx: click.Context,
    query: tuple[str, ...],
    as_csv: bool,
    limit: int | None,
    since: str,
    until: str,
    sort: str,
) -> None:
    """Write the articles found, or all, as JSON lines.

    Whole, in the order of the search; without a query, all of them.

    \b
    timtin export > all.jsonl
    timtin export site:tuoitre.vn --csv --limit 1000 > tuoitre.csv
    """
    _check_order(since, until)
    index = open_index(ctx.obj["index"])
    articles = index.export(" ".join(query), since=since, until=until, sort=Sort(sort), limit=limit)
    on_terminal = sys.stdout.isatty()
    first = next(articles, None)
    if first is not None:
        articles = chain((first,), articles)
    if as_csv and not on_terminal:
        click.echo("\ufeff", nl=False)  # for spreadsheets: this is UTF-8
    for line in csv_lines(articles) if as_csv else json_lines(articles):
        click.echo(safe(line) if on_terminal else line, nl=False)
    if first is None:
        ctx.exit(EXIT_FAILURES)
