"""What was indexed from where: lets a second run skip what did not change.

Kept with the index: by root folder (absolute path), by `Document.source`, the fingerprint of what
was read and the id of the article it became ("" where it became none).
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import NamedTuple


class Entry(NamedTuple):
    """A document as it was when it was last indexed. `note`: why it became no article."""

    fingerprint: str
    id: str
    note: str = ""


class Manifest:
    """Entries by root and source.

    >>> m = Manifest()
    >>> _ = m.set("/news", "a.html", Entry("1f", "https://a.vn/1"))
    >>> Manifest.from_bytes(m.to_bytes()).get("/news", "a.html").id
    'https://a.vn/1'
    """

    def __init__(self) -> None:
        self._roots: dict[str, dict[str, Entry]] = {}
        self._users: dict[str, int] = {}  # article id → how many sources became it

    def get(self, root: str, source: str) -> Entry | None:
        """The entry of a document, if it was indexed before."""
        return self._roots.get(root, {}).get(source)

    def elsewhere(self, folder: str, root: str, source: str) -> Entry | None:
        """The entry of the document `source` of `folder`, made by a run over another root.

        Such a run read the file alone, or a folder around it or in it. An article whose id is the
        path of its file is another one where that path is told from another folder.

        >>> m = Manifest()
        >>> _ = m.set("/news/a.jsonl", "a.jsonl#1", Entry("1f", "https://a.vn/1"))
        >>> m.elsewhere("/news", "/news", "a.jsonl#1").id
        'https://a.vn/1'
        """
        place = f"{folder.rstrip('/')}/{source}"
        for other, sources in self._roots.items():
            if other == root or not place.startswith(other):
                continue
            below = place[len(other) :]
            if below[:1] in ("", "!", "#"):  # it is the file, or in it
                name = other.rpartition("/")[2] + below
            else:
                name = below.removeprefix("/")
            entry = sources.get(name)
            if entry and (name == source or not entry.id.startswith(name)):
                return entry
        return None

    def set(self, root: str, source: str, entry: Entry) -> str:
        """Record a document; the id of an article that no source stands for any more, or ""."""
        sources = self._roots.setdefault(root, {})
        before = sources.get(source)
        sources[source] = entry
        self._users[entry.id] = self._users.get(entry.id, 0) + 1
        return self._released(before)

    def drop(self, root: str, source: str) -> str:
        """Forget a document; the id of an article that no source stands for any more, or ""."""
        return self._released(self._roots.get(root, {}).pop(source, None))

    def _released(self, entry: Entry | None) -> str:
        if entry is None or not entry.id:
            return ""
        self._users[entry.id] -= 1
        if self._users[entry.id]:
            return ""
        del self._users[entry.id]
        return entry.id

    def sources(self, root: str) -> Iterator[str]:
        """The documents recorded under a root."""
        return iter(tuple(self._roots.get(root, ())))

    def to_bytes(self) -> bytes:
        """The manifest as compressed JSON."""
        return zlib.compress(json.dumps(self._roots, ensure_ascii=False).encode(), 1)

    @classmethod
    def from_bytes(cls, data: bytes | None) -> Manifest:
        """The manifest that `to_bytes` made; an empty one from None."""
        manifest = cls()
        if data:
            for root, sources in json.loads(zlib.decompress(data)).items():
                for source, entry in sources.items():
                    manifest.set(root, source, Entry(*entry))
        return manifest
