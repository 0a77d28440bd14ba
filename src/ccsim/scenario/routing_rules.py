"""What must hold of overflow, reserve, routing rules and training: one rule, one function of that name."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ccsim import units
from ccsim.scenario.messages import Located
from ccsim.scenario.raw import Data, Findings, entries, named, no_such
from ccsim.scenario.yaml_marks import Path


def routing_names_known_entries(data: Data) -> Findings:
    """Overflow, reserve and rules are about queues and groups that exist."""
    known = {"queue": list(entries(data, "queues")), "agent group": list(entries(data, "agent_groups"))}
    for path, what, name in _names_of_routing(data):
        if isinstance(name, str) and name not in known[what]:
            yield Located(path, no_such(what, name, known[what]))


def _names_of_routing(data: Data) -> Iterator[tuple[Path, str, Any]]:
    """(path, what it names, the name) of every name in the routing section."""
    for number, item in _items(data, "overflow"):
        yield ("routing", "overflow", number, "queue"), "queue", item.get("queue")
        yield ("routing", "overflow", number, "to"), "agent group", item.get("to")
    for number, item in _items(data, "reserve"):
        yield ("routing", "reserve", number, "group"), "agent group", item.get("group")
        for place, name in _one_or_more(item.get("for")):
            yield ("routing", "reserve", number, "for", *place), "queue", name
    for number, item in _items(data, "rules"):
        when, then = item.get("when"), item.get("then")
        if isinstance(when, dict):
            yield ("routing", "rules", number, "when", "queue"), "queue", when.get("queue")
        if isinstance(then, dict):
            yield ("routing", "rules", number, "then", "group"), "agent group", then.get("group")
            yield ("routing", "rules", number, "then", "takes"), "queue", then.get("takes")


def _items(data: Data, key: str) -> list[tuple[int, Data]]:
    """The maps of a list of the routing section, with their numbers."""
    routing = data.get("routing")
    items = routing.get(key) if isinstance(routing, dict) else None
    if not isinstance(items, list):
        return []
    return [(number, item) for number, item in enumerate(items) if isinstance(item, dict)]


def _one_or_more(value: Any) -> list[tuple[Path, str]]:
    return [((), value)] if isinstance(value, str) else named(value)


def helpers_serve_the_channel(data: Data) -> Findings:
    """A group that helps a queue serves the queue's channel."""
    for path, group, queue in _helps(data):
        channels = entries(data, "agent_groups").get(group, {}).get("channels")
        work = entries(data, "queues").get(queue, {})
        channel = work.get("channel", "voice")
        if isinstance(channels, list) and work and channel not in channels:
            yield Located(path, f"{group} does not serve the channel {channel} of {queue}")


def _helps(data: Data) -> Iterator[tuple[Path, str, str]]:
    """(path of the group's name, group, queue) of overflow and rules."""
    for number, item in _items(data, "overflow"):
        if isinstance(item.get("to"), str) and isinstance(item.get("queue"), str):
            yield ("routing", "overflow", number, "to"), item["to"], item["queue"]
    for number, item in _items(data, "rules"):
        then = item.get("then")
        group, takes = (then.get("group"), then.get("takes")) if isinstance(then, dict) else (None, None)
        if isinstance(group, str) and isinstance(takes, str):
            yield ("routing", "rules", number, "then", "group"), group, takes


def a_queue_overflows_once_to_a_group(data: Data) -> Findings:
    """Two delays for one queue and one group contradict each other."""
    seen: set[tuple[str, str]] = set()
    for number, item in _items(data, "overflow"):
        queue, group = item.get("queue"), item.get("to")
        if not isinstance(queue, str) or not isinstance(group, str):
            continue
        if (queue, group) in seen:
            yield Located(("routing", "overflow", number), f"{queue} overflows to {group} already; keep one")
        seen.add((queue, group))


def reserves_are_one_a_group(data: Data) -> Findings:
    """A group keeps one number of people back."""
    seen: set[str] = set()
    for number, item in _items(data, "reserve"):
        group = item.get("group")
        if not isinstance(group, str):
            continue
        if group in seen:
            message = f"{group} holds people back already; write one entry with for: [queue, queue]"
            yield Located(("routing", "reserve", number, "group"), message)
        seen.add(group)


