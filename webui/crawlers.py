"""What browsers and crawlers ask every site for: `/robots.txt`, `/favicon.ico`."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

blueprint = Blueprint("crawlers", __name__)

# Results are endless, and the articles are their publishers': only what describes the site is open.
ROBOTS = """\
User-agent: *
Allow: /$
Allow: /help$
Allow: /api$
Allow: /static/
Disallow: /
"""


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What crawlers may fetch (RFC 9309)."""
    return Response(ROBOTS, content_type="text/plain; charset=utf-8")


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """The icon, for those who ask for it before they have read that it is elsewhere."""
    return current_app.send_static_file("icon.svg")
