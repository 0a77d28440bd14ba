"""The end of talk and of handling; see :mod:`ccsim.engines.center.handling`."""

from __future__ import annotations

from ccsim.compiler.journey import SLOT_BITS
from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey import (
    duty,
    purposes,
    record,
    resolving,
    router,
    serving,
    state,
    treatment,
    work,
)
from ccsim.engines.kernel.journey.calendar import at
from ccsim.engines.kernel.journey.codes import (
    ANSWERED,
    BY_WHO_ANSWERS,
    FOUND_OUT,
    FURTHER,
    NOBODY_THERE,
    PARKED,
    REPLIES,
    REQUEUES,
    SILENT,
    TALK,
    THINKING,
    UNREACHED,
    WRAP_UP,
)
from ccsim.engines.kernel.journey.coming_back import not_served
from ccsim.engines.kernel.journey.memory import Center, agent_at, leg_at, queue_at


@compiled
def on_talk_ends(center: Center, key: int) -> None:
    leg, agent = work.is_due(center, key, TALK), key >> SLOT_BITS
    if leg < 0:
        return
    if treatment.goes_on(center, leg):
        expect_reply(center, leg, agent)
        return
    open_now = agent_at(center.agents, agent).in_work
    row = leg_at(center.legs, leg)
    row.talk_ended_at = center.now
    state.release_line(center, leg, row.queue)
    work.go_on_with(center, leg, agent, treatment.wrap_up_of(center, leg), WRAP_UP)
    resolving.after_talk(center, leg, agent, open_now)


@compiled
def on_handle_ends(center: Center, key: int) -> None:
    leg, agent = work.is_due(center, key, WRAP_UP), key >> SLOT_BITS
    if leg < 0:
        return
    work.leave(center, leg, agent)
    router.cannot_be_interrupted(center, agent)
    row = leg_at(center.legs, leg)
    if row.in_pieces == 1 or row.course == NOBODY_THERE:
        work.piece_ends(center, leg, agent)
    finish(center, leg)
    duty.lay_down(center, agent)


@compiled
def finish(center: Center, leg: int) -> None:
    row = leg_at(center.legs, leg)
    if row.course != NOBODY_THERE:
        record.ended(center, leg, SILENT if row.course == FOUND_OUT else ANSWERED)
        return
    contact, plan, attempt = row.contact_row, queue_at(center.queues, row.queue), row.dials
    row.agent = -1
    row.answered_at = -1
    row.talk_ended_at = -1
    if attempt < plan.waits_attempts:
        place = row.leg | attempt << FURTHER
        table = plan.waits_again_table
        delay = state.duration(center, contact, plan.salt, purposes.CALLBACK_DELAY, table, place)
        at(center, center.now + delay, REQUEUES, leg)
    else:
        record.ended(center, leg, UNREACHED)
        not_served(center, contact, row.queue, row.leg)


# -- conversations turn by turn -----------------------------------------------------------------------------


@compiled
def expect_reply(center: Center, leg: int, agent: int) -> None:
    row = leg_at(center.legs, leg)
    plan = queue_at(center.queues, row.queue)
    row.turn += 1
    place = row.leg | row.turn << FURTHER
    table = plan.slots_reply_table
    delay = state.duration(center, row.contact_row, plan.salt, purposes.REPLY, table, place)
    if delay > plan.slots_reply_at_most:
        delay = plan.slots_reply_at_most
        row.last_turn = 1
    work.pause(center, leg, agent, THINKING)
    work.piece_ends(center, leg, agent)
    at(center, center.now + delay, REPLIES, leg)
    if agent_at(center.agents, agent).change_due == 1:
        work.park(center, leg, agent)
        duty.lay_down(center, agent)


@compiled
def on_replies(center: Center, leg: int) -> None:
    row = leg_at(center.legs, leg)
    if row.phase == PARKED:
        center.parked -= 1
        row.left = 0 if row.last_turn == 1 else BY_WHO_ANSWERS
        row.phase = TALK
        serving.take_up_again(center, leg)
    elif row.phase == THINKING:
        row.resumed_at = center.now
        left = 0 if row.last_turn == 1 else treatment.next_turn(center, leg, row.agent)
        work.begin(center, leg, row.agent, left, TALK)
