"""Answers about one queue, and what an answer about all of them hides."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

import ccsim
from ccsim.experiments.sweep import Sweep

from .conftest import TINY

EARLY, LATE = "agent_groups.early.headcount", "agent_groups.late.headcount"


def two_groups() -> ccsim.Scenario:
    """Cards by a group of its own; mails, which have all day, by another."""
    data: dict[str, Any] = copy.deepcopy(TINY)
    data["queues"]["loans"]["service_level"] = "80% in 55m"
    group = {"shifts": {"day": "100%"}}
    data["agent_groups"] = {
        "early": {"headcount": 4, "skills": ["cards"], **group},
        "late": {"headcount": 4, "skills": ["loans"], **group},
    }
    return ccsim.Scenario.from_dict(data)


def played(folder: Path, **keys: Any) -> Sweep:
    data = {
        "name": "two", "seed": 5, "replications": 8, "vary": {EARLY: [3, 4, 5, 6, 7, 8]},
        "measure": ["service_level", "asa", "cost"], "by": ["queue"], **keys,
    }  # fmt: skip
    return ccsim.Plan.from_dict(data, scenario=two_groups()).run(folder, engine="simpy")


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return played(tmp_path_factory.mktemp("by") / "two")


@pytest.fixture(scope="module")
def unkeyed(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return played(tmp_path_factory.mktemp("by") / "two", by=[])


def levels(sweep: Sweep, queue: str, metric: str = "service_level") -> list[float]:
    table = sweep.estimates()
    found = table[(table["queue"] == queue) & (table["metric"] == metric)]
    return [float(value) for value in found["value"]]


def test_a_break_even_of_one_queue_reads_its_values_alone(sweep: Sweep) -> None:
    (mix,) = sweep.crossings("service_level", reach="75%")
    (cards,) = sweep.crossings("service_level", reach="75%", queue="cards")
    assert cards.y.tolist() == pytest.approx(levels(sweep, "cards"))
    assert mix.y.tolist() == pytest.approx(levels(sweep, "all"))
    assert mix.value is not None
    assert cards.value is not None
    assert cards.value > mix.value
    assert cards.sentence().startswith(f"It takes {cards.value:.0f} agents in group early (95% ")
    assert cards.sentence().endswith(" for a service level of 75.0% in queue cards.")
    assert cards.warning() == ""


def test_an_answer_over_all_queues_says_so_and_names_those_that_miss_it(sweep: Sweep) -> None:
    (mix,) = sweep.crossings("service_level", reach="75%")
    assert mix.sentence().endswith(" for a service level of 75.0% over all queues.")
    value = levels(sweep, "cards")[int(mix.value or 0) - 3]
    assert value < 0.75
    assert mix.warning() == (
        f"But with {mix.value:.0f} agents in group early the service level is below 75.0% "
        f"in queue cards ({value:.1%})."
    )


def test_of_a_wait_the_queues_above_are_named(sweep: Sweep) -> None:
    goal = levels(sweep, "all", "asa")[1]
    (mix,) = sweep.crossings("asa", reach=f"{goal:.6f}s")
    assert [name for name, _ in mix.worse] == ["cards"]
    assert " is above " in mix.warning()


def test_a_goal_out_of_reach_names_queue_and_group(sweep: Sweep) -> None:
    (found,) = sweep.crossings("service_level", reach="100%", queue="cards")
    assert "headcount in group early from 3 to 8 does not decide it: the service level in queue cards is" in (
        found.sentence()
    )


def test_as_good_as_a_point_names_the_queue(sweep: Sweep) -> None:
    (found,) = sweep.crossings("service_level", as_good_as=("base", 4), queue="cards")
    assert found.value == 6
    assert "for as good a service level in queue cards as with headcount 6: " in found.sentence()


def test_groups_that_stand_still_are_named(tmp_path: Path) -> None:
    sweep = played(tmp_path / "both", vary={EARLY: [4, 8], LATE: [3, 4]}, replications=2)
    found = sweep.crossings("service_level", EARLY, reach="60%", queue="cards")
    assert [one.others for one in found] == ["late headcount 3", "late headcount 4"]
    assert "agents in group early" in found[0].sentence()


def test_effects_a_surface_and_a_front_of_one_queue(sweep: Sweep) -> None:
    cards = levels(sweep, "cards")
    found = sweep.effects("service_level", queue="cards")
    assert found.table["at_low"].tolist() == pytest.approx([cards[0]])
    assert found.sentence().startswith(
        "What moves the service level in queue cards most is headcount in group early: "
    )
    assert "the service level over all queues most" in sweep.effects("service_level").sentence()
    middle = sweep.surface("service_level", queue="cards").predict([[5]])[0]
    assert middle == pytest.approx(cards[2], abs=0.05)
    front = sweep.pareto(["cost", "service_level"], queue="cards")
    assert front["service_level"].tolist() == pytest.approx(cards)
    assert front["cost"].tolist() == pytest.approx(sweep.pareto(["cost", "service_level"])["cost"].tolist())


def test_a_cost_has_no_scope(sweep: Sweep) -> None:
    assert "queue" not in sweep.effects("cost").sentence()


def test_what_was_not_measured_by_queue_says_the_way_out(unkeyed: Sweep) -> None:
    with pytest.raises(ccsim.CcsimError, match=r"write by: \[queue\] into the experiment and sweep again"):
        unkeyed.crossings("service_level", reach="75%", queue="cards")
    (mix,) = unkeyed.crossings("service_level", reach="75%")
    assert mix.sentence().endswith(" over all queues.")
    assert mix.warning() == ""


@pytest.mark.parametrize(
    ("metric", "queue", "message"),
    [
        ("service_level", "card", "there is no queue 'card'; did you mean cards?"),
        ("service_level", "x", "there is no queue 'x'; there is: cards, loans"),
        ("cost", "cards", "cost cannot be told by queue"),
    ],
)
def test_a_queue_that_cannot_be_asked(sweep: Sweep, metric: str, queue: str, message: str) -> None:
    with pytest.raises(ccsim.CcsimError, match=message):
        sweep.effects(metric, queue=queue)
