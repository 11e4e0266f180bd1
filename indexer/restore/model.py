"""Restoring marks and correcting slips, from the index's own statistics.

A reader types `lang son`; the articles say Lạng Sơn. Which marks were left out is decided by counts
of syllables, pairs and triples of syllables in the indexed text (`SyllableModel`): an interpolated
trigram model with absolute discounting (Kneser and Ney 1995, doi:10.1109/ICASSP.1995.479394; the
lower order counts in how many contexts a form stands, not how often), searched with a beam. What
was typed is binding (`vietnamese.matches`).
"""

from __future__ import annotations

import math
import re
import string
from abc import ABC, abstractmethod
from collections.abc import Container, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from indexer.vietnamese import TONES, asking_no_more, exact_form, fold, has_marks, split_marks

# Discounts of the two orders; measured on title queries of two sets, flat between .7 and .9.
_DISCOUNT_PAIR, _DISCOUNT_TRIPLE = 0.9, 0.9
# A triple's context seen n times is followed by about n**.8 different words (measured); triples are
# counted from articles that hold both pairs, which is too many, so that a little less is believed.
_FOLLOWERS = 0.9
_LEAST_REST = 0.05
_MAX_FORMS = 24  # per syllable; `da` has 20. Fewer lose rare words: đới, dỡ, gáo
_BEAM = 10
# Looking for a slip costs as much as a word is long: 25 µs for each of 54 edits a letter.
_LONGEST_WORD, _MOST_SLIPS = 20, 16
# Forms of a syllable that enter the search: the most frequent, and those that go best with the
# forms before and after it.
_KEPT_FREQUENT, _KEPT_NEIGHBOURLY = 2, 3
# Odds (in nats), before any word is seen, that a query has all its marks, not about half of them.
_IN_FULL = 1.0
# A query of so few words is looked at closer; other forms in so many articles are enough to doubt.
_FEW_WORDS, _ODD = 6, 3
_HARDLY, _FAR_MORE = 5, 50  # articles; times as many
# Price (in nats) of one wrong letter, of a wrong tone (hỏi and ngã are mixed up most), and of other
# marks on the letters, against the word as typed.
_SLIP, _WRONG_TONE, _HOI_FOR_NGA, _WRONG_SHAPE = 9.0, 6.0, 3.0, 6.0


class Reading(NamedTuple):
    """One way to read a query: its exact forms, and the natural logarithm of its probability."""

    words: tuple[str, ...]
    logprob: float


class Form(NamedTuple):
    """A form as the model knows it: how often, and before and after how many different words."""

    exact: str
    times: int
    followers: int
    contexts: int


# Letters of a word that may be several, and of one of its parts.
_LEAST_JOINED, _MOST_JOINED, _MOST_LETTERS = 5, 24, 6
_BOUNDLESS = 1 << 30
_LATIN = re.compile(r"[0-9a-z\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]+")
_LETTERS_AND_DIGITS = re.compile(r"([a-z]{2,})(\d+)|(\d+)([a-z]{2,})")  # covid19

_Hypothesis = tuple[float, tuple[Form, ...]]
Choices = Sequence[Sequence[tuple[Form, float]]]


