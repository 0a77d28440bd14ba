"""The calendar: the earliest of what can come next, until the run ends or a table may lack room."""

from __future__ import annotations

from ccsim.engines.compiling import compiled, compiled_and_kept
from ccsim.engines.kernel.journey import (
    arriving,
    closing,
    duty,
    fronts,
    handling,
    rules,
    state,
    waiting,
)
from ccsim.engines.kernel.journey.calendar import KIND_BITS, at, close_gap, pop
from ccsim.engines.kernel.journey.codes import (
    BREAKS_PROMISE,
    CLOSES,
    DUTY_CHANGES,
    ESCALATES,
    FAR,
    GIVES_UP,
    HANDLE_ENDS,
    OVERFLOWS,
    REPLIES,
    REQUEUES,
    RULES_APPLY,
    SESSION_ENDS,
    TALK_ENDS,
)
from ccsim.engines.kernel.journey.memory import (
    Center,
    agent_at,
    cell,
    change_at,
    closing_at,
    entry_at,
)

DONE, FULL = 0, 1
LATER, SOON, PLANNED = 1, 2, 3
FEW = 64  # rows that any event may add beyond those of the waiting and of the people


@compiled_and_kept
def play_journey(memory: Center, begins: int) -> int:
    """Run from where the last call stopped; ``begins`` 1: from the start. ``memory``: one row of CENTER.

    Returns DONE, or FULL where the next event may need more room than there is.
    """
    center = memory[0]
    if begins == 1:
        state.begin_issues(center)
        expect(center)
    while True:
        if lacks_room(center):
            return FULL
        close_gap(center)
        time = FAR
        if center.next_arrival < center.fresh:
            time = cell(center.arrived_at, center.next_arrival)
        source = 0
        if center.later_count > 0 and entry_at(center.later, 0).time < time:
            time, source = entry_at(center.later, 0).time, LATER
        if center.soon_count > 0 and entry_at(center.soon, 0).time <= time:
            time, source = entry_at(center.soon, 0).time, SOON
        if center.planned_count > 0:
            planned = entry_at(center.planned, 0)
            if planned.time < time or (planned.time == time and goes_first(center, source, planned.key)):
                time, source = planned.time, PLANNED
        if time > center.run_ends_at:
            break
        center.now = time
        if source == SOON:
            key = entry_at(center.soon, 0).key
            center.gap = 1
            happen(center, key >> KIND_BITS, key & ((1 << KIND_BITS) - 1))
        elif source == PLANNED:
            key = entry_at(center.planned, 0).key
            pop(center.planned, center.planned_count)
            center.planned_count -= 1
            happen(center, key >> KIND_BITS, key & ((1 << KIND_BITS) - 1))
        elif source == LATER:
            number = entry_at(center.later, 0).key
            pop(center.later, center.later_count)
            center.later_count -= 1
            arriving.on_comes_again(center, number)
        else:
            center.next_arrival += 1
            arriving.on_arrives(center, center.next_arrival - 1)
    center.now = center.run_ends_at
    closing.on_run_ends(center)
    return DONE


@compiled
def goes_first(center: Center, source: int, key: int) -> bool:
    """Does something planned come before what else happens at its moment? Contacts arrive last."""
    return source != SOON or key < entry_at(center.soon, 0).key


@compiled
def expect(center: Center) -> None:
    """What is known of the run beforehand: changes of the timetable, closings, moments of rules."""
    for agent in range(center.agent_count):
        person = agent_at(center.agents, agent)
        if person.next_change < person.end_change:
            at(center, change_at(center.changes, person.next_change).at, DUTY_CHANGES, agent)
    for number in range(center.closing_count):
        at(center, closing_at(center.closings, number).at, CLOSES, number)
    rules.expect_rules(center)


@compiled
def lacks_room(center: Center) -> bool:
    """May the next event add more rows than fit? Each person's and each waiting leg's share is counted."""
    many = FEW + 2 * center.agent_count * center.most_slots + center.waiting
    return (
        center.soon_room - center.soon_count < many * (center.most_slots + 1)
        or center.later_room - center.later_count < many
        or center.to_come_room - center.to_come_count < many
        or center.piece_room - center.piece_count < many
        or center.leg_room - center.leg_count < FEW + center.queue_count
        or center.contact_room <= center.contact_count
        or center.session_room - center.session_count <= center.front_count
    )


@compiled
def happen(center: Center, kind: int, key: int) -> None:
    if kind == TALK_ENDS:
        handling.on_talk_ends(center, key)
    elif kind == HANDLE_ENDS:
        handling.on_handle_ends(center, key)
    elif kind == GIVES_UP:
        waiting.on_gives_up(center, key)
    elif kind == SESSION_ENDS:
        fronts.on_session_ends(center, key)
    elif kind == DUTY_CHANGES:
        duty.on_duty_changes(center, key)
    elif kind == REPLIES:
        handling.on_replies(center, key)
    elif kind == OVERFLOWS:
        waiting.on_overflows(center, key)
    elif kind == ESCALATES:
        waiting.on_escalates(center, key)
    elif kind == BREAKS_PROMISE:
        waiting.on_breaks_promise(center, key)
    elif kind == CLOSES:
        closing.on_closes(center, key)
    elif kind == RULES_APPLY:
        rules.on_rules_apply(center)
    elif kind == REQUEUES:
        waiting.on_requeues(center, key)
