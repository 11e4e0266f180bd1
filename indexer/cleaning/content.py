"""Which of a page's blocks are the article: by text and link density, hints and witnesses."""

from __future__ import annotations

from typing import NamedTuple

from indexer.cleaning.blocks import Block, Look, ends_sentence, key, one_line, word_count
from indexer.cleaning.boxes import find_boxes, find_cards
from indexer.cleaning.captions import tell_story
from indexer.cleaning.furniture import find_furniture, is_hidden
from indexer.cleaning.hints import Hint
from indexer.cleaning.looks import Node
from indexer.cleaning.metadata import Metadata
from indexer.cleaning.phrases import classify
from indexer.cleaning.tree import Page
from indexer.cleaning.weights import (
    FEW_CHARS,
    REST_CHARS,
    Sums,
    short_lines,
    sum_up,
    sum_weights,
    weight_of,
)
from indexer.models import BlockKind, Removal

_POOR_CHARS = 300  # a main part of less is not believed while the furniture holds much more
_TABLE = frozenset(("tr", "tbody", "thead", "tfoot", "table"))
_ROW_WORDS = 8  # for each link of a row; more are headlines
_TEXT_SHARE = 0.75  # of a part's text, that one within it holds if that is the text
_AFTERWORD, _LINKS_BETWEEN = 2, 3  # paragraphs, and lines of links before them
_MAIN_SHARE = 0.82  # a container is entered while one child holds so much of its text
_PROSE_WORDS = 14
_SENTENCE_WORDS = 8
_GOES_ON = 2  # paragraphs after the part that holds the text
_COLUMN_BLOCKS = 3  # of text in a cell that is a page's column
_COLUMN_SHARE = 0.1  # of the running text, that stands in another column
_HEADLINE_WORDS = 4
_FIELD_WORDS = 12
_TITLE_CHARS = 20
_TOLD_CHARS = 200  # of articleBody, to be believed
_TOLD_SHARE = 0.3


class Selection(NamedTuple):
    """The article's blocks in order, and the pieces of the page left out, by part."""

    blocks: list[Block]
    removed: list[Removal]


def select(page: Page, metadata: Metadata) -> Selection:
    """The blocks of the main part, with the lead that stands above it."""
    nodes, blocks = page.nodes, page.blocks
    if metadata.h1 >= 0 and is_hidden(nodes, blocks[metadata.h1].group):
        metadata = metadata._replace(h1=-1)
    weights = [weight_of(b) for b in blocks]
    if sum(weights) < _POOR_CHARS:
        # So little that a footer's lines would count: only what no phrase is known for is text.
        weights = [
            0.0 if w and classify(b.text) else w for w, b in zip(weights, blocks, strict=True)
        ]
    sums = sum_up(page, weights)
    dropped = find_furniture(nodes, sums, page, metadata.h1, Hint.DROP | Hint.COMMENT | Hint.HIDDEN)
    kept = sums._replace(good=sum_weights(page, _but(weights, blocks, dropped)))
    near_title = _begins_at_title(weights, [bool(dropped[b.group]) for b in blocks], metadata.h1)
    if kept.good[0] < _POOR_CHARS and sums.good[0] > 3 * kept.good[0] and not near_title:
        # Names mislead on this page (generated class names do): trust only the sure ones.
        dropped = find_furniture(nodes, sums, page, metadata.h1, Hint.COMMENT)
        kept = sums._replace(good=sum_weights(page, _but(weights, blocks, dropped)))
    weights = _but(weights, blocks, dropped)
    if sum(weights) < FEW_CHARS:
        marked = metadata.is_article or metadata.kind == "article"
        dated = marked and metadata.published is not None
        weights = short_lines(page, metadata.h1, dropped, dated=dated)
        kept = sums._replace(good=sum_weights(page, weights))
    cards = find_cards(page, kept.good)
    out = [cards[b.group] for b in blocks]
    for i in range(metadata.h1):
        out[i] = out[i] or _is_teaser(blocks, i, metadata.h1)
    bare = [0.0 if gone else w for gone, w in zip(out, weights, strict=True)]
    near_title = _begins_at_title(weights, out, metadata.h1)
    # Else it is all cards: a front page, or a list that is the text.
    if sum(bare) >= REST_CHARS or (near_title and sum(bare) >= 0.5 * FEW_CHARS):
        weights = bare
        kept = sums._replace(good=sum_weights(page, weights))
    if not any(weights):
        return Selection(_picture_story(page, metadata, dropped), [])
    main = _without_afterword(page, _main_node(nodes, kept.good), kept.good, weights)
    inside = _below(nodes, main)
    _go_on(page, main, inside, weights)
    tables = _data_tables(page)
    lists = _link_lists(nodes, kept, main, tables)
    boxes = find_boxes(page, kept.good, main)
    beside = _side_cells(page, weights, kept.good, main)
    start = _start(blocks, weights, inside, metadata.h1)
    chosen: list[int] = []
    removed: list[Removal] = []
    for i, block in enumerate(blocks):
        if not inside[block.group] or i == metadata.h1:
            continue
        if i < start:
            continue
        if dropped[block.group]:
            removed.append(Removal("furniture", block.text, dropped[block.group]))
        elif beside and beside[block.group]:
            removed.append(Removal("furniture", block.text, "a column beside the text"))
        elif lists[block.group]:
            removed.append(Removal("link-list", block.text))
        elif block.look & Look.FIELD and word_count(block.text) <= _FIELD_WORDS:
            removed.append(Removal("furniture", block.text, "the label of a form's field"))
        elif boxes[block.group]:
            removed.append(Removal("related-box", block.text, boxes[block.group]))
        else:
            chosen.append(i)
    chosen = _trim(blocks, weights, chosen, tables)
    if not chosen:
        return Selection([], removed)
    above = _above(page, metadata, dropped, chosen)
    text = [blocks[i] for i in chosen]
    leads = [i for i in above if not blocks[i].look & (Look.SURE_CAPTION | Look.PLACE)]
    before = [
        blocks[i]._replace(look=blocks[i].look | Look.LEAD) if leads == [i] else blocks[i]
        for i in above
    ]
    return Selection(before + text, removed)


