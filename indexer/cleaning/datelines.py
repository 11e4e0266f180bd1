"""Lines that say when: which of a page's or a dump's dates is the article's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from lxml import etree

from indexer.cleaning.blocks import Block, ends_sentence, key, word_count
from indexer.cleaning.dates import Stamp, is_date_line, read_time
from indexer.cleaning.elements import text_in
from indexer.cleaning.hints import Hint
from indexer.cleaning.phrases import classify
from indexer.cleaning.tree import Page

# Parts whose dates are those of other articles, of readers or of the site.
_ELSEWHERE = re.compile(
    r"relat|lien-?_?quan|recommend|sidebar|tin-?_?(?:khac|moi|cung|lien)|comment|binh-?luan|more-|"
    r"popular|latest|trending|widget-area|copyright|xem-?them|doc-?nhieu|suggest|similar",
    re.IGNORECASE,
)
_SAYS_WHEN = re.compile(
    r"date|time|publi|submit|info|meta|byline|author|created|posted|ngay|gio|details", re.IGNORECASE
)
_SAID = re.compile(
    r"(?:cập nhật|đăng|xuất bản|published|posted|updated|aktualisiert|veröffentlicht|erschienen)"
    r"\W{0,3}(?:lúc|lần cuối|ngày|on|am|vào)?\W{0,3}$",
    re.IGNORECASE,
)
_MODIFIED = re.compile(
    r"cập nhật|updated?\b|modified|aktualisiert|geändert|stand\b|actualizado|mis à jour|aggiornato",
    re.IGNORECASE,
)
_POSTED = re.compile(r"(?:đăng|xuất bản|published|posted)\b", re.IGNORECASE)
_DATELINE_END = re.compile(r"\s*\)?\s*[|–—-]\s|\s*\)\s")
_NEAR_ABOVE, _NEAR_BELOW = 4, 14  # blocks around the title that may say when
_DIGIT = re.compile(r"\d")
_CLOCK = re.compile(r"\d{1,2}\s?[:hg]\s?\d\d(?::\d\d)?(?:\s?[AP]M)?", re.IGNORECASE)
_LINE_CHARS = 160
_FIRST_PROSE = 3  # paragraphs below the title, below which lines are no more about the article
_CLASSED = re.compile(r"date|time|publish|ngay", re.IGNORECASE)
# The head of a site says what day it is today.
_SITE_HEAD = re.compile(
    r"(?:^|\s)(?:site-|page-|main-)?(?:header|top-?bar|today|clock|masthead)(?:\s|$)", re.IGNORECASE
)
MOST_ALIKE = 5  # elements of the same names
_LEADS_HERE = re.compile(r"[»›→]|\s[>/|]\s")  # `Trang nhất » Xây dựng Đảng`
_MENU_LINKS = 3  # in one line; fewer may be a headline


class Shown(NamedTuple):
    """A time that readers see. `sure`: a line below the title gives it as the article's date."""

    moment: datetime
    clock: bool
    sure: bool


def likely(stamp: Stamp) -> bool:
    """Whether a time may be one of publication."""
    return 1990 < stamp.moment.year < 2100


def line_time(lines: Iterable[str]) -> datetime | None:
    """The time that one of the first lines of a dump is there to say.

    >>> line_time(["Thời sự", "Chợ mở lại", "03-10-2020 17:40", "Sáng nay, chợ mở."]).isoformat()
    '2020-10-03T17:40:00+07:00'
    """
    days: list[datetime] = []
    prose = 0
    for line in lines:
        stamp = _line(line, marked=False)
        if stamp and stamp.clock:
            return stamp.moment
        if stamp:
            days.append(stamp.moment)
        prose += _is_prose(line)
        if prose == _FIRST_PROSE:
            break
    return days[0] if days else None


