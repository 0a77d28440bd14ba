"""How long it takes until waits are back to normal after an incident.

Of one queue: the normal wait is the mean wait of those who arrived outside all incidents of the run. It is
back from the first interval after the end of the incident on in which, together with the interval after it,
the mean wait of those who arrive is at most the normal one plus its standard error, or at most the queue's
target time, whichever is longer. Where fewer than ten contacts arrive in the two intervals, further ones are
taken with them until ten have arrived: a few lucky or unlucky contacts say nothing. The intervals are counted
from the end of the incident, or from the queue's next opening where it is closed then; two without arrivals
are skipped. Where waits are not back to normal when the run ends, the time counts up to there; where fewer
than ten contacts come before it ends, there is no time. Waits are on the queue's clock; callbacks are left
out, as nobody stays on the line for them.
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

LEAST_CONTACTS = 10  # in a stretch of time whose waits are looked at

METRICS = (
    Metric(
        "recovery_time",
        "s",
        "incidents",
        "lower",
        "Time from the end of an incident (or the next opening) until waits are back to normal, of several"
        " queues the longest, of several incidents the mean; up to the end of the run where they are not."
        f" Incidents after which fewer than {LEAST_CONTACTS} contacts came are on neither side.",
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
    judged: npt.NDArray[np.bool_]  # enough contacts came afterwards


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
    took, recovered, judged = (np.zeros(shape, dtype=kind) for kind in (np.int64, bool, bool))
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
            later = at >= counts_from
            judged[row, queue] = later.sum() >= LEAST_CONTACTS
            if judged[row, queue]:
                back = _back((at[later] - counts_from) // labels.interval_us, wait[later], most)
                recovered[row, queue] = back >= 0
                took[row, queue] = back * labels.interval_us if back >= 0 else labels.ends_at - counts_from
    return Recoveries(normal, limit, took, recovered, judged)


def _open_again(labels: Labels, queue: int, end: int) -> int:
    """``end``, or the queue's next opening where it is closed then and opens again."""
    mine = labels.open_queue == queue
    later = mine & (labels.open_to > end)
    return max(end, int(labels.open_from[later].min())) if later.any() else end


def _back(slot: Int64, wait: Int64, most: float) -> int:
    """The first interval from which on waits are at most ``most``; -1: none. ``slot``: when contacts came."""
    number = np.concatenate([[0], np.cumsum(np.bincount(slot))])
    total = np.concatenate([[0.0], np.cumsum(np.bincount(slot, weights=wait))])
    first = np.arange(len(number) - 1)
    second = np.minimum(first + 2, len(first))
    behind = np.maximum(second, np.searchsorted(number, number[first] + LEAST_CONTACTS))
    looked_at = np.flatnonzero((behind <= len(first)) & (number[second] > number[first]))
    first, behind = first[looked_at], behind[looked_at]
    back = np.flatnonzero(total[behind] - total[first] <= most * (number[behind] - number[first]))
    return int(first[back[0]]) if len(back) else -1


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
            "recovery_s": np.where(found.judged, found.took_us, np.nan).reshape(-1) / 1e6,
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
            queues = np.flatnonzero((cells.queue.codes == code) & found.judged[row])
            if not len(queues):
                continue
            cell = int(cells.of(queues[:1], np.array([end]))[0])
            asked.sums["recovery"][cell] += found.took_us[row, queues].max()
            asked.sums["incidents"][cell] += 1
            asked.sums["not_recovered"][cell] += not found.recovered[row, queues].all()


THEMES = (Theme(METRICS, _add_up),)
