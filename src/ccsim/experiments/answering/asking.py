"""What an analysis asks of a scenario: the values at points that it makes up as it goes.

A grid is known beforehand and belongs into a sweep with its store. In bisection and screening the next point
depends on the last answer: they ask here. Points share their luck, as everywhere: replication r is the same
world at every point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ccsim.errors import CcsimError
from ccsim.experiments.comparing.estimates import Sample, samples
from ccsim.experiments.keeping.rows import CellRow
from ccsim.experiments.planning.cells import Cell, canonical_json
from ccsim.experiments.planning.designs import Point
from ccsim.experiments.planning.plan import Plan
from ccsim.experiments.playing.one_cell import Player, World
from ccsim.scenario import Scenario

Overrides = Mapping[str, Any]
Progress = Callable[[int, int], None]


class Asking:
    """Plays points of one scenario, and remembers what it has played."""

    def __init__(
        self,
        scenario: Scenario,
        measure: Sequence[str] | str,
        *,
        seed: int,
        by: Sequence[str] = (),
        engine: str = "auto",
        workers: int = 1,
        progress: Progress | None = None,
    ) -> None:
        """Raises MetricError or ScenarioError for measures that do not exist."""
        names = [measure] if isinstance(measure, str) else list(measure)
        data = {"format": 1, "name": scenario.name, "seed": seed, "measure": names, "by": list(by)}
        self._player = Player(World.of(Plan.from_dict(data, scenario=scenario), engine))
        self._workers = workers
        self._progress = progress
        self._numbers: dict[str, int] = {}
        self._rows: dict[tuple[int, int], CellRow] = {}

    def rows(self, points: Sequence[Overrides], replications: Iterable[int]) -> list[CellRow]:
        """One row a point and replication (from 0), points outermost; a row's ``point`` is its place here.

        The compiled engine runs in threads. Raises CcsimError for a point that cannot be played.
        """
        wanted = list(replications)
        numbers = [self._number(point) for point in points]
        missing = {
            (number, r): Cell(Point("", number, {}, dict(point)), r, "")
            for point, number in zip(points, numbers, strict=True)
            for r in wanted
            if (number, r) not in self._rows
        }
        for place, row in zip(missing, self._play(list(missing.values())), strict=True):
            if not row.done:
                cell = missing[place]
                raise CcsimError(
                    f"{_said(cell.point.overrides)}, replication {row.replication + 1}: {row.error}"
                )
            self._rows[place] = row
        return [self._rows[number, r] for number in numbers for r in wanted]

    def samples(self, points: Sequence[Overrides], replications: Iterable[int]) -> list[Sample]:
        """Every point's replications, in the order of the points."""
        found = samples(self.rows(points, replications))
        return [found["", self._number(point)] for point in points]

    def _number(self, point: Overrides) -> int:
        return self._numbers.setdefault(canonical_json(dict(point)), len(self._numbers))

    def _play(self, cells: list[Cell]) -> list[CellRow]:
        from joblib import Parallel, delayed

        pool = Parallel(
            n_jobs=min(self._workers, max(len(cells), 1)), prefer="threads", return_as="generator"
        )
        found = []
        for played in pool(delayed(self._player.play)(cell) for cell in cells):
            found.append(played.row)
            if self._progress is not None:
                self._progress(len(found), len(cells))
        return found


def _said(overrides: Overrides) -> str:
    return ", ".join(f"{path} = {value}" for path, value in overrides.items()) or "the scenario as it is"
