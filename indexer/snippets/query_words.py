"""The words that a query lights, by number, and which places in a text are meant by it.

Words of a phrase light where they stand together; words under a negation never. A syllable that the
text writes with its neighbour in the query is mostly part of one word there, so alone it stays
dark: with đại hội, the đại of đại biểu; with giá vàng, for `gia vang`, the gia of chuyên gia.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from indexer import vietnamese
from indexer.columnar import kernels
from indexer.models import Alike, And, Node, Not, Or, Phrase, Prefix, Term
from indexer.snippets.word_places import Found, Hit, WordPlaces

TEXT_FIELDS = (None, "title", "lead", "body", "caption")
# Between two words that are no farther apart than this, a third one has no room.
NEXT = 2

_Leaf = Term | Phrase | Prefix

_WORD = re.compile(r"[^\W_]")
# A syllable is a word of its own where it stands alone more than so many times as often as not.
_MOSTLY = 3


class QueryWords:
    """The words of a query made ready to be found in texts.

    reading  for each word of the query, in order, the form that it most likely stands for; where a
             text has it, other forms of a word without marks stay dark
    """

    def __init__(self, root: Node | None, *, reading: Sequence[str] = ()) -> None:
        self._words: list[tuple[int, str, bool]] = []
        self._prefixes: list[tuple[int, str]] = []
        self._numbers: dict[tuple[str, str | None, str], int] = {}
        self._alone: set[int] = set()
        self._phrases: dict[int, set[tuple[int, ...]]] = {}  # by their first word
        self.pairs: set[tuple[int, int]] = set()
        self._field_of: list[str | None] = []
        before: tuple[int, ...] = ()
        in_order: list[int] = []
        others: list[tuple[_Leaf, bool]] = []
        leaves = list(_positive_leaves(root, others))
        for at, (leaf, is_scored) in enumerate(leaves + others):
            if at == len(leaves):
                before = ()
            numbers = self._add(leaf)
            in_order += numbers if is_scored and not isinstance(leaf, Prefix) else ()
            if len(numbers) > 1:
                self._phrases.setdefault(numbers[0], set()).add(numbers)
            else:
                self._alone.update(numbers)
            self.pairs.update(pairwise((*before, *numbers)))
            before = numbers[-1:]
        self._fields = set(self._field_of)
        self._repeated = {n for n, count in Counter(in_order).items() if count > 1}
        self._meant: dict[int, str] = {}
        if len(reading) == len(in_order):
            self._meant = dict(zip(in_order, reading, strict=True))
        # Words of which any may be missing are not parts of one word.
        self._binds = bool(self.pairs) and not _has_or(root)
        self._places = WordPlaces(self._words, self._prefixes)
        # By the `id` of what stands on the left and on the right; of `Found.words` where these are.
        self._together: dict[tuple[int, int], tuple[tuple[int, int], ...]] = {}

    def _add(self, leaf: Term | Phrase | Prefix) -> tuple[int, ...]:
        words = leaf.words if isinstance(leaf, Phrase) else (leaf.text,)
        kind = "prefix" if isinstance(leaf, Prefix) else "exact" if leaf.exact else "free"
        form = vietnamese.normalize_prefix if kind == "prefix" else vietnamese.normalize
        numbers = []
        for word in filter(None, map(form, words)):
            known = len(self._numbers)
            number = self._numbers.setdefault((kind, leaf.field, word), known)
            numbers.append(number)
            if number < known:
                continue
            self._field_of.append(leaf.field)
            if kind == "prefix":
                self._prefixes.append((number, word))
            else:
                self._words.append((number, word, kind == "exact"))
        return tuple(numbers)

    @property
    def ask_fields(self) -> bool:
        """Whether any word is only wanted in some field."""
        return any(self._field_of)

    def hits(self, text: str, fields: tuple[str | None, ...]) -> list[Hit]:
        """The places of a text of these fields to light, in order."""
        hits = self._places.hits(text)
        if not self._fields.issubset(fields):
            wanted = {n for n, name in enumerate(self._field_of) if name in fields}
            hits = self._narrow(hits, [wanted] * len(hits))
        if self._phrases:
            hits = self._only_together(text, hits)
        return self._only_as_meant(hits) if self._binds or self._meant else hits

    def pairs_of(self, left: Found, right: Found) -> tuple[tuple[int, int], ...]:
        """The neighbours in the query that stand on the left and on the right."""
        key = id(left), id(right)
        pairs = self._together.get(key)
        if pairs is None:
            pairs = tuple((a, b) for a in left.words for b in right.words if (a, b) in self.pairs)
            self._together[key] = pairs
        return pairs

    def _only_together(self, text: str, hits: list[Hit]) -> list[Hit]:
        """The hits of words that stand alone in the query, or in their phrase in the text."""
        wanted = [set(self._alone) for _ in hits]
        for at, hit in enumerate(hits):
            for number in hit[2].words:
                for phrase in self._phrases.get(number, ()):
                    if _stands_at(phrase, hits[at : at + len(phrase)], text):
                        for offset, part in enumerate(phrase):
                            wanted[at + offset].add(part)
        return self._narrow(hits, wanted)

    def _only_as_meant(self, hits: list[Hit]) -> list[Hit]:
        """The hits without syllables that are part of some other word, as far as the text tells."""
        beside = self._beside(hits) if self._binds else bytes(len(hits))
        if not any(beside) and not self._meant:
            return hits
        tally = _tally(hits, beside)
        together: dict[str, int] = {}  # by form: how often it stands beside its neighbour
        alone: dict[str, int] = {}
        numbers_of: dict[str, set[int]] = {}
        for (words, _, form), apart, near in tally:
            if near:
                together[form] = together.get(form, 0) + near
            if apart:
                alone[form] = alone.get(form, 0) + apart
            numbers_of.setdefault(form, set()).update(words)
        bound = {number for form in together for number in numbers_of[form]}

        def is_meant(number: int, form: str) -> bool:
            if number in self._repeated:
                return True
            if number in bound:
                return 0 < _MOSTLY * together.get(form, 0) < alone[form]
            meant = self._meant.get(number, form)
            return meant == form or meant not in alone

        kept = {form: {n for n in numbers_of[form] if is_meant(n, form)} for form in alone}
        left = {
            id(found): self._without(found, kept[found.form]) for found, apart, _ in tally if apart
        }
        if all(left[id(found)] is found for found, apart, _ in tally if apart):
            return hits
        meant = []
        for hit, near in zip(hits, beside, strict=True):
            found = hit[2]
            what = found if near else left[id(found)]
            if what is found:
                meant.append(hit)
            elif what is not None:
                meant.append((hit[0], hit[1], what))
        return meant

    @cached_property
    def pair_table(self) -> bytes:
        """For each two words, row by row, whether they are neighbours in the query."""
        size = len(self._numbers)
        table = bytearray(size * size)
        for left, right in self.pairs:
            table[left * size + right] = 1
        return bytes(table)

    def __len__(self) -> int:
        return len(self._numbers)

    def _beside(self, hits: list[Hit]) -> bytes:
        """For each of the hits, whether it stands beside its neighbour in the query."""
        if kernels.native_texts is not None:
            flags: bytes = kernels.native_texts.beside(hits, self.pair_table, len(self), NEXT)
            return flags
        beside = bytearray(len(hits))
        for at, ((_, before, left), (start, _, right)) in enumerate(pairwise(hits)):
            if start - before <= NEXT and self.pairs_of(left, right):
                beside[at] = beside[at + 1] = True
        return bytes(beside)

    def _narrow(self, hits: list[Hit], wanted: list[set[int]]) -> list[Hit]:
        """The hits with only the wanted query words, without those that have none left."""
        kept = []
        for hit, numbers in zip(hits, wanted, strict=True):
            start, end, found = hit
            what = self._without(found, numbers)
            if what is not None:
                kept.append((start, end, what))
        return kept

    def _without(self, found: Found, wanted: set[int]) -> Found | None:
        """What is left of it with only the wanted query words, None where there are none."""
        if wanted.issuperset(found.words):
            return found
        words = tuple(n for n in found.words if n in wanted)
        exact = tuple(n for n in found.exact if n in wanted)
        return self._places.found(words, exact, found.form) if words else None


def _tally(hits: list[Hit], flags: bytes) -> list[tuple[Found, int, int]]:
    """Each thing that was found, with how many of its places have no flag, and how many have one.

    Things are the same where they are one object (see `WordPlaces.found`).
    """
    if kernels.native_texts is not None:
        told: list[tuple[Found, int, int]] = kernels.native_texts.tally(hits, flags)
        return told
    things: dict[int, Found] = {}
    counts: Counter[tuple[int, bool]] = Counter()
    for (_, _, found), flag in zip(hits, flags, strict=True):
        things[id(found)] = found
        counts[id(found), bool(flag)] += 1
    return [(found, counts[key, False], counts[key, True]) for key, found in things.items()]


def _positive_leaves(
    root: Node | None, others: list[tuple[_Leaf, bool]]
) -> Iterator[tuple[_Leaf, bool]]:
    """The words that make a text a result, in the order of the query, and whether they are scored.

    Those in another writing than the one that was typed are put into `others`.
    """
    todo = [root] if root is not None else []
    while todo:
        match todo.pop():
            case Alike(children, ranked):
                todo.append(children[0])
                for at, other in enumerate(children[1:]):
                    others.extend((leaf, at < ranked) for leaf, _ in _positive_leaves(other, []))
            case And(children) | Or(children):
                todo.extend(reversed(children))
            case (Term() | Phrase() | Prefix()) as leaf if leaf.field in TEXT_FIELDS:
                yield leaf, True
            case Not(Not(child)):
                todo.append(child)
            case _:
                pass


def _has_or(root: Node | None) -> bool:
    todo = [root] if root is not None else []
    while todo:
        match todo.pop():
            case Alike(children):
                todo.append(children[0])
            case Or():
                return True
            case And(children):
                todo.extend(children)
            case Not(child):
                todo.append(child)
            case _:
                pass
    return False


def _adjacent(text: str, left: Hit, right: Hit) -> bool:
    return right[0] - left[1] <= NEXT or _WORD.search(text, left[1], right[0]) is None


def _stands_at(phrase: tuple[int, ...], run: list[Hit], text: str) -> bool:
    """Whether the hits are the words of the phrase, next to each other."""
    return (
        len(run) == len(phrase)
        and all(word in hit[2].words for word, hit in zip(phrase, run, strict=True))
        and all(_adjacent(text, left, right) for left, right in pairwise(run))
    )
