"""The key of a cell changes with everything that its result depends on, and with nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ccsim
from ccsim.experiments.planning import cells
from ccsim.experiments.planning.cells import Naming, in_shard
from ccsim.experiments.planning.designs import points_of

from .conftest import TINY, MakePlan


def key_of(plan: ccsim.Plan, point: int = 0, replication: int = 0) -> str:
    return Naming(plan).key(points_of(plan)[point], replication)


@pytest.mark.parametrize(
    "keys",
    [{"name": "other"}, {"replications": 9}, {"targets": {"asa": "<= 9s"}}, {"precision": {"asa": "+/- 1s"}},
     {"vary": {"agent_groups.desk.headcount": [5, 9]}}],
)  # fmt: skip
def test_what_does_not_change_a_result_keeps_the_key(make_plan: MakePlan, keys: dict[str, Any]) -> None:
    assert key_of(make_plan(**keys)) == key_of(make_plan())


@pytest.mark.parametrize(
    "keys",
    [{"seed": 6}, {"measure": ["asa"]}, {"by": []}, {"warm_up": "10m"},
     {"vary": {"agent_groups.desk.headcount": [6]}}, {"cases": {"base": {"queues.cards.talk.mean": "6m"}}}],
)  # fmt: skip
def test_what_changes_a_result_changes_the_key(make_plan: MakePlan, keys: dict[str, Any]) -> None:
    assert key_of(make_plan(**keys)) != key_of(make_plan())


def test_every_cell_has_its_own_key(make_plan: MakePlan) -> None:
    plan = make_plan()
    naming = Naming(plan)
    keys = [naming.key(point, replication) for point in points_of(plan) for replication in range(50)]
    assert len(set(keys)) == 200
    assert all(len(key) == 32 and int(key, 16) >= 0 for key in keys)


def test_the_rules_are_part_of_the_key(make_plan: MakePlan) -> None:
    plan = make_plan()
    point = points_of(plan)[0]
    assert Naming(plan, "0.0.1/1").key(point, 0) != Naming(plan).key(point, 0)
    assert ccsim.__version__ in cells.RULES_VERSION


def test_the_content_of_a_file_that_the_scenario_names_is_part_of_the_key(tmp_path: Path) -> None:
    rows = "agent,date,start,end\nann,2026-03-02,10:00,11:00\n"
    make = _with_roster(tmp_path)
    (tmp_path / "roster.csv").write_text(rows)
    before = key_of(make())
    assert key_of(make()) == before
    (tmp_path / "roster.csv").write_text(rows + "bob,2026-03-02,10:00,11:00\n")
    assert key_of(make()) != before


def _with_roster(folder: Path) -> Callable[[], ccsim.Plan]:
    def make() -> ccsim.Plan:
        desk = {"skills": ["cards", "loans"], "roster": "roster.csv"}
        data = {key: value for key, value in TINY.items() if key != "shifts"} | {
            "agent_groups": {"desk": desk}
        }
        scenario = ccsim.Scenario.from_dict(data, folder=folder)
        return ccsim.Plan.from_dict({"name": "a", "seed": 1}, scenario=scenario)

    return make


def test_shards_share_out_every_cell_once(make_plan: MakePlan) -> None:
    plan = make_plan()
    naming = Naming(plan)
    keys = [naming.key(point, replication) for point in points_of(plan) for replication in range(100)]
    parts = [[key for key in keys if in_shard(key, (part, 3))] for part in range(3)]
    assert sorted(key for part in parts for key in part) == sorted(keys)
    assert min(map(len, parts)) > 100
    assert [key for key in keys if in_shard(key, None)] == keys
