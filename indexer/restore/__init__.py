"""Restoring marks and correcting slips from the index's own statistics."""

from indexer.restore.model import Reading, SyllableModel, is_swapped

__all__ = ["Reading", "SyllableModel", "is_swapped"]
