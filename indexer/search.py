"""Query text → a page of results: parse, rank, relax, group, count, light up."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from indexer.engines.base import FACETS, Engine, Ranked, Ranking
from indexer.models import (
    And,
    Highlighted,
    Node,
    Not,
    Notice,
    NoticeKind,
    Or,
    Phrase,
    Prefix,
    Query,
    SearchHit,
    SearchResults,
    Sort,
    Term,
)
from indexer.query import parse_query
from indexer.snippets import Highlighter
from indexer.vietnamese import fold


def search(
    engine: Engine,
    query: str | Query,
    *,
    page: int = 1,
    per_page: int = 10,
    sort: Sort = Sort.RELEVANCE,
    snippets: bool = True,
    facets: bool = True,
    filters: Mapping[str, Sequence[str]] | None = None,
    literal: bool = False,
    time_limit_s: float | None = None,
) -> SearchResults:
    """A page of results (see `Index.search`, which documents the arguments)."""
    started = time.perf_counter()
    if isinstance(query, str):
        query = parse_query(query)
    page, per_page = max(1, page), max(1, per_page)
    notices = [Notice(NoticeKind.TRUNCATED)] if query.truncated else []

    def rank(what: Query) -> Ranking:
        return engine.search(
            what,
            offset=(page - 1) * per_page,
            limit=per_page,
            sort=sort,
            filters=filters,
            facets=FACETS if facets else (),
            time_limit_s=time_limit_s,
        )

    understood = query
    ranking = rank(query)
    if not literal and query.root is not None and (not ranking.total or ranking.relaxed):
        without_marks = Query(query.text, _without_marks(query.root), query.truncated, query.plain)
        if without_marks.root != query.root:
            again = rank(without_marks)
            if again.total and not again.relaxed:
                understood, ranking = without_marks, again
                notices.append(Notice(NoticeKind.MARKS_SET_ASIDE))
    if ranking.relaxed:
        notices.append(Notice(NoticeKind.RELAXED, " ".join(ranking.relaxed)))
    if ranking.timed_out:
        notices.append(Notice(NoticeKind.TIMED_OUT))
    hits = make_hits(engine, ranking.hits, understood, snippets=snippets)
    return SearchResults(
        query=query,
        total=ranking.total,
        page=page,
        per_page=per_page,
        pages=-(-ranking.groups // per_page),
        hits=hits,
        facets=ranking.facets,
        notices=tuple(notices),
        took_ms=(time.perf_counter() - started) * 1000,
    )


def make_hits(
    engine: Engine, ranked: Sequence[Ranked], query: Query, *, snippets: bool = True
) -> tuple[SearchHit, ...]:
    """The hits for ranked numbers, lit up by `query`; near copies folded under each."""
    highlighter = Highlighter(query)

    def hit(number: int, score: float, duplicates: tuple[SearchHit, ...] = ()) -> SearchHit:
        article = engine.article(number)
        return SearchHit(
            article=article,
            score=score,
            title=highlighter.highlight(article.title),
            snippet=highlighter.snippet(article) if snippets else Highlighted(""),
            duplicates=duplicates,
        )

    return tuple(
        hit(r.number, r.score, tuple(hit(n, r.score) for n in r.duplicates)) for r in ranked
    )


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
            return Or(tuple(_without_marks(child) for child in children))
        case Not(child):
            return Not(_without_marks(child))
        case _:
            return node
