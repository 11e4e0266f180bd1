"""Publication times: ISO forms as machines write them, and the Vietnamese ones that people read."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))

_ISO = re.compile(
    r"(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"
    r"(?:[T ,|–-]{1,4}(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<ap>[AaPp]\.?[Mm]\b)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|\(?(?:GMT|UTC)?\s*[+-]\s*\d{1,2}(?::?\d{2})?\)?)?"
)
_COMPACT = re.compile(
    r"^(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)"
    r"(?:T?(?P<h>\d\d)(?P<min>\d\d)(?P<s>\d\d)?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?$"
)
_DAY = (
    r"(?P<d>\d{1,2})\s*(?:[-/.]|\s+tháng\s+|\s*,?\s*th\s*)\s*"
    r"(?P<m>\d{1,2})\s*(?:[-/.,]|,?\s*năm\s+|\s+)\s*(?P<y>(?:19|20)\d\d)"
)
_CLOCK = (
    r"(?P<h>\d{1,2})\s*(?::|h|g|giờ)\s*(?P<min>\d{2})"
    r"(?:\s*(?::|phút)\s*(?P<s>\d{2}))?\s*'?\s*(?P<ap>[AaPpSsCc][MmHh]\b)?"
)
_ZONE = r"\s*(?P<zone>\(?\s*(?:GMT|UTC)\s*[+-]\s*\d{1,2}(?::?\d{2})?\s*\)?)?"
_GAP = r"[\s,;|–—\-·•]{0,6}(?:(?:lúc|vào lúc|vào|at|ngày)\s+)?"
_WEEKDAY = r"(?:(?:ngày\s+)?(?:thứ\s+\S+|chủ nhật)[\s,]+(?:ngày\s+)?)?"
_DAY_CLOCK = re.compile(_DAY + _GAP + _CLOCK + _ZONE, re.IGNORECASE)
_CLOCK_DAY = re.compile(_CLOCK + _ZONE + _GAP + _WEEKDAY + _DAY, re.IGNORECASE)
_DAY_ONLY = re.compile(r"(?<!\d)" + _DAY + r"(?!\d)", re.IGNORECASE)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier janv enero ene gennaio gen stycznia janeiro",
            "feb february februar février févr febrero febbraio lutego fevereiro",
            "mar march märz mars marzo marca março",
            "apr april avril avr abril aprile kwietnia",
            "may mai mayo maggio maja maio",
            "jun june juni juin junio giugno czerwca junho",
            "jul july juli juillet juil julio luglio lipca julho",
            "aug august août agosto sierpnia",
            "sep sept september septembre septiembre settembre września setembro",
            "oct october oktober okt octobre octubre ottobre października outubro",
            "nov november novembre noviembre listopada novembro",
            "dec december dezember dez décembre déc diciembre dicembre grudnia dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NAMED = re.compile(
    rf"(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.|er)?\s+(?:de\s+|of\s+)?)?(?P<month>{_MONTH})\.?,?\s+(?:de\s+)?"
    rf"(?:(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(?P<y>(?:19|20)\d\d)"
    rf"(?:[\s,|–—·-]{{1,5}}(?:at\s+|um\s+|à\s+)?(?P<h>\d{{1,2}})[:h.](?P<min>\d\d)(?::(?P<s>\d\d))?\s*(?P<ap>[AaPp]\.?[Mm]\b)?)?",
    re.IGNORECASE,
)


def parse_time(text: str, *, zone: timezone = VIETNAM) -> datetime | None:
    """The moment that `text` holds, with its zone, or `zone` where it names none; None for no date.

    Seconds are kept where written; a day without a clock is its midnight.

    >>> parse_time("Thứ hai, 28/9/2020, 08:15 (GMT+7)").isoformat()
    '2020-09-28T08:15:00+07:00'
    >>> parse_time("2020-09-27T10:40:00Z").isoformat()
    '2020-09-27T10:40:00+00:00'
    """
    text = text.strip()[:120]
    for pattern in (_COMPACT, _ISO, _DAY_CLOCK, _CLOCK_DAY, _DAY_ONLY, _NAMED):
        if match := pattern.search(text):
            moment = _moment(match.groupdict(), zone)
            if moment:
                return moment
    return None


def has_clock(text: str) -> bool:
    """Whether `text` says a time of day.

    >>> has_clock("27-09-2020 17:40"), has_clock("27/9/2020")
    (True, False)
    """
    return bool(re.search(r"\d\s*(?::|h|g|giờ|T)\s*\d\d", text[:120]))


def _moment(found: dict[str, str | None], zone: timezone) -> datetime | None:
    def number(name: str) -> int:
        return int(found.get(name) or 0)

    name = found.get("month")
    month = _MONTHS[name.lower()] if name else number("m")
    day = number("d") or number("d1") or number("d2")
    if name and not day:
        return None
    hour = number("h")
    half = (found.get("ap") or "").lower().replace(".", "")
    if half in ("pm", "ch") and hour < 12:
        hour += 12
    elif half in ("am", "sa") and hour == 12:
        hour = 0
    try:
        naive = datetime(number("y"), month, day, hour, number("min"), min(number("s"), 59))
    except ValueError:
        return None
    return naive.replace(tzinfo=_zone(found.get("zone"), zone))


def _zone(text: str | None, default: timezone) -> timezone:
    if not text:
        return default
    match = re.search(r"([+-])\s*(\d{1,2}):?(\d{2})?", text)
    if not match:
        return UTC
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if offset >= timedelta(hours=15):
        return default
    return timezone(offset if match[1] == "+" else -offset)
