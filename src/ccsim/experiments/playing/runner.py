"""Play what is missing of a plan, write it down, and say how far it is."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ccsim.experiments.comparing.estimates import Estimate, Estimates
from ccsim.experiments.keeping.rows import MOST_TRIES, CellRow
from ccsim.experiments.keeping.store import Store, Writer
from ccsim.experiments.planning.cells import Cell, in_shard
from ccsim.experiments.planning.criteria import Criterion
from ccsim.experiments.playing.executors import Chunk, Executor, InProcesses, InThreads, Stop
from ccsim.experiments.playing.one_cell import Played, World

MOST_IN_CHUNK = 500
FAILURES_TOLD = 200
LOOK_AT_PRECISION_EVERY_S = 1.0
SHORT_SWEEP_S = 20.0  # processes take some three seconds to start: below this threads are done sooner
SHORT_CELL_S = (
    0.5  # below this what holds Python's lock (draws, metrics) keeps threads from running side by side
)

Shard = tuple[int, int]  # i of n, i from 0


@dataclass(frozen=True, slots=True)
class Progress:
    """Cells done and failed ``of`` all, cells a second, seconds left, the widest interval."""

    done: int
    of: int
    failed: int
    seconds: float
    rate: float
    left_s: float
    worst: Estimate | None = None


@dataclass(slots=True)
class Outcome:
    """What a start did: ``done`` and ``failed`` count all cells of the shard, ``played`` those of now."""

    of: int = 0
    done: int = 0
    played: int = 0
    interrupted: bool = False
    seconds: float = 0.0
    cell_seconds: float = 0.0  # of the cells played, over all workers
    failed: int = 0
    failures: list[CellRow] = field(default_factory=list)  # the first of them

    def count(self, row: CellRow) -> None:
        """Take the row of a cell that was played now."""
        self.played += 1
        self.cell_seconds += row.seconds
        self.done += row.done
        self.fail(row)

    def plus(self, later: Outcome) -> Outcome:
        """Both starts together; the cells of the later one come on top."""
        return Outcome(
            self.of + later.of,
            self.done + later.done,
            self.played + later.played,
            later.interrupted,
            self.seconds + later.seconds,
            self.cell_seconds + later.cell_seconds,
            self.failed + later.failed,
            [*self.failures, *later.failures][:FAILURES_TOLD],
        )

    def fail(self, row: CellRow) -> None:
        """Note a cell if it failed."""
        if not row.done:
            self.failed += 1
            if len(self.failures) < FAILURES_TOLD:
                self.failures.append(row)


class Done:
    """Which cells of a plan are done, and how often the others were tried: a byte a cell."""

    def __init__(self, store: Store) -> None:
        self._tries: dict[int, bytearray] = {}
        for point, replication, tries in store.shelf().cells():
            self.note(point, replication, tries)

    def note(self, point: int, replication: int, tries: int) -> None:
        """A cell of the point at this place of the order; 0 tries: it is done."""
        column = self._tries.setdefault(point, bytearray())
        column.extend(b"\0" * (replication + 1 - len(column)))
        column[replication] = 255 if tries == 0 else min(tries, 254)

    def tries(self, point: int, replication: int) -> int:
        """0: not played; 255: done; else how often it has failed."""
        column = self._tries.get(point, b"")
        return column[replication] if replication < len(column) else 0


class Runner:
    """Plays cells of one store with one executor; call :meth:`run` for all of the plan.

    ``shard``: only the cells of shard i of n; where the plan asks for a precision, the cells of every n-th
    point, so that a shard sees all that its points depend on. ``stop``: asked between cells; once true, what
    runs is finished and written. ``on_progress`` is called after every chunk.
    """

    def __init__(
        self,
        store: Store,
        executor: Executor,
        *,
        shard: Shard | None = None,
        stop: Stop = lambda: False,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> None:
        store.require_rules()
        self.store = store
        self.estimates = Estimates(block=store.plan.block)
        self.outcome = Outcome()
        self._earlier = Outcome()  # of earlier calls of play()
        self._executor = executor
        self._shard, self._stop, self._on_progress = shard, stop, on_progress
        self._done = Done(store)
        self._by_point = store.plan.precision is not None
        self.own = own_points(store, shard)
        self._places = {(point.case, point.number): row for row, point in enumerate(store.points)}
        self._watch = _watched(store)
        self._worst: Estimate | None = None
        self._looked_at = 0.0
        for row in store.rows(failed=False):
            self.estimates.add(row)

    def run(self) -> Outcome:
        """Play the plan's replications of every point, as far as they are missing."""
        return self.play(self.cells(self.store.plan.replications))

    def cells(self, replications: int) -> list[tuple[int, int, int]]:
        """(place of the point, first, behind the last replication) of every point."""
        return [(place, 0, replications) for place in self.own]

    def play(self, wanted: Iterable[tuple[int, int, int]]) -> Outcome:
        """Play what is missing of ranges of replications of points, and count all of the shard in them.

        Raises StoreError when rows cannot be written; those that were written are safe.
        """
        ranges = list(wanted)
        self._earlier = self._earlier.plus(self.outcome)
        self.outcome = Outcome()
        began = time.monotonic()
        for cell, tries in self._all(ranges):
            self.outcome.of += 1
            if tries == 255:
                self.outcome.done += 1
            elif tries >= MOST_TRIES:
                self._note_old_failure(cell)
        missing = _Missing(self, ranges)
        if missing.count:
            with self.store.writer() as writer:
                for played in self._executor.run(missing, self._stop):
                    self._take(played, writer, missing, began)
        self.outcome.interrupted = self._stop() and missing.count > self.outcome.played
        self.outcome.seconds = time.monotonic() - began
        return self.outcome

    def missing(self, ranges: Iterable[tuple[int, int, int]]) -> Iterator[Cell]:
        """The cells that are to be played, point by point."""
        return (cell for cell, tries in self._all(ranges) if tries < MOST_TRIES)

    def tries(self, cell: Cell) -> int:
        """How often a cell has failed before."""
        tries = self._done.tries(self._places[cell.point.case, cell.point.number], cell.replication)
        return 0 if tries == 255 else tries

    def _all(self, ranges: Iterable[tuple[int, int, int]]) -> Iterator[tuple[Cell, int]]:
        naming, points = self.store.naming, self.store.points
        for place, first, behind in ranges:
            for replication in range(first, behind):
                cell = naming.cell(points[place], replication)
                if self._by_point or in_shard(cell.key, self._shard):
                    yield cell, self._done.tries(place, replication)

    def _take(self, played: list[Played], writer: Writer, missing: _Missing, began: float) -> None:
        rows = [self._counted(one) for one in played]
        writer.write([one for one in rows if not one.written])
        for one in rows:
            row = one.row
            place = self._places[row.case, row.point]
            self._done.note(place, row.replication, row.tries_so_far)
            self.outcome.count(row)
            if not one.written:
                self.estimates.add(row)
        missing.learn([one.row for one in rows])
        if self._on_progress is not None:
            self._on_progress(self._progress(time.monotonic() - began))

    def _counted(self, one: Played) -> Played:
        """The row with the number of its tries, those of earlier starts included."""
        from dataclasses import replace

        row = one.row
        before = self._done.tries(self._places[row.case, row.point], row.replication)
        return one if row.done or not before else replace(one, row=replace(row, tries=row.tries + before))

    def _note_old_failure(self, cell: Cell) -> None:
        place = self._places[cell.point.case, cell.point.number]
        row = self.store.shelf().row(place, cell.replication) if self.outcome.failed < FAILURES_TOLD else None
        if row is None:
            self.outcome.failed += 1
        else:
            self.outcome.fail(row)

    def _progress(self, seconds: float) -> Progress:
        outcome = self._earlier.plus(self.outcome)
        seconds += self._earlier.seconds
        rate = outcome.played / seconds if seconds > 0 else 0.0
        left = outcome.of - outcome.done - outcome.failed
        if seconds - self._looked_at >= LOOK_AT_PRECISION_EVERY_S or self._worst is None:
            self._looked_at = seconds
            self._worst = self._widest()
        left_s = left / rate if rate > 0 else math.inf
        return Progress(outcome.done, outcome.of, outcome.failed, seconds, rate, left_s, self._worst)

    def _widest(self) -> Estimate | None:
        """The estimate whose interval is farthest from what is wanted."""
        widest, most = None, -1.0
        for estimate in self.estimates.all():
            criterion = self._watch.get(estimate.metric)
            if criterion is None or estimate.half_width != estimate.half_width:
                continue
            allowed = criterion.allowed(estimate.value)
            excess = estimate.half_width / allowed if allowed > 0 else 0.0
            if excess > most:
                widest, most = estimate, excess
        return widest


