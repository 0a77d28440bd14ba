"""How fast an agent's contacts go; see :mod:`ccsim.engines.center.work`."""

from __future__ import annotations

from ccsim.compiler.journey import MOST_SLOTS, SLOT_BITS
from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey import record
from ccsim.engines.kernel.journey.calendar import at
from ccsim.engines.kernel.journey.codes import HANDLE_ENDS, HELD, PARKED, TALK, TALK_ENDS
from ccsim.engines.kernel.journey.memory import Center, agent_at, cell, hand_at, leg_at, queue_at


@compiled
def hand(center: Center, agent: int, slot: int) -> int:
    """The leg in a slot of the agent; -1: none."""
    return hand_at(center.hands, agent * center.most_slots + slot).leg


@compiled
def slot_of(center: Center, agent: int, leg: int) -> int:
    """The first slot that holds the leg; -1 asks for one that is free."""
    slot = 0
    while hand(center, agent, slot) != leg:
        slot += 1
    return slot


@compiled
def channel_in_hand(center: Center, agent: int) -> int:
    """The channel of the contacts that the agent has open; -1: none are."""
    if agent_at(center.agents, agent).in_hand == 0:
        return -1
    leg = hand(center, agent, first_in_hand(center, agent))
    return queue_at(center.queues, leg_at(center.legs, leg).queue).slots_channel


@compiled
def first_in_hand(center: Center, agent: int) -> int:
    """The first slot that is taken; there has to be one."""
    slot = 0
    while hand(center, agent, slot) < 0:
        slot += 1
    return slot


@compiled
def take_in_hand(center: Center, leg: int, agent: int) -> None:
    hand_at(center.hands, agent * center.most_slots + slot_of(center, agent, -1)).leg = leg
    agent_at(center.agents, agent).in_hand += 1


@compiled
def begin(center: Center, leg: int, agent: int, left: int, phase: int) -> None:
    settle(center, agent)
    person, row = agent_at(center.agents, agent), leg_at(center.legs, leg)
    person.in_work += 1
    row.left = left
    row.phase = phase
    row.paced_at = center.now
    if person.in_work == 1:
        expect_end(center, leg, agent)
    else:
        expect_ends(center, agent)


@compiled
def pause(center: Center, leg: int, agent: int, phase: int) -> None:
    settle(center, agent)
    agent_at(center.agents, agent).in_work -= 1
    row = leg_at(center.legs, leg)
    row.phase = phase
    row.due = -1
    expect_ends(center, agent)


@compiled
def leave(center: Center, leg: int, agent: int) -> None:
    person, row = agent_at(center.agents, agent), leg_at(center.legs, leg)
    if row.phase < HELD:
        settle(center, agent)
        person.in_work -= 1
    hand_at(center.hands, agent * center.most_slots + slot_of(center, agent, leg)).leg = -1
    person.in_hand -= 1
    row.due = -1
    expect_ends(center, agent)


@compiled
def park(center: Center, leg: int, agent: int) -> None:
    leave(center, leg, agent)
    leg_at(center.legs, leg).phase = PARKED
    center.parked += 1


@compiled
def go_on_with(center: Center, leg: int, agent: int, left: int, phase: int) -> None:
    settle_leg(center, leg, agent_at(center.agents, agent).in_work)
    row = leg_at(center.legs, leg)
    row.left = left
    row.phase = phase
    expect_end(center, leg, agent)


@compiled
def piece_ends(center: Center, leg: int, agent: int) -> None:
    row = leg_at(center.legs, leg)
    row.in_pieces = 1
    record.piece(center, leg, agent)
    if queue_at(center.queues, row.queue).slots_slots == 1:
        record.worked(center, leg, center.now - row.resumed_at)


@compiled
def is_due(center: Center, key: int, phase: int) -> int:
    leg = hand(center, key >> SLOT_BITS, key & ((1 << SLOT_BITS) - 1))
    if leg < 0:
        return -1
    row = leg_at(center.legs, leg)
    return leg if row.phase == phase and row.due == center.now else -1


@compiled
def settle(center: Center, agent: int) -> None:
    level = agent_at(center.agents, agent).in_work
    to_settle = level  # who has just been taken in hand is not in work yet
    slot = 0
    while to_settle > 0 and slot < center.most_slots:
        leg = hand(center, agent, slot)
        if leg >= 0 and leg_at(center.legs, leg).phase < HELD and leg_at(center.legs, leg).due >= 0:
            settle_leg(center, leg, level)
            to_settle -= 1
        slot += 1


@compiled
def pace_of(center: Center, queue: int, level: int) -> int:
    return cell(center.pace, queue * (MOST_SLOTS + 1) + level)


@compiled
def settle_leg(center: Center, leg: int, level: int) -> None:
    row = leg_at(center.legs, leg)
    passed = center.now - row.paced_at
    done = passed * 1000 // pace_of(center, row.queue, level)
    row.left = max(0, row.left - done)
    row.paced_at = center.now
    if queue_at(center.queues, row.queue).slots_slots > 1:
        record.worked(center, leg, passed // level)


@compiled
def expect_ends(center: Center, agent: int) -> None:
    to_expect = agent_at(center.agents, agent).in_work
    slot = 0
    while to_expect > 0 and slot < center.most_slots:
        leg = hand(center, agent, slot)
        if leg >= 0 and leg_at(center.legs, leg).phase < HELD:
            expect_end(center, leg, agent)
            to_expect -= 1
        slot += 1


@compiled
def expect_end(center: Center, leg: int, agent: int) -> None:
    row = leg_at(center.legs, leg)
    pace = pace_of(center, row.queue, agent_at(center.agents, agent).in_work)
    row.due = center.now + (row.left * pace + 999) // 1000
    kind = TALK_ENDS if row.phase == TALK else HANDLE_ENDS
    at(center, row.due, kind, agent << SLOT_BITS | slot_of(center, agent, leg))
