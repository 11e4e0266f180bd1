"""What stands before a text's first word: the paper's name, a place, with a dash or without one."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from indexer.cleaning.blocks import key
from indexer.cleaning.hints import RULES
from indexer.rules import load_toml, strings
from indexer.vietnamese import fold

_NAME_WORDS = 5


class _Rules(NamedTuple):
    """The patterns and words of rules/names.toml that stand before a text."""

    dateline: re.Pattern[str]  # `TTO - `
    place: re.Pattern[str]  # `TP HCM`
    papers: frozenset[str]  # `_letters` forms
    starters: frozenset[str]  # as written, with a capital


@cache
def _rules() -> _Rules:
    file = RULES / "names.toml"
    tables = load_toml(file)
    papers = strings(tables["dateline"], "words", file=str(file))
    places = strings(tables["place"], "names", file=str(file))
    return _Rules(
        re.compile(rf"^(?:\([^()\d]{{2,30}}\)|{_any(papers)})\s*[-–—:]+\s*(?=\S)", re.IGNORECASE),
        re.compile(f"^{_any(places)}"),
        frozenset(map(_letters, papers)),
        frozenset(strings(tables["dateline"], "starters", file=str(file))),
    )


def _any(words: tuple[str, ...]) -> str:
    return "(?:" + "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) + ")"


def _letters(name: str) -> str:
    """The letters and figures of a name without marks and spaces, to compare it with an address."""
    return "".join(fold(word) for word in key(name).split())


_BRACKETS = re.compile(r"^\((?:[A-ZĐ]{2}|[^()\d]{3,60})\)\s+")


def dateline_length(text: str) -> int:
    """How many characters at the beginning of `text` are the paper's name and a dash, a bracket, or
    a place glued to the first word.

    >>> dateline_length("(Dân trí) - Sáng nay"), dateline_length("WHO - tổ chức")
    (12, 0)
    >>> dateline_length("TP HCMNếu mưa"), dateline_length("(Tin thể thao) Đội khách thắng.")
    (6, 15)
    """
    match = _rules().dateline.match(text[:60]) or _BRACKETS.match(text[:80])
    if match:
        first = text[match.end() : match.end() + 1]
        return match.end() if match.re is not _BRACKETS or first.isupper() or first in '"“' else 0
    match = _rules().place.match(text[:40])
    if not match or not text[match.end() :][:1].isupper() or not text[match.end() - 1].isalpha():
        return 0
    # The word after a glued place begins with a capital and goes on small: `TP HCMNếu`, no `THPT`.
    return match.end() if text[match.end() + 1 :][:1].islower() else 0


# Papers that no list names, by the shape of what stands before a dash: `BTO`, `CAND.VN`,
# `Congluan.vn`, `GiadinhNet`; and a place with its agency.
_PAPER = re.compile(
    r"^(?P<name>[A-ZĐ]{2,8}(?:\.VN)?|(?:[A-Z][a-z]+){2,4}|[^\W\d_][\w-]{1,30}\.(?:vn|com|net|tv|org)(?:\.vn)?)"
    r"(?:\s+(?:--?|[–—|])\s*|(?<=O)[-–]\s*|(?<=vn)\.\s+)(?=\S)"
)
_PAPER_IN_WORDS = re.compile(
    r"^(?P<name>(?i:báo|đài|tạp\schí)(?P<own>(?:\s[^\W\d_]\S*){1,4}))\s+[-–—]\s*(?=\S)"
)
_PLACE_AND_AGENCY = re.compile(r"^(?P<name>[^\W\d_][^()\d]{1,30}\([A-ZĐ]{2,8}\))\s*[-–—]\s*(?=\S)")


def paper_length(text: str, title_key: str) -> int:
    """How many characters at the beginning of a paragraph have the shape of a paper's name and a
    dash; a name that the title has too is part of the text (`SLNA - Viettel`).

    >>> paper_length("BTO-Sáng nay", ""), paper_length("WHO - tổ chức", "")
    (4, 0)
    >>> paper_length("Đài Hải Nam - Sáng nay", ""), paper_length("Báo hoa - báo giấy", "")
    (14, 0)
    >>> paper_length("Hà Nội (TTXVN) - Sáng nay", ""), paper_length("VN-Index tăng", "")
    (17, 0)
    """
    match = _PAPER.match(text[:60]) or _PLACE_AND_AGENCY.match(text[:60])
    if not match and (match := _PAPER_IN_WORDS.match(text[:60])):
        match = match if all(word[0].isupper() for word in match["own"].split()) else None
    if not match or not (text[match.end()].isupper() or text[match.end()] in '"“'):
        return 0
    named = f" {key(match['name'])} "
    return 0 if named in f" {title_key} " else match.end()


# Papers' names without a dash: an abbreviation that ends in that of `Online`, or an address.
_BARE_PAPER = re.compile(r"[A-ZĐ&]{3,8}O|[\w-]{2,30}\.(?:vn|com|net|VN)(?:\.vn)?")


def bare_paper_length(text: str, title_key: str, site_names: tuple[str, ...] = ()) -> int:
    """How many characters at the beginning of a paragraph are a paper's name without a dash, before
    a word that begins sentences; a name that the title has too is part of the text.

    The name is known by a list, by its shape, or is the site's own (or its abbreviation).

    >>> bare_paper_length("SGGPO Sáng 12-3, chợ mở.", ""), bare_paper_length("UBND Sáng nay", "")
    (6, 0)
    >>> bare_paper_length("Miền Cao Theo xã, chợ mở.", "", ("Báo Miền Cao",))
    9
    """
    words = text[:80].split(" ", _NAME_WORDS + 1)
    starters = _rules().starters
    for size in range(1, min(_NAME_WORDS, len(words) - 1) + 1):
        if words[size].rstrip(",") not in starters:
            continue
        name = " ".join(words[:size])
        if f" {key(name)} " in f" {title_key} ":
            return 0
        if not (_BARE_PAPER.fullmatch(name) or _letters(name) in _known_papers(site_names)):
            return 0
        return len(name) + 1
    return 0


@cache
def _known_papers(site_names: tuple[str, ...]) -> frozenset[str]:
    """The names under which a site's own paper may stand before its texts."""
    found = set(_rules().papers)
    for name in site_names[:_NAME_WORDS]:
        bare = key(name).removeprefix("báo ")
        found |= {_letters(name), _letters(bare)}
        if len(words := bare.split()) > 1:
            initials = "".join(fold(word[0]) for word in words)
            found |= {initials, f"{initials}o"}
    return frozenset(name for name in found if name)
