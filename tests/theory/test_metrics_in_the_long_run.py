"""The metrics of a public run, with their own confidence intervals, against Erlang A.

Thirty replications of two days and a bit; the first hours are left out by ``warm_up``. The intervals are
asked for at a confidence of 0.99994, the share within 4 standard errors of a normal variate, so each
contains the exact value but for one run in 16,000; how narrow they are is asserted.
"""

from __future__ import annotations

import pytest

import ccsim
from ccsim.theory import erlang_a
from tests.theory.long_run import World

pytestmark = pytest.mark.statistical


def test_metrics_of_m_m_c_m() -> None:
    """Twenty agents at their capacity; six metrics of the report."""
    rate, handle, patience, agents = 20 / 30, 30.0, 60.0, 20
    exact = erlang_a(rate, handle, patience, agents, within_s=5)
    scenario = World(
        queues={"line": {"patience": "exponential mean 60s", "talk": "exponential mean 30s"}},
        rates={"line": rate},
        groups={"team": {"headcount": agents, "skills": ["line"]}},
        talk_s={},
    ).scenario()
    scenario["time"]["days"] = 3
    run = ccsim.simulate(ccsim.Scenario.from_dict(scenario), seed=1101, replications=30, engine="compiled")
    expected = {
        "abandon_rate": exact.abandonment_rate,
        "mean_wait": exact.mean_wait_s,
        "asa": exact.asa_s,
        "service_level_5s": exact.service_level,
        "queue_length": exact.queue_length,
        "occupancy": exact.occupancy,
    }
    table = run.metrics(list(expected), warm_up="6h", confidence=0.99994).set_index("metric")
    for name, value in expected.items():
        low, high = table.loc[name, "low"], table.loc[name, "high"]
        print(f"{name}: exact {value:.6g}, interval {low:.6g} .. {high:.6g}")
        assert low <= value <= high
        assert high - low < 0.06 * value
    assert table.loc["abandon_rate", "weight"] == pytest.approx(30 * 2.75 * 86400 * rate, rel=0.01)
