"""Query trees over the arrays: which articles, in which order, how many.

Matching decides what is a result (`matching`); ranking uses all the evidence there is (`scoring`,
`candidates`, `feedback`). A plain query of few words finds the articles with all of them. Where
there is none, and for long queries that hardly any article fulfils, it finds those that hold most
of it, rare words weighing most; `Ranking.relaxed` names the words that some result lacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter

import numpy as np

from indexer.columnar.arrays import I64, Bools, together
from indexer.columnar.by_score import ByScore
from indexer.columnar.clock import Clock, OutOfTimeError
from indexer.columnar.coded import common
from indexer.columnar.counting import Groups, facet_counts, filtered
from indexer.columnar.lists import PostingLists
from indexer.columnar.matching import mask_of, rows_of
from indexer.columnar.open_part import OpenPart, Part
from indexer.columnar.ranked import Ranked, Ranking
from indexer.columnar.recency import recency_factors
from indexer.columnar.records import UNDATED
from indexer.columnar.scoring import Weights
from indexer.columnar.wanted import Wanted
from indexer.models import Alike, And, Node, Not, Or, Phrase, Query, Range, Sort, Term
from indexer.vietnamese import exact_forms

# By the number of words up to which it holds: how many articles must hold all the words for these
# to be the results, and else what a result must hold, of the greatest idf sum that any holds.
# Strictness costs relevance (articles about the same event that lack one word of a headline: nDCG
# of topics falls from .95 to .84 if one article that holds all of 8 words hides the others), so it
# falls with the length. In a small index fewer articles are enough: one of every 500.
_RULES = ((3, 1, 0.75), (8, 10, 0.4), (10**9, 20, 0.25))
_ARTICLES_PER_ENOUGH = 500
_TEXT_FIELDS = (None, "title", "lead", "body", "caption")


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
        forms = exact_forms(query.text)  # not the tree's, which may have lost its marks
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
            for child in map(_as_typed, node.children):
                if isinstance(child, Term | Phrase):
                    run.extend(word for words in _runs_of(child) for word in words)
                elif not isinstance(child, Not):
                    yield run
                    run = []
                    yield from _runs_of(child)
            yield run
        case Alike():
            yield from _runs_of(node.children[0])
        case Or():
            for child in node.children:
                yield from _runs_of(child)
        case _:
            return


def _as_typed(node: Node) -> Node:
    return node.children[0] if isinstance(node, Alike) else node


def other_runs(root: Node | None) -> list[list[str]]:
    """The words of other writings that are scored, a run for each writing."""
    match root:
        case Alike(children, ranked):
            return [run for other in children[1 : 1 + ranked] for run in _runs_of(other)]
        case And(children) | Or(children):
            return [run for child in children for run in other_runs(child)]
        case _:
            return []


class Evaluator:
    """Answers queries about the parts of one snapshot. Safe to use from several threads."""

    def __init__(self, parts: Iterable[Part], *, known: Evaluator | None = None) -> None:
        """`known`: the evaluator of an older snapshot; what it derived of parts that are still
        there is kept."""
        old = {id(part.segment): part for part in (known.parts if known else ())}
        self.parts: list[OpenPart] = [
            OpenPart(part, known=old.get(id(part.segment))) for part in parts
        ]
        self.weights = Weights(self.parts)
        self.articles = self.weights.articles
        lists = {id(mine.part.segment): mine for mine in (known.lists if known else ())}
        self.lists: list[PostingLists] = [
            lists.get(id(p.segment)) or PostingLists(p) for p in self.parts
        ]

    # ------------------------------------------------------------------------------ results

    def count(
        self,
        query: Query,
        *,
        filters: Mapping[str, Sequence[str]] | None = None,
        period: Range | None = None,
    ) -> int:
        """How many articles hold what the query says, nothing relaxed."""
        masks = [mask_of(part, query.root) for part in self.parts]
        _keep(masks, [filtered(part, filters or {}, period) for part in self.parts])
        return _count(masks)

    def search(
        self,
        query: Query,
        *,
        reading: Sequence[str] | None = None,
        offset: int = 0,
        limit: int = 10,
        sort: Sort = Sort.RELEVANCE,
        filters: Mapping[str, Sequence[str]] | None = None,
        period: Range | None = None,
        facets: Iterable[str] = (),
        time_limit_s: float | None = None,
        recency_days: float | None = None,
        fold_copies: bool = True,
        relax: bool = True,
    ) -> Ranking:
        """Find and rank. `reading`: for each of `words_of(query)` the exact form it stands for.

        After `time_limit_s` what was found by then is ranked by the first phase alone. Near copies
        are hits of their own unless `fold_copies`.
        """
        clock = Clock(time_limit_s)
        kept = [filtered(part, filters or {}, period) for part in self.parts]
        try:
            results, complete, relaxed = self._results(query, kept, reading, clock, relax=relax)
        except OutOfTimeError:
            return Ranking(0, 0, (), dict.fromkeys(facets, ()), (), timed_out=True)
        total = sum(map(len, results))
        counted = facet_counts(self.parts, results, facets)
        if not total:
            return Ranking(0, 0, (), counted, relaxed, clock.late)
        groups = self.groups.count(results, total) if fold_copies else total
        typed, runs = runs_of(query, reading)
        timed_out = clock.late
        if sort is Sort.RELEVANCE and runs:
            timed_out |= clock.is_over
            factors = recency_factors(self.parts, recency_days) if recency_days else None
            ranking = ByScore(self.lists, self.weights, typed, runs, factors=factors)
            ranked = ranking.ranked(results, offset + limit, quick=timed_out)
        else:
            ranked = self._by_time(results, sort)
        hits = self._page(ranked, results, offset, limit, folded=groups < total)
        return Ranking(total, groups, tuple(hits), counted, relaxed, timed_out, complete)

    def _results(
        self,
        query: Query,
        kept: Sequence[Bools | None],
        reading: Sequence[str] | None,
        clock: Clock,
        *,
        relax: bool,
    ) -> tuple[list[I64], int, tuple[str, ...]]:
        """The results among those `kept` by part, how many of them hold everything that was asked
        for, and the words set aside."""
        words, others, size = _relaxable(query)
        if len(words) > 1 and _only_words(query):
            whole = [
                _all_of(lists, words, part.live)
                for lists, part in zip(self.lists, self.parts, strict=True)
            ]
        elif len(words) > 1 and isinstance(query.root, And) and query.alike:
            whole = [
                _all_alike(lists, query.root.children, part.live)
                for lists, part in zip(self.lists, self.parts, strict=True)
            ]
        else:
            whole = self._whole(query.root, clock)
        whole = [
            rows if only is None else rows[only[rows]]
            for rows, only in zip(whole, kept, strict=True)
        ]
        total = sum(map(len, whole))
        if len(words) < 2 or clock.late or not relax:
            return whole, total, ()
        enough, share = next((e, share) for most, e, share in _RULES if size <= most)
        enough = min(enough, 1 + self.articles // _ARTICLES_PER_ENOUGH)
        if total and (enough == 1 or size <= _RULES[0][0]):
            return whole, total, ()
        # Words without marks fit nearly anything; what was meant, the reading says.
        meant = words
        more = sum(map(len, other_runs(query.root))) if query.alike else 0
        if len(words) > _RULES[0][0] and reading is not None and len(reading) == len(words) + more:
            meant = list(reading[: len(words)])
        also = {
            form: [lists.alike(others[word]) for lists in self.lists]
            for form, word in (zip(meant, words, strict=True) if others else ())
            if word in others
        }
        wanted = Wanted(meant, self.lists, self.weights, typed=meant is words, also=also)
        results = wanted.mostly_in(kept, share, whole, enough=enough)
        if results is None:
            return whole, total, ()
        typed = dict(zip(meant, words, strict=True))
        return results, total, tuple(typed[word] for word in wanted.given_up(results))

    def _whole(self, root: Node | None, clock: Clock) -> list[I64]:
        """What `root` finds, by part; of those parts that are known in time, where any is."""
        whole: list[I64] = []
        try:
            for part in self.parts:
                whole.append(rows_of(part, root, clock))
        except OutOfTimeError:
            if not any(map(len, whole)):
                raise
        missing = len(self.parts) - len(whole)
        return whole + [np.zeros(0, np.int64)] * missing

    # -------------------------------------------------------------------------------- order

    def _by_time(self, results: Sequence[I64], sort: Sort) -> Iterator[tuple[int, float]]:
        """Results by date of publication, newest first or oldest first; undated ones last."""
        dates = [
            part.segment.published[rows] for part, rows in zip(self.parts, results, strict=True)
        ]
        numbers = [rows + part.base for part, rows in zip(self.parts, results, strict=True)]
        number, date = together(numbers), together(dates)
        undated = date == UNDATED
        key = date if sort is Sort.OLDEST else -np.where(undated, 0, date)
        for number_ in number[np.lexsort((-number, key, undated))].tolist():
            yield number_, 0.0

    def _page(
        self,
        ranked: Iterator[tuple[int, float]],
        results: Sequence[I64],
        offset: int,
        limit: int,
        *,
        folded: bool,
    ) -> Iterator[Ranked]:
        """The slice of the ranking, near copies folded under the first of them."""
        seen: set[int] = set()
        place = 0
        for number, score in ranked:
            if place >= offset + limit:
                return
            group = self.groups.of(number) if folded else -1
            if group in seen:
                continue
            if group >= 0:
                seen.add(group)
            place += 1
            if place <= offset:
                continue
            copies: tuple[int, ...] = ()
            if group >= 0:
                members = self.groups.members(group)
                copies = tuple(n for n in members if n != number and self._is_in(results, n))
            yield Ranked(number, float(score), copies)

    def part_of(self, number: int) -> OpenPart:
        """The part that an article is in."""
        return next(part for part in self.parts if part.base <= number < part.base + part.n)

    def _is_in(self, results: Sequence[I64], number: int) -> bool:
        for part, rows in zip(self.parts, results, strict=True):
            if part.base <= number < part.base + part.n:
                at = int(rows.searchsorted(number - part.base))
                return at < len(rows) and int(rows[at]) == number - part.base
        return False

    @cached_property
    def groups(self) -> Groups:
        """The near copies among the articles."""
        return Groups(self.parts)


def _keep(masks: Sequence[Bools], kept: Sequence[Bools | None]) -> None:
    for mask, only in zip(masks, kept, strict=True):
        if only is not None:
            mask &= only


def _only_words(query: Query) -> bool:
    return isinstance(query.root, And) and all(isinstance(c, Term) for c in query.root.children)


def _all_of(lists: PostingLists, words: Iterable[str], live: Bools | None) -> I64:
    """The live articles that hold all the words: `mask_of`, with lists that scoring needs too."""
    articles = common(sorted(map(lists.typed, dict.fromkeys(words)), key=attrgetter("df")))
    return articles if live is None else articles[live[articles]]


def _all_alike(lists: PostingLists, nodes: Iterable[Node], live: Bools | None) -> I64:
    """The same for words and phrases of which some are in several writings."""
    found = [
        lists.typed(node.text) if isinstance(node, Term) else lists.alike(node) for node in nodes
    ]
    articles = common(sorted(found, key=attrgetter("df")))
    return articles if live is None else articles[live[articles]]


def _count(masks: Iterable[Bools]) -> int:
    return sum(int(np.count_nonzero(mask)) for mask in masks)


def _relaxable(query: Query) -> tuple[list[str], dict[str, Node], int]:
    """The words of which some may be missing: bare ones, and the quotes between them (a headline
    that was pasted); what some of them are found by besides, in another writing; and how many they
    are, those that another writing has as one counted as one.

    Empty where the query says more exactly what it wants: only quotes, a field, `=`, OR, a minus.
    """
    children = query.root.children if isinstance(query.root, And) else (query.root,)
    words: list[str] = []
    others: dict[str, Node] = {}
    size = 0
    bare = False
    for child in children:
        if isinstance(child, Term) and child.field is None and not child.exact:
            words.append(child.text)
            bare = True
        elif isinstance(child, Phrase) and child.field is None and not child.exact:
            words.extend(child.words)
        elif isinstance(child, Alike) and (typed := _bare_words(child.children[0])):
            words.extend(typed)
            bare = True
            if isinstance(child.children[0], Phrase):
                size += 1 - len(typed)
            # What is written otherwise more seldom hardly changes what a word says.
            if usual := child.children[1 : 1 + child.ranked]:
                others.update(dict.fromkeys(typed, Or(usual)))
        else:
            return [], {}, 0
    return (words, others, size + len(words)) if bare else ([], {}, 0)


def _bare_words(node: Node) -> list[str]:
    """The words of a writing without a field, else none."""
    parts = node.children if isinstance(node, And) else (node,)
    fields = {part.field for part in parts if isinstance(part, Term | Phrase)}
    return [word for run in _runs_of(node) for word in run] if fields == {None} else []


def runs_of(query: Query, reading: Sequence[str] | None) -> tuple[list[list[str]], list[list[str]]]:
    """The runs of scored words as typed, and with the forms of a reading put in (where it fits)."""
    runs = _runs(query)
    if query.alike:
        runs += other_runs(query.root)
    if reading is None or len(reading) != sum(map(len, runs)):
        return runs, runs
    forms = iter(reading)
    return runs, [[next(forms) for _ in run] for run in runs]
