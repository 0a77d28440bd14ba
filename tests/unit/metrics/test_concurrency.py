"""Agents with several contacts open or with interrupted work: three handle times, and whose time it is."""

from __future__ import annotations

import pytest

from ccsim.kinds import IssueOutcome, Outcome
from ccsim.log import Log
from ccsim.metrics import compute
from ccsim.metrics.tables import agents_table, legs_table
from ccsim.units import HOUR, MINUTE
from tests.unit.metrics.journeys import CHAT, EMAIL, VOICE, Story, world

NINE = 9 * HOUR


def answered(
    story: Story, queue: int, at: int, talk: int, wrap_up: int = 0, agent: int = 0, **more: int
) -> int:
    issue = story.issue(IssueOutcome.RESOLVED, at + talk)
    contact = story.contact(issue, at, queue=queue, resolved=1)
    return story.leg(
        contact, at, Outcome.ANSWERED, talk=talk, wrap_up=wrap_up, queue=queue, agent=agent, **more
    )


def two_chats() -> Log:
    """9:00-9:20 and 9:10-9:40 with one agent, who is on duty from 9 to 10; the wrap-up is the last 5
    minutes.
    """
    story = Story(world(agents=1))
    story.duty(0, NINE, NINE + HOUR)
    answered(story, CHAT, NINE, 15 * MINUTE, 5 * MINUTE, work_us=12 * MINUTE)
    answered(story, CHAT, NINE + 10 * MINUTE, 25 * MINUTE, 5 * MINUTE, work_us=20 * MINUTE)
    return story.log()


def test_three_handle_times_and_two_occupancies() -> None:
    expected = {
        "session_time": 25 * 60, "focus_time": 16 * 60, "aht": 25 * 60,
        "concurrency_adjusted_handle_time": 20 * 60, "mean_concurrency": 50 / 40,
        "occupancy": 40 / 60, "slot_occupancy": 50 / 180, "utilisation": 40 / 60, "handle_hours": 40 / 60,
        "free_hours": 20 / 60,
    }  # fmt: skip
    found = compute([two_chats()], list(expected)).set_index("metric")["value"]
    assert found.to_dict() == pytest.approx(expected)


def test_time_with_two_open_is_divided_evenly_and_counts_where_it_passed() -> None:
    table = compute([two_chats()], ["handle_hours", "occupancy"], "interval")
    found = {(row.interval, row.metric): row.value for row in table.itertuples() if row.value > 0}
    assert found == pytest.approx({
        ("09:00", "handle_hours"): 0.5, ("09:00", "occupancy"): 1,
        ("09:30", "handle_hours"): 10 / 60, ("09:30", "occupancy"): 1 / 3,
    })  # fmt: skip


def test_states_of_an_agent_with_two_chats() -> None:
    table = agents_table(two_chats())
    minutes = (table["to_at"] - table["from_at"]).dt.total_seconds() / 60
    assert list(zip(table["state"], minutes, strict=True)) == [("talking", 35), ("wrap_up", 5), ("free", 20)]


def test_interrupted_work_is_its_pieces() -> None:
    """An email of 30 minutes in two pieces, with a call of 10 minutes between them."""
    story = Story(world(agents=1))
    story.duty(0, NINE, NINE + HOUR)
    email = answered(story, EMAIL, NINE, 35 * MINUTE, 5 * MINUTE)
    story.piece(email, 0, NINE, NINE + 20 * MINUTE)
    story.piece(email, 0, NINE + 30 * MINUTE, NINE + 40 * MINUTE)
    answered(story, VOICE, NINE + 20 * MINUTE, 10 * MINUTE)
    log = story.log()
    table = compute([log], ["aht", "mean_talk", "session_time", "handle_hours", "focus_time"], "queue")
    found = {(row.queue, row.metric): row.value for row in table.itertuples()}
    assert found["email", "aht"] == 30 * 60
    assert found["email", "mean_talk"] == 25 * 60
    assert found["email", "session_time"] == 40 * 60
    assert found["email", "focus_time"] == 30 * 60
    assert found["email", "handle_hours"] == pytest.approx(0.5)
    assert found["billing", "handle_hours"] == pytest.approx(10 / 60)
    assert compute([log], "occupancy")["value"].tolist() == pytest.approx([40 / 60])
    assert agents_table(log)["state"].tolist() == ["talking", "wrap_up", "free"]
    legs = legs_table(log)
    assert legs["focus_s"].tolist() == legs["handle_s"].tolist() == [1800, 600]
    assert legs["talk_s"].tolist() == [35 * 60, 600]  # the call in between is part of it


def test_a_call_that_reached_nobody_keeps_its_agent_busy() -> None:
    story = Story(world(agents=1))
    story.duty(0, NINE, NINE + HOUR)
    contact = story.contact(story.issue(IssueOutcome.GIVEN_UP, NINE + 30 * MINUTE), NINE)
    leg = story.leg(contact, NINE, Outcome.UNREACHED, wait=30 * MINUTE, dials=2)
    story.piece(leg, 0, NINE + 10 * MINUTE, NINE + 12 * MINUTE)
    story.piece(leg, 0, NINE + 28 * MINUTE, NINE + 30 * MINUTE)
    found = compute([story.log()], ["handle_hours", "answered", "abandon_rate", "callbacks_unreached"])
    assert found["value"].tolist() == pytest.approx([4 / 60, 0, 0, 1])


def test_without_concurrency_nothing_is_divided() -> None:
    story = Story(world(agents=1, concurrency=(1, 1, 1)))
    story.duty(0, NINE, NINE + HOUR)
    answered(story, VOICE, NINE, 10 * MINUTE)
    names = [
        "session_time",
        "concurrency_adjusted_handle_time",
        "mean_concurrency",
        "slot_occupancy",
        "occupancy",
    ]
    assert compute([story.log()], names)["value"].tolist() == pytest.approx([600, 600, 1, 1 / 6, 1 / 6])
