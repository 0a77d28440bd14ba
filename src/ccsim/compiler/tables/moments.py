"""Dates, times of day and time stamps as tables write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ccsim.units import DAY, HOUR, MINUTE, SECOND

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d{2})(\d{2})")
_POINTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})")
_SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap])?\.?m?\.?", re.IGNORECASE)
_OFFSET = re.compile(r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})$", re.IGNORECASE)
YEARS = range(1972, 2200)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def slash_order(texts: Iterable[str]) -> str:
    """Which comes first in dates like ``3/14/2026``: ``month``, ``day``, or ``""`` if both could.

    The first number above 12 in either place settles it for the whole file.
    """
    for text in texts:
        found = _SLASHES.match(text)
        if found and int(found[1]) > 12:
            return "day"
        if found and int(found[2]) > 12:
            return "month"
    return ""


def parse_date(text: str, order: str = "") -> date:
    """A date: ``2026-03-14``, ``20260314``, ``14.3.2026``, and with an order of slashes ``3/14/2026``.

    Raises ``ValueError`` with a sentence that says the way out.
    """
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = (part for part in found.groups() if part is not None)
    elif found := _POINTS.fullmatch(text):
        day, month, year = found.groups()
    elif found := _SLASHES.fullmatch(text):
        if not order:
            raise ValueError(f"'{text}' could be day or month first; write it as 2026-03-14")
        month, day, year = found.groups() if order == "month" else (found[2], found[1], found[3])
    else:
        raise ValueError(f"'{text}' is not a date; write it as 2026-03-14")
    try:
        found_day = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError as error:
        raise ValueError(f"'{text}' is not a date: {error}") from error
    _refuse_odd_year(found_day.year, text)
    return found_day


def _refuse_odd_year(year: int, text: str) -> None:
    """Beyond these years zones have odd offsets or none, and somebody mistyped."""
    if year not in YEARS:
        raise ValueError(f"'{text}' is not a date between {YEARS[0]} and {YEARS[-1]}")


def parse_time_of_day(text: str) -> int:
    """Microseconds since midnight of ``8:00``, ``08:00:30.5``, ``8:00 pm``; up to ``48:00``, past midnight.

    Raises ``ValueError``.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text}' is not a time of day; write it as 08:30")
    hours, minutes, seconds = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[5]:
        if not 1 <= hours <= 12:
            raise ValueError(f"'{text}' is not a time of day; write it as 08:30")
        hours = hours % 12 + (12 if found[5].lower() == "p" else 0)
    fraction = int((found[4] or "").ljust(6, "0")[:6])
    time = hours * HOUR + minutes * MINUTE + seconds * SECOND + fraction
    if minutes > 59 or seconds > 59 or time > 2 * DAY:
        raise ValueError(f"'{text}' is not a time of day; write it as 08:30")
    return time


def parse_moment(text: str, order: str = "") -> datetime:
    """A time stamp, with an offset when the text has one; a bare date is midnight. Raises ``ValueError``."""
    if len(text) >= 8 and text[:4].isdecimal() and text[:4].isascii() and "W" not in text:
        _refuse_odd_year(int(text[:4]), text)
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass  # other ways to write it follow, with better messages
    offset = _OFFSET.search(text) if ":" in text else None
    zone = ""
    if offset:
        text = text[: offset.start()]
        zone = offset[1].upper().replace("UTC", "Z").replace("GMT", "Z")
    parts = re.split(r"[T\s]+", text, maxsplit=1)
    day = parse_date(parts[0], order)
    time = parse_time_of_day(parts[1]) if len(parts) == 2 else 0
    moment = datetime(day.year, day.month, day.day) + timedelta(microseconds=time)
    return moment.replace(tzinfo=datetime.fromisoformat(f"2000-01-01T00:00{zone}").tzinfo) if zone else moment


def parse_weekday(text: str) -> int | None:
    """0 for ``mon`` or ``Monday`` ... 6 for Sunday; None when the text is no weekday."""
    name = text.casefold().rstrip(".")
    if len(name) < 2:
        return None
    return next((number for number, full in enumerate(WEEKDAYS) if full.startswith(name)), None)


def since(start: date, moment: datetime) -> int:
    """Microseconds from midnight of ``start`` to a time as written, whatever its offset."""
    days = moment.toordinal() - start.toordinal()
    seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
    return days * DAY + seconds * SECOND + moment.microsecond


def is_repeated(wall: datetime, zone: ZoneInfo) -> bool:
    """The wall-clock time comes twice: clocks are put back over it."""
    before, after = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return before is not None and after is not None and before > after


def is_skipped(wall: datetime, zone: ZoneInfo) -> bool:
    """The wall-clock time does not come at all: clocks are put forward over it."""
    before, after = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return before is not None and after is not None and before < after
