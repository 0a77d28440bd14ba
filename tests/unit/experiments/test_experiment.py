"""Cases share their luck; differences are paired; the result does not depend on the workers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.stats

import ccsim
from ccsim.draws import Draws
from ccsim.experiments import Study, experiment

DATA: dict[str, Any] = {
    "format": 1,
    "name": "two",
    "time": {"start": "2026-03-02", "days": 2, "open": "08:00-18:00"},
    "queues": {
        "support": {"arrivals": {"per_day": 300}, "talk": "exponential mean 5m"},
        "sales": {"arrivals": {"per_day": 200}, "talk": "exponential mean 4m"},
    },
    "agent_groups": {
        "desk": {"headcount": 4, "skills": ["support", "sales"], "shifts": {"day": "100%"}},
    },
    "shifts": {"day": {"hours": "08:00-18:00"}},
}


def cases() -> dict[str, ccsim.Scenario]:
    base = ccsim.Scenario.from_dict(DATA)
    return {"base": base, "more": base.override({"agent_groups.desk.headcount": 5})}


@pytest.fixture(scope="module")
def study() -> Study:
    return ccsim.Experiment(cases(), seed=7, replications=12).run()


def test_a_difference_is_that_of_the_two_values(study: Study) -> None:
    table = study.compare(["service_level", "offered", "wait_p90"], by="queue")
    assert list(table.columns[:3]) == ["case", "queue", "metric"]
    assert set(table["case"]) == {"more"}
    values = study.metrics(["service_level", "offered", "wait_p90"], by="queue").set_index(
        ["case", "queue", "metric"]
    )["value"]
    for row in table.itertuples():
        assert row.base == values["base", row.queue, row.metric]
        assert row.value == values["more", row.queue, row.metric]
        assert row.difference == pytest.approx(row.value - row.base)


def test_the_same_customers_come_in_every_case(study: Study) -> None:
    table = study.compare("offered", to="base")
    assert table[["difference", "low", "high"]].to_numpy().tolist() == [[0.0, 0.0, 0.0]]


def test_a_count_has_the_paired_t_interval(study: Study) -> None:
    """By hand: mean and standard error of twelve differences, t(0.975, 11) = 2.200985."""
    row = study.compare("abandoned").iloc[0]
    per_replication = study.metrics("abandoned", by="replication").pivot(
        index="replication", columns="case", values="value"
    )
    differences = (per_replication["more"] - per_replication["base"]).to_numpy()
    half = 2.200985 * differences.std(ddof=1) / np.sqrt(12)
    assert row.difference == pytest.approx(differences.mean())
    assert row.high - row.difference == pytest.approx(half, rel=1e-6)
    apart = per_replication.var(ddof=1).sum()
    assert row.variance_saved == pytest.approx(apart / differences.var(ddof=1))


def test_replications_without_a_contact_count_as_zero_and_have_no_quantile() -> None:
    base = ccsim.Scenario.from_dict(DATA).override(
        {
            "queues.support.arrivals.per_day": 12,
            "queues.support.patience": "never",
            "queues.support.talk.mean": "20m",
            "queues.sales.arrivals.per_day": 0,
            "agent_groups.desk.headcount": 1,
            "time.days": 1,
        }
    )
    rare = {"base": base, "slow": base.override({"queues.support.talk.mean": "40m"})}
    study = ccsim.Experiment(rare, seed=3, replications=40).run()
    by = ["queue", "interval"]
    found = study.compare(["offered", "longest_wait"], by=by).set_index([*by, "metric"])
    runs = study.metrics(["offered", "longest_wait"], by=[*by, "replication"])
    wide = runs.pivot(index=["case", "replication"], columns=[*by, "metric"], values="value")
    differences = wide.loc["slow"] - wide.loc["base"]
    checked = 0
    for cell in found.index:
        if cell[-1] == "longest_wait":
            both = differences[cell].dropna()
            if not 3 < len(both) < 40 or wide[cell].notna().groupby("case").sum().nunique() > 1:
                continue  # a mean over the same replications in both cases
            checked += both.std() > 0
            assert found.loc[cell, "difference"] == pytest.approx(both.mean())
            off = ((both - both.mean()) ** 2).sum() / len(both) ** 2 * 40 / 39
            half = scipy.stats.t.ppf(0.975, 39) * np.sqrt(off)
            assert found.loc[cell, "high"] - found.loc[cell, "difference"] == pytest.approx(half)
        else:
            assert found.loc[cell, "difference"] == pytest.approx(0)
    assert checked > 5


def test_a_ratio_has_the_delta_method_interval(study: Study) -> None:
    row = study.compare("service_level").iloc[0]
    table = study.metrics("service_level", by="replication")
    z = {}
    for case, own in table.groupby("case"):
        d = own["weight"].to_numpy()
        n = own["value"].to_numpy() * d
        z[case] = (n - n.sum() / d.sum() * d) / d.mean()
    error = np.sqrt(((z["more"] - z["base"]) ** 2).sum() / (12 * 11))
    assert row.high - row.low == pytest.approx(2 * 2.200985 * error, rel=1e-6)


def test_sharing_luck_narrows_the_difference(study: Study) -> None:
    assert (study.compare(["service_level", "asa"])["variance_saved"] > 3).all()


@pytest.mark.parametrize(("engine", "workers"), [("compiled", 2), ("simpy", 1), ("simpy", 2)])
def test_engine_and_workers_change_nothing(study: Study, engine: str, workers: int) -> None:
    again = ccsim.Experiment(cases(), seed=7, replications=3, engine=engine).run(workers=workers)
    mine = study.status[study.status["replication"] <= 3]
    assert again.status["digest"].tolist() == mine["digest"].tolist()
    assert again.status["case"].tolist() == ["base"] * 3 + ["more"] * 3


def test_a_case_equals_a_run_of_its_own(study: Study) -> None:
    alone = ccsim.simulate(cases()["more"], seed=7, replications=2)
    assert study.runs["more"].digests[:2] == alone.digests


def test_progress_counts_every_replication() -> None:
    seen: list[tuple[int, int]] = []
    ccsim.Experiment(cases(), seed=1, replications=2).run(progress=lambda done, of: seen.append((done, of)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_failed_replication_is_a_row_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    real = experiment.draw

    def sometimes(program: Any, seed: int, replication: int, luck: Any) -> Draws:
        if replication == 1 and len(program.agent_pool) == 5:
            raise RuntimeError("the disk caught fire")
        return real(program, seed, replication, luck)

    monkeypatch.setattr(experiment, "draw", sometimes)
    study = ccsim.Experiment(cases(), seed=1, replications=3).run()
    failed = study.status[study.status["status"] == "failed"]
    assert failed[["case", "replication", "error"]].to_numpy().tolist() == [
        ["more", 2, "RuntimeError: the disk caught fire"]
    ]
    assert study.runs["more"].replications == 2
    with pytest.raises(ccsim.CcsimError, match="replications of more failed"):
        study.compare("asa")


def test_one_replication_has_differences_without_intervals() -> None:
    row = ccsim.Experiment(cases(), seed=1, replications=1).run().compare("asa").iloc[0]
    assert np.isfinite(row.difference)
    assert np.isnan(row.low)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cases": {}, "seed": 1}, "at least one case"),
        ({"cases": None, "seed": -1}, "0 or more"),
        ({"cases": None, "seed": 1, "replications": 0}, "at least one replication"),
    ],
)
def test_what_makes_no_experiment(arguments: dict[str, Any], message: str) -> None:
    given = cases() if arguments.pop("cases") is None else {}
    with pytest.raises(ccsim.CcsimError, match=message):
        ccsim.Experiment(given, **arguments)


def test_an_unknown_case_gets_a_hint(study: Study) -> None:
    with pytest.raises(ccsim.CcsimError, match=r"no case 'bsae'; did you mean base\?"):
        study.compare("asa", to="bsae")


def test_a_study_says_itself(study: Study) -> None:
    lines = str(study).splitlines()
    assert lines[0] == "2 cases, 12 replications each, seed 7"
    assert lines[1].startswith("base: service level")
