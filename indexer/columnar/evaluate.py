"""Query trees over the arrays: which articles, in which order, how many.

Matching decides what is a result (`matching`); ranking uses all the evidence there is (`scoring`,
`candidates`, `feedback`). A plain query of few words finds the articles with all of them. Where
there is none, and for long queries that hardly any article fulfils, it finds those that hold most
of it, rare words weighing most; `Found.relaxed` names the words that some result lacks.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from indexer.columnar.arrays import F32, I64, U8, Bools, highest
from indexer.columnar.candidates import evidence
from indexer.columnar.counting import count_groups, facet_counts, filtered, members_of
from indexer.columnar.feedback import feedback
from indexer.columnar.lists import QueryLists, holders
from indexer.columnar.matching import mask_of
from indexer.columnar.open_part import OpenPart, Part
from indexer.columnar.recency import recency_factors
from indexer.columnar.records import UNDATED
from indexer.columnar.scoring import Plan, first_phase, idf, plan_for
from indexer.models import And, FacetValue, Node, Not, Or, Phrase, Query, Sort, Term
from indexer.vietnamese import exact_forms

# Candidates of the second phase. The figures of 50 and of 200 differ by a tenth of a point.
RERANKED = 50
# By the number of words up to which it holds: how many articles must hold all the words for these
# to be the results, and else what a result must hold, of the greatest idf sum that any holds.
# Strictness costs relevance (articles about the same event that lack one word of a headline: nDCG
# of topics falls from .95 to .84 if one article that holds all of 8 words hides the others), so it
# falls with the length. In a small index fewer articles are enough: one of every 500.
_RULES = ((3, 1, 0.75), (8, 10, 0.4), (10**9, 20, 0.25))
_ARTICLES_PER_ENOUGH = 500
# Words of more articles than this share say too little to ask for when a query is relaxed.
_SAYS_LITTLE = 0.4
_TEXT_FIELDS = (None, "title", "lead", "body", "caption")


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """One result: its number, its score, the results that are near copies of it."""

    number: int
    score: float
    duplicates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: `total` results, `groups` with near copies folded, the slice asked for."""

    total: int
    groups: int
    hits: tuple[FoundArticle, ...]
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    relaxed: tuple[str, ...] = ()
    timed_out: bool = False


def words_of(query: Query) -> tuple[str, ...]:
    """The words of a query that are scored, as typed, in order: what a reading is made for.

    >>> from indexer.query import parse_query
    >>> words_of(parse_query('lang son -"ha noi" title:tin'))
    ('lang', 'son', 'tin')
    """
    return tuple(word for run in _runs(query) for word in run)


def _runs(query: Query) -> list[list[str]]:
    """Words that stand side by side in the query, by run."""
    if query.plain:
        forms = exact_forms(query.text)
        return [forms] if forms else []
    return [run for run in _runs_of(query.root) if run]


def _runs_of(node: Node | None) -> Iterator[list[str]]:
    match node:
        case Term() if node.field in _TEXT_FIELDS:
            yield [node.text]
        case Phrase() if node.field in _TEXT_FIELDS:
            yield list(node.words)
        case And():
            run: list[str] = []
            for child in node.children:
                if isinstance(child, Term | Phrase):
                    run.extend(word for words in _runs_of(child) for word in words)
                elif not isinstance(child, Not):
                    yield run
                    run = []
                    yield from _runs_of(child)
            yield run
        case Or():
            for child in node.children:
                yield from _runs_of(child)
        case _:
            return


class _Wanted:
    """The distinct words that results should hold, with the number of articles of each."""

    def __init__(self, words: Iterable[str], lists: Sequence[QueryLists], *, typed: bool) -> None:
        self._lists, self._typed = lists, typed
        self.counts = {
            word: sum(mine.count(word, typed=typed) for mine in lists)
            for word in dict.fromkeys(words)
        }

    def line(self, part: int, word: str) -> I64 | U8:
        """What a word finds in a part: article numbers, or a byte for each article."""
        mine = self._lists[part]
        return mine.typed(word) if self._typed else mine.read(word)