def reserves_are_smaller_than_the_group(data: Data) -> Findings:
    """A group cannot hold back more people than it has."""
    for number, item in _items(data, "reserve"):
        group, keep = item.get("group"), _count(item.get("keep"))
        people = _count(entries(data, "agent_groups").get(str(group), {}).get("headcount"))
        if people is not None and keep is not None and keep > people:
            message = f"{group} has {people} people and cannot hold back {keep}"
            yield Located(("routing", "reserve", number, "keep"), message)


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def reserves_are_for_queues_that_the_group_serves(data: Data) -> Findings:
    """People are held back for work that they can do."""
    queues, groups = entries(data, "queues"), entries(data, "agent_groups")
    helps = {(group, queue) for _, group, queue in _helps(data)}
    for number, item in _items(data, "reserve"):
        name = item.get("group")
        group = groups.get(name) if isinstance(name, str) else None
        skills = group.get("skills") if group else None
        if group is None or not isinstance(skills, list | dict):
            continue
        for place, queue in _one_or_more(item.get("for")):
            if queue not in queues or (name, queue) in helps:
                continue
            path: Path = ("routing", "reserve", number, "for", *place)
            needs, channel = queues[queue].get("needs", queue), queues[queue].get("channel", "voice")
            channels = group.get("channels")
            if needs not in skills:
                yield Located(path, f"{name} does not have the skill {needs!r} that {queue} needs")
            elif isinstance(channels, list) and channel not in channels:
                yield Located(path, f"{name} does not serve the channel {channel} of {queue}")


def rules_look_back_whole_steps(data: Data) -> Findings:
    """The time over which a service level is looked at is a number of checks."""
    routing = data.get("routing")
    every = _duration(routing.get("check_every", "1m")) if isinstance(routing, dict) else None
    for number, item in _items(data, "rules"):
        when = item.get("when")
        back = _duration(when.get("of_last", "15m")) if isinstance(when, dict) else None
        if isinstance(when, dict) and when.get("service_level_below") and every and back and back % every:
            given, step = units.format_duration(back), units.format_duration(every)
            message = f"{given} is not a multiple of check_every, {step}"
            at_key = "of_last" not in when
            stands: Path = ("routing", "rules", number, "when") if at_key else ()
            yield Located(("routing", "rules", number, "when", "of_last"), message, stands=stands)


def _duration(value: Any) -> int | None:
    try:
        return units.parse_duration(value)
    except (ValueError, AttributeError, TypeError):
        return None


def groups_name_known_training(data: Data) -> Findings:
    """A group goes through a training that exists; coaches are of another group that exists."""
    trainings, groups = entries(data, "training"), entries(data, "agent_groups")
    for name, group in groups.items():
        training = group.get("training")
        if isinstance(training, str) and training not in trainings:
            path: Path = ("agent_groups", name, "training")
            yield Located(path, no_such("training", training, list(trainings)))
    for name, training in trainings.items():
        coach = training.get("coach")
        who = coach.get("group") if isinstance(coach, dict) else None
        if not isinstance(who, str):
            continue
        path = ("training", name, "coach", "group")
        if who not in groups:
            yield Located(path, no_such("agent group", who, list(groups)))
        elif groups[who].get("training") == name:
            yield Located(path, f"{who} goes through this training itself")


def coaches_are_enough(data: Data) -> Findings:
    """The group of the coaches has as many people as are needed, for all trainings together."""
    trainings, groups = entries(data, "training"), entries(data, "agent_groups")
    needed: dict[str, int] = {}
    for group in groups.values():
        name, trainees = group.get("training"), _count(group.get("headcount"))
        coach = trainings.get(name, {}).get("coach") if isinstance(name, str) else None
        per = _count(coach.get("per")) if isinstance(coach, dict) else None
        who = coach.get("group") if isinstance(coach, dict) else None
        if trainees is None or per is None or per < 1 or not isinstance(who, str):
            continue
        needed[who] = needed.get(who, 0) + math.ceil(trainees / per)
        people = _count(groups.get(who, {}).get("headcount"))
        if people is not None and needed[who] > people:
            message = f"{needed[who]} coaches are needed, and {who} has {people} people"
            yield Located(("training", str(name), "coach"), message)


ROUTING_RULES = (
    routing_names_known_entries,
    helpers_serve_the_channel,
    a_queue_overflows_once_to_a_group,
    reserves_are_one_a_group,
    reserves_are_smaller_than_the_group,
    reserves_are_for_queues_that_the_group_serves,
    rules_look_back_whole_steps,
    groups_name_known_training,
    coaches_are_enough,
)
