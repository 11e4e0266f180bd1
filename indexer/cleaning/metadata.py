"""What a page says about its article in its head, in JSON-LD and around its title."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import etree

from indexer.cleaning import jsonld
from indexer.cleaning.blocks import Look, key, one_line, word_count
from indexer.cleaning.credits import Credit, is_person, read_credit, split_names
from indexer.cleaning.dates import VIETNAM, has_clock, parse_time
from indexer.cleaning.hints import RULES, Hint
from indexer.cleaning.jsonld import names_of, text_of, unescape
from indexer.cleaning.tree import Page
from indexer.cleaning.urls import host_of, normalize_url
from indexer.rules import load_toml, strings

_TITLE_BREAK = re.compile(r"\s+(?:[|»«•·–—:]|-{1,2}|::)\s+")
_EMAIL = re.compile(r"\S{1,64}@\S{1,80}")
_HOME = frozenset(
    map(key, ("Trang chủ", "Trang nhất", "Home", "Homepage", "Startseite", "Accueil", "Inicio"))
)


@cache
def _meta_names(part: str) -> tuple[str, ...]:
    file = RULES / "fields.toml"
    return strings(load_toml(file)["meta"], part, file=str(file))


class Metadata(NamedTuple):
    """What the page says; empty where it does not.

    h1            position among the page's blocks of the title as shown, -1 where not found
    article_body  the text as JSON-LD has it: a witness for the choice of the main part
    kind          `og:type`
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
    agency: str
    publisher: str


def read_metadata(page: Page, json_ld: tuple[str, ...], url: str) -> Metadata:
    """The metadata of a walked page that was fetched from `url` ("" where unknown)."""
    metas = _metas(page.root)
    objects = jsonld.read_json_ld(json_ld)
    found = jsonld.articles(objects)
    first: dict[str, Any] = found[0] if found else {}
    canonical = _canonical(page.root, metas, first, url)
    site_names = _site_names(metas, objects, canonical or url)
    title, h1 = _title(page, metas, found, site_names)
    credit = _credit_line(page, site_names)
    return Metadata(
        title=title,
        description=_first(metas, "description", "og:description", "twitter:description")
        or text_of(first.get("description")),
        url=canonical,
        author=_authors(page, metas, found, site_names, h1),
        section=_section(page, metas, objects, first, title, site_names, h1),
        tags=_tags(metas, first),
        published=_published(page, metas, found, h1),
        site_names=site_names,
        h1=h1,
        article_body=text_of(first.get("articleBody")),
        kind=_first(metas, "og:type").lower(),
        is_article=bool(found),
        agency=credit.agency,
        publisher=credit.publisher,
    )


def _metas(root: etree._Element) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = defaultdict(list)
    for element in root.iter("meta"):
        name = (
            element.get("property")
            or element.get("name")
            or element.get("itemprop")
            or element.get("http-equiv")
        )
        content = element.get("content")
        if name and content and len(metas) < 500:
            metas[name.strip().lower()].append(unescape(content[:5000]))
    return metas


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _first(metas: dict[str, list[str]], *names: str) -> str:
    return next((v for name in names for v in metas.get(name, ()) if v), "")


def _canonical(
    root: etree._Element, metas: dict[str, list[str]], article: dict[str, Any], url: str
) -> str:
    """The page's address: canonical link, og:url, JSON-LD, what it was fetched from."""
    for element in root.iter("link"):
        if (element.get("rel") or "").lower() == "canonical" and element.get("href"):
            link = normalize_url(urljoin(url, element.get("href", "").strip()))
            if link and urlsplit(link).path.strip("/"):
                return link
    main = article.get("mainEntityOfPage")
    named = main.get("@id") if isinstance(main, dict) else main
    for candidate in (_first(metas, "og:url"), article.get("url"), named):
        if isinstance(candidate, str) and candidate.startswith("http"):
            link = normalize_url(candidate)
            if link and urlsplit(link).path.strip("/"):
                return link
    return normalize_url(url)


