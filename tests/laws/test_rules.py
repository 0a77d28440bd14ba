"""The rules of the engines, each in a little world played by hand: who is served by whom, when, and at ties.

Parity cannot see a rule that both engines break alike, so each is pinned here. Times are seconds after 09:00.
"""

from __future__ import annotations

import pytest

import ccsim
from tests.laws.desk import NINE, SECOND, Call, Desk, Leg, all_hour, order_of

# -- ties ---------------------------------------------------------------------------------------------------


def test_who_loses_patience_at_closing_time_has_given_up(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(3000, 60, 0)]}, {"g": [("Ada", 0, 60, "work")]}, {"q": {"patience": "fixed 10m"}}
    )
    assert legs == [("abandoned", None, None, 3600)]


def test_a_place_that_is_given_up_is_free_for_who_arrives_at_that_instant(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(100, 60, 0), (160, 60, 0)]},
        {"g": [("Ada", 0, 60, "work")]},
        {"q": {"patience": "fixed 1m", "waiting_places": 1}},
    )
    assert legs == [("abandoned", None, None, 160), ("abandoned", None, None, 220)]


def test_an_agent_becomes_free_before_anyone_gives_up(desk: Desk) -> None:
    calls = [(0.0, 100.0, 0.0), (40.0, 10.0, 0.0)]
    legs = desk.play({"q": calls}, {"g": all_hour("Ada")}, {"q": {"patience": "fixed 1m"}})
    assert legs == [("answered", "Ada", 0, 100), ("answered", "Ada", 100, 110)]


def test_nobody_starts_a_contact_at_the_end_of_the_shift(desk: Desk) -> None:
    legs = desk.play({"q": [(0, 600, 0), (10, 60, 0)]}, {"g": [("Ada", 0, 600, "work")]})
    assert legs == [("answered", "Ada", 0, 600), ("cleared", None, None, 3600)]


def test_work_that_ends_as_the_run_ends_is_done(desk: Desk) -> None:
    at = 24 * 3600 - NINE - 60
    legs = desk.play(
        {"q": [(at, 60, 0), (at + 1, 60, 0)]},
        {"g": [("Ada", at - 3600, at + 60, "work"), ("Bo", at - 3600, at + 60, "work")]},
        time={"start": "2026-03-02", "days": 1, "open": "00:00-24:00", "drain": "0s"},
    )
    assert legs == [("answered", "Ada", at, at + 60), ("open", "Bo", at + 1, at + 60)]


def test_who_loses_patience_as_the_run_ends_has_given_up(desk: Desk) -> None:
    at = 24 * 3600 - NINE - 60
    legs = desk.play(
        {"q": [(at, 60, 0)]},
        {"g": [("Ada", 0, 60, "work")]},
        {"q": {"patience": "fixed 1m"}},
        time={"start": "2026-03-02", "days": 1, "open": "00:00-24:00", "drain": "0s"},
    )
    assert legs == [("abandoned", None, None, at + 60)]


def test_of_two_that_arrive_at_once_the_first_queue_comes_first(desk: Desk) -> None:
    legs = desk.play({"a": [(5, 60, 0)], "b": [(5, 30, 0)]}, {"g": all_hour("Ada")})
    assert desk.log.legs["queue"].tolist() == [0, 1]
    assert legs == [("answered", "Ada", 5, 65), ("answered", "Ada", 65, 95)]


# -- arrival ------------------------------------------------------------------------------------------------


def test_free_agents_come_before_patience_and_places_before_balking(desk: Desk) -> None:
    calls: list[Call] = [(0, 600, 0), (10, 60, 0)]
    impatient = {"patience": "fixed 0s"}
    balked = desk.play({"q": calls}, {"g": all_hour("Ada")}, {"q": impatient})
    assert [leg[0] for leg in balked] == ["answered", "balked"]
    blocked = desk.play({"q": calls}, {"g": all_hour("Ada")}, {"q": {**impatient, "waiting_places": 0}})
    assert [leg[0] for leg in blocked] == ["answered", "blocked"]


def test_wrap_up_does_not_hold_a_line(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(0, 60, 600), (59, 5, 0), (60, 5, 0)]}, {"g": all_hour("Ada", "Bo")}, {"q": {"lines": 1}}
    )
    assert legs == [("answered", "Ada", 0, 660), ("blocked", None, None, 59), ("answered", "Bo", 60, 65)]


def test_lines_count_the_waiting_and_the_talking(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(0, 600, 0), (1, 60, 0), (2, 60, 0)]}, {"g": all_hour("Ada")}, {"q": {"lines": 2}}
    )
    assert [leg[0] for leg in legs] == ["answered", "answered", "blocked"]


def test_waiting_places_do_not_count_the_served(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(0, 600, 0), (1, 60, 0), (2, 60, 0), (3, 60, 0)]},
        {"g": all_hour("Ada")},
        {"q": {"waiting_places": 2}},
    )
    assert [leg[0] for leg in legs] == ["answered", "answered", "answered", "blocked"]


