"""How fast an agent's contacts go: alone, beside others, put down and taken up again.

An agent has up to k contacts of one channel open. With n of them in work each goes at the pace of level n:
work w takes w x pace[n] / 1000. When n changes, what is done is taken off and the rest is put off at the new
pace. A single contact is the case n = 1, whose pace is 1.
"""

from __future__ import annotations

from ccsim.compiler.journey import SLOT_BITS
from ccsim.engines.center.state import HELD, PARKED, TALK, THINKING, Center
from ccsim.engines.router import NOTHING, Load
from ccsim.kinds import EventKind


def load_of(center: Center, agent: int) -> Load:
    """How many contacts the agent has open, and of which channel."""
    for leg in center.hand[agent]:
        if leg >= 0:
            return center.in_hand[agent], center.slots.channel[center.record.queue_of(leg)]
    return NOTHING


def take_in_hand(center: Center, leg: int, agent: int) -> None:
    """The leg takes a slot of the agent."""
    hand = center.hand[agent]
    hand[hand.index(-1)] = leg
    center.in_hand[agent] += 1


def begin(center: Center, leg: int, agent: int, left: int, phase: int) -> None:
    """Work on a leg in hand begins or goes on, so much of it; the agent's others slow down."""
    _settle(center, agent)
    center.in_work[agent] += 1
    center.left[leg], center.phase[leg] = left, phase
    center.paced_at[leg] = center.now
    if center.in_work[agent] == 1:
        _expect_end(center, leg, agent)
    else:
        _expect_ends(center, agent)


def pause(center: Center, leg: int, agent: int, phase: int) -> None:
    """The leg keeps its slot, but nobody works on it (HELD, THINKING); the agent's others go faster."""
    _settle(center, agent)
    center.in_work[agent] -= 1
    center.phase[leg] = phase
    center.due[leg] = -1
    _expect_ends(center, agent)


def leave(center: Center, leg: int, agent: int) -> None:
    """The leg leaves its slot, done or not; the agent's others go faster."""
    hand = center.hand[agent]
    if in_work(center, leg):
        _settle(center, agent)
        center.in_work[agent] -= 1
    hand[hand.index(leg)] = -1
    center.in_hand[agent] -= 1
    center.due[leg] = -1
    _expect_ends(center, agent)


def park(center: Center, leg: int, agent: int) -> None:
    """A conversation loses its agent while the customer thinks."""
    leave(center, leg, agent)
    center.phase[leg] = PARKED
    center.parked[leg] = None


def go_on_with(center: Center, leg: int, agent: int, left: int, phase: int) -> None:
    """A leg in work passes into its next phase; the pace stays."""
    _settle_leg(center, leg, center.in_work[agent])
    center.left[leg], center.phase[leg] = left, phase
    _expect_end(center, leg, agent)


def piece_ends(center: Center, leg: int, agent: int) -> None:
    """Write down a stretch of work on a leg that is worked on with interruptions."""
    center.in_pieces[leg] = True
    center.record.piece(leg, agent, center.resumed_at[leg], center.now)
    if center.slots.slots[center.record.queue_of(leg)] == 1:
        center.record.worked(leg, center.now - center.resumed_at[leg])


def is_due(center: Center, key: int, phase: int) -> int:
    """The leg whose phase ends now in the slot of the key; -1 where a change of pace has put it off."""
    leg = center.hand[key >> SLOT_BITS][key & ((1 << SLOT_BITS) - 1)]
    return leg if leg >= 0 and center.phase[leg] == phase and center.due[leg] == center.now else -1


def in_work(center: Center, leg: int) -> bool:
    """Is somebody working on this leg in hand?"""
    return center.phase[leg] not in (HELD, THINKING, PARKED)


def _settle(center: Center, agent: int) -> None:
    """Take off what has been done on everything in work."""
    level = center.in_work[agent]
    if level:
        for leg in center.hand[agent]:
            if leg >= 0 and in_work(center, leg) and center.due[leg] >= 0:
                _settle_leg(center, leg, level)


def _settle_leg(center: Center, leg: int, level: int) -> None:
    queue = center.record.queue_of(leg)
    passed = center.now - center.paced_at[leg]
    done = passed * 1000 // center.slots.pace[queue][level]
    center.left[leg] = max(0, center.left[leg] - done)
    center.paced_at[leg] = center.now
    if center.slots.slots[queue] > 1:
        center.record.worked(leg, passed // level)


def _expect_ends(center: Center, agent: int) -> None:
    for leg in center.hand[agent]:
        if leg >= 0 and in_work(center, leg):
            _expect_end(center, leg, agent)


def _expect_end(center: Center, leg: int, agent: int) -> None:
    """Expect the end of the leg's phase at the present pace."""
    pace = center.slots.pace[center.record.queue_of(leg)][center.in_work[agent]]
    center.due[leg] = center.now + (center.left[leg] * pace + 999) // 1000
    key = agent << SLOT_BITS | center.hand[agent].index(leg)
    if center.phase[leg] == TALK:
        center.at(center.due[leg], EventKind.TALK_ENDS, key, center.on_talk_ends)
    else:
        center.at(center.due[leg], EventKind.HANDLE_ENDS, key, center.on_handle_ends)
