"""An agent takes a contact: a waiting one, one that interrupts other work, one that a colleague passes on."""

from __future__ import annotations

from ccsim.engines.center import treatment, work
from ccsim.engines.center.coming_back import follow_up
from ccsim.engines.center.state import HELD, TALK, THINKING, WRAP_UP, Center
from ccsim.kinds import Cause, Purpose

BY_WHO_ANSWERS = -1  # work left, of a turn that nobody has taken yet


def answer(center: Center, leg: int, agent: int) -> None:
    """An agent takes a contact, or goes on with one that was put down; who has room left is free for more."""
    queue, now = center.record.queue_of(leg), center.now
    if center.record.answered_at(leg) < 0:
        _first_answer(center, leg, agent, queue)
    elif center.left[leg] == BY_WHO_ANSWERS:
        center.left[leg] = treatment.next_turn(center, leg, agent)
    center.record.answered(leg, agent, now)
    center.resumed_at[leg] = now
    work.take_in_hand(center, leg, agent)
    work.begin(center, leg, agent, center.left[leg], center.phase[leg])
    if center.slots.interruptible[queue] and not center.change_due[agent]:
        center.router.can_be_interrupted(agent)
    if center.in_hand[agent] < center.slots.slots[queue] and not center.change_due[agent]:
        center.router.free(agent, now, work.load_of(center, agent))


def _first_answer(center: Center, leg: int, agent: int, queue: int) -> None:
    """How long the talk will be, and what its beginning means for others."""
    center.left[leg] = treatment.talk_of(center, leg, agent)
    center.phase[leg] = TALK
    if not center.journey or center.record.gave_up_at(leg) >= 0:
        return
    waited = center.now - center.record.queued_at(leg)
    center.last_wait[queue] = waited
    center.count_in_rules(queue, waited)
    holder, center.holder[leg] = center.holder[leg], -1
    if holder >= 0:
        center.left[leg] += _hand_over(center, holder)
    _perhaps_complains(center, leg, queue)


def _hand_over(center: Center, holder: int) -> int:
    """The agent who stayed explains the case to the next one; returns how long both talk."""
    leg = center.held_for[holder]
    center.held_for[holder] = -1
    contact, queue = center.record.contact_of(leg), center.record.queue_of(leg)
    number, table = center.record.leg_of(leg), center.tiers.handover_table[queue]
    length = center.duration(contact, center.salt[queue], Purpose.HANDOVER, table, number)
    center.course[leg] = treatment.HANDED_OVER
    work.begin(center, leg, holder, length, TALK)
    return length


def release(center: Center, holder: int) -> None:
    """The customer does not wait for the next agent any more: the one who stayed wraps up."""
    leg = center.held_for[holder]
    center.held_for[holder] = -1
    center.record.talk_ended(leg, center.now)
    work.begin(center, leg, holder, treatment.wrap_up_of(center, leg), WRAP_UP)


def hold(center: Center, leg: int, agent: int) -> None:
    """The agent stays with the customer until the next one answers."""
    center.router.cannot_be_interrupted(agent)
    work.pause(center, leg, agent, HELD)
    center.held_for[agent] = leg


def _perhaps_complains(center: Center, leg: int, queue: int) -> None:
    """The answer comes later than promised."""
    chance = center.promises.complain_late_chance[queue]
    due = center.record.promised_at(leg)
    if chance == 0 or not 0 <= due < center.now or center.record.dials_of(leg) != 0:
        return
    complain(center, leg, chance, 0)


def complain(center: Center, leg: int, chance: int, place: int) -> None:
    """Perhaps the customer complains. ``place``: 0 for a late answer, 1 for an issue that is not resolved."""
    contact, queue = center.record.contact_of(leg), center.record.queue_of(leg)
    salt, number = center.salt[queue], center.record.leg_of(leg) | place << treatment.FURTHER
    if center.happens(contact, salt, Purpose.COMPLAINS, chance, number):
        table = center.promises.complaint_table[queue]
        delay = center.duration(contact, salt, Purpose.COMPLAINT_DELAY, table, number)
        follow_up(center, contact, Cause.COMPLAINT, delay, center.promises.complain_to[queue])


# -- interruptions -----------------------------------------------------------------------------------------


def can_interrupt(center: Center, queue: int, waited: int) -> bool:
    """Does somebody do work that a contact of this queue may interrupt?"""
    return center.router.agent_to_interrupt(queue, waited) >= 0


def interrupt(center: Center, leg: int, queue: int, waited: int) -> None:
    """The agent puts down all work in hand, takes the contact, and somebody else may go on with the work."""
    agent = center.router.agent_to_interrupt(queue, waited)
    center.router.cannot_be_interrupted(agent)
    center.router.not_free(agent)
    begun = [other for other in center.hand[agent] if other >= 0]
    stopped = [other for other in begun if center.phase[other] != THINKING]
    for other in begun:
        put_down(center, other, agent)
    answer(center, leg, agent)
    for other in stopped:
        take_up_again(center, other)


def put_down(center: Center, leg: int, agent: int) -> None:
    """Work stops; what is done is kept. Where the customer thinks, the answer finds whoever is free then."""
    if center.phase[leg] == THINKING:
        work.park(center, leg, agent)
    else:
        work.leave(center, leg, agent)
        work.piece_ends(center, leg, agent)


def take_up_again(center: Center, leg: int) -> None:
    """Work that was put down goes to whoever is free, or to its old place in the line: the front."""
    queue = center.record.queue_of(leg)
    agent = center.router.agent_for(queue, center.now - center.since[leg], center.now)
    if agent >= 0:
        answer(center, leg, agent)
    else:
        center.router.wait(leg, queue, center.since[leg])
