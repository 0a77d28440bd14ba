"""Contacts that notices cause: evenly over the hours of the notice in which its queue takes contacts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ccsim.compiler.opening import Window, arrival_windows
from ccsim.compiler.program import ArrivalPlan, Busyness, QueuePlan
from ccsim.compiler.remarks import Remarks
from ccsim.compiler.windows import windows_of
from ccsim.units import DAY

if TYPE_CHECKING:
    from ccsim.scenario import Scenario
    from ccsim.scenario.notices import Notice

Piece = tuple[int, int, int, float]  # day of the opening window, from, to (since that midnight), contacts


def with_false_alarms(scenario: Scenario, plan: QueuePlan, remarks: Remarks) -> QueuePlan:
    """The plan with the contacts that each notice about its queue causes, a stream for each."""
    plans, names = [], []
    for name, notice in scenario.notices.items():
        if notice.queue != plan.name or not notice.false_alarms:
            continue
        pieces = _pieces(scenario, notice)
        if not pieces:
            remarks.warnings.append(
                f"notice {name}: queue {notice.queue} takes no contacts in its hours; no false alarm comes"
            )
            continue
        plans.append(_plan(scenario, pieces))
        names.append(f"{plan.name}/{name}")
    return replace(plan, false_alarms=tuple(plans), false_alarm_names=tuple(names))


def _pieces(scenario: Scenario, notice: Notice) -> list[Piece]:
    """Each day's false alarms, shared out over its arrival time."""
    queue = scenario.queues[notice.queue]
    opened = [
        (day, start + day * DAY, end + day * DAY)
        for day in range(scenario.time.days)
        for start, end in arrival_windows(scenario, queue, day)
    ]
    pieces: list[Piece] = []
    for first, last in _of_each_day(scenario, notice):
        inside = [
            (day, max(first, start) - day * DAY, min(last, end) - day * DAY)
            for day, start, end in opened
            if max(first, start) < min(last, end)
        ]
        total = sum(end - start for _, start, end in inside)
        pieces += [
            (day, start, end, notice.false_alarms * (end - start) / total) for day, start, end in inside
        ]
    return pieces


def _of_each_day(scenario: Scenario, notice: Notice) -> list[Window]:
    """The hours of each of the notice's days, not joined: each brings its own false alarms."""
    start, end = notice.hours
    days = windows_of(scenario, notice.on, (0, DAY))
    midnights = [midnight for first, last in days for midnight in range(first, last, DAY)]
    return [(midnight + start, midnight + end) for midnight in midnights]


def _plan(scenario: Scenario, pieces: list[Piece]) -> ArrivalPlan:
    edges = sorted({edge for _, start, end, _ in pieces for edge in (start, end)})
    grid = np.array(edges, dtype=np.int64)
    volume = np.zeros((scenario.time.days, len(grid) - 1))
    for day, start, end, contacts in pieces:
        first, last = np.searchsorted(grid, (start, end))
        volume[day, first:last] += contacts * np.diff(grid[first : last + 1]) / (end - start)
    return ArrivalPlan(grid, volume, Busyness(), Busyness(), scenario.time.interval)
