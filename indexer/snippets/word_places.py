"""Where the words of a query stand in a text.

A page of results asks that of ten texts at once, so the words of a text are not all looked at.
Compiled (`_native_texts.c`), each text is gone through once, letter by letter, and words whose
letters without marks hash as those of a query word are. Without a C compiler one regular expression
finds the words that begin with a letter that some query word begins with (a sixth of a text for two
words). Either way a dict says what each of these is to the query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from indexer import vietnamese
from indexer.columnar import kernels

# Letters of ordinary text. One character outside of this (a combining mark, a look-alike, another
# script) and the expression is not used: every word of that text is looked at.
_VIETNAMESE = "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
_MARKED_LETTERS = _VIETNAMESE + _VIETNAMESE.upper()
_ODD = re.compile(
    f"[^\\x00-\\x5e\\x60-\\x7f{_MARKED_LETTERS}\u00a0\u00a7\u00a9\u00ab\u00ae\u00b0\u00b7\u00bb"
    "\u2010-\u2027\u2030-\u205e\u20ab\u20ac]"
)
_MARKED = re.compile(f"[{_MARKED_LETTERS}\u0300-\u036f]")

# What a character is to the compiled search, beside a letter without marks.
_NO_LETTER, _UNKNOWN, _STRANGE = range(3)
_SWAPPED = {"i": "y", "y": "i"}


class Found(NamedTuple):
    """What a written word is to the query: numbers of query words, and of those written exactly.

    `form`: the word as it is compared, normalised.
    """

    words: tuple[int, ...]
    exact: tuple[int, ...]
    form: str


# A place in a text that a query word matches: start, end, and what stands there.
Hit = tuple[int, int, Found]


class WordPlaces:
    """Finds the words of one query.

    words     number, normalised form, and whether it is only wanted as it is written
    prefixes  number and beginning
    """

    def __init__(
        self, words: Sequence[tuple[int, str, bool]], prefixes: Sequence[tuple[int, str]]
    ) -> None:
        self._by_folded: dict[str, list[tuple[int, str, bool]]] = {}
        for number, word, exactly in words:
            self._by_folded.setdefault(vietnamese.fold(word), []).append((number, word, exactly))
        self._prefixes = prefixes
        self._prefix_starts = tuple(vietnamese.fold(start) for _, start in prefixes)
        # What words are to the query, by whether their text has no marks at all.
        self._known = (_Known(self, unmarked=False), _Known(self, unmarked=True))
        self._same: dict[Found, Found] = {}
        self._wanted = b""
        self._first_letters: re.Pattern[str] | None = None
        if not self:
            return
        if kernels.native_texts is not None:
            forms = _as_written(self._by_folded), _as_written(self._prefix_starts)
            self._wanted = kernels.native_texts.wanted(*forms)
        else:
            self._first_letters = self._compile_first_letters()

    def __bool__(self) -> bool:
        """Whether there is any word to find."""
        return bool(self._by_folded or self._prefixes)

    def _compile_first_letters(self) -> re.Pattern[str]:
        """Words of ordinary text that begin with the first letter of some query word."""
        starts = {word[0] for word in (*self._by_folded, *self._prefix_starts)}
        letters = "".join(s + s.upper() + _letters_like(s) for s in sorted(starts))
        return re.compile(rf"[{letters}](?<!\w.)\w*")

    def matching(self, written: str, *, unmarked: bool) -> Found | None:
        """What a word is to the query; `unmarked`: its text has no marks at all. None: nothing."""
        folded = _FOLDED[written]
        wanted = self._by_folded.get(folded)
        if wanted is None and not self._prefixes:
            return None
        exact = vietnamese.exact_form(written)
        words, same = [], []
        for number, word, exactly in wanted or ():
            if word == exact:
                words.append(number)
                same.append(number)
            elif not exactly and (
                (unmarked and exact == folded) or vietnamese.matches(word, exact)
            ):
                words.append(number)
        for number, start in self._prefixes:
            if vietnamese.matches_prefix(start, exact):
                words.append(number)
        return self.found(tuple(words), tuple(same), exact) if words else None

    def found(self, words: tuple[int, ...], exact: tuple[int, ...], form: str) -> Found:
        """What is found, the same object for what is equal: its `id` is good as a key."""
        found = Found(words, exact, form)
        return self._same.setdefault(found, found)

    def hits(self, text: str) -> list[Hit]:
        """The places in a text that words of the query match, in order."""
        if not self:
            return []
        known = self._known[_MARKED.search(text) is None]
        if self._wanted and kernels.native_texts is not None:
            found: list[Hit] = kernels.native_texts.find(text, _letter_table(), self._wanted, known)
            return found
        if self._first_letters is None or _ODD.search(text):
            return known.apart(text, 0, len(text))
        # Finding the few again is faster than to have finditer say where all candidates are.
        hits, end = [], 0
        for written in self._like_the_query(self._first_letters.findall(text)):
            if what := known[written]:
                start = _find_word(text, written, end)
                end = start + len(written)
                hits.append((start, end, what))
        return hits

    def _like_the_query(self, words: list[str]) -> list[str]:
        """The words whose letters, without marks, are those of some word of the query."""
        folded, wanted = _FOLDED, self._by_folded
        if not self._prefixes:
            return [word for word in words if folded[word] in wanted]
        starts = self._prefix_starts
        return [w for w in words if folded[w] in wanted or folded[w].startswith(starts)]


class _Known(dict[str, Found | None]):
    """What each word as written is to a query, worked out when it is first met."""

    def __init__(self, owner: WordPlaces, *, unmarked: bool) -> None:
        super().__init__()
        self._owner = owner
        self._unmarked = unmarked

    def __missing__(self, written: str) -> Found | None:
        found = self[written] = self._owner.matching(written, unmarked=self._unmarked)
        return found

    def apart(self, text: str, start: int, end: int) -> list[Hit]:
        """The words of `text[start:end]` that are something to the query, every word looked at."""
        part = text[start:end]
        places = vietnamese.pattern_for(part).finditer(part)
        return [(m.start() + start, m.end() + start, what) for m in places if (what := self[m[0]])]


class _Folded(dict[str, str]):
    """Folded forms by word as written: texts share most of their words. Emptied when too large."""

    def __missing__(self, written: str) -> str:
        if len(self) >= 1 << 16:
            self.clear()
        folded = self[written] = vietnamese.fold(vietnamese.normalize(written))
        return folded


_FOLDED = _Folded()


@lru_cache(maxsize=64)
def _letters_like(letter: str) -> str:
    """The Vietnamese letters, small and capital, that fold to `letter`.

    >>> _letters_like("d")
    'đĐ'
    """
    return "".join(c for c in _MARKED_LETTERS if vietnamese.fold(c.lower()) == letter)


@lru_cache(maxsize=1)
def _letter_table() -> bytes:
    """For each character of 16 bits what it is to `_native_texts.find`.

    Words of digits and Vietnamese letters are, letter by letter, what they fold to, but for a last
    i or y. Words with other letters are looked at, each of them.
    """
    table = bytearray(1 << 16)
    for code in range(len(table)):
        char = chr(code)
        if char == "_" or vietnamese.pattern_for(char) is not vietnamese.pattern_for(""):
            table[code] = _STRANGE
        elif char.isascii():
            table[code] = ord(char.lower()) if char.isalnum() else _NO_LETTER
        elif char in _MARKED_LETTERS:
            table[code] = ord(vietnamese.fold(char.lower()))
        elif char.isalnum():
            table[code] = _UNKNOWN
    return bytes(table)


def _as_written(forms: Iterable[str]) -> list[bytes]:
    """The folded forms of ASCII letters, and what else they may be of: exact forms have one i/y."""
    plain = [form for form in forms if form.isascii()]
    swapped = [form[:-1] + _SWAPPED[form[-1]] for form in plain if form[-1] in _SWAPPED]
    return [form.encode() for form in dict.fromkeys((*plain, *swapped))]


def _find_word(text: str, word: str, at: int) -> int:
    """Where `word`, which is there, next stands as a whole word, from `at` on."""
    while True:
        at = text.find(word, at)
        end = at + len(word)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            return at
        at += 1
