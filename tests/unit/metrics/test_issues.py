"""Issues: known answers of the ways to measure resolution, by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from ccsim.errors import MetricError
from ccsim.kinds import Cause, Entry, IssueOutcome, Outcome
from ccsim.log import Log
from ccsim.metrics import compute, find
from ccsim.metrics.journeys import events_table, journeys_table
from ccsim.metrics.tables import contacts_table, issues_table
from ccsim.units import DAY, HOUR, MINUTE, SECOND
from tests.unit.metrics import logs
from tests.unit.metrics.journeys import CHAT, EMAIL, VOICE, Story, world

NINE = 9 * HOUR


def value(log: Log, name: str, **options: str) -> float:
    return float(compute([log], name, **options)["value"].iloc[0])  # type: ignore[arg-type]


def answered(story: Story, contact: int, at: int, *, resolved: bool, queue: int = VOICE, **more: int) -> int:
    story.rows["contacts"][contact]["resolved"] = 1 if resolved else 2
    return story.leg(
        contact, at, Outcome.ANSWERED, talk=2 * MINUTE, wrap_up=MINUTE, queue=queue, agent=0, **more
    )


def chain(story: Story, at: int, contacts: int, *, resolved: bool, gap: int = HOUR) -> None:
    """An issue of answered contacts, of which the last may resolve it."""
    closed = at + (contacts - 1) * gap + 2 * MINUTE
    issue = story.issue(IssueOutcome.RESOLVED if resolved else IssueOutcome.GIVEN_UP, closed)
    before = -1
    for number in range(1, contacts + 1):
        cause = Cause.FRESH if number == 1 else Cause.RETURN
        before = story.contact(issue, at, contact=number, cause=cause, after=before, luck=issue)
        answered(story, before, at, resolved=resolved and number == contacts)
        at += gap


def geometric() -> Log:
    """1,000 issues whose contacts each resolve 70 %, all others return: 1 / 0.7 contacts an issue."""
    story = Story(world(days=4))
    left, number = 1000, 1
    while left:
        done = round(0.7 * left) if left > 2 else left
        for k in range(done):
            chain(story, k * SECOND, number, resolved=True, gap=MINUTE)
        left, number = left - done, number + 1
    return story.log()


def test_fcr_of_70_percent_is_one_and_done_49_percent() -> None:
    """The consistency check of practice: 1.43 contacts an issue, 0.49 of the contacts first and resolving."""
    log = geometric()
    assert value(log, "fcr_true") == pytest.approx(0.7)
    assert value(log, "contacts_per_issue") == pytest.approx(1 / 0.7, rel=2e-3)
    assert value(log, "one_and_done") == pytest.approx(0.49, rel=2e-3)
    assert value(log, "fcr_gross") == value(log, "fcr_net") == value(log, "one_and_done")
    assert value(log, "ocr") == value(log, "fcr_true")
    # everybody who is not helped comes again, so that the measured share is that of resolving contacts
    assert value(log, "fcr_repeat_1d") == pytest.approx(0.7, rel=2e-3)


def test_repeats_of_the_last_days_are_not_judged() -> None:
    story = Story(world(days=10))
    chain(story, 0, 2, resolved=True, gap=6 * DAY)  # a repeat within 7 days
    chain(story, HOUR, 2, resolved=True, gap=8 * DAY)  # a repeat after 7 days
    chain(story, 2 * DAY, 1, resolved=True)
    chain(story, 4 * DAY, 1, resolved=True)  # only 6 days ahead
    log = story.log()
    found = compute([log], ["fcr_repeat_7d", "fcr_repeat_9d", "fcr_repeat_30d"]).set_index("metric")
    assert found.loc["fcr_repeat_7d", ["value", "weight"]].tolist() == pytest.approx([2 / 3, 3])
    assert found.loc["fcr_repeat_9d", ["value", "weight"]].tolist() == [0, 2]
    assert found.loc["fcr_repeat_30d", "weight"] == 0
    assert value(log, "resolution_rate_1d") == pytest.approx(2 / 4)
    assert find("fcr_repeat_12d").definition.count("12 days") == 2
    with pytest.raises(MetricError, match="there is no metric 'fcr_repeat_400d'"):
        find("fcr_repeat_400d")


def three_stories() -> Log:
    """Escalated and resolved; chat, then voice; abandoned and lost."""
    story = Story(world(resolution_within_us=(2 * HOUR, HOUR, 0), resolution_share=(0.9, 0.9, 0.9)))
    issue = story.issue(IssueOutcome.RESOLVED, NINE + 10 * MINUTE, 900_000)
    contact = story.contact(issue, NINE)
    story.leg(contact, NINE, Outcome.ANSWERED, talk=2 * MINUTE, wrap_up=MINUTE, agent=0)
    answered(story, contact, NINE + 2 * MINUTE, resolved=True, entry=Entry.ESCALATED, wait=6 * MINUTE)
    issue = story.issue(IssueOutcome.RESOLVED, NINE + 70 * MINUTE)
    contact = story.contact(issue, NINE + 5 * MINUTE, queue=CHAT)
    answered(story, contact, NINE + 5 * MINUTE, resolved=False, queue=CHAT)
    later = story.contact(issue, NINE + 68 * MINUTE, contact=2, cause=Cause.RETURN, after=contact)
    story.leg(later, NINE + 68 * MINUTE, Outcome.ANSWERED, talk=3 * MINUTE, wrap_up=0, agent=1)
    answered(story, later, NINE + 70 * MINUTE, resolved=True, entry=Entry.TRANSFERRED)
    issue = story.issue(IssueOutcome.GIVEN_UP, NINE + 41 * MINUTE)
    contact = story.contact(issue, NINE + 40 * MINUTE)
    story.leg(contact, NINE + 40 * MINUTE, Outcome.ABANDONED, wait=MINUTE)
    return story.log()


def test_rates_of_issues() -> None:
    log = three_stories()
    expected = {
        "issues": 3, "issues_resolved": 2, "issues_given_up": 1, "issues_open": 0, "contacts_per_issue": 4 /
        3, "resolution_rate": 2 / 3, "fcr_true": 1 / 3, "fcr_gross": 1 / 4, "fcr_net": 0, "ocr": 1 / 3,
        "escalation_rate": 1 / 3, "transfer_rate": 2 / 3, "warm_transfer_share": 1 / 2,
        "mean_time_to_resolution": (600 + 65 * 60) / 2, "time_to_resolution_p50": 600,
        "time_to_resolution_p99": 65 * 60, "resolved_in_target": 1 / 3,
        "returns": 1, "fresh_contacts": 3, "contacts": 4, "return_rate": 1, "retry_rate": 0,
        "first_response_time": 0,
    }  # fmt: skip
    found = compute([log], list(expected)).set_index("metric")["value"]
    assert found.to_dict() == pytest.approx(expected)


def test_a_resolution_target_goes_by_the_clock_of_the_queue() -> None:
    evening = 17 * HOUR  # one of ten opening hours is left
    late, tomorrow = DAY + 10 * HOUR, DAY + 9 * HOUR + 58 * MINUTE  # three hours have passed, or just not
    # the last one has no three opening hours before the end; by the calendar it is due at 18:00
    for stops, share, judged in (((False, False, True), 2 / 3, 3), ((False,) * 3, 2 / 4, 4)):
        story = Story(
            world(
                days=2,
                business_hours=stops,
                resolution_within_us=(0, 0, 3 * HOUR),
                resolution_share=(math.nan, math.nan, 0.9),
            )
        )
        for began, ended, queue in ((evening, late, EMAIL), (evening, late + 1, EMAIL),
                                    (NINE, NINE + MINUTE, EMAIL), (NINE, NINE + MINUTE, VOICE),
                                    (DAY + 15 * HOUR + 1, DAY + 16 * HOUR, EMAIL)):  # fmt: skip
            contact = story.contact(story.issue(IssueOutcome.RESOLVED, ended), began, queue=queue)
            answered(story, contact, tomorrow if began == evening else began, resolved=True, queue=queue)
        table = compute([story.log()], "resolved_in_target", "queue").set_index("queue")
        assert table.loc["email", "value"] == pytest.approx(share)
        assert table["weight"].to_dict() == {"billing": 0, "chat": 0, "email": judged}


def test_issues_count_in_the_queue_and_interval_of_their_first_contact() -> None:
    log = three_stories()
    table = compute([log], ["issues", "contacts_per_issue", "contacts"], "queue")
    found = {(row.queue, row.metric): row.value for row in table.itertuples()}
    assert found["chat", "issues"] == 1
    assert found["chat", "contacts_per_issue"] == 2
    assert found["chat", "contacts"] == 1  # contacts count where they came themselves
    assert found["billing", "contacts"] == 3
    table = compute([log], "issues", "interval")
    assert table[table["value"] > 0].set_index("interval")["value"].to_dict() == {"09:00": 2, "09:30": 1}


def test_issues_before_the_measured_time_are_out() -> None:
    found = compute([three_stories()], ["issues", "contacts"], since="2026-03-02 09:03")["value"]
    assert found.tolist() == [2, 3]


def test_tables() -> None:
    log = three_stories()
    issues = issues_table(log)
    assert issues["outcome"].tolist() == ["resolved", "resolved", "given_up"]
    assert issues["first_queue"].tolist() == ["billing", "chat", "billing"]
    assert issues["last_queue"].tolist() == ["billing", "billing", "billing"]
    assert issues["channels"].tolist() == [1, 2, 1]
    assert issues["escalations"].tolist() == [1, 0, 0]
    assert issues["transfers"].tolist() == [0, 1, 0]
    assert issues["complexity"].tolist() == [0.9, 0.5, 0.5]
    assert issues["minutes"].tolist() == pytest.approx([2 + 6 + 2, 2 + 3 + 2, 1])
    journeys = journeys_table(log)
    assert journeys["path"].tolist() == ["billing > billing", "chat | billing > billing", "billing"]
    assert journeys["transfers"].tolist() == [1, 1, 0]
    assert contacts_table(log)["resolved"].tolist()[:3] == [True, False, True]
    assert contacts_table(log)["resolved"].isna().tolist() == [False, False, False, True]
    events = events_table(log)
    assert events.columns.tolist() == ["case_id", "activity", "timestamp", "queue", "agent", "contact"]
    assert events[events["case_id"] == 2]["activity"].tolist() == [
        "arrive", "queue", "end: abandoned", "given_up",
    ]  # fmt: skip
    assert events[events["case_id"] == 0]["activity"].tolist() == [
        "arrive", "queue", "answer", "queue", "end: answered", "answer", "resolved", "end: answered",
    ]  # fmt: skip


def test_a_plain_run_knows_its_issues_from_the_contacts() -> None:
    rows = [
        logs.leg(NINE, Outcome.ANSWERED, wait=SECOND, talk=MINUTE, wrap_up=MINUTE, agent=0),
        logs.leg(NINE + MINUTE, Outcome.ABANDONED, wait=MINUTE),
        logs.leg(NINE + 2 * MINUTE, Outcome.OPEN, wait=MINUTE),
    ]
    log = logs.log(logs.labels(ends_at=NINE + HOUR), rows)
    names = ["issues", "issues_resolved", "issues_given_up", "issues_open", "fcr_true", "contacts_per_issue"]
    assert compute([log], names)["value"].tolist() == pytest.approx([3, 1, 1, 1, 1 / 3, 1])
    assert journeys_table(log)["path"].tolist() == ["support"] * 3


def test_retries_balance() -> None:
    """Offered = fresh + retries; of the contacts not served every second one is tried again."""
    story = Story(world(days=2))
    for k in range(10):
        retried = k % 2 == 0
        issue = story.issue(IssueOutcome.RESOLVED if retried else IssueOutcome.GIVEN_UP, NINE + 3 * HOUR)
        first = story.contact(issue, NINE + k * MINUTE)
        story.leg(first, NINE + k * MINUTE, (Outcome.ABANDONED, Outcome.BLOCKED)[k % 4 > 1], wait=SECOND)
        if retried:
            at = NINE + 2 * HOUR + k * MINUTE
            again = story.contact(issue, at, contact=2, cause=Cause.RETRY, after=first)
            answered(story, again, at, resolved=True)
    log = story.log()
    expected = {"contacts": 15, "fresh_contacts": 10, "retries": 5, "retry_rate": 0.5, "retry_share": 1 / 3,
                "attempts_per_fresh_contact": 1.5, "fcr_true": 0, "resolution_rate": 0.5,
                "offered": 15}  # fmt: skip
    assert compute([log], list(expected)).set_index("metric")["value"].to_dict() == pytest.approx(expected)


def test_first_response_stops_its_clock_at_night() -> None:
    story = Story(world(days=2))
    issue = story.issue(IssueOutcome.RESOLVED, DAY + NINE)
    contact = story.contact(issue, 17 * HOUR + 55 * MINUTE, queue=EMAIL)
    answered(story, contact, 17 * HOUR + 55 * MINUTE, resolved=True, queue=EMAIL, wait=15 * HOUR + 5 * MINUTE)
    log = story.log()
    names: Sequence[str] = ["first_response_time", "first_response_time_in_hours", "first_response_p90"]
    found = compute([log], names)["value"].tolist()
    assert found == pytest.approx([15 * 3600 + 300, 3600 + 300, 15 * 3600 + 300])
