"""The `<meta>` elements of a page, and the names by which they are looked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from lxml import etree

from indexer.cleaning.hints import RULES
from indexer.cleaning.jsonld import unescape
from indexer.rules import load_toml, strings

# Contents by name or property, in lower case, in the order of the page.
Metas = dict[str, list[str]]


@cache
def meta_names(part: str) -> tuple[str, ...]:
    """The names under which `published`, `modified` or `author` stands, the most trusted first."""
    file = RULES / "fields.toml"
    return strings(load_toml(file)["meta"], part, file=str(file))


def read_metas(elements: Iterable[etree._Element]) -> Metas:
    """What `<meta>` elements say, entities decoded also where they were encoded twice."""
    metas: Metas = defaultdict(list)
    for element in elements:
        name = (
            element.get("property")
            or element.get("name")
            or element.get("itemprop")
            or element.get("http-equiv")
        )
        content = element.get("content")
        if name and content and len(metas) < 500:
            metas[name.strip().lower()].append(unescape(content[:5000]))
    return metas


def first_meta(metas: Metas, *names: str) -> str:
    """The first content that is not empty under the first of `names` that has one; else ""."""
    return next((v for name in names for v in metas.get(name, ()) if v), "")
