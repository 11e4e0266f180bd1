"""What the class, id, role and itemprop of an element say about it."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from indexer.errors import RuleError
from indexer.rules import load_toml, strings

RULES = Path(__file__).parent / "rules"
_CAMEL = re.compile(r"([a-z0-9])([A-Z])")
# What is hidden on some screens only: `hidden-xs`, `hide-for-small`.
_RESPONSIVE = re.compile(
    r"\bhid(?:den|e)-(?:for-|on-|below-)?(?:xs|sm|md|lg|xl|small|medium|large|mobile|phone|tablet)\b",
    re.IGNORECASE,
)
_GAPS = re.compile(r"[^a-z]+")
_PART = re.compile(r"[a-z]+")


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
    CRUMB = 2048
    SOURCE = 4096


class _Word(NamedTuple):
    """A word of rules/hints.toml, with a hyphen where no letter may follow it."""

    text: str
    hint: int


class _Words(NamedTuple):
    """All words, by how they are found: one regular expression of a thousand alternatives took ten
    times as long as all the rest of a page."""

    by_start: dict[str, tuple[_Word, ...]]  # of one part each, by their first letters
    by_part: dict[str, tuple[_Word, ...]]  # of several parts, by the first of them
    endings: tuple[_Word, ...]


_START = 3  # letters, or fewer and a hyphen


@cache
def _words() -> _Words:
    file = RULES / "hints.toml"
    by_start: dict[str, list[_Word]] = defaultdict(list)
    by_part: dict[str, list[_Word]] = defaultdict(list)
    endings = []
    for name, table in load_toml(file).items():
        if not hasattr(Hint, name.upper()):
            raise RuleError(str(file), f"unknown table {name!r}")
        hint: int = getattr(Hint, name.upper())
        for word in strings(table, "words", file=str(file)):
            plain = _GAPS.sub("-", word.strip("*"))
            # A whole word ends where its hyphen stands, which makes short ones long enough.
            text = plain if word[-1] == "*" else plain + "-"
            first, hyphen, _ = plain.partition("-")
            if word[0] == "*":
                if hyphen:
                    raise RuleError(str(file), f"an ending of two parts: {word!r}")
                endings.append(_Word(plain + "-", hint))
            elif len(text) < _START:
                raise RuleError(str(file), f"too short: {word!r}")
            elif hyphen:
                by_part[first].append(_Word(text, hint))
            else:
                by_start[text[:_START]].append(_Word(text, hint))
    return _Words(
        {k: tuple(v) for k, v in by_start.items()},
        {k: tuple(v) for k, v in by_part.items()},
        tuple(endings),
    )


@lru_cache(maxsize=1 << 16)
def hints(names: str) -> int:
    """The hints of an element whose class, id and role are `names`.

    >>> hints("tin-lien-quan") == Hint.DROP, hints("fck_detail") & Hint.BODY
    (True, 1)
    """
    names = names[:300]
    lower = names.lower()
    if "hid" in lower:
        names = _RESPONSIVE.sub("", names)
        lower = names.lower()
    found = _find(lower)
    if lower != names and (camel := _CAMEL.sub(r"\1-\2", names)) != names:
        found |= _find(camel.lower())
    return found


def _find(text: str) -> int:
    """The hints of `text` in lower case, of which only the letters count, in parts."""
    found = 0
    parts = _PART.findall(text)
    for i, part in enumerate(parts):
        hint, longer = _find_in_part(part)
        found |= hint
        if longer:
            rest = "-".join(parts[i:]) + "-"
            for word in longer:
                if rest.startswith(word.text):
                    found |= word.hint
    return found


@lru_cache(maxsize=1 << 14)
def _find_in_part(part: str) -> tuple[int, tuple[_Word, ...]]:
    """The hints of one part by itself, and the words of several parts that begin with it."""
    words = _words()
    text = part + "-"
    found = 0
    for word in words.by_start.get(text[:_START], ()):
        if text.startswith(word.text):
            found |= word.hint
    for word in words.endings:
        if text.endswith(word.text):
            found |= word.hint
    return found, words.by_part.get(part, ())
