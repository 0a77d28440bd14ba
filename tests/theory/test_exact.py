"""The exact solvers against each other and against published values, before they judge an engine."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ccsim.theory import erlang_a, erlang_c, erlang_loss
from tests.theory.exact import (
    birth_death,
    fixed_handle_time,
    general_patience,
    n_model,
    single_server,
    stepped_day,
    two_priorities,
)
from tests.theory.exact.chain import Chain


def test_birth_death_agrees_with_the_formulas() -> None:
    rate, handle = 100 / 1800, 180.0
    line, formula = birth_death.solve(rate, handle, 13), erlang_c(rate, handle, 13)
    assert line.mean_wait_s == pytest.approx(formula.asa_s, rel=1e-10)
    assert line.level(20) == pytest.approx(formula.service_level, abs=1e-10)
    line, formula = birth_death.solve(rate, handle, 9, 300), erlang_a(rate, handle, 300, 9)
    assert line.abandonment_rate == pytest.approx(formula.abandonment_rate, rel=1e-10)
    assert line.level(20) == pytest.approx(formula.service_level, abs=1e-10)
    line, formula = birth_death.solve(rate, handle, 9, lines=14), erlang_loss(rate, handle, 9, 14)
    assert line.blocked_rate == pytest.approx(formula.blocked_rate, rel=1e-10)
    assert line.level(20) == pytest.approx(formula.service_level, abs=1e-10)
    assert line.wait_probability == pytest.approx(formula.wait_probability, rel=1e-10)


def test_fixed_handle_times_with_one_agent_are_pollaczek_khinchine() -> None:
    line = fixed_handle_time.solve(0.8 / 60, 60, 1)
    assert line.mean_wait_s == pytest.approx(single_server.mean_wait(0.8 / 60, 60, 0), rel=1e-9)
    assert line.wait_probability == pytest.approx(0.8, rel=1e-9)
    assert line.level(0) == pytest.approx(0.2, rel=1e-9)


@pytest.mark.parametrize(("agents", "load_per_agent"), [(1, 0.5), (5, 0.8), (10, 0.9)])
def test_the_law_of_the_wait_with_fixed_handle_times_has_the_mean_of_the_chain(
    agents: int, load_per_agent: float
) -> None:
    """Crommelin's chain gives the mean by Little's law, Franx's sum the whole law: they must agree."""
    line = fixed_handle_time.solve(load_per_agent * agents / 60, 60, agents)
    nodes, weights = np.polynomial.legendre.leggauss(12)
    mean = 0.0
    for k in range(18):  # (0, 18 D), in panels that end where the formula changes its form
        for half in (0, 30):
            x = 60 * k + half + 15 * (nodes + 1)
            mean += 15 * float(weights @ np.array([1 - line.level(t) for t in x]))
    assert mean == pytest.approx(line.mean_wait_s, rel=1e-6)
    assert line.level(0) == pytest.approx(1 - line.wait_probability, abs=1e-10)


def test_pollaczek_khinchine_is_the_chain_for_exponential_handle_times() -> None:
    line = birth_death.solve(0.7 / 60, 60, 1)
    assert single_server.mean_wait(0.7 / 60, 60, 1) == pytest.approx(line.mean_wait_s, rel=1e-10)


@pytest.mark.parametrize("agents", [1, 8, 10, 13])
def test_general_patience_is_the_chain_for_exponential_patience(agents: int) -> None:
    rate, handle, patience = 100 / 1800, 180.0, 300.0
    edges = [10.0 * i for i in range(800)]
    line = general_patience.solve(rate, handle, agents, lambda x: np.exp(-x / patience), edges)
    chain = birth_death.solve(rate, handle, agents, patience)
    assert line.wait_probability == pytest.approx(chain.wait_probability, rel=1e-10)
    assert line.abandonment_rate == pytest.approx(chain.abandonment_rate, rel=1e-10)
    assert line.mean_wait_s == pytest.approx(chain.mean_wait_s, rel=1e-10)
    assert line.level(20) == pytest.approx(chain.level(20), abs=1e-10)


@pytest.mark.parametrize("agents", [6, 10, 13])
def test_general_patience_keeps_the_books(agents: int) -> None:
    """Busy agents from the states = work that comes and is not abandoned; two ways to the same number."""
    rate, handle = 100 / 1800, 180.0
    edges = [5.0 * i for i in range(1600)]
    for survival in (lambda x: (x < 60) * 1.0, lambda x: 1 / (1 + (x / 90) ** 2)):
        line = general_patience.solve(rate, handle, agents, survival, edges)
        assert line.busy(agents) == pytest.approx(rate * handle * (1 - line.abandonment_rate), rel=1e-9)


