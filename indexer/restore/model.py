"""Restoring marks and correcting slips, from the index's own statistics.

A reader types `lang son`; the articles say Lạng Sơn. Which marks were left out is decided by counts
of syllables, pairs and triples of syllables in the indexed text (`SyllableModel`): an interpolated
trigram model with absolute discounting (Kneser and Ney 1995, doi:10.1109/ICASSP.1995.479394; the
lower order counts in how many contexts a form stands, not how often), searched with a beam. What
was typed is binding (`vietnamese.matches`).

Everything is a flat array: reading a model of a large index is `numpy.frombuffer`.
"""

from __future__ import annotations

import math
import string
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from indexer.errors import DocumentError
from indexer.restore.counts import (
    FORM_SHIFT,
    MARK_BITS,
    MARK_MASK,
    PAIR_SHIFT,
    TRIPLE_SHIFT,
    U32,
    U64,
    Table,
    form_key,
    mark_code,
    pair_hash,
    triple_hash,
    word_hash,
)
from indexer.vietnamese import fold, matches

_MAGIC = b"timtin-syllables-1\n"

# Discounts of the two orders; measured on title queries of two sets, flat between .7 and .9.
_DISCOUNT_PAIR, _DISCOUNT_TRIPLE = 0.9, 0.8
# A triple's context seen n times is followed by about n**.8 different words (measured).
_FOLLOWERS = 0.8
_MAX_FORMS = 24  # per syllable; `da` has 20. Fewer lose rare words: đới, dỡ, gáo
_BEAM = 10
# Forms of a syllable that enter the search: the most frequent, and those that go best with the
# forms before and after it.
_KEPT_FREQUENT, _KEPT_NEIGHBOURLY = 2, 3
# A query with at least one mark was probably typed in full: words without a mark are changed only
# where the text says so by this factor each (in nats).
_TRUST_TYPED = 3.0
# Of ten syllables of Vietnamese text seven have marks: a query with this share was typed in full.
_MARKED_IN_FULL = 0.6
# Price (in nats) of one wrong letter, and of a wrong mark, against the word as typed.
_SLIP, _WRONG_MARK = 9.0, 6.0


class Reading(NamedTuple):
    """One way to read a query: its exact forms, and the natural logarithm of its probability."""

    words: tuple[str, ...]
    logprob: float


class Form(NamedTuple):
    """A form as the model knows it: how often, and before and after how many different words."""

    exact: str
    marks: int
    times: int
    followers: int
    contexts: int


_Hypothesis = tuple[float, tuple[Form, ...]]
Choices = Sequence[Sequence[tuple[Form, float]]]


