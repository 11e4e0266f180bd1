"""Restoring marks and correcting slips, from the index's own statistics.

A reader types `lang son`; the articles say Lạng Sơn. Which marks were left out is decided by counts
of syllables, pairs and triples of syllables in the indexed text (`SyllableModel`): an interpolated
trigram model with absolute discounting (Kneser and Ney 1995, doi:10.1109/ICASSP.1995.479394; the
lower order counts in how many contexts a form stands, not how often), searched with a beam. What was
typed is binding (`vietnamese.matches`).

The tables hold hashes of the words, not numbers of a vocabulary, so that two models are merged by
adding equal rows, and a folded pair finds all of its marked forms as one range:

    key of a pair    44 bits: hash of the two folded forms · 10 + 10 bits: the marks of each
    key of a triple  34 bits: hash of the three · 3 x 10 bits
    key of a form    54 bits: hash of the folded form · 10 bits

Everything is a flat array: reading a model of a large index is `numpy.frombuffer`.
"""

from __future__ import annotations

import math
import string
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.errors import DocumentError
from indexer.vietnamese import fold, matches, normalize, tokens

U64 = NDArray[np.uint64]
U32 = NDArray[np.uint32]

_ARTICLES_AT_ONCE = 1000
_MAGIC = b"timtin-syllables-1\n"
_MARK_BITS = 10
_MARK_MASK = (1 << _MARK_BITS) - 1
_FORM_SHIFT, _PAIR_SHIFT, _TRIPLE_SHIFT = _MARK_BITS, 2 * _MARK_BITS, 3 * _MARK_BITS
_MIX_A, _MIX_B, _MIX_C = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_WORD64 = (1 << 64) - 1

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
_TRUST_TYPED = 1.0
# Price (in nats) of one wrong letter, and of a wrong mark, against the word as typed.
_SLIP, _WRONG_MARK = 9.0, 6.0


class Reading(NamedTuple):
    """One way to read a query: its exact forms, and the natural logarithm of its probability."""

    words: tuple[str, ...]
    logprob: float


@lru_cache(maxsize=1 << 17)
def _hash(text: str) -> int:
    """64 bits of a word, the same in every process."""
    data = text.encode()
    low = crc32(data)
    return crc32(data, 0x5BD1E995) << 32 | low


@lru_cache(maxsize=1 << 17)
def _marks(exact: str) -> int:
    """A number below 1024 that tells apart the forms of one folded word; 0: no marks."""
    return 0 if exact.isascii() else 1 + crc32(exact.encode()) % _MARK_MASK


def _form_key(exact: str) -> int:
    return _hash(fold(exact)) >> _FORM_SHIFT << _FORM_SHIFT | _marks(exact)


class _Table:
    """Sorted keys with counts; equal keys are added up."""

    def __init__(self, keys: U64, counts: U32) -> None:
        self.keys = keys
        self.counts = counts

    @classmethod
    def empty(cls) -> _Table:
        return cls(np.zeros(0, np.uint64), np.zeros(0, np.uint32))

    def added(self, keys: U64, counts: U32) -> _Table:
        both = np.concatenate([self.keys, keys])
        values = np.concatenate([self.counts, counts])
        order = np.argsort(both, kind="stable")
        both, values = both[order], values[order]
        if not len(both):
            return self
        first = np.flatnonzero(np.concatenate([[True], both[1:] != both[:-1]]))
        return _Table(both[first], np.add.reduceat(values, first).astype(np.uint32))

    def pruned(self, size: int) -> _Table:
        """At most `size` rows: the least counts go."""
        if len(self.keys) <= size:
            return self
        levels = np.bincount(np.minimum(self.counts, 1000))
        level = int(np.searchsorted(np.cumsum(levels), len(self.keys) - size))
        keep = self.counts > level
        # Of the last level as many as there is room for: any of them is better than none, and
        # which ones does not matter (keys are hashes), as long as it is always the same.
        room = size - int(keep.sum())
        keep[np.flatnonzero(self.counts == level)[:room]] = True
        return _Table(self.keys[keep], self.counts[keep])

    def absent(self, keys: U64) -> NDArray[np.bool_]:
        if not len(self.keys):
            return np.ones(len(keys), np.bool_)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        result: NDArray[np.bool_] = self.keys[at] != keys
        return result

    def ranges(self, folded_hashes: Sequence[int], shift: int) -> list[dict[int, int]]:
        """Per hash (its high bits): marks → count of every form seen."""
        if not folded_hashes:
            return []
        wanted = np.array([h >> shift << shift for h in folded_hashes], np.uint64)
        low = np.searchsorted(self.keys, wanted)
        high = np.searchsorted(self.keys, wanted | np.uint64((1 << shift) - 1), side="right")
        mask = (1 << shift) - 1
        found: list[dict[int, int]] = []
        for a, b in zip(low.tolist(), high.tolist(), strict=True):
            if a == b:
                found.append({})
                continue
            keys = self.keys[a:b].tolist()
            found.append(
                {k & mask: n for k, n in zip(keys, self.counts[a:b].tolist(), strict=True)}
            )
        return found


