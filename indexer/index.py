"""The object a user of the library holds: `Index`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from indexer.columnar.crew import cores
from indexer.columnar.explain import Explanation
from indexer.duplicates import Grouper
from indexer.engines.base import MEMORY_MB, Engine, Ranked, Writer
from indexer.engines.open import open_engine
from indexer.models import (
    Article,
    Highlighted,
    IndexStats,
    Query,
    SearchHit,
    SearchResults,
    Sort,
    Suggestion,
    VerifyReport,
)
from indexer.query import parse_query
from indexer.search import make_hits, search
from indexer.snippets import Highlighter
from indexer.suggest import Suggester, update_suggestions
from indexer.understand import understand

_EXPORT_BATCH = 500


class Index:
    """An index of articles: add, remove, find. Made by `open_index`.

    Reading is safe from many threads; writing takes a lock (`IndexLockedError` when it is held).
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._completions = (-1, Suggester.empty())  # and the generation they are of

    @property
    def location(self) -> str:
        """Where it is: a folder."""
        return self.engine.location

    @property
    def generation(self) -> int:
        """Number of the commit being read; it grows with each."""
        return self.engine.generation

    def __len__(self) -> int:
        return len(self.engine)

    def refresh(self) -> bool:
        """Turn to the newest commit, whoever made it; whether there was one."""
        return self.engine.refresh()

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
        memory_mb  about how much memory all of them may take together
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
            attach_grouper(writer, grouper)
            attach_titles(writer, self.engine, titles)
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

    def grouper(self) -> Grouper:
        """The near-copy groups of the articles in this index."""
        data = self.engine.attachment(GROUPER)
        changes = self.engine.attachment(GROUPER_CHANGES) or b""
        return Grouper.from_bytes(data, changes) if data else Grouper()

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
        sort: Sort = Sort.RELEVANCE,
        snippets: bool = True,
        facets: bool = True,
        filters: Mapping[str, Sequence[str]] | None = None,
        literal: bool = False,
        time_limit_s: float | None = None,
    ) -> SearchResults:
        """A page of results. No query text is an error; see the README for the language.

        page      from 1; a page past the last is empty
        filters   facet name (`site section agency author tag year month`) → values, one of which
                  an article must have
        snippets  without them the articles of the hits come without lead, body and captions (`get`
                  has them), which is several times quicker
        literal   search exactly what was typed: no word is corrected or set aside
        time_limit_s  the search is cut after so many seconds, with a notice
        """
        return search(
            self.engine.view(),
            query,
            page=page,
            per_page=per_page,
            sort=sort,
            snippets=snippets,
            facets=facets,
            filters=filters,
            literal=literal,
            time_limit_s=time_limit_s,
        )

    def export(
        self,
        query: str | Query,
        *,
        filters: Mapping[str, Sequence[str]] | None = None,
        sort: Sort = Sort.RELEVANCE,
        limit: int | None = None,
    ) -> Iterator[Article]:
        """Every article found, near copies included, in order; at most `limit`."""
        if isinstance(query, str):
            query = parse_query(query)
        sent = offset = 0
        view = self.engine.view()
        while limit is None or sent < limit:
            ranking = view.search(
                query, offset=offset, limit=_EXPORT_BATCH, sort=sort, filters=filters
            )
            if not ranking.hits:
                return
            offset += len(ranking.hits)
            for ranked in ranking.hits:
                for number in (ranked.number, *ranked.duplicates):
                    if limit is not None and sent >= limit:
                        return
                    yield view.article(number)
                    sent += 1

    def newest(self, limit: int = 10) -> list[SearchHit]:
        """The articles published last."""
        everything = Query("", None)
        view = self.engine.view()
        ranking = view.search(everything, limit=limit, sort=Sort.NEWEST)
        return list(make_hits(view, ranking.hits, everything))

    def suggest(self, prefix: str, *, limit: int = 8) -> list[Suggestion]:
        """Completions of what is being typed; unmarked typing completes to marked phrases."""
        view = self.engine.view()
        generation, suggester = self._completions
        if generation != view.generation:
            data = view.attachment(COMPLETIONS)
            suggester = Suggester.from_bytes(data) if data else Suggester.empty()
            self._completions = (view.generation, suggester)
        return suggester.complete(prefix, limit=limit)

    def similar(self, id: str, *, limit: int = 5) -> list[SearchHit]:
        """Articles about the same matter, its near copies aside. Raises `ArticleNotFoundError`."""
        view = self.engine.view()
        ranked = [Ranked(n, score) for n, score in view.similar(view.number(id), limit=limit)]
        return list(make_hits(view, ranked, Query("", None)))

    def explain(self, query: str | Query, id: str) -> Explanation:
        """How the query was read and what each part of it adds to the score of an article.

        Raises `ArticleNotFoundError`.
        """
        view = self.engine.view()
        if isinstance(query, str):
            query = parse_query(query)
        meaning = understand(query, view.language(), view.count)
        return view.explain(meaning.query, view.number(id), reading=meaning.reading)

    def duplicates(self, id: str) -> list[SearchHit]:
        """The near copies of an article. Raises `ArticleNotFoundError`."""
        view = self.engine.view()
        numbers = view.duplicates(view.number(id))
        return list(make_hits(view, [Ranked(n, 0.0) for n in numbers], Query("", None)))

    def highlight(self, text: str, query: str | Query) -> Highlighted:
        """`text` with the words lit that `query` asks for."""
        return Highlighter(parse_query(query) if isinstance(query, str) else query).highlight(text)

    def stats(self) -> IndexStats:
        """Size, age and make-up."""
        return self.engine.stats()

    def verify(self) -> VerifyReport:
        """Read everything and say what is damaged."""
        return self.engine.verify()


GROUPER, GROUPER_CHANGES = "duplicates", "duplicates-changes"
COMPLETIONS, NEW_TITLES = "completions", "new-titles"
# Completions are made anew when there are so many titles more, in parts of those that they are
# made of: a small commit to a large index leaves that to a later one.
_TITLES_MORE = 0.05


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
        writer.attach(COMPLETIONS, update_suggestions(engine.attachment(COMPLETIONS), waiting))
        read, waiting = read + len(waiting), []
    writer.attach(NEW_TITLES, json.dumps([read, waiting]).encode())


def open_index(location: str | Path, *, create: bool = False) -> Index:
    """The index at `location`, a folder. `create`: make an empty one where there is none.

    Raises:
        IndexNotFoundError: there is no index there (and not `create`).
        IndexCorruptError: there is one, but a file of it is damaged.
    """
    return Index(open_engine(location, create=create))
