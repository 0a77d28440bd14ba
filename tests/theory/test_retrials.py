"""Customers who try again: the M/M/1 retrial queue in closed form, M/M/c retrials and redials as chains.

Confidence: the band is 4 standard errors. The standard errors are asserted too: 0.75 % of means and 0.0025 of
probabilities, a fifth of that in the long version.
"""

from __future__ import annotations

import numpy as np
import pytest

from ccsim.kinds import Cause, Outcome
from ccsim.log import Log
from tests.theory.conftest import Effort
from tests.theory.exact.retrials import RetrialLine, one_server, one_server_law
from tests.theory.journeys import Counted, World, of_queue, usual_counts, watch
from tests.theory.long_run import SECOND

pytestmark = pytest.mark.statistical

TALK = {("line", "team"): 20.0}


def world(line: RetrialLine) -> World:
    """The same line as a scenario."""
    queue = {
        "talk": f"exponential mean {line.handle_s:g}s",
        "patience": f"exponential mean {line.patience_s:g}s" if line.patience_s < np.inf else "never",
        "after_abandon": {
            "retry": f"{line.share * 100:g}%",
            "delay": f"exponential mean {line.delay_s:g}s",
            "at_most": 1000,
        },
    }
    if line.places is not None:
        queue["lines"] = line.agents + line.places
    return World(
        queues={"line": queue},
        rates={"line": line.rate},
        groups={"team": {"headcount": line.agents, "skills": ["line"]}},
    )


def count(log: Log) -> Counted:
    """First attempts and later ones; how long customers who were answered stayed away between attempts."""
    legs = of_queue(log, "line")
    fresh = legs["cause"] == Cause.FRESH
    first = log.contacts["arrived_at"][log.contacts["issue"][legs["contact_row"]]]
    answered = legs["outcome"] == Outcome.ANSWERED
    away = np.where(answered, legs["answered_at"] - first, 0) / SECOND
    found_busy = (legs["outcome"] != Outcome.ANSWERED) | (legs["wait_s"] > 0)
    return usual_counts(log, ("line",)) | {
        "fresh": (legs["queued_at"], fresh),
        "fresh, found all busy": (legs["queued_at"], fresh & found_busy),
        "retries": (legs["queued_at"], ~fresh),
        "away_s": (first, away),
        "at once": (first, answered & fresh & (legs["wait_s"] == 0)),
        "issues": (legs["queued_at"], fresh),
    }


@pytest.mark.parametrize(("load", "delay_s"), [(0.5, 30.0), (0.4, 5.0)])
def test_m_m_1_retrial(short: Effort, load: float, delay_s: float) -> None:
    """One agent and nowhere to wait: P(busy), mean time in orbit, attempts, all in closed form."""
    rate, handle = load / 20, 20.0
    busy, orbit = one_server(rate, handle, delay_s)
    assert sum(one_server_law(rate, handle, delay_s, n)[1] for n in range(200)) == pytest.approx(busy)
    got = watch(
        world(RetrialLine(rate, handle, 1, delay_s)), count, seed=2201, runs=short.runs(10), talk_s=TALK
    )
    got.ratio("fresh, found all busy", "fresh").check_probability("P(blocked)", busy, short.scale)
    got.ratio("retries", "fresh").check_wait("retries an issue", orbit / delay_s / rate, short.scale)
    got.ratio("away_s", "issues").check_wait("time in orbit", orbit / rate, short.scale * 1.5)


@pytest.mark.parametrize(("load", "agents", "delay_s"), [(3.5, 5, 15.0), (1.2, 2, 60.0)])
def test_m_m_c_retrial(short: Effort, load: float, agents: int, delay_s: float) -> None:
    line = RetrialLine(load / 20, 20.0, agents, delay_s, caps=(0, 130))
    exact = line.solve()
    got = watch(world(line), count, seed=2251, runs=short.runs(24), talk_s=TALK)
    got.ratio("fresh, found all busy", "fresh").check_probability("P(blocked)", exact.blocked, short.scale)
    got.ratio("retries", "fresh").check_wait("retries", exact.retry_rate / line.rate, short.scale)
    got.ratio("away_s", "issues").check_wait("time in orbit", exact.orbit / line.rate, short.scale * 1.5)


def test_redials_of_customers_who_gave_up(short: Effort) -> None:
    """M/M/c+M, overloaded by a tenth; 60 % of those who give up call again, with patience drawn anew."""
    line = RetrialLine(0.275, 20.0, 5, 40.0, 0.6, None, 20.0, caps=(60, 70))
    exact = line.solve()
    got = watch(world(line), count, seed=2281, runs=short.runs(8), talk_s=TALK)
    got.ratio("fresh, found all busy", "fresh").check_probability("P(wait)", exact.blocked, short.scale)
    offered = line.rate + exact.retry_rate
    got.ratio("line: offered", "fresh").check("attempts an issue", offered / line.rate, error=0.002)
    got.ratio("line: abandoned", "line: offered").check_probability(
        "P(abandon)", exact.abandoned / offered, short.scale
    )
    got.ratio("line: wait_s", "line: offered").check_wait("E[W]", exact.waiting / offered, short.scale)
