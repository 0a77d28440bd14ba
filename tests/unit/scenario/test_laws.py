"""Phrases of laws read as their long form and write back; wrong ones say what is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from ccsim import distributions
from ccsim.scenario.laws import LawSpec

ADAPTER: TypeAdapter[Any] = TypeAdapter(LawSpec)

PHRASES = [
    ("exponential mean 4m", distributions.Exponential(240)),
    ("lognormal mean 5m20s cv 0.8", distributions.Lognormal(320, 0.8)),
    ("lognormal cv 0.8 mean 5m20s", distributions.Lognormal(320, 0.8)),
    ("Lognormal  mean 5 minutes 20 s  cv .8", distributions.Lognormal(320, 0.8)),
    ("gamma mean 9m cv 0.6", distributions.Gamma(540, 0.6)),
    ("weibull mean 3m shape 1.3", distributions.Weibull(180, 1.3)),
    ("fixed 40s", distributions.Fixed(40)),
    ("fixed 0s", distributions.Fixed(0)),
    ("uniform 1m to 3m", distributions.Uniform(60, 180)),
    ("never", distributions.Never()),
    (
        "5% balk, else exponential mean 4m",
        distributions.Mixture((0.05, 0.95), (distributions.Fixed(0), distributions.Exponential(240))),
    ),
    (
        "10% balk, 30% fixed 20s, else never",
        distributions.Mixture(
            (0.1, 0.3, 0.6), (distributions.Fixed(0), distributions.Fixed(20), distributions.Never())
        ),
    ),
    (
        "40% fixed 20s, 60% never",
        distributions.Mixture((0.4, 0.6), (distributions.Fixed(20), distributions.Never())),
    ),
]


@pytest.mark.parametrize(("phrase", "law"), PHRASES)
def test_phrases_give_their_law(phrase: str, law: distributions.Law) -> None:
    spec = ADAPTER.validate_python(phrase)
    assert spec.law() == law
    assert ADAPTER.validate_python(spec.phrase()) == spec
    assert ADAPTER.validate_python(ADAPTER.dump_python(spec, mode="json", by_alias=True)) == spec


def test_quantiles_start_at_zero_and_keep_the_tail() -> None:
    spec = ADAPTER.validate_python(
        {"law": "empirical", "quantiles": {"50%": "60s", "10%": "5s"}, "tail": "2m"}
    )
    assert spec.law() == distributions.Empirical((0.0, 0.1, 0.5), (0.0, 5.0, 60.0), 120.0)
    given = ADAPTER.validate_python({"law": "empirical", "quantiles": {"0%": "2s", "100%": "60s"}})
    assert given.law() == distributions.Empirical((0.0, 1.0), (2.0, 60.0), None)
    drawn = given.law().quantile(np.array([0.0, 0.5]))
    assert drawn.tolist() == [2.0, 31.0]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("40s", "'40s' is a time, not a law; write fixed 40s"),
        ("", "an empty text stands where a law belongs"),
        ("fixed", "fixed needs its value"),
        ("uniform 1m", "needs two times"),
        ("never ever", "never takes nothing after it"),
        ("exponential 4m", "'4m' is not understood after exponential"),
        ("exponential mean", "exponential needs mean"),
        ("exponential mean 4m mean 5m", "mean is named twice"),
        ("lognormal mean 4m cv high", "'high' is not understood"),
        ("lognormal mean 4m cv 0.8x", "cv '0.8x' is not a number"),
        ("5% balk", "add up to 5%"),
        ("else never", "no law 'else'"),
        ("else never, 5% balk", "'else never' is not understood"),
        ("60% balk, 60% never", "add up to 120%"),
        ("100% balk, else never", "nothing is left for else"),
        (True, "true stands where a law belongs"),
        (40, "needs a unit and a law"),
        ({}, "law is missing"),
        ({"law": "expo"}, "no law 'expo'"),
        ({"law": "empirical", "quantiles": {}}, "stands where quantiles belong"),
        ({"law": "empirical", "quantiles": {"0%": "0s"}}, "needs a quantile above 0%"),
        ({"law": "empirical", "quantiles": {"10%": "0s", "10.0%": "1s"}}, "10% is named twice"),
    ],
)
def test_wrong_laws_say_what_is_wrong(value: Any, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ADAPTER.validate_python(value)
    assert message in str(caught.value)
