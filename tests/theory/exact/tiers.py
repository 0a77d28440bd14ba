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
