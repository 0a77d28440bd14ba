"""The store: nothing that was written is lost or misread, whatever happens to disk, clock or process."""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import ccsim
from ccsim.errors import StoreError
from ccsim.experiments.keeping.rows import CellRow, to_line
from ccsim.experiments.keeping.store import MANIFEST, PARTS, Store
from ccsim.experiments.keeping.tables import tidy_rows
from ccsim.experiments.playing.executors import InThreads
from ccsim.experiments.playing.one_cell import Played, Player, World
from ccsim.experiments.playing.runner import Outcome, Runner

from .conftest import MakePlan


def play(store: Store) -> Outcome:
    return Runner(store, InThreads(World.of(store.plan, "simpy"))).run()


@pytest.fixture
def full(make_plan: MakePlan, tmp_path: Path) -> Store:
    """A store in which all 12 cells are done."""
    store = Store.create(tmp_path / "full", make_plan())
    assert play(store).done == 12
    return store


def part(store: Store) -> Path:
    (path,) = store.parts()
    return path


def table(store: Store) -> list[tuple[object, ...]]:
    return [tuple(map(repr, row)) for row in tidy_rows(store)[1]]


def test_rows_come_by_case_point_and_replication_whatever_the_files(full: Store) -> None:
    before = table(full)
    lines = part(full).read_bytes().splitlines(keepends=True)
    part(full).unlink()
    for number in range(3):
        name = full.folder / PARTS / f"part-host{number}-1-{number}.jsonl"
        name.write_bytes(b"".join(reversed(lines[number::3])))
    assert table(full) == before
    assert [(r.case, r.point, r.replication) for r in full.rows()] == [
        (case, point, r) for case in ("base", "slow") for point in (1, 2) for r in range(3)
    ]


@pytest.mark.parametrize("left", [1, 40, 200, -1])
def test_a_torn_last_line_is_played_again(full: Store, left: int) -> None:
    before = table(full)
    lines = part(full).read_bytes().splitlines(keepends=True)
    part(full).write_bytes(b"".join(lines[:-1]) + lines[-1][:left])
    assert sum(1 for _ in full.rows()) == 11
    outcome = play(Store.open(full.folder))
    assert (outcome.played, outcome.done) == (1, 12)
    assert table(full) == before


def test_a_cell_played_twice_counts_once(full: Store) -> None:
    before = table(full)
    (full.folder / PARTS / "part-other-1-1.jsonl").write_bytes(part(full).read_bytes())
    assert table(full) == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda row: replace(row, digest="f" * 32), "another Log"),
        (
            lambda row: replace(row, values=(row.values[0]._replace(value=0.25), *row.values[1:])),
            "other values",
        ),
        (lambda row: replace(row, contacts=row.contacts + 1), "other values"),
    ],
)
def test_a_cell_that_came_out_differently_is_named(
    full: Store, change: Callable[[CellRow], CellRow], says: str
) -> None:
    row = change(list(full.rows())[7])
    (full.folder / PARTS / "part-other-1-1.jsonl").write_text(to_line(row))
    with pytest.raises(StoreError, match="case slow, point 1, replication 2 was played twice") as caught:
        full.shelf()
    assert says in str(caught.value)


def test_where_and_when_a_row_was_made_may_differ(full: Store) -> None:
    row = replace(next(full.rows()), host="elsewhere", seconds=9.0, at="1970-01-01", pid=1, engine="compiled")
    (full.folder / PARTS / "part-other-1-1.jsonl").write_text(to_line(row))
    assert len(full.shelf()) == 12


def test_rows_of_another_experiment_are_refused(full: Store, make_plan: MakePlan, tmp_path: Path) -> None:
    other = Store.create(tmp_path / "other", make_plan(seed=6))
    play(other)
    (full.folder / PARTS / "part-other-1-1.jsonl").write_bytes(part(other).read_bytes())
    with pytest.raises(StoreError, match="a row of another experiment"):
        full.shelf()


@pytest.mark.parametrize(
    "keys", [{"seed": 6}, {"measure": ["asa"]}, {"cases": {"base": {}}}, {"replications": 4}]
)
def test_a_folder_is_not_used_for_another_experiment(
    full: Store, make_plan: MakePlan, keys: dict[str, object]
) -> None:
    with pytest.raises(StoreError, match=f"different: {next(iter(keys))}"):
        Store.create(full.folder, make_plan(**keys))
    assert len(Store.create(full.folder, make_plan()).shelf()) == 12


def test_another_scenario_is_another_experiment(
    full: Store, make_plan: MakePlan, tiny: ccsim.Scenario
) -> None:
    plan = make_plan()
    plan._base = tiny.override({"queues.loans.patience.mean": "1m"})
    with pytest.raises(StoreError, match="different: scenario"):
        Store.create(full.folder, plan)


def test_a_folder_with_other_files_is_left_alone(make_plan: MakePlan, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(StoreError, match="holds other files"):
        Store.create(tmp_path, make_plan())
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_sampled_design_keeps_its_points(make_plan: MakePlan, tmp_path: Path) -> None:
    """Also where another version of scipy would sample others."""
    keys = {"vary": {"agent_groups.desk.headcount": [4, 9]}, "design": {"kind": "sobol", "points": 4}}
    store = Store.create(tmp_path / "out", make_plan(**keys))
    manifest = json.loads((store.folder / MANIFEST).read_text())
    assert len(manifest["plan"]["points"]) == 4
    manifest["plan"]["points"][2] = {"agent_groups.desk.headcount": 8}
    (store.folder / MANIFEST).write_text(json.dumps(manifest))
    again = Store.create(store.folder, make_plan(**keys))
    assert again.points[2].varied == {"agent_groups.desk.headcount": 8}
    assert play(again).done == 24


# -- versions -----------------------------------------------------------------------------------------------


def with_manifest(store: Store, **keys: object) -> Path:
    path = store.folder / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | keys))
    return store.folder


