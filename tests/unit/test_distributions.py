"""Laws: quantile, mean and survival agree with each other and with scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from ccsim.distributions import (
    Empirical,
    Exponential,
    Fixed,
    Gamma,
    Law,
    Lognormal,
    Mixture,
    Never,
    Uniform,
    Weibull,
)

GRID = (np.arange(200_000) + 0.5) / 200_000
LAWS: dict[str, Law] = {
    "fixed": Fixed(12.0),
    "uniform": Uniform(10.0, 30.0),
    "exponential": Exponential(40.0),
    "lognormal": Lognormal(300.0, 0.8),
    "gamma": Gamma(200.0, 0.6),
    "gamma wild": Gamma(200.0, 2.0),
    "weibull": Weibull(180.0, 1.3),
    "empirical": Empirical((0.0, 0.1, 0.5, 1.0), (0.0, 5.0, 60.0, 600.0)),
    "empirical with tail": Empirical((0.0, 0.2, 0.6), (0.0, 30.0, 120.0), 300.0),
    "mixture": Mixture((0.05, 0.95), (Fixed(0.0), Exponential(100.0))),
}


@pytest.mark.parametrize("name", LAWS)
def test_mean_is_the_integral_of_the_quantile(name: str) -> None:
    law = LAWS[name]
    assert law.quantile(GRID).mean() == pytest.approx(law.mean(), rel=2e-3)


@pytest.mark.parametrize("name", [name for name in LAWS if name != "fixed"])
def test_survival_undoes_the_quantile(name: str) -> None:
    law = LAWS[name]
    for u in (0.03, 0.1, 0.5, 0.59, 0.8, 0.97):
        t = float(law.quantile(np.array([u]))[0])
        if t > 0:
            assert law.survival(t) == pytest.approx(1 - u, abs=1e-9)


@pytest.mark.parametrize("name", [name for name in LAWS if name != "mixture"])
def test_quantiles_ascend_and_ends_are_finite(name: str) -> None:
    u = np.array([0.0, 2.0**-53, 0.2, 0.5, 0.9, 1 - 2.0**-53])
    values = LAWS[name].quantile(u)
    assert np.all(np.diff(values) >= 0)
    assert np.isfinite(values).all()
    assert values[0] >= 0


@pytest.mark.parametrize(
    ("law", "oracle"),
    [
        (Exponential(40.0), stats.expon(scale=40.0)),
        (Gamma(200.0, 0.6), stats.gamma(1 / 0.36, scale=200.0 * 0.36)),
        (Weibull(180.0, 1.3), stats.weibull_min(1.3, scale=180.0 / math.gamma(1 + 1 / 1.3))),
        (
            Lognormal(300.0, 0.8),
            stats.lognorm(math.sqrt(math.log(1.64)), scale=300.0 / math.sqrt(1.64)),
        ),
    ],
    ids=["exponential", "gamma", "weibull", "lognormal"],
)
def test_against_scipy(law: Law, oracle: stats.rv_frozen) -> None:
    u = np.array([0.001, 0.1, 0.5, 0.9, 0.999])
    np.testing.assert_allclose(law.quantile(u), oracle.ppf(u), rtol=1e-9)
    assert law.mean() == pytest.approx(oracle.mean())


def test_never_does_not_come() -> None:
    assert np.isinf(Never().quantile(np.array([0.0, 0.5]))).all()
    assert Never().mean() == math.inf
    assert Never().survival(1e12) == 1.0


def test_a_mixture_keeps_its_shares() -> None:
    values = LAWS["mixture"].quantile(GRID)
    assert (values == 0).mean() == pytest.approx(0.05, abs=1e-4)
    assert np.median(values[values > 0]) == pytest.approx(100 * math.log(2), rel=1e-3)


def test_the_tail_of_an_empirical_law_is_exponential() -> None:
    values = LAWS["empirical with tail"].quantile(GRID)
    beyond = values[values > 120.0] - 120.0
    assert len(beyond) / len(values) == pytest.approx(0.4, abs=1e-4)
    assert beyond.mean() == pytest.approx(300.0, rel=1e-3)


@pytest.mark.parametrize("cv", [0.1, 0.5, 0.8, 1.0, 1.5, 4.0])
def test_many_quantiles_of_gamma_are_those_of_one(cv: float) -> None:
    law, u = Gamma(300.0, cv), np.linspace(0, 1, 20_001)[1:-1]
    u = np.concatenate((u, 10.0 ** -np.arange(5, 15), 1 - 2.0 ** -np.arange(20, 52)))
    exact = law.quantile(u)
    assert law.quantile_of_many(u) == pytest.approx(exact, rel=1e-7, abs=1e-9)
    usual = (u > 1e-6) & (u < 1 - 1e-6)
    assert law.quantile_of_many(u[usual]) == pytest.approx(exact[usual], rel=2e-9, abs=1e-9)
