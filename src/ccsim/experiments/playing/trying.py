"""Are the values of every point possible? Each is set and checked, none is played."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ccsim.errors import InputError
from ccsim.experiments.planning.designs import Point, points_of
from ccsim.experiments.planning.plan import Plan
from ccsim.experiments.playing.one_cell import say_error

MOST_POINTS = 2_000
MOST_S = 5.0


@dataclass(frozen=True, slots=True)
class Tried:
    """How many points were tried ``of`` all, and those that cannot be played, each with the reason."""

    count: int
    of: int
    failures: tuple[tuple[Point, str], ...]

    def sentences(self) -> list[str]:
        """A line a point that fails, and how many points were tried where that is not all."""
        lines = [
            f"fails: case {point.case}, point {point.number} (scenario): {error}"
            for point, error in self.failures
        ]
        if self.count < self.of:
            lines.append(f"{self.count:,} of {self.of:,} points were tried")
        return lines


def try_points(plan: Plan, *, most: int = MOST_POINTS, most_s: float = MOST_S) -> Tried:
    """Set the values of points, spread over all where these are too many, until the time is over."""
    points = points_of(plan)
    step = max(len(points) / most, 1.0)
    chosen = [points[int(number * step)] for number in range(min(most, len(points)))]
    until = time.monotonic() + most_s
    failures, count = [], 0
    for point in chosen:
        if count and time.monotonic() > until:
            break
        count += 1
        try:
            plan.base.override(point.overrides)
        except InputError as error:
            failures.append((point, say_error(error)))
    return Tried(count, len(points), tuple(failures))
