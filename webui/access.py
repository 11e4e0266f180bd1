"""The log of requests: one line each, for those who run the server with `--verbose`."""

from __future__ import annotations

import logging
import time

from flask import Flask, Response, g, request

_LOG = logging.getLogger(__name__)


def _start() -> None:
    g.began = time.perf_counter()


def _tell(response: Response) -> Response:
    took_ms = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
    path = request.full_path.removesuffix("?")
    _LOG.info("%s %s %s %.0f ms", request.method, path[:200], response.status_code, took_ms)
    return response


def init_app(app: Flask) -> None:
    """Log every request of an app, at INFO."""
    app.before_request(_start)
    app.after_request(_tell)
