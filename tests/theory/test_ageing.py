"""Priorities that grow with the wait, and waits weighted by queue, against Kleinrock's formula.

Confidence: the band is 4 standard errors. The standard errors are asserted too: 0.75 % of mean waits and
0.0025 of probabilities, a fifth of that in the long version.
"""

from __future__ import annotations

import pytest

from ccsim.log import Log
from tests.theory.conftest import Effort
from tests.theory.exact.ageing import mean_waits, mean_waits_of_a_team
from tests.theory.journeys import Counted, World, usual_counts, watch

pytestmark = pytest.mark.statistical

GROWTH = (1.0, 3.0)
NAMES = ("slow", "fast")


def world(rates: tuple[float, float], talk: tuple[str, str], agents: int, weighted: bool) -> World:
    """Patient customers of two queues; the second grows three times as fast in priority."""

    def rank(growth: float) -> dict[str, object]:
        return {"weight": growth} if weighted else {"priority": {"base": 0, "per_minute": growth}}

    return World(
        queues={
            name: {"talk": talk[i], "patience": "never", **rank(GROWTH[i])} for i, name in enumerate(NAMES)
        },
        rates=dict(zip(NAMES, rates, strict=True)),
        groups={"team": {"headcount": agents, "skills": list(NAMES)}},
        more={"routing": {"contact": ["weighted_wait"] if weighted else ["priority"]}},
    )


def count(log: Log) -> Counted:
    return usual_counts(log, NAMES)


@pytest.mark.parametrize("weighted", [False, True], ids=["growing priority", "weighted wait"])
def test_one_agent(short: Effort, weighted: bool) -> None:
    """Handle times of two laws."""
    rates, means, spreads = (0.012, 0.016), (20.0, 15.0), (0.5, 0.8)
    squares = [mean**2 * (1 + cv**2) for mean, cv in zip(means, spreads, strict=True)]
    exact = mean_waits(rates, means, squares, GROWTH)
    talk = ("gamma mean 20s cv 0.5", "lognormal mean 15s cv 0.8")
    means_by = {(name, "team"): mean for name, mean in zip(NAMES, means, strict=True)}
    got = watch(world(rates, talk, 1, weighted), count, seed=3301, runs=short.runs(16), talk_s=means_by)
    for name, wait in zip(NAMES, exact, strict=True):
        got.ratio(f"{name}: wait_s", f"{name}: offered").check_wait(f"{name}: E[W]", wait, short.scale)


def test_three_agents(short: Effort) -> None:
    exact = mean_waits_of_a_team((0.05, 0.05), 20.0, 3, GROWTH)
    scenario = world((0.05, 0.05), ("exponential mean 20s",) * 2, 3, weighted=True)
    talk = {(name, "team"): 20.0 for name in NAMES}
    got = watch(scenario, count, seed=3331, runs=short.runs(60), talk_s=talk)
    for name, wait in zip(NAMES, exact, strict=True):
        got.ratio(f"{name}: wait_s", f"{name}: offered").check_wait(f"{name}: E[W]", wait, short.scale)
