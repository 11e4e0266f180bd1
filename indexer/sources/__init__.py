"""Where documents come from: folders, single files, archives, crawls."""

from indexer.sources.reading import DEFAULT_MAX_BYTES, read_documents

__all__ = ["DEFAULT_MAX_BYTES", "read_documents"]
