"""The object a user of the library holds: `Index`."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, count, islice, takewhile
from pathlib import Path
from typing import TypeVar

from indexer.columnar.crew import cores
from indexer.columnar.explain import Explanation
from indexer.columnar.memory import give_back
from indexer.completions import complete
from indexer.duplicates import Grouper
from indexer.engines.base import MEMORY_MB, Engine, Ranked, Writer
from indexer.engines.open import open_engine
from indexer.errors import DocumentError, IndexCorruptError, QueryError
from indexer.models import (
    Article,
    Highlighted,
    IndexStats,
    NoticeKind,
    Query,
    SearchHit,
    SearchResults,
    Sort,
    Suggestion,
    VerifyReport,
)
from indexer.query import parse_period, parse_query
from indexer.search import light_article, make_hits, search
from indexer.snippets.highlighter import Highlighter, LitArticle
from indexer.suggest import Suggester, update_suggestions
from indexer.understand import Meaning, understand

_EXPORT_BATCH = 500
# Whatever reading bytes that are something else may end in.
_DAMAGE = (
    ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, MemoryError,
    struct.error, zlib.error, DocumentError,
)  # fmt: skip
Attached = TypeVar("Attached")


class Index:
    """An index of articles: add, remove, find. Made by `open_index`.

    Reading is safe from many threads; writing takes a lock (`IndexLockedError` when it is held).
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._completions = ("", Suggester.empty())  # and the commit they are of

    @property
    def location(self) -> str:
        """Where it is: a folder."""
        return self.engine.location

    @property
    def generation(self) -> int:
        """Number of the commit being read; it grows with each."""
        return self.engine.generation

    @property
    def commit(self) -> str:
        """Name of the commit being read: what was derived from it is good while it stays the same.

        Unlike the generation it also differs from that of an index that was here before.
        """
        return self.engine.commit

    def __len__(self) -> int:
        return len(self.engine)

    def refresh(self) -> bool:
        """Turn to the newest commit, whoever made it; whether there was one."""
        return self.engine.refresh()

    def is_being_written(self) -> bool:
        """Whether anybody, here or in another process, is adding or removing articles."""
        return self.engine.is_being_written()

    # ------------------------------------------------------------------------------ writing

    def add(
        self,
        articles: Iterable[Article],
        *,
        workers: int | None = None,
        memory_mb: int = MEMORY_MB,
    ) -> int:
        """The number of articles stored; one with the id of an earlier one replaces it.

        workers    processes that index; None: one a core. They start when there is much to do.
        memory_mb  about how much memory all of them may take together: they are at most one for
                   160 MB
        """
        count = 0
        titles: list[str] = []
        grouper = self.grouper()
        most = cores() if workers is None else max(1, workers)
        with self.engine.writer(grouping=grouper, workers=most, memory_mb=memory_mb) as writer:
            for article in articles:
                writer.add(article)
                titles.append(article.title)
                count += 1
            writer.flush(wait=False)  # what it frees, the next steps take
            attach_titles(writer, self.engine, titles)
            attach_grouper(writer, grouper)
        self.refresh()
        return count

    def remove(self, ids: Iterable[str]) -> int:
        """The number of articles taken out; ids that are not there are passed over."""
        grouper = self.grouper()
        with self.engine.writer(grouping=grouper) as writer:
            count = sum(writer.remove(id) for id in ids)
            attach_grouper(writer, grouper)
        self.refresh()
        return count

    def optimize(self) -> None:
        """Join what many commits or several processes left apart: searching is quicker then.

        Takes about .1 ms for each article of the index; `build` does it by itself.
        """
        with self.engine.writer() as writer:
            writer.optimize()
        self.refresh()

    def grouper(self) -> Grouper:
        """The near-copy groups of the articles in this index."""
        changes = self.engine.attachment(GROUPER_CHANGES) or b""
        return self.attached(GROUPER, lambda data: Grouper.from_bytes(data, changes), Grouper)

    def attached(
        self, name: str, read: Callable[[bytes], Attached], none: Callable[[], Attached]
    ) -> Attached:
        """What `read` makes of the bytes attached to the index as `name`; `none()` without any.

        Raises: IndexCorruptError where they are not what they should be.
        """
        data = self.engine.attachment(name)
        if not data:
            return none()
        try:
            return read(data)
        except _DAMAGE as error:
            raise IndexCorruptError(
                self.location, name, f"not what it should be: {error}"
            ) from error

    # ------------------------------------------------------------------------------ reading

    def get(self, id: str) -> Article:
        """The stored article. Raises `ArticleNotFoundError`."""
        view = self.engine.view()
        return view.article(view.number(id))

    def search(
        self,
        query: str | Query,
        *,
        page: int = 1,
        per_page: int = 10,
        sort: Sort | str = Sort.RELEVANCE,
        snippets: bool = True,
        facets: bool = True,
        filters: Mapping[str, Sequence[str]] | None = None,
        since: str = "",
        until: str = "",
        literal: bool = False,
        time_limit_s: float | None = None,
        recency_days: float | None = None,
        fold_copies: bool = True,
    ) -> SearchResults:
        """A page of results. No query text is an error; see the README for the language.

        page      from 1; a page past the last is empty
        sort      a `Sort` or its value (`"newest"`)
        filters   facet name (`site section agency author tag year month`) → values, one of which
                  an article must have
        since, until  published from the first moment of the one to the last moment of the other:
                  years, months or days (`2020`, `2020-09`, `2020-09-27`, `27/9/2020`), in Vietnam's
                  time; "" is open
        snippets  without them the articles of the hits come without lead, body and captions (`get`
                  has them), and there are no readings and no suggestion: several times quicker
        literal   search exactly what was typed: no word is corrected or set aside
        time_limit_s  the search is cut after so many seconds, with a notice
        recency_days  by relevance, but newer articles gain up to a quarter of their score, half as
                  much for every so many days of age: score · (1 + ¼ · 2^(-age / recency_days))
        fold_copies  near copies stand in `duplicates` of the best of them; False: each is a hit of
                  its own, where its score puts it, and counts in `pages`: for whoever wants the
                  whole ranking in `hits`

        Filters and dates narrow what is found; unlike operators in the text they leave it plain, so
        it is corrected and relaxed as ever. Raises `QueryError` for a date that is none,
        `ValueError` for an order that is none.
        """
        return search(
            self.engine.view(),
            query,
            page=page,
            per_page=per_page,
            sort=Sort(sort),
            snippets=snippets,
            facets=facets,
            filters=filters,
            period=parse_period(since, until),
            literal=literal,
            time_limit_s=time_limit_s,
            recency_days=recency_days,
            fold_copies=fold_copies,
        )

    def export(
        self,
        query: str | Query,
        *,
        filters: Mapping[str, Sequence[str]] | None = None,
        since: str = "",
        until: str = "",
        sort: Sort | str = Sort.RELEVANCE,
        literal: bool = False,
        time_limit_s: float | None = None,
        recency_days: float | None = None,
        limit: int | None = None,
    ) -> Iterator[Article]:
        """Every article that `search` finds, near copies included, in its order; at most `limit`.

        The other arguments, and what is raised, are as for `search`; besides, `QueryError` where
        the time limit is over before anything was found. Time counts for each 500 articles.
        """
        period = parse_period(since, until)
        view = self.engine.view()
        pages = (
            search(
                view,
                query,
                page=page,
                per_page=_EXPORT_BATCH,
                sort=Sort(sort),
                snippets=False,
                facets=False,
                filters=filters,
                period=period,
                literal=literal,
                time_limit_s=time_limit_s,
                recency_days=recency_days,
            )
            for page in count(1)
        )
        found = chain.from_iterable(map(_all_hits, takewhile(_has_hits, pages)))
        for hit in islice(found, limit):
            yield view.article(view.number(hit.article.id))

    def newest(self, limit: int = 10) -> list[SearchHit]:
        """The articles published last."""
        everything = Query("", None)
        view = self.engine.view()
        ranking = view.search(everything, limit=limit, sort=Sort.NEWEST)
        return list(make_hits(view, ranking.hits, everything))

    def suggest(self, prefix: str, *, limit: int = 8) -> list[Suggestion]:
        """Completions of what is being typed; unmarked typing completes to marked phrases."""
        view = self.engine.view()
        commit, suggester = self._completions
        if commit != view.commit:
            suggester = self.attached(COMPLETIONS, Suggester.from_bytes, Suggester.empty)
            self._completions = (view.commit, suggester)
        return complete(prefix, suggester, view.language(), view.count, limit=limit)

    def similar(self, id: str, *, limit: int = 5) -> list[SearchHit]:
        """Articles about the same matter, its near copies aside. Raises `ArticleNotFoundError`."""
        view = self.engine.view()
        ranked = [Ranked(n, score) for n, score in view.similar(view.number(id), limit=limit)]
        return list(make_hits(view, ranked, Query("", None)))

    def explain(
        self,
        query: str | Query,
        id: str,
        *,
        literal: bool = False,
        recency_days: float | None = None,
    ) -> Explanation:
        """How the query was read and what each part of it adds to the score of an article.

        Raises `ArticleNotFoundError`.
        """
        view = self.engine.view()
        if isinstance(query, str):
            query = parse_query(query)
        meaning = Meaning(query, ())
        if not literal:
            meaning = understand(query, view.language(), view.count)
        return view.explain(
            meaning.query, view.number(id), reading=meaning.reading, recency_days=recency_days
        )

    def duplicates(self, id: str) -> list[SearchHit]:
        """The near copies of an article. Raises `ArticleNotFoundError`."""
        view = self.engine.view()
        numbers = view.duplicates(view.number(id))
        return list(make_hits(view, [Ranked(n, 0.0) for n in numbers], Query("", None)))

    def highlight(self, text: str, query: str | Query) -> Highlighted:
        """`text` with the words lit that `query` asks for."""
        return Highlighter(parse_query(query) if isinstance(query, str) else query).highlight(text)

    def light(self, article: Article, query: str | Query, *, literal: bool = False) -> LitArticle:
        """The article with the words lit for which `search` finds it: what was typed is understood
        as it is there, and what a syllable is part of, the whole article tells."""
        return light_article(self.engine.view(), article, query, literal=literal)

    def stats(self) -> IndexStats:
        """Size, age and make-up."""
        return self.engine.stats()

    def verify(self) -> VerifyReport:
        """Read everything and say what is damaged."""
        return self.engine.verify()


