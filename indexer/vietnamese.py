"""Vietnamese at the level of characters and syllables: normal forms, marks, tokens.

Two forms of every token are used everywhere:

* the *exact* form, `normalize`: lower case, NFC, one tone place (`hoà` = `hòa`), one of i/y
  (`Mỹ` = `Mĩ`), look-alikes replaced. Texts that differ only in these are equal.
* the *folded* form, `fold`: the exact form without marks, by Unidecode (`đại` → `dai`).

`matches(typed, written)` is the rule of the whole product: what you type must match, what you
leave out is free.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from unidecode import unidecode

# Tones as combining marks: huyền, sắc, hỏi, ngã, nặng.
TONES = "\u0300\u0301\u0309\u0303\u0323"
# Marks that make another letter: circumflex, breve, horn. (The stroke of đ does not decompose.)
SHAPES = "\u0302\u0306\u031b"

# Characters that stand inside words without being seen: zero-width, joiners, soft hyphen, BOM.
_INVISIBLE = "\u200b\u200c\u200d\u2060\u00ad\ufeff"
_COMBINING = "\u0300-\u036f"
_TOKEN = re.compile(rf"[^\W_](?:[{_INVISIBLE}{_COMBINING}]*[^\W_])*[{_COMBINING}]*")
_LOOKALIKES = str.maketrans({"ð": "đ", "Ð": "đ", "ɖ": "đ", "Ɖ": "đ", **dict.fromkeys(_INVISIBLE)})
_LONE_CONSONANT_I = re.compile(r"(?:[bcdđghklmnprstvx]|ch|gh|kh|ng|ngh|nh|ph|th|tr)y")
_VOWELS = frozenset("aăâeêioôơuưy")


class Token(NamedTuple):
    """A run of letters and digits: `text[start:end]`, and its exact form."""

    exact: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text`, in order, with code-point offsets into it.

    >>> [t.exact for t in tokens("Đại hội COVID-19, 27/9")]
    ['đại', 'hội', 'covid', '19', '27', '9']
    """
    for match in _TOKEN.finditer(text):
        yield Token(normalize(match.group()), match.start(), match.end())


@lru_cache(maxsize=1 << 18)
def normalize(token: str) -> str:
    """The exact form of one token (see the module's head). Idempotent.

    >>> normalize("Hoà"), normalize("THUỶ"), normalize("kỹ"), normalize("quý")
    ('hòa', 'thủy', 'kĩ', 'quý')
    """
    return _exact_form(token, keep_y=False)


@lru_cache(maxsize=1 << 12)
def normalize_prefix(start: str) -> str:
    """The exact form of the beginning of a token: as `normalize`, but a last y stays.

    (`my` begins Myanmar, though as a whole word it is equal to `mi`.)

    >>> normalize_prefix("Mỹ"), normalize_prefix("Hoà")
    ('mỹ', 'hòa')
    """
    return _exact_form(start, keep_y=True)


def _exact_form(token: str, *, keep_y: bool) -> str:
    if token.isascii():
        word = token.lower()
        return word if keep_y or not _LONE_CONSONANT_I.fullmatch(word) else word[:-1] + "i"
    word = unicodedata.normalize("NFKD", token.translate(_LOOKALIKES)).lower()
    tone = ""
    letters = []
    for char in word:
        if char in TONES:
            tone = tone or char
        elif char not in _INVISIBLE:
            letters.append(char)
    plain = unicodedata.normalize("NFC", "".join(letters)).translate(_LOOKALIKES)
    if not keep_y and _LONE_CONSONANT_I.fullmatch(plain):
        plain = plain[:-1] + "i"
    if not tone:
        return plain
    at = _tone_place(plain)
    return unicodedata.normalize("NFC", plain[: at + 1] + tone + plain[at + 1 :])


def _tone_place(syllable: str) -> int:
    """Index of the letter that carries the tone, by the old rule (`hòa`, `thủy`, `khỏe`)."""
    start = 2 if syllable.startswith(("qu", "gi")) and syllable[2:3] in _VOWELS else 0
    vowels = [i for i, c in enumerate(syllable) if i >= start and c in _VOWELS]
    if not vowels:
        return len(syllable) - 1
    run = [vowels[0]]  # the first run of vowels
    for i in vowels[1:]:
        if i != run[-1] + 1:
            break
        run.append(i)
    for i in reversed(run):  # ươ: the last of the shaped letters carries it
        if syllable[i] in "ăâêôơư":
            return i
    if len(run) == 1:
        return run[0]
    if len(run) >= 3 or run[-1] + 1 < len(syllable):  # closed, or three vowels: the second
        return run[1]
    return run[0]


@lru_cache(maxsize=1 << 18)
def fold(exact: str) -> str:
    """The folded form of an exact token: no marks, ASCII where Unidecode knows how.

    >>> fold("đại"), fold("nguyễn")
    ('dai', 'nguyen')
    """
    if exact.isascii():
        return exact
    folded = unidecode(exact).lower()
    folded = "".join(c for c in folded if c.isalnum())
    return folded or exact


class Marks(NamedTuple):
    """The marks of an exact token: `letters` without tone, and the `tone` ("" for none)."""

    letters: str
    tone: str


@lru_cache(maxsize=1 << 18)
def split_marks(exact: str) -> Marks:
    """An exact token taken apart into its letters (with circumflex, breve, horn, đ) and its tone.

    >>> split_marks("đại").letters, split_marks("đại").tone == "\\u0323"
    ('đai', True)
    """
    if exact.isascii():
        return Marks(exact, "")
    tone = ""
    letters = []
    for char in unicodedata.normalize("NFD", exact):
        if char in TONES and not tone:
            tone = char
        else:
            letters.append(char)
    return Marks(unicodedata.normalize("NFC", "".join(letters)), tone)


def has_marks(exact: str) -> bool:
    """Whether an exact token has any mark (tone, shape or stroke)."""
    return fold(exact) != exact


def matches(typed: str, written: str) -> bool:
    """Whether the exact form `typed` asks for no mark that the exact form `written` lacks.

    >>> matches("dai", "đại"), matches("đai", "đại"), matches("đai", "dại"), matches("đại", "đai")
    (True, True, False, False)
    """
    if typed == written:
        return True
    if fold(typed) != fold(written):
        return False
    t, w = split_marks(typed), split_marks(written)
    if t.tone and t.tone != w.tone:
        return False
    return len(t.letters) == len(w.letters) and all(
        a == b or a.isascii() for a, b in zip(t.letters, w.letters, strict=True)
    )
