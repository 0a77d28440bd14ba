"""What a check says of each mechanism: one plain sentence with its numbers, and nothing where it is off."""

from __future__ import annotations

from typing import Any

import pytest

from ccsim.compiler import compile_scenario
from ccsim.report.assumptions import Default, defaults_used
from ccsim.report.checking import Check
from ccsim.report.expectations import expect
from ccsim.report.layout import Page
from ccsim.report.mechanisms.resolving import contacts_per_issue
from ccsim.report.sentences import said_back
from ccsim.scenario.model import Scenario

from .conftest import journey_world, world


def check(scenario: Scenario) -> Check:
    program = compile_scenario(scenario)
    return Check(scenario, program, expect(program), defaults_used(scenario))


def said(scenario: Scenario) -> str:
    """The check on one line."""
    return " ".join(said_back(check(scenario), Page(80)).split())


def with_queue(more: dict[str, Any], **changes: Any) -> Scenario:
    """world() with more said of its queue, and queues for those who go elsewhere."""
    queue = {**world().canonical()["queues"]["cards"], **more}
    queues = {
        "cards": queue,
        "experts": {"talk": "fixed 10m"},
        "mails": {"talk": "fixed 6m", "channel": "mail"},
    }
    group = {"headcount": 12, "skills": ["cards", "experts", "mails"], "shifts": {"day": "100%"}}
    data = {"queues": queues, "agent_groups": {"desk": group}, "channels": {"mail": {"deferrable": True}}}
    return world(**{**data, **changes})


def test_a_plain_scenario_says_nothing_of_journeys() -> None:
    checked = check(world())
    assert checked.sections() == ([], [])
    assert checked.queue_items(0) == []
    text = said(world())
    for word in ("Channel", "Bot", "Routing", "Events", "Flows", "Backlog", "authority", "outside_hours"):
        assert word not in text


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("unicode", [True, False])
def test_fits_the_page(width: int, unicode: bool) -> None:
    text = said_back(check(journey_world()), Page(width, False, unicode))
    assert max(map(len, text.split("\n"))) <= width
    assert unicode or text.isascii()


def test_several_contacts_at_once() -> None:
    text = said(journey_world())
    assert "An agent has up to 3 contacts open at once." in text
    assert "With 2 open each goes at 0.87 of the pace of one alone, with 3 open at 0.74." in text
    assert "With 3 open that is 2.2 times the work of one at a time." in text
    assert "Erlang C and Erlang A are not about this: an agent has several contacts open at once." in text


def test_a_bot_by_the_hundred() -> None:
    bot = {"serves": ["cards"], "talk": "fixed 70s", "containment": "32%", "walk_away": "6%",
           "talk_saved": "15%",
           "bounce_back": {"share": "12%", "delay": "exponential mean 8h"}, "cost": 0.6}  # fmt: skip
    text = said(world(bots={"robot": bot}))
    assert "It answers cards first; a session takes 1m10s." in text
    assert (
        "Of 100 cards contacts 28 are solved, 3.8 are closed but not solved, 6 walk away and 62 go on" in text
    )
    assert "A hand-over with context saves 15 % of the talk." in text
    assert "Of the contained 12 % were not solved and come back after 8h on average." in text
    assert "A session costs 0.60." in text


def test_trapped_customers_are_named() -> None:
    text = said(journey_world())
    assert "want a person and get none" in text
    assert "want a person but are not let through when they ask for one (5 % in each turn) or are" in text


def test_self_service_and_notices() -> None:
    notice = {"queue": "cards", "on": "2026-03-02", "prevents": "40%", "reach": "50%", "cost": 120}
    page = {"serves": ["cards"], "attempt": "30%", "takes": "fixed 2m", "complexity": 3}
    text = said(world(notices={"late": notice}, self_service={"page": page}))
    assert "makes 40 % of their contacts needless: about 24 contacts in the run." in text
    assert "Each of its days costs 120.00." in text
    assert "Of 100 attempts 25 solve the issue: about 7 contacts fewer for people." in text
    assert "of the easiest and" in text


