"""Intakes: a classroom, slower talk, coaches off the floor; exact times, played by hand."""

from __future__ import annotations

from typing import Any

from tests.laws.desk import DAY, Desk, Work


def days(count: int, *agents: str) -> list[Work]:
    """Nine to ten, day after day."""
    return [(agent, day * DAY, day * DAY + 3600, "work") for day in range(count) for agent in agents]


def intake(**training: Any) -> dict[str, Any]:
    return {"training": {"new": training}, "groups": {"g": {"training": "new"}}}


def test_nobody_in_the_classroom_takes_a_call(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(0, 60, 0), (DAY, 60, 0)]}, {"g": days(2, "Ada")}, days=2, **intake(classroom="1d")
    )
    assert legs == [("cleared", None, None, 3600), ("answered", "Ada", DAY, DAY + 60)]
    assert desk.stretches() == [("TRAINING", 0, 3600), ("ON_DUTY", DAY, DAY + 3600)]


def test_speed_grows_in_a_straight_line_from_the_first_day_with_customers(desk: Desk) -> None:
    """Half speed at first, three quarters a day later, full speed after two days."""
    calls = [(day * DAY + 0.0, 60.0, 10.0) for day in range(4)]
    learning = {"from": 0.5, "to": 1.0, "over": "2d"}
    legs = desk.play({"q": calls}, {"g": days(4, "Ada")}, days=4, **intake(speed=learning))
    lengths = [round(leg[3] - leg[2], 6) for leg in legs if leg[2] is not None]
    assert lengths == [130, 89.98, 70, 70]


def test_coaches_are_off_the_floor_while_trainees_learn(desk: Desk) -> None:
    """Bo coaches on the first two days with customers; the last of the group does."""
    staff = {"g": days(3, "Ada"), "h": days(3, "Al", "Bo")}
    training = {"speed": {"from": 0.5, "over": "2d"}, "coach": {"group": "h", "per": 4}}
    calls = [(day * DAY + at, 600.0, 0.0) for day in range(3) for at in (0.0, 1.0, 2.0)]
    desk.play({"q": calls}, staff, days=3, **intake(**training))
    first_day = {agent for agent, at in desk.legs("agent", "answered_at") if at is not None and at < 3600}
    assert first_day == {"Ada", "Al"}
    third_day = {agent for agent, at in desk.legs("agent", "answered_at") if at is not None and at >= 2 * DAY}
    assert third_day == {"Ada", "Al", "Bo"}
