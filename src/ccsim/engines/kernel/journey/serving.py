"""An agent takes a contact; see :mod:`ccsim.engines.center.serving`."""

from __future__ import annotations

from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey import purposes, router, state, treatment, work
from ccsim.engines.kernel.journey.codes import (
    BY_WHO_ANSWERS,
    COMPLAINT,
    FURTHER,
    HANDED_OVER,
    HELD,
    TALK,
    THINKING,
    WRAP_UP,
)
from ccsim.engines.kernel.journey.coming_back import follow_up
from ccsim.engines.kernel.journey.memory import Center, agent_at, hand_at, leg_at, queue_at


@compiled
def answer(center: Center, leg: int, agent: int) -> None:
    row, person = leg_at(center.legs, leg), agent_at(center.agents, agent)
    if row.answered_at < 0:
        first_answer(center, leg, agent)
        row.answered_at = center.now
    elif row.left == BY_WHO_ANSWERS:
        row.left = treatment.next_turn(center, leg, agent)
    row.agent = agent
    row.resumed_at = center.now
    work.take_in_hand(center, leg, agent)
    work.begin(center, leg, agent, row.left, row.phase)
    if person.change_due == 1:
        return
    queue = queue_at(center.queues, row.queue)
    if queue.slots_interruptible == 1:
        router.can_be_interrupted(center, agent)
    if person.in_hand < queue.slots_slots:
        router.free(center, agent, person.in_hand, queue.slots_channel)


@compiled
def first_answer(center: Center, leg: int, agent: int) -> None:
    row = leg_at(center.legs, leg)
    row.left = treatment.talk_of(center, leg, agent)
    row.phase = TALK
    if row.gave_up_at >= 0:
        return
    waited = center.now - row.queued_at
    queue_at(center.queues, row.queue).last_wait = waited
    state.count_in_rules(center, row.queue, waited)
    holder = row.holder
    row.holder = -1
    if holder >= 0:
        row.left += hand_over(center, holder)
    perhaps_complains(center, leg)


@compiled
def hand_over(center: Center, holder: int) -> int:
    person = agent_at(center.agents, holder)
    leg = person.held_for
    person.held_for = -1
    row = leg_at(center.legs, leg)
    queue = queue_at(center.queues, row.queue)
    table = queue.tiers_handover_table
    length = state.duration(center, row.contact_row, queue.salt, purposes.HANDOVER, table, row.leg)
    row.course = HANDED_OVER
    work.begin(center, leg, holder, length, TALK)
    return length


@compiled
def release(center: Center, holder: int) -> None:
    person = agent_at(center.agents, holder)
    leg = person.held_for
    person.held_for = -1
    leg_at(center.legs, leg).talk_ended_at = center.now
    work.begin(center, leg, holder, treatment.wrap_up_of(center, leg), WRAP_UP)


@compiled
def hold(center: Center, leg: int, agent: int) -> None:
    router.cannot_be_interrupted(center, agent)
    work.pause(center, leg, agent, HELD)
    agent_at(center.agents, agent).held_for = leg


@compiled
def perhaps_complains(center: Center, leg: int) -> None:
    row = leg_at(center.legs, leg)
    chance = queue_at(center.queues, row.queue).promises_complain_late_chance
    if chance > 0 and 0 <= row.promised_at < center.now and row.dials == 0:
        complain(center, leg, chance, 0)


@compiled
def complain(center: Center, leg: int, chance: int, place: int) -> None:
    row = leg_at(center.legs, leg)
    queue = queue_at(center.queues, row.queue)
    number = row.leg | place << FURTHER
    if state.happens(center, row.contact_row, queue.salt, purposes.COMPLAINS, chance, number):
        table = queue.promises_complaint_table
        delay = state.duration(center, row.contact_row, queue.salt, purposes.COMPLAINT_DELAY, table, number)
        follow_up(center, row.contact_row, COMPLAINT, delay, queue.promises_complain_to, -1, 0)


# -- interruptions ------------------------------------------------------------------------------------------


@compiled
def interrupt(center: Center, leg: int, queue: int, waited: int) -> bool:
    """Does somebody put down work to take the contact? Then somebody else may go on with the work."""
    agent = router.agent_to_interrupt(center, queue, waited)
    if agent < 0:
        return False
    router.cannot_be_interrupted(center, agent)
    router.not_free(center, agent)
    for slot in range(center.most_slots):
        other = work.hand(center, agent, slot)
        stopped = other >= 0 and leg_at(center.legs, other).phase != THINKING
        hand_at(center.put_down, slot).leg = other if stopped else -1
        if other >= 0:
            put_down(center, other, agent)
    answer(center, leg, agent)
    for slot in range(center.most_slots):
        other = hand_at(center.put_down, slot).leg
        if other >= 0:
            take_up_again(center, other)
    return True


@compiled
def put_down(center: Center, leg: int, agent: int) -> None:
    if leg_at(center.legs, leg).phase == THINKING:
        work.park(center, leg, agent)
    else:
        work.leave(center, leg, agent)
        work.piece_ends(center, leg, agent)


@compiled
def take_up_again(center: Center, leg: int) -> None:
    row = leg_at(center.legs, leg)
    agent = router.agent_for(center, row.queue, center.now - row.since)
    if agent >= 0:
        answer(center, leg, agent)
    else:
        router.wait(center, leg, row.queue, row.since)
