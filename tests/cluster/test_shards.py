"""Shards partition the cells; together they export what one run exports; the example files do it for real."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import ccsim
from ccsim.experiments.keeping.store import PARTS, Store
from ccsim.experiments.planning.cells import Naming, in_shard
from ccsim.experiments.planning.designs import points_of
from ccsim.experiments.sweep import run_plan
from tests.cluster.conftest import SCENARIO, SOURCE, VOLUMES, MakePlan
from tests.cluster.test_many_machines import CELLS, csv, local

EXAMPLES = Path(__file__).parents[2] / "experiments" / "cluster"
needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="the examples are shell scripts")


@pytest.mark.parametrize("shards", [1, 2, 7, 50])
def test_every_cell_is_in_one_shard(make_plan: MakePlan, shards: int) -> None:
    plan = make_plan(replications=500)
    naming = Naming(plan)
    keys = [naming.key(point, number) for point in points_of(plan) for number in range(500)]
    sizes = [sum(in_shard(key, (shard, shards)) for key in keys) for shard in range(shards)]
    assert sum(sizes) == len(keys) == 2000
    assert all(sum(in_shard(key, (shard, shards)) for shard in range(shards)) == 1 for key in keys[:100])
    assert min(sizes) > 0.4 * len(keys) / shards  # 40 expected in each of 50: fewer than 16 is one in 10^5


def test_shards_of_one_folder_export_what_one_run_exports(make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan()
    counts = [run_plan(plan, tmp_path / "far", shard=(shard, 3))[1].done for shard in (2, 0, 1)]
    assert sum(counts) == CELLS
    assert csv(tmp_path / "far") == local(plan, tmp_path / "near")


def test_shards_of_folders_of_their_own_are_joined_by_copying_their_parts(
    make_plan: MakePlan, tmp_path: Path
) -> None:
    plan = make_plan()
    for shard in range(3):
        run_plan(plan, tmp_path / f"part{shard}", shard=(shard, 3))
    for shard in (1, 2):
        for file in (tmp_path / f"part{shard}" / PARTS).iterdir():
            shutil.copy(file, tmp_path / "part0" / PARTS)
    assert csv(tmp_path / "part0") == local(plan, tmp_path / "near")


def running(group: int) -> list[str]:
    """Processes of a group that have not ended (some wait for somebody to ask how)."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True)
    found = [line.split(None, 2) for line in listed.stdout.splitlines()]
    return [args for pgid, stat, args in found if int(pgid) == group and not stat.startswith("Z")]


class TestExamples:
    """The ready files, with ``ccsim`` and ``dask`` of this Python."""

    @pytest.fixture
    def experiment(self, tmp_path: Path) -> Path:
        folder = tmp_path / "experiment"
        folder.mkdir()
        (folder / "volumes.csv").write_text(VOLUMES)
        YAML().dump(SCENARIO, folder / "tiny.yaml")
        data = {"format": 1, "name": "tiny", "scenario": "tiny.yaml", "seed": 5, "replications": 12}
        YAML().dump(data, folder / "experiment.yaml")
        return folder / "experiment.yaml"

    @pytest.fixture
    def environment(self, tmp_path: Path) -> dict[str, str]:
        commands = tmp_path / "bin"
        commands.mkdir()
        for name, module in (("ccsim", "ccsim.cli"), ("dask", "dask")):
            command = commands / name
            command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n')
            command.chmod(0o755)
        return os.environ | {"PATH": f"{commands}:{os.environ['PATH']}", "PYTHONPATH": str(SOURCE)}

    def near(self, experiment: Path, tmp_path: Path) -> bytes:
        return local(ccsim.load_plan(experiment), tmp_path / "near")

    @needs_bash
    def test_a_slurm_array_plays_every_cell(
        self, experiment: Path, environment: dict[str, str], tmp_path: Path
    ) -> None:
        for task in range(2):
            slurm = {
                "SLURM_ARRAY_TASK_ID": str(task),
                "SLURM_ARRAY_TASK_COUNT": "2",
                "SLURM_CPUS_PER_TASK": "1",
            }
            command = ["bash", EXAMPLES / "slurm_array.sh", experiment, tmp_path / "far"]
            subprocess.run(command, env=environment | slurm, check=True, capture_output=True, timeout=180)
            assert (len(list(Store.open(tmp_path / "far").rows())) == 12) == (task == 1)
        assert csv(tmp_path / "far") == self.near(experiment, tmp_path)

    def test_a_kubernetes_job_plays_every_cell(
        self, experiment: Path, environment: dict[str, str], tmp_path: Path
    ) -> None:
        job = YAML(typ="safe").load(EXAMPLES / "kubernetes_indexed_job.yaml")
        (container,) = job["spec"]["template"]["spec"]["containers"]
        shards = {entry["name"]: entry["value"] for entry in container["env"]}["SHARDS"]
        assert int(shards) == job["spec"]["completions"]
        (line,) = container["args"]
        line = line.replace("/experiment/", f"{experiment.parent}/").replace("/results/", f"{tmp_path}/")
        for pod in range(2):
            pods = {"JOB_COMPLETION_INDEX": str(pod), "SHARDS": "2"}
            command = [*container["command"], line.replace("--workers 4", "--workers 1")]
            subprocess.run(command, env=environment | pods, check=True, capture_output=True, timeout=180)
        assert csv(tmp_path / "sweep") == self.near(experiment, tmp_path)

    @needs_bash
    def test_the_dask_script_plays_and_leaves_no_process(
        self, experiment: Path, environment: dict[str, str], tmp_path: Path
    ) -> None:
        command = ["bash", EXAMPLES / "dask_local.sh", experiment, tmp_path / "far", "1"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   start_new_session=True)  # fmt: skip
        out, said = process.communicate(timeout=240)
        assert process.returncode == 0, said
        assert b"12 of 12 cells done" in out
        end = time.monotonic() + 20
        while running(process.pid) and time.monotonic() < end:
            time.sleep(0.2)
        assert running(process.pid) == []
        assert csv(tmp_path / "far") == self.near(experiment, tmp_path)


def test_the_simulated_cluster_agrees_with_paper_where_one_thing_is_the_bottleneck() -> None:
    import runpy

    model = runpy.run_path(str(EXAMPLES / "scheduler_load.py"))
    load, simulated = model["Load"], model["simulated"]
    for one in (
        load(workers=200, cell_s=0.05, chunk_s=0.05),  # the scheduler
        load(workers=50, cell_s=0.5, chunk_s=2.0),  # the workers
        load(workers=200, cell_s=0.002, chunk_s=2.0),  # the parent
    ):
        assert simulated(one, 18.0) == pytest.approx(one.bound(), rel=0.03)
