"""Numbers whose writing shows that they were meant otherwise, and values that no center has."""

from __future__ import annotations

import pytest

from ccsim.errors import ScenarioError
from ccsim.scenario import Scenario, scenario_from_text

FILE = """format: 1
name: slips
time: {start: 2026-03-02, days: 5, open: 08:00-18:00}
channels:
  chat: {concurrency: 2, slowdown: [1.0, 1.3]}
queues:
  sales:
    channel: chat
    arrivals: {per_day: 2600}
    talk: fixed 5m
    service_level: 80% in 20s
agent_groups:
  desk: {headcount: 11, skills: [sales], shifts: {day: 100%}}
shifts:
  day: {hours: 08:00-18:00, days: mon-fri}
"""


def read(*changes: tuple[str, str]) -> Scenario:
    text = FILE
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return scenario_from_text(text)


def warned(*changes: tuple[str, str]) -> list[str]:
    return [f"{problem.line} {problem.path}: {problem.message}" for problem in read(*changes).warnings]


def test_thousands_with_a_point_are_doubted() -> None:
    said = "9 queues.sales.arrivals.per_day: 2.600 is read as 2.6; write 2600 if thousands are meant"
    assert warned(("per_day: 2600", "per_day: 2.600")) == [said]
    hourly = "hourly: {08:00-18:00: 1.200}"
    assert warned(("per_day: 2600", hourly)) == [
        "9 queues.sales.arrivals.hourly.08:00-18:00: 1.200 is read as 1.2; write 1200 if thousands are meant"
    ]


@pytest.mark.parametrize("number", ["2600", "2.6", "2.60", "2.655", "0.600", "2600.500", "2600.0"])
def test_other_numbers_are_not(number: str) -> None:
    assert warned(("per_day: 2600", f"per_day: {number}")) == []


def test_factors_may_have_three_decimals() -> None:
    assert warned(("[1.0, 1.3]", "[1.000, 1.250]")) == []


@pytest.mark.parametrize(
    ("factors", "pair"),
    [
        ("[1, 1,2]", "1,2"),
        ("[1,0, 1,2]", "1,0"),
        ("[1.0, 1.2, 1,5]", "1,5"),
        ("[1,0, 1,2, 1,5]", "1,0"),
        ("[1,1,2]", "1,2"),
    ],
)
def test_a_decimal_comma_between_factors(factors: str, pair: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(("[1.0, 1.3]", factors))
    (problem,) = caught.value.problems
    point = pair.replace(",", ".")
    assert problem.message == f"'{pair}' has a decimal comma; write a point: {point}"
    assert (problem.path, problem.line) == ("channels.chat.slowdown", 5)


@pytest.mark.parametrize("factors", ["[1,2]", "[1, 1.2, 1.5]", "[1.0,1.2,1.5]", "[1, 2, 3]"])
def test_commas_between_factors_that_fit_are_commas(factors: str) -> None:
    assert read(("[1.0, 1.3]", factors)).channels["chat"].slowdown is not None


@pytest.mark.parametrize(
    ("before", "after", "caution"),
    [
        (
            "fixed 5m",
            "fixed 5ms",
            "10 queues.sales.talk: a mean of 0.005s is less than 1s, which is rare for talk; "
            "is the unit right?",
        ),
        (
            "fixed 5m",
            "exponential mean 5h",
            "10 queues.sales.talk: a mean of 5h is more than 4h, which is rare for talk; is the unit right?",
        ),
        (
            "80% in",
            "8% in",
            "11 queues.sales.service_level: 8% is very low for a target; does it lack a digit?",
        ),
        (
            "shifts:\n  day",
            "shrinkage: {adherence: 9%}\nshifts:\n  day",
            "14 shrinkage.adherence: 9% is very low for adherence; does it lack a digit?",
        ),
        (
            "headcount: 11",
            "headcount: 11, shrinkage: {adherence: 9%}",
            "13 agent_groups.desk.shrinkage.adherence: 9% is very low for adherence; does it lack a digit?",
        ),
    ],
)
def test_values_that_no_center_has(before: str, after: str, caution: str) -> None:
    assert warned((before, after)) == [caution]


@pytest.mark.parametrize("talk", ["fixed 1s", "fixed 4h"])
def test_the_bounds_themselves_are_fine(talk: str) -> None:
    assert warned(("fixed 5m", talk), ("80% in", "20% in")) == []


def test_several_callers_at_once() -> None:
    assert warned(
        ("channels:\n", "channels:\n  voice: {concurrency: 3}\n"), ("channel: chat", "channel: voice")
    )[0] == (
        "5 channels.voice.concurrency: an agent would speak with 3 callers at once; 1 is usual for voice"
    )


def test_voice_is_a_channel_that_no_file_needs_to_name() -> None:
    changed = read(("channel: chat", "channel: voice")).override({"channels.voice.concurrency": 2})
    assert changed.channels["voice"].concurrency == 2
    assert set(changed.channels) == {"chat", "voice"}


def test_a_warm_hand_over_on_voice_names_the_channel() -> None:
    with pytest.raises(ScenarioError, match="on the channel 'voice' has up to 2 contacts open"):
        read(
            ("channels:\n", "channels:\n  voice: {concurrency: 2}\n"),
            ("    channel: chat\n", "    escalation: {to: other, share: 5%, warm: true}\n"),
            ("agent_groups:", "  other: {talk: fixed 1m, needs: sales}\nagent_groups:"),
        )
