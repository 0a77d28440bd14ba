"""Enough replications: the rule looks ahead, stops, gives up at the limit, and does not depend on order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import scipy.stats

import ccsim
from ccsim.experiments.keeping.rows import CellRow, Value
from ccsim.experiments.playing.precision import LEAST, Stopping, looked_ahead, read_criteria
from ccsim.experiments.sweep import run_plan

Float64 = npt.NDArray[np.float64]


def row(replication: int, value: float, case: str = "a", cell: str = "all") -> CellRow:
    return CellRow("", case, 0, replication, values=(Value((cell,), "asa", value, 1.0),))


def stopping(text: str, *, start: int = 5, at_most: int = 200, cells: bool = False) -> Stopping:
    return Stopping(read_criteria({"asa": text}), start=start, at_most=at_most, cells=cells)


def run(rule: Stopping, values: Float64) -> list[int]:
    """Play until the rule is content; the checkpoints at which it was asked."""
    checkpoints, have, need = [], 0, rule.start
    while True:
        checkpoints.append(need)
        for r in range(have, need):
            rule.add(row(r, float(values[r])))
        have, needs = need, rule.needs()
        if not needs:
            return checkpoints
        need = needs["a", 0]
        assert need > have


def test_what_is_narrow_has_to_be_so_again() -> None:
    values = np.tile([10.0, 10.1], 100)
    rule = stopping("+/- 1s")
    assert run(rule, values) == [5, LEAST, looked_ahead(LEAST)]
    assert run(stopping("+/- 1s", at_most=12), values) == [5, 12]
    assert looked_ahead(20) == 30
    assert looked_ahead(200) == 220
    assert looked_ahead(20, 2) == 30
    assert looked_ahead(160, 16) == 192


def test_narrow_by_chance_is_not_enough() -> None:
    """Twenty equal replications look perfectly precise; the ten after them say otherwise."""
    values = np.concatenate([[10.0] * 20, np.tile([0.0, 20.0], 300)])
    rule = stopping("+/- 2s", at_most=500)
    checkpoints = run(rule, values)
    assert checkpoints[:3] == [5, 20, 30]
    assert checkpoints[-1] > 75  # 8 to 10 s of spread: about (1.99 x 9 / 2) ** 2
    assert rule.report().iloc[0]["half_width"] <= 2
    assert rule.missed() == []


def test_the_limit_is_kept_and_said() -> None:
    values = np.random.default_rng(1).exponential(10, 500)
    rule = stopping("+/- 0.1s", at_most=40)
    assert run(rule, values)[-1] == 40
    assert rule.missed() == [("a", 0)]
    found = rule.report(["queue"]).iloc[0]
    assert not found["reached"]
    assert found["replications"] == 40
    assert found["would_need"] == pytest.approx(40 * (found["half_width"] / 0.1) ** 2, abs=1)
    assert str(rule) == "0 of 1 points are as precise as asked. Not within 40 replications: a:0."
    assert rule.worst() == pytest.approx(found["half_width"] / 0.1)


@pytest.mark.parametrize(("block", "least", "after"), [(2, 20, 30), (16, 160, 192)])
def test_blocks_of_luck_are_what_is_counted(block: int, least: int, after: int) -> None:
    """Within a block values differ much, their sums little: counted one by one it would go on."""
    values = 10 + np.tile(np.linspace(-5, 5, block), 40) + np.repeat(np.arange(40) % 2 * 0.1, block)
    rule = Stopping(read_criteria({"asa": "+/- 0.2s"}), start=5, at_most=500, block=block)
    checkpoints = run(rule, values[: 40 * block])
    assert checkpoints[-2:] == [least, after]
    assert all(n % block == 0 for n in checkpoints)
    found = rule.report().iloc[0]
    assert found["replications"] == after
    means = values[:after].reshape(-1, block).mean(axis=1)
    expected = scipy.stats.t.ppf(0.975, len(means) - 1) * means.std(ddof=1) / len(means) ** 0.5
    assert found["half_width"] == pytest.approx(expected)


def test_a_block_with_a_failed_replication_counts_as_nothing() -> None:
    rule = Stopping(read_criteria({"asa": "+/- 1s"}), at_most=9, block=2)
    rows = [row(r, 10.0 + 50 * (r % 2) + r // 2) for r in range(8)]
    rows[2] = CellRow("", "a", 0, 2, status="failed", stage="engine", error="x")
    assert rule.needs(rows) == {}
    assert rule.report().iloc[0]["replications"] == 6
    assert rule.report().iloc[0]["value"] == pytest.approx(35 + 5 / 3)


def test_relative_half_widths() -> None:
    values = np.random.default_rng(2).normal(100, 10, 500)
    rule = stopping("+/- 2% of it")
    run(rule, values)
    found = rule.report().iloc[0]
    assert found["wanted"] == pytest.approx(0.02 * found["value"])
    assert found["half_width"] <= found["wanted"]
    assert 60 < found["replications"] < 160


def test_cells_count_only_where_asked() -> None:
    def rows(r: int, value: float) -> CellRow:
        return CellRow("", "a", 0, r, values=(*row(r, 10.0).values, *row(r, value, cell="q").values))

    values = np.random.default_rng(3).normal(10, 5, 500)
    for cells, enough in ((False, True), (True, False)):
        rule = stopping("+/- 1s", cells=cells)
        needs = rule.needs(rows(r, float(values[r])) for r in range(30))
        assert (needs == {}) is enough


def test_the_order_of_rows_and_doubles_change_nothing() -> None:
    values = np.random.default_rng(4).normal(10, 5, 300)
    ordered = stopping("+/- 1s")
    n = run(ordered, values)[-1]
    mixed = stopping("+/- 1s")
    order = np.random.default_rng(5).permutation(n)
    mixed.needs([row(int(r), float(values[r])) for r in [*order, *order[:9]]])
    assert mixed.needs() == {}
    assert mixed.report().equals(ordered.report())


def test_a_failed_replication_counts_as_played() -> None:
    rule = stopping("+/- 1s", at_most=8)
    rows = [row(r, 10.0 + 50 * (r % 2)) for r in range(8)]
    rows[2] = CellRow("", "a", 0, 2, status="failed", stage="engine", error="x")
    assert rule.needs(rows) == {}
    assert rule.report().iloc[0]["replications"] == 7


@pytest.mark.parametrize(
    ("wanted", "message"), [({}, "at least one"), ({"asa": "1s"}, r"asa: .* is not a half-width")]
)
def test_what_is_no_criterion(wanted: dict[str, str], message: str) -> None:
    with pytest.raises(ccsim.CcsimError, match=message):
        read_criteria(wanted)


def test_an_experiment_goes_on_until_it_is_precise() -> None:
    base = desk()
    cases = {"three": base, "five": base.override({"agent_groups.desk.headcount": 5})}
    experiment = ccsim.Experiment(cases, seed=3, replications=5)
    study = experiment.run(precision={"service_level": "+/- 2%", "at_most": 150})
    report = study.precision({"service_level": "+/- 2%"}).set_index("case")
    assert report["reached"].all()
    assert report["replications"].nunique() == 1  # paired
    assert 5 < report["replications"].iloc[0] < 150
    again = experiment.run(workers=2, precision={"service_level": "+/- 2%", "at_most": 150})
    assert again.status["digest"].tolist() == study.status["digest"].tolist()
    limited = experiment.run(precision={"service_level": "+/- 0.01%", "at_most": 12})
    assert limited.runs["three"].replications == 12
    assert not limited.precision({"service_level": "+/- 0.01%"})["reached"].any()
    with pytest.raises(ccsim.CcsimError, match="at_most"):
        experiment.run(precision={"service_level": "+/- 1%", "at_most": "many"})


def desk() -> ccsim.Scenario:
    return ccsim.Scenario.from_dict(
        {
            "format": 1,
            "name": "desk",
            "time": {"start": "2026-03-02", "days": 1, "open": "08:00-18:00"},
            "queues": {"calls": {"arrivals": {"per_day": 300}, "talk": "exponential mean 5m"}},
            "agent_groups": {"desk": {"headcount": 3, "skills": ["calls"], "shifts": {"day": "100%"}}},
            "shifts": {"day": {"hours": "08:00-18:00"}},
        }
    )


PLAN = {
    "format": 1,
    "name": "desk",
    "seed": 3,
    "replications": 5,
    "vary": {"agent_groups.desk.headcount": [3, 5, 8]},
    "measure": ["service_level"],
    "by": ["queue"],
    "precision": {"service_level": "+/- 1.8%", "at_most": 90},
}


def test_each_point_of_a_sweep_gets_what_it_needs(tmp_path: Path) -> None:
    sweep, outcome = run_plan(ccsim.Plan.from_dict(PLAN, scenario=desk()), tmp_path / "desk")
    counts = sweep.status().groupby("point").size()
    assert counts[1] > counts[3] == 30  # the busy desk varies most; even the calm one looks ahead
    assert counts[1] <= 90
    assert outcome.done == counts.sum()
    whole = sweep.estimates()
    whole = whole[whole["queue"] == "all"]
    assert (whole["half_width"] <= 0.018).all()


def test_an_interrupted_sweep_ends_with_the_same_cells(tmp_path: Path) -> None:
    plan = ccsim.Plan.from_dict(PLAN, scenario=desk())
    whole, _ = run_plan(plan, tmp_path / "whole")
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 22

    _, outcome = run_plan(plan, tmp_path / "parts", stop=stop)
    assert outcome.interrupted
    again, _ = run_plan(plan, tmp_path / "parts")
    columns = ["case", "point", "replication", "digest"]
    assert again.status()[columns].equals(whole.status()[columns])
