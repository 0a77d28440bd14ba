"""How customers score what happened to them: points added up after the run, from the Log."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PlainSerializer, PlainValidator, model_validator

from ccsim.scenario.fields import Part, Says, Share, number, said

Score = Annotated[float, *number("a score", -1000, 1000, "points of the scale")]
Scale = tuple[float, float]


def read_scale(value: Any) -> Scale:
    """Lowest and highest score of ``[1, 5]``."""
    if (
        not isinstance(value, list | tuple)
        or len(value) != 2
        or any(isinstance(item, bool) or not isinstance(item, int | float) for item in value)
    ):
        raise ValueError(f"{said(value)} is not a scale; write the lowest and the highest score, e.g. [1, 5]")
    low, high = (float(item) for item in value)
    if not -1000 <= low < high <= 1000:
        raise ValueError("the second score of a scale must be the higher one, and both within -1000 to 1000")
    return low, high


ScaleField = Annotated[
    Scale,
    PlainValidator(read_scale),
    PlainSerializer(list, return_type=list[float]),
    Says(
        "list of two numbers",
        "lowest and highest score",
        {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2, "examples": [[1, 5]]},
    ),
]


class Satisfaction(Part):
    """Scores of customers; each part is added, and the sum is kept within the scale."""

    scale: ScaleField = Field(
        (1.0, 5.0), description="Lowest and highest score. Default 1 to 5 [J].", examples=[[1, 5]]
    )
    base: Score = Field(
        4.5,
        description="Score when all goes well and nobody waits. Default 4.5 [J].",
        examples=[4.5],
    )
    per_minute_waited: Score = Field(
        0.0, description="Added for each minute waited. Default 0 [J].", examples=[-0.12]
    )
    escalated: Score = Field(
        0.0, description="Added when the contact was escalated. Default 0 [J].", examples=[-0.4]
    )
    contained: Score = Field(
        0.0, description="Added when it ended in a bot or self-service. Default 0 [J].", examples=[-0.1]
    )
    repeat: Score = Field(
        0.0,
        description="Added for each earlier contact about the issue. Default 0 [J].",
        examples=[-0.7],
    )
    abandoned: Score = Field(
        0.0, description="Added when the customer gave up. Default 0 [J].", examples=[-2.5]
    )
    survey_response: Share = Field(
        0.1,
        description="Share of the customers who answer a survey. Default 10% [J].",
        examples=["14%"],
    )

    @model_validator(mode="after")
    def base_is_on_the_scale(self) -> Satisfaction:
        if not self.scale[0] <= self.base <= self.scale[1]:
            raise ValueError(f"base {self.base:g} is not on the scale {self.scale[0]:g} to {self.scale[1]:g}")
        return self