def test_waiting() -> None:
    text = said(
        with_queue(
            {
                "after_abandon": {"retry": "30%", "delay": "exponential mean 20m", "at_most": 2},
                "announcement": {"estimate": "last_wait"},
                "deflection": {"to": "mails", "when_wait_over": "2m", "share": "25%"},
                "callback": {"when_wait_over": "3m", "promise": "2h"},
            }
        )
    )
    assert "30 % of those who were not served try again after 20m on average, at most twice" in text
    assert "told the expected wait (as the wait of the one answered last)" in text
    assert "patience beyond the announced time counts 0.66 times" in text
    assert "when the expected wait is over 2m, mails is offered instead, and 25 % take it" in text
    assert "37 % accept and are promised a call after 2h, ahead of who came later" in text
    assert "Both leave out announcements, deflection, callbacks and retries." in text


def test_tiers_and_authority() -> None:
    text = said(
        with_queue(
            {
                "escalation": {"to": "experts", "share": "12%", "handover": "fixed 40s"},
                "transfer": {"misrouted": "5%", "to": "experts"},
                "authority": {"needs": {"1": "70%", "3": "30%"}},
            }
        )
    )
    assert "Escalation: 12 % of those treated in full go on to experts: about 13.7 contacts a day." in text
    assert "The first agent stays until the next one answers, then both talk for 40 s." in text
    assert "Transfer: 5 % belong to experts, which is found out after 1m of talk." in text
    assert "of the issues 70 % need level 1 and 30 % need level 3; who has less gets an approval" in text
    assert "Flows: 19.7 contacts a day reach people: 13.7 escalated and 6 transferred." in text


def test_resolution_and_returns() -> None:
    after = {"return": "90%", "delay": "exponential mean 2d", "context": "60%"}
    text = said(with_queue({"resolution": {"share": "70%", "complexity": 2}, "after_unresolved": after}))
    assert (
        "70 % of the answered contacts resolve their issue, 87 % of the easiest and 48 % of the hardest"
        in text
    )
    assert "of the others 90 % come back after 2 days on average, at most 5 times" in text
    assert "1.37 contacts an issue in the long run (1 / (1 - 0.9 x 30.0 % not resolved))" in text
    assert "40 % of the returns tell the story again, 1m." in text
    text = said(with_queue({"resolution": "70%"}))
    assert "Returns: none; issues that are not resolved are given up" in text


@pytest.mark.parametrize(("resolves", "returns", "at_most", "mean"),
                         [(0.7, 0.9, 1, "1.27 contacts"), (0.7, 0.9, 1000, "1.37"),
                          (1.0, 0.9, 5, " 1.00 contacts")])  # fmt: skip
def test_contacts_per_issue(resolves: float, returns: float, at_most: int, mean: str) -> None:
    assert mean in contacts_per_issue(resolves, returns, at_most)
    assert "6 contacts" in contacts_per_issue(0.0, 1.0, 5)


def test_promises_and_hours() -> None:
    promise = {"chaser": {"share": "40%"}, "escalate": {"before": "1h", "to": "experts"},
               "complaint": {"late": "5%", "to": "experts"}}  # fmt: skip
    scenario = with_queue({"outside_hours": {"ticket": "mails", "share": "80%"}})
    text = said(
        scenario.override({"queues.mails.promise": promise, "queues.mails.service_level": "95% in 8h"})
    )
    assert (
        "an answer within 8h of opening hours; 1h before, a contact that still waits moves on to exp" in text
    )
    assert "when it is broken 40 % ask again, once an issue" in text
    assert "5 % of the late answers lead to a complaint in experts after 2h on average" in text
    assert "80 % leave a ticket in mails, the other 20 % are lost" in text
    assert "Work is taken at any hour and waits overnight until somebody is there." in text
    assert "nothing piles up beyond the night" in text


