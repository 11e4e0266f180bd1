"""Vietnamese and English: which language a reader gets, and dates and numbers in it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from math import inf

import flask_babel
from babel import Locale
from flask import Flask, Response, request

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
DEFAULT_LANGUAGE = "vi"
COOKIE = "lang"
YEAR_S = 365 * 24 * 3600
# Seconds of each, as Babel counts them.
UNITS_S = {
    "year": YEAR_S,
    "month": 30 * 24 * 3600,
    "week": 7 * 24 * 3600,
    "day": 24 * 3600,
    "hour": 3600,
    "minute": 60,
}


def choose_language() -> str:
    """`lang` of the address, else the one chosen before, else the browser's, else Vietnamese."""
    for choice in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if choice in LANGUAGES:
            return choice
    return request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE


def remember_language(response: Response) -> Response:
    """Keep the language that the address asked for in a cookie, the only one there is."""
    choice = request.args.get("lang")
    response.vary.update(("Accept-Language", "Cookie"))
    if choice in LANGUAGES and request.cookies.get(COOKIE) != choice:
        response.set_cookie(
            COOKIE, choice, max_age=YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response


def locale() -> Locale:
    """The reader's locale."""
    chosen: Locale | None = flask_babel.get_locale()
    return chosen or Locale.parse(DEFAULT_LANGUAGE)


def format_day(moment: date) -> str:
    """`27/9/2020`, `27 Sep 2020`."""
    form = "d MMM yyyy" if locale().language == "en" else "d/M/yyyy"
    return str(flask_babel.format_date(moment, form))


def format_moment(moment: datetime) -> str:
    """The day in full and the time, for tooltips and the article page."""
    year = "yyyy" if locale().language == "en" else "'năm' yyyy"
    return str(flask_babel.format_datetime(moment, f"EEEE, d MMMM {year}, HH:mm"))


def format_ago(moment: datetime) -> str:
    """How long ago, in the largest unit of which two have passed: `3 giờ trước`, `2 years ago`.

    One unit alone would say the same of twelve months and of twenty-three.
    """
    age_s = (datetime.now(UTC) - moment).total_seconds()
    units = (each for each in UNITS_S.items() if abs(age_s) >= 2 * each[1])
    unit, size = next(units, ("second", 1))
    passed = timedelta(seconds=int(age_s / size) * size or 1)  # whole ones
    return str(
        flask_babel.format_timedelta(-passed, granularity=unit, threshold=inf, add_direction=True)
    )


def format_month(month: str) -> str:
    """A month as facets have it (`2020-09`): `Tháng 9, 2020`, `September 2020`."""
    pattern = "MMMM yyyy" if locale().language == "en" else "'tháng' M/yyyy"
    day = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    return str(flask_babel.format_date(day, pattern, rebase=False))


def format_bound(bound: str) -> str:
    """A bound of time as it is typed or as a date field sends it (`2020-09-27`), for its reader."""
    with suppress(ValueError):
        return format_day(date.fromisoformat(bound))
    with suppress(ValueError):
        return format_month(bound)
    return bound


def format_size(size_bytes: int) -> str:
    """`12,3 MB`, `12.3 MB`."""
    size, unit = float(size_bytes), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    digits = "#,##0" if unit == "B" else "#,##0.0"
    return f"{flask_babel.format_decimal(size, digits)}\u00a0{unit}"


def init_app(app: Flask, timezone: str) -> None:
    """Teach an app the two languages."""
    flask_babel.Babel(
        app,
        default_locale=DEFAULT_LANGUAGE,
        default_timezone=timezone,
        locale_selector=choose_language,
    )
    app.after_request(remember_language)
    app.jinja_env.filters.update(
        day=format_day,
        moment=format_moment,
        ago=format_ago,
        month=format_month,
        bound=format_bound,
        filesize=format_size,
        number=flask_babel.format_number,
        decimal=flask_babel.format_decimal,
    )
