"""The scenario's own types: durations, shares, multipliers, hours. Text with units in, plain numbers inside.

Each type is an ``Annotated`` with a reader, a writer back to text, and ``Says``: what an editor's schema
and the reference page say about it. Readers raise ``ValueError`` with a sentence of ours.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator
from pydantic.annotated_handlers import GetJsonSchemaHandler
from pydantic_core import CoreSchema

from ccsim import units
from ccsim.scenario.yaml_marks import PlusFloat, PlusInt


class Part(BaseModel):
    """A piece of a scenario: frozen, strict, and refusing keys that it does not know."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", allow_inf_nan=False, serialize_by_alias=True
    )


@dataclass(frozen=True, slots=True, eq=False)
class Says:
    """Type and unit in words, and the JSON Schema that editors see.

    With ``beside`` the schema is what the type is anyway, or this phrase.
    """

    type: str
    unit: str
    schema: dict[str, Any]
    beside: bool = False

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        if not self.beside:
            return dict(self.schema)
        return {"anyOf": [dict(self.schema), handler(core)]}


def said(value: Any) -> str:
    """A value as the user wrote it, short enough for a message."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def text_of(value: Any, needs: str) -> str:
    """The value as text, or a complaint that something else stands here."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return units.plain_number(value) if abs(value) < 1e300 else str(value)
    raise ValueError(f"{said(value)} stands where {needs} belongs")


def read_duration(value: Any) -> int:
    """Microseconds of a text with units."""
    return units.parse_duration(text_of(value, f"a time ({units.DURATION_EXAMPLES})"))


def read_positive_duration(value: Any) -> int:
    """A duration above zero."""
    duration = read_duration(value)
    if duration <= 0:
        raise ValueError(f"{value!r} must be longer than 0s")
    return duration


def read_share(value: Any) -> float:
    """0..1 of a text in percent."""
    return units.parse_share(text_of(value, "a share in percent, e.g. 12%,"))


def read_factor(value: Any) -> float:
    """A multiplier of x1.2, 120% or +20%."""
    return units.parse_factor(text_of(value, "a multiplier (x1.2, 120% or +20%)"))


def read_growth(value: Any) -> float:
    """A multiplier of +10% or x1.1."""
    return units.parse_growth(text_of(value, "growth (+10%, -5% or x1.1)"))


def read_range(value: Any) -> tuple[int, int]:
    """A pair of times since midnight of 08:00-18:00."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(f"{value} is a number, not a range of hours; {units.RANGE_EXAMPLE}")
    return units.parse_range(text_of(value, "a range of hours (08:00-18:00)"))


def read_days(value: Any) -> frozenset[int]:
    """Weekday numbers of mon-fri."""
    return units.parse_days(text_of(value, "a set of days (mon-fri)"))


def read_date(value: Any) -> datetime.date:
    """A calendar day of 2026-03-02."""
    if isinstance(value, datetime.datetime):
        value = value.date().isoformat()
    if isinstance(value, datetime.date):
        return value
    text = text_of(value, "a date (2026-03-02)").strip()
    try:
        if len(text) != 10:
            raise ValueError
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date; write year-month-day, e.g. 2026-03-02") from None
    if not 1900 <= day.year <= 2200:
        raise ValueError(f"{text!r} is not within the years 1900 to 2200")
    return day


@cache
def _zones() -> frozenset[str]:
    """Names of all time zones; looking them up reads many small files."""
    return frozenset(available_timezones())


def read_zone(value: Any) -> str:
    """An IANA zone name."""
    text = text_of(value, "a time zone (Europe/Berlin)").strip()
    known = _zones()
    if text not in known:
        hint = units.did_you_mean(text, known) or "; write an IANA name, e.g. Europe/Berlin or UTC"
        raise ValueError(f"no time zone {text!r}{hint}")
    return text


def read_path(value: Any) -> str:
    """The name of a file beside the scenario."""
    if isinstance(value, Path):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{said(value)} stands where the name of a file belongs")
    return value


def read_preferences(value: Any) -> tuple[tuple[str, ...], ...]:
    """Ranks of a list of names; names in an inner list rank equal."""
    if isinstance(value, str):
        raise ValueError(f"{value!r} is one name; write a list, [{value}]")
    if not isinstance(value, list | tuple):
        raise ValueError(f"{said(value)} stands where a list of names belongs")
    ranks: list[tuple[str, ...]] = []
    for item in value:
        rank = item if isinstance(item, list | tuple) else [item]
        if not rank or not all(isinstance(name, str) for name in rank):
            raise ValueError("a preference is a name, or a list of names of equal rank")
        ranks.append(tuple(rank))
    names = [name for rank in ranks for name in rank]
    refuse_repeats(names)
    return tuple(ranks)


def read_names(value: Any) -> tuple[str, ...]:
    """A list of different names."""
    if isinstance(value, str):
        raise ValueError(f"{value!r} is one name; write a list, [{value}]")
    if not isinstance(value, list | tuple):
        raise ValueError(f"{said(value)} stands where a list of names belongs")
    for item in value:
        if not isinstance(item, str):
            raise ValueError(f"{said(item)} stands where a name belongs")
    if not value:
        raise ValueError("is empty; name at least one, or leave the key out")
    refuse_repeats(value)
    return tuple(value)


def refuse_repeats(names: Iterable[str]) -> None:
    """Complain about the first name that comes twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{name!r} is named twice")
        seen.add(name)


