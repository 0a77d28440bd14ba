"""Closings, windows and routing ranks."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ccsim.compiler import Program
from ccsim.errors import ScenarioError
from ccsim.kinds import ClosingRule, ContactCriterion
from tests.unit.compiler.centers import DAY, HOUR, MINUTE, center, program


def closings(compiled: Program) -> list[tuple[float, str, str]]:
    """(hour, queue, rule)."""
    return [
        (int(at) / HOUR, compiled.labels.queues[queue], ClosingRule(rule).name)
        for at, queue, rule in zip(
            compiled.closing_at, compiled.closing_queue, compiled.closing_rule, strict=True
        )
    ]


def with_closing(rule: str, **changes: Any) -> Program:
    data = center(**changes)
    queues = {"support": {**data["queues"]["support"], "closing": rule}}
    groups = {"desk": data["agent_groups"]["desk"]}
    return program(**{"queues": queues, "agent_groups": groups, **changes})


@pytest.mark.parametrize("rule", ["clear", "stop"])
def test_clear_and_stop_apply_at_closing_time(rule: str) -> None:
    name = rule.upper()
    assert closings(with_closing(rule)) == [(18.0, "support", name), (42.0, "support", name)]


def test_drain_clears_when_the_last_server_has_gone() -> None:
    late = {"day": {"hours": "08:00-19:30"}}
    assert closings(with_closing("drain", shifts=late)) == [
        (19.5, "support", "DRAIN"),
        (43.5, "support", "DRAIN"),
    ]


def test_drain_ends_at_the_latest_when_the_doors_open_again() -> None:
    always = {"day": {"hours": "00:00-24:00"}}
    assert closings(with_closing("drain", shifts=always))[0] == (32.0, "support", "DRAIN")


def test_nobody_is_kept_through_the_night_for_a_shift_that_begins_before_the_doors_open() -> None:
    early = {"day": {"hours": "07:30-18:30"}}
    assert closings(with_closing("drain", shifts=early)) == [
        (18.5, "support", "DRAIN"),
        (42.5, "support", "DRAIN"),
    ]
    gap = {
        "day": {"hours": "08:00-18:30"},
        "night": {"hours": "21:00-06:00"},
    }
    groups = {"desk": {"headcount": 4, "skills": ["support"], "shifts": {"day": "50%", "night": "50%"}}}
    assert closings(with_closing("drain", shifts=gap, agent_groups=groups))[0] == (18.5, "support", "DRAIN")


def test_drain_waits_for_those_on_a_break_and_for_the_shift_that_takes_over() -> None:
    away = {"day": {"hours": "08:00-19:30", "breaks": ["1h after 9h30m spread 0s"]}}  # 17:30 to 18:30
    assert closings(with_closing("drain", shifts=away))[0] == (19.5, "support", "DRAIN")
    last = {"day": {"hours": "08:00-19:30", "breaks": ["30m after 11h spread 0s"]}}  # nobody comes back
    assert closings(with_closing("drain", shifts=last))[0] == (19.0, "support", "DRAIN")
    handed_over = {"day": {"hours": "08:00-18:00"}, "evening": {"hours": "18:00-20:00"}}
    groups = {"desk": {"headcount": 4, "skills": ["support"], "shifts": {"day": "50%", "evening": "50%"}}}
    compiled = with_closing("drain", shifts=handed_over, agent_groups=groups)
    assert closings(compiled)[0] == (20.0, "support", "DRAIN")


def test_drain_with_nobody_at_all_clears_at_closing() -> None:
    groups = {"desk": {"headcount": 0, "skills": ["support"], "shifts": {"day": "100%"}}}
    assert closings(with_closing("drain", agent_groups=groups))[0] == (18.0, "support", "DRAIN")


def test_round_the_clock_never_closes() -> None:
    compiled = with_closing("drain", time={"start": "2026-03-02", "days": 3, "open": "00:00-24:00"})
    assert closings(compiled) == []
    assert compiled.run_ends_at == 3 * DAY + 2 * HOUR
    assert compiled.labels.open_to.tolist() == [3 * DAY]


def test_hours_past_midnight_and_a_drain_of_ones_own() -> None:
    compiled = with_closing(
        "clear",
        time={"start": "2026-03-02", "days": 1, "open": "18:00-02:00", "drain": "10m"},
        shifts={"day": {"hours": "18:00-02:00"}},
    )
    assert closings(compiled) == [(26.0, "support", "CLEAR")]
    assert compiled.run_ends_at == 26 * HOUR + 10 * MINUTE


# -- routing ------------------------------------------------------------------------------------------------


def groups_of(compiled: Program, queue: str) -> list[tuple[str, int, int]]:
    """(group, rank before, rank after) in the order in which the engine looks."""
    routing = compiled.routing
    number = compiled.labels.queues.index(queue)
    rows = range(routing.agent_start[number], routing.agent_start[number + 1])
    return [
        (
            compiled.labels.groups[routing.agent_pools[row]],
            int(routing.agent_rank_before[row]),
            int(routing.agent_rank_after[row]),
        )
        for row in rows
    ]


def test_speed_becomes_a_factor_of_talk() -> None:
    assert program().routing.handle_factor.tolist() == [[1000, 0], [1250, 800]]


def test_without_preferences_all_groups_rank_equal() -> None:
    assert groups_of(program(), "support") == [("desk", 0, 0), ("both", 0, 0)]
    assert groups_of(program(), "sales") == [("both", 0, 0)]


def test_preferences_come_in_their_order_and_the_unnamed_last() -> None:
    data = center()
    data["queues"]["support"]["prefers"] = ["both"]
    assert groups_of(program(**data), "support") == [("both", 0, 0), ("desk", 1, 0)]
    data["queues"]["support"]["prefers"] = [["both", "desk"]]
    assert groups_of(program(**data), "support") == [("desk", 0, 0), ("both", 0, 0)]


def test_best_speed_ahead_of_or_behind_longest_idle() -> None:
    ahead = program(routing={"agent": ["best_speed", "longest_idle"]})
    assert groups_of(ahead, "support") == [("desk", 0, 0), ("both", 1, 0)]
    behind = program(routing={"agent": ["longest_idle", "best_speed"]})
    assert groups_of(behind, "support") == [("desk", 0, 0), ("both", 0, 1)]


def test_a_groups_preference_and_the_criteria_of_contacts() -> None:
    data = center(routing={"contact": ["priority", "longest_wait"]})
    data["agent_groups"]["both"]["prefers"] = ["sales", "support"]
    routing = program(**data).routing
    assert routing.contact_start.tolist() == [0, 1, 3]
    assert routing.contact_queues.tolist() == [0, 0, 1]
    assert routing.contact_preference.tolist() == [0, 1, 0]
    assert routing.contact_criteria.tolist() == [ContactCriterion.PRIORITY, ContactCriterion.LONGEST_WAIT]


def test_a_priority_that_outgrows_64_bits_is_refused_with_what_fits() -> None:
    data = center()
    data["queues"]["support"]["priority"] = {"base": 1, "per_minute": 1_000_000}
    with pytest.raises(ScenarioError, match=r"priority\.per_minute .*write (\d+) or less") as caught:
        program(**data)
    found = re.search(r"write (\d+) or less", str(caught.value))
    assert found is not None
    data["queues"]["support"]["priority"]["per_minute"] = int(found[1])
    compiled = program(**data)
    most = int(compiled.priority_base[0]) + int(compiled.priority_growth[0]) * compiled.run_ends_at
    assert 2**61 < most < 2**63
    data["queues"]["support"]["priority"]["per_minute"] = int(found[1]) + 1
    with pytest.raises(ScenarioError):
        program(**data)


def test_priority_grows_in_exact_steps() -> None:
    data = center()
    data["queues"]["support"]["priority"] = {"base": 1.5, "per_minute": 1}
    compiled = program(**data)
    ninety_seconds = 90_000_000
    assert compiled.priority_base[0] == compiled.priority_growth[0] * ninety_seconds
    assert compiled.priority_growth[1] == 0
