"""Query text → a page of results: parse, rank, relax, group, count, light up."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from indexer.cleaning.urls import addresses_like
from indexer.columnar.evaluate import words_of
from indexer.engines.base import FACETS, Ranked, Ranking, View
from indexer.errors import ArticleNotFoundError
from indexer.models import (
    And,
    Article,
    Highlighted,
    Node,
    Not,
    Notice,
    NoticeKind,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Reading,
    SearchHit,
    SearchResults,
    Sort,
    Term,
)
from indexer.offers import (
    as_typed,
    is_backwards,
    marks_are_right,
    offer,
    without_year,
    years_of,
)
from indexer.query import date_of, parse_query
from indexer.restore import SyllableModel
from indexer.snippets.highlighter import Highlighter, LitArticle
from indexer.snippets.lazy import LazyHighlighter
from indexer.understand import Count, Meaning, did_you_mean, read_as, readings, understand
from indexer.vietnamese import fold

# With fewer results than this, a query of the same letters with other marks is suggested.
_FEW = 3
_NO_TEXT = Highlighted("")


def search(
    view: View,
    query: str | Query,
    *,
    page: int = 1,
    per_page: int = 10,
    sort: Sort = Sort.RELEVANCE,
    snippets: bool = True,
    facets: bool = True,
    filters: Mapping[str, Sequence[str]] | None = None,
    period: Range | None = None,
    literal: bool = False,
    time_limit_s: float | None = None,
    recency_days: float | None = None,
    fold_copies: bool = True,
) -> SearchResults:
    """A page of results (see `Index.search`, which documents the arguments).

    Words are known where any article has them; readings and suggestions are counted among the
    articles that `filters` and `period` leave.
    """
    started = time.perf_counter()
    if isinstance(query, str):
        query = parse_query(query)
    page, per_page = max(1, page), max(1, per_page)
    notices = [Notice(NoticeKind.TRUNCATED)] if query.truncated else []
    notices += [Notice(NoticeKind.NOT_A_DATE, bound) for bound in query.not_dates]
    notices += [Notice(NoticeKind.NO_VALUE, field) for field in query.no_values]
    if not query.plain and is_backwards(query.root):
        notices.append(Notice(NoticeKind.BACKWARDS))
    if query.root is None and query.text.strip() and not (query.not_dates or query.no_values):
        notices.append(Notice(NoticeKind.NO_WORDS, query.text.strip()))
    count, model = view.count, view.language()

    def rank(meaning: Meaning) -> Ranking:
        return view.search(
            meaning.query,
            offset=(page - 1) * per_page,
            limit=per_page,
            sort=sort,
            filters=filters,
            period=period,
            facets=FACETS if facets else (),
            time_limit_s=time_limit_s,
            reading=meaning.reading,
            recency_days=recency_days,
            fold_copies=fold_copies,
            relax=not literal,
        )

    meaning = Meaning(query, ()) if literal else understand(query, model, count)
    if meaning.corrected:
        notices.append(Notice(NoticeKind.CORRECTED, meaning.corrected))
    ranking = rank(meaning)
    unmet = not ranking.complete and not ranking.timed_out
    if unmet and (address := _by_address(view, query.text)):
        ranking = address
    elif unmet and not literal:
        for other, notice in _other_ways(meaning, model, count, nothing=not ranking.total):
            again = rank(other)
            if again.complete and not (again.relaxed and notice.kind is NoticeKind.MARKS_SET_ASIDE):
                meaning, ranking = other, again
                notices.append(notice)
                break
    if ranking.relaxed:
        notices.append(Notice(NoticeKind.RELAXED, as_typed(ranking.relaxed, query.text)))
    if ranking.timed_out:
        notices.append(Notice(NoticeKind.TIMED_OUT))
    suggestion = ""
    ways: tuple[Reading, ...] = ()
    if snippets and not literal and not ranking.timed_out:  # a page for people
        among = partial(count, filters=filters, period=period)
        ways = readings(meaning.query, model, among)
        if not meaning.corrected:
            few = bool(ranking.relaxed) or ranking.total < _FEW
            found = 0 if ranking.relaxed else ranking.total
            suggestion = did_you_mean(meaning.query, model, among, found=found, few=few)
        if not suggestion and (unmet or date_of(query.text.strip())):
            suggestion = offer(query, among)
    hits = make_hits(view, ranking.hits, meaning.query, snippets=snippets, reading=meaning.reading)
    return SearchResults(
        query=query,
        total=ranking.total,
        groups=ranking.groups,
        page=page,
        per_page=per_page,
        pages=-(-ranking.groups // per_page),
        hits=hits,
        facets=ranking.facets,
        suggestion=suggestion,
        readings=ways,
        notices=tuple(notices),
        took_ms=(time.perf_counter() - started) * 1000,
    )


def _other_ways(
    meaning: Meaning, model: SyllableModel, count: Count, *, nothing: bool
) -> Iterator[tuple[Meaning, Notice]]:
    """What else may be meant where no article has all of a query (`nothing`: or any of it):
    the query without its year, corrected, without its marks."""
    query, root = meaning.query, meaning.query.root
    if root is None:
        return
    if nothing and (years := years_of(root)):
        less = replace(query, root=without_year(root))
        yield replace(meaning, query=less), Notice(NoticeKind.RELAXED, " ".join(years))
    if meant := did_you_mean(query, model, count, found=0, few=True):
        yield read_as(meant, model), Notice(NoticeKind.CORRECTED, meant)
    bare = _without_marks(root)
    if bare == root or marks_are_right(words_of(query), count):
        return
    if count(Query("", bare, plain=False)):
        yield replace(meaning, query=replace(query, root=bare)), Notice(NoticeKind.MARKS_SET_ASIDE)


def _by_address(view: View, text: str) -> Ranking | None:
    """The article whose address was pasted as a query, or a browser's version of it."""
    typed = text.strip()
    if "/" not in typed or any(map(str.isspace, typed)):
        return None
    for id in addresses_like(typed):
        try:
            return Ranking(1, 1, (Ranked(view.number(id), 0.0),), complete=1)
        except ArticleNotFoundError:
            continue
    return None


