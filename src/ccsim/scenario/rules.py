"""What must hold between the pieces of a scenario: one rule, one function, named as the rule.

The rules look at the raw data with defaults merged in, so that they also speak when other fields are wrong.
A value that cannot be read is passed over here: its field complains about it.
"""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Callable, Iterator
from pathlib import Path as FilePath
from typing import Any

from ccsim import units
from ccsim.scenario.channels import VOICE
from ccsim.scenario.fields import read_date, said
from ccsim.scenario.front_rules import FRONT_RULES
from ccsim.scenario.hours import read_hours, read_shape
from ccsim.scenario.journey_rules import JOURNEY_RULES
from ccsim.scenario.merging import SECTIONS
from ccsim.scenario.messages import Located, is_misspelled, missing
from ccsim.scenario.raw import (
    BY_NAME,
    Data,
    Findings,
    declared_skills,
    entries,
    may_be_never,
    named,
    needed_skills,
    no_such,
)
from ccsim.scenario.routing_rules import ROUTING_RULES
from ccsim.scenario.staffing_rules import STAFFING_RULES
from ccsim.scenario.yaml_marks import Path
from ccsim.units import did_you_mean


def defaults_findings(raw: Data) -> list[Located]:
    """Keys of ``defaults`` that are not sections, and sections that are not maps."""
    if "defaults" not in raw:
        return []
    defaults = raw["defaults"]
    if not isinstance(defaults, dict):
        return [
            Located(("defaults",), f"{said(defaults)} stands where a map with queue or agent_group belongs")
        ]
    found = []
    for key, value in defaults.items():
        if key not in SECTIONS:
            hint = did_you_mean(key, SECTIONS) or "; there is: " + ", ".join(SECTIONS)
            found.append(Located(("defaults", key), f"unknown{hint}", at_key=True))
        elif not isinstance(value, dict):
            found.append(Located(("defaults", key), f"{said(value)} stands where a map of keys belongs"))
    return found


def error_findings(data: Data, folder: FilePath) -> list[Located]:
    """Every broken rule."""
    found = [item for rule in RULES for item in rule(data)]
    return [*found, *files_exist(data, folder)]


def names_can_be_addressed(data: Data) -> Findings:
    """A name is part of a dotted path, so it has no dot, and it is not empty."""
    places: list[tuple[Path, str, bool]] = [
        ((section, name), name, True)
        for section in BY_NAME
        if isinstance(data.get(section), dict)
        for name in data[section]
    ]
    places += [(("skills", *place), name, False) for place, name in named(data.get("skills"))]
    places += [
        (("queues", name, "needs"), queue["needs"], False)
        for name, queue in entries(data, "queues").items()
        if isinstance(queue.get("needs"), str) and queue["needs"] != name
    ]
    for path, name, at_key in places:
        if not name.strip():
            yield Located(path, "a name cannot be empty", at_key=at_key)
        elif "." in name:
            better = name.replace(".", "_")
            yield Located(path, f"a name cannot have a dot, as in a path; write {better}", at_key=at_key)
        elif name != name.strip():
            yield Located(path, f"{name!r}: a name cannot begin or end with a space", at_key=at_key)


def channels_are_declared(data: Data) -> Findings:
    """Queues and groups name channels that are declared; voice need not be."""
    given = data.get("channels")
    declared = list(given) if isinstance(given, dict) else []
    known = declared if VOICE in declared else [VOICE, *declared]
    for name, queue in entries(data, "queues").items():
        channel = queue.get("channel", VOICE)
        if isinstance(channel, str) and channel not in known:
            yield Located(("queues", name, "channel"), _no_channel(channel, known))
    for name, group in entries(data, "agent_groups").items():
        for place, channel in named(group.get("channels")):
            if channel not in known:
                yield Located(("agent_groups", name, "channels", *place), _no_channel(channel, known))


WRITTEN = ("email", "e-mail", "mail", "ticket", "tickets", "letter", "letters", "social")  # work that waits


def _no_channel(channel: str, known: list[str]) -> str:
    says = "{deferrable: true}, which waits overnight" if channel.lower() in WRITTEN else "{}"
    way = "" if did_you_mean(channel, known) else f"; declare it under channels:, e.g. {channel}: {says}"
    return no_such("channel", channel, known) + way


def queues_need_declared_skills(data: Data) -> Findings:
    """With a list of skills, a queue can only need one of them."""
    known = declared_skills(data)
    if known is None:
        return
    for name, queue in entries(data, "queues").items():
        skill = queue.get("needs")
        if isinstance(skill, str) and skill not in known:
            yield Located(("queues", name, "needs"), no_such("skill", skill, known))


