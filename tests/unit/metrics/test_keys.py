"""By-keys: their order, their values, and which go with which metric."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from ccsim.errors import MetricError
from ccsim.kinds import Outcome
from ccsim.metrics import BY_KEYS, compute, definitions, find
from ccsim.units import HOUR, MINUTE
from tests.unit.metrics import journeys, logs

LOG = logs.random_log(4, contacts=300, days=3, queues=3, agents=5)


def test_keys_come_first_in_the_order_asked_for_and_sort_the_rows() -> None:
    table = compute([LOG], ["offered", "asa"], ["interval", "queue"])
    assert table.columns.tolist() == ["interval", "queue", "metric", "value", "low", "high", "weight"]
    assert table["metric"].tolist() == ["offered", "asa"] * (len(table) // 2)
    cells = list(zip(table["interval"], table["queue"], strict=True))[::2]
    assert cells == sorted(cells)


def test_values_of_the_keys() -> None:
    assert compute([LOG], "offered", "queue")["queue"].tolist() == ["queue 0", "queue 1", "queue 2"]
    assert compute([LOG], "offered", "channel")["channel"].tolist() == ["voice", "chat"]
    assert compute([LOG], "staffed_hours", "agent")["agent"].tolist() == list(LOG.labels.agents)
    assert compute([LOG], "offered", "weekday")["weekday"].tolist() == ["mon", "tue", "wed"]
    days = compute([LOG], "offered", "day")["day"]
    assert days.dt.strftime("%Y-%m-%d").tolist() == ["2026-03-02", "2026-03-03", "2026-03-04"]
    assert set(compute([LOG], "offered", "interval")["interval"]) <= {
        f"{minute // 60:02d}:{minute % 60:02d}"
        for minute in range(0, 1440, LOG.labels.interval_us // 60_000_000)
    }
    assert compute([LOG], "offered", "hour")["hour"].between(0, 23).all()


def test_rows_appear_where_the_queue_was_open_or_something_happened() -> None:
    quiet = logs.log(logs.labels(open_hours=(8 * HOUR, 10 * HOUR)), [])
    table = compute([quiet], "service_level", ["queue", "interval"])
    assert table["interval"].tolist() == ["08:00", "08:30", "09:00", "09:30"]


def test_group_and_agent_cross_only_where_the_agent_belongs() -> None:
    table = compute([LOG], "staffed_hours", ["group", "agent"])
    belongs = {
        name: LOG.labels.groups[LOG.labels.agent_group[row]] for row, name in enumerate(LOG.labels.agents)
    }
    assert dict(zip(table["agent"], table["group"], strict=True)) == belongs


def test_every_metric_works_with_every_pair_of_its_keys() -> None:
    log = journeys.random_journeys(3)
    for by in itertools.combinations(BY_KEYS[1:], 2):
        names = [metric.name for metric in definitions() if set(by) <= metric.keys]
        if names:
            assert compute([log], names, by)["metric"].unique().tolist() == names, by


@pytest.mark.parametrize(
    ("name", "by", "fits"),
    [
        ("occupancy", "queue", "group, agent, interval, hour, day, weekday, replication"),
        ("blocked", "agent", "queue, channel, interval, hour, day, weekday, replication"),
        ("service_level", "group", "queue, channel"),
        ("wait_p80", "agent", "queue, channel"),
        ("days_at_target", "interval", "queue, channel, day, weekday, replication"),
    ],
)
def test_what_does_not_go_together_says_what_does(name: str, by: str, fits: str) -> None:
    with pytest.raises(MetricError, match=f"{name} does not go with {by}; it goes with: {fits}"):
        compute([LOG], name, by)


def test_a_standard_table_leaves_out_what_does_not_go_with_the_keys() -> None:
    by_queue = set(compute([LOG], None, "queue")["metric"])
    assert "service_level" in by_queue
    assert "occupancy" not in by_queue
    by_agent = set(compute([LOG], None, "agent")["metric"])
    assert {"occupancy", "answered", "aht", "asa", "sl_answered_only"} <= by_agent
    assert "offered" not in by_agent
    assert "handle_hours" in by_queue & by_agent


def test_answered_by_agent_adds_up_to_the_answered() -> None:
    whole = compute([LOG], ["answered", "handle_hours"])["value"].tolist()
    for by in ("agent", "group"):
        table = compute([LOG], ["answered", "handle_hours"], by)
        assert table.groupby("metric")["value"].sum()[["answered", "handle_hours"]].tolist() == pytest.approx(
            whole
        )
    crossed = compute([LOG], ["answered", "handle_hours"], ["queue", "agent", "day"])
    assert crossed.groupby("metric")["value"].sum()[["answered", "handle_hours"]].tolist() == pytest.approx(
        whole
    )


def test_a_fine_grid_that_is_mostly_empty_loses_nothing() -> None:
    """400 agents by quarter hours: more cells than contacts, so that only those that occur are numbered."""
    world = logs.labels(("a", "b", "c"), ("desk",), (0,) * 400, days=3, interval=15 * MINUTE)
    log = logs.random_log(7, contacts=900, agents=400, days=3, world=world)
    names = ["answered", "handle_hours", "asa", "answer_wait_p50"]
    table = compute([log], names, ["agent", "queue", "interval", "day"])
    found = table.pivot_table("value", ["agent", "queue", "interval", "day"], "metric", aggfunc="first")
    legs = log.legs
    reached = legs["answered_at"] >= 0
    assert found["answered"].sum() == np.count_nonzero(reached) > 100
    busy = (legs["ended_at"] - legs["answered_at"])[reached].sum()
    assert found["handle_hours"].sum() == pytest.approx(busy / HOUR)
    some = np.flatnonzero(reached)[:50]
    for row in some:
        at = legs["queued_at"][row]
        same = reached & (legs["agent"] == legs["agent"][row]) & (legs["queue"] == legs["queue"][row])
        same &= legs["queued_at"] // (15 * MINUTE) == at // (15 * MINUTE)
        waits = (legs["answered_at"] - legs["queued_at"])[same]
        minute = at % (24 * HOUR) // (15 * MINUTE) * 15
        place = (
            world.agents[legs["agent"][row]],
            world.queues[legs["queue"][row]],
            f"{minute // 60:02d}:{minute % 60:02d}",
            pd.Timestamp(world.start) + pd.Timedelta(days=int(at // (24 * HOUR))),
        )
        assert found.loc[place, "answered"] == len(waits)
        assert found.loc[place, "asa"] == pytest.approx(waits.mean() / 1e6)
        assert found.loc[place, "answer_wait_p50"] == pytest.approx(
            np.sort(waits)[(len(waits) - 1) // 2] / 1e6
        )


def test_a_group_without_people_has_its_row() -> None:
    log = logs.log(logs.labels(groups=("desk", "nobody")), [])
    table = compute([log], ["staffed_hours", "occupancy"], "group")
    assert table["group"].tolist() == ["desk", "desk", "nobody", "nobody"]
    empty = logs.log(logs.labels(agent_group=()), [logs.leg(9 * HOUR, Outcome.ABANDONED, wait=MINUTE)])
    hours = compute([empty], ["handle_hours", "staffed_hours"], ["group", "interval"])
    assert hours["value"].tolist() == [0.0] * len(hours)
    assert compute([empty], "handle_hours", "group")["value"].tolist() == [0.0]


def test_unknown_names_say_the_way_out() -> None:
    with pytest.raises(MetricError, match="did you mean abandon_rate"):
        compute([LOG], "abandonrate")
    with pytest.raises(MetricError, match="there is: replication, queue"):
        compute([LOG], "offered", "team")
    with pytest.raises(MetricError, match="named twice"):
        compute([LOG], "offered", ["queue", "queue"])
    with pytest.raises(MetricError, match="at least one metric"):
        compute([LOG], [])
    with pytest.raises(MetricError, match="no Log"):
        compute([])
    with pytest.raises(MetricError, match="no attribution"):
        compute([LOG], "offered", attribution="departure")
    with pytest.raises(MetricError, match="confidence"):
        compute([LOG], "offered", confidence=95)


def test_every_metric_says_what_it_is() -> None:
    for metric in definitions():
        assert metric.definition.endswith(".")
        assert metric.weight
        assert metric.unit in {"contacts", "share", "s", "h", "issues", "sessions", "turns", "calls", "money",
                               "points", "incidents"}  # fmt: skip
        assert metric.better in {"higher", "lower", None}
        assert metric.keys <= set(BY_KEYS)
        assert find(metric.name) is metric
    assert len({metric.name for metric in definitions()}) == len(definitions())
