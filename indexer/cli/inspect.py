"""`timtin clean`, `stats` and `verify`: look at what is done and what is there."""

from __future__ import annotations

import shutil
import textwrap
from itertools import zip_longest
from pathlib import Path

import click

from indexer.build import LEARNED
from indexer.cleaning import Learned, Learner, clean
from indexer.cli.ingest import SITES_OPTION
from indexer.cli.terminal import (
    EXIT_ENGINE,
    EXIT_FAILURES,
    HOW_TO_REPAIR,
    echo_json,
    safe,
)
from indexer.errors import DocumentError, IndexNotFoundError
from indexer.index import open_index
from indexer.models import Article
from indexer.query import VIETNAM
from indexer.rules import load_site_profiles
from indexer.sources import read_documents


def _kept(article: Article, width: int) -> list[str]:
    lines: list[str] = []
    date = f"{article.published:%Y-%m-%d %H:%M %z}" if article.published else ""
    facts = {
        "title": article.title,
        "lead": article.lead,
        "author": ", ".join(article.author),
        "agency": " / ".join(filter(None, (article.agency, article.publisher))),
        "section": article.section,
        "tags": ", ".join(article.tags),
        "site": article.site,
        "published": date,
        "url": article.url,
    }
    for name, value in facts.items():
        if value:
            lines += textwrap.wrap(safe(f"{name}: {value}"), width)
    for line in article.body.split("\n"):
        lines += ["", *textwrap.wrap(safe(line), width)]
    for caption in article.captions:
        lines += ["", *textwrap.wrap(safe(f"caption: {caption}"), width)]
    return lines


def _removed(article: Article, width: int) -> list[str]:
    lines: list[str] = []
    for removal in article.removed:
        head = f"{removal.rule}{' (' + removal.why + ')' if removal.why else ''}:"
        lines += [*textwrap.wrap(safe(f"{head} {removal.text}"), width), ""]
    return lines


def _learned(location: str) -> Learned | None:
    """What the index at `location` has learned from its articles, None where there is no index."""
    try:
        index = open_index(location)
    except IndexNotFoundError:
        return None
    return index.attached(LEARNED, Learner.from_bytes, Learner).learned()


@click.command("clean")
@click.argument("file", type=click.Path(exists=True), metavar="PATH")
@click.option("--json", "as_json", is_flag=True, help="Print the cleaned articles as JSON.")
@click.option("--keep-all", is_flag=True, help="Clean home pages and the like too.")
@SITES_OPTION
@click.pass_context
def clean_command(
    ctx: click.Context, file: str, as_json: bool, keep_all: bool, sites: str | None
) -> None:
    """Show what cleaning keeps (left) and takes out (right).

    Of a file, an archive or all the files of a folder; beside what is taken out stands the rule.

    Where there is an index (--index, before the command), what it has learned is used as when
    indexing: lines that a site repeats on its pages, and titles of other articles. It is only read.

    \b
    timtin clean documents/vietnamplus.vn/dai-hoi.html
    timtin clean page.html --json
    timtin --index news clean page.html
    """
    failures: list[DocumentError] = []
    articles: list[Article] = []
    profiles = load_site_profiles(Path(sites)) if sites else ()
    learned = _learned(ctx.obj["index"])
    for document in read_documents(file, on_error=failures.append):
        try:
            article = clean(document, site=profiles, keep_all=keep_all)
            articles.append(learned.apply(article) if learned else article)
        except DocumentError as error:
            failures.append(error)
    if as_json:
        echo_json([article.as_dict() for article in articles])
    else:
        half = (shutil.get_terminal_size((100, 24)).columns - 3) // 2
        for article in articles:
            click.echo(click.style(f"{'KEPT':<{half}} │ REMOVED", bold=True))
            for left, right in zip_longest(
                _kept(article, half), _removed(article, half), fillvalue=""
            ):
                kept, gone = (
                    click.style(f"{left:<{half}}", fg="green"),
                    click.style(right, fg="red"),
                )
                click.echo(f"{kept} │ {gone}")
    for failure in failures:
        click.echo(safe(str(failure)), err=True)
    if failures:
        ctx.exit(EXIT_FAILURES)


@click.command("stats")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def stats_command(ctx: click.Context, as_json: bool) -> None:
    """Say how large and how old the index is, and more.

    How many articles each of its largest sites and sections and of its last years has.

    \b
    timtin stats --json
    """
    stats = open_index(ctx.obj["index"]).stats()
    if as_json:
        echo_json(stats.as_dict())
        return
    click.echo(f"{stats.articles:,} articles, {stats.size_bytes / 1e6:,.1f} MB")
    if stats.modified:
        click.echo(f"commit {stats.generation}, {stats.modified.astimezone():%Y-%m-%d %H:%M:%S %z}")
    if stats.oldest and stats.newest:
        first, last = (moment.astimezone(VIETNAM) for moment in (stats.oldest, stats.newest))
        click.echo(f"published {first:%Y-%m-%d} to {last:%Y-%m-%d}")
    for name in ("site", "section", "year"):
        top = list(stats.by.get(name, ()))
        if name == "year":  # the last ones, not the largest
            top.sort(key=lambda year: year.value, reverse=True)
        del top[10:]
        if top:
            shown = ", ".join(f"{value.value} ({value.count:,})" for value in top)
            click.echo(safe(f"{name}: {shown}"))


@click.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def verify_command(ctx: click.Context, as_json: bool) -> None:
    """Read every file of the index and check its sums.

    \b
    timtin verify
    """
    report = open_index(ctx.obj["index"]).verify()
    if as_json:
        echo_json({"files": report.files, "articles": report.articles, "problems": report.problems})
    else:
        click.echo(f"{report.files:,} files, {report.articles:,} articles")
        for problem in report.problems:
            click.echo(safe(problem), err=True)
        click.echo("all is well" if report.ok else f"the index is damaged: {HOW_TO_REPAIR}")
    if not report.ok:
        ctx.exit(EXIT_ENGINE)
