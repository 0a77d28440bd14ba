"""Individual rosters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ccsim.compiler.tables.roster import RosterRow, read_roster
from ccsim.errors import InputFileError
from ccsim.units import DAY, HOUR

Written = Callable[..., Path]
START = date(2026, 3, 2)
HEADER = "agent_id,date,start,end,activity"


def told(path: Path) -> list[tuple[int, str]]:
    with pytest.raises(InputFileError) as caught:
        read_roster(path, start=START, days=5)
    return [(problem.line, problem.message) for problem in caught.value.problems]


def test_rows_are_sorted_and_counted_from_the_first_day(written: Written) -> None:
    path = written(
        HEADER,
        "Zoe,2026-03-03,08:00,16:00,work",
        "Ann,2026-03-03,12:00,12:30,Lunch",
        "Ann,2026-03-03,08:00,16:00,work",
        "Ann,2026-03-02,,,off",
    )
    roster = read_roster(path, start=START, days=5)
    assert roster.rows == (
        RosterRow("Ann", 0, 0, DAY, "off"),
        RosterRow("Ann", 1, DAY + 8 * HOUR, DAY + 16 * HOUR, "work"),
        RosterRow("Ann", 1, DAY + 12 * HOUR, DAY + 12 * HOUR + HOUR // 2, "lunch"),
        RosterRow("Zoe", 1, DAY + 8 * HOUR, DAY + 16 * HOUR, "work"),
    )
    assert roster.agents == ("Zoe", "Ann")
    assert roster.notes == ()


def test_other_names_semicolons_and_full_stamps(written: Written) -> None:
    path = written(
        "Agent;From;To", "Ann;2026-03-02 08:00;2026-03-02 16:00", "Bob;02.03.2026 22:00;03.03.2026 06:00"
    )
    roster = read_roster(path, start=START, days=1)
    assert [(row.agent, row.from_us, row.to_us, row.activity) for row in roster.rows] == [
        ("Ann", 8 * HOUR, 16 * HOUR, "work"),
        ("Bob", 22 * HOUR, 30 * HOUR, "work"),
    ]


@pytest.mark.parametrize("times", ["22:00,06:00", "22:00,30:00", "10:00 pm,6:00 am"])
def test_past_midnight(written: Written, times: str) -> None:
    roster = read_roster(written(HEADER, f"Ann,2026-03-02,{times},work"), start=START, days=1)
    assert roster.rows == (RosterRow("Ann", 0, 22 * HOUR, 30 * HOUR, "work"),)


def test_the_night_before_the_first_day_is_cut_and_other_days_are_skipped(written: Written) -> None:
    path = written(
        HEADER,
        "Ann,2026-03-01,22:00,06:00,work",
        "Ann,2026-03-02,01:00,01:30,break",
        "Ann,2026-02-27,08:00,16:00,work",
        "Ann,2026-03-03,08:00,16:00,work",
    )
    roster = read_roster(path, start=START, days=1)
    assert [(row.day, row.from_us, row.to_us) for row in roster.rows] == [
        (0, 0, 6 * HOUR),
        (0, HOUR, HOUR * 3 // 2),
    ]
    assert roster.notes == (
        "2 rows outside the simulated days skipped",
        "1 row begun before 2026-03-02 cut to its midnight",
    )


def test_breaks_outside_work_are_said(written: Written) -> None:
    path = written(HEADER, "Ann,2026-03-02,08:00,12:00,work", "Ann,2026-03-02,13:00,13:30,break")
    assert read_roster(path, start=START, days=1).warnings == (
        "1 activity row outside any work of the agent: counted all the same",
    )


def test_every_problem_at_once(written: Written) -> None:
    path = written(
        HEADER,
        "Ann,2026-03-02,08:00,16:00,works",
        "Ann,2026-03-03,16:00,08:30,work",
        "Ann,2026-03-04,08:00,08:00,work",
        "Ann,2026-03-32,08:00,16:00,work",
        ",2026-03-05,08:00,16:00,work",
        "Bob,2026-03-05,8,16,work",
        "Bob,2026-03-05",
    )
    assert told(path) == [
        (2, "unknown activity 'works'; did you mean work?"),
        (3, "08:30 is not after the start 16:00 (past midnight it would last 16 h)"),
        (4, "08:00 is not after the start 08:00 (past midnight it would last 24 h)"),
        (5, "'2026-03-32' is not a date: day is out of range for month"),
        (6, "is blank"),
        (7, "'8' is not a time of day; write it as 08:30"),
        (7, "'16' is not a time of day; write it as 08:30"),
        (8, "has 2 fields instead of 5"),
    ]


def test_overlaps_of_one_kind(written: Written) -> None:
    path = written(
        HEADER,
        "Ann,2026-03-02,08:00,16:00,work",
        "Ann,2026-03-02,15:00,17:00,work",
        "Ann,2026-03-02,10:00,10:30,break",
        "Ann,2026-03-02,10:15,11:00,training",
        "Bob,2026-03-02,08:00,16:00,work",
        "Bob,2026-03-02,16:00,17:00,work",
        "Bob,2026-03-02,00:00,24:00,off",
    )
    assert told(path) == [(3, "Ann at 15:00 overlaps line 2"), (5, "Ann at 10:15 overlaps line 4")]


def test_an_overlap_across_midnight(written: Written) -> None:
    path = written(HEADER, "Ann,2026-03-02,22:00,06:00,work", "Ann,2026-03-03,05:00,12:00,work")
    assert told(path) == [(3, "Ann at 05:00 overlaps line 2")]


def test_columns_that_are_missing(written: Written) -> None:
    path = written("Who,date,begin,finish", "Ann,2026-03-02,08:00,16:00")
    assert told(path) == [
        (
            1,
            "there is no column agent_id (also agent, agent_name, name, employee, employee_id and 1 more), "
            "nor end (also to, until, ends_at, end_time, bis and 1 more); the columns are Who, date, begin, "
            "finish: rename the columns to agent_id, end",
        )
    ]
    path = written("agent,start,end", "Ann,08:00,16:00", "Ben,08:00,16:00")
    assert told(path) == [
        (
            2,
            "there is no column date, and start and end are no full time stamps (2 rows, first on line 2); "
            "the columns are agent, start, end",
        )
    ]


def test_a_header_without_rows(written: Written) -> None:
    assert told(written(HEADER)) == [(1, "there are no rows below the header")]


def test_equal_problems_are_one(written: Written) -> None:
    """And a row of an unknown activity overlaps nothing."""
    path = written(HEADER, *["Ann,2026-03-02,08:00,16:00,telefon"] * 139)
    assert told(path) == [
        (
            2,
            "unknown activity 'telefon' (139 rows, first on line 2); there is: work, break, lunch, training, "
            "meeting, off",
        )
    ]
    path = written(HEADER, *["Ann,2026-03-02,08:00,16:00,work"] * 279)
    assert told(path) == [(3, "Ann at 08:00 overlaps line 2 (278 rows, first on line 3)")]


def test_german_words_for_activities(written: Written) -> None:
    words = ["Arbeit", "Pause", "Mittag", "Schulung", "Besprechung", "frei"]
    path = written(HEADER, *(f"A{n},2026-03-02,08:00,16:00,{word}" for n, word in enumerate(words)))
    roster = read_roster(path, start=START, days=1)
    assert [row.activity for row in roster.rows] == ["work", "break", "lunch", "training", "meeting", "off"]
