"""Recovery after an incident: the first interval from which on waits are normal again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ccsim.kinds import IssueOutcome, Outcome
from ccsim.log import Log
from ccsim.metrics import compute
from ccsim.metrics.recovery import recovery_table
from ccsim.units import HOUR, MINUTE, SECOND
from tests.unit.metrics.journeys import Story, world

OUTAGE = ("outage", 10 * HOUR, 11 * HOUR)


def day(waits_after: list[int]) -> Log:
    """A call a minute from 8 to 18; waits of 10 s, 300 s in the outage, and those given by half hour after
    it.
    """
    story = Story(world(incidents=(OUTAGE,)))
    for minute in range(8 * 60, 18 * 60):
        at, half_hour = minute * MINUTE, (minute - 11 * 60) // 30
        wait = 300 if OUTAGE[1] <= at < OUTAGE[2] else 10
        if 0 <= half_hour < len(waits_after):
            wait = waits_after[half_hour]
        contact = story.contact(story.issue(IssueOutcome.RESOLVED, at), at)
        story.leg(contact, at, Outcome.ANSWERED, wait=wait * SECOND, talk=SECOND, wrap_up=0, agent=0)
    return story.log()


def test_waits_are_normal_from_the_second_half_hour_on() -> None:
    log = day([300])
    table = recovery_table(log)
    row = table[table["queue"] == "billing"].iloc[0]
    usual = np.array([10] * (9 * 60 - 30) + [300] * 30)
    limit = usual.mean() + usual.std(ddof=1) / len(usual) ** 0.5
    assert row["normal_wait_s"] == pytest.approx(usual.mean())
    assert row["limit_s"] == pytest.approx(limit)
    assert (row["recovery_s"], row["recovered"]) == (1800, True)
    quiet = table[table["queue"] == "email"].iloc[0]
    assert np.isnan([quiet["recovery_s"], quiet["normal_wait_s"]]).all()


def test_both_intervals_must_be_normal_and_the_target_time_is_normal_anyway() -> None:
    log = day([10, 300, 10, 20])
    assert compute([log], "recovery_time")["value"].tolist() == [3600]
    assert compute([day([20, 20])], "recovery_time")["value"].tolist() == [0]
    by_queue = compute([log], ["recovery_time", "incidents_not_recovered"], "queue")
    assert by_queue["value"].tolist() == pytest.approx([3600, 0, *[np.nan, 0] * 2], nan_ok=True)
    by_hour = compute([log], "recovery_time", "hour").set_index("hour")["value"]
    assert by_hour[11] == 3600
    assert by_hour.drop(11).isna().all()


def test_what_does_not_recover_counts_to_the_end_of_the_run() -> None:
    log = day([300] * 14)
    found = compute([log], ["recovery_time", "incidents_not_recovered"])["value"].tolist()
    assert found == [13 * 3600, 1]
    assert compute([log], "recovery_time", since="2026-03-02 12:00")["value"].isna().all()


def sparse(waits_after: list[int], days: int = 20) -> Log:
    """A call an hour from 8 to 18 with waits of 10 s, and 300 s in the outage of the first day; those given
    come from its end on.
    """
    story = Story(world(days, incidents=(OUTAGE,)))
    given = iter(waits_after)
    for hour in range(24 * days):
        at = hour * HOUR
        if 8 <= hour % 24 < 18:
            wait = 300 if OUTAGE[1] <= at < OUTAGE[2] else next(given, 10) if at >= OUTAGE[2] else 10
            contact = story.contact(story.issue(IssueOutcome.RESOLVED, at), at)
            story.leg(contact, at, Outcome.ANSWERED, wait=wait * SECOND, talk=SECOND, wrap_up=0, agent=0)
    return story.log()


@pytest.mark.parametrize(
    ("waits", "hours"),
    [
        ([], 0),
        ([60], 0),  # ten contacts wait 15 s on average: one of them says nothing
        ([0, 100, 100, 100], 2.5),  # nor does the lucky first one; ten of which one waits 100 s wait 19 s
        ([200] * 5, 4.5),  # the half hour behind the last of them
        ([200] * 8, 21.5),  # the eighth comes at 8:00 in the morning
    ],
)
def test_with_few_contacts_ten_are_looked_at_together(waits: list[int], hours: int) -> None:
    row = recovery_table(sparse(waits)).iloc[0]
    assert 20 <= row["limit_s"] < 28  # ten contacts of which one waits 200 s are above it
    assert (row["recovery_s"] / 3600, row["recovered"]) == (hours, True)


def test_few_contacts_that_keep_waiting_do_not_recover() -> None:
    row = recovery_table(sparse([300] * 30, days=3)).iloc[0]
    assert row["limit_s"] < 300
    assert (row["recovery_s"], row["recovered"]) == ((3 * 24 - 11) * 3600, False)


def test_an_incident_with_few_contacts_behind_it_is_on_neither_side() -> None:
    """Seven calls come after the outage of the only day."""
    log = sparse([], days=1)
    assert np.isnan(recovery_table(log).iloc[0]["recovery_s"])
    found = compute([log], ["recovery_time", "incidents_not_recovered"]).set_index("metric")
    assert np.isnan(found.loc["recovery_time", "value"])
    assert found.loc["recovery_time", "weight"] == 0
    assert found.loc["incidents_not_recovered", "value"] == 0


def test_several_incidents_are_averaged() -> None:
    other = ("campaign", 14 * HOUR, 15 * HOUR)
    log = replace(day([300]), labels=world(incidents=(OUTAGE, other)))
    assert compute([log], "recovery_time")["value"].tolist() == [900]


def test_after_an_incident_that_ends_in_the_night_the_next_morning_counts() -> None:
    labels = world(incidents=(("flu", 0, 6 * HOUR),))
    opens = replace(
        labels,
        open_from=np.full(len(labels.queues), 8 * HOUR),
        open_to=np.full(len(labels.queues), 18 * HOUR),
        open_queue=np.arange(len(labels.queues), dtype=np.int16),
    )
    assert compute([replace(day([]), labels=opens)], "recovery_time")["value"].tolist() == [0]
    closed = replace(
        opens, open_from=opens.open_from[:0], open_to=opens.open_to[:0], open_queue=opens.open_queue[:0]
    )
    assert compute([replace(day([]), labels=closed)], "recovery_time")["value"].tolist() == [5400]
