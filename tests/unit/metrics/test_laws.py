"""Laws that hold in every Log and every table: nothing is lost, and parts add up to the whole exactly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ccsim.kinds import Outcome, State
from ccsim.log import Log
from ccsim.metrics import compute, definitions
from ccsim.metrics.accumulator import Accumulator
from ccsim.units import DAY, HOUR, SECOND
from tests.unit.metrics import logs

OUTCOMES = ["answered", "abandoned", "short_abandoned", "balked", "blocked", "cleared", "open"]
CONTACT_BYS: list[list[str]] = [
    [],
    ["queue"],
    ["channel"],
    ["interval"],
    ["hour"],
    ["day"],
    ["weekday", "queue"],
    ["queue", "interval", "day"],
    ["interval", "channel"],
]
TIME_BYS: list[list[str]] = [["interval"], ["hour"], ["day"], ["weekday"], ["agent"], ["group", "interval"]]
SEEDS = range(300)


def pivot(log: Log, names: list[str], by: list[str], **options: str) -> pd.DataFrame:
    """One row per cell, one column per metric."""
    table = compute([log], names, by, **options)  # type: ignore[arg-type]
    rows = len(names)
    columns = {name: table["value"].to_numpy()[place::rows] for place, name in enumerate(names)}
    assert table["metric"].tolist() == names * (len(table) // rows)
    return pd.DataFrame(columns)


def random_log(seed: int) -> Log:
    return logs.random_log(seed, tick=(1, 5 * SECOND)[seed % 2])


@pytest.mark.parametrize("attribution", ["arrival", "sl_event", "contact_end"])
def test_every_contact_has_one_outcome_in_every_cell(attribution: str) -> None:
    for seed in SEEDS:
        log = random_log(seed)
        by = CONTACT_BYS[seed % len(CONTACT_BYS)]
        cells = pivot(log, ["offered", *OUTCOMES], by, attribution=attribution)
        assert (cells["offered"] == cells[OUTCOMES].sum(axis=1)).all()
        assert cells["offered"].sum() == len(log.legs["queue"])


def test_random_logs_have_every_outcome_and_state() -> None:
    """Else the laws above would be about less than they say."""
    seen = np.concatenate([random_log(seed).legs["outcome"] for seed in range(20)])
    assert set(seen) == {int(outcome) for outcome in Outcome if outcome < Outcome.DEFLECTED}
    states = np.concatenate([random_log(seed).stretches["state"] for seed in range(20)])
    assert set(states) == {int(state) for state in State} - {State.OFF, State.DOWN}


def test_contacts_and_hours_of_all_intervals_add_up_to_the_total() -> None:
    counts = ["offered", *OUTCOMES, "handle_hours"]
    hours = [m.name for m in definitions() if m.unit == "h"]
    for seed in SEEDS:
        log = random_log(seed)
        by = CONTACT_BYS[1 + seed % (len(CONTACT_BYS) - 1)]
        whole, parts = pivot(log, counts, []), pivot(log, counts, by)
        np.testing.assert_allclose(parts.sum(), whole.iloc[0], rtol=1e-12, atol=1e-12)
        by = TIME_BYS[seed % len(TIME_BYS)]
        whole, parts = pivot(log, hours, []), pivot(log, hours, by)
        np.testing.assert_allclose(parts.sum(), whole.iloc[0], rtol=1e-12, atol=1e-12)


def test_waiting_time_is_the_sum_of_waits() -> None:
    """Little's law to the microsecond: the area under the queue length is the sum of the waits."""
    for seed in SEEDS:
        log = random_log(seed)
        legs = log.legs
        ended = np.where(legs["answered_at"] >= 0, legs["answered_at"], legs["ended_at"])
        waits = int((ended - legs["queued_at"]).sum())
        for by in ([], ["queue"], ["queue", "interval", "day"]):
            accumulator = Accumulator(log.labels, "queue_length", by)
            accumulator.add(log)
            # numerators of one replication are kept as they are
            assert int(accumulator._ratios.mean_n.sum()) == waits


def test_handling_lies_within_time_on_duty() -> None:
    for seed in SEEDS:
        cells = pivot(
            random_log(seed),
            ["free_hours", "staffed_hours", "handle_hours", "occupancy"],
            ["agent", "interval"],
        )
        assert (cells["free_hours"] >= -1e-12).all()
        np.testing.assert_allclose(
            cells["free_hours"] + cells["handle_hours"], cells["staffed_hours"], atol=1e-12
        )
        occupancy = cells["occupancy"].dropna()
        assert ((occupancy >= 0) & (occupancy <= 1 + 1e-12)).all()


