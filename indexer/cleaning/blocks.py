"""The one intermediate form, which every rule works on: a page or a text dump as blocks."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from indexer.models import BlockKind, Removal
from indexer.vietnamese import exact_forms

# Scripts without spaces; two of their characters make about one word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE_END = re.compile(r"[.!?…:;。！？；：।۔؟][\"'”’»)\]」』）]*$")


class Look:
    """How a block looks on its page: flags of an int (an IntFlag costs a page two milliseconds)."""

    NONE = 0
    ITALIC = 1  # all of it
    BOLD = 2  # all of it
    CENTERED = 4
    RIGHT = 8
    AFTER_IMAGE = 16  # nothing but an image stands between the block before and this one
    BOX = 32  # inside an info box or a quote, a part of the page set apart
    BYLINE = 64  # marked up as the author's name
    SURE_CAPTION = 128  # marked up as a caption, not only guessed
    IN_TABLE = 256
    LEAD = 512  # marked up as the lead
    PLACE = 1024  # marked up as the place a story was written at
    SOURCE = 4096  # marked up as where the article was taken from
    VERSE = 2048  # one of the short lines of a longer paragraph
    FIELD = 8192  # a field for readers to fill in follows it


class Block(NamedTuple):
    """A paragraph, heading, list item, table row or caption.

    text        on one line, spaces single
    link_chars  how many of its characters are inside links; `links`: how many links
    group       number of the container it stands in (blocks of one box or list share it)
    """

    kind: BlockKind
    text: str
    link_chars: int = 0
    links: int = 0
    look: int = Look.NONE
    group: int = 0

    @property
    def linked(self) -> bool:
        """Whether nearly all of it is links."""
        return self.link_chars >= 0.8 * len(self.text) > 0


class Blocks(NamedTuple):
    """What is kept and what was taken out so far."""

    kept: tuple[Block, ...]
    removed: tuple[Removal, ...] = ()


@lru_cache(maxsize=1 << 12)
def word_count(text: str) -> int:
    """The number of words (syllables, in Vietnamese).

    >>> word_count("Bế mạc Đại hội")
    4
    """
    count = len(text.split())
    if len(text) > 12 * count and not text.isascii():
        return count + len(_UNSPACED.findall(text)) // 2
    return count


def ends_sentence(text: str) -> bool:
    """Whether `text` ends as a sentence does.

    >>> ends_sentence("Ông nói: “Được.”"), ends_sentence("Tin liên quan")
    (True, False)
    """
    if text[-1:].isalnum():  # most lines that are none
        return False
    return bool(_SENTENCE_END.search(text[-8:].rstrip()))


@lru_cache(maxsize=1 << 13)
def key(text: str) -> str:
    """The words of `text` in their exact forms: equal for texts that differ in case, punctuation,
    spacing, composed or decomposed marks and tone place.

    >>> key("Chủ đề: HOÀ bình") == key("chủ đề hòa bình")
    True
    """
    return " ".join(exact_forms(text))


def one_line(text: str) -> str:
    """`text` with all white space made single spaces, without invisible characters."""
    text = " ".join(text.split())
    return text if text.isprintable() else " ".join(_INVISIBLE.sub("", text).split())


# Zero-width and directional marks, soft hyphens, control characters.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