def _number_said(value: float) -> str:
    return units.plain_number(value) if 1e-6 <= abs(value) < 1e15 or value == 0 else f"{value:g}"


def _has_marks(value: Any) -> bool:
    """Is it a number with a decimal comma, or with marks between the thousands?"""
    return isinstance(value, str) and re.fullmatch(r"\d+([.,' _]\d+)+", value.strip()) is not None


def _number_reader(name: str, low: float, high: float, *, open_low: bool = False) -> Callable[[Any], float]:
    example = "1200.5" if name == "a volume" else "1.2"

    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            shown = "1200.5, with no other mark in it" if _has_marks(value) else example
            raise ValueError(f"{said(value)} is not a number; write {name} as a plain number, e.g. {shown}")
        if isinstance(value, PlusInt | PlusFloat) and low >= 0:
            raise ValueError(f"'+{value}' looks like a change; write {name} itself, e.g. {example}")
        if value != value or value in (float("inf"), float("-inf")):
            raise ValueError(f"{value} is not a number that can be used; write {name} as a plain number")
        if value < low or (open_low and value == low):
            word = "above" if open_low else "at least"
            raise ValueError(f"{name} must be {word} {units.plain_number(low)}, not {_number_said(value)}")
        if value > high:
            raise ValueError(f"{name} must be at most {units.plain_number(high)}, not {_number_said(value)}")
        return float(value)

    return read


def _count_reader(name: str, noun: str, low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, PlusInt | PlusFloat):
            raise ValueError(f"'+{value}' is not {noun}; write the number itself, e.g. 12")
        if (
            isinstance(value, float)
            and value == value
            and value in (int(value) if abs(value) < 1e18 else None,)
        ):
            raise ValueError(f"{value} is written as a fraction; write {int(value)}")
        if isinstance(value, bool) or not isinstance(value, int):
            shown = "1200, with no mark in it" if _has_marks(value) else "12"
            raise ValueError(f"{said(value)} is not a whole number; write {name} as a number, e.g. {shown}")
        if not low <= value <= high:
            raise ValueError(f"{name} must be from {low} to {high}, not {_number_said(value)}")
        return value

    return read


def _preferences_out(ranks: tuple[tuple[str, ...], ...]) -> list[list[str]]:
    return [list(rank) for rank in ranks]


def _text_schema(pattern: str, *examples: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern, "examples": list(examples)}


_DURATION_SCHEMA = _text_schema(r"^\s*([0-9]*\.?[0-9]+\s*[a-zA-Z]+\s*)+$", "90s", "5m20s", "8h")
_RANGE_SCHEMA = _text_schema(r"^\s*\d{1,2}:\d{2}(:\d{2})?\s*[-–]\s*\d{1,2}:\d{2}(:\d{2})?\s*$", "08:00-18:00")
DAYS_SCHEMA: dict[str, Any] = {"type": "string", "examples": ["mon-fri", "mon,wed-fri", "every day"]}
NAMES_SCHEMA: dict[str, Any] = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}

