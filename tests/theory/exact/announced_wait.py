"""Customers who are told how long it takes: M/D/1 with balking by queue length.

Who finds the agent busy and n waiting is told (n + 1) handle times. Who has less patience than that hangs
up at once. The others never give up: with one agent and fixed handle times the wait is no longer than what
they were told. So arrivals thin out with the line: joins with chance P(patience >= (n + 1) x handle).

Within a handle time the line only grows: a pure birth process. Between the ends of handle times it is a
Markov chain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm


@dataclass(frozen=True, slots=True)
class AnnouncedResult:
    """Long-run shares of all arrivals; seconds."""

    balked: float
    wait_probability: float  # busy agent: told something, so it balks or waits
    mean_wait_s: float  # of all arrivals; who balks does not wait
    busy: float


def solve(rate: float, handle_s: float, joins: Callable[[float], float], most: int = 40) -> AnnouncedResult:
    """``joins``: chance to stay when told so many seconds."""
    size = most + 1
    stay = np.array([joins((n + 1) * handle_s) for n in range(size)])
    births = np.zeros((size, size))
    for n in range(most):
        births[n, n] -= rate * stay[n]
        births[n, n + 1] += rate * stay[n]
    both = np.zeros((2 * size, 2 * size))  # block form gives the integral of the exponential as well
    both[:size, :size], both[:size, size:] = births, np.eye(size)
    power = expm(both * handle_s)
    grown, spent = power[:size, :size], power[:size, size:]
    # left behind at the end of a handle time: the next one begins with one less (with none after a pause)
    begin = np.zeros((size, size))
    for left in range(size):
        begin[left, max(left - 1, 0)] = 1.0
    step = begin @ grown
    system = np.vstack([(step.T - np.eye(size))[1:], np.ones(size)])
    left_behind = np.linalg.solve(system, np.array([0.0] * most + [1.0]))
    cycle = handle_s + left_behind[0] / rate
    waiting = (left_behind @ begin @ spent) / cycle  # time with the agent busy and so many waiting
    assert waiting[-1] < 1e-12, "more waiting places are needed"
    return AnnouncedResult(
        balked=float(waiting @ (1 - stay)),
        wait_probability=float(waiting.sum()),
        mean_wait_s=float(waiting @ np.arange(size)) / rate,
        busy=handle_s / cycle,
    )
