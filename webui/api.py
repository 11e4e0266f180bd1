"""The JSON API: search, suggest, article, similar, stats. One shape, the library's `as_dict()`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from werkzeug.routing import BaseConverter

from webui import current, freshness, ratelimit
from webui.openapi import MAX_SIMILAR, MAX_SUGGESTIONS, describe
from webui.request import ParameterError, refuse_unknown, strict_request

blueprint = Blueprint("api", __name__, url_prefix="/api")
ratelimit.init_blueprint(blueprint)
freshness.init_blueprint(blueprint)


class IdConverter(BaseConverter):
    """The rest of the path, whatever is in it: ids are addresses, often."""

    regex = ".+"
    part_isolating = False


@blueprint.record_once
def _register_converter(state: Any) -> None:
    state.app.url_map.converters["id"] = IdConverter


def _read_id() -> str:
    if len(request.args.getlist("id")) != 1 or not request.args["id"]:
        raise ParameterError("id", "must be given, once")
    return request.args["id"]


def _read_limit(default: int, largest: int) -> int:
    text = request.args.get("limit", str(default))
    once = len(request.args.getlist("limit")) <= 1
    if once and text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= largest:
        return int(text)
    raise ParameterError("limit", f"must be a number from 1 to {largest}")


@blueprint.get("/search")
def search() -> dict[str, Any]:
    """A page of results."""
    results = strict_request().run(current.index(), current.settings())
    return freshness.whole(results).as_dict()


@blueprint.get("/suggest")
def suggest() -> dict[str, Any]:
    """Completions of what is being typed."""
    refuse_unknown("q", "limit")
    if len(request.args.getlist("q")) > 1:
        raise ParameterError("q", "is given more than once")
    text = request.args.get("q", "")[: current.settings().max_query_chars]
    found = current.index().suggest(text, limit=_read_limit(8, MAX_SUGGESTIONS))
    return {"query": text, "suggestions": [{"text": s.text, "count": s.count} for s in found]}


@blueprint.get("/articles/<id:id>")
def article(id: str) -> dict[str, Any]:
    """One article, with its whole text."""
    refuse_unknown()
    return current.index().get(id).as_dict()


@blueprint.get("/articles")
def article_by_parameter() -> dict[str, Any]:
    """The same; the id as a parameter, which needs less care with `%2F` and `?`."""
    refuse_unknown("id")
    return current.index().get(_read_id()).as_dict()


@blueprint.get("/similar")
def similar() -> dict[str, Any]:
    """Articles about the same things."""
    refuse_unknown("id", "limit")
    id = _read_id()
    found = current.index().similar(id, limit=_read_limit(5, MAX_SIMILAR))
    return {"id": id, "hits": [hit.as_dict() for hit in found]}


@blueprint.get("/stats")
def stats() -> dict[str, Any]:
    """Figures about the index."""
    refuse_unknown()
    return current.live().stats().as_dict()


@blueprint.get("/openapi.json")
def openapi() -> dict[str, Any]:
    """The description of all this, for programs."""
    return describe(current.settings())
