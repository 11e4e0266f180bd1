"""Tells Whoosh who reads and who writes indexes of ours.

This happens on import: `import indexer`, and `whoosh.index.open_dir` opens an index of ours. When
it opens one, its writers become ours too: one of Whoosh's own would pickle a table of contents.
Whoosh asks who reads (`toc_loaders`), but not who writes, so its method is replaced.
"""

from __future__ import annotations

from typing import Any

from whoosh.legacy import toc_loaders

from indexer.columnar.toc import VERSION


def load(stream: Any, generation: int, schema: Any, version: int) -> Any:
    """See `codec.load_for_whoosh`; the codec is imported only when Whoosh asks for it."""
    from whoosh.index import FileIndex

    from indexer.columnar.codec import load_for_whoosh, writer

    FileIndex.writer = writer
    return load_for_whoosh(stream, generation, schema, version)


toc_loaders[VERSION] = load
