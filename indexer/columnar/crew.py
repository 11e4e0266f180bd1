"""Processes that build segments beside this one.

A member is sent batches, each with the name of the segment that it is for, and answers each with
its sketches, in order; told to write, it writes a segment as a file before it goes on with batches
that wait; it also merges segment files. Threads do the sending and the receiving, so that this
process never waits for a pipe, and a member always has its next batch at hand. A member that ends,
whatever ended it, is out of the crew, and what it had not written is built again here (see
`gathering`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from queue import PriorityQueue, SimpleQueue
from threading import Thread
from typing import IO, Any, BinaryIO

from indexer.columnar.arrays import U64, Bools
from indexer.columnar.crew_member import receive, send
from indexer.columnar.segment import Segment
from indexer.columnar.sketches import Sketches

# Batches a member may have that it has not answered. They wait in a file, so many cost nothing, and
# this process need not wait for it: while the member builds them, it makes completions.
_AHEAD = 60
_SOON, _LATER = 0, 1  # when a request is sent
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
_Request = tuple[dict[str, Any], bytes | tuple[IO[bytes], int, int]]  # a body, or where it is


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
        # Those that come first; and a number, so that equal ones are sent in order.
        self._requests: PriorityQueue[tuple[int, int, _Request | None]] = PriorityQueue()
        self._asked = count()
        self._sketches: SimpleQueue[_Message | None] = SimpleQueue()
        self._written: SimpleQueue[_Message | None] = SimpleQueue()
        self._ahead = 0
        self._ended = False
        self._threads = [
            Thread(target=_send_all, args=(self._process.stdin, self._requests), daemon=True),
            Thread(
                target=_receive_all,
                args=(self._process.stdout, self._sketches, self._written),
                daemon=True,
            ),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def is_free(self) -> bool:
        """Whether it can do with another batch."""
        return self._ended or self._ahead < _AHEAD

    def take(self, segment: str, spool: IO[bytes], at: int, size: int, count: int) -> None:
        """Send a batch of so many records for a segment; `sketches` has the answer. The records are
        read from `spool`, which stays open until they are answered."""
        self._ahead += 1
        head = {"do": "take", "segment": segment, "count": count}
        self._ask(_LATER, (head, (spool, at, size)))

    def has_sketches(self) -> bool:
        """Whether the answer to the first batch that has not been answered is there."""
        return self._ended or not self._sketches.empty()

    def sketches(self) -> Sketches:
        """The answer to the first batch that has not been answered; waits for it.

        Raises `MemberEndedError`.
        """
        answer = self._answer(self._sketches)
        self._ahead -= 1
        return Sketches.from_bytes(answer[1])

    def write(self, segment: str, path: Path, groups: U64) -> None:
        """Have it write a segment, whose batches are all answered; `written` waits for that."""
        head = {"do": "write", "segment": segment, "path": str(path)}
        self._ask(_SOON, (head, bytes(groups)))

    def merge(self, path: Path, segments: Sequence[tuple[Segment, Bools | None]]) -> None:
        """Have it merge segments, as `merge.merge` does; `written` waits for that."""
        lives = [b"" if live is None else bytes(live) for _, live in segments]
        paths = [
            (str(segment.file.path), len(live))
            for (segment, _), live in zip(segments, lives, strict=True)
        ]
        head = {"do": "merge", "path": str(path), "segments": paths}
        self._ask(_SOON, (head, b"".join(lives)))

    def has_written(self) -> bool:
        """Whether the answer that `written` waits for is there."""
        return self._ended or not self._written.empty()

    def written(self) -> None:
        """Wait until it has written or merged the first of what it was told to.

        Raises `MemberEndedError`, and `OSError` as it met it.
        """
        head, _ = self._answer(self._written)
        if "errno" in head:
            raise OSError(head["errno"], head["reason"])

    def _ask(self, when: int, request: _Request | None) -> None:
        self._requests.put((when, next(self._asked), request))

    def _answer(self, answers: SimpleQueue[_Message | None]) -> _Message:
        answer = None if self._ended else answers.get()
        if answer is None:
            self._ended = True
            raise MemberEndedError
        return answer

    def end(self) -> None:
        """End it, whatever it is at."""
        self._process.kill()
        self._process.wait()
        self._ask(_SOON, None)
        for thread in self._threads:
            thread.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()


def _send_all(pipe: BinaryIO, requests: PriorityQueue[tuple[int, int, _Request | None]]) -> None:
    with suppress(BrokenPipeError):  # it has ended: who receives will see
        while (request := requests.get()[-1]) is not None:
            head, body = request
            if not isinstance(body, bytes):
                spool, at, size = body
                body = os.pread(spool.fileno(), size, at)
            send(pipe, head, body)


def _receive_all(
    pipe: BinaryIO, sketches: SimpleQueue[_Message | None], written: SimpleQueue[_Message | None]
) -> None:
    while (answer := receive(pipe)) is not None:
        (sketches if answer[0]["did"] == "take" else written).put(answer)
    for answers in (sketches, written):
        answers.put(None)
