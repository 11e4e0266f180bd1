"""What may leave the app: headers, addresses, characters."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Flask, Response, request
from markupsafe import Markup, escape

# Everything comes from this site; nothing inline; nothing may frame it or be posted elsewhere.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # A publisher need not learn what was searched for before its article was opened.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

_ADDRESS = re.compile(r"https?://[^\s\x00-\x20\x7f<>\"\\^`{|}]+", re.IGNORECASE)
# Characters that XML 1.0 cannot hold, even escaped (https://www.w3.org/TR/xml/#charsets), and
# those that steer a terminal or turn text around.
_NOT_XML = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)


def safe_url(url: str) -> str:
    """The address where it is plainly http(s), else "": nothing else becomes a link.

    >>> safe_url("https://baobacninh.vn/tin?x=1")
    'https://baobacninh.vn/tin?x=1'
    >>> safe_url("javascript:alert(1)"), safe_url("java\\tscript:alert(1)"), safe_url("//x.vn")
    ('', '', '')
    """
    if not _ADDRESS.fullmatch(url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:  # a broken IPv6 host
        return ""
    return url if parts.hostname and "@" not in parts.netloc else ""


def xml_text(text: str) -> str:
    """The text without the characters that XML cannot hold, or that steer a terminal.

    >>> xml_text("a\\x00b\\x1b[31m")
    'ab[31m'
    """
    return _NOT_XML.sub("", text)


def add_headers(response: Response) -> Response:
    """Set the headers that every answer carries."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _empty_options(response: Response) -> Response:
    """Say with 204 and `Allow` alone which methods an address takes; Flask says 200, as HTML."""
    if request.method == "OPTIONS" and response.status_code == 200:
        response.status_code = 204
        response.headers.pop("Content-Type", None)
        response.headers.pop("Content-Length", None)
    return response


def code_spans(text: str) -> Markup:
    """Plain text as HTML, what stands between backticks as `<code>`.

    >>> code_spans("`q` < 3")
    Markup('<code>q</code> &lt; 3')
    """
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a lone backtick is one
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )


def init_app(app: Flask) -> None:
    """Guard an app."""
    app.after_request(_empty_options)
    app.after_request(add_headers)
    app.jinja_env.filters["safe_url"] = safe_url
    app.jinja_env.filters["calm"] = xml_text
    app.jinja_env.filters["code_spans"] = code_spans
