"""The rules that blocks go through, as one ordered list: what loses nothing first.

Each step takes a `Draft` and changes it through `Draft.drop`, `cut` and `mark`, so that everything
that leaves is written down under a rule's name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable

from indexer.cleaning.blocks import Block, Look, ends_sentence, key, one_line, word_count
from indexer.cleaning.captions import drop_picture_labels, find_captions, halve_doubled
from indexer.cleaning.comments import drop_comments
from indexer.cleaning.credits import credit_only, has_credit
from indexer.cleaning.draft import Draft
from indexer.cleaning.glued import split_glued_captions
from indexer.cleaning.heads import drop_head_labels, drop_head_lines, is_prose
from indexer.cleaning.makers import read_makers
from indexer.cleaning.phrases import PhraseClass, classify, phrase_classes
from indexer.cleaning.polls import drop_polls
from indexer.cleaning.prefixes import bare_paper_length, dateline_length, paper_length
from indexer.models import BlockKind

Step = Callable[[Draft], None]

_HEADLINE_WORDS = 40  # a line without a full stop of at most so many words may be a headline
_TEXT_WORDS = 20  # of a whole paragraph that is a link, and no headline
_ANNOUNCING_WORDS = 8
_SUBHEAD_WORDS = 9
_LEAD_WORDS = 12  # that a lead has at least, which may want its full stop
_HEAD_BLOCKS = 5  # among which the lead is
_TOLD_FIRST = 3  # paragraphs above another article's lead
_REPEAT_CHARS = 30  # shorter lines may well come twice
# Classes whose words may also be an article's subheads: `Facebook`, `2020`.
_SUBHEADS = frozenset(("share-bar", "counter", "site-service", "rating", "comment-prompt"))
_FOOT = "copyright"
_CONTACT = re.compile(
    r"(?:điện thoại|đt|tel|fax|hotline|e-?mail|website|địa chỉ)\s*:", re.IGNORECASE
)
_TAGS = "tags-line"
_LABEL_WORDS = 2  # of `Từ khóa:` without the tags
# Classes whose lines may call to see what stands below: `Mời độc giả xem thêm video:`.
_CALLS = frozenset(("related-link", "column-promotion"))
_END_MARK = re.compile(r"\s*(?:\./+\.?|/\.|\.//\.?|■|◼|\*{3,}|\bHẾT\b)\s*$")
_RELATED_TAIL = re.compile(
    r"(?<=[.!?…”\")])\s*[>»(\[]*\s*(?:mời\s(?:bạn|bạn đọc|độc giả|quý độc giả|quý vị)\s)?"
    r"(?:xem|đọc|tham khảo)(?:\s(?:thêm|tiếp|ngay|lại))?"
    r"(?:\s(?:các\s)?(?:bài|tin|bài viết|video|clip))?"
    r"\s*:\s*(?P<headline>\S.{10,200})$",
    re.IGNORECASE,
)
_TAIL_SLACK = 4  # characters of brackets and stops beside the link
_DASH = re.compile(r"[-–—]\s+")
_SAID_BY = re.compile(r"\s[-–—]\s+[^\W\d_A-ZĐ]")  # `- Có rồi - chị nói.`
_BRACKET_LINE = re.compile(r"^[\[【]\s*[^\[\]]{8,300}\s*[\]】]$")


def drop_title(draft: Draft) -> None:
    """The title again among the text's first blocks, or under a picture."""
    if draft.title_key:
        draft.drop(
            [i for i, b in enumerate(draft.blocks) if key_equals(b.text, draft.title_key)],
            "repeated-title",
        )


def key_equals(text: str, wanted: str) -> bool:
    """Whether `text` has the key `wanted`; cheap for texts of another length."""
    return abs(len(text) - len(wanted)) <= 20 + len(wanted) // 4 and key(text) == wanted


