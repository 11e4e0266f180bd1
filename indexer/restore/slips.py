"""Words that people write for each other: `nghĩ hưu` for `nghỉ hưu`, which sounds alike, and
`gia định` for `gia đình`, which another key makes of it.

Each of them is a word, so nothing is wrong with it by itself; beside its neighbours it is. What is
taken for a slip stands beside them in hardly any article, and the word that was meant in many.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from indexer.syllables import is_syllable
from indexer.vietnamese import TONES, fold, has_marks, normalize, split_marks

Beside = Callable[[str, str], int]  # in about how many articles two forms stand side by side
Times = Callable[[str], int]  # in how many one stands
Forms = Callable[[str], Iterable[str]]  # the forms that letters without marks may be

# Letters that sound alike in one part of the country or another; the tones hỏi and ngã do in most.
_INITIALS = (("s", "x"), ("ch", "tr"), ("d", "gi"), ("l", "n"))
_FINALS = (("c", "t"), ("n", "ng"))
_HOI, _NGA = TONES[2], TONES[3]
# The word that was meant stands beside a neighbour in so many articles; beside both so many times
# as often as what was typed; and in such a part of its articles, as `các` and `không` stand beside
# anything.
# Letters tell less than tones: with other letters much is another word, and so it is with other
# marks that do not sound alike.
_TONE, _LETTERS, _MARKS = (5, 20, 0.005), (20, 40, 0.03), (5, 40, 0.02)


@lru_cache(maxsize=1 << 12)
def sounds_like(exact: str) -> tuple[tuple[str, bool], ...]:
    """Syllables that an exact form is mistaken for, and whether only the tone differs.

    >>> [form for form, _ in sounds_like("nghĩ")], [form for form, _ in sounds_like("chân")]
    (['nghỉ'], ['trân', 'châng'])
    >>> [form for form, _ in sounds_like("dành")]
    ['giành']
    """
    if not is_syllable(exact):
        return ()
    return tuple(
        (form, is_tone) for form, is_tone in _changed(exact) if form != exact and is_syllable(form)
    )


def _changed(exact: str) -> Iterator[tuple[str, bool]]:
    letters, tone = split_marks(exact)
    if tone in (_HOI, _NGA):
        yield normalize(letters + (_NGA if tone == _HOI else _HOI)), True
    for pair in _INITIALS:
        for one, other in (pair, pair[::-1]):
            if letters.startswith(one):
                yield normalize(other + letters[len(one) :] + tone), False
    for pair in _FINALS:
        for one, other in (pair, pair[::-1]):
            if letters.endswith(one):
                yield normalize(letters.removesuffix(one) + other + tone), False


def with_c_or_k(exact: str) -> tuple[str, ...]:
    """A form and what it is with the other letter for the same sound, as names of places are
    written in the two ways.

    >>> with_c_or_k("lắc"), with_c_or_k("kạn"), with_c_or_k("cách")
    (('lắc', 'lắk'), ('kạn', 'cạn'), ('cách', 'kách'))
    """
    letters, tone = split_marks(exact)
    ways = [letters]
    for one, other in (("c", "k"), ("k", "c")):
        if letters.startswith(one) and not letters.startswith(f"{one}h"):
            ways.append(other + letters[1:])
        elif letters.endswith(one):
            ways.append(letters[:-1] + other)
    return tuple(normalize(way + tone) for way in ways)


def without_slips(
    words: Sequence[str], beside: Beside, times: Times, forms: Forms
) -> tuple[str, ...]:
    """The words with those replaced that are slips of these kinds: the same words where none is."""
    meant = list(words)
    for at, word in enumerate(words):
        doubles = [
            (form, often, _TONE if is_tone else _LETTERS)
            for form, is_tone in sounds_like(word)
            if (often := times(form)) >= _TONE[0]
        ]
        if has_marks(word):
            doubles += [
                (form, times(form), _MARKS)
                for form in forms(fold(word))
                if form != word and has_marks(form)
            ]
        if not doubles:
            continue
        typed = _neighbours(meant, at, word, beside)
        best = 1.0
        for form, often, (least, far_more, share) in doubles:
            least = max(least, math.ceil(share * often))
            if often < least:
                continue
            counts = _neighbours(meant, at, form, beside)
            odds = math.prod((new + 1) / (old + 1) for new, old in zip(counts, typed, strict=True))
            if max(counts) >= least and odds >= far_more and odds > best:
                meant[at], best = form, odds
    return tuple(meant)


def _neighbours(words: Sequence[str], at: int, form: str, beside: Beside) -> tuple[int, int]:
    before = beside(words[at - 1], form) if at else 0
    after = beside(form, words[at + 1]) if at + 1 < len(words) else 0
    return before, after
