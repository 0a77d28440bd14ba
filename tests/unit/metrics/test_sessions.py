"""Bots, self-service and notices: known answers, and deflection against the run without the bot."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ccsim.errors import MetricError
from ccsim.kinds import Cause, IssueOutcome, Outcome, SessionOutcome
from ccsim.log import Log
from ccsim.metrics import compute, deflection
from ccsim.metrics.journeys import events_table, journeys_table
from ccsim.metrics.tables import contacts_table, issues_table, sessions_table
from ccsim.units import HOUR, MINUTE, SECOND
from tests.unit.metrics.journeys import CHAT, Story, world

NOTICE, FAQ, BOT = 0, 1, 2
NINE = 9 * HOUR
FATES = (
    [SessionOutcome.RESOLVED] * 40
    + [SessionOutcome.FALSELY_CONTAINED] * 10
    + [SessionOutcome.WALKED_AWAY] * 6
    + [SessionOutcome.TRAPPED] * 4
    + [SessionOutcome.HANDED_OVER] * 40
)


def bot_day(*, with_bot: bool = True) -> Log:
    """100 issues; the bot resolves 40, contains 10 falsely (5 bounce back), loses 10, hands 40 over, half
    warm.
    """
    story = Story(world(queues=("billing", "chat", "email")))
    bounced = 0
    for k, fate in enumerate(FATES):
        at = NINE + k * MINUTE
        issue = story.issue(IssueOutcome.RESOLVED, at + 10 * MINUTE)
        contact = story.contact(issue, at, luck=500 + k, resolved=1 if fate == SessionOutcome.RESOLVED else 2)
        if with_bot:
            story.session(contact, BOT, at, MINUTE, fate, failures=k % 2, warm=int(k % 2))
        if not with_bot or fate == SessionOutcome.HANDED_OVER:
            story.rows["contacts"][contact]["resolved"] = 1
            story.leg(contact, at + MINUTE, Outcome.ANSWERED, talk=MINUTE, wrap_up=SECOND, agent=0)
        elif fate != SessionOutcome.RESOLVED:
            story.rows["issues"][issue]["outcome"] = int(IssueOutcome.GIVEN_UP)
            if fate == SessionOutcome.FALSELY_CONTAINED and k % 2:
                bounced += 1
                later = at + HOUR
                again = story.contact(issue, later, contact=2, cause=Cause.BOUNCE_BACK, after=contact,
                luck=500 + k,
                                      resolved=2)  # fmt: skip
                story.leg(again, later, Outcome.ANSWERED, talk=MINUTE, wrap_up=SECOND, agent=0)
    issue = story.issue(IssueOutcome.RESOLVED, NINE)
    contact = story.contact(issue, NINE, queue=CHAT, luck=900, resolved=1)  # never meets the bot
    story.leg(contact, NINE, Outcome.ANSWERED, talk=MINUTE, wrap_up=SECOND, queue=CHAT, agent=1)
    assert bounced == (5 if with_bot else 0)
    return story.log()


def test_containment_resolution_and_the_gap_between_them() -> None:
    expected = {
        "bot_sessions": 100, "engagement": 1, "containment_rate": 0.6, "bot_resolution_rate": 0.4,
        "false_containment_rate": 0.2, "closed_unsolved_rate": 0.1, "bounce_back_rate": 0.5,
        "walk_away_rate": 0.1, "handover_rate": 0.4, "warm_handover_share": 0.5, "trapped": 4,
        "mean_bot_session": 60, "misunderstandings": 0.5, "self_service_sessions": 0, "prevented": 0,
        "bounce_backs": 5, "issues": 101, "issues_resolved": 81, "fcr_true": 81 / 101,
    }  # fmt: skip
    found = compute([bot_day()], list(expected)).set_index("metric")["value"]
    assert found.to_dict() == pytest.approx(expected)


def test_sessions_by_front() -> None:
    table = compute([bot_day()], ["bot_sessions", "containment_rate", "cost_of_sessions"], ["front", "queue"])
    rows = {(r.front, r.queue, r.metric): r.value for r in table.itertuples()}
    assert rows["front_door", "billing", "bot_sessions"] == 100
    assert rows["front_door", "billing", "cost_of_sessions"] == pytest.approx(50)
    assert rows["faq", "billing", "bot_sessions"] == 0
    assert rows["front_door", "chat", "containment_rate"] != rows["front_door", "chat", "containment_rate"]


def test_deflection_is_against_the_same_customers_without_the_bot() -> None:
    """Without the bot 101 contacts with people; with it 40 + 5 that bounce back + 1 in chat."""
    runs = [SimpleNamespace(logs=[bot_day(with_bot=on)] * 2) for on in (True, False)]
    table = deflection(*runs)
    assert table["value"].tolist() == pytest.approx([1 - 46 / 101])
    assert table["weight"].tolist() == [202]
    assert table["low"].tolist() == pytest.approx(table["high"].tolist())  # both replications are alike
    by_queue = deflection(*runs, by="queue").set_index("queue")["value"]
    assert by_queue["billing"] == pytest.approx(0.55)
    assert by_queue["chat"] == 0
    with pytest.raises(MetricError, match="not by 'front'"):
        deflection(*runs, by="front")
    with pytest.raises(MetricError, match="different numbers of replications"):
        deflection(runs[0], SimpleNamespace(logs=runs[1].logs[:1]))
    with pytest.raises(MetricError, match="different issues"):
        deflection(runs[0], SimpleNamespace(logs=[Story(world()).log()] * 2))


def test_a_customer_who_was_warned_and_comes_by_a_second_channel_none_the_less() -> None:
    story = Story(world())
    issue = story.issue(IssueOutcome.RESOLVED, NINE)
    warned = story.contact(issue, NINE, resolved=1)
    story.session(warned, NOTICE, NINE, 0, SessionOutcome.PREVENTED)
    later = story.contact(
        issue, NINE + HOUR, contact=2, queue=CHAT, cause=Cause.DUPLICATE, after=warned, resolved=1
    )
    story.leg(later, NINE + HOUR, Outcome.ANSWERED, talk=MINUTE, wrap_up=SECOND, queue=CHAT, agent=0)
    log = story.log()
    expected = {"issues": 1, "contacts": 1, "duplicates": 1, "mean_time_to_resolution": 0, "fcr_true": 1}
    assert compute([log], list(expected)).set_index("metric")["value"].to_dict() == expected
    assert issues_table(log)["first_queue"].tolist() == ["chat"]


def test_the_three_fronts_in_a_row() -> None:
    """One prevented, one solved by self-service, one that fails there and goes through the bot to people."""
    story = Story(world())
    fates = (SessionOutcome.PREVENTED, SessionOutcome.RESOLVED, SessionOutcome.HANDED_OVER)
    for k, fate in enumerate(fates):
        at = NINE + k * HOUR
        issue = story.issue(IssueOutcome.RESOLVED, at + k * 2 * MINUTE)
        contact = story.contact(issue, at, resolved=1)
        if fate == SessionOutcome.PREVENTED:
            story.session(contact, NOTICE, at, 0, fate)
            continue
        story.session(contact, FAQ, at, MINUTE, fate)
        if fate == SessionOutcome.HANDED_OVER:
            story.session(contact, BOT, at + MINUTE, MINUTE, fate, warm=1)
            story.leg(contact, at + 2 * MINUTE, Outcome.ANSWERED, talk=MINUTE, wrap_up=SECOND, agent=0)
    log = story.log()
    expected = {"prevented": 1, "self_service_sessions": 2, "self_service_success": 0.5, "bot_sessions": 1,
                "engagement": 1, "issues": 2, "contacts": 2, "fcr_true": 1, "cost_of_sessions": 0.7,
                "first_response_time": 120}  # fmt: skip
    assert compute([log], list(expected)).set_index("metric")["value"].to_dict() == pytest.approx(expected)
    assert issues_table(log)["issue"].tolist() == [1, 2]
    paths = journeys_table(log)["path"].tolist()
    assert paths == ["self_service:faq", "self_service:faq > bot:front_door > billing"]
    assert contacts_table(log)["outcome"].tolist() == ["prevented", "contained", "answered"]
    assert sessions_table(log)["kind"].tolist() == ["notice", "self_service", "self_service", "bot"]
    steps = events_table(log)
    assert steps[steps["case_id"] == 1]["activity"].tolist() == [
        "arrive", "start self_service:faq", "end self_service:faq: resolved", "resolved",
    ]  # fmt: skip
    assert steps[steps["case_id"] == 2]["activity"].tolist() == [
        "arrive", "start self_service:faq", "end self_service:faq: handed_over", "start bot:front_door",
        "end bot:front_door: handed_over", "queue", "answer", "end: answered", "resolved",
    ]  # fmt: skip
