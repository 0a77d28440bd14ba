"""One cell -> its row: override, compile, draw, play, measure. A failure is a row with its stage."""

from __future__ import annotations

import datetime as dt
import io
import os
import platform
import tempfile
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ccsim import __version__
from ccsim.compiler import Program, compile_scenario
from ccsim.draws import Draws, draw
from ccsim.draws.streams import Luck
from ccsim.engines.base import Engine, resolve
from ccsim.errors import CcsimError, InputError, Problem
from ccsim.experiments.keeping.rows import CellRow, Stage
from ccsim.experiments.planning.cells import Cell, files_named
from ccsim.experiments.planning.own_metrics import OwnMetric
from ccsim.experiments.planning.plan import Plan
from ccsim.experiments.playing.in_flight import InFlight
from ccsim.experiments.playing.measuring import Measuring, controls
from ccsim.log import Log
from ccsim.scenario import Scenario
from ccsim.scenario.reading import scenario_from_data

PROGRAMS_KEPT = 4  # compiled points a worker keeps: cells of a point come together


@dataclass(frozen=True, slots=True)
class World:
    """What a worker needs once to play any cell of a plan; can be sent to another process or machine.

    ``files``: contents of the files that the scenario names, for a worker that cannot see ``folder``.
    """

    scenario: Mapping[str, Any]
    folder: str
    seed: int
    engine: str
    measure: tuple[str, ...]
    by: tuple[str, ...]
    warm_up: int | None
    own: Mapping[str, OwnMetric]
    interval_tables: bool = False
    luck: Luck = "plain"
    files: Mapping[str, bytes] = field(default_factory=dict)

    @staticmethod
    def of(plan: Plan, engine: str = "auto", *, with_files: bool = False) -> World:
        """The world of a plan; ``with_files`` for workers that do not share its folder."""
        data, folder = plan.base.canonical(), plan.base.folder
        files = {}
        if with_files:
            changes = [*plan.cases.values(), plan.vary, *(plan.given_points or ())]
            names = files_named([data, *changes], folder)
            files = {name: (folder / name).read_bytes() for name in names}
        return World(
            data,
            str(folder.resolve()),
            plan.seed,
            engine,
            plan.measure,
            plan.by,
            plan.warm_up,
            dict(plan.own_metrics),
            plan.interval_tables,
            plan.luck,
            files,
        )


@dataclass(frozen=True, slots=True)
class Played:
    """A row, and the bytes of its interval table (Parquet) where one is asked for.

    ``written``: the worker has appended the row to a file of its own and returns it without its values.
    """

    row: CellRow
    intervals: bytes | None = None
    written: bool = False


@dataclass(frozen=True, slots=True)
class _Ready:
    """A point that can be played."""

    program: Program
    engine: Engine


@dataclass(frozen=True, slots=True)
class _Broken:
    """A point that cannot, with the stage and the reason; every cell of it is a failed row."""

    stage: Stage
    error: str


