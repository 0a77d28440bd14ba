"""Lines in which everybody waits: M/M/c, M/M/c/K, M/G/1 and M/D/c against exact results.

Confidence: the band is 4 standard errors, so a right engine fails one figure in 16,000. The standard errors
are asserted too: 0.3 % of mean waits and 0.001 of probabilities, half of that in the long version. A wait
reacts several times as strongly as its causes, so 1 % too much talk or volume does not get through.
"""

from __future__ import annotations

import pytest

from tests.theory.conftest import Effort
from tests.theory.exact import birth_death, fixed_handle_time, single_server
from tests.theory.long_run import World

pytestmark = pytest.mark.statistical

HANDLE_S = 20.0


def patient_line(rate: float, talk: str, agents: int, **more: object) -> World:
    """One queue of patient customers before one team."""
    return World(
        queues={"line": {"patience": "never", "talk": talk, **more}},
        rates={"line": rate},
        groups={"team": {"headcount": agents, "skills": ["line"]}},
        talk_s={("line", "team"): HANDLE_S},
    )


@pytest.mark.parametrize(
    ("agents", "load_per_agent", "runs"),
    [(1, 0.6, 3), (3, 0.7, 9), pytest.param(10, 0.8, 30, marks=pytest.mark.slow)],
)
def test_m_m_c(effort: Effort, agents: int, load_per_agent: float, runs: int) -> None:
    """One agent, three, ten."""
    rate = load_per_agent * agents / HANDLE_S
    exact = birth_death.solve(rate, HANDLE_S, agents)
    world = patient_line(rate, "exponential mean 20s", agents)
    got = world.watch(seed=101, runs=effort.runs(runs), within_s=5)
    got.check_luck()
    got.wait_probability().check_probability("P(wait)", exact.wait_probability, effort.scale)
    got.service_level().check_probability("answered within 5 s", exact.level(5), effort.scale)
    got.mean_wait_s().check_wait("E[W]", exact.mean_wait_s, effort.scale)


@pytest.mark.parametrize("lines", [10, 14, 20])
def test_m_m_c_k(effort: Effort, lines: int) -> None:
    """Ten agents, overloaded; nobody waits (Erlang B), few do, many do."""
    agents, rate = 10, 11.0 / HANDLE_S
    exact = birth_death.solve(rate, HANDLE_S, agents, lines=lines)
    world = patient_line(rate, "exponential mean 20s", agents, lines=lines)
    got = world.watch(seed=201, runs=effort.runs(3), within_s=10)
    got.check_luck()
    got.blocked_rate().check_probability("P(blocked)", exact.blocked_rate, effort.scale)
    if lines == agents:
        assert got.lines["line"].wait_s.sum() == 0
        return
    got.wait_probability().check_probability("P(wait)", exact.wait_probability, effort.scale)
    got.service_level().check_probability("answered within 10 s", exact.level(10), effort.scale)
    got.mean_wait_s().check_wait("E[W]", exact.mean_wait_s, effort.scale)


@pytest.mark.parametrize(
    ("talk", "cv", "load"),
    [("lognormal mean 20s cv 0.8", 0.8, 0.5), ("gamma mean 20s cv 0.5", 0.5, 0.6)],
)
def test_m_g_1(effort: Effort, talk: str, cv: float, load: float) -> None:
    """One agent, handle times as wide as real ones and steadier."""
    rate = load / HANDLE_S
    got = patient_line(rate, talk, 1).watch(seed=301, runs=effort.runs(3))
    got.check_luck()
    got.wait_probability().check_probability("P(wait)", load, effort.scale)
    got.mean_wait_s().check_wait("E[W]", single_server.mean_wait(rate, HANDLE_S, cv), effort.scale)


@pytest.mark.parametrize(("agents", "load_per_agent", "runs"), [(1, 0.7, 3), (3, 0.7, 5)])
def test_m_d_c(effort: Effort, agents: int, load_per_agent: float, runs: int) -> None:
    """Fixed handle times, one agent and three."""
    rate = load_per_agent * agents / HANDLE_S
    exact = fixed_handle_time.solve(rate, HANDLE_S, agents)
    got = patient_line(rate, "fixed 20s", agents).watch(seed=401, runs=effort.runs(runs), within_s=5)
    got.check_luck()
    got.wait_probability().check_probability("P(wait)", exact.wait_probability, effort.scale)
    got.service_level().check_probability("answered within 5 s", exact.level(5), effort.scale)
    got.mean_wait_s().check_wait("E[W]", exact.mean_wait_s, effort.scale)
