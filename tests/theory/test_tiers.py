"""Two tiers: a Jackson network, and the chain of two tiers that both lose customers.

Confidence: the band is 4 standard errors. The standard errors are asserted too: 0.75 % of mean waits and
0.0025 of probabilities, a fifth of that in the long version.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from ccsim.kinds import Entry
from ccsim.log import Log
from tests.theory.conftest import Effort
from tests.theory.exact.tiers import TwoTiers, WarmTiers
from tests.theory.journeys import Counted, World, of_queue, usual_counts, watch
from tests.theory.long_run import DAY, SECOND, stopped_waiting_at

pytestmark = pytest.mark.statistical

EVERY_S = 20  # seconds between two looks at both lines


def world(tiers: TwoTiers) -> World:
    """The same tiers as a scenario."""

    def patience(tier: int) -> str:
        mean = tiers.patience_s[tier]
        return f"exponential mean {mean:g}s" if mean < np.inf else "never"

    return World(
        queues={
            "first": {
                "talk": f"exponential mean {tiers.handle_s[0]:g}s",
                "patience": patience(0),
                "escalation": {"to": "second", "share": f"{tiers.share * 100:g}%"},
            },
            "second": {"talk": f"exponential mean {tiers.handle_s[1]:g}s", "patience": patience(1)},
        },
        rates={"first": tiers.rates[0], "second": tiers.rates[1]},
        groups={
            "tier1": {"headcount": tiers.agents[0], "skills": ["first"], "tier": 1},
            "tier2": {"headcount": tiers.agents[1], "skills": ["second"], "tier": 2},
        },
    )


def count(log: Log) -> Counted:
    """The usual, referrals, and how often somebody waits in both tiers at once."""
    second = of_queue(log, "second")
    looks = np.arange(0, log.labels.days * DAY, EVERY_S * SECOND, dtype=np.int64)
    in_both = (_waiting(log, "first", looks) > 0) & (_waiting(log, "second", looks) > 0)
    return usual_counts(log, ("first", "second")) | {
        "referred": (second["queued_at"], second["entry"] == Entry.ESCALATED),
        "looks": (looks, 1.0),
        "in both": (looks, in_both),
    }


def _waiting(log: Log, queue: str, looks: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """How many wait in a queue at each look."""
    legs = of_queue(log, queue)
    came, left = np.sort(legs["queued_at"]), np.sort(stopped_waiting_at(legs))
    return np.searchsorted(came, looks, "right") - np.searchsorted(left, looks, "right")


TALK = {("first", "tier1"): 20.0, ("second", "tier2"): 25.0}


def test_jackson_network(short: Effort) -> None:
    """Each tier is M/M/c, and at any moment independent of the other."""
    tiers = TwoTiers((0.16, 0.02), (5, 3), (20, 25), 0.3)
    one, two = tiers.product_form()
    got = watch(world(tiers), count, seed=2301, runs=short.runs(32), talk_s=TALK)
    scale = short.scale
    for name, line in (("first", one), ("second", two)):
        wait = got.ratio(f"{name}: waiting", f"{name}: offered")
        wait.check_probability(f"{name}: P(wait)", line.wait_probability, scale)
        got.ratio(f"{name}: wait_s", f"{name}: offered").check_wait(
            f"{name}: E[W]", line.mean_wait_s, 2 * scale
        )
    both = float(one.shares[6:].sum() * two.shares[4:].sum())
    got.ratio("in both", "looks").check_probability("somebody waits in both", both, scale)
    got.ratio("referred", "first: answered").check_probability("referred", tiers.share, scale)


def test_two_tiers_that_lose_customers(short: Effort) -> None:
    """Tier 1 is overloaded; what it lets through to tier 2 is not Poisson."""
    tiers = TwoTiers((0.28, 0.03), (5, 3), (20, 25), 0.4, (30, 40))
    one, two, both = tiers.solve()
    got = watch(world(tiers), count, seed=2351, runs=short.runs(12), talk_s=TALK)
    scale = short.scale
    for name, tier in (("first", one), ("second", two)):
        wait = got.ratio(f"{name}: waiting", f"{name}: offered")
        wait.check_probability(f"{name}: P(wait)", tier.wait_probability, scale)
        gone = got.ratio(f"{name}: abandoned", f"{name}: offered")
        gone.check_probability(f"{name}: P(abandon)", tier.abandonment_rate, scale)
        got.ratio(f"{name}: wait_s", f"{name}: offered").check_wait(f"{name}: E[W]", tier.mean_wait_s, scale)
    got.ratio("in both", "looks").check_probability("somebody waits in both", both, scale)
    offered = got.ratio("second: offered", "first: offered")
    offered.check_probability("tier 2 by tier 1", two.offered / tiers.rates[0], scale)


def test_warm_hand_overs(short: Effort) -> None:
    """The first agent stays until the next one answers; both explain the case for 10 s on average."""
    tiers = WarmTiers(0.2, (6, 3), (20, 25), 10, 0.3, (30, 40), 60)
    one, two, held = tiers.solve()
    scenario = World(
        queues={
            "first": {
                "talk": "exponential mean 20s",
                "patience": "exponential mean 30s",
                "escalation": {"to": "second", "share": "30%", "handover": "exponential mean 10s"},
            },
            "second": {"talk": "exponential mean 25s", "patience": "exponential mean 40s"},
        },
        rates={"first": tiers.rate},
        groups={
            "tier1": {"headcount": 6, "skills": ["first"], "tier": 1},
            "tier2": {"headcount": 3, "skills": ["second"], "tier": 2},
        },
    )
    got = watch(scenario, count, seed=2381, runs=short.runs(18))
    scale = short.scale
    for name, tier in (("first", one), ("second", two)):
        wait = got.ratio(f"{name}: waiting", f"{name}: offered")
        wait.check_probability(f"{name}: P(wait)", tier.wait_probability, scale)
        gone = got.ratio(f"{name}: abandoned", f"{name}: offered")
        gone.check_probability(f"{name}: P(abandon)", tier.abandonment_rate, scale)
        got.ratio(f"{name}: wait_s", f"{name}: offered").check_wait(
            f"{name}: E[W]", tier.mean_wait_s, 1.5 * scale
        )
    # an agent who stays is one for each customer who waits for tier 2
    stays = got.ratio("second: wait_s", "first: offered")
    stays.check_wait("agents who stay", held / tiers.rate, scale * 1.5)


def diagnosing(rate: float, diagnosis: float, talk: float, approval: float) -> World:
    """One agent who refers the hardest quarter and may not do all of the rest alone; seconds."""
    return World(
        queues={
            "first": {
                "talk": f"exponential mean {talk:g}s",
                "patience": "never",
                "escalation": {
                    "to": "second",
                    "above": "75%",
                    "diagnosis": f"exponential mean {diagnosis:g}s",
                },
                "authority": {
                    "needs": {"1": "70%", "2": "30%"},
                    "without": "approve",
                    "approval": f"exponential mean {approval:g}s",
                },
            },
            "second": {"talk": "exponential mean 25s", "patience": "never"},
        },
        rates={"first": rate},
        groups={
            "tier1": {"headcount": 1, "skills": ["first"], "tier": 1, "authority": 1},
            "tier2": {"headcount": 9, "skills": ["second"], "tier": 2},
        },
    )


def test_referred_after_a_diagnosis(short: Effort) -> None:
    """One agent: the hardest quarter is referred after a diagnosis, 30 % of the rest need an approval.

    Handle times are a mixture; the mean wait is Pollaczek and Khinchine's.
    """
    rate, diagnosis, talk, approval = 0.04, 8.0, 15.0, 10.0
    mean = 0.25 * diagnosis + 0.75 * (talk + 0.3 * approval)
    square = 0.25 * 2 * diagnosis**2 + 0.75 * (2 * talk**2 + 0.3 * (2 * approval**2 + 2 * talk * approval))
    exact = rate * square / 2 / (1 - rate * mean)
    scenario = diagnosing(rate, diagnosis, talk, approval)

    def with_handle_times(log: Log) -> Counted:
        legs = of_queue(log, "first")
        handle = np.where(legs["answered_at"] >= 0, legs["ended_at"] - legs["answered_at"], 0) / SECOND
        begun = legs["answered_at"] >= 0
        return count(log) | {
            "begun": (legs["queued_at"], begun),
            "handle_s": (legs["queued_at"], handle),
            "handle beyond expectation": (legs["queued_at"], np.where(begun, handle - mean, 0.0)),
        }

    got = watch(scenario, with_handle_times, seed=2391, runs=short.runs(24))
    scale = short.scale
    got.plain("handle_s", "begun").check_wait("handle time", mean, scale)
    got.ratio("referred", "first: offered").check_probability("referred", 0.25, scale)
    wait = got.ratio("first: waiting", "first: offered")
    wait.check_probability("P(wait)", rate * mean, scale)
    got.ratio("first: wait_s", "first: offered").check_wait("E[W]", exact, scale)
