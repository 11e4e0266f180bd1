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
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from unidecode import unidecode

# Tones as combining marks: huyền, sắc, hỏi, ngã, nặng.
TONES = "\u0300\u0301\u0309\u0303\u0323"
# Marks that make another letter: circumflex, breve, horn. (The stroke of đ does not decompose.)
SHAPES = "\u0302\u0306\u031b"

# Characters that stand inside words without being seen: soft hyphen, grapheme joiner, zero-width
# characters, marks of direction, invisible operators, variation selectors, byte-order mark.
INVISIBLE = (
    "\u00ad\u034f\u180e\u200b\u200c\u200d\u200e\u200f"
    "\u2060\u2061\u2062\u2063\u2064\ufe0e\ufe0f\ufeff"
)
# Combining marks: the general ones, and those that letters of other scripts decompose into.
_MARK = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1-\u05c7\u064b-\u065f\u0670\u093c\u09bc\u0a3c\u0b3c"
    "\u0bd7\u0e4d\u0ecd\u0fb5\u0fb7\u102e\u1b35\u3099\u309a\U000110ba"
)
_INSIDE = f"{_MARK}{INVISIBLE}"
_TOKEN = re.compile(rf"[^\W_]+(?:[{_INSIDE}]+[^\W_]+)*(?:[{INVISIBLE}]*[{_MARK}]+)*")
# Most texts hold nothing that makes a token more than a run of \w; they take the faster expression.
_UNUSUAL = re.compile(rf"[{_INSIDE}_]")
_RUN = re.compile(r"\w+")

_LOOKALIKES = str.maketrans(
    {
        "ð": "đ",  # eth and African d, which converters from 8-bit charsets leave
        "Ð": "đ",
        "ɖ": "đ",
        "Ɖ": "đ",
        "ǎ": "ă",  # caron for breve
        "Ǎ": "ă",
        **dict.fromkeys(INVISIBLE),
    }
)
# The same, where they are written with combining marks.
_DECOMPOSED_LOOKALIKES = re.compile("d[\u0335\u0336]|a\u030c")

_VOWELS = "aăâeêioôơuưy"
_CONSONANTS = "bcdđfghjklmnpqrstvwxz"
_TONELESS = str.maketrans(
    "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ",
    "aaaaaăăăăăâââââeeeeeêêêêêiiiiioooooôôôôôơơơơơuuuuuưưưưưyyyyy",
)
_SHAPELESS = str.maketrans("ăâđêôơư", "aadeoou")
_TONE_OF = {
    chr(letter): next(c for c in unicodedata.normalize("NFD", chr(letter)) if c in TONES)
    for letter in _TONELESS
}
# Of a syllable only its tone.
_ONLY_TONE = {
    **dict.fromkeys(map(ord, _VOWELS + _CONSONANTS)),
    **{ord(a): b for a, b in _TONE_OF.items()},
}
# A word that ends in one of these has no last i or y to speak of.
_NOT_I_Y = frozenset("0123456789abcdefghjklmnopqrstuvwxzđăâêôơưàáạèéẹòóọùúụảãẻẽủũồổộờởợềểệ")
# One run of vowels: a Vietnamese syllable or something like one. Only there has the tone one place;
# in `résumé` or `España` every mark stays where it is.
_SYLLABLE = re.compile(rf"[{_CONSONANTS}]*[{_VOWELS}]+[{_CONSONANTS}]*")
# Letters that are no look-alikes and decompose into no tones: words of only these, as most of other
# European languages, are their own exact forms.
_WITHOUT_TONES = re.compile("[0-9a-zäåæçëïîöøœüûßÿłşšžčřěňďťğąęįųőűżâêôăđơưа-яёіїєў]+")
_LONE_CONSONANT_Y = re.compile(r"(?:[bcdđghklmnprstvx]|ch|gh|kh|ng|ngh|nh|ph|th|tr)y|qui")
_HAS_I_Y = re.compile("[iy]")


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
    exact = _EXACT_FORMS
    for match in pattern_for(text).finditer(text):
        yield Token(exact[match.group()], match.start(), match.end())


def exact_forms(text: str) -> list[str]:
    """The exact forms of the tokens of `text`, in order: `tokens` without offsets, much faster.

    >>> exact_forms("Thủ đô Hà Nội, 2020-2025")
    ['thủ', 'đô', 'hà', 'nội', '2020', '2025']
    """
    return list(map(_EXACT_FORMS.__getitem__, pattern_for(text).findall(text)))


