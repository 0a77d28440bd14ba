"""Points are called by the values that vary, changes by what they change."""

from __future__ import annotations

from typing import Any

import pytest

from ccsim.errors import CcsimError
from ccsim.experiments.comparing.place_names import PlaceNames, address_labels, value_said
from ccsim.experiments.planning.designs import points_of

from .conftest import MakePlan

HEADS, TALK = "agent_groups.desk.headcount", "queues.cards.talk.mean"


def names_of(make_plan: MakePlan, **keys: Any) -> PlaceNames:
    plan = make_plan(**keys)
    return PlaceNames(points_of(plan), plan.base)


@pytest.mark.parametrize(
    ("addresses", "labels"),
    [
        ([HEADS, TALK], ["headcount", "talk"]),
        (["queues.cards.arrivals.per_day"], ["arrivals per day"]),
        (["shifts.day.breaks.0.after"], ["breaks after"]),
        (["agent_groups.tier1.headcount", "agent_groups.tier2.headcount"],
         ["tier1 headcount", "tier2 headcount"]),
        (["bots.door.containment.billing", "bots.door.containment.fraud"],
         ["containment billing", "containment fraud"]),
        (["bots.door.containment.billing", HEADS], ["containment", "headcount"]),
        (["events"], ["events"]),
        (["agent_groups.intake"], ["intake"]),
    ],
)  # fmt: skip
def test_an_address_is_called_by_its_fields(addresses: list[str], labels: list[str]) -> None:
    assert list(address_labels(addresses).values()) == labels


def test_points_of_one_case_need_no_case(make_plan: MakePlan) -> None:
    names = names_of(make_plan, cases=None, vary={HEADS: [5, 7], TALK: ["5m"]})
    assert names.of("base", 2) == "headcount 7, talk 5m"
    assert names.find("talk 5m,  HEADCOUNT 7") == ("base", 2)
    assert names.find("headcount 9, talk 5m") is None


def test_points_of_several_cases_have_both(make_plan: MakePlan) -> None:
    names = names_of(make_plan)
    assert [names.of("slow", 1), names.of("slow")] == ["slow, headcount 5", "slow"]
    assert names_of(make_plan, vary=None).of("slow", 1) == "slow"


def test_what_is_the_same_twice_is_told_apart(make_plan: MakePlan) -> None:
    names = names_of(make_plan, cases=None, vary=None, points=[{HEADS: 5}, {HEADS: 5}, {}])
    assert [names.of("base", n) for n in (1, 2, 3)] == [
        "headcount 5 (point 1)", "headcount 5 (point 2)", "nothing changed",
    ]  # fmt: skip


def test_sampled_values_are_short_unless_they_would_be_the_same(make_plan: MakePlan) -> None:
    factor = "agent_groups.desk.skills.cards"
    short = names_of(make_plan, cases=None, vary=None, points=[{factor: 1.123456}, {factor: 0.9}])
    assert short.of("base", 1).endswith(" 1.123")
    long = names_of(make_plan, cases=None, vary=None, points=[{factor: 1.123456}, {factor: 1.123457}])
    assert long.of("base", 1).endswith(" 1.123456")


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "none"), (True, "yes"), (104, "104"), ("35%", "35%"), (["voice", "email"], "[voice,email]")],
)
def test_values_are_said_as_written(value: Any, said: str) -> None:
    assert value_said(value) == said


@pytest.mark.parametrize(
    ("other", "base", "said"),
    [
        (("base", 3), ("base", 1), "With 7 instead of 5 agents (base, talk 4m)"),
        (("base", 2), ("base", 1), "With talk 6m instead of 4m (base, headcount 5)"),
        (("base", 4), ("base", 1), "With headcount 7 instead of 5 and talk 6m instead of 4m (base)"),
        (("late", 1), ("base", 1), "With late instead of base (headcount 5, talk 4m)"),
        (("late", 3), ("base", 1), "With late, headcount 7 instead of base, headcount 5 (talk 4m)"),
    ],
)
def test_a_change_is_called_by_what_it_changes(
    make_plan: MakePlan, other: tuple[str, int], base: tuple[str, int], said: str
) -> None:
    late = {"queues.cards.patience.mean": "9m"}
    names = names_of(make_plan, cases={"base": {}, "late": late}, vary={HEADS: [5, 7], TALK: ["4m", "6m"]})
    assert names.change(other, base) == said


def test_what_did_not_vary_has_the_value_of_the_scenario(make_plan: MakePlan) -> None:
    names = names_of(make_plan, cases=None, vary={HEADS: [6, 7]}, design="one_at_a_time")
    assert names.change(("base", 3), ("base", 1)) == "With 7 instead of 6 agents"
    assert names.change(("base", 2), ("base", 1)) == "With headcount 6, as in the scenario,"


def test_an_address_is_found_by_its_label(make_plan: MakePlan) -> None:
    names = names_of(make_plan)
    assert names.address("headcount") == names.address(HEADS) == HEADS
    with pytest.raises(CcsimError, match="did you mean headcount"):
        names.address("hedcount")
