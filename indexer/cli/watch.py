"""`timtin watch`: documents → the index, as they arrive."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from indexer.cli.ingest import index_path, indexing_options, print_report
from indexer.cli.terminal import safe
from indexer.errors import IndexLockedError
from indexer.index import open_index
from indexer.models import Failure

_LOG = logging.getLogger(__name__)

# Size and time of every file below a path, by its name.
Snapshot = dict[str, tuple[int, int]]


def look(path: str) -> Snapshot | None:
    """What is at `path` now, a file or a folder; None where it is gone (not mounted, say)."""
    try:
        if not Path(path).is_dir():
            status = Path(path).stat()
            return {path: (status.st_size, status.st_mtime_ns)}
        return {entry.path: (status.st_size, status.st_mtime_ns) for entry, status in _files(path)}
    except OSError:
        return None


def _files(folder: str) -> Iterator[tuple[os.DirEntry[str], os.stat_result]]:
    """The files below a folder; those that go away meanwhile, or may not be read, are left out."""
    with os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    yield from _files(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    yield entry, entry.stat(follow_symlinks=False)


@click.command("watch")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True))
@click.option(
    "--every",
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    type=click.FloatRange(0.1),
    help="How often to look.",
)
@indexing_options
@click.pass_context
def watch_command(
    ctx: click.Context, /, paths: tuple[str, ...], every: float, **options: Any
) -> None:
    """Index files as they arrive, until stopped with Ctrl-C.

    A folder is read once it has been still for one look, so that half-written files are left alone.
    While another process writes to the index, or a folder is away, it waits.

    \b
    timtin watch documents
    """
    quiet = ctx.obj["quiet"]
    index = open_index(ctx.obj["index"], create=True)
    indexed: dict[str, Snapshot] = {}
    before: dict[str, Snapshot] = {}
    away: set[str] = set()
    told: dict[str, set[Failure]] = {}
    if not quiet:
        click.echo(f"Watching {', '.join(map(safe, paths))}  (Ctrl-C stops it)")
    while True:
        for path in paths:
            now = look(path)
            if now is None:
                if path not in away:
                    _LOG.warning("%s is not there at the moment", path)
                away.add(path)
                continue
            away.discard(path)
            still = path not in before or before[path] == now
            before[path] = now
            if not still or indexed.get(path) == now:
                continue
            try:
                report = index_path(index, path, quiet=quiet, **options)
            except IndexLockedError as error:
                _LOG.warning("%s: waiting", error)
                continue
            print_report(report, quiet=quiet, told=told.get(path, ()))
            told[path] = {*report.failed, *report.not_articles}
            if report.interrupted:
                raise KeyboardInterrupt
            indexed[path] = now
        time.sleep(every)
