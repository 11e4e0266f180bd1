"""The lines of a text that say who made it: bylines, agencies and sources, mostly at its end."""

from __future__ import annotations

import re
from itertools import pairwise

from indexer.cleaning.blocks import Block, Look, ends_sentence, key, word_count
from indexer.cleaning.credits import (
    Credit,
    credit_only,
    has_role,
    is_byline,
    is_maker,
    is_nobody,
    is_source_line,
    known_source,
    read_credit,
    split_names,
    with_photographer,
    without_buttons,
)
from indexer.cleaning.draft import Draft
from indexer.cleaning.heads import is_bare_date
from indexer.models import BlockKind

_CREDIT_LINES = 5  # at most so many at the end
_LINE_WORDS = 14
_SIGNED_WORDS = 8
_PORTRAIT_LINES, _LIFE_WORDS = 3, 60
_NEAR = 40  # blocks around a line that may be a byline
_LETTERS = re.compile(r"[^\W\d_][^\s()/,;-]*")


def read_makers(draft: Draft) -> None:
    """Bylines, agencies and sources at the end, where they are marked up as such, and between the
    parts of a dump."""
    _drop_portrait(draft)
    found = []
    for i in reversed(range(max(0, len(draft.blocks) - _CREDIT_LINES), len(draft.blocks))):
        block = draft.blocks[i]
        if _is_maker(block) or is_bare_date(block.text):
            found.append(i)
            continue
        if _is_option(draft.blocks, i) or _is_within(draft.blocks, i):
            break
        if block.kind is BlockKind.CAPTION:
            break
        named = with_photographer(block.text) or block.text
        credit = read_credit(named, draft.site_names)
        if not credit:
            break
        draft.take(credit)
        found.append(i)
    draft.drop(found, "credit-line")
    if draft.blocks and draft.from_html:
        _drop_signature(draft)
        found = []
        for i, block in enumerate(draft.blocks):
            if block.kind is BlockKind.CAPTION or word_count(block.text) > _LINE_WORDS:
                continue
            if block.look & Look.SOURCE:
                draft.take(_read_source(block.text, draft.site_names))
                found.append(i)
                continue
            edge = i < 2 or i >= len(draft.blocks) - 3
            if block.look & (Look.BYLINE | Look.RIGHT) or (edge and block.look & Look.BOLD):
                credit = read_credit(block.text, draft.site_names)
                if credit and (
                    block.look & (Look.BYLINE | Look.RIGHT) or i >= len(draft.blocks) - 3
                ):
                    draft.take(credit)
                    found.append(i)
        draft.drop(found, "credit-line")
    if draft.blocks:
        _read_trailing_agency(draft)
    if not draft.from_html:
        _read_between(draft)


def _drop_signature(draft: Draft) -> None:
    """The last line, where it is set on the right as signatures are, whatever it names."""
    last = draft.blocks[-1]
    is_set_apart = last.look & Look.RIGHT and last.look & Look.BOLD
    is_short = word_count(last.text) <= _SIGNED_WORDS and not ends_sentence(last.text)
    if last.kind is BlockKind.PARAGRAPH and is_set_apart and is_short:
        draft.drop([len(draft.blocks) - 1], "credit-line")


def _drop_portrait(draft: Draft) -> None:
    """The author's picture and name at the end, with what is told of that life."""
    told = set(map(key, draft.told_author))
    first = max(1, len(draft.blocks) - _PORTRAIT_LINES)
    for i in range(first, len(draft.blocks)) if told else ():
        block = draft.blocks[i]
        pictured = block.look & (Look.AFTER_IMAGE | Look.SURE_CAPTION)
        life = draft.blocks[i + 1 :]
        if pictured and key(block.text) in told and all(b.look == Look.NONE for b in life):
            if sum(word_count(b.text) for b in life) <= _LIFE_WORDS:
                draft.drop(range(i, len(draft.blocks)), "credit-line")
            return


def _read_source(text: str, site_names: tuple[str, ...]) -> Credit:
    """What a line says that is marked up as the source: a name that no list has is a paper's."""
    credit = read_credit(text, site_names)
    if credit.agency or credit.publisher:
        return credit
    return Credit(publisher=" ".join(without_buttons(text).strip(" ().:").split()))