def test_one_agent_with_fixed_patience_is_barrers_formula() -> None:
    """M/M/1+D (Barrer 1957): P(abandon) in closed form."""
    rate, handle, patience = 1.2 / 60, 60.0, 90.0
    edges = [5.0 * i for i in range(1000)]
    line = general_patience.solve(rate, handle, 1, lambda x: (x < patience) * 1.0, edges)
    load, tail = rate * handle, math.exp(-(1 / handle - rate) * patience)
    lost = load * tail * (1 - load) / (1 - load**2 * tail)
    assert line.abandonment_rate == pytest.approx(lost, rel=1e-10)


@pytest.mark.parametrize(("first", "second", "agents"), [(0.3, 0.4, 1), (2.0, 1.0, 5), (1.0, 6.5, 10)])
def test_priority_formula_is_the_chain(first: float, second: float, agents: int) -> None:
    handle = 60.0
    formula = two_priorities.mean_waits(first / handle, second / handle, handle, agents)
    chain = two_priorities.mean_waits_by_chain(first / handle, second / handle, handle, agents, 110)
    assert formula == pytest.approx(chain, rel=1e-6)


def test_a_chain_over_time_reaches_its_stationary_law_and_starts_like_the_textbook() -> None:
    """Two states: P(up at t) = b/(a+b) + a/(a+b) exp(-(a+b) t)."""
    a, b, t = 0.2, 0.05, 7.0
    chain = Chain([0, 1], lambda s: [(1 - s, a if s == 0 else b)])
    law, spent = chain.after(np.array([1.0, 0.0]), t)
    up = b / (a + b) + a / (a + b) * math.exp(-(a + b) * t)
    assert law[0] == pytest.approx(up, rel=1e-12)
    assert spent[0] == pytest.approx(
        b / (a + b) * t + a / (a + b) ** 2 * -math.expm1(-(a + b) * t), rel=1e-12
    )
    assert spent.sum() == pytest.approx(t, rel=1e-12)
    late, _ = chain.after(law, 1000)
    assert late == pytest.approx(chain.stationary(), rel=1e-9)


def test_a_long_stepped_day_forgets_its_start() -> None:
    """In a long last phase the late team's line is M/M/c+M; what flows in flows out."""
    day = stepped_day.SteppedDay((0.05, 0.09, 0.06), (3600, 3600, 1.8e5), 8, 10, 180, 240, 60).solve()
    line = erlang_a(0.06, 180, 240, 10)
    last = day.phases[2]
    assert last.abandons / last.arrivals == pytest.approx(line.abandonment_rate, rel=1e-2)
    assert last.arrivals_waiting / last.arrivals == pytest.approx(line.wait_probability, rel=1e-2)
    assert 0 < day.overrun_s < 8 * 180
    assert day.cleared == pytest.approx(line.queue_length, rel=1e-9)


def test_the_n_model_without_cross_traffic_is_two_lines() -> None:
    rates, patience, agents, handle = (0.02, 0.03), (200.0, 300.0), (5, 6), (180.0, 180.0)
    for first in (1, 2):
        one, two = n_model.NModel(rates, patience, (5, 0), handle, first, (60, 200)).solve()
        line = erlang_a(rates[0], 180, 200, 5)
        assert one.mean_wait_s == pytest.approx(line.mean_wait_s, rel=1e-8)
        assert two.abandonment_rate == pytest.approx(1, rel=1e-6)
        _, two = n_model.NModel((1e-12, 0.03), patience, agents, handle, first, (3, 60)).solve()
        assert two.mean_wait_s == pytest.approx(erlang_a(0.03, 180, 300, 6).mean_wait_s, rel=1e-6)


def test_the_n_model_with_one_kind_of_customer_on_both_groups_is_one_line() -> None:
    """No second queue: specialists and generalists are one team."""
    one, _ = n_model.NModel((0.05, 1e-12), (240.0, 240.0), (5, 4), (180.0, 180.0), 1, (80, 3)).solve()
    line = erlang_a(0.05, 180, 240, 9)
    assert one.mean_wait_s == pytest.approx(line.mean_wait_s, rel=1e-6)
    assert one.wait_probability == pytest.approx(line.wait_probability, rel=1e-6)