def own_points(store: Store, shard: Shard | None) -> range:
    """The places of the points of which a shard plays something: all, or every n-th under a precision."""
    count = len(store.points)
    if shard is None or store.plan.precision is None:
        return range(count)
    return range(shard[0], count, shard[1])


def _watched(store: Store) -> dict[str, Criterion]:
    """The criteria of the plan; without any, its first measure, relative to its value."""
    if store.plan.precision is not None:
        return {criterion.metric: criterion for criterion in store.plan.precision.read()}
    first = store.plan.measure[0]
    return {first: Criterion(first, 1.0, True, "")}


class _Missing:
    """Missing cells in chunks of about the executor's ``chunk_s``; learns from rows how long one takes."""

    def __init__(self, runner: Runner, ranges: list[tuple[int, int, int]]) -> None:
        self.count = sum(1 for _ in runner.missing(ranges))
        self._cells = runner.missing(ranges)
        self._left = self.count
        self._workers = runner._executor.workers
        self._chunk_s = runner._executor.chunk_s
        self._seconds: float | None = None

    def __iter__(self) -> _Missing:
        return self

    def __next__(self) -> Chunk:
        size = 1 if self._seconds is None else int(self._chunk_s / max(self._seconds, 1e-6))
        size = max(1, min(size, MOST_IN_CHUNK, self._left // (4 * self._workers)))
        chunk = tuple(cell for _, cell in zip(range(size), self._cells, strict=False))
        if not chunk:
            raise StopIteration
        self._left -= len(chunk)
        return chunk

    def learn(self, rows: list[CellRow]) -> None:
        """Take how long cells took; recent ones count more."""
        for row in rows:
            self._seconds = row.seconds if self._seconds is None else 0.9 * self._seconds + 0.1 * row.seconds


def executor_for(
    world: World, workers: int, *, cells: int, cell_s: float, engine: str, notes: Path | None = None
) -> Executor:
    """The executor that is done first: by measurement, see ``docs/how-to/sweeps.md``.

    ``cells`` of about ``cell_s`` seconds are to be played by ``engine``; ``notes``: as for ``InThreads``.
    """
    if workers == 1:
        return InThreads(world, 1, notes=notes)
    short = engine != "compiled" or cell_s < SHORT_CELL_S
    if short and cells * cell_s > SHORT_SWEEP_S:
        return InProcesses(world, workers)
    return InThreads(world, workers, notes=notes)
