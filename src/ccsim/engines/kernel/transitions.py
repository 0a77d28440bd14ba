"""What happens at each event; see :mod:`ccsim.engines.simpy_engine`, function by function."""

from __future__ import annotations

import numpy as np

from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.heaps import heap_push
from ccsim.engines.kernel.layout import (
    ABANDONED,
    ANSWERED,
    BALKED,
    BLOCKED,
    CLEARED,
    DEADLINES,
    DONE,
    DOWN,
    DUTY_CHANGES,
    HANDLE_ENDS,
    KEY_BITS,
    NEVER,
    OFF,
    ON_DUTY,
    OPEN,
    STOP,
    TALK_ENDS,
    Luck,
    Now,
    Pages,
    World,
)
from ccsim.engines.kernel.recorder import cut_off, record_state
from ccsim.engines.kernel.router import agent_for, contact_for, free, leave, not_free, wait


@compiled
def on_arrives(world: World, luck: Luck, now: Now, pages: Pages, leg: int, time: int) -> None:
    queue = luck.queue[leg]
    lines, places = world.lines[queue], world.waiting_places[queue]
    if lines >= 0 and now.on_line[queue] >= lines:
        pages.ended_at[leg] = time
        pages.outcome[leg] = BLOCKED
        return
    agent = agent_for(world, now, queue)
    if agent >= 0:
        if lines >= 0:
            now.on_line[queue] += 1
        answer(world, luck, now, pages, leg, agent, time)
    elif places >= 0 and now.waiting[queue] >= places:
        pages.ended_at[leg] = time
        pages.outcome[leg] = BLOCKED
    elif luck.patience[leg] <= 0:
        pages.ended_at[leg] = time
        pages.outcome[leg] = BALKED
    else:
        if lines >= 0:
            now.on_line[queue] += 1
        wait(now, leg, queue)
        if luck.patience[leg] < NEVER:
            heap_push(
                now.gives_up_time, now.gives_up_key, now.count[DEADLINES], time + luck.patience[leg], leg
            )
            now.count[DEADLINES] += 1


@compiled
def on_gives_up(world: World, luck: Luck, now: Now, pages: Pages, leg: int, time: int) -> None:
    if pages.ended_at[leg] >= 0:
        return
    queue = luck.queue[leg]
    leave(now, leg, queue)
    if world.lines[queue] >= 0:
        now.on_line[queue] -= 1
    pages.ended_at[leg] = time
    pages.outcome[leg] = ABANDONED


@compiled
def answer(world: World, luck: Luck, now: Now, pages: Pages, leg: int, agent: int, time: int) -> None:
    queue = luck.queue[leg]
    talk_ends = time + luck.talk[leg] * world.handle_factor[world.agent_pool[agent], queue] // 1000
    handle_ends = talk_ends + luck.wrap_up[leg]
    pages.agent[leg] = agent
    pages.answered_at[leg] = time
    pages.talk_ended_at[leg] = talk_ends
    pages.ended_at[leg] = handle_ends
    now.serving[agent] = leg
    if world.lines[queue] >= 0:
        now.holds_line[agent] = 1
        key = (np.int64(TALK_ENDS) << KEY_BITS) | agent
        heap_push(now.agent_time, now.agent_key, now.count[DONE], talk_ends, key)
        now.count[DONE] += 1
    key = (np.int64(HANDLE_ENDS) << KEY_BITS) | agent
    heap_push(now.agent_time, now.agent_key, now.count[DONE], handle_ends, key)
    now.count[DONE] += 1


@compiled
def on_talk_ends(luck: Luck, now: Now, pages: Pages, agent: int, time: int) -> None:
    leg = now.serving[agent]
    if leg >= 0 and now.holds_line[agent] == 1 and pages.talk_ended_at[leg] == time:
        now.holds_line[agent] = 0
        now.on_line[luck.queue[leg]] -= 1


