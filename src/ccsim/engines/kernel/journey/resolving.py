"""After the talk; see :mod:`ccsim.engines.center.resolving`."""

from __future__ import annotations

from ccsim.compiler.journey import HARDEST
from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey import purposes, record, serving, state, treatment, waiting
from ccsim.engines.kernel.journey.codes import (
    BY_ESCALATION,
    BY_TRANSFER,
    FOUND_OUT,
    HANDED_OVER,
    ISSUE_RESOLVED,
    MISROUTED,
    NOBODY_THERE,
    REFUSED,
    RETURN,
)
from ccsim.engines.kernel.journey.coming_back import follow_up
from ccsim.engines.kernel.journey.memory import (
    Center,
    agent_at,
    contact_at,
    issue_at,
    leg_at,
    pool_at,
    queue_at,
)
from ccsim.engines.kernel.journey.numbers import upper


@compiled
def after_talk(center: Center, leg: int, agent: int, open_now: int) -> None:
    row = leg_at(center.legs, leg)
    if row.course == FOUND_OUT or row.course == NOBODY_THERE or row.course == HANDED_OVER:
        return
    to = treatment.moves_to(center, leg)
    if to >= 0:
        move(center, leg, agent, to)
        return
    contact = row.contact_row
    if resolves(center, leg, agent, open_now):
        record.judged(center, contact, 1)
        state.resolve(center, contact, ISSUE_RESOLVED)
    else:
        record.judged(center, contact, 2)
        perhaps_returns(center, leg)
    state.contact_over(center, contact)


@compiled
def move(center: Center, leg: int, agent: int, to: int) -> None:
    row = leg_at(center.legs, leg)
    plan, contact = queue_at(center.queues, row.queue), contact_at(center.contacts, row.contact_row)
    contact.moves += 1
    since = contact.arrived_at if plan.tiers_keeps_wait == 1 else -1
    if row.course == MISROUTED:
        waiting.enqueue(center, row.contact_row, to, BY_TRANSFER, -1, since)
        return
    holder = -1
    if plan.tiers_warm == 1 and plan.slots_slots == 1:
        serving.hold(center, leg, agent)
        holder = agent
    waiting.enqueue(center, row.contact_row, to, BY_ESCALATION, holder, since)


@compiled
def resolves(center: Center, leg: int, agent: int, open_now: int) -> bool:
    row = leg_at(center.legs, leg)
    plan = queue_at(center.queues, row.queue)
    if row.course == REFUSED:
        return False
    if plan.resolution_judged == 0:
        return True
    issue = issue_at(center.issues, contact_at(center.contacts, row.contact_row).issue)
    score = (
        plan.resolution_at_middle
        - plan.resolution_slope * (issue.complexity - HARDEST // 2) // HARDEST
        - plan.resolution_per_open * (open_now - 1)
        + pool_at(center.pools, agent_at(center.agents, agent).pool).bonus
    )
    return score >= state.threshold(center, row.contact_row, plan.salt, purposes.RESOLVES, row.leg)


@compiled
def perhaps_returns(center: Center, leg: int) -> None:
    row = leg_at(center.legs, leg)
    contact, number, plan = row.contact_row, row.leg, queue_at(center.queues, row.queue)
    issue = issue_at(center.issues, contact_at(center.contacts, contact).issue)
    if issue.returns < plan.resolution_return_at_most and state.happens(
        center, contact, plan.salt, purposes.RETURNS, plan.resolution_return_chance, number
    ):
        issue.returns += 1
        table = plan.resolution_delay_table
        delay = state.duration(center, contact, plan.salt, purposes.RETURN_DELAY, table, number)
        place = upper(state.number(center, contact, plan.salt, purposes.RETURN_TO, number))
        first = row.queue * center.queue_count
        to = treatment.place_in(center.to_share, first, center.queue_count, place)
        chance = plan.resolution_context_chance
        kept = state.happens(center, contact, plan.salt, purposes.CONTEXT, chance, number)
        follow_up(center, contact, RETURN, delay, to, -1 if kept else row.queue, 0)
    chance = plan.promises_complain_unresolved_chance
    if chance > 0:
        serving.complain(center, leg, chance, 1)
