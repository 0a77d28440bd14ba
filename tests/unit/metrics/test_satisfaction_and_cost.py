"""Scores of issues, the survey's own noise, and money: known answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ccsim.kinds import Cause, Entry, IssueOutcome, Outcome, SessionOutcome, State
from ccsim.log import Log, Satisfaction
from ccsim.metrics import compute
from ccsim.metrics.satisfaction import answers_survey
from ccsim.units import HOUR, MINUTE
from tests.unit.metrics.journeys import EMAIL, VOICE, Story, world

NINE = 9 * HOUR
WEIGHTS = Satisfaction(1, 5, 4.5, per_minute_waited=-0.12, escalated=-0.4, contained=-0.1, repeat=-0.7,
                       abandoned=-2.5, survey_response=0.14)  # fmt: skip


def answered(story: Story, contact: int, at: int, **more: int) -> None:
    story.leg(contact, at, Outcome.ANSWERED, **({"talk": MINUTE, "wrap_up": 0, "agent": 0} | more))


def scored(tell: object, weights: Satisfaction = WEIGHTS) -> float:
    """The mean score of a story told by ``tell(story)``."""
    story = Story(world(satisfaction=weights))
    tell(story)  # type: ignore[operator]
    return float(compute([story.log()], "satisfaction")["value"].iloc[0])


def test_each_thing_that_happens_has_its_points() -> None:
    def at_once(story: Story) -> None:
        answered(story, story.contact(story.issue(IssueOutcome.RESOLVED, NINE), NINE), NINE)

    def after_five_minutes(story: Story) -> None:
        contact = story.contact(story.issue(IssueOutcome.RESOLVED, NINE), NINE)
        answered(story, contact, NINE, wait=5 * MINUTE)

    def escalated(story: Story) -> None:
        contact = story.contact(story.issue(IssueOutcome.RESOLVED, NINE), NINE)
        answered(story, contact, NINE)
        answered(story, contact, NINE + MINUTE, entry=Entry.ESCALATED)

    def contained(story: Story) -> None:
        contact = story.contact(story.issue(IssueOutcome.RESOLVED, NINE), NINE)
        story.session(contact, 2, NINE, MINUTE, SessionOutcome.RESOLVED)

    def abandoned_and_again(story: Story) -> None:
        issue = story.issue(IssueOutcome.RESOLVED, NINE + HOUR)
        contact = story.contact(issue, NINE)
        story.leg(contact, NINE, Outcome.ABANDONED, wait=2 * MINUTE)
        answered(
            story, story.contact(issue, NINE + HOUR, contact=2, cause=Cause.RETRY, after=contact), NINE + HOUR
        )

    def by_email(story: Story) -> None:
        contact = story.contact(story.issue(IssueOutcome.RESOLVED, NINE), NINE, queue=EMAIL)
        answered(story, contact, NINE, wait=5 * HOUR, queue=EMAIL)

    def called_back(story: Story) -> None:
        contact = story.contact(story.issue(IssueOutcome.RESOLVED, NINE), NINE)
        answered(story, contact, NINE, wait=HOUR, dials=1)

    def for_ever(story: Story) -> None:
        answered(story, story.contact(story.issue(IssueOutcome.RESOLVED, NINE), NINE), NINE, wait=HOUR)

    tales = (
        at_once,
        after_five_minutes,
        escalated,
        contained,
        abandoned_and_again,
        by_email,
        called_back,
        for_ever,
    )
    found = [scored(tale) for tale in tales]
    assert found == pytest.approx([4.5, 3.9, 4.1, 4.4, 4.5 - 0.7 - 2.5 - 0.24, 4.5, 4.5, 1])


def many(issues: int = 4000) -> Log:
    """Every other issue scores 4.5, the others 2."""
    story = Story(world(satisfaction=WEIGHTS))
    for k in range(issues):
        at = NINE + k * 1_000_000
        contact = story.contact(story.issue(IssueOutcome.RESOLVED, at), at, luck=77_000 + k)
        if k % 2:
            story.leg(contact, at, Outcome.ABANDONED)
        else:
            answered(story, contact, at)
    return story.log()


def test_the_survey_has_an_interval_of_its_own() -> None:
    table = compute([many()], ["satisfaction", "satisfaction_top2", "survey_satisfaction", "survey_top2"])
    found = table.set_index("metric")
    assert found["value"][["satisfaction", "satisfaction_top2"]].tolist() == pytest.approx([3.25, 0.5])
    assert found["low"][["satisfaction", "satisfaction_top2"]].isna().all()  # one replication
    answers = found.loc["survey_satisfaction", "weight"]
    assert answers == pytest.approx(0.14 * 4000, rel=0.15)
    half = (found["high"] - found["low"])["survey_satisfaction"] / 2
    assert half == pytest.approx(1.96 * 1.25 / answers**0.5, rel=0.02)
    assert found["low"]["survey_satisfaction"] < 3.25 < found["high"]["survey_satisfaction"]
    half = (found["high"] - found["low"])["survey_top2"] / 2
    assert half == pytest.approx(1.96 * 0.5 / answers**0.5, rel=0.02)


def test_more_replications_do_not_make_one_survey_more_precise() -> None:
    one, four = (compute([many()] * n, "survey_satisfaction").iloc[0] for n in (1, 4))
    assert four["weight"] == 4 * one["weight"]
    assert four["high"] - four["low"] == pytest.approx(one["high"] - one["low"], rel=0.01)


def test_nobody_and_everybody_answers() -> None:
    luck, queue = np.arange(100_000), np.zeros(100_000, dtype=np.int64)
    assert not answers_survey(luck, queue, 0).any()
    assert answers_survey(luck, queue, 1).all()
    assert answers_survey(luck, queue, 0.3).mean() == pytest.approx(0.3, abs=0.005)
    few, more = (answers_survey(luck, queue, share) for share in (0.1, 0.2))
    assert more[few].all()  # who answers at 10 % answers at 20 %, too
    log = many(10)
    silent = replace(log, labels=replace(log.labels, satisfaction=replace(WEIGHTS, survey_response=0)))
    assert compute([silent], "survey_satisfaction")["value"].isna().all()


def test_days_of_notices_cost_when_they_begin() -> None:
    charges = ((0, VOICE, NINE, 8.0), (0, VOICE, 24 * HOUR + NINE, 8.0))
    log = Story(world(days=2, front_charges=charges)).log()
    table = compute([log], "cost_of_sessions", ["front", "queue", "day"])
    assert table[table["value"] > 0][["front", "queue", "value"]].values.tolist() == [
        ["warning", "billing", 8], ["warning", "billing", 8],
    ]  # fmt: skip
    found = compute([log], ["cost", "cost_of_sessions"], since="2026-03-02 10:00")["value"]
    assert found.tolist() == [8, 8]


def test_cost_is_paid_hours_and_sessions() -> None:
    story = Story(world(agents=2, group_cost=(20.0, float("nan"))))
    story.duty(0, NINE, NINE + 2 * HOUR)
    story.duty(0, NINE + 2 * HOUR, NINE + 3 * HOUR, int(State.UNPAID_BREAK))
    story.duty(0, NINE + 3 * HOUR, NINE + 4 * HOUR, int(State.DOWN))
    story.duty(1, NINE, NINE + HOUR)  # of a group that has no cost
    for k in range(4):
        contact = story.contact(story.issue(IssueOutcome.RESOLVED if k else IssueOutcome.OPEN, NINE), NINE)
        if k < 3:
            story.session(
                contact, 2, NINE, MINUTE, SessionOutcome.RESOLVED if k else SessionOutcome.HANDED_OVER
            )
        if not k:
            answered(story, contact, NINE)
        if k == 3:
            story.leg(contact, NINE, Outcome.ABANDONED)
    expected = {"cost_of_agents": 60, "cost_of_sessions": 1.5, "cost": 61.5, "cost_per_contact": 61.5 / 3,
                "cost_per_resolution": 61.5 / 3}  # fmt: skip
    log = story.log()
    assert compute([log], list(expected)).set_index("metric")["value"].to_dict() == pytest.approx(expected)
    by_group = compute([log], "cost_of_agents", ["group", "hour"])
    rows = {(row.group, row.hour): row.value for row in by_group.itertuples() if row.value}
    assert rows == pytest.approx({("desk", 9): 20, ("desk", 10): 20, ("desk", 12): 20})
    assert compute([log], "cost", "interval")["value"].sum() == pytest.approx(61.5)
