"""`clean`: one document in, one article out."""

from __future__ import annotations

import gc
import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from indexer.cleaning.blocks import Block, one_line
from indexer.cleaning.captions import tell_story
from indexer.cleaning.characters import composed
from indexer.cleaning.charset import decode
from indexer.cleaning.content import Selection, select, told_blocks
from indexer.cleaning.datelines import line_time
from indexer.cleaning.draft import Draft
from indexer.cleaning.items import Item, read_item
from indexer.cleaning.metadata import Metadata, read_metadata
from indexer.cleaning.profile import apply_profile, find_profile
from indexer.cleaning.reject import why_not_article
from indexer.cleaning.scan import Scan, strip_inert, text_lines
from indexer.cleaning.states import state_article
from indexer.cleaning.steps import run_steps
from indexer.cleaning.tags import hashtags, line_tags
from indexer.cleaning.text import find_title, head_section, read_lines
from indexer.cleaning.tree import Page, parse, walk
from indexer.cleaning.urls import host_of, normalize_url
from indexer.errors import DocumentError, NotAnArticleError
from indexer.models import Article, Document, Removal
from indexer.rules import SiteProfile

# Kept of the text around an article, so that a reader can see that nothing of the article went.
_OUTSIDE_CHARS = 4000
# Part of every fingerprint: articles cleaned by another version are cleaned again.
CLEANER_VERSION = "6"
_DIGITS = 32  # of a fingerprint

_DATE_LINES = 14  # of a dump, among which its own date is looked for
_LOST_CHARS = 200  # of text that a tree does not hold
_DRAWN_CHARS = 600  # of text that a page shows; with more it is not drawn by its script
_DRAWN_SHARE = 0.3  # of the text in its JSON
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_HTML_LIKE = re.compile(
    r"<(?:p|div|br|span|h\d|article|html|body|img|figure|ul|table)\b[^<>]{0,500}>", re.IGNORECASE
)


# What a browser saves as "web page, single file".
_WEB_ARCHIVE = re.compile(
    rb"\s*(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){1,20}?content-type:\s*multipart/related",
    re.IGNORECASE,
)


def clean(
    document: Document,
    *,
    site: SiteProfile | Sequence[SiteProfile] | None = None,
    keep_all: bool = False,
) -> Article:
    """The article in a document, with everything that is not article in `Article.removed`.

    document  HTML, a plain-text dump or one JSON item, by its `media_type`
    site      selectors for this site, where the general rules do not do; of several profiles, the
              one that covers the page's host
    keep_all  also pages that are not articles

    Raises: DocumentError where the document cannot be read, NotAnArticleError where it is a home
    page, an error page or the like.
    """
    media_type, _, parameters = document.media_type.partition(";")
    media_type = media_type.strip().lower()
    charset = match[1] if (match := _CHARSET.search(parameters)) else ""
    sites = (site,) if isinstance(site, SiteProfile) else tuple(site or ())
    # A page makes tens of thousands of small objects that live as long as it does and hold no
    # circles: to look for garbage among them dozens of times frees nothing.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _clean(document, media_type, charset, sites, keep_all)
    finally:
        if collecting:
            gc.enable()


def _clean(
    document: Document,
    media_type: str,
    charset: str,
    sites: tuple[SiteProfile, ...],
    keep_all: bool,
) -> Article:
    is_html = media_type in ("text/html", "application/xhtml+xml")
    if is_html and _WEB_ARCHIVE.match(document.content):
        reason = "an MHTML archive of a page, which is not read: save the page as HTML"
        raise DocumentError(document.source, reason)
    text = decode(document.content, charset=charset, is_html=is_html)
    if is_html:
        return _clean_html(document, text, Item(url=document.url), sites, keep_all)
    if media_type == "application/json":
        item = read_item(composed(text), document.source)
        if not item.url and document.url:
            item = item._replace(url=document.url)
        if item.html:
            return _clean_html(document, item.html, item, sites, keep_all)
        if _HTML_LIKE.search(item.text):
            return _clean_html(document, item.text, item, sites, keep_all)
        return _clean_text(document, item.text, item, keep_all)
    if media_type == "text/plain":
        return _clean_text(document, composed(text), Item(url=document.url), keep_all)
    raise DocumentError(document.source, f"media type {media_type!r} is not read")


class _Reading(NamedTuple):
    """A page as read: walked, with what it says of itself and what was chosen as its text."""

    page: Page
    metadata: Metadata
    selection: Selection


def _read_page(scan: Scan, url: str, sites: tuple[SiteProfile, ...]) -> _Reading | None:
    """The page of a scan, None where there is nothing in it."""
    root = parse(scan.html)
    if root is None:
        return None
    if profile := find_profile(sites, root, url):
        apply_profile(root, profile)
    page = walk(root)
    metadata = read_metadata(page, scan.json_ld, url)
    selection = select(page, metadata)
    if told := told_blocks(metadata.article_body, metadata.description, selection.blocks):
        selection = selection._replace(blocks=told)
    return _Reading(page, metadata, selection)


def _read_drawn(
    scan: Scan, reading: _Reading, url: str, sites: tuple[SiteProfile, ...]
) -> _Reading:
    """A page that shows next to no text, as its own script would draw it from the JSON it holds."""
    shown = sum(len(b.text) for b in reading.selection.blocks)
    if not scan.states or shown > _DRAWN_CHARS:
        return reading
    article = state_article(tuple(map(composed, scan.states)), [reading.metadata.title])
    if not article:
        return reading
    head = scan.html.lower().find("<body")
    head = len(scan.html) if head < 0 else head
    drawn = _read_page(scan._replace(html=f"{scan.html[:head]}<body>{article}"), url, sites)
    if drawn is None or shown > _DRAWN_SHARE * sum(len(b.text) for b in drawn.selection.blocks):
        return reading
    return drawn


