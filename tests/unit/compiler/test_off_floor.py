"""Training, coaching, outages and waves of sickness change timetables and pace."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ccsim.compiler import Program, compile_scenario
from ccsim.compiler.journeys.chances import chance_of
from ccsim.draws import draw
from ccsim.errors import ScenarioError
from ccsim.kinds import State
from ccsim.scenario import Scenario
from tests.unit.compiler.centers import DAY, HOUR, MINUTE, center, program

TIME = {"start": "2026-03-02", "days": 10, "open": {"mon-fri": "08:00-18:00"}}
NESTING = {
    "classroom": "3d",
    "speed": {"from": 0.5, "to": 1.0, "over": "10d"},
    "coach": {"group": "both", "per": 3},
}


def intake(training: dict[str, Any], **changes: Any) -> Program:
    data = center(time=TIME, training={"nesting": training})
    data["agent_groups"]["desk"]["training"] = "nesting"
    data["shifts"] = {"day": {"hours": "08:00-18:00", "days": "mon-fri", "breaks": ["1h after 4h"]}}
    return compile_scenario(Scenario.from_dict(data | changes))


def days_in(compiled: Program, agent: str, state: State) -> list[int]:
    """Days on which the agent is in the state for some time."""
    duty = compiled.duty
    mine = (duty.agent == compiled.labels.agents.index(agent)) & (duty.state == state)
    return sorted(set((duty.from_at[mine] // DAY).tolist()))


def hours_in(compiled: Program, agent: str, state: State, day: int) -> list[tuple[float, float]]:
    duty = compiled.duty
    mine = (duty.agent == compiled.labels.agents.index(agent)) & (duty.state == state)
    mine &= duty.from_at // DAY == day
    return [
        ((a - day * DAY) / HOUR, (b - day * DAY) / HOUR)
        for a, b in zip(duty.from_at[mine], duty.to_at[mine], strict=True)
    ]


def test_the_first_work_days_are_in_the_classroom() -> None:
    compiled = intake(NESTING)
    for number in range(1, 5):
        assert days_in(compiled, f"desk-0{number}", State.TRAINING) == [0, 1, 2]
        assert days_in(compiled, f"desk-0{number}", State.ON_DUTY) == [3, 4, 7, 8, 9]
        assert len(hours_in(compiled, f"desk-0{number}", State.BREAK, 0)) == 1, "breaks stay breaks"


def test_closed_days_are_no_classroom_days() -> None:
    compiled = intake(NESTING | {"classroom": "6d"})
    assert days_in(compiled, "desk-01", State.TRAINING) == [0, 1, 2, 3, 4, 7]


def test_the_last_people_coach_while_trainees_serve_customers() -> None:
    compiled = intake(NESTING)  # 4 trainees, one coach for 3: both coach
    assert days_in(compiled, "both-01", State.TRAINING) == [3, 4, 7, 8, 9]
    one = intake(NESTING | {"coach": {"group": "both", "per": 4}})
    assert days_in(one, "both-01", State.TRAINING) == []
    assert days_in(one, "both-02", State.TRAINING) == [3, 4, 7, 8, 9]


def test_coaching_ends_with_learning() -> None:
    compiled = intake(NESTING | {"speed": {"from": 0.5, "over": "4d"}})
    assert days_in(compiled, "both-02", State.TRAINING) == [3, 4]


def test_two_intakes_have_coaches_of_their_own() -> None:
    data = center(
        time=TIME,
        training={
            "one": {"coach": {"group": "both", "per": 4}},
            "two": {"coach": {"group": "both", "per": 4}},
        },
    )
    groups = data["agent_groups"]
    groups["desk"]["training"] = "one"
    groups["more"] = groups["desk"] | {"headcount": 2, "training": "two"}
    compiled = compile_scenario(Scenario.from_dict(data))
    assert days_in(compiled, "both-01", State.TRAINING) == days_in(compiled, "both-02", State.TRAINING) != []


def test_speed_grows_in_a_straight_line_from_the_first_day_with_customers() -> None:
    pace = intake(NESTING).journey.bad_days.pace
    assert pace[1].tolist() == [1000] * 10
    assert pace[0, :3].tolist() == [1000] * 3
    speeds = [0.5 + 0.5 * (day - 3) / 10 for day in range(3, 10)]
    assert pace[0, 3:].tolist() == [round(1000 / speed) for speed in speeds]


def test_learning_begins_on_a_work_day_and_ends_at_the_last_speed() -> None:
    training = {"classroom": "5d", "speed": {"from": 0.5, "to": 1.25, "over": "1d"}}
    pace = intake(training).journey.bad_days.pace
    assert pace[0].tolist() == [1000] * 7 + [2000, 800, 800]


def test_a_classroom_for_all_of_the_run() -> None:
    compiled = intake(NESTING | {"classroom": "9d"})
    assert days_in(compiled, "desk-01", State.ON_DUTY) == []
    assert days_in(compiled, "both-01", State.TRAINING) == []
    assert (compiled.journey.bad_days.pace == 1000).all()


def test_coaches_of_a_roster_are_counted_when_it_is_read(tmp_path: Any) -> None:
    (tmp_path / "team.csv").write_text(
        "agent_id,date,start,end,activity\nAda,2026-03-02,08:00,16:00,work\n", encoding="utf-8"
    )
    data = center(time=TIME, training={"nesting": NESTING})
    data["agent_groups"]["desk"]["training"] = "nesting"
    data["agent_groups"]["both"] = {"roster": "team.csv", "skills": ["support", "sales"]}
    with pytest.raises(ScenarioError, match="4 trainees need 2 coaches, and both has 1 people"):
        compile_scenario(Scenario.from_dict(data, folder=tmp_path))


def outage(**event: Any) -> Program:
    shifts = {"day": {"hours": "08:00-18:00", "breaks": ["1h after 4h spread 0s"]}}
    return program(shifts=shifts, events={"outage": {"on": "2026-03-02", **event}})


def test_down_cuts_on_duty_time_and_leaves_breaks() -> None:
    compiled = outage(hours="11:00-14:00", down=True)
    for agent in compiled.labels.agents:
        assert hours_in(compiled, agent, State.ON_DUTY, 0) == [(8, 11), (14, 18)]
        assert hours_in(compiled, agent, State.DOWN, 0) == [(11, 12), (13, 14)]
        assert hours_in(compiled, agent, State.BREAK, 0) == [(12, 13)]
        assert days_in(compiled, agent, State.DOWN) == [0]
    assert not compiled.journey.on


def test_down_is_about_its_groups() -> None:
    compiled = outage(hours="11:00-14:00", down=True, groups=["both"])
    assert days_in(compiled, "desk-01", State.DOWN) == []
    assert days_in(compiled, "both-01", State.DOWN) == [0]


def test_down_keeps_all_time_and_the_order_of_rows() -> None:
    plain, cut = (
        program(),
        program(events={"outage": {"on": "2026-03-02", "hours": "09:30-10:00", "down": True}}),
    )
    for one in (plain, cut):
        order = np.lexsort((one.duty.from_at, one.duty.agent))
        assert (order == np.arange(len(order))).all()
    total = [int((one.duty.to_at - one.duty.from_at).sum()) for one in (plain, cut)]
    assert total[0] == total[1]
    assert len(cut.duty.agent) == len(plain.duty.agent) + 2 * 6
    down = cut.duty.state == State.DOWN
    assert int((cut.duty.to_at - cut.duty.from_at)[down].sum()) == 6 * 30 * MINUTE


def test_absence_is_added_to_shifts_that_overlap_the_window() -> None:
    compiled = outage(hours="16:00-20:00", absence="15%", groups=["desk"])
    duty = compiled.duty
    assert duty.wave is not None
    assert set(duty.wave[(duty.group[duty.agent] == 0) & (duty.shift == 1)]) == {0.15}
    assert set(duty.wave[(duty.group[duty.agent] == 1) | (duty.shift == 2)]) == {0.0}
    assert program().duty.wave is None


def absent(data: dict[str, Any]) -> set[tuple[int, int]]:
    """(agent, day) of whole shifts away."""
    draws = draw(compile_scenario(Scenario.from_dict(data)), seed=4)
    away = draws.duty_state == State.ABSENT
    return set(zip(draws.duty_agent[away].tolist(), (draws.duty_at[away] // DAY).tolist(), strict=True))


def test_a_wave_adds_absences_and_moves_none() -> None:
    data = center(shrinkage={"unplanned": "10%"})
    data["agent_groups"]["desk"]["headcount"] = 400
    usual = absent(data)
    more = absent(data | {"events": {"flu": {"on": "2026-03-03", "absence": "30%"}}})
    assert usual < more
    assert {day for _, day in more - usual} == {1}
    share = len({agent for agent, day in more if day == 1}) / 402
    assert share == pytest.approx(0.4, abs=0.07)


def test_a_wave_alone_is_drawn_too() -> None:
    data = center(events={"flu": {"on": "2026-03-03", "absence": "100%", "groups": ["desk"]}})
    assert absent(data) == {(agent, 1) for agent in range(4)}


def test_slow_talk_by_window_and_group() -> None:
    bad = outage(hours="10:00-11:00", talk="+30%", groups=["both"]).journey.bad_days
    assert bad.slow_from.tolist() == [10 * HOUR]
    assert bad.slow_to.tolist() == [11 * HOUR]
    assert (bad.slow_pool.tolist(), bad.slow_factor.tolist()) == ([1], [1300])
    everybody = outage(talk="x1.2").journey.bad_days
    assert everybody.slow_pool.tolist() == [0, 1]


def test_duplicates_by_window_and_queue() -> None:
    compiled = outage(hours="10:00-11:00", duplicates={"share": "20%", "to": "sales", "delay": "fixed 5m"})
    bad = compiled.journey.bad_days
    assert bad.twice_queue.tolist() == [0, 1]
    assert bad.twice_chance.tolist() == [chance_of(0.2)] * 2
    assert bad.twice_to_queue.tolist() == [1, 1]
    assert (compiled.journey.tables[bad.twice_table[0]] == 5 * MINUTE).all()


def test_an_event_without_volume_leaves_the_forecast_as_it_is() -> None:
    plain, slow = program(), outage(hours="10:10-11:00", talk="x1.2")
    for one, other in zip(plain.queue_plans, slow.queue_plans, strict=True):
        assert np.array_equal(one.arrivals.edges, other.arrivals.edges)  # type: ignore[union-attr]
        assert np.array_equal(one.arrivals.volume, other.arrivals.volume)  # type: ignore[union-attr]


def test_windows_of_the_night_before_and_of_several_days() -> None:
    bad = outage(on="every day", hours="22:00-02:00", talk="x1.2", groups=["desk"]).journey.bad_days
    assert bad.slow_from.tolist()[:2] == [0, 22 * HOUR]
    assert bad.slow_to.tolist()[:2] == [2 * HOUR, 26 * HOUR]
