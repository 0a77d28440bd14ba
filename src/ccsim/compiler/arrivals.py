"""Forecasts and traces -> what a queue's contacts are drawn from.

Every kind of forecast becomes the same thing: a plan of expected contacts (:mod:`ccsim.compiler.forecast`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ccsim.compiler.days import date_of
from ccsim.compiler.forecast import Floats, Row, Source, forecast
from ccsim.compiler.opening import Window, arrival_windows, queue_windows
from ccsim.compiler.program import QueuePlan, TracePlan
from ccsim.compiler.remarks import Remarks
from ccsim.compiler.tables.shapes import builtin_shape, read_shape
from ccsim.distributions import Exponential, Fixed, Law, Lognormal
from ccsim.errors import Problem, ScenarioError
from ccsim.scenario.arrivals import Hourly, PerDay, Trace, VolumeFile
from ccsim.units import DAY, HOUR

if TYPE_CHECKING:
    from ccsim.compiler.tables.volumes import Volumes
    from ccsim.scenario import Scenario
    from ccsim.scenario.parts import Queue

HANDLE_TIME_CV = 0.9  # where a file gives mean handle times and nothing else [J]; the form is lognormal [A]


def compile_queue(scenario: Scenario, name: str, queue: Queue, remarks: Remarks) -> QueuePlan:
    """What a queue's contacts are drawn from."""
    spec = queue.arrivals
    patience, wrap_up = queue.patience.law(), queue.wrap_up.law()
    talk = queue.talk.law() if queue.talk is not None else None
    if isinstance(spec, VolumeFile):
        return _from_file(scenario, name, queue, spec, talk, wrap_up, remarks)
    if isinstance(spec, Trace):
        return _from_trace(scenario, name, queue, spec, talk, wrap_up, remarks)
    if talk is None:
        raise _problem(scenario, f"queues.{name}.talk", "is missing; write e.g. lognormal mean 5m cv 0.7")
    if spec is None:
        return QueuePlan(name, None, patience, talk, wrap_up)
    if isinstance(spec, Hourly):
        source = _hourly_source(scenario, spec)
    else:
        source = _per_day_source(scenario, name, spec)
    plan = forecast(scenario, name, queue, spec, source, remarks)
    return QueuePlan(name, plan, patience, talk, wrap_up)


def _problem(scenario: Scenario, path: str, message: str) -> ScenarioError:
    return ScenarioError([Problem(path, message)], scenario.source or scenario.name)


# -- forecasts ----------------------------------------------------------------------------------------------


def _hourly_source(scenario: Scenario, spec: Hourly) -> Source:
    """Rows of a day: rate x length of each range."""

    def of_day(day: int, windows: list[Window]) -> list[Row]:
        rates = spec.hourly.rates(date_of(scenario, day).weekday())
        return [(start, end, rate * (end - start) / HOUR) for start, end, rate in rates]

    return Source(of_day, by_clock=True)


def _per_day_source(scenario: Scenario, name: str, spec: PerDay) -> Source:
    """Rows of a day: the weekday's volume laid over the shape."""
    lay = _layer(scenario, f"queues.{name}.arrivals.shape", spec.shape)

    def of_day(day: int, windows: list[Window]) -> list[Row]:
        return lay(windows, spec.per_day * spec.weekdays[date_of(scenario, day).weekday()])

    return Source(of_day, by_clock=not _is_built_in(spec.shape))


def _layer(
    scenario: Scenario, path: str, shape: str | tuple[Row, ...]
) -> Callable[[list[Window], float], list[Row]]:
    """What spreads a day's contacts over its hours; nothing where the queue stays closed."""
    if _is_built_in(shape):
        built_in = builtin_shape(str(shape))
        return lambda windows, contacts: over_open_time(built_in, windows, contacts) if windows else []
    rows = list(shape) if isinstance(shape, tuple) else read_shape(scenario.path(shape))
    total = sum(share for _, _, share in rows)
    if total <= 0:
        raise _problem(scenario, path, "has no volume at all")
    return lambda windows, contacts: (
        [(start, end, contacts * share / total) for start, end, share in rows] if windows else []
    )


def _is_built_in(shape: str | tuple[Row, ...]) -> bool:
    return isinstance(shape, str) and not shape.lower().endswith((".csv", ".txt"))


