"""A sweep: the store of a plan, played by so many workers, and its results as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ccsim.compiler import compile_scenario
from ccsim.errors import CcsimError, StoreError
from ccsim.experiments.answering.crossings import Crossing, crossings
from ccsim.experiments.answering.effects import Effects, effects
from ccsim.experiments.answering.levels import as_number
from ccsim.experiments.answering.lines import played, varying
from ccsim.experiments.answering.pareto import Better, pareto
from ccsim.experiments.answering.response import Surface, fit_surface
from ccsim.experiments.answering.scope import scope_of
from ccsim.experiments.answering.sensitivity import Method
from ccsim.experiments.comparing.comparison import compare_rows, only_whole
from ccsim.experiments.comparing.control_variates import (
    controlled_table,
    expected_controls,
    variance_of_arrivals,
)
from ccsim.experiments.comparing.estimates import Estimates
from ccsim.experiments.comparing.multiple import Multiple
from ccsim.experiments.comparing.place_names import PlaceNames
from ccsim.experiments.comparing.selection import FIRST, Choice, best_of, read_within
from ccsim.experiments.keeping import provenance, tables
from ccsim.experiments.keeping.store import PARTS, Store
from ccsim.experiments.planning.designs import Point
from ccsim.experiments.planning.plan import Plan
from ccsim.experiments.playing.executors import AfterDeath, Executor, InProcesses, InThreads, Stop
from ccsim.experiments.playing.in_flight import InFlight, LeftBehind
from ccsim.experiments.playing.one_cell import World
from ccsim.experiments.playing.pilot import fly
from ccsim.experiments.playing.precision import Adding
from ccsim.experiments.playing.runner import Outcome, Progress, Runner, Shard, executor_for
from ccsim.result import Run

if TYPE_CHECKING:
    import pandas as pd

# ranges (place of the point, first, behind the last replication) to add; empty: enough
More = Callable[[Runner], Sequence[tuple[int, int, int]]]


class Sweep:
    """The results of a plan in a folder: tables of what was played so far."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.plan = store.plan

    @staticmethod
    def open(folder: str | Path) -> Sweep:
        """The sweep in a folder, also while it runs elsewhere; raises StoreError where there is none."""
        return Sweep(Store.open(folder))

    def metrics(self) -> pd.DataFrame:
        """One row a value: case, point, a column an address that varies, replication, by-keys, metric, value,
        weight.
        """
        return tables.tidy(self.store)

    def wide(self) -> pd.DataFrame:
        """One row a cell: case, point, addresses, replication, and a column a metric (and by-values)."""
        return tables.wide(self.store)

    def status(self) -> pd.DataFrame:
        """One row a cell: case, point, a column an address that varies, replication, status, stage, error,
        tries, digest, contacts, legs, and where it comes from: seconds, engine, version, host, pid, at.
        """
        return tables.status(self.store)

    def points(self) -> pd.DataFrame:
        """One row a point of each case: case, point, and a column an address that varies."""
        return tables.points(self.store)

    def estimates(self, confidence: float = 0.95) -> pd.DataFrame:
        """Every value over replications with its interval; see ``Estimates.table``."""
        estimates = Estimates(block=self.plan.block)
        for row in self.store.rows(failed=False):
            estimates.add(row)
        return estimates.table(self.plan.by, confidence)

    def compare(
        self,
        to: str | None = None,
        measures: Sequence[str] | None = None,
        *,
        cells: bool = False,
        confidence: float = 0.95,
        multiple: Multiple | None = None,
    ) -> pd.DataFrame:
        """Paired differences to a case or to ``case:point``; see ``comparison.compare_rows``.

        ``cells``: of every cell of the plan's by-keys instead of the whole center.
        """
        rows = only_whole(self.store.rows(failed=False), cells=cells)
        table = compare_rows(rows, to, measures, self.plan.by, confidence=confidence, multiple=multiple,
                             block=self.plan.block)  # fmt: skip
        return table if cells else table.drop(columns=list(self.plan.by))

    def best(self, metric: str, within: float | str, *, confidence: float = 0.95) -> Choice:
        """The best case or point, as far as the replications that are there tell; see ``selection``."""
        limit, first = read_within(metric, within), min(FIRST, self.plan.replications)
        rows = only_whole(self.store.rows())
        return best_of(rows, metric, limit, confidence=confidence, first=first, block=self.plan.block)

    @cached_property
    def names(self) -> PlaceNames:
        """What points are called: ``headcount 104, containment 35%``."""
        return PlaceNames.of_store(self.store)

    def pareto(
        self,
        objectives: Mapping[str, Better | None] | Sequence[str],
        *,
        confidence: float = 0.95,
        queue: str | None = None,
    ) -> pd.DataFrame:
        """Which cases and points are efficient, which dominated; see ``pareto.pareto``.

        ``queue``: objectives that go by queues are those of this one.
        """
        rows = scope_of(self.store, list(objectives), queue).rows(self.store.rows(failed=False))
        return pareto(rows, objectives, confidence=confidence, block=self.plan.block)

    def controlled(self, confidence: float = 0.95) -> pd.DataFrame:
        """Every value with the luck of arrivals and work taken out; see ``control_variates``."""
        programs = {
            (point.case, point.number): compile_scenario(self.plan.base.override(point.overrides))
            for point in self._played()
        }
        return controlled_table(
            self.store.rows(failed=False),
            {place: expected_controls(program) for place, program in programs.items()},
            self.plan.by,
            variances={place: variance_of_arrivals(program) for place, program in programs.items()},
            confidence=confidence,
            block=self.plan.block,
        )

    def surface(self, metric: str, case: str | None = None, queue: str | None = None) -> Surface:
        """A quadratic surface of a measure over what varies, of one case (the first).

        Of the whole center, or of one ``queue`` of a sweep that was measured by queue.

        Times count in seconds, shares from 0 to 1. Raises CcsimError where there are too few points.
        """
        found = played(self.store, metric, case, queue=queue)
        addresses = varying(found.points)
        x = [[as_number(self.names.value(name, point)) for name in addresses] for point in found.points]
        return fit_surface(addresses, np.array(x), found.values)

    def effects(
        self,
        metric: str,
        *,
        case: str | None = None,
        method: Method | None = None,
        confidence: float = 0.95,
        queue: str | None = None,
    ) -> Effects:
        """What moves a measure, by the method that goes with the design; see ``effects``."""
        return effects(self.store, metric, case=case, method=method, confidence=confidence, queue=queue)

    def crossings(self, metric: str, of: str | None = None, **asked: Any) -> list[Crossing]:
        """Where a measure reaches what is wanted, between the points played; see ``crossings``."""
        return crossings(self.store, metric, of, **asked)

    def rerun(self, case: str, replication: int, point: int = 1, *, engine: str = "auto") -> Run:
        """One cell played again, with its full Log; ``replication`` and ``point`` count from 1.

        Raises StoreError for a cell that is not in the plan, or that does not come out as in the sweep.
        """
        found = provenance.rerun(self.store, case, point, replication - 1, engine)
        if found.row is not None and found.row.done and found.row.digest != found.digest:
            raise StoreError(
                f"replication {replication} of {case}:{point} has the digest {found.digest} now; the sweep "
                f"had {found.row.digest}, from ccsim {found.row.version} on {found.row.host}"
            )
        return found.run

    def reproduce(self, sample: int = 5, *, engine: str = "auto") -> pd.DataFrame:
        """Cells of a sample (0: all) played again: case, point, replication, digest, digest_now, equal."""
        import pandas as pd

        return pd.DataFrame(
            {
                "case": again.then.case,
                "point": again.then.point,
                "replication": again.then.replication + 1,
                "digest": again.then.digest,
                "digest_now": again.now.digest,
                "equal": again.equal,
            }
            for again in provenance.reproduce(self.store, sample, engine)
        )

    def _played(self) -> list[Point]:
        """The points that have rows."""
        have = {(row.case, row.point) for row in self.store.rows(failed=False)}
        return [point for point in self.store.points if (point.case, point.number) in have]


