"""When queues are open, and what closing does: windows and closings in absolute time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ccsim.kinds import ClosingRule, State
from ccsim.units import DAY

if TYPE_CHECKING:
    from ccsim.compiler.staffing import Staff
    from ccsim.scenario import Scenario
    from ccsim.scenario.parts import Queue

Window = tuple[int, int]


def date_of(scenario: Scenario, day: int) -> dt.date:
    """The date of a day of the run; day 0 is the first."""
    return scenario.time.start + dt.timedelta(days=day)


def day_windows(scenario: Scenario, queue: Queue, day: int) -> list[Window]:
    """Open windows of a queue on one day, microseconds since that day's midnight; they may end after 24 h."""
    hours = queue.hours if queue.hours is not None else scenario.time.open
    return hours.windows(date_of(scenario, day).weekday())


def queue_windows(scenario: Scenario, queue: Queue) -> list[Window]:
    """Open windows of the whole run in absolute time, those that adjoin made one."""
    joined: list[Window] = []
    for day in range(scenario.time.days):
        for start, end in day_windows(scenario, queue, day):
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
    serve them has left for the day, at the latest when the queue opens again. A queue that never closes has
    no row.
    """
    rows: list[tuple[int, int, int]] = []
    for number, queue in enumerate(scenario.queues.values()):
        rule = ClosingRule[queue.closing.upper()]
        own = windows[number]
        for place, (_, end) in enumerate(own):
            if end >= scenario.time.days * DAY and len(own) == 1 and own[0][0] == 0:
                continue  # round the clock
            again = own[place + 1][0] if place + 1 < len(own) else ends_at
            at = end if rule is not ClosingRule.DRAIN else _last_duty(staff, serves[number], end, again)
            rows.append((at, number, int(rule)))
    table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
    return Closings(table[:, 0].copy(), table[:, 1].astype(np.int32), table[:, 2].astype(np.int32))


def _last_duty(staff: Staff, serves: npt.NDArray[np.bool_], close: int, again: int) -> int:
    """The last moment in [close, again] at which somebody who serves the queue is scheduled."""
    duty = staff.duty
    there = (duty.state == State.ON_DUTY) & serves[duty.agent] & (duty.to_at > close) & (duty.from_at < again)
    if not there.any():
        return close
    return int(min(again, max(close, duty.to_at[there].max())))
