"""V-, N-, X-, M- and W-designs with static priorities: several queues, several groups, customers who give up.

A contact takes a free agent of the first group in its queue's order; a freed agent takes the first queue in
the group's order in which somebody waits. Handle times are exponential with a mean by group. The chain of
(busy agents by group, waiting by queue) is solved with the waiting cut off. Queues wait only while every
group that serves them is busy, which keeps the chain small.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.theory.exact.chain import Chain

State = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class QueueResult:
    """Long-run figures of one queue."""

    wait_probability: float
    mean_wait_s: float
    abandonment_rate: float


@dataclass(frozen=True, slots=True)
class Design:
    """Arrivals per second and patience by queue; agents and handle times by group.

    ``asks``: by queue, the groups that serve it, best first. ``takes``: by group, its queues, first ones
    first.
    """

    rates: tuple[float, ...]
    patience_s: tuple[float, ...]
    agents: tuple[int, ...]
    handle_s: tuple[float, ...]
    asks: tuple[tuple[int, ...], ...]
    takes: tuple[tuple[int, ...], ...]
    caps: tuple[int, ...]

    def _moves(self, state: State) -> Iterator[tuple[State, float]]:
        groups = len(self.agents)
        for queue, rate in enumerate(self.rates):
            free = [g for g in self.asks[queue] if state[g] < self.agents[g]]
            if free:
                yield _with(state, free[0], +1), rate
            elif state[groups + queue] < self.caps[queue]:
                yield _with(state, groups + queue, +1), rate
            if state[groups + queue]:
                left = state[groups + queue] / self.patience_s[queue]
                yield _with(state, groups + queue, -1), left
        for group in range(groups):
            if state[group]:
                waiting = [q for q in self.takes[group] if state[groups + q]]
                place = groups + waiting[0] if waiting else group
                yield _with(state, place, -1), state[group] / self.handle_s[group]

    def solve(self) -> tuple[list[QueueResult], list[float]]:
        """Figures by queue, and busy agents by group."""
        groups = len(self.agents)
        chain = Chain([(0,) * (groups + len(self.rates))], self._moves)
        law = chain.stationary()
        results = []
        for q, rate in enumerate(self.rates):
            cut = chain.expect(law, lambda s, q=q: s[groups + q] == self.caps[q])
            assert cut < 1e-8, f"queue {q}: more waiting places are needed: {cut}"
            none_free = chain.expect(law, lambda s, q=q: all(s[g] == self.agents[g] for g in self.asks[q]))
            wait = chain.expect(law, lambda s, q=q: s[groups + q]) / rate
            results.append(QueueResult(none_free, wait, wait / self.patience_s[q]))
        return results, [chain.expect(law, lambda s, g=g: s[g]) for g in range(groups)]


def _with(state: State, place: int, by: int) -> State:
    return (*state[:place], state[place] + by, *state[place + 1 :])


def v_design(rates: tuple[float, float], patience_s: float, agents: int, handle_s: float) -> Design:
    """Two queues, one group, which takes the first queue first."""
    return Design(rates, (patience_s,) * 2, (agents,), (handle_s,), ((0,), (0,)), ((0, 1),), (40, 60))
