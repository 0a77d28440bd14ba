"""Announced waits, callbacks, promises, silent customers and flow-outs: known answers."""

from __future__ import annotations

import pytest

from ccsim.kinds import Entry, IssueOutcome, Outcome
from ccsim.log import Log
from ccsim.metrics import compute
from ccsim.metrics.tables import legs_table
from ccsim.units import HOUR, MINUTE, SECOND
from tests.unit.metrics.journeys import CHAT, VOICE, Story, world

NINE = 9 * HOUR


def one(story: Story, outcome: Outcome, *, queue: int = VOICE, at: int = NINE, **more: int) -> int:
    contact = story.contact(story.issue(IssueOutcome.OPEN), at, queue=queue)
    if outcome in (Outcome.ANSWERED, Outcome.SILENT):
        more = {"talk": MINUTE, "wrap_up": MINUTE, "agent": 0} | more
    return story.leg(contact, at, outcome, queue=queue, **more)


def values(log: Log, names: list[str]) -> dict[str, float]:
    found: dict[str, float] = compute([log], names).set_index("metric")["value"].to_dict()
    return found


def callbacks() -> Log:
    """Ten ordinary contacts answered at once; five callbacks: three reached, one not, one still to come."""
    story = Story(world())
    for _ in range(10):
        one(story, Outcome.ANSWERED)
    promised = NINE + 10 * MINUTE
    for wait, dials in ((8 * MINUTE, 1), (10 * MINUTE, 1), (30 * MINUTE, 3)):
        one(story, Outcome.ANSWERED, wait=wait, dials=dials, promised_at=promised)
    one(story, Outcome.UNREACHED, wait=HOUR, dials=3, promised_at=promised)
    one(story, Outcome.OPEN, wait=15 * HOUR, dials=-1, promised_at=promised + 15 * HOUR)
    return story.log()


def test_callbacks() -> None:
    expected = {
        "callbacks": 5, "callbacks_reached": 3, "callbacks_unreached": 1, "callbacks_open": 1,
        "callback_rate": 1 / 3, "callback_reach_rate": 3 / 4, "callback_attempts": 8 / 4,
        "callback_wait": 16 * 60, "callback_wait_p50": 10 * 60, "callback_wait_p90": 30 * 60,
        "callback_promise_kept_rate": 2 / 4, "answered": 13, "open": 1,
        "offered": 15, "abandoned": 0, "abandon_rate": 0, "mean_wait": (48 + 60) * 60 / 14,
        "asa": 48 * 60 / 13, "asa_without_callbacks": 0,
    }  # fmt: skip
    assert values(callbacks(), list(expected)) == pytest.approx(expected)


def test_offers_are_those_taken_and_those_declined() -> None:
    story = Story(world())
    one(story, Outcome.ANSWERED, wait=8 * MINUTE, dials=1)
    one(story, Outcome.OPEN, wait=15 * HOUR, dials=-1)
    one(story, Outcome.ANSWERED, wait=8 * MINUTE, callback_declined=1)
    one(story, Outcome.ABANDONED, wait=MINUTE, callback_declined=1)
    one(story, Outcome.BALKED, callback_declined=1)
    one(story, Outcome.ANSWERED)
    expected = {
        "callback_offers": 5,
        "callbacks": 2,
        "callback_acceptance_rate": 2 / 5,
        "callback_rate": 1 / 3,
    }
    assert values(story.log(), list(expected)) == pytest.approx(expected)


def test_offers_that_nobody_took_have_their_metrics() -> None:
    story = Story(world())
    one(story, Outcome.ABANDONED, wait=MINUTE, callback_declined=1)
    found = compute([story.log()]).set_index("metric")["value"]
    assert found[["callback_offers", "callbacks", "callback_acceptance_rate"]].tolist() == [1, 0, 0]


def test_service_levels_of_callbacks() -> None:
    """Amazon's removes a callback from the queue when it is asked for; the others wait for the answer."""
    expected = {
        "sl_answered_over_offered_1m": 10 / 15, "sl_removed_within_T_1m": 15 / 15,
        "sl_answered_only_1m": 10 / 13, "sl_answered_over_offered_9m": 11 / 15,
        "sl_removed_within_T_9m": 15 / 15,
    }  # fmt: skip
    assert values(callbacks(), list(expected)) == pytest.approx(expected)
    together = values(callbacks(), ["callbacks", "callback_rate", "sl_removed_within_T_1m"])
    assert together["sl_removed_within_T_1m"] == 1  # whatever else is asked for


