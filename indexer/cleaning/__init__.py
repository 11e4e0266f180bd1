"""Document → Article: bytes, text, blocks, the rules, metadata; then what the corpus teaches."""

from indexer.cleaning.clean import CLEANER_VERSION, clean, fingerprint
from indexer.cleaning.learned import Learned, Learner

__all__ = ["CLEANER_VERSION", "Learned", "Learner", "clean", "fingerprint"]
