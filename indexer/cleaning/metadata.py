"""What a page says about its article in its head, in JSON-LD and around its title."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from html import unescape as unescape_entities
from itertools import islice
from typing import Any, NamedTuple

from lxml import etree

from indexer.cleaning import jsonld
from indexer.cleaning.blocks import ends_sentence, key, one_line, word_count
from indexer.cleaning.bylines import read_authors, read_credit_line
from indexer.cleaning.dates import read_time
from indexer.cleaning.elements import text_in
from indexer.cleaning.hints import Hint
from indexer.cleaning.jsonld import text_of
from indexer.cleaning.metas import Metas, first_meta, meta_names, read_metas
from indexer.cleaning.names import is_section, is_site_title
from indexer.cleaning.published import is_vietnamese, read_published
from indexer.cleaning.scan import text_lines
from indexer.cleaning.sections import read_section
from indexer.cleaning.tags import read_tags
from indexer.cleaning.tree import Page
from indexer.cleaning.urls import host_of, join_url, normalize_url, split_url
from indexer.vietnamese import fold, tokens

_BREAKS = " |»«•·–—:-"
_TITLE_BREAK = re.compile(r"\s+(?:[|»«•·–—:]|-{1,2}|::)\s+")
_TITLE_PART = re.compile(r"\s+(?:[|»«•·–—:]|-{1,2}|::)\s+|(?<=\w):\s+")
_HEADINGS = frozenset({"h1", "h2", "h3"})
# Names of elements that show the site's own name.
_SITE_NAME = re.compile(r"\b(?:site|blog|brand|web)-?_?(?:title|name|logo)|\blogo\b|navbar-brand")
_DEEP = re.compile(r"(?:https?://[\w.-]+)?/\w")  # an address that leads to no front page
_BANNER_BLOCKS = 10
_HEAD_BLOCKS, _DATE_CHARS = 40, 90  # where a title stands whose head says nothing, by a date
_LEAST_TITLE, _MOST_TITLE = 4, 30  # words
_SECTION_WORDS = 8
_FIRST_LINKS = 40  # among which one leads to the front page


class Metadata(NamedTuple):
    """What the page says; empty where it does not.

    h1            position among the page's blocks of the title as shown, -1 where not found
    article_body  the text as JSON-LD has it: a witness for the choice of the main part
    kind          `og:type`
    is_article    JSON-LD tells of one; `lists`: it tells of none, but of a list of articles
    """

    title: str
    description: str
    url: str
    author: tuple[str, ...]
    section: str
    tags: tuple[str, ...]
    published: datetime | None
    site_names: tuple[str, ...]
    h1: int
    article_body: str
    kind: str
    is_article: bool
    lists: bool
    agency: str
    publisher: str


def read_metadata(page: Page, json_ld: tuple[str, ...], url: str) -> Metadata:
    """The metadata of a walked page that was fetched from `url` ("" where unknown)."""
    metas = read_metas(page.gathered["metas"])
    objects = jsonld.read_json_ld(json_ld)
    found = jsonld.articles(objects)
    first: dict[str, Any] = found[0] if found else {}
    canonical = _canonical(page.gathered["addresses"], metas, first, url)
    document = next((jsonld.unescape(one_line(text_in(e))) for e in page.gathered["documents"]), "")
    told = _told_titles(metas, found)
    site_names = _site_names(metas, objects, canonical or url)
    site_names += tuple(_sites_in_title(page, document, told))
    site_names += tuple(_authors_behind(document, metas))
    title, h1 = _title(page, [*told, document] if document else told, site_names)
    credit = read_credit_line(page, site_names)
    vietnamese = is_vietnamese(page)
    return Metadata(
        title=title,
        description=first_meta(metas, "description", "og:description", "twitter:description")
        or text_of(first.get("description")),
        url=canonical,
        author=read_authors(page, metas, objects, found, site_names, h1, vietnamese=vietnamese)
        or credit.authors,
        section=read_section(page, metas, objects, first, title, site_names, h1),
        tags=read_tags(page, metas, first),
        published=read_published(
            page, metas, objects, found, h1, canonical or url, vietnamese=vietnamese
        ),
        site_names=site_names,
        h1=h1,
        article_body=_article_body(first),
        kind=first_meta(metas, "og:type").lower(),
        is_article=bool(found),
        lists=not found and jsonld.says_list(objects),
        agency=credit.agency,
        publisher=credit.publisher,
    )


def _article_body(article: dict[str, Any]) -> str:
    """JSON-LD's text with its line breaks, without mark-up."""
    body = article.get("articleBody")
    if not isinstance(body, str):
        return ""
    return text_lines(unescape_entities(body)) if "<" in body or "&" in body else body


