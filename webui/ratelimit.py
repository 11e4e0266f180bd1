"""How often one client may ask: a bucket of requests that refills steadily."""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from flask import Blueprint, Response, current_app, render_template, request
from flask_babel import gettext

from webui import current
from webui.errors import problem

MAX_CLIENTS = 10_000
EXPORT_COST = 20  # an export is as much work as many searches


class RateLimiter:
    """Buckets of `per_minute` requests, one for each client, refilled over a minute.

    `clock` gives seconds. At most `MAX_CLIENTS` clients are remembered, the latest.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = float(per_minute)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, client: str, cost: float = 1) -> float:
        """0 where the request may go on, else the seconds to wait."""
        cost = min(cost, self._size)
        now = self._clock()
        with self._lock:
            left, since = self._buckets.pop(client, (self._size, now))
            left = min(self._size, left + (now - since) * self._size / 60)
            wait = max(0.0, (cost - left) * 60 / self._size)
            self._buckets[client] = (left if wait else left - cost, now)
            if len(self._buckets) > MAX_CLIENTS:
                self._buckets.popitem(last=False)
        return wait


def client_name(address: str | None) -> str:
    """Who is asking: an IPv4 address, an IPv6 /64; "" for this machine, which is not limited.

    >>> client_name("203.0.113.9"), client_name("127.0.0.1"), client_name("::1")
    ('203.0.113.9', '', '')
    >>> client_name("2001:db8::1") == client_name("2001:db8::2")
    True
    """
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:  # a Unix socket has no address: one bucket for all
        return "unknown"
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback:
        return ""
    if ip.version == 6:
        return str(ipaddress.ip_network((ip, 64), strict=False).network_address)
    return str(ip)


def _limit() -> Response | None:
    limiter: RateLimiter | None = current_app.extensions["timtin.limiter"]
    client = client_name(request.remote_addr)
    if limiter is None or not client:
        return None
    cost = EXPORT_COST if (request.endpoint or "").startswith("feeds.export") else 1
    wait_s = limiter.take(client, cost)
    if not wait_s:
        return None
    limit = current.settings().api_per_minute
    if _by_hand():
        heading = gettext("Too many at once")
        advice = gettext("%(n)s a minute are answered. Try again in a moment.", n=limit)
        page = render_template(
            "error.html", name="too-many-requests", heading=heading, advice=advice
        )
        response = Response(page, 429)
    else:
        detail = f"{limit} a minute are answered."
        response = problem(429, "too-many-requests", "Too many requests.", detail)
    response.headers["Retry-After"] = str(math.ceil(wait_s))
    return response


def _by_hand() -> bool:
    """Whether a person asked, by a link of the page: a browser wants HTML most."""
    forms = ("application/problem+json", "text/html")
    return request.accept_mimetypes.best_match(forms) == forms[1]


def init_blueprint(blueprint: Blueprint) -> None:
    """Limit the views of a blueprint."""
    blueprint.before_request(_limit)
