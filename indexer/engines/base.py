"""What an engine must do: store articles, and answer query trees about them.

The library above (`Index`) knows no engine; an engine knows no query text, no snippets and no
HTML. `tests/contract` holds one suite that every engine passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from indexer.columnar.explain import Explanation
from indexer.columnar.gathering import Grouping
from indexer.columnar.ranked import Ranked, Ranking
from indexer.models import Article, IndexStats, Query, Range, Sort, VerifyReport
from indexer.restore import SyllableModel

__all__ = ["FACETS", "MEMORY_MB", "Engine", "Ranked", "Ranking", "View", "Writer"]

MEMORY_MB = 512  # that writing may take unless one says otherwise
# Facets that every engine counts, and filters that it takes. `year` is `2020`, `month` `2020-09`.
FACETS = ("site", "section", "agency", "author", "tag", "year", "month")


class Writer(Protocol):
    """One transaction. Leaving the `with` block commits; an exception inside it discards.

    Opening one raises `IndexLockedError` while another process or thread writes.
    """

    def __enter__(self) -> Writer: ...
    def __exit__(self, *exc: object) -> None: ...

    def add(self, article: Article, *, group: str | None = None) -> None:
        """Store an article; one with the same id is replaced. `group`: near copies share it; None:
        the writer's `grouping` tells."""

    def flush(self, *, wait: bool = True) -> None:
        """Finish what was added, without committing it: all of it has been put into groups. Not to
        `wait`: begin to, or go on with it, while other processes still have some of it."""

    def remove(self, id: str) -> bool:
        """Take an article out; whether it was there."""

    def attach(self, name: str, data: bytes) -> None:
        """Keep a named blob (learned boilerplate, signatures) with this commit."""

    def optimize(self) -> None:
        """Have the next commit join what is stored in as few parts as possible: slow, and then
        searching is quicker."""

    def commit(self) -> None:
        """Make all so far durable and visible, and go on in a new transaction."""


class View(Protocol):
    """One commit, for reading. Article numbers are those of this commit; nothing changes it."""

    def __len__(self) -> int: ...

    @property
    def generation(self) -> int:
        """Number of the commit that is being read."""

    @property
    def commit(self) -> str:
        """Its name, which no other commit has, of an index that takes the place of this one too."""

    def sources(self) -> Mapping[str, tuple[str, str]]:
        """By article id: its `source` and its `fingerprint`."""

    def attachment(self, name: str) -> bytes | None:
        """A blob that a writer attached, or None."""

    def number(self, id: str) -> int:
        """The number of an article. Raises `ArticleNotFoundError`."""

    def article(self, number: int) -> Article:
        """The stored article of this number."""

    def heads(self, numbers: Iterable[int]) -> list[Article]:
        """Articles without lead, body, captions and removals: quick, for lists of results."""

    def duplicates(self, number: int) -> Sequence[int]:
        """The other articles of its group of near copies."""

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
        """Find and rank.

        filters  per facet name, values of which one must be there
        period   in which they must have been published
        reading  for each word that is scored, in order, the form that it stands for (marks
                 restored): matching ignores it, ranking uses it; empty for the words as typed
        recency_days  the half-life of a bonus for newer articles (`columnar.recency`); None: none
        relax         where no article holds all the words, find those that hold most of them
        fold_copies   near copies stand under the best of them, not as hits of their own
        """

    def count(
        self,
        query: Query,
        *,
        filters: Mapping[str, Sequence[str]] | None = None,
        period: Range | None = None,
    ) -> int:
        """How many articles match, near copies included; `filters`, `period` as for `search`."""

    def vocabulary(self) -> Mapping[str, int]:
        """Every exact form in the articles' text, with the number of articles that hold it."""

    def similar(self, number: int, *, limit: int = 5) -> list[tuple[int, float]]:
        """The articles most like this one, near copies aside: number and likeness (0 to 1)."""

    def explain(
        self,
        query: Query,
        number: int,
        *,
        reading: Sequence[str] = (),
        recency_days: float | None = None,
    ) -> Explanation:
        """The parts of an article's score."""

    def language(self) -> SyllableModel:
        """The statistics of the language of the articles: restores marks, corrects slips."""

    def stats(self) -> IndexStats: ...

    def verify(self) -> VerifyReport: ...


class Engine(View, Protocol):
    """An open index. Reads are those of its newest view; whoever reads more than once, and would
    be confused by a commit between, takes `view()` first."""

    location: str

    def view(self) -> View:
        """The commit that is being read, as it is whatever comes after."""

    def refresh(self) -> bool:
        """Turn to the newest commit; whether there was one. Cheap when there was none."""

    def writer(
        self, *, grouping: Grouping | None = None, workers: int = 1, memory_mb: int = MEMORY_MB
    ) -> Writer:
        """Begin to write.

        grouping   tells near copies; it is asked about batches of articles, in their order, and
                   told of articles that are removed
        workers    processes that index what is added
        memory_mb  about how much memory all of them may take together
        """

    def is_being_written(self) -> bool:
        """Whether anybody, here or in another process, is writing at the moment."""
