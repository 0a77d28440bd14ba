"""Nobody works, one customer, no patience, endless patience, everybody at one instant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ccsim
from ccsim.kinds import Outcome
from ccsim.log import Log
from tests.laws.worlds import one_queue

SECOND = 1_000_000
HOUR = 3600 * SECOND


@pytest.fixture(params=["simpy", "compiled"])
def engine(request: pytest.FixtureRequest) -> str:
    """Both engines."""
    return str(request.param)


def play(world: dict[str, Any], engine: str, folder: Path | None = None) -> Log:
    """One run."""
    return ccsim.simulate(ccsim.Scenario.from_dict(world, folder=folder), seed=1, engine=engine).logs[0]


def counts(log: Log) -> dict[str, int]:
    """Contacts by outcome, those that occur."""
    values, numbers = np.unique(log.legs["outcome"], return_counts=True)
    return {Outcome(v).name.lower(): int(n) for v, n in zip(values, numbers, strict=True)}


def trace(folder: Path, times: list[str]) -> dict[str, Any]:
    """Arrivals at exactly these times of day on 2026-03-02."""
    rows = ["arrived_at", *(f"2026-03-02T{time}" for time in times)]
    (folder / "trace.csv").write_text("\n".join(rows) + "\n")
    return {"trace": "trace.csv"}


def test_no_agents(engine: str) -> None:
    """Nobody is answered: all give up when their patience ends, the last ones are cleared at closing."""
    log = play(one_queue(headcount=0, patience="uniform 10s to 2m"), engine)
    assert set(counts(log)) == {"abandoned", "cleared"}
    abandoned = log.legs["outcome"] == Outcome.ABANDONED
    wait = (log.legs["ended_at"] - log.legs["queued_at"])[abandoned]
    assert wait.min() >= 10 * SECOND
    assert wait.max() <= 120 * SECOND
    assert (log.legs["ended_at"][~abandoned] == 10 * HOUR).all()
    assert (log.legs["queued_at"][~abandoned] > 10 * HOUR - 120 * SECOND).all()


def test_no_agents_and_no_end_of_patience(engine: str) -> None:
    """Nobody will ever come, so the waiting are cleared; none is lost."""
    log = play(one_queue(headcount=0, patience="never"), engine)
    assert set(counts(log)) == {"cleared"}
    assert len(log.legs["outcome"]) > 50


def test_no_contacts(engine: str) -> None:
    """An empty day is a day."""
    log = play(one_queue(arrivals={"hourly": {"08:00-10:00": 0}}), engine)
    assert len(log.legs["outcome"]) == 0
    assert len(log.stretches["state"]) == 2
    assert (log.stretches["to_at"] - log.stretches["from_at"] == 2 * HOUR).all()


def test_one_customer(engine: str, tmp_path: Path) -> None:
    """Answered on the spot, talk and wrap-up to the microsecond."""
    world = one_queue(arrivals=trace(tmp_path, ["08:30:00"]), talk="fixed 100s", wrap_up="fixed 20s")
    log = play(world, engine, tmp_path)
    leg = {name: int(column[0]) for name, column in log.legs.items()}
    at = 8 * HOUR + 1800 * SECOND
    assert len(log.legs["outcome"]) == 1
    assert (leg["queued_at"], leg["answered_at"]) == (at, at)
    assert (leg["talk_ended_at"], leg["ended_at"]) == (at + 100 * SECOND, at + 120 * SECOND)
    assert leg["outcome"] == Outcome.ANSWERED


def test_no_patience(engine: str) -> None:
    """Whoever cannot be answered at once balks: nobody waits, and the two outcomes add up."""
    log = play(one_queue(patience="fixed 0s"), engine)
    assert set(counts(log)) == {"answered", "balked"}
    answered = log.legs["outcome"] == Outcome.ANSWERED
    assert np.array_equal(log.legs["answered_at"][answered], log.legs["queued_at"][answered])
    assert np.array_equal(log.legs["ended_at"][~answered], log.legs["queued_at"][~answered])


def test_endless_patience(engine: str) -> None:
    """An overloaded line of patient customers: answered in order of arrival, or still there at the end."""
    log = play(one_queue(patience="never", talk="fixed 2m30s"), engine)
    assert set(counts(log)) <= {"answered", "cleared"}
    answered = log.legs["outcome"] == Outcome.ANSWERED
    assert (np.diff(log.legs["answered_at"][answered]) >= 0).all()
    assert not answered[np.argmin(answered) :].any(), "who came later was not answered before"


def test_everybody_at_one_instant(engine: str, tmp_path: Path) -> None:
    """Fifty customers at 08:30 sharp, two agents, one minute each: answered two by two, in order."""
    world = one_queue(
        arrivals=trace(tmp_path, ["08:30:00"] * 50), patience="fixed 10m", talk="fixed 1m", wrap_up="fixed 0s"
    )
    log = play(world, engine, tmp_path)
    # after 10 minutes patience ends at the instant when agents become free, and people become free first
    assert counts(log) == {"answered": 22, "abandoned": 28}
    at = 8 * HOUR + 1800 * SECOND
    expected = at + np.repeat(np.arange(11), 2) * 60 * SECOND
    assert np.array_equal(log.legs["answered_at"][:22], expected)
    assert (log.legs["ended_at"][22:] == at + 600 * SECOND).all()


def test_everybody_at_the_instant_of_opening_and_of_closing(engine: str, tmp_path: Path) -> None:
    """Agents who start at 08:00 serve who arrives at 08:00; who arrives at closing time comes too late."""
    world = one_queue(
        arrivals=trace(tmp_path, ["08:00:00"] * 2 + ["09:59:59"] * 2), patience="never", talk="fixed 30s"
    )
    log = play(world, engine, tmp_path)
    assert counts(log) == {"answered": 4}
    assert np.array_equal(log.legs["answered_at"], log.legs["queued_at"])
    assert (log.legs["ended_at"][2:] > 10 * HOUR).all(), "agents finish what they have in hand"


def test_a_line_that_holds_nobody(engine: str) -> None:
    """No waiting places: a loss system. No lines: all are blocked."""
    log = play(one_queue(waiting_places=0), engine)
    assert set(counts(log)) == {"answered", "blocked"}
    assert (log.legs["answered_at"] == log.legs["queued_at"])[log.legs["agent"] >= 0].all()
    assert set(counts(play(one_queue(lines=0), engine))) == {"blocked"}


def test_talk_without_length(engine: str) -> None:
    """Calls of no length never make anybody wait."""
    log = play(one_queue(talk="fixed 0s", arrivals={"hourly": {"08:00-10:00": 2000}}, headcount=1), engine)
    assert set(counts(log)) == {"answered"}
    assert np.array_equal(log.legs["ended_at"], log.legs["queued_at"])
