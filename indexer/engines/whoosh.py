"""The embedded engine: a folder that holds a Whoosh index with our codec (`indexer.columnar`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from indexer.columnar import registration
from indexer.columnar.explain import Explanation
from indexer.columnar.gathering import Grouping
from indexer.columnar.lock import is_held
from indexer.columnar.writer import IndexWriter, create_index
from indexer.engines.base import MEMORY_MB, Ranking
from indexer.engines.whoosh_view import WhooshView, explained
from indexer.errors import EngineError
from indexer.models import Article, IndexStats, Query, Range, Sort, VerifyReport
from indexer.restore import SyllableModel

__all__ = ["WhooshEngine", "WhooshWriter", "registration"]


class WhooshWriter:
    """One transaction on a `WhooshEngine` (see `base.Writer`)."""

    def __init__(
        self, engine: WhooshEngine, *, grouping: Grouping | None, workers: int, memory_mb: int
    ) -> None:
        self._engine = engine
        self._optimize = False
        with explained(engine.location):
            self._inner = IndexWriter(
                Path(engine.location), grouping=grouping, workers=workers, memory_mb=memory_mb
            )

    def __enter__(self) -> WhooshWriter:
        return self

    def __exit__(self, kind: object = None, *rest: object) -> None:
        try:
            if kind is None:
                self._commit()
        finally:
            self._inner.close()
        if kind is None:
            self._engine.refresh()

    def add(self, article: Article, *, group: str | None = None) -> None:
        try:  # not `explained`: entering and leaving a context costs as much as adding
            self._inner.add(article, group=group)
        except OSError as error:
            raise EngineError(self._engine.location, error.strerror or str(error)) from error

    def flush(self, *, wait: bool = True) -> None:
        with explained(self._engine.location):
            self._inner.flush(wait=wait)

    def remove(self, id: str) -> bool:
        return self._inner.remove(id)

    def attach(self, name: str, data: bytes) -> None:
        with explained(self._engine.location):
            self._inner.attach(name, data)

    def optimize(self) -> None:
        self._optimize = True

    def commit(self) -> None:
        self._commit()
        self._engine.refresh()

    def _commit(self) -> None:
        with explained(self._engine.location):
            self._inner.commit(optimize=self._optimize)
        self._optimize = False


class WhooshEngine:
    """An open index folder (see `base.Engine`). Searching is safe from several threads."""

    def __init__(self, folder: Path, *, create: bool) -> None:
        self.location = str(folder)
        with explained(self.location):
            if create:
                create_index(folder)
            self._view = WhooshView(folder)

    def __len__(self) -> int:
        return len(self._view)

    @property
    def generation(self) -> int:
        return self._view.generation

    @property
    def commit(self) -> str:
        return self._view.commit

    def refresh(self) -> bool:
        view = self._view
        if view.snapshot.is_newest():
            return False
        with explained(self.location):
            self._view = WhooshView(view.snapshot.folder, known=view)
        return True

    def writer(
        self, *, grouping: Grouping | None = None, workers: int = 1, memory_mb: int = MEMORY_MB
    ) -> WhooshWriter:
        return WhooshWriter(self, grouping=grouping, workers=workers, memory_mb=memory_mb)

    def is_being_written(self) -> bool:
        return is_held(self._view.snapshot.folder)

    def view(self) -> WhooshView:
        """The newest commit that `refresh` turned to, to read from: later ones do not change it."""
        return self._view

    def verify(self) -> VerifyReport:
        return self._view.verify()

    def sources(self) -> Mapping[str, tuple[str, str]]:
        return self._view.sources()

    def attachment(self, name: str) -> bytes | None:
        return self._view.attachment(name)

    def number(self, id: str) -> int:
        return self._view.number(id)

    def article(self, number: int) -> Article:
        return self._view.article(number)

    def heads(self, numbers: Iterable[int]) -> list[Article]:
        return self._view.heads(numbers)

    def duplicates(self, number: int) -> Sequence[int]:
        return self._view.duplicates(number)

    def search(
        self,
        query: Query,
        *,
        offset: int = 0,
        limit: int = 10,
        sort: Sort = Sort.RELEVANCE,
        filters: Mapping[str, Sequence[str]] | None = None,
        period: Range | None = None,
        facets: Iterable[str] = (),
        time_limit_s: float | None = None,
        reading: Sequence[str] = (),
        recency_days: float | None = None,
        fold_copies: bool = True,
        relax: bool = True,
    ) -> Ranking:
        return self._view.search(
            query,
            offset=offset,
            limit=limit,
            sort=sort,
            filters=filters,
            period=period,
            facets=facets,
            time_limit_s=time_limit_s,
            reading=reading,
            recency_days=recency_days,
            fold_copies=fold_copies,
            relax=relax,
        )

    def count(
        self,
        query: Query,
        *,
        filters: Mapping[str, Sequence[str]] | None = None,
        period: Range | None = None,
    ) -> int:
        return self._view.count(query, filters=filters, period=period)

    def vocabulary(self) -> Mapping[str, int]:
        return self._view.vocabulary()

    def language(self) -> SyllableModel:
        return self._view.language()

    def similar(self, number: int, *, limit: int = 5) -> list[tuple[int, float]]:
        return self._view.similar(number, limit=limit)

    def explain(
        self,
        query: Query,
        number: int,
        *,
        reading: Sequence[str] = (),
        recency_days: float | None = None,
    ) -> Explanation:
        return self._view.explain(query, number, reading=reading, recency_days=recency_days)

    def stats(self) -> IndexStats:
        return self._view.stats()
