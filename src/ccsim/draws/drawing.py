"""One run's luck, put together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ccsim.compiler.program import Program
from ccsim.draws.contacts import QueueDraws, draw_queue
from ccsim.draws.duty import draw_duty
from ccsim.draws.streams import Int64, Streams
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

    def contacts(self) -> dict[str, IntArray]:
        """The contacts table of a Log in which every issue makes one contact."""
        count = len(self.arrived_at)
        return {
            "issue": np.arange(count, dtype=np.int32),
            "contact": np.ones(count, dtype=np.int16),
            "queue": self.queue,
            "luck": self.luck,
            "arrived_at": self.arrived_at,
        }


def draw(program: Program, seed: int, replication: int = 0) -> Draws:
    """Sample one run. ``seed`` is any integer >= 0; ``replication`` counts from 0."""
    streams = Streams(seed, replication)
    days = program.labels.days
    parts = [
        (number, draw_queue(plan, days, streams))
        for number, plan in enumerate(program.queue_plans)
        if plan.arrivals is not None
    ]
    contacts = _merge(parts)
    duty_at, duty_agent, duty_state = draw_duty(program.duty, streams)
    return Draws(*contacts, duty_at, duty_agent, duty_state)


def _merge(
    parts: list[tuple[int, QueueDraws]],
) -> tuple[npt.NDArray[np.int16], Int64, Int64, Int64, Int64, Int64]:
    """Contacts of all queues in one order: by time, ties by queue."""
    if not parts:
        empty = np.empty(0, np.int64)
        return empty.astype(np.int16), empty, empty, empty, empty, empty
    queue = np.concatenate([np.full(len(part.arrived_at), number, np.int16) for number, part in parts])
    names = ("arrived_at", "patience", "talk", "wrap_up", "luck")
    if len(parts) == 1:
        columns = [getattr(parts[0][1], name) for name in names]
    else:
        columns = [np.concatenate([getattr(part, name) for _, part in parts]) for name in names]
        order = np.argsort(columns[0], kind="stable")
        queue = queue[order]
        columns = [column[order] for column in columns]
    return queue, columns[0], columns[1], columns[2], columns[3], columns[4]
