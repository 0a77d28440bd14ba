"""Conditional routing: at regular moments each rule opens or closes the way from a queue to a group."""

from __future__ import annotations

from ccsim.compiler.journey import LEVEL_BELOW, QUEUE_LONGER
from ccsim.engines.center import duty, waiting
from ccsim.engines.center.state import Center
from ccsim.kinds import EventKind


def expect_rules(center: Center) -> None:
    """Expect the next look at the rules."""
    if center.rules.every > 0:
        time = center.now + center.rules.every
        center.at(time, EventKind.RULES_APPLY, 0, lambda _: on_rules_apply(center))


def on_rules_apply(center: Center) -> None:
    """Every rule is looked at, in order; a group that may help from now on begins at once."""
    rules = center.rules
    for rule in range(len(rules.queue)):
        holds = _holds(center, rule)
        center.good[rule].append(0)
        center.judged[rule].append(0)
        if holds != center.rule_on[rule]:
            center.rule_on[rule] = holds
            pool, queue = rules.pool[rule], rules.queue[rule]
            other = any(
                on and rules.pool[row] == pool and rules.queue[row] == queue
                for row, on in enumerate(center.rule_on)
            )
            center.router.open(pool, queue, 0 if other else center.pairs.after[pool][queue])
            if holds:
                _begin_to_help(center, pool)
    expect_rules(center)


def _holds(center: Center, rule: int) -> bool:
    rules, queue = center.rules, center.rules.watched[rule]
    if rules.condition[rule] == QUEUE_LONGER:
        return bool(center.router.waiting(queue) > rules.threshold[rule])
    if rules.condition[rule] == LEVEL_BELOW:
        judged = sum(center.judged[rule][-rules.window[rule] :])
        good = sum(center.good[rule][-rules.window[rule] :])
        return judged > 0 and good * 1000 < rules.threshold[rule] * judged
    return bool(waiting.estimate(center, queue) > rules.threshold[rule])


def _begin_to_help(center: Center, pool: int) -> None:
    """The free people of a group look for work again, those with room for more, too."""
    for agent in center.router.free_agents(pool):
        if center.router.is_free(agent):
            center.router.not_free(agent)
            duty.look_for_work(center, agent)
