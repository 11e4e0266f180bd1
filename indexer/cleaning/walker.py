"""The walk through the tree of a page: elements → nodes and blocks.

The tree is walked once, with a stack of our own: pages nested 100,000 deep are read like others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import cast

from lxml import etree

from indexer.cleaning.blocks import Block, Look, ends_sentence, one_line
from indexer.cleaning.hints import Hint, hints
from indexer.cleaning.looks import Node, read_attributes
from indexer.cleaning.names import is_place
from indexer.models import BlockKind


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Elements that hold no text of the page, and those of them that show something. Not `<source>`: to
# libxml2 the picture after it stands in it.
_SKIP = _set(
    "script style svg template noscript iframe select option button input textarea object embed "
    "applet math canvas audio video map area head meta link title base dialog "
    "datalist progress meter rt rp img amp-img amp-video amp-iframe amp-ad"
)
_FIELDS = _set("input textarea")
_TYPED = _set("text email tel password")  # fields to write into
_IMAGES = _set("img amp-img amp-video video iframe embed audio")
_BLOCK = _set(
    "html body div p section article main header footer aside nav form address center details "
    "summary fieldset legend blockquote figure figcaption pre ul ol dl menu li dt dd table thead "
    "tbody tfoot tr td th caption h1 h2 h3 h4 h5 h6 hr amp-sidebar amp-story search hgroup"
)
_KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), BlockKind.HEADING),
    **dict.fromkeys(("li", "dt", "dd"), BlockKind.ITEM),
    "blockquote": BlockKind.QUOTE,
    "figcaption": BlockKind.CAPTION,
    "caption": BlockKind.CAPTION,
}
_TAG_LOOKS = {"td": Look.IN_TABLE, "th": Look.IN_TABLE, "center": Look.CENTERED}
_MOST_CELLS = 40
_PLACE_CHARS = 30
_INVISIBLE_CHARS = 4
_ALT_CHARS = 12  # of what an image shows, where it is also told below
_CELL_DEPTH = 12  # elements between a cell and its text
_FEW_LINKS = 2  # in lines that `<br>`s part: the section's, say; more are a list
_LINE_END = "\x1e"  # a single `<br>` in the text of a block: white space
_VERSE_LINES = 3  # at least so many short lines are set as lines
_VERSE_CHARS = 70
_CELL_WORDS = 40  # longer cells are text set in a table, not a row of figures


class _Act(IntEnum):
    """What the walk does at an element."""

    INLINE, BLOCK, SKIP, BREAK, IMAGE, FIELD, LINK, ITALIC, BOLD, SPAN, FONT = range(11)


_ACTS: dict[object, int] = {
    **dict.fromkeys(_BLOCK, _Act.BLOCK),
    **dict.fromkeys(_SKIP, _Act.SKIP),
    **dict.fromkeys(_IMAGES, _Act.IMAGE),
    **dict.fromkeys(_FIELDS, _Act.FIELD),
    **dict.fromkeys(("em", "i", "cite"), _Act.ITALIC),
    **dict.fromkeys(("strong", "b"), _Act.BOLD),
    "br": _Act.BREAK,
    "a": _Act.LINK,
    "span": _Act.SPAN,
    "font": _Act.FONT,
    etree.Comment: _Act.SKIP,
    etree.ProcessingInstruction: _Act.SKIP,
    etree.Entity: _Act.SKIP,
}
# Comparing members of an enumeration takes three times as long as comparing integers.
_PLAIN_ACTS = {tag: int(act) for tag, act in _ACTS.items()}
# What holds again when an element ends: the children still to come, the element, whether it is a
# block, then node, kind, look, link, italic, bold and font of the walk, and how many blocks there
# were.
_Frame = tuple[
    Iterator[etree._Element], etree._Element, bool, int, BlockKind, int, int, int, int, int, int
]


def _in_table(caption: etree._Element) -> bool:
    """Whether a `<caption>` stands where one belongs; elsewhere it is any part of a page."""
    parent = caption.getparent()
    return parent is not None and parent.tag == "table"


# What named tuples are made by, without the function of their own around it: half of their cost.
_new = tuple.__new__
_items = cast("Callable[[etree._Element], list[tuple[str, str]]]", etree._Element.items)
_TOLD_OF = Hint.AUTHOR | Hint.CRUMB


class Walk:
    """The state of one walk: the open containers and the inline text that is growing."""

    def __init__(self) -> None:
        self.nodes = [Node(-1, "", Hint.NONE, "")]
        self.blocks: list[Block] = []
        self.node = 0
        self.kind = BlockKind.PARAGRAPH
        self.look: int = Look.NONE
        self.link = self.italic = self.bold = self.font = 0
        self.fresh_link = False
        self.images = self.asks = False
        self.alt = ""  # of the image before
        self.pictured: set[int] = set()  # nodes with an image
        self.captioned: set[int] = set()  # paragraphs that begin with an image and a line break
        self.parts: list[str] = []
        self.chars = self.link_chars = self.links = self.italics = self.bolds = self.fonts = 0
        self.fonts_seen = self.last_font = 0
        self.lines: list[tuple[int, int, int, int, int, int]] = []
        self.named_fonts: dict[tuple[str | None, str | None], int] = {}
        self.breaks = self.parted = 0
        self.bylines: list[etree._Element] = []
        self.crumbs: list[tuple[int, etree._Element]] = []
        self.named: dict[str, list[etree._Element]] = defaultdict(list)

    def run(self, root: etree._Element) -> None:
        """Walk everything below and including `root`."""
        # Plain tuples and integers: this loop is most of the time of reading a page.
        stack: list[_Frame] = []
        acts = _PLAIN_ACTS
        skip_first, skip_last = int(_Act.SKIP), int(_Act.FIELD)
        a_break, image, field, block, link = (
            _Act.BREAK.value,
            _Act.IMAGE.value,
            _Act.FIELD.value,
            _Act.BLOCK.value,
            _Act.LINK.value,
        )
        italic, bold, font, span = (
            _Act.ITALIC.value,
            _Act.BOLD.value,
            _Act.FONT.value,
            _Act.SPAN.value,
        )
        children: Iterator[etree._Element] = iter((root,))
        while True:
            for child in children:
                tag = child.tag
                act = acts.get(tag, 0)
                if skip_first <= act <= skip_last:  # nothing to go into
                    if act == a_break:
                        self.line_break()
                    elif act == image:
                        if self.chars:  # a caption follows its image, so the text before ends here
                            self.flush()
                        self.images = True
                        self.alt = child.get("alt") or ""
                        self.pictured.add(self.node)
                    elif act == field and (child.get("type") or "text").lower() in _TYPED:
                        self.asks = self.chars > 0
                    if (tail := child.tail) and (self.chars or not tail.isspace()):
                        self.add(tail)
                    continue
                frame = (
                    children, child, act == block, self.node, self.kind, self.look,
                    self.link, self.italic, self.bold, self.font, len(self.blocks),
                )  # fmt: skip
                if act == block:
                    self.enter(child, tag)
                elif act == link:
                    self.link += 1
                    self.fresh_link = True
                    if "author" in (child.get("rel") or "") or "author" in (
                        child.get("class") or ""
                    ):
                        self.bylines.append(child)
                elif act == italic:
                    self.italic += 1
                elif act == bold:
                    self.bold += 1
                elif act == font:
                    self.fonts_seen += 1
                    self.font = self.fonts_seen
                elif act == span and (name := child.get("class") or child.get("itemprop")):
                    self.font = self.font_named(child)
                    self.named[f"{name} {child.get('itemprop') or ''}"].append(child)
                    if "location" in name or "loc-stamp" in name:
                        self.flush()
                        self.look |= Look.PLACE
                    elif hints(name) & Hint.AUTHOR:
                        self.bylines.append(child)
                elif act == span and child.get("id"):
                    self.font = self.font_named(child)
                if (text := child.text) and (self.chars or not text.isspace()):
                    self.add(text)
                if len(child):
                    stack.append(frame)
                    children = iter(child)
                    break
                self.end(frame)
            else:
                if not stack:
                    break
                frame = stack.pop()
                children = frame[0]
                self.end(frame)
        self.flush()

    def end(self, frame: _Frame) -> None:
        """An element ends, and the text after it comes."""
        is_block = frame[2]
        if is_block or self.look & Look.PLACE:
            self.leave(frame)
        else:  # most elements: only what is inside of it ends
            self.link, self.italic, self.bold, self.font = frame[6:10]
        if tail := frame[1].tail:
            if self.chars:
                if not is_block and tail[0].isupper():
                    self.part_glued()
                self.add(tail)
            elif not tail.isspace():
                self.add(tail)

    def enter(self, element: etree._Element, tag: str) -> None:
        if self.chars or self.parts or self.links or self.link:
            self.flush()
        hint, names = 0, ""
        if attributes := _items(element):
            hint, names, self.look = read_attributes(attributes, self.look)
            if names:
                self.named[names].append(element)
            if hint & _TOLD_OF:
                if hint & Hint.AUTHOR:
                    self.bylines.append(element)
                if hint & Hint.CRUMB:
                    self.crumbs.append((len(self.blocks), element))
        if tag in _TAG_LOOKS:
            self.look |= _TAG_LOOKS[tag]
        nodes = self.nodes
        parent, self.node = self.node, len(nodes)
        nodes.append(_new(Node, (parent, tag, hint, names)))
        if tag in _KINDS and (tag != "caption" or self.look & Look.IN_TABLE or _in_table(element)):
            self.kind = _KINDS[tag]

    def leave(self, frame: _Frame) -> None:
        (
            _, element, is_block, node, kind, look,
            self.link, self.italic, self.bold, self.font, first,
        ) = frame  # fmt: skip
        if self.look & Look.PLACE and not look & Look.PLACE:
            self.flush()
            self.look = look
        if is_block:
            if self.chars:
                self.flush()
            if element.tag == "tr":
                self.join_row(first)
            self.node, self.kind, self.look = node, kind, look

    def add(self, text: str) -> None:
        self.parts.append(text)
        size = len(text.strip())
        if size:
            self.breaks = 0
            self.chars += size
            if self.link:
                self.link_chars += size
                if self.fresh_link:  # links around nothing but an image do not count
                    self.links += 1
                    self.fresh_link = False
            if self.italic:
                self.italics += size
            if self.bold:
                self.bolds += size
            if self.font:
                self.fonts += size
                self.last_font = self.font

    def font_named(self, span: etree._Element) -> int:
        """The number of the type that style sheets give to a span of these names. What stands
        before it in a line, in another type and all a link, may be a line of its own."""
        names = span.get("id"), span.get("class")
        font = self.named_fonts.setdefault(names, -1 - len(self.named_fonts))
        if self.links and self.last_font not in (0, font):
            chars, _, _, _, link_chars, _ = self.lines[-1] if self.lines else (0,) * 6
            if self.chars - chars == self.link_chars - link_chars > 0:
                self.parts.append(_LINE_END)
                self.lines.append(self.line())
                self.parted += 1
        return font

    def part_glued(self) -> None:
        """A space between an inline element and a capital right after it: what style sheets set
        apart. A place at the beginning is where the story was written (`<b>Huế</b>Mưa …`)."""
        last = self.parts[-1]
        if len(last) > 1 and last[-1].isalpha() and last[-2].isalpha():
            if self.chars == len(last) <= _PLACE_CHARS and is_place(last):
                look = self.look
                self.look |= Look.PLACE
                self.flush()
                self.look = look
            else:
                self.parts.append(" ")

    def line(self) -> tuple[int, int, int, int, int, int]:
        """How much of the growing text is text, bold, in a `<font>`, in which, and in links."""
        return (
            self.chars, self.bolds, self.fonts, self.last_font, self.link_chars, self.links
        )  # fmt: skip

    def line_break(self) -> None:
        """A `<br>`: two of them, or one after a whole sentence, part paragraphs."""
        self.breaks += 1
        if self.chars and (self.breaks > 1 or ends_sentence("".join(self.parts[-4:]))):
            self.flush()
        else:
            if self.images and not self.chars:
                self.captioned.add(self.node)
            self.parts.append(_LINE_END)
            self.lines.append(self.line())

    def flush(self) -> None:
        """End the block that is growing, if it has any text."""
        self.breaks = 0
        parted, self.parted = self.parted, 0
        if not self.chars:
            self.clear()
            return
        text = "".join(self.parts)
        # A picture beside which an editor left an invisible character stands alone, too.
        if self.chars <= _INVISIBLE_CHARS and not one_line(text):
            self.clear()
            return
        look = self.look
        if self.asks:
            look |= Look.FIELD
            self.asks = False
        if self.italics >= 0.9 * self.chars:
            look |= Look.ITALIC
        if self.bolds >= 0.9 * self.chars:
            look |= Look.BOLD
        if self.images:
            look |= Look.AFTER_IMAGE
            if len(self.alt) >= _ALT_CHARS and one_line(text) == one_line(self.alt):
                look |= Look.SURE_CAPTION
            self.images = False
        # A link among lines of one type is a headline or part of a text, and with one line a
        # headline in a list; among more it may be the section above a title.
        head = self.links <= _FEW_LINKS and self.fonts and len(self.lines) - parted > 1
        typed = not self.links or head
        if self.lines and self.kind is BlockKind.PARAGRAPH and typed:
            self.lines.append(self.line())
            self.split_lines(text, look)
        elif text := one_line(text):
            block = self.kind, text, self.link_chars, self.links, look, self.node
            self.blocks.append(_new(Block, block))
        self.clear()

    def clear(self) -> None:
        """Begin a new block, within the same elements."""
        self.parts.clear()
        self.lines.clear()
        self.chars = self.link_chars = self.italics = self.bolds = self.fonts = 0
        self.links = 1 if self.link else 0

    def split_lines(self, text: str, look: int) -> None:
        """Blocks of a text with single `<br>`s: they part verse, and lines set in another type or
        that are links."""
        if not self.links and (verse := _verse(text)):
            look |= Look.VERSE if len(text) > 2 * _VERSE_CHARS else Look.NONE
            self.blocks += [Block(self.kind, line, 0, 0, look, self.node) for line in verse]
            return
        # Text, characters in links, links, and its type: whether bold, its own font, all a link.
        pieces: list[tuple[str, int, int, tuple[bool, int, bool]]] = []
        before = (0, 0, 0, 0, 0, 0)
        for line, after in zip(text.split(_LINE_END), self.lines, strict=False):
            chars, bolds, fonts, _, link_chars, links = (
                b - a for a, b in zip(before, after, strict=True)
            )
            before = after
            if not (line := one_line(line)):
                continue
            font = after[3] if fonts >= 0.9 * chars else 0
            kind = bolds >= 0.9 * chars, font, link_chars >= 0.9 * chars
            if pieces and (kind == pieces[-1][-1] or line[0].islower()):
                earlier, more_chars, more_links, (bold, _, linked) = pieces[-1]
                kind = bold and kind[0], font, linked and kind[2]
                pieces[-1] = (
                    f"{earlier} {line}", more_chars + link_chars, more_links + links, kind
                )  # fmt: skip
            else:
                pieces.append((line, link_chars, links, kind))
        look &= ~Look.BOLD
        for line, link_chars, links, (bold, _, _) in pieces:
            mark = Look.BOLD if bold else Look.NONE
            self.blocks.append(Block(self.kind, line, link_chars, links, look | mark, self.node))

    def join_row(self, first: int) -> None:
        """Make one block of a table row whose cells hold one short text each."""
        if not 2 <= len(self.blocks) - first <= _MOST_CELLS:
            return
        row = self.blocks[first:]
        if any(len(b.text) > 6 * _CELL_WORDS for b in row):
            return
        if len({self.cell(b) for b in row}) < len(row):
            return
        self.blocks[first:] = [
            Block(
                BlockKind.ROW,
                " | ".join(b.text for b in row),
                sum(b.link_chars for b in row),
                sum(b.links for b in row),
                row[0].look,
                self.node,
            )
        ]

    def cell(self, block: Block) -> int:
        """The table cell around a block, 0 where there is none."""
        node = block.group
        for _ in range(_CELL_DEPTH):
            if node <= 0 or self.nodes[node].tag in ("td", "th"):
                break
            node = self.nodes[node].parent
        return max(node, 0)


def _verse(text: str) -> list[str]:
    """The lines of a verse or a list that single `<br>`s part; [] where they only wrap a text."""
    lines = [line for line in map(one_line, text.split(_LINE_END)) if line]
    if len(lines) < _VERSE_LINES or max(map(len, lines)) > _VERSE_CHARS:
        return []
    if any(line[0].islower() for line in lines):
        return []
    return lines
