"""The text of elements."""

from __future__ import annotations

from collections import defaultdict

from lxml import etree

# By the name under which they are gathered.
_GATHERED = {
    "links": ("a",),
    "metas": ("meta",),
    "addresses": ("link",),
    "documents": ("title",),
    "plain": ("pre",),
    "titles": ("h1",),
    "times": ("h1", "time", "abbr"),
    "people": ("address", "byline", "b", "strong", "i", "em", "small", "cite"),
}
_NAMES = {
    tag: tuple(name for name, tags in _GATHERED.items() if tag in tags)
    for tag in {tag for tags in _GATHERED.values() for tag in tags}
}
Gathered = dict[str, list[etree._Element]]


def gather(root: etree._Element) -> Gathered:
    """The elements that rules ask for by their tags, in document order: found in one pass, for each
    takes as long for one tag as for all.

    >>> [e.text for e in gather(etree.fromstring("<p><a>x</a><b>y</b><a>z</a></p>"))["links"]]
    ['x', 'z']
    """
    found: Gathered = defaultdict(list)
    for element in root.iter(*_NAMES):
        for name in _NAMES[element.tag]:
            found[name].append(element)
    return found


def text_in(element: etree._Element) -> str:
    """All text inside an element, as it is written.

    >>> text_in(etree.fromstring("<p>Chợ <b>quê</b> mở.</p>"))
    'Chợ quê mở.'
    """
    if not len(element):  # most links and names
        return element.text or ""
    return etree.tostring(element, method="text", encoding="unicode", with_tail=False)


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
