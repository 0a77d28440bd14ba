"""Spreadsheets: days across or down, dates or a typical week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ccsim.compiler.tables.volumes import read_volumes
from ccsim.errors import InputFileError
from ccsim.units import HOUR, MINUTE

Written = Callable[..., Path]


def test_days_across(written: Written) -> None:
    volumes = read_volumes(written("Calls,2026-03-02,2026-03-03", "08:00,10,11", "08:30,12,13"))
    assert (volumes.layout, volumes.queue, volumes.interval_us) == ("wide", "", 30 * MINUTE)
    assert volumes.day == (date(2026, 3, 2), date(2026, 3, 3))
    assert volumes.volume[:, 16:18].tolist() == [[10, 12], [11, 13]]
    assert volumes.handle_time_s is None


def test_days_down_is_the_same_table(written: Written) -> None:
    across = read_volumes(written("x;02.03.2026;03.03.2026", "8:00-8:30;10,5;11", "8:30-9:00;12;13"))
    down = read_volumes(written(";08:00;08:30", "2026-03-02;10,5;12", "2026-03-03;11;13"))
    assert np.array_equal(across.volume, down.volume)
    assert across.day == down.day


def test_a_typical_week(written: Written) -> None:
    volumes = read_volumes(
        written(
            "Week 10",
            "",
            "time,Mon,Tuesday,sat,Total",
            "08:00,10,11,,21",
            "09:00,12,13,5,30",
            "Total,22,24,5,51",
        ),
        default_queue="cards",
        center_zone="Europe/Berlin",
    )
    assert volumes.weekdays
    assert volumes.weekday == (0, 1, 5)
    assert volumes.day == ()
    assert volumes.interval_us == HOUR
    assert volumes.volume.sum(axis=1).tolist() == [22, 24, 5]
    assert volumes.row(date(2026, 3, 7)) == 2
    assert "skipped 1 line above the header" in volumes.notes
    assert "skipped 2 lines of totals" in volumes.notes
    hole = "1 interval blank or without a row, the first on sat 08:00: 0 contacts there"
    assert hole in volumes.notes  # Saturdays begin later in the whole file
    assert volumes.warnings == ()


def test_a_hole_on_a_working_day_is_a_warning(written: Written) -> None:
    volumes = read_volumes(written("t,Mon,Tue,Sat", "08:00,10,11,", "09:00,,13,5", "10:00,9,13,5"))
    hole = "2 intervals blank or without a row, the first on mon 09:00: 0 contacts there"
    assert volumes.warnings == (hole,)


def test_weekday_names_before_dates_and_midnights_behind_them(written: Written) -> None:
    volumes = read_volumes(
        written('t,"Mon, 2026-03-02",2026-03-03 00:00:00', "08:00,1,2", "08:15,3,4", "08:30,5,6")
    )
    assert volumes.day == (date(2026, 3, 2), date(2026, 3, 3))
    assert volumes.interval_us == 15 * MINUTE


def test_every_bad_cell_is_told(written: Written) -> None:
    path = written("t,2026-03-02,2026-03-03", "08:00,10,ten", "lunch,1,1", "08:30,-4,1", "09:00,1,2,3")
    with pytest.raises(InputFileError) as caught:
        read_volumes(path, layout="wide")
    told = [(p.line, p.path, p.message) for p in caught.value.problems]
    assert told == [
        (2, "column 3", "'ten' is not a number"),
        (3, "", "the row begins with 'lunch' instead of a time such as 08:30"),
        (4, "column 2", "-4 is negative"),
        (5, "", "has 4 fields below a header of 3"),
    ]


def test_dates_and_weekdays_do_not_mix(written: Written) -> None:
    with pytest.raises(InputFileError, match="dates and weekday names in one table"):
        read_volumes(written("t,2026-03-02,Tue", "08:00,1,2"))


def test_two_columns_of_one_day_are_refused(written: Written) -> None:
    with pytest.raises(InputFileError, match="a wide sheet holds one queue; save one file a queue"):
        read_volumes(written("t,2026-03-02,2026-03-02", "08:00,1,2", "09:00,1,2"))


def test_what_the_layout_cannot_do_is_said(written: Written) -> None:
    path = written("t,mon,tue", "08:00,1,2")
    with pytest.raises(InputFileError, match="no queues to choose 'cards' from"):
        read_volumes(path, queue="cards")
    with pytest.raises(InputFileError, match="no handle times"):
        read_volumes(path, handle_time="mean")
    with pytest.raises(InputFileError, match="a typical week has no dates"):
        read_volumes(path, file_zone="UTC", center_zone="Europe/Berlin")


def test_what_is_not_known_is_no_zero(written: Written) -> None:
    with pytest.raises(InputFileError) as caught:
        read_volumes(written("t,mon,tue", "08:00,1,2", "08:30,3,4", "09:00,n/a,4"))
    assert str(caught.value).endswith("line 4  column 2  'n/a' is not a number; write 0 or leave it empty")


@pytest.mark.parametrize(
    "lines",
    [
        ("queue,time,Mon,Tue", "cards,08:00,1,2", "cards,09:00,1,2", "loans,08:00,1,2"),
        ("cards,Mon,Tue", "08:00,1,2", "09:00,1,2", "loans,Mon,Tue", "08:00,1,2", "09:00,1,2"),
        ("time,cards Mon,cards Tue,loans Mon,loans Tue", "08:00,1,2,3,4"),
        (",cards,,loans,", "time,Mon,Tue,Mon,Tue", "08:00,1,2,3,4"),
    ],
)
def test_a_sheet_of_two_queues_is_refused(written: Written, lines: tuple[str, ...]) -> None:
    with pytest.raises(InputFileError, match="a wide sheet holds one queue; save one file a queue, or use"):
        read_volumes(written(*lines))


def told(path: Path, layout: str = "auto") -> tuple[int, str]:
    with pytest.raises(InputFileError) as caught:
        read_volumes(path, layout=layout)
    (problem,) = caught.value.problems
    return problem.line, problem.message


@pytest.mark.parametrize("layout", ["auto", "wide"])
def test_why_a_sheet_is_not_understood(written: Written, layout: str) -> None:
    rows = "08:00,1,2", "08:30,3,4"
    ambiguous = "'02/03/2026' could be day or month first; write 2026-03-02"
    assert told(written("t,02/03/2026,03/03/2026", *rows), layout) == (1, ambiguous)
    no_year = "'02.03.' is not a date: it has no year; write it as 2026-03-14"
    assert told(written("t,02.03.,03.03.", *rows), layout) == (1, no_year)
    assert told(written("t,Mon,Tue"), layout) == (1, "there are no rows below the header")
    wrong = "'Di 02.03.2026': 2026-03-02 is a Monday"
    assert told(written("t,Di 02.03.2026,Mi 03.03.2026", *rows), layout) == (1, wrong)
    down = told(written("t,08:00,08:30", "02/03/2026,1,2", "03/03/2026,1,2"), layout)
    assert down == (2, ambiguous)
    assert told(written("t,Mon,Tue", "morning,1,2"), layout) == (
        2,
        "the row begins with 'morning' instead of a time such as 08:30",
    )


def test_the_first_cell_that_is_not_understood_is_shown(written: Written) -> None:
    line, message = told(written("t,Mon,Feiertag,Wed,Ostern", "08:00,1,2,3,4"), "wide")
    assert line == 1
    assert message.endswith("; the first cell that is neither is 'Feiertag'")


@pytest.mark.parametrize(
    ("header", "days"),
    [
        ("t;Mo;Di;Mi", ()),
        ("t;Mo 02.03.2026;Di 03.03.2026;Mi 04.03.2026", (2, 3, 4)),
        ("t;2-Mar-26;3-Mar-26;4-Mar-26", (2, 3, 4)),
        ("t;Mon 2 Mar 2026;3. März 2026;4 March 26", (2, 3, 4)),
        ("t;3/2/2026;3/3/2026;3/13/2026", (2, 3, 13)),
    ],
)
def test_ways_to_write_days(written: Written, header: str, days: tuple[int, ...]) -> None:
    volumes = read_volumes(written(header, "08:00;1;2;3", "08:30;4;5;6"))
    assert volumes.layout == "wide"
    assert volumes.weekday == (() if days else (0, 1, 2))
    assert volumes.volume.sum() == 21
    assert {day.day for day, row in zip(volumes.day, volumes.volume, strict=False) if row.any()} == set(days)
