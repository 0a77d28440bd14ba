"""An offer to change to another queue instead of waiting: the chain of both lines.

Who finds all agents of the first line busy and at least so many waiting is offered the second, and a share
takes it; there it is served, or waits, as if it had come there. Customers of both lines give up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.theory.exact.chain import Chain


@dataclass(frozen=True, slots=True)
class DeflectionResult:
    """Long-run shares and seconds; those of the second line are of all who came or were sent there."""

    deflected: float  # of those who came to the first line
    wait_probability: tuple[float, float]  # of those who came and were not deflected; of all of line two
    abandoned: tuple[float, float]
    mean_wait_s: tuple[float, float]
    offered: float  # to the second line, per second


@dataclass(frozen=True, slots=True)
class Deflection:
    """Per second and seconds, by line; offered where ``offered_from`` or more wait."""

    rates: tuple[float, float]
    handle_s: tuple[float, float]
    patience_s: tuple[float, float]
    agents: tuple[int, int]
    offered_from: int
    share: float
    caps: tuple[int, int]

    def _offers(self, first: int) -> bool:
        return first - self.agents[0] >= self.offered_from

    def solve(self) -> DeflectionResult:
        """From the chain of the numbers in both lines."""

        def moves(state: tuple[int, int]) -> Iterator[tuple[tuple[int, int], float]]:
            first, second = state
            sent = self.share if self._offers(first) else 0.0
            if first < self.caps[0]:
                yield (first + 1, second), self.rates[0] * (1 - sent)
            if second < self.caps[1]:
                yield (first, second + 1), self.rates[1] + self.rates[0] * sent
            for line, number in enumerate(state):
                if number:
                    served, waiting = min(number, self.agents[line]), max(number - self.agents[line], 0)
                    rate = served / self.handle_s[line] + waiting / self.patience_s[line]
                    yield ((first - 1, second) if line == 0 else (first, second - 1)), rate

        chain = Chain([(0, 0)], moves)
        law = chain.stationary()
        cut = chain.expect(law, lambda s: s[0] == self.caps[0] or s[1] == self.caps[1])
        assert cut < 1e-9, "more places are needed"
        c = self.agents
        deflected = self.share * chain.expect(law, lambda s: self._offers(s[0]))
        offered = self.rates[1] + self.rates[0] * deflected
        waiting = [chain.expect(law, lambda s, i=i: max(s[i] - c[i], 0)) for i in (0, 1)]
        busy = self.rates[1] * chain.expect(law, lambda s: s[1] >= c[1])
        busy += self.rates[0] * self.share * chain.expect(law, lambda s: self._offers(s[0]) and s[1] >= c[1])
        stay = self.rates[0] * (1 - deflected)
        first_waits = (chain.expect(law, lambda s: s[0] >= c[0]) - deflected) / (1 - deflected)
        return DeflectionResult(
            deflected,
            (first_waits, busy / offered),
            (waiting[0] / self.patience_s[0] / stay, waiting[1] / self.patience_s[1] / offered),
            (waiting[0] / stay, waiting[1] / offered),
            offered,
        )
