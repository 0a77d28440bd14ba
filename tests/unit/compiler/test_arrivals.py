"""Forecasts become expected contacts by day and cell, traces become times."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ccsim.compiler import compile_scenario
from ccsim.compiler.arrivals import over_open_time
from ccsim.compiler.program import ArrivalPlan, TracePlan
from ccsim.errors import ScenarioError
from ccsim.scenario import Scenario
from tests.unit.compiler.centers import DAY, HOUR, MINUTE, center


def plan_of(
    folder: Path | None = None, talk: str | None = "fixed 3m", **changes: Any
) -> ArrivalPlan | TracePlan:
    arrivals = changes.pop("arrivals")
    queue = {"arrivals": arrivals, **({"talk": talk} if talk else {}), **changes.pop("queue", {})}
    data = center(
        queues={"support": queue},
        agent_groups={"desk": {"headcount": 1, "skills": ["support"], "shifts": {"day": "100%"}}},
        **changes,
    )
    found = compile_scenario(Scenario.from_dict(data, folder=folder)).queue_plans[0].arrivals
    assert found is not None
    return found


def forecast(**changes: Any) -> ArrivalPlan:
    plan = plan_of(**changes)
    assert isinstance(plan, ArrivalPlan)
    return plan


def hours(plan: ArrivalPlan, day: int = 0) -> dict[int, float]:
    """Expected contacts by hour of a day."""
    edges = np.arange(0, plan.edges[-1] // HOUR + 2) * HOUR
    cumulative = np.concatenate(([0.0], np.cumsum(plan.volume[day])))
    at = np.interp(edges, plan.edges, cumulative)
    return {hour: float(v) for hour, v in enumerate(np.diff(at)) if v > 1e-9}


def test_a_flat_day_fills_the_opening_hours() -> None:
    plan = forecast(arrivals={"per_day": 100})
    assert plan.volume.sum(axis=1) == pytest.approx([100, 100])
    assert hours(plan) == pytest.approx(dict.fromkeys(range(8, 18), 10.0))


@pytest.mark.parametrize("shape", ["two_peaks", "morning", "evening"])
def test_a_built_in_shape_keeps_the_volume(shape: str) -> None:
    plan = forecast(arrivals={"per_day": 100, "shape": shape})
    assert plan.volume.sum(axis=1) == pytest.approx([100, 100])
    assert (plan.edges[0], plan.edges[-1]) == (8 * HOUR, 18 * HOUR)
    by_hour = hours(plan)
    if shape == "morning":
        assert by_hour[9] > by_hour[16]
    if shape == "evening":
        assert by_hour[9] < by_hour[16]


def test_a_shape_skips_the_hours_between_two_openings() -> None:
    rows = over_open_time(np.full(48, 1 / 48), [(8 * HOUR, 12 * HOUR), (14 * HOUR, 18 * HOUR)], 80.0)
    assert sum(contacts for _, _, contacts in rows) == pytest.approx(80.0)
    assert all(end <= 12 * HOUR or start >= 14 * HOUR for start, end, _ in rows)
    assert sum(c for start, _, c in rows if start < 12 * HOUR) == pytest.approx(40.0)


def test_weekdays_growth_and_closed_days() -> None:
    plan = forecast(
        arrivals={"per_day": 100, "growth": "+10%", "weekdays": {"tue": "50%"}},
        time={"start": "2026-03-02", "days": 7, "open": {"mon-fri": "08:00-18:00", "sat": "09:00-10:00"}},
    )
    assert plan.volume.sum(axis=1) == pytest.approx([110, 55, 110, 110, 110, 110, 0])


def test_hourly_rates_and_what_falls_outside_opening_hours() -> None:
    data = center(
        queues={
            "support": {
                "arrivals": {"hourly": {"07:30-08:30": 40, "17:00-19:00": 30}},
                "talk": "fixed 3m",
            }
        },
        agent_groups={"desk": {"headcount": 1, "skills": ["support"], "shifts": {"day": "100%"}}},
    )
    program = compile_scenario(Scenario.from_dict(data))
    plan = program.queue_plans[0].arrivals
    assert isinstance(plan, ArrivalPlan)
    assert hours(plan) == pytest.approx({8: 20.0, 17: 30.0})
    assert any("fall outside its opening hours" in note and "100 of 200" in note for note in program.warnings)


def test_an_event_multiplies_its_window_only() -> None:
    plan = forecast(
        arrivals={"per_day": 100},
        events={"outage": {"on": "2026-03-03", "hours": "10:15-11:45", "volume": "x4"}},
    )
    assert hours(plan, 0) == pytest.approx(dict.fromkeys(range(8, 18), 10.0))
    changed = hours(plan, 1)
    assert changed[9] == pytest.approx(10)
    assert changed[10] == pytest.approx(2.5 + 30)
    assert changed[11] == pytest.approx(30 + 2.5)


def test_an_event_that_passes_midnight_goes_on_into_the_next_date() -> None:
    plan = forecast(
        time={"start": "2026-03-02", "days": 2, "open": "00:00-24:00"},
        arrivals={"hourly": {"00:00-24:00": 10}, "growth": "+50%"},
        events={"late": {"on": "2026-03-02", "hours": "23:00-01:00", "volume": "x4"}},
        shifts={"day": {"hours": "00:00-24:00"}},
    )
    for day, busy in ((0, {23}), (1, {0})):
        assert {hour for hour, v in hours(plan, day).items() if v != pytest.approx(15)} == busy
        assert hours(plan, day)[min(busy)] == pytest.approx(60)


def test_an_event_of_another_queue_changes_nothing() -> None:
    data = center(events={"mailing": {"on": "mon", "queues": ["sales"], "volume": "+50%"}})
    plans = [plan.arrivals for plan in compile_scenario(Scenario.from_dict(data)).queue_plans]
    assert [plan.volume[0].sum() for plan in plans if isinstance(plan, ArrivalPlan)] == pytest.approx(
        [100, 75]
    )


def test_interval_noise_has_edges_at_every_interval() -> None:
    plan = forecast(arrivals={"per_day": 100, "interval_cv": 0.2})
    assert set(range(8 * HOUR, 18 * HOUR + 1, 30 * MINUTE)) <= set(plan.edges.tolist())


# -- files --------------------------------------------------------------------------------------------------


def volumes_csv(folder: Path, rows: list[str]) -> None:
    (folder / "volumes.csv").write_text("interval_start,offered,aht_s\n" + "\n".join(rows) + "\n")


def test_a_volume_file_is_read_by_date(tmp_path: Path) -> None:
    volumes_csv(tmp_path, ["2026-03-02 08:00,10,300", "2026-03-02 08:30,20,360", "2026-03-03 08:00,5,300"])
    plan = forecast(folder=tmp_path, arrivals={"file": "volumes.csv"})
    assert plan.volume.sum(axis=1) == pytest.approx([30, 5])
    assert plan.talk_mean_s is None, "the scenario's own law holds"


def test_handle_times_of_the_file_hold_where_the_scenario_has_none(tmp_path: Path) -> None:
    volumes_csv(tmp_path, ["2026-03-02 08:00,10,300", "2026-03-02 08:30,20,360", "2026-03-03 08:00,5,300"])
    plan = forecast(
        folder=tmp_path, talk=None, arrivals={"file": "volumes.csv"}, queue={"wrap_up": "fixed 30s"}
    )
    assert plan.talk_mean_s is not None
    cell = int(np.searchsorted(plan.edges, 8 * HOUR + 30 * MINUTE))
    assert plan.talk_mean_s[0, cell] == pytest.approx(330)
    assert plan.talk_mean_s[0, cell - 1] == pytest.approx(270)


def test_each_date_has_its_own_handle_times(tmp_path: Path) -> None:
    volumes_csv(tmp_path, ["2026-03-02 08:00,10,300", "2026-03-03 08:00,10,500"])
    plan = plan_of(folder=tmp_path, talk=None, arrivals={"file": "volumes.csv"})
    assert isinstance(plan, ArrivalPlan)
    assert plan.talk_mean_s is not None
    cell = int(np.searchsorted(plan.edges, 8 * HOUR, side="right")) - 1
    assert plan.talk_mean_s[:, cell].tolist() == pytest.approx([300, 500])


def test_days_that_the_file_does_not_reach_are_said(tmp_path: Path) -> None:
    volumes_csv(tmp_path, ["2026-03-02 08:00,10,300", "2026-03-02 08:30,20,360"])
    data = center(queues={"support": {"arrivals": {"file": "volumes.csv"}, "talk": "fixed 3m"}})
    del data["agent_groups"]["both"]
    program = compile_scenario(Scenario.from_dict(data, folder=tmp_path))
    assert any("2026-03-03: nothing arrives there" in note for note in program.warnings)


def test_a_file_of_other_weeks_is_refused_with_both_ranges(tmp_path: Path) -> None:
    volumes_csv(tmp_path, ["2025-11-03 08:00,10,300", "2025-11-04 08:00,10,300"])
    with pytest.raises(ScenarioError, match=r"2025-11-03 to 2025-11-04.*2026-03-02 to 2026-03-03"):
        plan_of(folder=tmp_path, arrivals={"file": "volumes.csv"})


def test_a_trace_is_replayed_inside_opening_hours(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(
        "arrived_at,talk_s,wrap_up_s\n"
        "2026-03-02 09:00:00.250,100.5,10\n2026-03-02 08:30:00,50,0\n2026-03-02 19:00:00,70,0\n"
        "2026-03-03 17:59:59,80,5\n"
    )
    plan = plan_of(folder=tmp_path, talk=None, arrivals={"trace": "calls.csv"})
    assert isinstance(plan, TracePlan)
    assert plan.arrived_at.tolist() == [
        8 * HOUR + 30 * MINUTE,
        9 * HOUR + 250_000,
        DAY + 18 * HOUR - 1_000_000,
    ]
    assert plan.talk is not None
    assert plan.talk.tolist() == [50_000_000, 100_500_000, 80_000_000]


def test_dates_are_local_days_of_the_run() -> None:
    assert dt.date(2026, 3, 2).weekday() == 0  # the week that these tests count on


# -- hours past midnight ------------------------------------------------------------------------------------

NIGHT = {"start": "2026-03-02", "days": 2, "open": "18:00-02:00"}


def test_rates_after_midnight_belong_to_the_evening_before() -> None:
    data = center(
        time=NIGHT,
        queues={
            "support": {"arrivals": {"hourly": {"00:00-02:00": 30, "18:00-24:00": 60}}, "talk": "fixed 3m"}
        },
        shifts={"day": {"hours": "18:00-02:00"}},
    )
    del data["agent_groups"]["both"]
    program = compile_scenario(Scenario.from_dict(data))
    plan = program.queue_plans[0].arrivals
    assert isinstance(plan, ArrivalPlan)
    for day in (0, 1):
        assert hours(plan, day) == pytest.approx({**dict.fromkeys(range(18, 24), 60.0), 24: 30.0, 25: 30.0})
    assert program.warnings == ()


def test_an_event_after_midnight_is_of_the_next_date() -> None:
    plan = forecast(
        time=NIGHT,
        shifts={"day": {"hours": "18:00-02:00"}},
        arrivals={"hourly": {"00:00-02:00": 30, "18:00-24:00": 60}},
        events={"rush": {"on": "2026-03-03", "hours": "00:30-01:30", "volume": "x3"}},
    )
    assert hours(plan, 0)[24] == pytest.approx(15 + 45)
    assert hours(plan, 0)[25] == pytest.approx(45 + 15)
    assert hours(plan, 1)[24] == pytest.approx(30)


def test_a_trace_of_a_night_center_has_the_nights_of_its_days(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(
        "arrived_at\n2026-03-02 00:30\n2026-03-02 18:30\n2026-03-03 01:59\n2026-03-03 02:00\n"
        "2026-03-04 00:15\n2026-03-04 02:30\n2026-03-04 19:00\n"
    )
    plan = plan_of(
        tmp_path,
        time=NIGHT,
        shifts={"day": {"hours": "18:00-02:00"}},
        arrivals={"trace": "calls.csv", "handle_times": "drawn"},
    )
    assert isinstance(plan, TracePlan)
    assert (plan.arrived_at / MINUTE).tolist() == [18 * 60 + 30, 24 * 60 + 119, 48 * 60 + 15]


def test_a_file_of_a_night_center_keeps_its_handle_times(tmp_path: Path) -> None:
    volumes_csv(tmp_path, ["2026-03-02 23:30,10,300", "2026-03-03 00:00,20,400", "2026-03-03 00:30,6,500"])
    plan = forecast(
        folder=tmp_path,
        talk=None,
        time=NIGHT,
        shifts={"day": {"hours": "18:00-02:00"}},
        arrivals={"file": "volumes.csv"},
    )
    assert plan.volume.sum(axis=1) == pytest.approx([36, 0])
    assert plan.talk_mean_s is not None
    by_start = dict(zip(plan.edges[:-1].tolist(), plan.talk_mean_s[0].tolist(), strict=True))
    assert by_start[23 * HOUR + 30 * MINUTE] == pytest.approx(300)
    assert by_start[24 * HOUR] == pytest.approx(400)
    assert by_start[24 * HOUR + 30 * MINUTE] == pytest.approx(500)


def test_holes_of_a_file_are_warnings_of_the_scenario(tmp_path: Path) -> None:
    volumes_csv(tmp_path, ["2026-03-02 08:00,10,300", "2026-03-02 09:00,,300", "2026-03-02 11:00,10,300"])
    arrivals = {"file": "volumes.csv"}
    queues = {"support": {"arrivals": arrivals, "talk": "fixed 3m"}}
    groups = {"desk": {"headcount": 4, "skills": ["support"], "shifts": {"day": "100%"}}}
    data = center(queues=queues, agent_groups=groups)
    warnings = compile_scenario(Scenario.from_dict(data, folder=tmp_path)).warnings
    assert "volumes.csv: 1 row with a blank volume, the first on line 3: 0 contacts there" in warnings
    assert any(warning.startswith("volumes.csv: 1 interval blank or without a row") for warning in warnings)
