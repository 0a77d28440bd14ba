"""A contact joins a queue: it is refused, served at once, offered something else, or waits; and what waiting
leads to."""

from __future__ import annotations

from ccsim.compiler.journey import (
    BY_LAST_WAIT,
    NO_ESTIMATE,
    NOT_OFFERED,
    TICKET,
)
from ccsim.engines.center import serving
from ccsim.engines.center.coming_back import follow_up, not_served
from ccsim.engines.center.state import Center
from ccsim.kinds import NEVER, Cause, Entry, EventKind, Outcome, Purpose

STAYS = -1  # where a contact goes that does not go elsewhere


def enqueue(
    center: Center, contact: int, queue: int, entry: Entry, holder: int = -1, since: int = -1
) -> None:
    """The contact joins a queue, and another one as long as it is sent on.

    ``holder``: an agent who stays until it is answered; ``since``: when the wait that counts in rankings
    began, -1 for now.
    """
    while True:
        leg = center.begin_leg(contact, queue, entry)
        center.holder[leg] = holder
        if since >= 0:
            center.since[leg] = since
        elsewhere, entry = _join(center, leg, contact, queue)
        if elsewhere == STAYS:
            return
        queue, holder, since = elsewhere, -1, -1


def _join(center: Center, leg: int, contact: int, queue: int) -> tuple[int, Entry]:
    """What becomes of a leg on arrival; where the contact goes next, or STAYS."""
    if center.hours.outside[queue] != NOT_OFFERED and not _is_open(center, queue, center.now):
        return _outside_hours(center, leg, contact, queue)
    if center.lines[queue] >= 0 and center.on_line[queue] >= center.lines[queue]:
        return _lose(center, leg, contact, queue, Outcome.BLOCKED)
    waited = center.now - center.since[leg]
    agent = center.router.agent_for(queue, waited, center.now)
    if agent >= 0:
        center.take_line(leg, queue)
        serving.answer(center, leg, agent)
        return STAYS, Entry.ARRIVED
    if 0 <= center.places[queue] <= center.router.waiting(queue):
        return _lose(center, leg, contact, queue, Outcome.BLOCKED)
    if center.slots.interrupts[queue] and serving.can_interrupt(center, queue, waited):
        center.take_line(leg, queue)
        serving.interrupt(center, leg, queue, waited)
        return STAYS, Entry.ARRIVED
    patience = _patience(center, leg, contact, queue)
    if center.waits.estimate[queue] != NO_ESTIMATE:
        wait = estimate(center, queue)
        center.record.announced(leg, wait)
        if _takes_other_queue(center, leg, contact, queue, wait):
            center.record.ended(leg, center.now, Outcome.DEFLECTED)
            _let_go(center, leg)
            return center.waits.deflect_to[queue], Entry.DEFLECTED
        if _accepts_callback(center, leg, contact, queue, wait):
            return STAYS, Entry.ARRIVED
        chance = center.waits.balk_chance[queue]
        if wait > patience and center.happens(
            contact, center.salt[queue], Purpose.BALKS, chance, _leg(center, leg)
        ):
            return _lose(center, leg, contact, queue, Outcome.BALKED)
        if NEVER > patience > wait:
            patience = wait + (patience - wait) * center.waits.later_factor[queue] // 1000
    if patience <= 0:
        return _lose(center, leg, contact, queue, Outcome.BALKED)
    center.take_line(leg, queue)
    _wait(center, leg, queue, patience)
    return STAYS, Entry.ARRIVED


def _leg(center: Center, leg: int) -> int:
    return center.record.leg_of(leg)


def _is_open(center: Center, queue: int, at: int) -> bool:
    hours = center.hours
    return any(
        hours.open_from[row] <= at < hours.open_to[row]
        for row in range(hours.first[queue], hours.first[queue + 1])
    )


def _outside_hours(center: Center, leg: int, contact: int, queue: int) -> tuple[int, Entry]:
    """Nobody is there: the contact is lost, or written down as a ticket."""
    if center.hours.outside[queue] == TICKET and center.happens(
        contact, center.salt[queue], Purpose.TICKETS, center.hours.ticket_chance[queue], _leg(center, leg)
    ):
        center.record.ended(leg, center.now, Outcome.CLOSED)
        _let_go(center, leg)
        return center.hours.ticket_to[queue], Entry.TICKET
    return _lose(center, leg, contact, queue, Outcome.CLOSED)


