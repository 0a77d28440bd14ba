"""Experiment files, dicts and tables of addresses become the same plan."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import ccsim
from ccsim.experiments.planning.designs import points_of

from .conftest import MakePlan

ROOT = Path(__file__).resolve().parents[3]


def test_the_shipped_experiment_is_read_unchanged() -> None:
    plan = ccsim.load_plan(ROOT / "experiments" / "headcount_x_containment.yaml")
    assert (plan.name, plan.seed, plan.replications) == ("headcount-x-containment", 20260302, 30)
    assert len(points_of(plan)) == 60
    assert plan.precision is not None
    assert (plan.precision.criteria, plan.precision.at_most) == ({"service_level": "+/- 1%"}, 200)
    assert plan.base.name == "retail-bank" or plan.base.source is not None


def test_the_scenario_is_found_beside_above_or_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny: ccsim.Scenario
) -> None:
    (tmp_path / "studies").mkdir()
    file = tmp_path / "studies" / "plan.yaml"
    file.write_text("format: 1\nname: a\nscenario: world.yaml\nseed: 1\n")
    beside, above, here = tmp_path / "studies", tmp_path, tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for place in (here, above, beside):
        (place / "world.yaml").write_text(tiny.to_yaml().replace("name: tiny", f"name: {place.name}"))
        assert ccsim.load_plan(file).base.name == place.name


def test_the_canonical_form_reads_back(make_plan: MakePlan, tiny: ccsim.Scenario) -> None:
    plan = make_plan(
        design={"kind": "sobol", "points": 4},
        vary={"agent_groups.desk.headcount": [4, 9]},
        precision={"asa": "+/- 2s", "at_most": 50},
        targets={"service_level": ">= 80%"},
        warm_up="10m",
    )
    again = ccsim.Plan.from_dict(plan.canonical(), scenario=tiny)
    assert again.canonical() == plan.canonical()
    assert points_of(again) == points_of(plan)


def test_a_table_of_addresses_is_a_plan(tiny: ccsim.Scenario) -> None:
    frame = pd.DataFrame(
        {"agent_groups.desk.headcount": [5, 7, None], "queues.cards.talk.mean": ["5m", None, "6m"]}
    )
    plan = ccsim.Plan.from_frame(frame, tiny, seed=1, replications=2, measure=["asa"])
    assert [point.varied for point in points_of(plan)] == [
        {"agent_groups.desk.headcount": 5, "queues.cards.talk.mean": "5m"},
        {"agent_groups.desk.headcount": 7},
        {"queues.cards.talk.mean": "6m"},
    ]


def test_a_csv_of_points_is_the_same_as_a_list(tmp_path: Path, tiny: ccsim.Scenario) -> None:
    (tmp_path / "points.csv").write_text("agent_groups.desk.headcount;queues.cards.talk.mean\n5;5m\n;6m\n")
    data = {"name": "a", "seed": 1}
    from_file = ccsim.Plan.from_dict(data | {"points": "points.csv"}, tmp_path, tiny)
    rows = [
        {"agent_groups.desk.headcount": 5, "queues.cards.talk.mean": "5m"},
        {"queues.cards.talk.mean": "6m"},
    ]
    from_list = ccsim.Plan.from_dict(data | {"points": rows}, scenario=tiny)
    assert points_of(from_file) == points_of(from_list)


def test_bounds_may_be_of_single_queues(make_plan: MakePlan) -> None:
    plan = make_plan(targets={"asa": "<= 9s", "service_level": {"cards": ">= 80%", "loans": ">= 75%"}})
    found = [(one.metric, one.queue, one.bound) for one in plan.read_targets()]
    assert found == [("asa", None, 9.0), ("service_level", "cards", 0.8), ("service_level", "loans", 0.75)]
    assert ccsim.Plan.from_dict(plan.canonical(), scenario=plan.base).targets == plan.targets


def test_one_impossible_value_among_others_is_no_error_of_the_plan(make_plan: MakePlan) -> None:
    plan = make_plan(vary={"agent_groups.desk.headcount": [-1, 5]})
    assert len(points_of(plan)) == 4


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"vary": {"agent_groups.desk.headcount": [-1, -2]}}, "headcount must be from 0"),
        ({"cases": {}}, "name at least one case"),
        ({"measure": []}, "name at least one metric"),
        ({"design": "one_at_a_time", "vary": None}, "one_at_a_time needs values in vary"),
        ({"points": [{"agent_groups.desk.headcount": 5}]}, "points stands instead of vary"),
        ({"precision": {"at_most": 5}}, "names no metric"),
        ({"precision": {"asa": "+/- 0s"}}, "can never be reached"),
        ({"targets": [">= 80%"]}, "stands where bounds by metric belong"),
        ({"targets": {"asa": {"cards": "<= 9s"}}, "by": None}, "that needs by: [queue]"),
        ({"targets": {"asa": {"cards": "<= 9s"}}, "by": ["queue", "hour"]}, "that needs by: [queue]"),
        ({"targets": {"asa": {"card": "<= 9s"}}}, "there is no queue 'card'; did you mean cards?"),
        ({"interval_tables": "yes"}, "'yes' stands where true or false belongs"),
    ],
)
def test_what_cannot_be_is_told(make_plan: MakePlan, keys: dict[str, object], says: str) -> None:
    with pytest.raises(ccsim.ScenarioError, match="1 problem") as caught:
        make_plan(**keys)
    assert says in str(caught.value)