def test_a_backlog_that_must_grow() -> None:
    scenario = with_queue({}).override({"queues.mails.arrivals": {"per_day": 200, "hours": "00:00-24:00"}})
    text = said(scenario)
    assert "More work comes than there is time for." in text
    assert "bring 20 hours of work a day; those who can do it have 12 hours a day left" in text
    assert "about 8 hours more wait every day" in text


def test_routing_training_events_scores_cost() -> None:
    groups = {
        "desk": {"headcount": 10, "skills": ["cards"], "shifts": {"day": "100%"}, "training": "new",
                 "cost": "20/h"},
        "second": {"headcount": 4, "tier": 2, "skills": ["other"], "shifts": {"day": "100%"}},
    }  # fmt: skip
    routing = {
        "overflow": [{"queue": "cards", "after": "45s", "to": "second"}],
        "reserve": [{"group": "second", "keep": 2, "for": "other"}],
        "rules": [
            {"when": {"queue": "cards", "longer_than": 5}, "then": {"group": "second", "takes": "cards"}}
        ],
    }
    queues = {"cards": world().canonical()["queues"]["cards"], "other": {"talk": "fixed 9m"}}
    training = {"new": {"classroom": "1d", "speed": {"from": 0.65, "over": "2w"},
                        "coach": {"group": "second", "per": 5}}}  # fmt: skip
    text = said(
        world(
            time={"start": "2026-03-02", "days": 3, "open": "10:00-12:00"},
            queues=queues,
            agent_groups=groups,
            routing=routing,
            training=training,
            events={"slow": {"on": "2026-03-03", "hours": "10:00-11:00", "talk": "x1.3"}},
            satisfaction={"base": 4.5, "per_minute_waited": -0.12, "survey_response": "14%"},
        )
    )
    assert "second takes contacts of cards that have waited 45 s, at speed 1 as it lacks the skill" in text
    assert "second keeps 2 free agents back for other" in text
    assert "while more than 5 contacts wait in cards, second takes cards as well at speed 1" in text
    assert (
        "In the classroom on their first day. After that they work at 0.65 of their speed on the first"
        in text
    )
    assert "at 0.68 on the last day of the run and at 1 after 14 days" in text
    assert "2 agents of second coach them" in text
    assert "A paid hour costs 20.00: 1,200 for 60 hours in the run." in text
    assert "slow (2026-03-03 10:00-11:00): talk of all groups takes 1.3 times as long." in text
    assert "4.5 when all goes well; -0.12 for each minute waited" in text
    assert "Of the customers 14 % answer a survey." in text


def test_volume_events_alone_are_not_told_as_mechanisms() -> None:
    assert "Events" not in said(world(events={"sale": {"on": "2026-03-02", "volume": "x2"}}))


class TestDefaults:
    def fields(self, scenario: Scenario) -> dict[str, Default]:
        return {default.field: default for default in defaults_used(scenario)}

    def test_of_journey_keys_are_assumptions_with_their_marks(self) -> None:
        found = self.fields(journey_world())
        assert found["queues.*.callback.accept"].mark == "A"
        assert found["queues.*.callback.attempts"].assumed
        assert found["queues.*.after_unresolved.at_most"].value == "5"
        assert found["bots.*.again"].assumed
        assert found["self_service.*.success"].value == "25%"
        assert "channels.*.slowdown" not in found

    def test_that_act_on_nothing_are_left_out(self) -> None:
        plain, journey = self.fields(world()), self.fields(journey_world())
        for field in ("queues.*.weight", "routing.check_every", "agent_groups.*.authority"):
            assert field not in plain
            assert field not in journey
        assert not any(field.startswith(("channels", "bots", "training")) for field in plain)

    def test_that_hold_without_being_written(self) -> None:
        channels = {"chat": {"concurrency": 3}}
        queue = {"channel": "chat", "transfer": {"misrouted": "5%", "to": "experts"}}
        found = self.fields(with_queue(queue, channels={**channels, "mail": {"deferrable": True}}))
        assert found["channels.*.slowdown"].value == "1, 1.3, 1.6"
        assert found["queues.*.transfer.found_after"].value == "fixed 1m"
