"""`create_app`: the parts of the web app, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from indexer import Index
from webui import access, api, crawlers, errors, feeds, health, i18n, pages, ratelimit, safety
from webui.live import LiveIndex
from webui.settings import Settings


def create_app(index: Index | str | Path, **settings: Any) -> Flask:
    """The web app, ready for any WSGI server.

    index     an open index, or the location of one that need not exist yet: the page then says
              what to do, and finds the index as soon as it is there
    settings  see `webui.settings.Settings`; unknown names are a `TypeError`
    """
    chosen = Settings(**settings)
    app = Flask("webui")
    app.url_map.merge_slashes = False  # ids in paths are addresses, with `//` in them
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config["TRUSTED_HOSTS"] = list(chosen.trusted_hosts) or None
    app.extensions["timtin.settings"] = chosen
    app.extensions["timtin.live"] = LiveIndex(index, refresh_interval_s=chosen.refresh_interval_s)
    i18n.init_app(app, chosen.timezone)
    access.init_app(app)
    safety.init_app(app)
    errors.init_app(app)
    per_minute = chosen.api_per_minute
    limiter = ratelimit.RateLimiter(per_minute) if per_minute else None
    app.extensions["timtin.limiter"] = limiter
    for module in (pages, api, feeds, health, crawlers):
        app.register_blueprint(module.blueprint)
    if chosen.metrics:
        health.init_metrics(app)
    if chosen.trusted_proxies:
        hops = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops
        )
    return app