class SyllableModel:
    """Counts of forms, pairs and triples of an index.

    forms     keys of the exact forms (sorted); `counts`, `followers` and `contexts` beside them
    surfaces  how each form is usually written: `Mỹ` for mĩ
    """

    def __init__(
        self,
        forms: Sequence[str],
        surfaces: Sequence[str],
        form_keys: U64,
        statistics: U32,
        pairs: Table,
        triples: Table,
    ) -> None:
        self.forms = forms
        self.written = surfaces
        self.keys = form_keys
        self.statistics = statistics  # shape (number of forms, 3): count, followers, contexts
        self.pairs = pairs
        self.triples = triples
        self.has_triples = len(triples.keys) > 0
        totals = statistics.sum(axis=0, dtype=np.int64) if len(forms) else np.ones(3, np.int64)
        self.tokens = int(totals[0])
        self.contexts_total = max(1, int(totals[2]))
        self._variants = lru_cache(maxsize=1 << 14)(self.find_variants)

    @classmethod
    def empty(cls) -> SyllableModel:
        """A model that has read nothing: it restores nothing."""
        none = np.zeros((0, 3), np.uint32)
        return cls((), (), np.zeros(0, np.uint64), none, Table.empty(), Table.empty())

    def __len__(self) -> int:
        return len(self.keys)

    # ------------------------------------------------------------------------- looking up

    def find_variants(self, folded: str) -> tuple[Form, ...]:
        wanted = word_hash(folded) >> FORM_SHIFT << FORM_SHIFT
        low = int(np.searchsorted(self.keys, np.uint64(wanted)))
        high = int(np.searchsorted(self.keys, np.uint64(wanted | MARK_MASK), side="right"))
        if low == high:
            return ()
        rows = self.statistics[low:high].tolist()
        found = [
            Form(text, mark_code(text), *row)
            for text, row in zip(self.forms[low:high], rows, strict=True)
            if fold(text) == folded
        ]
        found.sort(key=lambda form: -form.times)
        return tuple(found)

    def variants(self, word: str) -> tuple[str, ...]:
        """The known forms that the typed word allows (`matches`), most frequent first."""
        return tuple(f.exact for f in self._variants(fold(word)) if matches(word, f.exact))

    def count(self, word: str) -> int:
        """How often an exact form stands in the text."""
        return next((f.times for f in self._variants(fold(word)) if f.exact == word), 0)

    def has(self, exact: str) -> bool:
        """Whether an exact form is in the text."""
        return any(form.exact == exact for form in self._variants(fold(exact)))

    def knows(self, word: str) -> bool:
        """Whether some form that the typed word allows is in the text."""
        return any(matches(word, f.exact) for f in self._variants(fold(word)))

    def surface(self, word: str) -> str:
        """How an exact form is usually written (`mĩ` → `Mỹ`)."""
        key = np.uint64(form_key(word))
        at = int(np.searchsorted(self.keys, key))
        if at < len(self.keys) and self.keys[at] == key and self.forms[at] == word:
            return self.written[at]
        return word

    def surfaces(self, words: Iterable[str]) -> str:
        """Exact forms as a line of text for people: `Lạng Sơn`."""
        return " ".join(map(self.surface, words))

    # -------------------------------------------------------------------------- restoring

    def restore(self, words: Sequence[str], *, n: int = 1) -> list[Reading]:
        """The likeliest readings of typed words (exact forms), best first; at least one.

        Every reading keeps the marks that were typed. A word that no known form fits stays.
        """
        if not words:
            return [Reading((), 0.0)]
        typed = tuple(words)
        if n == 1 and self._typed_in_full(words):
            return [Reading(typed, 0.0)]
        choices = [self._choices(word) for word in words]
        readings = self._search(choices, n)
        if any(not w.isascii() for w in words) and readings[0].words != typed:
            # The words as typed, unless the text speaks clearly for something else.
            [own] = self._search(
                [
                    [c for c in cs if c[0].exact == w] or cs[:1]
                    for w, cs in zip(words, choices, strict=True)
                ],
                1,
            )
            changed = sum(a != b for a, b in zip(readings[0].words, typed, strict=True))
            if (
                own.words == typed
                and own.logprob + _TRUST_TYPED * (changed + 1) >= readings[0].logprob
            ):
                readings = [own, *(r for r in readings if r.words != typed)][:n]
        return readings

    def _typed_in_full(self, words: Sequence[str]) -> bool:
        marked = sum(not word.isascii() for word in words)
        return marked >= _MARKED_IN_FULL * len(words) and all(map(self.has, words))

    def _choices(self, word: str) -> list[tuple[Form, float]]:
        """The forms a typed word may stand for, with the price of each."""
        known = [f for f in self._variants(fold(word)) if matches(word, f.exact)][:_MAX_FORMS]
        return [(f, 0.0) for f in known] or [(Form(word, mark_code(word), 0, 0, 0), 0.0)]

    def correct(self, words: Sequence[str]) -> Reading | None:
        """The likeliest correction, or None where every word is known.

        Only words that no known form fits are changed, by one letter (put in, left out, wrong or
        two swapped) or by their marks (hỏi for ngã); the words around them decide.
        """
        unknown = [not self.knows(word) for word in words]
        if not any(unknown):
            return None
        choices = [
            self._slips(word) if is_unknown else self._choices(word)
            for word, is_unknown in zip(words, unknown, strict=True)
        ]
        best = self._search(choices, 1)[0]
        return None if best.words == tuple(words) else best

    def _slips(self, word: str) -> list[tuple[Form, float]]:
        folded = fold(word)
        found = [(f, _WRONG_MARK) for f in self._variants(folded)]
        if len(folded) >= 2 and not folded.isdigit():
            for near in self.known_among(list(_one_letter_away(folded))):
                for form in self._variants(near):
                    # Marks that were typed still say something about the word that was meant.
                    price = _SLIP + (0.0 if _marks_agree(word, form.exact) else _WRONG_MARK / 2)
                    found.append((form, price))
        found.sort(key=lambda choice: choice[1] - math.log(choice[0].times + 1))
        return found[: 2 * _MAX_FORMS] or [(Form(word, mark_code(word), 0, 0, 0), 0.0)]

    def known_among(self, folded: Sequence[str]) -> list[str]:
        """Those of some folded words that the text has."""
        if not len(self.keys):
            return []
        hashes = np.array([word_hash(w) >> FORM_SHIFT << FORM_SHIFT for w in folded], np.uint64)
        at = np.minimum(np.searchsorted(self.keys, hashes), len(self.keys) - 1)
        there = self.keys[at] >> np.uint64(FORM_SHIFT) == hashes >> np.uint64(FORM_SHIFT)
        return [folded[i] for i in np.flatnonzero(there).tolist()]

    def _search(self, choices: Sequence[Sequence[tuple[Form, float]]], n: int) -> list[Reading]:
        """Beam search; hypotheses that end in the same two words are one."""
        pairs = self.pair_counts(choices)
        choices = _promising(choices, pairs)
        triples = self.triple_counts(choices, pairs) if self.has_triples else []
        total = max(1, self.tokens)
        contexts_total = self.contexts_total
        first: list[_Hypothesis] = [
            (math.log((form.times + 0.1) / total) - price, (form,)) for form, price in choices[0]
        ]
        first.sort(key=lambda hypothesis: -hypothesis[0])
        beam = first[:_BEAM]
        for i in range(1, len(choices)):
            best: dict[tuple[int, ...], _Hypothesis] = {}
            rivals: list[_Hypothesis] = []
            pair_memo: dict[tuple[int, int, str, str], tuple[int, float]] = {}
            for score, path in beam:
                a = path[-1]
                z = path[-2] if i > 1 else None
                before = 0
                if z is not None:
                    before = pairs[i - 2].get((z.exact, a.exact), 0)
                for form, price in choices[i]:
                    memo_key = (a.marks, form.marks, a.exact, form.exact)
                    known = pair_memo.get(memo_key)
                    if known is None:
                        seen = pairs[i - 1].get((a.exact, form.exact), 0)
                        lower = (form.contexts + 0.1) / contexts_total
                        if a.times:
                            p = (
                                max(seen - _DISCOUNT_PAIR, 0.0)
                                + _DISCOUNT_PAIR * max(a.followers, 1) * lower
                            ) / a.times
                        else:
                            p = lower
                        known = pair_memo[memo_key] = (seen, p)
                    p = known[1]
                    if z is not None and before and self.has_triples:
                        triple = triples[i - 2].get((z.exact, a.exact, form.exact), 0)
                        rest = max(_DISCOUNT_TRIPLE * before**_FOLLOWERS / before, 0.05)
                        p = max(triple - _DISCOUNT_TRIPLE, 0.0) / before + rest * p
                    rivals.append((score + math.log(min(p, 1.0)) - price, (*path, form)))
            rivals.sort(key=lambda h: -h[0])
            for hypothesis in rivals:
                tail = hypothesis[1][-2:]
                key = (tail[0].marks, tail[1].marks, hash(tail[0].exact), hash(tail[1].exact))
                if n == 1:
                    if key not in best:
                        best[key] = hypothesis
                        if len(best) == _BEAM:
                            break
                else:
                    best[(*key, len(best))] = hypothesis
                    if len(best) == _BEAM:
                        break
            beam = list(best.values())
        return [Reading(tuple(f.exact for f in path), score) for score, path in beam[:n]]

    def pair_counts(self, choices: Choices) -> list[dict[tuple[str, str], int]]:
        """Counts of the pairs that the choices can form, by position of the first."""
        groups = [grouped(choice) for choice in choices]
        wanted = [
            (i, left, right, pair_hash(word_hash(x), word_hash(y)))
            for i in range(len(choices) - 1)
            for x, left in groups[i].items()
            for y, right in groups[i + 1].items()
        ]
        pairs: list[dict[tuple[str, str], int]] = [{} for _ in range(len(choices) - 1)]
        found = self.pairs.ranges([w[3] for w in wanted], PAIR_SHIFT)
        for (i, left, right, _), seen in zip(wanted, found, strict=True):
            for marks, count in seen.items():
                a, b = left.get(marks >> MARK_BITS), right.get(marks & MARK_MASK)
                if a is not None and b is not None:
                    pairs[i][a, b] = count
        return pairs

    def triple_counts(
        self,
        choices: Choices,
        pairs: list[dict[tuple[str, str], int]],
    ) -> list[dict[tuple[str, str, str], int]]:
        """The same for triples; only those whose two pairs are there can be there."""
        groups = [grouped(choice) for choice in choices]
        wanted: list[tuple[int, dict[int, str], dict[int, str], dict[int, str], int]] = []
        for i in range(len(choices) - 2):
            left = {(fold(a), fold(b)) for a, b in pairs[i]}
            right = {(fold(b), fold(c)) for b, c in pairs[i + 1]}
            wanted.extend(
                (i, groups[i][x], groups[i + 1][y], groups[i + 2][w], key)
                for x, y in left
                if x in groups[i] and y in groups[i + 1]
                for y2, w in right
                if y2 == y and w in groups[i + 2]
                for key in (triple_hash(word_hash(x), word_hash(y), word_hash(w)),)
            )
        triples: list[dict[tuple[str, str, str], int]] = [{} for _ in range(len(choices) - 2)]
        found = self.triples.ranges([w[4] for w in wanted], TRIPLE_SHIFT)
        for (i, first, second, third, _), seen in zip(wanted, found, strict=True):
            for marks, count in seen.items():
                a = first.get(marks >> 2 * MARK_BITS)
                b = second.get(marks >> MARK_BITS & MARK_MASK)
                c = third.get(marks & MARK_MASK)
                if a is not None and b is not None and c is not None:
                    triples[i][a, b, c] = count
        return triples

    # ------------------------------------------------------------------------- bytes

    def to_bytes(self) -> bytes:
        """The model for `from_bytes`: a header line, then little-endian arrays."""
        texts = "\n".join(self.forms).encode()
        surfaces = "\n".join(
            "" if s == t else s for s, t in zip(self.written, self.forms, strict=True)
        ).encode()
        arrays = [
            self.keys.astype("<u8").tobytes(),
            self.pairs.keys.astype("<u8").tobytes(),
            self.triples.keys.astype("<u8").tobytes(),
            self.statistics.astype("<u4").tobytes(),
            self.pairs.counts.astype("<u4").tobytes(),
            np.minimum(self.triples.counts, 0xFFFF).astype("<u2").tobytes(),
            texts,
            surfaces,
        ]
        sizes = " ".join(str(len(a)) for a in arrays).encode()
        head = _MAGIC + sizes + b"\n"
        head += b" " * (-len(head) % 8)
        return head + b"".join(arrays)

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> SyllableModel:
        """The model of `to_bytes`; the arrays stay where they are (`data` may be a mapped file).

        Raises: `DocumentError` where the bytes are not such a model.
        """
        view = memoryview(data)
        end = bytes(view[:400]).find(b"\n", len(_MAGIC))
        if bytes(view[: len(_MAGIC)]) != _MAGIC or end < 0:
            raise DocumentError("syllable model", "not a model of this version")
        sizes = [int(n) for n in bytes(view[len(_MAGIC) : end]).split()]
        at = (end + 1) + (-(end + 1) % 8)
        if len(sizes) != 8 or at + sum(sizes) != len(view):
            raise DocumentError("syllable model", "its size is not what its header says")
        parts = []
        for size in sizes:
            parts.append(view[at : at + size])
            at += size
        keys, pair_keys, triple_keys = (np.frombuffer(p, "<u8") for p in parts[:3])
        statistics = np.frombuffer(parts[3], "<u4").reshape(-1, 3)
        pairs = Table(pair_keys, np.frombuffer(parts[4], "<u4"))
        triples = Table(triple_keys, np.frombuffer(parts[5], "<u2"))
        texts = str(parts[6], "utf-8").split("\n") if len(keys) else []
        surfaces = str(parts[7], "utf-8").split("\n") if len(keys) else []
        surfaces = [s or t for s, t in zip(surfaces, texts, strict=True)]
        return cls(texts, surfaces, keys, statistics, pairs, triples)


