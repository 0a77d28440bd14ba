"""Work that is not done yet: how much of it, how old, and how much of it is late.

An item is a leg from the instant it enters the queue until it is finished or gone, waiting or in work;
blocked contacts and those outside the hours of service never are one. What happens exactly at the edge of a
period belongs to the period that begins there, so that opening + arrived - done = closing holds exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from ccsim.errors import MetricError
from ccsim.log import Labels, Log
from ccsim.metrics.asked import Asked, Theme
from ccsim.metrics.clock import Clocks
from ccsim.metrics.grid import is_one_of, split
from ccsim.metrics.legs import ANSWERED, BLOCKED, CALLED_BACK, CLOSED, Legs, read_legs
from ccsim.metrics.metric import CONTACT_KEYS, DAY_KEYS, HOURS, SECONDS, Metric
from ccsim.units import DAY, HOUR

if TYPE_CHECKING:
    import pandas as pd

Int64 = npt.NDArray[np.int64]
By = Literal["interval", "hour", "day"]

_AT_DAY_END = "open items at the end of the days"


METRICS = (
    Metric(
        "mean_backlog",
        "contacts",
        "hours of the run",
        "lower",
        "Time average of the contacts waiting or in work, nights included.",
        CONTACT_KEYS,
        "ratio",
        ("backlog_time",),
        ("period_time",),
        weight_scale=HOURS,
        needs="deferrable",
    ),
    Metric(
        "backlog_at_day_end",
        "contacts",
        "days",
        "lower",
        "Contacts waiting or in work at midnight, or at the end of the run / number of days.",
        DAY_KEYS,
        "ratio",
        ("day_end_items",),
        ("day_ends",),
        needs="deferrable",
    ),
    Metric(
        "backlog_past_target",
        "share",
        _AT_DAY_END,
        "lower",
        "Contacts that at the end of a day had waited longer than their queue's target time, on its clock,"
        " and were not answered / contacts waiting or in work at the end of the days.",
        DAY_KEYS,
        "ratio",
        ("day_end_late",),
        ("day_end_items",),
        needs="deferrable",
    ),
    *(
        Metric(
            f"backlog_age_p{percent}",
            "s",
            _AT_DAY_END,
            "lower",
            f"The smallest age, by the calendar, that at least {percent} % of the contacts waiting or in"
            " work at the end of a day did not exceed.",
            DAY_KEYS,
            "quantile",
            ("backlog_age",),
            scale=SECONDS,
            percent=percent,
            needs="deferrable",
        )
        for percent in (50, 90)
    ),
)


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a Log, (items,) each."""

    queue: Int64
    begin: Int64
    answered: Int64  # the end of the run + 1 where that did not happen
    end: Int64  # likewise
    is_answered: npt.NDArray[np.bool_]  # at the end


@dataclass(frozen=True, slots=True)
class Snapshots:
    """Items open at instants, one row each: the row of the instant and of the item."""

    instant: Int64
    item: Int64
    age: Int64
    late: npt.NDArray[np.bool_]  # not answered, and the target time has passed


def read_items(log: Log, legs: Legs) -> Items:
    """The items of a Log."""
    kept = np.flatnonzero((legs.kind != BLOCKED) & (legs.kind != CLOSED))
    outcome = log.legs["outcome"][kept]
    never = log.labels.ends_at + 1
    reached = log.legs["answered_at"][kept] >= 0
    return Items(
        legs.queue[kept].astype(np.int64),
        legs.queued_at[kept],
        np.where(reached, legs.served_at[kept], never),
        np.where(outcome == 0, never, legs.ended_at[kept]),
        is_one_of(legs.kind[kept], (ANSWERED, CALLED_BACK)),
    )


def snapshots(items: Items, instants: Int64, labels: Labels) -> Snapshots:
    """The items open just before each of the ascending ``instants``."""
    first = np.searchsorted(instants, items.begin, side="right")
    count = np.maximum(np.searchsorted(instants, items.end, side="right") - first, 0)
    item = np.repeat(np.arange(len(first)), count)
    row = np.arange(len(item)) - np.repeat(np.cumsum(count) - count, count) + first[item]
    at, begin, queue = instants[row], items.begin[item], items.queue[item]
    elapsed = at - begin
    clocks = Clocks.read(labels)
    if clocks is not None:
        elapsed = clocks.elapsed(queue, begin, at, elapsed)
    late = (elapsed > labels.target_within_us[queue]) & (items.answered[item] >= at)
    return Snapshots(row, item, at - begin, late)


