"""What a corpus teaches about its sites."""

from __future__ import annotations

from indexer.models import Article


class Learned:
    """Nothing yet."""

    def apply(self, article: Article) -> Article:
        """The article."""
        return article


class Learner:
    """Nothing yet."""

    def observe(self, article: Article) -> None:
        """See an article."""

    def learned(self) -> Learned:
        """What was learned."""
        return Learned()

    def to_bytes(self) -> bytes:
        """For storing."""
        return b""

    @classmethod
    def from_bytes(cls, data: bytes) -> Learner:
        """What `to_bytes` made."""
        return cls()
