"""Both engines write one Log where a mechanism is driven to its bounds: storms, long threads, full hands."""

from __future__ import annotations

from typing import Any

import pytest

from ccsim.compiler import compile_scenario
from ccsim.draws import draw
from ccsim.engines.compiled_engine import CompiledEngine
from ccsim.engines.simpy_engine import SimpyEngine
from ccsim.kinds import Outcome
from ccsim.log import Log
from ccsim.scenario import Scenario
from tests.parity.rounding import with_ties
from tests.parity.test_parity import first_difference


def world(queues: dict[str, Any], headcount: int = 2, **more: Any) -> dict[str, Any]:
    """One day from 08:00 to 10:00; a group that can do everything."""
    usual = {"talk": "exponential mean 2m", "patience": "exponential mean 1m"}
    return {
        "format": 1,
        "name": "extreme",
        "time": {"start": "2026-03-02", "days": 1, "open": "08:00-10:00"},
        "queues": {name: {**usual, **queue} for name, queue in queues.items()},
        "agent_groups": {"g": {"headcount": headcount, "skills": list(queues), "shifts": {"day": "100%"}}},
        "shifts": {"day": {"hours": "08:00-10:30"}},
        **more,
    }


def contacts(number: float) -> dict[str, Any]:
    return {"arrivals": {"hourly": {"08:00-10:00": number / 2}}}


def played_by_both(data: dict[str, Any]) -> Log:
    """The Log, which is that of both engines, also with all times rounded to 30 s."""
    program = compile_scenario(Scenario.from_dict(data))
    draws = draw(program, seed=9)
    one, other = SimpyEngine().run(program, draws), CompiledEngine().run(program, draws)
    assert first_difference(one, other) == ""
    rounded = with_ties(program, draws, 30_000_000)
    assert first_difference(SimpyEngine().run(*rounded), CompiledEngine().run(*rounded)) == ""
    return other


def test_a_storm_of_retries() -> None:
    """Nobody is there and everybody tries again at once: many more legs than customers."""
    again = {"retry": "100%", "delay": "fixed 20s", "at_most": 1000}
    log = played_by_both(world({"q": {**contacts(60), "patience": "fixed 10s", "after_abandon": again}}, 0))
    assert len(log.legs["leg"]) > 50 * len(log.issues["outcome"])
    assert log.contacts["contact"].max() > 100


def test_everybody_comes_again_at_the_same_instant() -> None:
    again = {"retry": "100%", "delay": "fixed 0s", "at_most": 40}
    log = played_by_both(world({"q": {**contacts(60), "patience": "fixed 0s", "after_abandon": again}}, 1))
    assert log.contacts["contact"].max() == 41


def test_returns_without_end() -> None:
    back = {"return": "100%", "delay": "fixed 10s", "at_most": 1000, "context": "0%"}
    log = played_by_both(
        world({"q": {**contacts(20), "talk": "fixed 5s", "resolution": "0%", "after_unresolved": back}}, 20)
    )
    assert log.contacts["contact"].max() > 60


def test_threads_of_hundreds_of_turns() -> None:
    """A thread has 256 turns at most."""
    chat = {"concurrency": 16, "turns": {"mean": 1000, "reply": "fixed 1s"}}
    log = played_by_both(
        world({"q": {**contacts(40), "channel": "chat", "talk": "fixed 1s"}}, 2, channels={"chat": chat})
    )
    assert log.legs["outcome"].tolist().count(1) > 10
    assert len(log.pieces["leg_row"]) > 5000


def test_a_bot_that_understands_nothing() -> None:
    bot = {"serves": ["q"], "talk": "fixed 1m", "containment": "50%", "misunderstood": "100%", "loop": "2s"}
    log = played_by_both(world({"q": contacts(60)}, bots={"bot": bot}))
    assert set(log.sessions["failures"].tolist()) == {1000}


@pytest.mark.parametrize("assign", ["least_loaded", "most_loaded"])
def test_full_hands(assign: str) -> None:
    """Sixteen contacts each, some silent, some interrupted by calls."""
    channels = {
        "chat": {"concurrency": 16, "assign": assign, "silent_abandon": {"share": "70%"}},
        "mail": {"concurrency": 16, "deferrable": True},
    }
    queues = {
        "chat": {**contacts(400), "channel": "chat", "talk": "exponential mean 5m"},
        "mail": {**contacts(400), "channel": "mail", "talk": "exponential mean 5m"},
        "voice": contacts(60),
    }
    log = played_by_both(world(queues, 3, channels=channels))
    assert len(log.pieces["leg_row"]) > 40
    assert Outcome.SILENT in log.legs["outcome"]


def test_callbacks_a_hundred_times() -> None:
    call = {
        "when_wait_over": "0s",
        "accept": "100%",
        "no_answer": "100%",
        "attempts": 100,
        "again_after": "fixed 1s",
    }
    log = played_by_both(
        world({"q": {**contacts(30), "talk": "fixed 5m", "callback": {**call, "dial": "fixed 1s"}}}, 1)
    )
    assert log.legs["dials"].max() == 100


def test_contacts_that_are_passed_round() -> None:
    """A ring of three queues, a hundred moves at most, cold and with the wait kept."""
    up = {"share": "99%", "at_most": 100, "keeps_wait": True}
    queues = {
        name: {"talk": "fixed 5s", "patience": "never", "escalation": {**up, "to": to}}
        for name, to in (("a", "b"), ("b", "c"), ("c", "a"))
    }
    queues["a"] |= contacts(30)
    log = played_by_both(world(queues, 20))
    assert log.legs["leg"].max() == 101


def test_complaints_about_complaints() -> None:
    complaint = {"late": "100%", "unresolved": "100%", "to": "q", "delay": "fixed 1m"}
    queue = {"resolution": "0%", "service_level": "80% in 1s", "promise": {"complaint": complaint}}
    log = played_by_both(world({"q": {**contacts(10), "talk": "fixed 20s", "patience": "never", **queue}}, 1))
    assert len(log.contacts["issue"]) > 100


def test_no_contact_and_nobody_there() -> None:
    log = played_by_both(world({"q": {"announcement": {}}, "r": {"after_abandon": {"retry": "50%"}}}, 0))
    assert len(log.contacts["issue"]) == 0
    assert len(log.legs["leg"]) == 0
