"""One run's luck, put together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.compiler.program import Program, QueuePlan
from ccsim.draws.contacts import draw_queue
from ccsim.draws.duty import draw_duty
from ccsim.draws.streams import Int64, Luck, Streams
from ccsim.kinds import Cause
from ccsim.log import IntArray


@dataclass(frozen=True, slots=True)
class Draws:
    """Every random number of one run. Contacts are sorted by arrival, ties by queue, then by position.

    ``patience`` is :data:`ccsim.kinds.NEVER` for who waits for ever. ``talk`` is at speed 1. The duty arrays
    are the changes of the agents' timetables, sorted by time and agent. All times are microseconds.
    """

    queue: npt.NDArray[np.int16]
    arrived_at: Int64
    patience: Int64
    talk: Int64
    wrap_up: Int64
    luck: Int64
    duty_at: Int64
    duty_agent: npt.NDArray[np.int32]
    duty_state: npt.NDArray[np.int8]
    cause: npt.NDArray[np.int8]  # FRESH, or FALSE_ALARM where a notice caused the contact
    key: Int64  # of each issue, for what is looked up later; empty where the journey is off

    def contacts(self) -> dict[str, IntArray]:
        """The contacts table of a Log in which every issue makes one contact."""
        count = len(self.arrived_at)
        return {
            "issue": np.arange(count, dtype=np.int32),
            "contact": np.ones(count, dtype=np.int16),
            "queue": self.queue,
            "luck": self.luck,
            "arrived_at": self.arrived_at,
            "cause": self.cause,
            "after": np.full(count, -1, dtype=np.int32),
            "resolved": np.zeros(count, dtype=np.int8),
        }


def draw(program: Program, seed: int, replication: int = 0, luck: Luck = "plain") -> Draws:
    """Sample one run. ``seed`` is any integer >= 0; ``replication`` counts from 0.

    ``luck``: how the busyness of days is spread over replications (:mod:`ccsim.draws.streams`).
    """
    streams = Streams(seed, replication, luck)
    parts = [
        part
        for number, plan in enumerate(program.queue_plans)
        for part in _parts(number, plan, program, streams)
    ]
    queue, columns = _merge(parts)
    duty = draw_duty(program.duty, streams)
    return Draws(
        queue,
        columns["arrived_at"],
        columns["patience"],
        columns["talk"],
        columns["wrap_up"],
        columns["luck"],
        *duty,
        columns["cause"].astype(np.int8),
        columns.get("key", np.empty(0, np.int64)),
    )


Part = tuple[int, dict[str, IntArray]]


def _parts(number: int, plan: QueuePlan, program: Program, streams: Streams) -> Iterator[Part]:
    """The contacts that arrive at a queue by themselves, and those that each notice causes."""
    days = program.labels.days
    if plan.arrivals is not None:
        yield number, _part(plan, Cause.FRESH, program, streams, days)
    for name, arrivals in zip(plan.false_alarm_names, plan.false_alarms, strict=True):
        alarm = replace(plan, name=name, arrivals=arrivals, false_alarms=(), false_alarm_names=())
        yield number, _part(alarm, Cause.FALSE_ALARM, program, streams, days)


def _part(
    plan: QueuePlan, cause: Cause, program: Program, streams: Streams, days: int
) -> dict[str, IntArray]:
    drawn = draw_queue(plan, days, streams)
    keys = {"key": streams.keys(plan.name, drawn.luck)} if program.journey.on else {}
    return {
        "arrived_at": drawn.arrived_at,
        "patience": drawn.patience,
        "talk": drawn.talk,
        "wrap_up": drawn.wrap_up,
        "luck": drawn.luck,
        "cause": np.full(len(drawn.luck), cause, dtype=np.int8),
        **keys,
    }


def _merge(parts: list[Part]) -> tuple[npt.NDArray[np.int16], dict[str, Any]]:
    """Contacts of all queues in one order: by time, ties by queue."""
    if not parts:
        names = ("arrived_at", "patience", "talk", "wrap_up", "luck", "cause")
        return np.empty(0, np.int16), {name: np.empty(0, np.int64) for name in names}
    queue = np.concatenate([np.full(len(part["luck"]), number, np.int16) for number, part in parts])
    if len(parts) == 1:
        return queue, parts[0][1]
    columns = {name: np.concatenate([part[name] for _, part in parts]) for name in parts[0][1]}
    order = np.argsort(columns["arrived_at"], kind="stable")
    return queue[order], {name: column[order] for name, column in columns.items()}