def exact_line(tokens: Iterable[str]) -> str:
    """The exact forms of tokens as written, with spaces between them.

    >>> exact_line(["Thủ", "đô"])
    'thủ đô'
    """
    return " ".join(map(_EXACT_FORMS.__getitem__, tokens))


def exact_form(token: str) -> str:
    """What `normalize` gives, remembered: for many tokens much faster.

    >>> exact_form("Hoà"), exact_form("Robert"), exact_form("Ky")
    ('hòa', 'robert', 'ki')
    """
    return _EXACT_FORMS[token]


def pattern_for(text: str) -> re.Pattern[str]:
    """An expression whose matches in `text` are its tokens, as written: the fastest that is right.

    >>> pattern_for("Hà Nội").findall("Hà Nội")
    ['Hà', 'Nội']
    """
    return _TOKEN if _UNUSUAL.search(text) else _RUN


@lru_cache(maxsize=1 << 16)
def normalize(token: str) -> str:
    """The exact form of one token (see the module's head). Idempotent.

    >>> normalize("Hoà"), normalize("THUỶ"), normalize("kỹ"), normalize("quí")
    ('hòa', 'thủy', 'kĩ', 'quý')
    """
    exact = normalize_prefix(token)
    if exact[-1:] in _NOT_I_Y or not _LONE_CONSONANT_Y.fullmatch(fold(exact)):
        return exact
    decomposed = unicodedata.normalize("NFD", exact)
    at = max(decomposed.rfind("i"), decomposed.rfind("y"))
    if at < 0:  # Cyrillic кы and the like
        return exact
    other = "y" if decomposed[at] == "i" else "i"
    return _compose(decomposed[:at] + other + decomposed[at + 1 :])


@lru_cache(maxsize=1 << 12)
def normalize_prefix(start: str) -> str:
    """The exact form of the beginning of a token: as `normalize`, but a last i or y stays.

    (`my` begins Myanmar, though as a whole word it is equal to `mi`.)

    >>> normalize_prefix("Mỹ"), normalize_prefix("Hoà")
    ('mỹ', 'hòa')
    """
    if start.isascii():
        return start.lower()
    lower = start.lower()
    if _WITHOUT_TONES.fullmatch(lower):
        return lower
    toneless = lower.translate(_TONELESS)
    if _SYLLABLE.fullmatch(toneless):  # nothing but Vietnamese letters, composed: the usual case
        toned = [at for at, (a, b) in enumerate(zip(lower, toneless, strict=True)) if a != b]
        if not toned or toned == [_tone_place(toneless)]:
            return lower
    word = _decompose(start.translate(_LOOKALIKES)).lower().translate(_LOOKALIKES)
    word = _DECOMPOSED_LOOKALIKES.sub(lambda m: "đ" if m[0][0] == "d" else "a\u0306", word)
    composed = _compose(word)
    # A mark that fits no letter may be a tone out of place; or, once gone, show a syllable.
    for marked in (word, unicodedata.normalize("NFD", composed)):
        tone = next((char for char in marked if char in TONES), "")
        toneless = _compose("".join(char for char in marked if char not in TONES)) if tone else ""
        if _SYLLABLE.fullmatch(toneless):
            at = _tone_place(toneless)
            return _compose(toneless[: at + 1] + tone + toneless[at + 1 :])
    return composed or start


def _decompose(word: str) -> str:
    """NFKD, which takes ﬁ, ² and Ａ apart; but ½ stays whole, or 3½ would be 312."""
    apart = unicodedata.normalize("NFKD", word)
    if "\u2044" not in apart:
        return apart
    pieces = (unicodedata.normalize("NFKD", char) for char in word)
    return "".join(
        char if "\u2044" in piece else piece for char, piece in zip(word, pieces, strict=True)
    )


def _compose(word: str) -> str:
    """NFC, without the marks that fit no letter and without what is no part of a token."""
    composed = unicodedata.normalize("NFC", word)
    if composed.isalnum():
        return composed
    return "".join(filter(str.isalnum, composed))


