"""``ccsim resume --cluster`` as a process: what it says while it waits, when it is interrupted, at a loss."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ccsim.experiments.keeping.store import Store
from tests.cluster.conftest import SOURCE, START_S, Machines, MakePlan

MakeMachines = Callable[..., Machines]
SOON_S = 30.0  # on a busy machine


def begin(folder: Path, address: str, said: Path) -> subprocess.Popen[bytes]:
    """Start the command; its standard error goes into a file."""
    with said.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "ccsim.cli", "resume", str(folder), "--cluster", address],
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
            stdout=subprocess.DEVNULL,
            stderr=file,
        )


def until(ready: Callable[[], bool]) -> None:
    """Wait for something that is bound to happen."""
    end = time.monotonic() + START_S
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)


def ended(process: subprocess.Popen[bytes]) -> int | None:
    """Its exit code; None, and it is killed, where it goes on."""
    try:
        return process.wait(SOON_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def test_while_no_worker_is_there_it_says_so_and_one_interrupt_ends_it(
    make_plan: MakePlan, machines: MakeMachines, tmp_path: Path
) -> None:
    folder, said = tmp_path / "far", tmp_path / "said"
    Store.create(folder, make_plan())
    process = begin(folder, machines().address, said)
    until(lambda: b"\n" in said.read_bytes() or process.poll() is not None)
    assert said.read_text() == "waiting for a worker, up to 5 min\n"
    process.send_signal(signal.SIGINT)
    assert ended(process) == 130
    assert f"interrupted; go on with: ccsim resume {folder}" in said.read_text()


def test_at_the_loss_of_the_scheduler_only_ccsim_speaks(
    make_plan: MakePlan, machines: MakeMachines, tmp_path: Path
) -> None:
    folder, said = tmp_path / "far", tmp_path / "said"
    Store.create(folder, make_plan(seconds=0.3))
    cluster = machines()
    cluster.worker()
    process = begin(folder, cluster.address, said)
    until(lambda: any(True for _ in Store.open(folder).rows()) or process.poll() is not None)
    os.kill(cluster.scheduler.pid, signal.SIGKILL)
    assert ended(process) == 1
    text = " ".join(said.read_text().split())
    assert text.removeprefix("waiting for a worker, up to 5 min ").startswith("ccsim: the scheduler at")
    assert "was lost" in text
    assert "distributed" not in text
