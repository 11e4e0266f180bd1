"""The noise phrases of rules/phrases.toml and how a line is matched with them."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

from indexer.cleaning.blocks import key
from indexer.cleaning.hints import RULES
from indexer.errors import RuleError
from indexer.rules import compile_pattern, load_toml, strings

_LONGEST = 400  # characters; no phrase line is longer
_TRAILING_NUMBERS = re.compile(r"(?:\s\d+)+$")
_FIELDS = {"whole", "start", "end", "patterns", "box", "max_words"}


class PhraseClass(NamedTuple):
    """One class of noise lines; `box`: it heads a box whose lines go with it."""

    name: str
    box: bool
    max_words: int


class Phrases(NamedTuple):
    """All phrases, by how they are compared; keys are `blocks.key` forms."""

    whole: dict[str, PhraseClass]
    starts: dict[str, PhraseClass]
    ends: dict[str, PhraseClass]
    patterns: tuple[tuple[re.Pattern[str], PhraseClass], ...]
    longest_start: int  # words


@cache
def phrases() -> Phrases:
    """The phrases that come with the library."""
    file = RULES / "phrases.toml"
    whole: dict[str, PhraseClass] = {}
    starts: dict[str, PhraseClass] = {}
    ends: dict[str, PhraseClass] = {}
    patterns = []
    for name, table in load_toml(file).items():
        _check(table, name, str(file))
        kind = PhraseClass(name, table.get("box", False), table.get("max_words", 30))
        for field, target in (("whole", whole), ("start", starts), ("end", ends)):
            for phrase in strings(table, field, file=str(file)):
                colon = " :" if field == "start" and phrase.rstrip().endswith(":") else ""
                target.setdefault(key(phrase) + colon, kind)
        for pattern in strings(table, "patterns", file=str(file)):
            patterns.append((compile_pattern(pattern, str(file)), kind))
    longest = max(len(s.split()) for s in starts)
    return Phrases(whole, starts, ends, tuple(patterns), longest)


def _check(table: Any, name: str, file: str) -> None:
    if not isinstance(table, dict) or set(table) - _FIELDS:
        raise RuleError(file, f"{name}: not a table of {sorted(_FIELDS)}")


@lru_cache(maxsize=1 << 13)
def classify(line: str) -> PhraseClass | None:
    """The class of noise that `line` is, None where it is none.

    >>> kind = classify("TIN CÙNG CHUYÊN MỤC:")
    >>> kind.name, kind.box
    ('related-box', True)
    >>> classify("Ông nói thêm về tin liên quan đến vụ án.") is None
    True
    """
    if len(line) > _LONGEST:
        return None
    known = phrases()
    words = key(line)
    kind = known.whole.get(words) or known.whole.get(_TRAILING_NUMBERS.sub("", words))
    if kind:
        return kind
    parts = words.split()
    for size in range(min(known.longest_start, len(parts)), 0, -1):
        start = " ".join(parts[:size])
        for form in (start, start + " :"):
            kind = known.starts.get(form)
            if (
                kind
                and len(parts) <= kind.max_words
                and (form == start or _colon_after(line, size))
            ):
                return kind
        kind = known.ends.get(" ".join(parts[-size:])) if size <= 6 else None
        if kind and len(parts) <= kind.max_words:
            return kind
    for pattern, kind in known.patterns:
        if len(parts) <= kind.max_words and pattern.fullmatch(line):
            return kind
    return None


def _colon_after(line: str, size: int) -> bool:
    """Whether a colon follows the first `size` words of `line`."""
    head, colon, _ = line.partition(":")
    return bool(colon) and len(key(head).split()) == size