def group_skills_are_known(data: Data) -> Findings:
    """A group's skill is a declared one; without a declaration, one that a queue needs."""
    declared = declared_skills(data)
    needed = needed_skills(data)
    for name, group in entries(data, "agent_groups").items():
        for place, skill in named(group.get("skills")):
            path = ("agent_groups", name, "skills", *place)
            at_key = isinstance(group.get("skills"), dict)
            if declared is not None:
                if skill not in declared:
                    yield Located(path, no_such("skill", skill, declared), at_key=at_key)
            elif needed and skill not in needed:
                hint = did_you_mean(skill, needed) or "; needed: " + ", ".join(needed)
                yield Located(path, f"no queue needs the skill {skill!r}{hint}", at_key=at_key)


def groups_have_a_skill(data: Data) -> Findings:
    """A group without any skill could do nothing."""
    for name, group in entries(data, "agent_groups").items():
        if group.get("skills") in ([], {}):
            yield Located(("agent_groups", name, "skills"), "is empty; the group could serve nobody")


def somebody_has_the_skill(data: Data) -> Findings:
    """Every queue has at least one group that can serve it."""
    groups = entries(data, "agent_groups")
    skills_given = [group.get("skills") for group in groups.values()]
    if not groups or not all(given and isinstance(given, dict | list) for given in skills_given):
        return
    skills = {skill for group in groups.values() for _, skill in named(group["skills"])}
    needed = set(needed_skills(data))
    for name, queue in entries(data, "queues").items():
        skill = queue.get("needs")
        if not isinstance(skill, str) or skill in skills:
            continue
        if any(did_you_mean(stray, [skill]) for stray in skills - needed):
            continue  # somebody has it, misspelled: that is one problem, and said already
        own = skill != name
        path: Path = ("queues", name, "needs") if own else ("queues", name)
        message = f"no agent group has the skill {skill!r} that this queue needs"
        yield Located(path, message, at_key=not own)


def _names(value: Any) -> set[str]:
    return {name for _, name in named(value)}


def somebody_takes_the_channel(data: Data) -> Findings:
    """Of those who have a queue's skill, one group at least serves its channel."""
    groups = entries(data, "agent_groups")
    for name, queue in entries(data, "queues").items():
        skill, channel = queue.get("needs"), queue.get("channel", VOICE)
        if not isinstance(skill, str) or not isinstance(channel, str):
            continue
        skilled = [group for group in groups.values() if skill in _names(group.get("skills"))]
        served = [group.get("channels") for group in skilled]
        if not skilled or not all(given is None or (isinstance(given, list) and given) for given in served):
            continue
        if not any(given is None or channel in given for given in served):
            own = "channel" not in queue
            path: Path = ("queues", name) if own else ("queues", name, "channel")
            message = f"nobody who has the skill {skill!r} serves the channel {channel!r}"
            yield Located(path, message, at_key=own)


def preferences_name_known_entries(data: Data) -> Findings:
    """Queues prefer groups that exist, groups prefer queues that exist."""
    for section, what, other in (
        ("queues", "agent group", "agent_groups"),
        ("agent_groups", "queue", "queues"),
    ):
        known = list(entries(data, other))
        for name, entry in entries(data, section).items():
            for place, wanted in named(entry.get("prefers")):
                if wanted not in known:
                    yield Located((section, name, "prefers", *place), no_such(what, wanted, known))


def events_name_known_queues(data: Data) -> Findings:
    """An event touches queues that exist."""
    known = list(entries(data, "queues"))
    for name, event in entries(data, "events").items():
        for place, queue in named(event.get("queues")):
            if queue not in known:
                yield Located(("events", name, "queues", *place), no_such("queue", queue, known))


def interval_divides_a_day(data: Data) -> Findings:
    """Intervals must fit into a day, or they would mean other hours each day."""
    time = data.get("time")
    interval = time.get("interval") if isinstance(time, dict) else None
    length = _duration(interval)
    if length and units.DAY % length:
        yield Located(("time", "interval"), f"{interval!r} does not divide a day; write e.g. 15m, 30m or 1h")


def _duration(value: Any) -> int | None:
    try:
        return units.parse_duration(value)
    except (ValueError, AttributeError, TypeError):
        return None


