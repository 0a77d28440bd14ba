"""Pareto fronts: who is efficient, who is dominated, and how sure that is."""

from __future__ import annotations

import numpy as np
import pytest

import ccsim
from ccsim.experiments.answering.pareto import efficient, front_sentence, pareto
from ccsim.experiments.keeping.rows import CellRow, Value


def test_the_front_by_hand() -> None:
    values = np.array([[1.0, 5.0], [2.0, 6.0], [2.0, 4.0], [1.0, 5.0], [3.0, np.nan]])
    # the first column is better low, the second high
    assert efficient(values, np.array([False, True])).tolist() == [True, True, False, True, False]


def rows(means: dict[str, tuple[float, float]], noise: float, shared: float = 0.05) -> list[CellRow]:
    rng = np.random.default_rng(1)
    luck = rng.normal(size=(20, 2)) * shared
    found = []
    for case, (cost, level) in means.items():
        for r in range(20):
            values = (
                Value((), "cost", cost + 10 * luck[r, 0] + noise * rng.normal(), 1.0),
                Value((), "service_level", level + luck[r, 1] + noise * 0.01 * rng.normal(), 100.0),
            )
            found.append(CellRow("", case, 0, r, values=values))
    return found


def test_a_case_that_is_worse_in_both_is_surely_dominated() -> None:
    made = rows({"cheap": (10, 0.8), "good": (14, 0.9), "bad": (15, 0.7)}, noise=0.1)
    table = pareto(made, ["cost", "service_level"]).set_index("case")
    assert table["efficient"].tolist() == [True, True, False]
    assert table.loc["bad", "surely"]
    assert table.loc["bad", "dominated_by"] in ("cheap:0", "good:0")
    assert not table.loc["cheap", "surely"]
    assert front_sentence(table, ["cost", "service_level"]).startswith(
        "2 of 3 are on the front of cost and service level; 1 other is"
    )


def test_what_luck_may_have_done_is_not_sure() -> None:
    table = pareto(
        rows({"a": (10, 0.8), "b": (10, 0.8), "c": (10, 0.8)}, noise=1.0), ["cost", "service_level"]
    )
    assert not table["surely"].any()


def test_objectives_need_a_better_end() -> None:
    made = rows({"a": (10, 0.8)}, noise=0.1)
    with pytest.raises(ccsim.CcsimError, match="say whether occupancy is better higher or lower"):
        pareto(made, ["occupancy"])
    with pytest.raises(ccsim.CcsimError, match=r"fcr_true was not measured"):
        pareto(made, ["fcr_true"])
    with pytest.raises(ccsim.CcsimError, match="at least one objective"):
        pareto(made, [])
    turned = pareto(rows({"a": (10, 0.8), "b": (12, 0.8)}, noise=0.1), {"cost": "higher"})
    assert turned["efficient"].tolist() == [False, True]


def test_a_study_has_a_front() -> None:
    base = ccsim.Scenario.from_dict(
        {
            "format": 1,
            "name": "desk",
            "time": {"start": "2026-03-02", "days": 1, "open": "08:00-18:00"},
            "queues": {"calls": {"arrivals": {"per_day": 300}, "talk": "exponential mean 5m"}},
            "agent_groups": {
                "desk": {"headcount": 4, "skills": ["calls"], "shifts": {"day": "100%"}, "cost": "20/h"}
            },
            "shifts": {"day": {"hours": "08:00-18:00"}},
        }
    )
    slow = {"agent_groups.desk.headcount": 5, "queues.calls.talk.mean": "9m"}
    cases = {
        "four": base,
        "five": base.override({"agent_groups.desk.headcount": 5}),
        "five, slow": base.override(slow),
    }
    table = ccsim.Experiment(cases, seed=1, replications=10).run().pareto(["cost", "service_level"])
    assert table["case"].tolist() == ["four", "five", "five, slow"]
    assert table["efficient"].tolist() == [True, True, False]
    assert table["surely"].tolist() == [False, False, True]
    assert table["dominated_by"].tolist()[2] in ("four", "five")
