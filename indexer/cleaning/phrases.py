"""The noise phrases of rules/phrases.toml and how a line is matched with them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any, NamedTuple

from indexer.cleaning.blocks import key
from indexer.cleaning.hints import RULES
from indexer.errors import RuleError
from indexer.rules import compile_pattern, load_toml, strings
from indexer.vietnamese import exact_form, exact_line, fold, pattern_for

_LONGEST = 400  # characters; no phrase line is longer
_GLUED_CHARS = 120
_NO_WORDS = re.compile(r"[\W\d]*")
_CALL = re.compile("[!?…]")
_DIGIT = re.compile(r"\d")
_ADDRESS = re.compile(r"https?://\S+$")
_TRAILING_NUMBERS = re.compile(r"(?:\s\d+)+$")
_NO_SIZES: frozenset[int] = frozenset()
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
    longest_whole: int  # words
    sizes_by_first: dict[str, frozenset[int]]  # words of the starts, by their first word
    sizes_by_last: dict[str, frozenset[int]]  # words of the ends, by their last word
    any_pattern: dict[int, re.Pattern[str]]  # all for lines of so many words, as one


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
    any_pattern = {
        words: re.compile(
            "|".join(f"(?:{p.pattern})" for p, kind in patterns if kind.max_words >= words),
            re.IGNORECASE,
        )
        for words in sorted({kind.max_words for _, kind in patterns})
    }
    return Phrases(
        whole,
        starts,
        ends,
        tuple(patterns),
        max(len(words.split()) for words in whole),
        _sizes((start.removesuffix(" :").split() for start in starts), 0),
        _sizes((end.split() for end in ends), -1),
        any_pattern,
    )


def _sizes(phrases: Iterable[list[str]], at: int) -> dict[str, frozenset[int]]:
    """How many words the phrases have whose word `at` is a given one."""
    sizes: dict[str, set[int]] = defaultdict(set)
    for words in phrases:
        sizes[words[at]].add(len(words))
    return {word: frozenset(found) for word, found in sizes.items()}


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
    if "://" in line:
        line = _ADDRESS.sub("", line)
    words = line.split(" ")
    if "".join([word[1:] for word in words]).islower() and not _CALL.search(line):
        return [line.strip()]
    cuts: list[int] = []
    at = 0
    for word in words:
        if len(word) > 1 and not (word.isalpha() and word[1:].islower()):
            cuts += [i for i in range(at + 1, at + len(word)) if _begins_anew(line[i - 1], line[i])]
        at += len(word) + 1
    ends = [*cuts, len(line)]
    return [line[a:b].strip() for a, b in zip([0, *cuts], ends, strict=True)]


def _begins_anew(before: str, char: str) -> bool:
    """Whether something new begins at `char`, right after `before`."""
    if char.isupper() and not before.isupper() and before not in "-'’(\"“/.":
        return True
    if before.isdigit() != char.isdigit() and before.isalnum():
        return True
    return before in "!?…" and char.isalnum()


def _whole_line(line: str) -> PhraseClass | None:
    known = phrases()
    tokens = pattern_for(line).findall(line)
    if len(tokens) > known.longest_whole:  # most texts: what they begin and end with is enough
        first, last = exact_form(tokens[0]), exact_form(tokens[-1])
        if (
            first not in known.sizes_by_first
            and last not in known.sizes_by_last
            and not last[-1:].isdecimal()
        ):
            return _by_pattern(known, line, len(tokens))
    words = exact_line(tokens)
    kind = known.whole.get(words)
    if kind is None and words[-1:].isdecimal():
        kind = known.whole.get(_TRAILING_NUMBERS.sub("", words))
    if kind:
        return kind
    parts = words.split()
    if not parts:
        return _by_pattern(known, line, 0)
    sizes = known.sizes_by_first.get(parts[0], _NO_SIZES)
    sizes |= known.sizes_by_last.get(parts[-1], _NO_SIZES)
    for size in sorted((size for size in sizes if size <= len(parts)), reverse=True):
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
    return _by_pattern(known, line, len(parts))


def _by_pattern(known: Phrases, line: str, words: int) -> PhraseClass | None:
    """The class of the first pattern for lines of so many words that matches the whole line."""
    most = next((most for most in known.any_pattern if words <= most), None)
    if most is None or not known.any_pattern[most].fullmatch(line):  # as nearly always
        return None
    for pattern, kind in known.patterns:
        if words <= kind.max_words and pattern.fullmatch(line):
            return kind
    return None


def _colon_after(line: str, size: int) -> bool:
    """Whether a colon follows the first `size` words of `line`."""
    head, colon, _ = line.partition(":")
    return bool(colon) and len(key(head).split()) == size