def _tone_place(syllable: str) -> int:
    """Index of the letter that carries the tone, by the old rule (`hòa`, `thủy`, `khỏe`)."""
    start = 2 if syllable.startswith(("qu", "gi")) and syllable[2:3] in _VOWELS_SET else 0
    while syllable[start] not in _VOWELS_SET:
        start += 1
    end = start
    while end < len(syllable) and syllable[end] in _VOWELS_SET:
        end += 1
    for at in range(end - 1, start - 1, -1):  # ươ: the last of the shaped letters carries it
        if syllable[at] in "ăâêôơư":
            return at
    if end - start == 1:
        return start
    if end - start >= 3 or end < len(syllable):  # closed, or three vowels: the second
        return start + 1
    return start


_VOWELS_SET = frozenset(_VOWELS)


class _ExactForms(dict[str, str]):
    """Exact forms by token as written. Bounded: emptied when it has grown too large."""

    def __missing__(self, token: str) -> str:
        if len(self) >= 1 << 17:
            self.clear()
        exact = token.lower()
        if not token.isascii() or exact[-1:] not in _NOT_I_Y:
            exact = normalize(token)
        self[token] = exact
        return exact


_EXACT_FORMS = _ExactForms()


@lru_cache(maxsize=1 << 17)
def fold(exact: str) -> str:
    """The folded form of an exact token: no marks, ASCII where Unidecode knows how.

    >>> fold("đại"), fold("nguyễn")
    ('dai', 'nguyen')
    """
    if exact.isascii():
        return exact
    toneless = exact.translate(_TONELESS)
    if _SYLLABLE.fullmatch(toneless):
        return toneless.translate(_SHAPELESS)
    folded = unidecode(exact).lower()
    if "/" in folded:  # ½: as 12 it would be another number
        return exact
    folded = "".join(filter(str.isalnum, folded)) or exact
    if _LONE_CONSONANT_Y.fullmatch(folded) and not _HAS_I_Y.search(
        unicodedata.normalize("NFD", exact)
    ):
        return normalize(folded)
    return folded


class Marks(NamedTuple):
    """The marks of an exact token: `letters` without tone, and the `tone` ("" for none)."""

    letters: str
    tone: str


@lru_cache(maxsize=1 << 17)
def split_marks(exact: str) -> Marks:
    """An exact token taken apart into its letters (with circumflex, breve, horn, đ) and its tone.

    >>> split_marks("đại").letters, split_marks("đại").tone == "\\u0323"
    ('đai', True)
    """
    if exact.isascii():
        return Marks(exact, "")
    toneless = exact.translate(_TONELESS)
    if _SYLLABLE.fullmatch(toneless):  # nothing but Vietnamese letters: one of them has a tone
        return Marks(toneless, exact.translate(_ONLY_TONE)[:1])
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
    folded = fold(written)
    if typed == folded:
        return True
    return fold(typed) == folded and bool(asking_no_more(typed, (written,)))


def asking_no_more(typed: str, forms: Sequence[str]) -> list[int]:
    """The places of those of `forms` for which `typed` asks for no mark that they lack; all fold to
    what `typed` does.

    >>> asking_no_more("đai", ["dai", "đai", "đại", "đài"])
    [1, 2, 3]
    """
    if typed.isascii():
        return list(range(len(forms)))
    forms = ["" if form.isascii() else form for form in forms]  # what has no marks lacks some
    letters, tone = split_marks(typed)
    marked = [(i, letter) for i, letter in enumerate(letters) if not letter.isascii()]
    found = []
    for place, form in enumerate(forms):
        theirs, its_tone = split_marks(form)
        if (its_tone == tone or not tone) and len(theirs) == len(letters):
            for i, letter in marked:
                if theirs[i] != letter:
                    break
            else:
                found.append(place)
    return found


def matches_prefix(start: str, written: str) -> bool:
    """Whether the exact form `written` begins with `start` (of `normalize_prefix`), marks as above.

    A tone in `start` is the tone of the whole word: `hòa*` finds hoàn, not hoan.

    >>> matches_prefix("lang", "lạng"), matches_prefix("hòa", "hoàn"), matches_prefix("hòa", "hoan")
    (True, True, False)
    """
    folded = fold(written)
    if start.isascii():
        return folded.startswith(start)
    if not folded.startswith(fold(start)):
        return False
    t, w = split_marks(start), split_marks(written)
    return len(t.letters) <= len(w.letters) and _asks_no_more(t, w)


def _asks_no_more(typed: Marks, written: Marks) -> bool:
    """Whether every mark typed is there; both fold to the same letters."""
    if typed.tone and typed.tone != written.tone:
        return False
    pairs = zip(typed.letters, written.letters, strict=False)
    return all(a == b or a.isascii() for a, b in pairs)
