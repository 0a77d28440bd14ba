"""The N-model: specialists serve queue 1 only, generalists serve both; static priority; customers abandon.

A contact of queue 1 takes a free specialist before a free generalist; a freed specialist takes queue 1; a
freed generalist takes the queue with priority first. Handle times are exponential with a mean by group. The
chain of (specialists busy, generalists busy, waiting 1, waiting 2) is solved with the waiting cut off at a
cap each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.theory.exact.chain import Chain

State = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class QueueResult:
    """Long-run figures of one queue."""

    wait_probability: float
    mean_wait_s: float
    abandonment_rate: float


@dataclass(frozen=True, slots=True)
class NModel:
    """Arrivals per second and patience by queue; agents and handle times of specialists and generalists."""

    rates: tuple[float, float]
    patience_s: tuple[float, float]
    agents: tuple[int, int]
    handle_s: tuple[float, float]
    first: int  # the queue (1 or 2) that generalists take first
    caps: tuple[int, int]

    def _moves(self, state: State) -> Iterator[tuple[State, float]]:
        special, general, one, two = state
        if special < self.agents[0]:
            yield (special + 1, general, one, two), self.rates[0]
        elif general < self.agents[1]:
            yield (special, general + 1, one, two), self.rates[0]
        elif one < self.caps[0]:
            yield (special, general, one + 1, two), self.rates[0]
        if general < self.agents[1]:
            yield (special, general + 1, one, two), self.rates[1]
        elif two < self.caps[1]:
            yield (special, general, one, two + 1), self.rates[1]
        if one:
            yield (special, general, one - 1, two), one / self.patience_s[0]
        if two:
            yield (special, general, one, two - 1), two / self.patience_s[1]
        if special:
            after = (special, general, one - 1, two) if one else (special - 1, general, one, two)
            yield after, special / self.handle_s[0]
        if general:
            yield self._generalist_freed(state), general / self.handle_s[1]

    def _generalist_freed(self, state: State) -> State:
        special, general, one, two = state
        if one and (self.first == 1 or not two):
            return (special, general, one - 1, two)
        if two:
            return (special, general, one, two - 1)
        return (special, general - 1, one, two)

    def solve(self) -> tuple[QueueResult, QueueResult]:
        """Figures of queue 1 and of queue 2."""
        chain = Chain([(0, 0, 0, 0)], self._moves)
        law = chain.stationary()
        cut = chain.expect(law, lambda s: s[2] == self.caps[0] or s[3] == self.caps[1])
        assert cut < 1e-9, f"more waiting places are needed: {cut}"
        results = []
        for queue in (0, 1):
            waiting = chain.expect(law, lambda s, queue=queue: s[2 + queue])
            if queue == 0:
                none_free = chain.expect(law, lambda s: s[0] == self.agents[0] and s[1] == self.agents[1])
            else:
                none_free = chain.expect(law, lambda s: s[1] == self.agents[1])
            wait = waiting / self.rates[queue]
            results.append(QueueResult(none_free, wait, wait / self.patience_s[queue]))
        return results[0], results[1]
