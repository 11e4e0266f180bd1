"""When an article was published: what machines are told, set right by what readers are shown."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from indexer.cleaning.dates import VIETNAM, has_clock, parse_time
from indexer.cleaning.hints import Hint
from indexer.cleaning.jsonld import text_of
from indexer.cleaning.metas import Metas, meta_names
from indexer.cleaning.tree import Page

# A day in an address: `/2019/10/22/`.
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?:/|$)")


def read_published(
    page: Page, metas: Metas, found: list[dict[str, Any]], h1: int, url: str
) -> datetime | None:
    """The time of publication: what machines are told, set right by what readers are shown."""
    told: list[str] = [text_of(f.get("datePublished")) for f in found]
    told += [v for name in meta_names("published") for v in metas.get(name, ())]
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
    told += [v for name in meta_names("modified") for v in metas.get(name, ())]
    for text in told:
        moment = parse_time(text) if text else None
        if moment and 1990 < moment.year < 2100:
            return moment
    match = _URL_DAY.search(url)
    return parse_time("-".join(match.groups())) if match else None


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
        stamp = element.get("datetime") or "".join(map(str, element.itertext()))
        moment = parse_time(stamp)
        if moment and 1990 < moment.year < 2100:
            return moment
    if days:
        return days[0]
    for block in page.blocks:
        if len(block.text) < 80 and page.nodes[block.group].hint & Hint.DATE:
            moment = parse_time(block.text)
            if moment and 1990 < moment.year < 2100:
                return moment
    return None