def _pair_hash(a: int, b: int) -> int:
    return (a * _MIX_A + b * _MIX_B) & _WORD64


def _triple_hash(a: int, b: int, c: int) -> int:
    return (a * _MIX_A + b * _MIX_B + c * _MIX_C) & _WORD64


class _Form(NamedTuple):
    """A form as the model knows it: how often, after and before how many different words."""

    exact: str
    marks: int
    count: int
    followers: int
    contexts: int


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
        pairs: _Table,
        triples: _Table,
    ) -> None:
        self._texts = forms
        self._surfaces = surfaces
        self._keys = form_keys
        self._statistics = statistics  # shape (number of forms, 3): count, followers, contexts
        self._pairs = pairs
        self._triples = triples
        totals = statistics.sum(axis=0, dtype=np.int64) if len(forms) else np.ones(3, np.int64)
        self.tokens = int(totals[0])
        self._contexts_total = max(1, int(totals[2]))
        self._variants = lru_cache(maxsize=1 << 14)(self._find_variants)

    @classmethod
    def empty(cls) -> SyllableModel:
        """A model that has read nothing: it restores nothing."""
        none = np.zeros((0, 3), np.uint32)
        return cls((), (), np.zeros(0, np.uint64), none, _Table.empty(), _Table.empty())

    def __len__(self) -> int:
        return len(self._keys)

    # ------------------------------------------------------------------------- looking up

    def _find_variants(self, folded: str) -> tuple[_Form, ...]:
        wanted = _hash(folded) >> _FORM_SHIFT << _FORM_SHIFT
        low = int(np.searchsorted(self._keys, np.uint64(wanted)))
        high = int(np.searchsorted(self._keys, np.uint64(wanted | _MARK_MASK), side="right"))
        if low == high:
            return ()
        rows = self._statistics[low:high].tolist()
        found = [
            _Form(text, _marks(text), *row)
            for text, row in zip(self._texts[low:high], rows, strict=True)
            if fold(text) == folded
        ]
        found.sort(key=lambda form: -form.count)
        return tuple(found)

    def variants(self, word: str) -> tuple[str, ...]:
        """The known forms that the typed word allows (`matches`), most frequent first."""
        return tuple(f.exact for f in self._variants(fold(word)) if matches(word, f.exact))

    def count(self, word: str) -> int:
        """How often an exact form stands in the text."""
        return next((f.count for f in self._variants(fold(word)) if f.exact == word), 0)

    def knows(self, word: str) -> bool:
        """Whether some form that the typed word allows is in the text."""
        return any(matches(word, f.exact) for f in self._variants(fold(word)))

    def surface(self, word: str) -> str:
        """How an exact form is usually written (`mĩ` → `Mỹ`)."""
        key = np.uint64(_form_key(word))
        at = int(np.searchsorted(self._keys, key))
        if at < len(self._keys) and self._keys[at] == key and self._texts[at] == word:
            return self._surfaces[at]
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
        choices = [self._choices(word) for word in words]
        readings = self._search(choices, n)
        typed = tuple(words)
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

    def _choices(self, word: str) -> list[tuple[_Form, float]]:
        """The forms a typed word may stand for, with the price of each."""
        known = [f for f in self._variants(fold(word)) if matches(word, f.exact)][:_MAX_FORMS]
        return [(f, 0.0) for f in known] or [(_Form(word, _marks(word), 0, 0, 0), 0.0)]

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

    def _slips(self, word: str) -> list[tuple[_Form, float]]:
        folded = fold(word)
        found = [(f, _WRONG_MARK) for f in self._variants(folded)]
        if len(folded) >= 2 and not folded.isdigit():
            near = list(_one_letter_away(folded))
            hashes = np.array([_hash(w) >> _FORM_SHIFT << _FORM_SHIFT for w in near], np.uint64)
            if len(self._keys):
                at = np.minimum(np.searchsorted(self._keys, hashes), len(self._keys) - 1)
                there = self._keys[at] >> np.uint64(_FORM_SHIFT) == hashes >> np.uint64(_FORM_SHIFT)
                for i in np.flatnonzero(there).tolist():
                    for form in self._variants(near[i]):
                        # Marks that were typed still say something about the word that was meant.
                        price = _SLIP + (0.0 if _marks_agree(word, form.exact) else _WRONG_MARK / 2)
                        found.append((form, price))
        found.sort(key=lambda choice: choice[1] - math.log(choice[0].count + 1))
        return found[: 2 * _MAX_FORMS] or [(_Form(word, _marks(word), 0, 0, 0), 0.0)]

    def _search(self, choices: Sequence[Sequence[tuple[_Form, float]]], n: int) -> list[Reading]:
        """Beam search; hypotheses that end in the same two words are one."""
        pairs = self._pair_counts(choices)
        choices = _promising(choices, pairs)
        triples = self._triple_counts(choices, pairs)
        total = max(1, self.tokens)
        contexts_total = self._contexts_total
        first = [
            (price_log, (form,))
            for form, price in choices[0]
            for price_log in (math.log((form.count + 0.1) / total) - price,)
        ]
        beam: list[tuple[float, tuple[_Form, ...]]] = sorted(first, key=lambda h: -h[0])[:_BEAM]
        for i in range(1, len(choices)):
            best: dict[tuple[int, ...], tuple[float, tuple[_Form, ...]]] = {}
            rivals: list[tuple[float, tuple[_Form, ...]]] = []
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
                        if a.count:
                            p = (
                                max(seen - _DISCOUNT_PAIR, 0.0)
                                + _DISCOUNT_PAIR * max(a.followers, 1) * lower
                            ) / a.count
                        else:
                            p = lower
                        known = pair_memo[memo_key] = (seen, p)
                    p = known[1]
                    if z is not None and before:
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

    def _pair_counts(
        self, choices: Sequence[Sequence[tuple[_Form, float]]]
    ) -> list[dict[tuple[str, str], int]]:
        """Counts of the pairs that the choices can form, by position of the first."""
        groups = [_grouped(choice) for choice in choices]
        wanted = [
            (i, left, right, _pair_hash(_hash(x), _hash(y)))
            for i in range(len(choices) - 1)
            for x, left in groups[i].items()
            for y, right in groups[i + 1].items()
        ]
        pairs: list[dict[tuple[str, str], int]] = [{} for _ in range(len(choices) - 1)]
        found = self._pairs.ranges([w[3] for w in wanted], _PAIR_SHIFT)
        for (i, left, right, _), seen in zip(wanted, found, strict=True):
            for marks, count in seen.items():
                a, b = left.get(marks >> _MARK_BITS), right.get(marks & _MARK_MASK)
                if a is not None and b is not None:
                    pairs[i][a, b] = count
        return pairs

    def _triple_counts(
        self,
        choices: Sequence[Sequence[tuple[_Form, float]]],
        pairs: list[dict[tuple[str, str], int]],
    ) -> list[dict[tuple[str, str, str], int]]:
        """The same for triples; only those whose two pairs are there can be there."""
        groups = [_grouped(choice) for choice in choices]
        wanted = []
        for i in range(len(choices) - 2):
            left = {(fold(a), fold(b)) for a, b in pairs[i]}
            right = {(fold(b), fold(c)) for b, c in pairs[i + 1]}
            wanted.extend(
                (i, groups[i][x], groups[i + 1][y], groups[i + 2][w], key)
                for x, y in left
                if x in groups[i] and y in groups[i + 1]
                for y2, w in right
                if y2 == y and w in groups[i + 2]
                for key in (_triple_hash(_hash(x), _hash(y), _hash(w)),)
            )
        triples: list[dict[tuple[str, str, str], int]] = [{} for _ in range(len(choices) - 2)]
        found = self._triples.ranges([w[4] for w in wanted], _TRIPLE_SHIFT)
        for (i, first, second, third, _), seen in zip(wanted, found, strict=True):
            for marks, count in seen.items():
                a = first.get(marks >> 2 * _MARK_BITS)
                b = second.get(marks >> _MARK_BITS & _MARK_MASK)
                c = third.get(marks & _MARK_MASK)
                if a is not None and b is not None and c is not None:
                    triples[i][a, b, c] = count
        return triples

    # ------------------------------------------------------------------------- bytes

    def to_bytes(self) -> bytes:
        """The model for `from_bytes`: a header line, then little-endian arrays."""
        texts = "\n".join(self._texts).encode()
        surfaces = "\n".join(
            "" if s == t else s for s, t in zip(self._surfaces, self._texts, strict=True)
        ).encode()
        arrays = [
            self._keys.astype("<u8").tobytes(),
            self._pairs.keys.astype("<u8").tobytes(),
            self._triples.keys.astype("<u8").tobytes(),
            self._statistics.astype("<u4").tobytes(),
            self._pairs.counts.astype("<u4").tobytes(),
            np.minimum(self._triples.counts, 0xFFFF).astype("<u2").tobytes(),
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
        pairs = _Table(pair_keys, np.frombuffer(parts[4], "<u4"))
        triples = _Table(triple_keys, np.frombuffer(parts[5], "<u2"))
        texts = str(parts[6], "utf-8").split("\n") if len(keys) else []
        surfaces = str(parts[7], "utf-8").split("\n") if len(keys) else []
        surfaces = [s or t for s, t in zip(surfaces, texts, strict=True)]
        return cls(texts, surfaces, keys, statistics, pairs, triples)


def _grouped(choices: Sequence[tuple[_Form, float]]) -> dict[str, dict[int, str]]:
    """Folded form → marks → the exact form (the likelier of two with the same number)."""
    groups: dict[str, dict[int, str]] = {}
    for form, _ in choices:
        groups.setdefault(fold(form.exact), {}).setdefault(form.marks, form.exact)
    return groups


def _promising(
    choices: Sequence[Sequence[tuple[_Form, float]]], pairs: list[dict[tuple[str, str], int]]
) -> list[list[tuple[_Form, float]]]:
    """The choices that have a chance, by position."""
    counts = [{form.exact: form.count for form, _ in choice} for choice in choices]
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
        for tie in (left, right):
            names.update(sorted(tie, key=tie.__getitem__, reverse=True)[:_KEPT_NEIGHBOURLY])
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


class ModelBuilder:
    """Reads text as arrays of word numbers and makes a `SyllableModel`, in bounded memory.

    `base`: a model to add to; its counts are kept. Beyond `max_pairs` and `max_triples` rows the
    least counts are dropped (16 bytes and 10 bytes a row).
    """

    def __init__(
        self,
        base: SyllableModel | None = None,
        *,
        max_pairs: int = 1_000_000,
        max_triples: int = 1_200_000,
        chunk_tokens: int = 1_000_000,
    ) -> None:
        self._base = base or SyllableModel.empty()
        self._max_pairs, self._max_triples = max_pairs, max_triples
        self._chunk_tokens = chunk_tokens
        self._numbers: dict[str, int] = {}
        self._statistics = np.zeros((0, 3), np.int64)
        self._pairs, self._triples = self._base._pairs, self._base._triples
        self._written: dict[str, Counter[str]] = {}
        self._waiting: list[NDArray[np.int64]] = []
        self._waiting_tokens = 0
        self._hashes = np.zeros(0, np.uint64)
        self._mark_codes = np.zeros(0, np.uint64)

    def add(self, words: Sequence[str]) -> None:
        """Exact forms that stand one after the other (a paragraph)."""
        numbers = self._numbers
        ids = [numbers.setdefault(word, len(numbers)) for word in words]
        self._wait(np.array([*ids, -1], np.int64))

    def add_numbers(self, ids: NDArray[np.integer], forms: Sequence[str]) -> None:
        """Word numbers in the order of the text (negative: a paragraph ends); `forms[i]` is word i.

        The bulk way in: one call for many articles of a segment.
        """
        used = np.unique(ids[ids >= 0])
        renumber = np.full(int(used[-1]) + 1 if len(used) else 0, -1, np.int64)
        numbers = self._numbers
        renumber[used] = [numbers.setdefault(forms[i], len(numbers)) for i in used.tolist()]
        for start in range(0, len(ids), self._chunk_tokens):
            part = ids[start : start + self._chunk_tokens].astype(np.int64)
            self._wait(np.where(part >= 0, renumber[part] if len(used) else -1, -1))

    def add_surface(self, text: str) -> None:
        """A title: how words are written in the middle of a line (`Mỹ`, `Lạng Sơn`)."""
        if text.isupper():
            return
        for i, token in enumerate(tokens(text)):
            written = text[token.start : token.end]
            if i == 0 or not written.isalpha():
                continue  # the first word is capital whatever it is
            if written.isupper() and len(written) > 4:
                continue  # shouted, not spelled
            self._written.setdefault(token.exact, Counter())[written] += 1

    def _wait(self, ids: NDArray[np.int64]) -> None:
        self._waiting.append(ids)
        self._waiting_tokens += len(ids)
        if self._waiting_tokens >= self._chunk_tokens:
            self._count()

    def _count(self) -> None:
        if not self._waiting:
            return
        ids = np.concatenate(self._waiting)
        self._waiting, self._waiting_tokens = [], 0
        self._grow()
        size = len(self._numbers)
        self._statistics[:, 0] += np.bincount(ids[ids >= 0], minlength=size)
        hashes, marks = self._hashes, self._mark_codes
        a, b = ids[:-1], ids[1:]
        together = (a >= 0) & (b >= 0)
        packed, counts = np.unique((a * size + b)[together], return_counts=True)
        a, b = packed // size, packed % size
        mixed = hashes[a] * np.uint64(_MIX_A) + hashes[b] * np.uint64(_MIX_B)
        low = marks[a] << np.uint64(_MARK_BITS) | marks[b]
        keys = mixed >> np.uint64(_PAIR_SHIFT) << np.uint64(_PAIR_SHIFT) | low
        new = self._pairs.absent(keys)
        self._statistics[:, 1] += np.bincount(a[new], minlength=size)
        self._statistics[:, 2] += np.bincount(b[new], minlength=size)
        self._pairs = self._pairs.added(keys, counts.astype(np.uint32)).pruned(2 * self._max_pairs)
        z, a, b = ids[:-2], ids[1:-1], ids[2:]
        together = (z >= 0) & (a >= 0) & (b >= 0)
        z, a, b = z[together], a[together], b[together]
        mixed = hashes[z] * np.uint64(_MIX_A) + hashes[a] * np.uint64(_MIX_B)
        mixed += hashes[b] * np.uint64(_MIX_C)
        low = marks[z] << np.uint64(2 * _MARK_BITS) | marks[a] << np.uint64(_MARK_BITS) | marks[b]
        keys = mixed >> np.uint64(_TRIPLE_SHIFT) << np.uint64(_TRIPLE_SHIFT) | low
        keys, counts = np.unique(keys, return_counts=True)
        self._triples = self._triples.added(keys, counts.astype(np.uint32)).pruned(
            2 * self._max_triples
        )

    def _grow(self) -> None:
        """Hashes, marks and statistics for the words that are new."""
        known = len(self._hashes)
        fresh = list(self._numbers)[known:]
        hashes = np.array([_hash(fold(word)) for word in fresh], np.uint64)
        marks = np.array([_marks(word) for word in fresh], np.uint64)
        self._hashes = np.concatenate([self._hashes, hashes])
        self._mark_codes = np.concatenate([self._mark_codes, marks])
        more = np.zeros((len(fresh), 3), np.int64)
        self._statistics = np.concatenate([self._statistics, more])

    def build(self) -> SyllableModel:
        """The model of all that was added, and of `base`."""
        self._count()
        self._grow()
        base = self._base
        statistics = dict(zip(self._numbers, self._statistics.tolist(), strict=True))
        for form, row in zip(base._texts, base._statistics.tolist(), strict=True):
            own = statistics.get(form)
            statistics[form] = [x + y for x, y in zip(own, row, strict=True)] if own else row
        forms = sorted(statistics, key=_form_key)
        surfaces = dict(zip(base._texts, base._surfaces, strict=True))
        for form, written in self._written.items():
            if form in statistics:
                spelling, times = written.most_common(1)[0]
                if times > 1 or form not in surfaces or surfaces[form] == form:
                    surfaces[form] = spelling
        keys = np.array([_form_key(f) for f in forms], np.uint64)
        rows = np.array([statistics[f] for f in forms], np.uint32).reshape(-1, 3)
        return SyllableModel(
            forms,
            [surfaces.get(f, f) for f in forms],
            keys,
            rows,
            self._pairs.pruned(self._max_pairs),
            self._triples.pruned(self._max_triples),
        )


class TokenSource(Protocol):
    """Articles as arrays: a columnar segment."""

    @property
    def n(self) -> int: ...
    @property
    def exact(self) -> Forms: ...
    def exact_tokens_of(
        self, articles: NDArray[np.int64], /
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]: ...
    def head(self, article: int, /) -> Mapping[str, Any]: ...


class Forms(Protocol):
    """Exact forms by number."""

    def all(self) -> list[str]: ...


def update_model(previous: bytes | None, segments: Iterable[TokenSource]) -> bytes:
    """The bytes of a model that has also read the articles of `segments`.

    Articles that were deleted or replaced are not taken out of the counts; building anew
    (`previous` None, all segments) does that.
    """
    base = SyllableModel.from_bytes(previous) if previous else None
    builder = ModelBuilder(base)
    for segment in segments:
        forms = segment.exact.all()
        for start in range(0, segment.n, _ARTICLES_AT_ONCE):
            articles = np.arange(start, min(segment.n, start + _ARTICLES_AT_ONCE))
            builder.add_numbers(segment.exact_tokens_of(articles)[0], forms)
            for article in articles.tolist():
                builder.add_surface(str(segment.head(article).get("title", "")))
    return builder.build().to_bytes()


def typed_words(text: str) -> tuple[str, ...]:
    """The exact forms of the words of a text, in order.

    >>> typed_words("Lạng Sơn, 27/9")
    ('lạng', 'sơn', '27', '9')
    """
    return tuple(normalize(token.exact) for token in tokens(text))
