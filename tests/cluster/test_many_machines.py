"""Cells on real dask workers: results are those of one process, whoever dies, joins or sees the folder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ccsim
from ccsim.cli.main import main
from ccsim.experiments.keeping import tables
from ccsim.experiments.keeping.store import PARTS, Store
from ccsim.experiments.playing.cluster import ClusterError, OnCluster, connected
from ccsim.experiments.playing.runner import Outcome, Progress
from ccsim.experiments.sweep import Sweep, run_plan
from tests.cluster.conftest import START_S, Machines, MakePlan

CELLS = 24
MakeMachines = Callable[..., Machines]


def csv(folder: Path) -> bytes:
    """The exported table."""
    file = folder.with_suffix(".csv")
    tables.write_csv(tables.tidy_rows(Store.open(folder)), file)
    return file.read_bytes()


def local(plan: ccsim.Plan, folder: Path) -> bytes:
    """What one process makes of the plan."""
    _, outcome = run_plan(plan, folder)
    assert outcome.done == outcome.of
    return csv(folder)


def far(
    plan: ccsim.Plan,
    folder: Path,
    address: str,
    *,
    shared: bool = True,
    patience_s: float = START_S,
    **more: Any,
) -> tuple[Sweep, Outcome]:
    with connected(address) as client:
        return run_plan(
            plan,
            folder,
            executor=lambda world: OnCluster(
                world, client, folder if shared else None, patience_s=patience_s
            ),
            **more,
        )


def pids(folder: Path) -> set[int]:
    return {row.pid for row in Store.open(folder).rows()}


def test_workers_that_share_the_folder_append_to_files_of_their_own(
    make_plan: MakePlan, two_workers: Machines, tmp_path: Path
) -> None:
    plan = make_plan(seconds=0.02)
    _, outcome = far(plan, tmp_path / "far", two_workers.address)
    assert (outcome.done, outcome.failed, outcome.of) == (CELLS, 0, CELLS)
    writers = {int(file.name.split("-")[-2]) for file in (tmp_path / "far" / PARTS).iterdir()}
    assert writers == pids(tmp_path / "far")
    assert os.getpid() not in writers
    assert csv(tmp_path / "far") == local(plan, tmp_path / "near")


def test_from_workers_without_the_folder_the_rows_come_back(
    make_plan: MakePlan, two_workers: Machines, tmp_path: Path
) -> None:
    plan = make_plan()
    _, outcome = far(plan, tmp_path / "far", two_workers.address, shared=False)
    assert outcome.done == CELLS
    (file,) = (tmp_path / "far" / PARTS).iterdir()
    assert f"-{os.getpid()}-" in file.name
    assert os.getpid() not in pids(tmp_path / "far")
    assert csv(tmp_path / "far") == local(plan, tmp_path / "near")


def test_interval_tables_are_the_same(make_plan: MakePlan, two_workers: Machines, tmp_path: Path) -> None:
    plan = make_plan(replications=2, interval_tables=True)
    for name, shared in (("shared", True), ("back", False)):
        far(plan, tmp_path / name, two_workers.address, shared=shared)
    run_plan(plan, tmp_path / "near")
    files = {
        name: {file.name: file.read_bytes() for file in (tmp_path / name / "intervals").iterdir()}
        for name in ("shared", "back", "near")
    }
    assert len(files["near"]) == 8
    assert files["shared"] == files["back"] == files["near"]


def _may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0


@pytest.mark.skipif(not _may_mount(), reason="a worker that cannot see a folder needs the right to mount")
def test_a_worker_that_sees_another_disk_gets_the_scenarios_files_and_sends_rows_back(
    make_plan: MakePlan, machines: MakeMachines, tmp_path: Path
) -> None:
    """Its own disk is where the parent's folder is; a worker that shares the folder works beside it."""
    cluster = machines()
    disk = tmp_path / "disk"
    disk.mkdir()
    hide = f'mount -t tmpfs none "{disk}" && exec "$@"'
    apart = cluster.worker("--name", "apart", before=("unshare", "-m", "sh", "-c", hide, "sh"))
    beside = cluster.worker("--name", "beside")
    plan = make_plan(seconds=0.1)
    with connected(cluster.address) as client:
        client.wait_for_workers(2, timeout=START_S)
    far(plan, disk / "far", cluster.address)
    rows = list(Store.open(disk / "far").rows())
    assert {row.pid for row in rows} == {apart.pid, beside.pid}
    writers = {int(file.name.split("-")[-2]) for file in (disk / "far" / PARTS).iterdir()}
    assert writers == {os.getpid(), beside.pid}
    assert csv(disk / "far") == local(plan, tmp_path / "near")


@pytest.mark.parametrize("shared", [True, False], ids=["shared", "rows come back"])
def test_a_killed_worker_costs_nothing(
    make_plan: MakePlan, machines: MakeMachines, tmp_path: Path, shared: bool
) -> None:
    cluster = machines()
    victim, survivor = cluster.worker(), cluster.worker()
    plan = make_plan(seconds=0.1)
    with connected(cluster.address) as client:
        client.wait_for_workers(2, timeout=START_S)

    def kill_once(progress: Progress) -> None:
        if progress.done >= 4 and victim.poll() is None:
            os.kill(victim.pid, signal.SIGKILL)
            victim.wait(10)

    _, outcome = far(plan, tmp_path / "far", cluster.address, shared=shared, on_progress=kill_once)
    assert victim.returncode == -signal.SIGKILL
    assert (outcome.done, outcome.failed) == (CELLS, 0)
    assert survivor.pid in pids(tmp_path / "far")
    assert csv(tmp_path / "far") == local(plan, tmp_path / "near")


