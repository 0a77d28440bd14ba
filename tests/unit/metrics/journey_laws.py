"""What holds of every Log of whole journeys, whoever wrote it; used for random Logs and for those of
engines.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ccsim.kinds import Outcome
from ccsim.log import Log
from ccsim.metrics import compute, definitions
from ccsim.metrics.agent_time import PAID
from ccsim.metrics.backlog import backlog_table
from ccsim.metrics.journeys import events_table, journeys_table
from ccsim.metrics.keys import cells_for
from ccsim.metrics.measures import Wants, measure
from ccsim.metrics.tables import agent_states, contacts_table, issues_table, legs_table, sessions_table
from ccsim.units import HOUR

OFFERED = ["answered", "abandoned", "short_abandoned", "balked", "blocked", "cleared", "deflected", "moved",
           "callbacks_unreached", "open"]  # fmt: skip
CAUSES = ["fresh_contacts", "retries", "returns", "bounce_backs", "chasers", "complaints", "duplicates",
          "false_alarms"]  # fmt: skip
BYS: list[list[str]] = [
    [],
    ["queue"],
    ["channel", "hour"],
    ["day", "queue"],
    ["interval", "day"],
    ["weekday"],
]


def values(log: Log, names: list[str], by: list[str] | None = None, **options: str) -> pd.DataFrame:
    """One row per cell, one column per metric."""
    table = compute([log], names, by or [], **options)  # type: ignore[arg-type]
    columns = {name: table["value"].to_numpy()[place :: len(names)] for place, name in enumerate(names)}
    return pd.DataFrame(columns)


def every_leg_issue_and_contact_counts_once_in_every_cell(log: Log) -> None:
    for by in BYS:
        _assert_counts(log, by)


def the_handle_time_of_legs_adds_up_to_aht(log: Log) -> None:
    cells = compute([log], ["aht"], "queue").set_index("queue")["value"]
    legs = legs_table(log)
    means = legs[legs["outcome"] == "answered"].groupby("queue", observed=False)["handle_s"].mean()
    np.testing.assert_allclose(means[cells.index].to_numpy(), cells.to_numpy(), rtol=1e-12)


def _assert_counts(log: Log, by: list[str]) -> None:
    cells = values(log, ["offered", *OFFERED, "closed"], by)
    assert (cells["offered"] == cells[OFFERED].sum(axis=1)).all()
    assert cells["offered"].sum() + cells["closed"].sum() == len(log.legs["queue"])
    issues = ["issues_resolved", "issues_given_up", "issues_open"]
    cells = values(log, ["issues", *issues], by)
    assert (cells["issues"] == cells[issues].sum(axis=1)).all()
    assert cells["issues"].sum() == len(issues_table(log))
    cells = values(log, ["contacts", *CAUSES], by)
    assert (cells["contacts"] == cells[CAUSES].sum(axis=1)).all()
    assert cells["contacts"].sum() == issues_table(log)["contacts"].sum()
    cells = values(log, ["callbacks", "callbacks_reached", "callbacks_unreached", "callbacks_open"], by)
    assert (
        cells["callbacks"]
        >= cells[["callbacks_reached", "callbacks_unreached", "callbacks_open"]].sum(axis=1)
    ).all()


def shares_are_shares_and_parts_add_up(log: Log) -> None:
    """Of every metric of every theme: a ratio of a whole is the weighted mean of its parts."""
    # queues share the time or the incident below the line; a retry may come where nobody came afresh
    shared = {"queue_length", "mean_backlog", "backlog_at_day_end", "recovery_time",
    "incidents_not_recovered",
              "attempts_per_fresh_contact"}  # fmt: skip
    signed = {"announced_wait_bias"}
    chosen = [m for m in definitions() if {"queue", "day"} <= m.keys and m.kind in ("ratio", "count")]
    names = [m.name for m in chosen if m.name not in shared]
    parts = compute([log], names, ["queue", "day"])
    whole = compute([log], names).set_index("metric")
    kinds = {m.name: m for m in chosen}
    for name, rows in parts.groupby("metric"):
        metric, total = kinds[str(name)], whole.loc[name]
        if metric.unit == "share":
            assert rows["value"].dropna().between(-1e-12, 1 + 1e-12).all(), name
        if str(name) not in signed:
            assert (rows["value"].dropna() >= 0).all(), name
        assert rows["weight"].sum() == pytest.approx(total["weight"]), name
        if metric.kind == "count":
            assert rows["value"].sum() == pytest.approx(total["value"]), name
        elif metric.kind == "ratio" and total["weight"] > 0:
            rows = rows.dropna(subset=["value"])
            mean = (rows["value"] * rows["weight"]).sum() / rows["weight"].sum()
            assert mean == pytest.approx(total["value"]), name


def agents_are_busy_within_their_time_and_their_slots(log: Log) -> None:
    names = ["occupancy", "slot_occupancy", "utilisation", "handle_hours", "free_hours"]
    for by in (["agent"], ["agent", "interval", "day"], ["group", "hour"]):
        cells = values(log, names, by)
        for name in ("occupancy", "slot_occupancy", "utilisation"):
            assert cells[name].dropna().between(0, 1 + 1e-9).all(), name
        assert (cells["free_hours"] >= -1e-9).all()
    hours = values(log, ["handle_hours"])["handle_hours"].sum()
    for by in (["queue"], ["queue", "agent"], ["channel", "interval"]):
        assert values(log, ["handle_hours"], by)["handle_hours"].sum() == pytest.approx(hours)


def stretches_of_agents_are_adjacent_and_add_up(log: Log) -> None:
    agent, state, begin, end = agent_states(log)
    same = agent[1:] == agent[:-1]
    assert (end > begin).all()
    assert (begin[1:] >= end[:-1])[same].all()
    paid = measure(log, cells_for(log.labels, ["agent"]), Wants.of([]), 0, "arrival").sums
    on_duty = np.bincount(
        agent[state <= 2], weights=(end - begin)[state <= 2], minlength=len(log.labels.agents)
    )
    np.testing.assert_array_equal(on_duty, paid["on_duty"])
    busy = np.isin(state, (1, 2))
    assert (end - begin)[busy].sum() / HOUR == pytest.approx(values(log, ["handle_hours"]).iloc[0, 0])
    whole = sum(paid[name] for name in PAID) + paid["unpaid_break"]
    np.testing.assert_array_equal(np.bincount(agent, weights=end - begin, minlength=len(whole)), whole)


def the_backlog_is_carried_over_exactly(log: Log) -> None:
    for by in ("interval", "hour", "day"):
        table = backlog_table(log, by)  # type: ignore[arg-type]
        assert (table["opening"] + table["arrived"] - table["done"] == table["closing"]).all()
        for _, rows in table.groupby("queue", observed=False):
            assert rows["opening"].tolist() == [0, *rows["closing"].tolist()[:-1]]
        assert (table["closing"] >= 0).all()
        assert (
            table["closing"].groupby(table["queue"], observed=False).last().sum()
            == (log.legs["outcome"] == Outcome.OPEN).sum()
        )
        assert (table["past_target"] <= table["closing"]).all()


def tables_tell_one_story(log: Log) -> None:
    issues, journeys, events = issues_table(log), journeys_table(log), events_table(log)
    assert issues["issue"].tolist() == journeys["issue"].tolist()
    assert issues["outcome"].astype(str).tolist() == journeys["outcome"].astype(str).tolist()
    assert issues["contacts"].tolist() == journeys["contacts"].tolist()
    assert (journeys["path"].str.count(r" \| ") < journeys["contacts"]).all()
    assert (issues["minutes"] >= 0).all()
    assert len(legs_table(log)) == len(log.legs["queue"])
    assert len(contacts_table(log)) == len(log.contacts["queue"])
    assert len(sessions_table(log)) == len(log.sessions.get("front", ()))
    assert all(times.is_monotonic_increasing for _, times in events.groupby("case_id")["timestamp"])
    arrivals = events[events["activity"] == "arrive"].groupby("case_id").size()
    assert arrivals.tolist() == issues["contacts"].tolist()
    resolved = set(events[events["activity"] == "resolved"]["case_id"])
    assert resolved == set(issues["issue"][issues["outcome"].astype(str) == "resolved"])


LAWS = (
    every_leg_issue_and_contact_counts_once_in_every_cell,
    shares_are_shares_and_parts_add_up,
    agents_are_busy_within_their_time_and_their_slots,
    stretches_of_agents_are_adjacent_and_add_up,
    the_backlog_is_carried_over_exactly,
    tables_tell_one_story,
    the_handle_time_of_legs_adds_up_to_aht,
)
