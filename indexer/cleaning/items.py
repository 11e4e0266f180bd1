"""One JSON item, as Scrapy and other crawlers write them, by documented field names.

Letter case, `_` and `-` in names do not matter. For each part the first name that holds something
is taken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from indexer.cleaning.blocks import one_line
from indexer.cleaning.credits import split_names
from indexer.cleaning.dates import from_epoch, parse_time
from indexer.cleaning.fragments import text_of
from indexer.cleaning.hints import RULES
from indexer.cleaning.urls import host_of
from indexer.errors import DocumentError
from indexer.rules import load_toml, strings


@cache
def field_names() -> dict[str, tuple[str, ...]]:
    """For each part of an item the field names that are looked for, from rules/fields.toml."""
    file = RULES / "fields.toml"
    table = load_toml(file)["item"]
    return {part: strings(table, part, file=str(file)) for part in table}


class Item(NamedTuple):
    """The parts of an item; empty where it has none."""

    url: str = ""
    title: str = ""
    html: str = ""
    text: str = ""
    lead: str = ""
    published: datetime | None = None
    author: tuple[str, ...] = ()
    section: str = ""
    tags: tuple[str, ...] = ()
    site: str = ""
    captions: tuple[str, ...] = ()


def read_item(text: str, source: str) -> Item:
    """The parts of the JSON object in `text`.

    Raises: DocumentError where it is not a JSON object with a text, an HTML page or a lead.
    """
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise DocumentError(source, f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise DocumentError(source, "not a JSON object")
    fields = {_plain(name): v for name, v in value.items()}
    found = {part: _field(fields, names) for part, names in field_names().items()}
    item = Item(
        url=_one(found["url"]),
        title=one_line(text_of(_one(found["title"]))),
        html=_one(found["html"]),
        text=_lines(found["text"]),
        lead=_clear(text_of(_one(found["lead"]))),
        published=_time(found["published"]),
        author=_authors(found["author"]),
        section=one_line(text_of(_one(found["section"]))),
        tags=_many(found["tags"]),
        site=_site(_one(found["site"])),
        captions=_many(found["captions"], split=False),
    )
    if not (item.html or item.text or item.lead):
        raise DocumentError(
            source, "the item has no text: none of " + ", ".join(field_names()["text"])
        )
    return item


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")


def _field(fields: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((fields[n] for n in names if fields.get(n)), "")


def _one(value: Any) -> str:
    if isinstance(value, list):
        return next((t for t in map(_one, value[:20]) if t), "")
    if isinstance(value, dict):
        return _one(value.get("name") or value.get("text") or value.get("#text") or "")
    # Halves of surrogate pairs (`"\ud800"` is good JSON) are no text: nothing could store them.
    return value.encode("utf-8", "replace").decode().strip() if isinstance(value, str) else ""


def _lines(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(t for t in map(_one, value) if t)
    return _one(value)


def _many(value: Any, *, split: bool = True) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.replace(";", ",").split(",") if split else [value]
    if not isinstance(value, list):
        return ()
    return tuple(dict.fromkeys(t for t in (_clear(text_of(_one(v))) for v in value) if t))


def _clear(text: str) -> str:
    """The lines of a text without invisible characters."""
    return text if text.isprintable() else "\n".join(map(one_line, text.split("\n")))


def _authors(value: Any) -> tuple[str, ...]:
    texts = [_one(v) for v in value] if isinstance(value, list) else [_one(value)]
    return tuple(dict.fromkeys(n for t in texts for n in split_names(one_line(text_of(t))) if n))


def _site(text: str) -> str:
    if "://" in text:
        return host_of(text)
    text = text.lower().removeprefix("www.")
    return text if "." in text and " " not in text else ""


def _time(value: Any) -> datetime | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):  # seconds or milliseconds since 1970
        return from_epoch(value)
    return parse_time(_one(value)) if value else None
