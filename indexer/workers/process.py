"""One worker process as the run sees it: what was sent, what came back, how it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.errors import DocumentError
from indexer.models import Article, Document
from indexer.workers.wire import (
    CRASHED,
    LEAVING,
    READY,
    document_frame,
    result_of,
    take_heads,
)

_READ_BYTES = 1 << 18
_START_LIMIT_S = 60.0
# The worker's own alarm clock rings first; this is for one that was stopped from outside.
_GRACE_S = 5.0


@dataclass(slots=True)
class Task:
    """A document to clean and, once it is there, its result."""

    source: str
    document: Document | None  # dropped once there is a result
    result: Article | DocumentError | None = None
    tries: int = 0
    end: int = 0  # the last byte of it in its worker's input

    def finish(self, result: Article | DocumentError) -> None:
        """Keep the result and let the document go."""
        self.result, self.document = result, None


class Worker:
    """A running worker process. `tasks` are those sent to it and not yet answered, in order."""

    def __init__(
        self, clean: str, keep_all: bool, time_limit_s: float, memory_limit_mb: int, sites: str
    ):
        self.tasks: deque[Task] = deque()
        self.ready = False
        self.crash = ""  # what the worker said of its own end
        self._time_limit_s = time_limit_s
        self._input = bytearray()
        self._output: deque[memoryview] = deque()
        self._queued = self._sent = 0
        self._since = time.monotonic()
        modules = os.pathsep.join(folder or str(Path.cwd()) for folder in sys.path)
        arguments = [clean, str(int(keep_all)), str(time_limit_s), str(memory_limit_mb), sites]
        # A process group of its own: Ctrl-C is for the run, which then ends its workers.
        self._process = subprocess.Popen(  # noqa: S603  (this interpreter, this package)
            # -P: the working folder may be full of downloads; nothing in it is imported.
            [sys.executable, "-P", "-m", "indexer.workers.child", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            process_group=0,
            env={**os.environ, "PYTHONPATH": modules},
        )
        self.input_number = _number(self._process.stdout)
        self.output_number = _number(self._process.stdin)
        os.set_blocking(self.input_number, False)
        os.set_blocking(self.output_number, False)

    @property
    def has_output(self) -> bool:
        """Whether there are bytes that its pipe has not taken yet."""
        return bool(self._output)

    def send(self, tasks: Sequence[Task]) -> None:
        """Queue documents for it; `write` sends them."""
        for task in tasks:
            if task.document is None:
                continue
            data = document_frame(task.document)
            self._queued += len(data)
            task.end = self._queued
            self._output.append(memoryview(data))
            self.tasks.append(task)

    def write(self) -> None:
        """Send what its pipe takes now."""
        before = self._sent
        while self._output:
            try:
                count = os.write(self.output_number, self._output[0])
            except BlockingIOError:
                break
            except BrokenPipeError:  # it has ended: reading tells how
                self._output.clear()
                break
            self._sent += count
            rest = self._output[0][count:]
            if rest:
                self._output[0] = rest
            else:
                self._output.popleft()
        if self.tasks and before < self.tasks[0].end <= self._sent:
            self._since = time.monotonic()

    def read(self) -> bool:
        """Take in its results; False once it has ended."""
        try:
            data = os.read(self.input_number, _READ_BYTES)
        except BlockingIOError:
            return True
        if not data:
            return False
        self._input += data
        self._since = time.monotonic()
        for head in take_heads(self._input):
            self._take(head)
        return True

    def _take(self, head: Any) -> None:
        if head == READY:
            self.ready = True
        elif head == LEAVING:
            self.crash = LEAVING
        elif isinstance(head, list) and head[0] == CRASHED:
            self.crash = head[1]
        else:
            task = self.tasks.popleft()
            task.finish(result_of(head, task.source))

    @property
    def deadline(self) -> float | None:
        """The moment (`time.monotonic`) at which it is given up; None while it is idle."""
        if not self.ready:
            return self._since + _START_LIMIT_S
        if self.tasks and self.tasks[0].end <= self._sent:
            return self._since + self._time_limit_s + _GRACE_S
        return None

    def end(self, *, late: bool) -> str:
        """Why it ended, as the reason of a DocumentError; `late`: end it, it was given up."""
        if not late:
            with suppress(subprocess.TimeoutExpired):  # it closes its pipe just before it is gone
                self._process.wait(_GRACE_S)
        self._process.kill()
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        if self.crash:
            return f"cleaning failed: {self.crash}"
        if late or code == -signal.SIGALRM:
            return f"took longer than {self._time_limit_s:g} s"
        if code < 0:
            return f"ended its worker process ({signal.Signals(-code).name})"
        return f"ended its worker process (exit code {code})"

    def culprit(self) -> Task | None:
        """The task that it was at when it ended, taken out of `tasks`; None if it was at none."""
        if self.ready and self.crash != LEAVING and self.tasks and self.tasks[0].end <= self._sent:
            return self.tasks.popleft()
        return None


def _number(pipe: Any) -> int:
    number: int = pipe.fileno()
    return number
