"""What must hold of the journey through queues: one rule, one function, named as the rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ccsim import units
from ccsim.scenario.channels import VOICE
from ccsim.scenario.fields import read_duration, read_share
from ccsim.scenario.hours import around, left_of, read_hours
from ccsim.scenario.laws import LawSpec
from ccsim.scenario.messages import Located
from ccsim.scenario.raw import Data, Findings, entries, may_be_never, no_such
from ccsim.scenario.yaml_marks import Path

# keys of a queue under which another queue is named
TARGETS: tuple[tuple[str, ...], ...] = (
    ("after_abandon", "to"),
    ("deflection", "to"),
    ("escalation", "to"),
    ("transfer", "to"),
    ("after_unresolved", "to"),
    ("promise", "chaser", "to"),
    ("promise", "escalate", "to"),
    ("promise", "complaint", "to"),
    ("outside_hours", "ticket"),
)
AWAY = {
    ("deflection", "to"): "is offered itself instead of waiting",
    ("escalation", "to"): "escalates to itself",
    ("transfer", "to"): "transfers to itself",
    ("promise", "escalate", "to"): "moves its contacts to itself",
}
ENDING = (
    ("after_abandon", "delay"),
    ("callback", "again_after"),
    ("callback", "dial"),
    ("escalation", "diagnosis"),
    ("escalation", "handover"),
    ("transfer", "found_after"),
    ("after_unresolved", "delay"),
    ("after_unresolved", "repeat_story"),
    ("authority", "approval"),
    ("promise", "complaint", "delay"),
)
_LAW: TypeAdapter[Any] = TypeAdapter(LawSpec)


def at(value: Any, *keys: str) -> Any:
    """What stands under keys within maps; None where there is no such thing."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def channel_of(data: Data, queue: Data) -> Data:
    """The declared channel of a queue; empty where it is not declared or not a map."""
    name = queue.get("channel", VOICE)
    return entries(data, "channels").get(name, {}) if isinstance(name, str) else {}


def is_deferrable(data: Data, queue: Data) -> bool:
    """Does the queue's work wait overnight?"""
    return channel_of(data, queue).get("deferrable") is True


def _targets(queue: Data) -> Iterator[tuple[Path, str, bool]]:
    """(path, queue, does it stand in a key?) of every queue that a queue names."""
    for keys in TARGETS:
        to = at(queue, *keys)
        if isinstance(to, str):
            yield keys, to, False
        elif isinstance(to, dict) and keys == ("after_unresolved", "to"):
            yield from (((*keys, name), name, True) for name in to)


def queues_send_to_known_queues(data: Data) -> Findings:
    """Whatever names a queue names one that there is, and another one where it must be another."""
    known = list(entries(data, "queues"))
    for name, queue in entries(data, "queues").items():
        for keys, to, at_key in _targets(queue):
            path = ("queues", name, *keys)
            if to not in known:
                yield Located(path, no_such("queue", to, known), at_key=at_key)
            elif to == name and keys in AWAY:
                yield Located(path, f"{name} {AWAY[keys]}; name another queue")  # type: ignore[index]


def escalation_comes_to_an_end(data: Data) -> Findings:
    """Contacts do not go round and round: somewhere in a loop of escalations some are treated."""
    queues = entries(data, "queues")
    ways = {name: at(queue, "escalation", "to") for name, queue in queues.items()}
    for loop in loops(ways):
        if len(loop) > 1 and all(_always_escalates(queues[name]) for name in loop):
            round_trip = " -> ".join([*loop, loop[0]])
            message = (
                f"{round_trip} is a loop in which every contact is escalated and none is treated; end it at "
                f"{loop[-1]}, or give a share below 100%"
            )
            yield Located(("queues", loop[0], "escalation", "to"), message)


