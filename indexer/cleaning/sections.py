"""The section under which a page files its article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

from indexer.cleaning import jsonld
from indexer.cleaning.blocks import Block, key, one_line, word_count
from indexer.cleaning.elements import short_text_in, text_in
from indexer.cleaning.hints import Hint, hints
from indexer.cleaning.jsonld import text_of
from indexer.cleaning.metas import Metas, first_meta
from indexer.cleaning.names import is_section
from indexer.cleaning.phrases import classify
from indexer.cleaning.tags import linked_as
from indexer.cleaning.tree import Page
from indexer.cleaning.urls import split_url

_HOME = frozenset(
    map(
        key,
        (
            "Trang chủ",
            "Trang chu",
            "Trang nhất",
            "Home",
            "Homepage",
            "Startseite",
            "Accueil",
            "Inicio",
        ),
    )
)
# Steps that all news of a site may stand under: the one below says more.
_GENERAL = frozenset(map(key, ("Tin tức", "Tin tức - Sự kiện", "Bài viết", "Chuyên mục", "News")))
_WHOLE = frozenset({"article", "main", "section", "body", "html"})
_CRUMB_CHARS = 400  # of a part that leads to an article; a longer one is a list or a text
# An address of two steps or with a dot in its last, which leads to no front.
_DEEP = re.compile(r"\s*(?:https?://[\w.-]+)?/(?:[\w-]+/[\w-]|[\w-]+\.\w)")
_LEADS = re.compile(r"\s*(?!javascript|mailto|tel)[\w./?]")
_STEP = re.compile(r"\s*[»›>]+\s*|\s+[/|]\s+")
_STEP_WORDS = 5
_STEP_CHARS, _LONE_STEP_CHARS = 50, 80  # a headline is longer, or not alone in a part so named
_MOST_LINKS = 300
_LABEL_CHARS = 80  # more than any label with the signs before it
_DIGIT = re.compile(r"\d")
_MOST_STEPS = 3  # in a line without anything between them
_SHORT_LIST = 3  # items
_LABELLED = re.compile(
    r"(?:chuyên mục|danh mục|thể loại|category|rubrik)\s*:\s*(?P<name>[^:|]{2,50})$", re.IGNORECASE
)
_BELOW_TITLE = 6
_WAY = re.compile(r"[»›>/]")
_ABOVE_TITLE = 4  # blocks above the title among which its section stands


def read_section(
    page: Page,
    metas: Metas,
    objects: list[dict[str, Any]],
    article: dict[str, Any],
    title: str,
    site_names: tuple[str, ...],
    h1: int,
) -> str:
    """The section: the first step of the breadcrumb, else what the head says, else a known name."""
    unwanted = {key(title), *map(key, site_names)} | _HOME
    for crumbs in jsonld.of_type(objects, "BreadcrumbList"):
        steps = [
            name
            for name in _step_names(crumbs.get("itemListElement"))
            if name and key(name) not in unwanted and len(name) < 60
        ]
        if steps:
            return _telling(steps)
    step, sure = _crumb(page, h1, unwanted)
    if sure:
        return step
    return (
        text_of(article.get("articleSection"))
        or step
        or first_meta(metas, "article:section", "og:article:section", "cxenseparse:section")
        or next(iter(linked_as(page, "category")), "")
        or _labelled_section(page, h1)
        or _named_section(page, h1)
        or _linked_path(page, h1, unwanted)
        or _linked_name(page, h1, unwanted)
        or _linked_front(page, h1, unwanted)
        or _nested_front(page, h1, unwanted)
    )


def _step_names(items: object) -> Iterator[str]:
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            inner = item.get("item")
            name = text_of(item.get("name"))
            yield name or (text_of(inner.get("name")) if isinstance(inner, dict) else "")


def _crumb(page: Page, h1: int, unwanted: set[str]) -> tuple[str, bool]:
    """The first step of the last breadcrumb above the title (of the first below, if none is), and
    whether it is named as one: other parts may be named after any list of articles."""
    best, sure = "", False
    for before, element in page.crumbs[:200]:
        if best and before > h1 >= 0:
            break
        if before > h1 >= 0 and "crumb" not in (element.get("class") or "").lower():
            continue
        if element.tag in _WHOLE or short_text_in(element, _CRUMB_CHARS) is None:
            continue  # `<article class="post category-x">` holds the text itself
        named = "crumb" in f"{element.get('class') or ''} {element.get('id') or ''}".lower()
        if sure and not named:
            continue
        links = [element] if element.tag == "a" else list(islice(element.iter("a"), _MOST_LINKS))
        steps = []
        for number, link in enumerate(links):
            step = one_line(text_in(link)).strip(" /›»>|")
            href = link.get("href") or "x"
            if not href.startswith("#") and not split_url(href).path.strip("/"):
                continue  # the way home, whatever its name
            most = _STEP_CHARS if named or len(links) > 1 else _LONE_STEP_CHARS
            if number >= 6 or not 1 < len(step) < most or not key(step) or key(step) in unwanted:
                continue
            if not classify(step):  # `Chia sẻ` is no section
                steps.append(step)
        if steps:
            best, sure = _telling(steps), named
    return best, sure


def _telling(steps: list[str]) -> str:
    """The first step that does not stand for all news."""
    return next((step for step in steps if key(step) not in _GENERAL), steps[0])


def _named_section(page: Page, h1: int) -> str:
    """A line with a newspaper section's name right around the title."""
    if h1 < 0:
        return ""
    for i in (h1 + 1, *range(h1 - 1, max(-1, h1 - 1 - _ABOVE_TITLE), -1)):
        if i < len(page.blocks) and not _in_menu(page, page.blocks[i].group):
            block = page.blocks[i]
            if _is_menu(block):
                continue
            name = re.split(r"\s*[\d|/›»>,-]", block.text, maxsplit=1)[0].strip()
            if is_section(name) and key(name) not in _HOME:
                return block.text if _is_one_step(block) else name
    return ""


