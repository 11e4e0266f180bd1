"""The text of elements."""

from __future__ import annotations

from lxml import etree


def text_in(element: etree._Element) -> str:
    """All text inside an element, as it is written.

    >>> text_in(etree.fromstring("<p>Chợ <b>quê</b> mở.</p>"))
    'Chợ quê mở.'
    """
    return "".join(map(str, element.itertext()))