def loops(ways: dict[str, Any]) -> list[list[str]]:
    """The loops of a map from names to the next name, each once, from its first name in order."""
    found: list[list[str]] = []
    for start in ways:
        walked: list[str] = []
        here = start
        while here in ways and here not in walked:
            walked.append(here)
            here = ways[here]
            if not isinstance(here, str):
                break
        if here == start and not any(start in loop for loop in found):
            found.append(walked)
    return found


def _always_escalates(queue: Data) -> bool:
    escalation = queue.get("escalation")
    certain = _share(at(escalation, "share")) == 1
    return certain or (_share(at(escalation, "above")) == 0 and not _share(at(escalation, "estimate_error")))


def _share(value: Any) -> float | None:
    try:
        return read_share(value)
    except ValueError:
        return None


def _time(value: Any) -> int | None:
    try:
        return read_duration(value)
    except ValueError:
        return None


def deferrable_work_does_not_stand_in_line(data: Data) -> Findings:
    """Who writes is not on the phone: no announcement, no callback, no rule for contacts outside hours."""
    for name, queue in entries(data, "queues").items():
        if not is_deferrable(data, queue):
            continue
        channel = queue.get("channel")
        for key in ("announcement", "callback"):
            if queue.get(key) is not None:
                message = f"the channel {channel!r} is deferrable: nobody waits in a line; leave it out"
                yield Located(("queues", name, key), message, at_key=True)
        if queue.get("outside_hours") not in (None, "not_offered"):
            message = f"the channel {channel!r} is deferrable and accepts contacts at any hour; leave it out"
            yield Located(("queues", name, "outside_hours"), message, at_key=True)


def agents_who_stay_have_one_contact(data: Data) -> Findings:
    """A warm hand-over needs an agent with nothing else open; a cold one has no talk of both."""
    for name, queue in entries(data, "queues").items():
        escalation = queue.get("escalation")
        if not isinstance(escalation, dict):
            continue
        path: Path = ("queues", name, "escalation")
        given, warm = escalation.get("handover") is not None, escalation.get("warm")
        concurrency = channel_of(data, queue).get("concurrency", 1)
        if given and warm is False:
            message = "with warm: false the agents do not talk to each other; leave handover out"
            yield Located((*path, "handover"), message, at_key=True)
        elif (warm is True or given) and isinstance(concurrency, int) and concurrency > 1:
            channel = queue.get("channel", VOICE)
            message = (
                f"a warm hand-over holds an agent, who on the channel {channel!r} has up to {concurrency} "
                "contacts open; leave out handover and warm"
            )
            yield Located((*path, "handover" if given else "warm"), message, at_key=True)


def tickets_wait_overnight(data: Data) -> Findings:
    """A ticket goes to a queue of a deferrable channel."""
    queues = entries(data, "queues")
    for name, queue in queues.items():
        to = at(queue.get("outside_hours"), "ticket")
        if isinstance(to, str) and to in queues and not is_deferrable(data, queues[to]):
            channel = queues[to].get("channel", VOICE)
            message = f"{to} cannot keep a ticket overnight: its channel {channel!r} is not deferrable"
            yield Located(("queues", name, "outside_hours", "ticket"), message)


def bot_only_needs_a_bot(data: Data) -> Findings:
    """Outside the hours a bot can only answer where there is one."""
    served: set[str] = set()
    for bot in entries(data, "bots").values():
        given = bot.get("serves")
        served |= {one for one in given if isinstance(one, str)} if isinstance(given, list | tuple) else set()
    for name, queue in entries(data, "queues").items():
        if queue.get("outside_hours") == "bot_only" and name not in served:
            message = f"no bot serves {name}; name it under bots: serves, or write lost"
            yield Located(("queues", name, "outside_hours"), message)


