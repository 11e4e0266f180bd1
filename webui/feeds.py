"""A search for other programs to read: Atom, RSS, CSV, JSON lines, and OpenSearch for browsers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import chain
from urllib.parse import quote
from xml.etree import ElementTree

from flask import Blueprint, Response, request, url_for

from indexer import VIETNAM, Article, SearchHit, Sort, csv_lines, json_lines
from webui import current, freshness, ratelimit
from webui.request import SearchRequest, strict_request
from webui.safety import safe_url, xml_text

blueprint = Blueprint("feeds", __name__)
ratelimit.init_blueprint(blueprint)
freshness.init_blueprint(blueprint)

FEED_ENTRIES = 30
# Of the newest articles with the words, those that are about them: so many are looked at, and so
# much of the best one's score an entry must have. Scattered words get a tenth of it.
FEED_LOOKED_AT, FEED_RANKED, FEED_SHARE = 300, 50, 0.25
ATOM = "http://www.w3.org/2005/Atom"
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"


def _xml(root: ElementTree.Element, media_type: str) -> Response:
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, content_type=f"{media_type}; charset=utf-8")


def _child(
    parent: ElementTree.Element, tag: str, text: str = "", **attributes: str
) -> ElementTree.Element:
    clean = {name: xml_text(value) for name, value in attributes.items()}
    element = ElementTree.SubElement(parent, tag, clean)
    if text:
        element.text = xml_text(text)
    return element


def _entries(wanted: SearchRequest) -> tuple[str, list[SearchHit]]:
    """Title of the feed, and what is in it: newest first unless another order was asked for."""
    name = current.settings().title
    title = f"{wanted.text} – {name}" if wanted.text else name
    if not wanted.sort and (hits := _newest_about(wanted)):
        return title, hits
    return title, _run(wanted.with_sort(wanted.sort or Sort.NEWEST, recency=wanted.recency))


def _run(wanted: SearchRequest, per_page: int = FEED_ENTRIES, **options: bool) -> list[SearchHit]:
    index, settings = current.index(), current.settings()
    results = wanted.run(index, settings, per_page=per_page, facets=False, **options)
    return list(freshness.whole(results).hits)


def _newest_about(wanted: SearchRequest) -> list[SearchHit]:
    """The newest articles that the words are a matter of; none where nothing has a score."""
    newest = _run(wanted.with_sort(Sort.NEWEST), FEED_LOOKED_AT, snippets=False)
    if len(newest) == FEED_LOOKED_AT and (moment := newest[-1].article.published):
        wanted = wanted.with_dates(f"{moment.astimezone(VIETNAM):%Y-%m-%d}", wanted.until)
    best = _run(wanted.with_sort(Sort.RELEVANCE), FEED_RANKED)
    least = FEED_SHARE * best[0].score if best else 0.0
    about = [hit for hit in best if hit.score >= least > 0]
    about.sort(key=lambda hit: hit.article.published or _LONG_AGO, reverse=True)
    return about[:FEED_ENTRIES]


def _page_url(article: Article) -> str:
    return url_for("pages.article", id=article.id, _external=True)


def _entry_id(article: Article) -> str:
    return safe_url(article.id) or "urn:timtin:article:" + quote(article.id, safe="")


def _modified() -> datetime:
    return current.live().stats().modified or datetime.fromtimestamp(0, UTC)


@blueprint.get("/feed.atom")
def atom() -> Response:
    """The newest articles that a search finds, as Atom (RFC 4287)."""
    wanted = strict_request(paged=False)
    title, hits = _entries(wanted)
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    own = url_for("feeds.atom", **wanted.args(), _external=True)
    moments = [hit.article.published for hit in hits if hit.article.published]
    for tag, text, attributes in (
        ("id", own, {}),
        ("title", title, {}),
        ("updated", max(moments, default=_modified()).isoformat(), {}),
        ("link", "", {"rel": "self", "href": own, "type": "application/atom+xml"}),
        ("link", "", {"href": url_for("pages.search", **wanted.args(), _external=True)}),
    ):
        _child(feed, f"{{{ATOM}}}{tag}", text, **attributes)
    _child(_child(feed, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", current.settings().title)
    for hit in hits:
        article = hit.article
        entry = _child(feed, f"{{{ATOM}}}entry")
        _child(entry, f"{{{ATOM}}}id", _entry_id(article))
        _child(entry, f"{{{ATOM}}}title", article.title or article.id)
        moment = article.published or _modified()
        _child(entry, f"{{{ATOM}}}updated", moment.isoformat())
        if article.published:
            _child(entry, f"{{{ATOM}}}published", moment.isoformat())
        _child(entry, f"{{{ATOM}}}link", href=safe_url(article.url) or _page_url(article))
        for name in article.author or ((article.agency,) if article.agency else ()):
            _child(_child(entry, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", name)
        for tag in article.tags:
            _child(entry, f"{{{ATOM}}}category", term=tag)
        _child(entry, f"{{{ATOM}}}summary", article.lead or hit.snippet.text)
    return _xml(feed, "application/atom+xml")


@blueprint.get("/feed.rss")
def rss() -> Response:
    """The same as RSS 2.0."""
    wanted = strict_request(paged=False)
    title, hits = _entries(wanted)
    feed = ElementTree.Element("rss", {"version": "2.0"})
    channel = _child(feed, "channel")
    _child(channel, "title", title)
    _child(channel, "link", url_for("pages.search", **wanted.args(), _external=True))
    _child(channel, "description", title)
    for hit in hits:
        article = hit.article
        item = _child(channel, "item")
        _child(item, "title", article.title or article.id)
        _child(item, "link", safe_url(article.url) or _page_url(article))
        _child(item, "guid", _entry_id(article), isPermaLink="false")
        if article.published:
            _child(item, "pubDate", format_datetime(article.published))
        for tag in article.tags:
            _child(item, "category", tag)
        _child(item, "description", article.lead or hit.snippet.text)
    return _xml(feed, "application/rss+xml")


def _export() -> Iterator[Article]:
    """The articles found, the first of them already fetched, so that errors are answers."""
    wanted, settings = strict_request(paged=False), current.settings()
    found = current.index().export(
        wanted.text, limit=settings.max_export, **wanted.finding(settings)
    )
    first = next(found, None)
    return iter(()) if first is None else chain((first,), found)


def _download(body: Iterator[str], media_type: str, ending: str) -> Response:
    response = Response(body, content_type=f"{media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="timtin.{ending}"'
    return response


@blueprint.get("/export.csv")
def export_csv() -> Response:
    """Every article found, as a table. It begins with a byte order mark, for spreadsheets."""
    return _download(chain(("\ufeff",), csv_lines(_export())), "text/csv", "csv")


@blueprint.get("/export.jsonl")
def export_jsonl() -> Response:
    """Every article found, whole, one JSON object a line."""
    return _download(json_lines(_export()), "application/jsonl", "jsonl")


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """What a browser needs to add this page as a search engine (OpenSearch 1.1)."""
    ElementTree.register_namespace("", OPENSEARCH)
    root = ElementTree.Element(f"{{{OPENSEARCH}}}OpenSearchDescription")
    title = current.settings().title
    base = request.url_root.rstrip("/")
    _child(root, f"{{{OPENSEARCH}}}ShortName", title[:16])
    _child(root, f"{{{OPENSEARCH}}}Description", f"{title}: tìm tin tức tiếng Việt")
    _child(root, f"{{{OPENSEARCH}}}InputEncoding", "UTF-8")
    _child(
        root, f"{{{OPENSEARCH}}}Image", base + url_for("static", filename="icon.svg"),
        type="image/svg+xml",
    )  # fmt: skip
    for media_type, endpoint in (
        ("text/html", "pages.search"),
        ("application/atom+xml", "feeds.atom"),
        ("application/rss+xml", "feeds.rss"),
        ("application/x-suggestions+json", "feeds.opensearch_suggest"),
    ):
        template = base + url_for(endpoint) + "?q={searchTerms}"
        _child(root, f"{{{OPENSEARCH}}}Url", type=media_type, template=template)
    return _xml(root, "application/opensearchdescription+xml")


@blueprint.get("/opensearch/suggest")
def opensearch_suggest() -> Response:
    """Completions in the form that browsers read: `[typed, [completion, …]]`."""
    text = request.args.get("q", "")[: current.settings().max_query_chars]
    found = [s.text for s in current.index().suggest(text)]
    return Response(
        json.dumps([text, found], ensure_ascii=False),
        content_type="application/x-suggestions+json; charset=utf-8",
    )
