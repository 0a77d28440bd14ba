"""Queues close, and the run ends; see :mod:`ccsim.engines.center.closing`."""

from __future__ import annotations

from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey import duty, record, router, serving, state, work
from ccsim.engines.kernel.journey.codes import (
    ABANDONED,
    CLEARED,
    HELD,
    OPEN,
    PARKED,
    STOP,
    TALK,
    THINKING,
)
from ccsim.engines.kernel.journey.coming_back import not_served
from ccsim.engines.kernel.journey.memory import Center, agent_at, closing_at, leg_at, link_at


@compiled
def on_closes(center: Center, number: int) -> None:
    row = closing_at(center.closings, number)
    queue, stop = row.queue, row.rule == STOP
    leg = router.empty(center, queue)
    while leg >= 0:
        waiting = leg_at(center.legs, leg)
        state.release_line(center, leg, queue)
        if waiting.answered_at >= 0:
            stays_undone(center, leg)
        else:
            leave_line(center, leg, OPEN if stop else CLEARED)
            if waiting.holder >= 0:
                serving.release(center, waiting.holder)
                waiting.holder = -1
            if not stop and waiting.gave_up_at < 0:
                not_served(center, waiting.contact_row, queue, waiting.leg)
        leg = link_at(center.line_links, leg).next
    if stop:
        stop_parked(center, queue)
        for agent in range(center.agent_count):
            stop_work(center, agent, queue)


@compiled
def stop_work(center: Center, agent: int, queue: int) -> None:
    """The agent puts down everything of a queue that stops."""
    any_cut_off = False
    for slot in range(center.most_slots):
        leg = work.hand(center, agent, slot)
        if leg >= 0 and leg_at(center.legs, leg).queue == queue:
            cut_off(center, leg, agent)
            any_cut_off = True
    if any_cut_off:
        duty.lay_down(center, agent)


@compiled
def leave_line(center: Center, leg: int, outcome: int) -> None:
    record.ended(center, leg, ABANDONED if leg_at(center.legs, leg).gave_up_at >= 0 else outcome)


@compiled
def stays_undone(center: Center, leg: int) -> None:
    row = leg_at(center.legs, leg)
    talking = row.phase == TALK or row.phase == PARKED
    row.phase = HELD
    record.cut_off(center, leg, talking)


@compiled
def stop_parked(center: Center, queue: int) -> None:
    """Conversations without an agent end; ``queue`` -1: those of all queues."""
    if center.parked == 0:
        return
    for leg in range(center.leg_count):
        row = leg_at(center.legs, leg)
        if row.phase == PARKED and (queue < 0 or row.queue == queue):
            center.parked -= 1
            stays_undone(center, leg)


@compiled
def cut_off(center: Center, leg: int, agent: int) -> None:
    row = leg_at(center.legs, leg)
    state.release_line(center, leg, row.queue)
    if row.phase == HELD:
        let_wait_alone(center, agent)
    phase = row.phase
    work.leave(center, leg, agent)
    router.cannot_be_interrupted(center, agent)
    if row.in_pieces == 1 and phase != THINKING:
        work.piece_ends(center, leg, agent)
    row.phase = HELD
    record.cut_off(center, leg, phase in (TALK, THINKING))


@compiled
def let_wait_alone(center: Center, agent: int) -> None:
    person = agent_at(center.agents, agent)
    awaited = leg_at(center.legs, person.awaits)
    if awaited.holder == agent:
        awaited.holder = -1
    person.held_for = -1


@compiled
def on_run_ends(center: Center) -> None:
    for queue in range(center.queue_count):
        leg = router.empty(center, queue)
        while leg >= 0:
            if leg_at(center.legs, leg).answered_at >= 0:
                stays_undone(center, leg)
            else:
                leave_line(center, leg, OPEN)
            leg = link_at(center.line_links, leg).next
    for agent in range(center.agent_count):
        center.soon_count = 0  # what would have happened later does not
        for slot in range(center.most_slots):
            leg = work.hand(center, agent, slot)
            if leg >= 0:
                cut_off(center, leg, agent)
    stop_parked(center, -1)
    record.close(center)
