"""Plan -> points: every design, in a fixed order."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from ccsim.experiments.planning.designs import Range, design_points, points_of
from ccsim.units import parse_duration

from .conftest import MakePlan

HEADS, TALK = "agent_groups.desk.headcount", "queues.cards.talk.mean"


def test_a_grid_is_every_combination_with_every_case(make_plan: MakePlan) -> None:
    points = points_of(make_plan(vary={HEADS: [5, 6], TALK: ["4m", "5m", "6m"]}))
    assert [(p.case, p.number) for p in points] == [(c, n) for c in ("base", "slow") for n in range(1, 7)]
    assert points[1].varied == {HEADS: 5, TALK: "5m"}
    assert points[7].overrides == {TALK: "5m", HEADS: 5}  # the point wins over the case's 7m


def test_one_at_a_time_begins_with_nothing_changed(make_plan: MakePlan) -> None:
    plan = make_plan(vary={HEADS: [5, 6], TALK: ["4m"]}, design="one_at_a_time")
    assert design_points(plan) == [{}, {HEADS: 5}, {HEADS: 6}, {TALK: "4m"}]


def test_nothing_to_vary_is_one_point(make_plan: MakePlan) -> None:
    assert design_points(make_plan(vary=None)) == [{}]


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol"])
def test_sampled_designs_fill_their_ranges(make_plan: MakePlan, kind: str) -> None:
    plan = make_plan(vary={HEADS: [4, 11], TALK: ["90s", "5m"]}, design={"kind": kind, "points": 16})
    points = design_points(plan)
    assert points == design_points(plan)
    assert sorted(point[HEADS] for point in points) == [n for n in range(4, 12) for _ in range(2)]
    seconds = np.sort([parse_duration(point[TALK]) / 1e6 for point in points])
    slices = np.linspace(90, 300, 17)
    assert ((slices[:-1] <= seconds) & (seconds <= slices[1:])).all()  # one in each slice of the range
    other = make_plan(seed=6, vary={HEADS: [4, 11], TALK: ["90s", "5m"]}, design={"kind": kind, "points": 16})
    assert design_points(other) != points


def test_on_a_path_of_morris_one_value_changes_at_a_time(make_plan: MakePlan) -> None:
    more = {HEADS: [4, 11], TALK: ["90s", "5m"], "queues.cards.patience.mean": ["3m", "5m"]}
    plan = make_plan(vary=more, design={"kind": "morris", "points": 6})
    points = design_points(plan)
    assert points == design_points(plan)
    assert len(points) == 6 * 4
    orders = set()
    for path in (points[start : start + 4] for start in range(0, 24, 4)):
        moved = [
            [name for name in more if before[name] != after[name]]
            for before, after in itertools.pairwise(path)
        ]
        assert sorted(name for step in moved for name in step) == sorted(more)  # each once
        assert all(len(step) == 1 for step in moved)
        orders.add(tuple(step[0] for step in moved))
    assert len(orders) > 1
    assert {point[TALK] for point in points} == {"1m30s", "2m40s", "3m50s", "5m"}


@pytest.mark.parametrize(
    ("ends", "middle"),
    [
        ([56, 72], 64),
        ([0.5, 2], 1.25),
        (["22%", "52%"], "37%"),
        (["x1.1", "x1.3"], "x1.2"),
        (["+10%", "+20%"], "+15%"),
        (["20.00/h", "30/h"], "25/h"),
        (["90s", "150s"], "120s"),
        (["1m30s", "2m30s"], "2m"),
        (["1m", "3m"], "2m"),
        (["30s", "2m"], "1m15s"),
        (["4m30s", "5m30s"], "5m"),
    ],
)
def test_a_range_keeps_its_notation(ends: list[object], middle: object) -> None:
    assert Range.read(ends).at(0.5) == middle


@pytest.mark.parametrize("ends", [["2m", "8m"], ["90s", "150s"], ["4m30s", "5m30s"], ["1h", "90m"]])
def test_every_time_of_a_range_can_be_read(ends: list[str]) -> None:
    """None is finer than a microsecond."""
    low, high = (parse_duration(end) for end in ends)
    for place in (0, 1 / 3, 0.123456789, 2 / 7, 1):
        found = parse_duration(Range.read(ends).at(place))
        assert abs(found - (low + place * (high - low))) <= 1


@pytest.mark.parametrize("ends", [[3, 2], ["5m", "4m"], [1, "2"], ["10%", "5s"], [True, False], [1, 1]])
def test_what_is_no_range_is_refused(ends: list[object]) -> None:
    with pytest.raises(ValueError):
        Range.read(ends)
