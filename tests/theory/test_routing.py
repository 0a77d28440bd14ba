"""Several queues: two non-preemptive priorities, and the N-model with static priority, against exact results.

Confidence: the band is 4 standard errors, so a right engine fails one figure in 16,000. The standard errors
are asserted too: 0.3 % of mean waits and 0.001 of probabilities, half of that in the long version.
"""

from __future__ import annotations

import pytest

from tests.theory.conftest import Effort
from tests.theory.exact import n_model, two_priorities
from tests.theory.exact.birth_death import solve as solve_line
from tests.theory.long_run import World

pytestmark = pytest.mark.statistical


def test_two_priorities(effort: Effort) -> None:
    """Three agents serve urgent contacts before the others, and interrupt nobody."""
    handle, agents, urgent, other = 20.0, 3, 0.05, 0.05
    exact = two_priorities.mean_waits(urgent, other, handle, agents)
    busy = solve_line(urgent + other, handle, agents).wait_probability
    queue = {"patience": "never", "talk": "exponential mean 20s"}
    world = World(
        queues={"other": {**queue, "priority": 1}, "urgent": {**queue, "priority": 2}},
        rates={"other": other, "urgent": urgent},
        groups={"team": {"headcount": agents, "skills": ["other", "urgent"]}},
        talk_s={("other", "team"): handle, ("urgent", "team"): handle},
    )
    got = world.watch(seed=801, runs=effort.runs(13))
    got.check_luck()
    for name, mean_wait in zip(("urgent", "other"), exact, strict=True):
        got.wait_probability(name).check_probability(f"{name}: P(wait)", busy, effort.scale)
        got.mean_wait_s(name).check_wait(f"{name}: E[W]", mean_wait, effort.scale)


@pytest.mark.parametrize("first", [1, 2], ids=["helped queue first", "own queue first"])
def test_n_model(effort: Effort, first: int) -> None:
    """Six specialists for queue one; five generalists, who take a quarter longer, for both."""
    model = n_model.NModel(
        rates=(0.30, 0.15),
        patience_s=(40.0, 60.0),
        agents=(6, 5),
        handle_s=(20.0, 25.0),
        first=first,
        caps=(30, 30),
    )
    exact = model.solve()
    world = World(
        queues={
            name: {
                "patience": f"exponential mean {model.patience_s[i]:.0f}s",
                "talk": "exponential mean 20s",
                "priority": 2 if first == i + 1 else 1,
                "prefers": ["specialists", "generalists"] if i == 0 else ["generalists"],
            }
            for i, name in enumerate(("one", "two"))
        },
        rates={"one": 0.30, "two": 0.15},
        groups={
            "specialists": {"headcount": 6, "skills": ["one"]},
            "generalists": {"headcount": 5, "skills": {"one": 0.8, "two": 0.8}},
        },
        talk_s={("one", "specialists"): 20.0, ("one", "generalists"): 25.0, ("two", "generalists"): 25.0},
    )
    got = world.watch(seed=901, runs=effort.runs(6))
    got.check_luck()
    for name, result in zip(("one", "two"), exact, strict=True):
        got.wait_probability(name).check_probability(
            f"{name}: P(wait)", result.wait_probability, effort.scale
        )
        got.abandonment_rate(name).check_probability(
            f"{name}: P(abandon)", result.abandonment_rate, effort.scale
        )
        got.mean_wait_s(name).check_wait(f"{name}: E[W]", result.mean_wait_s, effort.scale)