def promises_have_a_time(data: Data) -> Findings:
    """A promise is that of a service level which the queue gives; moving on before it is within it."""
    for name, queue in entries(data, "queues").items():
        if queue.get("promise") is None:
            continue
        path: Path = ("queues", name, "promise")
        target = queue.get("service_level")
        if target is None:
            message = "says nothing of its time; give service_level, e.g. 90% in 24h"
            yield Located(path, message, at_key=True)
            continue
        within = _within(target)
        before = _time(at(queue, "promise", "escalate", "before"))
        if within is not None and before is not None and before >= within:
            message = (
                f"{units.format_duration(before)} before the promised time of "
                f"{units.format_duration(within)} is before the contact comes; write less"
            )
            yield Located((*path, "escalate", "before"), message)


def _within(target: Any) -> int | None:
    """The time of a service level."""
    if isinstance(target, dict):
        return _time(target.get("within"))
    words = str(target).replace(" within ", " in ").split(" in ", 1)
    return _time(words[1]) if len(words) == 2 else None


def diagnosis_is_said_once(data: Data) -> Findings:
    """A queue has one law of the talk after which contacts go on, up or aside."""
    for name, queue in entries(data, "queues").items():
        laws = []
        for keys in (("escalation", "diagnosis"), ("transfer", "found_after")):
            try:
                laws.append(_LAW.validate_python(at(queue, *keys), strict=True))
            except ValidationError:
                break
        if len(laws) == 2 and laws[0] != laws[1]:
            message = (
                f"{laws[1].phrase()} is not escalation.diagnosis, {laws[0].phrase()}; an agent sees that a "
                "contact belongs elsewhere after one time: give one of the two"
            )
            yield Located(("queues", name, "transfer", "found_after"), message)


def what_follows_comes_to_an_end(data: Data) -> Findings:
    """Work and delays of the journey cannot last for ever."""
    for name, queue in entries(data, "queues").items():
        for keys in ENDING:
            if may_be_never(at(queue, *keys)):
                yield Located(("queues", name, *keys), "'never' is for patience; this comes to an end")
    for name, channel in entries(data, "channels").items():
        if may_be_never(at(channel, "silent_abandon", "found_out_after")):
            path = ("channels", name, "silent_abandon", "found_out_after")
            yield Located(path, "'never' is for patience; an agent finds out in the end")


def authority_escalates_somewhere(data: Data) -> Findings:
    """Who lacks the authority can only escalate where the queue says to whom."""
    for name, queue in entries(data, "queues").items():
        if at(queue, "authority", "without") == "escalate" and queue.get("escalation") is None:
            message = "the queue has no escalation; write escalation: {to: QUEUE}, or without: approve"
            yield Located(("queues", name, "authority", "without"), message)


def arrivals_outside_hours_have_a_rule(data: Data) -> Findings:
    """Contacts come outside opening hours only where something is said of them."""
    for name, queue in entries(data, "queues").items():
        given = at(queue, "arrivals", "hours")
        if given is None or is_deferrable(data, queue):
            continue
        if queue.get("outside_hours") not in (None, "not_offered"):
            continue
        opening = queue.get("hours")
        try:
            arrive = read_hours(given)
            open_ = read_hours(at(data, "time", "open") if opening is None else opening)
        except (ValueError, TypeError):
            continue
        for day in range(7):
            out = [rest for window in arrive.windows(day) for rest in left_of(window, around(open_, day))]
            if out:
                when = f"{units.DAY_NAMES[day]} {units.format_range(out[0])}"
                message = (
                    f"contacts come {when}, when the queue is closed; say what becomes of them, e.g. "
                    "outside_hours: lost"
                )
                yield Located(("queues", name, "arrivals", "hours"), message)
                break


JOURNEY_RULES: tuple[Callable[[Data], Findings], ...] = (
    queues_send_to_known_queues,
    escalation_comes_to_an_end,
    deferrable_work_does_not_stand_in_line,
    agents_who_stay_have_one_contact,
    tickets_wait_overnight,
    bot_only_needs_a_bot,
    promises_have_a_time,
    diagnosis_is_said_once,
    what_follows_comes_to_an_end,
    authority_escalates_somewhere,
    arrivals_outside_hours_have_a_rule,
)
