"""The same thing written differently: `F-35` and `F35`, `1.500` and `1500`, `ô tô` and `ôtô`.

What was typed stays the first child of an `Alike`; the others are writings that the index has.
Where they are looked for is decided by the letters alone, so that ordinary syllables cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Any, Protocol

from indexer.models import Alike, And, Node, Not, Or, Phrase, Query, Term
from indexer.syllables import may_be_syllable
from indexer.vietnamese import fold, has_marks

_TEXT_FIELDS = (None, "title", "lead", "body", "caption")
_MOST = 16  # writings that are added to a query
# Another writing counts in so many articles for one of the typed. Digits that stand apart may be
# two numbers (`ngày 2, 017…`), so they ask for more.
_SHARE, _SHARE_OF_NUMBERS = 1 / 50, 1 / 20
# Two syllables without marks that are one word too are the same where they are apart this often.
_SHARE_OF_BARE = 1 / 4
_FIRST_LETTERS = 2  # that a hyphen takes off: e-mail, wi-fi
_MOST_INITIALS, _MOST_OPEN, _MOST_DIGITS, _MOST_PIECES, _MOST_LETTERS = 5, 6, 12, 4, 20
_REMEMBERED = 1 << 14
_RARE = 2  # in fewer articles, a word may be two that were joined: galaxys8

_TWO_CAPITALS = re.compile("[A-ZĐ]{2}")
_CAPITALS = re.compile(r"(?<!\w)[A-ZĐ]{2,5}(?!\w)")
_PIECES = re.compile(r"\d+|[^\W\d_]+")
_VOWEL = re.compile(r"[aeiouy]")
# Syllables of borrowed words are open and level: ô tô, mô tô, ti vi.
_OPEN = re.compile(r"[bcdđghklmnpqrstvx]{0,2}[aăâeêioôơuưy]")


@dataclass(frozen=True, slots=True)
class Other:
    """Another writing, and in about how many articles it is."""

    node: Term | Phrase
    articles: int


class _Read(Protocol):
    @property
    def words(self) -> tuple[str, ...]: ...


class Statistics(Protocol):
    """What is asked of an index (a `SyllableModel` answers it)."""

    # What was found so far, by words.
    writings: dict[tuple[str, ...], Any]

    def articles(self, forms: Sequence[str], /) -> int: ...

    def knows(self, word: str, /) -> bool: ...

    def surface(self, word: str, /) -> str: ...

    def restore(self, words: Sequence[str], /) -> Sequence[_Read]: ...


def in_all_writings(query: Query, index: Statistics, words: Sequence[str]) -> Query:
    """The query with other writings of its `words` beside those typed, where the index has any."""
    if query.root is None or (isinstance(query.root, Phrase) and not query.root.glued):
        return query
    capitals = _capitals_of(query.text)
    if _only_words(query.root) and not _any_differs(words, capitals, index):
        return query
    root = _Writer(index, capitals).all_of(query.root)
    return query if root is query.root else replace(query, root=root, alike=True)


def is_written_otherwise(word: str, index: Statistics) -> bool:
    """Whether the index has another writing of a typed word (an exact form)."""
    return bool(_kind(word) & _Kind.ALONE and _apart(word, index))


def written_otherwise(root: Node | None) -> frozenset[str]:
    """The words of a tree of which it has other writings."""
    match root:
        case Alike(children):
            return _words_of(children[0])
        case And(children) | Or(children):
            return frozenset().union(*map(written_otherwise, children))
        case _:
            return frozenset()


def _words_of(node: Node) -> frozenset[str]:
    match node:
        case Term(text):
            return frozenset({text})
        case Phrase(words):
            return frozenset(words)
        case And(children):
            return frozenset().union(*map(_words_of, children))
        case _:
            return frozenset()


def _capitals_of(text: str) -> frozenset[str]:
    """The words in capitals, where these mean something: not in a text that is all capitals."""
    found = _CAPITALS.findall(text) if _TWO_CAPITALS.search(text) else ()
    if not found or (text.isupper() and len(text.split()) > 1):
        return frozenset()
    return frozenset(word.lower() for word in found)


class _Kind:
    """What the letters of a word allow: flags of an int (those of an IntFlag are slow)."""

    ALONE = 1  # other writings of it alone
    OPEN = 2  # one word with the next such syllable
    NAME = 4  # no syllable: one word with the code beside it
    CODE = 8  # letters with digits
    NUMBER = 16  # digits only


@lru_cache(maxsize=1 << 14)
def _kind(word: str) -> int:
    """What a word may be, by its letters: 0 for nearly all syllables.

    >>> [word for word in "ô tô của FBI năm 2017 là f35".lower().split() if _kind(word)]
    ['ô', 'tô', 'fbi', '2017', 'f35']
    """
    if word.isdigit():
        return _Kind.NUMBER | (_Kind.ALONE if any(_thousands(word)) else 0)
    if not word.isalpha():
        return _Kind.ALONE | _Kind.CODE
    kind = _Kind.OPEN if _OPEN.fullmatch(word) else 0
    if not may_be_syllable(word) and len(word) <= _MOST_LETTERS:
        kind |= _Kind.NAME
        if 1 < len(word) <= _MOST_OPEN:
            kind |= _Kind.ALONE
    return kind


@lru_cache(maxsize=1 << 10)
def _may_join(first: int, second: int) -> bool:
    """Whether two neighbours of these kinds may be one word elsewhere: `ô tô`, `U 20`, `U20 VN`."""
    if first & second & _Kind.OPEN:
        return True
    name, code = _Kind.NAME, _Kind.CODE
    if first & (name | code) and second & (code | _Kind.NUMBER):
        return True
    return bool(first & code and second & name)


def _only_words(root: Node) -> bool:
    return isinstance(root, Term) or (
        isinstance(root, And) and {Term}.issuperset(map(type, root.children))
    )


def _any_differs(words: Sequence[str], capitals: Collection[str], index: Statistics) -> bool:
    """Whether any of the words, or two neighbours, has another writing."""
    if any(word in words and _apart(word, index, capital=True) for word in capitals):
        return True
    kinds = list(map(_kind, words))
    if not any(kinds):
        return False
    before = 0
    for at, kind in enumerate(kinds):
        if kind:
            if kind & _Kind.ALONE and _apart(words[at], index):
                return True
            if before and _may_join(before, kind) and _as_one(words[at - 1], words[at], index):
                return True
        before = kind
    return False


class _Writer:
    """Puts the other writings into a tree."""

    def __init__(self, index: Statistics, capitals: Collection[str]) -> None:
        self._index, self._capitals = index, capitals
        self._left = _MOST

    def all_of(self, node: Node) -> Node:
        match node:
            case Alike():
                return node
            case Term(text, field, False) if type(node) is Term and field in _TEXT_FIELDS:
                capital = text in self._capitals
                if not (capital or _kind(text) & _Kind.ALONE):
                    return node
                return self._alike(node, _apart(text, self._index, capital=capital))
            case Phrase(words, field, False) if node.glued and field in _TEXT_FIELDS:
                return self._alike(node, _together(words, self._index))
            case And(children):
                return self._same(node, self._neighbours(children))
            case Or(children):
                return self._same(node, list(map(self.all_of, children)))
            case Not(child):
                new = self.all_of(child)
                return node if new is child else Not(new)
            case _:
                return node

    def _same(self, node: And | Or, children: Sequence[Node]) -> Node:
        if len(children) == 1:
            return children[0]
        if all(map(_is, children, node.children)) and len(children) == len(node.children):
            return node
        return replace(node, children=tuple(children))

    def _alike(self, typed: Term | Phrase | And, others: Sequence[Other]) -> Node:
        """The node and its other writings; they are scored too where they are the usual ones."""
        others = others[: self._left]
        if not others:
            return typed
        self._left -= len(others)
        field = None if isinstance(typed, And) else typed.field
        ranked = 0
        if not isinstance(typed, And):
            words = typed.words if isinstance(typed, Phrase) else (typed.text,)
            articles = self._index.articles(words)
            ranked = sum(other.articles > articles for other in others)
        nodes = [replace(other.node, field=field) for other in others]
        return Alike((typed, *nodes), ranked)

    def _neighbours(self, children: Sequence[Node]) -> list[Node]:
        found: list[Node] = []
        skip = False
        for one, two in pairwise((*children, None)):
            if skip:
                skip = False
                continue
            joined = self._joined(one, two) if self._left else None
            if joined is not None and isinstance(one, Term) and isinstance(two, Term):
                found.append(self._alike(And((one, two)), [joined]))
                skip = True
                continue
            found.append(self.all_of(one) if one is not None else Or(()))
        return found

    def _joined(self, one: Node | None, two: Node | None) -> Other | None:
        """Two words that stand side by side in the query as one word that the index has."""
        if type(one) is not Term or type(two) is not Term:
            return None
        if one.exact or two.exact or one.field or two.field:
            return None
        if not _may_join(_kind(one.text), _kind(two.text)):
            return None
        return _as_one(one.text, two.text, self._index)


def _is(one: object, other: object) -> bool:
    return one is other


def _is_open(word: str) -> bool:
    return _OPEN.fullmatch(word) is not None


# ----------------------------------------------------------------------------------- typed as one


def _apart(word: str, index: Statistics, *, capital: bool = False) -> Sequence[Other]:
    """The writings of a typed word that take it apart, most frequent first."""
    key = (word, "capital") if capital and word.isalpha() else (word,)
    known: Sequence[Other] | None = index.writings.get(key)
    if known is None:
        known = _remember(index, key, _find_apart(word, index, capital=capital))
    return known


def _remember(index: Statistics, key: tuple[str, ...], found: Sequence[Other]) -> tuple[Other, ...]:
    if len(index.writings) >= _REMEMBERED:
        index.writings.clear()
    known = index.writings[key] = tuple(found)
    return known


def _find_apart(word: str, index: Statistics, *, capital: bool) -> list[Other]:
    if word.isdigit():
        ways, share = _thousands(word), _SHARE_OF_NUMBERS
    elif word.isalpha():
        if len(word) <= _MOST_OPEN and (others := _syllables(word, index)):
            return others
        ways, share = _initials(word, capital=capital), _SHARE
    else:
        ways, share = _codes(word), _SHARE
    typed: int | None = None
    found = []
    for way in ways:
        if often := index.articles(way):
            typed = index.articles((word,)) if typed is None else typed
            if often >= share * typed:
                found.append(Other(Phrase(way, exact=word.isascii()), often))
    if not found and word[:1].isalpha() and not word.isalpha() and index.articles((word,)) < _RARE:
        found = _name_and_code(word, index)
    return sorted(found, key=lambda other: -other.articles)


def _thousands(word: str) -> Iterator[tuple[str, ...]]:
    """`10000` as `10.000`."""
    if len("1000") <= len(word) <= _MOST_DIGITS and not word.startswith("0"):
        first = len(word) % 3 or 3
        yield (word[:first], *(word[i : i + 3] for i in range(first, len(word), 3)))


def _initials(word: str, *, capital: bool) -> Iterator[tuple[str, ...]]:
    """`fbi` as `F.B.I`, `mtp` as `M-TP`, `wifi` as `wi-fi`."""
    if 1 < len(word) <= _MOST_INITIALS:
        yield tuple(word)
    if len(word) > 2:
        all_places = len(word) <= _MOST_INITIALS and (capital or not _VOWEL.search(fold(word)))
        for at in range(1, len(word) if all_places else _FIRST_LETTERS + 1):
            if not (may_be_syllable(word[:at]) and may_be_syllable(word[at:])):
                yield word[:at], word[at:]


def _codes(word: str) -> Iterator[tuple[str, ...]]:
    """`u20vn` as `U-20 VN`, `U20 VN`, `U-20VN`; nothing for what VNI makes a syllable of."""
    pieces = _PIECES.findall(word)
    if len(pieces) > _MOST_PIECES or _is_vni(pieces):
        return
    for cuts in range(len(pieces) - 1, 0, -1):
        for places in combinations(range(1, len(pieces)), cuts):
            ends = (0, *places, len(pieces))
            yield tuple("".join(pieces[a:b]) for a, b in pairwise(ends))


def _is_vni(pieces: Sequence[str]) -> bool:
    """Whether a number of one digit follows a syllable, as a tone: `lang5`, `to6`."""
    return any(
        len(digits) == 1 and _VOWEL.search(fold(letters)) is not None and may_be_syllable(letters)
        for letters, digits in pairwise(pieces)
        if letters.isalpha()
    )


def _name_and_code(word: str, index: Statistics) -> list[Other]:
    """`galaxys8` as `Galaxy S8`: the place where most articles part it."""
    letters = len(_PIECES.findall(word)[0])
    ways = [(word[:at], word[at:]) for at in range(3, min(letters, _MOST_LETTERS))]
    often, way = max([(index.articles(way), way) for way in ways], default=(0, ("", "")))
    return [Other(Phrase(way), often)] if often >= _RARE else []


def _syllables(word: str, index: Statistics) -> list[Other]:
    """`ôtô`, `oto` as `ô tô`."""
    for at in range(1, len(word)):
        parts = word[:at], word[at:]
        if all(map(_is_open, parts)) and all(map(index.knows, parts)):
            meant = index.restore(parts)[0].words
            apart, joined = index.articles(meant), index.articles(("".join(meant),))
            if _is_one_word(meant, apart, joined):
                return [Other(Phrase(meant), apart)]
    return []


def _as_one(first: str, second: str, index: Statistics) -> Other | None:
    """Two words that stand side by side in the query as one that the index has, of kinds that
    `_may_join`."""
    key = first, second, ""  # two words are an acronym's key (`_apart`)
    known: Sequence[Other] | None = index.writings.get(key)
    if known is None:
        found = _find_as_one(first, second, index)
        known = _remember(index, key, () if found is None else (found,))
    return known[0] if known else None


def _find_as_one(first: str, second: str, index: Statistics) -> Other | None:
    if not index.knows(first + second):
        return None
    if not (_is_open(first) and _is_open(second)):
        often = index.articles((first + second,))
        return Other(Term(first + second), often) if often else None
    if may_be_syllable(fold(first + second)):
        return None
    meant = index.restore((first, second))[0].words
    joined = "".join(meant)
    apart, often = index.articles(meant), index.articles((joined,))
    return Other(Term(joined), often) if _is_one_word(meant, apart, often) else None


def _is_one_word(parts: Sequence[str], apart: int, joined: int) -> bool:
    """Whether two syllables are what stands as one word elsewhere: the marks say so, or that both
    are usual."""
    least = _SHARE if has_marks("".join(parts)) else _SHARE_OF_BARE
    return bool(apart and joined) and apart >= least * joined


# --------------------------------------------------------------------------------- typed in parts


def _together(words: Sequence[str], index: Statistics) -> list[Other]:
    """The writing of glued parts (`F.B.I`, `U-20`, `1.500`) as one word.

    What is a syllable too is an acronym only where most write it in capitals: `MU`, not `top`.
    """
    whole = "".join(words)
    if whole.isdigit():
        thousands = 0 < len(words[0]) <= 3 and all(len(word) == 3 for word in words[1:])
        if not thousands or len(whole) < len("1000") or whole.startswith("0"):
            return []
    elif may_be_syllable(whole) and not (
        index.articles((whole,)) and index.surface(whole).isupper()
    ):
        return []
    if often := index.articles((whole,)):
        return [Other(Term(whole, exact=whole.isalpha() and whole.isascii()), often)]
    if whole.isalpha() or whole.isdigit():
        return []
    return [
        other for other in _apart(whole, index) if other.node != Phrase(tuple(words), exact=True)
    ]
