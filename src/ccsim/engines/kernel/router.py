"""The two questions of the field on linked lists; see :mod:`ccsim.engines.router`."""

from __future__ import annotations

import numpy as np

from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.layout import FREED, PREFERENCE, PRIORITY, Luck, Now, World
from ccsim.engines.kernel.lists import append, unlink


@compiled
def free(world: World, now: Now, agent: int, time: int) -> None:
    append(now.free_head, now.free_tail, now.free_next, now.free_prev, world.agent_pool[agent], agent)
    now.is_free[agent] = 1
    now.idle_since[agent] = time
    now.count[FREED] += 1
    now.freed_order[agent] = now.count[FREED]


@compiled
def not_free(world: World, now: Now, agent: int) -> None:
    if now.is_free[agent] == 0:
        return
    unlink(now.free_head, now.free_tail, now.free_next, now.free_prev, world.agent_pool[agent], agent)
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
    append(now.wait_head, now.wait_tail, now.wait_next, now.wait_prev, queue, leg)
    now.waiting[queue] += 1


@compiled
def leave(now: Now, leg: int, queue: int) -> None:
    unlink(now.wait_head, now.wait_tail, now.wait_next, now.wait_prev, queue, leg)
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
