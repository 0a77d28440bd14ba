"""Days and hours -> windows in absolute time."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ccsim.compiler.days import date_of
from ccsim.units import DAY

if TYPE_CHECKING:
    from ccsim.scenario import Scenario
    from ccsim.scenario.hours import EventDays

Window = tuple[int, int]


def windows_of(scenario: Scenario, on: EventDays, hours: Window) -> list[Window]:
    """Windows of the run, ascending; those of the evening before it and of the night after it, too."""
    found = [
        (max(hours[0] + day * DAY, 0), hours[1] + day * DAY)
        for day in range(-1, scenario.time.days + 1)
        if on.covers(date_of(scenario, day)) and hours[1] + day * DAY > 0
    ]
    return joined(found)


def joined(windows: list[Window]) -> list[Window]:
    """The same times, ascending and without overlaps; windows that adjoin become one."""
    out: list[Window] = []
    for start, end in sorted(windows):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def gaps(windows: list[Window]) -> list[Window]:
    """The times between windows that ascend and do not overlap."""
    return [(end, start) for (_, end), (start, _) in pairwise(windows)]
