"""What holds in every run, whatever the luck: nothing is lost, nobody is in two places, books balance.

All laws are exact, in integer microseconds, except the one that says otherwise.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ccsim
from ccsim.kinds import Outcome, State
from ccsim.log import Log
from tests.laws.worlds import WORLDS, one_queue

ENGINES = ("simpy", "compiled")
HOUR = 3_600_000_000
OUTCOMES = ("answered", "abandoned", "short_abandoned", "balked", "blocked", "cleared", "open")


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Both engines."""
    return str(request.param)


@pytest.fixture(scope="module", params=list(WORLDS))
def run(request: pytest.FixtureRequest, engine: str) -> ccsim.Run:
    """One run of each world."""
    return ccsim.simulate(ccsim.Scenario.from_dict(WORLDS[request.param]()), seed=3, engine=engine)


@pytest.fixture(scope="module")
def log(run: ccsim.Run) -> Log:
    """Its Log."""
    return run.logs[0]


def left_queue_at(log: Log) -> Any:
    """When each leg stopped waiting."""
    legs = log.legs
    return np.where(legs["answered_at"] >= 0, legs["answered_at"], legs["ended_at"])


def test_the_worlds_show_every_outcome() -> None:
    """A law about outcomes that never happen would be worth nothing; the others need a journey."""
    scenario = ccsim.Scenario.from_dict(WORLDS["busy center"]())
    log = ccsim.simulate(scenario, seed=3, engine="compiled").logs[0]
    assert set(log.legs["outcome"].tolist()) == {int(o) for o in Outcome if o <= Outcome.CLEARED}
    assert {State.BREAK, State.UNPAID_BREAK, State.OFF_TASK, State.ABSENT} <= set(
        log.stretches["state"].tolist()
    )


@pytest.mark.parametrize("by", [[], ["queue"], ["queue", "interval"], ["day"], ["queue", "day", "interval"]])
def test_every_offered_contact_has_one_outcome(run: ccsim.Run, by: list[str]) -> None:
    """offered = answered + abandoned + short + balked + blocked + cleared + open, in every cell."""
    table = run.metrics(["offered", *OUTCOMES], by=by)
    wide = table.pivot_table(index=by or None, columns="metric", values="value", aggfunc="sum", observed=True)
    assert wide["offered"].sum() == len(run.logs[0].contacts["arrived_at"]) > 100
    assert (wide[list(OUTCOMES)].fillna(0).sum(axis=1) == wide["offered"]).all()


def test_every_contact_has_one_leg(log: Log) -> None:
    """The legs are the contacts, in order of arrival, and times within a leg do not run backwards."""
    legs, contacts = log.legs, log.contacts
    assert np.array_equal(legs["contact_row"], np.arange(len(contacts["arrived_at"])))
    assert np.array_equal(legs["queued_at"], contacts["arrived_at"])
    assert np.array_equal(legs["queue"], contacts["queue"])
    assert (np.diff(contacts["arrived_at"]) >= 0).all()
    served = legs["answered_at"] >= 0
    assert np.array_equal(served, legs["agent"] >= 0)
    assert (legs["ended_at"] >= legs["queued_at"]).all()
    assert (legs["answered_at"] >= legs["queued_at"])[served].all()
    assert (legs["talk_ended_at"] >= legs["answered_at"])[served].all()
    assert (legs["ended_at"] >= legs["talk_ended_at"])[served].all()
    assert np.isin(legs["outcome"][served], (Outcome.ANSWERED, Outcome.OPEN)).all()
    assert (legs["ended_at"] <= log.labels.ends_at).all()


def test_littles_law(log: Log) -> None:
    """The time integral of the number waiting is the sum of the waits, to the microsecond, by queue.

    The left side follows the number up and down from event to event; the right side adds up contacts.
    """
    legs, left = log.legs, left_queue_at(log)
    for queue in range(len(log.labels.queues)):
        mine = legs["queue"] == queue
        times = np.concatenate([legs["queued_at"][mine], left[mine]])
        steps = np.concatenate([np.ones(mine.sum(), np.int64), -np.ones(mine.sum(), np.int64)])
        order = np.lexsort((-steps, times))
        number = np.cumsum(steps[order])
        assert number[-1] == 0
        assert (number >= 0).all()
        area = int((number[:-1] * np.diff(times[order])).sum())
        assert area == int((left - legs["queued_at"])[mine].sum())


def test_queue_length_is_littles_law_in_the_metrics(run: ccsim.Run) -> None:
    """Mean number waiting x open hours = sum of all waits, by queue."""
    log = run.logs[0]
    waits = left_queue_at(log) - log.legs["queued_at"]
    table = run.metrics(["queue_length"], by=["queue"]).set_index("queue")
    for number, name in enumerate(log.labels.queues):
        hours = waits[log.legs["queue"] == number].sum() / HOUR
        assert table.loc[name, "value"] * table.loc[name, "weight"] == pytest.approx(hours, rel=1e-12)


def test_busy_time_is_the_sum_of_handle_times(run: ccsim.Run) -> None:
    """Over all agents, by group, and over all intervals: the same hours."""
    legs = run.logs[0].legs
    served = legs["agent"] >= 0
    handle = (legs["ended_at"] - legs["answered_at"])[served]
    hours = handle.sum() / HOUR
    for by in ([], ["agent"], ["group"], ["interval"], ["queue"], ["agent", "day"]):
        assert run.metrics(["handle_hours"], by=by)["value"].sum() == pytest.approx(hours, rel=1e-12)
    by_agent = run.metrics(["handle_hours"], by=["agent"]).set_index("agent")["value"]
    for number, name in enumerate(run.logs[0].labels.agents):
        mine = handle[legs["agent"][served] == number].sum() / HOUR
        assert by_agent.get(name, 0.0) == pytest.approx(mine, rel=1e-12, abs=1e-15)