def make_hits(
    view: View,
    ranked: Sequence[Ranked],
    query: Query,
    *,
    snippets: bool = True,
    reading: Sequence[str] = (),
) -> tuple[SearchHit, ...]:
    """The hits for ranked numbers, lit up by `query`; near copies folded under each.

    Without `snippets` the texts of the articles are not read: their lead, body and captions are
    empty.
    """
    lit = LazyHighlighter(query, reading=reading)

    def hit(article: Article, score: float, duplicates: tuple[SearchHit, ...]) -> SearchHit:
        if snippets:
            return SearchHit(article, score, *lit.title_and_snippet(article), duplicates)
        return SearchHit(article, score, lit.highlight(article.title), _NO_TEXT, duplicates)

    numbers = [number for r in ranked for number in (r.number, *r.duplicates)]
    articles = iter(map(view.article, numbers) if snippets else view.heads(numbers))
    hits = []
    for r in ranked:
        article = next(articles)
        copies: tuple[SearchHit, ...] = ()
        if r.duplicates:  # few have any
            copies = tuple([hit(next(articles), r.score, ()) for _ in r.duplicates])
        hits.append(hit(article, r.score, copies))
    return tuple(hits)


def light_article(
    view: View, article: Article, query: str | Query, *, literal: bool = False
) -> LitArticle:
    """The article with the words lit for which `search` finds it (see `Index.light`)."""
    if isinstance(query, str):
        query = parse_query(query)
    meaning = Meaning(query, ())
    if not literal:
        meaning = understand(query, view.language(), view.count)
    lit = Highlighter(meaning.query, reading=meaning.reading).article(article)
    if lit.is_lit or literal or meaning.query.root is None:
        return lit
    return Highlighter(_without_marks(meaning.query.root)).article(article)


def _without_marks(node: Node) -> Node:
    """The same query with the marks of its words left out (exact words keep theirs)."""
    match node:
        case Term(text, field, False):
            return Term(fold(text), field)
        case Phrase(words, field, False):
            return Phrase(tuple(fold(word) for word in words), field)
        case Prefix(text, field):
            return Prefix(fold(text), field)
        case And(children):
            return And(tuple(_without_marks(child) for child in children))
        case Or(children):
            return replace(node, children=tuple(map(_without_marks, children)))
        case Not(child):
            return Not(_without_marks(child))
        case _:
            return node
