"""What can be set about the web app: the arguments of `create_app`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one app.

    title              name of the site, shown in the header and in feeds
    examples           queries to click on the home page; empty takes them from the collection
    per_page           results on a page; a reader may choose up to `max_per_page`
    max_depth          results that paging reaches; further pages are refused, because ranking
                       page 10,000 costs as much as all the pages before it
    max_query_chars    of a query typed into the page or sent to the API; the rest is cut
    max_values         of one filter (`site=a&site=b&…`)
    max_export         articles in one CSV or JSONL export
    time_limit_s       of one search; it is cut there with a notice
    api_per_minute     requests that one client (an IPv4 address, an IPv6 /64) may send to the API,
                       feeds and exports; 0 switches the limit off. Clients on this machine are
                       never limited
    trusted_proxies    reverse proxies in front, whose `X-Forwarded-*` are believed
    trusted_hosts      `Host` names that are answered; empty answers all. Naming them stops other
                       sites from reading a private index by DNS rebinding
    metrics            serve `/metrics` (needs the extra `metrics`)
    timezone           in which dates are shown
    refresh_interval_s how often to look for a new commit of the index, at most
    """

    title: str = "timtin"
    examples: tuple[str, ...] = ()
    per_page: int = 10
    max_per_page: int = 100
    max_depth: int = 10_000
    max_query_chars: int = 2_000
    max_values: int = 50
    max_export: int = 10_000
    time_limit_s: float = 3.0
    api_per_minute: int = 300
    trusted_proxies: int = 0
    trusted_hosts: tuple[str, ...] = ()
    metrics: bool = True
    timezone: str = "Asia/Ho_Chi_Minh"
    refresh_interval_s: float = 0.25
