"""JSON-LD as pages really have it: several scripts, graphs, broken strings, doubly encoded text."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

_ARTICLE_TYPES = frozenset(
    [
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "BlogPosting",
        "Report",
        "AnalysisNewsArticle",
        "OpinionNewsArticle",
        "BackgroundNewsArticle",
        "ReviewNewsArticle",
        "LiveBlogPosting",
        "SocialMediaPosting",
        "TechArticle",
        "ScholarlyArticle",
        "AdvertiserContentArticle",
        "SatiricalArticle",
        "MedicalScholarlyArticle",
    ]
)
_LIST_TYPES = frozenset(("CollectionPage", "SearchResultsPage", "ProfilePage"))
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")
_FIELD = re.compile(
    r'"(headline|datePublished|description|articleBody|articleSection|dateModified)"\s*:\s*"((?:[^"\\]|\\.)*)"'
)
_MOST_OBJECTS = 2000


def read_json_ld(texts: Iterable[str]) -> list[dict[str, Any]]:
    """All objects of the scripts, in order; what cannot be mended is left out."""
    found: list[dict[str, Any]] = []
    for text in texts:
        value = _loads(text)
        found += _objects(value)
    return found


def articles(objects: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The objects that describe an article."""
    return [o for o in objects if types(o) & _ARTICLE_TYPES]


def of_type(objects: Iterable[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The objects of the schema.org type `name`."""
    return [o for o in objects if name in types(o)]


def says_list(objects: Iterable[dict[str, Any]]) -> bool:
    """Whether the page says of itself that it is a list: a section's, a search's, an author's."""
    return any(types(o) & _LIST_TYPES for o in objects)


def types(value: dict[str, Any]) -> set[str]:
    """The schema.org types of an object."""
    kind = value.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return {k.rsplit("/", 1)[-1] for k in kinds if isinstance(k, str)}


def _loads(text: str) -> Any:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    text = text.removeprefix("//<![CDATA[").removesuffix("//]]>").strip().rstrip(";")
    try:
        return json.loads(text, strict=False)  # raw newlines inside strings are common
    except (ValueError, RecursionError):
        pass
    mended = _TRAILING_COMMA.sub("", text)
    try:
        return json.loads(mended, strict=False)
    except (ValueError, RecursionError):
        pass
    fields = {m[1]: m[2].replace('\\"', '"') for m in _FIELD.finditer(text)}
    return {"@type": "NewsArticle", **fields} if fields else None


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Objects of the top level, of lists and of `@graph`, then those under `mainEntity`."""
    queue = [value]
    count = 0
    while queue and count < _MOST_OBJECTS:
        item = queue.pop(0)
        count += 1
        if isinstance(item, list):
            queue = item[:_MOST_OBJECTS] + queue
        elif isinstance(item, dict):
            yield item
            for name in ("@graph", "mainEntity", "mainEntityOfPage"):
                if isinstance(item.get(name), (list, dict)):
                    queue.append(item[name])


def text_of(value: Any) -> str:
    """`value` as text: a string with its entities decoded, an object's name, a list's first."""
    if isinstance(value, list):
        return next((t for t in map(text_of, value[:5]) if t), "")
    if isinstance(value, dict):
        return text_of(value.get("name") or value.get("@value") or value.get("headline") or "")
    if not isinstance(value, str):
        return ""
    return unescape(value)


def unescape(text: str) -> str:
    """`text` with its entities decoded, also where they were encoded twice; spaces single.

    >>> unescape("H&amp;ocirc;m nay &quot;x&quot;")
    'Hôm nay "x"'
    """
    if "&" in text:
        text = html.unescape(html.unescape(text))
    return " ".join(text.split())


def names_of(value: Any) -> list[str]:
    """The names in an author field: strings, objects, lists of them."""
    if isinstance(value, list):
        return [n for item in value[:20] for n in names_of(item)]
    if isinstance(value, dict):
        if types(value) & {"Organization", "NewsMediaOrganization", "WebSite"}:
            return []
        return names_of(value.get("name") or "")
    return [unescape(value)] if isinstance(value, str) and value.strip() else []


def resolve(value: Any, by_id: dict[str, dict[str, Any]]) -> Any:
    """`value` with what it only refers to (`{"@id": …}`, as in a `@graph`) in its place."""
    if isinstance(value, list):
        return [resolve(item, by_id) for item in value[:20]]
    if isinstance(value, dict) and not value.get("name") and isinstance(value.get("@id"), str):
        return by_id.get(value["@id"], value)
    return value
