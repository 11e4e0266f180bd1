"""Polls in a text: a question, its answers, and the buttons, votes or heading that tell them."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from indexer.cleaning.blocks import Block, ends_sentence, key, word_count
from indexer.cleaning.draft import Draft
from indexer.cleaning.hints import RULES
from indexer.models import BlockKind
from indexer.rules import compile_pattern, load_toml, strings

_QUESTION_WORDS = 45
_FEWEST_WORDS = 3
_ANSWER_WORDS = 14
_MOST_ANSWERS = 10
_BUTTONS_CHARS = 80
_TAIL_CHARS = 600  # of a line, in which its last question is looked for
_GLUED_WORDS = 30  # of answers and buttons on one line
_MARKS = "○◯〇◌◎⚪⭕🔘□☐◻▢⬜❍❏❑"
_MARK = re.compile(rf"[{_MARKS}]")
_TWO_MARKED = re.compile(rf"\s*[{_MARKS}][^{_MARKS}]{{1,90}}[{_MARKS}]")
_SENTENCE_BREAK = re.compile(r"[.!…][\"”’)]*\s+(?=\S)")
_QUESTION_MARK = re.compile(r"\?")
_NO_BUTTON = re.compile(r"[\W\d]*")


class _Words(NamedTuple):
    """The words of rules/comments.toml's table of polls."""

    buttons: tuple[str, ...]  # `key` forms, the longest first
    heads: frozenset[str]
    votes: re.Pattern[str]


@cache
def _words() -> _Words:
    file = RULES / "comments.toml"
    table = load_toml(file)["poll"]
    buttons = sorted(map(key, strings(table, "buttons", file=str(file))), key=len, reverse=True)
    votes = "|".join(strings(table, "votes", file=str(file)))
    return _Words(
        tuple(buttons),
        frozenset(map(key, strings(table, "heads", file=str(file)))),
        compile_pattern(votes, str(file)),
    )


def drop_polls(draft: Draft) -> None:
    """Polls: `Theo bạn, …? ○ Có ○ Không  Biểu quyết / Xem kết quả`, on one line or several."""
    found: dict[int, tuple[str, str]] = {}
    for i, block in enumerate(draft.blocks):
        if i in found or "?" not in block.text or block.kind is BlockKind.CAPTION:
            continue
        if not block.text.endswith("?"):
            _cut_glued(draft, i, found)
            continue
        if not _FEWEST_WORDS <= word_count(block.text) <= _QUESTION_WORDS:
            continue
        headed = i > 0 and key(draft.blocks[i - 1].text) in _words().heads
        end = _poll_end(draft.blocks, i + 1, headed=headed)
        if end > i + 1:
            found.update(dict.fromkeys(range(i - headed, end), ("poll", "")))
    draft.drop_each(found)


def _poll_end(blocks: list[Block], at: int, *, headed: bool) -> int:
    """Where a poll ends whose answers begin at `at`; `at` where there is none."""
    end = at
    marked = counted = 0
    while end < min(len(blocks), at + _MOST_ANSWERS) and _may_be_answer(blocks[end]):
        text = blocks[end].text
        marked += len(_MARK.findall(text[:1])) or 2 * bool(_TWO_MARKED.match(text))
        counted += bool(_words().votes.search(text))
        end += 1
    answers = end - at
    buttons = end
    while buttons < len(blocks) and _is_buttons(blocks[buttons].text):
        buttons += 1
    glued = end > at and _buttons_at_end(blocks[end - 1].text)
    told = (
        (buttons > end and answers >= 1)
        or glued
        or marked >= 2
        or (answers >= 2 and (counted >= 2 or headed))
    )
    if not told:
        return at
    while buttons < len(blocks) and _counts_votes(blocks[buttons]):
        buttons += 1
    return buttons


def _may_be_answer(block: Block) -> bool:
    text = block.text
    if block.kind is BlockKind.HEADING or _is_buttons(text):
        return False
    if _TWO_MARKED.match(text) or _buttons_at_end(text):
        return word_count(text) <= 3 * _GLUED_WORDS
    return word_count(text) <= _ANSWER_WORDS and not (ends_sentence(text) and text[-1] not in ".)")


def _is_buttons(text: str) -> bool:
    """Whether a line holds nothing but a poll's buttons."""
    words = f" {key(text)} "
    if len(text) > _BUTTONS_CHARS:
        return False
    rest = words
    for button in _words().buttons:
        rest = rest.replace(f" {button} ", "  ")
    return rest != words and bool(_NO_BUTTON.fullmatch(rest))


def _buttons_at_end(text: str) -> bool:
    """Whether answers and then buttons stand on one line: `Có Không Xem kết quả`."""
    if ends_sentence(text) or word_count(text) > _GLUED_WORDS:
        return False
    words = f" {key(text)}"
    return any(words.endswith(f" {button}") for button in _words().buttons if " " in button)


def _counts_votes(block: Block) -> bool:
    return word_count(block.text) <= _ANSWER_WORDS and bool(_words().votes.search(block.text))


def _cut_glued(draft: Draft, at: int, found: dict[int, tuple[str, str]]) -> None:
    """The poll at the end of a line, with its question: the text before stays."""
    text = draft.blocks[at].text
    marks = _QUESTION_MARK.finditer(text, max(0, len(text) - _TAIL_CHARS))
    mark = next((m for m in marks if _is_poll_tail(text[m.end() :])), None)
    if not mark:
        return
    near = max(0, mark.start() - _TAIL_CHARS)
    breaks = [m.end() for m in _SENTENCE_BREAK.finditer(text, near, mark.start())]
    start = breaks[-1] if breaks else near
    if not _FEWEST_WORDS <= word_count(text[start : mark.end()]) <= _QUESTION_WORDS:
        return
    if start:
        draft.cut(at, text[:start].rstrip(), "poll", text[start:])
    else:
        found[at] = ("poll", "")


def _is_poll_tail(text: str) -> bool:
    """Whether what follows a question is a poll's answers, up to the line's end."""
    if word_count(text) > 3 * _GLUED_WORDS:
        return False
    return bool(_TWO_MARKED.match(text)) or _buttons_at_end(text)
