"""How much running text blocks hold, and the parts of a page with all below them."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from indexer.cleaning.blocks import Block, Look, ends_sentence, word_count
from indexer.cleaning.phrases import classify
from indexer.cleaning.tree import Page
from indexer.models import BlockKind

REST_CHARS = 250
FEW_CHARS = 40  # of running text between the title and readers' comments: a very short article
_SHORT = 60  # characters: less is no sign of running text
_FEWEST_LINES = 3  # of a text that has no longer paragraph
_LINE_TAGS = frozenset(("p", "li", "blockquote", "tr", "tbody", "thead", "tfoot"))
_LINES = frozenset((BlockKind.PARAGRAPH, BlockKind.QUOTE))
_LISTED = frozenset((BlockKind.ROW, BlockKind.ITEM))


class Sums(NamedTuple):
    """Figures for each node with everything below it."""

    good: list[float]  # characters of running text
    chars: list[int]
    link_chars: list[int]
    links: list[int]


def weight_of(block: Block) -> float:
    """Characters of running text in a block: link text and labels do not count."""
    free = len(block.text) - block.link_chars
    if block.look & Look.SURE_CAPTION or free < 0.5 * len(block.text):
        return 0.0
    if block.text.startswith(("http://", "https://")):
        return 0.0
    if block.look & Look.VERSE:
        return float(free)
    if free < _SHORT:
        return 0.3 * free if ends_sentence(block.text) and free > 20 else 0.0
    return float(free) if ends_sentence(block.text) or free > 2 * _SHORT else 0.4 * free


def short_lines(page: Page, h1: int, dropped: list[str], *, dated: bool) -> list[float]:
    """Weights for a page without one longer paragraph, such as verse: lines of a container that has
    several below the title, and no links among them; if it is `dated` as an article, also those of
    a table or a list (results, prices, programmes)."""
    kinds = _LINES | _LISTED if dated else _LINES
    lines: dict[int, list[int]] = defaultdict(list)
    linked: dict[int, int] = defaultdict(int)
    for i in range(h1 + 1, len(page.blocks)):
        block = page.blocks[i]
        at = block.group
        while page.nodes[at].tag in _LINE_TAGS:
            at = page.nodes[at].parent
        linked[at] += block.link_chars
        if (
            not block.links
            and not dropped[block.group]
            and block.kind in kinds
            and not block.look & (Look.SURE_CAPTION | Look.BYLINE)
            and word_count(block.text) >= 2
            and not classify(block.text)
        ):
            lines[at].append(i)
    weights = [0.0] * len(page.blocks)
    for at, found in lines.items():
        chars = sum(len(page.blocks[i].text) for i in found)
        if len(found) >= _FEWEST_LINES and linked[at] <= 0.3 * chars:
            for i in found:
                weights[i] = float(len(page.blocks[i].text))
    return weights


def sum_up(page: Page, weights: list[float]) -> Sums:
    chars = [0] * len(page.nodes)
    link_chars = [0] * len(page.nodes)
    links = [0] * len(page.nodes)
    for _, text, linked, count, _, at in page.blocks:
        chars[at] += len(text)
        link_chars[at] += linked
        links[at] += count
    for i, parent in page.filled:
        chars[parent] += chars[i]
        link_chars[parent] += link_chars[i]
        links[parent] += links[i]
    return Sums(sum_weights(page, weights), chars, link_chars, links)


def sum_weights(page: Page, weights: list[float]) -> list[float]:
    """`weights` summed up for each node with everything below it."""
    good = [0.0] * len(page.nodes)
    for block, weight in zip(page.blocks, weights, strict=True):
        good[block.group] += weight
    for i, parent in page.filled:
        good[parent] += good[i]
    return good