class Player:
    """Plays cells of one world; threads may share one."""

    def __init__(self, world: World, in_flight: InFlight | None = None) -> None:
        """``in_flight``: where running cells are noted."""
        self._in_flight = in_flight or InFlight(None)
        self._world = world
        self._folder = _unpacked(world)
        self._base = scenario_from_data(world.scenario, folder=self._folder)
        self._measuring = Measuring(world.measure, world.by, world.warm_up, world.own)
        self._points: OrderedDict[tuple[str, int], _Ready | _Broken] = OrderedDict()
        self._compiling = threading.Lock()

    def play(self, cell: Cell) -> Played:
        """The row of one cell."""
        with self._in_flight.playing(cell.key):
            return self._play(cell)

    def _play(self, cell: Cell) -> Played:
        began = time.perf_counter()
        row = _head(cell)
        point = self._point(cell)
        if isinstance(point, _Broken):
            return Played(replace(row, status="failed", stage=point.stage, error=point.error,
                                  seconds=time.perf_counter() - began))  # fmt: skip
        row = replace(row, engine=point.engine.name)
        stage: Stage = "draw"
        try:
            draws = self._draw(point.program, cell)
            stage = "engine"
            log = point.engine.run(point.program, draws)
            stage = "metrics"
            values = self._measuring.values(log)
            intervals = self._intervals(log)
        except Exception as error:  # one bad cell must not take the others with it
            return Played(replace(row, status="failed", stage=stage, error=say_error(error),
                                  seconds=time.perf_counter() - began))  # fmt: skip
        done = replace(
            row,
            digest=log.digest(),
            contacts=len(log.contacts["issue"]),
            legs=len(log.legs["leg"]),
            values=values,
            controls=controls(point.program, draws),
            seconds=time.perf_counter() - began,
        )
        return Played(done, intervals)

    def prepare(self, cell: Cell, *, anew: bool = False) -> None:
        """Get the cell's point ready; ``anew``: also where it is."""
        if anew:
            with self._compiling:
                self._points.pop((cell.point.case, cell.point.number), None)
        self._point(cell)

    def scenario(self, overrides: Mapping[str, Any]) -> Scenario:
        """The scenario of a point; raises ScenarioError."""
        return self._base.override(overrides) if overrides else self._base

    def log(self, cell: Cell) -> tuple[Scenario, Log, Engine]:
        """The full Log of one cell; raises what went wrong."""
        scenario = self.scenario(cell.point.overrides)
        program = compile_scenario(scenario)
        engine = resolve(self._world.engine, program).engine
        return scenario, engine.run(program, self._draw(program, cell)), engine

    def _draw(self, program: Program, cell: Cell) -> Draws:
        return draw(program, self._world.seed, cell.replication, self._world.luck)

    def _point(self, cell: Cell) -> _Ready | _Broken:
        place = (cell.point.case, cell.point.number)
        with self._compiling:
            found = self._points.get(place)
            if found is None:
                found = self._prepared(cell)
                self._points[place] = found
                while len(self._points) > PROGRAMS_KEPT:
                    self._points.popitem(last=False)
            self._points.move_to_end(place)
            return found

    def _prepared(self, cell: Cell) -> _Ready | _Broken:
        stage: Stage = "scenario"
        try:
            scenario = self.scenario(cell.point.overrides)
            stage = "compile"
            program = compile_scenario(scenario)
            stage = "engine"
            return _Ready(program, resolve(self._world.engine, program).engine)
        except Exception as error:
            return _Broken(stage, say_error(error))

    def _intervals(self, log: Log) -> bytes | None:
        if not self._world.interval_tables:
            return None
        out = io.BytesIO()
        self._measuring.intervals(log).to_parquet(out, index=False)
        return out.getvalue()


def play_all(player: Player, cells: tuple[Cell, ...], stop: Callable[[], bool] | None = None) -> list[Played]:
    """The rows of several cells; those after a stop are left out."""
    return list(_played(player, cells, stop))


def _played(player: Player, cells: tuple[Cell, ...], stop: Callable[[], bool] | None) -> Iterator[Played]:
    for cell in cells:
        if stop is not None and stop():
            return
        yield player.play(cell)


def failed_row(cell: Cell, stage: Stage, error: str, tries: int) -> CellRow:
    """The row of a cell that could not be played to its end."""
    return replace(_head(cell), status="failed", stage=stage, error=error, tries=tries)


def say_error(error: BaseException) -> str:
    """One line: what went wrong, and for what is not a complaint of ours in which line of which file."""
    if isinstance(error, InputError):
        return "; ".join(_at_its_path(p) for p in error.problems[:3])
    text = " ".join(str(error).split())
    if isinstance(error, CcsimError):
        return text
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {text}{place}" if text else f"{type(error).__name__}{place}"


def _at_its_path(problem: Problem) -> str:
    """``desk.headcount must be ...``, also where the message begins with the last name of the path."""
    name = problem.path.rpartition(".")[2]
    message = problem.message.removeprefix(f"{name} ") if name else problem.message
    return f"{problem.path} {message}".strip()


def _head(cell: Cell) -> CellRow:
    return CellRow(
        cell.key,
        cell.point.case,
        cell.point.number,
        cell.replication,
        dict(cell.point.overrides),
        version=__version__,
        host=platform.node(),
        pid=os.getpid(),
        at=dt.datetime.fromtimestamp(time.time(), dt.UTC).isoformat(timespec="seconds"),
    )


def _unpacked(world: World) -> Path:
    """The folder of the scenario's files: its own, or one for the files that came along."""
    if not world.files or Path(world.folder).is_dir():
        return Path(world.folder)
    folder = Path(tempfile.mkdtemp(prefix="ccsim-"))
    for name, content in world.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
