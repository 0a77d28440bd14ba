"""The two questions of the field: which agent for this contact, and which contact for this agent.

*Which agent?* Among the free agents of the pools that serve the queue: smallest rank of the criteria ahead of
longest idle (the queue's preference, best speed), then who has been idle for longest, then the smallest rank
of the criteria behind it, then who became free first.

*Which contact?* Of each queue that the agent's pool serves only the head counts: contacts of one queue wait
in order of arrival and grow in priority alike. Heads are compared by the scenario's criteria in their order
(the group's preference; priority = base + growth x wait, highest first; longest wait), then by queue.
"""

from __future__ import annotations

from collections import OrderedDict

from ccsim.compiler.program import Program
from ccsim.kinds import ContactCriterion


class Router:
    """Free agents and waiting legs, and the rules between them."""

    def __init__(self, program: Program) -> None:
        routing = program.routing
        queues, pools = len(program.labels.queues), len(routing.contact_start) - 1
        starts = routing.agent_start.tolist()
        rows: list[tuple[int, int, int]] = list(
            zip(
                routing.agent_rank_before.tolist(),
                routing.agent_rank_after.tolist(),
                routing.agent_pools.tolist(),
                strict=True,
            )
        )
        self._pools_of_queue = [rows[starts[q] : starts[q + 1]] for q in range(queues)]
        starts = routing.contact_start.tolist()
        pairs: list[tuple[int, int]] = list(
            zip(routing.contact_preference.tolist(), routing.contact_queues.tolist(), strict=True)
        )
        self._queues_of_pool = [pairs[starts[p] : starts[p + 1]] for p in range(pools)]
        self._criteria = [ContactCriterion(code) for code in routing.contact_criteria.tolist()]
        self._base: list[int] = program.priority_base.tolist()
        self._growth: list[int] = program.priority_growth.tolist()
        self._agent_pool: list[int] = program.agent_pool.tolist()
        self._free: list[OrderedDict[int, tuple[int, int]]] = [OrderedDict() for _ in range(pools)]
        self._waiting: list[OrderedDict[int, int]] = [OrderedDict() for _ in range(queues)]
        self._freed = 0  # agents that became free so far: the last tie-breaker

    # -- agents ---------------------------------------------------------------------------------------------

    def free(self, agent: int, now: int) -> None:
        """The agent joins the free ones of its pool, behind who is idle for longer."""
        self._freed += 1
        self._free[self._agent_pool[agent]][agent] = (now, self._freed)

    def not_free(self, agent: int) -> None:
        """The agent leaves the free ones, if it was one of them."""
        self._free[self._agent_pool[agent]].pop(agent, None)

    def agent_for(self, queue: int) -> int:
        """Take the free agent that a contact of the queue gets; -1: nobody is free."""
        best: tuple[int, int, int, int, int] | None = None
        for rank_before, rank_after, pool in self._pools_of_queue[queue]:
            free = self._free[pool]
            if not free:
                continue
            if best is not None and rank_before > best[0]:
                break  # rows ascend by this rank
            agent, (since, order) = next(iter(free.items()))
            key = (rank_before, since, rank_after, order, agent)
            if best is None or key < best:
                best = key
        if best is None:
            return -1
        agent = best[-1]
        self.not_free(agent)
        return agent

    # -- contacts -------------------------------------------------------------------------------------------

    def wait(self, leg: int, queue: int, now: int) -> None:
        """The leg joins the end of the line."""
        self._waiting[queue][leg] = now

    def waiting(self, queue: int) -> int:
        """How many wait."""
        return len(self._waiting[queue])

    def leave(self, leg: int, queue: int) -> bool:
        """Take the leg out of the line; False where it no longer waits."""
        return self._waiting[queue].pop(leg, None) is not None

    def empty(self, queue: int) -> list[int]:
        """Take everybody out of the line, longest wait first."""
        legs = list(self._waiting[queue])
        self._waiting[queue].clear()
        return legs

    def contact_for(self, agent: int, now: int) -> int:
        """Take the waiting leg that a freed agent serves next; -1: nobody waits for it."""
        waiting = [row for row in self._queues_of_pool[self._agent_pool[agent]] if self._waiting[row[1]]]
        if not waiting:
            return -1
        if len(waiting) > 1:
            waiting.sort(key=lambda row: self._rank(row[0], row[1], now))
        leg, _ = self._waiting[waiting[0][1]].popitem(last=False)
        return leg

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
        return since
