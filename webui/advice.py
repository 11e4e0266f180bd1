"""Where nothing was found: what would find something, as searches that are known to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import url_for
from flask_babel import gettext

from indexer import ArticleNotFoundError, Index, QueryError, parse_period
from webui.request import SearchRequest
from webui.settings import Settings

_QUOTES = str.maketrans(dict.fromkeys('"“”„«»=', " "))


@dataclass(frozen=True, slots=True)
class Advice:
    """A way out: what it is called, and its address."""

    text: str
    url: str


def ways_out(wanted: SearchRequest, index: Index, settings: Settings) -> Iterator[Advice]:
    """Ways from a search that found nothing to what may have been meant."""
    typed = wanted.text.strip()
    try:
        found = index.get(typed)
        name = gettext("Open the article with this address")
        yield Advice(name, url_for("pages.article", id=found.id))
    except ArticleNotFoundError:
        pass
    if (bare := " ".join(typed.translate(_QUOTES).split())) != typed:
        yield from _search(
            gettext("Search without the quotes"), wanted.with_text(bare), index, settings
        )
    if _is_period(typed):
        dated = replace(wanted, text="", since=typed, until=typed, page=1)
        yield from _search(gettext("Articles published then"), dated, index, settings)


def _search(name: str, wanted: SearchRequest, index: Index, settings: Settings) -> Iterator[Advice]:
    if wanted.run(index, settings, per_page=1, snippets=False, facets=False).total:
        yield Advice(name, url_for("pages.search", **wanted.args()))


def _is_period(text: str) -> bool:
    try:
        return parse_period(text) is not None
    except QueryError:
        return False
