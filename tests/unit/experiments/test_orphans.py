"""Worker processes of a sweep that was killed end by themselves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ccsim.experiments.keeping.store import Store
from ccsim.experiments.playing import executors

from .conftest import MakePlan

START_S, END_S = 90.0, 20.0  # on a busy machine
GO_ON = """
import sys
from ccsim.experiments.keeping.store import Store
from ccsim.experiments.playing.executors import InProcesses
from ccsim.experiments.sweep import run_plan

folder = sys.argv[1]
plan = Store.open(folder).plan
run_plan(plan, folder, engine="simpy", executor=lambda world: InProcesses(world, 2))
"""


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    try:
        return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _players(folder: Path, sweep: subprocess.Popen[bytes]) -> set[int]:
    """The two processes that have played, once both have."""
    end = time.monotonic() + START_S
    while time.monotonic() < end and sweep.poll() is None:
        pids = {row.pid for row in Store.open(folder).rows()}
        if len(pids) == 2:
            return pids
        time.sleep(0.1)
    raise TimeoutError(f"two workers were to play; the sweep's exit code is {sweep.poll()}")


@pytest.mark.skipif(os.name != "posix", reason="only there a process is given to another parent")
def test_workers_end_soon_after_their_sweep_was_killed(make_plan: MakePlan, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    Store.create(folder, make_plan(replications=100_000))
    source = Path(executors.__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(source)}
    sweep = subprocess.Popen([sys.executable, "-c", GO_ON, str(folder)], env=environment)
    try:
        workers = _players(folder, sweep)
        assert sweep.pid not in workers
        assert all(_alive(pid) for pid in workers)
    finally:
        sweep.send_signal(signal.SIGKILL)
        sweep.wait(10)
    end = time.monotonic() + END_S
    while any(_alive(pid) for pid in workers) and time.monotonic() < end:
        time.sleep(0.1)
    left = [pid for pid in workers if _alive(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []
