"""Disks that are really full, files that may not grow, folders that may not be written: told, and mended."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

import ccsim
from ccsim.experiments.keeping.store import PARTS, Store
from ccsim.experiments.keeping.tables import tidy_rows, write_csv
from ccsim.experiments.sweep import run_plan

PLAN = """\
format: 1
name: tiny
scenario: tiny.yaml
seed: 5
replications: 60
cases: {base: {}, slow: {queues.cards.talk.mean: 7m}}
measure: [service_level, asa, offered]
by: [queue]
"""
# a sweep whose files may hold so many bytes
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.RLIM_INFINITY))
from ccsim.cli.main import main
main()
"""
# argument 1 becomes a disk of argument 2; there the sweep runs full, goes on with more room, and is exported
FULL = """
set -u
disk=$1 size=$2 plan=$3; shift 3
mount -t tmpfs -o size=$size none "$disk" || exit 77
"$@" sweep "$plan" --out "$disk/out" --engine simpy --workers 1 --quiet; echo "ended $?"
head -c 1000000 /dev/zero > "$disk/filler" 2> /dev/null
"$@" results "$disk/out" --csv "$disk/table.csv"; echo "ended $?"
ls -A "$disk"
mount -o remount,size=50m "$disk"
"$@" resume "$disk/out" --engine simpy --workers 1 --quiet; echo "ended $?"
"$@" results "$disk/out" --csv "$disk/../table.csv"; echo "ended $?"
"""


@pytest.fixture
def plan(tiny: ccsim.Scenario, tmp_path: Path) -> Path:
    (tmp_path / "tiny.yaml").write_text(tiny.to_yaml())
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    return path


@pytest.fixture
def expected(plan: Path, tmp_path: Path) -> bytes:
    """The table of a sweep with all the room it needs."""
    sweep, outcome = run_plan(ccsim.load_plan(plan), tmp_path / "near", engine="simpy")
    assert outcome.done == 120
    write_csv(tidy_rows(sweep.store), tmp_path / "near.csv")
    return (tmp_path / "near.csv").read_bytes()


def run(*command: object) -> subprocess.CompletedProcess[str]:
    source = str(Path(ccsim.__file__).parents[1])
    return subprocess.run(
        list(map(str, command)), capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": source},
    )  # fmt: skip


def limited(size: int, plan: Path, out: Path) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-c", LIMITED, size, "sweep", plan, "--out", out, "--engine", "simpy",
               "--workers", "1", "--quiet")  # fmt: skip


def may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    command = ["unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=100k none /mnt"]
    return subprocess.run(command, capture_output=True).returncode == 0


@pytest.mark.skipif(not may_mount(), reason="a small disk needs the right to mount")
@pytest.mark.parametrize("size", ["48k", "100k"])
def test_a_disk_runs_full_and_the_sweep_goes_on_with_more_room(
    plan: Path, expected: bytes, tmp_path: Path, size: str
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    done = run("unshare", "-m", "sh", "-c", FULL, "sh", disk, size, plan, sys.executable, "-m", "ccsim.cli")
    if done.returncode == 77:
        pytest.skip("this system has no tmpfs")
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith("ended")] == [
        "ended 1",
        "ended 1",
        "ended 0",
        "ended 0",
    ]
    assert (
        f"{disk / 'out'} cannot be written: the disk is full. Rows that were written are whole" in done.stderr
    )
    assert f"free some space, then go on with: ccsim resume {disk / 'out'}" in done.stderr
    assert f"{disk / 'table.csv'} cannot be written: No space left" in done.stderr
    assert "Traceback" not in done.stderr
    assert "table.csv" not in " ".join(lines)  # no half of it
    assert "tiny: 120 of 120 cells done" in done.stdout
    assert (tmp_path / "table.csv").read_bytes() == expected


def test_a_file_that_may_not_grow_ends_with_a_whole_row(plan: Path, expected: bytes, tmp_path: Path) -> None:
    done = limited(30_000, plan, tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "")
    assert "a file may not grow any more" in done.stderr
    assert f"allow larger files (ulimit -f), then go on with: ccsim resume {tmp_path / 'out'}" in done.stderr
    store = Store.open(tmp_path / "out")
    (path,) = (tmp_path / "out" / PARTS).iterdir()
    assert path.read_bytes().endswith(b"}\n")
    assert 0 < len(store.shelf()) < 120
    whole = len(store.shelf())
    sweep, outcome = run_plan(store.plan, tmp_path / "out", engine="simpy")
    assert (outcome.done, outcome.played) == (120, 120 - whole)
    write_csv(tidy_rows(sweep.store), tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == expected


def test_where_even_the_plan_has_no_room_nothing_is_left_half(plan: Path, tmp_path: Path) -> None:
    done = limited(1000, plan, tmp_path / "out")
    assert done.returncode == 1
    assert "Nothing was played yet; allow larger files (ulimit -f), then start again" in done.stderr
    assert [path.name for path in (tmp_path / "out").rglob("*") if path.is_file()] == []
    assert run_plan(ccsim.load_plan(plan), tmp_path / "out", engine="simpy")[1].done == 120


def as_nobody(act: Callable[[], None]) -> str:
    """What ``act`` says in a child that may not write everywhere, as root may."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.chdir("/")  # where the tests run, nobody may not even look
                os.setgid(65534)
                os.setuid(65534)
            act()
        except Exception as error:
            os.write(write, f"{type(error).__name__}: {error}".encode())
        os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read) as said:
        return said.read()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="permissions are others here")
def test_a_folder_that_may_not_be_written(make_plan: Callable[..., ccsim.Plan]) -> None:
    plan = make_plan()
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        room.chmod(0o755)
        said = as_nobody(lambda: run_plan(plan, room / "out", engine="simpy") and None)
        assert said == (
            f"StoreError: {room / 'out'} cannot be written: writing is not permitted. Nothing was played "
            "yet; allow it, or name another folder with --out, then start again"
        )
        Store.create(room / "out", plan)
        (room / "out" / PARTS).chmod(0o555)
        said = as_nobody(lambda: run_plan(plan, room / "out", engine="simpy") and None)
        assert "writing is not permitted. Rows that were written are whole and safe; allow it" in said
        (room / "out" / PARTS).chmod(0o755)
        assert run_plan(plan, room / "out", engine="simpy")[1].done == 12


def test_a_folder_that_is_gone(make_plan: Callable[..., ccsim.Plan], tmp_path: Path) -> None:
    store = Store.create(tmp_path / "out", make_plan())
    (tmp_path / "out" / PARTS).rmdir()
    with pytest.raises(ccsim.StoreError, match=r"no longer there.*bring it back"), store.writer():
        pass