def _add_up(asked: Asked) -> None:
    log, cells, labels = asked.log, asked.cells, asked.log.labels
    items = read_items(log, asked.legs)
    since = asked.since_us
    place = cells.queue.codes[items.queue]
    begin, end = np.maximum(items.begin, since), np.minimum(items.end, labels.ends_at)
    codes = cells.time.codes
    asked.sums["backlog_time"] = split(
        begin, end, place, cells.queue.count, codes, cells.time.count, cells.width_us
    )
    period = split(
        np.array([since]), np.array([labels.ends_at]), None, 1, codes, cells.time.count, cells.width_us
    )
    asked.sums["period_time"] = np.tile(period, cells.queue.count)
    if not asked.names & {"day_end_items", "sorted:backlog_age"}:
        return
    _add_day_ends(asked, items)


def _add_day_ends(asked: Asked, items: Items) -> None:
    cells, labels = asked.cells, asked.log.labels
    days = np.arange(labels.days, dtype=np.int64)
    instants = np.minimum((days + 1) * DAY, labels.ends_at + 1)
    found = snapshots(items, instants, labels)
    counted = instants > asked.since_us
    slot = np.minimum(days * DAY // cells.width_us, cells.slots - 1)
    per_time = np.bincount(cells.time.codes[slot][counted], minlength=cells.time.count)
    asked.sums["day_ends"] = np.tile(per_time.astype(np.float64), cells.queue.count)
    cell = np.where(counted[found.instant], cells.of(items.queue[found.item], found.instant * DAY), -1)
    asked.add("day_end_items", cell)
    asked.add("day_end_late", cell[found.late])
    if "sorted:backlog_age" in asked.names:
        asked.sort("backlog_age", cell, found.age)


def backlog_table(log: Log, by: By = "interval") -> pd.DataFrame:
    """One row per queue and period: queue, from_at, to_at, opening, arrived, done, unanswered, closing, ...

    ``unanswered``: of those done, who left without an answer. Of the items open at the end of the period
    there is the number past their target time (``past_target``), their mean and longest age in seconds.
    Raises MetricError for another ``by``.
    """
    import pandas as pd

    labels = log.labels
    widths = {"interval": labels.interval_us, "hour": HOUR, "day": DAY}
    if by not in widths:
        raise MetricError(f"a backlog goes by {', '.join(widths)}, not by {by!r}")
    width = widths[by]
    items = read_items(log, read_legs(log))
    slots = labels.ends_at // width + 1
    queues = len(labels.queues)

    def count(at: Int64, chosen: Any = None) -> Int64:
        code = items.queue * slots + at // width
        return np.bincount(code if chosen is None else code[chosen], minlength=queues * slots)

    finished = items.end <= labels.ends_at
    arrived, done = count(items.begin), count(items.end, finished)
    closing = np.cumsum((arrived - done).reshape(queues, slots), axis=1).reshape(-1)
    edges = np.minimum(np.arange(1, slots + 1, dtype=np.int64) * width, labels.ends_at + 1)
    found = snapshots(items, edges, labels)
    code = items.queue[found.item] * slots + found.instant
    size = queues * slots
    oldest = np.zeros(size, dtype=np.int64)
    np.maximum.at(oldest, code, found.age)
    total_age = np.bincount(code, weights=found.age, minlength=size)
    start = np.datetime64(labels.start, "us")
    from_at = np.arange(slots, dtype=np.int64) * width
    with np.errstate(invalid="ignore"):
        mean_age = np.where(closing > 0, total_age / np.maximum(closing, 1), np.nan)
    return pd.DataFrame(
        {
            "queue": pd.Categorical.from_codes(np.repeat(np.arange(queues), slots), list(labels.queues)),  # type: ignore[call-overload]
            "from_at": np.tile(start + from_at.astype("timedelta64[us]"), queues),
            "to_at": np.tile(
                start + np.minimum(from_at + width, labels.ends_at).astype("timedelta64[us]"), queues
            ),
            "opening": closing - arrived + done,
            "arrived": arrived,
            "done": done,
            "unanswered": count(items.end, finished & ~items.is_answered),
            "closing": closing,
            "past_target": np.bincount(code[found.late], minlength=size),
            "mean_age_s": mean_age / 1e6,
            "oldest_s": np.where(closing > 0, oldest, np.nan) / 1e6,
        }
    )


THEMES = (Theme(METRICS, _add_up),)
