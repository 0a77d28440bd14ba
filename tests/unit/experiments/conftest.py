"""A small center and plans of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import ccsim

TINY: dict[str, Any] = {
    "format": 1,
    "name": "tiny",
    "time": {"start": "2026-03-02", "days": 1, "open": "10:00-11:00", "interval": "30m"},
    "queues": {
        "cards": {
            "arrivals": {"hourly": {"10:00-11:00": 40}},
            "talk": "exponential mean 5m",
            "wrap_up": "fixed 1m",
            "patience": "exponential mean 3m",
            "service_level": "80% in 20s",
        },
        "loans": {
            "arrivals": {"hourly": {"10:00-11:00": 20}},
            "talk": "exponential mean 4m",
            "patience": "exponential mean 3m",
            "service_level": "80% in 20s",
        },
    },
    "agent_groups": {"desk": {"headcount": 6, "skills": ["cards", "loans"], "shifts": {"day": "100%"}}},
    "shifts": {"day": {"hours": "10:00-11:00"}},
}

MakePlan = Callable[..., ccsim.Plan]


@pytest.fixture(scope="session")
def tiny() -> ccsim.Scenario:
    return ccsim.Scenario.from_dict(TINY)


@pytest.fixture
def make_plan(tiny: ccsim.Scenario) -> MakePlan:
    """A plan of 2 cases x 2 points x 3 replications; keywords replace keys, None takes one out."""

    def make(**keys: Any) -> ccsim.Plan:
        data: dict[str, Any] = {
            "name": "tiny",
            "seed": 5,
            "replications": 3,
            "cases": {"base": {}, "slow": {"queues.cards.talk.mean": "7m"}},
            "vary": {"agent_groups.desk.headcount": [5, 7]},
            "measure": ["service_level", "asa", "offered", "wait_p90", "occupancy"],
            "by": ["queue"],
            **keys,
        }
        return ccsim.Plan.from_dict({k: v for k, v in data.items() if v is not None}, scenario=tiny)

    return make
