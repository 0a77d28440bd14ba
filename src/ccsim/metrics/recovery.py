"""How long it takes until waits are back to normal after an incident.

Of one queue: the normal wait is the mean wait of those who arrived outside all incidents of the run. It is
back from the first interval after the end of the incident on in which, together with the interval after it,
the mean wait of those who arrive is at most the normal one plus its standard error, or at most the queue's
target time, whichever is longer. The intervals are counted from the end of the incident, or from the queue's
next opening where it is closed then; two without arrivals are skipped. Where waits are not back to normal
when the run ends, the time counts up to there. Waits are on the queue's clock; callbacks are left out, as
nobody stays on the line for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ccsim.log import Labels, Log
from ccsim.metrics.asked import Asked, Theme
from ccsim.metrics.clock import Clocks
from ccsim.metrics.legs import BLOCKED, CLOSED, Legs, read_legs
from ccsim.metrics.metric import CONTACT_KEYS, SECONDS, Metric

if TYPE_CHECKING:
    import pandas as pd

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

METRICS = (
    Metric(
        "recovery_time",
        "s",
        "incidents",
        "lower",
        "Time from the end of an incident (or the next opening) until waits are back to normal, of several"
        " queues the longest, of several incidents the mean; up to the end of the run where they are not.",
        CONTACT_KEYS,
        "ratio",
        ("recovery",),
        ("incidents",),
        SECONDS,
        needs="incidents",
    ),
    Metric(
        "incidents_not_recovered",
        "incidents",
        "incidents",
        "lower",
        "Incidents after which waits were not back to normal when the run ended.",
        CONTACT_KEYS,
        "count",
        ("not_recovered",),
        needs="incidents",
    ),
)


@dataclass(frozen=True, slots=True)
class Recoveries:
    """(incidents, queues) arrays."""

    normal_us: Float64  # mean wait outside incidents; nan: nobody arrived
    limit_us: Float64
    took_us: Int64
    recovered: npt.NDArray[np.bool_]


def recoveries(log: Log, legs: Legs | None = None) -> Recoveries:
    """How every incident ended for every queue."""
    labels = log.labels
    legs = read_legs(log, Clocks.read(labels)) if legs is None else legs
    offered = (legs.kind != BLOCKED) & (legs.kind != CLOSED) & (log.column("legs", "dials") == 0)
    inside = np.zeros(len(offered), dtype=bool)
    for _, begin, end in labels.incidents:
        inside |= (legs.queued_at >= begin) & (legs.queued_at < end)
    shape = (len(labels.incidents), len(labels.queues))
    normal, limit = np.full(shape, np.nan), np.zeros(shape)
    took, recovered = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=bool)
    for queue in range(shape[1]):
        mine = np.flatnonzero(offered & (legs.queue == queue))
        at, wait = legs.queued_at[mine], legs.clocked[mine]
        usual = wait[~inside[mine]]
        mean = float(usual.mean()) if len(usual) else np.nan
        error = float(usual.std(ddof=1)) / len(usual) ** 0.5 if len(usual) > 1 else 0.0
        most = max(float(np.nan_to_num(mean)) + error, float(labels.target_within_us[queue]))
        normal[:, queue], limit[:, queue] = mean, most
        for row, (_, _, end) in enumerate(labels.incidents):
            counts_from = _open_again(labels, queue, end)
            took[row, queue], recovered[row, queue] = _back(at, wait, counts_from, most, labels)
    return Recoveries(normal, limit, took, recovered)


def _open_again(labels: Labels, queue: int, end: int) -> int:
    """``end``, or the queue's next opening where it is closed then and opens again."""
    mine = labels.open_queue == queue
    later = mine & (labels.open_to > end)
    return max(end, int(labels.open_from[later].min())) if later.any() else end


def _back(at: Int64, wait: Int64, end: int, most: float, labels: Labels) -> tuple[int, bool]:
    """(time until waits are at most ``most``, whether they are before the run ends)."""
    later = np.flatnonzero(at >= end)
    if end >= labels.ends_at or not len(later):
        return max(labels.ends_at - end, 0) * (len(at) > 0), not len(at)
    slot = (at[later] - end) // labels.interval_us
    number = np.bincount(slot).astype(float)
    total = np.bincount(slot, weights=wait[later])
    number += np.append(number[1:], 0)
    total += np.append(total[1:], 0)
    back = np.flatnonzero((number > 0) & (total <= most * number))
    if not len(back):
        return labels.ends_at - end, False
    return int(back[0]) * labels.interval_us, True


def recovery_table(log: Log) -> pd.DataFrame:
    """One row per incident and queue: when it was, the normal wait, and the time until it was back."""
    import pandas as pd

    labels, found = log.labels, recoveries(log)
    queues, incidents = len(labels.queues), labels.incidents
    start = np.datetime64(labels.start, "us")
    from_at, to_at = (
        start + np.repeat([row[k] for row in incidents], queues).astype("timedelta64[us]") for k in (1, 2)
    )
    return pd.DataFrame(
        {
            "incident": np.repeat(np.array([row[0] for row in incidents], dtype=object), queues),
            "queue": np.tile(np.array(labels.queues, dtype=object), len(incidents)),
            "from_at": from_at,
            "to_at": to_at,
            "normal_wait_s": found.normal_us.reshape(-1) / 1e6,
            "limit_s": found.limit_us.reshape(-1) / 1e6,
            "recovery_s": found.took_us.reshape(-1) / 1e6,
            "recovered": found.recovered.reshape(-1),
        }
    )


def _add_up(asked: Asked) -> None:
    cells, found = asked.cells, recoveries(asked.log, asked.legs)
    for name in ("recovery", "incidents", "not_recovered"):
        asked.sums[name] = np.zeros(cells.count)
    for row, (_, _, end) in enumerate(asked.log.labels.incidents):
        if end < asked.since_us:
            continue
        for code in range(cells.queue.count):
            queues = np.flatnonzero(cells.queue.codes == code)
            if not len(queues):
                continue
            cell = int(cells.of(queues[:1], np.array([end]))[0])
            asked.sums["recovery"][cell] += found.took_us[row, queues].max()
            asked.sums["incidents"][cell] += 1
            asked.sums["not_recovered"][cell] += not found.recovered[row, queues].all()


THEMES = (Theme(METRICS, _add_up),)
