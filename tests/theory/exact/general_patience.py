"""M/M/c+G: exponential handle times, patience of any law.

Zeltyn and Mandelbaum (2005, Queueing Systems 51), after Baccelli and Hebuterne (1981): with G the law of
patience, H(x) the integral of 1 - G from 0 to x, and all agents busy or one short of it, the wait V that
somebody of endless patience would see has the density ``rate * p * exp(rate H(x) - c mu x)``, p the
probability of c - 1 busy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Survival = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class PatienceLine:
    """The law of V on Gauss nodes ``x``: ``mass`` (density times weight), and the share still there."""

    x: Floats
    mass: Floats
    stays: Floats
    inner: Floats  # integral of the survival up to x, mean of min(x, patience)
    free: float  # P(some agent free)
    few_busy: float  # mean number busy where some agent is free

    @property
    def wait_probability(self) -> float:
        return float(self.mass.sum())

    @property
    def abandonment_rate(self) -> float:
        return float(self.mass @ (1 - self.stays))

    @property
    def mean_wait_s(self) -> float:
        """Mean of min(V, patience) over all."""
        return float(self.mass @ self.inner)

    def level(self, within_s: float) -> float:
        """Answered within ``within_s`` over offered; ``within_s`` must be an edge of the grid."""
        inside = self.x <= within_s
        return self.free + float(self.mass[inside] @ self.stays[inside])

    def busy(self, agents: int) -> float:
        """Mean number of busy agents: from the states, so not by way of the abandonment rate."""
        return self.few_busy + agents * self.wait_probability


def solve(
    rate: float, handle_s: float, agents: int, survival: Survival, edges: list[float], nodes: int = 16
) -> PatienceLine:
    """``edges`` ascend from 0 to where V never comes; kinks of the survival and thresholds are among them."""
    places, weights = np.polynomial.legendre.leggauss(nodes)
    half = np.diff(edges)[:, None] / 2
    start = np.array(edges[:-1])[:, None]
    x = start + half * (places + 1)
    panel_sums = (half * weights * survival(x)).sum(axis=1)
    before = np.concatenate([[0.0], np.cumsum(panel_sums)[:-1]])[:, None]
    inner_half = half[:, :, None] * (places[:, None] + 1) / 2  # from the start of the panel to each node
    inner_x = start[:, :, None] + inner_half * (places + 1)
    inner = before + (inner_half * weights * survival(inner_x)).sum(axis=2)
    density = rate * np.exp(rate * inner - agents / handle_s * x)
    mass = half * weights * density
    assert density[-1, -1] * handle_s < 1e-14 * mass.sum(), "the grid must reach further"
    below = np.ones(agents)  # states 0 .. c - 1 relative to c - 1
    for n in range(agents - 1, 0, -1):
        below[n - 1] = below[n] * n / (rate * handle_s)
    total = below.sum() + mass.sum()
    return PatienceLine(
        x=x.ravel(),
        mass=mass.ravel() / total,
        stays=survival(x).ravel(),
        inner=inner.ravel(),
        free=float(below.sum() / total),
        few_busy=float(below @ np.arange(agents) / total),
    )
