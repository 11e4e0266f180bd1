"""The noise phrases of rules/phrases.toml and how a line is matched with them."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

from indexer.cleaning.blocks import key
from indexer.cleaning.hints import RULES
from indexer.errors import RuleError
from indexer.rules import compile_pattern, load_toml, strings
from indexer.vietnamese import fold

_LONGEST = 400  # characters; no phrase line is longer
_GLUED_CHARS = 120
_NO_WORDS = re.compile(r"[\W\d]*")
_ADDRESS = re.compile(r"https?://\S+$")
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
                words = key(phrase)
                target.setdefault(words + colon, kind)
                if " " in words:  # as texts without any marks have it
                    target.setdefault(" ".join(map(fold, words.split())) + colon, kind)
        for pattern in strings(table, "patterns", file=str(file)):
            patterns.append((compile_pattern(pattern, str(file)), kind))
    longest = max(len(s.split()) for s in starts)
    return Phrases(whole, starts, ends, tuple(patterns), longest)


def _check(table: Any, name: str, file: str) -> None:
    if not isinstance(table, dict) or set(table) - _FIELDS:
        raise RuleError(file, f"{name}: not a table of {sorted(_FIELDS)}")


def phrase_classes() -> tuple[str, ...]:
    """The names of the classes of rules/phrases.toml, in its order."""
    return tuple(load_toml(RULES / "phrases.toml"))


@lru_cache(maxsize=1 << 13)
def classify(line: str) -> PhraseClass | None:
    """The class of noise that `line` is, None where it is none.

    >>> kind = classify("TIN CÙNG CHUYÊN MỤC:")
    >>> kind.name, kind.box
    ('related-box', True)
    >>> classify("Ông nói thêm về tin liên quan đến vụ án.") is None
    True

    Buttons that pages leave no space between are told one by one:

    >>> classify("Chia sẻFacebookZalo").name
    'share-bar'
    """
    if len(line) > _LONGEST:
        return None
    kind = _whole_line(line)
    if kind is None and len(line) <= _GLUED_CHARS and (parts := _glued(line)) != [line]:
        kinds = [_whole_line(part) for part in parts if not _NO_WORDS.fullmatch(part)]
        if kinds and all(kinds):
            return kinds[0]
    return kind


def _glued(line: str) -> list[str]:
    """The parts of a line at places where no space stands though something new begins; without
    an address at its end."""
    line = _ADDRESS.sub("", line)
    cuts = [
        i
        for i in range(1, len(line))
        if line[i - 1] != " " != line[i]
        and (
            (line[i].isupper() and not line[i - 1].isupper() and line[i - 1] not in "-'’(\"“/.")
            or (line[i - 1].isdigit() != line[i].isdigit() and line[i - 1].isalnum())
            or (line[i - 1] in "!?…" and line[i].isalnum())
        )
    ]
    ends = [*cuts, len(line)]
    return [line[a:b].strip() for a, b in zip([0, *cuts], ends, strict=True)]


def _whole_line(line: str) -> PhraseClass | None:
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