def _picture_story(page: Page, metadata: Metadata, dropped: list[str]) -> list[Block]:
    """The captions below the title where they tell a story without any other text, under the lead;
    [] where there are too few."""
    blocks = page.blocks
    told = [
        i
        for i in range(metadata.h1 + 1, len(blocks))
        if not dropped[blocks[i].group]
        and (blocks[i].kind is BlockKind.CAPTION or blocks[i].look & Look.SURE_CAPTION)
    ]
    if not tell_story(blocks[i].text for i in told):
        return []
    return [blocks[i] for i in sorted({*_above(page, metadata, dropped, told), *told})]


def _is_teaser(blocks: list[Block], i: int, h1: int) -> bool:
    """Whether a block above the title stands right below a headline that is a link."""
    return (
        0 < i < h1
        and blocks[i - 1].linked
        and not blocks[i].linked
        and word_count(blocks[i - 1].text) >= _HEADLINE_WORDS
    )


def _begins_at_title(weights: list[float], out: list[bool], h1: int) -> bool:
    """Whether the first running text after the title is not among what is left `out`."""
    if h1 < 0:
        return False
    first = next((i for i in range(h1 + 1, len(weights)) if weights[i] > 0), -1)
    return first >= 0 and not out[first]


def _start(blocks: list[Block], weights: list[float], inside: list[bool], h1: int) -> int:
    """Where the text may begin: at the title, unless most of the text stands before it."""
    if h1 < 0:
        return 0
    before = sum(w for w, b in zip(weights[:h1], blocks, strict=False) if inside[b.group])
    after = sum(w for w, b in zip(weights[h1:], blocks[h1:], strict=False) if inside[b.group])
    return h1 if before < after else 0


def _but(weights: list[float], blocks: list[Block], dropped: list[str]) -> list[float]:
    """`weights` with those of dropped blocks zero."""
    return [0.0 if dropped[b.group] else w for b, w in zip(blocks, weights, strict=True)]


def _main_node(nodes: list[Node], good: list[float]) -> int:
    """The container of the article."""
    total = good[0]
    body, enough = Hint.BODY, 0.45 * total
    marked = [i for i, node in enumerate(nodes) if node.hint & body and good[i] >= enough and i]
    if marked:
        most = max(good[i] for i in marked)
        # of nested containers, the innermost that still holds nearly all
        chosen = max(i for i in marked if good[i] >= 0.92 * most)
        return _around_twins(nodes, chosen, good)
    children: list[list[int]] = [[] for _ in nodes]
    for i, chars in enumerate(good):
        if chars > 0.3 * total and i:
            children[nodes[i].parent].append(i)
    at = 0
    while True:
        best = max(children[at], key=lambda i: good[i], default=-1)
        if best < 0 or good[best] < _MAIN_SHARE * good[at] or nodes[best].tag in ("p", "li", "td"):
            return at
        at = best


