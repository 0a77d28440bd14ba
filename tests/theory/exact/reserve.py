"""Agents held back for the important: trunk reservation with two queues, both of which may wait and give up.

Other contacts are taken only while more than ``keep`` agents are free, important ones always, and first.
The state is (busy agents, important waiting, others waiting). Without places to wait the chain is
one-dimensional and its law is a product (Miller 1969, "A queueing reward system with several customer
classes"; Kelly 1991, "Loss networks").
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from tests.theory.exact.chain import Chain
from tests.theory.exact.designs import QueueResult

State = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Reserve:
    """Arrivals per second and patience of important and other contacts; all take ``handle_s`` on average."""

    rates: tuple[float, float]
    patience_s: tuple[float, float]
    agents: int
    keep: int
    handle_s: float
    caps: tuple[int, int]

    def _moves(self, state: State) -> Iterator[tuple[State, float]]:
        busy, one, two = state
        if busy < self.agents:
            yield (busy + 1, one, two), self.rates[0]
        elif one < self.caps[0]:
            yield (busy, one + 1, two), self.rates[0]
        if busy < self.agents - self.keep:
            yield (busy + 1, one, two), self.rates[1]
        elif two < self.caps[1]:
            yield (busy, one, two + 1), self.rates[1]
        if one:
            yield (busy, one - 1, two), one / self.patience_s[0]
        if two:
            yield (busy, one, two - 1), two / self.patience_s[1]
        if busy:
            if one:
                after = (busy, one - 1, two)
            elif two and busy - 1 < self.agents - self.keep:
                after = (busy, one, two - 1)
            else:
                after = (busy - 1, one, two)
            yield after, busy / self.handle_s

    def solve(self) -> tuple[QueueResult, QueueResult]:
        """Important contacts, others."""
        chain = Chain([(0, 0, 0)], self._moves)
        law = chain.stationary()
        if min(self.caps):
            cut = chain.expect(law, lambda s: s[1] == self.caps[0] or s[2] == self.caps[1])
            assert cut < 1e-8, f"more waiting places are needed: {cut}"
        results = []
        for queue, full in ((0, self.agents), (1, self.agents - self.keep)):
            waits = chain.expect(law, lambda s, full=full: s[0] >= full)
            time = chain.expect(law, lambda s, queue=queue: s[1 + queue]) / self.rates[queue]
            results.append(QueueResult(waits, time, time / self.patience_s[queue]))
        return results[0], results[1]


def without_waiting(
    rates: tuple[float, float], agents: int, keep: int, handle_s: float
) -> tuple[float, float]:
    """Blocked shares of important and other contacts where nobody can wait: a product of ratios."""
    weights = [1.0]
    for busy in range(agents):
        rate = rates[0] + (rates[1] if busy < agents - keep else 0.0)
        weights.append(weights[-1] * rate * handle_s / (busy + 1))
    total = math.fsum(weights)
    return weights[-1] / total, math.fsum(weights[agents - keep :]) / total
