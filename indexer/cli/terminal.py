"""What the commands share about a terminal: safe text, colour, progress, exit codes."""

from __future__ import annotations

import logging
import re
import shutil
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from indexer.build import Progress
from indexer.exports import STEERING, json_text
from indexer.models import Highlighted

_LOG = logging.getLogger(__name__)
EXIT_FAILURES, EXIT_ENGINE, EXIT_INTERRUPTED = 1, 3, 130
HOW_TO_REPAIR = "delete its folder and index the documents again"


def safe(text: str) -> str:
    r"""`text` without anything that steers a terminal (escape codes, bidi overrides).

    >>> safe("a\x1b[31mb\u202ec\nd")
    'a[31mbc\nd'
    """
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in STEERING)


def counted(count: int, name: str) -> str:
    """A count with its unit.

    >>> counted(1, "article"), counted(2_000, "article")
    ('1 article', '2,000 articles')
    """
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def lit(text: Highlighted, *, width: int) -> Iterator[str]:
    r"""The lines of a highlighted text, at most `width` wide where words allow; lit parts bold.

    >>> lines = lit(Highlighted("nước lũ\x07 dâng", ((5, 7),)), width=9)
    >>> [click.unstyle(line) for line in lines]
    ['nước lũ', 'dâng']
    """
    line = re.compile(rf"\S.{{0,{width - 1}}}(?=\s|$)|\S{{{width}}}", re.DOTALL)
    for match in line.finditer(text.text):
        spans = ((max(s, match.start()), min(e, match.end())) for s, e in text.spans)
        inside = tuple((s - match.start(), e - match.start()) for s, e in spans if s < e)
        yield "".join(
            click.style(safe(part).replace("\n", " "), bold=on, fg="yellow" if on else None)
            for part, on in Highlighted(match[0], inside).parts()
        )


def show(lines: Sequence[str]) -> None:
    """Print lines; on a terminal that they do not fit into, in a pager (`PAGER`, else `less`)."""
    text = "\n".join(lines)
    if sys.stdout.isatty() and len(lines) >= shutil.get_terminal_size().lines:
        click.echo_via_pager(text)
    else:
        click.echo(text)


def echo_json(value: Any) -> None:
    """Print JSON, indented, Vietnamese as it is."""
    click.echo(json_text(value, indent=2))


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """A bar with rate and time left on a terminal; a plain line every ten seconds elsewhere."""
    if quiet:
        yield None
        return
    if _LOG.isEnabledFor(logging.INFO):  # --verbose: every document by name
        yield lambda progress: _LOG.info("read %s", progress.source)
        return
    started = last = time.monotonic()
    on_terminal = sys.stderr.isatty()
    documents = width = 0

    def show(progress: Progress) -> None:
        nonlocal documents, last, width
        documents += 1
        now = time.monotonic()
        if now - last < (0.1 if on_terminal else 10):
            return
        last = now
        line = _progress_line(progress, documents, now - started, bar=on_terminal)
        if on_terminal:
            line = line[: shutil.get_terminal_size().columns - 1]  # a second line would stay
            click.echo(f"\r{line:<{width}}", nl=False, err=True)
            width = len(line)
        else:
            click.echo(line, err=True)

    try:
        yield show
    finally:
        if on_terminal and width:
            click.echo(f"\r{'':<{width}}\r", nl=False, err=True)


def _progress_line(progress: Progress, documents: int, seconds: float, *, bar: bool) -> str:
    """How far a run is.

    >>> _progress_line(Progress(3, 5, "c.html"), documents=20, seconds=10.0, bar=True)
    '[█████████               ]  40%  20 documents, 2/s, 0:15 left'
    >>> _progress_line(Progress(1, 1, "all.jsonl#9"), documents=900, seconds=3.0, bar=True)
    '900 documents, 300/s'
    """
    line = f"{documents:,} documents, {documents / max(seconds, 1e-6):,.0f}/s"
    finished = progress.done - 1  # the one that is being read may be an archive of thousands
    if not progress.total or not finished:
        return line
    share = min(1.0, finished / progress.total)
    left_s = int(seconds / share - seconds)
    line = f"{share:4.0%}  {line}, {left_s // 60}:{left_s % 60:02d} left"
    return f"[{'█' * int(24 * share):<24}] {line}" if bar else line
