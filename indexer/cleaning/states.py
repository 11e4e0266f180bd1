"""The article in the JSON that a page hands to its own script, where the page shows no text.

Such a page (`__NEXT_DATA__`, `window.__INITIAL_STATE__ = {…}`) is drawn by the reader's browser.
Nothing is run here: the JSON is read, bounded in size and depth, and only an object is believed
that has the page's own title and a body of text; it is then set as a page would show it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from html import escape, unescape
from typing import Any, NamedTuple

from indexer.cleaning.blocks import ends_sentence, key, word_count
from indexer.cleaning.dates import from_epoch
from indexer.cleaning.hints import RULES
from indexer.cleaning.scan import STATE
from indexer.rules import load_toml, strings

_MOST_CHARS = 8_000_000  # of JSON in one script
_MOST_VALUES = 200_000
_MOST_DEPTH = 60
_BODY_DEPTH = 12  # between a body and its paragraphs
_BODY_WORDS = 60
_MOST_TRIED = 20  # objects of the page's title
_TITLE_WORDS = 3
_ALIKE = 0.7  # of the words of two titles together
_SUMMARY_WORDS = 200
_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")


class _Fields(NamedTuple):
    """The field names of rules/fields.toml's table of states, in lower case and only letters."""

    title: frozenset[str]
    body: tuple[str, ...]
    lead: tuple[str, ...]
    text: frozenset[str]
    author: tuple[str, ...]
    published: tuple[str, ...]
    section: tuple[str, ...]
    tags: tuple[str, ...]


@cache
def _fields() -> _Fields:
    file = RULES / "fields.toml"
    table = load_toml(file)["state"]

    def names(field: str) -> tuple[str, ...]:
        return strings(table, field, file=str(file))

    return _Fields(
        frozenset(names("title")),
        names("body"),
        names("lead"),
        frozenset(names("text")),
        names("author"),
        names("published"),
        names("section"),
        names("tags"),
    )


def state_article(scripts: tuple[str, ...], titles: list[str]) -> str:
    """HTML of the article that the page's scripts hold as JSON, "" where there is none.

    titles  what the page calls itself in its head; an article has one of them
    """
    wanted = [set(words) for t in titles if len(words := key(t).split()) >= _TITLE_WORDS]
    if not wanted:
        return ""
    best, most = "", _BODY_WORDS - 1  # words
    tried = 0
    for script in scripts:
        for value in _objects(_load(script)):
            title = _title(value)
            if not title or not any(_is_same(title, words) for words in wanted):
                continue
            tried += 1
            if tried > _MOST_TRIED:
                return best
            body = _body(value)
            if (size := word_count(_TAG.sub(" ", body))) > most:
                best, most = _page(value, title, body), size
    return best


def _load(script: str) -> Any:
    """The JSON in a script, alone or as what a variable is set to; None where it is no such."""
    if len(script) > _MOST_CHARS:
        return None
    text = script.strip()
    match = STATE.match(text) if not text.startswith(("{", "[")) else None
    start = match.end() if match else 0
    if not match and not text.startswith(("{", "[")):
        return None
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text, start)
        if isinstance(value, str) and match and match["parse"]:
            value = json.loads(value, strict=False)
    except (ValueError, RecursionError):
        return None
    return value


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """All objects within a value, those nearer to its root first."""
    level, count = [value], 0
    for _ in range(_MOST_DEPTH):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                yield item
                below += item.values()
            elif isinstance(item, list):
                below += item
        count += len(below)
        if not below or count > _MOST_VALUES:
            return
        level = below


def _plain(name: str) -> str:
    return "".join(filter(str.isalpha, name)).lower()


def _title(value: dict[str, Any]) -> str:
    for name, title in value.items():
        if isinstance(title, dict):  # `{"rendered": …}`
            title = title.get("rendered")
        if isinstance(title, str) and 10 <= len(title) <= 400 and _plain(name) in _fields().title:
            return unescape(_TAG.sub("", title))
    return ""


def _is_same(title: str, wanted: set[str]) -> bool:
    words = set(key(title).split())
    inside = len(words) >= _TITLE_WORDS and words <= wanted
    return inside or len(words & wanted) >= _ALIKE * len(words | wanted)


