"""Laws of any journey, on random centers that draw from every mechanism; and some on worlds made for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import ccsim
from ccsim.compiler import Program, compile_scenario
from ccsim.draws import draw
from ccsim.engines.compiled_engine import CompiledEngine
from ccsim.kinds import Cause, Outcome, SessionOutcome
from ccsim.log import Log
from tests.laws.journey_books import LAWS, legs_of_contacts, rows, work_intervals
from tests.parity.random_journeys import journeys
from tests.parity.rounding import with_ties

HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large]
SECOND = 1_000_000


def assert_laws_hold(data: dict[str, Any]) -> None:
    """With the times as they are, and rounded to 30 s."""
    program = compile_scenario(ccsim.Scenario.from_dict(data))
    draws = draw(program, seed=7)
    for world, luck in ((program, draws), with_ties(program, draws, 30 * SECOND)):
        if world.journey.on:
            log = CompiledEngine().run(world, luck)
            for law in LAWS:
                law(world, log)


@given(data=journeys())
@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=HEALTH)
def test_the_books_of_journeys_balance(data: dict[str, Any]) -> None:
    assert_laws_hold(data)


@pytest.mark.slow
@given(data=journeys())
@settings(max_examples=3000, deadline=None, suppress_health_check=HEALTH)
def test_the_books_of_many_journeys_balance(data: dict[str, Any]) -> None:
    assert_laws_hold(data)


# -- worlds made for a law ----------------------------------------------------------------------------------


def world(queues: dict[str, Any], groups: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One day from 08:00 to 12:00, everybody at work from 08:00 to 13:00."""
    usual = {"talk": "exponential mean 4m", "patience": "exponential mean 4m"}
    return {
        "format": 1,
        "name": "law",
        "time": {"start": "2026-03-02", "days": 1, "open": "08:00-12:00"},
        "queues": {name: {**usual, **queue} for name, queue in queues.items()},
        "agent_groups": {name: {"shifts": {"day": "100%"}, **group} for name, group in groups.items()},
        "shifts": {"day": {"hours": "08:00-13:00"}},
        **more,
    }


def played(data: dict[str, Any]) -> tuple[Program, Log]:
    program = compile_scenario(ccsim.Scenario.from_dict(data))
    return program, CompiledEngine().run(program, draw(program, seed=7))


def per_hour(number: float) -> dict[str, Any]:
    return {"arrivals": {"hourly": {"08:00-12:00": number}}}


def test_the_announced_wait_is_recomputed_from_the_log() -> None:
    """(in line + 1) x mean handle time / people there, to the microsecond, for everybody who has to wait."""
    program, log = played(
        world({"q": {**per_hour(120), "announcement": {}}}, {"g": {"headcount": 6, "skills": ["q"]}})
    )
    legs = log.legs
    left = np.where(legs["answered_at"] >= 0, legs["answered_at"], legs["ended_at"])
    told = np.flatnonzero((legs["announced_us"] >= 0) & (legs["queued_at"] > 8 * 3600 * SECOND))
    assert len(told) > 100
    mean = int(program.journey.waits.mean_handle[0])
    assert mean == 240 * SECOND
    for leg in told.tolist():
        now = legs["queued_at"][leg]
        in_line = int(((legs["queued_at"][:leg] <= now) & (left[:leg] > now)).sum())
        assert legs["announced_us"][leg] == (in_line + 1) * mean // 6, leg


@pytest.mark.parametrize("keep", [1, 3])
def test_a_reserve_is_kept_at_every_answer(keep: int) -> None:
    """Whenever somebody takes other work, so many of the group have nothing to do."""
    program, log = played(
        world(
            {"q": per_hour(80), "vip": per_hour(20)},
            {"g": {"headcount": 7, "skills": ["q", "vip"]}},
            routing={"reserve": [{"group": "g", "keep": keep, "for": "vip"}]},
        )
    )
    work = work_intervals(log)
    checked = 0
    for agent, queue, answered in rows(log, "legs", "agent", "queue", "answered_at"):
        if agent < 0 or program.labels.queues[queue] == "vip":
            continue
        busy = {other for other, own in work.items() if any(a <= answered < b for a, b, _ in own)}
        assert len(set(range(7)) - busy - {agent}) >= keep
        checked += 1
    assert checked > 100


def with_bot(containment: str, walk_away: str) -> dict[str, Any]:
    queues = {"q": {**per_hour(60), "patience": "never"}, "other": per_hour(40)}
    bot = {
        "serves": ["q"],
        "talk": "lognormal mean 70s cv 0.9",
        "containment": containment,
        "walk_away": walk_away,
    }
    groups = {"g": {"headcount": 6, "skills": ["q"]}, "h": {"headcount": 3, "skills": ["other"]}}
    return world(queues, groups, bots={"bot": {**bot, "complexity": 3}})


def reached_people(log: Log) -> set[int]:
    """Luck of the contacts with queue q that joined it."""
    contacts = legs_of_contacts(log)
    queue = log.labels.queues.index("q")
    return {int(log.contacts["luck"][row]) for row in contacts if log.contacts["queue"][row] == queue}


def test_a_bot_that_solves_nothing_leaves_the_volume_of_people_alone() -> None:
    """With the same luck: everybody, later by the session; with walk-aways, everybody but those."""
    without = world(
        {"q": {**per_hour(60), "patience": "never"}, "other": per_hour(40)},
        with_bot("0%", "0%")["agent_groups"],
    )
    _, base = played(without)
    _, bot = played(with_bot("0%", "0%"))
    everybody = {int(luck) for luck, queue in rows(base, "contacts", "luck", "queue") if queue == 0}
    assert reached_people(bot) == everybody
    _, leaving = played(with_bot("0%", "20%"))
    gone = {
        int(leaving.contacts["luck"][contact])
        for contact, outcome in rows(leaving, "sessions", "contact_row", "outcome")
        if outcome == SessionOutcome.WALKED_AWAY
    }
    assert len(gone) > 20
    assert reached_people(leaving) == everybody - gone


