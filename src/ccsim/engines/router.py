"""The two questions of the field: which agent for this contact, and which contact for this agent.

*Which agent?* Among the free agents of the pools that may serve the queue: smallest rank of the criteria
ahead of longest idle (the queue's preference, best speed); then, where agents have several contacts open, the
least or the most loaded; then who has been idle for longest, times the weight of the group; then the smallest
rank of the criteria behind it; then who became free first. A pool that holds people back for other queues
does not count while only those are left; who has contacts open is not held back. A pool that may help only
after a delay does not count before.

*Which contact?* Of each queue that the agent's pool may serve only the head counts: contacts of one queue are
ordered by how long they have waited, and grow in priority alike. Heads are compared by the scenario's
criteria in their order (the group's preference; priority = base + growth x wait, highest first; longest wait;
longest weighted wait), then by queue.

A policy of your own is a subclass of :class:`Router` that answers :meth:`Router.agent_for` or
:meth:`Router.contact_for` in another way.
"""

from __future__ import annotations

from collections import OrderedDict

from ccsim.compiler.program import Program
from ccsim.kinds import ContactCriterion

Load = tuple[int, int]  # contacts open, and of which channel; (0, -1) for who has nothing in hand
NOTHING: Load = (0, -1)


class Router:
    """Who is free, who waits, and who meets whom. Times are microseconds, ids are the Program's."""

    def __init__(self, program: Program) -> None:
        routing, journey = program.routing, program.journey
        queues, pools = len(program.lines), len(routing.contact_start) - 1
        self._pools_of_queue = [
            list(
                zip(
                    routing.agent_rank_before[a:b].tolist(),
                    routing.agent_rank_after[a:b].tolist(),
                    routing.agent_pools[a:b].tolist(),
                    strict=True,
                )
            )
            for a, b in zip(routing.agent_start[:-1], routing.agent_start[1:], strict=True)
        ]
        self._queues_of_pool = [
            list(
                zip(
                    routing.contact_preference[a:b].tolist(),
                    routing.contact_queues[a:b].tolist(),
                    strict=True,
                )
            )
            for a, b in zip(routing.contact_start[:-1], routing.contact_start[1:], strict=True)
        ]
        self._criteria = [ContactCriterion(c) for c in routing.contact_criteria.tolist()]
        self._base: list[int] = program.priority_base.tolist()
        self._growth: list[int] = program.priority_growth.tolist()
        self._agent_pool: list[int] = program.agent_pool.tolist()
        self._after: list[list[int]] = journey.pairs.after.tolist()
        self._keep: list[int] = journey.pairs.keep.tolist()
        self._kept_for: list[list[int]] = journey.pairs.kept_for.tolist()
        self._weight: list[list[int]] = journey.pairs.weight.tolist()
        self._queue_weight: list[int] = journey.pairs.queue_weight.tolist()
        self._slots: list[int] = journey.slots.slots.tolist()
        self._channel: list[int] = journey.slots.channel.tolist()
        self._most_loaded: list[int] = journey.slots.most_loaded.tolist()
        # free agents by pool and load: since when, and the how-manieth to become free
        self._free: list[dict[Load, OrderedDict[int, tuple[int, int]]]] = [{} for _ in range(pools)]
        self._load: dict[int, Load] = {}  # of every free agent
        self._interruptible: list[OrderedDict[int, int]] = [OrderedDict() for _ in range(pools)]
        self._waiting: list[OrderedDict[int, int]] = [OrderedDict() for _ in range(queues)]
        self._freed = 0  # agents that became free so far: the last tie-breaker

    # -- agents ---------------------------------------------------------------------------------------------

    def pools_of(self, queue: int) -> list[int]:
        """The pools that may serve a queue, now or later."""
        return [pool for _, _, pool in self._pools_of_queue[queue]]

    def free(self, agent: int, now: int, load: Load = NOTHING) -> None:
        """The agent can take (more) contacts, and joins its pool's free ones of that load at the end."""
        self._freed += 1
        pool = self._agent_pool[agent]
        self._free[pool].setdefault(load, OrderedDict())[agent] = (now, self._freed)
        self._load[agent] = load

    def not_free(self, agent: int) -> None:
        """The agent leaves the free ones, if it was one of them."""
        load = self._load.pop(agent, None)
        if load is not None:
            del self._free[self._agent_pool[agent]][load][agent]

    def is_free(self, agent: int) -> bool:
        """Can the agent take (more) contacts?"""
        return agent in self._load

    def free_agents(self, pool: int) -> list[int]:
        """Those of a pool who can take (more) contacts: fewest open first, then free for longest."""
        return [agent for load in sorted(self._free[pool]) for agent in self._free[pool][load]]

    def agent_for(self, queue: int, waited: int, now: int) -> int:
        """Take the free agent that a contact of the queue gets; -1: nobody is free for it."""
        best: tuple[int, int, int, int, int, int] | None = None
        for rank_before, rank_after, pool in self._pools_of_queue[queue]:
            if best is not None and rank_before > best[0]:
                break  # rows ascend by this rank
            if self._after[pool][queue] > waited:
                continue
            for load in self._loads(queue):
                free = self._free[pool].get(load)
                if not free or (load == NOTHING and self._is_held_back(pool, queue, len(free))):
                    continue
                agent, (since, order) = next(iter(free.items()))
                busy = -load[0] if self._most_loaded[queue] else load[0]
                idle = -self._weight[pool][queue] * (now - since)
                key = (rank_before, busy, idle, rank_after, order, agent)
                if best is None or key < best:
                    best = key
        if best is None:
            return -1
        agent = best[-1]
        self.not_free(agent)
        return agent

    def _loads(self, queue: int) -> list[Load]:
        """The loads that leave room for one more contact of the queue."""
        channel = self._channel[queue]
        return [NOTHING, *((open_now, channel) for open_now in range(1, self._slots[queue]))]

    def _is_held_back(self, pool: int, queue: int, idle: int) -> bool:
        """Does the pool keep all of so many people with nothing in hand for other queues?"""
        return self._kept_for[pool][queue] == 0 and idle <= self._keep[pool]

    def open(self, pool: int, queue: int, after: int) -> None:
        """From now on the pool may take contacts of the queue after this delay; a rule says so."""
        self._after[pool][queue] = after

    # -- work that can be interrupted -----------------------------------------------------------------------

    def can_be_interrupted(self, agent: int) -> None:
        """The agent has begun work that a contact of another queue may interrupt."""
        self._interruptible[self._agent_pool[agent]][agent] = 1

    def cannot_be_interrupted(self, agent: int) -> None:
        self._interruptible[self._agent_pool[agent]].pop(agent, None)

    def agent_to_interrupt(self, queue: int, waited: int) -> int:
        """Of the best-ranked pool with such people the one who began last; -1: nobody. Nobody is taken."""
        for _, _, pool in self._pools_of_queue[queue]:
            if self._after[pool][queue] <= waited and self._interruptible[pool]:
                last: int = next(reversed(self._interruptible[pool]))
                return last
        return -1

    # -- contacts -------------------------------------------------------------------------------------------

    def wait(self, leg: int, queue: int, since: int) -> None:
        """The leg joins the line, behind all that have waited as long or longer."""
        line = self._waiting[queue]
        if not line or next(reversed(line.values())) <= since:
            line[leg] = since
        elif since < next(iter(line.values())):
            line[leg] = since
            line.move_to_end(leg, last=False)
        else:
            behind = [other for other, began in line.items() if began > since]
            line[leg] = since
            for other in behind:
                line.move_to_end(other)

    def waiting(self, queue: int) -> int:
        """How many wait."""
        return len(self._waiting[queue])

    def waits(self, leg: int, queue: int) -> bool:
        """Is the leg in the line?"""
        return leg in self._waiting[queue]

    def leave(self, leg: int, queue: int) -> None:
        """Take the leg out of the line."""
        del self._waiting[queue][leg]

    def empty(self, queue: int) -> list[int]:
        """Take everybody out of the line, longest wait first."""
        legs = list(self._waiting[queue])
        self._waiting[queue].clear()
        return legs

    def contact_for(self, agent: int, now: int, load: Load = NOTHING) -> int:
        """Take the waiting leg that an agent serves next; -1: nobody waits for it.

        An agent with contacts in hand takes more of their channel only.
        """
        pool = self._agent_pool[agent]
        heads = [
            (preference, queue)
            for preference, queue in self._queues_of_pool[pool]
            if self._waiting[queue] and self._takes(pool, queue, now, load)
        ]
        if not heads:
            return -1
        if len(heads) > 1:
            heads.sort(key=lambda row: self._rank(row[0], row[1], now))
        leg: int = self._waiting[heads[0][1]].popitem(last=False)[0]
        return leg

    def _takes(self, pool: int, queue: int, now: int, load: Load) -> bool:
        """May an agent of the pool with this load take the head of the queue?"""
        if load != NOTHING and (self._channel[queue] != load[1] or self._slots[queue] <= load[0]):
            return False
        if now - next(iter(self._waiting[queue].values())) < self._after[pool][queue]:
            return False
        idle = len(self._free[pool].get(NOTHING, ())) + 1  # the agent, too
        return load != NOTHING or not self._is_held_back(pool, queue, idle)

    def _rank(self, preference: int, queue: int, now: int) -> tuple[int, ...]:
        """What the head of a queue is compared by; smaller goes first."""
        since = next(iter(self._waiting[queue].values()))
        return (*(self._value(c, preference, queue, since, now) for c in self._criteria), queue)

    def _value(self, criterion: ContactCriterion, preference: int, queue: int, since: int, now: int) -> int:
        """What a criterion makes of the head of a queue; smaller is better."""
        if criterion is ContactCriterion.PREFERENCE:
            return preference
        if criterion is ContactCriterion.PRIORITY:
            return -(self._base[queue] + self._growth[queue] * (now - since))
        if criterion is ContactCriterion.WEIGHTED_WAIT:
            return -self._queue_weight[queue] * (now - since)
        return since
