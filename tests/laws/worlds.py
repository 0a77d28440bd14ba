"""Small centers for the laws: each shows many mechanisms at once."""

from __future__ import annotations

from typing import Any


def busy_center() -> dict[str, Any]:
    """Three days, four queues with every outcome, three groups with breaks, absence and time off task."""
    return {
        "format": 1,
        "name": "busy center",
        "time": {"start": "2026-03-06", "days": 3, "open": {"fri,sun": "08:00-16:00", "sat": "09:00-13:00"}},
        "queues": {
            "billing": {
                "arrivals": {"per_day": 700, "shape": "two_peaks", "daily_cv": 0.2},
                "patience": "5% balk, else exponential mean 2m",
                "talk": "lognormal mean 4m cv 0.8",
                "wrap_up": "exponential mean 40s",
                "short_abandon": "5s",
                "prefers": ["billers", "everybody"],
            },
            "cards": {
                "arrivals": {"per_day": 900, "shape": "evening", "interval_cv": 0.3},
                "patience": "weibull mean 3m shape 1.3",
                "talk": "gamma mean 3m cv 0.6",
                "waiting_places": 6,
                "priority": {"base": 3, "per_minute": 0.5},
                "closing": "clear",
            },
            "sales": {
                "arrivals": {"per_day": 300, "shape": "morning"},
                "patience": "uniform 20s to 3m",
                "talk": "exponential mean 5m",
                "wrap_up": "fixed 30s",
                "lines": 9,
                "closing": "stop",
                "hours": {"fri-sun": "09:00-12:00"},
            },
            "complaints": {
                "arrivals": {"per_day": 40, "shape": "evening"},
                "patience": "never",
                "talk": "exponential mean 12m",
                "needs": "billing",
            },
        },
        "agent_groups": {
            "billers": {"headcount": 16, "skills": ["billing"], "shifts": {"early": "60%", "late": "40%"}},
            "everybody": {
                "headcount": 12,
                "skills": {"billing": 0.8, "cards": 1.1, "sales": 1.0},
                "shifts": {"late": "100%"},
                "shrinkage": {"unplanned": "20%", "adherence": "90%"},
            },
            "cards_desk": {
                "headcount": 14,
                "skills": ["cards", "sales"],
                "shifts": {"early": "50%", "late": "50%"},
                "prefers": [["cards", "sales"]],
            },
        },
        "shifts": {
            "early": {"hours": "08:00-13:00", "breaks": ["15m after 2h"]},
            "late": {"hours": "10:30-16:00", "breaks": ["30m after 2h30m unpaid", "10m after 4h"]},
        },
        "events": {
            "outage": {"on": "2026-03-06", "hours": "11:00-12:00", "volume": "x3"},
            "rush": {"on": "2026-03-08", "hours": "15:00-16:00", "volume": "x4"},
        },
    }


def night_center() -> dict[str, Any]:
    """Open past midnight, two shifts that meet, one queue that grows for hours."""
    return {
        "format": 1,
        "name": "night center",
        "time": {"start": "2026-03-02", "days": 3, "open": "18:00-02:00"},
        "queues": {
            "support": {
                "arrivals": {"hourly": {"18:00-22:00": 150, "22:00-24:00": 60, "00:00-02:00": 60}},
                "patience": "lognormal mean 10m cv 1.5",
                "talk": "lognormal mean 5m cv 1.0",
                "wrap_up": "exponential mean 1m",
            }
        },
        "agent_groups": {
            "evening": {"headcount": 9, "skills": ["support"], "shifts": {"evening": "100%"}},
            "night": {"headcount": 5, "skills": ["support"], "shifts": {"night": "100%"}},
        },
        "shifts": {
            "evening": {"hours": "18:00-23:00", "breaks": ["30m after 2h"]},
            "night": {"hours": "22:00-03:00"},
        },
    }


WORLDS = {"busy center": busy_center, "night center": night_center}


def one_queue(
    *,
    headcount: int = 2,
    arrivals: dict[str, Any] | None = None,
    patience: str = "exponential mean 3m",
    talk: str = "exponential mean 3m",
    **queue: Any,
) -> dict[str, Any]:
    """One day from 08:00 to 10:00, one queue, one team."""
    return {
        "format": 1,
        "name": "one queue",
        "time": {"start": "2026-03-02", "days": 1, "open": "08:00-10:00"},
        "queues": {
            "line": {
                "arrivals": arrivals or {"hourly": {"08:00-10:00": 60}},
                "patience": patience,
                "talk": talk,
                **queue,
            }
        },
        "agent_groups": {"team": {"headcount": headcount, "skills": ["line"], "shifts": {"day": "100%"}}},
        "shifts": {"day": {"hours": "08:00-10:00"}},
    }
