"""Opening hours, hourly rates, day patterns and event days: what holds on which day."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator

from ccsim import units
from ccsim.scenario.fields import Says, read_date, read_days, read_factor, read_range, said
from ccsim.units import DAY_NAMES

Window = tuple[int, int]
RateRow = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class Hours:
    """Windows of each weekday, Monday first, in microseconds since midnight.

    A window may end after 24 h: 18:00-02:00 belongs to the day on which it starts.
    """

    week: tuple[tuple[Window, ...], ...]

    def windows(self, weekday: int) -> list[Window]:
        """The open windows of a weekday (0 is Monday), ascending; empty when closed."""
        return list(self.week[weekday])


def around(hours: Hours, weekday: int) -> list[Window]:
    """Open windows in microseconds since a weekday's midnight, those of the day before and after included."""
    return [
        (start + step * units.DAY, end + step * units.DAY)
        for step in (-1, 0, 1)
        for start, end in hours.windows((weekday + step) % 7)
    ]


def left_of(window: Window, covered: list[Window]) -> list[Window]:
    """What is left of a window after the covered ones are taken away."""
    left: list[Window] = []
    at = window[0]
    for start, end in sorted(covered):
        if start >= window[1]:
            break
        if start > at:
            left.append((at, start))
        at = max(at, end)
    if at < window[1]:
        left.append((at, window[1]))
    return left


def read_hours(value: Any) -> Hours:
    """Hours of ``08:00-18:00``, of a list of ranges, or of a map from day sets to either or to closed."""
    if isinstance(value, Hours):
        return value
    if not isinstance(value, dict):
        return Hours((_day_windows(value),) * 7)
    week: list[tuple[Window, ...]] = [()] * 7
    for day, item in _by_day(value).items():
        week[day] = _day_windows(item)
    return Hours(tuple(week))


def _day_windows(value: Any) -> tuple[Window, ...]:
    if isinstance(value, str) and value.strip().lower() == "closed":
        return ()
    if isinstance(value, list | tuple):
        windows = sorted(read_range(item) for item in value)
        for (_, end), (start, _) in pairwise(windows):
            if start < end:
                raise ValueError(f"two ranges overlap at {units.format_time_of_day(start)}")
        return tuple(windows)
    if value is None or isinstance(value, bool | dict):
        raise ValueError(f"{said(value)} stands where hours belong; {units.RANGE_EXAMPLE}, or closed")
    return (read_range(value),)


def _by_day(value: dict[str, Any]) -> dict[int, Any]:
    """The map's values by weekday number; a day named twice is an error."""
    out: dict[int, Any] = {}
    owner: dict[int, str] = {}
    for key, item in value.items():
        for day in sorted(read_days(key)):
            if day in out:
                raise ValueError(f"{DAY_NAMES[day]} is named twice, in {owner[day]!r} and {key!r}")
            out[day], owner[day] = item, key
    return out


def write_hours(hours: Hours) -> dict[str, Any]:
    """The long form: one key a weekday, so that ``time.open.sun`` is an address."""
    out: dict[str, Any] = {}
    for name, windows in zip(DAY_NAMES, hours.week, strict=True):
        texts = [units.format_range(window) for window in windows]
        out[name] = "closed" if not texts else texts[0] if len(texts) == 1 else texts
    return out


@dataclass(frozen=True, slots=True)
class HourlyRates:
    """Contacts per hour in ranges of each weekday, Monday first; zero outside the ranges."""

    week: tuple[tuple[RateRow, ...], ...]

    def rates(self, weekday: int) -> list[RateRow]:
        """(from, to, contacts per hour) of a weekday, ascending."""
        return list(self.week[weekday])


def read_hourly(value: Any) -> HourlyRates:
    """Rates of a map from ranges to contacts per hour, or of a map from day sets to such maps."""
    if isinstance(value, HourlyRates):
        return value
    if not isinstance(value, dict) or not value:
        raise ValueError(
            f"{said(value)} stands where rates belong; write {{08:00-09:00: 40, 09:00-10:00: 55}}"
        )
    if not any(isinstance(item, dict) for item in value.values()):
        return HourlyRates((_rate_rows(value),) * 7)
    week: list[tuple[RateRow, ...]] = [()] * 7
    for day, item in _by_day(value).items():
        if not isinstance(item, dict):
            raise ValueError("rates are given by hours, or by days and then hours, not both")
        week[day] = _rate_rows(item)
    return HourlyRates(tuple(week))


def _rate_rows(value: dict[str, Any]) -> tuple[RateRow, ...]:
    rows: list[RateRow] = []
    for key, rate in value.items():
        start, end = _range_within_day(key)
        if isinstance(rate, bool) or not isinstance(rate, int | float):
            raise ValueError(f"{key}: {said(rate)} is not a number of contacts per hour")
        if not 0 <= rate <= 10_000_000:
            raise ValueError(f"{key}: {said(rate)} contacts per hour; it must be from 0 to 10000000")
        rows.append((start, end, float(rate)))
    return _without_overlap(rows)


def _range_within_day(key: str) -> Window:
    start, end = read_range(key)
    if end > units.DAY:
        raise ValueError(f"{key!r} passes midnight; write two ranges, up to 24:00 and from 00:00")
    return start, end


def _without_overlap(rows: list[RateRow]) -> tuple[RateRow, ...]:
    rows = sorted(rows)
    for (_, end, _), (start, _, _) in pairwise(rows):
        if start < end:
            raise ValueError(f"two ranges overlap at {units.format_time_of_day(start)}")
    return tuple(rows)


