"""Query string → `SearchRequest` → `Index.search`: the one way in for pages, API and feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from indexer import (
    Index,
    Notice,
    NoticeKind,
    QueryError,
    SearchResults,
    Sort,
    parse_period,
)
from webui import current
from webui.settings import Settings

# The facets that a reader can narrow by, in the order in which they are shown.
FACETS = ("site", "section", "year", "month", "agency", "author", "tag")
LINKED_CHARS = 300  # a longer text stands on the page once, not in a hundred links
_SHOWN = 40  # characters of a value that cannot be used
SCALARS = ("q", "sort", "page", "per_page", "since", "until", "literal", "recency")
# The half-life that the page offers, and the longest that is taken: a century.
RECENCY_DAYS, MAX_RECENCY_DAYS = 30, 36_500

FORMS = {"year": re.compile("[0-9]{4}"), "month": re.compile("[0-9]{4}-(?:0[1-9]|1[0-2])")}


@dataclass(frozen=True, slots=True)
class ParameterError(ValueError):
    """A parameter that cannot be used: its `name`, the `reason`, the `value` given (cut)."""

    name: str
    reason: str
    value: str = ""


class PageTooDeepError(ParameterError):
    """A page beyond the results that paging reaches."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is asked for: every state of the search page, and its address.

    recency   by relevance, but newer articles gain a little: its half-life in days; None: not
    problems  the parameters that could not be used, and were set aside
    cut       the text was longer than is read
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: str = ""
    until: str = ""
    sort: Sort | None = None
    page: int = 1
    per_page: int | None = None
    literal: bool = False
    recency: int | None = None
    problems: tuple[ParameterError, ...] = ()
    cut: bool = False

    @property
    def order(self) -> Sort:
        """The order of the results: by relevance, but newest first when no words were typed."""
        return self.sort or (Sort.RELEVANCE if self.text.strip() else Sort.NEWEST)

    @property
    def narrowed(self) -> bool:
        """Whether anything but words narrows the search."""
        return bool(self.filters or self.since or self.until)

    @property
    def dated(self) -> bool:
        """Whether only articles of some time are found, which all have a date."""
        return bool(self.since or self.until or self.filters.keys() & {"year", "month"})

    @property
    def long(self) -> bool:
        """Whether the text is too long to stand in each of many links."""
        return len(self.text) > LINKED_CHARS

    def from_article(self) -> dict[str, Any]:
        """What an article's address needs to light up the words and to lead back to here."""
        return {**self.args(), "q": self.text[:LINKED_CHARS]}

    def args(self) -> dict[str, Any]:
        """The query string that asks for this, for `url_for`; defaults are left out."""
        values: dict[str, Any] = {"q": self.text}
        values |= {name: list(self.filters[name]) for name in FACETS if name in self.filters}
        values |= {"since": self.since, "until": self.until}
        values["sort"] = str(self.sort) if self.sort else ""
        values["page"] = self.page if self.page > 1 else ""
        values["per_page"] = self.per_page or ""
        values["literal"] = "1" if self.literal else ""
        values["recency"] = self.recency or ""
        return {k: v for k, v in values.items() if v or k == "q"}

    def with_text(self, text: str, *, literal: bool = False) -> SearchRequest:
        """The same with other words, from the first page."""
        return replace(self, text=text, literal=literal, page=1, problems=(), cut=False)

    def with_page(self, page: int) -> SearchRequest:
        """Another page of the same."""
        return replace(self, page=page)

    def with_sort(self, sort: Sort | None, *, recency: int | None = None) -> SearchRequest:
        """The same in another order, from the first page."""
        return replace(self, sort=sort, recency=recency, page=1)

    def with_value(self, name: str, value: str) -> SearchRequest:
        """Narrowed to this value of a facet (or one more of its values), from the first page."""
        values = dict.fromkeys((*self.filters.get(name, ()), value))
        return replace(self, filters={**self.filters, name: tuple(values)}, page=1)

    def with_only(self, name: str, value: str) -> SearchRequest:
        """Narrowed to this value of a facet and no other; a month is in its year."""
        left = {k: v for k, v in self.filters.items() if (k, name) != ("month", "year")}
        return replace(self, filters={**left, name: (value,)}, page=1)

    def without_facet(self, *names: str) -> SearchRequest:
        """Narrowed to no value of these facets, from the first page."""
        left = {k: v for k, v in self.filters.items() if k not in names}
        return replace(self, filters=left, page=1)

    def without_value(self, name: str, value: str) -> SearchRequest:
        """No longer narrowed to this value, from the first page."""
        left = {**self.filters, name: tuple(v for v in self.filters.get(name, ()) if v != value)}
        return replace(self, filters={k: v for k, v in left.items() if v}, page=1)

    @property
    def backwards(self) -> bool:
        """Whether the range of dates ends before it begins."""
        period = parse_period(self.since, self.until)
        return bool(period and period.start and period.end and period.end <= period.start)

    def with_dates(self, since: str, until: str) -> SearchRequest:
        """In this range of dates, from the first page."""
        return replace(self, since=since, until=until, page=1)

    def without_dates(self) -> SearchRequest:
        """Without the range of dates, from the first page."""
        return self.with_dates("", "")

    def without_filters(self) -> SearchRequest:
        """Only the words, in the same order, from the first page."""
        return replace(self.without_dates(), filters={})

    def chips(self) -> Iterator[tuple[str, str, SearchRequest]]:
        """Each narrowing in force: the facet's name, the value, and the request without it."""
        for name in FACETS:
            for value in self.filters.get(name, ()):
                yield name, value, self.without_value(name, value)
        if self.since:
            yield "since", self.since, replace(self, since="", page=1)
        if self.until:
            yield "until", self.until, replace(self, until="", page=1)

    @property
    def days(self) -> tuple[str, str]:
        """The first and the last day of the range of dates, for date fields; "" is open."""
        period = parse_period(self.since, self.until)
        first = period.start.date().isoformat() if period and period.start else ""
        last = (period.end - timedelta(days=1)).date().isoformat() if period and period.end else ""
        return first, last

    def finding(self, settings: Settings) -> dict[str, Any]:
        """What is found beside the words, and in which order, as arguments of the library."""
        return {
            "filters": self.filters or None,
            "since": self.since,
            "until": self.until,
            "sort": self.order,
            "literal": self.literal,
            "recency_days": self.recency,
            "time_limit_s": settings.time_limit_s,
        }

    def run_for_page(self, index: Index, settings: Settings) -> SearchResults:
        """The results, with every value that each facet could be narrowed to.

        A facet that is narrowed is counted as if it were not: whoever chose one site sees the
        others, and how much each would add.
        """
        results = self.run(index, settings)
        if any(notice.kind is NoticeKind.TIMED_OUT for notice in results.notices):
            return results
        facets = dict(results.facets)
        for name in self.filters:
            wider = (
                self.without_facet(name, "month") if name == "year" else self.without_facet(name)
            )
            other = wider.run(index, settings, per_page=1, snippets=False)
            facets[name] = other.facets.get(name, ())
        return replace(results, facets=facets)

    def run(self, index: Index, settings: Settings, **options: Any) -> SearchResults:
        """The results; `options` go to `Index.search` as they are."""
        wanted: dict[str, Any] = {
            "page": self.page,
            "per_page": self.per_page or settings.per_page,
        }
        results = index.search(self.text, **(wanted | self.finding(settings) | options))
        if self.cut and all(n.kind is not NoticeKind.TRUNCATED for n in results.notices):
            cut = Notice(NoticeKind.TRUNCATED)
            return replace(results, notices=(cut, *results.notices))
        return results


