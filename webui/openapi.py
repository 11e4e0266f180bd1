"""The description of the API (OpenAPI 3.1), as data. `/api` shows it to people, in their language.

Its texts are in the catalogue of the pages; those of `SCHEMAS` are only marked here (`N_`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from indexer import NoticeKind, Sort
from webui.request import MAX_RECENCY_DAYS
from webui.settings import Settings

MAX_SUGGESTIONS = 20
MAX_SIMILAR = 50
_YEAR, _MONTH, _DAY = "[12][0-9]{3}", "(0?[1-9]|1[0-2])", "(0?[1-9]|[12][0-9]|3[01])"
DATE = f"^({_YEAR}(-{_MONTH}(-{_DAY})?)?|({_DAY}/)?{_MONTH}/{_YEAR})?$"

Gettext = Callable[..., str]


def in_english(text: str, **values: object) -> str:
    """The text itself, its `%(values)s` filled in: what programs read."""
    return text % values if values else text


def N_(text: str) -> str:  # noqa: N802 (the name that catalogues are made by)
    """The text itself: it is translated where it is shown."""
    return text


STRING = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}
MOMENT = {"type": ["string", "null"], "description": N_("ISO 8601, with a time zone")}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _array(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


_COUNTED = {"type": "object", "additionalProperties": _array(_ref("FacetValue"))}
_SPAN = {**_array({"type": "integer", "minimum": 0}), "minItems": 2, "maxItems": 2}

SCHEMAS: dict[str, Any] = {
    "Highlighted": {
        **_object(text=STRING, spans=_array(_SPAN)),
        "description": N_("Plain text, and the parts of it to light up, in code points."),
    },
    "FacetValue": _object(value=STRING, count=COUNT),
    "Hit": _object(
        id=STRING, url=STRING, title=_ref("Highlighted"), snippet=_ref("Highlighted"),
        site=STRING, section=STRING, agency=STRING, author=_array(STRING), tags=_array(STRING),
        published=MOMENT, score={"type": "number"}, duplicates=_array(_ref("Hit")),
    ),
    "SearchResults": _object(
        query=STRING,
        total={**COUNT, "description": N_("articles found, near copies included")},
        groups={**COUNT, "description": N_("what is listed: near copies counted once")},
        page=COUNT, per_page=COUNT,
        pages={**COUNT, "description": N_("near copies stand in `duplicates` of one hit: they take "
               "no place on a page, so there may be fewer pages than `total` needs")},
        hits=_array(_ref("Hit")), facets=_COUNTED,
        suggestion={**STRING, "description": N_("did you mean; empty where there is none")},
        readings=_array(_object(text=STRING, count=COUNT)),
        notices=_array(
            _object(kind={**STRING, "enum": [str(kind) for kind in NoticeKind]}, detail=STRING)
        ),
        took_ms={"type": "number"},
    ),
    "Suggestions": _object(query=STRING, suggestions=_array(_object(
        text=STRING,
        count={**COUNT, "description": N_("articles that have this phrase")},
    ))),
    "Similar": _object(id=STRING, hits=_array(_ref("Hit"))),
    "Article": _object(
        id=STRING, title=STRING, url=STRING, lead=STRING,
        body={**STRING, "description": N_("one paragraph a line")},
        body_kinds=_array(STRING), captions=_array(STRING), author=_array(STRING),
        agency=STRING, publisher=STRING, section=STRING, tags=_array(STRING), site=STRING,
        published=MOMENT, source=STRING, fingerprint=STRING,
        removed=_array(_object(rule=STRING, text=STRING, why=STRING)),
    ),
    "Stats": _object(
        articles=COUNT, generation=COUNT, size_bytes=COUNT,
        modified=MOMENT, oldest=MOMENT, newest=MOMENT, by=_COUNTED,
    ),
    "Problem": {
        "type": "object",
        "properties": {
            "type": STRING, "title": STRING, "status": {"type": "integer"}, "detail": STRING,
        },
        "required": ["type", "title", "status"],
    },
}  # fmt: skip

FEED = N_(
    "A search as %(form)s feed: the newest articles that it is about. "
    "With `sort`, simply in that order. A feed has one page: it takes no `page`."
)

PROBLEMS = {
    "400": "A parameter cannot be used.",
    "404": "The index holds no article with this id, or paging does not reach this page.",
    "429": "Too many requests; `Retry-After` says how many seconds to wait.",
    "503": "There is no index yet, or it cannot be used.",
}


def _parameter(name: str, schema: dict[str, Any], description: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": description, **more}


def _number(largest: int, default: int | None = None) -> dict[str, Any]:
    number = {"type": "integer", "minimum": 1, "maximum": largest}
    return number if default is None else {**number, "default": default}


def _answers(content: dict[str, Any], *problems: str) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "200": {"description": "The answer.", "content": content},
        "304": {"description": "Nothing was committed since the copy that `If-None-Match` names."},
    }
    for status in (*problems, "429", "503"):
        body = {"application/problem+json": {"schema": _ref("Problem")}}
        answers[status] = {"description": PROBLEMS[status], "content": body}
    return answers


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": _ref(name)}}


def _get(
    operation: str, summary: str, parameters: list[dict[str, Any]], answers: dict[str, Any]
) -> dict[str, Any]:
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": parameters,
            "responses": answers,
        }
    }


def describe(settings: Settings, gettext: Gettext = in_english) -> dict[str, Any]:
    """The description of an app with these settings, its operations worded by `gettext`."""
    words = [
        _parameter(
            "q",
            STRING,
            gettext("the query; read up to %(n)s characters", n=settings.max_query_chars),
        )
    ]
    narrowing = [
        _parameter(
            name,
            {**_array(STRING), "maxItems": settings.max_values},
            gettext(
                "only articles with one of these values of %(name)s; may be repeated", name=name
            ),
            style="form",
            explode=True,
        )
        for name in ("site", "section", "agency", "author", "tag")
    ]
    narrowing += [
        _parameter(
            name,
            {**_array({**STRING, "pattern": pattern}), "maxItems": settings.max_values},
            meaning,
            style="form",
            explode=True,
        )
        for name, pattern, meaning in (
            ("year", "^[0-9]{4}$", gettext("only articles of these years (2020); may be repeated")),
            (
                "month",
                "^[0-9]{4}-(0[1-9]|1[0-2])$",
                gettext("only articles of these months (2020-09); may be repeated"),
            ),
        )
    ]
    narrowing += [
        _parameter(
            "since",
            {**STRING, "pattern": DATE},
            gettext("published from then on: 2020, 2020-09, 2020-09-27 or 27/9/2020"),
        ),
        _parameter(
            "until",
            {**STRING, "pattern": DATE},
            gettext("published until the last moment of this year, month or day"),
        ),
    ]
    order = _parameter(
        "sort",
        {**STRING, "enum": [str(sort) for sort in Sort]},
        gettext("by relevance; without words newest first"),
    )
    paging = [
        _parameter(
            "page",
            _number(max(1, settings.max_depth // settings.per_page), 1),
            gettext("paging reaches %(n)s results", n=settings.max_depth),
        ),
        _parameter(
            "per_page", _number(settings.max_per_page, settings.per_page), gettext("results a page")
        ),
    ]
    literal = _parameter(
        "literal",
        {**STRING, "enum": ["0", "1"]},
        gettext("1: exactly what was typed; no word is corrected or set aside"),
    )
    recency = _parameter(
        "recency",
        _number(MAX_RECENCY_DAYS),
        gettext(
            "by relevance, but the newest articles gain up to a quarter of their score, half as "
            "much for every so many days of age; without it age does not count"
        ),
    )
    id_parameter = _parameter(
        "id", {**STRING, "minLength": 1}, gettext("the article's id"), required=True
    )
    search = [*words, *narrowing, order, recency, literal]
    xml = {"schema": STRING}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{settings.title} API",
            "version": "1",
            "description": gettext(
                "Search over Vietnamese news. Errors are problem+json (RFC 9457). "
                "Answers carry an ETag that changes with each commit of the index."
            ),
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/api/search": _get(
                "search", gettext("Find articles."), [*search, *paging],
                _answers(_json("SearchResults"), "400", "404"),
            ),
            "/api/suggest": _get(
                "suggest", gettext("Complete what is being typed."),
                [*words, _parameter("limit", _number(MAX_SUGGESTIONS, 8), gettext("how many"))],
                _answers(_json("Suggestions"), "400"),
            ),
            "/api/articles": _get(
                "article", gettext("One article, whole. /api/articles/{id} is the same, "
                "with the id percent-encoded."),
                [id_parameter], _answers(_json("Article"), "400", "404"),
            ),
            "/api/similar": _get(
                "similar", gettext("Articles about the same matter."),
                [id_parameter, _parameter("limit", _number(MAX_SIMILAR, 5), gettext("how many"))],
                _answers(_json("Similar"), "400", "404"),
            ),
            "/api/stats": _get(
                "stats", gettext("Figures about the index."), [], _answers(_json("Stats"))
            ),
            "/feed.atom": _get(
                "atom", gettext(FEED, form="Atom"), search,
                _answers({"application/atom+xml": xml}, "400"),
            ),
            "/feed.rss": _get(
                "rss", gettext(FEED, form="RSS"), search,
                _answers({"application/rss+xml": xml}, "400"),
            ),
            "/export.csv": _get(
                "csv", gettext("All articles found (at most %(n)s) as CSV.", n=settings.max_export),
                search,
                _answers({"text/csv": {"schema": STRING}}, "400"),
            ),
            "/export.jsonl": _get(
                "jsonl",
                gettext(
                    "All articles found (at most %(n)s), one JSON object a line.",
                    n=settings.max_export,
                ),
                search,
                _answers({"application/jsonl": {"schema": STRING}}, "400"),
            ),
        },
        "components": {"schemas": SCHEMAS},
    }  # fmt: skip