def test_workers_may_join_late(make_plan: MakePlan, machines: MakeMachines, tmp_path: Path) -> None:
    """The sweep waits for the first, and gives to the second what is left."""
    cluster = machines()
    plan = make_plan(seconds=0.1)
    started: list[subprocess.Popen[bytes]] = []

    def start_second(progress: Progress) -> None:
        if len(started) == 1:
            started.append(cluster.worker())
            with connected(cluster.address) as client:
                client.wait_for_workers(2, timeout=START_S)

    started.append(cluster.worker())
    _, outcome = far(plan, tmp_path / "far", cluster.address, on_progress=start_second)
    assert outcome.done == CELLS
    assert pids(tmp_path / "far") == {process.pid for process in started}
    assert csv(tmp_path / "far") == local(plan, tmp_path / "near")


def test_without_its_scheduler_a_sweep_ends_with_a_sentence_and_resume_completes_it(
    make_plan: MakePlan, machines: MakeMachines, tmp_path: Path
) -> None:
    cluster = machines()
    cluster.worker()
    plan = make_plan(seconds=0.1)

    def kill(progress: Progress) -> None:
        if progress.done >= 4 and cluster.scheduler.poll() is None:
            os.kill(cluster.scheduler.pid, signal.SIGKILL)
            cluster.scheduler.wait(10)

    with pytest.raises(ClusterError, match="was lost") as caught:
        far(plan, tmp_path / "far", cluster.address, on_progress=kill)
    assert f"ccsim resume {tmp_path / 'far'}" in str(caught.value)
    before = len(list(Store.open(tmp_path / "far").rows()))
    assert 4 <= before < CELLS
    _, outcome = run_plan(Store.open(tmp_path / "far").plan, tmp_path / "far")
    assert (outcome.done, outcome.played) == (CELLS, CELLS - before)
    assert csv(tmp_path / "far") == local(plan, tmp_path / "near")


def test_a_cell_that_kills_its_workers_is_a_failed_row_and_the_others_are_done(
    make_plan: MakePlan, machines: MakeMachines, tmp_path: Path
) -> None:
    plan = make_plan()
    local(plan, tmp_path / "near")
    poisoned = next(row for row in Store.open(tmp_path / "near").rows() if row.case == "slow")
    (tmp_path / "poison").write_text(poisoned.digest)
    cluster = machines(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1")
    cluster.worker("--nanny")
    _, outcome = far(plan, tmp_path / "far", cluster.address)
    assert (outcome.done, outcome.failed) == (CELLS - 1, 1)
    (row,) = outcome.failures
    assert (row.key, row.stage) == (poisoned.key, "worker")
    assert "died" in row.error


def test_after_a_stop_the_workers_end_their_cells_and_no_more(
    make_plan: MakePlan, two_workers: Machines, tmp_path: Path
) -> None:
    plan = make_plan(seconds=0.1)
    seen: list[int] = []
    _, outcome = far(
        plan,
        tmp_path / "far",
        two_workers.address,
        on_progress=lambda progress: seen.append(progress.done),
        stop=lambda: bool(seen and seen[-1] >= 4),
    )
    assert outcome.interrupted
    assert 4 <= outcome.done < CELLS
    assert len(list(Store.open(tmp_path / "far").rows())) == outcome.done
    far(plan, tmp_path / "far", two_workers.address)
    assert csv(tmp_path / "far") == local(plan, tmp_path / "near")


def test_a_scheduler_without_workers_is_given_up(
    make_plan: MakePlan, machines: MakeMachines, tmp_path: Path
) -> None:
    cluster = machines()
    with pytest.raises(ClusterError, match=r"no worker for 1 s.*dask worker tcp://"):
        far(make_plan(), tmp_path / "far", cluster.address, patience_s=1)


def test_the_command_plays_and_resumes_on_a_cluster(
    make_plan: MakePlan, two_workers: Machines, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = make_plan()
    run_plan(plan, tmp_path / "far", shard=(0, 3))
    assert 0 < len(list(Store.open(tmp_path / "far").rows())) < CELLS
    with pytest.raises(SystemExit) as ended:
        main(["resume", str(tmp_path / "far"), "--cluster", two_workers.address, "--quiet"])
    assert ended.value.code == 0
    assert f"{CELLS} of {CELLS} cells done" in capsys.readouterr().out
    assert csv(tmp_path / "far") == local(plan, tmp_path / "near")


def test_replications_are_added_for_precision_as_on_one_machine(
    make_plan: MakePlan, two_workers: Machines, tmp_path: Path
) -> None:
    """Several rounds, each with rows that come back, since all values are needed."""
    plan = make_plan(replications=3, precision={"service_level": "+/- 8%", "at_most": 12})
    run_plan(plan, tmp_path / "far", shard=(0, 3))
    with pytest.raises(SystemExit):
        main(["resume", str(tmp_path / "far"), "--cluster", two_workers.address, "--quiet"])
    run_plan(plan, tmp_path / "near")
    assert len(list(Store.open(tmp_path / "near").rows())) > 3 * 4
    assert csv(tmp_path / "far") == csv(tmp_path / "near")


def test_an_address_where_nobody_answers_is_bad_input(
    make_plan: MakePlan, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_plan(make_plan(), tmp_path / "far", shard=(0, 3))
    began = time.monotonic()
    with pytest.raises(SystemExit) as ended:
        main(["resume", str(tmp_path / "far"), "--cluster", "tcp://127.0.0.1:1", "--quiet"])
    assert ended.value.code == 2
    assert "no dask scheduler answers at tcp://127.0.0.1:1" in capsys.readouterr().err
    assert time.monotonic() - began < 10


def test_the_machinery_is_imported_only_when_asked_for() -> None:
    parts = "sys, ccsim.cli.main, ccsim.experiments.playing.executors"
    code = f"import {parts}; sys.exit('distributed' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
