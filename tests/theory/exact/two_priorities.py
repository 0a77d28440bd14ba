"""Two classes with non-preemptive priority on identical agents, one exponential handle time.

Cobham (1954), Kella and Yechiali (1985): with C the probability that all agents are busy and s(k) the load
per agent of the classes 1..k, ``E[W k] = C / (c mu (1 - s(k-1)) (1 - s(k)))``.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve

from tests.theory.exact.birth_death import solve as solve_line


def mean_waits(first: float, second: float, handle_s: float, agents: int) -> tuple[float, float]:
    """Mean wait in seconds of the class served first and of the other, from their arrivals per second."""
    busy = solve_line(first + second, handle_s, agents).wait_probability
    one, both = first * handle_s / agents, (first + second) * handle_s / agents
    step = handle_s / agents
    return busy * step / (1 - one), busy * step / ((1 - one) * (1 - both))


def mean_waits_by_chain(
    first: float, second: float, handle_s: float, agents: int, places: int
) -> tuple[float, float]:
    """The same from the chain (waiting 1, waiting 2) with all agents busy, cut off at ``places`` each."""
    all_busy = solve_line(first + second, handle_s, agents).wait_probability
    drain = agents / handle_s
    size = places + 1

    def at(one: int, two: int) -> int:
        return one * size + two

    rows, columns, rates = [], [], []

    def move(source: int, target: int, rate: float) -> None:
        rows.extend([target, source])
        columns.extend([source, source])
        rates.extend([rate, -rate])

    for one in range(size):
        for two in range(size):
            if one < places:
                move(at(one, two), at(one + 1, two), first)
            if two < places:
                move(at(one, two), at(one, two + 1), second)
            if one:
                move(at(one, two), at(one - 1, two), drain)
            elif two:
                move(at(one, two), at(one, two - 1), drain)
    # watched only while all are busy, the chain is closed: from (0, 0) it leaves and returns to (0, 0)
    balance = sparse.csr_matrix((rates, (rows, columns)), shape=(size**2, size**2)).tolil()
    balance[0] = np.ones(size**2)
    right = np.zeros(size**2)
    right[0] = all_busy
    shares = spsolve(balance.tocsc(), right).reshape(size, size)
    assert shares[-1].sum() + shares[:, -1].sum() < 1e-9, "more places are needed"
    number = np.arange(size)
    return float(number @ shares.sum(axis=1)) / first, float(number @ shares.sum(axis=0)) / second