def something_is_open(data: Data) -> Findings:
    """The center opens on at least one day of the run."""
    time = data.get("time")
    if not isinstance(time, dict) or "open" not in time:
        return
    try:
        hours = read_hours(time["open"])
        weekdays = run_weekdays(read_date(time.get("start")), time["days"])
    except (ValueError, KeyError, TypeError, OverflowError):
        return
    if weekdays and not any(hours.windows(day) for day in weekdays):
        yield Located(
            ("time", "open"), f"the center is closed on every day of the run ({units.format_days(weekdays)})"
        )


def run_weekdays(start: datetime.date, days: int) -> list[int]:
    """The weekdays that come in a run, in order of coming."""
    if isinstance(days, bool) or not isinstance(days, int):
        raise TypeError("days is a whole number")
    return [(start.weekday() + step) % 7 for step in range(min(days, 7))]


def talk_is_known(data: Data) -> Findings:
    """A queue says how long its talks take, unless a file does."""
    for name, queue in entries(data, "queues").items():
        arrivals = queue.get("arrivals")
        from_file = isinstance(arrivals, dict) and (
            "file" in arrivals or ("trace" in arrivals and arrivals.get("handle_times") != "drawn")
        )
        path: Path = ("queues", name, "talk")
        if queue.get("talk") is None and not from_file and not is_misspelled(path, queue):
            yield Located(path, missing(path), at_key=True, stands=path[:-1])


def work_comes_to_an_end(data: Data) -> Findings:
    """Talk and wrap-up cannot last for ever."""
    for name, queue in entries(data, "queues").items():
        for key in ("talk", "wrap_up"):
            if may_be_never(queue.get(key)):
                yield Located(("queues", name, key), "'never' is for patience; work comes to an end")


def shares_of_shapes_add_up(data: Data) -> Findings:
    """The shares of a day's shape are together 100%."""
    for name, queue in entries(data, "queues").items():
        arrivals = queue.get("arrivals")
        shape = arrivals.get("shape") if isinstance(arrivals, dict) else None
        if not isinstance(shape, dict):
            continue
        try:
            rows = read_shape(shape)
        except ValueError:
            continue
        total = sum(row[2] for row in rows if not isinstance(row, str))
        if abs(total - 1) > 0.0005:
            message = f"the shares add up to {units.format_share(round(total, 6))}, not 100%"
            yield Located(("queues", name, "arrivals", "shape"), message)


def files_exist(data: Data, folder: FilePath) -> Findings:
    """Files that the scenario names are there."""
    for path, name in named_files(data):
        if isinstance(name, str) and name.strip() and not (folder / name).is_file():
            place = folder / name
            hint = _near_file(place)
            what = "this is a folder, not a file" if place.is_dir() else f"there is no file {name!r}"
            looked = "" if hint or FilePath(name).is_absolute() else "; it is looked for beside the scenario"
            yield Located(path, f"{what}{hint or looked}")


def _near_file(place: FilePath) -> str:
    """``; did you mean NAME?`` for a file of the same folder and ending whose name is close."""
    if not place.parent.is_dir():
        return ""
    ending = place.suffix.lower()
    names = {
        item.stem.lower(): item.name
        for item in sorted(place.parent.iterdir())
        if item.suffix.lower() == ending and item.is_file()
    }
    near = difflib.get_close_matches(place.stem.lower(), list(names), n=1, cutoff=0.75)
    return f"; did you mean {names[near[0]]}?" if near else ""


def named_files(data: Data) -> Iterator[tuple[Path, Any]]:
    """(path, file name) of every file that the scenario names."""
    for name, queue in entries(data, "queues").items():
        arrivals = queue.get("arrivals")
        if isinstance(arrivals, dict):
            for key in ("file", "trace"):
                yield ("queues", name, "arrivals", key), arrivals.get(key)
            shape = arrivals.get("shape")
            if isinstance(shape, str) and shape.lower().endswith((".csv", ".txt")):
                yield ("queues", name, "arrivals", "shape"), shape
    for name, group in entries(data, "agent_groups").items():
        yield ("agent_groups", name, "roster"), group.get("roster")


RULES: tuple[Callable[[Data], Findings], ...] = (
    names_can_be_addressed,
    channels_are_declared,
    queues_need_declared_skills,
    group_skills_are_known,
    groups_have_a_skill,
    somebody_has_the_skill,
    somebody_takes_the_channel,
    preferences_name_known_entries,
    events_name_known_queues,
    interval_divides_a_day,
    something_is_open,
    talk_is_known,
    work_comes_to_an_end,
    shares_of_shapes_add_up,
    *STAFFING_RULES,
    *JOURNEY_RULES,
    *FRONT_RULES,
    *ROUTING_RULES,
)