class Evaluator:
    """Answers queries about the parts of one snapshot. Safe to use from several threads."""

    def __init__(self, parts: Iterable[Part], *, known: Evaluator | None = None) -> None:
        """`known`: the evaluator of an older snapshot; what it derived of parts that are still
        there is kept."""
        old = {id(part.segment): part for part in (known.parts if known else ())}
        self.parts: list[OpenPart] = [
            OpenPart(part, known=old.get(id(part.segment))) for part in parts
        ]
        self.articles = sum(part.live_count for part in self.parts)

    # ------------------------------------------------------------------------------ results

    def count(self, query: Query) -> int:
        """How many articles hold what the query says, nothing relaxed."""
        return sum(int(np.count_nonzero(mask_of(part, query.root))) for part in self.parts)

    def search(
        self,
        query: Query,
        *,
        reading: Sequence[str] | None = None,
        offset: int = 0,
        limit: int = 10,
        sort: Sort = Sort.RELEVANCE,
        filters: Mapping[str, Sequence[str]] | None = None,
        facets: Iterable[str] = (),
        time_limit_s: float | None = None,
        recency_days: float | None = None,
    ) -> Found:
        """Find and rank. `reading`: for each of `words_of(query)` the exact form it stands for."""
        deadline = None if time_limit_s is None else time.monotonic() + time_limit_s
        lists = [QueryLists(part) for part in self.parts]
        masks, total, relaxed = self._results(query, lists, filters or {}, reading)
        counted = facet_counts(self.parts, masks, facets)
        if not total:
            return Found(0, 0, (), counted, relaxed)
        groups = count_groups(self.parts, masks, total)
        typed, runs = runs_of(query, reading)
        timed_out = False
        if sort is Sort.RELEVANCE and runs:
            plan = plan_for(self.parts, typed, runs)
            scores = first_phase(lists, plan)
            timed_out = deadline is not None and time.monotonic() > deadline
            factors = recency_factors(self.parts, recency_days) if recency_days else None
            ranked = self._by_score(
                plan, scores, masks, offset + limit, total, quick=timed_out, factors=factors
            )
        else:
            ranked = self._by_time(masks, sort, total)
        hits = self._page(ranked, masks, offset, limit, folded=groups < total)
        return Found(total, groups, tuple(hits), counted, relaxed, timed_out)

    def _results(
        self,
        query: Query,
        lists: Sequence[QueryLists],
        filters: Mapping[str, Sequence[str]],
        reading: Sequence[str] | None,
    ) -> tuple[list[Bools], int, tuple[str, ...]]:
        """The results as masks, how many they are, and the words set aside."""
        kept = [filtered(part, filters) if filters else None for part in self.parts]
        words = _relaxable(query)
        if len(words) < 2:
            masks = [mask_of(part, query.root) for part in self.parts]
            _keep(masks, kept)
            return masks, _count(masks), ()
        enough, share = next((e, share) for most, e, share in _RULES if len(words) <= most)
        enough = min(enough, 1 + self.articles // _ARTICLES_PER_ENOUGH)
        if len(words) > _RULES[0][0]:
            # Words without marks fit nearly anything; what was meant, the reading says.
            read = reading is not None and len(reading) == len(words)
            wanted = _Wanted(reading if read and reading else words, lists, typed=not read)
        else:
            wanted = _Wanted(words, lists, typed=True)
        if _only_words(query):
            whole = [_all_of(mine, words) for mine in lists]
        else:
            whole = [mask_of(part, query.root) for part in self.parts]
        _keep(whole, kept)
        total = _count(whole)
        if total and (enough == 1 or len(words) <= _RULES[0][0]):
            return whole, total, ()
        return self._relaxed(wanted, kept, share, whole, enough=enough)

    def _relaxed(
        self,
        wanted: _Wanted,
        kept: Sequence[Bools | None],
        share: float,
        whole: list[Bools],
        *,
        enough: int,
    ) -> tuple[list[Bools], int, tuple[str, ...]]:
        """The articles that hold most of the words, and the words that some of them lack.

        `whole` are those that hold all the words as typed: always results, and the only ones where
        `enough` of them hold all the words as they are meant (`wanted`).
        """
        there = {word: df for word, df in wanted.counts.items() if df}
        little = _SAYS_LITTLE * self.articles
        telling = {word: df for word, df in there.items() if df <= little} or there
        covers = []
        for i, (part, only) in enumerate(zip(self.parts, kept, strict=True)):
            cover = np.zeros(part.n, np.float32)
            for word, df in telling.items():
                line = wanted.line(i, word)
                gain = np.float32(idf(df, self.articles))
                if line.dtype == np.uint8:
                    cover += (line != 0) * gain
                else:
                    cover[line] += gain
            for allowed in (part.live, only):
                if allowed is not None:
                    cover *= allowed
            covers.append(cover)
        most = max((float(cover.max(initial=0)) for cover in covers), default=0.0)
        if most <= 0:
            return whole, _count(whole), ()
        least = np.float32(share * most)
        results = [(cover >= least) | mask for cover, mask in zip(covers, whole, strict=True)]
        total = _count(results)
        if total >= enough and len(there) == len(wanted.counts):
            everything = np.float32(0.9999 * sum(idf(df, self.articles) for df in telling.values()))
            full = [cover >= everything for cover in covers]
            if _count(full) >= enough:
                _keep_common(full, wanted, [word for word in there if word not in telling])
                if _count(full) >= enough:
                    return whole, _count(whole), ()
        relaxed = []
        for word, df in wanted.counts.items():
            held = 0
            if df >= total:
                for i, mask in enumerate(results):
                    line = wanted.line(i, word)
                    dense = line.dtype == np.uint8
                    held += int(np.count_nonzero(mask & (line != 0) if dense else mask[line]))
            if held < total:
                relaxed.append(word)
        return results, total, tuple(relaxed)

    # -------------------------------------------------------------------------------- order

    def _by_score(
        self,
        plan: Plan,
        scores: Sequence[F32],
        masks: Sequence[Bools],
        wanted: int,
        total: int,
        *,
        quick: bool,
        factors: Sequence[F32] | None = None,
    ) -> Iterator[tuple[int, float]]:
        """Results best first: the candidates with all the evidence, then the rest.

        `factors`: what the score of each article is multiplied by, by part.
        """
        plain = scores
        if factors is not None:
            scores = [score * factor for score, factor in zip(scores, factors, strict=True)]
        numbers, values = self._best(scores, masks, max(RERANKED, wanted + RERANKED // 2), total)
        if not quick:
            head = min(RERANKED, len(numbers))
            if factors is None:
                numbers[:head], values[:head] = self.rerank(plan, numbers[:head], values[:head])
            else:
                own = self._of(plain, numbers[:head])
                best, own = self.rerank(plan, numbers[:head], own)
                own *= self._of(factors, best)
                order = np.lexsort((-best, -own))
                numbers[:head], values[:head] = best[order], own[order]
            values[head:] = np.minimum(values[head:], values[head - 1] if head else 0)
        yield from zip(numbers.tolist(), values.tolist(), strict=True)
        if len(numbers) < total:  # someone pages far
            more, values = self._best(scores, masks, total, total)
            seen = set(numbers.tolist())
            for number, value in zip(more.tolist(), values.tolist(), strict=True):
                if number not in seen:
                    yield number, value

    def _of(self, lines: Sequence[F32], numbers: I64) -> F32:
        """The values of some articles, of one value for each article of each part."""
        values = np.zeros(len(numbers), np.float32)
        for part, line in zip(self.parts, lines, strict=True):
            mine = (numbers >= part.base) & (numbers < part.base + part.n)
            values[mine] = line[numbers[mine] - part.base]
        return values

    def _best(
        self, scores: Sequence[F32], masks: Sequence[Bools], size: int, total: int
    ) -> tuple[I64, F32]:
        """The `size` results with the greatest scores, ordered; ties by number, newest first."""
        numbers, values = [], []
        for part, score, mask in zip(self.parts, scores, masks, strict=True):
            rows = np.flatnonzero(mask)
            line = score[rows]
            if len(line) > size:
                top = highest(line, size)
                rows, line = rows[top], line[top]
            numbers.append(rows + part.base)
            values.append(line)
        number, value = np.concatenate(numbers), np.concatenate(values)
        order = np.lexsort((-number, -value))[:size]
        return number[order], value[order]

    def rerank(self, plan: Plan, numbers: I64, scores: F32) -> tuple[I64, F32]:
        """Candidates with all the evidence, best first."""
        scores = scores.copy()
        signatures: list[tuple[I64, np.ndarray, np.ndarray]] = []
        for part in self.parts:
            mine = np.flatnonzero((numbers >= part.base) & (numbers < part.base + part.n))
            if not len(mine):
                continue
            rows = numbers[mine] - part.base
            found = evidence(part, plan, rows, candidates=len(numbers))
            scores[mine] += found.total()
            segment = part.segment
            signatures.append(
                (mine, segment.signature_words[rows], segment.signature_weights[rows])
            )
        if not signatures:
            return numbers, scores
        order = np.lexsort((-numbers, -scores))
        words = np.zeros((len(numbers), signatures[0][1].shape[1]), np.uint16)
        weights = np.zeros(words.shape, np.uint8)
        for mine, some_words, some_weights in signatures:
            words[mine], weights[mine] = some_words, some_weights
        numbers, scores = numbers[order], scores[order]
        scores = scores + feedback(scores, words[order], weights[order])
        order = np.lexsort((-numbers, -scores))
        return numbers[order], scores[order]

    def _by_time(
        self, masks: Sequence[Bools], sort: Sort, total: int
    ) -> Iterator[tuple[int, float]]:
        """Results by date of publication, newest first or oldest first; undated ones last."""
        numbers, dates = [], []
        for part, mask in zip(self.parts, masks, strict=True):
            rows = np.flatnonzero(mask)
            numbers.append(rows + part.base)
            dates.append(part.segment.published[rows])
        number, date = np.concatenate(numbers), np.concatenate(dates)
        undated = date == UNDATED
        key = date if sort is Sort.OLDEST else -np.where(undated, 0, date)
        for number_ in number[np.lexsort((-number, key, undated))].tolist():
            yield number_, 0.0

    def _page(
        self,
        ranked: Iterator[tuple[int, float]],
        masks: Sequence[Bools],
        offset: int,
        limit: int,
        *,
        folded: bool,
    ) -> Iterator[FoundArticle]:
        """The slice of the ranking, near copies folded under the first of them."""
        seen: set[int] = set()
        place = 0
        for number, score in ranked:
            if place >= offset + limit:
                return
            group = self.group_of(number) if folded else 0
            if group in seen:
                continue
            if group:
                seen.add(group)
            place += 1
            if place <= offset:
                continue
            copies: tuple[int, ...] = ()
            if group:
                copies = tuple(n for n in members_of(self.parts, masks, group) if n != number)
            yield FoundArticle(number, float(score), copies)

    def part_of(self, number: int) -> OpenPart:
        """The part that an article is in."""
        return next(part for part in self.parts if part.base <= number < part.base + part.n)

    def group_of(self, number: int) -> int:
        """The group of near copies of an article; 0 for none."""
        part = self.part_of(number)
        return int(part.segment.group[number - part.base])


def _keep(masks: Sequence[Bools], kept: Sequence[Bools | None]) -> None:
    for mask, only in zip(masks, kept, strict=True):
        if only is not None:
            mask &= only


def _only_words(query: Query) -> bool:
    return isinstance(query.root, And) and all(isinstance(c, Term) for c in query.root.children)


def _all_of(lists: QueryLists, words: Iterable[str]) -> Bools:
    """The live articles that hold all the words: `mask_of`, with lists that scoring needs too."""
    lines = sorted((lists.typed(word) for word in words), key=len)
    first = lines[0]
    articles = np.flatnonzero(first) if first.dtype == np.uint8 else first.astype(np.int64)
    for line in lines[1:]:
        articles = holders(articles, line)
    if lists.part.live is not None:
        articles = articles[lists.part.live[articles]]
    return lists.part.mask(articles)


def _keep_common(masks: Sequence[Bools], wanted: _Wanted, words: Iterable[str]) -> None:
    """Of the articles only those that hold these words too."""
    for i, mask in enumerate(masks):
        for word in words:
            line = wanted.line(i, word)
            if line.dtype == np.uint8:
                mask &= line != 0
            else:
                there = np.zeros(len(mask), dtype=bool)
                there[line] = True
                mask &= there


def _count(masks: Iterable[Bools]) -> int:
    return sum(int(np.count_nonzero(mask)) for mask in masks)


def _relaxable(query: Query) -> list[str]:
    """The words of which some may be missing: bare ones, and the quotes between them (a headline
    that was pasted).

    Empty where the query says more exactly what it wants: only quotes, a field, `=`, OR, a minus.
    """
    children = query.root.children if isinstance(query.root, And) else (query.root,)
    words: list[str] = []
    bare = False
    for child in children:
        if isinstance(child, Term) and child.field is None and not child.exact:
            words.append(child.text)
            bare = True
        elif isinstance(child, Phrase) and child.field is None and not child.exact:
            words.extend(child.words)
        else:
            return []
    return words if bare else []


def runs_of(query: Query, reading: Sequence[str] | None) -> tuple[list[list[str]], list[list[str]]]:
    """The runs of scored words as typed, and with the forms of a reading put in (where it fits)."""
    runs = _runs(query)
    if reading is None or len(reading) != sum(map(len, runs)):
        return runs, runs
    forms = iter(reading)
    return runs, [[next(forms) for _ in run] for run in runs]
