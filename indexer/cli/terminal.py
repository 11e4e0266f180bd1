"""What the commands share about a terminal: safe text, colour, progress, exit codes."""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from indexer.build import Progress
from indexer.exports import STEERING, json_text
from indexer.models import Highlighted

EXIT_FAILURES, EXIT_ENGINE, EXIT_INTERRUPTED = 1, 3, 130


def safe(text: str) -> str:
    r"""`text` without anything that steers a terminal (escape codes, bidi overrides).

    >>> safe("a\x1b[31mb\u202ec\nd")
    'a[31mbc\nd'
    """
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in STEERING)


def lit(text: Highlighted) -> str:
    """A highlighted text for the terminal: lit parts bold."""
    return "".join(
        click.style(safe(p), bold=on, fg="yellow" if on else None) for p, on in text.parts()
    )


def echo_json(value: Any) -> None:
    """Print JSON, indented, Vietnamese as it is."""
    click.echo(json_text(value, indent=2))


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """A bar with rate and time left on a terminal; a plain line every ten seconds elsewhere."""
    if quiet:
        yield None
        return
    started = last = time.monotonic()
    on_terminal = sys.stderr.isatty()
    width = 0

    def show(progress: Progress) -> None:
        nonlocal last, width
        now = time.monotonic()
        if now - last < (0.1 if on_terminal else 10):
            return
        last = now
        rate = progress.done / max(now - started, 1e-6)
        line = f"{progress.done:,} files, {rate:,.0f}/s"
        if progress.total:
            share = min(1.0, progress.done / progress.total)
            left = max(progress.total - progress.done, 0) / max(rate, 1e-6)
            line = (
                f"{share:4.0%}  {progress.done:,} of {progress.total:,} files, "
                f"{rate:,.0f}/s, {int(left // 60)}:{int(left % 60):02d} left"
            )
            if on_terminal:
                line = f"[{'█' * int(24 * share):<24}] {line}"
        if on_terminal:
            click.echo(f"\r{line:<{width}}", nl=False, err=True)
            width = len(line)
        else:
            click.echo(line, err=True)

    try:
        yield show
    finally:
        if on_terminal and width:
            click.echo(f"\r{'':<{width}}\r", nl=False, err=True)
