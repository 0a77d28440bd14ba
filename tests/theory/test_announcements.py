"""Customers who are told how long it takes: M/D/1 with balking, and what an announcement does to each.

Confidence: the band is 4 standard errors. The standard errors are asserted too: 0.75 % of mean waits and
0.0025 of probabilities, a fifth of that in the long version.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from ccsim.kinds import Outcome
from ccsim.log import Log
from tests.theory.conftest import Effort
from tests.theory.estimate import BAND
from tests.theory.exact.announced_wait import solve
from tests.theory.journeys import Counted, World, of_queue, usual_counts, watch
from tests.theory.long_run import SECOND

pytestmark = pytest.mark.statistical


def count(log: Log) -> Counted:
    """The usual; balked ones apart."""
    legs = of_queue(log, "line")
    return usual_counts(log, ("line",)) | {
        "balked": (legs["queued_at"], legs["outcome"] == Outcome.BALKED),
        "given up": (legs["queued_at"], legs["outcome"] == Outcome.ABANDONED),
    }


@pytest.mark.parametrize(("rate", "factor"), [(0.05, 1.0), (0.09, 0.3)], ids=["busy", "overloaded"])
def test_balking_by_queue_length(short: Effort, rate: float, factor: float) -> None:
    """Told more than their patience they balk; who stays does not give up: the wait is never longer."""
    exact = solve(rate, 20.0, lambda told: math.exp(-told / 60))
    world = World(
        queues={
            "line": {
                "talk": "fixed 20s",
                "patience": "exponential mean 60s",
                "announcement": {"estimate": "queue", "balk": "100%", "later_patience": factor},
            }
        },
        rates={"line": rate},
        groups={"team": {"headcount": 1, "skills": ["line"]}},
    )
    got = watch(world, count, seed=2901, runs=short.runs(8))
    scale = short.scale
    got.ratio("balked", "line: offered").check_probability("P(balk)", exact.balked, scale)
    got.ratio("line: waiting", "line: offered").check_probability("P(busy)", exact.wait_probability, scale)
    got.ratio("line: wait_s", "line: offered").check_wait("E[W]", exact.mean_wait_s, scale)
    assert got.total("given up") == 0


BALK, LATER, PATIENCE_S = 0.5, 0.66, 40.0


def legs_of_a_busy_line(*, seed: int, runs: int) -> dict[str, np.ndarray]:
    """Legs of four agents at 130 % of their capacity who were told something, in seconds."""
    kept: list[dict[str, np.ndarray]] = []

    def keep(log: Log) -> Counted:
        legs = of_queue(log, "line")
        told = (legs["announced_us"] >= 0) & (legs["outcome"] != Outcome.OPEN)
        names = ("announced_us", "wait_s", "outcome")
        kept.append({name: legs[name][told].astype(np.float64) for name in names})
        return usual_counts(log, ("line",))

    world = World(
        queues={
            "line": {
                "talk": "exponential mean 20s",
                "patience": f"exponential mean {PATIENCE_S:g}s",
                "announcement": {"estimate": "queue", "balk": f"{BALK * 100:g}%", "later_patience": LATER},
            }
        },
        rates={"line": 0.26},
        groups={"team": {"headcount": 4, "skills": ["line"]}},
    )
    watch(world, keep, seed=seed, runs=runs)
    return {name: np.concatenate([legs[name] for legs in kept]) for name in kept[0]}


def test_what_an_announcement_does(short: Effort) -> None:
    """Who balks depends on what was said; beyond the time said, patience runs out 1 / 0.66 times as fast."""
    legs = legs_of_a_busy_line(seed=2951, runs=short.runs(16))
    told, wait, outcome = legs["announced_us"] / SECOND, legs["wait_s"], legs["outcome"]
    balked = outcome == Outcome.BALKED
    levels = np.unique(told)
    assert levels[:3] == pytest.approx([5, 10, 15])  # (n + 1) x 20 s / 4
    for level in levels[:8]:
        same = told == level
        chance = BALK * -math.expm1(-level / PATIENCE_S)
        z = (balked[same].sum() - chance * same.sum()) / math.sqrt(chance * (1 - chance) * same.sum())
        print(
            f"told {level:.0f} s: {balked[same].mean():.4f} of {same.sum()} balk, "
            f"exact {chance:.4f}, z {z:+.2f}"
        )
        assert abs(z) <= BAND
    stayed, gave_up = ~balked, outcome == Outcome.ABANDONED
    told, wait, gave_up = told[stayed], wait[stayed], gave_up[stayed]
    # beyond what was said: a constant hazard, so giving up / time waited has the mean 1 / (0.66 x patience)
    beyond = np.maximum(wait - told, 0).sum()
    late = int((gave_up & (wait > told)).sum())
    hazard = 1 / (LATER * PATIENCE_S)
    z = (late - hazard * beyond) / math.sqrt(hazard * beyond)
    print(f"beyond: {late} gave up, expected {hazard * beyond:.1f}, z {z:+.2f}")
    assert abs(z) <= BAND
    assert late > 5000 / short.scale

    # before: of those with less patience than was said half are still there
    def survival(t: np.ndarray) -> np.ndarray:
        end = np.exp(-told / PATIENCE_S)
        return (1 - BALK) * (np.exp(-t / PATIENCE_S) - end) + end

    expected = float(np.log(survival(np.zeros_like(told)) / survival(np.minimum(wait, told))).sum())
    early = int((gave_up & (wait <= told)).sum())
    z = (early - expected) / math.sqrt(expected)
    print(f"before: {early} gave up, expected {expected:.1f}, z {z:+.2f}")
    assert abs(z) <= BAND
    assert early > 5000 / short.scale
