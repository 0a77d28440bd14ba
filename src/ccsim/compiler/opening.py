"""When queues are open, and what closing does: windows and closings in absolute time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ccsim.compiler.days import date_of
from ccsim.kinds import ClosingRule, State
from ccsim.scenario.arrivals import Trace, Varying
from ccsim.units import DAY

if TYPE_CHECKING:
    from ccsim.compiler.staffing import Staff
    from ccsim.scenario import Scenario
    from ccsim.scenario.parts import Queue

Window = tuple[int, int]


def day_windows(scenario: Scenario, queue: Queue, day: int) -> list[Window]:
    """Open windows of a queue on one day, microseconds since that day's midnight; they may end after 24 h."""
    hours = queue.hours if queue.hours is not None else scenario.time.open
    return hours.windows(date_of(scenario, day).weekday())


def arrival_windows(scenario: Scenario, queue: Queue, day: int) -> list[Window]:
    """Windows of one day in which the queue's forecast contacts arrive, as :func:`day_windows`.

    Those of ``arrivals.hours``; else the whole day where the queue says what becomes of contacts outside its
    opening hours, and its opening hours where not. A recorded contact of deferrable work comes at any hour.
    """
    hours = queue.arrivals.hours if isinstance(queue.arrivals, Varying) else None
    if hours is not None:
        return hours.windows(date_of(scenario, day).weekday())
    recorded = isinstance(queue.arrivals, Trace) and is_deferrable(scenario, queue)
    if recorded or queue.outside_hours != "not_offered":
        return [(0, DAY)]
    return day_windows(scenario, queue, day)


def is_deferrable(scenario: Scenario, queue: Queue) -> bool:
    """Does the queue's work wait overnight?"""
    channel = scenario.channels.get(queue.channel)
    return channel is not None and channel.deferrable


def queue_windows(
    scenario: Scenario,
    queue: Queue,
    windows_of_day: Callable[[Scenario, Queue, int], list[Window]] = day_windows,
) -> list[Window]:
    """Windows of the whole run in absolute time, open ones unless said otherwise; adjoining ones made one."""
    joined: list[Window] = []
    for day in range(scenario.time.days):
        for start, end in windows_of_day(scenario, queue, day):
            start, end = start + day * DAY, end + day * DAY
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((start, end))
    return joined


@dataclass(frozen=True, slots=True)
class Closings:
    """Sorted by time, then queue; ``rule`` is a :class:`ccsim.kinds.ClosingRule`."""

    at: npt.NDArray[np.int64]
    queue: npt.NDArray[np.int32]
    rule: npt.NDArray[np.int32]


def closings(
    scenario: Scenario, windows: list[list[Window]], staff: Staff, serves: npt.NDArray[np.bool_], ends_at: int
) -> Closings:
    """When each queue's closing rule applies.

    ``serves``: (queues, agents). Under *drain* the waiting ones are cleared when the last person who could
    serve them has left, at the latest when the queue opens again; whoever comes hours later, for the next
    shift, does not find them. A queue that never closes has no row, nor has one whose work waits overnight.
    """
    rows: list[tuple[int, int, int]] = []
    for number, queue in enumerate(scenario.queues.values()):
        if is_deferrable(scenario, queue):
            continue
        rule = ClosingRule[queue.closing.upper()]
        own = windows[number]
        stays = _stays(staff, serves[number]) if rule is ClosingRule.DRAIN else None
        for place, (_, end) in enumerate(own):
            if end >= scenario.time.days * DAY and len(own) == 1 and own[0][0] == 0:
                continue  # round the clock
            again = own[place + 1][0] if place + 1 < len(own) else ends_at
            at = end if stays is None else min(again, stays.last_duty(end))
            rows.append((at, number, int(rule)))
    table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
    return Closings(table[:, 0].copy(), table[:, 1].astype(np.int32), table[:, 2].astype(np.int32))


@dataclass(frozen=True, slots=True)
class _Stays:
    """Times without a gap in which somebody who serves a queue is scheduled, breaks included."""

    begins: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    duty_ends: npt.NDArray[np.int64]  # of their stretches on duty, ascending

    def last_duty(self, close: int) -> int:
        """When the last of those there at closing ends duty; ``close`` itself where nobody stays."""
        place = int(np.searchsorted(self.begins, close, side="right")) - 1
        if place < 0 or self.ends[place] <= close:
            return close
        last = int(np.searchsorted(self.duty_ends, self.ends[place], side="right")) - 1
        return max(close, int(self.duty_ends[last])) if last >= 0 else close


def _stays(staff: Staff, serves: npt.NDArray[np.bool_]) -> _Stays:
    duty = staff.duty
    there = serves[duty.agent] & (duty.state != State.ABSENT)
    order = np.argsort(duty.from_at[there], kind="stable")
    from_at, to_at = duty.from_at[there][order], duty.to_at[there][order]
    reach = np.maximum.accumulate(to_at)
    gaps = np.flatnonzero(from_at[1:] > reach[:-1]) + 1
    first = np.concatenate(([0], gaps)) if len(from_at) else gaps
    last = np.append(first[1:], len(from_at)) - 1 if len(from_at) else gaps
    duty_ends = np.sort(duty.to_at[there & (duty.state == State.ON_DUTY)])
    return _Stays(from_at[first], reach[last], duty_ends)
