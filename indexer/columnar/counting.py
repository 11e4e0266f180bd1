"""Counts over all results: facets and groups of near copies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from indexer.columnar.arrays import Bools, Ints
from indexer.columnar.matching import published_in, with_codes
from indexer.columnar.open_part import OpenPart
from indexer.models import FacetValue, Range

_BY_TIME = ("year", "month")


def facet_counts(
    parts: Sequence[OpenPart], masks: Sequence[Bools], names: Iterable[str]
) -> dict[str, tuple[FacetValue, ...]]:
    """By facet the values among the results, most frequent first; `year` and `month` in order."""
    counted = {}
    for name in names:
        counts: Counter[str] = Counter()
        for part, mask in zip(parts, masks, strict=True):
            counts.update(
                _times(part, mask, name) if name in _BY_TIME else _values(part, mask, name)
            )
        if name in _BY_TIME:
            pairs = sorted(counts.items())
        else:
            pairs = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        counted[name] = tuple(FacetValue(value, count) for value, count in pairs)
    return counted


def _values(part: OpenPart, mask: Bools, name: str) -> dict[str, int]:
    facet = part.facet(name)
    if not len(facet.codes):
        return {}
    per_article = facet.first[1:].astype(np.int64) - facet.first[:-1]
    codes = facet.codes[np.repeat(mask, per_article)]
    counts = np.bincount(codes, minlength=len(facet.values))
    return {facet.values[i]: int(counts[i]) for i in np.flatnonzero(counts).tolist()}


def _times(part: OpenPart, mask: Bools, name: str) -> dict[str, int]:
    months = part.months[mask]
    months = months[months > -(1 << 40)]
    if name == "year":
        months = months // 12
    values, counts = np.unique(months, return_counts=True)
    return {
        _time_name(value, name): count
        for value, count in zip(values.tolist(), counts.tolist(), strict=True)
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


def count_groups(parts: Sequence[OpenPart], masks: Sequence[Bools], total: int) -> int:
    """How many results there are when near copies count as one."""
    found = []
    for part, mask in zip(parts, masks, strict=True):
        members = part.grouped
        if len(members):
            chosen = members[mask[members]]
            found.append(part.segment.group[chosen])
    if not found:
        return total
    groups = np.concatenate(found)
    return total - len(groups) + len(np.unique(groups))


def members_of(parts: Sequence[OpenPart], masks: Sequence[Bools], group: int) -> list[int]:
    """The numbers of the results of one group."""
    numbers: list[int] = []
    for part, mask in zip(parts, masks, strict=True):
        members: Ints = part.grouped
        if len(members):
            mine = members[part.segment.group[members] == np.uint64(group)]
            numbers.extend((mine[mask[mine]] + part.base).tolist())
    return numbers