def grouped(choices: Sequence[tuple[Form, float]]) -> dict[str, dict[int, str]]:
    """Folded form → marks → the exact form (the likelier of two with the same number)."""
    groups: dict[str, dict[int, str]] = {}
    for form, _ in choices:
        groups.setdefault(fold(form.exact), {}).setdefault(form.marks, form.exact)
    return groups


def _promising(
    choices: Sequence[Sequence[tuple[Form, float]]], pairs: list[dict[tuple[str, str], int]]
) -> list[list[tuple[Form, float]]]:
    """The choices that have a chance, by position."""
    counts = [{form.exact: form.times for form, _ in choice} for choice in choices]
    ties: list[tuple[dict[str, float], dict[str, float]]] = [({}, {}) for _ in choices]
    for i, seen in enumerate(pairs):
        to_right, to_left = ties[i][1], ties[i + 1][0]
        for (a, b), count in seen.items():
            tie = count * count / (counts[i][a] * counts[i + 1][b])
            to_right[a] = max(to_right.get(a, 0.0), tie)
            to_left[b] = max(to_left.get(b, 0.0), tie)
    kept = []
    for choice, (left, right) in zip(choices, ties, strict=True):
        if len(choice) <= _KEPT_FREQUENT + _KEPT_NEIGHBOURLY:
            kept.append(list(choice))
            continue
        names = {form.exact for form, _ in choice[:_KEPT_FREQUENT]}
        for seen_beside in (left, right):
            likeliest = sorted(seen_beside, key=seen_beside.__getitem__, reverse=True)
            names.update(likeliest[:_KEPT_NEIGHBOURLY])
        kept.append([option for option in choice if option[0].exact in names])
    return kept


def _one_letter_away(word: str) -> Iterable[str]:
    letters = string.ascii_lowercase
    seen = {word}
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        edits = [head + c + tail for c in letters]
        if tail:
            edits.append(head + tail[1:])
            edits.extend(head + c + tail[1:] for c in letters)
        if len(tail) > 1:
            edits.append(head + tail[1] + tail[0] + tail[2:])
        for edit in edits:
            if edit and edit not in seen:
                seen.add(edit)
                yield edit


def _marks_agree(typed: str, written: str) -> bool:
    """Whether every marked letter that was typed is in the written word."""
    return all(c.isascii() or c in written for c in typed)
