"""M/D/c: every handle time is the same, D.

Crommelin (1932): whoever is in service now has left after D and nobody who arrives meanwhile has, so the
number in the system is a Markov chain at the instants 0, D, 2D, ...: ``max(n - c, 0)`` plus a Poisson
number. Its stationary law is also the law at any time. The law of the wait follows by counting (Franx 2001,
Operations Research Letters 29): with ``(k-1) D <= x < k D`` and Q(i) the probability of at most i waiting,
``P(W <= x) = sum over j < kc of Poisson(j; rate (kD - x)) Q(kc - 1 - j)``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import poisson

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FixedLine:
    """Long-run law of the number in the system, and the waits that follow."""

    rate: float
    handle_s: float
    agents: int
    shares: Floats

    @property
    def wait_probability(self) -> float:
        return float(self.shares[self.agents :].sum())

    @property
    def mean_wait_s(self) -> float:
        waiting = np.maximum(np.arange(len(self.shares)) - self.agents, 0)
        return float(self.shares @ waiting) / self.rate

    def level(self, within_s: float) -> float:
        """P(W <= within_s)."""
        at_most = np.cumsum(
            np.concatenate([[self.shares[: self.agents + 1].sum()], self.shares[self.agents + 1 :]])
        )
        k = math.floor(within_s / self.handle_s) + 1
        last = k * self.agents - 1
        counts = np.arange(last + 1)
        queue = at_most[np.minimum(last - counts, len(at_most) - 1)]
        return float(poisson.pmf(counts, self.rate * (k * self.handle_s - within_s)) @ queue)


def solve(rate: float, handle_s: float, agents: int, places: int = 600) -> FixedLine:
    """Solve the chain cut off at ``places``; refuses when the cut is felt."""
    arriving = poisson.pmf(np.arange(places), rate * handle_s)
    transition = np.zeros((places, places))
    for n in range(places):
        left = max(n - agents, 0)
        transition[n, left:] = arriving[: places - left]
    transition[:, -1] += 1 - transition.sum(axis=1)
    system = transition.T - np.eye(places)
    system[0] = 1.0
    right = np.zeros(places)
    right[0] = 1.0
    shares = np.linalg.solve(system, right)
    assert abs(shares[-20:]).sum() < 1e-11, "more places are needed"
    return FixedLine(rate, handle_s, agents, shares)
