"""Expected contacts by day on one grid, with growth, events and opening hours applied.

The intensity is constant within a cell of the grid, which has an edge wherever the source, the opening hours
or an event has one, so nothing is smeared. A day's cells go on past 24 h where its opening hours do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ccsim.compiler.days import date_of
from ccsim.compiler.opening import Window, arrival_windows
from ccsim.compiler.program import ArrivalPlan, Busyness
from ccsim.compiler.remarks import Remarks
from ccsim.units import DAY

if TYPE_CHECKING:
    from ccsim.scenario import Scenario
    from ccsim.scenario import arrivals as scenario_arrivals
    from ccsim.scenario.arrivals import Varying
    from ccsim.scenario.parts import Queue

Floats = npt.NDArray[np.float64]
Row = tuple[int, int, float]  # from, to (microseconds since midnight), expected contacts; or a multiplier


@dataclass(frozen=True, slots=True)
class Source:
    """Where volume comes from: ``rows(day, windows)`` gives a day's rows, which do not overlap.

    ``by_clock``: rows are hours of that date, open or not, and a window past midnight takes those of the
    next date. Otherwise they are laid over the windows of the day and lie inside them.
    """

    rows: Callable[[int, list[Window]], list[Row]]
    by_clock: bool


def forecast(
    scenario: Scenario, name: str, queue: Queue, spec: Varying, source: Source, remarks: Remarks
) -> ArrivalPlan:
    """The plan of a queue; what falls outside the hours in which its contacts arrive is dropped, and said."""
    days = range(scenario.time.days)
    rows, dropped, total = _offered(scenario, queue, source)
    factors = [_event_factors(scenario, name, day) for day in days]
    edges = {0, DAY} | {edge for day in days for row in (*rows[day], *factors[day]) for edge in row[:2]}
    if spec.interval_cv or scenario.busyness.interval_cv:
        edges |= set(range(0, max(edges), scenario.time.interval))
    grid = np.array(sorted(edges), dtype=np.int64)
    volume = np.zeros((len(rows), len(grid) - 1))
    for day in days:
        volume[day] = _on_grid(rows[day], grid) * spec.growth
        for start, end, factor in factors[day]:
            first, last = np.searchsorted(grid, (start, end))
            volume[day, first:last] *= factor
    which = "opening" if spec.hours is None else "arrival"
    if dropped > 1e-9 * max(total, 1.0):
        remarks.warnings.append(
            f"queue {name}: {dropped:.0f} of {total:.0f} contacts ({dropped / total:.1%}) fall outside "
            f"its {which} hours and are not offered"
        )
    plan = ArrivalPlan(grid, volume, _busyness(spec), _busyness(scenario.busyness), scenario.time.interval)
    return _without_empty_ends(plan)


def _busyness(spec: scenario_arrivals.Busyness) -> Busyness:
    return Busyness(spec.daily_cv, spec.interval_cv, spec.interval_correlation)


def _offered(scenario: Scenario, queue: Queue, source: Source) -> tuple[list[list[Row]], float, float]:
    """Rows of each day that fall into the hours in which contacts arrive; contacts dropped, of how many."""
    days = scenario.time.days
    windows = {day: arrival_windows(scenario, queue, day) for day in range(-1, days + 1)}
    rows = {day: source.rows(day, windows[day]) for day in range(days + 1)}
    if not source.by_clock:
        return [rows[day] for day in range(days)], 0.0, 0.0
    offered: list[list[Row]] = []
    # the small hours of the first date belong to the night before, which is not simulated
    total = -_contacts(_clipped(rows[0], _without(_later(windows[-1], -DAY), windows[0])))
    kept = 0.0
    for day in range(days):
        today = _clipped(rows[day], windows[day])
        night = _without(windows[day], _later(windows[day + 1], DAY))
        tonight = _clipped(_later_rows(rows[day + 1]), night)
        offered.append([*today, *tonight])
        total += _contacts(rows[day])
        kept += _contacts(today) + (_contacts(tonight) if day + 1 < days else 0.0)
    return offered, total - kept, total


def _contacts(rows: list[Row]) -> float:
    return sum(contacts for _, _, contacts in rows)


def _later(windows: list[Window], by: int) -> list[Window]:
    return [(start + by, end + by) for start, end in windows]


def _later_rows(rows: list[Row]) -> list[Row]:
    return [(start + DAY, end + DAY, contacts) for start, end, contacts in rows]


def _clipped(rows: list[Row], windows: list[Window]) -> list[Row]:
    """The parts of rows inside windows, each with its part of the contacts."""
    parts = []
    for start, end, contacts in rows:
        for opens, closes in windows:
            begin, finish = max(start, opens), min(end, closes)
            if finish > begin:
                parts.append((begin, finish, contacts * (finish - begin) / (end - start)))
    return parts


def _without(windows: list[Window], others: list[Window]) -> list[Window]:
    """The parts of windows outside others."""
    left = list(windows)
    for opens, closes in others:
        cut = []
        for start, end in left:
            cut += [(start, min(end, opens)), (max(start, closes), end)]
        left = [(start, end) for start, end in cut if end > start]
    return left


def _on_grid(rows: list[Row], grid: npt.NDArray[np.int64]) -> Floats:
    """Contacts in each cell; the grid has all edges of the rows."""
    out = np.zeros(len(grid) - 1)
    for start, end, contacts in rows:
        first, last = np.searchsorted(grid, (start, end))
        out[first:last] += contacts * np.diff(grid[first : last + 1]) / (end - start)
    return out


def _event_factors(scenario: Scenario, name: str, day: int) -> list[Row]:
    """(from, to, multiplier) of the events that touch the queue, to the end of the next day."""
    factors = []
    for event in scenario.events.values():
        if event.volume == 1 or (event.queues is not None and name not in event.queues):
            continue
        for shift in (-1, 0, 1):
            start, end = (edge + shift * DAY for edge in event.hours)
            if event.on.covers(date_of(scenario, day + shift)) and end > 0:
                factors.append((max(start, 0), end, event.volume))
    return factors


def _without_empty_ends(plan: ArrivalPlan) -> ArrivalPlan:
    """The same plan without the cells at both ends of the day in which nothing ever arrives."""
    used = np.flatnonzero(plan.volume.any(axis=0))
    if not len(used):
        return plan
    first, last = int(used[0]), int(used[-1]) + 1
    return replace(plan, edges=plan.edges[first : last + 1].copy(), volume=plan.volume[:, first:last].copy())
