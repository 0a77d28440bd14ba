"""A sweep: the store of a plan, played by so many workers, and its results as tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ccsim.errors import CcsimError
from ccsim.experiments import tables
from ccsim.experiments.estimates import Estimates
from ccsim.experiments.executors import Executor, InProcesses, Stop
from ccsim.experiments.pilot import fly
from ccsim.experiments.plan import Plan
from ccsim.experiments.playing import World
from ccsim.experiments.precision import Adding
from ccsim.experiments.runner import Outcome, Progress, Runner, Shard, executor_for
from ccsim.experiments.store import Store

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
        """One row a cell: case, point, replication, status, stage, error, tries, digest, contacts, legs, and
        where it comes from: seconds, engine, version, host, pid, at.
        """
        return tables.status(self.store)

    def points(self) -> pd.DataFrame:
        """One row a point of each case: case, point, and a column an address that varies."""
        return tables.points(self.store)

    def estimates(self, confidence: float = 0.95) -> pd.DataFrame:
        """Every value over replications with its interval; see ``Estimates.table``."""
        estimates = Estimates()
        for row in self.store.rows(failed=False):
            estimates.add(row)
        return estimates.table(self.plan.by, confidence)


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

    ``shard``: (i, n), i from 0, to play the i-th of n parts only; shards may share the folder. ``stop()`` is
    asked between cells; once true, running cells are finished and written. ``executor`` makes another
    executor than the one that is done first. ``more`` says, after a round, which replications are to be added
    so that the plan's precision is reached (default: :class:`ccsim.experiments.precision.Adding`); none ends
    the sweep. Raises StoreError when the folder holds another experiment or cannot be written.
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
    if plan.precision is not None and shard is None:
        more = more or Adding(plan)
        while not outcome.interrupted and (ranges := more(runner)):
            outcome = outcome.plus(runner.play(ranges))
    return Sweep(store), outcome


def _executor(world: World, workers: int, store: Store) -> Executor:
    if workers > 1 and store.plan.own_metrics:
        return InProcesses(world, workers)  # code of the user's own may take its process down
    cells = len(store.points) * store.plan.replications
    pilot = fly(store.plan, world, cells=1) if workers > 1 else None
    cell_s = pilot.cell_s if pilot is not None else 0.0
    return executor_for(world, workers, cells=cells, cell_s=cell_s, engine=pilot.engine if pilot else "")
