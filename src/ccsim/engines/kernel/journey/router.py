"""The two questions of the field on linked lists; see :mod:`ccsim.engines.router`."""

from __future__ import annotations

from ccsim.compiler.journey import MOST_SLOTS
from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey.codes import PREFERENCE, PRIORITY, WEIGHTED_WAIT
from ccsim.engines.kernel.journey.lists import append, put_behind, unlink
from ccsim.engines.kernel.journey.memory import (
    Center,
    agent_at,
    agent_row_at,
    cell,
    contact_row_at,
    ends_at,
    leg_at,
    link_at,
    pair_at,
    pool_at,
    queue_at,
)

# -- agents -------------------------------------------------------------------------------------------------


@compiled
def crowd_of(center: Center, pool: int, load: int, channel: int) -> int:
    """The list of a pool's free agents with so many contacts open on a channel."""
    place = pool * center.crowds_each
    if load > 0:
        place += channel * MOST_SLOTS + load
    return place


@compiled
def free(center: Center, agent: int, load: int, channel: int) -> None:
    person = agent_at(center.agents, agent)
    center.freed += 1
    person.freed = center.freed
    person.idle_since = center.now
    person.crowd = crowd_of(center, person.pool, load, channel)
    append(center.crowds, center.crowd_links, person.crowd, agent)
    if load == 0:
        pool_at(center.pools, person.pool).free += 1


@compiled
def not_free(center: Center, agent: int) -> None:
    person = agent_at(center.agents, agent)
    if person.crowd < 0:
        return
    unlink(center.crowds, center.crowd_links, person.crowd, agent)
    if person.crowd == person.pool * center.crowds_each:
        pool_at(center.pools, person.pool).free -= 1
    person.crowd = -1


@compiled
def is_free(center: Center, agent: int) -> bool:
    return agent_at(center.agents, agent).crowd >= 0


@compiled
def agent_for(center: Center, queue: int, waited: int) -> int:
    row = queue_at(center.queues, queue)
    best, best_before, best_busy, best_idle, best_after, best_order = -1, 0, 0, 0, 0, 0
    for place in range(row.first_pool, row.end_pool):
        rank = agent_row_at(center.agent_rows, place)
        if best >= 0 and rank.before > best_before:
            break
        pair = pair_at(center.pairs, rank.pool * center.queue_count + queue)
        if pair.after > waited:
            continue
        for load in range(row.slots_slots):
            agent = ends_at(center.crowds, crowd_of(center, rank.pool, load, row.slots_channel)).head
            if agent < 0 or (load == 0 and is_held_back(center, rank.pool, pair.kept_for, 0)):
                continue
            person = agent_at(center.agents, agent)
            busy = -load if row.slots_most_loaded == 1 else load
            idle = -pair.weight * (center.now - person.idle_since)
            if best >= 0 and not goes_first(
                busy, idle, rank.after, person.freed, best_busy, best_idle, best_after, best_order
            ):
                continue
            best, best_before, best_busy, best_idle = agent, rank.before, busy, idle
            best_after, best_order = rank.after, person.freed
    if best >= 0:
        not_free(center, best)
    return best


@compiled
def goes_first(
    busy: int, idle: int, after: int, order: int, busy_2: int, idle_2: int, after_2: int, order_2: int
) -> bool:
    """Does one free agent go before another of equal rank?"""
    if busy != busy_2:
        return busy < busy_2
    if idle != idle_2:
        return idle < idle_2
    if after != after_2:
        return after < after_2
    return order < order_2


@compiled
def is_held_back(center: Center, pool: int, kept_for: int, more: int) -> bool:
    """Does the pool keep its people with nothing in hand, and so many more, for other queues?"""
    row = pool_at(center.pools, pool)
    return kept_for == 0 and row.free + more <= row.keep


# -- work that can be interrupted ---------------------------------------------------------------------------


@compiled
def can_be_interrupted(center: Center, agent: int) -> None:
    person = agent_at(center.agents, agent)
    if person.interruptible == 0:
        person.interruptible = 1
        append(center.busy, center.busy_links, person.pool, agent)


@compiled
def cannot_be_interrupted(center: Center, agent: int) -> None:
    person = agent_at(center.agents, agent)
    if person.interruptible == 1:
        person.interruptible = 0
        unlink(center.busy, center.busy_links, person.pool, agent)