def test_ratios_of_a_whole_are_weighted_means_of_its_parts() -> None:
    """Also across queues with unequal loads; a mean of percentages would fail this."""
    names = [m.name for m in definitions() if m.kind == "ratio" and {"queue", "interval"} <= m.keys]
    shared = ("queue_length", "mean_backlog", "recovery_time")  # their denominators are shared by queues
    names = [name for name in names if name not in shared]
    for seed in range(60):
        log = random_log(seed)
        table = compute([log], names, ["queue", "interval"]).dropna(subset=["value"])
        sums = (table["value"] * table["weight"]).groupby(table["metric"]).sum()
        weights = table["weight"].groupby(table["metric"]).sum()
        whole = compute([log], names).dropna(subset=["value"]).set_index("metric")
        for name, row in whole.iterrows():
            assert weights[name] == pytest.approx(row["weight"])
            assert sums[name] / weights[name] == pytest.approx(row["value"])


@pytest.mark.parametrize(
    "by", [[], ["queue"], ["queue", "interval"], ["agent"], ["group", "day"], ["replication"]]
)
def test_no_agents_and_no_contacts(by: list[str]) -> None:
    nobody = logs.log(logs.labels(agent_group=()), [])
    table = compute([nobody], None, by)
    counts = table[table["metric"].isin(["offered", *OUTCOMES, "staffed_hours", "longest_queue"])]
    assert (counts["value"] == 0).all()
    ratios = table[table["metric"].isin(["service_level", "asa", "wait_p50", "longest_wait", "occupancy"])]
    assert ratios["value"].isna().all()
    assert (ratios["weight"] == 0).all()


def test_one_contact() -> None:
    row = logs.leg(
        9 * HOUR, Outcome.ANSWERED, wait=30 * SECOND, talk=90 * SECOND, wrap_up=60 * SECOND, agent=1
    )
    duty = [(1, int(State.ON_DUTY), 8 * HOUR, 10 * HOUR), (1, int(State.BREAK), 10 * HOUR, 11 * HOUR)]
    log = logs.log(logs.labels(), [row], duty)
    table = compute([log]).set_index("metric")["value"]
    expected = {
        "offered": 1,
        "answered": 1,
        "service_level": 0,
        "sl_answered_only": 0,
        "asa": 30,
        "mean_wait": 30,
        "wait_p50": 30,
        "wait_p95": 30,
        "longest_wait": 30,
        "longest_queue": 1,
        "queue_length": 30 / 36000,
        "aht": 150,
        "mean_talk": 90,
        "mean_wrap_up": 60,
        "handle_hours": 150 / 3600,
        "occupancy": 150 / 7200,
        "occupancy_of_shift": 150 / 10800,
        "utilisation": 150 / 10800,
        "staffed_hours": 2,
        "paid_hours": 3,
        "shrinkage": 1 / 3,
        "break_hours": 1,
    }
    assert {name: table[name] for name in expected} == pytest.approx(expected)


def test_everything_at_one_instant() -> None:
    rows = [logs.leg(9 * HOUR, Outcome.ABANDONED, wait=10 * SECOND) for _ in range(50)]
    log = logs.log(logs.labels(), rows)
    table = compute([log], ["offered", "longest_queue", "wait_p50", "abandon_rate"]).set_index("metric")[
        "value"
    ]
    assert table.tolist() == [50, 50, 10, 1]


def test_a_run_past_midnight_keeps_its_days_apart() -> None:
    world = logs.labels(days=1, ends_at=DAY + 3 * HOUR, open_hours=(18 * HOUR, 26 * HOUR))
    rows = [logs.leg(at, Outcome.ABANDONED, wait=SECOND) for at in (23 * HOUR, DAY + HOUR)]
    table = compute([logs.log(world, rows)], "offered", ["day", "hour"])
    busy = table[table["value"] > 0]
    assert busy["day"].dt.strftime("%Y-%m-%d").tolist() == ["2026-03-02", "2026-03-03"]
    assert busy["hour"].tolist() == [23, 1]
    assert len(table) == 8  # the hours in which the queue was open