def _canonical(links: list[etree._Element], metas: Metas, article: dict[str, Any], url: str) -> str:
    """The page's address: canonical link, og:url, JSON-LD, what it was fetched from."""
    for element in links:
        if (element.get("rel") or "").lower() == "canonical" and element.get("href"):
            link = normalize_url(join_url(url, element.get("href", "")))
            if link and split_url(link).path.strip("/"):
                return link
    main = article.get("mainEntityOfPage")
    named = main.get("@id") if isinstance(main, dict) else main
    for candidate in (first_meta(metas, "og:url"), article.get("url"), named):
        if isinstance(candidate, str) and candidate.startswith("http"):
            link = normalize_url(candidate)
            if link and split_url(link).path.strip("/"):
                return link
    return normalize_url(url)


def _site_names(metas: Metas, objects: list[dict[str, Any]], url: str) -> tuple[str, ...]:
    names = [
        first_meta(metas, "og:site_name"),
        first_meta(metas, "application-name", "apple-mobile-web-app-title"),
    ]
    for item in objects[:20]:
        publisher = item.get("publisher")
        names.append(text_of(publisher.get("name")) if isinstance(publisher, dict) else "")
    for kind in ("Organization", "NewsMediaOrganization", "WebSite"):
        names += [text_of(o.get("name")) for o in jsonld.of_type(objects, kind)[:3]]
    host = host_of(url)
    names += [host, host.split(".")[0] if host else ""]
    return tuple(dict.fromkeys(n for n in names if n))


def _told_titles(metas: Metas, found: list[dict[str, Any]]) -> list[str]:
    """The titles that the head tells machines, best first."""
    told = [text_of(f.get("headline")) for f in found[:2]]
    told += [first_meta(metas, "og:title"), first_meta(metas, "twitter:title")]
    return [title for title in told if title]


@lru_cache(maxsize=1 << 14)
def _names_site(names: str) -> bool:
    if not ("logo" in names or "title" in names or "name" in names or "brand" in names):
        return False  # as nearly all
    return bool(_SITE_NAME.search(names))


def _key(text: str, most: int) -> str:
    """The key of a text of at most so many words; that of a longer one has a word more."""
    return " ".join(token.exact for token in islice(tokens(text), most + 1))


def _authors_behind(document: str, metas: Metas) -> list[str]:
    """What the head calls its author though its title ends with it: the site's name, unless it is
    of several words, as a blogger's."""
    *pieces, last = _TITLE_PART.split(document)
    told = {key(name) for each in meta_names("author") for name in metas.get(each, ())}
    return [last.strip()] if pieces and " " not in last.strip() and key(last) in told else []


def _sites_in_title(page: Page, document: str, told: list[str]) -> list[str]:
    """The parts of the head's title that name the site: `Báo Nhà Tôi` of `Lũ về - Báo Nhà Tôi`.

    It is what the page shows as its own name, or what links to its front page, or the first of two
    headings that are parts of that title.
    """
    pieces = [part for part in _TITLE_PART.split(document) if key(part)]
    if len(pieces) < 2:
        return []
    parts = {key(piece): piece.strip() for piece in pieces}
    told_keys = {key(title) for title in told}
    longest = max(len(words.split()) for words in parts)
    shown = {
        _key(text, longest)
        for names, elements in page.named.items()
        if _names_site(names)
        for element in elements
        if (text := text_in(element)).strip()
    }
    for link in page.gathered["links"][:_FIRST_LINKS]:
        href = link.get("href")
        if href and not _DEEP.match(href) and not split_url(href).path.strip("/"):
            shown.add(_key(text_in(link), longest))
    sites = [part for part in parts if part in shown and part not in told_keys]
    if not sites:
        ends = {
            key(" ".join(some)) for i in range(1, len(pieces)) for some in (pieces[:i], pieces[i:])
        }
        headings = [
            words
            for block in page.blocks
            if page.nodes[block.group].tag in _HEADINGS and (words := key(block.text)) in ends
        ]
        if len(set(headings)) > 1:
            title = next((h for h in headings if h in told_keys), headings[-1])
            sites = [heading for heading in headings if heading != title and heading in parts]
    return [parts[site] for site in sites] if len(sites) < len(parts) else []


