"""The file-system calls of a commit, in one place, each of them durable.

Everything that a writer does to the disk goes through a `Files`, so that a test can make any one
of the calls fail, or end the process between two of them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO


class Files:
    """Durable file operations: what returns is on the disk (folders: after `sync_folder`)."""

    def create(self, path: Path) -> BinaryIO:
        """A new file, open for writing; `finish` makes it durable."""
        return path.open("wb")

    def write(self, file: BinaryIO, data: bytes | memoryview) -> None:
        """Append to a file that `create` gave."""
        file.write(data)

    def finish(self, file: BinaryIO) -> None:
        """Sync the file to the disk and close it."""
        file.flush()
        os.fsync(file.fileno())
        file.close()

    def rename(self, old: Path, new: Path) -> None:
        """Put `old` in the place of `new`, at once."""
        old.replace(new)

    def sync_folder(self, folder: Path) -> None:
        """Make creations, renames and removals in the folder durable."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def remove(self, path: Path) -> None:
        """Take a file away; nothing happens when it has gone already."""
        path.unlink(missing_ok=True)
