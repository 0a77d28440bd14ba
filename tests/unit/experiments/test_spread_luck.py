"""Antithetic and Sobol days: the same world in each replication, spread evenly over replications."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.stats

import ccsim
from ccsim.draws.streams import BLOCK_OF, Luck, Streams
from ccsim.experiments.sweep import run_plan

NAME = "calls/busyness"


def days_of(luck: Luck, replications: int, name: str = NAME, days: int = 5, seed: int = 1) -> Any:
    return np.array([Streams(seed, r, luck).day_factors(name, days) for r in range(replications)])


def test_plain_days_are_what_they_were() -> None:
    assert (Streams(1, 3).day_factors(NAME, 5) == Streams(1, 3).at(NAME).random(5)).all()


def test_antithetic_days_mirror_each_other() -> None:
    u = days_of("antithetic", 10)
    assert u[0::2] + u[1::2] == pytest.approx(1)
    assert len(np.unique(u[0::2].round(12))) == 25
    assert (u[0] == Streams(1, 0).at(NAME).random(5)).all()


def test_sixteen_sobol_replications_fill_sixteen_strata_a_day() -> None:
    u = days_of("qmc", 48)
    for block in (u[:16], u[16:32], u[32:]):
        assert (np.sort((block * 16).astype(int), axis=0) == np.arange(16)[:, None]).all()
    # the first two days together: one point in each of 16 cells of 4 x 4
    cells = (u[:16, 0] * 4).astype(int) * 4 + (u[:16, 1] * 4).astype(int)
    assert sorted(cells) == list(range(16))


@pytest.mark.parametrize("luck", ["antithetic", "qmc"])
def test_each_replication_is_uniform_and_streams_are_independent(luck: Luck) -> None:
    u, other = days_of(luck, 1600), days_of(luck, 1600, "chats/busyness")
    assert scipy.stats.kstest(u.ravel(), "uniform").pvalue > 0.001
    both = np.corrcoef(np.hstack([u, other]).T) - np.eye(10)
    assert np.abs(both).max() < 0.15  # 4 standard errors of 800 pairs


@pytest.mark.parametrize("luck", ["antithetic", "qmc"])
def test_more_days_leave_the_others_alone(luck: Luck) -> None:
    assert (days_of(luck, 20, days=5) == days_of(luck, 20, days=9)[:, :5]).all()


def center(**arrivals: Any) -> ccsim.Scenario:
    return ccsim.Scenario.from_dict(
        {
            "format": 1,
            "name": "busy",
            "time": {"start": "2026-03-02", "days": 2, "open": "08:00-18:00"},
            "queues": {
                "calls": {"arrivals": {"per_day": 200} | arrivals, "talk": "exponential mean 5m"},
            },
            "agent_groups": {"desk": {"headcount": 4, "skills": ["calls"], "shifts": {"day": "100%"}}},
            "shifts": {"day": {"hours": "08:00-18:00"}},
        }
    )


@pytest.mark.parametrize("luck", ["antithetic", "qmc"])
def test_only_busyness_moves(luck: Luck) -> None:
    """Where all days are alike every kind of luck gives the same Logs."""
    even = {"base": center()}
    plain, spread = (
        ccsim.Experiment(even, seed=2, replications=16, luck=kind).run().status["digest"].tolist()
        for kind in ("plain", luck)
    )
    assert plain == spread


@pytest.mark.parametrize(("luck", "factor"), [("antithetic", 1.5), ("qmc", 3.0)])
def test_the_mean_of_replications_varies_less(luck: Luck, factor: float) -> None:
    """60 experiments of 16 replications of the offered contacts of two days with cv 0.5."""
    from ccsim.compiler import compile_scenario
    from ccsim.draws import draw

    program = compile_scenario(center(daily_cv=0.5))

    def means(kind: Luck) -> list[float]:
        return [
            float(np.mean([len(draw(program, seed, r, kind).arrived_at) for r in range(16)]))
            for seed in range(60)
        ]

    plain, spread = np.var(means("plain"), ddof=1), np.var(means(luck), ddof=1)
    assert plain / spread > factor
    assert np.mean(means(luck)) == pytest.approx(400, abs=4 * (spread / 60) ** 0.5)


def test_intervals_count_blocks() -> None:
    cases = {"base": center(daily_cv=0.5), "more": center(daily_cv=0.5, growth="+10%")}
    study = ccsim.Experiment(cases, seed=2, replications=32, luck="antithetic").run()
    found = study.compare("offered").iloc[0]
    values = study.metrics("offered", by="replication").pivot(
        index="replication", columns="case", values="value"
    )
    pairs = (values["more"] - values["base"]).to_numpy().reshape(16, 2).mean(axis=1)
    half = scipy.stats.t.ppf(0.975, 15) * pairs.std(ddof=1) / 4
    assert found.high - found.difference == pytest.approx(half)
    alone = study.estimates("service_level")
    assert (alone["half_width"] > 0).all()


@pytest.mark.parametrize("luck", ["antithetic", "qmc"])
def test_replications_are_added_in_blocks_until_it_is_precise(luck: Luck, tmp_path: Path) -> None:
    block, scenario = BLOCK_OF[luck], center(daily_cv=0.5)
    wanted = {"offered": "+/- 4% of it"}
    experiment = ccsim.Experiment({"base": scenario}, seed=2, replications=block, luck=luck)
    study = experiment.run(precision=wanted | {"at_most": 400})
    found = study.precision(wanted).iloc[0]
    assert found["reached"]
    assert found["replications"] % block == 0
    data = {"name": "busy", "seed": 2, "replications": block, "measure": ["offered"], "luck": luck}
    plan = ccsim.Plan.from_dict(data | {"precision": wanted | {"at_most": 400}}, scenario=scenario)
    sweep, outcome = run_plan(plan, tmp_path / "out")
    assert outcome.done == found["replications"]
    one = sweep.estimates().iloc[0]
    assert (one["value"], one["half_width"]) == pytest.approx((found["value"], found["half_width"]))


def test_fewer_replications_are_precise_where_days_are_spread() -> None:
    counts = {}
    for luck in ("plain", "antithetic"):
        experiment = ccsim.Experiment({"base": center(daily_cv=0.5)}, seed=2, replications=20, luck=luck)
        study = experiment.run(precision={"offered": "+/- 6% of it", "at_most": 400})
        counts[luck] = study.runs["base"].replications
    assert counts["antithetic"] < 0.7 * counts["plain"]


def test_the_best_case_is_found_with_blocks() -> None:
    cases = {name: center(daily_cv=0.5, growth=more) for name, more in (("a", "+0%"), ("b", "+30%"))}
    experiment = ccsim.Experiment(cases, seed=1, replications=20, luck="antithetic")
    choice = experiment.best("asa", "1s", first=20)
    assert choice.best == "a"
    assert choice.replications % 2 == 0
    assert experiment.run().best("asa", "1s").best == "a"


def test_what_is_refused() -> None:
    cases = {"base": center()}
    with pytest.raises(ccsim.CcsimError, match=r"no luck 'antitetic'; did you mean antithetic\?"):
        ccsim.Experiment(cases, seed=1, luck="antitetic")  # type: ignore[arg-type]
    with pytest.raises(ccsim.CcsimError, match="blocks of 16: 10 is not a multiple"):
        ccsim.Experiment(cases, seed=1, luck="qmc")
    assert BLOCK_OF == {"plain": 1, "antithetic": 2, "qmc": 16}


def test_an_experiment_file_says_its_luck(tmp_path: Path) -> None:
    data = {"format": 1, "name": "busy", "seed": 2, "replications": 4, "measure": ["offered"]}
    plans = {
        luck: ccsim.Plan.from_dict(data | {"luck": luck}, scenario=center(daily_cv=0.5))
        for luck in ("plain", "antithetic")
    }
    tables = {luck: run_plan(plan, tmp_path / luck)[0].metrics() for luck, plan in plans.items()}
    experiment = ccsim.Experiment({"base": center(daily_cv=0.5)}, seed=2, replications=4, luck="antithetic")
    alone = experiment.run().metrics("offered", by="replication")
    assert tables["antithetic"]["value"].tolist() == alone["value"].tolist()
    assert tables["plain"]["value"].tolist() != alone["value"].tolist()
    with pytest.raises(ccsim.StoreError, match="different: luck"):
        run_plan(plans["antithetic"], tmp_path / "plain")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"luck": "anti"}, "no luck 'anti'"),
        ({"luck": "qmc", "replications": 10}, "in blocks of 16"),
    ],
)
def test_luck_that_does_not_go(more: dict[str, Any], message: str) -> None:
    data = {"format": 1, "name": "busy", "seed": 2, "replications": 4, "measure": ["asa"]} | more
    with pytest.raises(ccsim.ScenarioError, match=message):
        ccsim.Plan.from_dict(data, scenario=center())
