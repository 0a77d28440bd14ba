"""Laws of durations as the user writes them: a phrase, ``lognormal mean 5m20s cv 0.8``, or its long form."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, model_validator

from ccsim import distributions, units
from ccsim.scenario.fields import (
    Cv,
    Duration,
    Part,
    PositiveDuration,
    Says,
    Share,
    WeibullShape,
    read_duration,
    read_share,
    said,
)
from ccsim.scenario.phrases import PHRASES, phrase_to_map, unknown_law
from ccsim.units import SECOND


class ExponentialSpec(Part):
    """Memoryless."""

    kind: Literal["exponential"] = Field(
        alias="law", description="Memoryless; the plain choice for patience."
    )
    mean: PositiveDuration = Field(description="Mean. Required.", examples=["4m"])

    def law(self) -> distributions.Law:
        return distributions.Exponential(self.mean / SECOND)

    def phrase(self) -> str:
        return f"exponential mean {units.format_duration(self.mean)}"


class LognormalSpec(Part):
    """The shape of most handle times."""

    kind: Literal["lognormal"] = Field(alias="law", description="Skewed; the shape of most handle times [A].")
    mean: PositiveDuration = Field(description="Mean. Required.", examples=["5m20s"])
    cv: Cv = Field(description="Standard deviation over mean, above 0. Required.", examples=[0.8])

    def law(self) -> distributions.Law:
        return distributions.Lognormal(self.mean / SECOND, self.cv)

    def phrase(self) -> str:
        return f"lognormal mean {units.format_duration(self.mean)} cv {units.plain_number(self.cv)}"


class GammaSpec(Part):
    """Steadier than exponential below cv 1, wilder above."""

    kind: Literal["gamma"] = Field(alias="law", description="Steadier than exponential for cv below 1.")
    mean: PositiveDuration = Field(description="Mean. Required.", examples=["9m"])
    cv: Cv = Field(description="Standard deviation over mean, above 0. Required.", examples=[0.6])

    def law(self) -> distributions.Law:
        return distributions.Gamma(self.mean / SECOND, self.cv)

    def phrase(self) -> str:
        return f"gamma mean {units.format_duration(self.mean)} cv {units.plain_number(self.cv)}"


class WeibullSpec(Part):
    """Hazard that grows (shape above 1) or falls (below 1)."""

    kind: Literal["weibull"] = Field(alias="law", description="Hazard that grows or falls with time.")
    mean: PositiveDuration = Field(description="Mean. Required.", examples=["3m"])
    shape: WeibullShape = Field(
        description="1 is exponential, above 1 people give up ever faster. Required.", examples=[1.3]
    )

    def law(self) -> distributions.Law:
        return distributions.Weibull(self.mean / SECOND, self.shape)

    def phrase(self) -> str:
        return f"weibull mean {units.format_duration(self.mean)} shape {units.plain_number(self.shape)}"


class FixedSpec(Part):
    """Always the same."""

    kind: Literal["fixed"] = Field(alias="law", description="Always the same.")
    value: Duration = Field(description="The one value. Required.", examples=["40s"])

    def law(self) -> distributions.Law:
        return distributions.Fixed(self.value / SECOND)

    def phrase(self) -> str:
        return f"fixed {units.format_duration(self.value)}"


class UniformSpec(Part):
    """Equally likely between two bounds."""

    kind: Literal["uniform"] = Field(alias="law", description="Equally likely between two bounds.")
    low: Duration = Field(description="The least value. Required.", examples=["1m"])
    high: PositiveDuration = Field(description="The largest value. Required.", examples=["3m"])

    @model_validator(mode="after")
    def bounds_ascend(self) -> UniformSpec:
        if self.high <= self.low:
            low, high = units.format_duration(self.low), units.format_duration(self.high)
            raise ValueError(f"uniform {low} to {high}: the second time must be the longer one")
        return self

    def law(self) -> distributions.Law:
        return distributions.Uniform(self.low / SECOND, self.high / SECOND)

    def phrase(self) -> str:
        return f"uniform {units.format_duration(self.low)} to {units.format_duration(self.high)}"


class NeverSpec(Part):
    """A customer who waits for ever."""

    kind: Literal["never"] = Field(alias="law", description="Does not come: nobody gives up.")

    def law(self) -> distributions.Law:
        return distributions.Never()

    def phrase(self) -> str:
        return "never"


QuantilePoints = tuple[tuple[float, int], ...]


def read_quantiles(value: Any) -> QuantilePoints:
    """(share, microseconds) ascending, of a map from percent to time; 0% is 0s unless given."""
    if isinstance(value, tuple):
        return value
    if not isinstance(value, dict) or not value:
        raise ValueError(
            f"{said(value)} stands where quantiles belong; write {{10%: 5s, 50%: 60s, 90%: 10m}}"
        )
    points = sorted((read_share(key), read_duration(item)) for key, item in value.items())
    if points[0][0] > 0:
        points.insert(0, (0.0, 0))
    for (low, before), (high, after) in pairwise(points):
        if low == high:
            raise ValueError(f"{units.format_share(high)} is named twice")
        if after < before:
            raise ValueError(
                f"the value at {units.format_share(high)} ({units.format_duration(after)}) is below the one "
                f"at {units.format_share(low)} ({units.format_duration(before)})"
            )
    if points[-1][0] <= 0:
        raise ValueError("needs a quantile above 0%, e.g. 50%: 60s")
    return tuple(points)


def write_quantiles(points: QuantilePoints) -> dict[str, str]:
    """The long form of quantiles."""
    return {units.format_share(share): units.format_duration(value) for share, value in points}


class EmpiricalSpec(Part):
    """Straight lines between quantiles taken from data."""

    kind: Literal["empirical"] = Field(alias="law", description="From quantiles of data.")
    quantiles: Annotated[
        QuantilePoints,
        PlainValidator(read_quantiles),
        PlainSerializer(write_quantiles, return_type=dict[str, str]),
        Says(
            "map of shares to times",
            "percent: time",
            {"type": "object", "additionalProperties": {"type": "string"}},
        ),
    ] = Field(
        description="Share of durations up to each value; straight lines between; 0% is 0s unless given.",
        examples=[{"10%": "5s", "50%": "60s", "90%": "10m"}],
    )
    tail: PositiveDuration | None = Field(
        None,
        description="Beyond the last quantile below 100%, an exponential with this mean. "
        "Default none: the rest sits at the last value.",
    )

    def law(self) -> distributions.Law:
        return distributions.Empirical(
            tuple(share for share, _ in self.quantiles),
            tuple(value / SECOND for _, value in self.quantiles),
            None if self.tail is None else self.tail / SECOND,
        )

    def phrase(self) -> str:
        points = ", ".join(f"{share}: {value}" for share, value in write_quantiles(self.quantiles).items())
        tail = "" if self.tail is None else f", tail {units.format_duration(self.tail)}"
        return f"empirical {{{points}}}{tail}"


class MixturePart(Part):
    """One of the laws of a mixture."""

    share: Share = Field(description="How many follow this law. Required.", examples=["5%"])
    law: LawSpec = Field(description="The law of these. Required.", examples=["fixed 0s"])


class MixtureSpec(Part):
    """One of several laws, chosen by share."""

    kind: Literal["mixture"] = Field(alias="law", description="One of several laws, chosen by share.")
    parts: list[MixturePart] = Field(
        min_length=1, description="Shares and laws; the shares add up to 100%. Required."
    )

    @model_validator(mode="after")
    def shares_add_up(self) -> MixtureSpec:
        total = sum(part.share for part in self.parts)
        if abs(total - 1) > 1e-9:
            raise ValueError(f"the shares add up to {_rounded_share(total)}, not 100%")
        return self

    def law(self) -> distributions.Law:
        return distributions.Mixture(
            tuple(part.share for part in self.parts), tuple(part.law.law() for part in self.parts)
        )

    def phrase(self) -> str:
        *first, last = self.parts
        words = [f"{units.format_share(part.share)} {part.law.phrase()}" for part in first]
        words = [word.replace(" fixed 0s", " balk") for word in words]
        return ", ".join([*words, f"else {last.law.phrase()}"])


def _rounded_share(share: float) -> str:
    return f"{units.plain_number(round(share * 100, 6))}%"


SPECS = (
    ExponentialSpec,
    LognormalSpec,
    GammaSpec,
    WeibullSpec,
    FixedSpec,
    UniformSpec,
    NeverSpec,
    EmpiricalSpec,
    MixtureSpec,
)


def long_form(value: Any) -> Any:
    """The long form of a phrase; maps and specs pass, anything else is a complaint with a way out."""
    if isinstance(value, SPECS):
        return value
    if isinstance(value, str):
        return phrase_to_map(value)
    if isinstance(value, dict):
        name = value.get("law")
        if name is None:
            raise ValueError("law is missing; write e.g. law: exponential")
        if not isinstance(name, str) or name not in PHRASES:
            raise ValueError(unknown_law(str(name)))
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(f"'{value}' needs a unit and a law, e.g. fixed 40s, or exponential mean 4m")
    raise ValueError(f"{said(value)} stands where a law belongs, e.g. exponential mean 4m")


AnyLaw = (
    ExponentialSpec
    | LognormalSpec
    | GammaSpec
    | WeibullSpec
    | FixedSpec
    | UniformSpec
    | NeverSpec
    | EmpiricalSpec
    | MixtureSpec
)
LawSpec = Annotated[
    AnyLaw,
    Field(discriminator="kind"),
    BeforeValidator(long_form),
    Says(
        "law",
        "e.g. lognormal mean 5m20s cv 0.8",
        {"type": "string", "examples": [phrase for law, phrase in PHRASES.items() if law != "empirical"]},
        beside=True,
    ),
]

MixturePart.model_rebuild()
MixtureSpec.model_rebuild()
