"""Random small centers in which customers can meet anything: every mechanism of the journey, at its edges.

A strategy of hypothesis like :mod:`tests.parity.random_scenarios`. A mechanism is drawn as a whole from a few
variants, which keeps draws few and shrinks to a center with little in it. Delays are minutes, so that what
follows follows within the run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from ccsim.errors import ScenarioError
from ccsim.scenario import Scenario
from tests.parity.random_fronts import bots, events, notices, self_service
from tests.parity.random_queues import SHORT, Place, queue

Pick = Callable[[Sequence[Any]], Any]

CHANNELS: dict[str, tuple[dict[str, Any], ...]] = {
    "voice": ({}, {"silent_abandon": {"share": "50%", "found_out_after": "fixed 5s"}}),
    "chat": (
        {"concurrency": 2},
        {"concurrency": 3, "slowdown": [1.0, 1.2, 1.7], "assign": "most_loaded"},
        {"concurrency": 3, "silent_abandon": {"share": "60%", "found_out_after": "fixed 40s"}},
        {"concurrency": 2, "slowdown": [1.0, 1.0], "turns": {"mean": 3, "reply": "exponential mean 2m"}},
        {
            "concurrency": 4,
            "assign": "most_loaded",
            "turns": {"mean": 2, "reply": "fixed 2m", "close_after": "1m"},
            "silent_abandon": {"share": "100%"},
        },
    ),
    "email": (
        {"deferrable": True},
        {"deferrable": True, "interruptible": False},
        {"deferrable": True, "clock": "calendar"},
        {"interruptible": True},
        {"interruptible": True, "turns": {"mean": 3, "reply": "uniform 0s to 9m"}},
    ),
    "message": (
        {
            "concurrency": 16,
            "deferrable": True,
            "interruptible": False,
            "turns": {"mean": 4, "reply": "exponential mean 5m"},
        },
        {"turns": {"mean": 2, "reply": "uniform 0s to 4m", "close_after": "3m"}},
        {"concurrency": 2, "turns": {"mean": 9, "reply": "exponential mean 9m"}},
        {"deferrable": True, "turns": {"mean": 3, "reply": "fixed 1m"}},
        {"deferrable": True, "concurrency": 2, "turns": {"mean": 3, "reply": "exponential mean 6h"}},
        {"concurrency": 3, "deferrable": True, "turns": {"mean": 2, "reply": "exponential mean 3m"}},
        {"concurrency": 2, "interruptible": True, "clock": "business"},
    ),
}
OPEN: tuple[Any, ...] = (
    {"every day": SHORT},
    "08:00-12:00",
    "00:00-24:00",
    "09:00-10:30",
    {"every day": SHORT},
    "20:00-02:00",
)
SHIFT_HOURS = ("08:00-12:00", "00:00-24:00", "08:30-10:00", "09:00-11:00", "20:00-02:00")
BREAKS: tuple[list[str], ...] = ([], ["10m after 30m"], ["5m after 10m spread 0s unpaid", "15m after 50m"])
AGENT = ("preference", "best_speed", "longest_idle", "weighted_idle")
CONTACT = ("preference", "priority", "longest_wait", "weighted_wait")
TRAININGS = (
    {"classroom": "1d"},
    {"speed": {"from": 0.5, "to": 1.0, "over": "2d"}},
    {"classroom": "1d", "speed": {"from": 0.8, "over": "1w"}, "coach": {"group": "g0", "per": 4}},
)
OVERFLOW_AFTER = ("0s", "20s", "1m", "5m")
CONDITIONS = (
    {"longer_than": 0},
    {"longer_than": 3},
    {"expected_wait_over": "0s"},
    {"expected_wait_over": "2m"},
    {"service_level_below": "100%", "of_last": "5m"},
    {"service_level_below": "60%", "of_last": "10m"},
)


@st.composite
def any_journey(draw: Any) -> dict[str, Any]:
    """A scenario as a dict, which may yet be refused."""

    def pick(values: Sequence[Any]) -> Any:
        return draw(st.sampled_from(values))

    def some(values: Sequence[Any], least: int = 1, most: int = 3) -> list[Any]:
        places = st.lists(
            st.sampled_from(range(len(values))), min_size=least, max_size=min(most, len(values)), unique=True
        )
        return [values[place] for place in draw(places)]

    queues = [f"q{number}" for number in range(draw(st.integers(2, 5)))]
    groups = [f"g{number}" for number in range(draw(st.integers(1, 4)))]
    channels = {name: pick(variants) for name, variants in CHANNELS.items()}
    kinds = {name: pick(tuple(CHANNELS)) for name in queues}
    deferred = [name for name in queues if channels[kinds[name]].get("deferrable")]
    data: dict[str, Any] = {
        "format": 1,
        "name": "random journey",
        "time": {
            "start": "2026-03-06",
            "days": draw(st.integers(1, 3)),
            "open": pick(OPEN),
            "drain": pick(("0s", "10m", "0s", "2h")),
        },
        "channels": channels,
        "queues": {
            name: queue(draw, Place(name, kinds[name], channels[kinds[name]], queues, groups, deferred))
            for name in queues
        },
        "agent_groups": {name: _group(pick, some, queues) for name in groups},
        "shifts": {f"s{number}": {"hours": pick(SHIFT_HOURS), "breaks": pick(BREAKS)} for number in range(2)},
    }
    _somebody_serves(data)
    data["routing"] = _routing(pick, some, data)
    for key, section in (
        ("bots", bots),
        ("self_service", self_service),
        ("notices", notices),
        ("events", events),
    ):
        if draw(st.booleans()):
            data[key] = section(pick, some, data)
    if len(groups) > 1 and draw(st.booleans()):
        data["training"] = {"intake": pick(TRAININGS)}
        data["agent_groups"][groups[-1]]["training"] = "intake"
        data["agent_groups"]["g0"]["headcount"] = 2  # coaches
    if draw(st.booleans()):
        data["shrinkage"] = {"unplanned": pick(("0%", "30%")), "adherence": pick(("100%", "80%"))}
    _only_bots_where_there_are_bots(data)
    return data


def _group(pick: Pick, some: Callable[..., list[Any]], queues: list[str]) -> dict[str, Any]:
    group: dict[str, Any] = {
        "headcount": pick((3, 0, 1, 2, 5)),
        "skills": {name: pick((1.0, 0.7, 1.3)) for name in some(queues)},
        "shifts": pick(({"s0": "100%"}, {"s0": "70%", "s1": "30%"})),
        "authority": pick((3, 0, 1)),
    }
    if pick((False, True)):
        group |= {"prefers": some(queues), "weight": pick((1, 2.5)), "resolution": pick((0.0, 1.0, -0.5))}
    if pick((False, False, True)):
        group["channels"] = some(tuple(CHANNELS))
    return group


def _serves(data: dict[str, Any], group: dict[str, Any], name: str) -> bool:
    return name in group["skills"] and data["queues"][name]["channel"] in group.get("channels", CHANNELS)


def _somebody_serves(data: dict[str, Any]) -> None:
    """A queue that nobody can serve is refused."""
    first = data["agent_groups"]["g0"]
    for name, one in data["queues"].items():
        if not any(_serves(data, group, name) for group in data["agent_groups"].values()):
            first["skills"][name] = 1.0
            if "channels" in first and one["channel"] not in first["channels"]:
                first["channels"].append(one["channel"])


def _routing(pick: Pick, some: Callable[..., list[Any]], data: dict[str, Any]) -> dict[str, Any]:
    queues, groups = list(data["queues"]), list(data["agent_groups"])
    idle, wait = pick(("longest_idle", "weighted_idle")), pick(("longest_wait", "weighted_wait"))
    routing: dict[str, Any] = {
        "agent": pick(([idle], ["preference", idle], [idle, "preference"], ["best_speed", idle])),
        "contact": pick(([wait], ["priority", wait], ["preference", "priority", wait])),
    }
    able = [
        (name, to)
        for name in queues
        for to in groups
        if data["queues"][name]["channel"] in data["agent_groups"][to].get("channels", CHANNELS)
    ]
    if able and pick((True, False)):
        routing["overflow"] = [
            {"queue": name, "after": pick(OVERFLOW_AFTER), "to": to} for name, to in some(able)
        ]
    if able and pick((True, False)):
        routing["check_every"] = pick(("30s", "1m", "5m"))
        routing["rules"] = [
            {"when": {"queue": pick(queues), **pick(CONDITIONS)}, "then": {"group": to, "takes": name}}
            for name, to in some(able)
        ]
    large = [name for name in groups if data["agent_groups"][name]["headcount"] >= 2]
    if large and pick((True, False)):
        routing["reserve"] = [
            {"group": name, "keep": pick((1, 2)), "for": [pick(own)]}
            for name in some(large)
            if (own := [one for one in queues if _serves(data, data["agent_groups"][name], one)])
        ]
    return routing


def _only_bots_where_there_are_bots(data: dict[str, Any]) -> None:
    served = {name for bot in data.get("bots", {}).values() for name in bot["serves"]}
    for name, one in data["queues"].items():
        if one.get("outside_hours") == "bot_only" and name not in served:
            one["outside_hours"] = "lost"


def is_accepted(data: dict[str, Any]) -> bool:
    """Does the scenario hold?"""
    try:
        Scenario.from_dict(data)
    except ScenarioError:
        return False
    return True


@st.composite
def journeys(draw: Any) -> dict[str, Any]:
    """A scenario as a dict that is accepted."""
    data = draw(any_journey())
    assume(is_accepted(data))
    return data
