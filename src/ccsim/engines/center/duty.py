"""The timetable, and agents who look for work."""

from __future__ import annotations

from ccsim.engines.center import serving, work
from ccsim.engines.center.state import THINKING, Center
from ccsim.kinds import EventKind, State

UNTIL_THEN = (State.OFF, State.ON_DUTY, State.DOWN)  # states that end as planned, however late they began


def on_duty_changes(center: Center, agent: int) -> None:
    """The timetable wants another state; who is busy finishes the contacts in hand first."""
    center.router.not_free(agent)
    if center.in_hand[agent] > 0:
        center.router.cannot_be_interrupted(agent)
        center.change_due[agent] = True
        _park(center, agent)
    if center.in_hand[agent] == 0:
        center.change_due[agent] = False
        _change_duty(center, agent)
        follow_timetable(center, agent)


def _park(center: Center, agent: int) -> None:
    """Conversations in which the customer thinks wait for whoever is free when the answer comes."""
    for leg in list(center.hand[agent]):
        if leg >= 0 and center.phase[leg] == THINKING:
            work.park(center, leg, agent)


def lay_down(center: Center, agent: int) -> None:
    """A contact has left the agent's hands: what the timetable wanted meanwhile comes first."""
    center.router.not_free(agent)
    if center.in_hand[agent] > 0:
        if not center.change_due[agent]:
            look_for_work(center, agent)
        return
    if center.change_due[agent]:
        center.change_due[agent] = False
        _change_duty(center, agent)
    follow_timetable(center, agent)


def _change_duty(center: Center, agent: int) -> None:
    """Take the agent's next state that is not over yet, and expect the one after it.

    Breaks, meetings, training and time off task that begin late last their full length, at most to the end of
    the shift. Time on duty ends as planned, so it is what a delay shortens; so does an outage.
    """
    changes = center.duty[agent]
    while True:
        place = center.next_change[agent]
        planned, state = changes[place]
        center.next_change[agent] = place + 1
        if place + 1 == len(changes):  # off for good
            center.wanted[agent] = state
            return
        ends = changes[place + 1][0]
        if state not in UNTIL_THEN:
            off = place + 1
            while changes[off][1] != State.OFF:
                off += 1
            ends = min(center.now + ends - planned, changes[off][0])
        if ends > center.now:
            center.wanted[agent] = state
            center.at(ends, EventKind.DUTY_CHANGES, agent, lambda agent: on_duty_changes(center, agent))
            return


def follow_timetable(center: Center, agent: int) -> None:
    """An agent with nothing in hand takes the state that the timetable wants."""
    wanted = center.wanted[agent]
    center.note_duty(agent, wanted == State.ON_DUTY)
    center.record.state(agent, wanted, center.now)
    if wanted == State.ON_DUTY:
        look_for_work(center, agent)


def look_for_work(center: Center, agent: int) -> None:
    """Take waiting contacts as long as there is room, then be free for those to come."""
    while True:
        load = work.load_of(center, agent)
        leg = center.router.contact_for(agent, center.now, load)
        if leg < 0:
            break
        serving.answer(center, leg, agent)
        if not center.router.is_free(agent):
            return
        center.router.not_free(agent)
    if load[0] == 0 or center.slots.slots[_queue_in_hand(center, agent)] > load[0]:
        center.router.free(agent, center.now, load)


def _queue_in_hand(center: Center, agent: int) -> int:
    return next(center.record.queue_of(leg) for leg in center.hand[agent] if leg >= 0)
