"""Who wrote a page's article: from JSON-LD, `<meta>`, and what is marked up as a byline."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from indexer.cleaning.blocks import Look, key, one_line, word_count
from indexer.cleaning.credits import Credit, is_person, read_credit, split_names
from indexer.cleaning.hints import Hint, hints
from indexer.cleaning.jsonld import names_of
from indexer.cleaning.metas import Metas, meta_names
from indexer.cleaning.tree import Page

# A byline often goes on with the time.
_TIME = re.compile(r"\d|(?:Thứ|Chủ nhật|Cập nhật|Ngày|Đăng)\b", re.IGNORECASE)
_EMAIL = re.compile(r"\S{1,64}@\S{1,80}")


def read_authors(
    page: Page,
    metas: Metas,
    found: list[dict[str, Any]],
    site_names: tuple[str, ...],
    h1: int,
) -> tuple[str, ...]:
    """The people named by JSON-LD, else by `<meta>`, else in a byline; no papers and desks."""
    candidates: list[list[str]] = [names_of(f.get("author")) for f in found[:3]]
    candidates += [names_of(f.get("creator")) for f in found[:1]]
    candidates += [metas[name] for name in meta_names("author") if name in metas]
    for names in candidates:
        people = _people(names, site_names)
        if people:
            return people
    return _visible_authors(page, site_names, h1)


def _people(texts: list[str], site_names: tuple[str, ...]) -> tuple[str, ...]:
    papers = {key(name) for name in site_names}
    people = [
        name
        for text in texts
        if len(text) < 200 and "://" not in text and key(text) not in papers
        for name in split_names(text)
        if is_person(name, site_names)
    ]
    return tuple(dict.fromkeys(people))


def _visible_authors(page: Page, site_names: tuple[str, ...], h1: int) -> tuple[str, ...]:
    """Authors marked up as such around the text: by class, rel or itemprop."""
    for element in page.bylines[:100]:
        if _in_comments(element):
            continue
        text = one_line(_EMAIL.sub(" ", " ".join(map(str, element.itertext()))))[:200]
        text = _TIME.split(text)[0].strip(" |-–—•·,")
        if not text or word_count(text) > 12:
            continue
        credit = read_credit(text, site_names)
        if credit.authors:
            return credit.authors
    return ()


def _in_comments(element: etree._Element) -> bool:
    """Whether an element stands among readers' comments or in their form."""
    for depth, around in enumerate(element.iterancestors()):
        if depth > 15:
            return False
        names = f"{around.get('class') or ''} {around.get('id') or ''}"
        if around.tag == "form" and depth < 5:
            return True
        if around.tag not in ("body", "html", "main", "article") and hints(names) & Hint.COMMENT:
            return True
    return False


def read_credit_line(page: Page, site_names: tuple[str, ...]) -> Credit:
    """The agency in a byline or source line that stands outside the text."""
    for block in page.blocks:
        if len(block.text) > 80 or block.look & Look.SURE_CAPTION:
            continue
        if block.look & Look.BYLINE or "source" in page.nodes[block.group].names.lower():
            credit = read_credit(block.text, site_names)
            if credit.agency:
                return credit
    return Credit()
