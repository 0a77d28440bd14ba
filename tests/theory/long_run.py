"""Estimates from long simulated runs, with honest standard errors.

A steady state is watched in a center that is open round the clock with everybody always on duty. The first
hours are left out (they start empty) and so is the last day (its contacts may be open). The rest is cut into
batches, each hundreds of times longer than the queue's memory, so that batches are as good as independent;
every figure is a ratio of sums over batches, with the standard error of a ratio estimator (delta method).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

import ccsim
from ccsim.kinds import Outcome
from ccsim.log import Log

Floats = npt.NDArray[np.float64]

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
BAND = 4.0  # standard errors: an exact engine misses it in 1 of 16,000 comparisons

SMALL_RELATIVE_ERROR = 0.003  # on mean waits
SMALL_ERROR = 0.001  # on probabilities


@dataclass(frozen=True, slots=True)
class Estimate:
    """A ratio of sums over independent batches."""

    value: float
    standard_error: float

    @classmethod
    def of(cls, parts: Floats, wholes: Floats) -> Estimate:
        """``sum(parts) / sum(wholes)``, one entry a batch."""
        count, total = len(parts), float(wholes.sum())
        value = float(parts.sum()) / total
        spread = float(((parts - value * wholes) ** 2).sum())
        return cls(value, math.sqrt(spread * count / (count - 1)) / total)

    @property
    def relative_error(self) -> float:
        """Standard error over value."""
        return self.standard_error / abs(self.value)

    def check(self, name: str, exact: float, *, error: float) -> None:
        """Within the band of ``exact``, and sharp: the standard error is below ``error``."""
        z = (self.value - exact) / self.standard_error
        text = (
            f"{name}: exact {exact:.6g}, simulated {self.value:.6g} +- {self.standard_error:.2g}, z {z:+.2f}"
        )
        print(text)
        assert self.standard_error <= error, f"{text}: the run is too short to say anything"
        assert abs(z) <= BAND, text

    def check_probability(self, name: str, exact: float, scale: float = 1.0) -> None:
        """With a standard error below 0.001 (times ``scale``)."""
        self.check(name, exact, error=SMALL_ERROR * scale)

    def check_wait(self, name: str, exact: float, scale: float = 1.0) -> None:
        """With a standard error below 0.3 % (times ``scale``) of the exact value."""
        self.check(name, exact, error=SMALL_RELATIVE_ERROR * scale * exact)


@dataclass(frozen=True, slots=True)
class Sums:
    """Of one queue, one row a batch; contacts belong to the batch in which they arrived."""

    offered: Floats  # blocked ones included
    blocked: Floats
    abandoned: Floats
    waiting: Floats  # entered and not answered at once
    wait_s: Floats  # of all who entered
    in_time: Floats  # answered within the threshold

    @property
    def entered(self) -> Floats:
        return self.offered - self.blocked

    @property
    def wait_probability(self) -> Estimate:
        return Estimate.of(self.waiting, self.entered)

    @property
    def mean_wait_s(self) -> Estimate:
        return Estimate.of(self.wait_s, self.entered)

    @property
    def abandonment_rate(self) -> Estimate:
        return Estimate.of(self.abandoned, self.entered)

    @property
    def blocked_rate(self) -> Estimate:
        return Estimate.of(self.blocked, self.offered)

    @property
    def service_level(self) -> Estimate:
        return Estimate.of(self.in_time, self.entered)


def batch_sums(log: Log, queue: int, batch: npt.NDArray[np.int64], batches: int, within_s: float) -> Sums:
    """``batch``: number of each leg's batch, negative for legs left out."""
    legs = log.legs
    mine = (legs["queue"] == queue) & (batch >= 0)
    outcome, queued = legs["outcome"][mine], legs["queued_at"][mine]
    answered = outcome == Outcome.ANSWERED
    assert not np.isin(outcome, (Outcome.OPEN, Outcome.CLEARED)).any()
    wait = np.where(answered, legs["answered_at"][mine], legs["ended_at"][mine]) - queued
    where = batch[mine]

    def total(values: npt.NDArray[Any]) -> Floats:
        return np.bincount(where, weights=values.astype(np.float64), minlength=batches)

    blocked = outcome == Outcome.BLOCKED
    at_once = answered & (wait == 0)
    return Sums(
        offered=total(np.ones(len(where))),
        blocked=total(blocked),
        abandoned=total((outcome == Outcome.ABANDONED) | (outcome == Outcome.BALKED)),
        waiting=total(~blocked & ~at_once),
        wait_s=total(wait) / SECOND,
        in_time=total(answered & (wait <= within_s * SECOND)),
    )


def join(pieces: list[Sums]) -> Sums:
    """Batches of several runs."""
    return Sums(*(np.concatenate([getattr(p, name) for p in pieces]) for name in Sums.__dataclass_fields__))


def run_logs(world: Mapping[str, Any], *, seed: int, runs: int) -> Iterator[Log]:
    """Independent runs one at a time, so that only one Log is held."""
    scenario = ccsim.Scenario.from_dict(dict(world))
    for number in range(runs):
        run = ccsim.simulate(scenario, seed=seed + number, replications=1, engine="compiled")
        yield run.logs[0]


def steady_sums(
    world: Mapping[str, Any],
    *,
    seed: int,
    runs: int,
    within_s: float = 20.0,
    warm_up_hours: int = 3,
    batch_hours: int = 3,
) -> dict[str, Sums]:
    """Sums by queue over all batches of ``runs`` long runs."""
    pieces: dict[str, list[Sums]] = {}
    for log in run_logs(world, seed=seed, runs=runs):
        start, length = warm_up_hours * HOUR, batch_hours * HOUR
        batches = ((log.labels.days - 1) * DAY - start) // length
        batch = (log.legs["queued_at"] - start) // length
        batch = np.where((batch >= 0) & (batch < batches), batch, -1)
        for number, name in enumerate(log.labels.queues):
            pieces.setdefault(name, []).append(batch_sums(log, number, batch, batches, within_s))
    return {name: join(parts) for name, parts in pieces.items()}


def round_the_clock(
    queues: Mapping[str, Any], groups: Mapping[str, Mapping[str, Any]], days: int
) -> dict[str, Any]:
    """A scenario that never closes, with everybody always on duty; ``groups`` without their shifts."""
    return {
        "format": 1,
        "name": "round the clock",
        "time": {"start": "2026-03-02", "days": days, "open": "00:00-24:00"},
        "queues": dict(queues),
        "agent_groups": {name: {**group, "shifts": {"always": "100%"}} for name, group in groups.items()},
        "shifts": {"always": {"hours": "00:00-24:00"}},
    }


def steady_arrivals(rate: float) -> dict[str, Any]:
    """Poisson arrivals at ``rate`` per second, day and night."""
    return {"hourly": {"00:00-24:00": rate * 3600}}
