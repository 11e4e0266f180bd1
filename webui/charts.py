"""Bar charts as plain geometry; `_chart.html` draws them as SVG, beside a table of the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indexer import FacetValue

# Wide enough to be hit by a finger (WCAG 2.2, 2.5.8: 24 px); more bars than fit scroll sideways.
SLOT_MIN, SLOT_MAX = 24, 88
WIDTH = 720
HEIGHT = 96
GAP = 4
MOST_MONTHS = 36  # a longer time is drawn by years
MOST_ROWS = 15

Address = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Bar:
    """One value: where it stands (`x`), its size, what it says, where it leads.

    `slot` is the width that belongs to it, gaps included. `tick` is the short label below,
    "" where there is no room.
    """

    x: float
    slot: float
    length: float
    value: str
    label: str
    tick: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, and what they count: `unit` is `month`, `year`, `site` or `section`."""

    unit: str
    width: float
    height: float
    bars: tuple[Bar, ...]


def draw_timeline(
    months: Sequence[FacetValue],
    years: Sequence[FacetValue],
    *,
    address: Address,
    format_month: Callable[[str], str],
) -> Chart | None:
    """Upright bars over time, by months or, over more than three years, by years.

    None where there is nothing to compare. `address(facet, value)` is where a bar leads.
    """
    counts = {m.value: m.count for m in months}
    span = _months_between(min(counts), max(counts)) if counts else []
    unit = "month"
    if len(span) > MOST_MONTHS:
        unit, counts = "year", {y.value: y.count for y in years}
        span = [f"{y:04}" for y in range(int(min(counts)), int(max(counts)) + 1)] if counts else []
    if len(span) < 2:
        return None
    slot = min(SLOT_MAX, max(SLOT_MIN, WIDTH / len(span)))
    highest = max(counts.values())
    every = 1 if slot >= 40 else 2 if unit == "year" else 3
    bars = []
    for i, value in enumerate(span):
        count = counts.get(value, 0)
        tick = value[5:].lstrip("0") + "/" + value[2:4] if unit == "month" else value
        bars.append(
            Bar(
                x=round(i * slot, 2),
                slot=round(slot, 2),
                length=round(max(2.0, HEIGHT * count / highest), 2) if count else 0,
                value=value,
                label=format_month(value) if unit == "month" else value,
                tick=tick if i % every == 0 else "",
                count=count,
                url=address(unit, value) if count else "",
            )
        )
    return Chart(unit, round(slot * len(span), 2), HEIGHT, tuple(bars))


def draw_ranking(values: Sequence[FacetValue], *, name: str, address: Address) -> Chart | None:
    """Lying bars, most first; None where there are no values. `length` is a percentage."""
    shown = [v for v in values if v.value][:MOST_ROWS]
    if not shown:
        return None
    most = max(v.count for v in shown)
    bars = tuple(
        Bar(
            0,
            0,
            round(100 * v.count / most, 1),
            v.value,
            v.value,
            "",
            v.count,
            address(name, v.value),
        )
        for v in shown
    )
    return Chart(name, 100, 1, bars)


def _months_between(first: str, last: str) -> list[str]:
    """Every month from `first` to `last`, both included.

    >>> _months_between("2019-11", "2020-02")
    ['2019-11', '2019-12', '2020-01', '2020-02']
    """
    year, month = map(int, first.split("-"))
    found = []
    while (now := f"{year:04}-{month:02}") <= last:
        found.append(now)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found
