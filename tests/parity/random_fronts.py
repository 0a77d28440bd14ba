"""What stands in front of the queues of random journeys, and the bad days that come over them."""

from __future__ import annotations

from typing import Any

ON = ("2026-03-06", "2026-03-07", "2026-03-06 to 2026-03-08")
WINDOWS = ("00:00-24:00", "09:00-09:40", "08:30-10:15")
ESCAPES: tuple[Any, ...] = (
    {"asks": "0%", "after_failures": 0},
    "on_request",
    "after_failures",
    {"asks": "5%", "after_failures": 1},
    "always",
    "never",
    {"asks": "30%", "after_failures": 1, "lets_through": False},
)


def bots(pick: Any, some: Any, data: dict[str, Any]) -> dict[str, Any]:
    """One bot, or two in front of different queues."""
    served = some(list(data["queues"]))
    parts = [served[:1], served[1:]] if len(served) > 1 and pick((False, True)) else [served]
    return {f"bot{number}": _bot(pick, some, part, data) for number, part in enumerate(parts)}


def _bot(pick: Any, some: Any, serves: list[str], data: dict[str, Any]) -> dict[str, Any]:
    queues = list(data["queues"])
    bot: dict[str, Any] = {
        "serves": serves,
        "talk": pick(("fixed 1m", "lognormal mean 70s cv 0.9", "fixed 0s")),
        "containment": pick(("30%", "0%", "60%")),
        "walk_away": pick(("20%", "40%", "0%")),
        "entry": pick(("100%", "50%")),
    }
    more: tuple[dict[str, Any], ...] = (
        {"complexity": 3, "talk_saved": "20%", "warm": "50%", "cold_costs": "30%"},
        {"retry_after_walk_away": {"share": "60%", "delay": "exponential mean 5m"}},
        {"bounce_back": {"share": "40%", "delay": "fixed 5m"}, "unsolved": "20%"},
        {"bounce_back": {"share": "50%", "delay": "exponential mean 5m", "to": pick(queues)}},
        {"unsolved": "30%"},
        {"misunderstood": pick(("30%", "100%")), "turns": pick((4, 1)), "loop": pick(("25s", "0s"))},
        {"escape": pick(ESCAPES), "misunderstood": "40%"},
        {"misrouted": {"share": "50%", "to": {pick(queues): "100%"}}},
        {"misrouted": {"share": "100%", "to": {queues[0]: "50%", queues[-1]: "50%"}}},
        {"again": False, "retry_after_walk_away": {"share": "100%", "delay": "fixed 1m"}},
        {"down": [{"on": pick(ON), "hours": pick(WINDOWS)}]},
    )
    for options in some(more, 1, 5):
        bot |= options
    return bot


def self_service(pick: Any, some: Any, data: dict[str, Any]) -> dict[str, Any]:
    """A page in front of some queues."""
    page = {
        "serves": some(list(data["queues"])),
        "attempt": pick(("60%", "100%")),
        "success": pick(("25%", "0%", "100%")),
        "complexity": pick((0, 3)),
        "takes": pick(("fixed 2m", "fixed 0s", "exponential mean 1m")),
        "failed_costs": pick(("0%", "30%")),
        "again": pick((False, True)),
    }
    if pick((False, True)):
        page["down"] = [{"on": pick(ON), "hours": pick(WINDOWS)}]
    return {"page": page}


def notices(pick: Any, some: Any, data: dict[str, Any]) -> dict[str, Any]:
    """A notice about one queue."""
    return {
        "note": {
            "queue": pick(list(data["queues"])),
            "on": pick(ON),
            "hours": pick(WINDOWS),
            "reach": pick(("60%", "100%")),
            "prevents": pick(("50%", "100%")),
            "false_alarms": pick((0, 25)),
        }
    }


def events(pick: Any, some: Any, data: dict[str, Any]) -> dict[str, Any]:
    """One or two bad days."""
    fronts = [*data.get("bots", {}), *data.get("self_service", {})]
    queues, groups = list(data["queues"]), list(data["agent_groups"])
    effects: list[dict[str, Any]] = [
        {"volume": pick(("x4", "x0"))},
        {"talk": pick(("x1.5", "x3")), "groups": some(groups)},
        {"talk": "x0.5"},
        {"down": True, "groups": some(groups)},
        {"down": True},
        {"absence": "40%"},
        {"duplicates": {"share": pick(("50%", "100%")), "to": pick(queues), "delay": "exponential mean 5m"}},
        {"duplicates": {"share": "50%", "to": pick(queues), "delay": "fixed 0s"}, "queues": some(queues)},
    ]
    if fronts:
        effects.append({"bot_down": some(fronts)})
    found: dict[str, Any] = {}
    for number, what in enumerate(some(effects)):
        found[f"e{number}"] = {"on": pick(ON), "hours": pick(WINDOWS), **what}
    return found
