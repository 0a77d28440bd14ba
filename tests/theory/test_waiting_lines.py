"""Lines in which everybody waits: M/M/c, M/M/c/K, M/G/1 and M/D/c against exact results.

Confidence: the band is 4 standard errors of a batch-means ratio estimator, so a right engine fails one
figure in 16,000. The standard errors are asserted too: 0.3 % of mean waits and 0.001 of probabilities at
full effort.
"""

from __future__ import annotations

import pytest

from tests.theory.conftest import Effort
from tests.theory.exact import birth_death, fixed_handle_time, single_server
from tests.theory.long_run import round_the_clock, steady_arrivals, steady_sums

pytestmark = pytest.mark.statistical

HANDLE_S = 20.0


def line(rate: float, talk: str, agents: int, days: int, **more: object) -> dict[str, object]:
    """One queue of patient customers before one team."""
    queue = {"arrivals": steady_arrivals(rate), "patience": "never", "talk": talk, **more}
    return round_the_clock({"line": queue}, {"team": {"headcount": agents, "skills": ["line"]}}, days)


@pytest.mark.parametrize(("agents", "load_per_agent"), [(1, 0.6), (10, 0.75), (40, 0.92)])
def test_m_m_c(effort: Effort, agents: int, load_per_agent: float) -> None:
    """One agent, ten at ease, forty nearly full."""
    rate = load_per_agent * agents / HANDLE_S
    exact = birth_death.solve(rate, HANDLE_S, agents)
    world = line(rate, "exponential mean 20s", agents, days=max(10, round(11.6 / rate)))
    got = steady_sums(world, seed=101, runs=effort.runs(8), within_s=5)["line"]
    got.wait_probability.check_probability("P(wait)", exact.wait_probability, effort.scale)
    got.service_level.check_probability("answered within 5 s", exact.level(5), effort.scale)
    got.mean_wait_s.check_wait("E[W]", exact.mean_wait_s, effort.scale)


@pytest.mark.parametrize("lines", [10, 14, 30])
def test_m_m_c_k(effort: Effort, lines: int) -> None:
    """Ten agents, overloaded; nobody waits (Erlang B), few do, many do."""
    agents, rate = 10, 11.0 / HANDLE_S
    exact = birth_death.solve(rate, HANDLE_S, agents, lines=lines)
    world = line(rate, "exponential mean 20s", agents, days=25, lines=lines)
    got = steady_sums(world, seed=201, runs=effort.runs(2), within_s=10)["line"]
    got.blocked_rate.check_probability("P(blocked)", exact.blocked_rate, effort.scale)
    if lines == agents:
        assert got.wait_s.sum() == 0
        return
    got.wait_probability.check_probability("P(wait)", exact.wait_probability, effort.scale)
    got.service_level.check_probability("answered within 10 s", exact.level(10), effort.scale)
    got.mean_wait_s.check_wait("E[W]", exact.mean_wait_s, effort.scale)


@pytest.mark.parametrize(
    ("talk", "cv", "load"),
    [("lognormal mean 20s cv 0.8", 0.8, 0.6), ("gamma mean 20s cv 0.5", 0.5, 0.7)],
)
def test_m_g_1(effort: Effort, talk: str, cv: float, load: float) -> None:
    """One agent, handle times as wide as real ones and steadier."""
    rate = load / HANDLE_S
    world = line(rate, talk, 1, days=400)
    got = steady_sums(world, seed=301, runs=effort.runs(8))["line"]
    got.wait_probability.check_probability("P(wait)", load, effort.scale)
    got.mean_wait_s.check_wait("E[W]", single_server.mean_wait(rate, HANDLE_S, cv), effort.scale)


@pytest.mark.parametrize(("agents", "load_per_agent"), [(1, 0.7), (10, 0.85)])
def test_m_d_c(effort: Effort, agents: int, load_per_agent: float) -> None:
    """Fixed handle times, one agent and ten."""
    rate = load_per_agent * agents / HANDLE_S
    exact = fixed_handle_time.solve(rate, HANDLE_S, agents)
    world = line(rate, "fixed 20s", agents, days=round(14 / rate))
    got = steady_sums(world, seed=401, runs=effort.runs(8), within_s=5)["line"]
    got.wait_probability.check_probability("P(wait)", exact.wait_probability, effort.scale)
    got.service_level.check_probability("answered within 5 s", exact.level(5), effort.scale)
    got.mean_wait_s.check_wait("E[W]", exact.mean_wait_s, effort.scale)
