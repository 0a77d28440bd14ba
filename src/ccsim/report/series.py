"""The series behind the figures, read from the metrics of a run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ccsim.report.cells import Cells
from ccsim.report.days import days_with_contacts
from ccsim.report.expectations import Load, expect
from ccsim.report.figures import MOST_LINES, DayProfile, HeatMap, Line, WaitCurve
from ccsim.report.scheduled import scheduled_times
from ccsim.units import HOUR, SECOND

if TYPE_CHECKING:
    from ccsim.result import Run

PERCENTS = range(1, 100)
FEWEST_FOR_A_BAND = 5  # replications; the interval of fewer covers the whole figure


def busiest_queues(run: Run) -> list[str]:
    """The queues with most contacts, in the scenario's order, at most as many as there are colours."""
    cells = Cells(run.metrics(["offered"], by=["queue"]), ["queue"])
    offered = {queue: cells.get("offered", queue).value for queue in run.logs[0].labels.queues}
    most = sorted((q for q in offered if offered[q] > 0), key=lambda q: -offered[q])[:MOST_LINES]
    return [q for q in offered if q in most]


def expected_load(run: Run) -> Load:
    """What the timetable and the volumes of the run lead one to expect."""
    from ccsim.compiler import compile_scenario

    return expect(compile_scenario(run.scenario))


def day_profile(run: Run) -> DayProfile | None:
    """The mean day, from the first interval with contacts or people to the last; None: nothing."""
    labels = run.logs[0].labels
    levels = Cells(run.metrics(["service_level"], by=["queue", "interval"]), ["queue", "interval"])
    work = Cells(run.metrics(["staffed_hours", "handle_hours"], by=["interval"]), ["interval"])
    queues = busiest_queues(run)
    step_h = labels.interval_us / HOUR
    times = [_time(i, labels.interval_us) for i in range(round(24 / step_h))]

    def seen(time: str) -> bool:
        people = work.get("staffed_hours", time).value > 0
        return people or any(not math.isnan(levels.get("service_level", q, time).value) for q in queues)

    there = [i for i, time in enumerate(times) if seen(time)]
    if not there or not queues:
        return None
    inside = range(there[0], there[-1] + 1)
    days = days_with_contacts(expected_load(run), labels).center
    lines = []
    for queue in queues:
        cells = [levels.get("service_level", queue, times[i]) for i in inside]
        value, low, high = (np.array([getattr(c, n) for c in cells]) for n in ("value", "low", "high"))
        if len(run.logs) < FEWEST_FOR_A_BAND:
            low = high = np.full(len(cells), math.nan)
        lines.append(Line(queue, value, low, high))
    hours = {
        metric: np.array([work.get(metric, times[i]).value for i in inside])
        for metric in ("staffed_hours", "handle_hours")
    }
    shares = {q: float(labels.target_share[labels.queues.index(q)]) for q in queues}
    return DayProfile(
        title=f"{run.scenario.name}: service level and staffing of the mean day",
        hours=np.array([i * step_h for i in inside]),
        step_h=step_h,
        service_levels=lines,
        targets={q: share for q, share in shares.items() if not math.isnan(share)},
        staffed=hours["staffed_hours"] / step_h / days,
        busy=hours["handle_hours"] / step_h / days,
    )


def wait_curves(run: Run) -> list[WaitCurve]:
    """Quantiles of the wait of each queue."""
    labels = run.logs[0].labels
    cells = Cells(run.metrics([f"wait_p{p}" for p in PERCENTS], by=["queue"]), ["queue"])
    curves = []
    for queue in busiest_queues(run):
        q = labels.queues.index(queue)
        waits = np.array([cells.get(f"wait_p{p}", queue).value for p in PERCENTS])
        within = float(labels.target_within_us[q]) / SECOND
        has_target = not math.isnan(float(labels.target_share[q]))
        curves.append(WaitCurve(queue, np.array(PERCENTS) / 100, waits, within if has_target else math.nan))
    return curves


def occupancy(run: Run) -> HeatMap | None:
    """Groups by interval where there are several groups, else days by interval; None: nobody on duty.

    Only where people are scheduled: who finishes a contact after the shift is busy all the time.
    """
    labels = run.logs[0].labels
    key = "group" if len(labels.groups) > 1 else "day"
    cells = Cells(run.metrics(["occupancy"], by=[key, "interval"]), [key, "interval"])
    step_h = labels.interval_us / HOUR
    times = [_time(i, labels.interval_us) for i in range(round(24 / step_h))]
    rows = list(dict.fromkeys(k[0] for k in cells.keys))
    scheduled = _scheduled(expected_load(run), key, len(rows))
    grid = np.array(
        [
            [cells.get("occupancy", row, time).value if time in there else math.nan for time in times]
            for row, there in zip(rows, scheduled, strict=True)
        ]
    )
    if not grid.size or np.isnan(grid).all():
        return None
    columns = np.flatnonzero(~np.isnan(grid).all(axis=0))
    some = ~np.isnan(grid).all(axis=1)
    inside = slice(int(columns[0]), int(columns[-1]) + 1)
    return HeatMap(
        title=f"{run.scenario.name}: occupancy by {key} and interval",
        rows=[row for row, there in zip(rows, some, strict=True) if there],
        hours=np.arange(len(times), dtype=np.float64)[inside] * step_h,
        step_h=step_h,
        occupancy=grid[some][:, inside],
    )


def _scheduled(load: Load, key: str, rows: int) -> list[frozenset[str]]:
    """The times at which people are scheduled, of each group or of each day."""
    if key == "group":
        return [scheduled_times(load, load.staffed_by_group[:, row]) for row in range(rows)]
    people = load.staffed_by_group.sum(axis=1)
    day = np.arange(len(people)) // load.intervals_a_day
    return [scheduled_times(load, np.where(day == row, people, 0.0)) for row in range(rows)]


def _time(interval: int, interval_us: int) -> str:
    """The key of an interval in the metric tables."""
    from ccsim.units import format_time_of_day

    return format_time_of_day(interval * interval_us)
