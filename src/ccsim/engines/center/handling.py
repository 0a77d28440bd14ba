"""The end of talk and of handling, and conversations turn by turn."""

from __future__ import annotations

from ccsim.compiler.journey import SLOT_BITS
from ccsim.engines.center import duty, resolving, serving, treatment, waiting, work
from ccsim.engines.center.coming_back import not_served
from ccsim.engines.center.state import PARKED, TALK, THINKING, WRAP_UP, Center
from ccsim.kinds import EventKind, Outcome, Purpose


def on_talk_ends(center: Center, key: int) -> None:
    """The customer hangs up and frees the line, or thinks about an answer; the agent wraps up, or stays."""
    leg, agent = work.is_due(center, key, TALK), key >> SLOT_BITS
    if leg < 0:
        return
    if center.journey and treatment.goes_on(center, leg):
        _expect_reply(center, leg, agent)
        return
    open_now = center.in_work[agent]
    center.record.talk_ended(leg, center.now)
    center.release_line(leg, center.record.queue_of(leg))
    work.go_on_with(center, leg, agent, treatment.wrap_up_of(center, leg), WRAP_UP)
    if center.journey:
        resolving.after_talk(center, leg, agent, open_now)


def on_handle_ends(center: Center, key: int) -> None:
    """Talk and wrap-up are over: the agent follows the timetable, or looks for work."""
    leg, agent = work.is_due(center, key, WRAP_UP), key >> SLOT_BITS
    if leg < 0:
        return
    work.leave(center, leg, agent)
    center.router.cannot_be_interrupted(agent)
    if center.in_pieces[leg] or center.course[leg] == treatment.NOBODY_THERE:
        work.piece_ends(center, leg, agent)
    _finish(center, leg)
    duty.lay_down(center, agent)


def _finish(center: Center, leg: int) -> None:
    """The leg is over, unless it was a callback that nobody picked up and that will be tried again."""
    course = center.course[leg]
    if course != treatment.NOBODY_THERE:
        outcome = Outcome.SILENT if course == treatment.FOUND_OUT else Outcome.ANSWERED
        center.record.ended(leg, center.now, outcome)
        return
    contact, queue = center.record.contact_of(leg), center.record.queue_of(leg)
    number, attempt = center.record.leg_of(leg), center.record.dials_of(leg)
    center.record.not_reached(leg)
    if attempt < center.waits.attempts[queue]:
        place = number | attempt << treatment.FURTHER
        table = center.waits.again_table[queue]
        delay = center.duration(contact, center.salt[queue], Purpose.CALLBACK_DELAY, table, place)
        waiting.call_back_later(center, leg, center.now + delay)
    else:
        center.record.ended(leg, center.now, Outcome.UNREACHED)
        not_served(center, contact, queue, number)


# -- conversations turn by turn ----------------------------------------------------------------------------


def _expect_reply(center: Center, leg: int, agent: int) -> None:
    """The customer thinks; after too long a silence the conversation is closed."""
    contact, queue = center.record.contact_of(leg), center.record.queue_of(leg)
    center.turn[leg] += 1
    place = center.record.leg_of(leg) | center.turn[leg] << treatment.FURTHER
    table = center.slots.reply_table[queue]
    delay = center.duration(contact, center.salt[queue], Purpose.REPLY, table, place)
    if delay > center.slots.reply_at_most[queue]:
        delay = center.slots.reply_at_most[queue]
        center.last_turn[leg] = True
    work.pause(center, leg, agent, THINKING)
    work.piece_ends(center, leg, agent)
    center.at(center.now + delay, EventKind.REPLIES, leg, lambda leg: on_replies(center, leg))
    if center.change_due[agent]:
        work.park(center, leg, agent)
        duty.lay_down(center, agent)


def on_replies(center: Center, leg: int) -> None:
    """The customer's answer comes, or has not come: the agent goes on, or another one where that one left."""
    agent, closed = center.record.agent_of(leg), center.last_turn[leg]
    if center.phase[leg] == PARKED:
        del center.parked[leg]
        center.left[leg], center.phase[leg] = 0 if closed else serving.BY_WHO_ANSWERS, TALK
        serving.take_up_again(center, leg)
    elif center.phase[leg] == THINKING:
        center.resumed_at[leg] = center.now
        left = 0 if closed else treatment.next_turn(center, leg, agent)
        work.begin(center, leg, agent, left, TALK)