def test_who_gives_up_frees_the_line(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(100, 60, 0), (130, 60, 0), (170, 60, 0)]},
        {"g": [("Ada", 0, 60, "work")]},
        {"q": {"patience": "fixed 1m", "lines": 1}},
    )
    assert [leg[0] for leg in legs] == ["abandoned", "blocked", "abandoned"]


def test_who_is_cleared_frees_the_line(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(600, 60, 0), (1200, 60, 0), (2400, 60, 0)]},
        {"g": [("Ada", 0, 60, "work")]},
        {"q": {"lines": 1, "hours": {"every day": ["09:00-09:30", "09:40-10:00"]}}},
    )
    assert legs == [
        ("cleared", None, None, 1800),
        ("blocked", None, None, 1200),
        ("cleared", None, None, 3600),
    ]


# -- work ---------------------------------------------------------------------------------------------------


def test_speed_is_for_talk_alone_and_cuts_below_the_microsecond(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(0, 60, 30), (200, 1.000001, 0)]}, {"g": all_hour("Ada")}, groups={"g": {"skills": {"q": 0.8}}}
    )
    assert desk.log.legs["talk_ended_at"].tolist() == [
        (NINE + 75) * SECOND,
        (NINE + 200) * SECOND + 1_250_001,
    ]
    assert legs[0] == ("answered", "Ada", 0, 105)


def test_who_is_away_serves_nobody_and_begins_when_back(desk: Desk) -> None:
    work = [*all_hour("Ada"), ("Ada", 60, 300, "training"), ("Ada", 600, 900, "break")]
    legs = desk.play({"q": [(100, 60, 0), (700, 60, 0)]}, {"g": work})
    assert legs == [("answered", "Ada", 300, 360), ("answered", "Ada", 900, 960)]


def test_a_contact_in_hand_is_finished_first_and_the_break_lasts_its_full_length(desk: Desk) -> None:
    work = [*all_hour("Ada"), ("Ada", 60, 300, "break")]
    legs = desk.play({"q": [(50, 100, 50), (200, 60, 0)]}, {"g": work})
    assert legs == [("answered", "Ada", 50, 200), ("answered", "Ada", 440, 500)]
    assert desk.stretches() == [("ON_DUTY", 0, 200), ("BREAK", 200, 440), ("ON_DUTY", 440, 3600)]


def test_a_break_missed_altogether_is_taken_afterwards(desk: Desk) -> None:
    work = [*all_hour("Ada"), ("Ada", 60, 120, "break")]
    legs = desk.play({"q": [(50, 250, 0), (310, 10, 0)]}, {"g": work})
    assert legs == [("answered", "Ada", 50, 300), ("answered", "Ada", 360, 370)]
    assert desk.stretches() == [("ON_DUTY", 0, 300), ("BREAK", 300, 360), ("ON_DUTY", 360, 3600)]


def test_breaks_that_follow_each_other_are_all_taken(desk: Desk) -> None:
    work = [*all_hour("Ada"), ("Ada", 60, 120, "break"), ("Ada", 120, 240, "training")]
    desk.play({"q": [(50, 50, 0)]}, {"g": work})
    assert desk.stretches()[1:] == [("BREAK", 100, 160), ("TRAINING", 160, 280), ("ON_DUTY", 280, 3600)]


def test_time_on_duty_between_two_breaks_absorbs_the_delay(desk: Desk) -> None:
    work = [*all_hour("Ada"), ("Ada", 60, 120, "break"), ("Ada", 200, 300, "training")]
    desk.play({"q": [(50, 50, 0)]}, {"g": work})
    assert desk.stretches()[1:] == [
        ("BREAK", 100, 160),
        ("ON_DUTY", 160, 200),
        ("TRAINING", 200, 300),
        ("ON_DUTY", 300, 3600),
    ]


def test_the_end_of_the_shift_cuts_a_late_break_off(desk: Desk) -> None:
    work = [*all_hour("Ada"), ("Ada", 3400, 3500, "break")]
    desk.play({"q": [(3390, 160, 0)]}, {"g": work})
    assert desk.stretches() == [("ON_DUTY", 0, 3550), ("BREAK", 3550, 3600)]


@pytest.mark.statistical
def test_busy_people_take_their_breaks_and_are_away_as_often_as_asked() -> None:
    """38 people for 40 days at nearly 90 % occupancy: every minute of break, and the adherence as asked.

    A stretch that would run past the end of the shift is cut, so the share at the phone lies a little above.
    """
    data = {
        "format": 1,
        "name": "busy",
        "time": {"start": "2026-01-01", "days": 40, "open": "08:00-18:00"},
        "queues": {
            "q": {
                "arrivals": {"per_day": 3600},
                "talk": "exponential mean 5m",
                "patience": "exponential mean 3m",
            }
        },
        "agent_groups": {"g": {"headcount": 38, "skills": ["q"], "shifts": {"all": "100%"}}},
        "shifts": {"all": {"hours": "08:00-18:00", "breaks": ["45m after 4h"]}},
        "shrinkage": {"adherence": "90%"},
    }
    run = ccsim.simulate(ccsim.Scenario.from_dict(data), seed=1)
    value = run.metrics(["break_hours", "adherence", "occupancy"]).set_index("metric")["value"]
    assert value["occupancy"] > 0.85
    assert value["break_hours"] == pytest.approx(38 * 40 * 0.75, rel=1e-3)
    assert value["adherence"] == pytest.approx(0.90, abs=0.004)


