"""Processes that build segments beside this one.

A member is sent batches, each with the name of the segment that it is for, and answers each with
its sketches, in order; told to write, it writes a segment as a file; it also merges segment files.
Threads do the sending and the receiving, so that this process never
waits for a pipe, and a member always has its next batch at hand. A member that ends, whatever ended
it, is out of the crew, and what it had not written is built again here (see `gathering`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

from indexer.columnar.arrays import U64, Bools
from indexer.columnar.crew_member import receive, send
from indexer.columnar.segment import Segment
from indexer.columnar.sketches import Sketches

# Batches a member may have: one that it builds and some that wait, for this process has other
# things to do than to send them (it builds too, and makes completions at the end).
_AHEAD = 5
_TAKE, _WRITE = "take", "write"
# The package's own `__init__` imports the whole library, which would take half a second.
_BOOT = """
import sys, types
package = types.ModuleType("indexer")
package.__path__ = [sys.argv[1]]
sys.modules["indexer"] = package
from indexer.columnar.crew_member import main
main()
"""
_Message = tuple[dict[str, Any], bytes]


class MemberEndedError(Exception):
    """A member has ended. It never leaves this package: its work is done again."""


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Member:
    """One process. Raises `OSError` when it cannot be started."""

    def __init__(self) -> None:
        folder = str(Path(__file__).parents[1])
        modules = os.pathsep.join(part or str(Path.cwd()) for part in sys.path)
        # A process group of its own: Ctrl-C is for the run, which then ends its members.
        self._process = subprocess.Popen(  # noqa: S603  (this interpreter, this package)
            [sys.executable, "-P", "-c", _BOOT, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,
            env={**os.environ, "PYTHONPATH": modules},
        )
        self._requests: SimpleQueue[_Message | None] = SimpleQueue()
        self._answers: SimpleQueue[_Message | None] = SimpleQueue()
        self._asked: deque[str] = deque()  # what has not been answered: takes and writes
        self._ended = False
        self._threads = [
            Thread(target=_send_all, args=(self._process.stdin, self._requests), daemon=True),
            Thread(target=_receive_all, args=(self._process.stdout, self._answers), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def is_free(self) -> bool:
        """Whether it can do with another batch."""
        return self._ended or self._asked.count(_TAKE) < _AHEAD

    @property
    def is_to_say_written(self) -> bool:
        """Whether its next answer is that of `written`."""
        return not self._ended and bool(self._asked) and self._asked[0] == _WRITE

    def take(self, segment: str, packed: bytes, count: int) -> None:
        """Send a batch of so many records for a segment; `sketches` has the answer."""
        self._asked.append(_TAKE)
        self._requests.put(({"do": "take", "segment": segment, "count": count}, packed))

    def has_answer(self) -> bool:
        """Whether the next answer is there."""
        return self._ended or not self._answers.empty()

    def sketches(self) -> Sketches:
        """The answer to the first batch that has not been answered; waits for it.

        Raises `MemberEndedError`.
        """
        return Sketches.from_bytes(self._answer()[1])

    def write(self, segment: str, path: Path, groups: U64) -> None:
        """Have it write the articles of a segment; `written` waits for that."""
        self._asked.append(_WRITE)
        self._requests.put(({"do": "write", "segment": segment, "path": str(path)}, bytes(groups)))

    def merge(self, path: Path, segments: Sequence[tuple[Segment, Bools | None]]) -> None:
        """Have it merge segments, as `merge.merge` does; `written` waits for that."""
        self._asked.append(_WRITE)
        lives = [b"" if live is None else bytes(live) for _, live in segments]
        paths = [
            (str(segment.file.path), len(live))
            for (segment, _), live in zip(segments, lives, strict=True)
        ]
        head = {"do": "merge", "path": str(path), "segments": paths}
        self._requests.put((head, b"".join(lives)))

    def written(self) -> None:
        """Wait until it has written or merged.

        Raises `MemberEndedError`, and `OSError` as it met it.
        """
        head, _ = self._answer()
        if "errno" in head:
            raise OSError(head["errno"], head["reason"])

    def _answer(self) -> _Message:
        answer = None if self._ended else self._answers.get()
        if answer is None:
            self._ended = True
            raise MemberEndedError
        self._asked.popleft()
        return answer

    def end(self) -> None:
        """End it, whatever it is at."""
        self._process.kill()
        self._process.wait()
        self._requests.put(None)
        for thread in self._threads:
            thread.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()


def _send_all(pipe: BinaryIO, requests: SimpleQueue[_Message | None]) -> None:
    with suppress(BrokenPipeError):  # it has ended: who receives will see
        while (request := requests.get()) is not None:
            send(pipe, *request)


def _receive_all(pipe: BinaryIO, answers: SimpleQueue[_Message | None]) -> None:
    while (answer := receive(pipe)) is not None:
        answers.put(answer)
    answers.put(None)
