"""What of bots, routing, training and events is allowed but perhaps not meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ccsim.scenario.messages import Located
from ccsim.scenario.model import Scenario

Findings = Iterator[Located]


def fronts_of_queues_without_arrivals(scenario: Scenario) -> Findings:
    """A bot or self-service in front of a queue to which nothing comes by itself."""
    for section, fronts in (("bots", scenario.bots), ("self_service", scenario.self_service)):
        for name, front in fronts.items():
            for number, queue in enumerate(front.serves):
                if scenario.queues[queue].arrivals is None:
                    message = f"{queue} has no arrivals of its own; contacts moved there do not meet {name}"
                    yield Located((section, name, "serves", number), message)


def overflow_at_once(scenario: Scenario) -> Findings:
    """A group that has the skill takes a queue at once, overflow or not."""
    for number, overflow in enumerate(scenario.routing.overflow):
        if overflow.after == 0 and scenario.has_skill(overflow.to, overflow.queue):
            message = f"{overflow.to} takes {overflow.queue} at once anyway; give a delay, e.g. 45s"
            yield Located(("routing", "overflow", number), message)


def rules_without_effect(scenario: Scenario) -> Findings:
    """A rule that lets a group take what it takes anyway."""
    delayed = {(overflow.to, overflow.queue) for overflow in scenario.routing.overflow if overflow.after}
    for number, rule in enumerate(scenario.routing.rules):
        then = rule.then
        if scenario.has_skill(then.group, then.takes) and (then.group, then.takes) not in delayed:
            message = f"{then.group} has the skill for {then.takes} and takes it without this rule"
            yield Located(("routing", "rules", number), message)


def weights_that_do_not_count(scenario: Scenario) -> Findings:
    """Weights of groups while the routing does not ask for them."""
    weights = {group.weight for group in scenario.agent_groups.values()}
    if len(weights) > 1 and "weighted_idle" not in scenario.routing.agent:
        yield Located(("routing", "agent"), "the groups' weights have no effect; add weighted_idle")


def training_without_effect(scenario: Scenario) -> Findings:
    """Training that nobody goes through, or that is not over in time to see it."""
    used = {group.training for group in scenario.agent_groups.values()}
    for name, training in scenario.training.items():
        if name not in used:
            yield Located(("training", name), "no agent group goes through this training", at_key=True)
        elif training.classroom_days >= scenario.time.days:
            message = f"the run has {scenario.time.days} days; nobody leaves the classroom in it"
            yield Located(("training", name, "classroom"), message)


def events_that_touch_nothing(scenario: Scenario) -> Findings:
    """Queues or groups of an event none of whose effects is about them."""
    for name, event in scenario.events.items():
        of_groups = event.talk != 1 or event.down or event.absence > 0
        if event.groups is not None and not of_groups:
            message = "has no effect; only talk, down and absence are about groups"
            yield Located(("events", name, "groups"), message)
        if event.queues is not None and event.volume == 1 and event.duplicates is None:
            message = "has no effect; only volume and duplicates are about queues"
            yield Located(("events", name, "queues"), message)


FRONT_CAUTIONS: tuple[Callable[[Scenario], Findings], ...] = (
    fronts_of_queues_without_arrivals,
    overflow_at_once,
    rules_without_effect,
    weights_that_do_not_count,
    training_without_effect,
    events_that_touch_nothing,
)
