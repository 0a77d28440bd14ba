"""One run's luck, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.compiler.program import Program, QueuePlan
from ccsim.draws.contacts import Contacts
from ccsim.draws.duty import draw_duty
from ccsim.draws.sorting import in_order
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
        Contacts.draw(number, plan, cause, program.labels.days, streams)
        for number, plan, cause in _sources(program)
    ]
    duty_at, duty_agent, duty_state = draw_duty(program.duty, streams)
    return Draws(
        **_merge(parts, streams, with_keys=program.journey.on),
        duty_at=duty_at,
        duty_agent=duty_agent,
        duty_state=duty_state,
    )


def _sources(program: Program) -> Iterator[tuple[int, QueuePlan, Cause]]:
    """Contacts that arrive at a queue by themselves, and those that each notice causes."""
    for number, plan in enumerate(program.queue_plans):
        if plan.arrivals is not None:
            yield number, plan, Cause.FRESH
        for name, arrivals in zip(plan.false_alarm_names, plan.false_alarms, strict=True):
            alarm = replace(plan, name=name, arrivals=arrivals, false_alarms=(), false_alarm_names=())
            yield number, alarm, Cause.FALSE_ALARM


def _merge(parts: list[Contacts], streams: Streams, *, with_keys: bool) -> dict[str, npt.NDArray[Any]]:
    """Contacts of all queues in one order: by time, ties by queue."""
    nothing = np.empty(0, np.int64)
    arrived_at, order = in_order(np.concatenate([nothing, *(part.arrived_at for part in parts)]))
    drawn = np.empty(len(order), np.int64)  # one column at a time, by address

    def column(draw_part: Callable[[Contacts, Int64], None]) -> Int64:
        first = 0
        for part in parts:
            draw_part(part, drawn[first : first + len(part.arrived_at)])
            first += len(part.arrived_at)
        return drawn.take(order)

    def draw_keys(part: Contacts, out: Int64) -> None:
        part.luck(out)
        streams.keys(part.plan.name, out, out)

    sizes = [len(part.arrived_at) for part in parts]
    queue = np.repeat(np.array([part.queue for part in parts], np.int16), sizes)
    cause = np.repeat(np.array([part.cause for part in parts], np.int8), sizes)
    return {
        "queue": queue.take(order),
        "arrived_at": arrived_at,
        "patience": column(lambda part, out: part.patience(streams, out)),
        "talk": column(lambda part, out: part.talk(streams, out)),
        "wrap_up": column(lambda part, out: part.wrap_up(streams, out)),
        "luck": column(Contacts.luck),
        "cause": cause.take(order),
        "key": column(draw_keys) if with_keys else nothing,
    }
