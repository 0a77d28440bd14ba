"""Customers who give up: M/M/c+M in three regimes, lognormal and fixed patience, against exact results.

Confidence: the band is 4 standard errors, so a right engine fails one figure in 16,000. The standard errors
are asserted too: 0.3 % of mean waits and 0.001 of probabilities, half of that in the long version.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import norm

from ccsim.theory import erlang_a
from tests.theory.conftest import Effort
from tests.theory.exact import birth_death, general_patience
from tests.theory.long_run import Steady, World

pytestmark = pytest.mark.statistical

Floats = npt.NDArray[np.float64]
HANDLE_S = 30.0


def watch_line(rate: float, patience: str, agents: int, *, seed: int, runs: int, within_s: float) -> Steady:
    """One queue before one team, exponential talk of mean 30 s."""
    world = World(
        queues={"line": {"patience": patience, "talk": "exponential mean 30s"}},
        rates={"line": rate},
        groups={"team": {"headcount": agents, "skills": ["line"]}},
        talk_s={("line", "team"): HANDLE_S},
    )
    got = world.watch(seed=seed, runs=runs, within_s=within_s)
    got.check_luck()
    return got


@pytest.mark.parametrize(
    ("load", "agents", "runs"),
    [(8.0, 10, 9), (50.0, 50, 8), (65.0, 50, 3)],
    ids=["light", "quality and efficiency", "overloaded"],
)
def test_m_m_c_m(effort: Effort, load: float, agents: int, runs: int) -> None:
    """At 80, 100 and 130 % of the team's capacity."""
    rate, patience = load / HANDLE_S, 60.0
    exact = birth_death.solve(rate, HANDLE_S, agents, patience)
    formula = erlang_a(rate, HANDLE_S, patience, agents, within_s=5)
    got = watch_line(rate, "exponential mean 60s", agents, seed=501, runs=effort.runs(runs), within_s=5)
    got.wait_probability().check_probability("P(wait)", exact.wait_probability, effort.scale)
    got.abandonment_rate().check_probability("P(abandon)", exact.abandonment_rate, effort.scale)
    got.service_level().check_probability("answered within 5 s", formula.service_level, effort.scale)
    got.mean_wait_s().check_wait("E[W]", exact.mean_wait_s, effort.scale)


def check_general(got: Steady, exact: general_patience.PatienceLine, scale: float) -> None:
    """The four figures of a line with any patience."""
    got.wait_probability().check_probability("P(wait)", exact.wait_probability, scale)
    got.abandonment_rate().check_probability("P(abandon)", exact.abandonment_rate, scale)
    got.service_level().check_probability("answered within 10 s", exact.level(10), scale)
    got.mean_wait_s().check_wait("E[W]", exact.mean_wait_s, scale)


@pytest.mark.parametrize(("load", "runs"), [(18.0, 6), (26.0, 3)])
def test_lognormal_patience(effort: Effort, load: float, runs: int) -> None:
    """M/M/20+G, patience lognormal with mean 60 s and cv 1.2, below and above capacity."""
    rate, agents, mean, cv = load / HANDLE_S, 20, 60.0, 1.2
    sigma = float(np.sqrt(np.log1p(cv**2)))
    middle = np.log(mean) - sigma**2 / 2

    def survival(x: Floats) -> Floats:
        return norm.sf((np.log(np.maximum(x, 1e-300)) - middle) / sigma)

    edges = sorted({0.0, 10.0, *(0.5 * 2.0 ** (i / 4) for i in range(48))})
    exact = general_patience.solve(rate, HANDLE_S, agents, survival, edges)
    got = watch_line(rate, "lognormal mean 60s cv 1.2", agents, seed=601, runs=effort.runs(runs), within_s=10)
    check_general(got, exact, effort.scale)


@pytest.mark.parametrize(("load", "runs"), [(18.0, 5), (26.0, 3)])
def test_fixed_patience(effort: Effort, load: float, runs: int) -> None:
    """M/M/20+D: everybody leaves after exactly 15 s, below and above capacity."""
    rate, agents, patience = load / HANDLE_S, 20, 15.0

    def survival(x: Floats) -> Floats:
        return (x < patience) * 1.0

    exact = general_patience.solve(rate, HANDLE_S, agents, survival, [0.5 * i for i in range(250)])
    got = watch_line(rate, "fixed 15s", agents, seed=701, runs=effort.runs(runs), within_s=10)
    check_general(got, exact, effort.scale)
