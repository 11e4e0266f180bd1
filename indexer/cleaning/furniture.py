"""Which parts of a page are no part of any article: menus, sharing, comments, what is hidden."""

from __future__ import annotations

from collections import defaultdict

from indexer.cleaning.blocks import ends_sentence, key, word_count
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
_BOX_CHARS = 400
_HEADLINE_WORDS = 4
_FORM_CHARS = 300
_FORM_SHARE = 0.3  # of the page's text; more is an article
_FEW_PARAGRAPHS = 2


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
    forms = _small_forms(nodes, sums)
    parts = _parts_of_text(nodes, sums)
    replies = set(find_replies(page, h1))
    others = set(find_next_articles(page, h1))
    sections = _named_sections(nodes, sums)
    for i in range(1, len(nodes)):
        node = nodes[i]
        if why[node.parent]:
            why[i] = why[node.parent]
            continue
        if i in others:
            why[i] = "another article below"
            continue
        if i in replies and _between(page, h1, i) >= FEW_CHARS:
            why[i] = "readers' comments"
            continue
        if i in forms and i not in title_path:
            why[i] = "a form"
            continue
        hint = node.hint
        if node.tag in ("body", "html", "main") or not (hint & trusted or node.tag in _DROP_TAGS):
            continue
        if hint & Hint.BODY and not hint & Hint.HIDDEN and node.tag not in _DROP_TAGS:
            continue
        if i in sections:
            continue
        if hint & Hint.HIDDEN and _goes_on(nodes, sums, i, parts):
            continue
        share = sums.good[i] / total
        limit = _PAGE_SHARE if hint & Hint.PAGE or i in title_path else _FURNITURE_SHARE
        if hint & Hint.COMMENT and i not in title_path:
            if total - sums.good[i] >= REST_CHARS:
                limit = _COMMENT_SHARE
            elif h1 >= 0 and _between(page, h1, i) >= FEW_CHARS:
                limit = 1.0
        if share > limit and not _is_small_box(page, i, sums):
            continue
        if (
            hint & (Hint.CAPTION | Hint.BOX | Hint.LEAD)
            and not hint & (Hint.HIDDEN | Hint.AUTHOR)
            and sums.links[i] == 0
        ):
            continue
        if i in title_path and sums.good[i] == 0 and node.tag not in _DROP_TAGS:
            continue
        why[i] = "hidden" if hint & Hint.HIDDEN else (node.names.strip() or node.tag)[:80]
    return why


def _small_forms(nodes: list[Node], sums: Sums) -> set[int]:
    """The small parts around forms: what they say asks for an address or an answer."""
    around = (node.parent for node in nodes if node.tag == "form")
    return {
        i
        for i in around
        if 0 < sums.chars[i] <= _FORM_CHARS and sums.good[i] <= _FORM_SHARE * sums.good[0]
    }


def _parts_of_text(nodes: list[Node], sums: Sums) -> dict[int, list[int]]:
    """For each node, the children that hold running text, where any is hidden."""
    parts: dict[int, list[int]] = defaultdict(list)
    if any(node.hint & Hint.HIDDEN for node in nodes):
        for i in range(1, len(nodes)):
            if sums.good[i]:
                parts[nodes[i].parent].append(i)
    return parts


def _goes_on(nodes: list[Node], sums: Sums, at: int, parts: dict[int, list[int]]) -> bool:
    """Whether what is hidden are the paragraphs that a reader must ask for, below those shown."""
    if sums.links[at] or nodes[at].hint & (Hint.DROP | Hint.COMMENT):
        return False
    beside = parts[nodes[at].parent]
    if not beside or beside[-1] != at or len(parts[at]) < _FEW_PARAGRAPHS:
        return False
    return sum(nodes[i].tag == "p" for i in beside[:-1]) >= _FEW_PARAGRAPHS


def _is_small_box(page: Page, node: int, sums: Sums) -> bool:
    """Whether a part begins with a headline that is a link and holds a summary of it at most."""
    if not sums.links[node] or sums.chars[node] > _BOX_CHARS:
        return False
    first = next((b for b in page.blocks if _is_within(page, b.group, node)), None)
    return first is not None and first.linked and word_count(first.text) >= _HEADLINE_WORDS


def _is_within(page: Page, at: int, node: int) -> bool:
    while at > node:
        at = page.nodes[at].parent
    return at == node


def find_next_articles(page: Page, h1: int) -> list[int]:
    """The articles that a page shows below its own, each with a title of its own: nodes of the same
    tag and names, beside the one that holds the title."""
    nodes = page.nodes
    if h1 < 0 or nodes[page.blocks[h1].group].tag != "h1":
        return []
    own = set()
    title = key(page.blocks[h1].text)
    at = page.blocks[h1].group
    while at > 0:
        own.add(at)
        at = nodes[at].parent
    found = set()
    for block in page.blocks[h1 + 1 :]:
        at = block.group
        if nodes[at].tag != "h1" or block.linked or key(block.text) == title:
            continue
        while at > 0 and nodes[at].parent not in own:
            at = nodes[at].parent
        beside = (i for i in own if nodes[i].parent == nodes[at].parent)
        if at > 0 and any(
            _alike(nodes[i], nodes[at]) and _between(page, h1, at, i) >= FEW_CHARS for i in beside
        ):
            found.add(at)
    return sorted(found)


def _alike(one: Node, other: Node) -> bool:
    return one.tag == other.tag != "h1" and one.names.split()[:1] == other.names.split()[:1]


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


def _between(page: Page, h1: int, node: int, within: int = 0) -> int:
    """Characters of unlinked sentences between the title and a node after it, inside `within`."""
    found = 0
    for block in page.blocks[h1 + 1 :]:
        if block.group >= node:
            break
        if not block.links and ends_sentence(block.text) and word_count(block.text) >= 3:
            found += len(block.text) if _is_within(page, block.group, within) else 0
    return found


def is_hidden(nodes: list[Node], at: int) -> bool:
    while at > 0:
        if nodes[at].hint & Hint.HIDDEN:
            return True
        at = nodes[at].parent
    return False
