"""What runs on a worker of a dask cluster: it imports dask.distributed, so import it when there is one."""

from __future__ import annotations

import platform
import threading
from dataclasses import replace
from pathlib import Path

from distributed import Worker, WorkerPlugin, get_worker

from ccsim import __version__
from ccsim.errors import CcsimError, StoreError
from ccsim.experiments.keeping.store import Writer
from ccsim.experiments.planning.cells import RULES_VERSION
from ccsim.experiments.playing.executors import Chunk
from ccsim.experiments.playing.one_cell import Played, Player, World, play_all


class Seat(WorkerPlugin):  # type: ignore[misc]  # a base of no type
    """A worker's part in one sweep: the player that its threads share, and its file in the folder.

    ``sign`` is a file that the parent has put beside the rows; who sees it shares the folder and writes.
    """

    def __init__(self, name: str, world: World, sign: Path | None) -> None:
        self.name = name
        self.stopped = False
        self._world, self._sign = world, sign

    def setup(self, worker: Worker) -> None:
        """Called when the worker joins, or the sweep begins."""
        self._lock = threading.Lock()
        self._player: Player | None = None
        self._writer: Writer | None = None
        self._shared = self._sign is not None and self._sign.exists()

    def teardown(self, worker: Worker) -> None:
        """Called at the end of the sweep: what was written is on the disk."""
        with self._lock:
            if self._writer is not None:
                self._writer.__exit__(None, None, None)

    def play(self, chunk: Chunk) -> list[Played]:
        """The rows of a chunk; of those that are written here, what the parent counts."""
        with self._lock:
            if self._player is None:
                self._player = Player(self._world if self._shared else self._far_world())
            player = self._player
        played = play_all(player, chunk, lambda: self.stopped)
        return self._written(played) if self._shared else played

    def _far_world(self) -> World:
        """Files come with the world, whatever else a folder of that name holds here."""
        return replace(self._world, folder=str(Path(self._world.folder) / self.name))

    def _written(self, played: list[Played]) -> list[Played]:
        """Failed rows go back: the parent knows how often they were tried before."""
        done = [one for one in played if one.row.done]
        with self._lock:
            try:
                if self._writer is None and self._sign is not None:
                    self._writer = Writer(self._sign.parent.parent).__enter__()
                if self._writer is not None:
                    self._writer.write(done)
            except StoreError:
                self._shared = False  # the parent may be allowed to
                return played
        return [
            Played(replace(one.row, values=(), controls={}), written=True) if one.row.done else one
            for one in played
        ]


def play(name: str, rules: str, chunk: Chunk) -> list[Played]:
    """The task: the rows of a chunk of the sweep ``name``."""
    if rules != RULES_VERSION:
        raise CcsimError(
            f"{platform.node()} has ccsim {__version__}, which does not play by the rules {rules}"
        )
    seat = get_worker().plugins[name]
    assert isinstance(seat, Seat)
    return seat.play(chunk)


def stop_playing(name: str, dask_worker: Worker) -> None:
    """Let a worker end after its running cells."""
    seat = dask_worker.plugins.get(name)
    if isinstance(seat, Seat):
        seat.stopped = True