# -- closing ------------------------------------------------------------------------------------------------


def test_stop_cuts_off_and_frees_agents_for_other_queues(desk: Desk) -> None:
    half = {"closing": "stop", "hours": "09:00-09:30", "lines": 9}
    legs = desk.play(
        {"q": [(1700, 600, 0), (1710, 60, 600), (1720, 60, 0)], "other": [(1750, 30, 0), (1760, 30, 0)]},
        {"g": all_hour("Ada", "Bo")},
        {"q": half, "other": {}},
    )
    assert legs == [
        ("open", "Ada", 1700, 1800),
        ("answered", "Bo", 1710, 1800),
        ("open", None, None, 1800),
        ("answered", "Ada", 1800, 1830),
        ("answered", "Bo", 1800, 1830),
    ]
    assert desk.log.legs["talk_ended_at"][1] == (NINE + 1770) * SECOND


def test_clear_leaves_the_served_alone(desk: Desk) -> None:
    work = [("Ada", 0, 3600, "work")]
    legs = desk.play({"q": [(3500, 300, 30), (3550, 60, 0)]}, {"g": work})
    assert legs == [("answered", "Ada", 3500, 3830), ("cleared", None, None, 3600)]


# -- who serves whom ----------------------------------------------------------------------------------------


def served_by(legs: list[Leg]) -> list[str | None]:
    return [agent for _, agent, _, _ in legs]


def test_the_agent_idle_for_longest_serves_next(desk: Desk) -> None:
    calls: list[Call] = [(0, 5, 0), (10, 5, 0), (20, 5, 0), (30, 5, 0), (30, 5, 0), (100, 5, 0)]
    work = [*all_hour("Ada", "Bo", "Cy"), ("Cy", 40, 50, "break")]
    legs = desk.play({"q": calls}, {"g": work})
    assert served_by(legs) == ["Ada", "Bo", "Cy", "Ada", "Bo", "Ada"]  # a break begins idleness anew


def test_preference_goes_ahead_of_idleness_or_behind_it(desk: Desk) -> None:
    calls: list[Call] = [(0, 5, 0), (10, 5, 0)]
    staff = {"g": all_hour("Ada"), "h": all_hour("Bo")}
    queues = {"q": {"prefers": ["h", "g"]}}
    assert served_by(desk.play({"q": calls}, staff, queues)) == ["Bo", "Bo"]
    behind = {"agent": ["longest_idle", "preference"]}
    assert served_by(desk.play({"q": calls}, staff, queues, routing=behind)) == ["Bo", "Ada"]


def test_best_speed_first(desk: Desk) -> None:
    groups = {"g": {"skills": {"q": 0.9}}, "h": {"skills": {"q": 1.1}}}
    staff = {"g": all_hour("Ada"), "h": all_hour("Bo")}
    legs = desk.play({"q": [(0, 50, 0), (10, 5, 0)]}, staff, groups=groups, routing={"agent": ["best_speed"]})
    assert served_by(legs) == ["Bo", "Ada"]


def test_first_come_first_served_within_a_queue(desk: Desk) -> None:
    legs = desk.play({"q": [(0, 100, 0), (10, 20, 0), (20, 20, 0), (30, 20, 0)]}, {"g": all_hour("Ada")})
    assert [answered for _, _, answered, _ in legs] == [0, 100, 120, 140]


@pytest.mark.parametrize(("arrives", "first"), [(10, "low"), (200, "high")])
def test_a_priority_that_grows_overtakes_in_time(desk: Desk, arrives: int, first: str) -> None:
    low = [(0.0, 300.0, 0.0), (float(arrives), 20.0, 0.0)]
    legs = desk.play(
        {"low": low, "high": [(220, 20, 0)]},
        {"g": all_hour("Ada")},
        {"low": {"priority": {"base": 1, "per_minute": 1}}, "high": {"priority": 3}},
    )
    assert order_of(legs, ["start", "low", "high"])[1] == first


def test_criteria_of_contacts_apply_in_their_order(desk: Desk) -> None:
    calls: dict[str, list[Call]] = {"a": [(0, 300, 0), (10, 20, 0)], "b": [(20, 20, 0)], "c": [(30, 20, 0)]}
    names = ["start", "a", "b", "c"]
    queues = {"a": {"priority": 1}, "b": {"priority": 5}, "c": {"priority": 1}}
    groups = {"g": {"prefers": ["c", "b"]}}

    def order(*criteria: str) -> list[str]:
        legs = desk.play(calls, {"g": all_hour("Ada")}, queues, groups, routing={"contact": list(criteria)})
        return order_of(legs, names)[1:]

    assert order("preference", "priority", "longest_wait") == ["c", "b", "a"]
    assert order("priority", "longest_wait") == ["b", "a", "c"]
    assert order("priority", "preference") == ["b", "c", "a"]
    assert order("longest_wait") == ["a", "b", "c"]
