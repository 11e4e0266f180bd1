"""Take scripts, styles, drawings and comments out of HTML before a tree is built from it.

One pass, linear in the text whatever it holds: after an opening without its close nothing of that
kind is searched for again.
"""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple

_NAMES = "script|style|svg|template|noscript|iframe|select|object|math|canvas|textarea"
# Most tags begin with none of these letters, and are passed over three times as fast. In ASCII, for
# case-insensitively `ſcript` would be a script, too.
_FLAGS = re.IGNORECASE | re.ASCII
_OPEN = re.compile(rf"<(?=[!cimnost])(?:!--|({_NAMES})(?=[\s/>]))", _FLAGS)
_CLOSE = {name: re.compile(rf"</{name}(?=[\s/>])", _FLAGS) for name in _NAMES.split("|")}
_LONG_TAG = 4000  # characters
_LONG_TAG_PATTERN = re.compile(r"<([a-zA-Z][\w-]{0,30})[^<>]{4000,}")
_MOST_ATTRIBUTES = 200
_STATE_CHARS = 400  # of JSON that holds an article
_MOST_STATES = 12
# `window.__STATE__ = {`, `var state = JSON.parse("`; spaces are bounded, for runs of them side by
# side would take quadratic time.
STATE = re.compile(
    r"\s*(?:(?:window|self|globalThis)\s{0,20}[.\[]\s{0,20}[\"']?|(?:var|let|const)\s{1,20})"
    r"[\w$]{2,60}[\"']?\s{0,20}\]?\s{0,20}=\s{0,20}"
    r"(?P<parse>JSON\s{0,20}\.\s{0,20}parse\s{0,20}\(\s{0,20})?(?=[{\[\"])"
)


class Scan(NamedTuple):
    """`html` without its scripts and the like, the JSON-LD texts that were among them, and the
    scripts that hold data for others."""

    html: str
    json_ld: tuple[str, ...]
    states: tuple[str, ...] = ()


def _is_page_text(html: str, tag: int, start: int, end: int) -> bool:
    """Whether a script is a ready piece of the page, `<script type="text/template">…`, to be shown
    as it stands."""
    return (
        end - start > 500
        and "text/template" in html[tag:start].lower()
        and html.find("{{", start, end) < 0
        and html.find("<%", start, end) < 0
    )


def _is_state(html: str, tag: int, start: int, end: int) -> bool:
    """Whether a script holds nothing but JSON, or sets a variable of its window to it."""
    if end - start < _STATE_CHARS:
        return False
    return "application/json" in html[tag:start].lower() or bool(STATE.match(html, start, end))


def strip_inert(html: str) -> Scan:
    """The page without what is never read: scripts, styles, SVG, comments.

    >>> strip_inert("a<script>1</script>b<!-- x -->c").html
    'abc'
    """
    parts: list[str] = []
    json_ld: list[str] = []
    states: list[str] = []
    endless: set[str] = set()
    kept = 0  # up to here everything is in `parts` or dropped
    at = 0
    while match := _OPEN.search(html, at):
        name = (match[1] or "!--").lower()
        at = match.end()
        if name in endless:
            continue
        if name == "!--":
            inner, end = at, html.find("-->", match.start() + 2)
            stop = end + 3
        else:
            inner = html.find(">", at) + 1
            if not inner:  # not one tag more is closed
                break
            if name != "script" and html[inner - 2] == "/":
                at = inner
                parts.append(html[kept : match.start()])
                kept = at
                continue
            close = _CLOSE[name].search(html, inner)
            end = close.start() if close else -1
            stop = html.find(">", end) + 1 if close else 0
            stop = stop or len(html)
        if end < 0:
            endless.add(name)
            if name in ("script", "style"):  # as browsers do: the rest belongs to it
                parts.append(html[kept : match.start()])
                kept = len(html)
                break
            continue
        if name == "script" and "ld+json" in html[at:inner].lower():
            json_ld.append(html[inner:end])
        elif name == "script" and _is_state(html, at, inner, end) and len(states) < _MOST_STATES:
            states.append(html[inner:end])
        parts.append(html[kept : match.start()])
        if name == "script" and _is_page_text(html, at, inner, end):
            parts.append(html[inner:end])  # blogs keep a post's text in a template
        kept = at = stop
    parts.append(html[kept:])
    return Scan(_thin_tags("".join(parts)), tuple(json_ld), tuple(states))


def _thin_tags(html: str) -> str:
    """`html` without the attributes of tags that have hundreds: libxml2 compares each with all
    before it, which for a million takes hours."""
    half = _LONG_TAG // 2  # a longer stretch without `>` holds one of these whole
    if all(html.find(">", at, at + half) >= 0 for at in range(0, len(html) - half, half)):
        return html
    return _LONG_TAG_PATTERN.sub(_thin, html)


def _thin(match: re.Match[str]) -> str:
    tag = match[0]
    crowded = tag.count("=") > _MOST_ATTRIBUTES or tag.count(" ") > 10 * _MOST_ATTRIBUTES
    return f"<{match[1]} " if crowded or len(tag) > 5 * _LONG_TAG else tag


def text_lines(html: str) -> str:
    """The text of `html` with every tag made a line break: for pages that make no tree."""
    return unescape(_TAG.sub("\n", html))


_TAG = re.compile(r"<[^<>]*>")