def _has_hits(results: SearchResults) -> bool:
    late = any(notice.kind is NoticeKind.TIMED_OUT for notice in results.notices)
    if late and not results.total:
        raise QueryError("it takes too long", results.query.text)
    return bool(results.hits)


def _all_hits(results: SearchResults) -> Iterator[SearchHit]:
    for hit in results.hits:
        yield from (hit, *hit.duplicates)


GROUPER, GROUPER_CHANGES = "duplicates", "duplicates-changes"
COMPLETIONS, NEW_TITLES = "completions", "new-titles"
# Completions are made anew when there are so many titles more, in parts of those that they are
# made of: a small commit to a large index leaves that to a later one.
_TITLES_MORE = 0.05
_TITLES_AT_ONCE = 40_000  # they take 2,500 bytes each meanwhile


def attach_grouper(writer: Writer, grouper: Grouper) -> None:
    """Keep the near-copy groups with the commit of `writer`, whose grouping it is."""
    writer.flush()
    if grouper.has_few_changes:
        writer.attach(GROUPER_CHANGES, grouper.changes_to_bytes())
    else:
        writer.attach(GROUPER, grouper.to_bytes())
        writer.attach(GROUPER_CHANGES, b"")
        grouper.settle()


def attach_titles(writer: Writer, engine: Engine, titles: Sequence[str]) -> None:
    """Keep the completions with the commit of `writer`, after the titles of what it added."""
    if not titles:
        return
    read, waiting = json.loads(engine.attachment(NEW_TITLES) or "[0, []]")
    waiting += titles
    if len(waiting) >= _TITLES_MORE * read:
        completions = engine.attachment(COMPLETIONS)
        for first in range(0, len(waiting), _TITLES_AT_ONCE):
            part = waiting[first : first + _TITLES_AT_ONCE]
            # Segments are written meanwhile, as soon as other processes have built them.
            attend = partial(writer.flush, wait=False)
            completions = update_suggestions(completions, part, meanwhile=attend)
            give_back()
        writer.attach(COMPLETIONS, completions or b"")
        read, waiting = read + len(waiting), []
    writer.attach(NEW_TITLES, json.dumps([read, waiting]).encode())


def open_index(location: str | Path, *, create: bool = False) -> Index:
    """The index at `location`, a folder. `create`: make an empty one where there is none.

    Raises:
        IndexNotFoundError: there is no index there (and not `create`).
        IndexCorruptError: there is one, but a file of it is damaged.
    """
    return Index(open_engine(location, create=create))
