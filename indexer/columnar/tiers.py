"""Which segments to merge: many of like size, so that each article is rewritten seldom."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.columnar.postings import MAX_ARTICLES

WIDTH = 8  # segments of like size that are merged; each level is so many times the one before
_SMALLEST = 100  # segments below this are of one level
_MOST_DELETED = 0.3  # a segment with a greater part deleted is rewritten
_AT_ONCE = 4000  # articles that any commit may rewrite, however few it adds
TOO_MANY = 24  # with so many segments a commit takes the time it needs


def level(articles: int) -> int:
    """The level of a segment.

    >>> [level(n) for n in (1, 100, 800, 6400)]
    [0, 0, 1, 2]
    """
    found = 0
    while articles >= _SMALLEST * WIDTH ** (found + 1):
        found += 1
    return found


def choose(
    sizes: Sequence[tuple[int, int]],
    added: int,
    *,
    optimize: bool = False,
    most: int = MAX_ARTICLES,
) -> tuple[int, ...]:
    """The segments to merge next into one, by place; empty when all is well.

    sizes  articles of each segment, and how many of them are not deleted
    added  articles that this commit adds: a large one may take longer
    most   articles that may be merged into one segment

    >>> choose([(100, 100)] * 8, 100)
    (0, 1, 2, 3, 4, 5, 6, 7)
    >>> choose([(50_000, 50_000), (100, 100)], 100)
    ()
    """
    for place, (_, alive) in enumerate(sizes):
        if not alive:
            return (place,)
    if optimize:
        return _optimized(sizes, most)
    budget = max(_AT_ONCE, 4 * added) if len(sizes) < TOO_MANY else most
    levels: dict[int, list[int]] = {}
    for place, (_, alive) in enumerate(sizes):
        levels.setdefault(level(alive), []).append(place)
    for _, places in sorted(levels.items()):
        if len(places) >= WIDTH:
            chosen = _fitting(sizes, places, min(budget, most))
            if len(chosen) > 1:
                return chosen
    for place, (count, alive) in enumerate(sizes):
        if count - alive > _MOST_DELETED * count and alive <= min(budget, most):
            return (place,)
    return ()


def _fitting(sizes: Sequence[tuple[int, int]], places: Sequence[int], most: int) -> tuple[int, ...]:
    """As many of the places as fit into one segment, the smallest first."""
    chosen = []
    total = 0
    for place in sorted(places, key=lambda p: sizes[p][1]):
        if total + sizes[place][1] > most:
            break
        chosen.append(place)
        total += sizes[place][1]
    return tuple(sorted(chosen))


def _optimized(sizes: Sequence[tuple[int, int]], most: int) -> tuple[int, ...]:
    chosen = _fitting(sizes, range(len(sizes)), most)
    if len(chosen) > 1:
        return chosen
    for place, (count, alive) in enumerate(sizes):
        if alive < count and alive <= most:
            return (place,)
    return ()
