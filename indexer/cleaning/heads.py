"""The first lines of a dump: what stands between its title and its text, and is neither."""

from __future__ import annotations

import re
from itertools import pairwise

from indexer.cleaning.blocks import Block, ends_sentence, key, word_count
from indexer.cleaning.credits import is_byline, read_credit, split_names
from indexer.cleaning.draft import Draft
from indexer.cleaning.names import is_person, names_a_part
from indexer.cleaning.phrases import classify
from indexer.models import BlockKind

_PROSE_WORDS = 12
_HEADLINE_WORDS = 40  # a line without a full stop of at most so many words may be a headline
_LEAD_WORDS = 20  # of a line without a full stop: more are a lead
_LONG_HEADLINE_WORDS = 9  # a single line after the lead of more words is no subhead
_MOST_HEAD_LINES = 8
_MOST_PAGE_LINES = 4
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$", re.IGNORECASE)
# A whole date, and the words that go with one.
_DATE = re.compile(
    r"(?<!\d)\d{1,2}\s?(?:[/.-]\s?\d{1,2}\s?[/.-]|tháng\s\d{1,2}(?:\snăm|,)?)\s?(?:19|20)\d\d(?!\d)",
    re.IGNORECASE,
)
_DATE_WORDS = re.compile(
    r"\b(?:thứ\s(?:hai|ba|tư|năm|sáu|bảy|\d)|chủ nhật|ngày|tháng|năm|giờ|phút|lúc|vào lúc|cập nhật|"
    r"đăng|xuất bản|gmt|am|pm|sa|ch|h)\b|[\W\d_]+",
    re.IGNORECASE,
)
_NAME_WORDS = 12  # of a line with the names of all authors
_BYLINE_WORDS = 5  # that a line with a date may hold besides
_STEP = re.compile(r"\s*[>/»›|]\s*")
_DATED_LABEL_WORDS = 12  # a line of no more around a date is no title
_STEP_WORDS = 4
_VERSE_WORDS = 8
_VERSE_LINES = 3


def drop_head_labels(draft: Draft) -> None:
    """Labels, dates and bylines above the first paragraph; on pages, lines with a date."""
    found: dict[int, tuple[str, str]] = {}
    if draft.from_html:
        told = {key(name) for name in (*draft.told_author, ", ".join(draft.told_author))}
        for i in range(_page_head_size(draft)):
            text = draft.blocks[i].text
            if draft.blocks[i].kind is not BlockKind.PARAGRAPH:
                continue
            if word_count(text) <= _NAME_WORDS and key(text) in told:
                found[i] = ("head-label", "")
            elif _is_dated(text):
                name = _undated(text)
                if is_byline(name):
                    draft.take(read_credit(name, draft.site_names))
                found[i] = ("head-label", "")
        draft.drop_each(found)
        return
    for i in range(_head_size(draft)):
        text = draft.blocks[i].text
        if draft.blocks[i].kind is not BlockKind.PARAGRAPH:
            continue
        name = _undated(text)
        alone = name == text and not _stands_by_a_date(draft, i)
        if is_byline(name) or (not alone and _names_people(name)):
            draft.take(read_credit(name, draft.site_names))
            found[i] = ("credit-line", "")
        elif is_label(text):
            found[i] = ("head-label", "")
    draft.drop_each(found)


def _stands_by_a_date(draft: Draft, at: int) -> bool:
    """Whether the line right above or below is a date and nothing else, or went as one."""
    near = draft.blocks[max(0, at - 1) : at + 2]
    if any(is_bare_date(b.text) for b in near):
        return True
    gap = any(below.group - above.group > 1 for above, below in pairwise(near))
    return gap and any(_is_dated(removal.text) for removal in draft.removed)


def _names_people(name: str) -> bool:
    """Whether what stands beside a date are names of people, whatever family names they have."""
    names = split_names(name)
    return bool(names) and not names_a_part(name) and all(" " in n and is_person(n) for n in names)


def _page_head_size(draft: Draft) -> int:
    """How many lines of a page's text stand above its first paragraph."""
    for i, block in enumerate(draft.blocks[:_MOST_PAGE_LINES]):
        if is_prose(block.text) and block.kind is not BlockKind.CAPTION:
            return i
    return min(_MOST_PAGE_LINES, len(draft.blocks))


