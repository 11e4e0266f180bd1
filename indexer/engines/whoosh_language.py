"""The statistics of the language, read from the index itself.

Everything that restoring marks needs is there already: in how many articles each form stands, and
each pair of forms side by side. So there is nothing to learn when articles come, nothing to store,
and what is restored is always up to date. The pairs that are common everywhere (`restore.common`)
stand beside them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from indexer.columnar.arrays import I64, Ints, highest
from indexer.columnar.coded import NOTHING, Coded, common, docs_of, holders
from indexer.columnar.open_part import OpenPart
from indexer.restore.common import common_forms, common_pairs, common_totals
from indexer.restore.model import Choices, Form, SyllableModel
from indexer.vietnamese import fold, matches, matches_prefix

_REMEMBERED, _FEW_REMEMBERED = 1 << 14, 1 << 9
_LOOKED_AT = 12  # articles, for how words are written
_FOLLOWERS = 64  # words that are looked at for completions


class IndexLanguage(SyllableModel):
    """A `SyllableModel` whose counts are those of the parts of a snapshot (counts of articles)."""

    def __init__(self, parts: Sequence[OpenPart]) -> None:
        super().__init__()
        self._parts = [part for part in parts if part.n]
        times, contexts = common_totals()
        self.tokens = times + sum(int(p.segment.words.df.sum()) for p in self._parts)
        self.contexts_total = contexts + sum(int(p.different_before.sum()) for p in self._parts)
        self._size = sum(len(part.segment.exact) for part in self._parts)
        self._shares: dict[str, float] = {}
        self._articles = lru_cache(maxsize=_FEW_REMEMBERED)(self._find_articles)
        self._found = lru_cache(maxsize=_REMEMBERED)(self._find_list)
        self._follower = lru_cache(maxsize=_REMEMBERED)(self._find_follower)
        self._pair = lru_cache(maxsize=_REMEMBERED)(self._find_pair)

    def __len__(self) -> int:
        return self._size

    def find_variants(self, folded: str) -> tuple[Form, ...]:
        """Every form of a folded word, most frequent first."""
        times: dict[str, int] = {}
        followers: dict[str, int] = {}
        contexts: dict[str, int] = {}
        for part in self._parts:
            segment = part.segment
            number = segment.folded.find(folded)
            if number < 0:
                continue
            variants = segment.variants(number)
            here = slice(variants.start, variants.stop)
            for form, n, before, (different, total) in zip(
                segment.exact.some(variants),
                segment.words.df[here].tolist(),
                part.different_before[here].tolist(),
                part.followers(number),
                strict=True,
            ):
                # What follows it adds up to this, so that shares of it add up to one.
                times[form] = times.get(form, 0) + max(n, total)
                followers[form] = followers.get(form, 0) + different
                contexts[form] = contexts.get(form, 0) + before
        for usual in common_forms(folded):
            if usual.exact in times:  # what no article has is of no use
                times[usual.exact] += usual.times
                followers[usual.exact] += usual.followers
                contexts[usual.exact] += usual.contexts
        found = [Form(form, n, followers[form], contexts[form]) for form, n in times.items()]
        return tuple(sorted(found, key=lambda form: -form.times))

    def knows(self, word: str) -> bool:
        """Whether some form that the typed word allows is in the text."""
        # The numbers of a word are wanted again when it is looked for; its forms seldom are.
        for part in self._parts:  # noqa: SIM110 - a loop: it is asked for every word of every query
            if part.numbers(word).compatible != ():
                return True
        return False

    def has(self, exact: str) -> bool:
        """Whether an exact form is in the text."""
        return any(part.numbers(exact).exact >= 0 for part in self._parts)

    def share(self, exact: str) -> float:
        """How much of what has the letters of a form is that form."""
        known = self._shares.get(exact)
        if known is None:
            if len(self._shares) >= _REMEMBERED:
                self._shares.clear()
            known = self._shares[exact] = self._find_share(exact)
        return known

    def _find_share(self, exact: str) -> float:
        own = every = 0.01
        for part in self._parts:
            numbers = part.numbers(exact)
            if numbers.folded >= 0:
                words = part.segment.words
                variants = part.segment.variants(numbers.folded)
                every += float(words.df[variants.start : variants.stop].sum())
                own += words.count(numbers.exact) if numbers.exact >= 0 else 0
        return own / every

    def known_among(self, folded: Sequence[str]) -> list[str]:
        """Those of some folded words that the index has."""
        return [w for w in folded if any(p.segment.folded.find(w) >= 0 for p in self._parts)]

    def pair_counts(self, choices: Choices) -> list[dict[tuple[str, str], int]]:
        """Counts of the pairs that the choices can form, by position of the first."""
        groups: list[dict[str, set[str]]] = [{} for _ in choices]
        for group, choice in zip(groups, choices, strict=True):
            for form, _ in choice:
                group.setdefault(fold(form.exact), set()).add(form.exact)
        return [
            {
                pair: count
                for x, ones in left.items()
                for y, others in right.items()
                for pair, count in self._pair(x, y).items()
                if pair[0] in ones and pair[1] in others
            }
            for left, right in pairwise(groups)
        ]

    def _find_pair(self, first: str, second: str) -> dict[tuple[str, str], int]:
        """By pair of forms of two folded words, in how many articles they stand side by side."""
        counts: dict[tuple[str, str], int] = {}
        for part in self._parts:
            segment = part.segment
            a, b = segment.folded.find(first), segment.folded.find(second)
            if a < 0 or b < 0:
                continue
            for x, y, times in part.beside(a, b):
                pair = segment.exact[x], segment.exact[y]
                counts[pair] = counts.get(pair, 0) + times
        for pair, times in common_pairs(first, second):
            counts[pair] = counts.get(pair, 0) + times
        return counts

    def triple_counts(
        self, choices: Choices, pairs: list[dict[tuple[str, str], int]]
    ) -> list[dict[tuple[str, str, str], int]]:
        """About how many articles hold three forms in a row: those that hold both pairs."""
        forms = [{form.exact for form, _ in choice} for choice in choices]
        found: list[dict[tuple[str, str, str], int]] = []
        for i in range(len(choices) - 2):
            counts: dict[tuple[str, str, str], int] = {}
            if max(map(len, forms[i : i + 3])) > 1:  # else there is nothing to choose
                left = [p for p in pairs[i] if p[0] in forms[i] and p[1] in forms[i + 1]]
                right = [p for p in pairs[i + 1] if p[0] in forms[i + 1] and p[1] in forms[i + 2]]
                for a, b in left:
                    for b2, c in right:
                        if b == b2:
                            counts[a, b, c] = self._both(a, b, c)
            found.append(counts)
        return found

    def _both(self, a: str, b: str, c: str) -> int:
        count = 0
        for part in self._parts:
            one, two = self._found(part, a, b), self._found(part, b, c)
            if not one.df or not two.df:
                continue
            pair, many = ((a, b), two) if one.df < two.df else ((b, c), one)
            count += len(holders(self._articles(part, *pair), many))
        return count

    def articles(self, forms: Sequence[str]) -> int:
        """In about how many articles exact forms stand side by side: all pairs of neighbours do."""
        count = 0
        for part in self._parts:
            if len(forms) == 1:
                count += part.numbers(forms[0]).df
                continue
            lists: list[Coded] = []
            for pair in pairwise(forms):
                if not (found := self._found(part, *pair)).df:
                    break
                lists.append(found)
            else:
                count += lists[0].df if len(lists) == 1 else len(common(lists))
        return count

    def followers(self, first: str, start: str) -> dict[tuple[str, ...], int]:
        """The most frequent words after a typed word that begin with `start`: the forms of both,
        and in how many articles they stand side by side."""
        counts: dict[tuple[str, ...], int] = {}
        for part in self._parts:
            segment = part.segment
            folded = part.numbers(first).folded
            second = segment.folded_range(fold(start)) if start else range(len(segment.folded))
            if folded < 0 or not len(second):
                continue
            entries = segment.pairs.between(folded, second)
            often = segment.pairs.counts(entries.start, entries.stop)
            for at in _most_frequent(often, _FOLLOWERS):
                pair = tuple(
                    map(segment.exact.__getitem__, segment.pairs.forms(entries[at], folded))
                )
                if matches(first, pair[0]) and (not start or matches_prefix(start, pair[1])):
                    counts[pair] = counts.get(pair, 0) + int(often[at])
        return counts

    def follower(self, form: str) -> str:
        """The form that stands most often after an exact form; "" for none."""
        return self._follower(form)

    def _find_follower(self, form: str) -> str:
        counts: Counter[str] = Counter()
        for part in self._parts:
            exact, folded, *_ = part.numbers(form)
            if exact < 0:
                continue
            pairs = part.segment.pairs
            entries = pairs.between(folded, range(len(part.segment.folded)))
            variant = pairs.variant[entries.start : entries.stop]
            own = np.flatnonzero(variant == exact - part.segment.variants(folded).start)
            often = pairs.counts(entries.start, entries.stop)[own]
            for at in _most_frequent(often, 1):
                second = pairs.forms(entries[int(own[at])], folded)[1]
                counts[part.segment.exact[second]] += int(often[at])
        return counts.most_common(1)[0][0] if counts else ""

    def beginning(self, start: str) -> list[tuple[str, int]]:
        """The most frequent forms that begin with `start`, and in how many articles they stand."""
        counts: Counter[str] = Counter()
        for part in self._parts:
            segment = part.segment
            folded = segment.folded_range(fold(start))
            if not len(folded):
                continue
            first, last = segment.folded_first[[folded.start, folded.stop]].tolist()
            df = segment.words.df[first:last]
            for at in _most_frequent(df, _FOLLOWERS):
                form = segment.exact[first + at]
                if matches_prefix(start, form):
                    counts[form] += int(df[at])
        return counts.most_common(_FOLLOWERS)

    def _find_list(self, part: OpenPart, first: str, second: str) -> Coded:
        pair = part.numbers(first).exact, part.numbers(second).exact
        (entry,) = part.segment.pairs.of_exact([pair])
        return part.segment.pairs.coded(entry) if entry >= 0 else NOTHING

    def _find_articles(self, part: OpenPart, first: str, second: str) -> I64:
        return docs_of(self._found(part, first, second))

    def surface(self, word: str) -> str:
        """How an exact form is written most often (`mĩ` → `Mỹ`)."""
        for part in self._parts:
            number = part.numbers(word).exact
            if number >= 0:
                order, starts = part.raw_by_exact
                if starts[number] < starts[number + 1]:
                    # Raw numbers are in order of frequency.
                    return part.segment.raw[int(order[starts[number]])]
        return word

    def surfaces(self, words: Iterable[str]) -> str:
        """Forms side by side as most articles write them: `Nguyễn Phú Trọng`, `trọng tài`."""
        forms = tuple(words)
        ways: Counter[tuple[str, ...]] = Counter()
        for part in self._parts if len(forms) > 1 else ():
            ways.update(self._written(part, forms))
        if not ways:
            return super().surfaces(forms)
        return " ".join(ways.most_common(1)[0][0])

    def _written(self, part: OpenPart, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """How some articles of a part write the words where they stand side by side."""
        articles: I64 | None = None
        for one, two in pairwise(words):
            held = self._articles(part, one, two)
            articles = held if articles is None else np.intersect1d(articles, held)
        if articles is None or not len(articles):
            return
        segment = part.segment
        some = articles[:: -(-len(articles) // _LOOKED_AT)]
        tokens = segment.tokens_of(some)[0]
        exact = segment.raw_exact[tokens]
        numbers = [part.numbers(word).exact for word in words]
        here = np.flatnonzero(exact == numbers[0])
        for after, number in enumerate(numbers[1:], 1):
            here = here[here + after < len(exact)]
            here = here[exact[here + after] == number]
        for at in here.tolist():
            yield tuple(segment.raw[int(raw)] for raw in tokens[at : at + len(words)])


def _most_frequent(counts: Ints, most: int) -> list[int]:
    """The places of the greatest counts, greatest first."""
    if not len(counts):
        return []
    top = highest(counts.astype(np.float32), most)
    found: list[int] = top[np.argsort(-counts[top].astype(np.int64), kind="stable")][:most].tolist()
    return found
