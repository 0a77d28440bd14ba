"""Who takes part, at which size, and how one of them is run: a fresh process on one core."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from shutil import which
from typing import Any

from benchmarks.cases import CASES

ROOT = Path(__file__).parents[1]
ONE_THREAD = {
    f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA", "VECLIB_MAXIMUM")
}


@dataclass(frozen=True)
class Contestant:
    """``days``: size by case; a case that is not there cannot be expressed. ``needs``: module or program."""

    key: str
    title: str
    module: str
    days: dict[str, float]
    needs: str
    absent: str = ""

    def missing(self, case: str) -> str:
        """Why it cannot take part in a case; empty: it can."""
        if case not in self.days:
            return f"{self.title}: {self.absent}"
        if self.needs == "gcc":
            return "" if which("gcc") else f"{self.title}: gcc is not installed"
        if find_spec(self.needs) is None:
            return f"{self.title}: not installed (python -m pip install {self.needs})"
        return ""


def _full(**days: float) -> dict[str, float]:
    return {case: days.get(case, CASES[case].days) for case in CASES}


CONTESTANTS = (
    Contestant("compiled", "ccsim, compiled engine", "ccsim_compiled", _full(), "numba"),
    Contestant("limit", "C by hand, gcc -O3", "limit", _full(), "gcc"),
    Contestant("cimba", "Cimba", "cimba_hand", _full(), "cimba"),
    Contestant("simpy", "ccsim, SimPy engine", "ccsim_simpy", _full(a=4, b=8, c=10), "simpy"),
    Contestant("hand", "SimPy by hand", "simpy_hand", _full(a=4, b=4, c=6), "simpy"),
    Contestant(
        "ciw",
        "Ciw",
        "ciw_hand",
        {"a": 2, "b": 2},
        "ciw",
        "left out, a customer cannot choose among groups by preference there",
    ),
)


class Failed(Exception):
    """A contestant's program ended with an error."""


@contextmanager
def one_core() -> Iterator[bool]:
    """Bind this process and its children to one core; False where the system cannot."""
    if not hasattr(os, "sched_setaffinity"):
        yield False
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield True
    finally:
        os.sched_setaffinity(0, before)


def environment(**more: str) -> dict[str, str]:
    """One thread everywhere, this tree's ccsim first, and byte code kept as after an installation."""
    path = [str(ROOT / "src"), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    mine = {
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "ccsim-benchmarks" / "bytecode"),
    }
    return {**os.environ, **ONE_THREAD, **mine, **more}


def run(contestant: Contestant, case: str, days: float, seed: int) -> dict[str, Any]:
    """One measurement: what the contestant's program printed."""
    program = f"benchmarks.contestants.{contestant.module}"
    done = _started([sys.executable, "-m", program, case, str(days), str(seed)], environment())
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        raise Failed(f"{contestant.title}, case {case}: {' '.join(last)}")
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def cpu_of(command: list[str], env: dict[str, str]) -> tuple[float, float, str]:
    """CPU seconds and wall seconds of a whole command, and all that it printed."""
    before, began = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    done = _started(command, env)
    wall, after = time.perf_counter() - began, getrusage(RUSAGE_CHILDREN)
    if done.returncode:
        raise Failed(f"{' '.join(command)}: {done.stderr.strip()[-300:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall, done.stdout + done.stderr


def _started(command: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
