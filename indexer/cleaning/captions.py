"""Finding captions: marked up, under a picture, ending in a credit, or glued to other text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby

from indexer.cleaning.blocks import Block, Look, ends_sentence, key, word_count
from indexer.cleaning.credits import (
    credit_only,
    has_credit,
    is_source_line,
    read_credit,
    with_photographer,
)
from indexer.cleaning.draft import Draft
from indexer.cleaning.names import is_person, names_a_scene
from indexer.cleaning.phrases import classify
from indexer.models import BlockKind

_NAMING_WORDS = 12
_LABEL_WORDS = 20
_FEWEST_WORDS = 3
_CREDIT_WORDS = 4  # of a photographer's name
_STORY_WORDS = 40
_DOUBLED_CHARS = 12
_CAPTION_LOOKS = Look.SURE_CAPTION | Look.AFTER_IMAGE
_CAPTION_WORDS = 60  # longer text under a picture, or with a credit at its end, is text
# `<title> - Ảnh 1.`, `<title> ảnh 1`: labels that galleries put before captions.
_LABEL = re.compile(
    r"^[\s\-–—:.|,]*(?:hình ảnh|ảnh|hình|anh|photo|image|picture|video|clip)\s*(?:số\s*)?"
    r"\d{1,3}(?:\s*[.:)]|(?=\D|$))\s*",
    re.IGNORECASE,
)
# `<title> - 2`, `<title> (2)`
_ARROWS = frozenset(">»›▶►→")
_SERVICE_WORDS = 6  # beside a picture, that say no more than `Quảng cáo`
_LONG_LINE = 12  # words; few subheads have so many
# What a caption without a full stop hardly has: it is speech, a list's beginning or a headline.
_NO_CAPTION = re.compile('[:;?!“”"]|,$|\\.\\.\\.|…')
_NUMBER = re.compile(r"[\s\-–—:.|,(\[#]*\d{1,3}[).\]]?")


def tell_story(captions: Iterable[str]) -> bool:
    """Whether captions are so many that they tell a story of pictures without any other text.

    >>> tell_story(["Chợ phiên họp từ sáng sớm."] * 8), tell_story(["Chợ phiên họp."])
    (True, False)
    """
    return sum(map(word_count, captions)) >= _STORY_WORDS


def drop_picture_labels(draft: Draft) -> None:
    """Gallery labels, whole lines or glued before a caption: `<title> ảnh 1Bà …`."""
    title = draft.title
    if word_count(title) < 3:
        return
    whole = []
    for i, block in enumerate(draft.blocks):
        if not _starts_with(block.text, title):
            continue
        rest = _after(block.text, title)
        match = _LABEL.match(rest) or _NUMBER.fullmatch(rest)
        if not match:
            continue
        text = rest[match.end() :].strip()
        if text:
            draft.cut(i, text, "picture-label", block.text[: len(block.text) - len(text)].strip())
            draft.mark(i, BlockKind.CAPTION)
        else:
            whole.append(i)
            if not draft.from_html and _is_caption_below(draft.blocks, i + 1):
                draft.mark(i + 1, BlockKind.CAPTION)
    draft.drop(whole, "picture-label")


def _is_caption_below(blocks: list[Block], i: int) -> bool:
    """Whether the line below a label may be a caption: short, and no sentence."""
    if i >= len(blocks) or ends_sentence(blocks[i].text):
        return False
    return _FEWEST_WORDS <= word_count(blocks[i].text) <= _LABEL_WORDS


def _starts_with(text: str, title: str) -> bool:
    """A cheap test: the first letters are alike, whatever their marks' form."""
    return text[:1].casefold() == title[:1].casefold() and len(text) > len(title)


def _after(text: str, title: str) -> str:
    """What follows `title` at the beginning of `text`, "" where it is not there."""
    if text.startswith(title):
        return text[len(title) :]
    words = len(title.split())
    parts = text.split(" ", words)
    # The label may be glued to the title's last word's end only by a space, so words line up.
    if len(parts) > words and key(" ".join(parts[:words])) == key(title):
        return " " + parts[words]
    return ""


def halve_doubled(draft: Draft) -> None:
    """Captions that stand twice on one line, once for the picture and once below it."""
    for i, block in enumerate(draft.blocks):
        if draft.from_html and not (block.kind is BlockKind.CAPTION or block.look & _CAPTION_LOOKS):
            continue
        if half := _half(block.text):
            draft.cut(i, half, "repeated-text", half)
            if not draft.from_html and word_count(half) <= _CAPTION_WORDS:
                draft.mark(i, BlockKind.CAPTION)