@compiled
def agent_to_interrupt(center: Center, queue: int, waited: int) -> int:
    row = queue_at(center.queues, queue)
    for place in range(row.first_pool, row.end_pool):
        pool = agent_row_at(center.agent_rows, place).pool
        agent = ends_at(center.busy, pool).tail
        if agent >= 0 and pair_at(center.pairs, pool * center.queue_count + queue).after <= waited:
            return agent
    return -1


# -- contacts -----------------------------------------------------------------------------------------------


@compiled
def wait(center: Center, leg: int, queue: int, since: int) -> None:
    put_behind(center.line_ends, center.line_links, queue, leg, last_before(center, queue, since))
    leg_at(center.legs, leg).waits = 1
    queue_at(center.queues, queue).waiting += 1
    center.waiting += 1


@compiled
def last_before(center: Center, queue: int, since: int) -> int:
    """The last in line of those who have waited as long or longer; -1: nobody has.

    Looked for from both ends: who has just come stands at one, work that was interrupted at the other.
    """
    end = ends_at(center.line_ends, queue)
    front, back = end.head, end.tail
    while back >= 0:
        if leg_at(center.legs, back).since <= since:
            return back
        if leg_at(center.legs, front).since > since:
            return link_at(center.line_links, front).before
        front = link_at(center.line_links, front).next
        back = link_at(center.line_links, back).before
    return -1


@compiled
def leave(center: Center, leg: int, queue: int) -> None:
    unlink(center.line_ends, center.line_links, queue, leg)
    leg_at(center.legs, leg).waits = 0
    queue_at(center.queues, queue).waiting -= 1
    center.waiting -= 1


@compiled
def empty(center: Center, queue: int) -> int:
    """Nobody waits any longer. Returns the first of who did; the others follow by their links."""
    end = ends_at(center.line_ends, queue)
    first = end.head
    leg = first
    while leg >= 0:
        leg_at(center.legs, leg).waits = 0
        leg = link_at(center.line_links, leg).next
    end.head = -1
    end.tail = -1
    row = queue_at(center.queues, queue)
    center.waiting -= row.waiting
    row.waiting = 0
    return first


@compiled
def contact_for(center: Center, agent: int, load: int, channel: int) -> int:
    pool = agent_at(center.agents, agent).pool
    rows = pool_at(center.pools, pool)
    best, best_place, best_queue = -1, -1, -1
    for place in range(rows.first_queue, rows.end_queue):
        queue = contact_row_at(center.contact_rows, place).queue
        leg = ends_at(center.line_ends, queue).head
        if leg < 0 or not takes(center, pool, queue, leg, load, channel):
            continue
        if best < 0 or beats(center, place, leg, best_place, best):
            best, best_place, best_queue = leg, place, queue
    if best >= 0:
        leave(center, best, best_queue)
    return best


@compiled
def takes(center: Center, pool: int, queue: int, leg: int, load: int, channel: int) -> bool:
    if load > 0:
        row = queue_at(center.queues, queue)
        if row.slots_channel != channel or row.slots_slots <= load:
            return False
    pair = pair_at(center.pairs, pool * center.queue_count + queue)
    if center.now - leg_at(center.legs, leg).since < pair.after:
        return False
    return load > 0 or not is_held_back(center, pool, pair.kept_for, 1)


@compiled
def beats(center: Center, place: int, leg: int, best_place: int, best: int) -> bool:
    """Does the head of one queue go before the head of another?"""
    row = contact_row_at(center.contact_rows, place)
    best_row = contact_row_at(center.contact_rows, best_place)
    queue, best_queue = queue_at(center.queues, row.queue), queue_at(center.queues, best_row.queue)
    since, best_since = leg_at(center.legs, leg).since, leg_at(center.legs, best).since
    for number in range(center.criterion_count):
        criterion = cell(center.criteria, number)
        mine, other = since, best_since
        if criterion == PREFERENCE:
            mine, other = row.preference, best_row.preference
        elif criterion == PRIORITY:
            mine = -(queue.priority_base + queue.priority_growth * (center.now - since))
            other = -(best_queue.priority_base + best_queue.priority_growth * (center.now - best_since))
        elif criterion == WEIGHTED_WAIT:
            mine = -queue.weight * (center.now - since)
            other = -best_queue.weight * (center.now - best_since)
        if mine != other:
            return mine < other
    return row.queue < best_row.queue
