"""A terminal of our own: commands run in it as a person's do, with width, height and Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parent.parent
CTRL_C = b"\x03"
# The process leads a session of its own whose terminal is the one it was given.
_LEAD = (
    "import fcntl, os, sys, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.executable, [sys.executable, '-m', 'indexer', *sys.argv[1:]])"
)
# What timtin itself sends: colours, bold, and going back to the start of the line.
_OURS = re.compile(rb"\x1b\[[0-9;]*m|\r")


class Terminal:
    """`timtin WORDS…` in a pseudo-terminal; `shown` is all that it has printed so far."""

    def __init__(
        self, *words: str | Path, cwd: Path, lines: int = 24, columns: int = 100, **environment: str
    ) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "PAGER")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _LEAD, *map(str, words)],
            cwd=cwd,
            env=kept | {"PYTHONPATH": str(ROOT), "TERM": "xterm", "LANG": "C.UTF-8"} | environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        self.shown = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._ours)

    def press(self, keys: bytes) -> None:
        """Type something."""
        os.write(self._ours, keys)

    def _read(self, timeout_s: float) -> bool:
        if not select.select([self._ours], [], [], timeout_s)[0]:
            return True
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # the other end was closed
            return False
        self.shown += data
        return bool(data)

    def wait_for(self, text: str, *, timeout_s: float = 60) -> None:
        """Return once `text` is on the screen."""
        deadline = time.monotonic() + timeout_s
        while text not in self.text:
            assert time.monotonic() < deadline, f"no {text!r} in {self.text!r}"
            assert self._read(0.2) or text in self.text, f"it ended with {self.text!r}"

    def finish(self, *, timeout_s: float = 60) -> int:
        """The exit code, once it has ended."""
        deadline = time.monotonic() + timeout_s
        while self._read(0.2):
            assert time.monotonic() < deadline, f"still running after {self.text!r}"
            if self.process.poll() is not None and not select.select([self._ours], [], [], 0)[0]:
                break
        return self.process.wait(timeout=10)

    @property
    def text(self) -> str:
        """What was printed, without colours."""
        return _OURS.sub(b"", self.shown).decode(errors="replace")


def run(*words: str | Path, cwd: Path, **options: object) -> tuple[int, Terminal]:
    """The exit code of a command that ends by itself, and its terminal."""
    with Terminal(*words, cwd=cwd, **options) as terminal:  # type: ignore[arg-type]
        return terminal.finish(), terminal
