"""Bar charts as plain geometry; `_chart.html` draws them as SVG, with a table that says it too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indexer import FacetValue

HEIGHT = 72
WIDEST_BAR = 8.0  # per cent: two bars alone would be posts
# Every bar's place is wide enough for a finger (WCAG 2.2, 2.5.8: 24 px): from so many bars on, the
# drawing is at least as wide as style.css says for the name, and scrolls where that does not fit.
BREADTHS = ((12, "few"), (20, "some"), (36, "many"))
_ALONE = 1  # empty places on each side of a bar whose count is always shown
MOST_MONTHS = 36  # a longer time is drawn by years
# Rows that are there to see, and that can be unfolded; more make a page too long to use.
ROWS_SHOWN, MOST_ROWS = 15, 300

Address = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Bar:
    """One value: where its place begins (`x`), its sizes, what it says, where it leads.

    `slot` is the width of its place, `breadth` its own: per cent of the drawing, like `x`.
    `length` is in pixels for upright bars, per cent for lying ones. `tick` is the short label
    below, "" where there is no room. `alone`: with empty places on both sides, there is room for
    its count.
    """

    x: float
    slot: float
    breadth: float
    length: float
    value: str
    label: str
    tick: str
    count: int
    url: str
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, and what they count: `unit` is `month`, `year`, `site` or `section`.

    `breadth` names how much room they need at least: `few`, `some`, `many`, `most`. `left_out`:
    how many values more there are than bars, or, over time, articles without a date.
    """

    unit: str
    breadth: str
    height: float
    bars: tuple[Bar, ...]
    left_out: int = 0


def draw_timeline(
    months: Sequence[FacetValue],
    years: Sequence[FacetValue],
    *,
    address: Address,
    format_month: Callable[[str], str],
    within: Sequence[str] = (),
    total: int | None = None,
) -> Chart | None:
    """Upright bars over time, by months or, over more than three years, by years.

    None where there is nothing to compare. `address(facet, value)` is where a bar leads. `within`:
    the years that were chosen; they are drawn whole, by months. `total`: the articles that were
    counted, where those without a date are among them.
    """
    unit, counts = "month", {m.value: m.count for m in months}
    if within:
        ends = (f"{min(within)}-01", f"{max(within)}-12")
        counts = {month: n for month, n in counts.items() if ends[0] <= month <= ends[1]}
    elif counts:
        ends = (min(counts), max(counts))
    span = _months_between(*ends) if counts else []
    if len(span) > MOST_MONTHS:
        unit, counts = "year", {y.value: y.count for y in years}
        span = [f"{y:04}" for y in range(int(min(counts)), int(max(counts)) + 1)] if counts else []
    if len(span) < 2:
        return None
    slot = 100 / len(span)
    highest = max(counts.values())
    every = 1 if len(span) <= 8 else 2 if unit == "year" or len(span) <= 12 else 3
    ticked = [(len(span) - 1 - i) % every == 0 for i in range(len(span))]  # the newest is
    bars = []
    for i, value in enumerate(span):
        near = slice(max(0, i - _ALONE), i + _ALONE + 1)
        alone = value in counts and sum(v in counts for v in span[near]) == 1
        count = counts.get(value, 0)
        tick = value[5:].lstrip("0") + "/" + value[2:4] if unit == "month" else value
        bars.append(
            Bar(
                x=round(i * slot, 3),
                slot=round(slot, 3),
                breadth=round(min(0.84 * slot, WIDEST_BAR), 3),
                length=round(max(2.0, HEIGHT * count / highest), 2) if count else 0,
                value=value,
                label=format_month(value) if unit == "month" else value,
                tick=tick if ticked[i] or (alone and not any(ticked[near])) else "",
                count=count,
                url=address(unit, value) if count else "",
                alone=alone,
            )
        )
    breadth = next((name for most, name in BREADTHS if len(span) <= most), "most")
    undated = 0 if total is None else max(0, total - sum(month.count for month in months))
    return Chart(unit, breadth, HEIGHT, tuple(bars), undated)


def draw_ranking(values: Sequence[FacetValue], *, name: str, address: Address) -> Chart | None:
    """Lying bars, most first; None where there are no values. `length` is a percentage."""
    named = [v for v in values if v.value]
    shown = named[:MOST_ROWS]
    if not shown:
        return None
    most = max(v.count for v in shown)
    bars = tuple(
        Bar(
            x=0,
            slot=0,
            breadth=0,
            length=round(100 * v.count / most, 1),
            value=v.value,
            label=v.value,
            tick="",
            count=v.count,
            url=address(name, v.value),
        )
        for v in shown
    )
    return Chart(name, "few", 1, bars, len(named) - len(shown))


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
