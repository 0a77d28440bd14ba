"""An offer to change to another queue, against the chain of both lines.

Confidence: the band is 4 standard errors. The standard errors are asserted too: 0.75 % of mean waits and
0.0025 of probabilities, a fifth of that in the long version.
"""

from __future__ import annotations

import pytest

from ccsim.kinds import Outcome
from ccsim.log import Log
from tests.theory.conftest import Effort
from tests.theory.exact.deflection import Deflection
from tests.theory.journeys import Counted, World, of_queue, usual_counts, watch

pytestmark = pytest.mark.statistical

# told (n + 1) x 20 s / 4 where n wait: over 12 s from n = 2 on
LINES = Deflection((0.22, 0.06), (20, 25), (30, 40), (4, 3), 2, 0.4, (50, 50))


def count(log: Log) -> Counted:
    """The usual; who was deflected did not wait in the first line."""
    first = of_queue(log, "calls")
    deflected = first["outcome"] == Outcome.DEFLECTED
    out = usual_counts(log, ("calls", "chats"))
    out["deflected"] = (first["queued_at"], deflected)
    out["stayed"] = (first["queued_at"], ~deflected)
    out["stayed and waited"] = (
        first["queued_at"],
        ~deflected & ~((first["outcome"] == Outcome.ANSWERED) & (first["wait_s"] == 0)),
    )
    return out


def test_deflection(short: Effort) -> None:
    """Two fifths of those who would wait for more than 12 s change over."""
    exact = LINES.solve()
    world = World(
        queues={
            "calls": {
                "talk": "exponential mean 20s",
                "patience": "exponential mean 30s",
                "deflection": {"to": "chats", "when_wait_over": "12s", "share": "40%"},
            },
            "chats": {"talk": "exponential mean 25s", "patience": "exponential mean 40s"},
        },
        rates={"calls": 0.22, "chats": 0.06},
        groups={
            "phone": {"headcount": 4, "skills": ["calls"]},
            "chat": {"headcount": 3, "skills": ["chats"]},
        },
    )
    talk = {("calls", "phone"): 20.0, ("chats", "chat"): 25.0}
    got = watch(world, count, seed=3401, runs=short.runs(28), talk_s=talk)
    scale = short.scale
    got.ratio("deflected", "calls: offered").check_probability("deflected", exact.deflected, scale)
    for i, (name, waited, whole) in enumerate(
        (("calls", "stayed and waited", "stayed"), ("chats", "chats: waiting", "chats: offered"))
    ):
        got.ratio(waited, whole).check_probability(f"{name}: P(wait)", exact.wait_probability[i], scale)
        gone = got.ratio(f"{name}: abandoned", whole)
        gone.check_probability(f"{name}: P(abandon)", exact.abandoned[i], scale)
        got.ratio(f"{name}: wait_s", whole).check_wait(f"{name}: E[W]", exact.mean_wait_s[i], scale)
