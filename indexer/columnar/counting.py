"""Counts over all results: facets and groups of near copies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from indexer.columnar.arrays import I64, Bools, ranges
from indexer.columnar.kernels import grouped
from indexer.columnar.matching import published_in, with_codes
from indexer.columnar.open_part import OpenPart
from indexer.models import FacetValue, Range

_BY_TIME = ("year", "month")


def facet_counts(
    parts: Sequence[OpenPart], results: Sequence[I64], names: Iterable[str]
) -> dict[str, tuple[FacetValue, ...]]:
    """By facet the values among the results, most frequent first; `year` and `month` in order."""
    counted = {}
    for name in names:
        counts: Counter[str] = Counter()
        for part, rows in zip(parts, results, strict=True):
            counts.update(
                _times(part, rows, name) if name in _BY_TIME else _values(part, rows, name)
            )
        if name in _BY_TIME:
            pairs = sorted(counts.items())
        else:
            pairs = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        counted[name] = tuple(FacetValue(value, count) for value, count in pairs)
    return counted


def _values(part: OpenPart, rows: I64, name: str) -> dict[str, int]:
    facet = part.facet(name)
    if not len(facet.codes):
        return {}
    first = facet.first[rows].astype(np.int64)
    codes = facet.codes[ranges(first, facet.first[rows + 1] - first)]
    counts = np.bincount(codes, minlength=len(facet.values))
    there = np.flatnonzero(counts)
    values = map(facet.values.__getitem__, there.tolist())
    return dict(zip(values, counts[there].tolist(), strict=True))


def _times(part: OpenPart, rows: I64, name: str) -> dict[str, int]:
    if not part.is_dated:
        return {}
    months = part.months[rows]
    months = months[months > -(1 << 40)]
    if not len(months):
        return {}
    units = months // 12 if name == "year" else months
    first = int(units.min())
    counts = np.bincount(units - first)
    there = np.flatnonzero(counts)
    return {
        _time_name(first + unit, name): count
        for unit, count in zip(there.tolist(), counts[there].tolist(), strict=True)
    }


def _time_name(value: int, name: str) -> str:
    if name == "year":
        return f"{1970 + value:04d}"
    year, month = divmod(value, 12)
    return f"{1970 + year:04d}-{month + 1:02d}"


def filtered(
    part: OpenPart, filters: Mapping[str, Sequence[str]], period: Range | None = None
) -> Bools | None:
    """The articles that have one of the values of every filter and were published in `period`.

    None where there is no filter and no period.
    """
    kept: Bools | None = None if period is None else published_in(part, period)
    for name, values in filters.items():
        found = _with_values(part, name, values)
        kept = found if kept is None else kept & found
    return kept


def _with_values(part: OpenPart, name: str, values: Sequence[str]) -> Bools:
    if name in _BY_TIME:
        months = part.months
        known = np.unique(months[months > -(1 << 40)]).tolist()
        line = months // 12 if name == "year" else months
        wanted = set(values)
        units = {m // 12 if name == "year" else m for m in known}
        chosen = [unit for unit in units if _time_name(unit, name) in wanted]
        result: Bools = np.isin(line, np.array(chosen, np.int64))
        return result
    chosen_values = set(values)
    codes = [i for i, value in enumerate(part.facet(name).values) if value in chosen_values]
    return with_codes(part, name, codes)


class Groups:
    """The near copies among the articles of a snapshot: groups of two and more, numbered from 0."""

    def __init__(self, parts: Sequence[OpenPart]) -> None:
        members = [part.grouped for part in parts]
        keys = [part.segment.group[rows] for part, rows in zip(parts, members, strict=True)]
        _, number, size = np.unique(
            np.concatenate([*keys, np.zeros(0, np.uint64)]), return_inverse=True, return_counts=True
        )
        several = size > 1  # most articles are alone in their group
        number = np.where(several, np.cumsum(several) - 1, -1)[number]
        self._count = int(np.count_nonzero(several))
        self._of_row = []
        articles, numbers = [], []
        ends = np.cumsum([0, *map(len, keys)]).tolist()
        for part, rows, (start, end) in zip(parts, members, pairwise(ends), strict=True):
            of_row = np.full(part.n, self._count, np.int32)
            mine = number[start:end]
            of_row[rows[mine >= 0]] = mine[mine >= 0]
            self._of_row.append(of_row)
            articles.append(rows[mine >= 0] + part.base)
            numbers.append(mine[mine >= 0])
        everyone = np.concatenate([*articles, np.zeros(0, np.int64)])
        number = np.concatenate([*numbers, np.zeros(0, np.int64)])
        order = np.argsort(number, kind="stable")
        self._articles: list[int] = everyone[order].tolist()
        self._starts: list[int] = np.searchsorted(
            number[order], np.arange(self._count + 1)
        ).tolist()
        self._of: dict[int, int] = dict(zip(everyone.tolist(), number.tolist(), strict=True))

    def of(self, article: int) -> int:
        """The group of an article; -1 for none."""
        return self._of.get(article, -1)

    def members(self, group: int) -> list[int]:
        """The articles of a group, ascending; deleted ones included."""
        return self._articles[self._starts[group] : self._starts[group + 1]]

    def count(self, results: Sequence[I64], total: int) -> int:
        """How many of `total` results there are when near copies count as one."""
        if not self._count:
            return total
        seen = np.zeros(self._count + 1, dtype=bool)
        for of_row, rows in zip(self._of_row, results, strict=True):
            copies, fresh = grouped(of_row, rows, self._count, seen)
            total += fresh - copies
        return total
