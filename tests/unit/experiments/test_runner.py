"""Playing what is missing: workers, shards, stops, failures, workers that die, and equal tables after all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ccsim
from ccsim.errors import CcsimError
from ccsim.experiments.keeping.provenance import reproduce, rerun
from ccsim.experiments.keeping.store import Store
from ccsim.experiments.keeping.tables import cell_rows, tidy_rows, wide_rows, write_csv, write_parquet
from ccsim.experiments.planning.cells import Naming
from ccsim.experiments.planning.designs import points_of
from ccsim.experiments.playing import executors
from ccsim.experiments.playing import one_cell as playing
from ccsim.experiments.playing.executors import Chunk, InProcesses, InThreads
from ccsim.experiments.playing.one_cell import World
from ccsim.experiments.playing.runner import Progress, Runner, executor_for
from ccsim.experiments.sweep import Sweep, run_plan

from .conftest import MakePlan


def exported(sweep: Sweep, folder: Path) -> list[bytes]:
    """The bytes of the tidy and the wide table, as CSV and as Parquet."""
    found = []
    for make in (tidy_rows, wide_rows):
        for write in (write_csv, write_parquet):
            write(make(sweep.store), folder / "table")
            found.append((folder / "table").read_bytes())
    return found


@pytest.fixture
def expected(make_plan: MakePlan, tmp_path: Path) -> list[bytes]:
    sweep, outcome = run_plan(make_plan(), tmp_path / "expected", engine="simpy")
    assert (outcome.done, outcome.of, outcome.failed, outcome.interrupted) == (12, 12, 0, False)
    return exported(sweep, tmp_path)


@pytest.mark.parametrize(
    ("engine", "executor"),
    [
        ("compiled", lambda world: InThreads(world, 2)),
        ("simpy", lambda world: InThreads(world, 3)),
        ("simpy", lambda world: InProcesses(world, 2)),
    ],
    ids=["threads, compiled", "threads, simpy", "processes, simpy"],
)
def test_the_table_has_the_same_bytes_for_any_workers_and_engine(
    make_plan: MakePlan, tmp_path: Path, expected: list[bytes], engine: str, executor: Callable[[World], Any]
) -> None:
    sweep, outcome = run_plan(make_plan(), tmp_path / "out", engine=engine, executor=executor)
    assert (outcome.played, outcome.done) == (12, 12)
    assert exported(sweep, tmp_path) == expected


def test_shards_in_one_folder_make_the_whole(
    make_plan: MakePlan, tmp_path: Path, expected: list[bytes]
) -> None:
    counts = []
    for part in (2, 0, 1):
        sweep, outcome = run_plan(make_plan(), tmp_path / "out", engine="simpy", shard=(part, 3))
        assert outcome.done == outcome.of
        counts.append(outcome.played)
    assert sum(counts) == 12
    assert exported(sweep, tmp_path) == expected


@pytest.mark.parametrize("shards", [3, 5])
def test_shards_with_a_precision_take_points_and_add_replications(
    make_plan: MakePlan, tmp_path: Path, shards: int
) -> None:
    plan = make_plan(precision={"service_level": "+/- 6%", "at_most": 14})
    whole, outcome = run_plan(plan, tmp_path / "whole", engine="simpy")
    assert outcome.played > 12
    counts, points = 0, []
    for part in reversed(range(shards)):
        sweep, found = run_plan(plan, tmp_path / "out", engine="simpy", shard=(part, shards))
        assert (found.done, found.of) == (found.played, found.played)
        counts += found.played
        points.append(len({(row.case, row.point) for row in sweep.store.rows()}))
    assert counts == outcome.played
    assert points[-1] == 4
    assert len(set(points)) == min(shards, 4) + (shards > 4)
    assert exported(sweep, tmp_path) == exported(whole, tmp_path)


def test_stops_and_starts_make_the_whole(make_plan: MakePlan, tmp_path: Path, expected: list[bytes]) -> None:
    starts = 0
    while True:
        asked = iter([False, False, False, False, True])
        sweep, outcome = run_plan(
            make_plan(), tmp_path / "out", engine="simpy", stop=lambda asked=asked: next(asked, True)
        )
        starts += 1
        if not outcome.interrupted:
            break
        assert outcome.played < 12
    assert starts > 2
    assert exported(sweep, tmp_path) == expected


@pytest.mark.parametrize("workers", [1, 3])
def test_cells_are_taken_as_they_are_needed(make_plan: MakePlan, workers: int) -> None:
    """Not all at once: memory does not grow with their number."""
    plan = make_plan()
    naming, point = Naming(plan), points_of(plan)[0]
    taken = 0

    def chunks() -> Iterator[Chunk]:
        nonlocal taken
        for replication in range(40):
            taken += 1
            yield (naming.cell(point, replication),)

    given = 0
    for rows in InThreads(World.of(plan, "simpy"), workers).run(chunks(), lambda: False):
        given += len(rows)
        assert taken - given <= 2 * workers
    assert given == 40


def test_metrics_of_the_users_own_run_where_they_harm_nobody(tiny: ccsim.Scenario, tmp_path: Path) -> None:
    """With several workers in a process of their own, from the first cell on."""
    plan = _deadly(
        tmp_path, tiny, f"    if os.getpid() == {os.getpid()}: os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert run_plan(plan, tmp_path / "out", engine="simpy", workers=2)[1].done == 14


def test_what_is_done_is_not_played_again(make_plan: MakePlan, tmp_path: Path) -> None:
    run_plan(make_plan(), tmp_path / "out", engine="simpy")
    _, outcome = run_plan(make_plan(), tmp_path / "out", engine="simpy")
    assert (outcome.played, outcome.done, outcome.of) == (0, 12, 12)


def test_progress_counts_up_also_through_added_replications(make_plan: MakePlan, tmp_path: Path) -> None:
    seen: list[Progress] = []
    plan = make_plan(precision={"asa": "+/- 1s", "at_most": 9})
    _, outcome = run_plan(plan, tmp_path / "out", engine="simpy", on_progress=seen.append)
    assert [p.done for p in seen] == sorted({p.done for p in seen})
    assert [p.of for p in seen] == sorted(p.of for p in seen)
    assert (seen[0].of, seen[-1].done, seen[-1].of, seen[-1].left_s) == (12, outcome.of, outcome.of, 0.0)
    assert 12 < outcome.of <= 36


def test_the_widest_interval_is_the_one_farthest_from_its_wish(make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan(precision={"asa": "+/- 1s", "at_most": 3})
    run_plan(plan, tmp_path / "out", engine="simpy")
    runner = Runner(Store.open(tmp_path / "out"), InThreads(World.of(plan, "simpy")))
    widest = max((e for e in runner.estimates.all() if e.metric == "asa"), key=lambda e: e.half_width)
    assert runner._widest() == widest


# -- cells that fail ----------------------------------------------------------------------------------------


def test_an_impossible_value_costs_its_cells_alone(make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan(vary={"agent_groups.desk.headcount": [5, -1, 7]})
    sweep, outcome = run_plan(plan, tmp_path / "out", engine="simpy")
    assert (outcome.done, outcome.failed) == (12, 6)
    status = sweep.status()
    failed = status[status["status"] == "failed"]
    assert set(failed["point"]) == {2}
    assert set(failed["stage"]) == {"scenario"}
    assert failed["error"].str.contains("agent_groups.desk.headcount must be from 0").all()
    good = sweep.metrics()
    assert set(good["point"]) == {1, 3}


def test_a_metric_that_divides_by_zero_costs_its_cell_alone(tiny: ccsim.Scenario, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "def inverse(log):\n    count = len(log.contacts['issue'])\n    return 1 / (count - 61)\n"
    )
    data = {"name": "a", "seed": 5, "replications": 12, "measure": ["offered", "mine.py:inverse"]}
    plan = ccsim.Plan.from_dict(data, tmp_path, tiny)
    sweep, outcome = run_plan(plan, tmp_path / "out", engine="simpy")
    offered = [len(log.contacts["issue"]) for log in ccsim.simulate(tiny, 5, 12, "simpy").logs]
    assert 0 < offered.count(61) < 12  # the seed is one of those that break some cells
    assert outcome.failed == offered.count(61)
    failed = [row for row in sweep.store.rows() if not row.done]
    assert {row.stage for row in failed} == {"metrics"}
    assert {row.error for row in failed} == {"ZeroDivisionError: division by zero (mine.py, line 3)"}


def test_a_failed_cell_is_tried_three_times_in_all(tiny: ccsim.Scenario, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def never(log):\n    raise ValueError('no')\n")
    data = {"name": "a", "seed": 5, "replications": 2, "measure": ["mine.py:never"]}
    plan = ccsim.Plan.from_dict(data, tmp_path, tiny)
    counts = []
    for _ in range(4):
        sweep, outcome = run_plan(plan, tmp_path / "out", engine="simpy")
        assert outcome.failed == 2
        assert len(outcome.failures) == 2
        counts.append(outcome.played)
    assert counts == [2, 2, 2, 0]
    assert {row.tries for row in sweep.store.rows() if not row.done} == {3}


def test_an_impossible_value_is_tried_once(make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan(vary={"agent_groups.desk.headcount": [-1, 7]}, replications=1)
    counts = []
    for _ in range(2):
        _, outcome = run_plan(plan, tmp_path / "out", engine="simpy")
        assert outcome.failed == 2
        counts.append(outcome.played)
    assert counts == [4, 0]


def test_an_engine_that_raises_is_a_row(
    make_plan: MakePlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = playing.draw

    def draw(program: Any, seed: int, replication: int, *more: Any) -> Any:
        if replication == 1:
            raise MemoryError
        return real(program, seed, replication, *more)

    monkeypatch.setattr(playing, "draw", draw)
    sweep, outcome = run_plan(make_plan(), tmp_path / "out", engine="simpy")
    assert (outcome.done, outcome.failed) == (8, 4)
    status = sweep.status()
    assert set(status[status["status"] == "failed"]["stage"]) == {"draw"}
    monkeypatch.undo()
    assert run_plan(make_plan(), tmp_path / "out", engine="simpy")[1].done == 12


def _deadly(folder: Path, tiny: ccsim.Scenario, code: str) -> ccsim.Plan:
    head = "import os, signal, pathlib\ndef count(log):\n    n = len(log.contacts['issue'])\n"
    (folder / "mine.py").write_text(f"{head}{code}    return n\n")
    data = {"name": "a", "seed": 5, "replications": 14, "measure": ["offered", "mine.py:count"]}
    return ccsim.Plan.from_dict(data, folder, tiny)


def test_a_cell_that_kills_its_worker_is_given_up_and_costs_no_other(
    tiny: ccsim.Scenario, tmp_path: Path
) -> None:
    offered = [len(log.contacts["issue"]) for log in ccsim.simulate(tiny, 5, 14, "simpy").logs]
    poison = max(offered)
    plan = _deadly(tmp_path, tiny, f"    if n == {poison}: os.kill(os.getpid(), signal.SIGKILL)\n")
    sweep, outcome = run_plan(plan, tmp_path / "out", engine="simpy", executor=lambda w: InProcesses(w, 2))
    failed = [row for row in sweep.store.rows() if not row.done]
    assert [row.replication for row in failed] == [r for r, n in enumerate(offered) if n == poison]
    assert outcome.done == 14 - len(failed)
    assert {(row.stage, row.tries) for row in failed} == {("worker", executors.MOST_DEATHS)}
    assert "worker process died" in failed[0].error


def test_a_worker_that_dies_once_costs_nothing(tiny: ccsim.Scenario, tmp_path: Path) -> None:
    flag = tmp_path / "died"
    code = (
        f"    flag = pathlib.Path({str(flag)!r})\n"
        "    if n % 3 == 0 and not flag.exists():\n"
        "        flag.touch()\n        os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    plan = _deadly(tmp_path, tiny, code)
    sweep, outcome = run_plan(plan, tmp_path / "out", engine="simpy", executor=lambda w: InProcesses(w, 2))
    assert flag.exists()
    assert (outcome.done, outcome.failed) == (14, 0)
    assert all(row.done for row in sweep.store.rows())


# -- again --------------------------------------------------------------------------------------------------


def test_a_cell_again_has_its_digest_and_log(make_plan: MakePlan, tmp_path: Path) -> None:
    sweep, _ = run_plan(make_plan(), tmp_path / "out", engine="simpy")
    again = rerun(sweep.store, "slow", 2, 1)
    assert again.row is not None
    assert again.digest == again.row.digest
    assert len(again.run.legs) == again.row.legs
    assert rerun(sweep.store, "slow", 2, 7).row is None  # not one of the sweep's replications
    with pytest.raises(CcsimError, match="no point 3 of a case 'slow'"):
        rerun(sweep.store, "slow", 3, 1)


def test_a_sample_is_reproduced_and_a_forged_row_is_noticed(make_plan: MakePlan, tmp_path: Path) -> None:
    sweep, _ = run_plan(make_plan(), tmp_path / "out", engine="simpy")
    assert [again.equal for again in reproduce(sweep.store, 5)] == [True] * 5
    (path,) = sweep.store.parts()
    digest = next(sweep.store.rows()).digest
    path.write_bytes(path.read_bytes().replace(digest.encode(), b"0" * 32))
    found = reproduce(sweep.store, 0)
    assert [again.equal for again in found] == [False] + [True] * 11


# -- tables -------------------------------------------------------------------------------------------------


def test_tables_of_a_sweep(make_plan: MakePlan, tmp_path: Path) -> None:
    import pandas as pd

    sweep, _ = run_plan(make_plan(), tmp_path / "out", engine="simpy")
    tidy, wide, status, points = sweep.metrics(), sweep.wide(), sweep.status(), sweep.points()
    heads = "agent_groups.desk.headcount"
    assert list(tidy.columns) == ["case", "point", heads, "replication", "queue", "metric", "value", "weight"]
    assert (len(wide), len(status), len(points)) == (12, 12, 4)
    one = tidy[(tidy["case"] == "slow") & (tidy["point"] == 2) & (tidy["replication"] == 3)]
    row = wide[(wide["case"] == "slow") & (wide["point"] == 2) & (wide["replication"] == 3)].iloc[0]
    for _, value in one.iterrows():
        name = value["metric"] if value["queue"] == "all" else f"{value['metric']} {value['queue']}"
        assert row[name] == pytest.approx(value["value"], nan_ok=True)
    write_parquet(tidy_rows(sweep.store), tmp_path / "t.parquet")
    write_csv(tidy_rows(sweep.store), tmp_path / "t.csv")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "t.parquet"), tidy, check_dtype=False)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "t.csv"), tidy, check_dtype=False)
    assert next(cell_rows(sweep.store)[1])[:5] == ("base", 1, 5, 1, "done")


def test_text_that_a_spreadsheet_would_run_is_quoted(tmp_path: Path) -> None:
    write_csv((["a", "b"], iter([("=1+1", 2.5), ("plain", float("nan"))])), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == "a,b\n'=1+1,2.5\nplain,\n"


def test_the_executor_is_chosen_by_what_there_is_to_do(make_plan: MakePlan) -> None:
    world = World.of(make_plan())
    for workers, cells, cell_s, engine, kind in [
        (1, 10_000, 0.01, "compiled", InThreads),
        (2, 10_000, 0.01, "compiled", InProcesses),
        (2, 100, 0.01, "compiled", InThreads),
        (2, 10_000, 2.0, "compiled", InThreads),
        (2, 10_000, 2.0, "simpy", InProcesses),
    ]:
        found = executor_for(world, workers, cells=cells, cell_s=cell_s, engine=engine)
        assert (type(found), found.workers) == (kind, workers)


def test_requests_that_make_no_sense(make_plan: MakePlan, tmp_path: Path) -> None:
    with pytest.raises(CcsimError, match="at least one worker"):
        run_plan(make_plan(), tmp_path / "out", workers=0)
    with pytest.raises(CcsimError, match="shard 3 of 3"):
        run_plan(make_plan(), tmp_path / "out", shard=(3, 3))


def test_the_plan_runs_itself(make_plan: MakePlan, tmp_path: Path) -> None:
    sweep = make_plan(by=[], measure=["asa"]).run(tmp_path / "out", engine="simpy")
    table = sweep.estimates()
    assert list(table.columns) == [
        "case",
        "point",
        "metric",
        "value",
        "low",
        "high",
        "half_width",
        "replications",
    ]
    assert len(table) == 4
    assert len(Sweep.open(tmp_path / "out").estimates()) == 4
