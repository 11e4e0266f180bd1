"""Captions that a scraper glued into running text: `… phát triển. Ảnh: Quốc Tuấn Bộ trưởng nói …`.

The credit tells where one is. The sentence before it is the caption; the credit's name ends at a
full stop or bracket, or before the capital that begins the next sentence.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from indexer.cleaning.blocks import Block, word_count
from indexer.cleaning.draft import Draft
from indexer.cleaning.names import is_surname
from indexer.models import BlockKind, Removal

_CREDIT = re.compile(
    r"(?<=[.!?…\"”’\s])[(\[]?(?:"
    r"(?:(?:Tin|Bài|Ảnh|Video|Clip)\s*[,&/–-]\s*)+(?:[Ảả]nh|[Vv]ideo|[Cc]lip)"
    r"|Ảnh|Hình|Ảnh minh họa|Ảnh minh hoạ|Ảnh tư liệu|Video|Clip|Nguồn ảnh)\s*:\s*(?=\S)"
    r"|[(](?:Ảnh|Hình) minh (?:họa|hoạ)(?=[)])"
)
# Whose text it is stands with the credit (`Bài, ảnh: Lê Na`): a line of its own at the end.
_OF_ALL = re.compile(r"[(\[]?(?:Tin|Bài)\b")
_BETWEEN_NAMES = frozenset("-–&/")
_SENTENCE_BREAK = re.compile(r"[.!?…][\"”’)]*\s+(?=[\"“‘(]?[^\W\d_a-z])")
_WORD = re.compile(r"\S+")
_CAPTION_WORDS = 60  # a longer sentence is text, and only the credit goes
_NAME_WORDS = 5
_LONGEST_CREDIT = 60  # characters
_SMALL_WORDS = 8  # in lower case behind the first word: `Ảnh: Cơ quan chức năng cung cấp`


class _Cut(NamedTuple):
    """A caption found in a text: where it begins, where its credit begins and ends."""

    start: int
    credit: int
    end: int


def split_glued_captions(draft: Draft) -> None:
    """Captions inside paragraphs of a dump become blocks of their own."""
    if draft.from_html:
        return
    blocks: list[Block] = []
    for block in draft.blocks:
        if ":" not in block.text and "minh h" not in block.text:
            blocks.append(block)
            continue
        blocks += _split(block, draft)
    draft.blocks = blocks


def _split(block: Block, draft: Draft) -> list[Block]:
    text = block.text
    pieces: list[Block] = []
    done = 0
    for match in _CREDIT.finditer(text):
        if match.start() < done:
            continue
        cut = _cut(text, match, done)
        caption = text[cut.start : cut.end].strip()
        if text[done : cut.credit].strip() and cut.end >= len(text) and _OF_ALL.match(match[0]):
            pieces.append(block._replace(text=text[done : cut.credit].strip()))
            pieces.append(block._replace(text=text[cut.credit :].strip()))
            done = cut.end
            break
        if cut.start <= done and cut.end >= len(text):
            break  # a line that is all caption is found by the other rules
        if not text[cut.start : cut.credit].strip() or word_count(caption) > _CAPTION_WORDS:
            draft.removed.append(Removal("glued-credit", text[cut.credit : cut.end].strip()))
            before = text[done : cut.credit].strip()
        else:
            before = text[done : cut.start].strip()
        if before:
            pieces.append(block._replace(text=before))
        if cut.start < cut.credit and before != text[done : cut.credit].strip():
            pieces.append(block._replace(kind=BlockKind.CAPTION, text=caption))
        done = cut.end
    rest = text[done:].strip(" .")
    if not pieces:
        return [block]
    if rest:
        pieces.append(block._replace(text=text[done:].strip()))
    return pieces


def _cut(text: str, match: re.Match[str], done: int) -> _Cut:
    head = text[done : match.start()].rstrip(" .-–—(")
    start = done
    for sentence in _SENTENCE_BREAK.finditer(head):
        start = done + sentence.end()
    return _Cut(start, match.start(), _credit_end(text, match))


def _credit_end(text: str, match: re.Match[str]) -> int:
    """Where the credit that begins with `match` ends."""
    opened = match[0][0] in "(["
    if opened:
        close = re.compile(r"[)\]]\s*\.?").search(text, match.end(), match.end() + _LONGEST_CREDIT)
        if close:
            return close.end()
    words = list(_WORD.finditer(text, match.end(), match.end() + 2 * _LONGEST_CREDIT))
    end, before, count, skipped = match.end(), match, -1, 0
    for at, word in enumerate(words):
        name = word[0]
        if at < skipped:
            end = word.end()
            continue
        if name in _BETWEEN_NAMES and count >= 0 and _is_name(words[at + 1 :]):
            count = -1  # of the next one
            continue
        count += 1
        starts_name = name[:1].isupper() or (name[:1].isdigit() and count == 0)
        if count == 1 and (small := _small_words(words[at:])):
            # No person: `Hải quân Mỹ`, `Gia đình cung cấp`. A name or a sentence follows.
            skipped, end, count = at + small, word.end(), 0
            if _ends_name(words[skipped - 1][0]):
                return words[skipped - 1].end()
            continue
        if count and not starts_name:
            # Lower case: the word before it began the sentence.
            return before.start() if count > 1 else word.start()
        if (count >= 2 and is_surname(name)) or count >= _NAME_WORDS or (count and name == "Theo"):
            return word.start()
        before, end = word, word.end()
        if _ends_name(name):
            following = words[at + 1][0] if at + 1 < len(words) else ""
            if name.endswith(",") and count and following.islower():
                # A sentence's comma: `AFP An Lê, cậu bé …`, `Lê Na Nhưng, ở …`
                return words[1 if words[0][0].isupper() and not skipped else at].start()
            return end
    return end


def _ends_name(name: str) -> bool:
    """Whether nothing of a name stands behind this word of it."""
    if name.endswith((".", ",", ";", ")", "]")) and len(name) > 2 and not name[-2].isupper():
        return True
    # `HC.` and `TTXVN.` end it, `P.` does not
    return name.endswith(".") and name[-2:-1].isupper() and len(name) > 3 and name[:-1].isalpha()


def _small_words(words: list[re.Match[str]]) -> int:
    """How many words in lower case come first; 0 where they are too many for a credit."""
    for at, word in enumerate(words[: _SMALL_WORDS + 1]):
        if not word[0][:1].islower():
            return at
        if _ends_name(word[0]):
            return at + 1
    return len(words) if len(words) <= _SMALL_WORDS else 0


def _is_name(words: list[re.Match[str]]) -> bool:
    """Whether these words begin with a person's name: a surname, or capitals to the end."""
    if words and is_surname(words[0][0]):
        return True
    return 0 < len(words) < _NAME_WORDS and all(word[0][:1].isupper() for word in words)