class SyllableModel(ABC):
    """Restores and corrects with the counts of forms, pairs and triples that it is asked for.

    tokens          how often any form stands in the text
    contexts_total  the sum of `Form.contexts` over all forms
    """

    tokens: int
    contexts_total: int

    def __init__(self) -> None:
        self._variants = lru_cache(maxsize=1 << 14)(self.find_variants)
        self.writings: dict[tuple[str, ...], Any] = {}  # what `indexer.writings` found so far

    # ------------------------------------------------------------------------- statistics

    @abstractmethod
    def __len__(self) -> int:
        """How many forms are known."""

    @abstractmethod
    def find_variants(self, folded: str) -> tuple[Form, ...]:
        """Every form of a folded word, most frequent first."""

    @abstractmethod
    def known_among(self, folded: Sequence[str]) -> list[str]:
        """Those of some folded words that the text has."""

    @abstractmethod
    def pair_counts(self, choices: Choices) -> list[dict[tuple[str, str], int]]:
        """Counts of the pairs that the choices can form, by position of the first."""

    @abstractmethod
    def triple_counts(
        self, choices: Choices, pairs: list[dict[tuple[str, str], int]]
    ) -> list[dict[tuple[str, str, str], int]]:
        """The same for triples; `pairs` as `pair_counts` gave them."""

    @abstractmethod
    def surface(self, word: str) -> str:
        """How an exact form is usually written (`mĩ` → `Mỹ`)."""

    @abstractmethod
    def share(self, exact: str) -> float:
        """How much of what has the letters of a form is that form: above 0, to 1."""

    @abstractmethod
    def articles(self, forms: Sequence[str]) -> int:
        """In about how many articles exact forms stand side by side."""

    @abstractmethod
    def followers(self, first: str, start: str) -> dict[tuple[str, ...], int]:
        """The most frequent words after a typed word that begin with `start`: the forms of both,
        and in how many articles they stand side by side."""

    @abstractmethod
    def follower(self, form: str) -> str:
        """The form that stands most often after an exact form; "" for none."""

    @abstractmethod
    def beginning(self, start: str) -> list[tuple[str, int]]:
        """The most frequent forms that begin with `start`, and in how many articles they stand."""

    # ------------------------------------------------------------------------- looking up

    def variants(self, word: str) -> tuple[str, ...]:
        """The known forms that the typed word allows (`matches`), most frequent first."""
        return tuple(form.exact for form in self._allowed(word))

    def _allowed(self, word: str) -> list[Form]:
        forms = self._variants(fold(word))
        return [forms[i] for i in asking_no_more(word, [form.exact for form in forms])]

    def count(self, word: str) -> int:
        """How often an exact form stands in the text."""
        return next((f.times for f in self._variants(fold(word)) if f.exact == word), 0)

    def has(self, exact: str) -> bool:
        """Whether an exact form is in the text."""
        return any(form.exact == exact for form in self._variants(fold(exact)))

    def knows(self, word: str) -> bool:
        """Whether some form that the typed word allows is in the text."""
        return bool(self._allowed(word))

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
        in_full = n == 1 and self.typed_in_full(words)
        if in_full and all(map(self.has, words)):
            if len(words) > _FEW_WORDS or not self._is_odd(words):
                return [Reading(tuple(words), 0.0)]
            in_full = False
        choices = [self._choices(word) for word in words]
        if in_full:
            choices = [
                [choice for choice in some if choice[0].exact == word] or some
                for word, some in zip(words, choices, strict=True)
            ]
        return self._search(choices, n)

    def typed_in_full(self, words: Sequence[str]) -> bool:
        """Whether a query with these words probably has all its marks.

        The odds of a reader who types all marks against one who leaves out every other: of words
        with marks, and of words without, which are rare where the text has the letters with marks.
        """
        odds = _IN_FULL
        for word in words:
            if not word.isascii():
                odds += math.log(2)
            else:
                share = self.share(word)
                odds += math.log(share / (0.5 + 0.5 * share))
        return odds > 0

    def _is_odd(self, words: Sequence[str]) -> bool:
        """Whether some word without a tone hardly stands beside its neighbours in any text, and
        another form of it does, often: `lang sơn`, `quốc hôi`."""
        for i, word in enumerate(words):
            pairs = [(at, words[at : at + 2]) for at in (i - 1, i) if 0 <= at < len(words) - 1]
            if (
                not word.isalpha()
                or split_marks(word).tone
                or sum(self.articles(pair) for _, pair in pairs) > _HARDLY
            ):
                continue
            known = [(form, 0.0) for form in self._allowed(word)]
            if len(known) < 2:
                continue
            counts: dict[str, int] = {}
            for at, pair in pairs:
                beside = [(Form(pair[at == i], 0, 0, 0), 0.0)]
                choices = (known, beside) if at == i else (beside, known)
                for forms, count in self.pair_counts(choices)[0].items():
                    form = forms[at < i]
                    counts[form] = counts.get(form, 0) + count
            own, most = counts.get(word, 0), max(counts.values(), default=0)
            if most >= (_FAR_MORE * own if own else _ODD):
                return True
        return False

    def _choices(self, word: str) -> list[tuple[Form, float]]:
        """The forms a typed word may stand for, with the price of each."""
        known = self._allowed(word)[:_MAX_FORMS]
        return [(f, 0.0) for f in known] or [(Form(word, 0, 0, 0), 0.0)]

    def correct(self, words: Sequence[str], *, rare: Container[str] = ()) -> Reading | None:
        """The likeliest correction, or None where every word is known.

        Only words that no known form fits, and those that are `rare`, are changed, by one letter
        (put in, left out, wrong or two swapped) or by their marks (hỏi for ngã); the words around
        them decide.
        """
        unknown = [word in rare or not self.knows(word) for word in words]
        if not any(unknown):
            return None
        # Where so much is unknown it is no slip, and looking for what it might be takes long.
        is_slip = sum(unknown) <= _MOST_SLIPS
        choices = [
            self._slips(word) if is_unknown and is_slip else self._choices(word)
            for word, is_unknown in zip(words, unknown, strict=True)
        ]
        choices = [  # what is rare is not meant
            [choice for choice in some if choice[0].exact != word] or some if word in rare else some
            for word, some in zip(words, choices, strict=True)
        ]
        best = self._search(choices, 1)[0]
        return None if best.words == tuple(words) else best

    def taken_apart(self, word: str) -> tuple[str, ...]:
        """The parts of a word that was joined (`langson`, `tửvong`, `tphcm`), with the marks that
        were typed, or () where there are none that stand side by side in the text, each pair more
        than once."""
        folded = fold(word)
        if mixed := _LETTERS_AND_DIGITS.fullmatch(folded):
            one, two = filter(None, mixed.groups())
            return (one, two) if self.side_by_side(one, two) else ()
        least = _LEAST_JOINED - has_marks(word)
        if not least <= len(folded) <= _MOST_JOINED or not folded.isalpha():
            return ()
        typed = word if len(word) == len(folded) else folded
        size = len(typed)
        places = [
            (i, j)
            for i in range(size)
            for j in range(i + 1, min(i + _MOST_LETTERS, size) + 1)
            if j > i + 1 or has_marks(typed[i:j])  # ở, ý
        ]
        known = set(self.known_among(sorted({folded[i:j] for i, j in places})))
        parts = {(i, j): exact_form(typed[i:j]) for i, j in places if folded[i:j] in known}
        # By end and last part: the least count of a pair on the best way there, and the way.
        ways: list[dict[str, tuple[int, tuple[str, ...]]]] = [{} for _ in range(size + 1)]
        for end in range(1, size + 1):
            for start in range(max(0, end - _MOST_LETTERS), end):
                last = parts.get((start, end))
                if last is None or not self.knows(last):
                    continue
                if not start:
                    ways[end][last] = (_BOUNDLESS, (last,))
                    continue
                for before, (least, way) in ways[start].items():
                    often = min(least, self.side_by_side(before, last))
                    if often > 1 and often > ways[end].get(last, (0,))[0]:
                        ways[end][last] = (often, (*way, last))
        found = [way for way in ways[size].values() if len(way[1]) > 1]
        return max(found, key=lambda way: (-len(way[1]), way[0]))[1] if found else ()

    def side_by_side(self, first: str, second: str) -> int:
        """In about how many articles two words stand side by side as they may be read."""
        left, right = ([(f, 0.0) for f in self._allowed(word)] for word in (first, second))
        return sum(self.pair_counts([left, right])[0].values())

    def beside(self, first: str, second: str) -> int:
        """In about how many articles two exact forms stand side by side."""
        choices = [[(Form(form, 0, 0, 0), 0.0)] for form in (first, second)]
        return self.pair_counts(choices)[0].get((first, second), 0)

    def _slips(self, word: str) -> list[tuple[Form, float]]:
        folded = fold(word)
        found = [(f, _price_of_marks(word, f.exact)) for f in self._variants(folded)]
        # In another script a letter is as much as a syllable.
        own_script = _LATIN.fullmatch(word)
        if own_script and 2 <= len(folded) <= _LONGEST_WORD and not folded.isdigit():
            for near in self.known_among(list(_one_letter_away(folded))):
                for form in self._variants(near):
                    # Marks that were typed still say something about the word that was meant.
                    price = _SLIP + (0.0 if _marks_agree(word, form.exact) else _WRONG_SHAPE / 2)
                    found.append((form, price))
        found.sort(key=lambda choice: choice[1] - math.log(choice[0].times + 1))
        return found[: 2 * _MAX_FORMS] or [(Form(word, 0, 0, 0), 0.0)]

    def _search(self, choices: Choices, n: int) -> list[Reading]:
        """Beam search; for n = 1, hypotheses that end in the same two words are one."""
        pairs = self.pair_counts(choices)
        choices = _promising(choices, pairs)
        triples = self.triple_counts(choices, pairs)
        beam: list[_Hypothesis] = [
            (math.log((form.times + 0.1) / self.tokens) - price, (form,))
            for form, price in choices[0]
        ]
        beam.sort(key=_by_score)
        del beam[_BEAM:]
        for i in range(1, len(choices)):
            counts, after = pairs[i - 1], choices[i]
            rivals: list[_Hypothesis] = []
            after_form: dict[str, list[tuple[Form, float, float]]] = {}
            for score, path in beam:
                last = path[-1]
                if last.exact not in after_form:
                    after_form[last.exact] = [
                        (form, price, self._after(last, form, counts.get((last.exact, form.exact))))
                        for form, price in after
                    ]
                options = after_form[last.exact]
                before = 0
                if i > 1:
                    before = pairs[i - 2].get((path[-2].exact, last.exact), 0)
                if not before:
                    rivals.extend(
                        (score + math.log(p) - price, (*path, form)) for form, price, p in options
                    )
                    continue
                seen = triples[i - 2]
                rest = max(_DISCOUNT_TRIPLE * before ** (_FOLLOWERS - 1), _LEAST_REST)
                for form, price, p in options:
                    triple = seen.get((path[-2].exact, last.exact, form.exact), 0)
                    p = min(1.0, max(triple - _DISCOUNT_TRIPLE, 0.0) / before + rest * p)
                    rivals.append((score + math.log(p) - price, (*path, form)))
            rivals.sort(key=_by_score)
            beam = rivals[:_BEAM] if n > 1 else _different_tails(rivals)
        return [Reading(tuple(f.exact for f in path), score) for score, path in beam[:n]]

    def _after(self, first: Form, second: Form, seen: int | None) -> float:
        """The probability of `second` after `first`, beside which it was seen so often."""
        lower = (second.contexts + 0.1) / self.contexts_total
        if not first.times:
            return min(1.0, lower)
        known = max((seen or 0) - _DISCOUNT_PAIR, 0.0)
        return min(1.0, (known + _DISCOUNT_PAIR * max(first.followers, 1) * lower) / first.times)


