"""Overflow, reserves, rules and weights in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

from ccsim.report.mechanisms.words import capital, span_us
from ccsim.report.wording import listed, plural, round_percent
from ccsim.scenario.model import Scenario
from ccsim.scenario.routing import When


def routing_sentences(scenario: Scenario) -> Iterator[str]:
    """One sentence for each entry."""
    routing = scenario.routing
    for overflow in routing.overflow:
        skilled = scenario.has_skill(overflow.to, overflow.queue)
        speed = "" if skilled else ", at speed 1 as it lacks the skill"
        yield (
            f"Overflow: {overflow.to} takes contacts of {overflow.queue} that have waited "
            f"{span_us(overflow.after)}{speed}."
        )
    for reserve in routing.reserve:
        agents = plural(reserve.keep, "free agent")
        yield f"Reserve: {reserve.group} keeps {agents} back for {listed(reserve.queues)}."
    for rule in routing.rules:
        then = rule.then
        speed = "" if scenario.has_skill(then.group, then.takes) else " at speed 1"
        yield (
            f"Rule: while {_condition(rule.when)}, {then.group} takes {then.takes} as well{speed}; looked at "
            f"every {span_us(routing.check_every)}."
        )
    if "weighted_idle" in routing.agent:
        weights = listed(f"{name} {group.weight:g}" for name, group in scenario.agent_groups.items())
        yield f"Weights: idle time counts by group ({weights})."
    if "weighted_wait" in routing.contact:
        weights = listed(f"{name} {queue.weight:g}" for name, queue in scenario.queues.items())
        yield capital(f"weights: waits count by queue ({weights}).")


def _condition(when: When) -> str:
    if when.longer_than is not None:
        return f"more than {plural(when.longer_than, 'contact')} wait in {when.queue}"
    if when.expected_wait_over is not None:
        return f"a contact that came now to {when.queue} would wait over {span_us(when.expected_wait_over)}"
    assert when.service_level_below is not None
    return (
        f"the service level of {when.queue} in the last {span_us(when.of_last)} is below "
        f"{round_percent(when.service_level_below)}"
    )