def shown_time(page: Page, h1: int) -> Shown | None:
    """The date that stands near the title, below it before above it."""
    found: list[tuple[int, Shown]] = []
    prose = 0
    for i in _near(page, h1):
        block = page.blocks[i]
        prose += _is_prose(block.text)
        if len(block.text) > _LINE_CHARS or not _DIGIT.search(block.text):
            continue
        marked = _is_marked(page, block)
        stamp = _line(block.text, marked=marked)
        if stamp and not stamp.clock:
            stamp = _with_clock(page, i) or stamp
        if stamp and not _other_item(page, i, h1, near=True):
            modified = bool(_MODIFIED.search(block.text, 0, stamp.start))
            pure = not prose and is_date_line(block.text, stamp, most_words=0)
            sure = (marked or pure) and i > h1 >= 0 and not modified
            found.append((2 * modified + (not stamp.clock), Shown(stamp.moment, stamp.clock, sure)))
    if found:
        return min(found, key=lambda f: f[0])[1]
    for i in _near(page, h1):
        stamp = _beginning(page.blocks[i].text) or _said(page.blocks[i].text)
        if stamp and not _other_item(page, i, h1, near=True):
            return Shown(stamp.moment, stamp.clock, False)
    for i, block in enumerate(page.blocks):
        if len(block.text) < 80 and _DIGIT.search(block.text) and _is_marked(page, block):
            stamp = _line(block.text, marked=True)
            if stamp and not _other_item(page, i, h1, near=False):
                return Shown(stamp.moment, stamp.clock, False)
    title = key(page.blocks[h1].text) if h1 >= 0 else ""
    for names, elements in page.named.items():
        if elements[0].tag != "span" or not _CLASSED.search(names):
            continue
        for element in elements[:MOST_ALIKE]:
            text = " ".join(text_in(element)[:200].split())
            stamp = _line(text, marked=False) if len(text) < 80 else None
            if stamp and not of_another(element, title, page.titled):
                return Shown(stamp.moment, stamp.clock, False)
    return None


def _with_clock(page: Page, at: int) -> Stamp | None:
    """The time that a day and the time of day beside it tell together: `<time>13/03/2025</time>`,
    `<time>12:30</time>`."""
    for beside in (at + 1, at - 1):
        text = page.blocks[beside].text if 0 <= beside < len(page.blocks) else ""
        if _CLOCK.fullmatch(text):
            stamp = _line(f"{page.blocks[at].text} {text}", marked=True)
            if stamp and stamp.clock:
                return stamp
    return None


def _is_marked(page: Page, block: Block) -> bool:
    """Whether the names of a block's part say that it tells when, or who."""
    node = page.nodes[block.group]
    return bool(node.hint & (Hint.DATE | Hint.AUTHOR) or _SAYS_WHEN.search(node.names))


def _near(page: Page, h1: int) -> Iterator[int]:
    """The blocks around the title: those below, down to the third paragraph, then those above."""
    prose = 0
    start = h1 + 1 if h1 >= 0 else 0
    for i in range(start, min(len(page.blocks), start + (_NEAR_BELOW if h1 >= 0 else 40))):
        yield i
        prose += _is_prose(page.blocks[i].text)
        if prose == _FIRST_PROSE:
            break
    yield from range(h1 - 1, max(-1, h1 - 1 - _NEAR_ABOVE), -1)
    if h1 >= 0:
        yield h1


def _is_prose(text: str) -> bool:
    return ends_sentence(text) and word_count(text) >= 14


def _line(text: str, *, marked: bool) -> Stamp | None:
    """The time in a line that is there to say when; `marked`: by its class, too."""
    if len(text) > _LINE_CHARS or not _DIGIT.search(text):
        return None
    stamp = read_time(text, short=True)
    if stamp and _MODIFIED.search(text, 0, stamp.start):
        stamp = _posted(text, stamp.end) or stamp
    if not stamp or not likely(stamp):
        return None
    most = 10 if marked else 8 if stamp.clock else 3
    return stamp if is_date_line(text, stamp, most_words=most) else None


def _posted(text: str, at: int) -> Stamp | None:
    """The time of publication told behind that of a change, from `at`: `Cập nhật … | Đăng …`."""
    label = _POSTED.search(text, at)
    stamp = read_time(text[label.end() :], short=True) if label else None
    if not label or not stamp:
        return None
    return stamp._replace(start=label.end() + stamp.start, end=label.end() + stamp.end)


def _beginning(text: str) -> Stamp | None:
    """The date that a paragraph begins with, set off from it: `29.11.2022 – Heute …`."""
    stamp = read_time(text[:60]) if any(map(str.isdigit, text[:30])) else None
    if not stamp or not likely(stamp) or not _DATELINE_END.match(text, stamp.end):
        return None
    return stamp if stamp.start <= 2 or text[: stamp.start].rstrip().endswith("vom") else None


