"""One writer at a time.

The lock is the one that stock Whoosh takes (the kernel's lock on the file `MAIN_WRITELOCK`), so
its writers and ours keep each other out. The kernel lets go of it when its process ends, however
it ends: a lock cannot be left behind. Who holds it is written in the file, for the error message.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from indexer.columnar.toc import NAME
from indexer.errors import IndexLockedError

FILE = f"{NAME}_WRITELOCK"


class WriteLock:
    """Held from the moment it is made. Raises `IndexLockedError` when another writer has it."""

    _descriptor = -1

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = _holder(os.pread(self._descriptor, 1000, 0))
            os.close(self._descriptor)
            self._descriptor = -1
            raise IndexLockedError(str(folder), holder) from error
        text = json.dumps(
            {
                "pid": os.getpid(),
                "host": socket.gethostname(),
                "since": datetime.now(UTC).isoformat(timespec="seconds"),
            }
        ).encode()
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text, 0)

    def __del__(self) -> None:
        self.release()  # of a writer that nobody closed

    def release(self) -> None:
        """Let go; nothing happens the second time."""
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = -1


def is_held(folder: Path) -> bool:
    """Whether somebody writes to the index in this folder, which need not be writable for us."""
    try:
        descriptor = os.open(folder / FILE, os.O_RDONLY)
    except OSError:
        return False
    try:
        # A holder says so in the file. Only then is the lock tried, because for that moment it
        # would stand in a writer's way.
        if not os.pread(descriptor, 1, 0):
            return False
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False  # left behind by a process that was killed


def _holder(data: bytes) -> str:
    try:
        values = json.loads(data)
        return f"process {values['pid']} on {values['host']} since {values['since']}"
    except (ValueError, KeyError, TypeError):
        return "another process"