def test_busy_and_free_time_are_time_on_duty(run: ccsim.Run) -> None:
    """Nobody works more than their time on duty, in no interval."""
    table = run.metrics(["handle_hours", "free_hours", "staffed_hours"], by=["agent", "day", "interval"])
    wide = table.pivot_table(index=["agent", "day", "interval"], columns="metric", values="value").fillna(0.0)
    assert np.allclose(wide["handle_hours"] + wide["free_hours"], wide["staffed_hours"], rtol=0, atol=1e-12)
    assert (wide["free_hours"] >= -1e-12).all()


def test_nobody_serves_two_contacts_at_once(log: Log) -> None:
    """Sorted by agent and start, each handle time ends before the agent's next begins."""
    legs = log.legs
    served = np.flatnonzero(legs["agent"] >= 0)
    order = served[np.lexsort((legs["answered_at"][served], legs["agent"][served]))]
    same = legs["agent"][order][1:] == legs["agent"][order][:-1]
    assert same.sum() > 50
    assert (legs["answered_at"][order][1:] >= legs["ended_at"][order][:-1])[same].all()


def test_every_handle_time_lies_in_a_stretch_on_duty(log: Log) -> None:
    """An agent at work is recorded as on duty, from the first second to the last."""
    legs, stretches = log.legs, log.stretches
    duty = stretches["state"] == State.ON_DUTY
    for agent in np.unique(legs["agent"][legs["agent"] >= 0]):
        mine = duty & (stretches["agent"] == agent)
        starts, ends = stretches["from_at"][mine], stretches["to_at"][mine]
        order = np.argsort(starts)
        starts, ends = starts[order], ends[order]
        served = legs["agent"] == agent
        row = np.searchsorted(starts, legs["answered_at"][served], side="right") - 1
        assert (row >= 0).all()
        assert (legs["ended_at"][served] <= ends[row]).all()


def test_stretches_of_one_agent_do_not_overlap(log: Log) -> None:
    """An agent is in one state at a time."""
    stretches = log.stretches
    order = np.lexsort((stretches["from_at"], stretches["agent"]))
    same = np.diff(stretches["agent"][order]) == 0
    assert (stretches["to_at"] > stretches["from_at"]).all()
    assert (stretches["from_at"][order][1:] >= stretches["to_at"][order][:-1])[same].all()


@pytest.mark.parametrize("engine_name", ENGINES)
def test_nobody_starts_a_contact_off_shift_and_works_on_only_to_finish(engine_name: str) -> None:
    """Shifts 18-23 and 22-03: calls start within them; at most one call an agent and day runs on."""
    log = ccsim.simulate(ccsim.Scenario.from_dict(WORLDS["night center"]()), seed=5, engine=engine_name).logs[
        0
    ]
    legs = log.legs
    served = legs["agent"] >= 0
    group = log.labels.agent_group[legs["agent"][served]]
    start, end = legs["answered_at"][served], legs["ended_at"][served]
    shift_start = np.where(group == log.labels.groups.index("evening"), 18 * HOUR, 22 * HOUR)
    length = 5 * HOUR
    day = (start - shift_start) // (24 * HOUR)
    since = start - shift_start - day * 24 * HOUR
    assert (since >= 0).all()
    assert (since < length).all()
    over = start - since + length < end
    assert over.sum() > 3
    agent_day = list(zip(legs["agent"][served][over].tolist(), day[over].tolist(), strict=True))
    assert len(set(agent_day)) == len(agent_day)
    last_start: dict[tuple[int, int], int] = {}
    for agent, d, at in zip(legs["agent"][served].tolist(), day.tolist(), start.tolist(), strict=True):
        last_start[agent, d] = max(at, last_start.get((agent, d), 0))
    assert all(last_start[key] == at for key, at in zip(agent_day, start[over].tolist(), strict=True)), (
        "only the last call of a shift may run on"
    )


@pytest.mark.statistical
@pytest.mark.parametrize("engine_name", ENGINES)
def test_exponential_patience_makes_abandonments_in_proportion_to_waiting(engine_name: str) -> None:
    """theta x time waited = number who give up, on average, whatever staffing and volume do.

    Each waiting customer leaves at rate theta, so the difference has mean 0 and is added up over independent
    days. Confidence: a band of 4 standard errors, missed by luck in 1 of 16,000 runs.
    """
    days = 40 if engine_name == "simpy" else 400
    world = one_queue(headcount=4, arrivals={"hourly": {"08:00-10:00": 120}}, closing="clear")
    world["time"]["days"] = days
    log = ccsim.simulate(ccsim.Scenario.from_dict(world), seed=8, engine=engine_name).logs[0]
    waited = (left_queue_at(log) - log.legs["queued_at"]) / 180e6
    gone = (log.legs["outcome"] == Outcome.ABANDONED) * 1.0
    by_day = np.bincount(log.legs["queued_at"] // (24 * HOUR), weights=waited - gone, minlength=days)
    error = by_day.std(ddof=1) * np.sqrt(days)
    assert error < 0.06 * gone.sum(), "too few days to say anything"
    assert abs(by_day.sum()) < 4 * error
