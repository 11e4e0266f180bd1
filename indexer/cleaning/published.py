"""When an article was published: what machines are told, set right by what readers are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any, NamedTuple

from lxml import etree

from indexer.cleaning import jsonld
from indexer.cleaning.blocks import key
from indexer.cleaning.datelines import (
    MOST_ALIKE,
    Shown,
    labelled_time,
    likely,
    of_another,
    shown_time,
)
from indexer.cleaning.dates import VIETNAM, Stamp, parse_time, read_time
from indexer.cleaning.elements import text_in
from indexer.cleaning.jsonld import text_of
from indexer.cleaning.metas import Metas, meta_names
from indexer.cleaning.tree import Page

# A day in an address: `/2019/10/22/`.
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?:[/-]|$)")
_LETTERS = re.compile("[\u1ea0-\u1ef9\u0110\u0111\u01a0\u01a1\u01af\u01b0]")  # Vietnamese ones
_SAID_IN = ("datetime", "content", "title", "data-timestamp", "data-time")
_STAMPED = frozenset(_SAID_IN)
_MOST_MARKED = 60
_SAME = timedelta(minutes=2)
_OTHER_TYPES = frozenset(
    ("Comment", "Review", "VideoObject", "ImageObject", "AudioObject", "Event", "Person")
)
_EXPLICIT = re.compile(r"datePublished|(?:^|\s)(?:dt-)?published(?:\s|$)")
_MARKED = re.compile(r"date(?:Published|Created|Modified)|publish|updated")


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
    shown = shown_time(page, h1)
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
        stamp = _first(m.text for m in marked if not (m.modified or shown.clock))
        moment = _settle(stamp, None, vietnamese) if stamp else shown.moment
        return moment if moment.date() == shown.moment.date() else shown.moment
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
    return labelled_time(page, h1)


def _first(texts: Iterable[str]) -> Stamp | None:
    for text in texts:
        stamp = read_time(text) if text else None
        if stamp and likely(stamp):
            return stamp
    return None


def _settle(told: Stamp, shown: Shown | None, vietnamese: bool) -> datetime:
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


def _url_day(url: str) -> Shown | None:
    match = _URL_DAY.search(url)
    moment = parse_time("-".join(match.groups())) if match else None
    return Shown(moment, clock=False, sure=False) if moment else None


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
            (v for n in _SAID_IN if (v := element.get(n)) and read_time(v)),
            "",
        ) or " ".join(text_in(element).split())
        if read_time(said) and not of_another(element, title, page.titled):
            # A post that never changed has one time that is both.
            posted = "publish" in names or "entry-date" in names
            modified = "odif" in names or ("updated" in names and not posted)
            explicit = bool(_EXPLICIT.search(names)) or "pubdate" in element.attrib
            found.append(
                (2 * (not explicit) + (not below), _Marked(said, modified, explicit or below))
            )
    return [marked for _, marked in sorted(found, key=lambda f: f[0])]


def _marked_elements(page: Page) -> Iterator[etree._Element]:
    """Titles and times in order, then what is named after publication."""
    yield from page.gathered["times"][:_MOST_MARKED]
    for names, elements in page.named.items():
        if _MARKED.search(names):
            for element in elements[:MOST_ALIKE]:
                if "itemprop" in element.attrib or not _STAMPED.isdisjoint(element.keys()):
                    yield element