def drop_repeats(draft: Draft) -> None:
    """Captions and paragraphs that were there before; the lead again as first paragraph."""
    seen: dict[str, list[int]] = defaultdict(list)
    again = []
    for i, block in enumerate(draft.blocks):
        at_once = i and draft.blocks[i - 1].text == block.text
        is_short = len(block.text) < _REPEAT_CHARS and not at_once
        if is_short and block.kind is not BlockKind.CAPTION:
            continue
        # Full keys are costly; texts that are equal begin alike.
        start = seen[_letters(block.text[:60])[:20].casefold()]
        first = next((k for k in start if key_equals(draft.blocks[k].text, key(block.text))), None)
        if first is None:
            start.append(i)
            continue
        again.append(i)
        if block.kind is BlockKind.CAPTION:
            draft.mark(first, BlockKind.CAPTION)
    draft.drop(again, "repeated-text")


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))


def drop_bracketed_links(draft: Draft) -> None:
    """Related articles alone in a paragraph in square brackets: `[Bà … tái đắc cử …]`."""
    draft.drop(
        [i for i, b in enumerate(draft.blocks) if _BRACKET_LINE.match(b.text)], "related-bracket"
    )


def drop_phrases(draft: Draft) -> None:
    """Lines known from rules/phrases.toml, and the lists that such a line heads."""
    blocks = draft.blocks
    found: dict[int, tuple[str, str]] = {}
    at = 0
    while at < len(blocks):
        block = blocks[at]
        kind = None
        if block.kind is not BlockKind.CAPTION and block.kind is not BlockKind.ROW:
            kind = classify(block.text)
        if kind is None or (kind.name in _SUBHEADS and _heads_text(blocks, at)):
            at += 1
            continue
        found[at] = (kind.name, "")
        at += 1
        if _heads_a_list(block, kind):
            for i in range(at, _box_end(draft, at)):
                found[i] = (kind.name, f"under “{block.text}”")
                at = i + 1
    for i in range(1, len(blocks)):
        if (
            i not in found
            and found.get(i - 1, ("",))[0] == _FOOT
            and _CONTACT.match(blocks[i].text)
        ):
            found[i] = (_FOOT, "")
    draft.drop_each(found)


def _heads_a_list(block: Block, kind: PhraseClass) -> bool:
    """Whether what a line heads goes with it."""
    called = kind.name in _CALLS and block.text.endswith(":")
    return kind.box or called or (kind.name == _TAGS and word_count(block.text) <= _LABEL_WORDS)


def _heads_text(blocks: list[Block], at: int) -> bool:
    """Whether a heading stands right above running text, so that it may be the article's own."""
    return (
        blocks[at].kind is BlockKind.HEADING
        and at + 1 < len(blocks)
        and not blocks[at + 1].links
        and is_prose(blocks[at + 1].text)
    )


def _box_end(draft: Draft, at: int) -> int:
    """Where the box whose heading stands before `at` ends: after its links or headlines."""
    blocks = draft.blocks
    end = at
    for i in range(at, len(blocks)):
        block = blocks[i]
        if block.kind in (BlockKind.CAPTION, BlockKind.ROW):
            break
        if draft.from_html:
            if not (block.linked or (block.links and word_count(block.text) <= _HEADLINE_WORDS)):
                break
        elif not _may_be_headline(block.text):
            break
        end = i + 1
    if not draft.from_html and end < len(blocks) and end > at:
        # In a dump a heading of the article may follow the list: it stands right before its text,
        # and is much shorter than the headlines.
        sizes = [word_count(b.text) for b in blocks[at:end]]
        short = sizes[-1] <= _SUBHEAD_WORDS and sizes[-1] <= 0.75 * sum(sizes) / len(sizes)
        if short and len(sizes) > 1 and is_prose(blocks[end].text):
            end -= 1
    return end


def _may_be_headline(text: str) -> bool:
    if ends_sentence(text) and not (text.endswith("?") and word_count(text) <= 20):
        return False
    return word_count(text) <= _HEADLINE_WORDS


def drop_link_lines(draft: Draft) -> None:
    """Paragraphs and list items that are one link to another article."""
    if not draft.from_html:
        return
    found = []
    for i, block in enumerate(draft.blocks):
        if block.linked and block.links and word_count(block.text) >= 4:
            if block.kind is BlockKind.HEADING and not block.look & Look.BOX:
                continue
            if not _is_linked_text(draft.blocks, i):
                found.append(i)
    if len(found) < 0.5 * len(draft.blocks):
        draft.drop(found, "related-link")


