"""Dotted paths set values of the canonical form, or say why not."""

from __future__ import annotations

from typing import Any

import pytest

from ccsim.errors import ScenarioError
from ccsim.scenario import Scenario
from ccsim.scenario.overrides import parse_assignment
from ccsim.units import HOUR, MINUTE


def value_at(scenario: Scenario, path: str) -> Any:
    here: Any = scenario.canonical()
    for part in path.split("."):
        here = here[int(part)] if isinstance(here, list) else (here or {}).get(part)
    return here


@pytest.mark.parametrize(
    ("path", "value", "canonical"),
    [
        ("agent_groups.desk.headcount", 70, 70),
        ("queues.support.talk.mean", "200s", "3m20s"),
        ("queues.support.talk", "fixed 3m", {"law": "fixed", "value": "3m"}),
        ("queues.support.service_level", "90% in 10s", {"share": "90%", "within": "10s", "definition": None}),
        ("queues.support.priority", 3, {"base": 3.0, "per_minute": 0.0}),
        ("queues.support.arrivals.per_day", 700, 700.0),
        ("queues.support.arrivals.weekdays.mon", "+20%", "x1.2"),
        ("queues.support.arrivals.weekdays.tue", "80%", "x0.8"),
        ("queues.support.arrivals.growth", "-5%", "x0.95"),
        ("queues.support.lines", 20, 20),
        ("agent_groups.desk.skills.support", 0.9, 0.9),
        ("agent_groups.desk.shrinkage.planned", "12%", "12%"),
        ("shifts.day.breaks.0.after", "3h", "3h"),
        ("shifts.day.breaks", [], []),
        ("time.open.sun", "closed", "closed"),
        ("routing.agent", ["longest_idle"], ["longest_idle"]),
        ("name", "other", "other"),
    ],
)
def test_values_are_set(scenario: Scenario, path: str, value: Any, canonical: Any) -> None:
    changed = scenario.override({path: value})
    assert value_at(changed, path) == canonical
    assert changed != scenario
    assert value_at(scenario, path) != canonical


def test_events_and_new_entries_can_be_added(scenario: Scenario) -> None:
    changed = scenario.override(
        {
            "events.outage": {"on": "2026-03-03", "volume": "x4"},
            "queues.sales": {"arrivals": {"per_day": 50}, "talk": "fixed 3m"},
            "agent_groups.desk.skills.sales": 1,
            "events.outage.volume": "x5",
        }
    )
    assert changed.events["outage"].volume == 5
    assert changed.queues["sales"].needs == "sales"
    assert changed.skills == ("support", "sales")


def test_null_removes_a_named_entry_and_unsets_an_option(scenario: Scenario) -> None:
    with_event = scenario.override(
        {"events.outage": {"on": "2026-03-03", "volume": "x4"}, "queues.support.lines": 9}
    )
    back = with_event.override({"events.outage": None, "queues.support.lines": None})
    assert back == scenario


def test_a_set_of_days_sets_each_of_them(scenario: Scenario) -> None:
    changed = scenario.override(
        {"time.open.sat-sun": "closed", "time.open.mon": ["08:00-12:00", "13:00-17:00"]}
    )
    hours = changed.time.open
    assert hours.windows(5) == hours.windows(6) == []
    assert hours.windows(0) == [(8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR)]
    assert hours.windows(1) == [(8 * HOUR, 18 * HOUR)]


def test_keys_with_dots_inside_are_found(rich: dict[str, Any]) -> None:
    scenario = Scenario.from_dict(rich)
    changed = scenario.override({"queues.cards.patience.quantiles.90.5%": "12m"})
    assert value_at(changed, "queues.cards.patience.quantiles")["90.5%"] == "12m"
    deep = scenario.override({"queues.cards.talk.parts.1.law.mean": "7m"})
    assert deep.queues["cards"].talk is not None
    assert deep.queues["cards"].talk.law().mean() == pytest.approx(0.3 * 90 + 0.7 * 420)


def test_shared_shrinkage_still_reaches_groups_with_their_own(rich: dict[str, Any]) -> None:
    changed = Scenario.from_dict(rich).override({"shrinkage.unplanned": "8%"})
    assert changed.agent_groups["second"].shrinkage.unplanned == 0.08
    assert changed.agent_groups["second"].shrinkage.planned == 0.12


