"""A pilot: a few cells played and thrown away, to say what a sweep will take."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ccsim.experiments.keeping.rows import CellRow, to_line
from ccsim.experiments.planning.cells import Naming
from ccsim.experiments.planning.designs import points_of
from ccsim.experiments.planning.plan import Plan
from ccsim.experiments.playing.in_flight import InFlight
from ccsim.experiments.playing.one_cell import Player, World

MOST_PILOT_S = 20.0


@dataclass(frozen=True, slots=True)
class Pilot:
    """Means: seconds and contacts of a cell, bytes of its row, seconds to get a point ready."""

    cells: int
    cell_s: float
    point_s: float
    contacts: float
    row_bytes: float
    engine: str
    failures: tuple[CellRow, ...]

    def seconds(self, points: int, cells: int, workers: int) -> float:
        """About how long a sweep takes."""
        return (points * self.point_s + cells * self.cell_s) / workers


def fly(plan: Plan, world: World, *, cells: int = 5, in_flight: InFlight | None = None) -> Pilot:
    """Play the first replication of ``cells`` points, spread over all of them; no row is written.

    The first is played once more beforehand: a process that starts loads the engine. ``in_flight``: where
    running cells are noted.
    """
    player, naming, points = Player(world, in_flight), Naming(plan), points_of(plan)
    step = max(len(points) / cells, 1.0)
    chosen = [points[int(number * step)] for number in range(min(cells, len(points)))]
    player.play(naming.cell(chosen[0], 0))
    played: list[CellRow] = []
    ready = 0.0
    began = time.perf_counter()
    for number, point in enumerate(chosen):
        first = time.perf_counter()
        player.prepare(naming.cell(point, 0), anew=True)
        ready += time.perf_counter() - first
        played.append(player.play(naming.cell(point, 0)).row)
        if number and time.perf_counter() - began > MOST_PILOT_S:
            break
    done = [row for row in played if row.done]
    count = max(len(done), 1)
    return Pilot(
        cells=len(played),
        cell_s=sum(row.seconds for row in done) / count,
        point_s=ready / len(played),
        contacts=sum(row.contacts for row in done) / count,
        row_bytes=sum(len(to_line(row).encode()) for row in done) / count,
        engine=done[0].engine if done else "",
        failures=tuple(row for row in played if not row.done),
    )