def _lose(center: Center, leg: int, contact: int, queue: int, outcome: Outcome) -> tuple[int, Entry]:
    """The customer is gone without having been served, for now."""
    center.record.ended(leg, center.now, outcome)
    _let_go(center, leg)
    not_served(center, contact, queue, _leg(center, leg))
    return STAYS, Entry.ARRIVED


def _let_go(center: Center, leg: int) -> None:
    """An agent who stayed until the leg is answered stays no longer."""
    if center.holder[leg] >= 0:
        serving.release(center, center.holder[leg])
        center.holder[leg] = -1


def _patience(center: Center, leg: int, contact: int, queue: int) -> int:
    """How long the customer would wait: as drawn on the first touch, as in that try, or anew."""
    issue, number = center.record.issue_of(contact), _leg(center, leg)
    same = center.record.cause_of(contact) == Cause.RETRY and center.retries.same_patience[queue]
    if center.is_drawn(leg) or (number == 1 and same):
        return center.drawn_patience[issue]
    salt, table = center.salt[queue], center.patience_table[queue]
    return center.duration(contact, salt, Purpose.PATIENCE, table, number)


def estimate(center: Center, queue: int) -> int:
    """The expected wait: what the last one waited, or (waiting + 1) x mean handle time / people there."""
    if center.waits.estimate[queue] == BY_LAST_WAIT:
        return center.last_wait[queue]
    there = sum(
        center.on_duty[pool] for pool in center.router.pools_of(queue) if center.pairs.after[pool][queue] == 0
    )
    work = (center.router.waiting(queue) + 1) * center.waits.mean_handle[queue]
    return int(work // max(1, there * center.slots.slots[queue]))


def _takes_other_queue(center: Center, leg: int, contact: int, queue: int, wait: int) -> bool:
    """Offered another queue, does the customer go there? At most twice a contact."""
    waits, number = center.waits, _leg(center, leg)
    return (
        wait > waits.deflect_over[queue]
        and number <= 2
        and center.happens(contact, center.salt[queue], Purpose.DEFLECTS, waits.deflect_chance[queue], number)
    )


def _accepts_callback(center: Center, leg: int, contact: int, queue: int, wait: int) -> bool:
    """Offered a callback, does the customer hang up and wait for it?

    The place in the line is kept and patience plays no part; or, at a promised time, the call goes ahead of
    all who came later. Nobody is promised a call at a time when the queue is closed.
    """
    waits, number = center.waits, _leg(center, leg)
    if wait <= waits.callback_over[queue] or center.holder[leg] >= 0:
        return False
    if not _is_open(center, queue, center.now + (waits.callback_promise[queue] or wait)):
        return False
    if not center.happens(
        contact, center.salt[queue], Purpose.ACCEPTS_CALLBACK, waits.callback_chance[queue], number
    ):
        center.record.callback_declined(leg)
        return False
    center.record.dials(leg, -1)
    promise = waits.callback_promise[queue]
    if promise == 0:
        center.record.promised(leg, center.now + wait)
        center.router.wait(leg, queue, center.since[leg])
        _expect_ring(center, leg, queue)
    else:
        center.record.promised(leg, center.now + promise)
        call_back_later(center, leg, center.now + promise)
    return True


def call_back_later(center: Center, leg: int, time: int) -> None:
    """The callback joins the line at a time."""
    center.at(time, EventKind.REQUEUES, leg, lambda leg: on_requeues(center, leg))


def on_requeues(center: Center, leg: int) -> None:
    """A callback comes due: it is served at once, or waits in its place by the time of the first call."""
    queue = center.record.queue_of(leg)
    if not _served_at_once(center, leg, queue):
        center.router.wait(leg, queue, center.since[leg])
        _expect_ring(center, leg, queue)


def _served_at_once(center: Center, leg: int, queue: int) -> bool:
    """Is somebody free for the leg, or doing work that it may interrupt?"""
    waited = center.now - center.since[leg]
    agent = center.router.agent_for(queue, waited, center.now)
    if agent >= 0:
        serving.answer(center, leg, agent)
        return True
    if center.slots.interrupts[queue] and serving.can_interrupt(center, queue, waited):
        serving.interrupt(center, leg, queue, waited)
        return True
    return False


def _wait(center: Center, leg: int, queue: int, patience: int) -> None:
    """The leg stands in line; patience, rings and promises take their time."""
    center.router.wait(leg, queue, center.since[leg])
    if patience < NEVER:
        center.at(center.now + patience, EventKind.GIVES_UP, leg, lambda leg: on_gives_up(center, leg))
    _expect_ring(center, leg, queue)
    promises = center.promises
    if promises.within[queue] < NEVER:
        due = _due(center, queue, center.now)
        center.record.promised(leg, due)
        if promises.chase_chance[queue] > 0:
            center.at(due, EventKind.BREAKS_PROMISE, leg, lambda leg: on_breaks_promise(center, leg))
        if promises.escalate_before[queue] >= 0:
            early = max(center.now, due - promises.escalate_before[queue])
            center.at(early, EventKind.ESCALATES, leg, lambda leg: on_escalates(center, leg))


def _due(center: Center, queue: int, now: int) -> int:
    """When the promised time will have passed, on the clock on the wall or in opening hours only."""
    left: int = center.promises.within[queue]
    if not center.promises.business[queue]:
        return now + left
    hours = center.hours
    for row in range(hours.first[queue], hours.first[queue + 1]):
        begins = max(now, hours.open_from[row])
        if hours.open_to[row] > begins:
            if begins + left <= hours.open_to[row]:
                return int(begins + left)
            left -= hours.open_to[row] - begins
    return NEVER


def _expect_ring(center: Center, leg: int, queue: int) -> None:
    """Expect the moment at which further groups may help, if there is one ahead."""
    waited = center.now - center.since[leg]
    for row in range(center.pairs.ring_first[queue], center.pairs.ring_first[queue + 1]):
        after = center.pairs.ring_after[row]
        if after > waited:
            time = center.since[leg] + after
            center.at(time, EventKind.OVERFLOWS, leg, lambda leg: on_overflows(center, leg))
            return


def on_gives_up(center: Center, leg: int) -> None:
    """Patience is over; nothing happens to a contact that no longer waits. Some leave without a word."""
    queue, contact = center.record.queue_of(leg), center.record.contact_of(leg)
    if not _nobody_has_begun(center, leg, queue):
        return
    number, chance = center.record.leg_of(leg), center.slots.silent_chance[queue]
    center.release_line(leg, queue)
    if center.happens(contact, center.salt[queue], Purpose.SILENT, chance, number):
        center.record.gave_up(leg, center.now)
    else:
        center.router.leave(leg, queue)
        center.record.ended(leg, center.now, Outcome.ABANDONED)
    center.count_in_rules(queue, -1)
    _let_go(center, leg)
    not_served(center, contact, queue, number)


def _nobody_has_begun(center: Center, leg: int, queue: int) -> bool:
    """Does the customer still wait for a first answer?"""
    return (
        center.router.waits(leg, queue)
        and center.record.answered_at(leg) < 0
        and center.record.gave_up_at(leg) < 0
    )


def on_overflows(center: Center, leg: int) -> None:
    """The next ring of groups may help; nothing happens to a contact that no longer waits."""
    queue = center.record.queue_of(leg)
    if not center.router.waits(leg, queue):
        return
    waited = center.now - center.since[leg]
    agent = center.router.agent_for(queue, waited, center.now)
    if agent >= 0:
        center.router.leave(leg, queue)
        serving.answer(center, leg, agent)
    elif center.slots.interrupts[queue] and serving.can_interrupt(center, queue, waited):
        center.router.leave(leg, queue)
        serving.interrupt(center, leg, queue, waited)
    else:
        _expect_ring(center, leg, queue)


def on_breaks_promise(center: Center, leg: int) -> None:
    """The promised time has passed and nobody has begun: the customer perhaps asks what is going on."""
    queue, contact = center.record.queue_of(leg), center.record.contact_of(leg)
    if not _nobody_has_begun(center, leg, queue):
        return
    issue, promises = center.record.issue_of(contact), center.promises
    if center.chasers_made[issue] < promises.chase_at_most[queue] and center.happens(
        contact, center.salt[queue], Purpose.CHASES, promises.chase_chance[queue], center.record.leg_of(leg)
    ):
        center.chasers_made[issue] += 1
        follow_up(center, contact, Cause.CHASER, 0, promises.chase_to[queue])


def on_escalates(center: Center, leg: int) -> None:
    """A target comes near and nobody has begun: the contact moves on, unless it has moved often enough."""
    queue, contact = center.record.queue_of(leg), center.record.contact_of(leg)
    if not _nobody_has_begun(center, leg, queue) or center.moves[contact] >= center.tiers.at_most[queue]:
        return
    center.moves[contact] += 1
    center.router.leave(leg, queue)
    center.release_line(leg, queue)
    center.record.ended(leg, center.now, Outcome.MOVED)
    holder, center.holder[leg] = center.holder[leg], -1
    enqueue(center, contact, center.promises.escalate_to[queue], Entry.MOVED, holder)
