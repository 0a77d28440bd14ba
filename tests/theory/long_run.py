"""A steady state, watched for long: sums by batch from runs of a center that never closes.

The first hours are left out (they start empty) and so is the last day (its contacts may be open). The rest
is cut into batches, each hundreds of times longer than the queue's memory, so that batches are as good as
independent.
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
from tests.theory.estimate import Estimate, Floats

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
WARM_UP = 3 * HOUR
BATCH = 3 * HOUR
CONTACTS_PER_RUN = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """Of one queue, one row a batch; contacts belong to the batch in which they arrived."""

    offered: Floats  # blocked ones included
    blocked: Floats
    abandoned: Floats
    waiting: Floats  # entered and not answered at once
    wait_s: Floats  # of all who entered
    in_time: Floats  # answered within the threshold
    more_arrivals: Floats  # than expected
    more_talk_s: Floats  # of the answered, than expected of them
    answered: Floats
    expected_arrivals: float  # in a batch


class Steady:
    """Sums of all queues, and the estimates made of them.

    Every estimate uses two control variates a queue: by how much arrivals and talk times exceed what is
    expected. Both are 0 on average, exactly, and :meth:`check_luck` tests that they are.
    """

    def __init__(self, lines: Mapping[str, Line]) -> None:
        self.lines = lines
        self._controls = np.column_stack(
            [column for line in lines.values() for column in (line.more_arrivals, line.more_talk_s)]
        )

    def check_luck(self) -> None:
        """Arrivals and talk times have their means: else the controls would hide what is wrong with them."""
        for name, line in self.lines.items():
            expected = np.full(len(line.offered), line.expected_arrivals)
            Estimate.of(line.offered, expected).check(f"{name}: arrivals over expected", 1.0, error=0.002)
            if line.more_talk_s.any():
                surplus = Estimate.of(line.more_talk_s, line.answered)
                surplus.check(f"{name}: mean talk less expected, s", 0.0, error=0.1)

    def _ratio(self, parts: Floats, wholes: Floats) -> Estimate:
        return Estimate.of(parts, wholes, self._controls)

    def wait_probability(self, name: str = "line") -> Estimate:
        """Share of those who entered that was not answered at once."""
        line = self.lines[name]
        return self._ratio(line.waiting, line.offered - line.blocked)

    def mean_wait_s(self, name: str = "line") -> Estimate:
        """Mean wait of all who entered."""
        line = self.lines[name]
        return self._ratio(line.wait_s, line.offered - line.blocked)

    def abandonment_rate(self, name: str = "line") -> Estimate:
        """Share of those who entered that gave up."""
        line = self.lines[name]
        return self._ratio(line.abandoned, line.offered - line.blocked)

    def service_level(self, name: str = "line") -> Estimate:
        """Answered within the threshold over entered."""
        line = self.lines[name]
        return self._ratio(line.in_time, line.offered - line.blocked)

    def blocked_rate(self, name: str = "line") -> Estimate:
        """Share of all arrivals."""
        line = self.lines[name]
        return self._ratio(line.blocked, line.offered)


@dataclass(frozen=True, slots=True)
class World:
    """A center that never closes: queues with their arrivals per second, groups without their shifts.

    ``talk_s``: mean talk in seconds of a queue's contacts with a group, by (queue, group).
    """

    queues: Mapping[str, Mapping[str, Any]]
    rates: Mapping[str, float]
    groups: Mapping[str, Mapping[str, Any]]
    talk_s: Mapping[tuple[str, str], float]

    def scenario(self) -> dict[str, Any]:
        """As many days as bring about a million contacts."""
        days = math.ceil(CONTACTS_PER_RUN / sum(self.rates.values()) / 86400) + 1
        always = {"always": "100%"}
        return {
            "format": 1,
            "name": "round the clock",
            "time": {"start": "2026-03-02", "days": days, "open": "00:00-24:00"},
            "queues": {
                name: {**queue, "arrivals": {"hourly": {"00:00-24:00": self.rates[name] * 3600}}}
                for name, queue in self.queues.items()
            },
            "agent_groups": {name: {**group, "shifts": always} for name, group in self.groups.items()},
            "shifts": {"always": {"hours": "00:00-24:00"}},
        }

    def watch(self, *, seed: int, runs: int, within_s: float = 20.0) -> Steady:
        """Simulate ``runs`` long runs and add up; ``within_s`` is the threshold of the service level."""
        pieces: dict[str, list[Line]] = {}
        for log in run_logs(self.scenario(), seed=seed, runs=runs):
            batches = ((log.labels.days - 1) * DAY - WARM_UP) // BATCH
            batch = (log.legs["queued_at"] - WARM_UP) // BATCH
            batch = np.where((batch >= 0) & (batch < batches), batch, -1)
            for number, name in enumerate(log.labels.queues):
                pieces.setdefault(name, []).append(self._line(log, number, batch, batches, within_s))
        return Steady({name: _join(lines) for name, lines in pieces.items()})

    def _line(
        self, log: Log, queue: int, batch: npt.NDArray[np.int64], batches: int, within_s: float
    ) -> Line:
        """``batch``: number of each leg's batch, -1 for legs left out."""
        name = log.labels.queues[queue]
        mine = np.flatnonzero((log.legs["queue"] == queue) & (batch >= 0))
        legs = {column: values[mine] for column, values in log.legs.items()}
        where = batch[mine]

        def total(values: npt.NDArray[Any]) -> Floats:
            return np.bincount(where, weights=values, minlength=batches)

        outcome, wait = legs["outcome"], stopped_waiting_at(legs) - legs["queued_at"]
        assert not ((outcome == Outcome.OPEN) | (outcome == Outcome.CLEARED)).any()
        answered, blocked = outcome == Outcome.ANSWERED, outcome == Outcome.BLOCKED
        means = np.array([self.talk_s.get((name, group), 0.0) for group in log.labels.groups])
        group = log.labels.agent_group[np.maximum(legs["agent"], 0)]
        talk = (legs["talk_ended_at"] - legs["answered_at"]) / SECOND - means[group]
        offered, expected = total(np.ones(len(mine))), self.rates[name] * BATCH / SECOND
        return Line(
            offered=offered,
            blocked=total(blocked),
            abandoned=total((outcome == Outcome.ABANDONED) | (outcome == Outcome.BALKED)),
            waiting=total(~blocked & ~(answered & (wait == 0))),
            wait_s=total(wait) / SECOND,
            in_time=total(answered & (wait <= within_s * SECOND)),
            more_arrivals=offered - expected,
            more_talk_s=total(np.where(answered, talk, 0.0)),
            answered=total(answered),
            expected_arrivals=expected,
        )


def _join(pieces: list[Line]) -> Line:
    """Batches of several runs."""
    columns = {
        name: np.concatenate([getattr(piece, name) for piece in pieces])
        for name in Line.__dataclass_fields__
        if name != "expected_arrivals"
    }
    return Line(**columns, expected_arrivals=pieces[0].expected_arrivals)


def stopped_waiting_at(legs: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """When each leg was answered or left the queue."""
    return np.where(legs["answered_at"] >= 0, legs["answered_at"], legs["ended_at"])


def run_logs(scenario: Mapping[str, Any], *, seed: int, runs: int) -> Iterator[Log]:
    """Independent runs one at a time, so that only one Log is held."""
    checked = ccsim.Scenario.from_dict(dict(scenario))
    for number in range(runs):
        yield ccsim.simulate(checked, seed=seed + number, replications=1, engine="compiled").logs[0]
