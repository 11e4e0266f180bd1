"""A plain-text dump → title and blocks."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from itertools import pairwise

from indexer.cleaning.blocks import Block, ends_sentence, key, one_line, word_count
from indexer.cleaning.credits import has_credit
from indexer.cleaning.heads import is_label, is_verse
from indexer.cleaning.jsonld import unescape
from indexer.cleaning.names import is_section
from indexer.cleaning.prefixes import dateline_length
from indexer.cleaning.scan import strip_inert
from indexer.models import BlockKind

_GALLERY = re.compile(r"^(.{10,200}?)\s+[-–—]\s+(?:Ảnh|Hình)\s+\d{1,3}\.?(?:\s|$)")
_LINE = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Mark-up that a scraper left: only elements known by name, so that `a < b > c` stays.
_TAG = re.compile(
    r"</?(?P<name>p|div|br|hr|li|ul|ol|dl|dt|dd|tr|td|th|table|tbody|thead|tfoot|caption|h[1-6]"
    r"|blockquote|figure|figcaption|section|article|header|footer|aside|main|nav|pre|iframe|video"
    r"|audio|source|picture|html|body|head|meta|link|form|label|button|input|o:p|st1:\w{1,20}"
    r"|strong|b|em|i|u|s|a|span|font|img|sup|sub|center|small|big|strike|del|ins|mark|cite|abbr"
    r"|time|code|q)(?:\s[^<>]{0,500})?\s?/?>",
    re.IGNORECASE,
)
_INLINE_NAMES = (
    "strong b em i u s a span font img sup sub small big strike del ins mark cite abbr time code q "
    "o:p label"
)
_INLINE = frozenset(_INLINE_NAMES.split())
_CODE = re.compile(r"<!--|<(?:script|style)[\s>]", re.IGNORECASE)
_ESCAPED_TAG = re.compile(r"&(?:amp;)?lt;/?(?:p|br|div|span|strong|b|em|i|a)\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,5});")

# Characters of the lines of a text that was broken at a width.
_NARROWEST, _WIDEST = 40, 132
_FEWEST_BROKEN = 4
_BROKEN_SHARE = 0.4  # of the pairs of lines with nothing between them

_TITLE_WORDS = 3  # fewer may be a place or a section
_MOST_TITLE_WORDS = 45
_SENTENCE_TITLE_WORDS = 20
# `<title> - Báo Người Lao Động`, `<title> | Tuổi Trẻ Online`
_PAPER_BEHIND = re.compile(
    r"\s+[-–—|]\s+(?:(?:Báo|Tạp chí|Đài|Cổng thông tin|Trang tin)\s[^-–—|]{2,40}"
    r"|[^-–—|]{2,30}\sOnline)$"
)
_STOPPED_TITLE_WORDS = 11  # titles have no full stop
_PROSE_WORDS = 12
_HEAD_LINES = 10  # the title stands among so many, above the first paragraph
_MORE_SHARED = (
    0.15  # of its word pairs: by so much another line must tell the text's subject better
)
_SECTION_END = re.compile(r"\s*(?:[|/»›>]|[-–]\s|,?\s\d)")
_HOME = "trang chủ"
_OTHER_WORDS = 5  # of a title that is not the first line
_TEXT_LINES = 8  # that tell the subject


def read_lines(text: str) -> list[Block]:
    """One paragraph for each line that has any text."""
    if "lt;" in text and _ESCAPED_TAG.search(text):
        text = unescape_lines(text)
    if "<" in text:
        if _CODE.search(text):
            text = strip_inert(text).html
        text = _TAG.sub(_tag_text, text)
    if "&" in text:
        text = _ENTITY.sub(lambda match: unescape(match[0]), text)
    lines = _unwrapped([one_line(line) for line in _LINE.split(text)])
    return [Block(BlockKind.PARAGRAPH, line, group=i) for i, line in enumerate(lines) if line]


def _unwrapped(lines: list[str]) -> list[str]:
    """The lines, put together where the text was broken at a width (`fold`, mail, old editors): a
    line is then as long as it can be, the next word would not have fitted."""
    width = max((len(line) for line in lines if " " in line), default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return lines
    goes_on = [
        bool(line and after) and len(line) + 1 + len(after.partition(" ")[0]) > width
        for line, after in pairwise((*lines, ""))
    ]
    pairs = sum(bool(line and after) for line, after in pairwise(lines))
    if sum(goes_on) < max(_FEWEST_BROKEN, _BROKEN_SHARE * pairs):
        return lines
    whole = [""]
    for line, more in zip(lines, goes_on, strict=True):
        whole[-1] += line
        if more:
            whole[-1] += " "
        else:
            whole.append("")
    return whole


def unescape_lines(text: str) -> str:
    """`text` with its entities decoded, also where they were encoded twice; its lines as before."""
    return html.unescape(html.unescape(text))


def _tag_text(match: re.Match[str]) -> str:
    name = match["name"].lower()
    return "" if name in _INLINE or name.startswith("st1:") else "\n"


def find_title(blocks: list[Block]) -> tuple[str, list[Block]]:
    """The title of a dump, which stands above its first paragraph, and the blocks without it.

    Labels above it (a section, an address, a date) are none; of several headlines it is the first,
    unless another one shares far more words with the text. A label such as `<title> - Ảnh 1.` tells
    it.
    """
    for block in blocks[:60]:
        if (match := _GALLERY.match(block.text)) and word_count(match[1]) >= 4:
            told = match[1].strip()
            first = blocks[0] if key(blocks[0].text) == key(told) else None
            return told, blocks[1:] if first else blocks
    found = _choose(blocks)
    if found < 0:
        return "", blocks
    return _PAPER_BEHIND.sub("", blocks[found].text), blocks[:found] + blocks[found + 1 :]


def head_section(lines: Sequence[str]) -> str:
    """The newspaper section that a line above a dump's first paragraph names, by itself or before
    its date; "" for none.

    >>> head_section(["Thế giới", "Chợ mở lại"]), head_section(["Sức khỏe - 27/02/2024"])
    ('Thế giới', 'Sức khỏe')
    """
    for line in lines[:_HEAD_LINES]:
        if ends_sentence(line) and word_count(line) >= _PROSE_WORDS:
            break
        if is_section(name := _SECTION_END.split(line, maxsplit=1)[0]) and key(name) != _HOME:
            return name
    return ""


def _choose(blocks: list[Block]) -> int:
    """Where the title stands, -1 where there is none."""
    if not blocks or (not _may_be_title(blocks[0].text) and not is_label(blocks[0].text)):
        return -1
    head = _head_size(blocks)
    lines = [i for i in range(head) if _may_be_title(blocks[i].text)]
    if not lines:
        return -1
    first = next((i for i in lines if word_count(blocks[i].text) >= _TITLE_WORDS), lines[0])
    if first != lines[0] and is_verse(blocks, first):
        return lines[0]  # the short line above is no section's name, but the verse's title
    pairs = _pairs(" ".join(b.text for b in blocks[head : head + _TEXT_LINES]))
    best, most = first, _shared(blocks[first].text, pairs) + _MORE_SHARED
    for i in lines:
        if i <= first or blocks[i].text.endswith(".") or word_count(blocks[i].text) < _OTHER_WORDS:
            continue
        if (shared := _shared(blocks[i].text, pairs)) > most:
            best, most = i, shared
    return best


def _head_size(blocks: list[Block]) -> int:
    """How many lines stand above the first paragraph."""
    for i, block in enumerate(blocks[:_HEAD_LINES]):
        prose = ends_sentence(block.text) and word_count(block.text) >= _PROSE_WORDS
        if i and (prose or word_count(block.text) > _SENTENCE_TITLE_WORDS + 10):
            return i
    return min(1, len(blocks))


def _may_be_title(text: str) -> bool:
    words = word_count(text)
    if words > _MOST_TITLE_WORDS or has_credit(text):
        return False
    if dateline_length(text) and ends_sentence(text):
        return False
    if ends_sentence(text) and words > _SENTENCE_TITLE_WORDS:
        return False
    if text.endswith(".") and not text.endswith("..") and words > _STOPPED_TITLE_WORDS:
        return False
    return not is_label(text)


def _pairs(text: str) -> set[tuple[str, str]]:
    """The neighbouring syllables of a text: most Vietnamese words have two."""
    return set(pairwise(key(text).split()))


def _shared(text: str, pairs: set[tuple[str, str]]) -> float:
    """The share of a line's neighbouring syllables that are among `pairs`."""
    own = _pairs(text)
    return len(own & pairs) / len(own) if own else 0.0
