"""The queues of random journeys: a handful of variants of every mechanism that a queue can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

PATIENCE = (
    "exponential mean 5m",
    "never",
    "fixed 0s",
    "fixed 40s",
    "20% balk, else exponential mean 2m",
    "lognormal mean 2m cv 1.2",
)
TALK = ("exponential mean 4m", "fixed 0s", "fixed 3m", "lognormal mean 6m cv 0.7", "uniform 10s to 20m")
WRAP_UP = ("fixed 0s", "fixed 30s", "exponential mean 45s")
SERVICE_LEVEL = ("80% in 20s", "90% in 5m", "80% in 2m", "50% in 1h")
SHORT = ["08:00-08:30", "08:40-09:10", "09:20-10:00", "10:10-11:00", "21:00-21:30"]
HOURS: tuple[Any, ...] = ({"every day": SHORT}, "08:00-12:00", "20:00-02:00", "00:00-24:00")
DELAYS = ("exponential mean 5m", "fixed 1m", "uniform 0s to 10m")


@dataclass(frozen=True)
class Place:
    """What a queue has to know of the others."""

    name: str
    channel_name: str
    channel: dict[str, Any]
    queues: list[str]
    groups: list[str]
    deferred: list[str]  # queues that wait overnight

    @property
    def is_deferrable(self) -> bool:
        return bool(self.channel.get("deferrable"))


def queue(draw: Any, place: Place) -> dict[str, Any]:
    """One queue with some of the mechanisms."""

    def pick(values: Any) -> Any:
        return draw(st.sampled_from(values))

    own: dict[str, Any] = {
        "channel": place.channel_name,
        "patience": pick(("never", *PATIENCE) if place.is_deferrable else PATIENCE),
        "talk": pick(TALK),
        "wrap_up": pick(WRAP_UP),
        "closing": pick(("stop", "clear", "stop", "drain")),
        "priority": pick((1, 5, {"base": 0, "per_minute": 2})),
        "service_level": pick(SERVICE_LEVEL),
    }
    if not pick((False, False, False, True)):
        own["arrivals"] = {"per_day": pick((30, 3, 60)), "shape": "flat"}
    for name in draw(st.lists(st.sampled_from(list(MECHANISMS)), min_size=2, max_size=8, unique=True)):
        more = MECHANISMS[name](pick, place)
        if more is not None:
            own[name] = more
    if "authority" in own and own["authority"]["without"] == "escalate":
        own.setdefault("escalation", _escalation(pick, place))
    if "promise" in own and "unresolved" in own["promise"].get("complaint", {}):
        own.setdefault("resolution", "50%")
    if "escalation" in own and "transfer" in own:
        own["escalation"].pop("diagnosis", None)
    if own.get("outside_hours") and "arrivals" in own and pick((True, False)):
        own["arrivals"]["hours"] = "00:00-24:00"
    return own


def _other(pick: Any, place: Place) -> str:
    return str(pick([name for name in place.queues if name != place.name]))


def _any(pick: Any, place: Place) -> str:
    return str(pick(place.queues))


def _prefers(pick: Any, place: Place) -> Any:
    return [pick(place.groups)]


def _after_abandon(pick: Any, place: Place) -> Any:
    return {
        "retry": pick(("50%", "100%")),
        "delay": pick(("fixed 0s", *DELAYS)),
        "at_most": pick((1, 0, 4)),
        "patience": pick(("same", "redrawn")),
        "to": _any(pick, place),
    }


def _announcement(pick: Any, place: Place) -> Any:
    if place.is_deferrable:
        return None
    return {
        "estimate": pick(("queue", "last_wait")),
        "balk": pick(("50%", "0%", "100%")),
        "later_patience": pick((0.66, 0, 2.5)),
    }


def _deflection(pick: Any, place: Place) -> Any:
    return {
        "to": _other(pick, place),
        "when_wait_over": pick(("0s", "1m")),
        "share": pick(("100%", "50%")),
    }


def _callback(pick: Any, place: Place) -> Any:
    if place.is_deferrable:
        return None
    return {
        "when_wait_over": pick(("0s", "1m")),
        "accept": pick(("100%", "50%")),
        "no_answer": pick(("40%", "0%", "100%")),
        "attempts": pick((1, 2, 3)),
        "again_after": pick(("fixed 1m", "fixed 0s")),
        "dial": pick(("fixed 20s", "fixed 0s")),
        "promise": pick(("keep_place", "10m", "2h")),
    }


def _escalation(pick: Any, place: Place) -> Any:
    escalation: dict[str, Any] = {
        "to": _other(pick, place),
        "share": pick(("30%", "0%", "100%")),
        "at_most": pick((5, 1, 0)),
        "keeps_wait": pick((False, True)),
    }
    if pick((False, True)):
        escalation |= {
            "above": pick(("70%", "20%")),
            "estimate_error": pick(("0%", "20%")),
            "diagnosis": pick(("fixed 30s", "exponential mean 1m")),
        }
    if place.channel.get("concurrency", 1) == 1:
        escalation |= pick(({"handover": "fixed 40s"}, {}, {"handover": "fixed 0s"}, {"warm": True}))
    return escalation


def _transfer(pick: Any, place: Place) -> Any:
    return {
        "misrouted": pick(("30%", "100%")),
        "to": _other(pick, place),
        "found_after": pick(("fixed 20s", "fixed 0s")),
    }


def _resolution(pick: Any, place: Place) -> Any:
    return pick(("50%", "0%", {"share": "70%", "complexity": 4, "target": "90% in 1h"}, "100%"))


def _after_unresolved(pick: Any, place: Place) -> Any:
    return {
        "return": pick(("90%", "100%")),
        "delay": pick(("fixed 0s", *DELAYS)),
        "at_most": pick((2, 1, 5)),
        "to": pick((place.name, _any(pick, place), {place.queues[0]: "60%", place.queues[-1]: "40%"})),
        "context": pick(("100%", "0%", "50%")),
        "repeat_story": pick(("fixed 60s", "exponential mean 2m")),
    }


def _complexity(pick: Any, place: Place) -> Any:
    return {"talk": pick(("30%", "100%"))}


def _authority(pick: Any, place: Place) -> Any:
    return {
        "needs": pick(({"1": "100%"}, {"0": "50%", "2": "30%", "3": "20%"})),
        "without": pick(("escalate", "approve", "refuse", "escalate")),
        "approval": "fixed 1m",
    }


def _promise(pick: Any, place: Place) -> Any:
    promise: dict[str, Any] = {}
    kinds = pick(("chaser", "escalate", "complaint", "chaser complaint", "chaser escalate complaint"))
    if "chaser" in kinds:
        promise["chaser"] = {"share": pick(("60%", "100%")), "to": _any(pick, place), "at_most": pick((1, 3))}
    if "escalate" in kinds:
        promise["escalate"] = {"before": pick(("0s", "10s")), "to": _other(pick, place)}
    if "complaint" in kinds:
        promise["complaint"] = {
            **pick(({"late": "50%"}, {"unresolved": "50%"}, {"late": "100%", "unresolved": "30%"})),
            "to": _any(pick, place),
            "delay": pick(DELAYS),
        }
    return promise


def _outside_hours(pick: Any, place: Place) -> Any:
    if place.is_deferrable:
        return None
    tickets = [{"ticket": name, "share": share} for name in place.deferred for share in ("100%", "50%")]
    return pick(("lost", "bot_only", *tickets))


def _hours(pick: Any, place: Place) -> Any:
    return pick(HOURS)


def _waiting_places(pick: Any, place: Place) -> Any:
    return pick((3, 0, 1))


def _lines(pick: Any, place: Place) -> Any:
    return pick((4, 1, 0))


def _weight(pick: Any, place: Place) -> Any:
    return pick((2, 0.5))


MECHANISMS = {
    "after_abandon": _after_abandon,
    "announcement": _announcement,
    "deflection": _deflection,
    "callback": _callback,
    "escalation": _escalation,
    "transfer": _transfer,
    "resolution": _resolution,
    "after_unresolved": _after_unresolved,
    "complexity": _complexity,
    "authority": _authority,
    "promise": _promise,
    "outside_hours": _outside_hours,
    "hours": _hours,
    "waiting_places": _waiting_places,
    "lines": _lines,
    "weight": _weight,
    "prefers": _prefers,
}