def read_request(args: MultiDict[str, str], settings: Settings) -> SearchRequest:
    """The request in a query string. It never fails: see `SearchRequest.problems`."""
    problems: list[ParameterError] = []
    for name in SCALARS:
        if len(args.getlist(name)) > 1:
            problems.append(ParameterError(name, "is given more than once"))
    text = args.get("q", "").replace("\0", " ")
    per_page = _read_number(args, "per_page", settings.max_per_page, problems)
    page = _read_number(args, "page", max(1, settings.max_depth // settings.per_page), problems)
    deepest = max(1, settings.max_depth // (per_page or settings.per_page))
    if page and page > deepest:
        reason = f"is too deep: paging reaches {settings.max_depth} results"
        problems.append(PageTooDeepError("page", reason, str(page)))
        page = None
    return SearchRequest(
        text=text[: settings.max_query_chars],
        filters=_read_filters(args, settings, problems),
        since=_read_date(args, "since", problems),
        until=_read_date(args, "until", problems),
        sort=_read_sort(args, problems),
        page=page or 1,
        per_page=per_page,
        literal=_read_flag(args, "literal", problems),
        recency=_read_number(args, "recency", MAX_RECENCY_DAYS, problems),
        cut=len(text) > settings.max_query_chars,
        problems=tuple(problems),
    )


def strict_request(*, paged: bool = True) -> SearchRequest:
    """The request being answered. Raises `ParameterError` where a page would be lenient.

    paged  whether the answer has pages; a feed or an export, which has none, does not take `page`
    """
    unpaged = () if paged else ("page", "per_page")
    refuse_unknown(*(name for name in SCALARS if name not in unpaged), *FACETS)
    wanted = read_request(request.args, current.settings())
    for problem in wanted.problems:
        raise problem
    return wanted


def refuse_unknown(*known: str) -> None:
    """Raise `ParameterError` for a parameter that is not among those `known`.

    A misspelt filter that is passed over would find everything.
    """
    for name in request.args:
        if name not in known:
            like = get_close_matches(name, known, 1)
            hint = f"; {like[0]} is" if like else ""
            raise ParameterError(name[:_SHOWN], "is not a parameter of this address" + hint)


def _read_filters(
    args: MultiDict[str, str], settings: Settings, problems: list[ParameterError]
) -> dict[str, tuple[str, ...]]:
    filters = {}
    for name in FACETS:
        given = args.getlist(name)
        if (form := FORMS.get(name)) and not all(form.fullmatch(v) for v in given):
            problems.append(ParameterError(name, "must be like 2020 or 2020-09"))
            given = [v for v in given if form.fullmatch(v)]
        values = tuple(dict.fromkeys(v for v in given if v))
        if len(args.getlist(name)) > settings.max_values:
            problems.append(ParameterError(name, f"takes {settings.max_values} values at most"))
            values = values[: settings.max_values]
        if values:
            filters[name] = values
    return filters


def _read_number(
    args: MultiDict[str, str], name: str, largest: int, problems: list[ParameterError]
) -> int | None:
    text = args.get(name)
    if text is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", text) and 1 <= int(text) <= largest:
        return int(text)
    reason = f"must be a number from 1 to {largest}"
    problems.append(ParameterError(name, reason, text[:_SHOWN]))
    return None


def _read_sort(args: MultiDict[str, str], problems: list[ParameterError]) -> Sort | None:
    text = args.get("sort")
    if text is None:
        return None
    if text in set(Sort):
        return Sort(text)
    problems.append(ParameterError("sort", "must be one of " + ", ".join(Sort)))
    return None


def _read_flag(args: MultiDict[str, str], name: str, problems: list[ParameterError]) -> bool:
    text = args.get(name, "0")
    if text not in ("0", "1"):
        problems.append(ParameterError(name, "must be 0 or 1"))
    return text == "1"


def _read_date(args: MultiDict[str, str], name: str, problems: list[ParameterError]) -> str:
    text = args.get(name, "").strip()
    try:
        parse_period(text)
    except QueryError:
        reason = "must be a date: 2020, 2020-09, 2020-09-27 or 27/9/2020"
        problems.append(ParameterError(name, reason, text[:_SHOWN]))
        return ""
    return text
