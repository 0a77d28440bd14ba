"""A contact joins a queue, and what waiting leads to; see :mod:`ccsim.engines.center.waiting`."""

from __future__ import annotations

from ccsim.compiler.journey import BY_LAST_WAIT, NO_ESTIMATE, NOT_OFFERED, TICKET
from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey import purposes, record, router, serving, state
from ccsim.engines.kernel.journey.calendar import at
from ccsim.engines.kernel.journey.codes import (
    ABANDONED,
    BALKED,
    BLOCKED,
    BREAKS_PROMISE,
    BY_ARRIVING,
    BY_DEFLECTION,
    BY_MOVING,
    BY_TICKET,
    CHASER,
    CLOSED,
    DEFLECTED,
    ESCALATES,
    GIVES_UP,
    MOVED,
    NEVER,
    OVERFLOWS,
    REQUEUES,
    RETRY,
)
from ccsim.engines.kernel.journey.coming_back import follow_up, not_served
from ccsim.engines.kernel.journey.memory import (
    Center,
    agent_at,
    agent_row_at,
    cell,
    contact_at,
    issue_at,
    leg_at,
    pair_at,
    pool_at,
    queue_at,
    window_at,
)

STAYS = -1  # where a contact goes that does not go elsewhere


@compiled
def enqueue(center: Center, contact: int, queue: int, entry: int, holder: int, since: int) -> None:
    while center.overrun == 0:
        leg = state.begin_leg(center, contact, queue, entry)
        row = leg_at(center.legs, leg)
        if holder >= 0:
            row.holder = holder
            agent_at(center.agents, holder).awaits = leg
        if since >= 0:
            row.since = since
        queue, entry = join(center, leg, contact, queue)
        if queue == STAYS:
            return
        holder, since = -1, -1


@compiled
def join(center: Center, leg: int, contact: int, queue: int) -> tuple[int, int]:
    """What becomes of a leg on arrival; where the contact goes next, or STAYS, and how."""
    plan, row = queue_at(center.queues, queue), leg_at(center.legs, leg)
    if plan.hours_outside != NOT_OFFERED and not is_open(center, queue, center.now):
        return outside_hours(center, leg, contact, queue)
    if 0 <= plan.lines <= plan.on_line:
        return lose(center, leg, contact, queue, BLOCKED)
    waited = center.now - row.since
    agent = router.agent_for(center, queue, waited)
    if agent >= 0:
        state.take_line(center, leg, queue)
        serving.answer(center, leg, agent)
        return STAYS, BY_ARRIVING
    if 0 <= plan.places <= plan.waiting:
        return lose(center, leg, contact, queue, BLOCKED)
    if plan.slots_interrupts == 1 and router.agent_to_interrupt(center, queue, waited) >= 0:
        state.take_line(center, leg, queue)
        serving.interrupt(center, leg, queue, waited)
        return STAYS, BY_ARRIVING
    patience = patience_of(center, leg, contact, queue)
    if plan.waits_estimate != NO_ESTIMATE:
        wait = estimate(center, queue)
        row.announced_us = wait
        if takes_other_queue(center, leg, contact, queue, wait):
            record.ended(center, leg, DEFLECTED)
            let_go(center, leg)
            return plan.waits_deflect_to, BY_DEFLECTION
        if accepts_callback(center, leg, contact, queue, wait):
            return STAYS, BY_ARRIVING
        if wait > patience and state.happens(
            center, contact, plan.salt, purposes.BALKS, plan.waits_balk_chance, row.leg
        ):
            return lose(center, leg, contact, queue, BALKED)
        if wait < patience < NEVER:
            patience = wait + (patience - wait) * plan.waits_later_factor // 1000
    if patience <= 0:
        return lose(center, leg, contact, queue, BALKED)
    state.take_line(center, leg, queue)
    wait_in_line(center, leg, queue, patience)
    return STAYS, BY_ARRIVING


@compiled
def is_open(center: Center, queue: int, at: int) -> bool:
    row = queue_at(center.queues, queue)
    for place in range(row.first_window, row.end_window):
        window = window_at(center.windows, place)
        if window.from_at <= at < window.to_at:
            return True
    return False


