"""Differences from stored rows and from a Study agree; many comparisons keep their level."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

import ccsim
from ccsim.experiments import Study
from ccsim.experiments.comparing.comparison import compare_rows
from ccsim.experiments.comparing.multiple import holm, pooled_error, tukey_p, tukey_t, two_sided
from ccsim.experiments.comparing.saying import (
    change_text,
    difference_sentence,
    is_plural,
    saved_sentence,
    signed_range,
    value_text,
)
from ccsim.experiments.keeping.rows import CellRow, Value


def desk(headcount: int) -> ccsim.Scenario:
    return ccsim.Scenario.from_dict(
        {
            "format": 1,
            "name": "desk",
            "time": {"start": "2026-03-02", "days": 1, "open": "08:00-18:00"},
            "queues": {
                "calls": {"arrivals": {"per_day": 300}, "talk": "exponential mean 5m"},
                "chats": {"arrivals": {"per_day": 60}, "talk": "exponential mean 4m"},
            },
            "agent_groups": {
                "desk": {"headcount": headcount, "skills": ["calls", "chats"], "shifts": {"day": "100%"}}
            },
            "shifts": {"day": {"hours": "08:00-18:00"}},
        }
    )


@pytest.fixture(scope="module")
def study() -> Study:
    cases = {"base": desk(4), "more": desk(5), "less": desk(3)}
    return ccsim.Experiment(cases, seed=7, replications=10).run()


def row(case: str, replication: int, value: float, weight: float = 1.0, **more: object) -> CellRow:
    values = (Value((), str(more.pop("metric", "service_level")), value, weight),)
    return CellRow("", case, int(more.pop("point", 0)), replication, values=values)  # type: ignore[call-overload]


def test_stored_rows_say_what_the_study_says(study: Study) -> None:
    names, by = ["service_level", "offered", "occupancy"], ["queue"]
    rows = compare_rows(study.rows(names, by), to="base", by=by)
    whole = rows[rows["queue"] == "all"].set_index(["case", "metric"])
    for found in study.compare(names, to="base").itertuples():
        stored = whole.loc[(found.case, found.metric)]
        for column in ("base", "value", "difference", "low", "high"):
            assert stored[column] == pytest.approx(getattr(found, column), rel=1e-9, abs=1e-12)
        assert stored["variance_saved"] == pytest.approx(found.variance_saved, nan_ok=True)
    cells = rows[rows["queue"] == "calls"].set_index(["case", "metric"])
    one = study.compare("service_level", to="base", by="queue").set_index(["case", "queue"])
    assert cells.loc[("more", "service_level"), "high"] == pytest.approx(one.loc[("more", "calls"), "high"])


def test_replications_that_one_side_lacks_do_not_count() -> None:
    rows = [row("a", r, 0.5 + 0.01 * r) for r in range(6)] + [row("b", r, 0.6 + 0.02 * r) for r in range(4)]
    found = compare_rows(rows).iloc[0]
    gaps = np.array([0.1 + 0.01 * r for r in range(4)])
    assert found["replications"] == 4
    assert found["difference"] == pytest.approx(gaps.mean())
    half = scipy.stats.t.ppf(0.975, 3) * gaps.std(ddof=1) / 2
    assert found["high"] - found["difference"] == pytest.approx(half)


def test_points_are_compared_with_the_same_point_or_with_one_of_them() -> None:
    rows = [
        row(case, r, 0.1 * point + (0.05 if case == "b" else 0) + 0.001 * r, point=point)
        for case in "ab"
        for point in (1, 2, 3)
        for r in range(3)
    ]
    table = compare_rows(rows)
    assert table[["case", "point"]].to_numpy().tolist() == [["b", 1], ["b", 2], ["b", 3]]
    assert table["difference"].to_numpy() == pytest.approx(0.05)
    table = compare_rows(rows, to="a:2")
    assert len(table) == 5
    assert table.iloc[0][["case", "point"]].tolist() == ["a", 1]
    assert table.iloc[0]["difference"] == pytest.approx(-0.1)
    only = [one for one in rows if one.case == "a"]
    assert compare_rows(only)["point"].tolist() == [2, 3]


@pytest.mark.parametrize(
    ("to", "message"), [("bse", r"did you mean base\?"), ("base:9", "no point 9"), ("x", "there is: base")]
)
def test_what_cannot_be_compared_with(to: str, message: str) -> None:
    rows = [row(case, r, 0.5) for case in ("base", "more") for r in range(2)]
    with pytest.raises(ccsim.CcsimError, match=message):
        compare_rows(rows, to=to)


def test_holm_by_hand() -> None:
    """Four tests: 4 x 0.01, 3 x 0.02, then never below the one before; nan is no test."""
    found = holm(np.array([0.04, 0.01, np.nan, 0.02, 0.9]))
    assert found[[1, 3, 0, 4]] == pytest.approx([0.04, 0.06, 0.08, 0.9])
    assert np.isnan(found[2])


def test_a_difference_that_never_varies_is_sure() -> None:
    p = two_sided(np.array([0.0, 1.0, 2.0]), np.array([0.0, 0.0, 1.0]), 9)
    assert p == pytest.approx([1.0, 0.0, 2 * scipy.stats.t.sf(2, 9)])
    assert tukey_p(np.array([0.0, 1.0]), np.array([0.0, 0.0]), 3, 9) == pytest.approx([1.0, 0.0])


def test_tukey_is_the_table_value() -> None:
    """q(0.95; 3, 10) = 3.877 (any table of the studentized range)."""
    assert tukey_t(0.95, 3, 10) == pytest.approx(3.877 / 2**0.5, abs=1e-3)


def test_many_comparisons_widen_the_intervals_and_name_every_pair(study: Study) -> None:
    plain = study.compare("service_level", to="base").set_index("case")
    by_holm = study.compare("service_level", to="base", multiple="holm").set_index("case")
    assert (by_holm["high"] - by_holm["low"] > plain["high"] - plain["low"]).all()
    pairs = study.compare("service_level", multiple="tukey")
    assert sorted(map(tuple, pairs[["case", "to"]].to_numpy())) == [
        ("less", "base"),
        ("less", "more"),
        ("more", "base"),
    ]
    assert pairs["different"].all()
    assert list(plain.columns) == ["metric", "base", "value", "difference", "low", "high", "variance_saved"]
    with pytest.raises(ccsim.CcsimError, match="no correction 'scheffe'"):
        study.compare("service_level", multiple="scheffe")  # type: ignore[arg-type]


def equal_cases(rng: np.random.Generator) -> list[CellRow]:
    shared = rng.normal(size=12)
    return [row(str(c), r, shared[r] + rng.normal(), metric="offered") for c in range(6) for r in range(12)]


def test_holm_finds_nothing_in_95_of_100_families() -> None:
    """400 experiments with six equal cases: with single t tests a fifth would find a difference."""
    rng, families = np.random.default_rng(3), 400
    tables = [compare_rows(equal_cases(rng), multiple="holm") for _ in range(families)]
    false = sum(bool(table["different"].any()) for table in tables)
    assert false / families <= 0.05 + 3 * (0.05 * 0.95 / families) ** 0.5
    touching = [(table["low"] <= 0) & (table["high"] >= 0) for table in tables]
    assert sum(bool(all(one)) for one in touching) >= families - false


def test_tukey_finds_nothing_in_95_of_100_families() -> None:
    """All 15 pairs of six equal cases with shared luck; 4,000 families, 3 standard errors both ways."""
    rng, families, n = np.random.default_rng(4), 4000, 12
    t = tukey_t(0.95, 6, 5 * (n - 1))
    false = 0
    for _ in range(families):
        x = rng.normal(size=n) + rng.normal(size=(6, n))
        means = x.mean(axis=1)
        error = pooled_error([(line - line.mean())[None] for line in x])[0]
        false += np.ptp(means) > t * error
    assert abs(false / families - 0.05) <= 3 * (0.05 * 0.95 / families) ** 0.5


def test_tukey_of_two_cases_is_the_paired_t_test() -> None:
    rows = [one for one in equal_cases(np.random.default_rng(5)) if one.case in "01"]
    plain, tukey = compare_rows(rows).iloc[0], compare_rows(rows, multiple="tukey").iloc[0]
    assert tukey["to"] == "0:0"
    assert tukey[["low", "high"]].tolist() == pytest.approx(plain[["low", "high"]].tolist(), rel=1e-6)


def test_a_sentence_for_an_email() -> None:
    found = {"case": "one more", "metric": "service_level", "base": 0.905, "value": 0.942,
             "difference": 0.037, "low": 0.034, "high": 0.04}  # fmt: skip
    assert difference_sentence(found, "base", 0.95) == (
        "With one more instead of base the service level rises by 3.7 points "
        "(95% interval 3.4 to 4.0), from 90.5% to 94.2%."
    )
    unsure = difference_sentence(found | {"low": -0.01}, "base", 0.95, "queue calls")
    assert unsure == (
        "With one more instead of base no difference in service level of queue calls can be told: "
        "94.2% and 90.5% (95% interval -1.0 to 4.0 points)."
    )
    fewer = found | {"metric": "retries", "base": 50.0, "value": 47.9, "difference": -2.1,
                     "low": -3.0, "high": -1.0}  # fmt: skip
    assert difference_sentence(fewer, "base", 0.999, change="With 9 instead of 8 agents") == (
        "With 9 instead of 8 agents the retries fall by 2.1 contacts (99.9% interval 1 to 3), "
        "from 50 contacts to 47.9 contacts."
    )
    same = found | {"difference": 0.0, "low": 0.0, "high": 0.0}
    assert difference_sentence(same, "base", 0.95).endswith("the service level stays the same: 90.5%.")
    assert "cannot say" in difference_sentence(found | {"low": np.nan}, "base", 0.95)
    nothing = found | {"metric": "asa", "value": np.nan, "difference": np.nan, "low": np.nan, "high": np.nan}
    assert "nothing can be said about the average speed" in difference_sentence(nothing, "base", 0.95)


@pytest.mark.parametrize(
    ("metric", "several"),
    [("service_level", False), ("retries", True), ("contacts_per_issue", True), ("cost_of_agents", False),
     ("self_service_success", False), ("attempts_per_fresh_contact", True), ("offered", False),
     ("sl_excl_abandons_within_T", False), ("days_at_target", True)],
)  # fmt: skip
def test_one_measure_rises_and_several_rise(metric: str, several: bool) -> None:
    assert is_plural(metric) is several


def test_what_the_luck_saved_is_said_of_its_measure() -> None:
    said = saved_sentence(9.96, "service_level", 3)
    assert said.startswith(
        "Sharing the luck made the variance of the 3 differences in service level typically 10.0 times"
    )
    assert saved_sentence(0.9, "asa").startswith(
        "Sharing the luck did not make the variance of the difference in"
    )
    assert saved_sentence(float("nan"), "asa") == ""


def test_both_ends_of_a_difference_are_signed() -> None:
    assert signed_range("service_level", 0.034, 0.039) == "+3.4 to +3.9 points"
    assert signed_range("asa", -2.3, 1.0) == "-2.3 to +1 s"
    assert signed_range("cost", -200.0, 100.0) == "-200 to +100"
    assert signed_range("asa", float("nan"), 1.0) == "-"


def test_values_are_said_in_their_unit() -> None:
    assert value_text("service_level", 0.9051) == "90.5%"
    assert value_text("asa", 5.714) == "5.7 s"
    assert value_text("offered", 3100.0) == "3,100 contacts"
    assert change_text("service_level", -0.0367) == "3.7 points"
    assert value_text("asa", float("nan")) == "nothing"


def test_a_study_says_its_differences(study: Study) -> None:
    lines = study.sentences("service_level", to="base").splitlines()
    assert lines[0].startswith("With more instead of base the service level rises by ")
    assert lines[-1].startswith("Sharing the luck made the variance")


def test_a_hundred_and_a_hundred_and_four_agents() -> None:
    """Shared luck makes the variance of the difference at least ten times smaller."""
    data = desk(100).canonical()
    data["queues"] = {
        "calls": {
            "arrivals": {"per_day": 14_400, "daily_cv": 0.1},
            "talk": "exponential mean 4m",
            "patience": "exponential mean 3m",
        }
    }
    data["agent_groups"]["desk"]["skills"] = ["calls"]
    base = ccsim.Scenario.from_dict(data)
    cases = {"100": base, "104": base.override({"agent_groups.desk.headcount": 104})}
    found = ccsim.Experiment(cases, seed=1, replications=24).run().compare("service_level").iloc[0]
    assert found.low > 0
    assert found.variance_saved > 10
