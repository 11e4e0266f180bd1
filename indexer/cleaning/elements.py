"""The text of elements."""

from __future__ import annotations

from lxml import etree


def text_in(element: etree._Element) -> str:
    """All text inside an element, as it is written.

    >>> text_in(etree.fromstring("<p>Chợ <b>quê</b> mở.</p>"))
    'Chợ quê mở.'
    """
    if not len(element):  # most links and names
        return element.text or ""
    return "".join(map(str, element.itertext()))


def short_text_in(element: etree._Element, most: int) -> str | None:
    """The same where it has at most `most` characters, else None; of a long one no more is read.

    >>> short_text_in(etree.fromstring("<p>Chợ <b>quê</b> mở.</p>"), 8) is None
    True
    """
    parts: list[str] = []
    for part in map(str, element.itertext()):
        parts.append(part)
        most -= len(part)
        if most < 0:
            return None
    return "".join(parts)
