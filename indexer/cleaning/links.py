"""Finding, among an article's lines, the titles of other documents: links, not text.

A lone line that equals another document's title may, rarely, be a sentence or a heading of the
article itself (a digest has each story's title above its text). So the evidence decides: marks of a
link, several in a row, nothing but links after it, or a line in mid-text that is no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.cleaning.hashes import first_words, has_hash, hash_text, prefix_hash, words_of
from indexer.models import BlockKind

# Shorter titles ("Thời tiết hôm nay") are phrases that any text may hold; longer ones are texts.
FEWEST_WORDS, MOST_WORDS = 6, 40
# How a list of links, or a link by itself, is marked: brackets, bullets, arrows, a call to read.
_MARKED = re.compile(
    r"\s*(?:[\[(].*[\])]\s*$|[>»›→•●▪■◆+*–-]|(?:xem|đọc)\s+(?:thêm|tiếp)\b)", re.IGNORECASE
)
_MARKS_BEFORE = re.compile(r"^(?:\W*(?:xem|đọc)\s+(?:thêm|tiếp)\b)?\W+", re.IGNORECASE)
_MARKS = re.compile(rf"{_MARKS_BEFORE.pattern}|\W+$", re.IGNORECASE)
# What stands behind a title in a list: a date, a time, a count of comments.
_TRAILER = re.compile(
    r"[\s(|–-]*\d{1,2}[/:.h-]\d{1,2}(?:[/.-]\d{2,4})?[^\w]*(?:\d{1,2}[:h]\d{2})?\W*$"
)
_CUT = re.compile(r"(?:\.\.\.|…)\W*$")
_SENTENCE_END = (".", ":", ";", ",")
# A digest: so many titles each followed by text, and so large a part of the lines.
DIGEST_TITLES, DIGEST_SHARE = 3, 0.25
_LABEL_WORDS = 7
_CREDIT = re.compile(r"^\W*(?:theo|ảnh|nguồn|tổng hợp|pv|ctv|nhóm)\b|[/()]", re.IGNORECASE)
_TEXT_WORDS = 26  # a line this long is text, not a headline

WHY = "the title of another document"
WHY_CUT = "the beginning of another document's title"
WHY_GLUED = "titles of other documents, one after the other"
WHY_BETWEEN = "stands among other documents' titles"
WHY_LABEL = "heads a list of other documents' titles"


class TitleIndex:
    """The titles of the corpus: which lines are among them."""

    def __init__(self, titles: NDArray[np.uint64], prefixes: NDArray[np.uint64]) -> None:
        self._titles = titles
        self._prefixes = prefixes

    @staticmethod
    def is_title(words: Sequence[str]) -> bool:
        """Whether a title of these words is long enough to be told from a phrase."""
        return FEWEST_WORDS <= len(words) <= MOST_WORDS

    def why_other_title(self, line: str, own_words: list[str]) -> str:
        """Why `line` is a link to another document, "" if it is not.

        own_words  the words of the document's own title, which is no link
        """
        if not len(self._titles) or len(line) > 2000:
            return ""
        first = first_words(_MARKS_BEFORE.sub("", line, count=1))
        if len(first) < FEWEST_WORDS or not has_hash(self._prefixes, prefix_hash(first)):
            return ""  # most lines: no title begins so
        bare = _MARKS.sub("", line)
        for text in dict.fromkeys((bare, _TRAILER.sub("", bare))):
            words = words_of(text)
            if len(words) < FEWEST_WORDS or words == own_words:
                continue
            if len(words) <= MOST_WORDS and has_hash(self._titles, hash_text(" ".join(words))):
                return WHY
            if len(words) < _TEXT_WORDS and _CUT.search(line) and words != own_words[: len(words)]:
                return WHY_CUT
            if len(words) >= 2 * FEWEST_WORDS and self._are_glued(words, own_words):
                return WHY_GLUED
        return ""

    def _are_glued(self, words: list[str], own: list[str]) -> bool:
        """Whether the words are titles one after the other, at least two and nothing else."""
        ends = {0: 0}  # where a title may begin → how many titles come before
        for start in range(len(words)):
            if start not in ends or not has_hash(self._prefixes, prefix_hash(words[start:])):
                continue
            for end in range(start + FEWEST_WORDS, min(len(words), start + MOST_WORDS) + 1):
                title = words[start:end]
                if has_hash(self._titles, hash_text(" ".join(title))) and title != own:
                    ends[end] = max(ends.get(end, 0), ends[start] + 1)
        return ends.get(len(words), 0) >= 2


def find_links(
    lines: Sequence[str], kinds: Sequence[str], own: str, titles: TitleIndex
) -> dict[int, str]:
    """The lines to take out, each with why."""
    own_words = words_of(own)
    whys = (titles.why_other_title(line, own_words) for line in lines)
    links = {i: why for i, why in enumerate(whys) if why}
    if not links:
        return {}
    lone = [i for i in links if not _in_run(i, links, lines) and not _MARKED.match(lines[i])]
    headings = [i for i in lone if _is_followed_by_text(i, lines, links)]
    is_digest = len(headings) >= DIGEST_TITLES and len(headings) >= DIGEST_SHARE * len(lines)
    for i in lone:
        is_heading = kinds[i] == BlockKind.HEADING and i in headings
        is_sentence = lines[i].rstrip().endswith(_SENTENCE_END) and links[i] != WHY_CUT
        # The beginning of a title is weak evidence by itself: text may end in three dots.
        is_weak = links[i] == WHY_CUT
        if is_heading or is_sentence or is_weak or (is_digest and i in headings):
            del links[i]
    return _with_company(lines, kinds, links)


def _in_run(i: int, links: dict[int, str], lines: Sequence[str]) -> bool:
    """Whether there is another link next to it, but for a date or a counter between them."""
    for step in (-1, 1):
        at = i + step
        while 0 <= at < len(lines) and at not in links and len(words_of(lines[at])) <= 4:
            if lines[at].rstrip().endswith(_SENTENCE_END) or abs(at - i) > 2:
                break
            at += step
        if at in links:
            return True
    return False


def _is_followed_by_text(i: int, lines: Sequence[str], links: dict[int, str]) -> bool:
    return any(
        j not in links
        and (len(words_of(lines[j])) >= _TEXT_WORDS or lines[j].rstrip().endswith((".", "”", '"')))
        for j in range(i + 1, len(lines))
    )


def _with_company(
    lines: Sequence[str], kinds: Sequence[str], links: dict[int, str]
) -> dict[int, str]:
    """The links, with what stands between and above them: links to pages not in the corpus."""
    out = dict(links)
    ordered = sorted(links)
    for before, after in pairwise(ordered):
        between = range(before + 1, after)
        if len(between) <= 3 and all(_is_headline(lines[i], kinds[i]) for i in between):
            out |= dict.fromkeys(between, WHY_BETWEEN)
    for start, end in _item_lists(kinds):
        known = sum(i in out for i in range(start, end))
        if known >= 2 and 2 * known >= end - start:
            rest = [i for i in range(start, end) if i not in out]
            if all(_is_headline(lines[i], kinds[i]) for i in rest):
                out |= dict.fromkeys(rest, WHY_BETWEEN)
    for i in sorted(out):
        above = i - 1
        if i + 1 in out and above >= 0 and above not in out and _is_label(lines, kinds, above):
            out[above] = WHY_LABEL
    return out


def _item_lists(kinds: Sequence[str]) -> list[tuple[int, int]]:
    """The stretches of list items."""
    lists = []
    start = None
    for i, kind in enumerate([*kinds, ""]):
        if kind == BlockKind.ITEM:
            start = i if start is None else start
        elif start is not None:
            lists.append((start, i))
            start = None
    return lists


def _is_headline(line: str, kind: str) -> bool:
    """Whether a line could be a link: no sentence, no text."""
    if kind == BlockKind.HEADING:
        return False
    return len(words_of(line)) < _TEXT_WORDS and not line.rstrip().endswith(_SENTENCE_END)


def _is_label(lines: Sequence[str], kinds: Sequence[str], i: int) -> bool:
    words = len(words_of(lines[i]))
    if not 0 < words <= _LABEL_WORDS or lines[i].rstrip().endswith((".", "!", "?", "”", '"')):
        return False
    if kinds[i] == BlockKind.HEADING or lines[i].rstrip().endswith(":"):
        return True
    # A line above the list may as well be the signature below the text: names, a source.
    letters = [word[0] for word in lines[i].split() if word[0].isalpha()]
    is_name = all(letter.isupper() for letter in letters) or _CREDIT.search(lines[i])
    return words < FEWEST_WORDS and not is_name