def _is_dated(text: str) -> bool:
    """Whether a line is a date, perhaps with a name beside it."""
    return (
        len(text) <= 120
        and bool(_DATE.search(text))
        and not text.rstrip().endswith((".", "!", "?", ":"))
        and word_count(_undated(text)) <= _BYLINE_WORDS
    )


def is_bare_date(text: str) -> bool:
    """Whether a line is a date and nothing else.

    >>> is_bare_date("Ngày 13/3/2025"), is_bare_date("Hà Nội, ngày 13/3/2025")
    (True, False)
    """
    return _is_dated(text) and not _undated(text)


def _undated(text: str) -> str:
    """What a line says besides a date: `Lê Na - 22/09/2021 10:41` → `Lê Na`."""
    if not _DATE.search(text):
        return text
    return " ".join(_DATE_WORDS.sub(" ", text).split())


def drop_head_lines(draft: Draft) -> None:
    """In a dump, headlines of other articles around the lead."""
    blocks = draft.blocks
    found = []
    first = _head_size(draft)
    for i in range(first):
        if is_verse(blocks, i):
            break
        if blocks[i].kind is BlockKind.PARAGRAPH and _is_headline_above(blocks[i].text):
            found.append(i)
    if not draft.from_html:
        found += _headlines_after(blocks, first)
    draft.drop(found, "related-headline")


def _head_size(draft: Draft) -> int:
    """How many lines of a dump stand above its first paragraph."""
    if draft.from_html:
        return 0
    for i, block in enumerate(draft.blocks[: _MOST_HEAD_LINES + 1]):
        if block.kind is not BlockKind.CAPTION and is_prose(block.text):
            return i
    return 0


def _is_headline_above(text: str) -> bool:
    """Whether a line above the lead is another article's headline, or a label."""
    return word_count(text) <= _LEAD_WORDS and not text.rstrip('"”’»)').endswith((".", "…", ":"))


def _headlines_after(blocks: list[Block], lead: int) -> list[int]:
    """Headlines between the lead and the text."""
    run: list[int] = []
    at = lead + 1
    if lead > 1 or is_verse(blocks, at):
        return []
    while at < len(blocks) and _is_headline(blocks[at]):
        run.append(at)
        at += 1
    if at >= len(blocks) or not run:
        return []
    single = word_count(blocks[run[0]].text) > _LONG_HEADLINE_WORDS
    return run if len(run) > 1 or single else []


def _is_headline(block: Block) -> bool:
    text = block.text
    return (
        block.kind is BlockKind.PARAGRAPH
        and 5 <= word_count(text) <= _HEADLINE_WORDS
        and not ends_sentence(text)
        and text[:1].isupper()
    )


def is_prose(text: str) -> bool:
    """Whether `text` is a sentence of some length.

    >>> is_prose("Chợ họp."), is_prose("Chợ họp từ lúc năm giờ sáng đến lúc trời tối mịt.")
    (False, True)
    """
    return ends_sentence(text) and word_count(text) >= _PROSE_WORDS


def is_label(text: str) -> bool:
    """Whether a line above a text is an address, a date, the way to its section, a name or noise.

    >>> is_label("Trang chủ/Thời sự/03-10-2020 17:40"), is_label("Giá lúa tăng")
    (True, False)
    """
    if _ADDRESS.match(text) or classify(text) or is_byline(text) or names_a_part(text):
        return True
    words = word_count(text)
    if _is_dated(text) or (_DATE.search(text) and words <= _DATED_LABEL_WORDS):
        return True
    steps = _STEP.split(text)
    return len(steps) > 2 and all(word_count(step) <= _STEP_WORDS for step in steps)


def is_verse(blocks: list[Block], at: int) -> bool:
    """Whether lines of verse begin at `at`: at least three of nearly the same few words."""
    counts = []
    for block in blocks[at:]:
        words = word_count(block.text)
        if not 3 <= words <= _VERSE_WORDS or not block.text[:1].isupper():
            break
        counts.append(words)
    return len(counts) >= _VERSE_LINES and max(counts) - min(counts) <= 2