def test_an_open_callback_within_the_time_is_removed_but_not_answered() -> None:
    story = Story(world(ends_at=NINE + SECOND))
    one(story, Outcome.OPEN, wait=SECOND, dials=-1)
    one(story, Outcome.ANSWERED, talk=0, wrap_up=0)
    found = values(story.log(), ["sl_removed_within_T", "sl_answered_over_offered"])
    assert found == {"sl_removed_within_T": 1, "sl_answered_over_offered": 1}


def test_flow_outs_count_in_one_variant_only() -> None:
    story = Story(world())
    for _ in range(6):
        one(story, Outcome.ANSWERED)
    one(story, Outcome.ABANDONED, wait=MINUTE)
    one(story, Outcome.ABANDONED, wait=MINUTE)
    leg = one(story, Outcome.DEFLECTED)
    contact = story.rows["legs"][leg]["contact_row"]
    story.leg(
        contact, NINE, Outcome.ANSWERED, talk=MINUTE, wrap_up=0, queue=CHAT, agent=1, entry=Entry.DEFLECTED
    )
    one(story, Outcome.MOVED, wait=5 * MINUTE)
    one(story, Outcome.CLOSED)
    names = ["sl_incl_flowout", "sl_answered_over_offered", "offered", "deflected", "moved", "closed",
    "abandon_rate",
             "flow_out_rate"]  # fmt: skip
    table = compute([story.log()], names, "queue")
    found = {row.metric: row.value for row in table.itertuples() if row.queue == "billing"}
    assert found == pytest.approx({
        "sl_incl_flowout": 6 / 10, "sl_answered_over_offered": 6 / 8, "offered": 10, "deflected": 1, "moved":
        1, "closed": 1, "abandon_rate": 2 / 8, "flow_out_rate": 0.2,
    })  # fmt: skip
    assert legs_table(story.log())["entry"].tolist()[9] == "deflected"


def test_silent_customers_are_abandoned_whoever_finds_out() -> None:
    """8 answered, 1 says goodbye, 3 leave in silence: one found out, one not yet, one cleared away at
    closing.
    """
    story = Story(world())
    for _ in range(8):
        one(story, Outcome.ANSWERED, queue=CHAT, wait=10 * SECOND)
    one(story, Outcome.ABANDONED, queue=CHAT, wait=MINUTE)
    gone = NINE + 2 * MINUTE
    one(story, Outcome.SILENT, queue=CHAT, wait=4 * MINUTE, gave_up_at=gone)
    one(story, Outcome.OPEN, queue=CHAT, wait=15 * HOUR, gave_up_at=gone)
    one(story, Outcome.ABANDONED, queue=CHAT, wait=9 * HOUR, gave_up_at=gone)
    expected = {
        "offered": 12, "answered": 8, "abandoned": 4, "silent_abandoned": 3, "open": 0, "abandon_rate": 4 /
        12, "abandon_rate_detected": 1 / 12, "mean_time_to_abandon": (60 + 3 * 120) / 4, "longest_wait": 120,
        "asa": 10, "aht": 120, "service_level": 8 / 12, "sl_abandons_within_T_positive_2m": 1,
    }  # fmt: skip
    assert values(story.log(), list(expected)) == pytest.approx(expected)
    table = legs_table(story.log())
    assert table["outcome"].tolist()[8:] == ["abandoned", *["silent_abandoned"] * 3]
    assert table["wait_s"].tolist()[9:] == [120] * 3
    assert table["gave_up_at"].isna().sum() == 9


def test_announced_waits() -> None:
    story = Story(world())
    for wait, said in ((60, 90), (90, 60), (120, 60)):
        one(story, Outcome.ANSWERED, wait=wait * SECOND, announced_us=said * SECOND)
    one(story, Outcome.BALKED, announced_us=5 * MINUTE)
    one(story, Outcome.ANSWERED, wait=10 * SECOND)
    expected = {
        "mean_announced_wait": (90 + 60 + 60 + 300) / 4, "announced_wait_bias": (-30 + 30 + 60) / 3,
        "announced_wait_error": 40, "balked_on_announcement": 1, "announced_balk_rate": 0.25,
    }  # fmt: skip
    assert values(story.log(), list(expected)) == pytest.approx(expected)


def test_promised_answers() -> None:
    """Kept; broken by a late answer; broken by an abandonment after it; left before: in neither."""
    story = Story(world())
    until = NINE + MINUTE
    one(story, Outcome.ANSWERED, wait=MINUTE, promised_at=until)
    one(story, Outcome.ANSWERED, wait=2 * MINUTE, promised_at=until)
    one(story, Outcome.ABANDONED, wait=2 * MINUTE, promised_at=until)
    one(story, Outcome.ABANDONED, wait=30 * SECOND, promised_at=until)
    assert values(story.log(), ["promise_kept_rate"]) == pytest.approx({"promise_kept_rate": 1 / 3})
