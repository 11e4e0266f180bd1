"""Which syllables Vietnamese spelling allows: initial × rhyme × tone, from `syllables.toml`.

Allowed is not the same as in use: of the some 17,000 allowed about 7,000 are words.
"""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

from indexer.vietnamese import TONES, fold, normalize

# A rhyme that ends in one of these has only the tones sắc and nặng.
_STOPS = ("c", "ch", "p", "t")
_STOPPED_TONES = "\u0301\u0323"


@cache
def _toneless() -> frozenset[str]:
    """Every allowed syllable without its tone, in exact form (a syllable at the first question
    costs ten milliseconds this way; with all its tones it would be ten times that)."""
    parts = tomllib.loads((files("indexer") / "syllables.toml").read_text("utf-8"))
    initials = {
        kind: [n.strip("-") for n in names.split()] for kind, names in parts["initials"].items()
    }
    rhymes = {kind: names.split() for kind, names in parts["rhymes"].items()}
    found = {syllable for names in parts["whole"].values() for syllable in names.split()}
    for kind in ("front", "back"):
        for initial in initials["any"] + initials[kind]:
            found.update(initial + rhyme for rhyme in rhymes[kind])
    return frozenset(map(normalize, found))


@cache
def all_syllables() -> frozenset[str]:
    """Every allowed syllable, in its exact form (`vietnamese.normalize`).

    >>> len(all_syllables()) > 15_000
    True
    """
    return frozenset(
        normalize(syllable + tone)
        for syllable in _toneless()
        for tone in (_STOPPED_TONES if syllable.endswith(_STOPS) else ["", *TONES])
    )


@cache
def _folded() -> frozenset[str]:
    return frozenset(map(fold, _toneless()))


def may_be_syllable(exact: str) -> bool:
    """Whether an exact form has the letters of an allowed syllable, whatever its marks; quick.

    >>> may_be_syllable("nuoc"), may_be_syllable("nước"), may_be_syllable("ngiêng")
    (True, True, False)
    """
    return fold(exact) in _folded()


def is_syllable(exact: str) -> bool:
    """Whether an exact form is an allowed syllable.

    >>> is_syllable("nghiêng"), is_syllable("ngiêng"), is_syllable("hòc"), is_syllable("đắk")
    (True, False, False, False)
    """
    letters = unicodedata.normalize("NFD", exact)
    tones = [c for c in letters if c in TONES]
    bare = unicodedata.normalize("NFC", "".join(c for c in letters if c not in TONES))
    stopped = bare.endswith(_STOPS)
    fits = len(tones) < 2 and (not stopped or (bool(tones) and tones[0] in _STOPPED_TONES))
    return fits and normalize(bare) in _toneless() and normalize(exact) == exact
