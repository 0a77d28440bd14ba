"""Calls that interrupt mails, which are resumed where they were left: preemptive-resume priorities.

Confidence: the band is 4 standard errors. The standard errors are asserted too: 0.75 % of mean times and
0.0025 of probabilities, a fifth of that in the long version.
"""

from __future__ import annotations

import numpy as np
import pytest

from ccsim.kinds import Outcome
from ccsim.log import Log
from tests.theory.conftest import Effort
from tests.theory.exact.preemption import TwoClasses, one_agent
from tests.theory.journeys import Counted, World, of_queue, usual_counts, watch
from tests.theory.long_run import SECOND

pytestmark = pytest.mark.statistical


def world(rates: tuple[float, float], talk: tuple[str, str], agents: int) -> World:
    """Patient callers and mails before one team."""
    return World(
        queues={
            "calls": {"talk": talk[0], "patience": "never", "priority": 2},
            "mails": {"channel": "email", "talk": talk[1], "priority": 1},
        },
        rates={"calls": rates[0], "mails": rates[1]},
        groups={"team": {"headcount": agents, "skills": ["calls", "mails"]}},
        more={"channels": {"voice": {}, "email": {"deferrable": True}}},
    )


def count(log: Log, work_s: tuple[float, float]) -> Counted:
    """The usual, time in the system, work, and interruptions: pieces of work beyond the first."""
    out = usual_counts(log, ("calls", "mails"))
    for name, mean in zip(("calls", "mails"), work_s, strict=True):
        legs = of_queue(log, name)
        answered = legs["outcome"] == Outcome.ANSWERED
        time = np.where(answered, legs["ended_at"] - legs["queued_at"], 0) / SECOND
        out[f"{name}: time_s"] = (legs["queued_at"], time)
        at_once = legs["ended_at"] - legs["answered_at"]
        work = np.where(legs["work_us"] >= 0, legs["work_us"], at_once) / SECOND
        out[f"work beyond expectation: {name}"] = (legs["queued_at"], np.where(answered, work - mean, 0.0))
    mails = of_queue(log, "mails")
    pieces = np.bincount(log.pieces["leg_row"], minlength=len(log.legs["queue"]))[mails["row"]]
    out["interruptions"] = (mails["queued_at"], np.maximum(pieces - 1, 0))
    return out


def test_one_agent(short: Effort) -> None:
    """Exponential calls and mails; the chain says how often a mail is interrupted."""
    rates, means = (0.02, 0.02), (15.0, 20.0)
    exact = TwoClasses(rates, means, 1, (60, 120)).solve()
    talk = ("exponential mean 15s", "exponential mean 20s")
    got = watch(world(rates, talk, 1), lambda log: count(log, means), seed=3101, runs=short.runs(20))
    scale = short.scale
    got.ratio("calls: waiting", "calls: offered").check_probability(
        "calls: P(wait)", exact.urgent_wait_probability, scale
    )
    got.ratio("mails: waiting", "mails: offered").check_probability(
        "mails: P(wait)", exact.other_waits, scale
    )
    got.ratio("calls: time_s", "calls: answered").check_wait("calls: E[T]", exact.urgent_time_s, scale)
    got.ratio("mails: time_s", "mails: answered").check_wait("mails: E[T]", exact.other_time_s, scale)
    got.ratio("interruptions", "mails: answered").check_probability(
        "interruptions a mail", exact.interruptions, scale
    )


def test_one_agent_with_any_law(short: Effort) -> None:
    """Steady calls, mails as wide as real ones: E[S^2] = mean^2 (1 + cv^2)."""
    rates, means, spreads = (0.02, 0.018), (15.0, 20.0), (0.5, 0.8)
    squares = [mean**2 * (1 + cv**2) for mean, cv in zip(means, spreads, strict=True)]
    exact = one_agent(rates, means, squares)
    talk = ("gamma mean 15s cv 0.5", "lognormal mean 20s cv 0.8")
    got = watch(world(rates, talk, 1), lambda log: count(log, means), seed=3131, runs=short.runs(12))
    for name, time in zip(("calls", "mails"), exact, strict=True):
        got.ratio(f"{name}: time_s", f"{name}: answered").check_wait(f"{name}: E[T]", time, short.scale)


@pytest.mark.parametrize("mail_s", [20.0, 35.0], ids=["equal work", "longer mails"])
def test_a_team(short: Effort, mail_s: float) -> None:
    """Four agents; calls interrupt only when nobody is free."""
    rates, means = (0.08, 1.6 / mail_s), (20.0, mail_s)
    exact = TwoClasses(rates, means, 4, (60, 160)).solve()
    talk = ("exponential mean 20s", f"exponential mean {mail_s:g}s")
    got = watch(world(rates, talk, 4), lambda log: count(log, means), seed=3161, runs=short.runs(32))
    scale = short.scale
    got.ratio("calls: waiting", "calls: offered").check_probability(
        "calls: P(wait)", exact.urgent_wait_probability, scale
    )
    got.ratio("mails: time_s", "mails: answered").check_wait("mails: E[T]", exact.other_time_s, scale)
    got.ratio("calls: time_s", "calls: answered").check_wait("calls: E[T]", exact.urgent_time_s, scale)
    got.ratio("interruptions", "mails: answered").check_probability(
        "interruptions a mail", exact.interruptions, scale
    )
