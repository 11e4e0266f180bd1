"""Document → Article: bytes, text, blocks, the rules, metadata."""

from indexer.cleaning.clean import CLEANER_VERSION, clean

__all__ = ["CLEANER_VERSION", "clean"]
