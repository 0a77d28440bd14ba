"""Luck at different addresses is independent: of purposes, queues, days, replications, seeds and people.

Every limit is 4.5 standard errors of a correlation of independent numbers.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ccsim.compiler import Program, compile_scenario
from ccsim.draws import Draws, draw
from ccsim.kinds import State
from ccsim.scenario import Scenario

HOUR = 3_600_000_000
DAY = 24 * HOUR
Columns = dict[str, npt.NDArray[np.float64]]


def center(**changes: Any) -> Program:
    """Two queues alike, ten busy hours a day."""
    queue = {
        "arrivals": {"per_day": 4000},
        "patience": "exponential mean 2m",
        "talk": "exponential mean 3m",
        "wrap_up": "exponential mean 30s",
    }
    own = changes.pop("queue", {})
    data = {
        "format": 1,
        "name": "independent",
        "time": {"start": "2026-03-02", "days": 2, "open": "08:00-18:00"},
        "queues": {name: {**queue, **own} for name in ("one", "two")},
        "agent_groups": {
            name: {"headcount": 60, "skills": ["one", "two"], "shifts": {"day": "100%"}}
            for name in ("here", "there")
        },
        "shifts": {"day": {"hours": "08:00-18:00", **changes.pop("shift", {})}},
        **changes,
    }
    return compile_scenario(Scenario.from_dict(data))


def luck_of(drawn: Draws, queue: int, day: int, name: str) -> Columns:
    """What the first 3000 contacts of a queue and day got, in the order of their addresses."""
    mine = np.flatnonzero((drawn.queue == queue) & (drawn.arrived_at // DAY == day))
    mine = mine[np.argsort(drawn.luck[mine])][:3000]
    return {
        f"{name} {what}": np.asarray(column[mine], dtype=np.float64)
        for what, column in (
            ("arrival", drawn.arrived_at % DAY),
            ("patience", drawn.patience),
            ("talk", drawn.talk),
            ("wrap-up", drawn.wrap_up),
        )
    }


def assert_uncorrelated(columns: Columns) -> None:
    for a, b in combinations(columns, 2):
        r = float(np.corrcoef(columns[a], columns[b])[0, 1])
        assert abs(r) < 4.5 / math.sqrt(len(columns[a])), f"{a} and {b}: correlation {r:.3f}"


@pytest.fixture(scope="module")
def program() -> Program:
    return center()


def test_purposes_queues_and_days(program: Program) -> None:
    drawn = draw(program, 1)
    columns = {}
    for queue in (0, 1):
        for day in (0, 1):
            columns |= luck_of(drawn, queue, day, f"queue {queue} day {day}")
    assert_uncorrelated(columns)


def test_seeds_and_replications(program: Program) -> None:
    columns = {}
    for seed, replication in ((0, 0), (0, 1), (1, 0), (2**64, 0), (2**64 + 1, 0), (10**40, 0)):
        columns |= luck_of(draw(program, seed, replication), 0, 0, f"seed {seed} replication {replication}")
    assert_uncorrelated(columns)


def test_neighbours(program: Program) -> None:
    """Contact k and contact k + 1 have nothing in common."""
    own = luck_of(draw(program, 1), 0, 0, "own")
    shifted = {name.replace("own", "next"): np.roll(column, 1) for name, column in own.items()}
    assert_uncorrelated({**own, **shifted})


def test_how_many_come_says_nothing_about_when_and_how_long() -> None:
    program = center(time={"start": "2026-03-02", "days": 1000, "open": "08:00-18:00"}, queue={
        "arrivals": {"per_day": 30}})  # fmt: skip
    drawn = draw(program, 3)
    first = drawn.queue == 0
    day = drawn.arrived_at[first] // DAY
    count = np.bincount(day, minlength=1000).astype(np.float64)

    def mean_of(column: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        return np.bincount(day, column[first], 1000) / np.maximum(count, 1)

    assert_uncorrelated(
        {
            "count": count,
            "arrival": mean_of(drawn.arrived_at % DAY),
            "patience": mean_of(drawn.patience),
            "talk": mean_of(drawn.talk),
        }
    )
    assert count.var() / count.mean() == pytest.approx(1, abs=4.5 * math.sqrt(2 / 1000))


def test_busyness_of_queues_and_days() -> None:
    varied = {"arrivals": {"per_day": 400, "daily_cv": 0.3}}
    program = center(time={"start": "2026-03-02", "days": 400, "open": "08:00-18:00"}, queue=varied)
    data_two = draw(program, 1)
    day = data_two.arrived_at // DAY
    counts = [np.bincount(day[data_two.queue == q], minlength=400).astype(np.float64) for q in (0, 1)]
    assert_uncorrelated({"one": counts[0], "two": counts[1], "one, next day": np.roll(counts[0], 1)})
    assert counts[0].std() / counts[0].mean() == pytest.approx(0.3, rel=0.15)


# -- people -------------------------------------------------------------------------------------------------


def states_at(program: Program, at: int, replications: int) -> npt.NDArray[np.int8]:
    """(replications, agents) what the timetable wants at an instant of the first day."""
    out = np.zeros((replications, len(program.agent_pool)), dtype=np.int8)
    for replication in range(replications):
        drawn = draw(program, 5, replication)
        until = int(np.searchsorted(drawn.duty_at, at, side="right"))
        out[replication, drawn.duty_agent[:until]] = drawn.duty_state[:until]
    return out


@pytest.mark.parametrize("minutes", [0, 3, 300, 599])
def test_adherence_holds_at_every_moment_of_the_shift(minutes: int) -> None:
    """From the first minute on: nobody is sure to begin at the phone, or away from it."""
    program = center(shrinkage={"adherence": "80%", "off_task": "10m"})
    there = states_at(program, 8 * HOUR + minutes * 60_000_000, 60) == State.ON_DUTY
    error = math.sqrt(0.8 * 0.2 / there.size)
    assert there.mean() == pytest.approx(0.8, abs=4.5 * error)
    assert_uncorrelated({"here": there[:, :60].ravel() * 1.0, "there": there[:, 60:].ravel() * 1.0})


def test_a_day_that_begins_at_midnight_does_not_begin_with_everybody_there() -> None:
    program = center(shrinkage={"adherence": "80%", "off_task": "10m"}, shift={"hours": "00:00-24:00"})
    there = states_at(program, 60_000_000, 60) == State.ON_DUTY
    assert there.mean() == pytest.approx(0.8, abs=4.5 * math.sqrt(0.8 * 0.2 / there.size))


def test_sickness_strikes_each_by_himself_and_for_whole_shifts() -> None:
    breaks = {"breaks": ["30m after 4h spread 0s"]}
    program = center(shrinkage={"unplanned": "25%"}, shift=breaks)
    morning = states_at(program, 9 * HOUR, 100) == State.ABSENT
    evening = states_at(program, 17 * HOUR, 100) == State.ABSENT
    np.testing.assert_array_equal(morning, evening)
    sick = morning.sum(axis=1)
    assert sick.mean() == pytest.approx(30, abs=4.5 * math.sqrt(120 * 0.1875 / 100))
    assert sick.var() == pytest.approx(120 * 0.1875, rel=4.5 * math.sqrt(2 / 100))


def test_drawn_time_is_rounded_to_the_nearest_microsecond() -> None:
    drawn = draw(center(queue={"talk": "fixed 0.29s", "patience": "uniform 1us to 2us"}), 1)
    assert set(drawn.talk[drawn.queue == 0].tolist()) == {290_000}
    patience = drawn.patience[drawn.queue == 0]
    assert patience.mean() == pytest.approx(1.5e0, abs=4.5 * 0.5 / math.sqrt(len(patience)))
