"""When an article was published: what machines are told, set right by what readers are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from itertools import islice
from typing import Any, NamedTuple

from lxml import etree

from indexer.cleaning import jsonld
from indexer.cleaning.blocks import Block, ends_sentence, key, word_count
from indexer.cleaning.dates import VIETNAM, Stamp, is_date_line, parse_time, read_time
from indexer.cleaning.elements import text_in
from indexer.cleaning.hints import Hint
from indexer.cleaning.jsonld import text_of
from indexer.cleaning.metas import Metas, meta_names
from indexer.cleaning.tree import Page

# A day in an address: `/2019/10/22/`.
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?:[/-]|$)")
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
_LETTERS = re.compile("[\u1ea0-\u1ef9\u0110\u0111\u01a0\u01a1\u01af\u01b0]")  # Vietnamese ones
_DATELINE_END = re.compile(r"\s*\)?\s*[|–—-]\s|\s*\)\s")
_NEAR_ABOVE, _NEAR_BELOW = 4, 14  # blocks around the title that may say when
_DIGIT = re.compile(r"\d")
_LINE_CHARS = 160
_FIRST_PROSE = 3  # paragraphs below the title, below which lines are no more about the article
_STAMPED = frozenset(("title", "content", "datetime"))
_MOST_ALIKE = 5  # elements of the same names
_MOST_MARKED = 60
_SAME = timedelta(minutes=2)
_OTHER_TYPES = frozenset(
    (
        "Comment",
        "Review",
        "VideoObject",
        "ImageObject",
        "AudioObject",
        "Event",
        "JobPosting",
        "Person",
    )
)
_EXPLICIT = re.compile(r"datePublished|(?:^|\s)(?:dt-)?published(?:\s|$)")
# The head of a site says what day it is today.
_SITE_HEAD = re.compile(
    r"(?:^|\s)(?:site-|page-|main-)?(?:header|top-?bar|today|clock|masthead)(?:\s|$)", re.IGNORECASE
)
_MARKED = re.compile(r"date(?:Published|Created|Modified)|publish|updated")
_CLASSED = re.compile(r"date|time|publish|ngay", re.IGNORECASE)


def read_published(
    page: Page,
    metas: Metas,
    objects: list[dict[str, Any]],
    found: list[dict[str, Any]],
    h1: int,
    url: str,
    *,
    vietnamese: bool,
) -> datetime | None:
    """The time of publication: what machines are told, set right by what readers are shown."""
    shown = _shown_time(page, h1)
    day = _url_day(url)
    told = [v for name in meta_names("published") for v in metas.get(name, ())]
    told += [text_of(f.get("datePublished")) for f in found]
    if stamp := _first(told):
        return _settle(stamp, shown or day, vietnamese)
    marked = _marked_times(page, h1)
    if stamp := _first(m.text for m in marked if m.sure and not m.modified):
        return _settle(stamp, shown or day, vietnamese)
    if shown:
        if day and abs(shown.moment.date() - day.moment.date()) > timedelta(days=2):
            return day.moment
        return shown.moment
    if stamp := _first(m.text for m in marked if not m.modified):
        return _settle(stamp, None, vietnamese)
    others = [o for o in objects if not jsonld.types(o) & _OTHER_TYPES]
    if stamp := _first(text_of(o.get("datePublished")) for o in others):
        return _settle(stamp, None, vietnamese)
    if day:
        return day.moment
    told = [text_of(f.get(k)) for f in found for k in ("dateCreated", "dateModified")]
    told += [v for name in meta_names("modified") for v in metas.get(name, ())]
    told += [m.text for m in marked if m.modified]
    told += [text_of(o.get("dateModified")) for o in others]
    if stamp := _first(told):
        return _settle(stamp, None, vietnamese)
    return _labelled_time(page, h1)


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


class _Shown(NamedTuple):
    """A time that readers see. `sure`: a line below the title gives it as the article's date."""

    moment: datetime
    clock: bool
    sure: bool


def _first(texts: Iterable[str]) -> Stamp | None:
    for text in texts:
        stamp = read_time(text) if text else None
        if stamp and _likely(stamp):
            return stamp
    return None


def _likely(stamp: Stamp) -> bool:
    return 1990 < stamp.moment.year < 2100


