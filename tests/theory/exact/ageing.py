"""Priorities that grow with the wait: Kleinrock's delay-dependent priorities.

A waiting contact of class i has the priority b_i x wait; a freed agent takes the highest. Kleinrock, "A
delay dependent queue discipline", Naval Research Logistics Quarterly 11 (1964), and "Queueing Systems" II,
section 3.7: with classes in ascending order of b and loads r_i, together r,

    W_p = (W_0 / (1 - r) - sum_{i < p} r_i W_i (1 - b_i / b_p)) / (1 - sum_{i > p} r_i (1 - b_p / b_i))

where W_0 is the mean rest of the work in hand, the sum of rate_i E[S_i^2] / 2, so that W_0 / (1 - r) is the
mean wait without priorities. With several agents and one exponential law of the handle time the same holds
with the mean wait of M/M/c.
"""

from __future__ import annotations

from collections.abc import Sequence

from ccsim.theory import erlang_c


def mean_waits(
    rates: Sequence[float], means: Sequence[float], squares: Sequence[float], growth: Sequence[float]
) -> list[float]:
    """One agent; classes in ascending order of ``growth``; ``squares``: E[S^2]."""
    rest = sum(rate * square for rate, square in zip(rates, squares, strict=True)) / 2
    loads = [rate * mean for rate, mean in zip(rates, means, strict=True)]
    return _kleinrock(rest / (1 - sum(loads)), loads, growth)


def mean_waits_of_a_team(
    rates: Sequence[float], handle_s: float, agents: int, growth: Sequence[float]
) -> list[float]:
    """Several agents, exponential handle times of one mean."""
    loads = [rate * handle_s / agents for rate in rates]
    return _kleinrock(erlang_c(sum(rates), handle_s, agents).asa_s, loads, growth)


def _kleinrock(plain: float, loads: Sequence[float], growth: Sequence[float]) -> list[float]:
    """``plain``: mean wait of all without priorities."""
    waits: list[float] = []
    for p, b in enumerate(growth):
        above = plain - sum(loads[i] * waits[i] * (1 - growth[i] / b) for i in range(p))
        below = 1 - sum(loads[i] * (1 - b / growth[i]) for i in range(p + 1, len(loads)))
        waits.append(above / below)
    return waits
