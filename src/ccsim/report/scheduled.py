"""The times of the day at which people are scheduled: only these can be named the busiest or the worst.

Who finishes a contact after closing is busy all the time, and the few who come then may wait for ever.
Neither says how the day was staffed.
"""

from __future__ import annotations

import numpy as np

from ccsim.report.expectations import Floats, Load
from ccsim.units import format_time_of_day

LEAST_SCHEDULED = 0.05  # of the mean interval with people


def scheduled_times(load: Load, people: Floats | None = None) -> frozenset[str]:
    """Intervals of the day (``08:30``) for which the timetable has people, and more than next to none.

    ``people``: (intervals,) expected at the phone; default those of all groups. All days count together.
    """
    expected = load.staffed_by_group.sum(axis=1) if people is None else people
    per_day = load.intervals_a_day
    whole = np.zeros(-(-len(expected) // per_day) * per_day)
    whole[: len(expected)] = expected
    by_time = whole.reshape(-1, per_day).sum(axis=0)
    some = by_time[by_time > 0]
    least = LEAST_SCHEDULED * float(some.mean()) if len(some) else 0.0
    return frozenset(
        format_time_of_day(number * load.interval_us)
        for number, amount in enumerate(by_time)
        if amount > 0 and amount >= least
    )
