"""`timtin search` and `timtin export`: the index → people and programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import click

from indexer.cli.terminal import EXIT_FAILURES, echo_json, lit, safe
from indexer.columnar.explain import Explanation
from indexer.index import open_index
from indexer.models import Article, SearchHit, SearchResults, Sort

_SORTS = click.Choice([str(sort) for sort in Sort])
_CSV_COLUMNS = ("id", "url", "title", "site", "section", "agency", "author", "published", "lead")


def _date(moment: datetime | None) -> str:
    return f"{moment:%d/%m/%Y %H:%M}" if moment else ""


def _hit_lines(number: int, hit: SearchHit) -> Iterator[str]:
    article = hit.article
    facts = (article.site, article.section, article.agency, _date(article.published))
    yield f"{number:>3}. {lit(hit.title)}"
    yield "     " + click.style(safe(" · ".join(filter(None, facts))), dim=True)
    if hit.snippet.text:
        yield "     " + lit(hit.snippet).replace("\n", " ")
    yield "     " + click.style(safe(article.url or article.id), fg="blue")
    if hit.duplicates:
        yield click.style(f"     + {len(hit.duplicates)} near copies", dim=True)


def _result_lines(results: SearchResults) -> Iterator[str]:
    for notice in results.notices:
        yield safe(f"({notice.kind}{': ' + notice.detail if notice.detail else ''})")
    if results.suggestion:
        yield safe(f"Did you mean: {results.suggestion}")
    if results.readings:
        yield "Readings: " + safe(" · ".join(f"{r.text} ({r.count})" for r in results.readings))
    page = f"page {results.page} of {results.pages}"
    yield f"{results.total:,} articles, {page}, {results.took_ms:.1f} ms"
    for number, hit in enumerate(results.hits, (results.page - 1) * results.per_page + 1):
        yield ""
        yield from _hit_lines(number, hit)


def _reason_lines(explained: Explanation) -> Iterator[str]:
    yield f"     score {explained.total:.2f}"
    for reason in explained.reasons:
        weight = f"{reason.df:,} articles, idf {reason.idf:.2f}" if reason.df else ""
        line = f"{reason.score:>9.2f}  {reason.kind:<17} {safe(reason.text):<20} {weight}"
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
    for line in lines:
        yield line
        if not line and (one := by_id.get(next(hits).article.id)):
            yield next(lines)
            yield from _reason_lines(one)


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("--page", default=1, show_default=True, type=click.IntRange(1))
@click.option("-n", "--per-page", default=10, show_default=True, type=click.IntRange(1, 1000))
@click.option("--sort", default="relevance", show_default=True, type=_SORTS)
@click.option("--literal", is_flag=True, help="Search exactly what was typed.")
@click.option(
    "--recency",
    "recency_days",
    type=click.FloatRange(0, min_open=True),
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
    sort: str,
    literal: bool,
    recency_days: float | None,
    explain: bool,
    as_json: bool,
    as_jsonl: bool,
) -> None:
    """Find articles.

    \b
    timtin search dai hoi dang bo
    timtin search '"hòa bình" site:vnexpress.net since:2020' --sort newest
    timtin search 'title:lũ -caption:lũ' --jsonl
    timtin search giá vàng --recency 30
    timtin search lang son --explain

    Words that start with a minus go behind two dashes: timtin search -- lũ -bão
    """
    index = open_index(ctx.obj["index"])
    text = " ".join(query)
    results = index.search(
        text,
        page=page,
        per_page=per_page,
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
            click.echo(json.dumps(hit.as_dict(), ensure_ascii=False))
    else:
        lines = list(_explained_lines(results, explained) if explain else _result_lines(results))
        height = click.get_current_context().max_content_width or 40
        if sys.stdout.isatty() and len(lines) > height:
            click.echo_via_pager("\n".join(lines))
        else:
            click.echo("\n".join(lines))
    if not results.total:
        ctx.exit(EXIT_FAILURES)


def _cell(value: object) -> str:
    """A value for a spreadsheet; what it would run as a formula gets a quote in front."""
    text = "; ".join(value) if isinstance(value, list) else str(value or "")
    return "'" + text if text.lstrip(" \xa0").startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _write_csv(articles: Iterable[Article]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(_CSV_COLUMNS)
    for article in articles:
        values = article.as_dict()
        writer.writerow([_cell(values[name]) for name in _CSV_COLUMNS])


@click.command("export")
@click.argument("query", nargs=-1)
@click.option(
    "--csv", "as_csv", is_flag=True, help="A table of the metadata instead of JSON lines."
)
@click.option("--limit", type=click.IntRange(1), help="At most so many articles.")
@click.option("--sort", default="relevance", show_default=True, type=_SORTS)
@click.pass_context
def export_command(
    ctx: click.Context, query: tuple[str, ...], as_csv: bool, limit: int | None, sort: str
) -> None:
    """Write the articles found, whole, as JSON lines; without a query, all.

    \b
    timtin export > all.jsonl
    timtin export site:tuoitre.vn --csv --limit 1000 > tuoitre.csv
    """
    articles = open_index(ctx.obj["index"]).export(" ".join(query), sort=Sort(sort), limit=limit)
    if as_csv:
        _write_csv(articles)
        return
    for article in articles:
        click.echo(json.dumps(article.as_dict(), ensure_ascii=False))
