"""Conversations in turns, and customers who leave without a word, against chains.

Confidence: the band is 4 standard errors. The standard errors are asserted too: 0.75 % of means and 0.0025 of
probabilities, a fifth of that in the long version.
"""

from __future__ import annotations

import numpy as np
import pytest

from ccsim.kinds import Outcome
from ccsim.log import Log
from tests.theory.conftest import Effort
from tests.theory.exact.conversations import ConversationDesk
from tests.theory.exact.silent import SilentLine
from tests.theory.journeys import Counted, World, of_queue, usual_counts, watch
from tests.theory.long_run import SECOND

pytestmark = pytest.mark.statistical


def count_sessions(log: Log) -> Counted:
    """The usual, session times and attention."""
    legs = of_queue(log, "threads")
    answered = legs["outcome"] == Outcome.ANSWERED
    session = np.where(answered, legs["ended_at"] - legs["answered_at"], 0) / SECOND
    attention = np.where(answered & (legs["work_us"] >= 0), legs["work_us"], 0) / SECOND
    return usual_counts(log, ("threads",)) | {
        "session_s": (legs["queued_at"], session),
        "attention_s": (legs["queued_at"], attention),
    }


def test_conversations_in_turns(short: Effort) -> None:
    """One agent with up to four open; three turns on average, with 25 s for an answer.

    With several agents it would matter which of those with as many open takes the next one: the one who has
    been so for longest, which the chain does not know.
    """
    desk = ConversationDesk(0.03, 15, 3.0, 25, 60, 1, (1.0, 1.2, 1.4, 1.5), 50)
    exact = desk.solve()
    world = World(
        queues={
            "threads": {
                "channel": "messaging",
                "talk": f"exponential mean {desk.talk_s:g}s",
                "patience": f"exponential mean {desk.patience_s:g}s",
            }
        },
        rates={"threads": desk.rate},
        groups={"team": {"headcount": desk.agents, "skills": ["threads"]}},
        more={
            "channels": {
                "messaging": {
                    "concurrency": len(desk.slowdown),
                    "slowdown": list(desk.slowdown),
                    "turns": {"mean": desk.turns, "reply": f"exponential mean {desk.reply_s:g}s"},
                }
            }
        },
    )
    got = watch(world, count_sessions, seed=3201, runs=short.runs(20))
    scale = short.scale
    got.ratio("threads: waiting", "threads: offered").check_probability(
        "P(wait)", exact.wait_probability, scale
    )
    got.ratio("threads: abandoned", "threads: offered").check_probability(
        "P(abandon)", exact.abandonment_rate, scale
    )
    got.ratio("threads: wait_s", "threads: offered").check_wait("E[W]", exact.mean_wait_s, scale)
    got.ratio("session_s", "threads: answered").check_wait("session", exact.session_s, scale)
    attention = got.ratio("attention_s", "threads: answered")
    attention.check_wait("attention a conversation", exact.busy / exact.finished, scale)


LINE = SilentLine(rate=0.18, talk_s=20, patience_s=30, agents=3, places=7, silent=0.5, found_out_s=8)


def count_silent(log: Log) -> Counted:
    """By outcome; who is gone keeps a place until an agent finds out."""
    legs = of_queue(log, "line")
    when, outcome = legs["queued_at"], legs["outcome"]
    begun = legs["answered_at"] >= 0
    silent = outcome == Outcome.SILENT
    found_out = np.where(silent & begun, legs["ended_at"] - legs["answered_at"], 0) / SECOND
    return usual_counts(log, ("line",)) | {
        "silent": (when, silent),
        "in line_s": (when, np.where(outcome == Outcome.BLOCKED, 0.0, legs["wait_s"])),
        "found out_s": (when, found_out),
    }


def test_silent_abandonment(short: Effort) -> None:
    """Half of those who give up say nothing; the agent takes 8 s on average to find out."""
    exact = LINE.solve()
    world = World(
        queues={
            "line": {
                "channel": "chat",
                "talk": f"exponential mean {LINE.talk_s:g}s",
                "patience": f"exponential mean {LINE.patience_s:g}s",
                "waiting_places": LINE.places,
            }
        },
        rates={"line": LINE.rate},
        groups={"team": {"headcount": LINE.agents, "skills": ["line"]}},
        more={
            "channels": {
                "chat": {
                    "silent_abandon": {
                        "share": f"{LINE.silent * 100:g}%",
                        "found_out_after": f"exponential mean {LINE.found_out_s:g}s",
                    }
                }
            }
        },
    )
    got = watch(world, count_silent, seed=3251, runs=short.runs(12))
    scale = short.scale
    entering = LINE.rate * (1 - exact.blocked)
    got.ratio("line: blocked", "line: offered").check_probability("P(blocked)", exact.blocked, scale)
    got.ratio("line: answered", "line: entered").check_probability("answered", exact.answered, scale)
    got.ratio("silent", "line: entered").check_probability("silent", exact.silent, scale)
    got.ratio("line: abandoned", "line: entered").check_probability("abandoned", exact.abandoned, scale)
    got.ratio("in line_s", "line: entered").check_wait("in line", exact.in_line / entering, scale)
    found = got.ratio("found out_s", "line: entered")
    found.check_wait("finding out", exact.finding_out / entering, 2 * scale)