def _body(value: dict[str, Any]) -> str:
    """The body of an object as HTML, "" where it has none that is running text."""
    fields = {_plain(name): v for name, v in value.items()}
    for name in _fields().body:
        body = fields.get(name)
        if isinstance(body, dict):  # `{"rendered": …}`, `{"blocks": […]}`
            body = _inner(body)
        text = body if isinstance(body, str) else "".join(_paragraphs(body, _BODY_DEPTH))
        if "<" not in text and "&lt;" in text:
            text = unescape(text)
        if "<" not in text:
            text = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n") if line.strip())
        bare = _TAG.sub("\n", text)
        if word_count(bare) >= _BODY_WORDS and any(
            ends_sentence(line) and word_count(line) >= 8 for line in bare.split("\n")
        ):
            return text
    return ""


def _inner(body: dict[str, Any]) -> Any:
    fields = {_plain(name): v for name, v in body.items()}
    names = ("rendered", "html", *_fields().body, *_fields().text)
    return next((fields[n] for n in names if fields.get(n)), None)


def _paragraphs(value: Any, depth: int) -> Iterator[str]:
    """The texts of a list of blocks as HTML: `[{"type": "paragraph", "text": …}, …]`."""
    if depth <= 0:
        return
    if isinstance(value, str):
        if value.strip():
            yield value if "<" in value else f"<p>{escape(value)}</p>"
    elif isinstance(value, list):
        leaves = [v for v in value if isinstance(v, dict) and _is_leaf(v)]
        if leaves and len(leaves) == len(value):  # the pieces of one paragraph
            text = "".join(str(_leaf(v)) for v in leaves)
            if text.strip():
                yield text if "<" in text else f"<p>{escape(text)}</p>"
            return
        for item in value:
            yield from _paragraphs(item, depth - 1)
    elif isinstance(value, dict):
        kind = str(value.get("type") or value.get("style") or value.get("_type") or "").lower()
        tag = "h3" if kind.startswith(("head", "h2", "h3", "subhead")) else "p"
        if "image" in kind or "photo" in kind or "video" in kind:
            if isinstance(caption := value.get("caption"), str) and caption.strip():
                yield f"<figure><img><figcaption>{escape(caption)}</figcaption></figure>"
            return
        if kind.startswith(("related", "ad", "embed", "script", "recommend")):
            return
        for name, inner in value.items():
            if _plain(name) not in _fields().text:
                continue
            if isinstance(inner, str):
                if inner.strip():
                    yield inner if "<" in inner else f"<{tag}>{escape(inner)}</{tag}>"
            else:
                yield from _paragraphs(inner, depth - 1)


def _is_leaf(value: dict[str, Any]) -> bool:
    """Whether an object is a piece of a paragraph: `{"text": "…", "bold": true}`."""
    kind = str(value.get("type") or value.get("_type") or "text").lower()
    return kind in ("text", "span", "link") and isinstance(_leaf(value), str)


def _leaf(value: dict[str, Any]) -> Any:
    return value.get("text", value.get("value"))


def _page(value: dict[str, Any], title: str, body: str) -> str:
    """An object as a page would show it: title, lead and body, with what tells author and time."""
    fields = {_plain(name): v for name, v in value.items()}
    lead = next((t for n in _fields().lead if isinstance(t := fields.get(n), str) and t), "")
    if word_count(lead) > _SUMMARY_WORDS:
        lead = ""
    metas = ""
    for name, names in (
        ("author", _fields().author),
        ("article:published_time", _fields().published),
        ("article:section", _fields().section),
    ):
        found = next((t for n in names if (t := _name(fields.get(n)))), "")
        metas += _meta(name, found)
    tags = next((t for n in _fields().tags if (t := fields.get(n))), ())
    for tag in tags if isinstance(tags, list) else [tags]:
        metas += _meta("article:tag", _name(tag))
    sapo = f"<div class=sapo>{lead if '<' in lead else escape(lead)}</div>" if lead else ""
    return (
        f"{metas}<article><h1>{escape(title)}</h1>{sapo}"
        f"<div class=article-body>{body}</div></article>"
    )


def _meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{escape(content)}">' if content else ""


def _name(value: Any) -> str:
    """A string, the name of an object or of the first of a list; a number is a time."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return moment.isoformat() if (moment := from_epoch(value)) else ""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name") or value.get("fullName") or value.get("title") or ""
    return value[:200] if isinstance(value, str) else ""