def _read_between(draft: Draft) -> None:
    """Credits in the middle of a dump, as between two articles that were saved as one."""
    found = []
    for i in range(1, len(draft.blocks) - 1):
        text = draft.blocks[i].text
        if draft.blocks[i].kind is not BlockKind.PARAGRAPH or word_count(text) > _LINE_WORDS:
            continue
        if ends_sentence(text.rstrip(")")) or (not text[:1].isupper() and text[:1] != "("):
            continue
        if not (i - 1 in found or ends_sentence(draft.blocks[i - 1].text)):
            continue
        if _names_source(text) or (is_byline(text) and _is_nowhere_else(draft.blocks, i)):
            draft.take(read_credit(text, draft.site_names))
            found.append(i)
    draft.drop(found, "credit-line")


def _names_source(text: str) -> bool:
    """Whether a line is a source and nothing else: `Theo LAN (VTC News)`, `(TTXVN/Vietnam+)`."""
    credit = read_credit(text)
    if not credit or not (is_source_line(text) or (text[0] == "(" and text[-1] == ")")):
        return False
    # A subhead may begin with the same word: `Theo dấu chân người xưa`.
    return all(word[0].isupper() for word in _LETTERS.findall(text)) or known_source(text)


def _is_nowhere_else(blocks: list[Block], at: int) -> bool:
    """Whether the text does not speak of the people that a line names, as it does below a subhead;
    a line that says what they did is no subhead."""
    line = blocks[at].text
    if has_role(line) or split_names(line) != [line.strip()]:
        return True
    words = line.split()
    if f" {words[0].lower()} " in f" {blocks[at + 1].text} ":
        return False  # the surname is a common word there: `Hồ Hoàn Kiếm` is a lake
    given = f" {key(words[-1])} "
    around = (*blocks[max(0, at - _NEAR) : at], *blocks[at + 1 : at + _NEAR])
    return not any(given in f" {key(b.text)} " for b in around)


def _is_maker(block: Block) -> bool:
    """Whether a line at the end names a photographer or designer: `Thiết kế: Tuấn Kiệt`."""
    if block.kind is BlockKind.CAPTION:
        return credit_only(block.text) and not block.look & (Look.AFTER_IMAGE | Look.SURE_CAPTION)
    return block.kind is BlockKind.PARAGRAPH and (is_maker(block.text) or is_nobody(block.text))


def _is_within(blocks: list[Block], at: int) -> bool:
    """Whether a line is one of a list's items, or who is quoted in a part set apart."""
    if not at:
        return False
    above, line = blocks[at - 1], blocks[at]
    listed = line.kind is above.kind is BlockKind.ITEM
    return listed or bool(line.look & above.look & Look.BOX)


def _is_option(blocks: list[Block], at: int) -> bool:
    """Whether a line is one of the answers to a question: `A. Dãy Trường Sơn` beside `B. …`."""
    return any(
        _OPTIONS.match(f"{a.text[:2]}{b.text[:2]}")
        for a, b in pairwise(blocks[max(0, at - 1) : at + 2])
    )


# The beginnings of two answers, one after the other.
_OPTIONS = re.compile("|".join(rf"{a}[.)]{b}[.)]" for a, b in pairwise("ABCDEF")))
_TRAILING_CREDIT = re.compile(
    r"(?<=[.!?…”\"/])\s*\(?(?P<credit>\([^()]{2,60}\)|Theo [^.!?]{2,50})\)?\s*$"
)


def _read_trailing_agency(draft: Draft) -> None:
    """A credit at the end of the last paragraph: `… của Đảng./. (TTXVN/Vietnam+)`."""
    last = len(draft.blocks) - 1
    text = draft.blocks[last].text
    match = _TRAILING_CREDIT.search(text[-120:])
    if not match:
        return
    credit = read_credit(match["credit"], draft.site_names)
    if credit and (credit.agency or credit.publisher):
        draft.take(credit)
        cut = len(text) - len(match[0])
        draft.cut(
            last,
            text[:cut].rstrip() if len(text) > 120 else text[: match.start()].rstrip(),
            "credit-line",
            match[0].strip(),
        )
