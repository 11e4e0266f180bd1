"""HTTP caching by the index's commit: what was fetched stays good until the next one."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, g, request
from werkzeug.http import http_date

from indexer import EngineError, NoticeKind, SearchResults
from webui import current


def _etag() -> str:
    """Weak, because two answers for one commit differ in the time that they took."""
    asked = f"{current.index().commit}|{request.full_path}|{request.url_root}"
    return f'W/"{hashlib.sha256(asked.encode()).hexdigest()[:20]}"'


def _answer_unchanged() -> Response | None:
    """304 before any work is done, where the client's copy is of this commit.

    The tag is made before the answer: a commit in between gives new content an old tag, which
    costs one request more, and never old content a new tag, which would stay.
    """
    if request.method not in ("GET", "HEAD"):
        return None
    try:
        g.etag = tag = _etag()
        g.modified = current.live().stats().modified
    except EngineError:  # the view says so, in its own form
        return None
    if request.if_none_match.contains_weak(tag.removeprefix("W/").strip('"')):
        response = Response(status=304)
        response.headers["ETag"] = tag
        return response
    return None


def whole(results: SearchResults) -> SearchResults:
    """The results; where the search was cut short, nobody keeps them as the commit's answer."""
    if any(notice.kind is NoticeKind.TIMED_OUT for notice in results.notices):
        g.pop("etag", None)
        g.cut = True
    return results


def _mark(response: Response) -> Response:
    if response.status_code == 200 and "etag" in g:
        response.headers["ETag"] = g.etag
        response.headers["Cache-Control"] = "no-cache"  # keep it, but ask each time
        if g.modified:
            response.headers["Last-Modified"] = http_date(g.modified)
    elif "cut" in g:
        response.headers["Cache-Control"] = "no-store"
    return response


def init_blueprint(blueprint: Blueprint) -> None:
    """Let the answers of these views be cached until the next commit."""
    blueprint.before_request(_answer_unchanged)
    blueprint.after_request(_mark)
