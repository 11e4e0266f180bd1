"""`timtin index` and `timtin watch`: documents → the index."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from indexer.build import build
from indexer.cli.terminal import EXIT_FAILURES, EXIT_INTERRUPTED, echo_json, progress_bar, safe
from indexer.engines.base import MEMORY_MB
from indexer.index import Index, open_index
from indexer.models import BuildReport, Failure

_SHOWN = 20  # failures named on the screen; `--json` names all


def print_report(report: BuildReport) -> None:
    """A run's report, for people."""
    if report.interrupted:
        click.echo(safe(f"Stopped after {report.stopped_at}. Run again to go on from there."))
    counts = ("added", "updated", "unchanged", "removed", "duplicates")
    click.echo(
        ", ".join(f"{getattr(report, name):,} {name}" for name in counts)
        + f", {len(report.not_articles):,} not articles, {report.ignored:,} files ignored, "
        f"{len(report.failed):,} failed, in {report.seconds:.1f} s"
    )
    _print_failures("skipped: not an article", report.not_articles)
    _print_failures("failed", report.failed)


def _print_failures(what: str, failures: tuple[Failure, ...]) -> None:
    for failure in failures[:_SHOWN]:
        click.echo(safe(f"  {failure.source}: {what} ({failure.reason})"), err=True)
    if len(failures) > _SHOWN:
        click.echo(f"  … and {len(failures) - _SHOWN:,} more", err=True)


def _run(
    index: Index,
    paths: tuple[str, ...],
    *,
    workers: int | None,
    memory_mb: int = MEMORY_MB,
    keep_missing: bool,
    keep_all: bool,
    quiet: bool,
    as_json: bool,
) -> list[BuildReport]:
    reports = []
    for path in paths:
        with progress_bar(quiet=quiet) as show:
            report = build(
                path,
                index,
                workers=workers,
                memory_mb=memory_mb,
                on_progress=show,
                keep_missing=keep_missing,
                keep_all=keep_all,
            )
        reports.append(report)
        if not (quiet or as_json):
            print_report(report)
        if report.interrupted:
            break
    return reports


@click.command("index")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True))
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="Processes that clean and index [default: one a core].",
)
@click.option(
    "--memory-mb",
    type=click.IntRange(1),
    default=MEMORY_MB,
    show_default=True,
    help="About how much memory indexing may take, over all processes.",
)
@click.option("--keep-missing", is_flag=True, help="Keep articles whose files are gone.")
@click.option("--keep-all", is_flag=True, help="Index home pages and the like too.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def index_command(
    ctx: click.Context,
    paths: tuple[str, ...],
    workers: int | None,
    memory_mb: int,
    keep_missing: bool,
    keep_all: bool,
    as_json: bool,
) -> None:
    """Clean and index folders, files and archives.

    Only what changed since the last run is read again; articles whose files are gone from a folder
    are removed.

    \b
    timtin index documents
    timtin index crawl.warc.gz pages.zip --json
    """
    quiet = ctx.obj["quiet"]
    index = open_index(ctx.obj["index"], create=True)
    reports = _run(
        index,
        paths,
        workers=workers,
        memory_mb=memory_mb,
        keep_missing=keep_missing,
        keep_all=keep_all,
        quiet=quiet,
        as_json=as_json,
    )
    if as_json:
        echo_json([report.as_dict() for report in reports])
    elif not quiet:
        click.echo(f"{len(index):,} articles in {ctx.obj['index']}")
    if any(report.interrupted for report in reports):
        ctx.exit(EXIT_INTERRUPTED)
    if any(report.failed for report in reports):
        ctx.exit(EXIT_FAILURES)


def _snapshot(path: str) -> dict[str, tuple[int, int]]:
    """Size and time of every file below `path`."""
    found: dict[str, tuple[int, int]] = {}
    stack = [path]
    while stack:
        here = stack.pop()
        if not Path(here).is_dir():
            status = Path(here).lstat()
            found[here] = (status.st_size, status.st_mtime_ns)
            continue
        with os.scandir(here) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    stack.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    found[entry.path] = (status.st_size, status.st_mtime_ns)
    return found


@click.command("watch")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True))
@click.option(
    "--every", default=2.0, show_default=True, metavar="SECONDS", help="How often to look."
)
@click.option(
    "--workers", type=click.IntRange(1), help="Processes that clean [default: one a core]."
)
@click.option("--keep-missing", is_flag=True, help="Keep articles whose files are gone.")
@click.pass_context
def watch_command(
    ctx: click.Context,
    paths: tuple[str, ...],
    every: float,
    workers: int | None,
    keep_missing: bool,
) -> None:
    """Index files as they arrive, until stopped with Ctrl-C.

    A folder is read once it has been still for one look, so that half-written files are left alone.

    \b
    timtin watch documents
    """
    quiet = ctx.obj["quiet"]
    index = open_index(ctx.obj["index"], create=True)
    indexed: dict[str, dict[str, tuple[int, int]]] = {}
    before: dict[str, dict[str, tuple[int, int]]] = {}
    while True:
        for path in paths:
            now = _snapshot(path)
            still = path not in before or before[path] == now
            if still and indexed.get(path) != now:
                reports = _run(
                    index,
                    (path,),
                    workers=workers,
                    keep_missing=keep_missing,
                    keep_all=False,
                    quiet=quiet,
                    as_json=False,
                )
                if reports[0].interrupted:
                    raise KeyboardInterrupt
                indexed[path] = now
            before[path] = now
        time.sleep(every)
