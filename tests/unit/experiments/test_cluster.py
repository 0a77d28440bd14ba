"""What a cluster's executor and its workers decide, without processes; real ones are in ``tests/cluster``."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import ccsim
from ccsim.errors import CcsimError
from ccsim.experiments.keeping.store import PARTS, Store
from ccsim.experiments.planning.cells import Cell, Naming
from ccsim.experiments.planning.designs import points_of
from ccsim.experiments.playing.cluster import BUSY, TASK_S, ClusterError, OnCluster, connected
from ccsim.experiments.playing.one_cell import World
from ccsim.experiments.playing.runner import Runner

SCENARIO: dict[str, Any] = {
    "format": 1,
    "name": "tiny",
    "time": {"start": "2026-03-02", "days": 1, "open": "10:00-11:00", "interval": "30m"},
    "queues": {"cards": {"arrivals": {"file": "volumes.csv"}, "talk": "exponential mean 5m"}},
    "agent_groups": {"desk": {"headcount": 4, "skills": ["cards"], "shifts": {"day": "100%"}}},
    "shifts": {"day": {"hours": "10:00-11:00"}},
}
VOLUMES = "interval_start,queue,offered\n2026-03-02 10:00,cards,{}\n2026-03-02 10:30,cards,{}\n"


class FakeClient:
    """Has so many workers of two threads, or has lost its scheduler."""

    def __init__(self, workers: int) -> None:
        self.scheduler = SimpleNamespace(address="tcp://far:8786")
        self.status = "running"
        self.lost = False
        self._workers = workers

    def nthreads(self) -> dict[str, int]:
        if self.lost:
            raise OSError("closed")
        return {f"tcp://worker-{number}": 2 for number in range(self._workers)}


@pytest.fixture
def plan(tmp_path: Path) -> ccsim.Plan:
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / "volumes.csv").write_text(VOLUMES.format(20, 10))
    scenario = ccsim.Scenario.from_dict(SCENARIO, folder=folder)
    data = {"format": 1, "name": "tiny", "scenario": "tiny", "seed": 5, "replications": 3, "measure": ["asa"]}
    return ccsim.Plan.from_dict(data, folder=folder, scenario=scenario)


@pytest.fixture
def cells(plan: ccsim.Plan) -> tuple[Cell, ...]:
    naming = Naming(plan)
    return tuple(naming.cell(points_of(plan)[0], number) for number in range(3))


def test_without_dask_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"pip install 'ccsim\[cluster\]'"), connected("tcp://far:8786"):
        pass


@pytest.mark.parametrize("address", ["", "far", "http://far:80", "tcp://far", "tcp://far:port"])
def test_what_is_no_address_is_refused(address: str) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(ClusterError, match="is not the address of a dask scheduler"), connected(address):
        pass


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of somebody who takes a call and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


def test_somebody_who_is_no_scheduler_is_not_waited_for(silent: str) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(ClusterError, match="no dask scheduler answers"), connected(silent, timeout_s=1):
        pass


@pytest.mark.parametrize(("workers", "seconds"), [(0, 1.0), (1, 1.0), (500, 1000 * TASK_S / BUSY)])
def test_chunks_grow_with_the_workers_so_that_one_scheduler_keeps_up(
    plan: ccsim.Plan, workers: int, seconds: float
) -> None:
    executor = OnCluster(World.of(plan), FakeClient(workers))
    assert executor.workers == max(2 * workers, 1)
    assert executor.chunk_s == pytest.approx(seconds)
    assert executor.workers / executor.chunk_s * TASK_S <= BUSY + 1e-9


def test_a_lost_scheduler_is_named_with_the_way_on(plan: ccsim.Plan, tmp_path: Path) -> None:
    client = FakeClient(1)
    executor = OnCluster(World.of(plan), client, tmp_path / "out")
    client.lost = True
    with pytest.raises(ClusterError, match=r"tcp://far:8786 was lost; .*ccsim resume .*out"):
        _ = executor.workers


class TestSeat:
    """The part of a worker."""

    @pytest.fixture(autouse=True)
    def _with_dask(self) -> None:
        pytest.importorskip("distributed")

    def test_one_that_sees_the_sign_writes_and_tells_who_is_done(
        self, plan: ccsim.Plan, cells: tuple[Cell, ...], tmp_path: Path
    ) -> None:
        from ccsim.experiments.playing.seats import Seat

        store = Store.create(tmp_path / "out", plan)
        sign = store.folder / PARTS / ".sign"
        sign.touch()
        seat = Seat("sweep", World.of(store.plan, with_files=True), sign)
        seat.setup(None)
        played = seat.play(cells)
        assert [(one.written, one.row.values, one.row.done) for one in played] == [(True, (), True)] * 3
        rows = list(store.rows())
        assert [row.digest for row in rows] == [one.row.digest for one in played]
        assert all(row.values for row in rows)
        seat.teardown(None)

    def test_one_that_may_not_write_sends_its_rows(
        self, plan: ccsim.Plan, cells: tuple[Cell, ...], tmp_path: Path
    ) -> None:
        from ccsim.experiments.playing.seats import Seat

        store = Store.create(tmp_path / "out", plan)
        sign = tmp_path / "elsewhere" / ".sign"  # beside it there is no folder for rows
        sign.parent.mkdir()
        sign.touch()
        seat = Seat("sweep", World.of(store.plan, with_files=True), sign)
        seat.setup(None)
        for _ in range(2):
            played = seat.play(cells)
            assert all(not one.written and one.row.values for one in played)
        seat.teardown(None)

    def test_one_that_is_far_plays_the_files_that_were_sent_not_those_it_has(
        self, plan: ccsim.Plan, cells: tuple[Cell, ...], tmp_path: Path
    ) -> None:
        from ccsim.experiments.playing.seats import Seat

        world = World.of(plan, with_files=True)
        volumes = tmp_path / "plan" / "volumes.csv"
        volumes.write_text(VOLUMES.format(200, 100))
        seat = Seat("sweep", world, None)
        seat.setup(None)
        far = [one.row.contacts for one in seat.play(cells)]
        volumes.write_text(VOLUMES.format(20, 10))
        from ccsim.experiments.playing.one_cell import Player

        assert far == [Player(world).play(cell).row.contacts for cell in cells]

    def test_one_that_was_told_to_stop_begins_no_cell(
        self, plan: ccsim.Plan, cells: tuple[Cell, ...]
    ) -> None:
        from ccsim.experiments.playing.seats import Seat, stop_playing

        seat = Seat("sweep", World.of(plan, with_files=True), None)
        seat.setup(None)
        stop_playing("sweep", SimpleNamespace(plugins={"sweep": seat}))
        assert seat.play(cells) == []

    def test_one_of_another_version_does_not_play(self, cells: tuple[Cell, ...]) -> None:
        from ccsim.experiments.playing.seats import play

        with pytest.raises(CcsimError, match="does not play by the rules 99/9"):
            play("sweep", "99/9", cells)


def test_written_rows_are_counted_and_not_written_again(
    plan: ccsim.Plan, cells: tuple[Cell, ...], tmp_path: Path
) -> None:
    from dataclasses import replace

    from ccsim.experiments.playing.one_cell import Played, Player

    store = Store.create(tmp_path / "out", plan)
    player = Player(World.of(store.plan))

    class Elsewhere:
        workers, chunk_s = 1, 1.0

        def run(self, chunks: Any, stop: Any) -> Iterator[list[Played]]:
            for chunk in chunks:
                with store.writer() as writer:
                    full = [player.play(cell) for cell in chunk]
                    writer.write(full)
                yield [Played(replace(one.row, values=(), controls={}), written=True) for one in full]

    outcome = Runner(store, Elsewhere()).run()
    assert (outcome.of, outcome.done, outcome.failed) == (3, 3, 0)
    assert [len(row.values) for row in store.rows()] == [1, 1, 1]