@compiled
def on_handle_ends(world: World, luck: Luck, now: Now, pages: Pages, agent: int, time: int) -> None:
    leg = now.serving[agent]
    if leg < 0 or pages.ended_at[leg] != time:
        return
    pages.outcome[leg] = ANSWERED
    lay_down(world, luck, now, pages, agent, time)


@compiled
def on_duty_changes(world: World, luck: Luck, now: Now, pages: Pages, agent: int, time: int) -> None:
    if now.serving[agent] >= 0:
        now.change_due[agent] = 1
    else:
        not_free(world, now, agent)
        change_duty(luck, now, agent, time)
        follow_timetable(world, luck, now, pages, agent, time)


@compiled
def lay_down(world: World, luck: Luck, now: Now, pages: Pages, agent: int, time: int) -> None:
    now.serving[agent] = -1
    if now.change_due[agent] == 1:
        now.change_due[agent] = 0
        change_duty(luck, now, agent, time)
    follow_timetable(world, luck, now, pages, agent, time)


@compiled
def change_duty(luck: Luck, now: Now, agent: int, time: int) -> None:
    last = luck.duty_first[agent + 1] - 1
    while True:
        place = luck.duty_first[agent] + now.next_change[agent]
        state = luck.duty_state[place]
        now.next_change[agent] += 1
        if place == last:
            now.wanted[agent] = state
            return
        ends = luck.duty_at[place + 1]
        if state != OFF and state != ON_DUTY and state != DOWN:
            off = place + 1
            while luck.duty_state[off] != OFF:
                off += 1
            ends = min(time + ends - luck.duty_at[place], luck.duty_at[off])
        if ends > time:
            now.wanted[agent] = state
            key = (np.int64(DUTY_CHANGES) << KEY_BITS) | agent
            heap_push(now.agent_time, now.agent_key, now.count[DONE], ends, key)
            now.count[DONE] += 1
            return


@compiled
def follow_timetable(world: World, luck: Luck, now: Now, pages: Pages, agent: int, time: int) -> None:
    record_state(now, pages, agent, now.wanted[agent], time)
    if now.wanted[agent] != ON_DUTY:
        return
    leg = contact_for(world, luck, now, agent, time)
    if leg >= 0:
        answer(world, luck, now, pages, leg, agent, time)
    else:
        free(world, now, agent, time)


@compiled
def empty(world: World, now: Now, pages: Pages, queue: int, outcome: int, time: int) -> None:
    """Everybody leaves the line of a queue with one outcome."""
    leg = now.wait_head[queue]
    while leg >= 0:
        pages.ended_at[leg] = time
        pages.outcome[leg] = outcome
        if world.lines[queue] >= 0:
            now.on_line[queue] -= 1
        leg = now.wait_next[leg]
    now.wait_head[queue] = -1
    now.wait_tail[queue] = -1
    now.waiting[queue] = 0


@compiled
def on_closes(world: World, luck: Luck, now: Now, pages: Pages, row: int, time: int) -> None:
    queue = world.closing_queue[row]
    if world.closing_rule[row] != STOP:
        empty(world, now, pages, queue, CLEARED, time)
        return
    empty(world, now, pages, queue, OPEN, time)
    for agent in range(len(now.serving)):
        leg = now.serving[agent]
        if leg >= 0 and luck.queue[leg] == queue:
            if now.holds_line[agent] == 1:
                now.holds_line[agent] = 0
                now.on_line[queue] -= 1
            cut_off(pages, leg, time)
            lay_down(world, luck, now, pages, agent, time)


@compiled
def on_run_ends(world: World, now: Now, pages: Pages, time: int) -> None:
    for queue in range(len(now.waiting)):
        empty(world, now, pages, queue, OPEN, time)
    for agent in range(len(now.serving)):
        if now.serving[agent] >= 0:
            cut_off(pages, now.serving[agent], time)
        if now.stretch[agent] >= 0:
            pages.stretch_to[now.stretch[agent]] = time
