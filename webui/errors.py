"""Errors → status codes, in one table; as a page for people, as problem+json for programs.

Nothing of an error's own message is shown: it may name files of this machine.
"""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException, SecurityError

from indexer import (
    ArticleNotFoundError,
    EngineError,
    IndexCorruptError,
    IndexNotFoundError,
    QueryError,
    TimtinError,
)
from webui.request import PageTooDeepError, ParameterError

# The most particular first. The name is the last part of the problem's `type`.
TABLE: tuple[tuple[type[Exception], int, str, str], ...] = (
    (PageTooDeepError, 404, "page-too-deep", "Paging does not reach this page."),
    (ParameterError, 400, "bad-parameter", "A parameter cannot be used."),
    (QueryError, 400, "bad-query", "The query cannot be evaluated."),
    (ArticleNotFoundError, 404, "no-such-article", "The index holds no article with this id."),
    (IndexNotFoundError, 503, "no-index", "There is no index yet."),
    (IndexCorruptError, 503, "damaged-index", "The index is damaged."),
    (EngineError, 503, "index-unavailable", "The index cannot be used at the moment."),
    (TimtinError, 500, "error", "Something went wrong."),
)
# Paths whose errors are for programs.
FOR_PROGRAMS = ("/api/", "/feed.", "/export.", "/opensearch", "/healthz", "/readyz", "/metrics")
RETRY_AFTER_S = 5


def problem(status: int, name: str, title: str, detail: str = "") -> Response:
    """An `application/problem+json` answer (RFC 9457)."""
    values = {"type": f"urn:timtin:problem:{name}", "title": title, "status": status}
    if detail:
        values["detail"] = detail
    return Response(
        json.dumps(values, ensure_ascii=False),
        status,
        content_type="application/problem+json; charset=utf-8",
    )


def _answer(status: int, name: str, title: str, detail: str = "") -> Response:
    if request.path.startswith(FOR_PROGRAMS):
        response = problem(status, name, title, detail)
    else:
        heading, advice = _words_for_people(status, name)
        page = render_template("error.html", name=name, heading=heading, advice=advice)
        response = Response(page, status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    response.headers["Cache-Control"] = "no-store"
    return response


def _words_for_people(status: int, name: str) -> tuple[str, str]:
    """Heading and advice of an error page, in the reader's language."""
    if name == "no-index":
        return gettext("There is no index yet"), ""
    if name == "damaged-index":
        return gettext("The index is damaged"), gettext(
            "“timtin verify” says which file is concerned. Delete the folder of the index, "
            "then index the articles again."
        )
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return gettext("The index cannot be used at the moment"), gettext("Try again in a moment.")
    if name == "no-such-article":
        return gettext("This article is not in the index"), gettext(
            "It may have been removed, or its address was copied incompletely. "
            "Search for its title instead."
        )
    if status == HTTPStatus.NOT_FOUND:
        return gettext("There is no such page"), gettext(
            "The address may have been mistyped. Search, or start again from the home page."
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return gettext("Something went wrong"), gettext(
            "It is not your fault. The error has been logged; "
            "try again, or ask for something simpler."
        )
    return gettext("That cannot be answered"), gettext(
        "The request was not understood. Search, or start again from the home page."
    )


def _handle_known(error: Exception) -> Response:
    status, name, title = next(row[1:] for row in TABLE if isinstance(error, row[0]))
    detail = f"{error.name} {error.reason}" if isinstance(error, ParameterError) else ""
    return _answer(status, name, title, detail)


def _handle_http(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or 500)
    if status < HTTPStatus.BAD_REQUEST:  # a redirect
        return Response(error.get_body(), status, dict(error.get_headers()))
    if isinstance(error, SecurityError):  # a Host that is not answered: no address can be built
        title = "This host is not served here."
        if request.path.startswith(FOR_PROGRAMS):
            return problem(status, "unknown-host", title)
        return Response(f"Không phục vụ tên máy này. {title}\n", status, mimetype="text/plain")
    response = _answer(status, status.phrase.lower().replace(" ", "-"), status.phrase + ".")
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def init_app(app: Flask) -> None:
    """Register the handlers."""
    for kind, *_ in TABLE:
        app.register_error_handler(kind, _handle_known)
    app.register_error_handler(HTTPException, _handle_http)