def _around_twins(nodes: list[Node], chosen: int, good: list[float]) -> int:
    """The part around `chosen` where others of its name beside it hold text too: a text in several
    parts, with boxes between them."""
    parent, names = nodes[chosen].parent, nodes[chosen].names
    twins = (i for i, node in enumerate(nodes) if node.parent == parent and node.names == names)
    return parent if parent > 0 and any(good[i] > 0 for i in twins if i != chosen) else chosen


def _without_afterword(page: Page, main: int, good: list[float], weights: list[float]) -> int:
    """The part that is named as the text, within a larger one, where all text besides is a line or
    two behind links: what the site says of a firm, an author or itself below each article."""
    nodes, blocks = page.nodes, page.blocks
    enough = _TEXT_SHARE * good[main]
    named = [
        i
        for i in range(main + 1, len(nodes))
        if nodes[i].hint & Hint.BODY and enough <= good[i] < good[main]
    ]
    if not named:
        return main
    around, inside = _below(nodes, main), _below(nodes, named[-1])
    last = max(i for i, block in enumerate(blocks) if inside[block.group])
    rest = [
        i
        for i, (block, weight) in enumerate(zip(blocks, weights, strict=True))
        if weight > 0 and around[block.group] and not inside[block.group]
    ]
    if not 0 < len(rest) <= _AFTERWORD or rest[0] < last:
        return main
    for i in rest:
        at = blocks[i].group
        while at > main:
            if nodes[at].hint & Hint.BODY:
                return main  # more of the text
            at = nodes[at].parent
    return named[-1] if sum(b.linked for b in blocks[last : rest[0]]) >= _LINKS_BETWEEN else main


def _below(nodes: list[Node], main: int) -> list[bool]:
    inside = [False] * len(nodes)
    inside[main] = True
    for i in range(main + 1, len(nodes)):
        inside[i] = inside[nodes[i].parent]
    return inside


def _go_on(page: Page, main: int, inside: list[bool], weights: list[float]) -> None:
    """Let the text go on in bare paragraphs right after its part, as where a stray `</div>` in it
    has ended that: at least two with sentences, before anything else that has text."""
    nodes, around = page.nodes, page.nodes[main].parent
    after: list[int] = []
    for block, weight in zip(page.blocks, weights, strict=True):
        at = block.group
        if at <= main or inside[at]:
            continue
        node = nodes[at]
        prose = weight > 0 and not block.links and ends_sentence(block.text)
        if not (prose and node.tag == "p" and node.parent == around and not node.hint):
            break
        after.append(at)
    if len(after) >= _GOES_ON:
        for at in after:
            inside[at] = True


def _side_cells(page: Page, weights: list[float], good: list[float], main: int) -> list[bool]:
    """For each node, whether it is within a cell beside the one that holds the text, where a table
    sets the page's columns; [] where none does."""
    nodes = page.nodes
    whole = _MAIN_SHARE * good[main]
    cells = [i for i in range(main + 1, len(nodes)) if nodes[i].tag == "td" and good[i] >= whole]
    if not cells:
        return []
    inside = _below(nodes, cells[-1])
    own = sum(w > 0 and inside[b.group] for w, b in zip(weights, page.blocks, strict=True))
    if own < _COLUMN_BLOCKS:
        return []
    rows = {nodes[i].parent for i in cells}
    captioned = set()
    for block in page.blocks:
        at = block.group if block.look & Look.SURE_CAPTION else -1
        while at > main and at not in captioned:
            captioned.add(at)
            at = nodes[at].parent
    beside = [False] * len(nodes)
    for i in range(main + 1, len(nodes)):
        node = nodes[i]
        beside[i] = beside[node.parent] or (
            node.parent in rows
            and not (i in cells or i in captioned)
            and good[i] <= _COLUMN_SHARE * good[main]
        )
    return beside