def _site_names(
    metas: dict[str, list[str]], objects: list[dict[str, Any]], url: str
) -> tuple[str, ...]:
    names = [
        _first(metas, "og:site_name"),
        _first(metas, "application-name", "apple-mobile-web-app-title"),
    ]
    for item in objects[:20]:
        publisher = item.get("publisher")
        names.append(text_of(publisher.get("name")) if isinstance(publisher, dict) else "")
    for kind in ("Organization", "NewsMediaOrganization", "WebSite"):
        names += [text_of(o.get("name")) for o in jsonld.of_type(objects, kind)[:3]]
    host = host_of(url)
    names += [host, host.split(".")[0] if host else ""]
    return tuple(dict.fromkeys(n for n in names if n))


def _title(
    page: Page,
    metas: dict[str, list[str]],
    found: list[dict[str, Any]],
    site_names: tuple[str, ...],
) -> tuple[str, int]:
    """The title as shown (a heading that agrees with what the head says), and where."""
    document = next((one_line(_text(e)) for e in page.root.iter("title")), "")
    told = [text_of(f.get("headline")) for f in found[:2]] + [
        _first(metas, "og:title"),
        _first(metas, "twitter:title"),
        document,
    ]
    told = [t for t in told if t]
    told_words = [set(key(t).split()) for t in told]
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
        score = max(overlap, 0.8 * inside if len(words) >= 3 else 0.0)
        score += 0.35 if level == "h1" else 0.0
        score += 0.1 if marked else 0.0
        if key(block.text) in {key(s) for s in site_names}:
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
        return page.blocks[best].text, best
    for text in told:
        stripped = _strip_site(text, site_names)
        if stripped:
            return stripped, -1
    return "", -1


def _strip_site(title: str, site_names: tuple[str, ...]) -> str:
    """A head title without the site's name or section behind a bar or dash."""
    parts = _TITLE_BREAK.split(title)
    if len(parts) == 1:
        return title
    keys = {key(s) for s in site_names}
    while len(parts) > 1 and (key(parts[-1]) in keys or word_count(parts[-1]) <= 3):
        end = title.rfind(parts[-1])
        title = (
            _TITLE_BREAK.sub("\0", title[:end]).rstrip("\0")
            if False
            else title[:end].rstrip(" |»«•·–—:-")
        )
        parts.pop()
    return title


def _authors(
    page: Page,
    metas: dict[str, list[str]],
    found: list[dict[str, Any]],
    site_names: tuple[str, ...],
    h1: int,
) -> tuple[str, ...]:
    candidates: list[list[str]] = [names_of(f.get("author")) for f in found[:3]]
    candidates += [names_of(f.get("creator")) for f in found[:1]]
    candidates += [metas[name] for name in _meta_names("author") if name in metas]
    for names in candidates:
        people = _people(names, site_names)
        if people:
            return people
    return _visible_authors(page, site_names, h1)


def _credit_line(page: Page, site_names: tuple[str, ...]) -> Credit:
    """The agency in a byline or source line that stands outside the text."""
    for block in page.blocks:
        if len(block.text) > 80 or block.look & Look.SURE_CAPTION:
            continue
        if block.look & Look.BYLINE or "source" in page.nodes[block.group].names.lower():
            credit = read_credit(block.text, site_names)
            if credit.agency:
                return credit
    return Credit()


def _people(texts: list[str], site_names: tuple[str, ...]) -> tuple[str, ...]:
    people = [
        n
        for t in texts
        if len(t) < 200 and "://" not in t
        for n in split_names(t)
        if is_person(n, site_names)
    ]
    return tuple(dict.fromkeys(people))


def _visible_authors(page: Page, site_names: tuple[str, ...], h1: int) -> tuple[str, ...]:
    """Authors marked up as such around the text: by class, rel or itemprop."""
    for element in page.bylines[:200]:
        text = one_line(_EMAIL.sub(" ", " ".join(map(str, element.itertext()))))[:200]
        if not text or word_count(text) > 12:
            continue
        credit = read_credit(text, site_names)
        if credit.authors:
            return credit.authors
    return ()


