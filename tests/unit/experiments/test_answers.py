"""What a sweep answers about its points: what moves a measure, and where it reaches a goal."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ccsim
from ccsim.experiments.answering.crossings import _cross
from ccsim.experiments.answering.lines import Played
from ccsim.experiments.comparing.place_names import PlaceNames
from ccsim.experiments.planning.designs import points_of
from ccsim.experiments.sweep import Sweep

from .conftest import MakePlan

HEADS, TALK = "agent_groups.desk.headcount", "queues.cards.talk.mean"
Play = Callable[..., Sweep]


@pytest.fixture
def play(make_plan: MakePlan, tmp_path: Path) -> Play:
    """A sweep of one case of the small center."""

    def run(**keys: Any) -> Sweep:
        settings = {"cases": None, "by": None, "replications": 8, "measure": ["service_level", "asa"]} | keys
        return make_plan(**settings).run(tmp_path / "sweep", engine="simpy")

    return run


@pytest.fixture
def grid(play: Play) -> Sweep:
    return play(vary={HEADS: [5, 6, 7], TALK: ["4m", "6m"]})


def value(sweep: Sweep, point: int, metric: str = "service_level") -> float:
    table = sweep.estimates()
    return float(table[(table["point"] == point) & (table["metric"] == metric)]["value"].iloc[0])


def test_a_tornado_of_single_changes_is_the_paired_difference(play: Play) -> None:
    sweep = play(vary={HEADS: [5, 8], TALK: ["6m"]}, design="one_at_a_time")
    found = sweep.effects("service_level")
    heads, talk = found.table.to_dict("records")
    assert (found.method, heads["factor"], heads["low"], heads["high"]) == ("tornado", "headcount", "5", "8")
    assert [heads["at_low"], heads["at_high"]] == pytest.approx([value(sweep, 2), value(sweep, 3)])
    compared = sweep.compare("base:2", ["service_level"]).set_index("point").loc[3]
    assert [heads[key] for key in ("change", "from", "to")] == pytest.approx(
        [compared[key] for key in ("difference", "low", "high")]
    )
    assert (talk["low"], talk["high"]) == ("5m", "6m")  # one value: from what the scenario says
    assert talk["at_low"] == pytest.approx(value(sweep, 1))
    assert found.sentence().startswith(
        "What moves the service level over all queues most is headcount: from 5 to 8 it rises by"
    )


def test_a_tornado_of_a_grid_is_averaged_over_the_others(grid: Sweep) -> None:
    found = grid.effects("service_level")
    heads = found.table.set_index("factor").loc["headcount"]
    assert heads["at_low"] == pytest.approx((value(grid, 1) + value(grid, 2)) / 2)
    assert heads["at_high"] == pytest.approx((value(grid, 5) + value(grid, 6)) / 2)
    assert heads["from"] < heads["change"] < heads["to"]
    assert "averaged over the values of the others" in found.sentence()


def test_a_hole_in_a_grid_is_left_out_at_both_ends(play: Play) -> None:
    sweep = play(vary={HEADS: [5, 6, -1], TALK: ["4m", "6m"]})
    for part in (sweep.store.folder / "parts").iterdir():
        kept = [line for line in part.read_text().splitlines(True) if '"point":2,' not in line]
        part.write_text("".join(kept))
    heads = sweep.effects("service_level").table.set_index("factor").loc["headcount"]
    assert heads["at_low"] == pytest.approx(value(sweep, 1))  # with 4m alone: 5 people with 6m are missing
    assert heads["at_high"] == pytest.approx(value(sweep, 3))


def test_a_point_with_few_replications_does_not_cut_the_others(play: Play) -> None:
    sweep = play(vary={HEADS: [5, 6, 7]})
    whole = sweep.effects("service_level").table["change"].iloc[0]
    for part in (sweep.store.folder / "parts").iterdir():
        lines = part.read_text().splitlines(True)
        kept = [line for line in lines if '"point":2,' not in line or '"replication":0,' in line]
        part.write_text("".join(kept))
    assert sweep.effects("service_level").table["change"].iloc[0] == whole


def test_the_shares_of_a_grid_add_up(grid: Sweep) -> None:
    table = grid.effects("service_level", method="sobol").table
    assert 0.9 < table["first"].sum() <= 1
    assert (table["total"] >= table["first"] - 1e-12).all()
    assert (table["first_error"] > 0).all()


def test_the_shares_of_sampled_points_come_from_a_surface(play: Play) -> None:
    sweep = play(vary={HEADS: [4, 9], TALK: ["4m", "6m"]}, design={"kind": "sobol", "points": 16})
    found = sweep.effects("asa")
    assert found.surface is not None
    assert found.table["factor"].tolist() == ["headcount", "talk"]
    assert found.table["first"].iloc[0] > 0.6
    assert "Read from a quadratic surface that explains" in found.sentence()


def test_morris_of_a_sweep(play: Play) -> None:
    patience = "queues.loans.patience.mean"
    sweep = play(
        vary={HEADS: [4, 9], TALK: ["4m", "6m"], patience: ["3m", "3m1s"]},
        design={"kind": "morris", "points": 4},
    )
    found = sweep.effects("service_level")
    table = found.table.set_index("factor")
    assert found.table["factor"].tolist()[0] == "headcount"
    assert table.loc["headcount", "mu"] == table.loc["headcount", "mu_star"]  # more people never harm
    assert table.loc["talk", "mu"] < 0
    assert "patience moves it by less than a tenth of that" in found.sentence()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"metric": "service_level", "method": "morris"}, "design: {kind: morris, points: 10}"),
        ({"metric": "occupancy"}, "did not measure 'occupancy'"),
        ({"metric": "asa", "case": "nobody"}, "no case 'nobody'"),
    ],
)
def test_what_a_grid_cannot_answer(grid: Sweep, asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ccsim.CcsimError, match=message):
        grid.effects(asked.pop("metric"), **asked)


def test_a_sweep_of_cases_alone_has_no_factors(play: Play) -> None:
    with pytest.raises(ccsim.CcsimError, match="nothing varies"):
        play(vary=None, cases={"base": {}, "more": {HEADS: 7}}).effects("asa")


def test_break_even_lies_on_the_line_between_two_points(grid: Sweep) -> None:
    goal = (value(grid, 3) + value(grid, 4)) / 2  # 6 people: half way from 4m to 6m
    (found,) = grid.crossings("service_level", "talk", reach=f"{100 * goal:.9f}%", at={"headcount": "6"})
    assert found.value == pytest.approx(300, abs=1e-6)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 300 < found.high
    assert found.sentence().startswith("With headcount 6 it takes talk 5m (95% interval ")


def test_as_good_as_another_point_needs_no_interval_where_it_is_that_point(grid: Sweep) -> None:
    """Paired with itself nothing varies."""
    lines = grid.crossings("service_level", "talk", as_good_as=("base", 3))
    same = next(line for line in lines if line.others == "headcount 6")
    assert same.value == same.low == same.high == 240
    assert "for as good a service level over all queues as with headcount 6, talk 4m: " in same.sentence()


def test_people_are_whole_and_on_the_side_that_does_it(grid: Sweep) -> None:
    goal = value(grid, 1) + 0.3 * (value(grid, 3) - value(grid, 1))
    (up,) = grid.crossings("service_level", "headcount", reach=f"{100 * goal:.6f}%", at={"talk": "4m"})
    assert up.value == 6
    assert "it takes 6 agents (95% " in up.sentence()
    wait = value(grid, 1, "asa") + 0.3 * (value(grid, 3, "asa") - value(grid, 1, "asa"))
    (down,) = grid.crossings("asa", "headcount", reach=f"{wait:.6f}s", at={"talk": "4m"})
    assert down.value == 6


def test_an_interval_that_goes_beyond_what_was_played_says_so(grid: Sweep) -> None:
    goal = value(grid, 5) - 1e-4
    (found,) = grid.crossings("service_level", "headcount", reach=f"{100 * goal:.6f}%", at={"talk": "4m"})
    assert found.said[2] == "more than 7"
    assert found.sentence().startswith("With talk 4m it takes 7 agents (95% interval ")


def test_a_goal_out_of_reach_is_said(grid: Sweep) -> None:
    found = grid.crossings("service_level", "headcount", reach="100%")
    assert [one.value for one in found] == [None, None]
    assert (
        found[0]
        .sentence()
        .startswith(
            "With talk 4m headcount from 5 to 7 does not decide it: "
            "the service level over all queues is below 100.0% all the way"
        )
    )


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"of": "headcount"}, "say either what to reach"),
        ({"reach": "80%"}, "say of what: headcount, talk"),
        ({"of": "hedcount", "reach": "80%"}, "did you mean headcount"),
        ({"of": "headcount", "reach": "soon"}, "what to reach: "),
        ({"of": "headcount", "reach": "80%", "at": {"talk": "9m"}}, "no point has talk 9m; there is: 4m, 6m"),
    ],
)
def test_what_cannot_be_asked(grid: Sweep, asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ccsim.CcsimError, match=message):
        grid.crossings("service_level", **asked)


def test_sampled_points_have_no_lines(play: Play) -> None:
    sweep = play(vary={HEADS: [4, 20], TALK: ["4m", "6m"]}, design={"kind": "latin_hypercube", "points": 5})
    with pytest.raises(ccsim.CcsimError, match="no two points differ in talk alone"):
        sweep.crossings("service_level", "talk", reach="80%")


def test_the_interval_of_a_break_even_holds_what_it_promises(make_plan: MakePlan) -> None:
    """600 lines with shared luck: 95 % of the intervals hold the place, 3 standard errors both ways."""
    plan = make_plan(cases=None, vary={TALK: ["4m", "5m", "6m"]})
    points = tuple(points_of(plan))
    names, rng, count = PlaceNames(points, plan.base), np.random.default_rng(7), 20
    inside = 0
    for _ in range(600):
        luck = rng.normal(0, 0.05, count) + rng.normal(0, 0.02, (3, count))
        y = np.array([0.9, 0.8, 0.6])[:, None] + luck
        found = Played("base", "service_level", points, y.mean(axis=1), y - y.mean(axis=1, keepdims=True), y)
        one = _cross(found, [0, 1, 2], names, TALK, "", 0.7, "", 0.95, False)
        assert one.low is not None
        assert one.high is not None
        inside += one.low <= 330 <= one.high
    assert abs(inside / 600 - 0.95) <= 3 * math.sqrt(0.95 * 0.05 / 600)
