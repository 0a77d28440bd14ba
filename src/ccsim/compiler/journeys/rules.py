"""Conditional routing rules -> arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccsim.compiler.journey import LEVEL_BELOW, QUEUE_LONGER, WAIT_OVER, Rules
from ccsim.compiler.journeys.columns import column, per_mille

if TYPE_CHECKING:
    from ccsim.scenario import Scenario
    from ccsim.scenario.routing import When


def compile_rules(scenario: Scenario) -> Rules:
    """One row a rule, in the order of the file."""
    rules = scenario.routing.rules
    if not rules:
        return Rules.none()
    every = scenario.routing.check_every
    groups, queues = list(scenario.agent_groups), list(scenario.queues)
    conditions = [_condition(rule.when) for rule in rules]
    watched = [rule.when.queue for rule in rules]

    return Rules(
        every=every,
        condition=column(condition for condition, _ in conditions),
        watched=column(queues.index(name) for name in watched),
        threshold=column(threshold for _, threshold in conditions),
        window=column(max(1, rule.when.of_last // every) for rule in rules),
        within=column(scenario.queues[name].service_level.within for name in watched),
        pool=column(groups.index(rule.then.group) for rule in rules),
        queue=column(queues.index(rule.then.takes) for rule in rules),
    )


def _condition(when: When) -> tuple[int, int]:
    """What is watched, and the threshold."""
    if when.longer_than is not None:
        return QUEUE_LONGER, when.longer_than
    if when.expected_wait_over is not None:
        return WAIT_OVER, when.expected_wait_over
    assert when.service_level_below is not None
    return LEVEL_BELOW, per_mille(when.service_level_below)
