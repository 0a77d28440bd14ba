"""The arrays of the kernel: what the Program says, what the Draws say, what holds now, what is written
down."""

from __future__ import annotations

from typing import Any, NamedTuple

# kinds.py as plain integers, which numba folds into the machine code
DUTY_CHANGES, TALK_ENDS, HANDLE_ENDS, GIVES_UP, CLOSES, ARRIVES = 0, 1, 2, 3, 4, 5
OF_AGENTS = 0  # the first three kinds share a heap
OPEN, ANSWERED, ABANDONED, BALKED, BLOCKED, CLEARED = 0, 1, 2, 3, 4, 5
OFF, ON_DUTY, DOWN = 0, 1, 8
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
    duty_first: Array  # (agents + 1,) first change of each agent in the two arrays below
    duty_at: Array
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
    next_change: Array  # (agents,) of the timetable
    change_due: Array  # (agents,) the contact in hand holds up the timetable
    stretch: Array  # (agents,) row of the open stretch, -1: none
    agent_time: Array  # heap of what comes for agents: the end of talk or handling, a change of the timetable
    agent_key: Array
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
