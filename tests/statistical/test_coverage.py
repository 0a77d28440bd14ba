"""Do 95 % intervals hold the exact value in 95 % of experiments?

Rows whose exact mean is known by construction give 1,000 experiments in seconds; small centers M/M/c+M, whose
exact values are Erlang's, are the test of the whole line (a few experiments in the usual run, 1,000 in the
slow one). The band for 1,000 experiments is 93 to 97 %; for k experiments it is 95 % less 4 standard errors.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

import ccsim
from ccsim import theory
from ccsim.compiler import compile_scenario
from ccsim.experiments.answering.asking import Asking
from ccsim.experiments.comparing.comparison import Measured, differences
from ccsim.experiments.comparing.control_variates import (
    SQUARE,
    Controlled,
    controlled,
    expected_controls,
    surplus,
    variance_of_arrivals,
)
from ccsim.experiments.comparing.estimates import Sample, samples
from ccsim.experiments.keeping.rows import CellRow, Value
from ccsim.experiments.planning.criteria import Criterion
from ccsim.experiments.playing.precision import Stopping
from ccsim.metrics.estimators import student_t

pytestmark = pytest.mark.statistical

Float64 = npt.NDArray[np.float64]
EXPERIMENTS, REPLICATIONS = 1000, 30
Pair = tuple[Float64, Float64]  # numerators and denominators of the replications of one experiment


def sample(pair: Pair) -> Sample:
    n, d = pair
    return Sample((((), "x"),), np.arange(len(n)), n[None], d[None])


def covered(make: Callable[[], Pair], exact: float) -> float:
    """Share of experiments whose interval holds the exact value."""
    hits = 0
    for _ in range(EXPERIMENTS):
        found = sample(make())
        hits += abs(found.values()[0] - exact) <= found.half_widths(0.95)[0]
    return hits / EXPERIMENTS


def test_means() -> None:
    """Counts of a day: Poisson with gamma busyness."""
    rng = np.random.default_rng(1)

    def make() -> Pair:
        counts = rng.poisson(200 * rng.gamma(25, 1 / 25, REPLICATIONS)).astype(float)
        return counts, np.ones(REPLICATIONS)

    assert 0.93 <= covered(make, 200) <= 0.97


def test_ratios() -> None:
    """Busy days have a lower share: E[N] / E[D] = 1.1 - 0.2 E[D^2] / 400^2, not the mean of N / D."""
    rng = np.random.default_rng(2)

    def make() -> Pair:
        d = rng.gamma(50, 8, REPLICATIONS)
        share = 1.1 - 0.2 * d / 400 + rng.normal(0, 0.02, REPLICATIONS)
        return share * d, d

    exact = 1.1 - 0.2 * (1 + 1 / 50)
    assert exact < 0.9 - 0.003
    assert 0.93 <= covered(make, exact) <= 0.97


def test_quantiles() -> None:
    """The 90th of 100 exponential waits: its mean is the sum of 1 / (100 - i + 1) over i = 1..90 (Renyi)."""
    rng = np.random.default_rng(4)

    def make() -> Pair:
        return np.sort(rng.exponential(size=(REPLICATIONS, 100)), axis=1)[:, 89], np.ones(REPLICATIONS)

    assert 0.93 <= covered(make, float((1 / np.arange(11, 101)).sum())) <= 0.97


def test_differences() -> None:
    """Two ratios that share the luck of the day; the exact difference is 0.05."""
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(EXPERIMENTS):
        d = rng.gamma(25, 16, REPLICATIONS)
        luck = rng.normal(0, 0.05, REPLICATIONS)
        sides = []
        for mean in (0.80, 0.85):
            share = mean + luck + rng.normal(0, 0.01, REPLICATIONS)
            found = sample((share * d, d))
            sides.append(Measured(found.entries, found.values(), found.influence()))
        gap, error, saved = differences(*sides)
        hits += abs(gap[0] - 0.05) <= student_t(0.95, REPLICATIONS - 1) * error[0]
        assert saved[0] > 3
    assert 0.93 <= hits / EXPERIMENTS <= 0.97


def test_values_with_control_variates() -> None:
    """Two controls that explain most of the spread, one that explains nothing."""
    rng = np.random.default_rng(6)
    hits = 0
    for _ in range(EXPERIMENTS):
        c = rng.normal(size=(REPLICATIONS, 3))
        y = 4 + 3 * c[:, 0] - 2 * c[:, 1] + rng.normal(size=REPLICATIONS)
        found = controlled(np.array([y.mean()]), (y - y.mean())[None], c)
        hits += abs(found.values[0] - 4) <= found.half_widths[0]
        assert found.controls == 3
    assert 0.93 <= hits / EXPERIMENTS <= 0.97


def test_values_with_a_square_among_the_controls() -> None:
    """What is left is normal: the interval is exact."""
    rng = np.random.default_rng(16)
    hits = 0
    for _ in range(EXPERIMENTS):
        more = rng.normal(size=REPLICATIONS)
        c = np.column_stack([more, rng.normal(size=REPLICATIONS), more**2 - 1])
        y = 4 - 3 * more - more**2 + rng.normal(size=REPLICATIONS)
        found = controlled(np.array([y.mean()]), (y - y.mean())[None], c, square=SQUARE)
        hits += abs(found.values[0] - 3) <= found.half_widths[0]
        assert found.controls == 3
    assert 0.93 <= hits / EXPERIMENTS <= 0.97


def busy(replications: int) -> Sample:
    """A small desk whose days differ by 20 %, with its controls as the last rows."""
    desk = line(5).canonical()
    desk["time"] |= {"open": "08:00-18:00"}
    desk["queues"]["line"]["arrivals"] = {"per_day": 360, "daily_cv": 0.2}
    desk["shifts"] = {"day": {"hours": "08:00-18:00"}}
    scenario = ccsim.Scenario.from_dict(desk)
    program = compile_scenario(scenario)
    rows = Asking(scenario, ["service_level", "abandoned"], seed=1).rows([{}], range(replications))
    found = next(iter(samples(rows).values()))
    above = surplus(rows, expected_controls(program), variance_of_arrivals(program)).T
    entries = (*found.entries, *(((), f"control {i}") for i in range(len(above))))
    return Sample(
        entries, found.replications, np.vstack([found.n, above]), np.vstack([found.d, np.ones_like(above)])
    )


def of_controls(found: Sample) -> Controlled:
    return controlled(found.values()[:2], found.influence()[:2], found.n[2:].T, square=SQUARE)


def busy_covered(experiments: int, size: int = 40) -> Float64:
    """Share of experiments whose controlled intervals hold the value of all of them together."""
    whole = busy(experiments * size)
    truth = of_controls(whole)
    assert (truth.saved > 4).all()
    hits = np.zeros(2)
    for number in range(experiments):
        part = whole.only(whole.entries, np.arange(number * size, (number + 1) * size))
        found = of_controls(part)
        hits += np.abs(found.values - truth.values) <= found.half_widths
    return hits / experiments


def test_control_variates_of_busy_days() -> None:
    assert (busy_covered(40) >= 0.95 - 4 * (0.95 * 0.05 / 40) ** 0.5).all()


@pytest.mark.slow
def test_control_variates_of_a_thousand_experiments_with_busy_days() -> None:
    found = busy_covered(1000)
    assert ((found >= 0.93) & (found <= 0.97)).all(), found


def stopped(
    make: Callable[[], Float64], criterion: Criterion, *, block: int = 1
) -> tuple[float, float, float]:
    """Replications are added until it is precise: (value, half-width, replications) at the end.

    ``make``: values of 500 replications of one experiment.
    """
    rule = Stopping([criterion], start=10, at_most=500, block=block)
    values = make()
    have, need = 0, rule.start
    while True:
        for r in range(have, need):
            rule.add(CellRow("", "a", 0, r, values=(Value((), criterion.metric, float(values[r]), 1.0),)))
        have, needs = need, rule.needs()
        if not needs:
            found = rule.report().iloc[0]
            return found["value"], found["half_width"], found["replications"]
        need = needs["a", 0]


@pytest.mark.parametrize("seed", range(1, 6))
def test_stopping_when_precise_does_not_bias(seed: int) -> None:
    """Waits of a day, slightly skewed with an sd of 1.5 s; the interval at the end still covers."""
    rng = np.random.default_rng(seed)
    wish = Criterion("asa", 0.4, False, "")
    found = np.array(
        [stopped(lambda: 20 + 1.5 * (rng.gamma(16, size=500) - 16) / 4, wish) for _ in range(EXPERIMENTS)]
    )
    assert 0.93 <= np.mean(np.abs(found[:, 0] - 20) <= found[:, 1]) <= 0.97
    assert 50 < found[:, 2].mean() < 85  # with a tenth on top, and ten; (t x 1.5 / 0.4) ** 2 = 57
    assert abs(found[:, 0].mean() - 20) < 0.03  # a tenth of the half-width that was asked for


def test_stopping_soon_does_not_bias() -> None:
    """Where few replications are enough, chance would decide most."""
    rng = np.random.default_rng(6)
    wish = Criterion("asa", 0.8, False, "")
    found = np.array([stopped(lambda: 20 + 1.5 * rng.normal(size=500), wish) for _ in range(EXPERIMENTS)])
    assert 0.93 <= np.mean(np.abs(found[:, 0] - 20) <= found[:, 1]) <= 0.97


@pytest.mark.parametrize(("block", "wide"), [(2, 2.5), (16, 1.2)])
def test_stopping_with_blocks_of_luck_does_not_bias(block: int, wide: float) -> None:
    """The day's factor is a stratum each within a block, shifted at random; the value is no line of it."""
    rng = np.random.default_rng(7 + block)
    blocks = 500 // block

    def make() -> Float64:
        u = (np.arange(block)[:, None] + rng.random((1, blocks))) / block
        if block == 2:
            u[1] = 1 - u[0]
        return 20 + 30 * u.T.reshape(-1) ** 2 + rng.normal(0, 4, blocks * block)

    found = np.array(
        [stopped(make, Criterion("asa", wide, False, ""), block=block) for _ in range(EXPERIMENTS)]
    )
    assert 0.93 <= np.mean(np.abs(found[:, 0] - 30) <= found[:, 1]) <= 0.97
    assert found[:, 2].mean() < 400


