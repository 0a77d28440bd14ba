"""A small world as plain data, to be changed by each test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ccsim.scenario import Scenario

ROOT = Path(__file__).parents[3]


@pytest.fixture
def world() -> dict[str, Any]:
    return {
        "format": 1,
        "name": "small",
        "time": {"start": "2026-03-02", "days": 5, "open": "08:00-18:00"},
        "queues": {"support": {"arrivals": {"per_day": 620}, "talk": "lognormal mean 5m cv 0.7"}},
        "agent_groups": {"desk": {"headcount": 11, "skills": ["support"], "shifts": {"day": "100%"}}},
        "shifts": {"day": {"hours": "08:00-18:00", "days": "mon-fri", "breaks": ["45m after 4h"]}},
    }


@pytest.fixture
def scenario(world: dict[str, Any]) -> Scenario:
    return Scenario.from_dict(world)


@pytest.fixture
def rich() -> dict[str, Any]:
    """Every mechanism once, in phrases where there are any."""
    return {
        "format": 1,
        "name": "rich",
        "description": "Every mechanism once: a note with a colon.",
        "time": {
            "start": "2026-03-02",
            "days": 14,
            "open": {"mon-fri": "07:00-21:00", "sat": ["09:00-12:00", "13:00-17:00"], "sun": "closed"},
            "interval": "15m",
            "zone": "Europe/Berlin",
        },
        "skills": ["billing", "cards", "fraud"],
        "defaults": {
            "queue": {"patience": "weibull mean 3m shape 1.3", "arrivals": {"daily_cv": 0.1}},
            "agent_group": {"channels": ["voice"]},
        },
        "queues": {
            "billing": {
                "arrivals": {
                    "per_day": 800,
                    "shape": {"07:00-12:00": "55%", "12:00-21:00": "45%"},
                    "weekdays": {"mon": "120%", "sat": "x0.5"},
                    "growth": "+4%",
                },
                "talk": "gamma mean 5m20s cv 0.8",
                "wrap_up": "uniform 10s to 50s",
                "priority": 2,
                "service_level": "80% in 20s",
                "prefers": ["first", ["second", "expert"]],
                "hours": "08:00-18:00",
                "closing": "clear",
                "lines": 60,
            },
            "cards": {
                "arrivals": {"hourly": {"mon-fri": {"08:00-12:00": 40, "12:00-20:00": 25.5}}},
                "talk": {
                    "law": "mixture",
                    "parts": [
                        {"share": "30%", "law": "fixed 90s"},
                        {"share": "70%", "law": "lognormal mean 6m cv 0.9"},
                    ],
                },
                "patience": {
                    "law": "empirical",
                    "quantiles": {"10%": "5s", "50%": "60s", "90.5%": "10m"},
                    "tail": "5m",
                },
                "priority": {"base": 3, "per_minute": 0.5},
                "service_level": {"share": "90%", "within": "10s", "definition": "sl_excl_short"},
                "waiting_places": 20,
                "short_abandon": "5s",
            },
            "hotline": {
                "needs": "fraud",
                "arrivals": {"per_day": 90, "interval_cv": 0.2, "interval_correlation": 0.5},
                "talk": "fixed 9m",
                "patience": "5% balk, else exponential mean 12m",
            },
        },
        "agent_groups": {
            "first": {"headcount": 30, "skills": ["billing"], "shifts": {"early": "60%", "late": "40%"}},
            "second": {
                "headcount": 20,
                "skills": {"billing": 0.9, "cards": 1.1},
                "shifts": {"early": "50%", "late": "50%"},
                "shrinkage": {"planned": "12%"},
                "prefers": ["cards", "billing"],
            },
            "expert": {"headcount": 8, "skills": {"fraud": 1.0, "billing": 1.2}, "shifts": {"all": "100%"}},
        },
        "shifts": {
            "early": {"hours": "07:00-15:30", "days": "mon-sat", "breaks": ["15m after 2h", "30m after 4h"]},
            "late": {
                "hours": "12:30-21:00",
                "days": "mon-sat",
                "breaks": ["30m after 4h spread 1h unpaid", "15m after 8h15m"],
            },
            "all": {"hours": "22:00-21:00", "breaks": []},
        },
        "shrinkage": {"planned": "9%", "unplanned": "6%", "adherence": "96%"},
        "routing": {"agent": ["best_speed", "longest_idle"], "contact": ["priority", "longest_wait"]},
        "events": {
            "outage": {"on": "2026-03-04", "hours": "10:00-11:30", "queues": ["cards"], "volume": "x4"},
            "campaign": {"on": "2026-03-09 to 2026-03-11", "volume": "+50%", "description": "Spring mailing"},
            "fridays": {"on": "fri", "volume": "-20%"},
        },
    }


@pytest.fixture
def journey() -> dict[str, Any]:
    """Every key of channels and of the journey through queues once, none as its default."""
    return {
        "format": 1,
        "name": "journey",
        "time": {"start": "2026-03-02", "days": 7, "open": "08:00-18:00"},
        "channels": {
            "voice": {},
            "chat": {
                "concurrency": 3,
                "slowdown": [1.0, 1.15, 1.35],
                "assign": "most_loaded",
                "silent_abandon": {"share": "45%", "found_out_after": "fixed 90s"},
                "resolution_loss": 0.2,
            },
            "messages": {"concurrency": 5, "turns": {"mean": 4, "reply": "fixed 5m", "close_after": "12h"}},
            "email": {"deferrable": True, "interruptible": False, "clock": "calendar"},
        },
        "queues": {
            "support": {
                "arrivals": {"per_day": 500, "hours": {"mon-fri": "00:00-24:00"}},
                "talk": "lognormal mean 5m cv 0.7",
                "service_level": "80% in 1h",
                "weight": 2,
                "after_abandon": {
                    "retry": "30%", "delay": "fixed 20m", "at_most": 2, "patience": "same", "to": "chat",
                },
                "announcement": {"estimate": "last_wait", "balk": "40%", "later_patience": 0.5},
                "deflection": {"to": "chat", "when_wait_over": "2m", "share": "25%"},
                "callback": {
                    "when_wait_over": "3m", "accept": "30%", "no_answer": "10%", "attempts": 2,
                    "again_after": "fixed 10m", "dial": "fixed 30s", "promise": "2h",
                },
                "escalation": {
                    "to": "second", "share": "12%", "above": "70%", "estimate_error": "10%",
                    "diagnosis": "fixed 90s", "handover": "fixed 40s", "warm": True, "keeps_wait": True,
                    "at_most": 3,
                },
                "transfer": {"misrouted": "8%", "to": "chat"},
                "resolution": {"share": "70%", "complexity": 2, "target": "90% in 48h"},
                "after_unresolved": {
                    "return": "80%", "delay": "exponential mean 1d", "at_most": 4,
                    "to": {"support": "60%", "chat": "40%"}, "context": "50%", "repeat_story": "fixed 45s",
                },
                "complexity": {"talk": "30%"},
                "authority": {
                    "needs": {"1": "70%", "2": "25%", "3": "5%"},
                    "without": "escalate", "approval": "fixed 2m",
                },
                "promise": {
                    "chaser": {"share": "40%", "to": "email", "at_most": 2},
                    "escalate": {"before": "10m", "to": "second"},
                    "complaint": {"late": "5%", "unresolved": "3%", "to": "email", "delay": "fixed 1h"},
                },
                "outside_hours": {"ticket": "email", "share": "80%"},
            },
            "chat": {
                "channel": "chat", "arrivals": {"hourly": {"06:00-20:00": 7}}, "talk": "fixed 8m",
                "outside_hours": "lost",
            },
            "texts": {
                "channel": "messages", "arrivals": {"per_day": 90}, "talk": "fixed 2m", "resolution": "60%",
            },
            "email": {"channel": "email", "arrivals": {"per_day": 50}, "talk": "fixed 6m",
                      "service_level": "90% in 8h"},
            "second": {
                "talk": "fixed 9m", "transfer": {"misrouted": "1%", "to": "chat", "found_after": "fixed 2m"},
            },
        },
        "agent_groups": {
            "desk": {
                "headcount": 30,
                "skills": ["support", "chat", "texts", "email", "second"],
                "shifts": {"day": "100%"},
            }
        },
        "shifts": {"day": {"hours": "08:00-18:00"}},
        "routing": {"contact": ["weighted_wait"]},
    }  # fmt: skip
