"""Cells on the workers of a dask scheduler; see ``docs/how-to/many-machines.md``.

The extra ``cluster`` installs what is needed. Chunks become tasks; those of a worker that dies are played on
another one. Workers that see the folder of results append their rows there and send back who is done; from
others the rows come back and are written here.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import re
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import TYPE_CHECKING

from ccsim.errors import CcsimError
from ccsim.experiments.keeping.store import PARTS
from ccsim.experiments.planning.cells import RULES_VERSION, Cell
from ccsim.experiments.playing.executors import LOOK_EVERY_S, MOST_DEATHS, Chunk, Stop
from ccsim.experiments.playing.one_cell import Played, World, failed_row

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_S = 5.0
COUNT_EVERY_S = 1.0  # workers come and go
PATIENCE_S = 300.0  # without any worker, before it is given up
SHORTEST_CHUNK_S = 1.0
TASK_S = 0.002  # of the scheduler and of this process, for each chunk: docs/background/a-million-cells.md
SILENT = logging.CRITICAL + 1
BUSY = 0.2  # of the time, at most, with such things


class ClusterError(CcsimError):
    """A scheduler that cannot be reached or was lost, or workers that cannot play."""


@contextlib.contextmanager
def connected(address: str, timeout_s: float = CONNECT_S) -> Iterator[Client]:
    """The client of a scheduler, e.g. ``tcp://10.0.0.5:8786``; raises ClusterError where there is none."""
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError(
            "cells on a cluster need dask.distributed; install it with: pip install 'ccsim[cluster]'"
        ) from None
    _require_answer(address, timeout_s)
    with _silenced():
        try:
            client = Client(address, timeout=timeout_s, set_as_default=False, name="ccsim")
        except (OSError, ValueError, TypeError) as error:
            raise _unreached(address, error) from None
        try:
            yield client
        finally:
            with contextlib.suppress(Exception):
                client.close(timeout=CONNECT_S)


@contextlib.contextmanager
def _silenced() -> Iterator[None]:
    """What dask would say is said in our words; each of its parts has a level of its own."""
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] == "distributed"]
    levels = {log: log.level for log in map(logging.getLogger, names)}
    for log in levels:
        log.setLevel(SILENT)
    try:
        yield
    finally:
        for log, level in levels.items():
            log.setLevel(level)


def _require_answer(address: str, timeout_s: float) -> None:
    """A scheduler speaks first there: dask itself would go on asking for a while, or wait for ever."""
    found = re.fullmatch(r"(?:(tcp|tls|ws|wss)://)?\[?([^/\]]+)\]?:(\d{1,5})/?", address)
    if found is None:
        raise ClusterError(f"{address!r} is not the address of a dask scheduler, e.g. tcp://10.0.0.5:8786")
    try:
        with socket.create_connection((found[2], int(found[3])), timeout=timeout_s) as line:
            if found[1] in (None, "tcp") and not line.recv(1):
                raise ConnectionError("it hangs up")
    except (OSError, OverflowError) as error:
        raise _unreached(address, error) from None


def _unreached(address: str, error: Exception) -> ClusterError:
    reason = " ".join(str(error).split()) or type(error).__name__
    return ClusterError(
        f"no dask scheduler answers at {address} ({reason}); start one with: dask scheduler, and give the "
        "address that it prints, e.g. tcp://10.0.0.5:8786"
    )


