"""Tiers, transfers, authority, resolution and returns: exact times, played by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.laws.desk import Call, Desk, Work, all_hour

FIRST = {"g": all_hour("Ada"), "h": all_hour("Bo")}
SKILLS = {"g": {"skills": ["q"]}, "h": {"skills": ["b"]}}


def up(**more: Any) -> dict[str, Any]:
    """Everybody is escalated to b."""
    return {"escalation": {"to": "b", "share": "100%", **more}}


def play(
    desk: Desk, calls: dict[str, list[Call]], queue: dict[str, Any], second: dict[str, Any] | None = None
) -> Any:
    """Ada serves q, Bo serves b, where later work takes a minute of talk and no wrap-up."""
    queues = {"q": queue, "b": {"talk": "fixed 1m", **(second or {})}}
    return desk.play(calls, FIRST, queues, SKILLS)


# -- escalation ---------------------------------------------------------------------------------------------


def test_a_cold_escalation_goes_on_while_the_first_agent_wraps_up(desk: Desk) -> None:
    legs = play(desk, {"q": [(0, 100, 30)]}, up())
    assert legs == [("answered", "Ada", 0, 130), ("answered", "Bo", 100, 160)]
    assert desk.legs("leg", "queue", "entry", "queued_at")[1] == (2, "b", "escalated", 100)
    assert desk.contacts("resolved") == [1]
    assert desk.issues("outcome", "closed_at") == [("resolved", 160)]


def test_a_warm_escalation_keeps_the_first_agent_until_both_have_talked(desk: Desk) -> None:
    """Bo is busy until 150; both talk until 170."""
    calls: dict[str, list[Call]] = {"q": [(0, 100, 30)], "b": [(50, 100, 0)]}
    play(desk, calls, up(handover="fixed 20s"))
    assert desk.legs("queue", "answered_at", "talk_ended_at", "ended_at") == [
        ("q", 0, 170, 200),
        ("b", 50, 150, 150),
        ("b", 150, 270, 270),  # 20 s hand-over, 100 s as the other one of this queue
    ]


def test_a_warm_escalation_that_is_answered_at_once(desk: Desk) -> None:
    play(desk, {"q": [(0, 100, 30)]}, up(handover="fixed 20s"))
    assert desk.legs("answered_at", "talk_ended_at", "ended_at") == [(0, 120, 150), (100, 180, 180)]


def test_the_first_agent_stays_without_talk_of_both(desk: Desk) -> None:
    calls: dict[str, list[Call]] = {"q": [(0, 100, 30)], "b": [(50, 100, 0)]}
    play(desk, calls, up(warm=True))
    assert desk.legs("talk_ended_at", "ended_at")[0] == (150, 180)


def test_the_customer_gives_up_while_the_first_agent_stays(desk: Desk) -> None:
    calls: dict[str, list[Call]] = {"q": [(0, 100, 30)], "b": [(50, 100, 0)]}
    legs = play(desk, calls, up(handover="fixed 20s"), {"patience": "fixed 30s"})
    assert legs == [
        ("answered", "Ada", 0, 160),
        ("answered", "Bo", 50, 150),
        ("abandoned", None, None, 130),
    ]
    assert desk.legs("talk_ended_at")[0] == 130
    assert desk.issues("outcome", "closed_at")[0] == ("given_up", 130)


def test_the_customer_is_turned_away_while_the_first_agent_stays(desk: Desk) -> None:
    calls: dict[str, list[Call]] = {"q": [(0, 100, 30)], "b": [(50, 100, 0)]}
    legs = play(desk, calls, up(handover="fixed 20s"), {"waiting_places": 0})
    assert legs[0] == ("answered", "Ada", 0, 130)
    assert legs[2] == ("blocked", None, None, 100)


def test_who_is_deflected_from_the_next_tier_lets_the_first_agent_go(desk: Desk) -> None:
    """Ada is free for the next at 130, and the hand-over is not owed to the queue that was offered."""
    calls: dict[str, list[Call]] = {"q": [(0, 100, 30), (50, 60, 0)], "b": [(50, 100, 0)]}
    queues = {
        "q": up(handover="fixed 20s"),
        "b": {"talk": "fixed 1m", "deflection": {"to": "c", "when_wait_over": "0s", "share": "100%"}},
        "c": {"talk": "fixed 30s"},
    }
    staff = {**FIRST, "k": all_hour("Cy")}
    desk.play(calls, staff, queues, {**SKILLS, "k": {"skills": ["c"]}})
    rows = desk.legs("queue", "agent", "outcome", "answered_at", "ended_at")
    assert rows[0] == ("q", "Ada", "answered", 0, 130)
    assert ("b", None, "deflected", None, 100) in rows
    assert ("c", "Cy", "answered", 100, 130) in rows


def test_the_first_agent_stays_past_the_end_of_the_shift(desk: Desk) -> None:
    staff: dict[str, list[Work]] = {"g": [("Ada", 0, 110, "work")], "h": [("Bo", 200, 3600, "work")]}
    desk.play(
        {"q": [(0, 100, 30)]}, staff, {"q": up(handover="fixed 20s"), "b": {"talk": "fixed 1m"}}, SKILLS
    )
    assert desk.legs("agent", "answered_at", "talk_ended_at", "ended_at") == [
        ("Ada", 0, 220, 250),
        ("Bo", 200, 280, 280),
    ]
    assert desk.stretches()[0] == ("ON_DUTY", 0, 250)


@pytest.mark.parametrize(
    ("keeps", "order"), [(True, ["escalated", "arrived"]), (False, ["arrived", "escalated"])]
)
def test_who_keeps_the_wait_goes_ahead_of_who_came_later(desk: Desk, keeps: bool, order: list[str]) -> None:
    calls: dict[str, list[Call]] = {"q": [(0, 100, 0)], "b": [(10, 190, 0), (50, 190, 0)]}
    play(desk, calls, up(keeps_wait=keeps))
    rows = [row for row in desk.legs("queue", "answered_at", "entry") if row[0] == "b"]
    assert [entry for _, _, entry in sorted(rows, key=lambda row: row[1])][1:] == order


def test_who_is_estimated_hard_is_referred_after_the_diagnosis(desk: Desk) -> None:
    legs = play(desk, {"q": [(0, 100, 10)]}, up(share="0%", above="0%", diagnosis="fixed 30s"))
    assert legs == [("answered", "Ada", 0, 40), ("answered", "Bo", 30, 90)]


def test_the_harder_issues_are_referred_and_the_easier_ones_treated(desk: Desk) -> None:
    calls: list[Call] = [(30.0 * k, 20, 0) for k in range(100)]
    play(desk, {"q": calls}, up(share="0%", above="60%", diagnosis="fixed 5s"))
    moved = {row for row, queue in desk.legs("contact_row", "queue") if queue == "b"}
    complexity = desk.issues("complexity")
    assert moved == {row for row in range(100) if complexity[row] >= 600_000}
    assert 20 < len(moved) < 60


def test_a_contact_moves_at_most_so_often(desk: Desk) -> None:
    queues = {
        "q": up(),
        "b": {"talk": "fixed 1m", "escalation": {"to": "c", "share": "100%", "at_most": 1}},
        "c": {"talk": "fixed 1m"},
    }
    desk.play({"q": [(0, 100, 0)]}, {"g": all_hour("Ada")}, queues)
    assert desk.legs("queue", "answered_at", "ended_at") == [("q", 0, 100), ("b", 100, 160)]
    assert desk.issues("outcome") == ["resolved"]


# -- wrong queues -------------------------------------------------------------------------------------------


def test_a_contact_in_the_wrong_queue_goes_to_the_right_one(desk: Desk) -> None:
    legs = play(
        desk,
        {"q": [(0, 100, 15)]},
        {"transfer": {"misrouted": "100%", "to": "b", "found_after": "fixed 20s"}},
    )
    assert legs == [("answered", "Ada", 0, 35), ("answered", "Bo", 20, 80)]
    assert desk.legs("entry") == ["arrived", "transferred"]


def test_who_was_passed_on_is_in_the_right_queue(desk: Desk) -> None:
    """b sends everybody on who reaches it by mistake, but not those who come from q."""
    wrong = {"transfer": {"misrouted": "100%", "to": "q", "found_after": "fixed 20s"}}
    play(desk, {"q": [(0, 100, 0)]}, up(), wrong)
    assert desk.legs("queue", "ended_at") == [("q", 100), ("b", 160)]


# -- authority ----------------------------------------------------------------------------------------------


def needs(level: int, without: str, **more: Any) -> dict[str, Any]:
    return {"authority": {"needs": {str(level): "100%"}, "without": without, **more}}


def with_authority(desk: Desk, queue: dict[str, Any], level: int = 1) -> Any:
    queues = {"q": queue, "b": {"talk": "fixed 1m"}}
    groups = {"g": {**SKILLS["g"], "authority": level}, "h": SKILLS["h"]}
    return desk.play({"q": [(0, 100, 0)]}, FIRST, queues, groups)


def test_an_approval_takes_time(desk: Desk) -> None:
    assert with_authority(desk, needs(2, "approve", approval="fixed 30s")) == [("answered", "Ada", 0, 130)]
    assert desk.contacts("resolved") == [1]


def test_who_has_the_authority_asks_nobody(desk: Desk) -> None:
    assert with_authority(desk, needs(2, "approve", approval="fixed 30s"), 2) == [("answered", "Ada", 0, 100)]


def test_without_authority_the_issue_is_refused(desk: Desk) -> None:
    assert with_authority(desk, needs(2, "refuse")) == [("answered", "Ada", 0, 100)]
    assert desk.contacts("resolved") == [2]
    assert desk.issues("outcome", "closed_at") == [("given_up", 100)]


def test_without_authority_the_issue_goes_up_after_the_diagnosis(desk: Desk) -> None:
    queue = {**needs(2, "escalate"), **up(share="0%")}
    assert with_authority(desk, queue) == [("answered", "Ada", 0, 60), ("answered", "Bo", 60, 120)]


# -- resolution and returns ---------------------------------------------------------------------------------


def unresolved(**more: Any) -> dict[str, Any]:
    return {
        "resolution": "0%",
        "after_unresolved": {"return": "100%", "delay": "fixed 1m", "at_most": 1, **more},
    }


def test_what_is_not_resolved_returns_at_most_so_often(desk: Desk) -> None:
    legs = play(desk, {"q": [(0, 100, 10)]}, unresolved())
    assert legs == [("answered", "Ada", 0, 110), ("answered", "Ada", 160, 270)]
    assert desk.contacts("cause", "after", "resolved") == [("fresh", -1, 2), ("return", 0, 2)]
    assert desk.issues("outcome", "closed_at") == [("given_up", 260)]


def test_what_another_queue_resolves_is_resolved(desk: Desk) -> None:
    play(desk, {"q": [(0, 100, 0)]}, unresolved(to="b"))
    assert desk.contacts("queue", "resolved") == [("q", 2), ("b", 1)]
    assert desk.issues("outcome", "closed_at") == [("resolved", 220)]


def test_a_lost_story_is_told_again(desk: Desk) -> None:
    legs = play(desk, {"q": [(0, 100, 0)]}, unresolved(to="b", context="0%", repeat_story="fixed 30s"))
    assert legs[1] == ("answered", "Bo", 160, 250)


def test_a_return_after_the_end_is_pending_and_the_issue_open(desk: Desk) -> None:
    play(desk, {"q": [(0, 100, 0)]}, unresolved(delay="fixed 2d"))
    assert desk.issues("outcome", "closed_at", "pending") == [("open", None, 1)]


def test_harder_issues_take_longer(desk: Desk) -> None:
    play(desk, {"q": [(0, 100, 0), (500, 100, 0)]}, {"complexity": {"talk": "40%"}})
    for (ended, answered), complexity in zip(
        desk.legs("ended_at", "answered_at"), desk.issues("complexity"), strict=True
    ):
        assert ended - answered == pytest.approx(100 * (1 + 0.4 * (2 * complexity / 1e6 - 1)), abs=0.11)


def test_an_unresolved_issue_is_complained_about(desk: Desk) -> None:
    promise = {"complaint": {"unresolved": "100%", "to": "b", "delay": "fixed 30s"}}
    queue = {"resolution": "0%", "service_level": "80% in 1m", "promise": promise}
    play(desk, {"q": [(0, 100, 0)]}, queue)
    assert desk.contacts("queue", "arrived_at", "cause") == [("q", 0, "fresh"), ("b", 130, "complaint")]
    assert desk.issues("outcome", "closed_at") == [("resolved", 190)]