def _is_linked_text(blocks: list[Block], at: int) -> bool:
    """Whether a paragraph that is one link is as long as text, between paragraphs of text."""
    block = blocks[at]
    beside = [*blocks[max(0, at - 1) : at], *blocks[at + 1 : at + 2]]
    return (
        block.kind is BlockKind.PARAGRAPH
        and not block.look & Look.BOX
        and word_count(block.text) >= _TEXT_WORDS
        and block.text.rstrip('”"').endswith(".")
        and all(not b.links and is_prose(b.text) for b in beside)
    )


def cut_related_tails(draft: Draft) -> None:
    """A call to read another article at a paragraph's end: `… Mời bạn xem thêm bài: <headline>`."""
    for i, block in enumerate(draft.blocks):
        if ":" not in block.text or block.kind in (BlockKind.CAPTION, BlockKind.ROW):
            continue
        match = _RELATED_TAIL.search(block.text)
        if not match:
            continue
        headline = match["headline"].strip()
        linked = abs(len(headline) - block.link_chars) <= _TAIL_SLACK
        if linked if draft.from_html else _may_be_headline(headline):
            text = block.text[: match.start()].rstrip()
            draft.cut(i, text, "related-tail", block.text[match.start() :].strip())


def cut_end_marks(draft: Draft) -> None:
    """The `./.` that closes an agency story."""
    for i, block in enumerate(draft.blocks):
        match = _END_MARK.search(block.text[-12:])
        if match:
            text = block.text[: len(block.text) - len(match[0])].rstrip()
            full_stop = "." if "." in match[0] and not ends_sentence(text) else ""
            if text:
                draft.cut(i, text + full_stop, "end-mark", match[0].strip())


def cut_dateline(draft: Draft) -> None:
    """The paper's name or a place in front of the lead: `(Dân trí) - `, `TTO - `."""
    draft.drop([i for i, b in enumerate(draft.blocks) if b.look & Look.PLACE], "dateline")
    for i, block in enumerate(draft.blocks[:_HEAD_BLOCKS]):
        size = dateline_length(block.text) or _dash_length(draft.blocks, i)
        if not size and word_count(block.text) >= _LEAD_WORDS:
            size = paper_length(block.text, draft.title_key)
            size = size or bare_paper_length(block.text, draft.title_key, draft.site_names)
        if size:
            draft.cut(i, block.text[size:], "dateline", block.text[:size].strip())


def _dash_length(blocks: list[Block], at: int) -> int:
    """How many characters are a dash before the lead, and not the mark of a list or of speech."""
    match = _DASH.match(blocks[at].text)
    if not match or not is_prose(blocks[at].text) or blocks[at].kind is BlockKind.ITEM:
        return 0
    others = sum(bool(_DASH.match(b.text)) for b in blocks)
    spoken = _SAID_BY.search(blocks[at].text, match.end())
    return match.end() if others == 1 and not spoken else 0


def drop_other_leads(draft: Draft) -> None:
    """In a dump, what begins with a paper's name below the first paragraphs, as leads do: another
    article's lead, with the headline above it."""
    if draft.from_html:
        return
    found: list[int] = []
    told = 0  # paragraphs so far
    for i, block in enumerate(draft.blocks):
        size = dateline_length(block.text) if told >= _TOLD_FIRST else 0
        if block.text[:size].rstrip().endswith(("-", "–", "—")):
            found += [i - 1] * _may_be_headline(draft.blocks[i - 1].text) + [i]
        told += is_prose(block.text)
    draft.drop(found, "related-lead")


def drop_orphan_headings(draft: Draft) -> None:
    """Headings, and short lines that announce something, at the very end."""
    end = len(draft.blocks)
    while end and _announces(draft.blocks[end - 1]):
        end -= 1
    draft.drop(range(end, len(draft.blocks)), "orphan-heading")


