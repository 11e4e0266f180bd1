"""Tells Whoosh who reads tables of contents of our version.

This happens on import: `import indexer`, and `whoosh.index.open_dir` opens an index of ours.
"""

from __future__ import annotations

from typing import Any

from whoosh.legacy import toc_loaders

from indexer.columnar.toc import VERSION


def load(stream: Any, generation: int, schema: Any, version: int) -> Any:
    """See `codec.load_for_whoosh`; the codec is imported only when Whoosh asks for it."""
    from indexer.columnar.codec import load_for_whoosh

    return load_for_whoosh(stream, generation, schema, version)


toc_loaders[VERSION] = load
