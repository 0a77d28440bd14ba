"""Urgent work interrupts other work, which is resumed where it was left: preemptive-resume priorities.

- One agent, any law of the work: Kleinrock, "Queueing Systems" II (1976), section 3.5; also Adan and Resing,
  "Queueing Systems" (2015), section 9.2: mean time in the system of class k, s_k = load of classes 1 .. k,
  E[T_k] = E[S_k] / (1 - s_{k-1}) + sum_{i <= k} rate_i E[S_i^2] / 2 / ((1 - s_{k-1}) (1 - s_k)).
- c agents, exponential work: the chain of both numbers. With equal means class 1 alone and both classes
  together are M/M/c.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.theory.exact.chain import Chain


def one_agent(rates: Sequence[float], means: Sequence[float], squares: Sequence[float]) -> list[float]:
    """Mean time in the system of each class, the first interrupts all others. ``squares``: E[S^2]."""
    times, before, rest = [], 0.0, 0.0
    for rate, mean, square in zip(rates, means, squares, strict=True):
        upto = before + rate * mean
        rest += rate * square / 2
        times.append(mean / (1 - before) + rest / ((1 - before) * (1 - upto)))
        before = upto
    return times


@dataclass(frozen=True, slots=True)
class PreemptionResult:
    """Long-run figures; seconds."""

    urgent_wait_probability: float
    urgent_time_s: float  # in the system
    other_time_s: float
    interruptions: float  # per other contact
    other_waits: float  # share of others that find nobody free


@dataclass(frozen=True, slots=True)
class TwoClasses:
    """Arrivals per second and mean work of urgent and other contacts; ``agents`` serve both."""

    rates: tuple[float, float]
    work_s: tuple[float, float]
    agents: int
    caps: tuple[int, int]

    def solve(self) -> PreemptionResult:
        """From the chain."""
        c = self.agents

        def in_work(state: tuple[int, int]) -> int:
            return min(state[1], c - min(state[0], c))

        def moves(state: tuple[int, int]) -> Iterator[tuple[tuple[int, int], float]]:
            urgent, other = state
            if urgent < self.caps[0]:
                yield (urgent + 1, other), self.rates[0]
            if other < self.caps[1]:
                yield (urgent, other + 1), self.rates[1]
            if urgent:
                yield (urgent - 1, other), min(urgent, c) / self.work_s[0]
            if in_work(state):
                yield (urgent, other - 1), in_work(state) / self.work_s[1]

        chain = Chain([(0, 0)], moves)
        law = chain.stationary()
        cut = chain.expect(law, lambda s: s[0] == self.caps[0] or s[1] == self.caps[1])
        assert cut < 1e-9, f"more places are needed: {cut}"
        stopped = chain.expect(law, lambda s: s[0] < c <= sum(s))
        return PreemptionResult(
            chain.expect(law, lambda s: s[0] >= c),
            chain.expect(law, lambda s: s[0]) / self.rates[0],
            chain.expect(law, lambda s: s[1]) / self.rates[1],
            self.rates[0] * stopped / self.rates[1],
            chain.expect(law, lambda s: sum(s) >= c),
        )
