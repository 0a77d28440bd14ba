"""Clocks of queues that stop outside opening hours: how much open time lies between two instants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.log import Labels
from ccsim.metrics.grid import union

Int64 = npt.NDArray[np.int64]
IntAny = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Clock:
    """One queue's opening windows, ascending and disjoint, and the open time before each."""

    opens: Int64
    closes: Int64
    before: Int64

    def reading(self, at: Int64) -> Int64:
        """Open microseconds from the first opening until ``at``."""
        row = np.searchsorted(self.opens, at, side="right") - 1
        inside = np.minimum(at, self.closes[row]) - self.opens[row]
        return np.where(row < 0, 0, self.before[row] + inside)

    def instant(self, reading: Int64) -> Int64:
        """The first instant at which the clock shows ``reading``; 2**62 when it never does."""
        row = np.searchsorted(self.before, reading, side="left") - 1
        row = np.maximum(row, 0)
        at = self.opens[row] + reading - self.before[row]
        return np.where(at <= self.closes[row], at, 2**62)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of the queues that have one of their own; the others go by the calendar."""

    of: dict[int, Clock]

    @staticmethod
    def read(labels: Labels) -> Clocks | None:
        """The clocks of queues that count their opening hours only; None: there are none."""
        found = {}
        for queue, stops in enumerate(labels.business_hours):
            mine = labels.open_queue == queue
            if stops and mine.any():
                begin, end = labels.open_from[mine].astype(np.int64), labels.open_to[mine].astype(np.int64)
                opens, closes = union(begin, end)
                found[queue] = Clock(opens, closes, np.cumsum(closes - opens) - (closes - opens))
        return Clocks(found) if found else None

    def elapsed(self, queue: IntAny, begin: Int64, end: Int64, calendar: Int64) -> Int64:
        """(rows,) time from ``begin`` to ``end`` on each row's clock; ``calendar``: plain differences."""
        elapsed = calendar.copy()
        for number, clock in self.of.items():
            rows = np.flatnonzero(queue == number)
            elapsed[rows] = clock.reading(end[rows]) - clock.reading(begin[rows])
        return elapsed

    def passes_at(self, queue: IntAny, begin: Int64, within: Int64, calendar: Int64) -> Int64:
        """(rows,) instants at which ``within`` has passed; ``calendar``: those by the calendar."""
        passes = calendar.copy()
        for number, clock in self.of.items():
            rows = np.flatnonzero(queue == number)
            passes[rows] = clock.instant(clock.reading(begin[rows]) + within[rows])
        return passes
