"""Values that a center hardly has: a unit that slipped, or a percent that lacks a digit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ccsim import units
from ccsim.scenario.messages import Located
from ccsim.scenario.model import Scenario

Findings = Iterator[Located]

SHORTEST_TALK = units.SECOND
LONGEST_TALK = 4 * units.HOUR
LEAST_SHARE = 0.2  # of a service level, or of adherence


def talk_of_odd_length(scenario: Scenario) -> Findings:
    """Mean times of talk below a second or above four hours."""
    for name, queue in scenario.queues.items():
        if queue.talk is None:
            continue
        mean = queue.talk.law().mean() * units.SECOND
        if SHORTEST_TALK <= mean <= LONGEST_TALK:
            continue
        long, bound = mean > LONGEST_TALK, LONGEST_TALK if mean > LONGEST_TALK else SHORTEST_TALK
        message = (
            f"a mean of {units.format_duration(round(mean))} is {'more' if long else 'less'} than "
            f"{units.format_duration(bound)}, which is rare for talk; is the unit right?"
        )
        yield Located(("queues", name, "talk"), message)


def targets_without_ambition(scenario: Scenario) -> Findings:
    """Service levels that ask for very few contacts."""
    for name, queue in scenario.queues.items():
        if 0 < queue.service_level.share < LEAST_SHARE:
            yield Located(("queues", name, "service_level"), _low(queue.service_level.share, "a target"))


def adherence_of_hardly_anybody(scenario: Scenario) -> Findings:
    """Shares of the scheduled time at work that leave hardly anybody there."""
    if scenario.shrinkage.adherence < LEAST_SHARE:
        yield Located(("shrinkage", "adherence"), _low(scenario.shrinkage.adherence, "adherence"))
    for name, group in scenario.agent_groups.items():
        own = group.shrinkage_given.adherence if group.shrinkage_given is not None else None
        if own is not None and own < LEAST_SHARE:
            yield Located(("agent_groups", name, "shrinkage", "adherence"), _low(own, "adherence"))


def _low(share: float, what: str) -> str:
    return f"{units.format_share(share)} is very low for {what}; does it lack a digit?"


IMPLAUSIBLE: tuple[Callable[[Scenario], Findings], ...] = (
    talk_of_odd_length,
    targets_without_ambition,
    adherence_of_hardly_anybody,
)
