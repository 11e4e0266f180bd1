"""What is kept of an article beside its text: a head, a tail and columns.

head    JSON of the short metadata, for lists of results; read without the text
tail    compressed JSON of what is rarely asked for (`removed`, kinds of lines)
columns publication time, group of near copies, hash of the id, and for each facet its values
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import numpy as np

from indexer.columnar.arrays import I64, U32, Ints, offsets_of
from indexer.models import Article

# Facets: name in a query → attribute of the article. Those in `MANY_VALUED` are tuples.
FACETS = {
    "site": "site",
    "section": "section",
    "agency": "agency",
    "publisher": "publisher",
    "author": "author",
    "tag": "tags",
}
MANY_VALUED = frozenset({"author", "tag"})
UNDATED = -(1 << 63)  # of `published`, which is in microseconds since 1970
_HEAD = ("id", "title", "agency", "publisher", "section", "site", "source", "fingerprint")
_JSON = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), default=lambda moment: moment.isoformat()
)
_DECODE = json.JSONDecoder().raw_decode
_LISTS = ("author", "tags")
_PARTS = 6  # of a record: head, four texts, tail
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def hash_of(text: str) -> int:
    """A 64-bit hash of a string, the same on every machine; 0 for the empty one."""
    if not text:
        return 0
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1


def microseconds(moment: datetime | None) -> int:
    """Microseconds since 1970, exact; a time without zone is taken as UTC. `UNDATED` for None."""
    if moment is None:
        return UNDATED
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - _EPOCH
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds


@dataclass(frozen=True, slots=True)
class Record:
    """An article as a segment takes it in.

    head   JSON of its short metadata; `values` the same as `load_head` gives it
    texts  the four texts that are analysed, in the order of `analysis.FIELDS`
    tail   JSON of what is rarely asked for, b"" where there is nothing to tell
    """

    head: bytes
    values: Mapping[str, Any]
    texts: tuple[str, str, str, str]
    tail: bytes

    @property
    def size(self) -> int:
        """Characters."""
        return len(self.head) + len(self.tail) + sum(map(len, self.texts))


def record_of(article: Article) -> Record:
    """An article to be stored."""
    values = _head_of(article)
    texts = article.title, article.lead, article.body, "\n".join(article.captions)
    return Record(_dump(values), values, texts, _tail_of(article))


def _head_of(article: Article) -> dict[str, Any]:
    """What is empty is left out, and `url` where it is the id."""
    values: dict[str, Any] = {name: text for name in _HEAD if (text := getattr(article, name))}
    if article.url != article.id:
        values["url"] = article.url
    for name in ("author", "tags"):
        if getattr(article, name):
            values[name] = getattr(article, name)
    if article.published:
        values["published"] = article.published
    return values


def _tail_of(article: Article) -> bytes:
    values: dict[str, Any] = {}
    if article.body_kinds:
        values["body_kinds"] = list(article.body_kinds)
    if article.removed:
        values["removed"] = [[r.rule, r.text, r.why] for r in article.removed]
    if not article.captions:
        pass
    elif any("\n" in caption for caption in article.captions):
        values["captions"] = [caption.count("\n") + 1 for caption in article.captions]
    elif article.captions == ("",):
        values["captions"] = [1]
    return _dump(values) if values else b""


def _dump(values: dict[str, Any]) -> bytes:
    return _JSON.encode(values).encode("utf-8", "surrogatepass")


def load_head(data: bytes) -> dict[str, Any]:
    """A head as keyword arguments of `Article`, without lead, body and captions."""
    return load_heads([data])[0]


def load_heads(stored: Sequence[bytes]) -> list[dict[str, Any]]:
    """Several heads, read at once."""
    text = b",".join(stored).decode("utf-8", "surrogatepass")
    heads: list[dict[str, Any]] = _DECODE(f"[{text}]")[0]
    for values in heads:
        if "id" not in values or "title" not in values:
            values |= {"id": values.get("id", ""), "title": values.get("title", "")}
        if "url" not in values:
            values["url"] = values["id"]
        for name in _LISTS:
            if name in values:
                values[name] = tuple(values[name])
        if "published" in values:
            values["published"] = datetime.fromisoformat(values["published"])
    return heads


def load_tail(data: bytes) -> dict[str, Any]:
    """The tail as it is stored: compressed."""
    if not data:
        return {}
    values: dict[str, Any] = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
    return values


def pack_records(records: Sequence[Record]) -> bytes:
    """The records as bytes: six lengths of each, then all their strings."""
    parts = [
        part
        for record in records
        for part in (
            record.head,
            *(text.encode("utf-8", "surrogatepass") for text in record.texts),
            record.tail,
        )
    ]
    return b"".join([np.array(list(map(len, parts)), dtype=np.int64).tobytes(), *parts])


def unpack_records(data: bytes, count: int) -> list[Record]:
    """The records that `pack_records` wrote."""
    sizes = np.frombuffer(data, dtype=np.int64, count=count * _PARTS)
    at = (offsets_of(sizes) + sizes.nbytes).tolist()
    records = []
    for i in range(0, len(sizes), _PARTS):
        parts = [data[at[j] : at[j + 1]] for j in range(i, i + _PARTS)]
        title, lead, body, captions = (
            part.decode("utf-8", "surrogatepass") for part in parts[1:-1]
        )
        head = parts[0]
        records.append(Record(head, load_head(head), (title, lead, body, captions), parts[-1]))
    return records


@dataclass(slots=True)
class FacetColumn:
    """The values of one facet, growing: article i has `codes[at[i]:at[i + 1]]`."""

    numbers: dict[str, int] = field(default_factory=dict)
    codes: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def append(self, values: tuple[str, ...]) -> None:
        """The values of the next article; empty and repeated ones are left out."""
        given = [value for value in dict.fromkeys(values) if value]
        self.codes += [self.numbers.setdefault(value, len(self.numbers)) for value in given]
        self.counts.append(len(given))

    def arrays(self) -> tuple[list[str], U32, I64]:
        """The values sorted, the codes into them, and where each article's codes begin."""
        return sorted_values(
            list(self.numbers),
            np.array(self.codes, dtype=np.int64),
            offsets_of(np.array(self.counts)),
        )


def sorted_values(values: list[str], codes: Ints, at: I64) -> tuple[list[str], U32, I64]:
    """The same column with its values sorted and unused ones left out."""
    used = np.unique(codes).tolist()
    order = sorted(used, key=values.__getitem__)
    new = np.zeros(len(values), dtype=np.uint32)
    new[order] = np.arange(len(order), dtype=np.uint32)
    return [values[i] for i in order], new[codes.astype(np.int64)], at
