"""What is allowed but perhaps not meant: one caution, one function, named as what it looks for."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator

from ccsim import units
from ccsim.scenario.arrivals import Busyness
from ccsim.scenario.front_cautions import FRONT_CAUTIONS
from ccsim.scenario.hours import left_of
from ccsim.scenario.journey_cautions import JOURNEY_CAUTIONS, channel_of, fed_queues
from ccsim.scenario.messages import Located
from ccsim.scenario.model import Scenario
from ccsim.scenario.plausible import IMPLAUSIBLE
from ccsim.scenario.rules import run_weekdays
from ccsim.scenario.staffing import AgentGroup, Shift
from ccsim.units import DAY

Window = tuple[int, int]
Findings = Iterator[Located]

# what is said of hours without anybody; the report looks for it, not to say the same twice
OPEN_WITHOUT_ANYBODY = re.compile(r"open \S+ (?P<hours>\S+), when nobody with the skill .* works")


def cautions(scenario: Scenario) -> list[Located]:
    """Every caution of a scenario that holds."""
    return [item for caution in CAUTIONS for item in caution(scenario)]


def _weekdays(scenario: Scenario) -> list[int]:
    return sorted(run_weekdays(scenario.time.start, scenario.time.days))


def _servers(scenario: Scenario, name: str) -> list[AgentGroup]:
    """Groups that can serve a queue, those included that only help by overflow or a rule."""
    helpers = _helpers(scenario, name)
    return [
        group
        for group_name, group in scenario.agent_groups.items()
        if group_name in helpers or scenario.has_skill(group_name, name)
    ]


def _helpers(scenario: Scenario, name: str) -> set[str]:
    """Groups that take the queue by overflow or by a rule, with its skill or without."""
    helpers = {overflow.to for overflow in scenario.routing.overflow if overflow.queue == name}
    return helpers | {rule.then.group for rule in scenario.routing.rules if rule.then.takes == name}


def _shifts_of(scenario: Scenario, group: AgentGroup) -> list[Shift]:
    if not group.headcount:
        return []
    return [scenario.shifts[name] for name, share in (group.shifts or {}).items() if share > 0]


def _on_duty(shifts: list[Shift], weekday: int) -> list[Window]:
    """Windows of a weekday in which one of the shifts works, those of the night before included."""
    out = [shift.hours for shift in shifts if weekday in shift.days]
    out += [
        (a - DAY, b - DAY) for a, b in (s.hours for s in shifts if (weekday - 1) % 7 in s.days) if b > DAY
    ]
    # a window of this day may run past midnight, into the shifts of the next day
    out += [(a + DAY, b + DAY) for a, b in (s.hours for s in shifts if (weekday + 1) % 7 in s.days)]
    return out


def open_hours_without_anybody(scenario: Scenario) -> Findings:
    """Hours in which a queue is open and nobody who can serve it works."""
    fed = fed_queues(scenario)
    for name, queue in scenario.queues.items():
        groups = _servers(scenario, name)
        waits_overnight = channel_of(scenario, queue).deferrable
        if name not in fed or waits_overnight or any(group.roster for group in groups):
            continue
        shifts = [shift for group in groups for shift in _shifts_of(scenario, group)]
        hours = queue.hours or scenario.time.open
        gaps: dict[Window, list[int]] = {}
        for day in _weekdays(scenario):
            on_duty = _on_duty(shifts, day)
            for window in hours.windows(day):
                for gap in left_of(window, on_duty):
                    gaps.setdefault(gap, []).append(day)
        for gap, days in gaps.items():
            when = f"{units.format_days(days)} {units.format_range(gap)}"
            yield Located(
                ("queues", name),
                f"open {when}, when nobody with the skill {queue.needs!r} works",
                at_key=True,
            )


def shifts_outside_opening_hours(scenario: Scenario) -> Findings:
    """Days on which a shift works and nothing is open during it."""
    all_hours = [queue.hours or scenario.time.open for queue in scenario.queues.values()]
    run = _weekdays(scenario)
    for name, shift in scenario.shifts.items():
        start, end = shift.hours
        idle = []
        for day in sorted(shift.days & set(run)):
            windows = [window for hours in all_hours for window in hours.windows(day)]
            windows += [(a + DAY, b + DAY) for hours in all_hours for a, b in hours.windows((day + 1) % 7)]
            windows += [(a - DAY, b - DAY) for hours in all_hours for a, b in hours.windows((day - 1) % 7)]
            if not any(a < end and start < b for a, b in windows):
                idle.append(day)
        if idle:
            yield Located(
                ("shifts", name), f"works {units.format_days(idle)}, when nothing is open", at_key=True
            )
        if not shift.days & set(run):
            yield Located(
                ("shifts", name, "days"), f"no day of the run ({units.format_days(run)}) is one of these"
            )


def shifts_that_nobody_works(scenario: Scenario) -> Findings:
    """Shifts without a group."""
    used = {name for group in scenario.agent_groups.values() for name in group.shifts or {}}
    for name in scenario.shifts:
        if name not in used:
            yield Located(("shifts", name), "no agent group works this shift", at_key=True)


def skills_that_no_queue_needs(scenario: Scenario) -> Findings:
    """Declared skills without a queue."""
    needed = {queue.needs for queue in scenario.queues.values()}
    for number, name in enumerate(scenario.skills_given or ()):
        if name not in needed:
            yield Located(("skills", number), f"no queue needs the skill {name!r}")


def correlation_without_noise(scenario: Scenario) -> Findings:
    """A correlation of noise that is not there."""
    places: dict[tuple[str, ...], object] = {("busyness",): scenario.busyness}
    places |= {("queues", name, "arrivals"): queue.arrivals for name, queue in scenario.queues.items()}
    for path, noise in places.items():
        if isinstance(noise, Busyness) and noise.interval_correlation and not noise.interval_cv:
            yield Located((*path, "interval_correlation"), "has no effect while interval_cv is 0")


def priorities_that_do_not_count(scenario: Scenario) -> Findings:
    """Priorities that differ while the routing does not ask for them."""
    if "priority" in scenario.routing.contact:
        return
    distinct = {(queue.priority.base, queue.priority.per_minute) for queue in scenario.queues.values()}
    if len(distinct) > 1:
        yield Located(("routing", "contact"), "the queues' priorities have no effect; add priority")


def preferences_that_do_not_count(scenario: Scenario) -> Findings:
    """Preferences while the routing does not ask for them, or for groups that cannot serve."""
    for name, queue in scenario.queues.items():
        if queue.prefers and "preference" not in scenario.routing.agent:
            yield Located(("queues", name, "prefers"), "has no effect; add preference to routing.agent")
        for wanted in (group for rank in queue.prefers for group in rank):
            if wanted in _helpers(scenario, name):
                continue
            if queue.needs not in scenario.agent_groups[wanted].skills:
                yield Located(
                    ("queues", name, "prefers"), f"{wanted} does not have the skill {queue.needs!r}"
                )
    for name, group in scenario.agent_groups.items():
        if group.prefers and "preference" not in scenario.routing.contact:
            yield Located(
                ("agent_groups", name, "prefers"), "has no effect; add preference to routing.contact"
            )
        for wanted in (queue_name for rank in group.prefers for queue_name in rank):
            if scenario.queues[wanted].needs not in group.skills and name not in _helpers(scenario, wanted):
                message = f"{name} does not have the skill that {wanted} needs"
                yield Located(("agent_groups", name, "prefers"), message)


def events_outside_the_run(scenario: Scenario) -> Findings:
    """Events on days that do not come."""
    days = [scenario.time.start + datetime.timedelta(days=step) for step in range(scenario.time.days)]
    for name, event in scenario.events.items():
        if not any(event.on.covers(day) for day in days):
            yield Located(
                ("events", name, "on"), f"no day of the run ({days[0]} to {days[-1]}) is one of these"
            )


CAUTIONS: tuple[Callable[[Scenario], Findings], ...] = (
    open_hours_without_anybody,
    shifts_outside_opening_hours,
    shifts_that_nobody_works,
    skills_that_no_queue_needs,
    correlation_without_noise,
    priorities_that_do_not_count,
    preferences_that_do_not_count,
    events_outside_the_run,
    *JOURNEY_CAUTIONS,
    *FRONT_CAUTIONS,
    *IMPLAUSIBLE,
)
