"""Copies of an article: found while indexing."""

from __future__ import annotations

import hashlib
import json

from indexer.models import Article


class Grouper:
    """Gives articles with the same body the same group."""

    def __init__(self) -> None:
        self._groups: dict[str, str] = {}

    @property
    def duplicate_count(self) -> int:
        """Articles in groups, less one a group."""
        return len(self._groups) - len(set(self._groups.values()))

    def add(self, article: Article) -> str:
        """The group of an article."""
        group = hashlib.sha256(article.body.encode()).hexdigest()[:16]
        self._groups[article.id] = group
        return group

    def remove(self, id: str) -> None:
        """Forget an article."""
        self._groups.pop(id, None)

    def to_bytes(self) -> bytes:
        """For storing."""
        return json.dumps(self._groups).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Grouper:
        """What `to_bytes` made."""
        grouper = cls()
        grouper._groups = json.loads(data)
        return grouper
