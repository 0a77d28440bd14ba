"""A bot thins the arrivals: behind it is M/M/c+M.

Sessions overlap freely, so the bot is M/G/infinity, whose output is Poisson; those handed over are a random
part of it. Erlang A does the rest, with shorter talk where the bot brings the context along.

Confidence: the band is 4 standard errors. The standard errors are asserted too: 0.75 % of mean waits and
0.0025 of probabilities, a fifth of that in the long version.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ccsim.compiler.journey import HARDEST
from ccsim.kinds import SessionOutcome
from ccsim.log import Log
from ccsim.theory import erlang_a
from tests.theory.conftest import Effort
from tests.theory.exact.returns import ranks, share_by_complexity
from tests.theory.journeys import Counted, World, of_queue, usual_counts, watch
from tests.theory.long_run import SECOND

pytestmark = pytest.mark.statistical

RATE, TALK_S, PATIENCE_S, AGENTS = 0.4, 25.0, 40.0, 5
BIN_S = 10  # for counts of those handed over


def world(**bot: Any) -> World:
    return World(
        queues={
            "line": {
                "talk": f"exponential mean {TALK_S:g}s",
                "patience": f"exponential mean {PATIENCE_S:g}s",
            }
        },
        rates={"line": RATE},
        groups={"team": {"headcount": AGENTS, "skills": ["line"]}},
        more={"bots": {"door": {"serves": ["line"], "talk": "exponential mean 60s", **bot}}},
    )


def count(log: Log) -> Counted:
    """Sessions by outcome, those handed over by time, and how hard they are."""
    sessions, out = log.sessions, usual_counts(log, ("line",))
    began, outcome = sessions["started_at"], sessions["outcome"]
    length = (sessions["ended_at"] - began) / SECOND
    out |= {"sessions": (began, 1.0), "session_s": (began, length)}
    for kind in (SessionOutcome.RESOLVED, SessionOutcome.HANDED_OVER, SessionOutcome.WALKED_AWAY):
        out[kind.name] = (began, outcome == kind)
    legs = of_queue(log, "line")
    issue = log.contacts["issue"][legs["contact_row"]]
    out["complexity"] = (legs["queued_at"], log.issues["complexity"][issue] / HARDEST)
    bins = np.bincount(legs["queued_at"] // (BIN_S * SECOND))
    times = np.arange(len(bins), dtype=np.int64) * BIN_S * SECOND
    return out | {"bins": (times, 1.0), "in bins": (times, bins), "squares": (times, bins.astype(float) ** 2)}


def test_a_bot_before_a_line(short: Effort) -> None:
    """40 % contained, 10 % walk away, the others need a fifth less talk."""
    handed_over, talk = 0.5, 0.8 * TALK_S
    exact = erlang_a(RATE * handed_over, talk, PATIENCE_S, AGENTS)
    scenario = world(containment="40%", walk_away="10%", talk_saved="20%")
    got = watch(scenario, count, seed=2701, runs=short.runs(32), talk_s={("line", "team"): talk})
    scale = short.scale
    got.plain("RESOLVED", "sessions").check_probability("contained", 0.4, scale)
    got.plain("WALKED_AWAY", "sessions").check_probability("walked away", 0.1, scale)
    got.plain("session_s", "sessions").check_wait("session", 60.0, scale)
    got.ratio("line: waiting", "line: offered").check_probability("P(wait)", exact.wait_probability, scale)
    got.ratio("line: abandoned", "line: offered").check_probability(
        "P(abandon)", exact.abandonment_rate, scale
    )
    got.ratio("line: wait_s", "line: offered").check_wait("E[W]", exact.mean_wait_s, scale)
    # Poisson: the variance of counts is their mean
    mean = RATE * handed_over * BIN_S
    got.ratio("in bins", "bins").check_wait("handed over in 10 s", mean, scale)
    spread = got.plain("squares", "bins")
    spread.check("mean square of counts", mean + mean**2, error=0.006 * scale * (mean + mean**2))


def test_a_bot_that_solves_nothing_changes_nothing(short: Effort) -> None:
    """Entry 100 %, containment 0 %: the line as without a bot, a session later."""
    exact = erlang_a(RATE / 2, TALK_S, PATIENCE_S, AGENTS)
    scenario = world(containment="0%")
    halved = World(scenario.queues, {"line": RATE / 2}, scenario.groups, scenario.more)
    got = watch(halved, count, seed=2731, runs=short.runs(8), talk_s={("line", "team"): TALK_S})
    got.ratio("line: waiting", "line: offered").check_probability(
        "P(wait)", exact.wait_probability, short.scale
    )
    got.ratio("line: wait_s", "line: offered").check_wait("E[W]", exact.mean_wait_s, short.scale)
    got.plain("line: offered", "sessions").check("legs by sessions", 1.0, error=0.002)


def test_what_a_bot_leaves_is_harder(short: Effort) -> None:
    """Containment falls by 4 logits from the easiest to the hardest issue; its mean stays 50 %."""
    contained = share_by_complexity(0.5, 4.0)
    left = float(ranks() @ (1 - contained) / (1 - contained).sum())
    assert left > 0.6
    got = watch(world(containment="50%", complexity=4), count, seed=2761, runs=short.runs(8))
    got.plain("RESOLVED", "sessions").check_probability("contained", 0.5, short.scale)
    got.plain("complexity", "line: offered").check_probability("mean complexity", left, short.scale)