def _settle(told: Stamp, shown: _Shown | None, vietnamese: bool) -> datetime:
    """What was told, to the minute and in the zone that readers are shown."""
    moment = told.moment
    if not shown:
        return moment.astimezone(VIETNAM) if vietnamese and _is_utc(told) else moment
    seen, clock, sure = shown
    if clock and seen.date() == moment.date():
        if not told.clock or (moment.hour == moment.minute == 0):
            return seen
        # Many write the local time with a `Z` behind it.
        same = abs(seen.replace(tzinfo=None) - moment.replace(tzinfo=None)) < _SAME
        if same and vietnamese and moment.tzinfo != VIETNAM:
            return seen
    if _is_utc(told):
        here = moment.astimezone(VIETNAM)
        if vietnamese:
            bogus = here.date() != seen.date() == moment.date()
            return moment.replace(tzinfo=VIETNAM) if bogus else here
        if seen.date() != moment.date() and abs(seen.date() - moment.date()) <= timedelta(days=1):
            return _on_day(moment, seen.date())
    if told.clock and not told.zoned and _swapped(moment) == seen.date():
        return moment.replace(month=moment.day, day=moment.month)
    if sure and seen.date() != moment.date() and (clock or not (vietnamese and told.clock)):
        return seen
    return moment


def _swapped(moment: datetime) -> date | None:
    """The day with its month and day exchanged: `11/01/2023` is written both ways."""
    return date(moment.year, moment.day, moment.month) if moment.day <= 12 else None


def _is_utc(told: Stamp) -> bool:
    return told.clock and told.moment.utcoffset() == timedelta(0)


def _on_day(moment: datetime, day: date) -> datetime:
    """The same moment in the nearest zone where it falls on `day`."""
    step = 1 if day > moment.date() else -1
    return next(
        (
            there
            for hours in range(1, 13)
            if (there := moment.astimezone(timezone(timedelta(hours=step * hours)))).date() == day
        ),
        moment,
    )


def is_vietnamese(page: Page) -> bool:
    """Whether a page is written in Vietnamese, whatever its `lang` says."""
    return len(_LETTERS.findall(" ".join(b.text for b in page.blocks[:40])[:1500])) >= 5


def _url_day(url: str) -> _Shown | None:
    match = _URL_DAY.search(url)
    moment = parse_time("-".join(match.groups())) if match else None
    return _Shown(moment, clock=False, sure=False) if moment else None


# ------------------------------------------------------------------------------ elements for times


class _Marked(NamedTuple):
    """`sure`: it stands below the title, or says that it is the time of publication."""

    text: str
    modified: bool
    sure: bool


def _marked_times(page: Page, h1: int) -> list[_Marked]:
    """Times in `<time>`, itemprop and hAtom elements: those below the title first."""
    title = key(page.blocks[h1].text) if h1 >= 0 else ""
    found: list[tuple[int, _Marked]] = []
    below = False
    for element in _marked_elements(page):
        if element.tag == "h1":
            below = below or not title or key(text_in(element)) == title
            continue
        names = " ".join(element.get(n) or "" for n in ("itemprop", "property", "class"))
        said = next(
            (v for n in ("datetime", "content", "title") if (v := element.get(n)) and read_time(v)),
            "",
        ) or " ".join(text_in(element).split())
        if read_time(said) and not _of_another(element, title):
            modified = "odif" in names or ("updated" in names and "publish" not in names)
            explicit = bool(_EXPLICIT.search(names)) or "pubdate" in element.attrib
            found.append(
                (2 * (not explicit) + (not below), _Marked(said, modified, explicit or below))
            )
    return [marked for _, marked in sorted(found, key=lambda f: f[0])]


def _marked_elements(page: Page) -> Iterator[etree._Element]:
    """Titles and times in order, then what is named after publication."""
    yield from islice(page.root.iter("h1", "time", "abbr"), _MOST_MARKED)
    for names, elements in page.named.items():
        if _MARKED.search(names):
            for element in elements[:_MOST_ALIKE]:
                if "itemprop" in element.attrib or not _STAMPED.isdisjoint(element.keys()):
                    yield element


def _of_another(element: etree._Element, title: str) -> bool:
    """Whether a time belongs to a headline of another article, to a reader, or to the site."""
    explicit = "datePublished" in (element.get("itemprop") or "") or "pubdate" in element.attrib
    for depth, around in enumerate(element.iterancestors()):
        if depth > 8 or around.tag in ("body", "main", "html"):
            return False
        if next(around.iter("h1"), None) is not None:
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


