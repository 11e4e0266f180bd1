"""A location → the engine that holds its index."""

from __future__ import annotations

from pathlib import Path

from indexer.engines.base import Engine
from indexer.engines.whoosh import WhooshEngine


def open_engine(location: str | Path, *, create: bool = False) -> Engine:
    """The engine of the index at `location`, a folder; with `create` an empty one if need be.

    Raises:
        IndexNotFoundError: there is no index there (and not `create`).
        IndexCorruptError: there is one, but it is damaged.
    """
    return WhooshEngine(Path(location), create=create)
