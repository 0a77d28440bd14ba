"""Tables of any center add up: counts by any key are the total's, hours too, shares stay within 0 and 1."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import ccsim
from tests.parity.random_journeys import journeys
from tests.parity.random_scenarios import scenarios
from tests.unit.metrics.journey_laws import LAWS

COUNTS = ("offered", "answered", "abandoned", "short_abandoned", "balked", "blocked", "cleared", "open")
HOURS = ("staffed_hours", "handle_hours", "free_hours", "paid_hours")
SHARES = ("service_level", "abandon_rate", "occupancy", "utilisation", "adherence")
KEYS = (["queue"], ["interval"], ["day"], ["queue", "interval"], ["weekday"], ["queue", "day", "hour"])


def assert_adds_up(run: ccsim.Run) -> None:
    total = run.metrics().set_index("metric")
    outcomes = run.legs["outcome"].astype(str).value_counts()
    assert total.loc["offered", "weight"] == len(run.legs)
    for count in COUNTS[1:]:
        assert total.loc[count, "weight"] == outcomes.get(count, 0), count
    for share in SHARES:
        value = total.loc[share, "value"]
        assert value != value or -1e-12 <= value <= 1 + 1e-12, share
    for attribution in ("arrival", "sl_event", "contact_end"):
        for by in KEYS:
            table = run.metrics(by=by, attribution=attribution)
            for count in COUNTS:
                assert table.loc[table["metric"] == count, "weight"].sum() == total.loc[count, "weight"], (
                    by,
                    count,
                )
            if "queue" not in by:
                for hours in HOURS:
                    part = table.loc[table["metric"] == hours, "value"].sum()
                    assert part == pytest.approx(total.loc[hours, "value"], abs=1e-6), (by, hours)


@given(data=scenarios())
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_tables_add_up(data: dict[str, Any]) -> None:
    assert_adds_up(ccsim.simulate(ccsim.Scenario.from_dict(data), seed=3, replications=2))


@pytest.mark.slow
@given(data=scenarios())
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
def test_tables_add_up_on_many_centers(data: dict[str, Any]) -> None:
    assert_adds_up(ccsim.simulate(ccsim.Scenario.from_dict(data), seed=4, replications=2))


@given(data=scenarios())
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_stretches_of_agents_add_up_to_their_hours(data: dict[str, Any]) -> None:
    run = ccsim.simulate(ccsim.Scenario.from_dict(data), seed=5)
    hours = run.metrics(list(HOURS)).set_index("metric")["value"]
    seconds = (run.agents["to_at"] - run.agents["from_at"]).dt.total_seconds()
    state = run.agents["state"].astype(str)
    assert seconds[state.isin(["free", "talking", "wrap_up"])].sum() / 3600 == pytest.approx(
        hours["staffed_hours"], abs=1e-6
    )
    assert seconds[state.isin(["talking", "wrap_up"])].sum() / 3600 == pytest.approx(
        hours["handle_hours"], abs=1e-6
    )


def assert_laws_of_journeys(data: dict[str, Any]) -> None:
    run = ccsim.simulate(ccsim.Scenario.from_dict(data), seed=6, engine="simpy")
    for law in LAWS:
        law(run.logs[0])


@given(data=journeys())
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_laws_of_whole_journeys(data: dict[str, Any]) -> None:
    assert_laws_of_journeys(data)


@pytest.mark.slow
@given(data=journeys())
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
def test_laws_of_many_whole_journeys(data: dict[str, Any]) -> None:
    assert_laws_of_journeys(data)
