"""Callbacks that keep their place against the chain of the line.

Confidence: the band is 4 standard errors. The standard errors are asserted too: 0.75 % of mean waits and
0.0025 of probabilities, a fifth of that in the long version.
"""

from __future__ import annotations

import numpy as np
import pytest

from ccsim.kinds import Outcome
from ccsim.log import Log
from tests.theory.conftest import Effort
from tests.theory.exact.callbacks import CallbackLine
from tests.theory.journeys import Counted, World, of_queue, usual_counts, watch
from tests.theory.long_run import SECOND

pytestmark = pytest.mark.statistical

# told (n + 1) x 21 s / 3 = 7 s, 14 s, 21 s, 28 s ... where n wait: an offer over 25 s is one from n = 3
LINE = CallbackLine(
    rate=0.17,
    talk_s=21.0,
    patience_s=40.0,
    agents=3,
    places=7,
    offered_from=3,
    accept=0.4,
    dial_s=5.0,
    no_answer=0.1,
)


def world(attempts: int) -> World:
    return World(
        queues={
            "line": {
                "talk": f"exponential mean {LINE.talk_s:g}s",
                "patience": f"exponential mean {LINE.patience_s:g}s",
                "waiting_places": LINE.places,
                "callback": {
                    "when_wait_over": "25s",
                    "accept": f"{LINE.accept * 100:g}%",
                    "no_answer": f"{LINE.no_answer * 100:g}%",
                    "attempts": attempts,
                    "again_after": "exponential mean 2m",
                    "dial": f"exponential mean {LINE.dial_s:g}s",
                },
            }
        },
        rates={"line": LINE.rate},
        groups={"team": {"headcount": LINE.agents, "skills": ["line"]}},
    )


def count(log: Log) -> Counted:
    """The usual, callbacks apart; a callback waits until the agent dials."""
    legs = of_queue(log, "line")
    callback, when = legs["dials"] != 0, legs["queued_at"]
    plain = (legs["outcome"] == Outcome.ANSWERED) & ~callback
    talk = (legs["talk_ended_at"] - legs["answered_at"]) / SECOND
    return usual_counts(log, ("line",)) | {
        "talk beyond expectation": (when, np.where(plain, talk - LINE.talk_s, 0.0)),
        "callbacks": (when, callback),
        "offers": (when, callback | (legs["callback_declined"] == 1)),
        "callback wait_s": (when, np.where(callback, legs["wait_s"], 0.0)),
        "dials": (when, np.where(callback, legs["dials"], 0)),
        "unreached": (when, legs["outcome"] == Outcome.UNREACHED),
        "callbacks given up": (when, callback & (legs["outcome"] == Outcome.ABANDONED)),
    }


def test_callbacks_keep_their_place(short: Effort) -> None:
    """Offered where three or more wait; one attempt; nobody gives up while waiting offline."""
    exact = LINE.solve()
    got = watch(world(attempts=1), count, seed=2501, runs=short.runs(8))
    scale = short.scale
    got.ratio("line: blocked", "line: offered").check_probability("P(blocked)", exact.blocked, scale)
    got.ratio("line: waiting", "line: entered").check_probability("P(wait)", exact.wait_probability, scale)
    got.ratio("callbacks", "line: entered").check_probability("callbacks", exact.accepted, scale)
    offered = exact.accepted / LINE.accept  # three or more wait: arrivals see time averages
    got.ratio("offers", "line: entered").check_probability("offers", offered, scale)
    got.ratio("callbacks", "offers").check_probability("accepted", LINE.accept, scale)
    got.ratio("line: abandoned", "line: entered").check_probability("P(abandon)", exact.abandoned, scale)
    got.ratio("unreached", "line: entered").check_probability("unreached", exact.unreached, scale)
    # a customer who is not reached waits until the dialling is over
    dialled = exact.unreached * LINE.dial_s
    got.ratio("line: wait_s", "line: entered").check_wait("E[W]", exact.waited_s + dialled, scale)
    waited = exact.callback_waited_s + LINE.no_answer * LINE.dial_s
    got.ratio("callback wait_s", "callbacks").check_wait("E[W], callbacks", waited, scale)
    assert got.total("callbacks given up") == 0
    assert got.total("dials") == got.total("callbacks")


def test_attempts_are_geometric(short: Effort) -> None:
    """Up to three calls, a tenth of them not picked up: 1.11 dials, and one in 1,000 unreached."""
    miss = LINE.no_answer
    got = watch(world(attempts=3), count, seed=2551, runs=short.runs(8))
    got.plain("dials", "callbacks").check("dials", 1 + miss + miss**2, error=0.002)
    got.plain("unreached", "callbacks").check("unreached", miss**3, error=0.0005)