def _clean_html(
    document: Document, html: str, item: Item, sites: tuple[SiteProfile, ...], keep_all: bool
) -> Article:
    scan = strip_inert(html)
    # Composed only now: a page is mostly scripts, and asking takes as long as reading its tree.
    scan = Scan(composed(scan.html), tuple(map(composed, scan.json_ld)), scan.states)
    reading = _read_page(scan, item.url, sites)
    if reading is None:
        raise DocumentError(document.source, "no text in it")
    if not reading.page.blocks and len(text := text_lines(scan.html)) > _LOST_CHARS:
        # Nested deeper than libxml2 goes: its text is read as a dump's.
        return _clean_text(document, text, item, keep_all)
    page, metadata, selection = _read_drawn(scan, reading, item.url, sites)
    fragment = bool(item.title and (item.html or item.text))
    why = "" if fragment else why_not_article(page, metadata, selection.blocks, item.url)
    if why and not keep_all:
        raise NotAnArticleError(document.source, why)
    draft = Draft(
        blocks=list(selection.blocks),
        title=item.title or metadata.title,
        description=metadata.description,
        site_names=metadata.site_names,
        told_author=metadata.author,
        lead=one_line(item.lead),
    )
    draft.removed += selection.removed
    run_steps(draft)
    draft.removed += _outside(page.blocks, selection)
    if not keep_all and not (draft.blocks or draft.lead or item.lead or tell_story(draft.captions)):
        raise NotAnArticleError(document.source, "no text of an article")
    return _article(document, draft, item, metadata)


def _outside(blocks: Iterable[Block], selection: Selection) -> list[Removal]:
    """What stood on the page outside the article: menus, related boxes, footers, as one removal."""
    told = {line for removal in selection.removed for line in removal.text.split("\n")}
    told.update(block.text for block in selection.blocks)
    text = "\n".join(dict.fromkeys(b.text for b in blocks if b.text not in told))
    why = (
        f"the first {_OUTSIDE_CHARS} of {len(text)} characters"
        if len(text) > _OUTSIDE_CHARS
        else ""
    )
    return [Removal("outside-article", text[:_OUTSIDE_CHARS], why)] if text else []


def _clean_text(document: Document, text: str, item: Item, keep_all: bool) -> Article:
    blocks = read_lines(text)
    if not blocks and not item.lead:
        raise DocumentError(document.source, "no text in it")
    lines = blocks[:_DATE_LINES]
    title = item.title
    if not title:
        title, blocks = find_title(blocks)
    draft = Draft(
        blocks=blocks,
        title=title,
        from_html=False,
        site_names=_host_names(item.url),
        lead=one_line(item.lead),
    )
    run_steps(draft)
    if not keep_all and not (draft.blocks or draft.lead or item.lead or tell_story(draft.captions)):
        raise NotAnArticleError(document.source, "no running text")
    if not item.published:
        item = item._replace(published=line_time(line.text for line in lines))
    if not item.section:
        item = item._replace(section=head_section([line.text for line in lines]))
    if not item.tags:
        texts = [block.text for block in blocks]
        item = item._replace(tags=line_tags(texts) or hashtags(texts))
    return _article(document, draft, item, None)


def _host_names(url: str) -> tuple[str, ...]:
    host = host_of(url)
    return (host, host.split(".")[0]) if host else ()


def _article(document: Document, draft: Draft, item: Item, metadata: Metadata | None) -> Article:
    """The article that a draft has become; what an item says wins over what was found."""
    url = normalize_url(item.url) if metadata is None else metadata.url or normalize_url(item.url)
    body = draft.blocks
    author = item.author or (metadata.author if metadata else ()) or tuple(draft.author)
    return Article(
        id=url or document.source,
        title=draft.title,
        url=url,
        lead=draft.lead,
        body="\n".join(b.text for b in body),
        body_kinds=tuple(str(b.kind) for b in body),
        captions=tuple(dict.fromkeys((*item.captions, *draft.captions))),
        author=author,
        agency=draft.agency or (metadata.agency if metadata else ""),
        publisher=draft.publisher or (metadata.publisher if metadata else ""),
        section=item.section or (metadata.section if metadata else ""),
        tags=item.tags or (metadata.tags if metadata else ()),
        site=item.site or host_of(url),
        published=item.published or (metadata.published if metadata else None),
        source=document.source,
        fingerprint=fingerprint(document.content),
        removed=_merged(draft.removed),
    )


def fingerprint(content: bytes, rules: bytes = b"") -> str:
    """The mark of a document's bytes as this version and the user's own `rules` clean them."""
    # SHA-256 is what processors do themselves: a third of BLAKE2's time here.
    digest = hashlib.sha256(f"{CLEANER_VERSION}\0{len(rules)}\0".encode() + rules)
    digest.update(content)
    return digest.hexdigest()[:_DIGITS]


def _merged(removed: Iterable[Removal]) -> tuple[Removal, ...]:
    """Neighbouring removals from one part of a page as one."""
    merged: list[Removal] = []
    for removal in removed:
        last = merged[-1] if merged else None
        if (
            last
            and removal.rule in ("furniture", "link-list")
            and (last.rule, last.why) == (removal.rule, removal.why)
        ):
            merged[-1] = Removal(last.rule, f"{last.text}\n{removal.text}", last.why)
        else:
            merged.append(removal)
    return tuple(merged)
