"""The pages for people: home, results, article, statistics, help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from indexer import Article, SearchResults, Sort
from webui import current
from webui.charts import ROWS_SHOWN, Chart, draw_ranking, draw_timeline
from webui.citation import cite
from webui.examples import Examples
from webui.i18n import LANGUAGES, format_month, locale
from webui.openapi import describe
from webui.request import FACETS, RECENCY_DAYS, SearchRequest, read_request

blueprint = Blueprint("pages", __name__)

# How results can be taken away: what a reader calls it → the view of `feeds`.
FORMS = {"Atom": "atom", "RSS": "rss", "CSV": "export_csv", "JSON Lines": "export_jsonl"}
NEWEST_SHOWN = 8
SIMILAR_SHOWN = 5
REMOVED_SHOWN = 200


@blueprint.app_context_processor
def _everywhere() -> dict[str, object]:
    """What every template may use."""
    return {
        "settings": current.settings(),
        "languages": LANGUAGES,
        "language": locale().language,
        "switch_language": _switch_language,
    }


def _switch_language(code: str) -> str:
    """This very page in another language, as a relative address."""
    most = current.settings().max_query_chars
    kept = [(k, v[:most]) for k, v in request.args.items(multi=True) if k != "lang"]
    return "?" + urlencode([*kept, ("lang", code)])


@blueprint.get("/")
def home() -> str | Response:
    """The size of the collection, its newest articles, and how to begin. `q` is searched for."""
    if request.args.get("q", "").strip():
        words = request.query_string.decode("ascii", "replace")
        return redirect(f"{url_for('pages.search')}?{words}")
    index = current.index()
    return render_template(
        "home.html",
        stats=current.live().stats(),
        newest=index.newest(NEWEST_SHOWN),
        building=index.is_being_written(),
        examples=current.settings().examples or _examples().of(index),
    )


def _examples() -> Examples:
    return cast(Examples, current_app.extensions.setdefault("timtin.examples", Examples()))


@blueprint.get("/search")
def search() -> str:
    """Results. Without words: everything, newest first."""
    wanted = read_request(request.args, current.settings())
    index = current.index()
    results = wanted.run_for_page(index, current.settings())
    return render_results(wanted, results, empty=not len(index), building=index.is_being_written())


def render_results(
    wanted: SearchRequest,
    results: SearchResults,
    *,
    empty: bool = False,
    building: bool = False,
) -> str:
    """The page of results.

    empty     the index holds nothing at all
    building  somebody is adding articles to it
    """
    settings = current.settings()
    return render_template(
        "results.html",
        wanted=wanted,
        results=results,
        facet_names=FACETS,
        orders=list(_orders(wanted)),
        last_page=min(results.pages, max(1, settings.max_depth // results.per_page)),
        page_numbers=page_numbers,
        takeaways=[
            (name, url_for(f"feeds.{view}", **replace(wanted, page=1, per_page=None).args()))
            for name, view in FORMS.items()
        ],
        empty=empty,
        building=building,
        timeline=draw_timeline(
            results.facets.get("month", ()),
            results.facets.get("year", ()),
            address=lambda name, value: _bar_url(wanted, name, value),
            format_month=format_month,
            within=wanted.filters.get("year", ()),
            total=None if wanted.dated else results.total,
        ),
    )


def _orders(wanted: SearchRequest) -> Iterator[tuple[SearchRequest, str, bool]]:
    """The same search in each order, the order's name, whether it is that of the page.

    Without words nothing is more relevant than anything else.
    """
    relevant, now = Sort.RELEVANCE, wanted.order
    if wanted.text.strip():
        recent = wanted.with_sort(relevant, recency=wanted.recency or RECENCY_DAYS)
        plain = not wanted.recency
        yield wanted.with_sort(relevant), gettext("Relevant"), now is relevant and plain
        yield recent, gettext("Relevant & recent"), now is relevant and not plain
    yield wanted.with_sort(Sort.NEWEST), gettext("Newest"), now is Sort.NEWEST
    yield wanted.with_sort(Sort.OLDEST), gettext("Oldest"), now is Sort.OLDEST


def _bar_url(wanted: SearchRequest, name: str, value: str) -> str:
    """Where a bar of the timeline leads: to its time alone; back, where that is chosen already.

    "" for a text that is too long to stand in every bar: years and months can still be chosen
    among the filters.
    """
    if wanted.long:
        return ""
    chosen = wanted.filters.get(name) == (value,)
    target = wanted.without_facet(name) if chosen else wanted.with_only(name, value)
    return url_for("pages.search", **target.args())


def page_numbers(page: int, last: int) -> list[int | None]:
    """The pages to offer: the first, the last, those around this one; None for a gap.

    >>> page_numbers(7, 20)
    [1, None, 5, 6, 7, 8, 9, None, 20]
    >>> page_numbers(1, 4)
    [1, 2, 3, 4]
    """
    near = {1, last, *range(page - 2, page + 3)}
    shown = sorted(n for n in near if 1 <= n <= last)
    found: list[int | None] = []
    for n in shown:
        if found and (before := shown[shown.index(n) - 1]) < n - 1:
            found.append(n - 1 if before == n - 2 else None)
        found.append(n)
    return found


@blueprint.get("/article")
def article() -> str:
    """The cleaned article, with the words of `q` lit."""
    index = current.index()
    wanted = read_request(request.args, current.settings())
    found = index.get(request.args.get("id", ""))
    shown = index.light(found, wanted.text, literal=wanted.literal)
    return render_template(
        "article.html",
        article=found,
        wanted=wanted,
        back=url_for("pages.search", **wanted.args()) if "q" in request.args else "",
        title=shown.title,
        lead=shown.lead,
        blocks=[
            (kind, line) for kind, line in zip(_kinds(found), shown.lines, strict=True) if line.text
        ],
        captions=shown.captions,
        duplicates=index.duplicates(found.id),
        similar=index.similar(found.id, limit=SIMILAR_SHOWN),
        removed=found.removed[:REMOVED_SHOWN],
        citations=cite(found),
    )


def _kinds(found: Article) -> Sequence[str]:
    """The kind of each line of the body."""
    lines = found.body.count("\n") + 1
    return found.body_kinds if len(found.body_kinds) == lines else ["paragraph"] * lines


@blueprint.get("/stats")
def stats() -> str:
    """Figures and plots of the whole collection; `year` opens one of its years by months."""
    figures = current.live().stats()
    year = request.args.get("year", "")
    within = (year,) if year in {value.value for value in figures.by.get("year", ())} else ()

    def address(name: str, value: str) -> str:
        if name == "year":
            return url_for("pages.stats", year=value)
        return url_for("pages.search", **SearchRequest().with_value(name, value).args())

    charts: dict[str, Chart | None] = {
        name: draw_ranking(figures.by.get(name, ()), name=name, address=address)
        for name in ("site", "section")
    }
    return render_template(
        "stats.html",
        stats=figures,
        building=current.index().is_being_written(),
        timeline=draw_timeline(
            figures.by.get("month", ()),
            figures.by.get("year", ()),
            address=address,
            format_month=format_month,
            within=within,
            total=None if within else figures.articles,
        ),
        within=within,
        charts=charts,
        rows_shown=ROWS_SHOWN,
    )


@blueprint.get("/help")
def help() -> str:
    """The query language and the keys."""
    return render_template("help.html")


@blueprint.get("/api")
def api_page() -> str:
    """The API for people to read: what all searches take is said once."""
    description = describe(current.settings(), gettext)
    operations = [methods["get"] for methods in description["paths"].values()]
    searches = [o for o in operations if any(p["name"] == "sort" for p in o["parameters"])]
    least = min(searches, key=lambda operation: len(operation["parameters"]))
    return render_template(
        "api.html",
        description=description,
        searches={operation["operationId"] for operation in searches},
        shared=least["parameters"],
    )
