"""Chats with concurrency against the level-dependent chain, least and most loaded agents first.

Confidence: the band is 4 standard errors. The standard errors are asserted too: 0.75 % of means and 0.0025 of
probabilities, a fifth of that in the long version.
"""

from __future__ import annotations

import numpy as np
import pytest

from ccsim.kinds import Outcome
from ccsim.log import Log
from tests.theory.conftest import Effort
from tests.theory.exact.chat import ChatDesk
from tests.theory.journeys import Counted, World, of_queue, usual_counts, watch
from tests.theory.long_run import SECOND

pytestmark = pytest.mark.statistical


def world(desk: ChatDesk) -> World:
    """The same desk as a scenario."""
    return World(
        queues={
            "chats": {
                "channel": "chat",
                "talk": f"exponential mean {desk.talk_s:g}s",
                "patience": f"exponential mean {desk.patience_s:g}s",
            }
        },
        rates={"chats": desk.rate},
        groups={"team": {"headcount": desk.agents, "skills": ["chats"]}},
        more={
            "channels": {
                "chat": {
                    "concurrency": desk.slots,
                    "slowdown": list(desk.slowdown),
                    "assign": "most_loaded" if desk.most_loaded else "least_loaded",
                }
            }
        },
    )


def count(log: Log) -> Counted:
    """The usual, session times and attention."""
    legs = of_queue(log, "chats")
    answered = legs["outcome"] == Outcome.ANSWERED
    session = np.where(answered, legs["ended_at"] - legs["answered_at"], 0) / SECOND
    attention = np.where(answered & (legs["work_us"] >= 0), legs["work_us"], 0) / SECOND
    return usual_counts(log, ("chats",)) | {
        "session_s": (legs["queued_at"], session),
        "attention_s": (legs["queued_at"], attention),
    }


@pytest.mark.parametrize("most_loaded", [False, True], ids=["least loaded", "most loaded"])
@pytest.mark.parametrize("rate", [0.09, 0.16], ids=["quiet", "busy"])
def test_chats(short: Effort, rate: float, most_loaded: bool) -> None:
    """Four agents with up to three chats each; the busy desk is over its capacity of 0.148 chats a second."""
    desk = ChatDesk(rate, 60, 90, 4, (1.0, 1.15, 1.35), most_loaded, 60)
    exact = desk.solve()
    got = watch(world(desk), count, seed=2101, runs=short.runs(20))
    scale = short.scale
    got.ratio("chats: waiting", "chats: offered").check_probability("P(wait)", exact.wait_probability, scale)
    got.ratio("chats: abandoned", "chats: offered").check_probability(
        "P(abandon)", exact.abandonment_rate, scale
    )
    got.ratio("session_s", "chats: answered").check_wait("session", exact.session_s, scale)
    # with n chats open each gets an n-th of the agent's attention: together, the time with any chat open
    attention = got.ratio("attention_s", "chats: answered")
    attention.check_wait("attention a chat", exact.busy / exact.finished, scale)
    if rate > 0.1:
        got.ratio("chats: wait_s", "chats: offered").check_wait("E[W]", exact.mean_wait_s, scale)


def test_one_agent_with_two_slow_slots(short: Effort) -> None:
    """Two chats at once take 90 % longer: hardly more gets done than with one at a time."""
    desk = ChatDesk(0.05, 20, 30, 1, (1.0, 1.9), False, 60)
    exact = desk.solve()
    got = watch(world(desk), count, seed=2151, runs=short.runs(8))
    got.ratio("chats: waiting", "chats: offered").check_probability(
        "P(wait)", exact.wait_probability, short.scale
    )
    got.ratio("session_s", "chats: answered").check_wait("session", exact.session_s, short.scale)
    got.ratio("chats: wait_s", "chats: offered").check_wait("E[W]", exact.mean_wait_s, short.scale)
