"""Contacts that a Program leads one to expect, by interval, and the handle time that they bring."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ccsim.compiler.program import ArrivalPlan, QueuePlan, TracePlan
from ccsim.units import DAY, SECOND

Floats = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]


def offered(
    plan: QueuePlan, slowness: float, days: int, intervals: int, interval_us: int
) -> tuple[Floats, Floats]:
    """Expected contacts of each interval and the handle time that they bring, in seconds."""
    talk, wrap_up = plan.talk.mean() * slowness, plan.wrap_up.mean()
    match plan.arrivals:
        case ArrivalPlan() as arrivals:
            talks = talk if arrivals.talk_mean_s is None else arrivals.talk_mean_s * slowness
            wraps = wrap_up if arrivals.wrap_up_mean_s is None else arrivals.wrap_up_mean_s
            handle = np.broadcast_to(talks + wraps, arrivals.volume.shape)
            busy = np.where(arrivals.volume > 0, arrivals.volume * handle, 0.0)
            return (
                by_interval(arrivals, arrivals.volume, days, intervals, interval_us),
                by_interval(arrivals, busy, days, intervals, interval_us),
            )
        case TracePlan() as trace:
            place = trace.arrived_at // interval_us
            inside = place < intervals
            talks_s = _recorded(trace.talk, talk, len(place), slowness)
            wraps_s = _recorded(trace.wrap_up, wrap_up, len(place), 1.0)
            counts = np.bincount(place[inside], minlength=intervals).astype(np.float64)
            weights = (talks_s + wraps_s)[inside]
            busy = np.bincount(place[inside], weights=weights, minlength=intervals)
            return counts, busy.astype(np.float64)
        case None:
            return np.zeros(intervals), np.zeros(intervals)


def _recorded(values: Int64 | None, mean_s: float, rows: int, slowness: float) -> Floats:
    """Recorded seconds where a trace has them, the law's mean where it does not."""
    if values is None:
        return np.full(rows, mean_s)
    return np.where(values >= 0, values / SECOND * slowness, mean_s)


def by_interval(plan: ArrivalPlan, amounts: Floats, days: int, intervals: int, interval_us: int) -> Floats:
    """Spread amounts on the plan's cells (days, cells) over intervals, evenly within a cell."""
    total = np.zeros(intervals)
    edges = plan.edges.astype(np.float64)
    boundaries = np.arange(intervals + 1, dtype=np.float64) * interval_us
    for day in range(min(days, len(amounts))):
        so_far = np.concatenate([[0.0], np.cumsum(amounts[day])])
        first = int((day * DAY + edges[0]) // interval_us)
        last = min(intervals, math.ceil((day * DAY + edges[-1]) / interval_us))
        total[first:last] += np.diff(np.interp(boundaries[first : last + 1] - day * DAY, edges, so_far))
    return total
