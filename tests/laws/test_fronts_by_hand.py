"""Notices, self-service, bots and bad days: exact times, played by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.laws.desk import Desk, all_hour

ADA = {"g": all_hour("Ada")}


def bot(**more: Any) -> dict[str, dict[str, Any]]:
    """A session of a minute that solves nothing."""
    return {"bot": {"serves": ["q"], "talk": "fixed 1m", "containment": "0%", **more}}


# -- the bot ------------------------------------------------------------------------------------------------


def test_what_the_bot_solves_never_reaches_people(desk: Desk) -> None:
    assert desk.play({"q": [(0, 100, 0)]}, ADA, bots=bot(containment="100%")) == []
    assert desk.sessions("contact_row", "front", "started_at", "ended_at", "outcome") == [
        (0, "bot", 0, 60, "resolved")
    ]
    assert desk.issues("outcome", "closed_at") == [("resolved", 60)]
    assert desk.contacts("resolved") == [1]


def test_what_it_hands_over_joins_the_queue_with_the_story_or_without(desk: Desk) -> None:
    warm = desk.play({"q": [(0, 100, 0)]}, ADA, bots=bot(talk_saved="20%"))
    assert (warm, desk.sessions("warm")) == ([("answered", "Ada", 60, 140)], [1])
    cold = desk.play({"q": [(0, 100, 0)]}, ADA, bots=bot(warm="0%", cold_costs="10%"))
    assert (cold, desk.sessions("warm")) == ([("answered", "Ada", 60, 170)], [0])


def test_the_story_saves_talk_in_every_turn(desk: Desk) -> None:
    chat = {"turns": {"mean": 1000, "reply": "fixed 1m"}}
    desk.play(
        {"q": [(0, 100, 0)]},
        ADA,
        {"q": {"channel": "chat"}},
        channels={"chat": chat},
        bots=bot(talk_saved="20%"),
    )
    assert desk.pieces("from_at", "to_at")[:3] == [(60, 140), (200, 280), (340, 420)]


def test_who_walks_away_tries_again_past_the_bot(desk: Desk) -> None:
    again = {"share": "100%", "delay": "fixed 1m"}
    legs = desk.play({"q": [(0, 100, 0)]}, ADA, bots=bot(walk_away="100%", retry_after_walk_away=again))
    assert legs == [("answered", "Ada", 120, 220)]
    assert desk.sessions("outcome") == ["walked_away"]
    assert desk.contacts("arrived_at", "cause") == [(0, "fresh"), (120, "retry")]


def test_who_walks_away_for_good_has_given_up(desk: Desk) -> None:
    assert desk.play({"q": [(0, 100, 0)]}, ADA, bots=bot(walk_away="100%")) == []
    assert desk.issues("outcome", "closed_at") == [("given_up", 60)]


def test_what_the_bot_closes_unsolved_comes_back(desk: Desk) -> None:
    back = {"share": "100%", "delay": "fixed 2m", "to": "b"}
    legs = desk.play(
        {"q": [(0, 100, 0)]},
        ADA,
        {"b": {"talk": "fixed 30s"}},
        bots=bot(containment="100%", bounce_back=back),
    )
    assert legs == [("answered", "Ada", 180, 210)]
    assert desk.sessions("outcome") == ["falsely_contained"]
    assert desk.contacts("queue", "cause", "resolved") == [("q", "fresh", 2), ("b", "bounce_back", 1)]


def test_what_is_unsolved_for_good_is_given_up(desk: Desk) -> None:
    desk.play({"q": [(0, 100, 0)]}, ADA, bots=bot(containment="100%", unsolved="100%"))
    assert desk.sessions("outcome") == ["falsely_contained"]
    assert desk.issues("outcome", "closed_at") == [("given_up", 60)]


def test_two_failures_in_a_row_reach_a_person(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(0, 100, 0)]}, ADA, bots=bot(misunderstood="100%", loop="25s", escape="after_failures")
    )
    assert desk.sessions("ended_at", "outcome", "failures") == [(50, "handed_over", 2)]
    assert legs == [("answered", "Ada", 50, 150)]


def test_who_is_not_let_through_is_trapped(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(0, 100, 0)]},
        ADA,
        bots=bot(containment="100%", misunderstood="100%", loop="25s", escape="never"),
    )
    assert legs == []
    assert desk.sessions("ended_at", "outcome", "failures") == [(50, "trapped", 2)]
    assert desk.issues("outcome") == ["given_up"]


def test_who_asks_for_a_person_at_once_gets_one_at_once(desk: Desk) -> None:
    legs = desk.play({"q": [(7, 100, 0)]}, ADA, bots=bot(containment="100%", escape={"asks": "100%"}))
    assert desk.sessions("started_at", "ended_at", "outcome") == [(7, 7, "handed_over")]
    assert legs == [("answered", "Ada", 7, 107)]


def test_each_failure_repeats_a_turn(desk: Desk) -> None:
    desk.play(
        {"q": [(0.0 + k, 1, 0) for k in range(50)]}, ADA, bots=bot(misunderstood="40%", loop="10s", turns=6)
    )
    lengths = [ended - started for started, ended in desk.sessions("started_at", "ended_at")]
    assert lengths == [60 + 10 * failures for failures in desk.sessions("failures")]
    assert max(desk.sessions("failures")) > 4


def test_a_wrong_classification_is_found_out_by_a_person(desk: Desk) -> None:
    """b does not say how long that takes: a minute."""
    legs = desk.play(
        {"q": [(0, 100, 0)]},
        {"g": all_hour("Ada"), "h": all_hour("Bo")},
        {"b": {"talk": "fixed 9m"}},
        {"g": {"skills": ["q"]}, "h": {"skills": ["b"]}},
        bots=bot(misrouted={"share": "100%", "to": {"b": "100%"}}),
    )
    assert legs == [("answered", "Bo", 60, 120), ("answered", "Ada", 120, 220)]
    assert desk.legs("queue", "entry") == [("b", "arrived"), ("q", "transferred")]


def test_contacts_go_past_a_bot_that_is_down(desk: Desk) -> None:
    down = [{"on": "2026-03-02", "hours": "09:10-09:20"}]
    calls = [(599.0, 1.0, 0.0), (600.0, 1.0, 0.0), (1199.0, 1.0, 0.0), (1200.0, 1.0, 0.0)]
    desk.play({"q": calls}, ADA, bots=bot(down=down))
    assert desk.sessions("started_at") == [599, 1200]
    outage = {"outage": {"on": "2026-03-02", "hours": "09:10-09:20", "bot_down": ["bot"]}}
    desk.play({"q": calls}, ADA, bots=bot(), events=outage)
    assert desk.sessions("started_at") == [599, 1200]


def test_later_contacts_meet_the_bot_again_or_not(desk: Desk) -> None:
    queue = {
        "q": {"resolution": "0%", "after_unresolved": {"return": "100%", "delay": "fixed 1m", "at_most": 1}}
    }
    desk.play({"q": [(0, 100, 0)]}, ADA, queue, bots=bot())
    assert desk.sessions("started_at") == [0, 220]
    desk.play({"q": [(0, 100, 0)]}, ADA, queue, bots=bot(again=False))
    assert desk.sessions("started_at") == [0]


def test_a_session_that_the_end_of_the_run_cuts_off_is_open(desk: Desk) -> None:
    time = {"start": "2026-03-02", "days": 1, "open": "00:00-24:00", "drain": "0s"}
    desk.play({"q": [(15 * 3600 - 20, 60, 0)]}, ADA, time=time, bots=bot())
    assert desk.sessions("ended_at", "outcome") == [(15 * 3600, "open")]
    assert desk.issues("outcome", "pending") == [("open", 1)]


# -- before the bot -----------------------------------------------------------------------------------------


def test_self_service_that_fails_makes_the_talk_longer(desk: Desk) -> None:
    page = {"page": {"serves": ["q"], "success": "0%", "takes": "fixed 2m", "failed_costs": "50%"}}
    assert desk.play({"q": [(0, 100, 0)]}, ADA, self_service=page) == [("answered", "Ada", 120, 270)]


def test_notice_then_page_then_bot(desk: Desk) -> None:
    page = {"page": {"serves": ["q"], "success": "0%", "takes": "fixed 2m"}}
    desk.play({"q": [(0, 100, 0)]}, ADA, self_service=page, bots=bot())
    assert desk.sessions("front", "started_at", "ended_at") == [("page", 0, 120), ("bot", 120, 180)]


def test_a_notice_makes_contacts_needless_in_its_hours(desk: Desk) -> None:
    notice = {"note": {"queue": "q", "on": "2026-03-02", "hours": "09:10-09:20", "prevents": "100%"}}
    calls = [(599.0, 1.0, 0.0), (600.0, 1.0, 0.0), (1199.0, 1.0, 0.0), (1200.0, 1.0, 0.0)]
    legs = desk.play({"q": calls}, ADA, notices=notice)
    assert [leg[2] for leg in legs] == [599, 1200]
    assert desk.sessions("started_at", "ended_at", "outcome") == [
        (600, 600, "prevented"),
        (1199, 1199, "prevented"),
    ]
    assert desk.issues("outcome")[1] == "resolved"


# -- bad days -----------------------------------------------------------------------------------------------


def window(**what: Any) -> dict[str, Any]:
    return {"bad": {"on": "2026-03-02", "hours": "09:10-09:20", **what}}


def test_slow_desktops_make_talk_longer_that_begins_then(desk: Desk) -> None:
    calls = [(590.0, 20.0, 5.0), (700.0, 20.0, 5.0), (1199.0, 20.0, 5.0), (1300.0, 20.0, 5.0)]
    legs = desk.play({"q": calls}, ADA, events=window(talk="x2"))
    assert [leg[3] - leg[2] for leg in legs if leg[2] is not None] == [25, 45, 45, 25]


def test_slow_desktops_of_another_group_slow_nobody_else(desk: Desk) -> None:
    staff = {"g": all_hour("Ada"), "h": all_hour("Bo")}
    legs = desk.play(
        {"q": [(700, 20, 0)]}, staff, groups={"h": {"skills": ["q"]}}, events=window(talk="x2", groups=["h"])
    )
    assert legs == [("answered", "Ada", 700, 720)]


def test_nobody_begins_while_desktops_are_down(desk: Desk) -> None:
    legs = desk.play({"q": [(590, 60, 0), (700, 60, 0)]}, ADA, events=window(down=True))
    assert legs == [("answered", "Ada", 590, 650), ("answered", "Ada", 1200, 1260)]
    assert desk.stretches() == [("ON_DUTY", 0, 650), ("DOWN", 650, 1200), ("ON_DUTY", 1200, 3600)]


def test_who_is_busy_through_the_outage_does_not_notice_it(desk: Desk) -> None:
    desk.play({"q": [(590, 700, 0)]}, ADA, events=window(down=True))
    assert desk.stretches() == [("ON_DUTY", 0, 3600)]


def test_the_same_customer_comes_by_a_second_queue(desk: Desk) -> None:
    twice = {"duplicates": {"share": "100%", "to": "b", "delay": "fixed 30s"}, "queues": ["q"]}
    desk.play({"q": [(500, 10, 0), (700, 10, 0)]}, ADA, {"b": {"talk": "fixed 5s"}}, events=window(**twice))
    assert desk.contacts("issue", "queue", "arrived_at", "cause") == [
        (0, "q", 500, "fresh"),
        (1, "q", 700, "fresh"),
        (1, "b", 730, "duplicate"),
    ]
    assert desk.issues("outcome", "closed_at") == [("resolved", 510), ("resolved", 710)]


@pytest.mark.parametrize(("absence", "served"), [("100%", 0), ("0%", 1)])
def test_a_wave_of_absence(desk: Desk, absence: str, served: int) -> None:
    legs = desk.play({"q": [(30, 10, 0)]}, ADA, events={"flu": {"on": "2026-03-02", "absence": absence}})
    assert sum(leg[0] == "answered" for leg in legs) == served