class OnCluster:
    """The workers of one scheduler; ``folder`` is where those that see it may append their rows.

    None: all rows come back, as is needed where replications are added until it is precise enough.
    ``say``: takes a sentence when there is no worker and one is waited for.
    """

    def __init__(
        self,
        world: World,
        client: Client,
        folder: Path | None = None,
        *,
        patience_s: float = PATIENCE_S,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._world, self._client, self._folder, self._patience_s = world, client, folder, patience_s
        self._say, self._waits = say, False
        self._address = client.scheduler.address
        self._name = f"ccsim-{uuid.uuid4().hex}"
        self._tasks = 0
        self._counted = 0
        self._counted_at = self._seen_at = -PATIENCE_S

    @property
    def workers(self) -> int:
        """Cells that can be played at once, as counted within the last second; at least 1."""
        return max(self._count(), 1)

    @property
    def chunk_s(self) -> float:
        """Seconds of work in a chunk, so that the scheduler keeps up however many workers there are."""
        return max(SHORTEST_CHUNK_S, self.workers * TASK_S / BUSY)

    def run(self, chunks: Iterator[Chunk], stop: Stop) -> Iterator[list[Played]]:
        """See :class:`ccsim.experiments.playing.executors.Executor`; raises ClusterError."""
        with self._seats():
            suspects: list[Cell] = []
            self._seen_at = time.monotonic()
            for chunk, played in self._each(chunks, stop):
                if played is None:
                    suspects += chunk
                else:
                    yield played
            for cell in suspects:  # with nobody beside it, so that it is clear who kills the worker
                for _, played in self._each(iter([(cell,)]), stop):
                    yield played if played is not None else [_given_up(cell)]

    @contextlib.contextmanager
    def _seats(self) -> Iterator[None]:
        """Every worker, those that join later too, has what it needs to play."""
        from ccsim.experiments.playing.seats import Seat

        sign = None if self._folder is None else self._folder.resolve() / PARTS / f".{self._name}"
        with contextlib.ExitStack() as stack:
            if sign is not None:
                sign.touch()
                stack.callback(sign.unlink, missing_ok=True)
            with self._explained():
                self._client.register_plugin(Seat(self._name, self._world, sign))
            stack.callback(self._leave)
            yield

    def _leave(self) -> None:
        with contextlib.suppress(Exception):
            if self._client.status == "running":
                self._client.unregister_worker_plugin(self._name)

    def _each(self, chunks: Iterator[Chunk], stop: Stop) -> Iterator[tuple[Chunk, list[Played] | None]]:
        """Each chunk with its rows, or None where workers died of it again and again."""
        running: dict[str, tuple[Future, Chunk]] = {}
        ended: queue.SimpleQueue[Future] = queue.SimpleQueue()
        told = False
        while True:
            if stop() and not told:
                told = self._tell_stop()
            while not told and len(running) < 2 * self.workers and (chunk := next(chunks, None)):
                with self._explained():
                    future = self._submit(chunk)
                running[future.key] = (future, chunk)
                future.add_done_callback(ended.put)
            if not running or (told and not self._count()):  # without a worker nothing is finished
                return
            self._require_workers()
            for key, played in self._collected(ended):
                yield running.pop(key)[1], played

    def _submit(self, chunk: Chunk) -> Future:
        from ccsim.experiments.playing.seats import play

        self._tasks += 1
        key = f"{self._name}-{self._tasks}"
        return self._client.submit(play, self._name, RULES_VERSION, chunk, key=key, pure=False)

    def _collected(self, ended: queue.SimpleQueue[Future]) -> list[tuple[str, list[Played] | None]]:
        """What has come back, all at once: to ask for many costs little more than for one."""
        with contextlib.suppress(queue.Empty):
            futures = [ended.get(timeout=LOOK_EVERY_S)]
            while not ended.empty():
                futures.append(ended.get())
            with self._explained():
                killed = [future for future in futures if self._killed(future)]
                fine = [future for future in futures if future not in killed]
                rows = self._client.gather(fine)
            return [(future.key, None) for future in killed] + [
                (future.key, played) for future, played in zip(fine, rows, strict=True)
            ]
        return []

    def _killed(self, future: Future) -> bool:
        from distributed.scheduler import KilledWorker

        if future.status != "error":
            return False
        error = future.exception()
        if isinstance(error, KilledWorker):
            return True
        raise ClusterError(f"a worker of {self._address} cannot play cells: {error}; {self._way()}")

    def _tell_stop(self) -> bool:
        from ccsim.experiments.playing.seats import stop_playing

        with self._explained():
            self._client.run(stop_playing, self._name, on_error="ignore")
        return True

    def _count(self) -> int:
        now = time.monotonic()
        if now - self._counted_at > COUNT_EVERY_S:
            with self._explained():
                self._counted, self._counted_at = sum(self._client.nthreads().values()), now
        return self._counted

    def _require_workers(self) -> None:
        if self._count():
            self._seen_at, self._waits = time.monotonic(), False
            return
        if not self._waits:
            self._waits = True
            self._say(f"waiting for a worker, up to {_minutes(self._patience_s)}")
        if time.monotonic() - self._seen_at > self._patience_s:
            raise ClusterError(
                f"the scheduler at {self._address} has had no worker for {self._patience_s:.0f} s; start "
                f"some with: dask worker {self._address}; {self._way()}"
            )

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except CcsimError:
            raise
        except (Exception, CancelledError) as error:
            said = " ".join(str(error).split()) or type(error).__name__
            what = "was lost" if self._client.status != "running" or _lost(error) else f"has failed ({said})"
            raise ClusterError(f"the scheduler at {self._address} {what}; {self._way()}") from error

    def _way(self) -> str:
        target = "DIR" if self._folder is None else self._folder
        return (
            "rows that came back are written and safe; go on with: "
            f"ccsim resume {target}, with --cluster ADDRESS or without"
        )


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _lost(error: BaseException) -> bool:
    return isinstance(error, CancelledError | OSError)


def _given_up(cell: Cell) -> Played:
    reason = "every worker that played it died (killed, or out of memory)"
    return Played(failed_row(cell, "worker", reason, MOST_DEATHS))
