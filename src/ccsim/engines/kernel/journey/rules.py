"""Conditional routing; see :mod:`ccsim.engines.center.rules`."""

from __future__ import annotations

from ccsim.compiler.journey import LEVEL_BELOW, MOST_SLOTS, QUEUE_LONGER
from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey import duty, router, waiting
from ccsim.engines.kernel.journey.calendar import at
from ccsim.engines.kernel.journey.codes import RULES_APPLY
from ccsim.engines.kernel.journey.memory import (
    Center,
    ends_at,
    helper_at,
    link_at,
    pair_at,
    period_at,
    queue_at,
    rule_at,
)


@compiled
def expect_rules(center: Center) -> None:
    if center.rules_every > 0:
        at(center, center.now + center.rules_every, RULES_APPLY, 0)


@compiled
def on_rules_apply(center: Center) -> None:
    for number in range(center.rule_count):
        rule = rule_at(center.rules, number)
        holds = 1 if is_met(center, number) else 0
        rule.period = (rule.period + 1) % max(rule.window, 1)
        period = period_at(center.periods, rule.first_period + rule.period)
        period.judged = 0
        period.good = 0
        if holds != rule.on:
            rule.on = holds
            pair = pair_at(center.pairs, rule.pool * center.queue_count + rule.queue)
            pair.after = 0 if any_on(center, rule.pool, rule.queue) else pair.after_planned
            if holds == 1:
                begin_to_help(center, rule.pool)
    expect_rules(center)


@compiled
def any_on(center: Center, pool: int, queue: int) -> bool:
    """Does a rule let the pool help the queue now?"""
    for number in range(center.rule_count):
        rule = rule_at(center.rules, number)
        if rule.on == 1 and rule.pool == pool and rule.queue == queue:
            return True
    return False


@compiled
def is_met(center: Center, number: int) -> bool:
    rule = rule_at(center.rules, number)
    if rule.condition == QUEUE_LONGER:
        return queue_at(center.queues, rule.watched).waiting > rule.threshold
    if rule.condition == LEVEL_BELOW:
        judged, good = 0, 0
        for place in range(rule.first_period, rule.first_period + rule.window):
            judged += period_at(center.periods, place).judged
            good += period_at(center.periods, place).good
        return judged > 0 and good * 1000 < rule.threshold * judged
    return waiting.estimate(center, rule.watched) > rule.threshold


@compiled
def begin_to_help(center: Center, pool: int) -> None:
    count = list_helpers(center, pool, 0, 0, 0)
    for load in range(1, center.most_slots):
        for channel in range(center.crowds_each // MOST_SLOTS):
            count = list_helpers(center, pool, load, channel, count)
    for place in range(count):
        agent = helper_at(center.helpers, place).agent
        if router.is_free(center, agent):
            router.not_free(center, agent)
            duty.look_for_work(center, agent)


@compiled
def list_helpers(center: Center, pool: int, load: int, channel: int, count: int) -> int:
    """Adds the pool's free people with this load to those listed; returns how many are listed."""
    agent = ends_at(center.crowds, router.crowd_of(center, pool, load, channel)).head
    while agent >= 0:
        helper_at(center.helpers, count).agent = agent
        count += 1
        agent = link_at(center.crowd_links, agent).next
    return count