def run_plan(
    plan: Plan,
    folder: str | Path,
    *,
    workers: int = 1,
    engine: str = "auto",
    shard: Shard | None = None,
    stop: Stop = lambda: False,
    on_progress: Callable[[Progress], None] | None = None,
    executor: Callable[[World], Executor] | None = None,
    more: More | None = None,
) -> tuple[Sweep, Outcome]:
    """Play what is missing of a plan into a folder.

    ``shard``: (i, n), i from 0, to play the i-th of n parts only (of cells, or of points where the plan asks
    for a precision); shards may share the folder. ``stop()`` is asked between cells; once true, running cells
    are finished and written. ``executor`` makes another executor than the one that is done first. ``more``
    says, after a round, which replications are to be added so that the plan's precision is reached (default:
    :class:`ccsim.experiments.playing.precision.Adding`); none ends the sweep. Raises StoreError when the
    folder holds another experiment or cannot be written.
    """
    if workers < 1:
        raise CcsimError(f"at least one worker is needed, not {workers}")
    if shard is not None and not 0 <= shard[0] < shard[1]:
        raise CcsimError(f"shard {shard[0]} of {shard[1]}: shards count from 0 to one below their number")
    store = Store.create(folder, plan)
    world = World.of(store.plan, engine, with_files=executor is not None)
    chosen = executor(world) if executor is not None else _executor(world, workers, store)
    runner = Runner(store, chosen, shard=shard, stop=stop, on_progress=on_progress)
    outcome = runner.run()
    if plan.precision is not None:
        more = more or Adding(plan)
        while not outcome.interrupted and (ranges := more(runner)):
            outcome = outcome.plus(runner.play(ranges))
    return Sweep(store), outcome


def _executor(world: World, workers: int, store: Store) -> Executor:
    notes = store.folder / PARTS
    left = LeftBehind(notes)
    if left.keys:
        return AfterDeath(InProcesses(world, workers), left)
    if workers == 1:
        return InThreads(world, 1, notes=notes)
    if store.plan.own_metrics:
        return InProcesses(world, workers)  # code of the user's own may take its process down
    with InFlight(notes) as in_flight:
        pilot = fly(store.plan, world, cells=1, in_flight=in_flight)
    cells = len(store.points) * store.plan.replications
    return executor_for(world, workers, cells=cells, cell_s=pilot.cell_s, engine=pilot.engine, notes=notes)
