"""Readers' comments that no name tells: each one ends in the same offer to answer it."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from indexer.cleaning.blocks import key
from indexer.cleaning.hints import RULES
from indexer.cleaning.tree import Page
from indexer.rules import load_toml, strings

_LINE_CHARS = 60  # of a line of buttons
_FEWEST = 3  # fewer may be the buttons above and below a thread of a forum
# Counts, and where one button's text ends and the next begins: `Thích 12Trả lời`.
_GLUE = re.compile(r"\d+|(?<=[a-zà-ỹ])(?=[A-ZĐ])")
_WHOLE_PAGE = frozenset(("html", "body", "main", "article"))


class _Replies(NamedTuple):
    """The words of rules/comments.toml, in their `key` forms."""

    written: tuple[str, ...]  # the answers in lower case: looked for first, for it is cheap
    answers: tuple[str, ...]
    beside: frozenset[str]


@cache
def _replies() -> _Replies:
    file = RULES / "comments.toml"
    table = load_toml(file)["reply"]
    answers = strings(table, "answers", file=str(file))
    beside = strings(table, "beside", file=str(file))
    return _Replies(
        tuple(answer.lower() for answer in answers),
        tuple(map(key, answers)),
        frozenset(word for text in beside for word in key(text).split()),
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
    if not any(answer in small for answer in known.written):
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
