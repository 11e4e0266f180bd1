"""What the attributes of elements say about the text in them: hidden, centred, caption, lead."""

from __future__ import annotations

import re
from typing import NamedTuple

from indexer.cleaning.blocks import Block, Look
from indexer.cleaning.hints import Hint, hints
from indexer.models import BlockKind

_QUOTED = re.compile(r"(?:quote|testimonial)[\w-]*(?:author|name|by|cite)", re.IGNORECASE)


class Node(NamedTuple):
    """A block-level element: where it hangs, its tag and what its names say.

    parent  index of the node around it, -1 for the first
    tag     lower case
    names   its class, id, role, itemprop and type
    """

    parent: int
    tag: str
    hint: int
    names: str


_NAMING = frozenset(("class", "id", "role", "itemprop", "type", "data-role", "data-component"))
_TELLING = frozenset(("style", "align", "hidden", "aria-hidden"))


def read_attributes(attributes: list[tuple[str, str]], look: int) -> tuple[int, str, int]:
    """The hints and names of an element, and the look that it gives to its text."""
    names = ""
    hidden = False
    for name, value in attributes:
        if name in _NAMING:
            names += f"{value} "
        elif name not in _TELLING:
            continue
        elif name == "style":
            style = value.replace(" ", "").lower()
            hidden = hidden or "display:none" in style or "visibility:hidden" in style
            if "text-align:" in style:
                look &= ~(Look.CENTERED | Look.RIGHT)
                if "text-align:center" in style:
                    look |= Look.CENTERED
                elif "text-align:right" in style:
                    look |= Look.RIGHT
        elif name == "align":
            if value.lower() == "center":
                look |= Look.CENTERED
            elif value.lower() == "right":
                look |= Look.RIGHT
        elif name == "hidden" or (name == "aria-hidden" and value == "true"):
            hidden = True
    hint: int = hints(names) if names else Hint.NONE
    if hint & Hint.AUTHOR and is_quoted(names):
        hint &= ~(Hint.AUTHOR | Hint.DROP)
    if hidden:
        hint |= Hint.HIDDEN
    return hint, names, look


def is_quoted(names: str) -> bool:
    """Whether names that speak of an author mean who is quoted: `quote-author`.

    >>> is_quoted("quote-author"), is_quoted("author-name")
    (True, False)
    """
    return bool(_QUOTED.search(names))


# What holds a picture and the line that says what it shows; longer lines are text.
_FRAMES = frozenset(("div", "section", "figure"))
_CAPTION_CHARS = 200
_OF_TEXT = frozenset((BlockKind.HEADING, BlockKind.QUOTE))
_LINE_CHARS = 130  # the same for one below a picture in a paragraph


class _Role(NamedTuple):
    """A look that the names of a part give to its text, if the part is no larger than this: the
    same names stand on whole pages (`has-caption`, `single-author`)."""

    hint: int
    tags: frozenset[str]
    look: int
    most_chars: int
    most_blocks: int


_ROLES = (
    _Role(Hint.CAPTION, frozenset(("figcaption", "figure")), Look.SURE_CAPTION, 900, 6),
    _Role(Hint.LEAD, frozenset(), Look.LEAD, 1500, 6),
    _Role(Hint.AUTHOR, frozenset(("address",)), Look.BYLINE, 250, 6),
    _Role(Hint.SOURCE, frozenset(), Look.SOURCE, 120, 2),
    _Role(Hint.BOX, frozenset(("blockquote", "aside")), Look.BOX, 20_000, 200),
)


_ROLE_HINTS = Hint.CAPTION | Hint.LEAD | Hint.AUTHOR | Hint.SOURCE | Hint.BOX
_ROLE_TAGS = frozenset[str]().union(*(role.tags for role in _ROLES))


def filled_nodes(nodes: list[Node], blocks: list[Block]) -> list[tuple[int, int]]:
    """The nodes with any block in them but for the first, each with its parent, the last first."""
    holds = bytearray(len(nodes))
    for block in blocks:
        holds[block.group] = 1
    found = []
    for i in range(len(nodes) - 1, 0, -1):
        if holds[i]:
            parent = nodes[i].parent
            holds[parent] = 1
            found.append((i, parent))
    return found


def mark_roles(
    nodes: list[Node],
    blocks: list[Block],
    pictured: set[int],
    captioned: set[int],
    filled: list[tuple[int, int]],
) -> list[Block]:
    """The blocks with the looks of the small parts that they stand in.

    pictured   the nodes with an image: a short line alone with one stands under a picture
    captioned  those where a line break follows it, so that this is true of paragraphs, too
    """
    chars = [0] * len(nodes)
    counts = [0] * len(nodes)
    slides = [False] * len(nodes)  # figures with a heading or a quote hold text, not only a caption
    for block in blocks:
        chars[block.group] += len(block.text)
        counts[block.group] += 1
        slides[block.group] |= block.kind in _OF_TEXT
    images = set[int]()
    for i in pictured:
        while i not in images:
            images.add(i)
            i = max(nodes[i].parent, 0)
    for i, parent in filled:
        chars[parent] += chars[i]
        counts[parent] += counts[i]
        slides[parent] |= slides[i]
    looks = [Look.NONE] * len(nodes)
    for i, parent in reversed(filled):
        node = nodes[i]
        looks[i] = looks[parent]
        most = _CAPTION_CHARS if node.tag in _FRAMES else (i in captioned) * _LINE_CHARS
        if i in images and counts[i] == 1 and chars[i] <= most:
            looks[i] |= Look.AFTER_IMAGE | Look.CENTERED
        if node.hint & _ROLE_HINTS or node.tag in _ROLE_TAGS:
            for role in _ROLES:
                if (
                    (node.hint & role.hint or node.tag in role.tags)
                    and chars[i] <= role.most_chars
                    and counts[i] <= role.most_blocks
                    and not (role.look == Look.SURE_CAPTION and looks[i] & Look.BOX)
                    and not (node.tag == "figure" and slides[i])
                ):
                    looks[i] |= role.look
    return [b._replace(look=b.look | looks[b.group]) if looks[b.group] else b for b in blocks]
