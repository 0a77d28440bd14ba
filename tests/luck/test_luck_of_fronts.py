"""Bots, notices, routing, training and incidents draw nothing anew: who comes, and how they are, stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ccsim.compiler import compile_scenario
from ccsim.draws import Draws, draw
from ccsim.kinds import Cause, State
from ccsim.scenario import Scenario
from ccsim.units import DAY

from .test_luck import world

CONTACTS = ("queue", "arrived_at", "patience", "talk", "wrap_up", "luck")
DUTY = ("duty_at", "duty_agent", "duty_state")
DOOR = {"serves": ["support"], "talk": "fixed 70s", "containment": "30%", "escape": "always"}
MONDAY_MORNING = {"on": "2026-03-02", "hours": "10:00-11:00"}


def draws_of(**changes: Any) -> Draws:
    return draw(compile_scenario(Scenario.from_dict({**world(), **changes})), seed=3)


def same(one: Draws, other: Draws, columns: tuple[str, ...], rows: Any = slice(None)) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)[rows]) for name in columns)


@pytest.mark.parametrize(
    "change",
    [
        {"bots": {"door": DOOR}},
        {"self_service": {"page": {"serves": ["sales"], "takes": "fixed 2m"}}},
        {"notices": {"note": {"queue": "sales", "on": "2026-03-02", "prevents": "20%"}}},
        {"routing": {"overflow": [{"queue": "support", "after": "45s", "to": "back"}]}},
        {"routing": {"reserve": [{"group": "desk", "keep": 2, "for": "sales"}]}},
        {"events": {"slow": {**MONDAY_MORNING, "talk": "x1.3"}}},
        {"events": {"twice": {**MONDAY_MORNING, "duplicates": {"share": "20%", "to": "sales"}}}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_nobody_else_moves(change: dict[str, Any]) -> None:
    assert same(draws_of(), draws_of(**change), CONTACTS + DUTY)


def test_issues_keep_their_keys_whatever_else_stands_in_front() -> None:
    one = draws_of(bots={"door": DOOR})
    other = draws_of(
        bots={"door": DOOR, "second": {**DOOR, "serves": ["sales"]}},
        notices={"note": {"queue": "sales", "on": "2026-03-02", "prevents": "20%"}},
    )
    assert len(one.key) == len(one.queue)
    assert np.array_equal(one.key, other.key)


def test_false_alarms_come_on_top() -> None:
    note = {"queue": "sales", "on": "mon-tue", "hours": "09:00-12:00", "prevents": "20%", "false_alarms": 80}
    alarmed = draws_of(notices={"note": note})
    alarms = alarmed.cause == Cause.FALSE_ALARM
    assert same(draws_of(), alarmed, CONTACTS, ~alarms)
    at = alarmed.arrived_at[alarms]
    assert 100 < len(at) < 220
    assert ((at % DAY >= 9 * DAY // 24) & (at % DAY < DAY // 2) & (at < 2 * DAY)).all()


def test_an_outage_cuts_on_duty_time_and_nothing_else() -> None:
    plain, cut = draws_of(), draws_of(events={"out": {**MONDAY_MORNING, "down": True}})
    assert same(plain, cut, CONTACTS)
    begin, end = 10 * DAY // 24, 11 * DAY // 24
    for agent in range(13):
        before, after = states(plain, agent), states(cut, agent)
        changed = [minute for minute in range(3 * 24 * 60) if before[minute] != after[minute]]
        assert all(begin <= minute * 60_000_000 < end for minute in changed)
        assert {after[minute] for minute in changed} <= {State.DOWN}
        assert {before[minute] for minute in changed} <= {State.ON_DUTY, State.OFF_TASK}


def states(draws: Draws, agent: int) -> list[int]:
    """State at the start of each minute of the run."""
    mine = draws.duty_agent == agent
    place = np.searchsorted(draws.duty_at[mine], np.arange(3 * 24 * 60) * 60_000_000, side="right") - 1
    known = np.append(draws.duty_state[mine], State.OFF)
    return [int(known[one]) for one in place]


def test_training_of_one_group_leaves_the_others_alone() -> None:
    groups = world()["agent_groups"]
    groups["desk"] = {**groups["desk"], "training": "nesting"}
    trained = draws_of(agent_groups=groups, training={"nesting": {"classroom": "1d"}})
    plain = draws_of()
    assert same(plain, trained, CONTACTS)
    for agent in range(9, 13):
        assert states(plain, agent) == states(trained, agent)
    assert State.TRAINING in states(trained, 0)
