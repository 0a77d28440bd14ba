"""A small center to change one thing of."""

from __future__ import annotations

from typing import Any

from ccsim.compiler import Program, compile_scenario
from ccsim.scenario import Scenario

DAY = 86_400_000_000
HOUR = 3_600_000_000
MINUTE = 60_000_000


def center(**changes: Any) -> dict[str, Any]:
    """Two queues, two groups, two days; top-level keys can be replaced."""
    return {
        "format": 1,
        "name": "small",
        "time": {"start": "2026-03-02", "days": 2, "open": "08:00-18:00"},
        "queues": {
            "support": {"arrivals": {"per_day": 100}, "talk": "fixed 3m"},
            "sales": {"arrivals": {"per_day": 50}, "talk": "fixed 4m"},
        },
        "agent_groups": {
            "desk": {"headcount": 4, "skills": ["support"], "shifts": {"day": "100%"}},
            "both": {"headcount": 2, "skills": {"support": 0.8, "sales": 1.25}, "shifts": {"day": "100%"}},
        },
        "shifts": {"day": {"hours": "08:00-18:00"}},
        **changes,
    }


def program(**changes: Any) -> Program:
    return compile_scenario(Scenario.from_dict(center(**changes)))
