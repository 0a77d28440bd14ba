"""What "a day" means in ``check`` and ``run``, and which times of the day may be named the worst."""

from __future__ import annotations

from typing import Any

import pytest

from ccsim.report import cautions
from ccsim.report.assumptions import defaults_used
from ccsim.report.cells import Cells
from ccsim.report.checking import Check
from ccsim.report.days import days_said, days_with_contacts
from ccsim.report.layout import Page
from ccsim.report.mean_day import DAY_METRICS, mean_day
from ccsim.report.scheduled import scheduled_times
from ccsim.report.sentences import said_back
from ccsim.report.terminal import render
from ccsim.scenario.model import Scenario
from ccsim.simulate import simulate
from ccsim.units import HOUR

from .conftest import compiled, world

WEEK = {"start": "2026-03-02", "days": 7, "open": {"mon-fri": "10:00-12:00"}, "interval": "30m"}
EMAIL: dict[str, Any] = {
    "channel": "email",
    "arrivals": {"per_day": 48, "shape": "flat", "hours": "00:00-24:00"},
    "talk": "fixed 1m",
}


def with_email(time: dict[str, Any]) -> Scenario:
    """Calls on opening days only, and emails on every day."""
    calls = world().canonical()["queues"]["cards"]
    groups = {"desk": {"headcount": 10, "skills": ["cards", "mail"], "shifts": {"day": "100%"}}}
    return world(
        time=time,
        channels={"email": {"deferrable": True}},
        queues={"cards": calls, "mail": EMAIL},
        agent_groups=groups,
    )


def test_a_queue_counts_its_own_days() -> None:
    program, load = compiled(with_email(WEEK))
    days = days_with_contacts(load, program.labels)
    assert (days.queues, days.center) == ((5, 7), 7)
    assert days_said(days, ("cards", "mail")) == (
        "mean of the days on which the queue expects contacts: 5 for cards; 7 for mail; "
        "7 for all queues and groups"
    )
    assert days_with_contacts(load, program.labels, 24 * HOUR).queues == (4, 6)
    assert days_with_contacts(load, program.labels, 11 * HOUR).queues == (5, 7)


def test_check_and_run_mean_the_same_days() -> None:
    """120 calls on each of five days are 120 a day in both, whatever comes at the weekend."""
    scenario = with_email(WEEK).override({"queues.cards.patience": "never"})
    program, load = compiled(scenario)
    check = said_back(Check(scenario, program, load, defaults_used(scenario)), Page(80, False, True))
    assert "120 contacts a day expected, 600 on 5 days" in " ".join(check.split())
    assert "936 contacts expected." in " ".join(check.split())
    calls = world(time=WEEK)
    check = said_back(Check(calls, *compiled(calls), defaults_used(calls)), Page(80, False, True))
    assert "600 contacts expected on 5 of these days." in " ".join(check.split())
    run = simulate(scenario, replications=4, seed=2, engine="simpy")
    offered = run.metrics(["offered"], by=["queue"]).set_index("queue")["value"]
    text = render(run)
    row = next(line for line in text.split("\n") if line.startswith("cards"))
    assert row.split()[1] == f"{offered['cards'] / 5:,.0f}"
    assert "5 for cards; 7 for mail; 7 for all queues and groups" in " ".join(text.split())


def test_hours_after_midnight_of_the_last_day_are_no_further_day() -> None:
    time = {"start": "2026-03-02", "days": 2, "open": "22:00-02:00", "interval": "30m"}
    queue = {"arrivals": {"per_day": 80, "shape": "flat"}, "talk": "fixed 60m"}
    groups = {"desk": {"headcount": 5, "skills": ["cards"], "shifts": {"night": "100%"}}}
    shifts = {"night": {"hours": "22:00-02:00"}}
    scenario = world(time=time, queues={"cards": queue}, agent_groups=groups, shifts=shifts)
    program, load = compiled(scenario)
    assert days_with_contacts(load, program.labels).queues == (2,)
    (said,) = cautions.of_scenario(scenario, program, load)
    assert said.endswith("every day")
    days = {day for day in range(4) if load.contacts[48 * day : 48 * day + 48].any()}
    assert days == {0, 1, 2}


def test_a_warning_counts_no_day_after_the_end() -> None:
    """Emails come back while what is there is finished; calls are too many on three days of four."""
    base = with_email(
        {"start": "2026-03-02", "days": 4, "open": "10:00-12:00", "interval": "30m", "drain": "20h"}
    )
    rush = {"hours": "10:00-10:30", "volume": "x90", "queues": ["cards"]}
    scenario = base.override(
        {
            "queues.mail.resolution": "50%",
            "queues.mail.after_unresolved": {"return": "50%", "delay": "fixed 20h"},
            "events": {f"rush_{day}": {"on": f"2026-03-0{day}", **rush} for day in (2, 3, 5)},
        }
    )
    program, load = compiled(scenario)
    assert load.contacts[4 * 48 :].sum() > 0
    said = cautions.of_scenario(scenario, program, load)
    assert any("from 10:00 to 10:30 on 3 of 4 days" in text for text in said), said


def test_only_times_with_people_are_scheduled() -> None:
    _, load = compiled(world(shifts={"day": {"hours": "10:00-11:31"}}))
    assert scheduled_times(load) == {"10:00", "10:30", "11:00"}
    _, load = compiled(world(shifts={"day": {"hours": "10:00-11:40"}}))
    assert scheduled_times(load) == {"10:00", "10:30", "11:00", "11:30"}
    assert scheduled_times(load, 0 * load.agents_for(0)) == frozenset()


@pytest.fixture(scope="module")
def late() -> Scenario:
    """Long calls that are finished hours after closing, by people who are not scheduled any more."""
    return world().override(
        {"queues.cards.talk": "exponential mean 40m", "queues.cards.arrivals.hourly": {"10:00-12:00": 10},
         "time.drain": "6h"}
    )  # fmt: skip


def test_who_only_finishes_a_contact_is_not_the_busiest(late: Scenario) -> None:
    run = simulate(late, replications=3, engine="simpy")
    cells = Cells(run.metrics(list(DAY_METRICS), by=["interval"]), ["interval"])
    assert cells.get("occupancy", "12:00").value == 1.0
    assert cells.get("occupancy", "11:30").value < 1.0
    row = next(line for line in render(run).split("\n") if line.startswith("  occupancy      "))
    assert not row.endswith("at 12:00")
    shown = mean_day(Page(80, False, True), cells, 1, late.time.interval, {"10:00", "11:00"})
    busy = next(line for line in shown.split("\n") if line.startswith("  occupancy"))
    assert busy[17:21].replace(" ", "") == busy[17] + busy[19]


def test_the_worst_interval_is_one_with_people() -> None:
    """Nobody is there in the first half hour, which is said apart; the worst one named is a later one."""
    scenario = world().override(
        {
            "shifts.day.hours": "10:30-12:00",
            "agent_groups.desk.headcount": 9,
            "queues.cards.patience": "fixed 40s",
        }
    )
    run = simulate(scenario, replications=3, engine="simpy")
    levels = Cells(run.metrics(["service_level"], by=["interval"]), ["interval"])
    worst = min((levels.get("service_level", *key).value, key[0]) for key in levels.keys)
    assert worst[1] == "10:00"
    text = " ".join(render(run).split())
    assert "misses its target of 80 % in 20 s; worst at 1" in text
    assert "worst at 10:00" not in text
    assert "nobody who could help is on duty from 10:00 to 10:30" in text