@compiled
def outside_hours(center: Center, leg: int, contact: int, queue: int) -> tuple[int, int]:
    plan = queue_at(center.queues, queue)
    if plan.hours_outside == TICKET and state.happens(
        center,
        contact,
        plan.salt,
        purposes.TICKETS,
        plan.hours_ticket_chance,
        leg_at(center.legs, leg).leg,
    ):
        record.ended(center, leg, CLOSED)
        let_go(center, leg)
        return plan.hours_ticket_to, BY_TICKET
    return lose(center, leg, contact, queue, CLOSED)


@compiled
def lose(center: Center, leg: int, contact: int, queue: int, outcome: int) -> tuple[int, int]:
    record.ended(center, leg, outcome)
    let_go(center, leg)
    not_served(center, contact, queue, leg_at(center.legs, leg).leg)
    return STAYS, BY_ARRIVING


@compiled
def let_go(center: Center, leg: int) -> None:
    row = leg_at(center.legs, leg)
    if row.holder >= 0:
        serving.release(center, row.holder)
        row.holder = -1


@compiled
def patience_of(center: Center, leg: int, contact: int, queue: int) -> int:
    row, owner = leg_at(center.legs, leg), contact_at(center.contacts, contact)
    plan = queue_at(center.queues, queue)
    first = row.leg == 1 and contact < center.fresh
    same = owner.cause == RETRY and plan.retries_same_patience == 1
    if (first and queue == owner.queue) or (row.leg == 1 and same):
        return cell(center.patience, owner.issue)
    return state.duration(center, contact, plan.salt, purposes.PATIENCE, plan.patience_table, row.leg)


@compiled
def estimate(center: Center, queue: int) -> int:
    plan = queue_at(center.queues, queue)
    if plan.waits_estimate == BY_LAST_WAIT:
        return plan.last_wait
    there = 0
    for place in range(plan.first_pool, plan.end_pool):
        pool = agent_row_at(center.agent_rows, place).pool
        if pair_at(center.pairs, pool * center.queue_count + queue).after_planned == 0:
            there += pool_at(center.pools, pool).on_duty
    work = (plan.waiting + 1) * plan.waits_mean_handle
    return work // max(1, there * plan.slots_slots)


@compiled
def takes_other_queue(center: Center, leg: int, contact: int, queue: int, wait: int) -> bool:
    plan, number = queue_at(center.queues, queue), leg_at(center.legs, leg).leg
    return (
        wait > plan.waits_deflect_over
        and number <= 2
        and state.happens(center, contact, plan.salt, purposes.DEFLECTS, plan.waits_deflect_chance, number)
    )


@compiled
def accepts_callback(center: Center, leg: int, contact: int, queue: int, wait: int) -> bool:
    plan, row = queue_at(center.queues, queue), leg_at(center.legs, leg)
    if wait <= plan.waits_callback_over or row.holder >= 0:
        return False
    after = plan.waits_callback_promise if plan.waits_callback_promise > 0 else wait
    if not is_open(center, queue, center.now + after):
        return False
    if not state.happens(
        center, contact, plan.salt, purposes.ACCEPTS_CALLBACK, plan.waits_callback_chance, row.leg
    ):
        row.callback_declined = 1
        return False
    row.dials = -1
    if plan.waits_callback_promise == 0:
        row.promised_at = center.now + wait
        router.wait(center, leg, queue, row.since)
        expect_ring(center, leg, queue)
    else:
        row.promised_at = center.now + plan.waits_callback_promise
        at(center, row.promised_at, REQUEUES, leg)
    return True


@compiled
def on_requeues(center: Center, leg: int) -> None:
    row = leg_at(center.legs, leg)
    if not served_at_once(center, leg, center.now - row.since):
        router.wait(center, leg, row.queue, row.since)
        expect_ring(center, leg, row.queue)


@compiled
def served_at_once(center: Center, leg: int, waited: int) -> bool:
    """Is somebody free, or doing work that can be interrupted?"""
    queue = leg_at(center.legs, leg).queue
    agent = router.agent_for(center, queue, waited)
    if agent >= 0:
        serving.answer(center, leg, agent)
        return True
    return queue_at(center.queues, queue).slots_interrupts == 1 and serving.interrupt(
        center, leg, queue, waited
    )