def test_a_better_bot_leaves_the_harder_issues_to_people() -> None:
    def mean(containment: str) -> float:
        _, log = played(with_bot(containment, "0%"))
        rows_left = [row for row in legs_of_contacts(log) if log.contacts["queue"][row] == 0]
        return float(log.issues["complexity"][log.contacts["issue"][rows_left]].mean())

    means = [mean(share) for share in ("0%", "30%", "60%")]
    assert means == sorted(means)
    assert means[2] - means[0] > 100_000


def test_offered_is_fresh_and_what_comes_again() -> None:
    """With p of those who give up and q of those served: follow-ups are exactly those that were caused."""
    queue = {
        **per_hour(90),
        "patience": "exponential mean 2m",
        "after_abandon": {"retry": "60%", "delay": "exponential mean 5m"},
        "resolution": "70%",
        "after_unresolved": {"delay": "exponential mean 20m"},
    }
    _, log = played(world({"q": queue}, {"g": {"headcount": 6, "skills": ["q"]}}))
    cause = log.contacts["cause"]
    by_cause = {one: int((cause == one).sum()) for one in (Cause.FRESH, Cause.RETRY, Cause.RETURN)}
    assert sum(by_cause.values()) == len(log.legs["leg"])
    assert min(by_cause.values()) > 30
    gave_up = int((log.legs["outcome"] == Outcome.ABANDONED).sum())
    assert 0.5 * gave_up < by_cause[Cause.RETRY] < 0.7 * gave_up
    unresolved = int((log.contacts["resolved"] == 2).sum())
    pending = int(log.issues["pending"].sum())
    assert by_cause[Cause.RETURN] <= unresolved <= by_cause[Cause.RETURN] + pending + 0.2 * unresolved


def test_written_work_of_one_day_is_done_on_the_next() -> None:
    """In order of arrival, at no hour of the night, and none is lost."""
    data = world(
        {"mail": {"channel": "mail", **per_hour(60), "patience": "never"}},
        {"g": {"headcount": 2, "skills": ["mail"]}},
        channels={"mail": {"deferrable": True}},
    )
    data["time"]["days"] = 2
    _, log = played(data)
    legs = log.legs
    assert set(legs["outcome"].tolist()) <= {int(Outcome.ANSWERED), int(Outcome.OPEN)}
    overnight = (legs["queued_at"] < 24 * 3600 * SECOND) & (legs["answered_at"] >= 32 * 3600 * SECOND)
    assert overnight.sum() > 20
    answered = legs["answered_at"][legs["answered_at"] >= 0]
    assert (np.diff(answered) >= 0).all()
    assert (answered % (24 * 3600 * SECOND) < 13 * 3600 * SECOND).all()


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_every_law_notices_a_broken_log(law: Callable[[Program, Log], Any]) -> None:
    """A cell changed by hand breaks each law: none of them says nothing."""
    program, log = played(BROKEN_WORLD)
    law(program, log)
    assert any(_notices(law, program, log, table, column) for table, column in CELLS)


CELLS = [
    (table, column)
    for table in ("legs", "contacts", "issues", "sessions", "pieces", "stretches")
    for column in (
        "leg", "entry", "outcome", "ended_at", "agent", "from_at", "to_at", "work_us", "pending", "resolved",
        "after", "cause", "queued_at", "answered_at", "gave_up_at", "promised_at", "started_at", "queue",
    )
]  # fmt: skip


def _notices(law: Callable[[Program, Log], Any], program: Program, log: Log, table: str, column: str) -> bool:
    rows_of = dict(getattr(log, table))
    if column not in rows_of:
        return False
    for value in (-1, 1, 2, 5, 12 * 3600 * SECOND):
        broken = rows_of[column].copy()
        if value > np.iinfo(broken.dtype).max:
            continue
        broken[len(broken) // 3 :: 3] = value
        try:
            law(program, replace(log, **{table: {**rows_of, column: broken}}))
        except (AssertionError, KeyError, IndexError, ValueError):
            return True
    return False


BROKEN_WORLD: dict[str, Any] = world(
    {
        "q": {
            **per_hour(90),
            "patience": "exponential mean 2m",
            "after_abandon": {"retry": "60%", "delay": "exponential mean 5m"},
            "escalation": {"to": "up", "share": "20%"},
            "service_level": "80% in 1m",
            "promise": {"chaser": {"share": "50%"}},
            "resolution": "70%",
        },
        "up": {"talk": "exponential mean 4m"},
        "chat": {"channel": "chat", **per_hour(60), "patience": "exponential mean 1m"},
        "mail": {"channel": "mail", **per_hour(60), "patience": "never"},
    },
    {
        "g": {"headcount": 4, "skills": ["q", "chat", "mail"]},
        "h": {"headcount": 2, "skills": ["up", "mail"]},
    },
    channels={
        "chat": {"concurrency": 3, "silent_abandon": {"share": "50%"}},
        "mail": {"deferrable": True},
    },
    bots={"bot": {"serves": ["q"], "talk": "fixed 1m", "containment": "20%"}},
    routing={"overflow": [{"queue": "q", "after": "1m", "to": "h"}]},
)