def test_a_newer_form_is_refused_in_a_sentence(full: Store) -> None:
    with pytest.raises(
        StoreError, match=r"written by ccsim 9\.0 in a newer form \(7; this version reads up to"
    ):
        Store.open(with_manifest(full, schema=7, ccsim="9.0"))


def test_an_older_form_is_refused_in_a_sentence(full: Store) -> None:
    with pytest.raises(StoreError, match=r"in a form \(0\) that is no longer read"):
        Store.open(with_manifest(full, schema=0))


def test_rows_of_other_rules_are_read_but_never_mixed(full: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = table(full)
    monkeypatch.setattr("ccsim.experiments.keeping.store.RULES_VERSION", "9.9.9/1")
    store = Store.open(full.folder)
    assert table(store) == before
    with pytest.raises(StoreError, match="whose results may differ"):
        play(store)


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"schema": 1}', '{"schema": "x"}'])
def test_a_damaged_manifest_is_told(full: Store, text: str) -> None:
    (full.folder / MANIFEST).write_text(text)
    with pytest.raises(StoreError, match=MANIFEST):
        Store.open(full.folder)


def test_a_line_that_is_no_row_is_told_with_its_place(full: Store) -> None:
    lines = part(full).read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b'"values":[', b'"valves":[')
    part(full).write_bytes(b"".join(lines))
    with pytest.raises(StoreError, match=r"a line that is not a row .*at byte \d+"):
        list(full.rows())


def test_no_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is not a folder of results"):
        Store.open(tmp_path / "nowhere")


# -- a disk that is full, a folder that may not be written, a clock that jumps ------------------------------


def played(store: Store, count: int) -> list[Played]:
    player = Player(World.of(store.plan, "simpy"))
    return [player.play(store.naming.cell(store.points[0], r)) for r in range(count)]


@pytest.mark.parametrize("room", [0, 10, 1500])
def test_a_full_disk_leaves_whole_lines_and_says_a_way_out(
    make_plan: MakePlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    store = Store.create(tmp_path / "out", make_plan())
    rows = played(store, 3)
    real = os.write
    with store.writer() as writer:
        writer.write(rows[:1])

        def write(file: int, data: bytes) -> int:
            nonlocal room
            if room <= 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            taken, room = min(room, len(data)), 0
            return real(file, data[:taken])  # as the system does: what fits is written

        monkeypatch.setattr(os, "write", write)
        with pytest.raises(StoreError, match=r"the disk is full.*ccsim resume"):
            writer.write(rows[1:])
    monkeypatch.undo()
    assert part(store).read_bytes().endswith(b"}\n")
    assert [row.replication for row in store.rows()] == [0]
    assert play(Store.open(store.folder)).done == 12


def test_a_really_full_disk(make_plan: MakePlan, tmp_path: Path) -> None:
    """/dev/full refuses every write, as a full disk does."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    store = Store.create(tmp_path / "out", make_plan())
    writer = store.writer().__enter__()
    assert writer._file is not None
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, writer._file)
    os.close(full)
    with pytest.raises(StoreError, match="the disk is full"):
        writer.write(played(store, 1))
    os.close(writer._file)


def test_a_refusal_to_write_is_told(
    make_plan: MakePlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    store = Store.create(tmp_path / "out", make_plan())
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(StoreError, match=r"writing is not permitted.*--out"), store.writer():
        pass


def test_a_file_where_the_folder_should_be(make_plan: MakePlan, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        Store.create(tmp_path / "out", make_plan())


def test_a_clock_that_jumps_changes_nothing(
    full: Store, make_plan: MakePlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jumps = iter([2e9, 0.0, 1.7e9, 3e9] * 1000)
    monkeypatch.setattr(time, "time", lambda: next(jumps))
    store = Store.create(tmp_path / "jumpy", make_plan())
    play(store)
    assert len({row.at for row in store.rows()}) > 1
    assert table(store) == table(full)


def test_an_interval_table_is_there_before_its_row(make_plan: MakePlan, tmp_path: Path) -> None:
    import pandas as pd

    store = Store.create(tmp_path / "out", make_plan(interval_tables=True))
    play(store)
    for row in store.rows():
        table = pd.read_parquet(store.folder / "intervals" / f"{row.key}.parquet")
        offered = table[table["metric"] == "offered"]["value"].sum()
        assert offered == next(v.value for v in row.values if v.metric == "offered" and v.by == ("all",))


def test_the_folder_is_complete_in_itself(tmp_path: Path, make_plan: MakePlan) -> None:
    """The scenario, the files that it names and the user's own metrics may be gone when a sweep goes on."""
    from .test_cells import _with_roster

    source = tmp_path / "source"
    source.mkdir()
    (source / "roster.csv").write_text("agent,date,start,end\nann,2026-03-02,10:00,11:00\n")
    (source / "mine.py").write_text("def contacts(log): return len(log.contacts['issue'])\n")
    scenario = _with_roster(source)().base
    data = {"name": "a", "seed": 1, "replications": 2, "measure": ["asa", "mine.py:contacts"]}
    plan = ccsim.Plan.from_dict(data, source, scenario)
    store = Store.create(tmp_path / "out", plan)
    for path in source.iterdir():
        path.unlink()
    outcome = play(Store.open(store.folder))
    assert (outcome.done, outcome.failures) == (2, [])
    assert [row.contacts for row in store.rows()] == [
        v.value for r in store.rows() for v in r.values if ":" in v.metric
    ]
