"""Random small centers that between them reach every transition of the engines.

A strategy of hypothesis, so that a failing center shrinks to the smallest one that still fails. The centers
are overloaded, short and full of edges on purpose: nothing here is meant to look like a good plan.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

PATIENCE = (
    "never",
    "fixed 0s",
    "fixed 20s",
    "exponential mean 40s",
    "exponential mean 5m",
    "lognormal mean 2m cv 1.2",
    "weibull mean 3m shape 1.3",
    "gamma mean 2m cv 0.6",
    "20% balk, else exponential mean 1m",
)
TALK = ("fixed 0s", "fixed 3m", "exponential mean 4m", "lognormal mean 6m cv 0.7", "uniform 10s to 9m")
WRAP_UP = ("fixed 0s", "fixed 30s", "exponential mean 45s")
HOURS = ("08:00-12:00", "09:00-11:30", "00:00-24:00", "10:00-10:30", "20:00-02:00", "22:00-06:00")
SHIFT_HOURS = ("08:00-12:00", "08:30-10:00", "09:00-11:00", "00:00-24:00", "20:00-23:00", "21:00-05:00")
BREAKS: tuple[list[str], ...] = (
    [],
    ["10m after 30m"],
    ["20m after 45m spread 30m"],
    ["5m after 10m spread 0s unpaid", "15m after 50m spread 20m"],
)


def _sometimes(draw: Any, value: Any, otherwise: Any = None) -> Any:
    return value if draw(st.booleans()) else otherwise


def _subset(draw: Any, names: list[str]) -> list[str]:
    return draw(st.lists(st.sampled_from(names), min_size=1, max_size=len(names), unique=True))


def _preferences(draw: Any, names: list[str]) -> list[Any]:
    """Some of the names in some order, the first two perhaps equal."""
    chosen: list[Any] = _subset(draw, names)
    if len(chosen) > 1 and draw(st.booleans()):
        chosen = [chosen[:2], *chosen[2:]]
    return chosen


@st.composite
def scenarios(draw: Any) -> dict[str, Any]:
    """A scenario as a dict."""
    queues = [f"q{number}" for number in range(draw(st.integers(1, 4)))]
    groups = [f"g{number}" for number in range(draw(st.integers(1, 4)))]
    shifts = [f"s{number}" for number in range(draw(st.integers(1, 3)))]
    teams = {name: _group(draw, queues, shifts) for name in groups}
    for name in queues:  # a queue that nobody can serve is refused
        if not any(name in team["skills"] for team in teams.values()):
            teams[groups[0]]["skills"][name] = 1.0
    data: dict[str, Any] = {
        "format": 1,
        "name": "random",
        "time": {
            "start": "2026-03-06",
            "days": draw(st.integers(1, 3)),
            "open": draw(st.sampled_from(HOURS[:4])),
            "drain": draw(st.sampled_from(("0s", "10m", "2h"))),
        },
        "queues": {name: _queue(draw, groups) for name in queues},
        "agent_groups": teams,
        "shifts": {name: _shift(draw) for name in shifts},
        "routing": {
            "agent": draw(st.permutations(("preference", "best_speed", "longest_idle"))),
            "contact": draw(st.permutations(("preference", "priority", "longest_wait")))[
                : draw(st.integers(1, 3))
            ],
        },
    }
    if draw(st.booleans()):
        data["shrinkage"] = {
            "planned": draw(st.sampled_from(("0%", "25%"))),
            "unplanned": draw(st.sampled_from(("0%", "30%"))),
            "adherence": draw(st.sampled_from(("100%", "80%"))),
        }
    if draw(st.booleans()):
        data["busyness"] = {"daily_cv": 0.3, "interval_cv": draw(st.sampled_from((0.0, 0.2)))}
    if draw(st.booleans()):
        data["events"] = {
            "rush": {
                "on": "2026-03-06",
                "hours": "09:00-09:40",
                "volume": draw(st.sampled_from(("x0", "x5"))),
            }
        }
    return data


def _queue(draw: Any, groups: list[str]) -> dict[str, Any]:
    queue: dict[str, Any] = {
        "arrivals": {
            "per_day": draw(st.sampled_from((0, 3, 40, 150))),
            "shape": draw(st.sampled_from(("flat", "two_peaks"))),
            "daily_cv": draw(st.sampled_from((0.0, 0.5))),
            "interval_cv": draw(st.sampled_from((0.0, 0.3))),
        },
        "patience": draw(st.sampled_from(PATIENCE)),
        "talk": draw(st.sampled_from(TALK)),
        "wrap_up": draw(st.sampled_from(WRAP_UP)),
        "priority": draw(
            st.sampled_from((0, 1, 5, {"base": 0, "per_minute": 2}, {"base": 3, "per_minute": -1}))
        ),
        "closing": draw(st.sampled_from(("drain", "clear", "stop"))),
        "prefers": _preferences(draw, groups),
    }
    if isinstance(queue["priority"], dict) and queue["priority"]["per_minute"] < 0:
        queue["priority"]["per_minute"] = 0.25
    for key, values in (("waiting_places", (0, 1, 4)), ("lines", (0, 1, 3, 6)), ("hours", HOURS)):
        value = _sometimes(draw, draw(st.sampled_from(values)))
        if value is not None:
            queue[key] = value
    return queue


def _group(draw: Any, queues: list[str], shifts: list[str]) -> dict[str, Any]:
    chosen = _subset(draw, shifts)
    first = 100 - 30 * (len(chosen) - 1)
    shares = {name: f"{first if place == 0 else 30}%" for place, name in enumerate(chosen)}
    return {
        "headcount": draw(st.integers(0, 5)),
        "skills": {name: draw(st.sampled_from((0.7, 1.0, 1.3))) for name in _subset(draw, queues)},
        "shifts": shares,
        "prefers": _preferences(draw, queues),
    }


def _shift(draw: Any) -> dict[str, Any]:
    return {
        "hours": draw(st.sampled_from(SHIFT_HOURS)),
        "breaks": draw(st.sampled_from(BREAKS)),
    }