def _said(text: str) -> Stamp | None:
    """A date right behind `Cập nhật lúc` or the like, whatever stands around them."""
    match = re.search(r"\d{4}", text[:400])
    stamp = read_time(text[max(0, match.start() - 60) : match.end() + 40]) if match else None
    if not stamp or not match or not likely(stamp):
        return None
    before = text[: max(0, match.start() - 60) + stamp.start]
    return stamp if _SAID.search(before[-40:]) else None


def _other_item(page: Page, at: int, h1: int, *, near: bool) -> bool:
    """Whether a date line stands with a headline of another article, or in a part for others.

    near  it is one of those around the title, where even an `<aside>` may be the article's
    """
    block = page.blocks[at]
    node = block.group
    around_title = _path(page, h1)
    for _ in range(6):
        if node <= 0 or node in around_title:
            break
        if page.nodes[node].tag == "nav" or (page.nodes[node].tag == "aside" and not near):
            return True
        if at < h1 and (
            page.nodes[node].tag == "header" or _SITE_HEAD.search(page.nodes[node].names)
        ):
            return True
        if _ELSEWHERE.search(page.nodes[node].names):
            return True
        node = page.nodes[node].parent
    if block.links and block.link_chars > 40 and word_count(block.text) >= 8:
        return block.link_chars > 0.5 * len(block.text)
    for beside in (at - 1, at + 1):
        if 0 <= beside < len(page.blocks) and beside != h1:
            other = page.blocks[beside]
            headline = other.linked and word_count(other.text) >= 6 and other.links < _MENU_LINKS
            if not headline or classify(other.text) or _LEADS_HERE.search(other.text):
                continue
            if _share_item(page, at, beside):
                return True
    return False


def _path(page: Page, block: int) -> set[int]:
    """The nodes around a block."""
    path = set()
    node = page.blocks[block].group if block >= 0 else 0
    while node > 0:
        path.add(node)
        node = page.nodes[node].parent
    return path


def _share_item(page: Page, one: int, other: int) -> bool:
    """Whether two blocks stand in the same small part of the page."""
    a, b = page.blocks[one].group, page.blocks[other].group
    nodes = page.nodes
    above = {a, nodes[a].parent, nodes[nodes[a].parent].parent if nodes[a].parent > 0 else 0}
    return bool({b, nodes[b].parent} & above - {-1, 0})


def labelled_time(page: Page, h1: int) -> datetime | None:
    """A line such as `Stand: 17.01.2021` anywhere on the page."""
    for i, block in enumerate(page.blocks):
        if len(block.text) > 60 or not any(map(str.isdigit, block.text)):
            continue
        stamp = read_time(block.text, short=True)
        if (
            stamp
            and likely(stamp)
            and re.search(r"[^\W\d_]{2}", block.text[: stamp.start])
            and is_date_line(block.text, stamp, most_words=0)
            and not _other_item(page, i, h1, near=False)
        ):
            return stamp.moment
    return None


def of_another(element: etree._Element, title: str, titled: set[etree._Element]) -> bool:
    """Whether a time belongs to a headline of another article, to a reader, or to the site.

    titled  the parts that hold a title
    """
    explicit = "datePublished" in (element.get("itemprop") or "") or "pubdate" in element.attrib
    for depth, around in enumerate(element.iterancestors()):
        if depth > 8 or around.tag in ("body", "main", "html"):
            return False
        if around in titled:
            return False
        if around.tag in ("nav", "form") or (around.tag in ("aside", "footer") and not explicit):
            return True
        if _ELSEWHERE.search(f"{around.get('class') or ''} {around.get('id') or ''}"):
            return True
        if depth < 3:
            linked = [text_in(a) for a in around.iter("a")]
            if len(linked) < 6 and any(_is_headline(text, title) for text in linked):
                return True
    return False


def _is_headline(text: str, title: str) -> bool:
    """Whether a link's text names an article, and another one than this."""
    words = text.split()
    return len(words) >= 6 and not read_time(text) and key(text) != title
