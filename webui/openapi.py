"""The description of the API (OpenAPI 3.1), as data. `/api` shows it to people."""

from __future__ import annotations

from typing import Any

from indexer import NoticeKind, Sort
from webui.request import MAX_RECENCY_DAYS
from webui.settings import Settings

MAX_SUGGESTIONS = 20
MAX_SIMILAR = 50
_YEAR, _MONTH, _DAY = "[12][0-9]{3}", "(0?[1-9]|1[0-2])", "(0?[1-9]|[12][0-9]|3[01])"
DATE = f"^({_YEAR}(-{_MONTH}(-{_DAY})?)?|({_DAY}/)?{_MONTH}/{_YEAR})?$"

STRING = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}
MOMENT = {"type": ["string", "null"], "description": "ISO 8601, with a time zone"}


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
        "description": "Plain text, and the parts of it to light up, in code points.",
    },
    "FacetValue": _object(value=STRING, count=COUNT),
    "Hit": _object(
        id=STRING, url=STRING, title=_ref("Highlighted"), snippet=_ref("Highlighted"),
        site=STRING, section=STRING, agency=STRING, author=_array(STRING), tags=_array(STRING),
        published=MOMENT, score={"type": "number"}, duplicates=_array(_ref("Hit")),
    ),
    "SearchResults": _object(
        query=STRING,
        total={**COUNT, "description": "articles found, near copies included"},
        groups={**COUNT, "description": "what is listed: near copies counted once"},
        page=COUNT, per_page=COUNT,
        pages={**COUNT, "description": "near copies stand in `duplicates` of one hit: they take no "
               "place on a page, so there may be fewer pages than `total` needs"},
        hits=_array(_ref("Hit")), facets=_COUNTED,
        suggestion={**STRING, "description": "did you mean; empty where there is none"},
        readings=_array(_object(text=STRING, count=COUNT)),
        notices=_array(
            _object(kind={**STRING, "enum": [str(kind) for kind in NoticeKind]}, detail=STRING)
        ),
        took_ms={"type": "number"},
    ),
    "Suggestions": _object(query=STRING, suggestions=_array(_object(text=STRING, count=COUNT))),
    "Similar": _object(id=STRING, hits=_array(_ref("Hit"))),
    "Article": _object(
        id=STRING, title=STRING, url=STRING, lead=STRING,
        body={**STRING, "description": "one paragraph a line"},
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

FEED = (
    "A search as {} feed: the newest articles that it is about. With `sort`, simply in that order. "
    "A feed has one page: it takes no `page`."
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


def describe(settings: Settings) -> dict[str, Any]:
    """The description of an app with these settings."""
    words = [
        _parameter("q", STRING, f"the query; read up to {settings.max_query_chars} characters")
    ]
    narrowing = [
        _parameter(
            name,
            {**_array(STRING), "maxItems": settings.max_values},
            f"only articles with one of these values of {name}; may be repeated",
            style="form",
            explode=True,
        )
        for name in ("site", "section", "agency", "author", "tag")
    ]
    narrowing += [
        _parameter(
            name,
            {**_array({**STRING, "pattern": pattern}), "maxItems": settings.max_values},
            f"only articles of these {name}s ({example}); may be repeated",
            style="form",
            explode=True,
        )
        for name, pattern, example in (
            ("year", "^[0-9]{4}$", "2020"),
            ("month", "^[0-9]{4}-(0[1-9]|1[0-2])$", "2020-09"),
        )
    ]
    narrowing += [
        _parameter(
            "since",
            {**STRING, "pattern": DATE},
            "published from then on: 2020, 2020-09, 2020-09-27 or 27/9/2020",
        ),
        _parameter(
            "until",
            {**STRING, "pattern": DATE},
            "published until the last moment of this year, month or day",
        ),
    ]
    order = _parameter(
        "sort",
        {**STRING, "enum": [str(sort) for sort in Sort]},
        "by relevance; without words newest first",
    )
    paging = [
        _parameter(
            "page",
            _number(max(1, settings.max_depth // settings.per_page), 1),
            f"paging reaches {settings.max_depth} results",
        ),
        _parameter("per_page", _number(settings.max_per_page, settings.per_page), "results a page"),
    ]
    literal = _parameter(
        "literal",
        {**STRING, "enum": ["0", "1"]},
        "1: exactly what was typed; no word is corrected or set aside",
    )
    recency = _parameter(
        "recency",
        _number(MAX_RECENCY_DAYS),
        "by relevance, but the newest articles gain up to a quarter of their score, half as much "
        "for every so many days of age; without it age does not count",
    )
    id_parameter = _parameter("id", {**STRING, "minLength": 1}, "the article's id", required=True)
    search = [*words, *narrowing, order, recency, literal]
    xml = {"schema": STRING}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{settings.title} API",
            "version": "1",
            "description": "Search over Vietnamese news. Errors are problem+json (RFC 9457). "
            "Answers carry an ETag that changes with each commit of the index.",
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/api/search": _get(
                "search", "Find articles.", [*search, *paging],
                _answers(_json("SearchResults"), "400", "404"),
            ),
            "/api/suggest": _get(
                "suggest", "Complete what is being typed.",
                [*words, _parameter("limit", _number(MAX_SUGGESTIONS, 8), "how many")],
                _answers(_json("Suggestions"), "400"),
            ),
            "/api/articles": _get(
                "article", "One article, whole. /api/articles/{id} is the same, "
                "with the id percent-encoded.",
                [id_parameter], _answers(_json("Article"), "400", "404"),
            ),
            "/api/similar": _get(
                "similar", "Articles about the same matter.",
                [id_parameter, _parameter("limit", _number(MAX_SIMILAR, 5), "how many")],
                _answers(_json("Similar"), "400", "404"),
            ),
            "/api/stats": _get("stats", "Figures about the index.", [], _answers(_json("Stats"))),
            "/feed.atom": _get(
                "atom", FEED.format("Atom"), search,
                _answers({"application/atom+xml": xml}, "400"),
            ),
            "/feed.rss": _get(
                "rss", FEED.format("RSS"), search,
                _answers({"application/rss+xml": xml}, "400"),
            ),
            "/export.csv": _get(
                "csv", f"All articles found (at most {settings.max_export}) as CSV.", search,
                _answers({"text/csv": {"schema": STRING}}, "400"),
            ),
            "/export.jsonl": _get(
                "jsonl", f"All articles found (at most {settings.max_export}), "
                "one JSON object a line.", search,
                _answers({"application/jsonl": {"schema": STRING}}, "400"),
            ),
        },
        "components": {"schemas": SCHEMAS},
    }  # fmt: skip
