"""Skills, speeds and preferences -> integer ranks: who serves what, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ccsim.compiler.program import Routing
from ccsim.kinds import AgentCriterion, ContactCriterion

if TYPE_CHECKING:
    from ccsim.scenario import Scenario


def handle_factors(scenario: Scenario) -> npt.NDArray[np.int32]:
    """(groups, queues) per mille of talk that a group needs; 0 where it never helps.

    A speed of 0.8 means talk times 1.25. Who helps without the skill, by overflow or by a rule, works at
    speed 1.
    """
    factors = np.zeros((len(scenario.agent_groups), len(scenario.queues)), dtype=np.int32)
    for pool, group in enumerate(scenario.agent_groups.values()):
        for number, (name, queue) in enumerate(scenario.queues.items()):
            speed = group.skills.get(queue.needs or name)
            if speed is not None and group.takes(queue.channel):
                factors[pool, number] = max(1, round(1000 / speed))
    groups, queues = list(scenario.agent_groups), list(scenario.queues)
    helps = [(overflow.to, overflow.queue) for overflow in scenario.routing.overflow]
    helps += [(rule.then.group, rule.then.takes) for rule in scenario.routing.rules]
    for group_name, queue_name in helps:
        pool, number = groups.index(group_name), queues.index(queue_name)
        factors[pool, number] = factors[pool, number] or 1000
    return factors


def compile_routing(scenario: Scenario, factors: npt.NDArray[np.int32]) -> Routing:
    """Ranks of every pair of queue and pool; a pool is a whole agent group."""
    groups, queues = list(scenario.agent_groups), list(scenario.queues)
    before, after = _split(scenario.routing.agent)
    agent_start, agent_rows = [0], []
    for number, queue in enumerate(scenario.queues.values()):
        wish = _ranks(queue.prefers, groups)
        able = [pool for pool in range(len(groups)) if factors[pool, number]]

        def key(
            pool: int,
            criteria: list[AgentCriterion],
            wish: dict[str, int] = wish,
            number: int = number,
        ) -> tuple[int, ...]:
            value = {
                AgentCriterion.PREFERENCE: wish[groups[pool]],
                AgentCriterion.BEST_SPEED: int(factors[pool, number]),
            }
            return tuple(value[criterion] for criterion in criteria)

        ahead = _dense({pool: key(pool, before) for pool in able})
        behind = _dense({pool: key(pool, after) for pool in able})
        agent_rows += sorted((ahead[pool], behind[pool], pool) for pool in able)
        agent_start.append(len(agent_rows))
    contact_start, contact_rows = [0], []
    for pool, group in enumerate(scenario.agent_groups.values()):
        wish = _ranks(group.prefers, queues)
        contact_rows += [(number, wish[name]) for number, name in enumerate(queues) if factors[pool, number]]
        contact_start.append(len(contact_rows))
    ranks = np.array(agent_rows, dtype=np.int32).reshape(-1, 3)
    pairs = np.array(contact_rows, dtype=np.int32).reshape(-1, 2)
    return Routing(
        agent_start=np.array(agent_start, dtype=np.int32),
        agent_pools=ranks[:, 2].copy(),
        agent_rank_before=ranks[:, 0].copy(),
        agent_rank_after=ranks[:, 1].copy(),
        contact_start=np.array(contact_start, dtype=np.int32),
        contact_queues=pairs[:, 0].copy(),
        contact_preference=pairs[:, 1].copy(),
        contact_criteria=np.array(
            [ContactCriterion[name.upper()] for name in scenario.routing.contact], dtype=np.int32
        ),
        handle_factor=factors,
    )


def _split(names: Sequence[str]) -> tuple[list[AgentCriterion], list[AgentCriterion]]:
    """Criteria ahead of idle time, weighted or not, and behind it; it comes last where it is not named."""
    criteria = [AgentCriterion[name.upper()] for name in names]
    idle = [c for c in criteria if c in (AgentCriterion.LONGEST_IDLE, AgentCriterion.WEIGHTED_IDLE)]
    if not idle:
        return criteria, []
    place = criteria.index(idle[0])
    return criteria[:place], criteria[place + 1 :]


def _ranks(prefers: Sequence[Sequence[str]], names: list[str]) -> dict[str, int]:
    """Rank of every name in a preference list; those not named share the rank behind all named."""
    rank = {name: len(prefers) for name in names}
    for place, equals in enumerate(prefers):
        rank.update(dict.fromkeys(equals, place))
    return rank


def _dense(keys: dict[int, tuple[int, ...]]) -> dict[int, int]:
    """Equal keys get equal numbers, 0 for the smallest."""
    number = {key: place for place, key in enumerate(sorted(set(keys.values())))}
    return {pool: number[key] for pool, key in keys.items()}