def _by_score(hypothesis: _Hypothesis) -> float:
    return -hypothesis[0]


def _different_tails(rivals: Iterable[_Hypothesis]) -> list[_Hypothesis]:
    """The best hypotheses, one for each two last words."""
    best: dict[tuple[str, str], _Hypothesis] = {}
    for hypothesis in rivals:
        *_, one, two = hypothesis[1]
        if best.setdefault((one.exact, two.exact), hypothesis) is hypothesis and len(best) == _BEAM:
            break
    return list(best.values())


def _promising(
    choices: Sequence[Sequence[tuple[Form, float]]], pairs: list[dict[tuple[str, str], int]]
) -> list[list[tuple[Form, float]]]:
    """The choices that have a chance, by position."""
    counts = [{form.exact: form.times for form, _ in choice} for choice in choices]
    ties: list[tuple[dict[str, float], dict[str, float]]] = [({}, {}) for _ in choices]
    for i, seen in enumerate(pairs):
        to_right, to_left = ties[i][1], ties[i + 1][0]
        for (a, b), count in seen.items():
            # What any Vietnamese text has beside each other, these articles may not have at all.
            tie = count * count / max(1, counts[i][a] * counts[i + 1][b])
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


def is_swapped(typed: str, meant: str) -> bool:
    """Whether two neighbouring letters changed places.

    >>> is_swapped("nma", "nam"), is_swapped("nma", "man"), is_swapped("nam", "nam")
    (True, False, False)
    """
    if len(typed) != len(meant):
        return False
    wrong = [i for i, (a, b) in enumerate(zip(typed, meant, strict=True)) if a != b]
    match wrong:
        case [i, j]:
            return j == i + 1 and typed[i] == meant[j] and typed[j] == meant[i]
        case _:
            return False


def _price_of_marks(typed: str, meant: str) -> float:
    """What it takes to have typed other marks on the same letters.

    >>> _price_of_marks("tữ", "tử") < _price_of_marks("tữ", "tự") < _price_of_marks("cuậ", "của")
    True
    """
    (letters, tone), (others, other) = split_marks(typed), split_marks(meant)
    price = 0.0 if letters == others else _WRONG_SHAPE
    if tone == other:
        return price
    return price + (_HOI_FOR_NGA if {tone, other} == {TONES[2], TONES[3]} else _WRONG_TONE)


def _marks_agree(typed: str, written: str) -> bool:
    """Whether every marked letter that was typed is in the written word."""
    return all(c.isascii() or c in written for c in typed)
