"""The timetable, and agents who look for work; see :mod:`ccsim.engines.center.duty`."""

from __future__ import annotations

from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey import record, router, serving, state, work
from ccsim.engines.kernel.journey.calendar import at
from ccsim.engines.kernel.journey.codes import DOWN, DUTY_CHANGES, OFF, ON_DUTY, THINKING
from ccsim.engines.kernel.journey.memory import Center, agent_at, change_at, leg_at, queue_at


@compiled
def on_duty_changes(center: Center, agent: int) -> None:
    person = agent_at(center.agents, agent)
    router.not_free(center, agent)
    if person.in_hand > 0:
        router.cannot_be_interrupted(center, agent)
        person.change_due = 1
        for slot in range(center.most_slots):
            leg = work.hand(center, agent, slot)
            if leg >= 0 and leg_at(center.legs, leg).phase == THINKING:
                work.park(center, leg, agent)
    if person.in_hand == 0:
        person.change_due = 0
        change_duty(center, agent)
        follow_timetable(center, agent)


@compiled
def lay_down(center: Center, agent: int) -> None:
    person = agent_at(center.agents, agent)
    router.not_free(center, agent)
    if person.in_hand > 0:
        if person.change_due == 0:
            look_for_work(center, agent)
        return
    if person.change_due == 1:
        person.change_due = 0
        change_duty(center, agent)
    follow_timetable(center, agent)


@compiled
def change_duty(center: Center, agent: int) -> None:
    person = agent_at(center.agents, agent)
    while True:
        place = person.next_change
        change = change_at(center.changes, place)
        person.next_change = place + 1
        if place + 1 == person.end_change:
            person.wanted = change.state
            return
        ends = change_at(center.changes, place + 1).at
        if change.state != OFF and change.state != ON_DUTY and change.state != DOWN:
            off = place + 1
            while change_at(center.changes, off).state != OFF:
                off += 1
            ends = min(center.now + ends - change.at, change_at(center.changes, off).at)
        if ends > center.now:
            person.wanted = change.state
            at(center, ends, DUTY_CHANGES, agent)
            return


@compiled
def follow_timetable(center: Center, agent: int) -> None:
    wanted = agent_at(center.agents, agent).wanted
    state.note_duty(center, agent, wanted == ON_DUTY)
    record.state(center, agent, wanted)
    if wanted == ON_DUTY:
        look_for_work(center, agent)


@compiled
def look_for_work(center: Center, agent: int) -> None:
    person = agent_at(center.agents, agent)
    while True:
        load, channel = person.in_hand, work.channel_in_hand(center, agent)
        leg = router.contact_for(center, agent, load, channel)
        if leg < 0:
            break
        serving.answer(center, leg, agent)
        if not router.is_free(center, agent):
            return
        router.not_free(center, agent)
    if load == 0 or slots_in_hand(center, agent) > load:
        router.free(center, agent, load, channel)


@compiled
def slots_in_hand(center: Center, agent: int) -> int:
    """How many contacts an agent may have open beside the one in hand, that one included."""
    leg = work.hand(center, agent, work.first_in_hand(center, agent))
    return queue_at(center.queues, leg_at(center.legs, leg).queue).slots_slots
