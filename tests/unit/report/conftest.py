"""Small worlds for the reports; the SimPy engine, so that nothing has to be compiled."""

from __future__ import annotations

from typing import Any

import pytest

from ccsim.compiler import Program, compile_scenario
from ccsim.report.expectations import Load, expect
from ccsim.result import Run
from ccsim.scenario.model import Scenario
from ccsim.simulate import simulate


def world(**changes: Any) -> Scenario:
    """60 contacts an hour of 6 minutes from 10:00 to 12:00, ten agents; keys may be replaced."""
    data: dict[str, Any] = {
        "format": 1,
        "name": "tiny",
        "time": {"start": "2026-03-02", "days": 1, "open": "10:00-12:00", "interval": "30m"},
        "queues": {
            "cards": {
                "arrivals": {"hourly": {"10:00-12:00": 60}},
                "talk": "exponential mean 5m",
                "wrap_up": "fixed 1m",
                "patience": "exponential mean 3m",
                "service_level": "80% in 20s",
            }
        },
        "agent_groups": {"desk": {"headcount": 10, "skills": ["cards"], "shifts": {"day": "100%"}}},
        "shifts": {"day": {"hours": "10:00-12:00"}},
    }
    return Scenario.from_dict({**data, **changes})


def two_queues(first: int, second: int, **changes: Any) -> Scenario:
    """Two queues of 6-minute contacts (contacts an hour) that share one group of ten."""
    queue = {"talk": "fixed 6m", "patience": "exponential mean 3m"}
    queues = {
        "cards": {**queue, "arrivals": {"hourly": {"10:00-12:00": first}}},
        "loans": {**queue, "arrivals": {"hourly": {"10:00-12:00": second}}},
    }
    groups = {"desk": {"headcount": 10, "skills": ["cards", "loans"], "shifts": {"day": "100%"}}}
    return world(queues=queues, agent_groups=groups, **changes)


def compiled(scenario: Scenario) -> tuple[Program, Load]:
    program = compile_scenario(scenario)
    return program, expect(program)


@pytest.fixture(scope="session")
def tiny_run() -> Run:
    return simulate(world(), seed=3, replications=4, engine="simpy")


@pytest.fixture(scope="session")
def busy_run() -> Run:
    """Two queues, too few people, limited places: every outcome happens."""
    scenario = two_queues(70, 60).override(
        {"queues.cards.waiting_places": 4, "queues.loans.patience": "10% balk, else exponential mean 3m"}
    )
    return simulate(scenario, seed=5, replications=3, engine="simpy")
