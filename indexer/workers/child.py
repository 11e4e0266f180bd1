"""The worker process: documents in, results out, until the pipe closes.

    python -m indexer.workers.child MODULE:FUNCTION KEEP_ALL TIME_LIMIT_S MEMORY_LIMIT_MB SITES

SITES is a TOML file of site profiles, or empty.

It defends the run against what it reads: a document that takes too long is ended by the alarm clock
(which works in the middle of C code, and when the run itself is gone), one that takes too much
memory by the address space limit.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NoReturn

from indexer.errors import DocumentError
from indexer.models import Article
from indexer.rules import load_site_profiles
from indexer.workers.wire import (
    CRASHED,
    LEAVING,
    READY,
    frame,
    read_document,
    result_frame,
)

Clean = Callable[..., Article]


def main(arguments: list[str]) -> None:
    """Serve until there are no more documents."""
    name, keep_all, time_limit_s, memory_limit_mb, sites = arguments
    # The pipes get numbers of their own: what cleaning prints must not land among the results.
    documents = os.fdopen(os.dup(0), "rb")
    results = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sys.excepthook = _tell_of_crash(results)
    module, _, function = name.partition(":")
    clean: Clean = getattr(import_module(module), function)
    if sites:
        clean = partial(clean, site=load_site_profiles(Path(sites)))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _limit_memory(int(memory_limit_mb))
    results.write(frame(READY))
    _serve(documents, results, clean, keep_all == "1", float(time_limit_s), memory_limit_mb)


def _serve(
    documents: BinaryIO,
    results: BinaryIO,
    clean: Clean,
    keep_all: bool,
    time_limit_s: float,
    memory_limit_mb: str,
) -> None:
    while (document := read_document(documents)) is not None:
        signal.setitimer(signal.ITIMER_REAL, time_limit_s)
        leaving = False
        result: Article | DocumentError
        try:
            result = clean(document, keep_all=keep_all)
        except DocumentError as error:
            result = error
        except RecursionError:
            result = DocumentError(document.source, "nested too deeply")
        except MemoryError:
            reason = f"takes more than {int(memory_limit_mb):,} MB of memory"
            result, leaving = DocumentError(document.source, reason), True
        signal.setitimer(signal.ITIMER_REAL, 0)
        _write(results, result_frame(result))
        if leaving:  # what is left of the memory may be in pieces
            _write(results, frame(LEAVING))
            return


def _write(results: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[results.write(view) :]


def _limit_memory(limit_mb: int) -> None:
    """No more than so many megabytes on top of what the interpreter and its modules take."""
    if not limit_mb:
        return
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except OSError:  # macOS: it does not enforce the limit either
        pages = 0
    wanted = pages * resource.getpagesize() + (limit_mb << 20)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def _tell_of_crash(
    results: BinaryIO,
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """What to do with an error that nobody foresaw: name it and its place, and end."""

    def hook(_: type[BaseException], error: BaseException, trace: TracebackType | None) -> NoReturn:
        place = ""
        while trace is not None:
            code = trace.tb_frame.f_code
            place = f" ({Path(code.co_filename).name}:{trace.tb_lineno})"
            trace = trace.tb_next
        text = " ".join(str(error).split())[:300]
        with suppress(OSError):
            _write(results, frame([CRASHED, f"{type(error).__name__}: {text}{place}"]))
        os._exit(1)

    return hook


if __name__ == "__main__":
    main(sys.argv[1:])
