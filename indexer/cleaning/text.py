"""A plain-text dump → title and blocks."""

from __future__ import annotations

import re

from indexer.cleaning.blocks import Block, ends_sentence, key, one_line, word_count
from indexer.cleaning.credits import has_credit
from indexer.models import BlockKind

_GALLERY = re.compile(r"^(.{10,200}?)\s+[-–—]\s+(?:Ảnh|Hình)\s+\d{1,3}\.?(?:\s|$)")
_TITLE_WORDS = 3
_LINE = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def read_lines(text: str) -> list[Block]:
    """One paragraph for each line that has any text."""
    return [
        Block(BlockKind.PARAGRAPH, line, group=i)
        for i, line in enumerate(map(one_line, _LINE.split(text)))
        if line
    ]


def find_title(blocks: list[Block]) -> tuple[str, list[Block]]:
    """The title of a dump, which stands on its first line, and the blocks after it.

    A first line that is a sentence or a caption is none; then a label such as `<title> - Ảnh 1.`
    may tell it.
    """
    for block in blocks[:60]:
        if (match := _GALLERY.match(block.text)) and word_count(match[1]) >= 4:
            told = match[1].strip()
            first = blocks[0] if key(blocks[0].text) == key(told) else None
            return told, blocks[1:] if first else blocks
    first = blocks[0] if blocks else None
    if first is None or word_count(first.text) > 45 or has_credit(first.text):
        return "", blocks
    if word_count(first.text) < _TITLE_WORDS and len(blocks) > 1:  # the place, a section
        return "", blocks
    if ends_sentence(first.text) and word_count(first.text) > 20:
        return "", blocks
    return first.text, blocks[1:]
