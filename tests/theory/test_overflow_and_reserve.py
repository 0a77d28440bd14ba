"""Overflow after a delay, and people held back for the important, against exact results.

With help that is always free, a fixed delay does to a line what fixed patience does: M/M/c+D, where those
who "give up" are taken by the others. A delay of next to nothing pools the groups, one of a day keeps them
apart.

Confidence: the band is 4 standard errors. The standard errors are asserted too: 0.75 % of mean waits and
0.0025 of probabilities, a fifth of that in the long version.
"""

from __future__ import annotations

import numpy as np
import pytest

from ccsim.kinds import Outcome
from ccsim.log import Log
from ccsim.theory import erlang_a
from tests.theory.conftest import Effort
from tests.theory.exact.general_patience import solve as solve_patience
from tests.theory.exact.reserve import Reserve
from tests.theory.journeys import Counted, World, of_queue, usual_counts, watch

pytestmark = pytest.mark.statistical

TALK_S = 20.0
TALK = {("line", "own"): TALK_S, ("line", "help"): TALK_S}


def count(log: Log) -> Counted:
    """The usual; who was helped by the second group, and the longest wait."""
    legs = of_queue(log, "line")
    helped = (legs["outcome"] == Outcome.ANSWERED) & (legs["group"] == log.labels.groups.index("help"))
    over = legs["wait_s"] > 10.0
    return usual_counts(log, ("line",)) | {
        "helped": (legs["queued_at"], helped),
        "helped early": (legs["queued_at"], helped & (legs["wait_s"] < 10.0)),
        "waited longer": (legs["queued_at"], over),
    }


def world(after: str, rate: float, own: int, help_: int, patience: str) -> World:
    """A queue, its own group, and one that helps after a delay."""
    return World(
        queues={"line": {"talk": f"exponential mean {TALK_S:g}s", "patience": patience}},
        rates={"line": rate},
        groups={
            "own": {"headcount": own, "skills": ["line"]},
            "help": {"headcount": help_, "skills": ["line"]},
        },
        more={"routing": {"overflow": [{"queue": "line", "after": after, "to": "help"}]}},
    )


@pytest.mark.parametrize("rate", [0.22, 0.32], ids=["busy", "overloaded"])
def test_overflow_to_people_who_are_free(short: Effort, rate: float) -> None:
    """Five agents; who has waited for 10 s is taken by one of many others: M/M/5+D."""
    exact = solve_patience(
        rate, TALK_S, 5, lambda x: (np.asarray(x) < 10.0) * 1.0, [0.5 * i for i in range(500)]
    )
    got = watch(world("10s", rate, 5, 60, "never"), count, seed=3001, runs=short.runs(8), talk_s=TALK)
    scale = short.scale
    got.ratio("line: waiting", "line: offered").check_probability("P(wait)", exact.wait_probability, scale)
    got.ratio("helped", "line: offered").check_probability("P(helped)", exact.abandonment_rate, scale)
    got.ratio("line: wait_s", "line: offered").check_wait("E[W]", exact.mean_wait_s, scale)
    assert got.total("helped early") == 0
    assert got.total("waited longer") == 0


@pytest.mark.parametrize(("after", "agents"), [("1ms", 7), ("20h", 4)], ids=["at once", "hardly ever"])
def test_overflow_at_once_pools_and_never_keeps_apart(short: Effort, after: str, agents: int) -> None:
    """Four agents and three who help; with a delay of 20 hours everybody has given up before."""
    exact = erlang_a(0.3, TALK_S, 40, agents)
    got = watch(
        world(after, 0.3, 4, 3, "exponential mean 40s"), count, seed=3041, runs=short.runs(8), talk_s=TALK
    )
    scale = short.scale
    got.ratio("line: abandoned", "line: offered").check_probability(
        "P(abandon)", exact.abandonment_rate, scale
    )
    got.ratio("line: wait_s", "line: offered").check_wait("E[W]", exact.mean_wait_s, scale * 1.5)
    assert (got.total("helped") > 0) == (agents == 7)


@pytest.mark.parametrize("keep", [1, 2])
def test_people_held_back(short: Effort, keep: int) -> None:
    """Eight agents, the last one or two only for important contacts."""
    model = Reserve((0.1, 0.25), (30.0, 30.0), 8, keep, TALK_S, (30, 60))
    exact = model.solve()
    scenario = World(
        queues={
            name: {
                "talk": f"exponential mean {TALK_S:g}s",
                "patience": "exponential mean 30s",
                "priority": 2 if name == "important" else 1,
            }
            for name in ("important", "other")
        },
        rates={"important": 0.1, "other": 0.25},
        groups={"team": {"headcount": 8, "skills": ["important", "other"]}},
        more={"routing": {"reserve": [{"group": "team", "keep": keep, "for": "important"}]}},
    )

    def both(log: Log) -> Counted:
        return usual_counts(log, ("important", "other"))

    talk = {("important", "team"): TALK_S, ("other", "team"): TALK_S}
    got = watch(scenario, both, seed=3081, runs=short.runs(24), talk_s=talk)
    for name, result in zip(("important", "other"), exact, strict=True):
        got.ratio(f"{name}: waiting", f"{name}: offered").check_probability(
            f"{name}: P(wait)", result.wait_probability, short.scale
        )
        got.ratio(f"{name}: abandoned", f"{name}: offered").check_probability(
            f"{name}: P(abandon)", result.abandonment_rate, short.scale
        )
        wide = 3.0 if name == "important" else 1.0  # important ones hardly wait
        got.ratio(f"{name}: wait_s", f"{name}: offered").check_wait(
            f"{name}: E[W]", result.mean_wait_s, short.scale * wide
        )
