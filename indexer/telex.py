"""Words typed for an input method that was switched off: `ddaji hooji`, `d9a5i ho65i`.

Telex writes marks with letters (`s f r x j` the tones, `aa ee oo dd w` the shapes), VNI with digits
(`1`-`5` the tones, `6 7 8` the shapes, `9` the stroke of đ). Both take a mark right after its
letter or anywhere later in the syllable, and put it where it belongs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterator

from indexer.syllables import is_syllable
from indexer.vietnamese import normalize

_TELEX_TONES = dict(zip("fsrxj", "\u0300\u0301\u0309\u0303\u0323", strict=True))
_VNI_TONES = dict(zip("21345", "\u0300\u0301\u0309\u0303\u0323", strict=True))
_TELEX_SHAPES = {
    "a": {"a": "â"},
    "e": {"e": "ê"},
    "o": {"o": "ô"},
    "d": {"d": "đ"},
    "w": {"a": "ă", "o": "ơ", "u": "ư"},
}
_VNI_SHAPES = {
    "6": {"a": "â", "e": "ê", "o": "ô"},
    "7": {"o": "ơ", "u": "ư"},
    "8": {"a": "ă"},
    "9": {"d": "đ"},
}
_VOWELS = frozenset("aăâeêioôơuưy")  # a tone key needs one before it: the r of tr is a letter
# The longest syllable is nghiêng; typed in full with its keys (`nghieengs`) it stays well below.
_MAX_KEYS = 12


def decode_typing(word: str, *, known: Container[str] = ()) -> tuple[str, ...]:
    """The syllables that `word` is in Telex or VNI, in exact form; () when it is neither.

    A reading is an allowed syllable, or one of `known` (the vocabulary of an index, say: `đắk` is
    no Vietnamese syllable, but a place). The likeliest reading stands first: the one that takes
    most of the word as keys next to their letters. A word that is an allowed syllable as it stands
    has no readings; whether it is a word of the index is for the caller to see.

    >>> decode_typing("ddaji"), decode_typing("hooji"), decode_typing("d9a5i"), decode_typing("hoi")
    (('đại',), ('hội',), ('đại',), ())
    """
    typed = unicodedata.normalize("NFC", word).lower()
    if not 2 <= len(typed) <= _MAX_KEYS or not typed.isalnum() or is_syllable(normalize(typed)):
        return ()
    if any(key in _VNI_SHAPES or key in _VNI_TONES for key in typed):
        readings = _readings(typed, _VNI_TONES, _VNI_SHAPES)
    else:
        readings = _readings(typed, _TELEX_TONES, _TELEX_SHAPES)
    cost_of: dict[str, int] = {}
    for letters, tone, cost in readings:
        exact = normalize(letters + tone)
        if exact != typed and (is_syllable(exact) or exact in known):
            cost_of[exact] = min(cost, cost_of.get(exact, cost))
    return tuple(sorted(cost_of, key=lambda exact: (cost_of[exact], exact)))


def _readings(
    typed: str, tones: dict[str, str], shapes: dict[str, dict[str, str]]
) -> Iterator[tuple[str, str, int]]:
    """Every way to take the characters of `typed` as letters and keys: letters, tone, cost.

    The cost counts what a typist does less often: a shape key away from its letter or taken as a
    letter beside it, a key that changes nothing.
    """
    states: set[tuple[str, str, int]] = {("", "", 0)}
    for key in typed:
        after: set[tuple[str, str, int]] = set()
        for letters, tone, cost in states:
            if key.isalpha():
                beside = letters != "" and letters[-1] in shapes.get(key, ())  # oo: ô, not o o
                after.add((letters + key, tone, cost + beside))
            if key in tones and not tone and not _VOWELS.isdisjoint(letters):
                after.add((letters, tones[key], cost))
            if key in shapes:
                after.update((made, tone, cost + c) for made, c in _shaped(letters, shapes[key]))
                if key == "w":  # alone it is ư
                    after.add((letters + "ư", tone, cost + 1))
        states = after
    yield from states


def _shaped(letters: str, shape: dict[str, str]) -> Iterator[tuple[str, int]]:
    """`letters` with one shape key applied, at each place where it can be, and the cost."""
    if not letters:
        return
    for at, letter in enumerate(letters):
        if letter in shape:
            away = int(at < len(letters) - 1)
            yield letters[:at] + shape[letter] + letters[at + 1 :], away
    if "uo" in letters and {"u", "o"} <= shape.keys():  # one horn key makes ươ
        yield letters.replace("uo", "ươ", 1), 0
    if any(made in letters for made in shape.values()):  # typed once too often
        yield letters, 2
