"""What is allowed but perhaps not meant is said in words, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from ccsim.scenario import Scenario, scenario_from_text


def cautions_of(data: dict[str, Any]) -> list[str]:
    return [f"{problem.path}: {problem.message}" for problem in Scenario.from_dict(data).warnings]


def test_a_sound_world_has_none(world: dict[str, Any]) -> None:
    assert cautions_of(world) == []


def test_open_hours_without_anybody(world: dict[str, Any]) -> None:
    world["time"]["days"] = 7
    world["time"]["open"] = {"mon-fri": "08:00-20:00", "sat": "09:00-14:00"}
    assert cautions_of(world) == [
        "queues.support: open mon-fri 18:00-20:00, when nobody with the skill 'support' works",
        "queues.support: open sat 09:00-14:00, when nobody with the skill 'support' works",
    ]


def test_night_shifts_cover_the_morning_after(world: dict[str, Any]) -> None:
    world["time"]["open"] = "00:00-24:00"
    world["shifts"] = {"night": {"hours": "20:00-08:00"}, "day": {"hours": "08:00-20:00"}}
    world["agent_groups"]["desk"]["shifts"] = {"night": "50%", "day": "50%"}
    assert cautions_of(world) == []


def test_open_past_midnight_is_covered_by_the_next_day(world: dict[str, Any]) -> None:
    world["time"]["open"] = "18:00-02:00"
    world["shifts"] = {"day": {"hours": "18:00-24:00"}, "night": {"hours": "00:00-02:00"}}
    world["agent_groups"]["desk"]["shifts"] = {"night": "50%", "day": "50%"}
    assert cautions_of(world) == []


def test_nobody_in_the_group_is_nobody(world: dict[str, Any]) -> None:
    world["agent_groups"]["desk"]["headcount"] = 0
    assert cautions_of(world) == [
        "queues.support: open mon-fri 08:00-18:00, when nobody with the skill 'support' works"
    ]


def test_shifts_that_help_nobody(world: dict[str, Any]) -> None:
    world["shifts"]["night"] = {"hours": "20:00-06:00", "days": "mon-fri"}
    world["shifts"]["weekend"] = {"hours": "08:00-18:00", "days": "sat-sun"}
    world["agent_groups"]["desk"]["shifts"] = {"day": "90%", "night": "10%"}
    assert cautions_of(world) == [
        "shifts.night: works mon-fri, when nothing is open",
        "shifts.weekend.days: no day of the run (mon-fri) is one of these",
        "shifts.weekend: no agent group works this shift",
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"skills": ["support", "cards"]}, "skills.1: no queue needs the skill 'cards'"),
        (
            {"queues.idle": {"needs": "support", "talk": "fixed 1m"}},
            "queues.idle: has no arrivals; nothing comes to it",
        ),
        (
            {"queues.support.arrivals.interval_correlation": 0.5},
            "queues.support.arrivals.interval_correlation: has no effect while interval_cv is 0",
        ),
        (
            {"queues.support.prefers": ["desk"], "routing.agent": ["longest_idle"]},
            "queues.support.prefers: has no effect; add preference to routing.agent",
        ),
        (
            {"agent_groups.desk.prefers": ["support"], "routing.contact": ["longest_wait"]},
            "agent_groups.desk.prefers: has no effect; add preference to routing.contact",
        ),
        (
            {
                "routing.contact": ["longest_wait"],
                "queues.vip": {
                    "needs": "support",
                    "talk": "fixed 1m",
                    "arrivals": {"per_day": 5},
                    "priority": 9,
                },
            },
            "routing.contact: the queues' priorities have no effect; add priority",
        ),
        (
            {"events.fair": {"on": "2026-04-01", "volume": "x2"}},
            "events.fair.on: no day of the run (2026-03-02 to 2026-03-06) is one of these",
        ),
        (
            {
                "queues.vip": {
                    "talk": "fixed 1m",
                    "arrivals": {"per_day": 5},
                    "prefers": ["desk"],
                },
                "agent_groups.elite": {"headcount": 1, "skills": ["vip"], "shifts": {"day": "100%"}},
            },
            "queues.vip.prefers: desk does not have the skill 'vip'",
        ),
        (
            {
                "queues.vip": {"talk": "fixed 1m", "arrivals": {"per_day": 5}},
                "agent_groups.elite": {
                    "headcount": 1,
                    "skills": ["vip"],
                    "shifts": {"day": "100%"},
                    "prefers": ["support"],
                },
            },
            "agent_groups.elite.prefers: elite does not have the skill that support needs",
        ),
    ],
)
def test_each_caution(scenario: Scenario, change: dict[str, Any], message: str) -> None:
    warnings = scenario.override(change).warnings
    assert [f"{problem.path}: {problem.message}" for problem in warnings] == [message]


def test_cautions_have_their_line() -> None:
    text = """format: 1
name: small
time: {start: 2026-03-02, days: 5, open: 08:00-18:00}
queues: {support: {arrivals: {per_day: 5}, talk: fixed 1m}}
agent_groups: {desk: {headcount: 1, skills: [support], shifts: {day: 100%}}}
shifts:
  day: {hours: 08:00-18:00}
  late: {hours: 12:00-20:00}
"""
    (warning,) = scenario_from_text(text).warnings
    assert (warning.line, warning.column, warning.path) == (8, 3, "shifts.late")
