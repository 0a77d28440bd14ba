"""Control variates: the mean of every control is known, intervals are right, and the factor is reported."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ccsim
from ccsim.compiler import compile_scenario
from ccsim.draws import draw
from ccsim.experiments import Study
from ccsim.experiments.comparing.control_variates import (
    controlled,
    controlled_table,
    expected_controls,
    surplus,
    usable,
    variance_of_arrivals,
)
from ccsim.experiments.keeping.rows import CellRow, Value
from ccsim.experiments.playing.measuring import controls

ROOT = Path(__file__).resolve().parents[3]
DATA: dict[str, Any] = {
    "format": 1,
    "name": "two",
    "time": {"start": "2026-03-02", "days": 1, "open": "08:00-18:00"},
    "queues": {
        "calls": {
            "arrivals": {"per_day": 300, "daily_cv": 0.2},
            "talk": "lognormal mean 5m cv 0.5",
            "wrap_up": "fixed 30s",
        },
        "chats": {"arrivals": {"per_day": 100}, "talk": "exponential mean 4m"},
    },
    "agent_groups": {"desk": {"headcount": 5, "skills": ["calls", "chats"], "shifts": {"day": "100%"}}},
    "shifts": {"day": {"hours": "08:00-18:00"}},
}


@pytest.fixture(scope="module")
def study() -> Study:
    return ccsim.Experiment({"base": ccsim.Scenario.from_dict(DATA)}, seed=5, replications=300).run()


def test_what_is_expected_is_known(study: Study) -> None:
    means = expected_controls(compile_scenario(study.runs["base"].scenario))
    assert means["calls"]["arrivals"] == pytest.approx(300)
    assert means["calls"]["offered_work_s"] == pytest.approx(300 * 330)
    assert means["chats"]["offered_work_s"] == pytest.approx(100 * 240)


def test_every_control_has_the_mean_0(study: Study) -> None:
    program = compile_scenario(study.runs["base"].scenario)
    variance = variance_of_arrivals(program)
    assert variance == pytest.approx(400 + 300**2 * 0.2**2)
    above = surplus(study.rows("asa", controls=True), expected_controls(program), variance)
    assert above.shape == (300, 4)
    error = above.std(axis=0, ddof=1) / 300**0.5
    assert (np.abs(above.mean(axis=0)) < 3.5 * error).all()


def test_the_variance_of_arrivals_of_several_queues_and_days() -> None:
    """Own and shared busyness, against 4,000 draws: within 5 standard errors of a variance."""
    data = copy.deepcopy(DATA) | {"busyness": {"daily_cv": 0.3}}
    data["time"]["days"] = 2
    program = compile_scenario(ccsim.Scenario.from_dict(data))
    counts = np.array([len(draw(program, 1, r).arrived_at) for r in range(4000)])
    one_day = 400 + 300**2 * (1.04 * 1.09 - 1) + (100**2 + 2 * 300 * 100) * 0.09
    assert variance_of_arrivals(program) == pytest.approx(2 * one_day)
    fourth = ((counts - counts.mean()) ** 4).mean()
    error = ((fourth - counts.var() ** 2) / 4000) ** 0.5
    assert abs(counts.var() - 2 * one_day) < 5 * error
    noisy = copy.deepcopy(DATA) | {"busyness": {"interval_cv": 0.1}}
    assert np.isnan(variance_of_arrivals(compile_scenario(ccsim.Scenario.from_dict(noisy))))


def test_what_is_expected_of_a_trace(tmp_path: Path) -> None:
    """Recorded contacts come for certain; what the record does not tell is expected by its law."""
    lines = ["arrived_at,queue,talk_s,wrap_up_s", "2026-03-02 08:00:12,calls,241,35",
             "2026-03-02 08:04:01,calls,610,80", "2026-03-02 08:19:30,calls,,"]  # fmt: skip
    (tmp_path / "calls.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    calls = {"arrivals": {"trace": "calls.csv"}, "talk": "exponential mean 5m", "wrap_up": "fixed 30s"}
    desk = {"headcount": 2, "skills": ["calls"], "shifts": {"day": "100%"}}
    data = DATA | {"queues": {"calls": calls}, "agent_groups": {"desk": desk}}
    found = expected_controls(compile_scenario(ccsim.Scenario.from_dict(data, folder=tmp_path)))
    assert found["calls"] == pytest.approx({"arrivals": 3, "offered_work_s": 241 + 35 + 610 + 80 + 330})


def test_what_is_expected_of_a_volume_file() -> None:
    """The forecasts with their own handle times, against the mean of 60 draws."""
    program = compile_scenario(ccsim.load(ROOT / "scenarios" / "calabrio_volumes.yaml"))
    drawn = [controls(program, draw(program, 1, r)) for r in range(60)]
    for queue, mean in expected_controls(program).items():
        for name, value in mean.items():
            seen = np.array([one[queue][name] for one in drawn])
            assert abs(seen.mean() - value) < 4 * seen.std(ddof=1) / 60**0.5


def test_a_value_that_follows_from_its_control_is_known_exactly() -> None:
    rng = np.random.default_rng(1)
    c = rng.normal(size=(40, 1))
    y = 7 + 3 * c[:, 0]
    found = controlled(np.array([y.mean()]), (y - y.mean())[None], c)
    assert found.values[0] == pytest.approx(7)
    assert found.half_widths[0] == pytest.approx(0, abs=1e-9)
    assert found.controls == 1


def test_the_interval_is_that_of_the_regression() -> None:
    """Intercept of one regressor, its standard error from squared residuals that were left out (HC3)."""
    rng = np.random.default_rng(2)
    c, n = rng.normal(size=50), 50
    y = 5 + 2 * c + rng.normal(size=n)
    found = controlled(np.array([y.mean()]), (y - y.mean())[None], c[:, None])
    slope = ((c - c.mean()) * (y - y.mean())).sum() / ((c - c.mean()) ** 2).sum()
    intercept = y.mean() - slope * c.mean()
    left = y - intercept - slope * c
    above = c - c.mean()
    leverage = 1 / n + above**2 / (above @ above)
    weight = 1 / n - c.mean() * above / (above @ above)
    error = ((left / (1 - leverage) * weight) ** 2).sum() ** 0.5
    usual = (left @ left / (n - 2) * (1 / n + c.mean() ** 2 / (above @ above))) ** 0.5
    assert error == pytest.approx(usual, rel=0.15)
    assert found.values[0] == pytest.approx(intercept)
    assert found.half_widths[0] == pytest.approx(2.0106 * error, rel=1e-4)  # t(0.975, 48)
    assert found.saved[0] == pytest.approx(y.var(ddof=1) / n / error**2)


def test_only_controls_that_say_something_are_used() -> None:
    rng = np.random.default_rng(3)
    c = rng.normal(size=(60, 2))
    doubled = np.column_stack([c[:, 0], 2 * c[:, 0], np.zeros(60), c[:, 1], c.sum(axis=1)])
    assert usable(doubled)[0].shape[1] == 2
    assert usable(c[:19])[0].shape[1] == 1  # ten replications a control
    assert usable(c[:9])[0].shape[1] == 0


def test_without_controls_the_plain_interval_remains() -> None:
    y = np.array([1.0, 2.0, 3.0, 4.0])
    found = controlled(np.array([2.5]), (y - 2.5)[None], np.empty((4, 0)))
    assert found.half_widths[0] == pytest.approx(3.182446 * y.std(ddof=1) / 2)  # t(0.975, 3)
    assert found.saved[0] == pytest.approx(1)


def test_the_factor_under_busy_days(study: Study) -> None:
    """With days of very different size much of the luck is how many come."""
    table = study.estimates(["service_level", "abandon_rate", "offered", "occupancy"]).set_index("metric")
    assert table.loc["offered", "value"] == pytest.approx(400)
    assert table.loc["offered", "half_width"] == pytest.approx(0, abs=1e-6)
    assert table.loc["occupancy", "variance_saved"] > 3
    assert table.loc["service_level", "variance_saved"] > 3
    assert table.loc["abandon_rate", "variance_saved"] > 3
    plain = study.metrics("service_level").iloc[0]
    assert table.loc["service_level", "plain"] == pytest.approx(plain["value"])
    assert table.loc["service_level", "half_width"] < (plain["high"] - plain["low"]) / 2


def test_by_queue_and_from_rows(study: Study) -> None:
    table = study.estimates("service_level", by="queue")
    assert set(table["queue"]) == {"all", "calls", "chats"}
    with pytest.raises(ccsim.CcsimError, match="what is expected at base:0 is not known"):
        controlled_table(study.rows("service_level", controls=True), {})


def test_controls_come_with_rows_of_a_sweep() -> None:
    row = CellRow("", "a", 1, 0, values=(Value((), "asa", 1.0, 1.0),),
                  controls={"q": {"arrivals": 12, "offered_work_s": 30.0}})  # fmt: skip
    means = {
        "q": {"arrivals": 10.0, "offered_work_s": 40.0},
        "never": {"arrivals": 0.0, "offered_work_s": 0.0},
    }
    assert surplus([row], means).tolist() == [[2.0, -10.0]]
