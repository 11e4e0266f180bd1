"""Publication times: ISO forms as machines write them, and the forms that people read."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import NamedTuple

from indexer.cleaning.hints import RULES
from indexer.errors import RuleError
from indexer.rules import load_toml, strings

VIETNAM = timezone(timedelta(hours=7))

_MOST_CHARS = 160
_YEAR = r"(?P<y>(?:19|20)\d\d)"
_OFFSET = (
    r"Z\b|[+-]\d{2}:?\d{2}(?![\d/.-])|\+\d{1,2}(?![\d/.:-])"
    r"|\(?\s*(?:GMT|UTC)\s*[+-]\s*\d{1,2}(?::?\d{2})?\s*\)?"
)
_CLOCK = (
    r"(?P<h>\d{1,2})\s*(?:(?::|\.|h|g|giờ|heures?)\s*(?P<min>\d{2})(?!\d)"
    r"(?:\s*(?::|phút)\s*(?P<s>\d{2})(?:[.,:]\d+)?)?\s*(?:phút|'|Uhr|h\b)?|\s*(?:giờ|h|Uhr)(?![^\W\d_]))"
    r"\s*(?P<ap>[AaPp]\.?\s?[Mm]\b\.?|SA\b|CH\b|sáng\b|trưa\b|chiều\b|tối\b|đêm\b)?"
)
_GAP = (
    r"[\s,;|/–—\-·•(]{0,6}"
    r"(?:(?:lúc|vào lúc|vào|at|um|om|à|alle|ore|a las|kl\.?|ngày|on|am|:)\s+)?"
)
_WEEKDAY = (
    r"(?:(?:ngày\s+)?(?:thứ\s+(?:[^\W\d_]+|[2-7](?!\d))|chủ nhật|hôm nay)[\s,]+(?:ngày\s+)?)?"
)
_DAY = (
    r"(?P<d>\d{1,2})\s*(?:[-/.]|\s+tháng\s+|\s*,?\s*thg?\.?\s*)\s*"
    r"(?P<m>\d{1,2})\s*(?:[-/.,]|,?\s*năm\s+|\s+)\s*" + _YEAR + r"(?!\d)"
)
_SHORT_DAY = r"(?P<d>\d{1,2})(?P<sep>[./-])(?P<m>\d{1,2})(?P=sep)(?P<yy>\d\d)(?![\d./-]*\d)"
_MONTH_DAY = r"(?:tháng|thg)\s+(?P<m>\d{1,2})\s+(?P<d>\d{1,2})\s*,\s*" + _YEAR + r"(?!\d)"
_EPOCH = re.compile(r"^\d{10}(?:\d{3})?$")
_COMPACT = re.compile(
    r"^(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)"
    r"(?:T?(?P<h>\d\d)(?P<min>\d\d)(?P<s>\d\d)?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?$"
)


class Stamp(NamedTuple):
    """A time that was read.

    clock  it has a time of day; `zoned`: it names its zone
    start  where it begins in the text, and `end` where it ends
    """

    moment: datetime
    clock: bool
    zoned: bool
    start: int
    end: int


class _Words(NamedTuple):
    months: dict[str, int]
    zones: dict[str, timezone]
    labels: frozenset[str]
    endings: frozenset[str]
    other: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]


@cache
def _words() -> _Words:
    file = RULES / "dates.toml"
    tables = load_toml(file)
    months = {
        name: int(number)
        for number in tables["month"]
        for name in strings(tables["month"], number, file=str(file))
    }
    zones = {}
    for entry in strings(tables["zone"], "hours", file=str(file)):
        name, _, hours = entry.partition(" ")
        try:
            zones[name] = timezone(timedelta(hours=float(hours)))
        except ValueError as error:
            raise RuleError(str(file), f"no hours: {entry!r}") from error
    return _Words(
        months,
        zones,
        frozenset(strings(tables["label"], "words", file=str(file))),
        frozenset(strings(tables["label"], "endings", file=str(file))),
        strings(tables["other"], "words", file=str(file)),
        _patterns(months, zones),
    )


def _patterns(months: dict[str, int], zones: dict[str, timezone]) -> tuple[re.Pattern[str], ...]:
    """All forms, the surest first."""
    month = "|".join(map(re.escape, sorted(months, key=len, reverse=True)))
    names = "|".join(map(re.escape, sorted(zones, key=len, reverse=True)))
    zone = rf"(?:\s*(?P<zone>{_OFFSET}|\(?\b(?:{names})\b\)?))?"
    clock = _CLOCK + zone
    named_day = (
        rf"(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.|er|º)?\s*[\s,/-]\s*(?:de\s+|of\s+|del\s+)?)?"
        rf"(?<![^\W\d_])(?P<month>{month})\b\.?[\s,/-]+(?:de\s+|del\s+|năm\s+)?"
        rf"(?:(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?[\s,]+)?{_YEAR}(?!\d)"
    )
    forms = (
        _YEAR + r"(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)"
        r"(?:[T ,|–-]{1,4}(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2})(?:[.,:]\d+)?)?"
        rf"\s*(?P<ap>[AaPp]\.?[Mm]\b)?{zone})?",
        r"(?<!\d)" + _DAY + _GAP + clock,
        r"(?<![\d.:/-])" + clock + _GAP + _WEEKDAY + _DAY,
        r"(?<!\d)" + _DAY,
        r"(?<!\d)(?:" + _MONTH_DAY + rf")(?:{_GAP}{clock})?",
        r"(?<![\d.:/-])" + clock + _GAP + _WEEKDAY + named_day,
        rf"(?<![\d.]){named_day}(?:{_GAP}{clock})?",
        _YEAR + r"\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日"
        r"(?:\s*(?P<h>\d{1,2})\s*[:时時]\s*(?P<min>\d{2}))?",
    )
    return tuple(re.compile(form, re.IGNORECASE) for form in forms)


_SHORT = tuple(
    re.compile(rf"(?<![\d.,:/-]){form}", re.IGNORECASE)
    for form in (_CLOCK + _GAP + _WEEKDAY + _SHORT_DAY, f"{_SHORT_DAY}(?:{_GAP}{_CLOCK})?")
)
_HAS_YEAR = re.compile(r"(?:19|20)\d\d")
_MAY_BE = re.compile(r"\d[^\d]{0,12}(?:\d|[^\W\d_])")


def read_time(text: str, *, zone: timezone = VIETNAM, short: bool = False) -> Stamp | None:
    """The first time in `text`, with its zone, or `zone` where it names none; None for no date.

    short  years of two digits count too: `28.09.20`
    """
    text = text[:_MOST_CHARS]
    if not _MAY_BE.search(text):
        return None
    bare = text.strip()
    if _EPOCH.match(bare):
        moment = from_epoch(int(bare), zone)
        return Stamp(moment, True, True, 0, len(text)) if moment else None
    match = _COMPACT.match(bare)
    if match and (stamp := _stamp(match, zone)):
        return stamp._replace(start=0, end=len(text))
    for pattern in _words().patterns if _HAS_YEAR.search(text) else ():  # each has a year
        for match in pattern.finditer(text):
            if stamp := _stamp(match, zone):
                return stamp
    for pattern in _SHORT if short else ():
        for match in pattern.finditer(text):
            if stamp := _stamp(match, zone):
                return stamp
    return None


def parse_time(text: str, *, zone: timezone = VIETNAM) -> datetime | None:
    """The moment that `text` holds, with its zone, or `zone` where it names none; None for no date.

    Seconds are kept where written; a day without a clock is its midnight.

    >>> parse_time("Thứ hai, 28/9/2020, 08:15 (GMT+7)").isoformat()
    '2020-09-28T08:15:00+07:00'
    >>> parse_time("2020-09-27T10:40:00Z").isoformat()
    '2020-09-27T10:40:00+00:00'
    >>> parse_time("8 giờ 15 phút chiều, ngày 28 thg 9, 2020").isoformat()
    '2020-09-28T20:15:00+07:00'
    """
    stamp = read_time(text, zone=zone)
    return stamp.moment if stamp else None


def from_epoch(number: float, zone: timezone = VIETNAM) -> datetime | None:
    """The moment of so many seconds (or milliseconds) since 1970, shown in `zone`.

    >>> from_epoch(1601255700).isoformat()
    '2020-09-28T08:15:00+07:00'
    """
    try:
        return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC).astimezone(
            zone
        )
    except (ValueError, OverflowError, OSError):
        return None


def is_date_line(text: str, stamp: Stamp, *, most_words: int) -> bool:
    """Whether `text` is there to say when: little but `stamp` and labels stands in it.

    >>> line = "Cập nhật lúc 15h30 ngày 22/9/2012"
    >>> is_date_line(line, read_time(line), most_words=0)
    True
    """
    lower = text.lower()
    words = _words()
    if any(word in lower for word in words.other):
        return False
    rest = re.findall(r"[^\W\d_]+", lower[: stamp.start] + " " + lower[stamp.end :])
    return sum(word not in words.labels for word in rest) <= most_words


def line_endings() -> frozenset[str]:
    """Words that lead from a name to a date, and the names of months."""
    words = _words()
    return words.endings | words.months.keys()


def _stamp(match: re.Match[str], zone: timezone) -> Stamp | None:
    found = match.groupdict()

    def number(name: str) -> int:
        return int(found.get(name) or 0)

    words = _words()
    name = found.get("month")
    month = words.months[name.lower()] if name else number("m")
    day = number("d") or number("d1") or number("d2")
    year = number("y") or (2000 + number("yy") if found.get("yy") else 0)
    if not day or not year:
        return None
    if month > 12 >= day and not name:  # month before day, as Americans write
        month, day = day, month
    try:
        naive = datetime(year, month, day, _hour(found), number("min"), min(number("s"), 59))
    except ValueError:
        return None
    said = _zone(found.get("zone"), words.zones)
    clock = found.get("h") is not None
    return Stamp(naive.replace(tzinfo=said or zone), clock, bool(said), match.start(), match.end())


def _hour(found: dict[str, str | None]) -> int:
    hour = int(found.get("h") or 0)
    half = re.sub(r"[.\s]", "", (found.get("ap") or "").lower())
    if half in ("pm", "ch", "chiều", "tối") and hour < 12:
        return hour + 12
    if half == "đêm" and 6 <= hour < 12:
        return hour + 12
    return 0 if half in ("am", "sa") and hour == 12 else hour


def _zone(text: str | None, names: dict[str, timezone]) -> timezone | None:
    if not text:
        return None
    match = re.search(r"([+-])\s*(\d{1,2}):?(\d{2})?", text)
    if not match:
        if text.upper() == "Z":
            return UTC
        return names.get(text.strip(" ()").lower())
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if offset >= timedelta(hours=15):
        return None
    return timezone(offset if match[1] == "+" else -offset)
