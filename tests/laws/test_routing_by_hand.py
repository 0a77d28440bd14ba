"""Overflow, reserves, rules that look at the queues, weights: who serves whom, played by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.laws.desk import Call, Desk, Work, all_hour

THREE = {"g": all_hour("Ada"), "h": all_hour("Bo"), "k": all_hour("Cy")}
OTHERS = {"h": {"skills": ["b"]}, "k": {"skills": ["b"]}}


def agents(desk: Desk) -> list[Any]:
    return desk.legs("agent", "answered_at")


# -- overflow -----------------------------------------------------------------------------------------------


def rings(*rows: tuple[str, str]) -> dict[str, Any]:
    return {"overflow": [{"queue": "q", "after": after, "to": to} for after, to in rows]}


def overflowing(desk: Desk, calls: dict[str, list[Call]], *rows: tuple[str, str], **more: Any) -> None:
    desk.play(
        {"b": [], **calls} if "b" in calls else calls,
        THREE,
        {"q": {}, "b": {"talk": "fixed 1m"}},
        {"g": {"skills": ["q"]}, **OTHERS},
        routing={**rings(*rows), **more},
    )


def test_ring_by_ring(desk: Desk) -> None:
    """Bo may help after 30 s, Cy after 60 s."""
    overflowing(
        desk, {"q": [(0, 500, 0), (10, 500, 0), (15, 500, 0), (20, 50, 0)]}, ("30s", "h"), ("1m", "k")
    )
    assert agents(desk) == [("Ada", 0), ("Bo", 40), ("Cy", 75), ("Ada", 500)]


def test_who_is_taken_before_does_not_overflow(desk: Desk) -> None:
    overflowing(desk, {"q": [(0, 35, 0), (10, 50, 0)]}, ("30s", "h"))
    assert agents(desk) == [("Ada", 0), ("Ada", 35)]


def test_a_helper_who_becomes_free_before_the_delay_waits(desk: Desk) -> None:
    overflowing(desk, {"q": [(0, 500, 0), (10, 50, 0)], "b": [(0, 20, 0), (0, 300, 0)]}, ("30s", "h"))
    assert desk.legs("queue", "agent", "answered_at")[-1] == ("q", "Bo", 40)


def test_a_helper_who_becomes_free_after_the_delay_takes_it(desk: Desk) -> None:
    overflowing(desk, {"q": [(0, 500, 0), (10, 50, 0)], "b": [(0, 60, 0), (0, 300, 0)]}, ("30s", "h"))
    assert desk.legs("queue", "agent", "answered_at")[-1] == ("q", "Bo", 60)


def test_an_own_agent_who_becomes_free_at_that_instant_takes_it(desk: Desk) -> None:
    overflowing(desk, {"q": [(0, 40, 0), (10, 50, 0)]}, ("30s", "h"))
    assert agents(desk) == [("Ada", 0), ("Ada", 40)]


def test_a_group_with_the_skill_that_overflows_takes_it_only_then(desk: Desk) -> None:
    staff = {"g": all_hour("Ada"), "h": all_hour("Bo")}
    desk.play({"q": [(0, 100, 0), (10, 50, 0)]}, staff, routing=rings(("30s", "h")))
    assert agents(desk) == [("Ada", 0), ("Bo", 40)]


def test_who_helps_without_the_skill_works_at_speed_1(desk: Desk) -> None:
    staff = {"g": all_hour("Ada"), "h": all_hour("Bo")}
    groups = {"g": {"skills": {"q": 0.5}}, "h": {"skills": ["b"]}}
    desk.play(
        {"q": [(0, 100, 0), (10, 50, 0)]},
        staff,
        {"b": {"talk": "fixed 1m"}},
        groups,
        routing=rings(("30s", "h")),
    )
    assert desk.legs("agent", "ended_at") == [("Ada", 200), ("Bo", 90)]


def test_overflow_interrupts_written_work(desk: Desk) -> None:
    desk.play(
        {"q": [(0, 500, 0), (10, 50, 0)], "e": [(0, 300, 0)]},
        {"g": all_hour("Ada"), "h": all_hour("Bo")},
        {"e": {"channel": "mail"}},
        {"g": {"skills": ["q"]}, "h": {"skills": ["e"]}},
        channels={"mail": {"deferrable": True}},
        routing=rings(("30s", "h")),
    )
    assert desk.legs("queue", "agent", "answered_at", "ended_at") == [
        ("q", "Ada", 0, 500),
        ("e", "Bo", 0, 350),
        ("q", "Bo", 40, 90),
    ]


# -- reserves -----------------------------------------------------------------------------------------------


def test_the_last_one_is_kept_for_others(desk: Desk) -> None:
    desk.play(
        {"q": [(0, 100, 0), (10, 50, 0)], "vip": [(20, 200, 0)]},
        {"g": all_hour("Ada", "Bo")},
        routing={"reserve": [{"group": "g", "keep": 1, "for": "vip"}]},
    )
    # Ada is the last one from 100 on, and kept; with Bo back at 220 one may go
    assert desk.legs("queue", "agent", "answered_at") == [
        ("q", "Ada", 0),
        ("q", "Bo", 220),
        ("vip", "Bo", 20),
    ]


def test_the_reserve_serves_whom_it_is_kept_for(desk: Desk) -> None:
    desk.play(
        {"q": [(0, 100, 0)], "vip": [(0, 50, 0), (10, 50, 0)]},
        {"g": all_hour("Ada", "Bo")},
        routing={"reserve": [{"group": "g", "keep": 2, "for": "vip"}]},
    )
    assert desk.legs("queue", "agent", "answered_at") == [
        ("q", None, None),
        ("vip", "Ada", 0),
        ("vip", "Bo", 10),
    ]


def test_who_has_chats_open_is_not_held_back(desk: Desk) -> None:
    """Bo is kept for calls; Ada, who has one chat, takes the second."""
    desk.play(
        {"c": [(0, 100, 0), (10, 100, 0), (20, 100, 0)], "v": [(30, 50, 0)]},
        {"g": all_hour("Ada", "Bo")},
        {"c": {"channel": "chat"}},
        channels={"chat": {"concurrency": 2, "slowdown": [1.0, 1.0]}},
        routing={"reserve": [{"group": "g", "keep": 1, "for": "v"}]},
    )
    assert desk.legs("queue", "agent", "answered_at") == [
        ("c", "Ada", 0),
        ("c", "Ada", 10),
        ("c", "Ada", 100),
        ("v", "Bo", 30),
    ]


# -- rules --------------------------------------------------------------------------------------------------


def ruled(desk: Desk, calls: list[Call], when: dict[str, Any], **queue: Any) -> None:
    """Bo helps q while the condition holds, which is looked at every minute."""
    desk.play(
        {"q": calls},
        {"g": all_hour("Ada"), "h": all_hour("Bo")},
        {"q": queue, "b": {"talk": "fixed 1m"}},
        {"g": {"skills": ["q"]}, "h": {"skills": ["b"]}},
        routing={"rules": [{"when": {"queue": "q", **when}, "then": {"group": "h", "takes": "q"}}]},
    )


def test_while_the_line_is_long_others_help(desk: Desk) -> None:
    """At 60 two wait, at 120 one: Bo finishes what was begun and takes no more."""
    ruled(desk, [(0, 500, 0), (10, 100, 0), (20, 100, 0)], {"longer_than": 1})
    assert agents(desk) == [("Ada", 0), ("Bo", 60), ("Ada", 500)]


def test_a_rule_goes_on_as_long_as_it_holds(desk: Desk) -> None:
    ruled(desk, [(0, 500, 0), (10, 100, 0), (20, 100, 0), (30, 100, 0), (40, 9, 0)], {"longer_than": 1})
    assert agents(desk) == [("Ada", 0), ("Bo", 60), ("Bo", 160), ("Bo", 260), ("Ada", 500)]


def test_who_arrives_at_that_instant_is_not_counted(desk: Desk) -> None:
    ruled(desk, [(0, 500, 0), (10, 100, 0), (60, 100, 0)], {"longer_than": 1})
    assert agents(desk) == [("Ada", 0), ("Bo", 120), ("Ada", 500)]


def test_a_long_expected_wait_calls_for_help(desk: Desk) -> None:
    """Mean handle time 200 s, one person: 200 s with nobody in line, 400 s with one."""
    ruled(desk, [(0, 200, 0), (70, 200, 0), (80, 200, 0)], {"expected_wait_over": "300s"})
    assert agents(desk) == [("Ada", 0), ("Bo", 120), ("Ada", 200)]


def test_a_low_service_level_calls_for_help(desk: Desk) -> None:
    """Answered after 0 s, 190 s: one of two within 20 s. At 240 that is below 60 %, so Bo helps."""
    ruled(
        desk,
        [(0, 200, 0), (10, 200, 0), (220, 50, 0), (230, 50, 0)],
        {"service_level_below": "60%", "of_last": "10m"},
    )
    assert agents(desk) == [("Ada", 0), ("Ada", 200), ("Bo", 240), ("Bo", 290)]


def test_who_gives_up_lowers_the_service_level(desk: Desk) -> None:
    """Answered, given up at 40: one of two."""
    ruled(
        desk,
        [(0, 200, 0), (10, 200, 0), (50, 60, 0)],
        {"service_level_below": "60%", "of_last": "10m"},
        patience="fixed 30s",
    )
    assert agents(desk) == [("Ada", 0), (None, None), ("Bo", 60)]


def test_a_service_level_looks_back_only_so_far(desk: Desk) -> None:
    """The late answer at 200 is forgotten three minutes later."""
    calls: list[Call] = [(0, 200, 0), (10, 400, 0), (490, 90, 0)]
    ruled(desk, calls, {"service_level_below": "60%", "of_last": "3m"})
    assert agents(desk) == [("Ada", 0), ("Ada", 200), ("Ada", 600)]


def test_agents_with_room_for_more_help_too(desk: Desk) -> None:
    """Bo has a chat of his own and room for another."""
    desk.play(
        {"q": [(0, 500, 0), (0, 500, 0), (10, 100, 0)], "b": [(0, 300, 0)]},
        {"g": all_hour("Ada"), "h": all_hour("Bo")},
        {"q": {"channel": "chat"}, "b": {"channel": "chat"}},
        {"g": {"skills": ["q"]}, "h": {"skills": ["b"]}},
        channels={"chat": {"concurrency": 2, "slowdown": [1.0, 1.0]}},
        routing={"rules": [{"when": {"queue": "q", "longer_than": 0}, "then": {"group": "h", "takes": "q"}}]},
    )
    assert desk.legs("queue", "agent", "answered_at")[2:] == [("b", "Bo", 0), ("q", "Bo", 60)]


# -- weights ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("weight", "served"), [(1, "Ada"), (3, "Bo")])
def test_idle_time_times_weight(desk: Desk, weight: int, served: str) -> None:
    """Ada has been idle for 100 s, Bo for 50 s."""
    staff: dict[str, list[Work]] = {"g": [("Ada", 0, 3600, "work")], "h": [("Bo", 50, 3600, "work")]}
    desk.play(
        {"q": [(100, 10, 0)]}, staff, groups={"h": {"weight": weight}}, routing={"agent": ["weighted_idle"]}
    )
    assert agents(desk) == [(served, 100)]


@pytest.mark.parametrize(("weight", "first"), [(1, "a"), (3, "b")])
def test_wait_times_weight(desk: Desk, weight: int, first: str) -> None:
    """At 100 one has waited 90 s, the other 50 s."""
    desk.play(
        {"start": [(0, 100, 0)], "a": [(10, 20, 0)], "b": [(50, 20, 0)]},
        {"g": all_hour("Ada")},
        {"b": {"weight": weight}},
        routing={"contact": ["weighted_wait"]},
    )
    assert dict(desk.legs("queue", "answered_at"))[first] == 100
