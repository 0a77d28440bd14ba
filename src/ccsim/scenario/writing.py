"""A scenario as a file that people like to read: phrases where there are any, what says nothing left out."""

from __future__ import annotations

from typing import Any

from ccsim import units
from ccsim.scenario.arrivals import Trace
from ccsim.scenario.hours import Hours
from ccsim.scenario.laws import AnyLaw
from ccsim.scenario.model import Scenario
from ccsim.scenario.parts import Priority, Queue, Target
from ccsim.scenario.phrases import phrase_to_map
from ccsim.scenario.staffing import AgentGroup, Break, Shift, with_usual_spread
from ccsim.scenario.yaml_marks import write_yaml

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
    if list(scenario.channels) == ["voice"]:
        del data["channels"]
    return write_yaml(_without_nothing(data))


def _queue(data: dict[str, Any], queue: Queue) -> dict[str, Any]:
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
