"""Cleaning on all cores, in processes that may be killed."""

from indexer.workers.pool import clean_all

__all__ = ["clean_all"]
