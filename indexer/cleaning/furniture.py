"""Which parts of a page are no part of any article: menus, sharing, comments, what is hidden."""

from __future__ import annotations

from collections import defaultdict

from indexer.cleaning.blocks import ends_sentence, word_count
from indexer.cleaning.comments import find_replies
from indexer.cleaning.hints import Hint
from indexer.cleaning.looks import Node
from indexer.cleaning.tree import Page
from indexer.cleaning.weights import FEW_CHARS, REST_CHARS, Sums

_DROP_TAGS = frozenset(("nav", "footer", "aside", "menu", "amp-sidebar", "search", "dialog"))
# A part named like furniture that holds more than this share of the page's text is none.
_FURNITURE_SHARE = 0.4
_PAGE_SHARE = 0.12
# Readers may have written far more than the author; but so much must be left.
_COMMENT_SHARE = 0.97


def find_furniture(nodes: list[Node], sums: Sums, page: Page, h1: int, trusted: int) -> list[str]:
    """For each node, why it is no part of any article; "" where it may be."""
    why = [""] * len(nodes)
    total = sums.good[0] or 1.0
    title_path = set()
    if h1 >= 0:
        at = page.blocks[h1].group
        while at > 0:
            title_path.add(at)
            at = nodes[at].parent
    replies = set(find_replies(page, h1))
    sections = _named_sections(nodes, sums)
    for i in range(1, len(nodes)):
        node = nodes[i]
        if why[node.parent]:
            why[i] = why[node.parent]
            continue
        if i in replies and _between(page, h1, i) >= FEW_CHARS:
            why[i] = "readers' comments"
            continue
        hint = node.hint
        if node.tag in ("body", "html", "main") or not (hint & trusted or node.tag in _DROP_TAGS):
            continue
        if hint & Hint.BODY and not hint & Hint.HIDDEN and node.tag not in _DROP_TAGS:
            continue
        if i in sections:
            continue
        share = sums.good[i] / total
        limit = _PAGE_SHARE if hint & Hint.PAGE or i in title_path else _FURNITURE_SHARE
        if hint & Hint.COMMENT and i not in title_path:
            if total - sums.good[i] >= REST_CHARS:
                limit = _COMMENT_SHARE
            elif h1 >= 0 and _between(page, h1, i) >= FEW_CHARS:
                limit = 1.0
        if share > limit:
            continue
        if (
            hint & (Hint.CAPTION | Hint.BOX | Hint.LEAD)
            and not hint & Hint.HIDDEN
            and sums.links[i] == 0
        ):
            continue
        if i in title_path and sums.good[i] == 0 and node.tag not in _DROP_TAGS:
            continue
        why[i] = "hidden" if hint & Hint.HIDDEN else (node.names.strip() or node.tag)[:80]
    return why


def _named_sections(nodes: list[Node], sums: Sums) -> set[int]:
    """Sections of an article whose names mislead (`tip`, `promo-text`): siblings that together hold
    most of the page's text, and hardly a link."""
    rows: dict[tuple[int, str], list[int]] = defaultdict(list)
    for i in range(1, len(nodes)):
        hint = nodes[i].hint
        if hint & Hint.DROP and not hint & (Hint.HIDDEN | Hint.COMMENT) and sums.good[i]:
            rows[(nodes[i].parent, nodes[i].tag)].append(i)
    found: set[int] = set()
    for siblings in rows.values():
        text = sum(sums.good[i] for i in siblings)
        links = sum(sums.link_chars[i] for i in siblings)
        if len(siblings) >= 3 and text > 0.5 * sums.good[0] and links < 0.1 * text:
            found.update(siblings)
    return found


def _between(page: Page, h1: int, node: int) -> int:
    """Characters of unlinked sentences between the title and a node after it."""
    found = 0
    for block in page.blocks[h1 + 1 :]:
        if block.group >= node:
            break
        if not block.links and ends_sentence(block.text) and word_count(block.text) >= 3:
            found += len(block.text)
    return found


def is_hidden(nodes: list[Node], at: int) -> bool:
    while at > 0:
        if nodes[at].hint & Hint.HIDDEN:
            return True
        at = nodes[at].parent
    return False