def over_open_time(shape: Floats, windows: list[Window], contacts: float) -> list[Row]:
    """A built-in shape stretched over the opening hours of a day, closed hours in between left out.

    ``shape``: equal cells of open time, adding up to 1.
    """
    opened = sum(end - start for start, end in windows)
    marks = [round(opened * k / len(shape)) for k in range(len(shape) + 1)]
    rows: list[Row] = []
    passed = 0
    for start, end in windows:
        for cell, share in enumerate(shape):
            begin = max(marks[cell], passed) - passed + start
            finish = min(marks[cell + 1] - passed + start, end)
            if finish > begin:
                part = (finish - begin) / (marks[cell + 1] - marks[cell])
                rows.append((begin, finish, contacts * float(share) * part))
        passed += end - start
    return rows


# -- volume files -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _HandleTimes:
    """Laws of a queue whose file brings handle times, and the file's means where they hold."""

    talk: Law
    wrap_up: Law
    talk_s: Floats | None = None
    wrap_up_s: Floats | None = None


def _from_file(
    scenario: Scenario,
    name: str,
    queue: Queue,
    spec: VolumeFile,
    talk: Law | None,
    wrap_up: Law,
    remarks: Remarks,
) -> QueuePlan:
    from ccsim.compiler.tables.volumes import read_volumes

    volumes = read_volumes(
        scenario.path(spec.file),
        layout=spec.layout,
        queue=spec.queue,
        default_queue=name,
        file_zone=spec.zone,
        center_zone=scenario.time.zone,
        handle_time=spec.handle_time,
        interval_us=spec.interval,
    )
    remarks.of_file(spec.file, volumes.notes, volumes.warnings)
    source = _file_source(scenario, name, queue, spec, volumes, remarks)
    plan = forecast(scenario, name, queue, spec, source, remarks)
    handle = _handle_times(scenario, name, volumes, talk, wrap_up)
    plan = replace(
        plan,
        talk_mean_s=_means_on_grid(scenario, volumes, handle.talk_s, plan.edges),
        wrap_up_mean_s=_means_on_grid(scenario, volumes, handle.wrap_up_s, plan.edges),
    )
    return QueuePlan(name, plan, queue.patience.law(), handle.talk, handle.wrap_up)


def _file_source(
    scenario: Scenario,
    name: str,
    queue: Queue,
    spec: VolumeFile,
    volumes: Volumes,
    remarks: Remarks,
) -> Source:
    """Rows of each day of the run; days that the file does not reach have none, and are said."""
    place = {day: volumes.row(date_of(scenario, day)) for day in range(scenario.time.days)}
    missing = [
        day
        for day, row in place.items()
        if (row is None or not volumes.volume[row].any()) and arrival_windows(scenario, queue, day)
    ]
    if all(row is None for row in place.values()):
        has = f"{volumes.day[0]} to {volumes.day[-1]}" if volumes.day else "other weekdays"
        last = date_of(scenario, scenario.time.days - 1)
        raise _problem(
            scenario,
            f"queues.{name}.arrivals.file",
            f"'{spec.file}' has volumes for {has}, and the run is from {scenario.time.start} to {last}; "
            "change time.start or the file",
        )
    if missing:
        named = ", ".join(str(date_of(scenario, day)) for day in missing[:5])
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        remarks.warnings.append(f"{spec.file} has no volumes for {named}{more}: nothing arrives there")

    lay = _layer(scenario, f"queues.{name}.arrivals.shape", spec.shape)

    def of_day(day: int, windows: list[Window]) -> list[Row]:
        row = volumes.row(date_of(scenario, day))
        if row is None:
            return []
        if volumes.daily:
            return lay(windows, float(volumes.volume[row, 0]))
        step = volumes.interval_us
        return [
            (cell * step, (cell + 1) * step, float(contacts))
            for cell, contacts in enumerate(volumes.volume[row])
            if contacts
        ]

    return Source(of_day, by_clock=not volumes.daily or not _is_built_in(spec.shape))


