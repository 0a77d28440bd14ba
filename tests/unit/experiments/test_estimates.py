"""Rows and estimates from them hold what Run.metrics says of the same replications."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

import ccsim
from ccsim.experiments.comparing.estimates import Estimates, parts, samples
from ccsim.experiments.keeping.rows import CellRow, Value, from_line, to_line
from ccsim.experiments.planning.cells import Naming
from ccsim.experiments.planning.designs import points_of
from ccsim.experiments.playing.one_cell import Player, World

from .conftest import MakePlan

NAMES = ["service_level", "asa", "offered", "occupancy", "abandon_rate"]


def rows_of(plan: ccsim.Plan) -> list[CellRow]:
    player, naming = Player(World.of(plan, "simpy")), Naming(plan)
    return [
        player.play(naming.cell(point, replication)).row
        for point in points_of(plan)
        for replication in range(plan.replications)
    ]


def test_values_are_those_of_the_metrics_by_replication(make_plan: MakePlan, tiny: ccsim.Scenario) -> None:
    plan = make_plan(vary=None, cases=None, measure=NAMES)
    run = ccsim.simulate(tiny, seed=5, replications=3, engine="simpy")
    whole = run.metrics(NAMES, by="replication").set_index(["replication", "metric"])
    keyed = run.metrics([n for n in NAMES if n != "occupancy"], by=["queue", "replication"])
    keyed = keyed.set_index(["replication", "queue", "metric"])
    count = 0
    for row in rows_of(plan):
        for v in row.values:
            place = (
                (row.replication + 1, v.metric)
                if v.by == ("all",)
                else (row.replication + 1, *v.by, v.metric)
            )
            expected = (whole if v.by == ("all",) else keyed).loc[place]
            assert (v.value, v.weight) == pytest.approx((expected["value"], expected["weight"]), nan_ok=True)
            count += 1
    assert count == len(whole) + len(keyed)


def test_controls_are_the_drawn_arrivals_and_work(make_plan: MakePlan, tiny: ccsim.Scenario) -> None:
    from ccsim.compiler import compile_scenario
    from ccsim.draws import draw

    row = rows_of(make_plan(vary=None, cases=None, replications=1))[0]
    drawn = draw(compile_scenario(tiny), 5, 0)
    for number, queue in enumerate(["cards", "loans"]):
        mine = drawn.queue == number
        work = (drawn.talk[mine] + drawn.wrap_up[mine]).sum() / 1e6
        assert row.controls[queue] == {"arrivals": int(mine.sum()), "offered_work_s": pytest.approx(work)}


def test_estimates_are_those_of_run_metrics(make_plan: MakePlan, tiny: ccsim.Scenario) -> None:
    plan = make_plan(vary=None, cases=None, measure=NAMES, replications=6)
    run = ccsim.simulate(tiny, seed=5, replications=6, engine="simpy")
    expected = run.metrics(NAMES).set_index("metric")
    rows = rows_of(plan)
    estimates = Estimates()
    for row in rows:
        estimates.add(row)
    found = estimates.table(["queue"])
    found = found[found["queue"] == "all"].set_index("metric")
    for column in ("value", "low", "high"):
        assert found.loc[NAMES, column].to_numpy() == pytest.approx(expected.loc[NAMES, column].to_numpy())
    sample = samples(rows)["base", 1]
    both = dict(zip(sample.entries, zip(sample.values(), sample.half_widths(), strict=True), strict=True))
    for estimate in estimates.all():
        assert both[estimate.by, estimate.metric] == pytest.approx((estimate.value, estimate.half_width))


def row(replication: int, *values: Value, done: bool = True) -> CellRow:
    return CellRow("0" * 32, "base", 1, replication, status="done" if done else "failed", values=values)


def test_an_entry_that_a_replication_lacks_counts_as_nothing() -> None:
    """Of time keys only slots in which something was are in a row."""
    with_both = row(0, Value(("10:00",), "offered", 4.0, 4.0), Value(("10:00",), "asa", 10.0, 2.0))
    without = row(1, Value(("10:30",), "offered", 6.0, 6.0))
    estimates = Estimates()
    for one in (with_both, without):
        estimates.add(one)
    found = {(e.by, e.metric): e.value for e in estimates.all()}
    assert found == {(("10:00",), "offered"): 2.0, (("10:00",), "asa"): 10.0, (("10:30",), "offered"): 3.0}
    sample = samples([without, with_both])["base", 1]
    assert sample.replications.tolist() == [0, 1]
    assert dict(zip(sample.entries, sample.values().tolist(), strict=True)) == found


def test_failed_rows_and_values_without_weight_count_nothing() -> None:
    estimates = Estimates()
    estimates.add(row(0, done=False))
    estimates.add(row(1, Value((), "asa", math.nan, 0.0)))
    estimates.add(row(2, Value((), "asa", 30.0, 3.0)))
    (found,) = estimates.all()
    assert (found.value, found.replications) == (30.0, 2)
    assert samples([row(0, done=False)]) == {}


def test_a_ratio_is_weighted_and_a_quantile_is_not() -> None:
    assert parts("asa", 10.0, 4.0) == (40.0, 4.0)
    assert parts("wait_p90", 10.0, 4.0) == (10.0, 1.0)
    assert parts("offered", 7.0, 7.0) == (7.0, 1.0)
    assert parts("own.py:share", 0.5, 8.0) == (4.0, 8.0)
    assert parts("wait_p90", math.nan, 0.0) == (0.0, 0.0)


def test_cut_to_entries_and_replications() -> None:
    rows = [row(r, Value((), "asa", 10.0 + r, 1.0), Value((), "offered", float(r), 1.0)) for r in range(5)]
    sample = samples(rows)["base", 1].only([((), "offered")], np.array([1, 3]))
    assert sample.n.tolist() == [[1.0, 3.0]]


def test_a_line_reads_back_as_its_row_and_is_strict_json(make_plan: MakePlan) -> None:
    rows = rows_of(make_plan())
    rows.append(row(0, Value(('ä\n"',), "asa", math.nan, 0.0)))
    for one in rows:
        line = to_line(one)
        assert line.count("\n") == 1
        json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
        again = from_line(line)
        assert again.outcome() == one.outcome()
        assert (again.host, again.seconds, again.overrides) == (one.host, one.seconds, one.overrides)


def test_the_engines_give_equal_rows(make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan()
    naming, point = Naming(plan), points_of(plan)[0]
    simpy, compiled = (
        Player(World.of(plan, engine)).play(naming.cell(point, 1)).row for engine in ("simpy", "compiled")
    )
    assert simpy.outcome() == compiled.outcome()
    assert (simpy.engine, compiled.engine) == ("simpy", "compiled")
