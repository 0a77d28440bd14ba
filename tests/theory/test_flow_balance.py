"""Redials and reconnects: offered = fresh + p x abandoned + q x unresolved, and how often an issue comes.

Ding et al. (2013), "Estimation of call centers' volumes with redials and reconnects": who leaves either out
gets the volume wrong. With shares of 0 and 100 % the balance holds to the last contact, else in
expectation.

Confidence: the band is 4 standard errors. The standard errors are asserted too: 0.0025 of probabilities, a
fifth of that in the long version.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ccsim
from ccsim.kinds import Cause, Outcome
from ccsim.log import Log
from tests.theory.conftest import Effort
from tests.theory.estimate import Estimate
from tests.theory.exact.returns import (
    contacts_per_issue,
    ranks,
    resolved_in_the_end,
    share_by_complexity,
)
from tests.theory.journeys import Counted, World, watch
from tests.theory.long_run import DAY

pytestmark = pytest.mark.statistical

NOT_SERVED = (Outcome.ABANDONED, Outcome.BALKED, Outcome.BLOCKED, Outcome.SILENT)


def world(retry: str, again: str, resolution: Any, agents: int = 5, **more: Any) -> World:
    """An overloaded line with redials and reconnects."""
    return World(
        queues={
            "line": {
                "talk": "exponential mean 20s",
                "patience": "exponential mean 20s",
                "after_abandon": {"retry": retry, "delay": "exponential mean 5m", "at_most": 1000},
                "resolution": resolution,
                "after_unresolved": {"return": again, "delay": "exponential mean 10m", "at_most": 1000},
                **more,
            }
        },
        rates={"line": 0.2},
        groups={"team": {"headcount": agents, "skills": ["line"]}},
    )


def logs(world: World, *, seed: int, days: int) -> Log:
    """One run of so many days."""
    scenario = world.scenario()
    scenario["time"]["days"] = days
    return ccsim.simulate(ccsim.Scenario.from_dict(scenario), seed=seed, engine="auto").logs[0]


def tally(log: Log) -> dict[str, int]:
    """Contacts by cause, the unserved, the unresolved, and what would have come after the end."""
    cause, outcome = log.column("contacts", "cause"), log.legs["outcome"]
    return {
        "fresh": int((cause == Cause.FRESH).sum()),
        "retries": int((cause == Cause.RETRY).sum()),
        "returns": int((cause == Cause.RETURN).sum()),
        "unserved": int(np.isin(outcome, NOT_SERVED).sum()),
        "unresolved": int((log.column("contacts", "resolved") == 2).sum()),
        "pending": int(log.issues["pending"].sum()) if log.issues else 0,
    }


@pytest.mark.parametrize(("retry", "again"), [("100%", "0%"), ("0%", "100%"), ("100%", "100%"), ("0%", "0%")])
def test_the_balance_is_exact_with_certain_shares(retry: str, again: str) -> None:
    agents = 9 if retry == again == "100%" else 5  # everybody comes until it works: it has to work
    got = tally(logs(world(retry, again, "60%", agents), seed=2601, days=2))
    came = (got["unserved"] if retry == "100%" else 0) + (got["unresolved"] if again == "100%" else 0)
    assert got["retries"] + got["returns"] + got["pending"] == came
    assert got["unserved"] > 500
    assert got["unresolved"] > 1500
    assert (got["retries"] > 0) == (retry == "100%")
    assert (got["returns"] > 0) == (again == "100%")
    if got["retries"] == 0:
        assert got["returns"] <= got["unresolved"] <= got["returns"] + got["pending"] or again == "0%"


def test_every_later_contact_has_a_reason() -> None:
    """A retry follows an unserved contact of the same issue, a return an unresolved one; never two."""
    log = logs(world("50%", "60%", "60%"), seed=2611, days=3)
    cause, after = log.column("contacts", "cause"), log.column("contacts", "after")
    later = np.flatnonzero(cause != Cause.FRESH)
    assert len(np.unique(after[later])) == len(later)
    assert (log.contacts["issue"][after[later]] == log.contacts["issue"][later]).all()
    assert (log.contacts["contact"][after[later]] + 1 == log.contacts["contact"][later]).all()
    assert (log.contacts["arrived_at"][after[later]] < log.contacts["arrived_at"][later]).all()
    outcome = np.full(len(cause), -1)
    outcome[log.legs["contact_row"]] = log.legs["outcome"]
    assert np.isin(outcome[after[cause == Cause.RETRY]], NOT_SERVED).all()
    assert (log.column("contacts", "resolved")[after[cause == Cause.RETURN]] == 2).all()


def count(log: Log) -> Counted:
    """What followed belongs to the batch of the contact that it followed from."""
    cause, after = log.column("contacts", "cause"), log.column("contacts", "after")
    came = log.contacts["arrived_at"]
    unserved = np.zeros(len(cause), dtype=bool)
    unserved[log.legs["contact_row"][np.isin(log.legs["outcome"], NOT_SERVED)]] = True
    retried, returned = np.zeros(len(cause), dtype=bool), np.zeros(len(cause), dtype=bool)
    retried[after[cause == Cause.RETRY]] = True
    returned[after[cause == Cause.RETURN]] = True
    return {
        "contacts": (came, 1.0),
        "fresh": (came, cause == Cause.FRESH),
        "unserved": (came, unserved),
        "retried": (came, retried),
        "unresolved": (came, log.column("contacts", "resolved") == 2),
        "answered": (came, ~unserved),
        "returned": (came, returned),
    }


def test_the_balance_in_expectation(short: Effort) -> None:
    """40 % of the unserved redial, 60 % of the unresolved reconnect, 70 % are resolved."""
    got = watch(world("40%", "60%", "70%"), count, seed=2621, runs=short.runs(8))
    got.plain("retried", "unserved").check_probability("p", 0.4, short.scale * 1.5)
    got.plain("returned", "unresolved").check_probability("q", 0.6, short.scale * 1.5)
    got.plain("unresolved", "answered").check_probability("unresolved", 0.3, short.scale)
    # offered = fresh + p x abandoned + q x unresolved, within a batch but for those under way at its ends
    expected = got.sums["fresh"] + 0.4 * got.sums["unserved"] + 0.6 * got.sums["unresolved"]
    balance = Estimate.of(got.sums["contacts"], expected)
    balance.check("offered by fresh + p x abandoned + q x unresolved", 1.0, error=0.0015 * short.scale)


def issues(log: Log) -> Counted:
    """Of issues that began before the last day: contacts, and how they ended."""
    came = log.contacts["arrived_at"][: len(log.issues["outcome"])]
    early = came < (log.labels.days - 1) * DAY
    number = np.bincount(log.contacts["issue"], minlength=len(came))
    resolved = np.bincount(
        log.contacts["issue"], weights=log.column("contacts", "resolved") == 1, minlength=len(came)
    )
    first = log.column("contacts", "resolved")[: len(came)] == 1
    return {
        "issues": (came[early], 1.0),
        "contacts": (came[early], number[early]),
        "resolved": (came[early], resolved[early] > 0),
        "resolved at once": (came[early], first[early]),
    }


RETURNS = {"delay": "exponential mean 5m"}


def ample(resolution: Any, returns: dict[str, Any]) -> World:
    """So many agents that nobody waits."""
    return World(
        queues={
            "line": {
                "talk": "exponential mean 20s",
                "patience": "never",
                "resolution": resolution,
                "after_unresolved": returns,
            }
        },
        rates={"line": 0.5},
        groups={"team": {"headcount": 60, "skills": ["line"]}},
    )


def test_contacts_of_an_issue(short: Effort) -> None:
    """70 % first-contact resolution and everybody comes back: 1.43 contacts, 49 % one and done."""
    scenario = ample("70%", {"return": "100%", "at_most": 1000, **RETURNS})
    got = watch(scenario, issues, seed=2641, runs=short.runs(8))
    scale = short.scale
    got.plain("contacts", "issues").check("contacts an issue", 1 / 0.7, error=0.001 * scale)
    got.plain("resolved at once", "contacts").check_probability("one and done", 0.49, scale)
    got.plain("resolved at once", "issues").check_probability("first contact", 0.70, scale)
    assert got.total("resolved") == got.total("issues")


@pytest.mark.parametrize("slope", [0.0, 3.0])
def test_returns_by_complexity(short: Effort, slope: float) -> None:
    """90 % come back, five times at most; hard issues are resolved less often, again and again."""
    chance = share_by_complexity(0.7, slope)
    assert len(chance) == len(ranks())
    scenario = ample({"share": "70%", "complexity": slope}, {"return": "90%", "at_most": 5, **RETURNS})
    got = watch(scenario, issues, seed=2661, runs=short.runs(8))
    scale = short.scale
    contacts = float(np.mean(contacts_per_issue(chance, 0.9, 5)))
    resolved = float(np.mean(resolved_in_the_end(chance, 0.9, 5)))
    got.plain("contacts", "issues").check("contacts an issue", contacts, error=0.001 * scale)
    got.plain("resolved", "issues").check_probability("resolved in the end", resolved, scale)
    got.plain("resolved at once", "issues").check_probability("first contact", 0.70, scale)