def _handle_times(
    scenario: Scenario, name: str, volumes: Volumes, talk: Law | None, wrap_up: Law
) -> _HandleTimes:
    """A law that the scenario gives holds; otherwise the file's means hold, interval by interval."""
    if talk is not None:
        return _HandleTimes(talk, wrap_up)
    has_own_wrap_up = wrap_up.mean() > 0
    if volumes.talk_s is not None:
        talk_s, wrap_up_s = volumes.talk_s, None if has_own_wrap_up else volumes.wrap_up_s
    elif volumes.handle_time_s is not None:
        talk_s, wrap_up_s = np.maximum(volumes.handle_time_s - wrap_up.mean(), 0.0), None
    else:
        raise _problem(
            scenario,
            f"queues.{name}.talk",
            "is missing, and the volume file has no handle times; write e.g. lognormal mean 5m cv 0.7",
        )
    talk_mean = _weighted(volumes, talk_s)
    if not talk_mean > 0:
        raise _problem(
            scenario, f"queues.{name}.talk", "is missing, and all handle times of the file are zero"
        )
    law = Lognormal(talk_mean, HANDLE_TIME_CV)
    if wrap_up_s is None or not _weighted(volumes, wrap_up_s) > 0:
        return _HandleTimes(law, wrap_up if has_own_wrap_up else Fixed(0.0), talk_s)
    return _HandleTimes(law, Exponential(_weighted(volumes, wrap_up_s)), talk_s, wrap_up_s)


def _weighted(volumes: Volumes, means: Floats) -> float:
    """Mean over all contacts of the file for which it is known; nan where there are none."""
    known = ~np.isnan(means) & (volumes.volume > 0)
    weight = float(volumes.volume[known].sum())
    return float((means[known] * volumes.volume[known]).sum()) / weight if weight else math.nan


def _means_on_grid(
    scenario: Scenario, volumes: Volumes, means: Floats | None, grid: npt.NDArray[np.int64]
) -> Floats | None:
    """The file's means by day and cell of the plan; unknown ones are the file's overall mean."""
    if means is None:
        return None
    filled = np.where(np.isnan(means), _weighted(volumes, means), means)
    later, at = grid[:-1] // DAY, grid[:-1] % DAY
    cell = np.minimum(at // volumes.interval_us, means.shape[1] - 1)
    out = np.full((scenario.time.days, len(cell)), _weighted(volumes, means))
    for day in range(scenario.time.days):
        for ahead in np.unique(later):  # cells past midnight are of the next date
            row = volumes.row(date_of(scenario, day + int(ahead)))
            if row is not None:
                out[day, later == ahead] = filled[row, cell[later == ahead]]
    return out


# -- traces -------------------------------------------------------------------------------------------------


def _from_trace(
    scenario: Scenario,
    name: str,
    queue: Queue,
    spec: Trace,
    talk: Law | None,
    wrap_up: Law,
    remarks: Remarks,
) -> QueuePlan:
    from ccsim.compiler.tables.trace import read_trace

    windows = queue_windows(scenario, queue, arrival_windows)
    rows = read_trace(
        scenario.path(spec.trace),
        start=scenario.time.start,
        days=scenario.time.days,
        ends_at=max([scenario.time.days * DAY, *(end for _, end in windows)]),
        arrived_at=spec.arrived_at,
        queue_column=spec.queue_column,
        queue=spec.queue,
        default_queue=name,
        file_zone=spec.zone,
        center_zone=scenario.time.zone,
        handle_times=None if spec.handle_times == "auto" else spec.handle_times,
    )
    remarks.of_file(spec.trace, rows.notes, rows.warnings)
    offered = _inside_hours(windows, rows.arrived_at)
    outside = int((~offered).sum())
    if outside:
        remarks.warnings.append(
            f"{spec.trace}: {outside} contacts of queue {name} come outside its opening hours"
        )
    if talk is None and (rows.talk is None or bool((rows.talk[offered] < 0).any())):
        raise _problem(
            scenario,
            f"queues.{name}.talk",
            "is missing, and the trace does not have the handle time of every contact; write e.g. "
            "lognormal mean 5m cv 0.7",
        )
    plan = TracePlan(
        rows.arrived_at[offered],
        rows.talk[offered] if rows.talk is not None else None,
        rows.wrap_up[offered] if rows.wrap_up is not None else None,
    )
    return QueuePlan(name, plan, queue.patience.law(), talk or Fixed(0.0), wrap_up)


def _inside_hours(windows: list[Window], arrived_at: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which arrivals fall into an opening window; the night before the first day is not simulated."""
    inside = np.zeros(len(arrived_at), dtype=bool)
    for start, end in windows:
        first, last = np.searchsorted(arrived_at, (start, end))
        inside[first:last] = True
    return inside