def _title(page: Page, told: list[str], site_names: tuple[str, ...]) -> tuple[str, int]:
    """The title as shown (a heading that agrees with what the head says), and where."""
    told_words = [set(key(t).split()) for t in told]
    # Old systems write the head without any marks.
    unmarked = [words for t, words in zip(told, told_words, strict=True) if t.isascii()]
    own_names = {key(name) for name in site_names}
    best, best_score = -1, 0.0
    for i, block in enumerate(page.blocks):
        node = page.nodes[block.group]
        level = node.tag
        marked = bool(node.hint & Hint.TITLE) or "headline" in node.names
        if level not in ("h1", "h2", "h3") and not marked:
            continue
        if len(block.text) < 4 or len(block.text) > 400 or (i > 400):
            continue
        words = set(key(block.text).split())
        overlap = max(
            (len(words & t) / len(words | t) for t in told_words if t and words), default=0.0
        )
        inside = max((len(words & t) / len(words) for t in told_words if words), default=0.0)
        if unmarked and not block.text.isascii():
            folded = set(map(fold, words))
            inside = max(inside, *(len(folded & t) / len(folded) for t in unmarked if folded))
        score = max(overlap, 0.8 * inside if len(words) >= 3 else 0.0)
        score += 0.35 if level == "h1" else 0.0
        score += 0.1 if marked else 0.0
        if key(block.text) in own_names:
            continue
        if score > best_score + 1e-9:
            best, best_score = i, score
    if best >= 0 and (
        best_score >= 0.6
        or (
            best_score >= 0.35
            and page.nodes[page.blocks[best].group].tag == "h1"
            and word_count(page.blocks[best].text) >= 3
        )
    ):
        bare = [_strip_site(text, site_names) for text in told]
        title = _without_kicker(page.blocks[best].text, [*told, *bare])
        if title.isupper():  # as nobody writes it elsewhere
            title = next((t for t in bare if key(t) == key(title) and not t.isupper()), title)
        return title, best
    if len(told) == 1 and (at := _only_marked(page, told[0])) >= 0:
        return page.blocks[at].text, at
    if told and all(_names_no_article(page, text, site_names) for text in told):
        at = _by_the_date(page)
        if at >= 0:
            return page.blocks[at].text, at
    for text in told:
        stripped = _strip_site(text, site_names)
        if stripped:
            return stripped, -1
    return "", -1


def _names_no_article(page: Page, told: str, site_names: tuple[str, ...]) -> bool:
    """Whether a title of the head is the same on every page of a site or of one of its sections:
    `Chi tiết tin`, `Tin tức | Cổng thông tin huyện`."""
    if is_site_title(_strip_site(told, site_names)):
        return True
    own_names = {key(name) for name in site_names}
    parts = [part.strip() for part in _TITLE_PART.split(told)]
    while parts and (key(parts[-1]) in own_names or is_site_title(parts[-1])):
        parts.pop()
    left = [part for part in parts if not (key(part) in own_names or is_site_title(part))]
    if all(is_section(part) for part in left):
        return True
    if len(left) == len(_TITLE_PART.split(told)):  # it names no site: nothing else is left out
        return False
    section = " ".join(map(key, left))
    return any(
        block.linked and word_count(block.text) <= _SECTION_WORDS and key(block.text) == section
        for block in page.blocks[:_HEAD_BLOCKS]
    )


def _by_the_date(page: Page) -> int:
    """The line beside a date that is long enough for a title; -1 for none."""
    for i, block in enumerate(page.blocks[:_HEAD_BLOCKS]):
        stamp = read_time(block.text, short=True) if len(block.text) < _DATE_CHARS else None
        if stamp is None:
            continue
        for at in (i + 1, i - 1):
            if 0 <= at < len(page.blocks):
                line = page.blocks[at]
                fits = _LEAST_TITLE <= word_count(line.text) <= _MOST_TITLE and not line.links
                if fits and not ends_sentence(line.text):
                    return at
    return -1


def _only_marked(page: Page, told: str) -> int:
    """The one line that is named as a title, where the head has only the site's name, which the
    page shows too: `<title>Cổng thông tin …</title>` and `<div class="ArtTitle">`; else -1."""
    marked = [
        i
        for i, block in enumerate(page.blocks)
        if page.nodes[block.group].hint & Hint.TITLE and not block.links
    ]
    is_site = any(key(block.text) == key(told) for block in page.blocks[:_BANNER_BLOCKS])
    return marked[0] if len(marked) == 1 and is_site else -1


def _without_kicker(shown: str, told: list[str]) -> str:
    """A heading without the line above the title that stands in the same element."""
    for title in told:
        if len(title) < len(shown) and word_count(title) >= 3 and shown.endswith(title):
            return title
    return shown


def _strip_site(title: str, site_names: tuple[str, ...]) -> str:
    """A head title without the site's name before it, or its name or section behind it."""
    parts = _TITLE_PART.split(title)
    own_names = {key(name) for name in site_names}
    while len(parts) > 1 and key(parts[0]) in own_names:
        title = title[title.index(parts[0]) + len(parts.pop(0)) :].lstrip(_BREAKS)
    parts = _TITLE_BREAK.split(title)
    while len(parts) > 1 and (key(parts[-1]) in own_names or word_count(parts[-1]) <= 3):
        title = title[: title.rfind(parts.pop())].rstrip(_BREAKS)
    return title
