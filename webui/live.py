"""The index behind the app: given, or opened at its location as soon as it is there."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from indexer import EngineError, Index, IndexStats, open_index


class LiveIndex:
    """An index that always reads the newest commit.

    It may be made from a location where there is no index yet: `get` raises
    `IndexNotFoundError` until an indexing run has made one.
    """

    def __init__(self, index: Index | str | Path, *, refresh_interval_s: float = 0.25) -> None:
        self._location = index if isinstance(index, str | Path) else index.location
        self._index = None if isinstance(index, str | Path) else index
        self._interval_s = refresh_interval_s
        self._looked_at = 0.0
        self._stats: tuple[str, IndexStats] | None = None
        self._lock = threading.Lock()

    def get(self) -> Index:
        """The index, at its newest commit. Raises `EngineError` where it cannot be opened."""
        with self._lock:
            if self._index is None:
                self._index = open_index(self._location)
                self._looked_at = time.monotonic()
            index = self._index
            due = time.monotonic() - self._looked_at >= self._interval_s
            if due:
                self._looked_at = time.monotonic()
        if due:
            try:
                index.refresh()
            except EngineError:  # gone, perhaps to be replaced: to be opened anew
                with self._lock:
                    self._index = None
                raise
        return index

    def stats(self) -> IndexStats:
        """`Index.stats`, computed once for each commit."""
        index = self.get()
        known, commit = self._stats, index.commit
        if known is None or known[0] != commit:
            known = self._stats = (commit, index.stats())
        return known[1]
