"""Change one thing in the world and nobody else's luck moves."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ccsim.compiler import Program, compile_scenario
from ccsim.draws import Draws, draw
from ccsim.scenario import Scenario

COLUMNS = ("arrived_at", "patience", "talk", "wrap_up", "luck")
PEOPLE = ("at", "state")


def world() -> dict[str, Any]:
    return {
        "format": 1,
        "name": "luck",
        "time": {"start": "2026-03-02", "days": 3, "open": "08:00-18:00"},
        "queues": {
            "support": {
                "arrivals": {"per_day": 400, "shape": "two_peaks", "daily_cv": 0.1, "interval_cv": 0.1},
                "patience": "exponential mean 3m",
                "talk": "lognormal mean 5m cv 0.7",
                "wrap_up": "exponential mean 40s",
            },
            "sales": {
                "arrivals": {"per_day": 300},
                "patience": "weibull mean 2m shape 1.3",
                "talk": "gamma mean 4m cv 0.5",
            },
        },
        "agent_groups": {
            "desk": {"headcount": 9, "skills": ["support", "sales"], "shifts": {"day": "70%", "late": "30%"}},
            "back": {"headcount": 4, "skills": ["sales"], "shifts": {"late": "100%"}},
        },
        "shifts": {
            "day": {"hours": "08:00-16:30", "breaks": ["30m after 4h"]},
            "late": {"hours": "09:30-18:00", "breaks": ["30m after 4h"]},
        },
        "shrinkage": {"planned": "10%", "unplanned": "10%", "adherence": "90%"},
    }


Drawn = tuple[Program, Draws]


def drawn(data: dict[str, Any], seed: int = 3, replication: int = 0) -> Drawn:
    program = compile_scenario(Scenario.from_dict(data))
    return program, draw(program, seed, replication)


def queue_luck(one: Drawn, name: str) -> dict[str, npt.NDArray[np.int64]]:
    program, draws = one
    mine = draws.queue == program.labels.queues.index(name)
    return {column: getattr(draws, column)[mine] for column in COLUMNS}


def agent_luck(one: Drawn, name: str) -> list[tuple[int, int]]:
    program, draws = one
    mine = draws.duty_agent == program.labels.agents.index(name)
    return list(zip(draws.duty_at[mine].tolist(), draws.duty_state[mine].tolist(), strict=True))


def assert_same_queue(one: Drawn, other: Drawn, name: str, but: tuple[str, ...] = ()) -> None:
    mine, theirs = queue_luck(one, name), queue_luck(other, name)
    for column in COLUMNS:
        if column not in but:
            np.testing.assert_array_equal(mine[column], theirs[column], err_msg=f"{name}.{column}")


def assert_same_agents(one: Drawn, other: Drawn) -> None:
    for name in one[0].labels.agents:
        assert agent_luck(one, name) == agent_luck(other, name), name


def test_a_queue_more() -> None:
    base, changed = world(), world()
    # in front of the others, so that every id shifts
    changed["queues"] = {"fraud": copy.deepcopy(changed["queues"]["support"]), **changed["queues"]}
    changed["agent_groups"]["back"]["skills"] = ["sales", "fraud"]
    one, other = drawn(base), drawn(changed)
    assert_same_queue(one, other, "support")
    assert_same_queue(one, other, "sales")
    assert_same_agents(one, other)
    assert not np.array_equal(
        queue_luck(other, "fraud")["patience"][:50], queue_luck(other, "support")["patience"][:50]
    )


def test_a_group_more() -> None:
    base, changed = world(), world()
    changed["agent_groups"] = {
        "early": {"headcount": 3, "skills": ["sales"], "shifts": {"day": "100%"}},
        **changed["agent_groups"],
    }
    one, other = drawn(base), drawn(changed)
    assert_same_queue(one, other, "support")
    assert_same_queue(one, other, "sales")
    assert_same_agents(one, other)


@pytest.mark.parametrize("headcount", [10, 12, 25])
def test_agents_more(headcount: int) -> None:
    base, changed = world(), world()
    changed["agent_groups"]["desk"]["headcount"] = headcount
    one, other = drawn(base), drawn(changed)
    assert_same_queue(one, other, "support")
    assert_same_queue(one, other, "sales")
    assert_same_agents(one, other)
    assert len(other[0].labels.agents) == headcount + 4


def test_another_patience_law() -> None:
    base, changed = world(), world()
    changed["queues"]["support"]["patience"] = "10% balk, else lognormal mean 2m cv 1.5"
    one, other = drawn(base), drawn(changed)
    assert_same_queue(one, other, "support", but=("patience",))
    assert_same_queue(one, other, "sales")
    assert_same_agents(one, other)
    assert not np.array_equal(
        queue_luck(one, "support")["patience"], queue_luck(other, "support")["patience"]
    )


def test_a_longer_mean_stretches_every_customer_alike() -> None:
    base, changed = world(), world()
    changed["queues"]["support"]["talk"] = "lognormal mean 10m cv 0.7"
    one, other = drawn(base), drawn(changed)
    assert_same_queue(one, other, "support", but=("talk",))
    doubled = queue_luck(one, "support")["talk"] * 2
    assert np.abs(queue_luck(other, "support")["talk"] - doubled).max() <= 1  # rounding to a microsecond


@pytest.mark.parametrize("growth", ["+10%", "+1%", "x3"])
def test_more_volume_keeps_the_earlier_issues(growth: str) -> None:
    base, changed = world(), world()
    changed["queues"]["support"]["arrivals"]["growth"] = growth
    one, other = drawn(base), drawn(changed)
    mine, theirs = queue_luck(one, "support"), queue_luck(other, "support")
    assert len(theirs["luck"]) > len(mine["luck"])
    place = {luck: row for row, luck in enumerate(theirs["luck"].tolist())}
    rows = [place[luck] for luck in mine["luck"].tolist()]
    for column in ("patience", "talk", "wrap_up"):
        np.testing.assert_array_equal(mine[column], theirs[column][rows])
    # the same moment too: float arithmetic on another total may move the last microsecond
    assert np.abs(mine["arrived_at"] - theirs["arrived_at"][rows]).max() <= 1
    assert_same_queue(one, other, "sales")


def test_volume_on_one_day_leaves_the_other_days_alone() -> None:
    base, changed = world(), world()
    changed["events"] = {"rush": {"on": "2026-03-02", "volume": "x2"}}
    mine, theirs = queue_luck(drawn(base), "support"), queue_luck(drawn(changed), "support")
    later, theirs_later = mine["arrived_at"] >= 86_400_000_000, theirs["arrived_at"] >= 86_400_000_000
    for column in COLUMNS:
        np.testing.assert_array_equal(mine[column][later], theirs[column][theirs_later])
    assert theirs_later.size - theirs_later.sum() > later.size - later.sum()


def test_another_shift_of_one_group_leaves_the_other_group_alone() -> None:
    base, changed = world(), world()
    changed["agent_groups"]["back"]["shifts"] = {"day": "100%"}
    one, other = drawn(base), drawn(changed)
    for name in one[0].labels.agents:
        assert (agent_luck(one, name) == agent_luck(other, name)) == name.startswith("desk"), name


def test_seed_and_replication_make_other_worlds() -> None:
    base = drawn(world())
    for other in (drawn(world(), seed=4), drawn(world(), replication=1)):
        assert not np.array_equal(
            queue_luck(base, "support")["talk"][:100], queue_luck(other, "support")["talk"][:100]
        )
    np.testing.assert_array_equal(base[1].talk, drawn(world())[1].talk)


def test_an_agent_on_an_earlier_shift_leaves_time_off_task_alone() -> None:
    base, changed = world(), world()
    changed["agent_groups"]["back"]["shifts"] = {"late": "80%", "day": "20%"}
    changed["agent_groups"]["back"]["headcount"] = 5
    one, other = drawn(base), drawn(changed)
    for name in ("back-01", "back-02"):
        assert agent_luck(one, name) == agent_luck(other, name)
    starts = [min(at for at, _ in agent_luck(other, f"back-{k:02d}")) for k in range(1, 6)]
    assert len(set(starts)) > 1