@compiled
def wait_in_line(center: Center, leg: int, queue: int, patience: int) -> None:
    row, plan = leg_at(center.legs, leg), queue_at(center.queues, queue)
    router.wait(center, leg, queue, row.since)
    if patience < NEVER:
        at(center, center.now + patience, GIVES_UP, leg)
    expect_ring(center, leg, queue)
    if plan.promises_within < NEVER:
        due = due_at(center, queue)
        row.promised_at = due
        if plan.promises_chase_chance > 0:
            at(center, due, BREAKS_PROMISE, leg)
        if plan.promises_escalate_before >= 0:
            at(center, max(center.now, due - plan.promises_escalate_before), ESCALATES, leg)


@compiled
def due_at(center: Center, queue: int) -> int:
    plan = queue_at(center.queues, queue)
    left = plan.promises_within
    if plan.promises_business == 0:
        return center.now + left
    for place in range(plan.first_window, plan.end_window):
        window = window_at(center.windows, place)
        begins = max(center.now, window.from_at)
        if window.to_at > begins:
            if begins + left <= window.to_at:
                return begins + left
            left -= window.to_at - begins
    return NEVER


@compiled
def expect_ring(center: Center, leg: int, queue: int) -> None:
    plan, since = queue_at(center.queues, queue), leg_at(center.legs, leg).since
    for place in range(plan.first_ring, plan.end_ring):
        after = cell(center.ring_after, place)
        if after > center.now - since:
            at(center, since + after, OVERFLOWS, leg)
            return


@compiled
def on_gives_up(center: Center, leg: int) -> None:
    if not nobody_has_begun(center, leg):
        return
    row = leg_at(center.legs, leg)
    queue = row.queue
    plan = queue_at(center.queues, queue)
    state.release_line(center, leg, queue)
    if state.happens(center, row.contact_row, plan.salt, purposes.SILENT, plan.slots_silent_chance, row.leg):
        row.gave_up_at = center.now
    else:
        router.leave(center, leg, queue)
        record.ended(center, leg, ABANDONED)
    state.count_in_rules(center, queue, -1)
    let_go(center, leg)
    not_served(center, row.contact_row, queue, row.leg)


@compiled
def nobody_has_begun(center: Center, leg: int) -> bool:
    row = leg_at(center.legs, leg)
    return row.waits == 1 and row.answered_at < 0 and row.gave_up_at < 0


@compiled
def on_overflows(center: Center, leg: int) -> None:
    row = leg_at(center.legs, leg)
    if row.waits == 0:
        return
    queue, waited = row.queue, center.now - row.since
    agent = router.agent_for(center, queue, waited)
    if agent >= 0:
        router.leave(center, leg, queue)
        serving.answer(center, leg, agent)
    elif (
        queue_at(center.queues, queue).slots_interrupts == 1
        and router.agent_to_interrupt(center, queue, waited) >= 0
    ):
        router.leave(center, leg, queue)
        serving.interrupt(center, leg, queue, waited)
    else:
        expect_ring(center, leg, queue)


@compiled
def on_breaks_promise(center: Center, leg: int) -> None:
    if not nobody_has_begun(center, leg):
        return
    row = leg_at(center.legs, leg)
    plan = queue_at(center.queues, row.queue)
    issue = issue_at(center.issues, contact_at(center.contacts, row.contact_row).issue)
    if issue.chasers < plan.promises_chase_at_most and state.happens(
        center, row.contact_row, plan.salt, purposes.CHASES, plan.promises_chase_chance, row.leg
    ):
        issue.chasers += 1
        follow_up(center, row.contact_row, CHASER, 0, plan.promises_chase_to, -1, 0)


@compiled
def on_escalates(center: Center, leg: int) -> None:
    row = leg_at(center.legs, leg)
    contact, plan = contact_at(center.contacts, row.contact_row), queue_at(center.queues, row.queue)
    if not nobody_has_begun(center, leg) or contact.moves >= plan.tiers_at_most:
        return
    contact.moves += 1
    router.leave(center, leg, row.queue)
    state.release_line(center, leg, row.queue)
    record.ended(center, leg, MOVED)
    holder = row.holder
    row.holder = -1
    enqueue(center, row.contact_row, plan.promises_escalate_to, BY_MOVING, holder, -1)
