"""A scenario as a file that people like to read: phrases where there are any, what says nothing left out."""

from __future__ import annotations

from typing import Any

from ccsim import units
from ccsim.scenario.arrivals import Trace
from ccsim.scenario.channels import VOICE, Channel
from ccsim.scenario.events import EFFECTS, Event
from ccsim.scenario.fields import Part
from ccsim.scenario.hours import Hours
from ccsim.scenario.laws import SPECS, AnyLaw
from ccsim.scenario.model import Scenario
from ccsim.scenario.parts import Priority, Queue, Target
from ccsim.scenario.phrases import phrase_to_map
from ccsim.scenario.resolving import Resolution, ResolutionTarget
from ccsim.scenario.staffing import AgentGroup, Break, Shift, with_usual_spread
from ccsim.scenario.yaml_marks import write_yaml

SHORT = ("channels", "events", "notices", "self_service", "bots", "training")  # sections of such parts
OF_JOURNEY = (
    "weight", "after_abandon", "announcement", "deflection", "callback", "escalation", "transfer",
    "resolution", "after_unresolved", "complexity", "authority", "promise", "outside_hours",
)  # fmt: skip
OF_PEOPLE = ("tier", "authority", "weight", "resolution")
NEUTRAL = {"growth": "x1", "daily_cv": 0, "interval_cv": 0, "interval_correlation": 0}


def scenario_to_yaml(scenario: Scenario) -> str:
    """YAML text; ``from_text`` of it is the same scenario."""
    data = scenario.canonical()
    data["time"]["start"] = scenario.time.start  # a date object is written without quotes
    data["time"]["open"] = short_hours(scenario.time.open)
    data["queues"] = {name: _queue(data["queues"][name], queue) for name, queue in scenario.queues.items()}
    data["agent_groups"] = {
        name: _group(data["agent_groups"][name], group) for name, group in scenario.agent_groups.items()
    }
    data["shifts"] = {name: _shift(data["shifts"][name], shift) for name, shift in scenario.shifts.items()}
    for section in SHORT:
        data[section] = {name: short_part(part) for name, part in getattr(scenario, section).items()}
    if scenario.channels == {VOICE: Channel()}:
        del data["channels"]
    data["routing"] = short_part(scenario.routing)
    if scenario.satisfaction is not None:
        data["satisfaction"] = short_part(scenario.satisfaction)
    return write_yaml(_without_nothing(data))


def short_part(part: Part) -> Any:
    """A part without the keys that say what holds anyway, phrases where there are any."""
    if isinstance(part, ResolutionTarget):
        return f"{units.format_share(part.share)} in {units.format_duration(part.within)}"
    if isinstance(part, Resolution) and not part.complexity and part.target is None:
        return units.format_share(part.share)
    long = part.model_dump(mode="json", by_alias=True)
    fields = {info.alias or name: (name, info) for name, info in type(part).model_fields.items()}
    said = [
        key
        for key, (name, info) in fields.items()
        if info.is_required() or getattr(part, name) != info.get_default()
    ]
    if isinstance(part, Event) and not set(said) & set(EFFECTS):
        said.append("volume")  # an event says what happens in it, if only x1
    # one key at least, or the part would read back as none
    return {key: _short(getattr(part, fields[key][0]), long[key]) for key in said or [next(iter(fields))]}


def _short(value: Any, long: Any) -> Any:
    """What stands for a value in a file; ``long`` is its canonical form."""
    if isinstance(value, SPECS):
        return short_law(value, long)
    if isinstance(value, Part):
        return short_part(value)
    if isinstance(value, Hours):
        return short_hours(value)
    if isinstance(value, dict):
        return {key: _short(item, long[key]) for key, item in value.items()}
    if isinstance(value, list | tuple) and isinstance(long, list):
        return [_short(item, other) for item, other in zip(value, long, strict=True)]
    return _whole(long)


