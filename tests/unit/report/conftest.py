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


def journey_world(**changes: Any) -> Scenario:
    """Calls, chats and emails of four days; a bot, self-service, two tiers and returns; too few people."""
    day = {"shifts": {"day": "100%"}}
    data: dict[str, Any] = {
        "format": 1,
        "name": "journey",
        "time": {"start": "2026-03-02", "days": 4, "open": "10:00-14:00", "interval": "30m"},
        "channels": {
            "chat": {"concurrency": 3, "slowdown": [1.0, 1.15, 1.35]},
            "email": {"deferrable": True},
        },
        "queues": {
            "calls": {
                "arrivals": {"hourly": {"10:00-14:00": 40}},
                "talk": "exponential mean 5m",
                "patience": "exponential mean 3m",
                "after_abandon": {"retry": "50%", "delay": "fixed 10m", "at_most": 2},
                "callback": {"when_wait_over": "1m"},
                "escalation": {"to": "experts", "share": "20%", "handover": "fixed 30s"},
                "resolution": {"share": "70%", "complexity": 2, "target": "90% in 1d"},
                "after_unresolved": {"return": "80%", "delay": "exponential mean 4h"},
            },
            "chats": {
                "channel": "chat",
                "arrivals": {"hourly": {"10:00-14:00": 12}},
                "talk": "exponential mean 8m",
            },
            "emails": {
                "channel": "email",
                "arrivals": {"per_day": 40, "shape": "flat", "hours": "00:00-24:00"},
                "talk": "fixed 10m",
                "service_level": "95% in 2h",
                "promise": {"chaser": {"share": "30%", "to": "calls"}},
            },
            "experts": {"talk": "exponential mean 9m"},
        },
        "self_service": {"page": {"serves": ["calls"], "attempt": "30%", "takes": "fixed 2m"}},
        "bots": {
            "robot": {
                "serves": ["calls", "chats"],
                "talk": "fixed 1m",
                "containment": "30%",
                "walk_away": "6%",
                "misunderstood": "20%",
                "escape": "never",
                "bounce_back": {"share": "10%", "delay": "fixed 1h"},
                "cost": 0.5,
            }
        },
        "agent_groups": {
            "desk": {"headcount": 3, "skills": ["calls", "emails"], "cost": "20/h", **day},
            "chatters": {"headcount": 1, "skills": ["chats"], **day},
            "second": {"headcount": 1, "tier": 2, "skills": ["experts"], **day},
        },
        "shifts": {"day": {"hours": "10:00-14:00"}},
        "routing": {"overflow": [{"queue": "calls", "after": "2m", "to": "second"}]},
        "events": {
            "outage": {"on": "2026-03-03", "hours": "11:00-12:00", "volume": "x3", "queues": ["calls"]}
        },
        "satisfaction": {"base": 4.5, "per_minute_waited": -0.12},
    }
    return Scenario.from_dict({**data, **changes})


@pytest.fixture(scope="session")
def journey_run() -> Run:
    return simulate(journey_world(), seed=2, replications=3, engine="simpy")
