"""What an engine answers to a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.models import FacetValue


@dataclass(frozen=True, slots=True)
class Ranked:
    """One result: the engine's own number of the article, its score, folded near copies."""

    number: int
    score: float
    duplicates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """The answer to a query.

    total   articles that are results, near copies included; exact
    groups  the same with near copies folded: what paging counts
    hits    the asked-for slice, best first
    facets  counts over all results, by name; only those that were asked for
    relaxed the words of the query that not every result has, where the engine set some aside
    complete  how many results hold everything that was asked for
    """

    total: int
    groups: int
    hits: tuple[Ranked, ...]
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    relaxed: tuple[str, ...] = ()
    timed_out: bool = False
    complete: int = 0
