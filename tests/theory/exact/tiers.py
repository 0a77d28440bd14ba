"""Two tiers: who has been treated by tier 1 is referred to tier 2 with a given share.

- Nobody gives up: a Jackson network. The output of M/M/c is Poisson (Burke 1956) and tier 2 is M/M/c as well;
  the law of the numbers in both tiers is the product of the two.
- Customers give up in both queues: the chain of both numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from tests.theory.exact import birth_death
from tests.theory.exact.chain import Chain


@dataclass(frozen=True, slots=True)
class TierResult:
    """Long-run figures of one tier."""

    offered: float  # per second
    wait_probability: float
    mean_wait_s: float
    abandonment_rate: float


@dataclass(frozen=True, slots=True)
class TwoTiers:
    """Fresh arrivals per second, agents, handle times and patience by tier; ``share`` goes from 1 to 2."""

    rates: tuple[float, float]
    agents: tuple[int, int]
    handle_s: tuple[float, float]
    share: float
    patience_s: tuple[float, float] = (math.inf, math.inf)
    caps: tuple[int, int] = (60, 60)  # most in each tier

    def solve(self) -> tuple[TierResult, TierResult, float]:
        """Both tiers from the chain, and P(somebody waits in both)."""

        def moves(state: tuple[int, int]) -> Iterator[tuple[tuple[int, int], float]]:
            one, two = state
            more = min(two + 1, self.caps[1])
            if one < self.caps[0]:
                yield (one + 1, two), self.rates[0]
            if two < self.caps[1] and self.rates[1]:
                yield (one, two + 1), self.rates[1]
            treated = min(one, self.agents[0]) / self.handle_s[0]
            if one:
                if self.share < 1:
                    yield (one - 1, two), treated * (1 - self.share)
                if self.share:
                    yield (one - 1, more), treated * self.share
            if one > self.agents[0] and self.patience_s[0] < math.inf:
                yield (one - 1, two), (one - self.agents[0]) / self.patience_s[0]
            if two:
                leaves = max(two - self.agents[1], 0) / self.patience_s[1]
                yield (one, two - 1), min(two, self.agents[1]) / self.handle_s[1] + leaves

        chain = Chain([(0, 0)], moves)
        law = chain.stationary()
        cut = chain.expect(law, lambda s: s[0] == self.caps[0] or s[1] == self.caps[1])
        assert cut < 1e-9, f"larger tiers are needed: {cut}"
        c = self.agents
        treated = chain.expect(law, lambda s: min(s[0], c[0])) / self.handle_s[0]
        waiting = [chain.expect(law, lambda s, i=i: max(s[i] - c[i], 0)) for i in (0, 1)]
        first = TierResult(
            self.rates[0],
            chain.expect(law, lambda s: s[0] >= c[0]),
            waiting[0] / self.rates[0],
            waiting[0] / self.patience_s[0] / self.rates[0],
        )
        offered = self.rates[1] + self.share * treated
        # who is referred sees tier 2 as it is when tier 1 finishes somebody, which is not its law over time
        busy = chain.expect(law, lambda s: (s[1] >= c[1]) * min(s[0], c[0])) / self.handle_s[0]
        found = self.rates[1] * chain.expect(law, lambda s: s[1] >= c[1]) + self.share * busy
        second = TierResult(
            offered, found / offered, waiting[1] / offered, waiting[1] / self.patience_s[1] / offered
        )
        return first, second, chain.expect(law, lambda s: s[0] > c[0] and s[1] > c[1])

    def product_form(self) -> tuple[birth_death.Line, birth_death.Line]:
        """Both tiers where nobody gives up: each is M/M/c, independent of the other at any moment."""
        offered = self.rates[1] + self.share * self.rates[0]
        return (
            birth_death.solve(self.rates[0], self.handle_s[0], self.agents[0]),
            birth_death.solve(offered, self.handle_s[1], self.agents[1]),
        )


@dataclass(frozen=True, slots=True)
class WarmTiers:
    """Two tiers with warm hand-overs: the first agent stays until the next one answers, then both explain.

    All of tier 2's contacts come from tier 1, so its line is made of customers with an agent who stays. The
    state is (talking or waiting in tier 1, waiting for tier 2, being handed over, talking in tier 2).
    """

    rate: float
    agents: tuple[int, int]
    talk_s: tuple[float, float]
    handover_s: float
    share: float
    patience_s: tuple[float, float]
    cap: int

    def solve(self) -> tuple[TierResult, TierResult, float]:
        """Both tiers, and the mean number of tier 1's agents who stay with a waiting customer."""
        c1, c2 = self.agents

        def talking(state: tuple[int, int, int, int]) -> int:
            return min(state[0], c1 - state[1] - state[2])

        def moves(
            state: tuple[int, int, int, int],
        ) -> Iterator[tuple[tuple[int, int, int, int], float]]:
            first, held, both, second = state
            if first < self.cap:
                yield (first + 1, held, both, second), self.rate
            if talking(state):
                ends = talking(state) / self.talk_s[0]
                yield (first - 1, held, both, second), ends * (1 - self.share)
                free = both + second < c2
                yield (first - 1, held + (not free), both + free, second), ends * self.share
            if first > talking(state):
                left = (first - talking(state)) / self.patience_s[0]
                yield (first - 1, held, both, second), left
            if held:
                yield (first, held - 1, both, second), held / self.patience_s[1]
            if both:
                yield (first, held, both - 1, second + 1), both / self.handover_s
            if second:
                after = (held - 1, both + 1) if held else (held, both)
                yield (first, *after, second - 1), second / self.talk_s[1]

        chain = Chain([(0, 0, 0, 0)], moves)
        law = chain.stationary()
        assert chain.expect(law, lambda s: s[0] == self.cap) < 1e-9, "a longer line is needed"
        waiting = chain.expect(law, lambda s: s[0] - talking(s))
        held = chain.expect(law, lambda s: s[1])
        offered = self.share * chain.expect(law, talking) / self.talk_s[0]
        found = self.share * chain.expect(law, lambda s: talking(s) * (s[2] + s[3] == c2)) / self.talk_s[0]
        first = TierResult(
            self.rate,
            chain.expect(law, lambda s: s[0] >= c1 - s[1] - s[2]),
            waiting / self.rate,
            waiting / self.patience_s[0] / self.rate,
        )
        second = TierResult(offered, found / offered, held / offered, held / self.patience_s[1] / offered)
        return first, second, held
