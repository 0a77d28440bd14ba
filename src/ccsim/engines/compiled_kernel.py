"""The compiled twin of the SimPy engine: the same transitions on arrays.

Read :mod:`ccsim.engines.simpy_engine` and :mod:`ccsim.engines.router` first; a function here has the name of
what it repeats there. The whole kernel stands in this one file, because numba's cache does not notice a
change elsewhere. Two binary heaps (who finishes when, who gives up when) and intrusive linked lists (waiting
legs, free agents) take the place of SimPy's calendar; arrivals, duty changes and closings come sorted.
Everything is int64 arithmetic.

:mod:`ccsim.engines.compiled_engine` makes the arrays; :mod:`ccsim.engines.compiling` compiles and keeps the
result.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ccsim.engines.compiling import compiled, compiled_and_kept

# kinds.py as plain integers, which numba folds into the machine code
TALK_ENDS, HANDLE_ENDS = 1, 2
DUTY, COMPLETION, GIVES_UP, CLOSES, ARRIVES = 0, 1, 3, 4, 5
OPEN, ANSWERED, ABANDONED, BALKED, BLOCKED, CLEARED = 0, 1, 2, 3, 4, 5
OFF, ON_DUTY = 0, 1
STOP = 2
PREFERENCE, PRIORITY = 0, 1
NEVER = 2**62
FAR = 2**63 - 1
KEY_BITS = 32

Array = Any  # numba sees one concrete array type each


class World(NamedTuple):
    """What the Program says."""

    agent_start: Array
    agent_pools: Array
    agent_rank_before: Array
    agent_rank_after: Array
    contact_start: Array
    contact_queues: Array
    contact_preference: Array
    contact_criteria: Array
    handle_factor: Array
    agent_pool: Array
    priority_base: Array
    priority_growth: Array
    waiting_places: Array
    lines: Array
    closing_at: Array
    closing_queue: Array
    closing_rule: Array


class Luck(NamedTuple):
    """What the Draws say."""

    queue: Array
    arrived_at: Array
    patience: Array
    talk: Array
    wrap_up: Array
    duty_at: Array
    duty_agent: Array
    duty_state: Array


class Now(NamedTuple):
    """What holds at the moment."""

    free_head: Array  # (pools,) idle for longest
    free_tail: Array
    free_next: Array  # (agents,)
    free_prev: Array
    is_free: Array
    idle_since: Array
    freed_order: Array
    wait_head: Array  # (queues,) waits for longest
    wait_tail: Array
    wait_next: Array  # (legs,)
    wait_prev: Array
    waiting: Array  # (queues,) how many
    on_line: Array  # (queues,)
    holds_line: Array  # (agents,)
    wanted: Array  # (agents,)
    serving: Array  # (agents,) leg in hand, -1: none
    stretch: Array  # (agents,) row of the open stretch, -1: none
    done_time: Array  # heap of completions
    done_key: Array
    gives_up_time: Array  # heap of deadlines
    gives_up_key: Array
    count: Array  # sizes of the two heaps, stretches, agents freed so far


class Pages(NamedTuple):
    """What is written down."""

    agent: Array
    answered_at: Array
    talk_ended_at: Array
    ended_at: Array
    outcome: Array
    stretch_agent: Array
    stretch_state: Array
    stretch_from: Array
    stretch_to: Array


DONE, DEADLINES, STRETCHES, FREED = 0, 1, 2, 3  # rows of Now.count


# -- binary heaps -------------------------------------------------------------------------------------------


@compiled
def heap_push(times: Array, keys: Array, size: int, time: int, key: int) -> None:
    """Add (time, key) to a heap that holds ``size`` entries."""
    place = size
    while place > 0:
        parent = (place - 1) >> 1
        if times[parent] < time or (times[parent] == time and keys[parent] <= key):
            break
        times[place] = times[parent]
        keys[place] = keys[parent]
        place = parent
    times[place] = time
    keys[place] = key


@compiled
def heap_pop(times: Array, keys: Array, size: int) -> None:
    """Drop the smallest of ``size`` entries."""
    last = size - 1
    time = times[last]
    key = keys[last]
    place = 0
    child = 1
    while child < last:
        right = child + 1
        if right < last and (
            times[right] < times[child] or (times[right] == times[child] and keys[right] < keys[child])
        ):
            child = right
        if time < times[child] or (time == times[child] and key <= keys[child]):
            break
        times[place] = times[child]
        keys[place] = keys[child]
        place = child
        child = 2 * place + 1
    times[place] = time
    keys[place] = key


# -- the router ---------------------------------------------------------------------------------------------


@compiled
def free(world: World, now: Now, agent: int, time: int) -> None:
    pool = world.agent_pool[agent]
    tail = now.free_tail[pool]
    now.free_prev[agent] = tail
    now.free_next[agent] = -1
    if tail >= 0:
        now.free_next[tail] = agent
    else:
        now.free_head[pool] = agent
    now.free_tail[pool] = agent
    now.is_free[agent] = 1
    now.idle_since[agent] = time
    now.count[FREED] += 1
    now.freed_order[agent] = now.count[FREED]


@compiled
def not_free(world: World, now: Now, agent: int) -> None:
    if now.is_free[agent] == 0:
        return
    pool = world.agent_pool[agent]
    before, after = now.free_prev[agent], now.free_next[agent]
    if before >= 0:
        now.free_next[before] = after
    else:
        now.free_head[pool] = after
    if after >= 0:
        now.free_prev[after] = before
    else:
        now.free_tail[pool] = before
    now.is_free[agent] = 0


@compiled
def agent_for(world: World, now: Now, queue: int) -> int:
    best = -1
    best_before = 0
    best_after = 0
    for row in range(world.agent_start[queue], world.agent_start[queue + 1]):
        agent = now.free_head[world.agent_pools[row]]
        if agent < 0:
            continue
        before = world.agent_rank_before[row]
        after = world.agent_rank_after[row]
        if best >= 0:
            if before > best_before:
                break
            since, best_since = now.idle_since[agent], now.idle_since[best]
            if since > best_since:
                continue
            if since == best_since:
                if after > best_after:
                    continue
                if after == best_after and now.freed_order[agent] > now.freed_order[best]:
                    continue
        best, best_before, best_after = agent, before, after
    if best >= 0:
        not_free(world, now, best)
    return best


@compiled
def wait(now: Now, leg: int, queue: int) -> None:
    tail = now.wait_tail[queue]
    now.wait_prev[leg] = tail
    now.wait_next[leg] = -1
    if tail >= 0:
        now.wait_next[tail] = leg
    else:
        now.wait_head[queue] = leg
    now.wait_tail[queue] = leg
    now.waiting[queue] += 1


@compiled
def leave(now: Now, leg: int, queue: int) -> None:
    before, after = now.wait_prev[leg], now.wait_next[leg]
    if before >= 0:
        now.wait_next[before] = after
    else:
        now.wait_head[queue] = after
    if after >= 0:
        now.wait_prev[after] = before
    else:
        now.wait_tail[queue] = before
    now.waiting[queue] -= 1


@compiled
def beats(world: World, luck: Luck, row: int, leg: int, best_row: int, best: int, time: int) -> bool:
    """Does the head of one queue go before the head of another? Rows ascend by queue, so a tie does not."""
    queue, best_queue = world.contact_queues[row], world.contact_queues[best_row]
    since, best_since = luck.arrived_at[leg], luck.arrived_at[best]
    for criterion in world.contact_criteria:
        if criterion == PREFERENCE:
            mine = np.int64(world.contact_preference[row])
            other = np.int64(world.contact_preference[best_row])
        elif criterion == PRIORITY:
            other = world.priority_base[queue] + world.priority_growth[queue] * (time - since)
            mine = world.priority_base[best_queue] + world.priority_growth[best_queue] * (time - best_since)
        else:
            mine, other = since, best_since
        if mine != other:
            return bool(mine < other)
    return False


@compiled
def contact_for(world: World, luck: Luck, now: Now, agent: int, time: int) -> int:
    pool = world.agent_pool[agent]
    best = -1
    best_row = -1
    for row in range(world.contact_start[pool], world.contact_start[pool + 1]):
        leg = now.wait_head[world.contact_queues[row]]
        if leg >= 0 and (best < 0 or beats(world, luck, row, leg, best_row, best, time)):
            best, best_row = leg, row
    if best >= 0:
        leave(now, best, world.contact_queues[best_row])
    return best


# -- the recorder -------------------------------------------------------------------------------------------


@compiled
def cut_off(pages: Pages, leg: int, time: int) -> None:
    pages.outcome[leg] = ANSWERED if pages.talk_ended_at[leg] <= time else OPEN
    pages.talk_ended_at[leg] = min(pages.talk_ended_at[leg], time)
    pages.ended_at[leg] = time


@compiled
def record_state(now: Now, pages: Pages, agent: int, state: int, time: int) -> None:
    row = now.stretch[agent]
    if row >= 0:
        if pages.stretch_state[row] == state:
            return
        pages.stretch_to[row] = time
        now.stretch[agent] = -1
    if state != OFF:
        row = now.count[STRETCHES]
        now.count[STRETCHES] += 1
        pages.stretch_agent[row] = agent
        pages.stretch_state[row] = state
        pages.stretch_from[row] = time
        now.stretch[agent] = row


# -- transitions --------------------------------------------------------------------------------------------


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
        heap_push(now.done_time, now.done_key, now.count[DONE], talk_ends, key)
        now.count[DONE] += 1
    key = (np.int64(HANDLE_ENDS) << KEY_BITS) | agent
    heap_push(now.done_time, now.done_key, now.count[DONE], handle_ends, key)
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
    now.serving[agent] = -1
    pages.outcome[leg] = ANSWERED
    follow_timetable(world, luck, now, pages, agent, time)


@compiled
def on_duty_changes(
    world: World, luck: Luck, now: Now, pages: Pages, agent: int, state: int, time: int
) -> None:
    now.wanted[agent] = state
    if now.serving[agent] < 0:
        not_free(world, now, agent)
        follow_timetable(world, luck, now, pages, agent, time)


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
            now.serving[agent] = -1
            cut_off(pages, leg, time)
            follow_timetable(world, luck, now, pages, agent, time)


@compiled
def on_run_ends(world: World, now: Now, pages: Pages, time: int) -> None:
    for queue in range(len(now.waiting)):
        empty(world, now, pages, queue, OPEN, time)
    for agent in range(len(now.serving)):
        if now.serving[agent] >= 0:
            cut_off(pages, now.serving[agent], time)
        if now.stretch[agent] >= 0:
            pages.stretch_to[now.stretch[agent]] = time


@compiled_and_kept
def play(world: World, luck: Luck, now: Now, pages: Pages, run_ends_at: int) -> int:
    """Run everything; returns the number of transitions."""
    arrivals, duties, closings = len(luck.arrived_at), len(luck.duty_at), len(world.closing_at)
    contact = duty = closing = 0
    events = 0
    while True:
        time, kind = FAR, ARRIVES
        if contact < arrivals:
            time = luck.arrived_at[contact]
        if closing < closings and world.closing_at[closing] <= time:
            time, kind = world.closing_at[closing], CLOSES
        if now.count[DEADLINES] > 0 and now.gives_up_time[0] <= time:
            time, kind = now.gives_up_time[0], GIVES_UP
        if now.count[DONE] > 0 and now.done_time[0] <= time:
            time, kind = now.done_time[0], COMPLETION
        if duty < duties and luck.duty_at[duty] <= time:
            time, kind = luck.duty_at[duty], DUTY
        if time > run_ends_at:
            break
        events += 1
        if kind == ARRIVES:
            on_arrives(world, luck, now, pages, contact, time)
            contact += 1
        elif kind == COMPLETION:
            key = now.done_key[0]
            heap_pop(now.done_time, now.done_key, now.count[DONE])
            now.count[DONE] -= 1
            agent = key & ((np.int64(1) << KEY_BITS) - 1)
            if key >> KEY_BITS == HANDLE_ENDS:
                on_handle_ends(world, luck, now, pages, agent, time)
            else:
                on_talk_ends(luck, now, pages, agent, time)
        elif kind == GIVES_UP:
            leg = now.gives_up_key[0]
            heap_pop(now.gives_up_time, now.gives_up_key, now.count[DEADLINES])
            now.count[DEADLINES] -= 1
            on_gives_up(world, luck, now, pages, leg, time)
        elif kind == DUTY:
            on_duty_changes(world, luck, now, pages, luck.duty_agent[duty], luck.duty_state[duty], time)
            duty += 1
        else:
            on_closes(world, luck, now, pages, closing, time)
            closing += 1
    on_run_ends(world, now, pages, run_ends_at)
    return events
