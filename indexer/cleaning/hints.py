"""What the class, id, role and itemprop of an element say about it."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from pathlib import Path
from string import ascii_lowercase
from typing import NamedTuple

from indexer.errors import RuleError
from indexer.rules import load_toml, strings

RULES = Path(__file__).parent / "rules"
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# What is hidden on some screens only: `hidden-xs`, `hide-for-small`.
_RESPONSIVE = re.compile(
    r"\bhid(?:den|e)-(?:for-|on-|below-)?(?:xs|sm|md|lg|xl|small|medium|large|mobile|phone|tablet)\b",
    re.IGNORECASE,
)
_GAPS = re.compile(r"[^a-z]+")
_LETTERS = bytes(byte if chr(byte) in ascii_lowercase else 32 for byte in range(256))


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
    any_ending: tuple[str, ...]


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
        tuple(word.text for word in endings),
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
    if lower != names and (camel := _CAMEL.sub("-", names)) != names:
        found |= _find(camel.lower())
    return found


def _find(text: str) -> int:
    """The hints of `text` in lower case, of which only the letters count, in parts."""
    # As bytes, and nothing more for the parts that say nothing: half the names of a page come once.
    parts = text.encode("utf-8", "replace").translate(_LETTERS).split()
    told = list(map(_PARTS.__getitem__, parts))
    if not any(told):
        return 0
    found = 0
    for i, each in enumerate(told):
        if each:
            found |= each.hint
            if each.longer:
                rest = b"-".join(parts[i:]).decode() + "-"
                for word in each.longer:
                    if rest.startswith(word.text):
                        found |= word.hint
    return found


class _Part(NamedTuple):
    """The hints of one part by itself, and the words of several parts that begin with it."""

    hint: int
    longer: tuple[_Word, ...]


class _Parts(dict[bytes, _Part | None]):
    """What single parts say, None for nothing. Bounded: emptied when it has grown too large."""

    def __missing__(self, part: bytes) -> _Part | None:
        if len(self) >= 1 << 16:
            self.clear()
        words = _words()
        name = part.decode()
        text = name + "-"
        hint = 0
        for word in words.by_start.get(text[:_START], ()):
            if text.startswith(word.text):
                hint |= word.hint
        if text.endswith(words.any_ending):
            for word in words.endings:
                if text.endswith(word.text):
                    hint |= word.hint
        longer = words.by_part.get(name, ())
        said = self[part] = _Part(hint, longer) if hint or longer else None
        return said


_PARTS = _Parts()
