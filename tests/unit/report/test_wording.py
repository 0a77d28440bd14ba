from __future__ import annotations

import datetime as dt
import math

import pytest

from ccsim.report import wording
from ccsim.report.sparkline import ASCII, BLOCKS, sparkline, steps_per_character
from ccsim.units import DAY, HOUR, MINUTE, SECOND


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (14.23, "14.2"),
        (0.312, "0.31"),
        (1240.4, "1,240"),
        (12.0, "12"),
        (0, "0"),
        (math.nan, "-"),
        (9.96, "9.96"),
    ],
)
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert wording.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0 s"), (12.34, "12.3 s"), (30.0, "30 s"), (59.97, "1m"), (257, "4m17s"), (3600, "1h"),
     (7500, "2h05m"),
     (math.inf, "without end"), (math.nan, "-")],
)  # fmt: skip
def test_seconds_become_durations(value: float, text: str) -> None:
    assert wording.seconds(value) == text


def test_clock_cuts_to_the_millisecond_and_wraps_at_midnight() -> None:
    assert wording.clock(10 * HOUR + 2 * MINUTE + 13 * SECOND + 204_999) == "10:02:13.204"
    assert wording.clock(DAY + 5 * MINUTE) == "00:05:00.000"


def test_times_of_day() -> None:
    assert wording.time_of_day(8 * HOUR) == "08:00"
    assert wording.time_of_day(8 * HOUR + 30 * SECOND) == "08:00:30"
    assert wording.time_of_day(DAY) == "24:00"
    assert wording.time_of_day(0) == "00:00"


def test_lists() -> None:
    assert wording.listed(["a"]) == "a"
    assert wording.listed(["a", "b", "c"]) == "a, b and c"
    assert wording.few(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert wording.plural(1, "agent") == "1 agent"
    assert wording.plural(2.5, "agent") == "2.5 agents"
    assert wording.plural(1200, "stretch", "stretches") == "1,200 stretches"


def test_day_names() -> None:
    assert wording.day_name(dt.date(2026, 3, 2), 0) == "Monday 2 March"
    assert wording.day_name(dt.date(2026, 2, 28), 1) == "Sunday 1 March"


def test_a_little_is_not_nothing() -> None:
    assert [wording.percent(x, 0) for x in (0.0, 0.004, 0.006, 0.5)] == ["0 %", "under 1 %", "1 %", "50 %"]
    assert [wording.percent(x) for x in (0.0, 0.0004, 0.0006)] == ["0.0 %", "under 0.1 %", "0.1 %"]


def test_shares_as_typed() -> None:
    assert wording.round_percent(0.8) == "80 %"
    assert wording.round_percent(0.125) == "12.5 %"
    assert wording.percent(0.8123) == "81.2 %"


class TestSparkline:
    def test_ends_of_the_scale(self) -> None:
        assert sparkline([0.0, 1.0]) == BLOCKS[0] + BLOCKS[-1]
        assert sparkline([0.0, 1.0], unicode=False) == ASCII[0] + ASCII[-1]

    def test_nothing_is_a_space_and_one_level_is_the_middle(self) -> None:
        assert sparkline([math.nan, 3.0, 3.0]) == " " + 2 * BLOCKS[4]
        assert sparkline([math.nan, math.nan]) == "  "

    def test_is_monotone(self) -> None:
        bars = sparkline([float(i) for i in range(50)])
        assert list(bars) == sorted(bars)
        assert set(bars) == set(BLOCKS)

    def test_many_values_share_characters(self) -> None:
        assert steps_per_character(20, 34) == 1
        assert steps_per_character(96, 34) == 3
        assert steps_per_character(0, 34) == 1
