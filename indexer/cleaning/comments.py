"""Readers' comments that no name tells: a writer, a time, and the same offer to answer each."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from indexer.cleaning.blocks import Block, ends_sentence, key, word_count
from indexer.cleaning.draft import Draft
from indexer.cleaning.hints import RULES
from indexer.cleaning.phrases import classify
from indexer.cleaning.tree import Page
from indexer.models import BlockKind
from indexer.rules import compile_pattern, load_toml, strings

_LINE_CHARS = 60  # of a line of buttons
_FEWEST = 3  # fewer may be the buttons above and below a thread of a forum
# Counts, and where one button's text ends and the next begins: `Thích 12Trả lời`.
_GLUE = re.compile(r"\d+|(?<=[a-zà-ỹ])(?=[A-ZĐ])")
_WHOLE_PAGE = frozenset(("html", "body", "main", "article"))
_NAME_CHARS = 40
_NAME_WORDS = 6
_STAMP_CHARS = 40
_COMMENT_LINES = 6  # of one comment
_PROSE_WORDS = 12  # of a paragraph of the article, below which readers write


class _Replies(NamedTuple):
    """The words of rules/comments.toml, in their `key` forms."""

    written: tuple[str, ...]  # the answers in lower case: looked for first, for it is cheap
    answers: tuple[str, ...]
    beside: frozenset[str]
    ago: re.Pattern[str]
    date: re.Pattern[str]
    ago_within: re.Pattern[str]


@cache
def _replies() -> _Replies:
    file = RULES / "comments.toml"
    rules = load_toml(file)
    answers = strings(rules["reply"], "answers", file=str(file))
    beside = strings(rules["reply"], "beside", file=str(file))

    def any_of(field: str) -> str:
        return "(?:" + "|".join(strings(rules["stamp"], field, file=str(file))) + ")"

    return _Replies(
        tuple(answer.lower() for answer in answers),
        tuple(map(key, answers)),
        frozenset(word for text in beside for word in key(text).split()),
        # After a name on the same line, or alone on one.
        compile_pattern(rf"(?:^|(?<=[\s,|·•(–-])){any_of('ago')}\)?$", str(file)),
        compile_pattern(rf"(?:^|(?<=[\s,|·•(–-])){any_of('date')}\)?$", str(file)),
        compile_pattern(rf"(?<!\w){any_of('ago')}(?!\w)", str(file)),
    )


def is_reply_line(text: str) -> bool:
    """Whether a line only offers to answer a comment.

    >>> is_reply_line("Thích 12 Trả lời"), is_reply_line("Trả lời báo chí, ông từ chối.")
    (True, False)
    """
    if len(text) > _LINE_CHARS:
        return False
    known = _replies()
    small = text.lower()
    for written in known.written:
        if written in small:
            break
    else:
        return False
    words = f" {key(_GLUE.sub(' ', text))} "
    for answer in known.answers:
        if f" {answer} " in words:
            rest = words.replace(f" {answer} ", " ").split()
            return all(word in known.beside for word in rest)
    return False


def find_replies(page: Page, h1: int) -> list[int]:
    """The nodes that hold the comments below the title: the one around them all, or each, where
    they stand in one container with the article."""
    lines = [b.group for b in page.blocks[h1 + 1 :] if is_reply_line(b.text)]
    if len(lines) < _FEWEST:
        return []
    paths = [_path(page, at) for at in lines]
    shared = set(paths[0]).intersection(*map(set, paths[1:]))
    around = next((node for node in paths[0] if node in shared), 0)
    title = set(_path(page, page.blocks[h1].group)) if h1 >= 0 else set()
    if around and around not in title and page.nodes[around].tag not in _WHOLE_PAGE:
        return [around]
    ends = [path.index(around) if around else len(path) for path in paths]
    comments = {path[end - 1] for path, end in zip(paths, ends, strict=True) if end}
    return sorted(node for node in comments - title if page.nodes[node].tag not in _WHOLE_PAGE)


def _path(page: Page, node: int) -> list[int]:
    """The nodes around a node, itself first."""
    path = []
    while node > 0:
        path.append(node)
        node = page.nodes[node].parent
    return path


class _Head(NamedTuple):
    """Who wrote a comment, and when: its first block, the one after its last, how the time is told
    ("" where it is not)."""

    start: int
    end: int
    time: str


def drop_comments(draft: Draft) -> None:
    """Readers' comments in the text: name, time, what they say, and the offer to answer it.

    One with all of it is enough; without the offer it takes two in a row, a heading above them, or
    the page's end.
    """
    blocks = draft.blocks
    lines = [i for i, b in enumerate(blocks) if _is_stamp(b.text) or is_reply_line(b.text)]
    if not lines:
        return
    prose = next((i for i, b in enumerate(blocks) if _is_text(b)), len(blocks))
    found: dict[int, tuple[str, str]] = {}
    at = max(prose + 1, lines[0] - _COMMENT_LINES)
    while at <= lines[-1]:
        end = _thread_end(blocks, at, from_html=draft.from_html)
        found.update(dict.fromkeys(range(at, end), ("comment", "a name, a time, a way to answer")))
        at = max(end, at + 1)
    draft.drop_each(found)


def _is_text(block: Block) -> bool:
    return (
        block.kind is not BlockKind.CAPTION
        and ends_sentence(block.text)
        and word_count(block.text) >= _PROSE_WORDS
    )


def _is_stamp(text: str) -> str:
    """How a line's end tells a time: "ago", "date", or "" where it does not."""
    if len(text) > _NAME_CHARS + _STAMP_CHARS:
        return ""
    known = _replies()
    if known.ago.search(text):
        return "ago"
    return "date" if known.date.search(text) else ""


