"""Playing cells again: one with its full Log, or a sample to be held against the digests of their rows."""

from __future__ import annotations

from dataclasses import dataclass

from ccsim.errors import RequestError
from ccsim.experiments.keeping.rows import CellRow
from ccsim.experiments.keeping.store import Store
from ccsim.experiments.playing.one_cell import Player, World
from ccsim.log import Log
from ccsim.result import Run


@dataclass(frozen=True, slots=True)
class Again:
    """A cell played again beside its row; ``equal``: the same Log to the last bit, and the same values."""

    then: CellRow
    now: CellRow

    @property
    def equal(self) -> bool:
        """Did it come out as it was?"""
        return self.then.outcome() == self.now.outcome()


@dataclass(frozen=True, slots=True)
class Rerun:
    """One cell alone: its Run, its Log, and the row that the sweep has of it (None: not played yet)."""

    run: Run
    log: Log
    row: CellRow | None

    @property
    def digest(self) -> str:
        """Of the Log as it is now."""
        return self.log.digest()


def rerun(store: Store, case: str, point: int, replication: int, engine: str = "auto") -> Rerun:
    """Play one cell (``replication`` from 0) with its full Log.

    Raises StoreError for a point that the plan does not have, and what the cell raises where it fails.
    """
    store.require_rules()
    if replication < 0:
        raise RequestError("replications count from 1")
    chosen = store.point(case, point)
    scenario, log, played_by = Player(World.of(store.plan, engine)).log(
        store.naming.cell(chosen, replication)
    )
    run = Run(scenario, store.plan.seed, played_by.name, [log], [], 0.0)
    row = store.shelf().row(store.points.index(chosen), replication)
    return Rerun(run, log, row)


def reproduce(store: Store, sample: int = 5, engine: str = "auto") -> list[Again]:
    """Play cells of a sample again, spread evenly over all that are done; 0: all of them."""
    store.require_rules()
    shelf = store.shelf()
    count = len(shelf) - shelf.failed()
    if not count:
        raise RequestError(f"{store.folder} has no cell that is done")
    wanted = (
        range(count)
        if sample < 1 or sample >= count
        else [number * count // sample for number in range(sample)]
    )
    chosen = set(wanted)
    player = Player(World.of(store.plan, engine))
    found = []
    for number, row in enumerate(shelf.rows(failed=False)):
        if number in chosen:
            cell = store.naming.cell(store.point(row.case, row.point), row.replication)
            found.append(Again(row, player.play(cell).row))
    return found
