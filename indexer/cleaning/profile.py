"""One site's own selectors, put on its pages before they are walked.

They work through the same hints as everything else: what a selector names gets the name by which
rules/hints.toml knows that part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from indexer.cleaning.urls import host_of
from indexer.rules import Selector, SiteProfile

_NAMES = {"body": "article-body", "lead": "sapo", "captions": "caption", "author": "author"}


def find_profile(
    profiles: Iterable[SiteProfile], root: etree._Element, url: str
) -> SiteProfile | None:
    """The profile for a page that was fetched from `url`, or says where it stands; None for none.

    Of several that cover its host, the one with the longest name.
    """
    profiles = tuple(profiles)
    for address in (url, *_own_addresses(root)) if profiles else ():
        host = host_of(address)
        covering = [p for p in profiles if host and p.covers(host)]
        if covering:
            return max(covering, key=lambda p: len(p.host))
    return None


def _own_addresses(root: etree._Element) -> Iterator[str]:
    for element in root.iter("link", "meta"):
        if (element.get("rel") or "").lower() == "canonical":
            yield element.get("href") or ""
        elif element.get("property") == "og:url":
            yield element.get("content") or ""


def apply_profile(root: etree._Element, site: SiteProfile) -> None:
    """Rename the parts of a tree that `site` selects, and take out those it removes."""
    for selector in site.remove:
        for element in list(_matching(root, selector)):
            _remove(element)
    for part, name in _NAMES.items():
        for selector in getattr(site, part):
            for element in list(_matching(root, selector)):
                element.set("class", name)
    for selector in site.title:
        for element in list(_matching(root, selector)):
            element.tag = "h1"


def _matching(root: etree._Element, selector: Selector) -> Iterator[etree._Element]:
    for element in root.iter(selector.tag or "*"):
        classes = (element.get("class") or "").split()
        if all(name in classes for name in selector.classes) and all(
            name in element.attrib if value is None else element.get(name) == value
            for name, value in selector.attributes
        ):
            yield element


def _remove(element: etree._Element) -> None:
    """Take an element out and leave the text after it."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail:
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)