def _labelled_section(page: Page, h1: int) -> str:
    """What a line near the title says that the section is: `Chuyên mục: Làng nghề`."""
    for block in page.blocks[max(0, h1 - _ABOVE_TITLE) : h1 + 1 + _BELOW_TITLE] if h1 >= 0 else ():
        match = _LABELLED.match(block.text) if len(block.text) < _LABEL_CHARS else None
        if match and word_count(match["name"]) <= _STEP_WORDS:
            return match["name"]
    return ""


def _is_menu(block: Block) -> bool:
    """Whether a line is of many links, and none leads on to the next: `Kinh tế | Văn hóa | …`."""
    return block.links > _MOST_STEPS and not _WAY.search(block.text)


def _is_one_step(block: Block) -> bool:
    """Whether a line is one short link: `<a>Tin tức - Sự kiện</a>`."""
    return block.linked and block.links == 1 and word_count(block.text) <= _STEP_WORDS


def _linked_path(page: Page, h1: int, unwanted: set[str]) -> str:
    """The first step of a line of links right above the title: `Văn hóa » Di sản`; it may want its
    links where it begins with the way home."""
    for i in range(h1 - 1, max(-1, h1 - 1 - _ABOVE_TITLE), -1):
        block = page.blocks[i]
        steps = [s for s in _STEP.split(block.text) if key(s)]
        from_home = bool(steps) and not block.links and key(steps[0]) in _HOME
        if (
            (from_home or (block.links >= 2 and not _is_menu(block)))
            and len(steps) >= 2
            and all(word_count(s) <= _STEP_WORDS for s in steps)
        ):
            return _telling([s for s in steps if key(s) not in unwanted] or [""])
    return ""


def _linked_name(page: Page, h1: int, unwanted: set[str]) -> str:
    """A link above the title, or at the beginning of the line below it, whose own class is that of
    a section: `<a class="cate">`."""
    if h1 < 0:
        return ""
    above = {key(block.text) for block in page.blocks[max(0, h1 - _ABOVE_TITLE) : h1]}
    below = "".join(block.text for block in page.blocks[h1 + 1 : h1 + 2])
    for link in page.gathered["links"][:_MOST_LINKS]:
        names = link.get("class") or link.get("data-role")
        if names and hints(names) & Hint.CRUMB:
            name = one_line(text_in(link))
            near = key(name) in above or (name and below.startswith(name))
            if near and key(name) not in unwanted and not classify(name):
                return name
    return ""


def _linked_front(page: Page, h1: int, unwanted: set[str]) -> str:
    """The last link above the title if it leads to a front (`<a href="/hang-hoa">Hàng hóa</a>`), or
    is all that stands in the line right above."""
    near = range(h1 - 1, max(-1, h1 - 1 - _ABOVE_TITLE), -1)
    at = next((i for i in near if page.blocks[i].links), -1)
    menu = at < 0 or _is_menu(page.blocks[at])
    if menu or _in_menu(page, page.blocks[at].group, short_lists=False):
        return ""
    alone = at == h1 - 1 and _is_one_step(page.blocks[at])
    steps = {key(step) for step in re.split(r"\s*[\d|/›»>,-]+\s*", page.blocks[at].text)}
    for link in page.gathered["links"][:_MOST_LINKS]:
        href = link.get("href") or ""
        if not _LEADS.match(href) or (not alone and _DEEP.match(href)):
            continue
        name = one_line(text_in(link))
        its_own = alone and name == page.blocks[at].text and key(name) not in unwanted
        if its_own and not _DIGIT.search(name):
            return "" if classify(name) else name
        if key(name) in steps - unwanted and word_count(name) <= _STEP_WORDS:
            path = split_url(href).path.strip("/")
            if path and "/" not in path and "." not in path and not classify(name):
                return name
    return ""


def _nested_front(page: Page, h1: int, unwanted: set[str]) -> str:
    """The first of the links that make up the line above the title and whose addresses lead from
    one to the next: `/kinh-te`, `/kinh-te/bat-dong-san`."""
    above = page.blocks[h1 - 1] if h1 > 0 else None
    if not above or not above.linked or not 2 <= above.links <= _MOST_STEPS:
        return ""
    line = above.text.replace(" ", "")
    for one, other in pairwise(page.gathered["links"][:_MOST_LINKS]):
        first, second = (one_line(text_in(link)) for link in (one, other))
        if line.startswith(f"{first}{second}".replace(" ", "")) and first and second:
            step, deeper = (split_url(link.get("href") or "").path for link in (one, other))
            if step.strip("/") and deeper.startswith(f"{step.rstrip('/')}/"):
                return first if key(first) not in unwanted else ""
    return ""


def _in_menu(page: Page, node: int, *, short_lists: bool = True) -> bool:
    """Whether a part stands in a menu, as any list may be one; or only lists of some length."""
    while node > 0:
        tag, names = page.nodes[node].tag, page.nodes[node].names
        if tag in ("nav", "header", "footer") or "menu" in names:
            return True
        if tag == "li" and (short_lists or _is_long_list(page, page.nodes[node].parent)):
            return True
        node = page.nodes[node].parent
    return False


def _is_long_list(page: Page, node: int) -> bool:
    return sum(each.parent == node for each in page.nodes) > _SHORT_LIST
