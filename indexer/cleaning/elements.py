"""Elements of a tree: found by an XPath, and their text."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from lxml import etree


def finder(path: str) -> Callable[[etree._Element], list[etree._Element]]:
    """A function that finds the elements below a tree's root which `path` selects, in order."""
    compiled = etree.XPath(path)

    def find(root: etree._Element) -> list[etree._Element]:
        return cast("list[etree._Element]", compiled(root))

    return find


def text_in(element: etree._Element) -> str:
    """All text inside an element, as it is written.

    >>> text_in(etree.fromstring("<p>Chợ <b>quê</b> mở.</p>"))
    'Chợ quê mở.'
    """
    return "".join(map(str, element.itertext()))