def line(agents: int) -> ccsim.Scenario:
    """M/M/c+M round the clock: a call a minute of five minutes, patience four minutes."""
    return ccsim.Scenario.from_dict(
        {
            "format": 1,
            "name": "line",
            "time": {"start": "2026-03-02", "days": 1, "open": "00:00-24:00"},
            "queues": {
                "line": {
                    "arrivals": {"per_day": 1440},
                    "talk": "exponential mean 5m",
                    "wrap_up": "fixed 0s",
                    "patience": "exponential mean 4m",
                    "service_level": "80% in 20s",
                }
            },
            "agent_groups": {"desk": {"headcount": agents, "skills": ["line"], "shifts": {"day": "100%"}}},
            "shifts": {"day": {"hours": "00:00-24:00"}},
        }
    )


def lines_covered(experiments: int, replications: int = 10) -> dict[str, float]:
    """Share of experiments whose intervals hold Erlang's values: ratios, a mean wait, a difference."""
    exact = [theory.erlang_a(1 / 60, 300, 240, agents, 20) for agents in (5, 6)]
    known = {
        "abandon_rate": exact[0].abandonment_rate,
        "service_level": exact[0].service_level,
        "mean_wait": exact[0].mean_wait_s,
    }
    gap = exact[1].service_level - exact[0].service_level
    hits = dict.fromkeys([*known, "difference"], 0)
    for seed in range(experiments):
        study = ccsim.Experiment({"5": line(5), "6": line(6)}, seed=seed, replications=replications).run()
        table = study.runs["5"].metrics(list(known), warm_up="2h").set_index("metric")
        for metric, value in known.items():
            hits[metric] += bool(table.loc[metric, "low"] <= value <= table.loc[metric, "high"])
        row = study.compare("service_level", warm_up="2h").iloc[0]
        hits["difference"] += bool(row.low <= gap <= row.high)
    return {name: count / experiments for name, count in hits.items()}


def test_small_centers() -> None:
    found = lines_covered(40, 6)
    assert all(share >= 0.95 - 4 * (0.95 * 0.05 / 40) ** 0.5 for share in found.values()), found


@pytest.mark.slow
def test_a_thousand_experiments_of_small_centers() -> None:
    found = lines_covered(1000)
    assert all(0.93 <= share <= 0.97 for share in found.values()), found