# ---------------------------------------------------------------------------------- lines for times


def _shown_time(page: Page, h1: int) -> _Shown | None:
    """The date that stands near the title, below it before above it."""
    found: list[tuple[int, _Shown]] = []
    prose = 0
    for i in _near(page, h1):
        block = page.blocks[i]
        prose += _is_prose(block.text)
        if len(block.text) > _LINE_CHARS or not _DIGIT.search(block.text):
            continue
        marked = _is_marked(page, block)
        stamp = _line(block.text, marked=marked)
        if stamp and not _other_item(page, i, h1):
            modified = bool(_MODIFIED.search(block.text, 0, stamp.start))
            pure = not prose and is_date_line(block.text, stamp, most_words=0)
            sure = (marked or pure) and i > h1 >= 0 and not modified
            found.append(
                (2 * modified + (not stamp.clock), _Shown(stamp.moment, stamp.clock, sure))
            )
    if found:
        return min(found, key=lambda f: f[0])[1]
    for i in _near(page, h1):
        stamp = _beginning(page.blocks[i].text) or _said(page.blocks[i].text)
        if stamp and not _other_item(page, i, h1):
            return _Shown(stamp.moment, stamp.clock, False)
    for i, block in enumerate(page.blocks):
        if len(block.text) < 80 and _DIGIT.search(block.text) and _is_marked(page, block):
            stamp = _line(block.text, marked=True)
            if stamp and not _other_item(page, i, h1):
                return _Shown(stamp.moment, stamp.clock, False)
    title = key(page.blocks[h1].text) if h1 >= 0 else ""
    for names, elements in page.named.items():
        if elements[0].tag != "span" or not _CLASSED.search(names):
            continue
        for element in elements[:_MOST_ALIKE]:
            text = " ".join(text_in(element)[:200].split())
            stamp = _line(text, marked=False) if len(text) < 80 else None
            if stamp and not _of_another(element, title):
                return _Shown(stamp.moment, stamp.clock, False)
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
    if not stamp or not _likely(stamp):
        return None
    most = 10 if marked else 8 if stamp.clock else 3
    return stamp if is_date_line(text, stamp, most_words=most) else None


def _beginning(text: str) -> Stamp | None:
    """The date that a paragraph begins with, set off from it: `29.11.2022 – Heute …`."""
    stamp = read_time(text[:60]) if any(map(str.isdigit, text[:30])) else None
    if not stamp or not _likely(stamp) or not _DATELINE_END.match(text, stamp.end):
        return None
    return stamp if stamp.start <= 2 or text[: stamp.start].rstrip().endswith("vom") else None


def _said(text: str) -> Stamp | None:
    """A date right behind `Cập nhật lúc` or the like, whatever stands around them."""
    match = re.search(r"\d{4}", text[:400])
    stamp = read_time(text[max(0, match.start() - 60) : match.end() + 40]) if match else None
    if not stamp or not match or not _likely(stamp):
        return None
    before = text[: max(0, match.start() - 60) + stamp.start]
    return stamp if _SAID.search(before[-40:]) else None


def _other_item(page: Page, at: int, h1: int) -> bool:
    """Whether a date line stands with a headline of another article, or in a part for others."""
    block = page.blocks[at]
    node = block.group
    around_title = _path(page, h1)
    for _ in range(6):
        if node <= 0 or node in around_title:
            break
        if page.nodes[node].tag in ("aside", "nav"):
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
    for near in (at - 1, at + 1):
        if 0 <= near < len(page.blocks) and near != h1:
            other = page.blocks[near]
            if other.linked and word_count(other.text) >= 6 and _share_item(page, at, near):
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


def _labelled_time(page: Page, h1: int) -> datetime | None:
    """A line such as `Stand: 17.01.2021` anywhere on the page."""
    for i, block in enumerate(page.blocks):
        if len(block.text) > 60 or not any(map(str.isdigit, block.text)):
            continue
        stamp = read_time(block.text, short=True)
        if (
            stamp
            and _likely(stamp)
            and re.search(r"[^\W\d_]{2}", block.text[: stamp.start])
            and is_date_line(block.text, stamp, most_words=0)
            and not _other_item(page, i, h1)
        ):
            return stamp.moment
    return None