def _half(text: str) -> str:
    """The first half of a text whose second half is the same, "" where it is not.

    >>> _half("Chợ quê. Ảnh: Na Chợ quê. Ảnh: Na"), _half("Rất lâu, rất rất lâu")
    ('Chợ quê. Ảnh: Na', '')
    """
    for size in ((len(text) - 1) // 2, (len(text) - 3) // 2, len(text) // 2):
        half = text[:size]
        if size < _DOUBLED_CHARS or text[-size:] != half:
            continue
        if not text[size:-size].strip(" .|–-") and word_count(half) >= _FEWEST_WORDS:
            return half
    return ""


def find_captions(draft: Draft) -> None:
    """Mark blocks that are captions."""
    blocks = draft.blocks
    again = set() if draft.from_html else _standing_twice(blocks)
    for i, block in enumerate(blocks):
        if block.kind is BlockKind.CAPTION or block.kind is BlockKind.ROW:
            continue
        words = word_count(block.text)
        if is_source_line(block.text) or with_photographer(block.text):
            continue
        if block.text[0] in _ARROWS:  # `>>> Clip: …` leads elsewhere
            continue
        if words <= _SERVICE_WORDS and block.look & _CAPTION_LOOKS and classify(block.text):
            continue
        if block.look & Look.SURE_CAPTION and words <= 150:
            draft.mark(i, BlockKind.CAPTION)
        elif words <= _CAPTION_WORDS and (has_credit(block.text) or _under_picture(block, words)):
            draft.mark(i, BlockKind.CAPTION)
            if credit_only(block.text) and i and _may_be_caption(draft, i - 1):
                draft.mark(i - 1, BlockKind.CAPTION)
        elif not draft.from_html and (
            _repeated_next(blocks, i, words) or _is_credited_below(blocks, i, words)
        ):
            draft.mark(i, BlockKind.CAPTION)
            draft.mark(i + 1, BlockKind.CAPTION)
        elif not draft.from_html and (
            block.text in again
            or _reads_as_caption(blocks, i, words)
            or _shows_the_named(blocks, i, words)
        ):
            draft.mark(i, BlockKind.CAPTION)


def _under_picture(block: Block, words: int) -> bool:
    """Whether it stands right under a picture and looks like no paragraph."""
    look = block.look
    if not look & Look.AFTER_IMAGE or words > 60:
        return False
    if (
        words <= _LABEL_WORDS
        and not ends_sentence(block.text)
        and block.kind is BlockKind.PARAGRAPH
    ):
        return not look & Look.BOLD and not block.text.endswith(":")
    return bool(look & (Look.CENTERED | Look.ITALIC)) or (
        bool(look & Look.IN_TABLE) and words <= 60
    )


def _may_be_caption(draft: Draft, i: int) -> bool:
    block = draft.blocks[i]
    return (
        block.kind is BlockKind.PARAGRAPH
        and not read_credit(block.text)
        and word_count(block.text) <= 30
        and (not ends_sentence(block.text) or bool(block.look & Look.AFTER_IMAGE))
    )


def _repeated_next(blocks: list[Block], i: int, words: int) -> bool:
    """In a dump, a line that comes twice in a row is a caption."""
    if words > _CAPTION_WORDS or i + 1 >= len(blocks):
        return False
    return (
        len(blocks[i + 1].text) == len(block_text := blocks[i].text)
        and blocks[i + 1].text == block_text
    )


def _is_credited_below(blocks: list[Block], i: int, words: int) -> bool:
    """In a dump, a line without a full stop, above a name in capitals and between paragraphs, is a
    caption: `NVCC`, `QUỐC VIỆT`."""
    if not 0 < i < len(blocks) - 2 or not _FEWEST_WORDS < words <= _STORY_WORDS:
        return False
    text, name = blocks[i].text, blocks[i + 1].text
    if ends_sentence(text) or text.isupper() or _NO_CAPTION.search(text):
        return False
    if not (name.isupper() and word_count(name) <= _CREDIT_WORDS and is_person(name)):
        return False
    return all(_is_text(blocks[at]) for at in (i - 1, i + 2))


def _is_text(block: Block) -> bool:
    return ends_sentence(block.text) and word_count(block.text) > _NAMING_WORDS


def _standing_twice(blocks: list[Block]) -> set[str]:
    """In a dump, the short lines beside paragraphs that come again beside others: captions."""
    places: dict[str, list[int]] = defaultdict(list)
    for i, block in enumerate(blocks):
        places[block.text].append(i)
    return {
        text
        for text, some in places.items()
        if len(some) > 1
        and _FEWEST_WORDS <= word_count(text) <= _LABEL_WORDS
        and not (ends_sentence(text) or text.endswith(":"))
        and all(_is_beside_text(blocks, i) for i in some)
    }


def _is_beside_text(blocks: list[Block], i: int) -> bool:
    beside = blocks[max(0, i - 1) : i] + blocks[i + 1 : i + 2]
    return any(map(_is_text, beside))


def _reads_as_caption(blocks: list[Block], i: int, words: int) -> bool:
    """In a dump, a short line between long paragraphs that names a person or thing and where it is,
    and tells nothing: `Khu vực xảy ra vụ việc.`"""
    if not 4 <= words <= _NAMING_WORDS or not 0 < i < len(blocks) - 1:
        return False
    if not all(_is_long_or_heading(blocks[n].text) for n in (i - 1, i + 1)):
        return False
    return names_a_scene(blocks[i].text)


def _shows_the_named(blocks: list[Block], i: int, words: int) -> bool:
    """In a dump, a line longer than subheads are, without a full stop between two paragraphs, that
    tells of people or places that the text names: `Chủ tịch tỉnh Võ Hữu Thành trao quà cho …`."""
    text = blocks[i].text
    if not _LONG_LINE <= words <= _CAPTION_WORDS or not 1 < i < len(blocks) - 1:
        return False
    if not text[0].isupper() or ends_sentence(text) or _NO_CAPTION.search(text):
        return False
    if not (_is_text(blocks[i - 1]) and _is_text(blocks[i + 1])):
        return False
    parts = (" ".join(some) for capital, some in groupby(text.split(), _begins_big) if capital)
    names = [name.rstrip(",.") for name in parts if " " in name]
    return any(name in b.text for name in names for b in blocks if b is not blocks[i])


def _begins_big(word: str) -> bool:
    return word[0].isupper()


def _is_long_or_heading(text: str) -> bool:
    return not ends_sentence(text) or word_count(text) > _NAMING_WORDS
