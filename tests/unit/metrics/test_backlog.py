"""Deferrable work: the clock that stops at night, and what is left to do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ccsim.errors import MetricError
from ccsim.kinds import IssueOutcome, Outcome
from ccsim.log import Log
from ccsim.metrics import compute
from ccsim.metrics.backlog import backlog_table
from ccsim.metrics.clock import Clocks
from ccsim.units import DAY, HOUR, MINUTE
from tests.unit.metrics.journeys import EMAIL, VOICE, Story, world

FRIDAY_EVENING = 17 * HOUR + 55 * MINUTE


def email(story: Story, at: int, answered: int = -1, ended: int = -1, queue: int = EMAIL) -> None:
    """One email; without an answer it is open at the end."""
    issue = story.issue(IssueOutcome.OPEN)
    contact = story.contact(issue, at, queue=queue)
    if answered < 0:
        story.leg(contact, at, Outcome.OPEN, wait=story.labels.ends_at - at, queue=queue)
    else:
        story.leg(contact, at, Outcome.ANSWERED, wait=answered - at, talk=ended - answered, wrap_up=0,
                  queue=queue, agent=0)  # fmt: skip


def test_the_clock_counts_open_time_only() -> None:
    clocks = Clocks.read(world(days=3))
    assert clocks is not None
    clock = clocks.of[EMAIL]
    at = np.array([0, 8 * HOUR, 9 * HOUR, 18 * HOUR, 20 * HOUR, DAY + 8 * HOUR, DAY + 9 * HOUR])
    assert (clock.reading(at) // HOUR).tolist() == [0, 0, 1, 10, 10, 10, 11]
    reading = np.array([0, HOUR, 10 * HOUR, 11 * HOUR, 31 * HOUR])
    assert (clock.instant(reading) // HOUR).tolist()[:4] == [8, 9, 18, 33]
    assert clock.instant(reading)[4] == 2**62
    assert Clocks.read(world(business_hours=(False,) * 3)) is None


def eight_hours() -> Log:
    """Arrives at 17:55, target 8 business hours: due next day at 15:55. One is on time, one a minute late."""
    story = Story(world(days=2, target_within_us=np.array([20_000_000, 20_000_000, 8 * HOUR])))
    due = DAY + 15 * HOUR + 55 * MINUTE
    email(story, FRIDAY_EVENING, due, due + MINUTE)
    email(story, FRIDAY_EVENING, due + MINUTE, due + 2 * MINUTE)
    email(story, 20 * HOUR, DAY + 8 * HOUR, DAY + 9 * HOUR)
    return story.log()


def test_service_level_of_deferrable_work_is_in_opening_hours() -> None:
    log = eight_hours()
    table = compute([log], ["service_level", "asa"], "queue").set_index(["queue", "metric"])["value"]
    assert table["email", "service_level"] == pytest.approx(2 / 3)
    calendar = (22 * 60 + 22 * 60 + 1 + 12 * 60) / 3  # waits as such are by the calendar
    assert table["email", "asa"] == pytest.approx(calendar * 60)
    by_end = compute([log], "service_level", ["queue", "day"], attribution="contact_end")
    assert by_end["weight"].tolist() == [0, 0, 0, 0, 0, 3]
    by_event = compute([log], "service_level", ["queue", "hour"], attribution="sl_event")
    counted = by_event[(by_event["queue"] == "email") & (by_event["weight"] > 0)]
    assert counted.set_index("hour")["weight"].to_dict() == {8: 1, 15: 2}


def test_the_backlog_is_carried_over_the_night() -> None:
    log = eight_hours()
    table = backlog_table(log, "day")
    mine = table[table["queue"] == "email"]
    assert mine[["opening", "arrived", "done", "closing"]].values.tolist() == [
        [0, 3, 0, 3], [3, 0, 3, 0], [0, 0, 0, 0],
    ]  # fmt: skip
    assert mine["past_target"].tolist() == [0, 0, 0]
    assert mine["oldest_s"].tolist()[0] == 6 * 3600 + 300
    hours = backlog_table(log, "hour")
    late = hours[(hours["queue"] == "email") & (hours["to_at"] == "2026-03-03 16:00")]
    assert late[["opening", "done", "closing", "past_target"]].values.tolist() == [[2, 2, 0, 0]]
    with pytest.raises(MetricError, match="interval, hour, day, not by 'week'"):
        backlog_table(log, "week")  # type: ignore[arg-type]


def test_deferrable_work_on_the_calendar_has_a_backlog_but_no_clock_of_its_own() -> None:
    labels = replace(eight_hours().labels, business_hours=())
    log = replace(eight_hours(), labels=labels)
    names = {"mean_backlog", "backlog_at_day_end", "first_response_p50", "service_level"}
    found = {row.metric: row.value for row in compute([log], list(names), "queue").itertuples()
             if row.queue == "email"}  # fmt: skip
    assert set(found) == names
    assert found["service_level"] == 0  # the night counts
    assert not {"backlog_at_day_end"} & set(
        compute([replace(log, labels=replace(labels, deferrable=()))])["metric"]
    )
    assert "first_response_time_in_hours" not in set(compute([log])["metric"])


def test_metrics_of_the_backlog() -> None:
    story = Story(world(days=2))
    email(story, 9 * HOUR)  # open for ever
    email(story, 22 * HOUR, DAY + 8 * HOUR, DAY + 10 * HOUR)
    email(story, 9 * HOUR, 9 * HOUR, 10 * HOUR, queue=VOICE)
    log = story.log()
    expected = {
        "mean_backlog": (39 + 12) / 48, "backlog_at_day_end": 3 / 2, "backlog_past_target": 2 / 3,
        "backlog_age_p50": 15 * 3600, "backlog_age_p90": 39 * 3600, "open": 1,
    }  # fmt: skip
    found = compute([log], list(expected), "queue").set_index(["queue", "metric"])["value"]
    assert found["email"].to_dict() == pytest.approx(expected, abs=1e-6)
    by_day = compute([log], ["backlog_at_day_end", "mean_backlog"], ["queue", "day"])
    mine = by_day[by_day["queue"] == "email"]["value"].tolist()
    assert mine[:4] == pytest.approx([2, 17 / 24, 1, 34 / 24])
