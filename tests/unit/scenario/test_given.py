"""A file's name or plain data in the place of a scenario is refused with the call that would do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ccsim

NOT_SCENARIOS = [
    ("scenarios/helpdesk.yaml", "not 'scenarios/helpdesk.yaml'; use {}", "ccsim.load(...)"),
    (Path("helpdesk.yaml"), "not 'helpdesk.yaml'; use {}", "ccsim.load(...)"),
    ({"format": 1}, "not a dict; use {}", "ccsim.Scenario.from_dict(...)"),
    (None, "not nothing; use {}", "ccsim.load(...)"),
    ([], "not a list; use {}", "ccsim.load(...)"),
    (7, "not int; use {}", "ccsim.load(...)"),
]


@pytest.mark.parametrize(("value", "message", "way"), NOT_SCENARIOS)
def test_simulate_takes_a_scenario(value: Any, message: str, way: str) -> None:
    with pytest.raises(ccsim.CcsimError) as caught:
        ccsim.simulate(value, seed=1)
    assert str(caught.value) == "simulate takes a scenario, " + message.format(f"ccsim.simulate({way})")


@pytest.mark.parametrize(("value", "message", "way"), NOT_SCENARIOS)
def test_cases_of_an_experiment_are_scenarios(
    scenario: ccsim.Scenario, value: Any, message: str, way: str
) -> None:
    with pytest.raises(ccsim.CcsimError) as caught:
        ccsim.Experiment({"base": scenario, "more": value}, seed=1)
    expected = "the case 'more' of an experiment takes a scenario, " + message.format(f"{{'more': {way}}}")
    assert str(caught.value) == expected


def test_cases_of_an_experiment_have_names(scenario: ccsim.Scenario) -> None:
    unnamed: Any = [scenario]
    with pytest.raises(ccsim.CcsimError, match=r"takes scenarios by name, e\.g\. \{'base': scenario\}"):
        ccsim.Experiment(unnamed, seed=1)
    nothing: Any = []
    with pytest.raises(ccsim.CcsimError, match="by name"):
        ccsim.Experiment(nothing, seed=1)
