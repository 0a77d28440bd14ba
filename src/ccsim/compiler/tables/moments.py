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
_NAMED_MONTH = re.compile(r"(\d{1,2})\.?[-\s/]*([^\W\d_]{3,9})\.?[-\s/]*(\d{4}|\d{2})")
_NO_YEAR = re.compile(r"\d{1,2}[./-]\d{1,2}\.?|\d{1,2}\.?[-\s]?[^\W\d_]{3,9}\.?")
_AFTER_WEEKDAY = re.compile(r"([^\W\d_]{2,10})\.?[,\s]\s*(?=\d)")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_GERMAN_MONTHS = {"mär": "mar", "mai": "may", "okt": "oct", "dez": "dec"}
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap])?\.?m?\.?", re.IGNORECASE)
_OFFSET = re.compile(r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})$", re.IGNORECASE)
YEARS = range(1972, 2200)
_GERMAN_WEEKDAYS = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def slash_order(texts: Iterable[str]) -> str:
    """Which comes first in dates like ``3/14/2026``: ``month``, ``day``, or ``""`` if both could.

    The first number above 12 in either place settles it for the whole file.
    """
    for text in texts:
        found = _SLASHES.match(_AFTER_WEEKDAY.sub("", text, count=1))
        if found and int(found[1]) > 12:
            return "day"
        if found and int(found[2]) > 12:
            return "month"
    return ""


def parse_date(text: str, order: str = "") -> date:
    """A date: ``2026-03-14``, ``20260314``, ``14.3.2026``, ``14-Mar-26``, and with an order of slashes
    ``3/14/2026``; each perhaps behind its weekday (``Mo 02.03.2026``), which must be right.

    Raises ``ValueError`` with a sentence that says the way out.
    """
    named = _AFTER_WEEKDAY.match(text)
    weekday = parse_weekday(named[1]) if named else None
    if named and weekday is not None:
        day = _parse_plain_date(text[named.end() :], order)
        if day.weekday() != weekday:
            raise ValueError(f"'{text}': {day} is a {WEEKDAYS[day.weekday()].capitalize()}")
        return day
    return _parse_plain_date(text, order)


def _parse_plain_date(text: str, order: str) -> date:
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = (part for part in found.groups() if part is not None)
    elif found := _POINTS.fullmatch(text):
        day, month, year = found.groups()
    elif found := _SLASHES.fullmatch(text):
        if not order and found[1] != found[2]:
            iso = f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}"
            raise ValueError(f"'{text}' could be day or month first; write {iso}")
        month, day, year = found.groups() if order == "month" else (found[2], found[1], found[3])
    elif (found := _NAMED_MONTH.fullmatch(text)) and (number := _month(found[2])):
        day, month, year = found[1], str(number), found[3]
    elif _NO_YEAR.fullmatch(text):
        raise ValueError(f"'{text}' is not a date: it has no year; write it as 2026-03-14")
    else:
        raise ValueError(f"'{text}' is not a date; write it as 2026-03-14")
    try:
        found_day = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError as error:
        raise ValueError(f"'{text}' is not a date: {error}") from error
    _refuse_odd_year(found_day.year, text)
    return found_day


def _month(name: str) -> int:
    """1 for ``Jan`` or ``Januar`` ... 12; 0 for no month."""
    short = name.casefold()[:3]
    short = _GERMAN_MONTHS.get(short, short)
    return MONTHS.index(short) + 1 if short in MONTHS else 0


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
    written, clock = _date_and_clock(text)
    day = parse_date(written, order)
    time = parse_time_of_day(clock) if clock else 0
    moment = datetime(day.year, day.month, day.day) + timedelta(microseconds=time)
    return moment.replace(tzinfo=datetime.fromisoformat(f"2000-01-01T00:00{zone}").tzinfo) if zone else moment


def _date_and_clock(text: str) -> tuple[str, str]:
    """``14.3.2026`` and ``8:00``; a date may have blanks of its own (``Mo 2 Mar 2026 8:00``)."""
    if found := re.fullmatch(r"(.*?\d)[T\s]+(\d{1,2}:.*)", text):
        return found[1], found[2]
    named = _AFTER_WEEKDAY.match(text)
    if named or _NAMED_MONTH.fullmatch(text):
        return text, ""
    parts = re.split(r"[T\s]+", text, maxsplit=1)
    return parts[0], parts[1] if len(parts) == 2 else ""


def parse_weekday(text: str) -> int | None:
    """0 for ``mon``, ``Monday`` or ``Mo`` ... 6 for Sunday, also in German; None when it is no weekday."""
    name = text.casefold().rstrip(".")
    if len(name) < 2:
        return None
    for names in WEEKDAYS, _GERMAN_WEEKDAYS:
        for number, full in enumerate(names):
            if full.startswith(name):
                return number
    return None


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
