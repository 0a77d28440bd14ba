"""Dates, times of day, time stamps."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from ccsim.compiler.tables.moments import (
    parse_date,
    parse_moment,
    parse_time_of_day,
    parse_weekday,
    slash_order,
)
from ccsim.units import HOUR, MINUTE, SECOND


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-14",
        "20260314",
        "14.03.2026",
        "14.3.26",
        "2026/3/14",
        "14-Mar-26",
        "14. März 2026",
        "Sa 14.03.2026",
        "Sat, 2026-03-14",
        "Saturday 14 March 2026",
    ],
)
def test_dates(text: str) -> None:
    assert parse_date(text) == date(2026, 3, 14)


def test_slashes_need_one_day_above_twelve() -> None:
    assert slash_order(["1/2/2026", "3/14/2026"]) == "month"
    assert slash_order(["1/2/2026", "14/3/2026"]) == "day"
    assert parse_date("1/2/2018", "month") == date(2018, 1, 2)
    assert parse_date("1/2/2018", "day") == date(2018, 2, 1)
    assert parse_date("3/3/2018") == date(2018, 3, 3)  # the same either way
    with pytest.raises(ValueError, match="day or month first; write 2018-02-01"):
        parse_date("1/2/2018")


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "31.6.2026",
        "soon",
        "2026-13-01",
        "20261301",
        "0001-01-01",
        "9999-12-31",
        "02.03.",
        "2-Mar",
        "14-Foo-26",
    ],
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("08:00", 8 * HOUR),
        ("8:30", 8 * HOUR + 30 * MINUTE),
        ("08:00:30.5", 8 * HOUR + 30 * SECOND + 500_000),
        ("8:15 pm", 20 * HOUR + 15 * MINUTE),
        ("12:00 AM", 0),
        ("12:00 p.m.", 12 * HOUR),
        ("24:00", 24 * HOUR),
        ("30:00", 30 * HOUR),
    ],
)
def test_times_of_day(text: str, time: int) -> None:
    assert parse_time_of_day(text) == time


@pytest.mark.parametrize("text", ["8", "8:60", "50:00", "13:00 pm", "noon", "", "08:00:61"])
def test_what_is_no_time_of_day(text: str) -> None:
    with pytest.raises(ValueError, match="time of day"):
        parse_time_of_day(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-14T08:00:00.123456", datetime(2026, 3, 14, 8, 0, 0, 123456)),
        ("2026-03-14 8:00", datetime(2026, 3, 14, 8)),
        ("20260314 08:15", datetime(2026, 3, 14, 8, 15)),
        ("14.03.2026 08:15", datetime(2026, 3, 14, 8, 15)),
        ("Sa 14.03.2026 08:15", datetime(2026, 3, 14, 8, 15)),
        ("14-Mar-26 8:15", datetime(2026, 3, 14, 8, 15)),
        ("2026-03-14 24:00", datetime(2026, 3, 15)),
        ("2026-03-14", datetime(2026, 3, 14)),
    ],
)
def test_stamps_without_an_offset(text: str, moment: datetime) -> None:
    assert parse_moment(text) == moment


@pytest.mark.parametrize("offset", ["Z", "+00:00", " UTC", " GMT"])
def test_stamps_in_utc(offset: str) -> None:
    for day in ("2026-03-14", "14.03.2026"):
        moment = parse_moment(f"{day} 08:00{offset}")
        assert moment.utcoffset() == timedelta(0)
        assert moment.replace(tzinfo=None) == datetime(2026, 3, 14, 8)


def test_stamps_with_an_offset() -> None:
    assert parse_moment("14.03.2026 08:00+0530").tzinfo == timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize("text", ["", "08:00", "2026-03-14 08:99", "2026-W10-1", "1.2"])
def test_what_is_no_stamp(text: str) -> None:
    with pytest.raises(ValueError):
        parse_moment(text)


def test_weekdays() -> None:
    assert [parse_weekday(name) for name in ("Mon", "tuesday", "We.", "sun", "M", "Summer", "")] == [
        0, 1, 2, 6, None, None, None,
    ]  # fmt: skip
    assert [parse_weekday(name) for name in ("Mo", "Di", "Mi.", "Donnerstag", "Fr", "Sa", "So")] == [
        *range(7)
    ]