def write_hourly(rates: HourlyRates) -> dict[str, Any]:
    """The long form: day sets with equal rates, each a map from ranges to contacts per hour."""
    groups: dict[tuple[RateRow, ...], list[int]] = {}
    for day, rows in enumerate(rates.week):
        if rows:
            groups.setdefault(rows, []).append(day)
    return {
        units.format_days(days): {units.format_range((a, b)): _tidy(rate) for a, b, rate in rows}
        for rows, days in groups.items()
    }


def _tidy(number: float) -> float | int:
    return int(number) if number == int(number) else number


BUILT_IN_SHAPES = ("flat", "two_peaks", "morning", "evening")

Shape = str | tuple[tuple[int, int, float], ...]


def read_shape(value: Any) -> Shape:
    """A built-in name, a CSV file's name, or (from, to, share) rows of a map from ranges to percent."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, str):
        if value in BUILT_IN_SHAPES or value.lower().endswith((".csv", ".txt")):
            return value
        hint = units.did_you_mean(value, BUILT_IN_SHAPES)
        raise ValueError(
            f"no shape {value!r}{hint or '; there are: ' + ', '.join(BUILT_IN_SHAPES) + ', or a .csv file'}"
        )
    if not isinstance(value, dict) or not value:
        raise ValueError(
            f"{said(value)} stands where a shape belongs; write two_peaks, or {{08:00-12:00: 60%, ...}}"
        )
    rows = []
    for key, share in value.items():
        if not isinstance(share, str):
            raise ValueError(f"{key}: {said(share)} is not a share; write percent, e.g. 12%")
        start, end = _range_within_day(key)
        rows.append((start, end, units.parse_share(share)))
    return _without_overlap(rows)


def write_shape(shape: Shape) -> Any:
    """The long form of a shape."""
    if isinstance(shape, str):
        return shape
    return {units.format_range((a, b)): units.format_share(share) for a, b, share in shape}


def read_weekdays(value: Any) -> tuple[float, ...]:
    """Seven multipliers, Monday first, of a map from day sets to multipliers; days not named get x1."""
    if isinstance(value, tuple):
        return value
    if not isinstance(value, dict):
        raise ValueError(f"{said(value)} stands where a map of days belongs; write {{mon: 120%, fri: 90%}}")
    factors = [1.0] * 7
    for day, item in _by_day(value).items():
        factors[day] = read_factor(item)
    return tuple(factors)


def write_weekdays(factors: tuple[float, ...]) -> dict[str, str]:
    """The long form: one key a weekday."""
    return {name: units.format_factor(factor) for name, factor in zip(DAY_NAMES, factors, strict=True)}


@dataclass(frozen=True, slots=True)
class EventDays:
    """The days of an event: from a first to a last date, or every such weekday."""

    first: datetime.date | None = None
    last: datetime.date | None = None
    weekdays: frozenset[int] | None = None

    def covers(self, day: datetime.date) -> bool:
        """Is the event on, on this day?"""
        if self.weekdays is not None:
            return day.weekday() in self.weekdays
        return self.first is not None and self.last is not None and self.first <= day <= self.last


def read_event_days(value: Any) -> EventDays:
    """Days of a date, of ``2026-03-03 to 2026-03-05``, or of a set of weekdays."""
    if isinstance(value, EventDays):
        return value
    if isinstance(value, datetime.date):
        return EventDays(read_date(value), read_date(value))
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{said(value)} stands where days belong; write 2026-03-03, or mon-fri")
    text = value.strip()
    if not text[0].isdigit():
        return EventDays(weekdays=read_days(text))
    first, found, last = text.partition(" to ")
    start = read_date(first)
    end = read_date(last.strip()) if found else start
    if end < start:
        raise ValueError(f"{text!r} ends before it begins")
    return EventDays(start, end)


def write_event_days(days: EventDays) -> str:
    """The text of an event's days."""
    if days.weekdays is not None:
        return units.format_days(days.weekdays)
    if days.first == days.last:
        return str(days.first)
    return f"{days.first} to {days.last}"


_RANGES: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_HOURS_SCHEMA: dict[str, Any] = {
    "anyOf": [*_RANGES["anyOf"], {"type": "object", "additionalProperties": _RANGES}],
    "examples": ["08:00-18:00"],
}
_RATES: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}}

HoursField = Annotated[
    Hours,
    PlainValidator(read_hours),
    PlainSerializer(write_hours, return_type=dict[str, Any]),
    Says("hours", "08:00-18:00, or {mon-fri: 08:00-18:00, sat: closed}", _HOURS_SCHEMA),
]
HourlyField = Annotated[
    HourlyRates,
    PlainValidator(read_hourly),
    PlainSerializer(write_hourly, return_type=dict[str, Any]),
    Says(
        "map of hours to numbers",
        "contacts per hour",
        {"anyOf": [_RATES, {"type": "object", "additionalProperties": _RATES}]},
    ),
]
ShapeField = Annotated[
    Shape,
    PlainValidator(read_shape),
    PlainSerializer(write_shape),
    Says(
        "name, map of hours to shares, or CSV file",
        ", ".join(BUILT_IN_SHAPES),
        {
            "anyOf": [
                {"enum": list(BUILT_IN_SHAPES)},
                {"type": "string"},
                {"type": "object", "additionalProperties": {"type": "string"}},
            ]
        },
    ),
]
WeekdaysField = Annotated[
    tuple[float, ...],
    PlainValidator(read_weekdays),
    PlainSerializer(write_weekdays, return_type=dict[str, str]),
    Says(
        "map of days to multipliers",
        "x1.2, 120% or +20%",
        {"type": "object", "additionalProperties": {"type": "string"}, "examples": [{"mon": "120%"}]},
    ),
]
EventDaysField = Annotated[
    EventDays,
    PlainValidator(read_event_days),
    PlainSerializer(write_event_days, return_type=str),
    Says("days", "a date, a date to a date, or a set of days", {"type": "string"}),
]
