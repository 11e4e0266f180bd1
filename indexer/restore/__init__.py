"""Restoring marks and correcting slips from the index's own statistics."""

from indexer.restore.builder import ModelBuilder, update_model
from indexer.restore.model import Reading, SyllableModel

__all__ = ["ModelBuilder", "Reading", "SyllableModel", "update_model"]
