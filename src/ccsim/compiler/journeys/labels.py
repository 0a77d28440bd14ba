"""What metrics of a journey need to know of the scenario: names, costs, targets, how customers score."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from ccsim.compiler.journeys.fronts import front_names
from ccsim.compiler.journeys.slots import channels_of
from ccsim.compiler.windows import windows_of
from ccsim.kinds import Front
from ccsim.log import Satisfaction
from ccsim.units import DAY

if TYPE_CHECKING:
    from ccsim.scenario import Scenario
    from ccsim.scenario.resolving import ResolutionTarget

T = TypeVar("T")


def journey_labels(scenario: Scenario) -> dict[str, Any]:
    """Values for fields of :class:`ccsim.log.Labels`; empty where nothing in the scenario is about them."""
    return {
        "fronts": front_names(scenario),
        "front_kinds": _kinds(scenario),
        "front_cost": _session_costs(scenario),
        "front_charges": _charges(scenario),
        "tiers": tuple(group.tier for group in scenario.agent_groups.values()),
        "group_cost": _wages(scenario),
        "concurrency": _unless_all(1, (channel.concurrency for channel in channels_of(scenario))),
        "deferrable": _unless_all(False, (channel.deferrable for channel in channels_of(scenario))),
        "business_hours": _unless_all(
            False, (channel.counts_business_hours for channel in channels_of(scenario))
        ),
        "resolution_share": _resolution_targets(scenario, lambda target: target.share, math.nan),
        "resolution_within_us": _resolution_targets(scenario, lambda target: target.within, 0),
        "incidents": _incidents(scenario),
        "satisfaction": _satisfaction(scenario),
    }


def _unless_all(usual: T, values: Iterable[T]) -> tuple[T, ...]:
    """The values, or none where all are the usual one."""
    found = tuple(values)
    return () if all(value == usual for value in found) else found


def _resolution_targets(scenario: Scenario, part: Callable[[ResolutionTarget], T], none: T) -> tuple[T, ...]:
    """A part of each queue's target; nothing where no queue has one."""
    targets = [queue.resolution.target if queue.resolution else None for queue in scenario.queues.values()]
    if not any(targets):
        return ()
    return tuple(none if target is None else part(target) for target in targets)


def _kinds(scenario: Scenario) -> tuple[int, ...]:
    return (
        *(int(Front.NOTICE) for _ in scenario.notices),
        *(int(Front.SELF_SERVICE) for _ in scenario.self_service),
        *(int(Front.BOT) for _ in scenario.bots),
    )


def _session_costs(scenario: Scenario) -> tuple[float, ...]:
    """Of a session; a notice costs by the day."""
    pages = [page.cost for page in scenario.self_service.values()]
    bots = [bot.cost for bot in scenario.bots.values()]
    return (*(0.0 for _ in scenario.notices), *pages, *bots)


def _charges(scenario: Scenario) -> tuple[tuple[int, int, int, float], ...]:
    """Each day of a notice costs, when it begins."""
    queues, end = list(scenario.queues), scenario.time.days * DAY
    return tuple(
        (front, queues.index(notice.queue), midnight + notice.hours[0], notice.cost)
        for front, notice in enumerate(scenario.notices.values())
        for first, last in windows_of(scenario, notice.on, (0, DAY))
        for midnight in range(first, min(last, end), DAY)
        if notice.cost
    )


def _wages(scenario: Scenario) -> tuple[float, ...]:
    costs = [group.cost for group in scenario.agent_groups.values()]
    if all(cost is None for cost in costs):
        return ()
    return tuple(math.nan if cost is None else cost for cost in costs)


def _incidents(scenario: Scenario) -> tuple[tuple[str, int, int], ...]:
    return tuple(
        (name, start, end)
        for name, event in scenario.events.items()
        for start, end in windows_of(scenario, event.on, event.hours)
        if start < scenario.time.days * DAY
    )


def _satisfaction(scenario: Scenario) -> Satisfaction | None:
    given = scenario.satisfaction
    if given is None:
        return None
    return Satisfaction(
        low=given.scale[0],
        high=given.scale[1],
        base=given.base,
        per_minute_waited=given.per_minute_waited,
        escalated=given.escalated,
        contained=given.contained,
        repeat=given.repeat,
        abandoned=given.abandoned,
        survey_response=given.survey_response,
    )
