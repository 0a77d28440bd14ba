"""M/M/c, M/M/c+M and M/M/c/K by solving the birth-death chain of the number in the system.

Independent of ``ccsim.theory``: that uses closed forms and integrals, this adds up probabilities of states
and follows one customer's wait with a matrix exponential.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import expm

Floats = npt.NDArray[np.float64]
TAIL = 1e-15


@dataclass(frozen=True, slots=True)
class Line:
    """Long-run shares of those who enter (blocked ones apart); seconds."""

    shares: Floats  # P(n in the system), seen by an arrival as well (Poisson arrivals see time averages)
    agents: int
    drain_rate: float  # departures per second with all agents busy
    leave_rate: float  # abandonments per second and waiting customer
    wait_probability: float
    mean_wait_s: float
    abandonment_rate: float
    blocked_rate: float
    queue_length: float
    occupancy: float

    def level(self, within_s: float) -> float:
        """Share of those who enter that is answered within ``within_s``."""
        ahead = len(self.shares) - self.agents
        generator = np.zeros((ahead + 2, ahead + 2))  # i others before me; answered; gone
        for i in range(ahead):
            generator[i, i - 1 if i else ahead] += self.drain_rate + i * self.leave_rate
            generator[i, ahead + 1] += self.leave_rate
            generator[i, i] = -generator[i].sum()
        answered = expm(generator * within_s)[:ahead, ahead]
        entering = self.shares.copy()
        if self.blocked_rate > 0:
            entering[-1] = 0.0
        in_time = entering[: self.agents].sum() + entering[self.agents :] @ answered
        return float(in_time / entering.sum())


def solve(
    rate: float, handle_s: float, agents: int, patience_s: float = math.inf, lines: int | None = None
) -> Line:
    """Poisson arrivals at ``rate`` per second, exponential handle times and patience, ``lines`` at most."""
    leave = 1 / patience_s
    weights = [1.0]
    total = 1.0
    while lines is None or len(weights) <= lines:
        n = len(weights)
        ratio = rate / (min(n, agents) / handle_s + max(n - agents, 0) * leave)
        weights.append(weights[-1] * ratio)
        total += weights[-1]
        # the rest of the sum is below that of a geometric series with this ratio
        if lines is None and n >= agents and ratio < 1 and weights[-1] * ratio / (1 - ratio) < TAIL * total:
            break
    shares = np.array(weights) / total
    number = np.arange(len(shares))
    blocked = float(shares[-1]) if lines is not None else 0.0
    entering = rate * (1 - blocked)
    queue_length = float(shares @ np.maximum(number - agents, 0))
    all_busy = float(shares[agents:].sum()) - blocked
    return Line(
        shares=shares,
        agents=agents,
        drain_rate=agents / handle_s,
        leave_rate=leave,
        wait_probability=all_busy / (1 - blocked),
        mean_wait_s=queue_length / entering,
        abandonment_rate=leave * queue_length / entering,
        blocked_rate=blocked,
        queue_length=queue_length,
        occupancy=float(shares @ np.minimum(number, agents)) / agents,
    )
