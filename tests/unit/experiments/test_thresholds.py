"""Break-even: bisection finds what a finer search finds, and says when there is nothing to find."""

from __future__ import annotations

from typing import Any

import pytest

import ccsim
from ccsim.units import parse_duration


@pytest.fixture(scope="module")
def center() -> ccsim.Scenario:
    return ccsim.Scenario.from_dict(
        {
            "format": 1,
            "name": "desk",
            "time": {"start": "2026-03-02", "days": 1, "open": "08:00-18:00"},
            "queues": {"calls": {"arrivals": {"per_day": 400}, "talk": "exponential mean 5m"}},
            "agent_groups": {"desk": {"headcount": 5, "skills": ["calls"], "shifts": {"day": "100%"}}},
            "shifts": {"day": {"hours": "08:00-18:00"}},
        }
    )


def level(center: ccsim.Scenario, seed: int = 1, replications: int = 10, **changes: Any) -> float:
    overrides = {path.replace("__", "."): value for path, value in changes.items()}
    run = ccsim.simulate(center.override(overrides), seed=seed, replications=replications)
    return float(run.metrics("service_level")["value"].iloc[0])


def test_how_short_calls_must_be_to_save_one_agent(center: ccsim.Scenario) -> None:
    found = ccsim.break_even(
        center, "queues.calls.talk.mean", ["3m", "6m"], as_good_as={},
        instead={"agent_groups.desk.headcount": 4}, replications=10,
    )  # fmt: skip
    assert found.wanted == pytest.approx(level(center))
    there = level(center, queues__calls__talk__mean=found.value, agent_groups__desk__headcount=4)
    assert there == pytest.approx(found.wanted, abs=0.01)
    times = [parse_duration(text) for text in (found.low, found.value, found.high)]
    assert times == sorted(times)
    assert times[0] < times[2]
    assert 200e6 < times[1] < 260e6
    text = str(found)
    assert text.startswith(f"queues.calls.talk.mean must be {found.value} (95% sure: ")
    assert "with agent_groups.desk.headcount = 4 for what it was before, service level" in text


def test_the_fewest_agents_that_reach_a_goal(center: ccsim.Scenario) -> None:
    found = ccsim.break_even(center, "agent_groups.desk.headcount", [3, 12], reach="90%", replications=10)
    assert level(center, agent_groups__desk__headcount=found.value) >= 0.9
    assert level(center, agent_groups__desk__headcount=found.value - 1) < 0.9
    assert found.low <= found.value <= found.high
    waits = ccsim.break_even(center, "agent_groups.desk.headcount", [3, 12], "asa", reach="10s",
                             replications=10)  # fmt: skip
    for headcount, enough in ((waits.value, True), (waits.value - 1, False)):
        run = ccsim.simulate(
            center.override({"agent_groups.desk.headcount": headcount}), seed=1, replications=10
        )
        assert bool(run.metrics("asa")["value"].iloc[0] <= 10) is enough


def test_the_interval_of_a_headcount_is_what_may_do_it_to_what_surely_does(center: ccsim.Scenario) -> None:
    heads = "agent_groups.desk.headcount"
    goal = level(center, agent_groups__desk__headcount=6) - 0.001
    found = ccsim.break_even(center, heads, [3, 12], reach=goal, replications=10)
    assert found.value == 6
    halves = {}
    for headcount in range(3, 13):
        row = ccsim.simulate(center.override({heads: headcount}), seed=1, replications=10)
        table = row.metrics("service_level").iloc[0]
        halves[headcount] = (table["low"], table["high"])
    assert found.low == next(n for n, (_, high) in halves.items() if high >= goal)
    assert found.high == next(n for n, (low, _) in halves.items() if low >= goal)
    assert found.low < found.high  # so that the next line says something
    assert f"must be {found.value} (95% sure: {found.low} to {found.high}) for the goal" in str(found)
    far = ccsim.break_even(center, heads, [3, 12], reach="60%", replications=10)
    assert far.low == far.value == far.high
    assert f"must be {far.value} (95% sure) for the goal" in str(far)
    assert ccsim.break_even(center, heads, [3, 12], reach="90%", replications=1).low is None


def test_a_range_without_the_answer(center: ccsim.Scenario) -> None:
    found = ccsim.break_even(center, "queues.calls.talk.mean", ["5m", "6m"], reach="99%", replications=4)
    assert found.value is None
    assert found.measured == pytest.approx(level(center, replications=4))
    assert "does not decide it: the service level is below 99.0%" in str(found)


def test_the_interval_holds_the_answer_of_other_luck(center: ccsim.Scenario) -> None:
    answers = [
        ccsim.break_even(
            center, "queues.calls.talk.mean", ["3m", "9m"], reach="70%", seed=seed, replications=12
        )
        for seed in range(8)
    ]
    long_run = ccsim.break_even(
        center, "queues.calls.talk.mean", ["3m", "9m"], reach="70%", seed=99, replications=150
    )
    truth = parse_duration(long_run.value)
    inside = sum(parse_duration(a.low) <= truth <= parse_duration(a.high) for a in answers)
    assert inside >= 6  # of 8 intervals of 95 %: fewer in 1 of 200 such tests


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({}, "say either what to reach"),
        ({"reach": "80%", "as_good_as": {}}, "say either what to reach"),
        ({"reach": "soon"}, "reach: "),
        ({"reach": "80%", "between": ["3m"]}, "queues.calls.talk.mean: "),
    ],
)
def test_what_cannot_be_asked(center: ccsim.Scenario, more: dict[str, Any], message: str) -> None:
    between = more.pop("between", ["3m", "6m"])
    with pytest.raises(ccsim.CcsimError, match=message):
        ccsim.break_even(center, "queues.calls.talk.mean", between, replications=2, **more)