def _link_lists(nodes: list[Node], sums: Sums, main: int, tables: set[int]) -> list[bool]:
    """Nodes that are mostly links: lists of other articles, menus."""
    found = [False] * len(nodes)
    for i in range(main + 1, len(nodes)):
        if found[nodes[i].parent]:
            found[i] = True
        elif (
            sums.links[i] >= 2
            and i not in tables
            and nodes[i].tag != "p"
            and sums.good[i] < 0.3 * max(sums.good[main], 1)
        ):
            density = sums.link_chars[i] / max(sums.chars[i], 1)
            found[i] = density > 0.6 and nodes[i].tag not in ("blockquote", "tr", "td")
    return found


def _data_tables(page: Page) -> set[int]:
    """Tables whose rows hold figures beside names that are links: results, prices, timetables."""
    found: set[int] = set()
    for block in page.blocks:
        if block.kind is not BlockKind.ROW or not block.links:
            continue
        cells = block.text.count(" | ")
        free = len(block.text) - block.link_chars - 3 * cells
        at = block.group
        if free >= 2 and word_count(block.text) - cells <= _ROW_WORDS * block.links:
            while at > 0 and at not in found and page.nodes[at].tag in _TABLE:
                found.add(at)
                at = page.nodes[at].parent
    return found


def _trim(
    blocks: list[Block], weights: list[float], chosen: list[int], tables: set[int]
) -> list[int]:
    """`chosen` without the short lines before the first and the linked ones after the last text."""
    good = [n for n, i in enumerate(chosen) if weights[i] > 0]
    if not good:
        return []
    start, end = good[0], good[-1] + 1
    while start and (
        _belongs(blocks[chosen[start - 1]], tables) or _is_sentence(blocks[chosen[start - 1]])
    ):
        start -= 1
    while end < len(chosen) and _belongs(blocks[chosen[end]], tables):
        end += 1
    return chosen[start:end]


def _is_sentence(block: Block) -> bool:
    """Whether a short paragraph is a sentence with a link in it, and no call to read."""
    return (
        block.kind is BlockKind.PARAGRAPH
        and ends_sentence(block.text)
        and block.link_chars <= 0.5 * len(block.text)
        and not classify(block.text)
    )


def _belongs(block: Block, tables: set[int]) -> bool:
    """Whether a short block at the text's edge may be part of it."""
    return block.group in tables or (not block.links and block.link_chars == 0)


def _above(page: Page, metadata: Metadata, dropped: list[str], chosen: list[int]) -> list[int]:
    """The lead where it stands outside the main part: between the title and the text."""
    blocks = page.blocks
    first = chosen[0]
    title = metadata.h1
    if title < 0 and len(metadata.title) >= _TITLE_CHARS:
        near = range(max(0, first - 12), first)
        title = next((i for i in near if blocks[i].text.startswith(metadata.title)), -1)
    start = title + 1 if 0 <= title < first else max(0, first - 12)
    wanted = key(metadata.description)[:60]
    found = []
    for i in range(start, first):
        block = blocks[i]
        if block.link_chars > 0.5 * len(block.text) or block.kind is BlockKind.ROW:
            continue
        words = word_count(block.text)
        witness = len(wanted) >= 30 and key(block.text)[: len(wanted)] == wanted
        if dropped[block.group] and not witness:
            continue
        marked = block.look & Look.LEAD and words >= 5
        # A lead often wants its full stop; what is no text between the two is links or shorter.
        ended = ends_sentence(block.text)
        own = not (block.links or classify(block.text))
        least = _SENTENCE_WORDS if ended and own else _PROSE_WORDS
        prose = title >= 0 and words >= least and (ended or own)
        if witness or marked or prose or block.look & (Look.SURE_CAPTION | Look.PLACE):
            found.append(i)
    return found


def told_blocks(article_body: str, description: str, found: list[Block]) -> list[Block]:
    """The text that JSON-LD tells, under its description, where the page itself shows next to
    nothing of it (it is drawn by a script); [] where what was found is enough."""
    told = len(article_body)
    if told < _TOLD_CHARS or sum(len(b.text) for b in found) > _TOLD_SHARE * told:
        return []
    lines = [one_line(line) for line in article_body.split("\n")]
    text = [Block(BlockKind.PARAGRAPH, line) for line in lines if line]
    lead = one_line(description)
    if ends_sentence(lead) and not lead.endswith(("...", "…")) and key(lead) not in key(lines[0]):
        text.insert(0, Block(BlockKind.PARAGRAPH, lead, look=Look.LEAD))
    return text