def _announces(block: Block) -> bool:
    if block.kind is BlockKind.HEADING:
        return not ends_sentence(block.text) or block.text.endswith(":")
    return (
        block.kind is BlockKind.PARAGRAPH
        and block.text.endswith(":")
        and word_count(block.text) <= _ANNOUNCING_WORDS
    )


def choose_lead(draft: Draft) -> None:
    """The lead: what is marked as one, what the page's description repeats, or a dump's first
    paragraph."""
    if draft.lead:  # told: what is left to do is to take its copy out of the text
        told = key(draft.lead)
        draft.drop(
            [i for i, b in enumerate(draft.blocks[:4]) if key_equals(b.text, told)], "repeated-text"
        )
        return
    wanted = key(draft.description)
    for i, block in enumerate(draft.blocks[:4]):
        if block.kind is BlockKind.CAPTION:
            continue
        words = word_count(block.text)
        marked = bool(block.look & Look.LEAD) and words >= 5
        if marked or (wanted and _same_start(key(block.text), wanted)):
            draft.lead = block.text
            del draft.blocks[i]
            return
        if (
            draft.from_html
            and block.look & Look.BOLD
            and is_prose(block.text)
            and not draft.blocks[min(i + 1, len(draft.blocks) - 1)].look & Look.BOLD
        ):
            draft.lead = block.text
            del draft.blocks[i]
            return
        if not draft.from_html and is_prose(block.text) and words <= 90 and len(draft.blocks) > 1:
            draft.lead = block.text
            del draft.blocks[i]
            return
        if not draft.from_html:
            return


def _same_start(text: str, wanted: str) -> bool:
    size = min(len(text), len(wanted))
    return size >= 40 and text[:size] == wanted[:size] and len(text) <= 1.5 * len(wanted) + 40


def take_captions(draft: Draft) -> None:
    """Captions to their own field, each once; a credit below one is part of it."""
    seen = {key(c) for c in draft.captions}
    below = ""  # the caption right above
    for block in draft.blocks:
        text = one_line(block.text) if block.kind is BlockKind.CAPTION else ""
        if below and text and credit_only(text) and draft.captions[-1:] == [below]:
            draft.captions[-1] = below = f"{below} {text}"
            seen.add(key(below))
        elif text and (same := key(text)) not in seen:
            seen.add(same)
            draft.captions.append(text)
            below = text if not has_credit(text) else ""
        else:
            below = ""
    draft.blocks = [b for b in draft.blocks if b.kind is not BlockKind.CAPTION]


# Each step under the name of the rule that it writes into `Article.removed`; `phrases` writes the
# class of the phrase in rules/phrases.toml. First what loses nothing, then what does.
STEPS: tuple[tuple[str, Step], ...] = (
    ("repeated-title", drop_title),
    ("comment", drop_comments),
    ("poll", drop_polls),
    ("related-tail", cut_related_tails),
    ("picture-label", drop_picture_labels),
    ("repeated-text", halve_doubled),
    ("glued-credit", split_glued_captions),
    ("caption", find_captions),
    ("dateline", cut_dateline),
    ("related-lead", drop_other_leads),
    ("repeated-text", drop_repeats),
    ("related-bracket", drop_bracketed_links),
    ("phrases", drop_phrases),
    ("related-link", drop_link_lines),
    ("head-label", drop_head_labels),
    ("related-headline", drop_head_lines),
    ("credit-line", read_makers),
    ("end-mark", cut_end_marks),
    ("orphan-heading", drop_orphan_headings),
    ("lead", choose_lead),
    ("captions", take_captions),
)
# What the choice of the main part leaves out, before the steps.
PAGE_RULES = ("furniture", "link-list", "related-box", "outside-article")


def rule_names() -> tuple[str, ...]:
    """All names that a `Removal.rule` may have."""
    return tuple(dict.fromkeys((*PAGE_RULES, *(name for name, _ in STEPS), *phrase_classes())))


def run_steps(draft: Draft) -> None:
    """All steps, in order."""
    for _name, step in STEPS:
        step(draft)
