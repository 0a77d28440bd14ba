"""The metrics of a journey, with their own confidence intervals, against exact values.

The intervals are asked for at a confidence of 0.99994, the share within 4 standard errors of a normal
variate, so each contains the exact value but for one run in 16,000; how narrow they are is asserted.
"""

from __future__ import annotations

import pytest

import ccsim
from tests.theory import test_chat
from tests.theory.exact.chat import ChatDesk
from tests.theory.journeys import World

pytestmark = pytest.mark.statistical


def check(world: World, expected: dict[str, float], *, days: int, seed: int, width: float) -> None:
    """Every interval holds its exact value, and is narrower than ``width`` times that."""
    scenario = world.scenario()
    scenario["time"]["days"] = days
    run = ccsim.simulate(ccsim.Scenario.from_dict(scenario), seed=seed, replications=20, engine="auto")
    table = run.metrics(list(expected), warm_up="6h", confidence=0.99994).set_index("metric")
    for name, value in expected.items():
        low, high = table.loc[name, "low"], table.loc[name, "high"]
        print(f"{name}: exact {value:.6g}, interval {low:.6g} .. {high:.6g}")
        assert low <= value <= high, name
        assert high - low < width * value, name


@pytest.mark.parametrize("most_loaded", [False, True], ids=["least loaded", "most loaded"])
def test_metrics_of_chats(most_loaded: bool) -> None:
    """Session, focus and concurrency-adjusted handle time; occupancy of agents and of slots."""
    desk = ChatDesk(0.13, 60, 90, 4, (1.0, 1.15, 1.35), most_loaded, 60)
    exact = desk.solve()
    expected = {
        "session_time": exact.session_s,
        "focus_time": exact.busy / exact.finished,
        "concurrency_adjusted_handle_time": exact.busy / exact.finished,
        "mean_concurrency": exact.chatting / exact.busy,
        "occupancy": exact.busy / desk.agents,
        "slot_occupancy": exact.chatting / desk.agents / desk.slots,
        "abandon_rate": exact.abandonment_rate,
        "mean_wait": exact.mean_wait_s,
        "queue_length": desk.rate * exact.mean_wait_s,
    }
    check(test_chat.world(desk), expected, days=4, seed=3501, width=0.12)


def test_metrics_of_returns() -> None:
    """70 % first-contact resolution is 1.43 contacts an issue, and 49 % of contacts are one and done."""
    world = World(
        queues={
            "line": {
                "talk": "exponential mean 3m",
                "patience": "never",
                "resolution": "70%",
                "after_unresolved": {"return": "100%", "delay": "exponential mean 5m", "at_most": 1000},
            }
        },
        rates={"line": 0.1},
        groups={"team": {"headcount": 60, "skills": ["line"]}},
    )
    expected = {"contacts_per_issue": 1 / 0.7, "one_and_done": 0.49, "fcr_true": 0.7}
    check(world, expected, days=4, seed=3551, width=0.04)
