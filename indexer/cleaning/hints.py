"""What the class, id, role and itemprop of an element say about it."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from indexer.errors import RuleError
from indexer.rules import load_toml, strings

RULES = Path(__file__).parent / "rules"
_CAMEL = re.compile(r"([a-z0-9])([A-Z])")
_GAPS = re.compile(r"[^a-z]+")


class Hint:
    """Kinds of parts, flags of an int; each but HIDDEN is a table of rules/hints.toml."""

    NONE = 0
    BODY = 1
    LEAD = 2
    TITLE = 4
    CAPTION = 8
    AUTHOR = 16
    DATE = 32
    DROP = 64
    BOX = 128
    PAGE = 256
    HIDDEN = 512
    COMMENT = 1024


class _Words(NamedTuple):
    """The words of rules/hints.toml, by how they are compared: dictionaries, because one regular
    expression of a thousand alternatives took ten times as long as all the rest of a page."""

    whole: dict[str, int]
    starts: dict[str, int]
    ends: tuple[tuple[str, int], ...]
    longest: int


@cache
def _words() -> _Words:
    file = RULES / "hints.toml"
    whole: dict[str, int] = {}
    starts: dict[str, int] = {}
    ends: dict[str, int] = {}
    for name, table in load_toml(file).items():
        if not hasattr(Hint, name.upper()):
            raise RuleError(str(file), f"unknown table {name!r}")
        hint: int = getattr(Hint, name.upper())
        for word in strings(table, "words", file=str(file)):
            plain = _GAPS.sub("-", word.strip("*"))
            target = ends if word[0] == "*" else starts if word[-1] == "*" else whole
            target[plain] = target.get(plain, Hint.NONE) | hint
    return _Words(whole, starts, tuple(ends.items()), max(map(len, (*whole, *starts))))


@lru_cache(maxsize=1 << 16)
def hints(names: str) -> int:
    """The hints of an element whose class, id and role are `names`.

    >>> hints("tin-lien-quan") == Hint.DROP, hints("fck_detail") & Hint.BODY
    (True, 1)
    """
    found = Hint.NONE
    words = _words()
    names = names[:300]
    camel = _CAMEL.sub(r"\1-\2", names)
    for text in {camel.lower(), names.lower()}:
        text = _GAPS.sub("-", text).strip("-") + "-"
        at = 0
        while at < len(text):
            for end in range(at + 1, min(at + words.longest, len(text)) + 1):
                piece = text[at:end]
                if piece in words.starts:
                    found |= words.starts[piece]
                if piece in words.whole and text[end : end + 1] in ("-", ""):
                    found |= words.whole[piece]
            at = text.index("-", at) + 1
        for ending, hint in words.ends:
            if ending + "-" in text:
                found |= hint
    return found
