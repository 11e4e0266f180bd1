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

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = _holder(os.pread(self._descriptor, 1000, 0))
            os.close(self._descriptor)
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

    def release(self) -> None:
        """Let go; nothing happens the second time."""
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = -1


def _holder(data: bytes) -> str:
    try:
        values = json.loads(data)
        return f"process {values['pid']} on {values['host']} since {values['since']}"
    except (ValueError, KeyError, TypeError):
        return "another process"
