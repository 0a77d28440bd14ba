"""A cell that ends the process of the whole sweep costs that cell alone; a kill from outside costs none."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import ccsim
from ccsim.experiments.keeping.store import PARTS, Store
from ccsim.experiments.playing.executors import MOST_DEATHS
from ccsim.experiments.playing.in_flight import NAME, InFlight, LeftBehind
from ccsim.experiments.sweep import run_plan

KEYS = ["0" * 32, "1" * 32, "2" * 32]


def left(folder: Path) -> list[Path]:
    return list(folder.glob(f"*{NAME}-*"))


def dead(folder: Path, keys: list[str]) -> Path:
    """What a process that was killed leaves behind."""
    path = folder / f"{NAME}-elsewhere-7-a"
    path.write_text("".join(f"{key}\n" for key in keys))
    return path


def test_every_thread_has_its_place(tmp_path: Path) -> None:
    both, seen = threading.Barrier(3), []
    with InFlight(tmp_path) as notes:

        def play(key: str) -> None:
            with notes.playing(KEYS[2]):
                pass
            with notes.playing(key):
                both.wait()
                both.wait()

        threads = [threading.Thread(target=play, args=(key,)) for key in KEYS[:2]]
        for thread in threads:
            thread.start()
        both.wait()
        (path,) = left(tmp_path)
        seen = sorted(path.read_text().split())
        both.wait()
        for thread in threads:
            thread.join()
        assert path.read_text().split() == []
    assert seen == KEYS[:2]
    assert left(tmp_path) == []


def test_notes_of_a_living_process_are_nobody_elses(tmp_path: Path) -> None:
    with InFlight(tmp_path) as notes, notes.playing(KEYS[0]):
        assert LeftBehind(tmp_path).keys == frozenset()
        assert len(left(tmp_path)) == 1


def test_what_was_played_since_is_settled(tmp_path: Path) -> None:
    dead(tmp_path, KEYS[:2])
    found = LeftBehind(tmp_path)
    assert found.keys == frozenset(KEYS[:2])
    found.settle([KEYS[0]])
    assert LeftBehind(tmp_path).keys == frozenset(KEYS[:2])
    found.settle([KEYS[1], KEYS[2]])
    assert left(tmp_path) == []


def test_a_death_between_cells_leaves_nothing(tmp_path: Path) -> None:
    dead(tmp_path, [" " * 32])
    assert LeftBehind(tmp_path).keys == frozenset()
    assert left(tmp_path) == []


def test_where_nothing_can_be_noted_cells_are_played(tmp_path: Path) -> None:
    with InFlight(tmp_path / "nowhere") as notes, notes.playing(KEYS[0]):
        pass


# -- sweeps in threads that a cell ends -------------------------------------------------------------------

DEADLY = """
import os, signal
def count(log):
    n = len(log.contacts['issue'])
    if n == {poison}:
        {end}
    return n
"""
START = """
import sys
import ccsim
from ccsim.experiments.playing.executors import InThreads
from ccsim.experiments.keeping.store import PARTS
from ccsim.experiments.sweep import run_plan
plan, out, workers = sys.argv[1], sys.argv[2], int(sys.argv[3])
from pathlib import Path
run_plan(ccsim.load_plan(plan), out, engine="simpy",
         executor=lambda world: InThreads(world, workers, notes=Path(out) / PARTS))
"""

Start = Callable[[int], int]


@pytest.fixture
def poisoned(tiny: ccsim.Scenario, tmp_path: Path) -> tuple[ccsim.Plan, list[int]]:
    """A plan in the file ``plan.yaml``, and the replications that its metric ends."""
    offered = [len(log.contacts["issue"]) for log in ccsim.simulate(tiny, 5, 14, "simpy").logs]
    (tmp_path / "mine.py").write_text(DEADLY.format(poison=offered[6], end="os._exit(11)"))
    (tmp_path / "tiny.yaml").write_text(tiny.to_yaml())
    (tmp_path / "plan.yaml").write_text(
        "format: 1\nname: a\nscenario: tiny.yaml\nseed: 5\nreplications: 14\n"
        "measure: [offered, 'mine.py:count']\n"
    )
    return ccsim.load_plan(tmp_path / "plan.yaml"), [r for r, n in enumerate(offered) if n == offered[6]]


def start(tmp_path: Path, workers: int) -> int:
    """A sweep in threads of a process; how it ended."""
    command = [sys.executable, "-c", START, str(tmp_path / "plan.yaml"), str(tmp_path / "out"), str(workers)]
    return subprocess.run(command, capture_output=True, timeout=120).returncode


def test_a_cell_that_ends_the_sweep_is_given_up_when_it_goes_on(
    poisoned: tuple[ccsim.Plan, list[int]], tmp_path: Path
) -> None:
    plan, bad = poisoned
    workers = 2
    assert start(tmp_path, workers) == 11
    parts = tmp_path / "out" / PARTS
    assert LeftBehind(parts).keys
    sweep, outcome = run_plan(plan, tmp_path / "out", engine="simpy", workers=workers)
    failed = [row for row in sweep.store.rows() if not row.done]
    assert [row.replication for row in failed] == bad
    assert {(row.stage, row.tries) for row in failed} == {("worker", MOST_DEATHS)}
    assert (outcome.done, outcome.failed) == (14 - len(bad), len(bad))
    assert left(parts) == []
    assert run_plan(plan, tmp_path / "out", engine="simpy", workers=workers)[1].played == 0


def test_a_kill_from_outside_blames_no_cell(make_plan: Callable[..., ccsim.Plan], tmp_path: Path) -> None:
    plan = make_plan()
    store = Store.create(tmp_path / "out", plan)
    path = dead(tmp_path / "out" / PARTS, [store.naming.key(store.points[0], r) for r in (0, 2)])
    stopped = run_plan(plan, tmp_path / "out", engine="simpy", stop=lambda: True)[1]
    assert stopped.interrupted
    assert path.exists()
    sweep, outcome = run_plan(plan, tmp_path / "out", engine="simpy")
    assert (outcome.done, outcome.failed) == (12, 0)
    assert {row.tries for row in sweep.store.rows()} == {1}
    assert not path.exists()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_killed_process_leaves_its_notes(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from ccsim.experiments.playing.in_flight import InFlight\n"
        "with InFlight(Path(sys.argv[1])) as notes, notes.playing('a' * 32):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert LeftBehind(tmp_path).keys == frozenset({"a" * 32})