def _thread_end(blocks: list[Block], at: int, *, from_html: bool) -> int:
    """Where the comments that begin at `at` end; `at` where none do."""
    above = classify(blocks[at - 1].text) if at else None
    headed = above is not None and above.name == "comment-prompt"
    end = at
    while head := _head(blocks, end):
        text, stop = _comment_end(blocks, head.end)
        if text == head.end:
            break
        answered = stop > text
        following = _head(blocks, stop)
        again = head.time == "ago" and following is not None and following.time == "ago"
        last = from_html and head.time == "ago" and stop == len(blocks)
        if not (end > at or headed or (again and not answered) or last or answered):
            break
        if not head.time and not answered:
            break
        timed = answered and bool(_replies().ago_within.search(blocks[text].text))
        if not (head.time or timed or headed or end > at):
            break
        end = stop
    if headed and end == at:  # `Bạn đọc: nhanh lên` and the offer to answer
        answers = range(at + 1, min(len(blocks), at + _COMMENT_LINES))
        end = next((i + 1 for i in answers if is_reply_line(blocks[i].text)), at)
    return end


def _head(blocks: list[Block], at: int) -> _Head | None:
    """The name and time that begin a comment at `at`; a name alone is a head without a time."""
    if at >= len(blocks) or blocks[at].kind is BlockKind.HEADING:
        return None
    text = blocks[at].text
    if time := _is_stamp(text):
        known = _replies()
        name = (known.ago if time == "ago" else known.date).sub("", text).strip(" ,|·•(–-")
        return _Head(at, at + 1, time) if _may_be_name(name) else None
    if not _may_be_name(text):
        return None
    if at + 1 < len(blocks):
        known = _replies()
        for time, pattern in (("ago", known.ago), ("date", known.date)):
            if pattern.match(blocks[at + 1].text):
                return _Head(at, at + 2, time)
    return _Head(at, at + 1, "")


def _may_be_name(text: str) -> bool:
    return (
        len(text) <= _NAME_CHARS
        and text[:1].isalnum()
        and not text.isdigit()
        and word_count(text) <= _NAME_WORDS
        and not ends_sentence(text)
        and not is_reply_line(text)
        and not _replies().ago.match(text)
        and not (text[0].isdigit() and _is_stamp(text))
        and classify(text) is None
    )


def _comment_end(blocks: list[Block], at: int) -> tuple[int, int]:
    """Where a comment's text ends that begins at `at`, and where the lines of buttons below it do;
    without buttons it is one paragraph."""
    for i in range(at, min(len(blocks), at + _COMMENT_LINES)):
        if i > at and _is_answer(blocks, i):
            end = i
            while end < len(blocks) and (_is_answer(blocks, end) or _is_buttons(blocks[end].text)):
                end += 1
            return i, end
        if i > at and (head := _head(blocks, i)) and head.time and not _is_stamp(blocks[i].text):
            break
    one = at < len(blocks) and not _is_stamp(blocks[at].text) and not is_reply_line(blocks[at].text)
    return (at + 1, at + 1) if one else (at, at)


def _is_answer(blocks: list[Block], at: int) -> bool:
    """Whether the lines of buttons below a comment begin at `at`, or go on."""
    for block in blocks[at : at + 4]:
        if is_reply_line(block.text):
            return True
        if not _is_buttons(block.text):
            return False
    return False


def _is_buttons(text: str) -> bool:
    """Whether a line is a time, a number, or words that stand beside the offer to answer."""
    if len(text) > _LINE_CHARS:
        return False
    known = _replies()
    words = key(_GLUE.sub(" ", text)).split()
    return all(word in known.beside for word in words) or bool(
        known.ago.match(text) or known.date.match(text)
    )