def test_source_and_folder_stay(scenario: Scenario, tmp_path: Any, world: dict[str, Any]) -> None:
    placed = Scenario.from_dict(world, folder=tmp_path, source="small.yaml")
    changed = placed.override({"time.interval": "15m"})
    assert (changed.source, changed.folder) == ("small.yaml", tmp_path)
    assert changed.time.interval == 15 * MINUTE


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("queues.suport.talk.mean", "5m", "there is no 'suport' in queues; did you mean support?"),
        ("queue.support.talk.mean", "5m", "there is no 'queue' in the scenario; did you mean queues?"),
        ("agent_groups.desk.head_count", 3, "unknown; did you mean headcount?"),
        ("queues.support.talk.mean", 5, "'5' needs a unit, e.g. 90s, 5m20s, 8h"),
        ("queues.support.talk.mean.x", 5, "queues.support.talk.mean is '5m' and has nothing inside"),
        ("shifts.day.breaks.3.after", "3h", "shifts.day.breaks is a list; the numbers go from 0 to 0"),
        ("shifts.day.breaks.x", "3h", "shifts.day.breaks is a list"),
        ("defaults.queue.patience", "never", "write queues.NAME.patience"),
        ("queues.support", None, "is empty; it needs at least one entry"),
        ("events.outage", None, "there is no 'outage' in events"),
        ("time.open.mon-fry", "closed", "did you mean"),
        ("", 3, "is not a path"),
        ("queues..talk", 3, "is not a path"),
        ("speed", 3, "there is no 'speed' in the scenario"),
        (
            "queues.support.arrivals.growth",
            "10%",
            "'10%' could mean 10% more or 10% of the volume; write +10%",
        ),
        ("agent_groups.desk.shifts", {"late": "100%"}, "no shift 'late'; there is: day"),
    ],
)
def test_wrong_paths_and_values_are_refused(scenario: Scenario, path: str, value: Any, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario.override({path: value})
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "agent_groups.desk.headcount=+1",
            "'+1' is not a headcount; write the number itself, e.g. 12 (it is 11 now)",
        ),
        ("agent_groups.desk.headcount=+1.0", "'+1.0' is not a headcount"),
        ("agent_groups.desk.headcount=-1", "headcount must be from 0 to 100000, not -1 (it is 11 now)"),
        ("agent_groups.desk.headcount=+10%", "'+10%' is not a whole number"),
        (
            "agent_groups.desk={headcount: +1, skills: [support], shifts: {day: 100%}}",
            "'+1' is not a headcount",
        ),
        ("time.days=+2", "'+2' is not a number of days; write the number itself, e.g. 12 (it is 5 now)"),
        ("queues.support.lines=+3", "'+3' is not a cap; write the number itself, e.g. 12"),
        ("queues.support.waiting_places=+3", "'+3' is not a cap"),
        (
            "queues.support.arrivals.per_day=+50",
            "'+50' looks like a change; write a volume itself, e.g. 1200.5",
        ),
        ("agent_groups.desk.skills.support=+0.1", "'+0.1' looks like a change; write speed itself, e.g. 1.2"),
    ],
)
def test_a_change_is_no_number(scenario: Scenario, text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario.override(dict([parse_assignment(text)]))
    assert message in str(caught.value)


def test_a_priority_may_have_a_sign(scenario: Scenario) -> None:
    assert (
        scenario.override(dict([parse_assignment("queues.support.priority=+3")]))
        .queues["support"]
        .priority.base
        == 3
    )


def test_all_wrong_paths_are_named_at_once(scenario: Scenario) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario.override({"a.b": 1, "queues.nobody.talk": "fixed 1m"})
    assert [problem.path for problem in caught.value.problems] == ["a.b", "queues.nobody.talk"]
    assert "with overrides has 2 problems" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("agent_groups.desk.headcount=12", "agent_groups.desk.headcount", 12),
        ("queues.support.talk=lognormal mean 5m cv 0.8", "queues.support.talk", "lognormal mean 5m cv 0.8"),
        ("queues.support.service_level=80% in 20s", "queues.support.service_level", "80% in 20s"),
        ("a.shifts={day: 60%, late: 40%}", "a.shifts", {"day": "60%", "late": "40%"}),
        ("a.b = [x, y]", "a.b", ["x", "y"]),
        ("a.b=null", "a.b", None),
        ("a.b=true", "a.b", True),
        ("a.b='12'", "a.b", "12"),
        ("a.b=no", "a.b", "no"),
        ("a.b=08:00-18:00", "a.b", "08:00-18:00"),
        ("a.b=x=y", "a.b", "x=y"),
    ],
)
def test_assignments_are_read_as_yaml(text: str, path: str, value: Any) -> None:
    assert parse_assignment(text) == (path, value)


@pytest.mark.parametrize("text", ["", "a.b", "=3", "a.b=", "a.b={x", "a.b=a: b: c"])
def test_wrong_assignments_are_refused(text: str) -> None:
    with pytest.raises(ScenarioError):
        parse_assignment(text)
