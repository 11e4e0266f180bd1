"""HTML text → tree (lxml) → the blocks of a page, each knowing the container it stands in.

BeautifulSoup is not used here (but for small pieces, see `fragments`): on six Vietnamese pages its
tree took 11.9 ms, lxml's own 1.05 ms, and the whole cleaning of a page 9.9 ms; libxml2 mends the
same broken mark-up for both.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from indexer.cleaning.blocks import Block
from indexer.cleaning.elements import Gathered, gather
from indexer.cleaning.looks import Node, filled_nodes, mark_roles
from indexer.cleaning.walker import Walk

_EMPTY_LINES = re.compile(r"\n[ \t\r]*\n\s*")


class Page(NamedTuple):
    """A walked page: nodes in document order (a parent before its children), and its blocks.

    `Block.group` is an index into `nodes`. `bylines` are the elements named after authors; `crumbs`
    those named after sections, each with the number of blocks before it; `named` all elements that
    have names (blocks, and of the others the spans), by those; `titled` the `<h1>` and all around;
    `gathered` elements by their tags; `filled` the nodes with any block in them, but for the first,
    each with its parent and after all below it.
    """

    root: etree._Element
    nodes: list[Node]
    blocks: list[Block]
    bylines: list[etree._Element]
    crumbs: list[tuple[int, etree._Element]]
    named: dict[str, list[etree._Element]]
    titled: set[etree._Element]
    gathered: Gathered
    filled: list[tuple[int, int]]


def parse(html: str) -> etree._Element | None:
    """The tree of a page, None where there is nothing in it."""
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        return etree.fromstring(html.encode("utf-8", "replace"), parser)
    except etree.LxmlError:
        return None


def _part_plain(elements: list[etree._Element]) -> None:
    """Paragraphs for `<pre>`: empty lines part its text."""
    for element in elements:
        first, *rest = _EMPTY_LINES.split(element.text or "")
        if rest:
            element.text = first
        for at, text in enumerate(rest):
            paragraph = etree.Element("p")
            paragraph.text = text
            element.insert(at, paragraph)


def walk(root: etree._Element) -> Page:
    """The nodes and blocks of a tree, in document order."""
    gathered = gather(root)
    _part_plain(gathered["plain"])
    state = Walk()
    state.run(root)
    filled = filled_nodes(state.nodes, state.blocks)
    blocks = mark_roles(state.nodes, state.blocks, state.pictured, state.captioned, filled)
    return Page(
        root,
        state.nodes,
        blocks,
        state.bylines,
        state.crumbs,
        state.named,
        _titled(gathered["titles"]),
        gathered,
        filled,
    )


def _titled(titles: list[etree._Element]) -> set[etree._Element]:
    """The titles and what is around each."""
    found: set[etree._Element] = set()
    for title in titles:
        found.add(title)
        for around in title.iterancestors():
            if around in found:
                break
            found.add(around)
    return found