Duration = Annotated[
    int,
    PlainValidator(read_duration),
    PlainSerializer(units.format_duration, return_type=str),
    Says("time", "a number with us, ms, s, m, h, d or w", _DURATION_SCHEMA),
]
PositiveDuration = Annotated[
    int,
    PlainValidator(read_positive_duration),
    PlainSerializer(units.format_duration, return_type=str),
    Says("time above 0s", "a number with us, ms, s, m, h, d or w", _DURATION_SCHEMA),
]
Share = Annotated[
    float,
    PlainValidator(read_share),
    PlainSerializer(units.format_share, return_type=str),
    Says("share", "percent, 0% to 100%", _text_schema(r"^\s*\+?[0-9]*\.?[0-9]+\s*%\s*$", "12%")),
]
Factor = Annotated[
    float,
    PlainValidator(read_factor),
    PlainSerializer(units.format_factor, return_type=str),
    Says(
        "multiplier",
        "x1.2, 120% or +20%",
        _text_schema(r"^\s*([x×]\s*[0-9.eE+-]+|[+-]?[0-9]*\.?[0-9]+\s*%)\s*$", "x1.2", "120%", "+20%"),
    ),
]
Growth = Annotated[
    float,
    PlainValidator(read_growth),
    PlainSerializer(units.format_factor, return_type=str),
    Says(
        "multiplier",
        "+10%, -5% or x1.1",
        _text_schema(
            r"^\s*([x×]\s*[0-9.eE+-]+|[+-][0-9]*\.?[0-9]+\s*%|[1-9][0-9]{2,}(\.[0-9]+)?\s*%)\s*$",
            "+10%",
            "-5%",
            "x1.1",
        ),
    ),
]
Range = Annotated[
    tuple[int, int],
    PlainValidator(read_range),
    PlainSerializer(units.format_range, return_type=str),
    Says("range of hours", "08:00-18:00; may pass midnight", _RANGE_SCHEMA),
]
Days = Annotated[
    frozenset[int],
    PlainValidator(read_days),
    PlainSerializer(units.format_days, return_type=str),
    Says("set of days", "mon-fri, or mon,wed-fri, or every day", DAYS_SCHEMA),
]
Date = Annotated[
    datetime.date,
    PlainValidator(read_date),
    PlainSerializer(datetime.date.isoformat, return_type=str),
    Says("date", "year-month-day", {"type": "string", "format": "date", "examples": ["2026-03-02"]}),
]
Zone = Annotated[
    str,
    PlainValidator(read_zone),
    Says("time zone", "IANA name", {"type": "string", "examples": ["Europe/Berlin", "UTC"]}),
]
FileName = Annotated[
    str,
    PlainValidator(read_path),
    Says("file", "path from the scenario's folder", {"type": "string", "examples": ["volumes.csv"]}),
]
Preferences = Annotated[
    tuple[tuple[str, ...], ...],
    PlainValidator(read_preferences),
    PlainSerializer(_preferences_out, return_type=list[list[str]]),
    Says(
        "list of names",
        "best first; an inner list is of equal rank",
        {"type": "array", "items": {"anyOf": [{"type": "string"}, NAMES_SCHEMA]}},
    ),
]
Names = Annotated[
    tuple[str, ...],
    PlainValidator(read_names),
    PlainSerializer(list, return_type=list[str]),
    Says("list of names", "", NAMES_SCHEMA),
]


def number(name: str, low: float, high: float, unit: str, *, open_low: bool = False) -> tuple[Any, Says]:
    """Reader and words of a number in bounds; ``name`` is what a complaint calls it."""
    bound = "exclusiveMinimum" if open_low else "minimum"
    schema = {"type": "number", bound: low, "maximum": high}
    return PlainValidator(_number_reader(name, low, high, open_low=open_low)), Says("number", unit, schema)


def count(name: str, noun: str, low: int, high: int, unit: str) -> tuple[Any, Says]:
    """Reader and words of a whole number in bounds."""
    schema = {"type": "integer", "minimum": low, "maximum": high}
    return PlainValidator(_count_reader(name, noun, low, high)), Says("whole number", unit, schema)


Speed = Annotated[float, *number("speed", 0.01, 100, "1 is the usual pace")]
Cv = Annotated[float, *number("cv", 0, 20, "standard deviation / mean", open_low=True)]
Spread = Annotated[float, *number("a cv", 0, 5, "standard deviation / mean")]
Correlation = Annotated[float, *number("a correlation", 0, 0.999, "0 to 0.999")]
WeibullShape = Annotated[float, *number("shape", 0.05, 50, "1 is exponential")]
Volume = Annotated[float, *number("a volume", 0, 100_000_000, "contacts")]
Points = Annotated[float, *number("priority", -1_000_000, 1_000_000, "points")]
PointsPerMinute = Annotated[float, *number("per_minute", 0, 1_000_000, "points per minute waited")]
Headcount = Annotated[int, *count("headcount", "a headcount", 0, 100_000, "people")]
DayCount = Annotated[int, *count("days", "a number of days", 1, 3660, "days")]
Places = Annotated[int, *count("the cap", "a cap", 0, 10_000_000, "contacts")]
