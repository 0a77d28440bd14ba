"""Long runs of scenarios with any mechanism, added up in batches of whatever a test counts.

As in :mod:`tests.theory.long_run` the first hours and the last day are left out, and the rest is cut into
batches that are as good as independent. A test says what it counts as (time, weight) pairs; contacts and legs
belong to the batch in which they arrive, so time averages come out by Little's law.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

import ccsim
from ccsim.kinds import Cause, Outcome
from ccsim.log import Log
from tests.theory.estimate import Estimate, Floats
from tests.theory.long_run import BATCH, DAY, SECOND, WARM_UP, stopped_waiting_at

Counted = dict[str, tuple[npt.NDArray[Any], npt.NDArray[Any] | float]]
FRESH_CONTACTS = 200_000  # in a run
LUCK = "beyond expectation"  # in the names of control variates


@dataclass(frozen=True, slots=True)
class World:
    """A center that never closes. ``rates``: fresh arrivals per second by queue; 0: none of its own.

    ``more``: further keys of the scenario. Groups are given without their shifts.
    """

    queues: Mapping[str, Mapping[str, Any]]
    rates: Mapping[str, float]
    groups: Mapping[str, Mapping[str, Any]]
    more: Mapping[str, Any] = field(default_factory=dict)

    def scenario(self) -> dict[str, Any]:
        """As many days as bring about :data:`FRESH_CONTACTS` contacts."""
        queues: dict[str, dict[str, Any]] = {name: dict(queue) for name, queue in self.queues.items()}
        for name, rate in self.rates.items():
            if rate:
                queues[name]["arrivals"] = {"hourly": {"00:00-24:00": rate * 3600}}
        return {
            "format": 1,
            "name": "round the clock",
            "time": {
                "start": "2026-03-02",
                "days": math.ceil(FRESH_CONTACTS / sum(self.rates.values()) / 86400) + 2,
                "open": "00:00-24:00",
            },
            "queues": queues,
            "agent_groups": {
                name: {**group, "shifts": {"always": "100%"}} for name, group in self.groups.items()
            },
            "shifts": {"always": {"hours": "00:00-24:00"}},
            **self.more,
        }


class Sums:
    """One array a name, one entry a batch. What is "beyond expectation" has mean 0: a control variate."""

    def __init__(self, sums: Mapping[str, Floats]) -> None:
        self.sums = dict(sums)
        controls = [name for name in sums if LUCK in name]
        self.sums["batches"] = np.ones(len(next(iter(sums.values()))))
        self._controls = np.column_stack([self.sums[name] for name in controls]) if controls else None

    def ratio(self, parts: str, wholes: str = "batches") -> Estimate:
        """Sum of one over sum of another."""
        return Estimate.of(self.sums[parts], self.sums[wholes], self._controls)

    def plain(self, parts: str, wholes: str = "batches") -> Estimate:
        """The same without controls."""
        return Estimate.of(self.sums[parts], self.sums[wholes])

    def total(self, name: str) -> float:
        """Sum over all batches."""
        return float(self.sums[name].sum())


def watch(
    world: World,
    count: Callable[[Log], Counted],
    *,
    seed: int,
    runs: int,
    talk_s: Mapping[tuple[str, str], float] | None = None,
) -> Sums:
    """Simulate ``runs`` runs and add up what ``count`` says of each.

    ``talk_s``: mean talk of a queue's contacts with a group, by (queue, group), where there is nothing else
    that makes it longer; used as a control variate, as are the arrivals. Both are checked to have their
    means.
    """
    checked = ccsim.Scenario.from_dict(world.scenario())
    talk_s = talk_s or {}
    pieces: dict[str, list[Floats]] = {}
    for number in range(runs):
        log = ccsim.simulate(checked, seed=seed + number, replications=1, engine="auto").logs[0]
        batches = ((log.labels.days - 1) * DAY - WARM_UP) // BATCH
        for name, (times, weights) in (_luck(log, world.rates, talk_s) | count(log)).items():
            batch = (times - WARM_UP) // BATCH
            inside = (batch >= 0) & (batch < batches)
            values = np.broadcast_to(np.asarray(weights, dtype=np.float64), times.shape)[inside]
            got = np.bincount(batch[inside], weights=values, minlength=batches)
            if name.startswith("arrivals beyond"):
                got = got - world.rates[name.split(": ")[1]] * BATCH / SECOND
            pieces.setdefault(name, []).append(got)
    sums = Sums({name: np.concatenate(values) for name, values in pieces.items()})
    _check_luck(sums)
    return sums


def _luck(log: Log, rates: Mapping[str, float], talk_s: Mapping[tuple[str, str], float]) -> Counted:
    """By how much fresh arrivals and talk exceed what is expected of them."""
    out: Counted = {}
    fresh = log.column("contacts", "cause") == Cause.FRESH
    for number, name in enumerate(log.labels.queues):
        if rates.get(name):
            mine = fresh & (log.contacts["queue"] == number)
            out[f"arrivals beyond expectation: {name}"] = (log.contacts["arrived_at"][mine], 1.0)
    legs = log.legs
    answered = legs["outcome"] == Outcome.ANSWERED
    group = log.labels.agent_group[np.maximum(legs["agent"], 0)]
    for (queue, team), mean in talk_s.items():
        mine = answered & (legs["queue"] == log.labels.queues.index(queue))
        mine &= group == log.labels.groups.index(team)
        talk = (legs["talk_ended_at"][mine] - legs["answered_at"][mine]) / SECOND - mean
        out[f"talk beyond expectation: {queue}, {team}"] = (legs["queued_at"][mine], talk)
    return out


def _check_luck(sums: Sums) -> None:
    """Controls have mean 0: else they would hide what is wrong with them."""
    for name in sums.sums:
        if LUCK in name:
            got = sums.plain(name)
            z = got.value / got.standard_error if got.standard_error else got.value
            print(f"{name}: {got.value:.4g} +- {got.standard_error:.2g} a batch, z {z:+.2f}")
            assert abs(z) <= 4.5, name


def of_queue(log: Log, name: str) -> dict[str, npt.NDArray[Any]]:
    """The legs of a queue, with their waits in seconds and the cause of their contacts."""
    mine = np.flatnonzero(log.legs["queue"] == log.labels.queues.index(name))
    legs = {
        column: log.column("legs", column)[mine] for column in (*log.legs, "entry", "announced_us", "dials")
    }
    legs["wait_s"] = (stopped_waiting_at(legs) - legs["queued_at"]) / SECOND
    legs["row"] = mine
    legs["cause"] = log.column("contacts", "cause")[legs["contact_row"]]
    legs["group"] = np.where(legs["agent"] >= 0, log.labels.agent_group[np.maximum(legs["agent"], 0)], -1)
    return legs


def usual_counts(log: Log, names: tuple[str, ...]) -> Counted:
    """Of each queue offered, entered, blocked, abandoned, answered, waiting, wait_s: ``<queue>: offered``."""
    out: Counted = {}
    for name in names:
        legs = of_queue(log, name)
        outcome, when = legs["outcome"], legs["queued_at"]
        answered, blocked = outcome == Outcome.ANSWERED, outcome == Outcome.BLOCKED
        gone = (outcome == Outcome.ABANDONED) | (outcome == Outcome.BALKED)
        out |= {
            f"{name}: offered": (when, 1.0),
            f"{name}: entered": (when, ~blocked),
            f"{name}: blocked": (when, blocked),
            f"{name}: abandoned": (when, gone),
            f"{name}: answered": (when, answered),
            f"{name}: waiting": (when, ~blocked & ~(answered & (legs["wait_s"] == 0))),
            f"{name}: wait_s": (when, np.where(blocked, 0.0, legs["wait_s"])),
        }
    return out
