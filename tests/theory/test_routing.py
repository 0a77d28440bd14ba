"""Several queues: two non-preemptive priorities, and the N-model with static priority, against exact results.

Confidence: the band is 4 standard errors of a batch-means ratio estimator, so a right engine fails one
figure in 16,000. The standard errors are asserted too: 0.3 % of mean waits and 0.001 of probabilities at
full effort.
"""

from __future__ import annotations

import pytest

from tests.theory.conftest import Effort
from tests.theory.exact import n_model, two_priorities
from tests.theory.exact.birth_death import solve as solve_line
from tests.theory.long_run import round_the_clock, steady_arrivals, steady_sums

pytestmark = pytest.mark.statistical


def test_two_priorities(effort: Effort) -> None:
    """Eight agents serve urgent contacts before the others, and interrupt nobody."""
    handle, agents, urgent, other = 20.0, 8, 0.15, 0.15
    exact = two_priorities.mean_waits(urgent, other, handle, agents)
    busy = solve_line(urgent + other, handle, agents).wait_probability
    queues = {
        name: {
            "arrivals": steady_arrivals(rate),
            "patience": "never",
            "talk": "exponential mean 20s",
            "priority": priority,
        }
        for name, rate, priority in (("other", other, 1), ("urgent", urgent, 2))
    }
    world = round_the_clock(queues, {"team": {"headcount": agents, "skills": ["other", "urgent"]}}, days=40)
    got = steady_sums(world, seed=801, runs=effort.runs(8))
    for name, mean_wait in zip(("urgent", "other"), exact, strict=True):
        got[name].wait_probability.check_probability(f"P(wait), {name}", busy, effort.scale)
        got[name].mean_wait_s.check_wait(f"E[W], {name}", mean_wait, effort.scale)


@pytest.mark.parametrize("first", [1, 2], ids=["helped queue first", "own queue first"])
def test_n_model(effort: Effort, first: int) -> None:
    """Six specialists for queue 1; five generalists, slower by a quarter, for both."""
    model = n_model.NModel(
        rates=(0.30, 0.15),
        patience_s=(40.0, 60.0),
        agents=(6, 5),
        handle_s=(20.0, 25.0),
        first=first,
        caps=(30, 30),
    )
    exact = model.solve()
    queues = {
        name: {
            "arrivals": steady_arrivals(model.rates[i]),
            "patience": f"exponential mean {model.patience_s[i]:.0f}s",
            "talk": "exponential mean 20s",
            "priority": 2 if first == i + 1 else 1,
            "prefers": ["specialists", "generalists"] if i == 0 else ["generalists"],
        }
        for i, name in enumerate(("one", "two"))
    }
    groups = {
        "specialists": {"headcount": 6, "skills": ["one"]},
        "generalists": {"headcount": 5, "skills": {"one": 0.8, "two": 0.8}},
    }
    got = steady_sums(round_the_clock(queues, groups, days=25), seed=901, runs=effort.runs(8))
    for name, result in zip(("one", "two"), exact, strict=True):
        sums = got[name]
        sums.wait_probability.check_probability(f"P(wait), {name}", result.wait_probability, effort.scale)
        sums.abandonment_rate.check_probability(f"P(abandon), {name}", result.abandonment_rate, effort.scale)
        sums.mean_wait_s.check_wait(f"E[W], {name}", result.mean_wait_s, effort.scale)
