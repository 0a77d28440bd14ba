"""Sensitivity: indices of functions where they are known, and a small center."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import ccsim
from ccsim.experiments.answering.sensitivity import indices

Float64 = npt.NDArray[np.float64]
PI = (-np.pi, np.pi)


def ishigami(x: Float64) -> Float64:
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 (Ishigami and Homma 1990)."""
    found: Float64 = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    return found


def test_sobol_indices_of_the_ishigami_function() -> None:
    """Exact: V = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2 with a = 7, b = 0.1."""
    b = 0.1
    v1, v2 = 0.5 * (1 + b * np.pi**4 / 5) ** 2, 49 / 8
    v13 = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    v = v1 + v2 + v13
    table, count = indices(ishigami, ["x1", "x2", "x3"], [PI] * 3, method="sobol", points=1024, seed=1)
    found = table.set_index("factor")
    assert count == 1024 * 5
    assert found["first"][["x1", "x2", "x3"]].to_numpy() == pytest.approx([v1 / v, v2 / v, 0], abs=0.04)
    assert found["total"][["x1", "x2", "x3"]].to_numpy() == pytest.approx(
        [(v1 + v13) / v, v2 / v, v13 / v], abs=0.04
    )
    assert table["factor"].tolist() == ["x1", "x2", "x3"]


def test_morris_of_a_plane_is_its_slopes() -> None:
    """Elementary effects of a linear function are its slopes over the ranges, without any spread."""

    def plane(x: Float64) -> Float64:
        found: Float64 = 2 * x[:, 0] - 5 * x[:, 1]
        return found

    bounds = [(0.0, 1.0), (0.0, 2.0), (0.0, 1.0)]
    table, count = indices(plane, ["a", "b", "c"], bounds, method="morris", points=8, seed=1)
    assert count == 8 * 4
    assert table["factor"].tolist() == ["b", "a", "c"]
    assert table["mu_star"].to_numpy() == pytest.approx([10, 2, 0])
    assert table["mu"].to_numpy() == pytest.approx([-10, 2, 0])
    assert table["sigma"].to_numpy() == pytest.approx([0, 0, 0], abs=1e-9)


def test_a_constant_has_no_indices() -> None:
    def flat(x: Float64) -> Float64:
        return np.full(len(x), 3.0)

    table, _ = indices(flat, ["a", "b"], [(0.0, 1.0)] * 2, method="sobol", points=8, seed=1)
    assert (table[["first", "total"]] == 0).all(axis=None)


def test_a_function_without_a_value_and_points_that_do_not_fit() -> None:
    def gaps(x: Float64) -> Float64:
        return np.where(x[:, 0] > 0.5, np.nan, 1.0)

    with pytest.raises(ccsim.CcsimError, match="no value at"):
        indices(gaps, ["a"], [(0.0, 1.0)], method="morris", points=4, seed=1)
    with pytest.raises(ccsim.CcsimError, match="power of 2"):
        indices(gaps, ["a"], [(0.0, 1.0)], method="sobol", points=10, seed=1)


def test_without_salib_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.sample.morris", None)
    with pytest.raises(ccsim.CcsimError, match=r"pip install 'ccsim\[experiments\]'"):
        indices(ishigami, ["x1", "x2", "x3"], [PI] * 3, method="morris", points=4, seed=1)


@pytest.fixture(scope="module")
def center() -> ccsim.Scenario:
    return ccsim.Scenario.from_dict(
        {
            "format": 1,
            "name": "desk",
            "time": {"start": "2026-03-02", "days": 1, "open": "08:00-18:00"},
            "queues": {"calls": {"arrivals": {"per_day": 300}, "talk": "exponential mean 5m"}},
            "agent_groups": {"desk": {"headcount": 4, "skills": ["calls"], "shifts": {"day": "100%"}}},
            "shifts": {"day": {"hours": "08:00-18:00"}},
        }
    )


FACTORS: dict[str, list[Any]] = {
    "queues.calls.talk.mean": ["4m50s", "5m10s"],
    "agent_groups.desk.headcount": [3, 6],
}


def test_tornado_is_a_paired_difference(center: ccsim.Scenario) -> None:
    found = ccsim.sensitivity(center, FACTORS, "service_level", replications=8, seed=3)
    assert found.table["factor"].tolist() == ["agent_groups.desk.headcount", "queues.calls.talk.mean"]
    row = found.table.iloc[0]
    cases = {"base": center, "six": center.override({"agent_groups.desk.headcount": 6})}
    paired = ccsim.Experiment(cases, seed=3, replications=8).run().compare("service_level").iloc[0]
    assert row["change_high"] == pytest.approx(paired.difference)
    assert (row["change_high_from"], row["change_high_to"]) == pytest.approx((paired.low, paired.high))
    assert row["swing"] == pytest.approx(row["change_high"] - row["change_low"])
    assert found.base == pytest.approx(paired.base)
    assert found.runs == 5 * 8
    assert "agent_groups.desk.headcount  3 to 6:" in str(found)


@pytest.mark.parametrize(("method", "points", "column"), [("morris", 4, "mu_star"), ("sobol", 16, "total")])
def test_headcount_matters_more_than_twenty_seconds(
    center: ccsim.Scenario, method: Any, points: int, column: str
) -> None:
    found = ccsim.sensitivity(center, FACTORS, method=method, points=points, replications=3, workers=2)
    assert found.table["factor"].iloc[0] == "agent_groups.desk.headcount"
    assert found.table[column].iloc[0] > 2 * found.table[column].iloc[1]
    assert len(str(found).splitlines()) == 3


@pytest.mark.parametrize(
    ("factors", "more", "message"),
    [
        ({}, {}, "at least one factor"),
        ({"queues.calls.talk.mean": ["4m"]}, {}, "queues.calls.talk.mean: .*needs a range"),
        (FACTORS, {"method": "anova"}, "no method 'anova'"),
        ({"agent_groups.desk.headcount": [-3, 4]}, {}, "headcount = -3, replication 1"),
    ],
)
def test_what_cannot_be_asked(
    center: ccsim.Scenario, factors: dict[str, Any], more: dict[str, Any], message: str
) -> None:
    with pytest.raises(ccsim.CcsimError, match=message):
        ccsim.sensitivity(center, factors, replications=2, **more)
