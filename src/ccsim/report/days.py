"""What "a day" means wherever an amount is given a day: one of the days on which contacts are expected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ccsim.log import Labels
from ccsim.report.expectations import Load
from ccsim.report.wording import few, plural


@dataclass(frozen=True, slots=True)
class Days:
    """How many days have contacts: of each queue, and of the whole center, by which groups count, too."""

    queues: tuple[int, ...]
    center: int


def days_with_contacts(load: Load, labels: Labels, since_us: int = 0) -> Days:
    """Days of the run on which contacts are expected, from a time on.

    A queue to which nothing comes by itself counts the days on which other queues send it some; where nothing
    is expected at all, every day of the center counts. Hours after the last day make no further day.
    """
    first = -(-since_us // load.interval_us)

    def dates(contacts: npt.NDArray[np.float64]) -> int:
        found = first + contacts[first:].nonzero()[0]
        return len({int(i) // load.intervals_a_day for i in found} & set(range(labels.days)))

    center = dates(load.fresh.sum(axis=1)) or labels.days
    queues = (
        dates(load.fresh[:, q]) or dates(load.contacts[:, q]) or center for q in range(len(labels.queues))
    )
    return Days(tuple(queues), center)


def days_said(days: Days, names: tuple[str, ...]) -> str:
    """``mean of the 5 days with contacts``, or by queue where they have different ones."""
    by_count: dict[int, list[str]] = {}
    for name, count in zip(names, days.queues, strict=True):
        by_count.setdefault(count, []).append(name)
    if set(by_count) <= {days.center}:
        return f"mean of the {plural(days.center, 'day')} with contacts"
    parts = [f"{count} for {few(queues)}" for count, queues in sorted(by_count.items())]
    whole = f"{days.center} for all queues and groups"
    return f"mean of the days on which the queue expects contacts: {'; '.join([*parts, whole])}"