def _section(
    page: Page,
    metas: dict[str, list[str]],
    objects: list[dict[str, Any]],
    article: dict[str, Any],
    title: str,
    site_names: tuple[str, ...],
    h1: int,
) -> str:
    for crumbs in jsonld.of_type(objects, "BreadcrumbList"):
        items = crumbs.get("itemListElement")
        names = []
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict):
                inner = item.get("item")
                names.append(
                    text_of(item.get("name"))
                    or (text_of(inner.get("name")) if isinstance(inner, dict) else "")
                )
        for name in names:
            if name and key(name) not in _HOME and key(name) != key(title) and len(name) < 60:
                return name
    crumb = _crumb(page, h1, {key(title), *map(key, site_names)} | _HOME)
    if crumb:
        return crumb
    return _first(metas, "article:section", "og:article:section", "cxenseparse:section") or text_of(
        article.get("articleSection")
    )


def _crumb(page: Page, h1: int, unwanted: set[str]) -> str:
    """The first step of the last breadcrumb above the title (of the first below, if none is)."""
    best = ""
    for before, element in page.crumbs[:200]:
        if best and before > h1 >= 0:
            break
        links = [element] if element.tag == "a" else element.iter("a")
        for number, link in enumerate(links):
            step = one_line(_text(link)).strip(" /›»>|")
            if not urlsplit((link.get("href") or "x").strip()).path.strip("/"):
                continue  # the way home, whatever its name
            if number < 6 and 1 < len(step) < 50 and key(step) and key(step) not in unwanted:
                best = step
                break
    return best


def _tags(metas: dict[str, list[str]], article: dict[str, Any]) -> tuple[str, ...]:
    texts: list[str] = list(metas.get("article:tag", ()))
    if not texts:
        keywords = article.get("keywords")
        texts = [text_of(k) for k in (keywords if isinstance(keywords, list) else [keywords])]
    if not any(texts):
        texts = [_first(metas, "news_keywords", "keywords")]
    parts = [p.strip() for t in texts for p in re.split(r"[,;]", t)]
    return tuple(dict.fromkeys(p for p in parts if p and len(p) < 80))[:30]


def _published(
    page: Page, metas: dict[str, list[str]], found: list[dict[str, Any]], h1: int
) -> datetime | None:
    """The time of publication: what machines are told, set right by what readers are shown."""
    told: list[str] = [text_of(f.get("datePublished")) for f in found]
    told += [v for name in _meta_names("published") for v in metas.get(name, ())]
    shown = _shown_time(page, h1)
    for text in told:
        moment = parse_time(text) if text else None
        if moment and 1990 < moment.year < 2100:
            if not has_clock(text):
                return shown if shown and shown.date() == moment.date() else moment
            if shown and abs(shown.replace(tzinfo=None) - moment.replace(tzinfo=None)) < timedelta(
                minutes=2
            ):
                return shown if moment.tzinfo != VIETNAM and _vietnamese(page) else moment
            return moment
    if shown:
        return shown
    told = [text_of(f.get("dateModified")) or text_of(f.get("dateCreated")) for f in found]
    told += [v for name in _meta_names("modified") for v in metas.get(name, ())]
    return next((m for m in (parse_time(t) for t in told if t) if m and 1990 < m.year < 2100), None)


def _vietnamese(page: Page) -> bool:
    return (page.root.get("lang") or "vi").lower().startswith("vi")


def _shown_time(page: Page, h1: int) -> datetime | None:
    """The date that stands near the title."""
    near = (
        range(max(0, h1 - 6), min(len(page.blocks), h1 + 9))
        if h1 >= 0
        else range(min(40, len(page.blocks)))
    )
    days: list[datetime] = []
    for i in sorted(near, key=lambda i: (i < h1, abs(i - h1))):
        text = page.blocks[i].text
        if len(text) > 160 or not any(c.isdigit() for c in text):
            continue
        moment = parse_time(text)
        if moment and 1990 < moment.year < 2100:
            if has_clock(text):
                return moment
            days.append(moment)
    for element in page.root.iter("time"):
        stamp = element.get("datetime") or _text(element)
        moment = parse_time(stamp)
        if moment and 1990 < moment.year < 2100:
            return moment
    return days[0] if days else None
