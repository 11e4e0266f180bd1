"""For those who run it: is it alive, can it answer, how much does it do."""

from __future__ import annotations

import time
from importlib.util import find_spec
from typing import Any

from flask import Blueprint, Flask, Response, g, request

from indexer import IndexNotFoundError
from webui import current

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz() -> dict[str, Any]:
    """The index is there and can be read; 503 where not, or before its first commit. `indexing`:
    articles are being added."""
    index = current.index()
    if not index.generation:
        raise IndexNotFoundError(index.location, "nothing is committed yet")
    return {
        "status": "ok",
        "articles": len(index),
        "generation": index.generation,
        "indexing": index.is_being_written(),
    }


def init_metrics(app: Flask) -> None:
    """Serve `/metrics` for Prometheus, where the extra `metrics` is installed.

    Each process counts for itself: with several gunicorn workers, scrape the sum of many scrapes
    or run one worker with threads.
    """
    if find_spec("prometheus_client") is None:
        return
    import prometheus_client as prometheus

    registry = prometheus.CollectorRegistry()
    seconds = prometheus.Histogram(
        "timtin_request_seconds", "Time to answer.", ["endpoint", "status"], registry=registry
    )
    articles = prometheus.Gauge("timtin_articles", "Articles in the index.", registry=registry)
    generation = prometheus.Gauge("timtin_generation", "Commit being read.", registry=registry)

    def start() -> None:
        g.started = time.perf_counter()

    def observe(response: Response) -> Response:
        # Unknown paths have no endpoint: one label for them all keeps the labels few.
        labels = (request.endpoint or "none", str(response.status_code))
        seconds.labels(*labels).observe(time.perf_counter() - g.get("started", time.perf_counter()))
        return response

    def metrics() -> Response:
        index = current.index()
        articles.set(len(index))
        generation.set(index.generation)
        return Response(
            prometheus.generate_latest(registry), content_type=prometheus.CONTENT_TYPE_LATEST
        )

    app.before_request(start)
    app.after_request(observe)
    app.add_url_rule("/metrics", "metrics", metrics)
