"""M/G/1, first come first served: the formula of Pollaczek and Khinchine."""

from __future__ import annotations


def mean_wait(rate: float, handle_s: float, cv: float) -> float:
    """Mean wait of all in seconds: ``rate * E[S^2] / (2 (1 - rho))``; ``cv`` is that of the handle time S."""
    load = rate * handle_s
    assert load < 1
    return rate * handle_s**2 * (1 + cv**2) / (2 * (1 - load))
