"""Text with units reads as what it says, writes back the same, and complains with a way out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccsim.units import (
    DAY,
    HOUR,
    LONGEST,
    MINUTE,
    SECOND,
    did_you_mean,
    format_days,
    format_duration,
    format_factor,
    format_range,
    format_share,
    format_time_of_day,
    parse_days,
    parse_duration,
    parse_factor,
    parse_growth,
    parse_range,
    parse_share,
    parse_time_of_day,
    plain_number,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("90s", 90 * SECOND),
        ("5m20s", 320 * SECOND),
        ("5m 20s", 320 * SECOND),
        ("8h", 8 * HOUR),
        ("1.5h", 90 * MINUTE),
        (".5s", SECOND // 2),
        ("250ms", SECOND // 4),
        ("7us", 7),
        ("0.1s", 100_000),
        ("3d", 3 * DAY),
        ("6w", 42 * DAY),
        ("20 minutes", 20 * MINUTE),
        ("0s", 0),
        (" 1h30m ", 90 * MINUTE),
    ],
)
def test_durations_read(text: str, value: int) -> None:
    assert parse_duration(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("4", "'4' needs a unit, e.g. 90s, 5m20s, 8h"),
        ("4.5", "needs a unit"),
        ("-3", "negative"),
        ("-3m", "negative"),
        ("00:30", "looks like a clock time"),
        ("4x", "no unit that is known"),
        ("20s5m", "larger units first"),
        ("5m5m", "larger units first"),
        ("", "an empty text"),
        ("soon", "not a length of time"),
        ("5m20", "not a length of time"),
        ("0.1us", "finer than a microsecond"),
        ("5000d", "longer than ten years"),
    ],
)
def test_durations_complain(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_duration(text)


@given(st.integers(min_value=0, max_value=LONGEST))
def test_durations_round_trip(value: int) -> None:
    assert parse_duration(format_duration(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0s"),
        (320 * SECOND, "5m20s"),
        (DAY, "24h"),
        (3 * DAY, "3d"),
        (1_500_000, "1.5s"),
        (-SECOND, "-1s"),
    ],
)
def test_durations_write(value: int, text: str) -> None:
    assert format_duration(value) == text


@pytest.mark.parametrize(("text", "value"), [("12%", 0.12), ("0%", 0.0), ("100%", 1.0), ("12.5 %", 0.125)])
def test_shares_read(text: str, value: float) -> None:
    assert parse_share(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0.8", "'0.8' needs a percent sign, e.g. 80%"),
        ("30", "e.g. 30%"),
        ("900", "e.g. 12%"),
        ("101%", "more than 100%"),
        ("-1%", "below 0%"),
        ("a lot", "write percent"),
    ],
)
def test_shares_complain(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_share(text)


@given(st.floats(min_value=0, max_value=1))
def test_shares_round_trip(value: float) -> None:
    assert parse_share(format_share(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("+4%", 1.04), ("-20%", 0.8), ("150%", 1.5), ("x4", 4.0), ("×2", 2.0), ("x 1.2", 1.2), ("-100%", 0.0)],
)
def test_factors_read(text: str, value: float) -> None:
    assert parse_factor(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1.2", "x1.2, 120% or"),
        ("-120%", "takes away more"),
        ("double", "not a multiplier"),
        ("x99999", "too large"),
    ],
)
def test_factors_complain(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_factor(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("+10%", 1.1), ("-5%", 0.95), ("x1.1", 1.1), ("x0.1", 0.1), ("110%", 1.1), ("100%", 1.0)],
)
def test_growth_reads(text: str, value: float) -> None:
    assert parse_growth(text) == value


@pytest.mark.parametrize("text", ["10%", " 10 %", "80%", "0%", "99.5%"])
def test_growth_refuses_a_percentage_of_two_meanings(text: str) -> None:
    assert parse_factor(text) < 1
    with pytest.raises(ValueError, match=r"could mean .*% more or .*% of the volume; write \+"):
        parse_growth(text)


@given(st.floats(min_value=0, max_value=10_000))
def test_growth_reads_what_is_written_of_a_factor(value: float) -> None:
    assert parse_growth(format_factor(value)) == value


@given(st.floats(min_value=0, max_value=10_000))
def test_factors_round_trip(value: float) -> None:
    assert parse_factor(format_factor(value)) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_plain_numbers_read_back_without_an_exponent(value: float) -> None:
    text = plain_number(value)
    assert float(text) == value
    assert "e" not in text.lower()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("08:00-18:00", (8 * HOUR, 18 * HOUR)),
        ("8:00 - 18:00", (8 * HOUR, 18 * HOUR)),
        ("08:00–18:00", (8 * HOUR, 18 * HOUR)),
        ("18:00-02:00", (18 * HOUR, 26 * HOUR)),
        ("00:00-24:00", (0, DAY)),
        ("22:00-00:00", (22 * HOUR, DAY)),
        ("08:00:30-09:00", (8 * HOUR + 30 * SECOND, 9 * HOUR)),
    ],
)
def test_ranges_read(text: str, value: tuple[int, int]) -> None:
    assert parse_range(text) == value
    assert parse_range(format_range(value)) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("08:00", "one time of day"),
        ("8-18", "needs minutes too"),
        ("08:00-25:00", "from 00:00 to 24:00"),
        ("08:00-08:00", "round the clock is 00:00-24:00"),
        ("24:00-08:00", "write 00:00"),
        ("08:61-09:00", "from 00:00 to 24:00"),
        ("morning", "08:00-18:00"),
        ("08:00-12:00-14:00", "08:00-18:00"),
    ],
)
def test_ranges_complain(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_range(text)


@given(st.integers(min_value=0, max_value=86_399))
def test_times_of_day_round_trip(second: int) -> None:
    assert parse_time_of_day(format_time_of_day(second * SECOND)) == second * SECOND


def test_time_of_day_after_midnight_starts_again() -> None:
    assert format_time_of_day(26 * HOUR) == "02:00"
    assert format_time_of_day(DAY) == "24:00"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("mon,wed-fri", {0, 2, 3, 4}),
        ("sat-mon", {5, 6, 0}),
        ("Monday - Friday", {0, 1, 2, 3, 4}),
        ("every day", set(range(7))),
        ("weekend", {5, 6}),
        ("sun", {6}),
    ],
)
def test_days_read(text: str, days: set[int]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize(
    ("text", "message"), [("mon-fry", "did you mean fri"), ("mon-tue-wed", "mon-fri"), ("", "mon-fri")]
)
def test_days_complain(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_days(text)


@given(st.sets(st.integers(min_value=0, max_value=6), min_size=1))
def test_days_round_trip(days: set[int]) -> None:
    assert parse_days(format_days(days)) == days


def test_did_you_mean_finds_slips_and_nothing_far() -> None:
    assert did_you_mean("head_count", ["headcount", "skills"]) == "; did you mean headcount?"
    assert did_you_mean("Support", ["support"]) == "; did you mean support?"
    assert did_you_mean("tier", ["roster"]) == ""
