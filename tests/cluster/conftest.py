"""A dask scheduler and workers as processes on loopback, and plans whose cells take a while."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import ccsim

pytest.importorskip("distributed", reason="dask.distributed is not installed: pip install ccsim[cluster]")

START_S = 90.0  # on a busy machine
SOURCE = Path(ccsim.__file__).parents[1]

SCENARIO: dict[str, Any] = {
    "format": 1,
    "name": "tiny",
    "time": {"start": "2026-03-02", "days": 1, "open": "10:00-11:00", "interval": "30m"},
    "queues": {
        "cards": {
            "arrivals": {"file": "volumes.csv"},
            "talk": "exponential mean 5m",
            "patience": "exponential mean 3m",
            "service_level": "80% in 20s",
        },
    },
    "agent_groups": {"desk": {"headcount": 4, "skills": ["cards"], "shifts": {"day": "100%"}}},
    "shifts": {"day": {"hours": "10:00-11:00"}},
}
VOLUMES = "interval_start,queue,offered\n2026-03-02 10:00,cards,25\n2026-03-02 10:30,cards,15\n"
# a metric that takes its time, and ends the worker where a file says so
SLOW = """
import os, signal, time
from pathlib import Path

def slow(log):
    time.sleep({seconds})
    poison = Path({poison!r})
    if poison.exists() and log.digest() == poison.read_text():
        os.kill(os.getpid(), signal.SIGKILL)
    return len(log.contacts["issue"])
"""

MakePlan = Callable[..., ccsim.Plan]


class Machines:
    """One scheduler with its workers; every process is ended by its own id."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(SOURCE),
            "DASK_DISTRIBUTED__DASHBOARD__LINK": "",
            "DASK_TEMPORARY_DIRECTORY": str(folder),
            **environment,
        }
        self._processes: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)
        )
        self.address = _address(file)

    def worker(self, *options: str, before: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
        """Start a worker of one thread."""
        nanny = () if "--nanny" in options else ("--no-nanny",)
        return self._start(
            "worker", self.address, "--nthreads", "1", "--no-dashboard", *nanny, *options, before=before
        )

    def close(self) -> None:
        """End everything."""
        for process in reversed(self._processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # of its own session: a nanny and its worker
            process.wait(10)

    def _start(self, kind: str, *options: str, before: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{kind}-{len(self._processes)}.log").open("wb")
        command = [*before, sys.executable, "-m", "dask", kind, *options]
        process = subprocess.Popen(
            command, env=self._environment, stdout=log, stderr=log, cwd=self.folder, start_new_session=True
        )
        self._processes.append(process)
        return process


def _address(file: Path) -> str:
    import json

    end = time.monotonic() + START_S
    while time.monotonic() < end:
        with suppress(FileNotFoundError, ValueError):
            return str(json.loads(file.read_text())["address"])
        time.sleep(0.05)
    raise TimeoutError("the scheduler did not start")


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Callable[..., Machines]]:
    """Makes a cluster that ends with the test."""
    made: list[Machines] = []

    def make(**environment: str) -> Machines:
        folder = tmp_path / f"machines-{len(made)}"
        folder.mkdir()
        made.append(Machines(folder, **environment))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A cluster of two workers that tests share and leave as it is."""
    machines = Machines(tmp_path_factory.mktemp("machines"))
    machines.worker()
    machines.worker()
    yield machines
    machines.close()


@pytest.fixture
def make_plan(tmp_path: Path) -> MakePlan:
    """A plan of 2 cases x 2 points x 6 replications of a scenario that reads a file."""
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / "volumes.csv").write_text(VOLUMES)

    def make(seconds: float = 0.0, **keys: Any) -> ccsim.Plan:
        (folder / "slow.py").write_text(SLOW.format(seconds=seconds, poison=str(tmp_path / "poison")))
        data = {
            "format": 1,
            "name": "tiny",
            "scenario": "tiny",
            "seed": 5,
            "replications": 6,
            "cases": {"base": {}, "slow": {"queues.cards.talk.mean": "7m"}},
            "vary": {"agent_groups.desk.headcount": [3, 4]},
            "measure": ["service_level", "asa", "offered", "wait_p90", "slow.py:slow"],
            "by": ["queue"],
            **keys,
        }
        scenario = ccsim.Scenario.from_dict(SCENARIO, folder=folder)
        return ccsim.Plan.from_dict(data, folder=folder, scenario=scenario)

    return make