def _queue(data: dict[str, Any], queue: Queue) -> dict[str, Any]:
    for name, info in Queue.model_fields.items():
        if name in OF_JOURNEY:
            value = getattr(queue, name)
            data[name] = None if value == info.get_default() else _short(value, data[name])
    data["priority"] = short_priority(queue.priority)
    data["patience"] = short_law(queue.patience, data["patience"])
    data["wrap_up"] = short_law(queue.wrap_up, data["wrap_up"])
    if queue.talk is not None:
        data["talk"] = short_law(queue.talk, data["talk"])
    data["service_level"] = short_target(queue.service_level, data["service_level"])
    if queue.hours is not None:
        data["hours"] = short_hours(queue.hours)
    data["prefers"] = [rank[0] if len(rank) == 1 else rank for rank in data["prefers"]]
    if queue.arrivals is not None and not isinstance(queue.arrivals, Trace):
        data["arrivals"] = _arrivals(data["arrivals"])
        if queue.arrivals.hours is not None:
            data["arrivals"]["hours"] = short_hours(queue.arrivals.hours)
    return data


def _arrivals(data: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in data.items() if key not in NEUTRAL or value != NEUTRAL[key]}
    noise = {key: _whole(kept.pop(key)) for key in NEUTRAL if key in kept}
    if "weekdays" in kept:
        factors = kept.pop("weekdays")
        groups: dict[str, list[int]] = {}
        for number, factor in enumerate(factors.values()):
            if factor != "x1":
                groups.setdefault(factor, []).append(number)
        kept["weekdays"] = {units.format_days(days): factor for factor, days in groups.items()}
    return {key: _whole(value) for key, value in kept.items()} | noise


def _group(data: dict[str, Any], group: AgentGroup) -> dict[str, Any]:
    if all(speed == 1 for speed in group.skills.values()):
        data["skills"] = list(group.skills)
    data["prefers"] = [rank[0] if len(rank) == 1 else rank for rank in data["prefers"]]
    for name in OF_PEOPLE:
        value = getattr(group, name)
        data[name] = None if value == AgentGroup.model_fields[name].get_default() else _whole(data[name])
    return data


def _shift(data: dict[str, Any], shift: Shift) -> dict[str, Any]:
    data["breaks"] = [short_break(one, shift.hours[1] - shift.hours[0]) for one in shift.breaks]
    return data


def short_law(law: AnyLaw, long: dict[str, Any]) -> Any:
    """The law's phrase, or the long form where the phrase would not read back the same."""
    phrase = law.phrase()
    try:
        same = type(law).model_validate(phrase_to_map(phrase)) == law
    except ValueError:
        same = False
    return phrase if same else long


def short_hours(hours: Hours) -> Any:
    """``08:00-18:00`` when every day is alike, or a map of day sets without the closed days."""
    groups: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for day, windows in enumerate(hours.week):
        if windows:
            groups.setdefault(windows, []).append(day)
    if not groups:
        return "closed"
    texts = {windows: [units.format_range(window) for window in windows] for windows in groups}
    short = {windows: items[0] if len(items) == 1 else items for windows, items in texts.items()}
    if len(groups) == 1 and len(next(iter(groups.values()))) == 7:
        return next(iter(short.values()))
    return {units.format_days(days): short[windows] for windows, days in groups.items()}


def short_priority(priority: Priority) -> Any:
    """A number where nothing grows."""
    if not priority.per_minute:
        return _whole(priority.base)
    return {"base": _whole(priority.base), "per_minute": _whole(priority.per_minute)}


def short_target(target: Target, long: dict[str, Any]) -> Any:
    """``80% in 20s``, unless the target names its formula."""
    if target.definition is not None:
        return long
    return f"{units.format_share(target.share)} in {units.format_duration(target.within)}"


def short_break(one: Break, shift: int) -> str:
    """``45m after 4h spread 1h unpaid``."""
    words = [units.format_duration(one.length), "after", units.format_duration(one.after)]
    if one != Break.model_validate(with_usual_spread(" ".join(words), shift) | {"paid": one.paid}):
        words += ["spread", units.format_duration(one.spread)]
    return " ".join(words if one.paid else [*words, "unpaid"])


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value == int(value) else value


def _without_nothing(value: Any) -> Any:
    """Without keys that are null, empty text, or empty maps and lists."""
    if not isinstance(value, dict):
        return value
    out = {key: _without_nothing(item) for key, item in value.items()}
    return {key: item for key, item in out.items() if item not in (None, "", [], {})}
