"""Ratio estimators over replications: the formula, its coverage, and what is kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from ccsim.errors import MetricError
from ccsim.kinds import Outcome
from ccsim.metrics import Accumulator, compute
from ccsim.metrics.estimators import RatioEstimator, student_t
from ccsim.units import HOUR, MINUTE, SECOND
from tests.unit.metrics import logs

WORLD = logs.random_log(2, queues=2, agents=4, days=2).labels
MANY = [logs.random_log(seed, agents=4, days=2, world=WORLD) for seed in range(6)]


def test_interval_is_the_delta_method_written_out() -> None:
    rng = np.random.default_rng(3)
    tops, bottoms = rng.random(12) * 50, rng.random(12) * 80 + 10
    estimator = RatioEstimator((1,))
    for top, bottom in zip(tops, bottoms, strict=True):
        estimator.add(np.array([top]), np.array([bottom]))
    ratio = tops.sum() / bottoms.sum()
    variance = ((tops - ratio * bottoms) ** 2).sum() / (12 * 11 * bottoms.mean() ** 2)
    assert estimator.ratio()[0] == pytest.approx(ratio)
    half = stats.t.ppf(0.95, 11) * np.sqrt(variance)
    assert estimator.half_width(0.9)[0] == pytest.approx(half)
    assert student_t(0.9, 11) == pytest.approx(stats.t.ppf(0.95, 11))


def test_with_constant_denominators_it_is_the_mean_with_students_interval() -> None:
    estimator = RatioEstimator((1,))
    sample = [3.0, 5.0, 4.0, 9.0]
    for value in sample:
        estimator.add(np.array([value]), np.ones(1))
    low, high = stats.t.interval(0.95, 3, np.mean(sample), stats.sem(sample))
    assert estimator.ratio()[0] - estimator.half_width(0.95)[0] == pytest.approx(low)
    assert estimator.ratio()[0] + estimator.half_width(0.95)[0] == pytest.approx(high)


@pytest.mark.statistical
def test_intervals_cover_the_true_ratio_as_often_as_they_say() -> None:
    """2 000 experiments of 20 replications with numerator and denominator that move together.

    The share of hits is that of a binomial(2000, 0.95) if the interval is exact; its 4 sigma band: +-0.0195.
    The delta method is approximate, so that one point more is allowed below.
    """
    rng = np.random.default_rng(20260302)
    estimator = RatioEstimator((2_000,))
    for _ in range(20):
        offered = rng.poisson(rng.gamma(25, 16, 2_000))  # busy and quiet replications
        answered = rng.binomial(offered, 0.8)
        estimator.add(answered.astype(float), offered.astype(float))
    hit = np.abs(estimator.ratio() - 0.8) <= estimator.half_width(0.95)
    assert 0.95 - 0.0195 - 0.01 <= hit.mean() <= 0.95 + 0.0195


def test_values_over_replications_are_ratios_of_sums_and_means_of_counts() -> None:
    names = ["offered", "asa", "occupancy", "longest_queue"]
    table = compute(MANY, names).set_index("metric")
    each = compute(MANY, names, "replication")
    assert each["replication"].tolist() == np.repeat(np.arange(1, 7), 4).tolist()
    assert each["low"].isna().all()
    per = {name: each[each["metric"] == name] for name in names}
    assert table.loc["offered", "value"] == pytest.approx(per["offered"]["value"].mean())
    assert table.loc["offered", "weight"] == per["offered"]["weight"].sum()
    assert table.loc["longest_queue", "value"] == pytest.approx(per["longest_queue"]["value"].mean())
    for name in ("asa", "occupancy"):
        tops, bottoms = per[name]["value"] * per[name]["weight"], per[name]["weight"]
        assert table.loc[name, "value"] == pytest.approx(tops.sum() / bottoms.sum())
        assert table.loc[name, "weight"] == pytest.approx(bottoms.sum())
    low, high = stats.t.interval(0.95, 5, per["offered"]["value"].mean(), stats.sem(per["offered"]["value"]))
    assert table.loc["offered", ["low", "high"]].tolist() == pytest.approx([max(low, 0), high])


def test_a_cell_missing_in_a_replication_counts_as_zero() -> None:
    world = logs.labels()
    row = logs.leg(9 * HOUR, Outcome.ANSWERED, wait=10 * SECOND, talk=MINUTE, wrap_up=0)
    many = [logs.log(world, [row] * 4), logs.log(world, [])]
    table = compute(many, ["offered", "asa"], "interval").set_index(["interval", "metric"])
    assert table.loc[("09:00", "offered"), "value"] == 2
    assert table.loc[("09:00", "asa"), "value"] == 10
    assert table.loc[("09:00", "asa"), "weight"] == 4


def test_equal_replications_have_an_interval_of_no_width() -> None:
    table = compute([MANY[0]] * 5, ["offered", "asa", "service_level", "wait_p80"], "queue")
    np.testing.assert_allclose(table["low"], table["value"])
    np.testing.assert_allclose(table["high"], table["value"])


def test_bounds_stay_within_what_is_possible() -> None:
    world = logs.labels()
    served = [logs.leg(9 * HOUR, Outcome.ANSWERED, talk=MINUTE, wrap_up=0)] * 3
    lost = [logs.leg(9 * HOUR, Outcome.ABANDONED, wait=MINUTE)]
    table = compute([logs.log(world, served), logs.log(world, served + lost)], ["service_level", "abandoned"])
    assert table["low"].tolist() == [0, 0]
    assert table["high"].tolist()[0] == 1


def test_logs_one_at_a_time_give_the_same_table() -> None:
    accumulator = Accumulator(WORLD, None, ["queue", "interval"], confidence=0.9)
    for log in MANY:
        accumulator.add(log)
    assert accumulator.replications == 6
    whole = compute(iter(MANY), None, ["queue", "interval"], confidence=0.9)
    assert accumulator.table().equals(whole)
    assert accumulator.table().equals(whole)  # looking changes nothing


def test_a_table_can_be_read_between_replications() -> None:
    accumulator = Accumulator(WORLD, ["wait_p80", "asa"])
    for count, log in enumerate(MANY, start=1):
        accumulator.add(log)
        assert accumulator.table().equals(compute(MANY[:count], ["wait_p80", "asa"]))


def test_replications_of_different_worlds_are_refused() -> None:
    accumulator = Accumulator(WORLD, "offered")
    other = replace(MANY[0], labels=replace(WORLD, queues=("x", "y")))
    with pytest.raises(MetricError, match="queues differ"):
        accumulator.add(other)
    longer = replace(MANY[0], labels=replace(WORLD, ends_at=WORLD.ends_at + 1))
    with pytest.raises(MetricError, match="end at different times"):
        accumulator.add(longer)
    with pytest.raises(MetricError, match="by replication"):
        Accumulator(WORLD, "offered", "replication")
