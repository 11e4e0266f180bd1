"""Boxes of other articles inside the main part: headed by a known phrase, or made of cards."""

from __future__ import annotations

from collections import defaultdict

from indexer.cleaning.blocks import Block, ends_sentence, word_count
from indexer.cleaning.phrases import classify
from indexer.cleaning.tree import Page

_MOST_GOOD = 0.35  # share of the main part's running text that a box may hold
_HEADING_CHARS = 70
_CARD_CHARS = 700
_HEADLINE_CHARS = 24
_SUMMARY_LEAST = 60
_SUMMARY_CHARS = 350
_ROW_OF_CARDS = 4
_TEASER_CHARS = 300
_WRAPS = frozenset(("div", "section", "table", "figure"))
_SENTENCE_WORDS = 8
_TITLE_SHARE = 0.3  # of a line that is another article's title, perhaps with its summary
_BUTTON_WORDS = 3
_HEADLINE_WORDS = 4  # a link of fewer words is no headline
_CARD_TAGS = frozenset(("div", "li", "article"))
_NO_CARDS = frozenset(("p", "tr", "td", "tbody", "thead", "th", "blockquote", "h1", "h2", "h3"))


def find_boxes(page: Page, good: list[float], main: int) -> list[str]:
    """For each node below `main`, why it is a box of other articles; "" where it is none.

    good  characters of running text in each node with all below it
    """
    nodes, blocks = page.nodes, page.blocks
    count = len(nodes)
    first = [len(blocks)] * count
    last = [-1] * count
    chars = [0] * count
    headlines = [0] * count
    links = [0] * count
    titles = [0] * count  # lines with a link of more than a few words of a sentence
    for i, (_, text, link_chars, count_of_links, _, at) in enumerate(blocks):
        if last[at] < 0:
            first[at] = i
        last[at] = i
        chars[at] += len(text)
        links[at] += count_of_links
        if link_chars:
            linked = link_chars >= 0.8 * len(text) > 0
            headlines[at] += linked and word_count(text) >= _HEADLINE_WORDS
            titles[at] += link_chars >= min(_HEADLINE_CHARS, _TITLE_SHARE * len(text)) > 0
    for i, parent in page.filled:
        if first[i] < first[parent]:
            first[parent] = first[i]
        if last[i] > last[parent]:
            last[parent] = last[i]
        chars[parent] += chars[i]
        links[parent] += links[i]
        headlines[parent] += headlines[i]
        titles[parent] += titles[i]
    why = [""] * count
    limit = _MOST_GOOD * max(good[main], 1.0)
    below = [False] * count
    below[main] = True
    siblings: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for i, parent in reversed(page.filled):
        if not below[parent]:
            continue
        below[i] = True
        if not (headlines[i] or titles[i]) or good[i] > limit:
            continue
        node = nodes[i]
        if node.tag == "article" and titles[i] and chars[i] <= _CARD_CHARS:
            why[i] = "an article inside the article"
        elif (
            headlines[i] == 1
            and node.tag in _WRAPS
            and first[i] < last[i] <= first[i] + 1 + _is_button(blocks[last[i]])
            and chars[i] <= _TEASER_CHARS
            and blocks[first[i]].linked
        ):
            why[i] = "a headline that is a link, with its summary"
        elif headlines[i] and chars[i] <= _CARD_CHARS and node.tag not in _NO_CARDS:
            siblings[(node.parent, node.tag, node.names)].append(i)
    for cards in siblings.values():
        if len(cards) >= 3 and sum(good[i] for i in cards) <= limit:
            for i in cards:
                why[i] = f"one of {len(cards)} cards"
    for i, block in enumerate(blocks):
        at = block.group
        if not below[at] or at == main or len(block.text) > _HEADING_CHARS:
            continue
        kind = classify(block.text)
        if kind is None or not kind.box:
            continue
        while nodes[at].parent != main and first[nodes[at].parent] == i and below[nodes[at].parent]:
            at = nodes[at].parent
        if not links[at] and any(map(_is_sentence, blocks[i + 1 : last[at] + 1])):
            continue  # facts for the reader, not links to other articles
        if good[at] <= limit and (last[at] > i or block.linked):
            why[at] = f"under “{block.text}”"
        following = _next_sibling(page, at)
        if last[at] == i and following and headlines[following] and good[following] <= limit:
            why[at] = why[following] = f"under “{block.text}”"
    if any(why):
        for i in range(main + 1, count):
            why[i] = why[i] or (why[nodes[i].parent] if nodes[i].parent != main else "")
    return why


def _is_button(block: Block) -> bool:
    """Whether it may be a call to read on: `ĐỌC NGAY`."""
    return word_count(block.text) <= _BUTTON_WORDS and not ends_sentence(block.text)


def _is_sentence(block: Block) -> bool:
    return word_count(block.text) >= _SENTENCE_WORDS and ends_sentence(block.text)


def find_cards(page: Page, good: list[float]) -> list[bool]:
    """For each node, whether it is within one of a row of cards: a linked headline and at most one
    short summary each, as front pages and lists of other articles have.

    good  characters of running text in each node with all below it
    """
    nodes = page.nodes
    count = len(nodes)
    chars = [0] * count
    headlines = [0] * count
    prose = [0] * count
    for _, text, link_chars, links, _, at in page.blocks:
        size = len(text)
        chars[at] += size
        if link_chars and link_chars >= 0.8 * size > 0:
            headlines[at] += size > _HEADLINE_CHARS
        elif links == 1 and link_chars > max(_HEADLINE_CHARS, 0.15 * size):
            headlines[at] += nodes[at].tag in _CARD_TAGS  # with its summary
        elif size > _SUMMARY_LEAST:
            prose[at] += 1
    for i, parent in page.filled:
        chars[parent] += chars[i]
        headlines[parent] += headlines[i]
        prose[parent] += prose[i]
    rows: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for i, found_here in enumerate(headlines):
        if (
            1 <= found_here <= 3
            and i
            and prose[i] <= 1
            and chars[i] <= _CARD_CHARS
            and good[i] <= _SUMMARY_CHARS
            and nodes[i].tag not in _NO_CARDS
        ):
            rows[(nodes[i].parent, nodes[i].tag, nodes[i].names)].append(i)
    found = [False] * count
    for cards in rows.values():
        if len(cards) >= _ROW_OF_CARDS:
            for i in cards:
                found[i] = True
    if any(found):
        for i in range(1, count):
            found[i] = found[i] or found[nodes[i].parent]
    return found


def _next_sibling(page: Page, at: int) -> int:
    """The node after `at` under the same parent, 0 where there is none."""
    nodes = page.nodes
    parent = nodes[at].parent
    for i in range(at + 1, len(nodes)):
        if nodes[i].parent == parent:
            return i
        if nodes[i].parent < parent:
            break
    return 0
