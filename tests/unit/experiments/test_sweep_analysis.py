"""A sweep answers what a study answers: differences, the best, the front, controls, a surface."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import ccsim
from ccsim.experiments.answering.levels import as_number, like
from ccsim.experiments.sweep import Sweep, run_plan


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    base = ccsim.Scenario.from_dict(
        {
            "format": 1,
            "name": "desk",
            "time": {"start": "2026-03-02", "days": 1, "open": "08:00-18:00"},
            "queues": {
                "calls": {"arrivals": {"per_day": 300, "daily_cv": 0.1}, "talk": "exponential mean 5m"}
            },
            "agent_groups": {
                "desk": {"headcount": 4, "skills": ["calls"], "shifts": {"day": "100%"}, "cost": "20/h"}
            },
            "shifts": {"day": {"hours": "08:00-18:00"}},
        }
    )
    data = {
        "format": 1, "name": "desk", "seed": 1, "replications": 20, "by": ["queue"],
        "measure": ["service_level", "cost"],
        "vary": {"agent_groups.desk.headcount": [3, 4, 5],
                 "queues.calls.talk.mean": ["4m30s", "5m", "5m30s"]},
    }  # fmt: skip
    return run_plan(ccsim.Plan.from_dict(data, scenario=base), tmp_path_factory.mktemp("s") / "desk")[0]


def test_differences_to_one_point(sweep: Sweep) -> None:
    table = sweep.compare("base:1", ["service_level"], multiple="holm")
    assert table["point"].tolist() == list(range(2, 10))
    assert "queue" not in table
    assert (table["variance_saved"] > 1).all()
    cells = sweep.compare("base:1", ["service_level"], cells=True)
    assert set(cells["queue"]) == {"calls"}


def test_the_best_and_the_front(sweep: Sweep) -> None:
    assert sweep.best("service_level", "1%").best == "base:7"
    front = sweep.pareto(["cost", "service_level"]).set_index("point")
    assert front.index[front["efficient"]].tolist() == [1, 4, 7]
    assert front.loc[3, "surely"]
    assert front.loc[3, "dominated_by"] == "base:1"


def test_controls_make_points_more_precise(sweep: Sweep) -> None:
    table = sweep.controlled()
    whole = table[(table["queue"] == "all") & (table["metric"] == "service_level")]
    assert len(whole) == 9
    assert whole["variance_saved"].median() > 1.5


def test_a_surface_of_people_and_minutes(sweep: Sweep) -> None:
    surface = sweep.surface("service_level")
    assert surface.names == ("agent_groups.desk.headcount", "queues.calls.talk.mean")
    assert surface.low.tolist() == [3, 270]
    assert surface.cv_r2 > 0.95
    (middle,) = sweep.surface("service_level").predict([[4, 300]])
    played = sweep.estimates()
    known = played[
        (played["point"] == 5) & (played["queue"] == "all") & (played["metric"] == "service_level")
    ]
    assert middle == pytest.approx(known["value"].iloc[0], abs=0.03)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3),
        (0.5, 0.5),
        ("22%", 0.22),
        ("4m30s", 270),
        ("+20%", 1.2),
        ("-20%", 0.8),
        ("x1.5", 1.5),
        ("20/h", 20),
    ],
)
def test_values_as_numbers_and_back(value: object, number: float) -> None:
    assert as_number(value) == pytest.approx(number)
    assert like(number, value) == str(value)


def test_numbers_are_rounded_as_people_would() -> None:
    found = [like(n, v) for n, v in ((0.41274, "22%"), (264.87, "5m"), (1.2345, "+10%"), (12.3456, 0.5))]
    assert found == ["41.3%", "4m25s", "+23.4%", "12.35"]


def test_a_value_that_is_no_number() -> None:
    with pytest.raises(ccsim.CcsimError, match="numbers, shares and times"):
        as_number("lognormal mean 5m")


def test_a_cell_is_played_again_with_its_log(sweep: Sweep) -> None:
    run = sweep.rerun("base", 3, point=5)
    status = sweep.status().set_index(["point", "replication"])
    assert run.digest == status.loc[(5, 3), "digest"]
    assert len(run.legs) == status.loc[(5, 3), "legs"]
    with pytest.raises(ccsim.StoreError, match="no point 10"):
        sweep.rerun("base", 3, point=10)


def test_a_cell_that_comes_out_otherwise_is_an_error(sweep: Sweep, tmp_path: Path) -> None:
    shutil.copytree(sweep.store.folder, tmp_path / "forged")
    forged = Sweep.open(tmp_path / "forged")
    (row,) = [row for row in forged.store.rows() if (row.point, row.replication) == (1, 0)]
    for part in forged.store.parts():
        part.write_text(part.read_text("utf-8").replace(row.digest, "0" * 32), "utf-8")
    with pytest.raises(ccsim.StoreError, match=f"base:1 has the digest {row.digest} now; the sweep had 0000"):
        Sweep.open(tmp_path / "forged").rerun("base", 1)
    table = Sweep.open(tmp_path / "forged").reproduce(0).set_index(["point", "replication"])
    assert not table.loc[(1, 1), "equal"]
    assert table["equal"].sum() == len(table) - 1


def test_a_sweep_is_opened_again(sweep: Sweep) -> None:
    again = Sweep.open(Path(sweep.store.folder))
    assert again.compare("base:1").equals(sweep.compare("base:1"))
