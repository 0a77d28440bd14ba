"""Customers who give up: M/M/c+M in three regimes, lognormal and fixed patience, against exact results.

Confidence: the band is 4 standard errors of a batch-means ratio estimator, so a right engine fails one
figure in 16,000. The standard errors are asserted too: 0.3 % of mean waits and 0.001 of probabilities at
full effort.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from ccsim.theory import erlang_a
from tests.theory.conftest import Effort
from tests.theory.exact import birth_death, general_patience
from tests.theory.long_run import Sums, round_the_clock, steady_arrivals, steady_sums

pytestmark = pytest.mark.statistical

HANDLE_S = 30.0


def simulate_line(
    effort: Effort,
    rate: float,
    patience: str,
    agents: int,
    *,
    seed: int,
    days: int,
    runs: int,
    within_s: float,
) -> Sums:
    """One queue before one team, exponential talk of mean 30 s."""
    queue = {
        "arrivals": steady_arrivals(rate),
        "patience": patience,
        "talk": "exponential mean 30s",
        "wrap_up": "fixed 0s",
    }
    world = round_the_clock({"line": queue}, {"team": {"headcount": agents, "skills": ["line"]}}, days)
    return steady_sums(world, seed=seed, runs=effort.runs(runs), within_s=within_s)["line"]


@pytest.mark.parametrize(
    ("load", "days", "runs"),
    [(40.0, 12, 16), (50.0, 10, 6), (65.0, 8, 3)],
    ids=["light", "quality and efficiency", "overloaded"],
)
def test_m_m_c_m(effort: Effort, load: float, days: int, runs: int) -> None:
    """Fifty agents at 80, 100 and 130 % of their capacity."""
    rate, agents, patience = load / HANDLE_S, 50, 60.0
    exact = birth_death.solve(rate, HANDLE_S, agents, patience)
    formula = erlang_a(rate, HANDLE_S, patience, agents, within_s=5)
    got = simulate_line(
        effort, rate, "exponential mean 60s", agents, seed=501, days=days, runs=runs, within_s=5
    )
    got.wait_probability.check_probability("P(wait)", exact.wait_probability, effort.scale)
    got.abandonment_rate.check_probability("P(abandon)", exact.abandonment_rate, effort.scale)
    got.service_level.check_probability("answered within 5 s", formula.service_level, effort.scale)
    got.mean_wait_s.check_wait("E[W]", exact.mean_wait_s, effort.scale)


@pytest.mark.parametrize("load", [18.0, 26.0])
def test_lognormal_patience(effort: Effort, load: float) -> None:
    """M/M/20+G, patience lognormal with mean 60 s and cv 1.2, below and above capacity."""
    rate, agents, mean, cv = load / HANDLE_S, 20, 60.0, 1.2
    sigma = float(np.sqrt(np.log1p(cv**2)))
    middle = np.log(mean) - sigma**2 / 2

    def survival(x: np.ndarray) -> np.ndarray:
        return norm.sf((np.log(np.maximum(x, 1e-300)) - middle) / sigma)

    edges = [0.0, *(0.5 * 2.0 ** (i / 4) for i in range(48))]
    edges = sorted({*edges, 10.0})
    exact = general_patience.solve(rate, HANDLE_S, agents, survival, edges)
    got = simulate_line(
        effort, rate, "lognormal mean 60s cv 1.2", agents, seed=601, days=25, runs=8, within_s=10
    )
    got.wait_probability.check_probability("P(wait)", exact.wait_probability, effort.scale)
    got.abandonment_rate.check_probability("P(abandon)", exact.abandonment_rate, effort.scale)
    got.service_level.check_probability("answered within 10 s", exact.level(10), effort.scale)
    got.mean_wait_s.check_wait("E[W]", exact.mean_wait_s, effort.scale)


@pytest.mark.parametrize("load", [18.0, 26.0])
def test_fixed_patience(effort: Effort, load: float) -> None:
    """M/M/20+D: everybody leaves after exactly 15 s, below and above capacity."""
    rate, agents, patience = load / HANDLE_S, 20, 15.0

    def survival(x: np.ndarray) -> np.ndarray:
        return (x < patience) * 1.0

    exact = general_patience.solve(rate, HANDLE_S, agents, survival, [0.5 * i for i in range(250)])
    got = simulate_line(effort, rate, "fixed 15s", agents, seed=701, days=25, runs=6, within_s=10)
    got.wait_probability.check_probability("P(wait)", exact.wait_probability, effort.scale)
    got.abandonment_rate.check_probability("P(abandon)", exact.abandonment_rate, effort.scale)
    got.service_level.check_probability("answered within 10 s", exact.level(10), effort.scale)
    got.mean_wait_s.check_wait("E[W]", exact.mean_wait_s, effort.scale)
