"""Changing volume and stepped staffing against the transient Kolmogorov equations.

Many independent days, each starting empty: an early team alone, both teams, the late team alone, with a
different volume in each phase. The early team goes home in the middle of its calls and finishes them. Every
day is one batch. Confidence: the band is 4 standard errors, so a right engine fails one figure in 16,000.
The standard errors are asserted too: 0.3 % of mean waits and 0.001 of probabilities, half of that in the
long version.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from ccsim.kinds import Outcome
from tests.theory.conftest import Effort
from tests.theory.estimate import Estimate, Floats
from tests.theory.exact.stepped_day import SteppedDay
from tests.theory.long_run import DAY, HOUR, SECOND, run_logs, stopped_waiting_at

pytestmark = pytest.mark.statistical

DAY_MODEL = SteppedDay(
    rates=(200 / 3600, 420 / 3600, 230 / 3600),
    lengths=(3600.0, 3600.0, 3600.0),
    early=9,
    late=11,
    handle_s=180.0,
    patience_s=120.0,
    cap=90,
)
EDGES = [hour * HOUR for hour in (8, 9, 10, 11)]
EXPECTED = [rate * length for rate, length in zip(DAY_MODEL.rates, DAY_MODEL.lengths, strict=True)]


def world(days: int) -> dict[str, Any]:
    """The same day as :data:`DAY_MODEL`, every day."""
    hourly = {
        f"{start:02}:00-{start + 1:02}:00": rate * 3600
        for start, rate in zip((8, 9, 10), DAY_MODEL.rates, strict=True)
    }
    return {
        "format": 1,
        "name": "stepped day",
        "time": {"start": "2026-03-02", "days": days, "open": "08:00-11:00"},
        "queues": {
            "line": {
                "arrivals": {"hourly": hourly},
                "patience": "exponential mean 120s",
                "talk": "exponential mean 180s",
                "closing": "clear",
                "prefers": ["early", "late"],
            }
        },
        "agent_groups": {
            "early": {"headcount": DAY_MODEL.early, "skills": ["line"], "shifts": {"early": "100%"}},
            "late": {"headcount": DAY_MODEL.late, "skills": ["line"], "shifts": {"late": "100%"}},
        },
        "shifts": {"early": {"hours": "08:00-10:00"}, "late": {"hours": "09:00-11:00"}},
    }


class Days:
    """Sums by day (rows) and phase (columns) over runs."""

    def __init__(self, runs: int, days: int, seed: int) -> None:
        rows: list[dict[str, Floats]] = []
        for log in run_logs(world(days), seed=seed, runs=runs):
            rows.append(self._measure(log.legs, log.labels.agent_group, days))
        self.sums = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}

    def _measure(self, legs: Any, group_of: Any, days: int) -> dict[str, Floats]:
        queued, outcome = legs["queued_at"], legs["outcome"]
        answered = outcome == Outcome.ANSWERED
        stopped = stopped_waiting_at(legs)
        day = queued // DAY
        out: dict[str, Floats] = {}

        def by_day(values: Any) -> Floats:
            return np.bincount(day, weights=np.asarray(values, dtype=np.float64), minlength=days)

        for phase, (start, end) in enumerate(pairwise(EDGES)):
            low, high = day * DAY + start, day * DAY + end
            overlap = np.minimum(stopped, high) - np.maximum(queued, low)
            arrived = (queued >= low) & (queued < high)
            out[f"arrivals {phase}"] = by_day(arrived)
            out[f"arrivals waiting {phase}"] = by_day(arrived & ~(answered & (stopped == queued)))
            out[f"waits {phase}"] = by_day(np.maximum(overlap, 0) / SECOND)
            gone = (outcome == Outcome.ABANDONED) & (stopped >= low) & (stopped < high)
            out[f"abandons {phase}"] = by_day(gone)
            out[f"more arrivals {phase}"] = out[f"arrivals {phase}"] - EXPECTED[phase]
            talk = np.where(answered, legs["talk_ended_at"] - legs["answered_at"], 0) / SECOND
            begun = answered & (stopped >= low) & (stopped < high)
            out[f"more talk {phase}"] = by_day((talk - DAY_MODEL.handle_s) * begun)
        out["cleared"] = by_day(outcome == Outcome.CLEARED)
        early = answered & (group_of[np.maximum(legs["agent"], 0)] == 0)
        late_work = np.maximum(legs["ended_at"] - (day * DAY + EDGES[2]), 0) * early
        out["overrun"] = by_day(late_work / SECOND)
        out["arrivals"] = by_day(np.ones(len(day)))
        out["waits"] = by_day((stopped - queued) / SECOND)
        out["abandons"] = by_day(outcome == Outcome.ABANDONED)
        out["days"] = np.ones(days)
        return out

    def ratio(self, parts: str, wholes: str) -> Estimate:
        """Sum of one over sum of the other; days as batches, surplus arrivals and talk as controls."""
        controls = np.column_stack(
            [self.sums[f"more {what} {i}"] for what in ("arrivals", "talk") for i in range(3)]
        )
        return Estimate.of(self.sums[parts], self.sums[wholes], controls)

    def check_luck(self) -> None:
        """Arrivals of each phase and talk times have their means, so the controls hide nothing."""
        for i, expected in enumerate(EXPECTED):
            arrivals = Estimate.of(self.sums[f"arrivals {i}"], self.sums["days"])
            arrivals.check(f"arrivals a day, phase {i}", expected, error=0.003 * expected)
            talk = Estimate.of(self.sums[f"more talk {i}"], self.sums[f"arrivals {i}"])
            talk.check(f"talk less expected per arrival, phase {i}, s", 0.0, error=1.0)


def test_stepped_day(effort: Effort) -> None:
    """Phase by phase: contacts, waits, abandonments, arrivals that wait; the cleared; the overrun."""
    exact = DAY_MODEL.solve()
    got = Days(runs=effort.runs(3), days=2500, seed=1001)
    got.check_luck()
    scale = effort.scale
    arrivals = sum(p.arrivals for p in exact.phases)
    waits, abandons = sum(p.waits for p in exact.phases), sum(p.abandons for p in exact.phases)
    got.ratio("waits", "arrivals").check_wait("E[W], day", waits / arrivals, scale)
    got.ratio("abandons", "arrivals").check_probability("P(abandon), day", abandons / arrivals, scale)
    for i, phase in enumerate(exact.phases):
        got.ratio(f"waits {i}", f"arrivals {i}").check_wait(
            f"wait per arrival, phase {i}", phase.waits / phase.arrivals, scale
        )
        got.ratio(f"abandons {i}", f"arrivals {i}").check_probability(
            f"P(abandon), phase {i}", phase.abandons / phase.arrivals, scale
        )
        got.ratio(f"arrivals waiting {i}", f"arrivals {i}").check_probability(
            f"P(wait), phase {i}", phase.arrivals_waiting / phase.arrivals, scale
        )
    got.ratio("cleared", "days").check("cleared a day", exact.cleared, error=0.05 * scale)
    got.ratio("overrun", "days").check("overrun, seconds a day", exact.overrun_s, error=10 * scale)


def test_the_day_tests_what_it_says() -> None:
    """All three phases queue, and a good part of the early team is in a call when its shift ends."""
    exact = DAY_MODEL.solve()
    for phase in exact.phases:
        assert phase.arrivals_waiting > 0.2 * phase.arrivals
    assert exact.overrun_s > 0.8 * DAY_MODEL.early * DAY_MODEL.handle_s
