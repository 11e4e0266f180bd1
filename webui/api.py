"""The JSON API: search, suggest, article, similar, stats. One shape, the library's `as_dict()`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from werkzeug.routing import BaseConverter

from webui import current
from webui.request import BadParameter, SearchRequest, read_request

blueprint = Blueprint("api", __name__, url_prefix="/api")

MAX_SUGGESTIONS = 20
MAX_SIMILAR = 50


class IdConverter(BaseConverter):
    """The rest of the path, whatever is in it: ids are addresses, often."""

    regex = ".+"
    part_isolating = False


@blueprint.record_once
def _register_converter(state: Any) -> None:
    state.app.url_map.converters["id"] = IdConverter


def strict_request() -> SearchRequest:
    """The request in the query string. Raises `BadParameter` where a page would be lenient."""
    wanted = read_request(request.args, current.settings())
    for problem in wanted.problems:
        raise problem
    return wanted


def _read_id() -> str:
    if len(request.args.getlist("id")) != 1 or not request.args["id"]:
        raise BadParameter("id", "must be given, once")
    return request.args["id"]


def _read_limit(default: int, largest: int) -> int:
    text = request.args.get("limit", str(default))
    once = len(request.args.getlist("limit")) <= 1
    if once and text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= largest:
        return int(text)
    raise BadParameter("limit", f"must be a number from 1 to {largest}")


@blueprint.get("/search")
def search() -> dict[str, Any]:
    """A page of results."""
    return strict_request().run(current.index(), current.settings()).as_dict()


@blueprint.get("/suggest")
def suggest() -> dict[str, Any]:
    """Completions of what is being typed."""
    text = request.args.get("q", "")[: current.settings().max_query_chars]
    found = current.index().suggest(text, limit=_read_limit(8, MAX_SUGGESTIONS))
    return {"query": text, "suggestions": [{"text": s.text, "count": s.count} for s in found]}


@blueprint.get("/articles/<id:id>")
def article(id: str) -> dict[str, Any]:
    """One article, with its whole text."""
    return current.index().get(id).as_dict()


@blueprint.get("/articles")
def article_by_parameter() -> dict[str, Any]:
    """The same; the id as a parameter, which needs less care with `%2F` and `?`."""
    return current.index().get(_read_id()).as_dict()


@blueprint.get("/similar")
def similar() -> dict[str, Any]:
    """Articles about the same things."""
    id = _read_id()
    found = current.index().similar(id, limit=_read_limit(5, MAX_SIMILAR))
    return {"id": id, "hits": [hit.as_dict() for hit in found]}


@blueprint.get("/stats")
def stats() -> dict[str, Any]:
    """Figures about the index."""
    return current.live().stats().as_dict()
