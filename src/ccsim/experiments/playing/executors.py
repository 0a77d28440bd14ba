"""Where cells are played: one seam, ``run(chunks) -> rows``, and who stands behind it.

An executor takes chunks of cells as it needs them, at most two a worker at a time, so that memory does not
grow with the number of cells. Rows come back in any order. A worker that dies costs the cell that killed it
and no other: cells in flight are played again, each alone, and one that keeps killing its worker becomes a
failed row. Where workers are threads, it is the sweep itself that dies; it goes on in processes.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ccsim.experiments.planning.cells import Cell
from ccsim.experiments.playing.in_flight import InFlight, LeftBehind
from ccsim.experiments.playing.one_cell import Played, Player, World, failed_row, play_all
from ccsim.experiments.playing.orphans import end_with

if TYPE_CHECKING:
    from concurrent.futures import Executor as Pool

Chunk = tuple[Cell, ...]
Stop = Callable[[], bool]

MOST_DEATHS = 3  # of workers, before a cell is given up
CHUNK_S = 0.5  # of work that is handed out at a time: little overhead, and soon done when interrupted
LOOK_EVERY_S = 0.2  # for a stop, while nothing comes back


class Executor(Protocol):
    """Plays chunks of cells somewhere; ``chunk_s``: seconds of work that a chunk should hold."""

    @property
    def workers(self) -> int: ...

    @property
    def chunk_s(self) -> float: ...

    def run(self, chunks: Iterator[Chunk], stop: Stop) -> Iterator[list[Played]]:
        """The rows of each chunk as it is done; after a stop no new chunk begins, and those that run are
        finished (at the end of a cell where that can be seen).
        """
        ...


@dataclass(slots=True)
class InThreads:
    """Threads of this process. For the compiled engine, which lets other threads run while it plays.

    ``notes``: the folder in which running cells are noted (:mod:`ccsim.experiments.playing.in_flight`).
    """

    world: World
    workers: int = 1
    chunk_s: float = CHUNK_S
    notes: Path | None = None

    def run(self, chunks: Iterator[Chunk], stop: Stop) -> Iterator[list[Played]]:
        with (
            InFlight(self.notes) as in_flight,
            ThreadPoolExecutor(self.workers, thread_name_prefix="ccsim") as pool,
        ):
            player = Player(self.world, in_flight)
            for _, future in _each(
                pool, chunks, lambda chunk: (play_all, player, chunk, stop), self.workers, stop
            ):
                yield future.result()


@dataclass(slots=True)
class InProcesses:
    """Processes of this machine (loky). For SimPy, and for many short cells of the compiled engine."""

    world: World
    workers: int = 2
    chunk_s: float = CHUNK_S

    def run(self, chunks: Iterator[Chunk], stop: Stop) -> Iterator[list[Played]]:
        while True:
            suspects: list[Cell] = []
            with _processes(self.world, self.workers) as pool:
                for chunk, future in _each(pool, chunks, lambda chunk: (_play, chunk), self.workers, stop):
                    if _died(future):
                        suspects += chunk
                    else:
                        yield future.result()
            if not suspects or stop():
                return
            yield from _alone(self.world, suspects, stop)


@dataclass(slots=True)
class AfterDeath:
    """Another executor, for a sweep that ended in the midst of cells; what was ``left`` is settled."""

    executor: Executor
    left: LeftBehind

    @property
    def workers(self) -> int:
        return self.executor.workers

    @property
    def chunk_s(self) -> float:
        return self.executor.chunk_s

    def run(self, chunks: Iterator[Chunk], stop: Stop) -> Iterator[list[Played]]:
        for played in self.executor.run(chunks, stop):
            yield played  # and it is written
            self.left.settle(one.row.key for one in played)


def _alone(world: World, suspects: Iterable[Cell], stop: Stop) -> Iterator[list[Played]]:
    """Play each cell with nobody beside it, so that it is clear who kills the worker."""
    deaths = 1
    left = list(reversed(list(suspects)))
    while left and not stop():
        with _processes(world, 1) as pool:
            while left and not stop():
                future = pool.submit(_play, (left[-1],))
                if not _died(future):
                    left.pop()
                    deaths = 1
                    yield future.result()
                    continue
                deaths += 1
                if deaths >= MOST_DEATHS:
                    reason = f"the worker process died each of {deaths} times (killed, or out of memory)"
                    yield [Played(failed_row(left.pop(), "worker", reason, deaths))]
                    deaths = 1
                break  # a pool whose worker died takes no more


def _each(
    pool: Pool, chunks: Iterator[Chunk], call: Callable[[Chunk], tuple[Any, ...]], workers: int, stop: Stop
) -> Iterator[tuple[Chunk, Future[list[Played]]]]:
    """Each chunk with its finished future, whether it holds rows or the death of its worker.

    After a death the rest of what was submitted comes out dead too, and no more is taken.
    """
    running: dict[Future[list[Played]], Chunk] = {}
    broken = False
    while True:
        while len(running) < 2 * workers and not broken and not stop():
            chunk = next(chunks, None)
            if chunk is None:
                break
            try:
                running[pool.submit(*call(chunk))] = chunk
            except _broken_pool():
                broken = True
                dead: Future[list[Played]] = Future()
                dead.set_exception(_broken_pool()("the pool is broken"))
                yield chunk, dead
        if not running:
            return
        done, _ = wait(running, timeout=LOOK_EVERY_S, return_when=FIRST_COMPLETED)
        if stop():  # what has not begun need not begin
            for future in [one for one in running if one.cancel()]:
                del running[future]
        for future in done:
            if future in running:
                broken = broken or _died(future)
                yield running.pop(future), future


def _died(future: Future[list[Played]]) -> bool:
    """Wait for a future: did its worker die?"""
    return isinstance(future.exception(), _broken_pool())


def _broken_pool() -> type[Exception]:
    from concurrent.futures.process import BrokenProcessPool

    return BrokenProcessPool


def _processes(world: World, workers: int) -> Any:
    from joblib.externals.loky.process_executor import ProcessPoolExecutor

    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return ProcessPoolExecutor(
        workers, initializer=_start, initargs=(world, os.getpid()), env=threads, timeout=None
    )


_player: Player | None = None  # of this worker process


def _start(world: World, parent: int) -> None:
    """Begin a worker process: an interrupt of the terminal is the parent's to handle."""
    global _player
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with(parent)
    _player = Player(world)


def _play(chunk: Chunk) -> list[Played]:
    assert _player is not None, "a worker begins with _start"
    return play_all(_player, chunk)
