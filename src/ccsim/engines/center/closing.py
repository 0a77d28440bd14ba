"""Queues close, and the run ends."""

from __future__ import annotations

from ccsim.engines.center import duty, serving, work
from ccsim.engines.center.coming_back import not_served
from ccsim.engines.center.state import HELD, PARKED, TALK, THINKING, Center
from ccsim.kinds import ClosingRule, Outcome


def on_closes(center: Center, row: int) -> None:
    """A queue closes: the waiting ones are cleared; under STOP the contacts in hand are cut off too."""
    queue = int(center.program.closing_queue[row])
    stop = center.program.closing_rule[row] == ClosingRule.STOP
    for leg in center.router.empty(queue):
        center.release_line(leg, queue)
        if center.record.answered_at(leg) >= 0:
            _stays_undone(center, leg)
            continue
        _leave_line(center, leg, Outcome.OPEN if stop else Outcome.CLEARED)
        _nobody_stays(center, leg)
        if not stop and center.record.gave_up_at(leg) < 0:
            not_served(center, center.record.contact_of(leg), queue, center.record.leg_of(leg))
    if not stop:
        return
    for leg in [leg for leg in center.parked if center.record.queue_of(leg) == queue]:
        del center.parked[leg]
        _stays_undone(center, leg)
    for agent, hand in enumerate(center.hand):
        legs = [leg for leg in hand if leg >= 0 and center.record.queue_of(leg) == queue]
        for leg in legs:
            _cut_off(center, leg, agent)
        if legs:
            duty.lay_down(center, agent)


def _leave_line(center: Center, leg: int, outcome: Outcome) -> None:
    """A waiting leg is over; who has left in silence before counts as abandoned."""
    if center.record.gave_up_at(leg) >= 0:
        outcome = Outcome.ABANDONED
    center.record.ended(leg, center.now, outcome)


def _stays_undone(center: Center, leg: int) -> None:
    """Somebody has begun and put it down, and nobody will go on."""
    talking = center.phase[leg] in (TALK, PARKED)
    center.phase[leg] = HELD  # nothing that was expected of it happens any more
    center.record.cut_off(leg, center.now, talking)


def _nobody_stays(center: Center, leg: int) -> None:
    if center.holder[leg] >= 0:
        serving.release(center, center.holder[leg])
        center.holder[leg] = -1


def _cut_off(center: Center, leg: int, agent: int) -> None:
    """Work on a contact in hand stops before its end."""
    center.release_line(leg, center.record.queue_of(leg))
    if center.phase[leg] == HELD:
        _let_wait_alone(center, agent)
    phase = center.phase[leg]
    work.leave(center, leg, agent)
    center.router.cannot_be_interrupted(agent)
    if center.in_pieces[leg] and phase != THINKING:
        work.piece_ends(center, leg, agent)
    center.phase[leg] = HELD  # nothing that was expected of it happens any more
    center.record.cut_off(leg, center.now, talking=phase in (TALK, THINKING))


def _let_wait_alone(center: Center, agent: int) -> None:
    """The next agent will find nobody who explains the case."""
    for leg, holder in enumerate(center.holder):
        if holder == agent:
            center.holder[leg] = -1
    center.held_for[agent] = -1


def on_run_ends(center: Center) -> None:
    """The run is over; whoever waits or is served stays open."""
    for queue in range(len(center.lines)):
        for leg in center.router.empty(queue):
            if center.record.answered_at(leg) >= 0:
                _stays_undone(center, leg)
            else:
                _leave_line(center, leg, Outcome.OPEN)
    for agent, hand in enumerate(center.hand):
        for leg in hand:
            if leg >= 0:
                _cut_off(center, leg, agent)
    for leg in center.parked:
        _stays_undone(center, leg)
    center.record.close(center.now)
