"""`timtin index`: documents → the index."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Sequence
from typing import Any, TypeVar

import click

from indexer.build import build
from indexer.cli.terminal import (
    EXIT_FAILURES,
    EXIT_INTERRUPTED,
    counted,
    echo_json,
    progress_bar,
    safe,
)
from indexer.engines.base import MEMORY_MB
from indexer.errors import DocumentError
from indexer.index import Index, open_index
from indexer.models import BuildReport, Failure

SITES_OPTION = click.option(
    "--sites",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Selectors for sites that the rules get wrong (TOML; see the README).",
)
_Command = TypeVar("_Command", bound=Callable[..., None])
_SHOWN = 20  # failures named on the screen; `--json` names all


def indexing_options(command: _Command) -> _Command:
    """The options of commands that index: those of `build`."""
    for option in (
        SITES_OPTION,
        click.option("--keep-all", is_flag=True, help="Index home pages and the like too."),
        click.option("--keep-missing", is_flag=True, help="Keep articles whose files are gone."),
        click.option("--memory-mb", type=click.IntRange(1), default=MEMORY_MB, show_default=True,
                     help="About how much memory indexing may take, over all processes."),
        click.option("--workers", type=click.IntRange(1),
                     help="Processes that clean and index [default: one a core]."),
    ):  # fmt: skip
        command = option(command)
    return command


def print_report(report: BuildReport, *, quiet: bool, told: Container[Failure] = ()) -> None:
    """Print a run's report for people, without what they were `told`; `quiet`: only what failed."""
    failed = [failure for failure in report.failed if failure not in told]
    if quiet:
        _print_failures("failed", failed)
        return
    if report.interrupted:
        click.echo(safe(f"Stopped after {report.stopped_at}. Run again to go on from there."))
    counts = [
        *(
            f"{getattr(report, name):,} {name}"
            for name in ("added", "updated", "unchanged", "removed")
        ),
        counted(report.duplicates, "duplicate"),
        f"{len(report.not_articles):,} not articles",
        counted(report.ignored, "file") + " ignored",
        f"{len(report.failed):,} failed",
    ]
    click.echo(f"{', '.join(counts)}, in {report.seconds:.1f} s")
    skipped = [failure for failure in report.not_articles if failure not in told]
    _print_failures("skipped: not an article", skipped)
    _print_failures("failed", failed)


def _print_failures(what: str, failures: Sequence[Failure]) -> None:
    for failure in failures[:_SHOWN]:
        click.echo(safe(f"  {failure.source}: {what} ({failure.reason})"), err=True)
    if len(failures) > _SHOWN:
        click.echo(f"  … and {len(failures) - _SHOWN:,} more", err=True)


def index_path(index: Index, path: str, *, quiet: bool, **options: Any) -> BuildReport:
    """The report of a run over one path, its progress shown; `options` go to `build`."""
    with progress_bar(quiet=quiet) as show:
        return build(path, index, on_progress=show, **options)


@click.command("index")
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@indexing_options
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def index_command(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    as_json: bool,
    **options: Any,
) -> None:
    """Clean and index folders, files and archives.

    Only what changed since the last run is read again; articles whose files are gone from a folder
    are removed.

    \b
    timtin index documents
    timtin index crawl.warc.gz pages.zip --json
    """
    quiet = ctx.obj["quiet"]
    if not any(map(os.path.exists, paths)):
        raise click.UsageError(f"There is no {' and no '.join(paths)}.")
    index = open_index(ctx.obj["index"], create=True)
    reports = []
    for path in paths:
        try:
            report = index_path(index, path, quiet=quiet, **options)
        except DocumentError as error:  # the others are indexed all the same
            reports.append(BuildReport(failed=(Failure(path, error.reason),)))
            _print_failures("failed", reports[-1].failed)
            continue
        reports.append(report)
        if not as_json:
            print_report(report, quiet=quiet)
        if report.interrupted:
            break
    if as_json:
        echo_json([report.as_dict() for report in reports])
    elif not quiet:
        click.echo(f"{counted(len(index), 'article')} in {ctx.obj['index']}")
    if any(report.interrupted for report in reports):
        ctx.exit(EXIT_INTERRUPTED)
    if any(report.failed for report in reports):
        ctx.exit(EXIT_FAILURES)
