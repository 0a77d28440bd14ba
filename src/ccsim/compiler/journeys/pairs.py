"""Overflow, reserve and weights -> who may help whom, and when."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ccsim.compiler.journey import Pairs
from ccsim.compiler.journeys.columns import FAR, column

if TYPE_CHECKING:
    from ccsim.scenario import Scenario

Int64 = npt.NDArray[np.int64]

WEIGHT_SCALE = 100  # weights count in hundredths; idle time x weight stays within int64 for ten years


def compile_pairs(scenario: Scenario) -> Pairs:
    """Delays after which a pool takes a queue, people held back, weights."""
    groups, queues = list(scenario.agent_groups), list(scenario.queues)
    after = _delays(scenario)
    keep = np.zeros(len(groups), dtype=np.int64)
    kept_for = np.zeros((len(groups), len(queues)), dtype=np.int64)
    for reserve in scenario.routing.reserve:
        pool = groups.index(reserve.group)
        keep[pool] = reserve.keep
        kept_for[pool, [queues.index(name) for name in reserve.queues]] = 1
    first, rings = [0], []
    for number in range(len(queues)):
        rings += sorted({int(delay) for delay in after[:, number] if 0 < delay < FAR})
        first.append(len(rings))
    return Pairs(
        after=after,
        keep=keep,
        kept_for=kept_for,
        weight=_idle_weights(scenario),
        queue_weight=_wait_weights(scenario),
        ring_first=column(first),
        ring_after=column(rings),
    )


def _delays(scenario: Scenario) -> Int64:
    """(pools, queues); a group without the skill helps after its overflow delay, or only by a rule."""
    groups, queues = list(scenario.agent_groups), list(scenario.queues)
    after = np.zeros((len(groups), len(queues)), dtype=np.int64)
    for rule in scenario.routing.rules:
        pool, number = groups.index(rule.then.group), queues.index(rule.then.takes)
        if not scenario.has_skill(rule.then.group, rule.then.takes):
            after[pool, number] = FAR
    for overflow in scenario.routing.overflow:
        after[groups.index(overflow.to), queues.index(overflow.queue)] = overflow.after
    return after


def _idle_weights(scenario: Scenario) -> Int64:
    """(pools, queues) weights of idle time: all 1 where the longest idle is asked for."""
    own = [1.0] * len(scenario.agent_groups)
    if "weighted_idle" in scenario.routing.agent:
        own = [group.weight for group in scenario.agent_groups.values()]
    return np.repeat(_integers(own)[:, None], len(scenario.queues), axis=1)


def _wait_weights(scenario: Scenario) -> Int64:
    return _integers([queue.weight for queue in scenario.queues.values()])


def _integers(weights: list[float]) -> Int64:
    """The smallest whole numbers in the same proportions, to a hundredth."""
    scaled = [round(weight * WEIGHT_SCALE) for weight in weights]
    common = math.gcd(*scaled) or 1
    return column(weight // common for weight in scaled)
