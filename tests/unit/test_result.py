"""Run: its tables, digests, metrics and summary."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ccsim.kinds import Outcome, State
from ccsim.log import Log
from ccsim.result import Run
from ccsim.units import HOUR, MINUTE, SECOND
from tests.unit.metrics import logs
from tests.unit.metrics.journeys import random_journeys

NINE = 9 * HOUR
ISSUE_COLUMNS = ["issue", "contacts", "outcome", "opened_at", "closed_at", "first_queue", "last_queue",
"channels",
                 "escalations", "transfers", "complexity", "minutes"]  # fmt: skip


def run_of(*many: Log, **options: Any) -> Run:
    scenario: Any = SimpleNamespace(name="helpdesk")
    return Run(scenario, 1, "simpy", many, **options)


def small() -> Log:
    rows = [
        logs.leg(NINE, Outcome.ANSWERED, wait=30 * SECOND, talk=MINUTE, wrap_up=20 * SECOND, agent=1),
        logs.leg(NINE + MINUTE, Outcome.ABANDONED, wait=5 * SECOND),
        logs.leg(NINE + 2 * MINUTE, Outcome.ABANDONED, wait=6 * SECOND),
        logs.leg(NINE + 3 * MINUTE, Outcome.BLOCKED),
        logs.leg(NINE + 4 * MINUTE, Outcome.OPEN, wait=0, talk=6 * MINUTE, agent=1),
    ]
    duty = [(1, int(State.ON_DUTY), 8 * HOUR, NINE + 10 * MINUTE), (0, int(State.TRAINING), 8 * HOUR, NINE)]
    return logs.log(logs.labels(short=5 * SECOND, ends_at=NINE + 10 * MINUTE), rows, duty)


def test_contacts() -> None:
    table = run_of(small()).contacts
    assert table.columns.tolist() == [
        "issue", "contact", "queue", "channel", "luck", "arrived_at", "outcome", "ended_at", "wait_s",
        "cause", "resolved",
    ]  # fmt: skip
    assert table["outcome"].tolist() == ["answered", "short_abandoned", "abandoned", "blocked", "open"]
    assert table["arrived_at"].dtype == "datetime64[us]"
    assert table["arrived_at"][0] == pd.Timestamp("2026-03-02 09:00")
    assert table["ended_at"][0] == pd.Timestamp("2026-03-02 09:01:50")
    assert pd.isna(table["ended_at"][4])
    assert table["wait_s"].tolist() == [30, 5, 6, 0, 0]


def test_by_none_is_no_by() -> None:
    run = run_of(small())
    assert run.metrics("offered", by=None).equals(run.metrics("offered"))
    assert run.metrics("offered", by=None).equals(run.metrics("offered", by=()))


def test_legs() -> None:
    table = run_of(small()).legs
    assert table.columns.tolist() == [
        "issue", "contact", "leg", "queue", "channel", "group", "agent", "queued_at", "answered_at",
        "ended_at", "outcome", "wait_s", "talk_s", "wrap_up_s", "entry", "gave_up_at", "announced_s",
        "promised_at", "dials", "focus_s", "handle_s",
    ]  # fmt: skip
    first = table.iloc[0]
    assert (first["group"], first["agent"], first["wait_s"], first["talk_s"], first["wrap_up_s"]) == (
        "desk",
        "desk 2",
        30,
        60,
        20,
    )
    assert table["agent"].isna().tolist() == [False, True, True, True, False]
    assert table["talk_s"].isna().tolist() == [False, True, True, True, False]
    assert table["talk_s"][4] == 360  # so far
    assert table["answered_at"].isna().tolist() == [False, True, True, True, False]


def test_agents() -> None:
    table = run_of(small()).agents
    assert table.columns.tolist() == ["agent", "group", "state", "from_at", "to_at"]
    states = list(
        zip(
            table["agent"],
            table["state"],
            (table["to_at"] - table["from_at"]).dt.total_seconds(),
            strict=True,
        )
    )
    assert states == [
        ("desk 1", "training", 3600),
        ("desk 2", "free", 3630),
        ("desk 2", "talking", 60),
        ("desk 2", "wrap_up", 20),
        ("desk 2", "free", 130),
        ("desk 2", "talking", 360),
    ]


def test_agents_stretches_are_adjacent_and_add_up_to_the_metrics() -> None:
    for seed in range(100):
        log = logs.random_log(seed, contacts=300, agents=5, tick=(1, 60 * SECOND)[seed % 2])
        run = run_of(log)
        table = run.agents
        hours = (table["to_at"] - table["from_at"]).dt.total_seconds().groupby(
            table["state"], observed=False
        ).sum() / 3600
        busy = hours["talking"] + hours["wrap_up"]
        found = run.metrics(["free_hours", "handle_hours", "staffed_hours", "break_hours", "training_hours"])[
            "value"
        ]
        assert found.tolist() == pytest.approx(
            [hours["free"], busy, hours["free"] + busy, hours["break"], hours["training"]], abs=1e-9,
        )  # fmt: skip
        assert (table["to_at"] > table["from_at"]).all()
        same = table["agent"].eq(table["agent"].shift(-1))
        gaps = (table["from_at"].shift(-1) - table["to_at"])[same]
        assert (gaps >= pd.Timedelta(0)).all()
        on_duty = log.stretches["state"] == State.ON_DUTY
        edges = set(zip(log.stretches["agent"][on_duty], log.stretches["from_at"][on_duty], strict=True))
        spans = _spans(table[table["state"].isin(["free", "talking", "wrap_up"])])
        assert len(spans) <= len(edges)  # cutting a stretch on duty leaves no hole in it


def _spans(table: pd.DataFrame) -> pd.DataFrame:
    new = table["agent"].ne(table["agent"].shift()) | table["from_at"].ne(table["to_at"].shift())
    return table.groupby(new.cumsum()).agg(from_at=("from_at", "min"), to_at=("to_at", "max"))


def test_a_contact_that_spans_two_stretches_on_duty() -> None:
    row = logs.leg(NINE, Outcome.ANSWERED, talk=20 * MINUTE, wrap_up=0, agent=0)
    on_duty = int(State.ON_DUTY)
    log = logs.log(
        logs.labels(),
        [row],
        [(0, on_duty, 8 * HOUR, NINE + 10 * MINUTE), (0, on_duty, NINE + 10 * MINUTE, 10 * HOUR)],
    )
    table = run_of(log).agents
    assert table["state"].tolist() == ["free", "talking", "free"]
    assert (table["to_at"] - table["from_at"]).dt.total_seconds().tolist() == [3600, 1200, 2400]


def test_issues_of_several_contacts() -> None:
    log = small()
    contacts = dict(log.contacts)
    contacts["issue"] = np.array([0, 1, 0, 2, 1], dtype=np.int32)
    contacts["contact"] = np.array([1, 1, 2, 1, 2], dtype=np.int16)
    table = run_of(replace(log, contacts=contacts)).issues
    assert table.columns.tolist() == ISSUE_COLUMNS
    assert table["contacts"].tolist() == [2, 2, 1]
    assert table["outcome"].tolist() == ["resolved", "open", "given_up"]
    assert table["opened_at"].dt.minute.tolist() == [0, 1, 3]
    assert table["closed_at"].isna().tolist() == [False, True, False]
    assert table["closed_at"][0] == pd.Timestamp("2026-03-02 09:01:50")


def test_a_contact_of_several_legs_ends_as_its_last_one() -> None:
    log = small()
    legs = {name: column[[4, 1, 0]] for name, column in log.legs.items()}  # rows in no order
    legs["contact_row"] = np.array([0, 1, 0], dtype=np.int32)
    legs["leg"] = np.array([2, 1, 1], dtype=np.int8)
    contacts = {name: column[:2] for name, column in log.contacts.items()}
    table = run_of(replace(log, contacts=contacts, legs=legs)).contacts
    assert table["outcome"].tolist() == ["open", "short_abandoned"]
    assert table["wait_s"].tolist() == [30, 5]


def test_replications_are_numbered_from_one() -> None:
    run = run_of(small(), small())
    assert run.replications == 2
    for table in (run.contacts, run.legs, run.agents, run.issues):
        assert table.columns[0] == "replication"
        assert table["replication"].unique().tolist() == [1, 2]
    assert len(run.contacts) == 10
    assert run.metrics("offered", "replication")["replication"].tolist() == [1, 2]
    assert run.metrics("offered")["value"].tolist() == [5]


def test_tables_of_an_empty_run() -> None:
    run = run_of(logs.log(logs.labels(agent_group=()), []))
    for table in (run.contacts, run.legs, run.agents, run.issues, run.sessions, run.journeys,
    run.journey_events,
                  run.recovery):  # fmt: skip
        assert len(table) == 0
    assert run.issues.columns.tolist() == ISSUE_COLUMNS
    assert run.backlog()["closing"].sum() == 0
    assert "support" in str(run)


def test_tables_of_whole_journeys() -> None:
    log = random_journeys(8)
    run = run_of(log, log)
    tables = (run.issues, run.journeys, run.sessions, run.journey_events, run.backlog("day"), run.recovery)
    for table in tables:
        assert table["replication"].unique().tolist() == [1, 2]
    assert run.journeys.columns.tolist() == [
        "replication", "issue", "path", "contacts", "transfers", "minutes", "outcome",
    ]  # fmt: skip
    assert run.journey_events.columns.tolist() == [
        "replication", "case_id", "activity", "timestamp", "queue", "agent", "contact",
    ]  # fmt: skip
    assert run.sessions.columns.tolist() == [
        "replication", "issue", "contact", "queue", "front", "kind", "started_at", "ended_at", "outcome",
        "failures", "warm",
    ]  # fmt: skip
    assert run.backlog("day").columns.tolist() == [
        "replication", "queue", "from_at", "to_at", "opening", "arrived", "done", "unanswered", "closing",
        "past_target", "mean_age_s", "oldest_s",
    ]  # fmt: skip
    assert run.recovery["incident"].unique().tolist() == ["outage"]
    assert len(run.backlog()) == 2 * 3 * (log.labels.ends_at // log.labels.interval_us + 1)


def test_digests_name_the_bytes() -> None:
    one, other = small(), logs.random_log(3)
    run = run_of(one, other)
    assert run.digests == (one.digest(), other.digest())
    assert run.digest == run.digests[0]
    assert run_of(small()).digest == run.digest
    with pytest.raises(ValueError, match="at least one"):
        run_of()


def test_summary_says_what_service_level_means() -> None:
    text = str(run_of(small(), warnings=["offered load exceeds staff"], seconds=0.25))
    assert text.splitlines()[0] == "helpdesk: seed 1, 1 replication, simpy engine, 0.25 s"
    assert "T = 20s, target 80%" in text
    assert "sl_excl_short" in text
    assert "warning: offered load exceeds staff" in text
    assert len(text.splitlines()) <= 10


def test_summary_of_several_queues_and_replications_has_intervals() -> None:
    world = logs.random_log(2, queues=3, agents=4).labels
    many = [logs.random_log(seed, agents=4, days=world.days, world=world) for seed in range(3)]
    lines = str(run_of(*many)).splitlines()
    assert lines[0].startswith("helpdesk: seed 1, 3 replications")
    assert [line.split("  ")[0] for line in lines[2:6]] == ["queue 0", "queue 1", "queue 2", "all queues"]
    assert " to " in lines[2]
    eight = logs.log(logs.labels(tuple("abcdefgh")), [])
    assert "... and 3 more queues" in str(run_of(eight))
