"""What is said and offered to a customer who has to wait, and who comes again after waiting in vain."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, PlainSerializer, PlainValidator

from ccsim import units
from ccsim.scenario.fields import Duration, Part, Says, Share, count, number, read_positive_duration
from ccsim.scenario.laws import ExponentialSpec, FixedSpec, LawSpec

KEEPS_PLACE = 0  # a promise without a time

AtMost = Annotated[int, *count("at_most", "a bound", 0, 1000, "times, 0 to 1000")]
Attempts = Annotated[int, *count("attempts", "a number of attempts", 1, 100, "calls, 1 to 100")]
LaterPatience = Annotated[float, *number("later_patience", 0, 10, "factor, 0 to 10")]


def exponential(mean: str) -> ExponentialSpec:
    """The law of a default."""
    return ExponentialSpec.model_validate({"law": "exponential", "mean": mean})


def fixed(value: str) -> FixedSpec:
    """The law of a default."""
    return FixedSpec.model_validate({"law": "fixed", "value": value})


class AfterAbandon(Part):
    """Who was not served (gave up, would not wait, blocked, closed, not reached) tries again."""

    retry: Share = Field(
        description="Who tries again; 60% of callers, 50% of chatters are guesses [J]. Required.",
        examples=["30%"],
    )
    delay: LawSpec = Field(
        exponential("30m"),
        description="Time until the next try. Default exponential mean 30m [J].",
        examples=["exponential mean 20m"],
    )
    at_most: AtMost = Field(
        3, description="Tries about one issue after the first, 0 to 1000. Default 3 [J].", examples=[2]
    )
    patience: Literal["same", "redrawn"] = Field(
        "redrawn",
        description="Is the customer as patient as the first time (same), or is patience drawn again? "
        "Default redrawn [J].",
    )
    to: str | None = Field(
        None, description="Queue of the next try. Default: this queue.", examples=["support_chat"]
    )


class Announcement(Part):
    """The expected wait, told to everyone who has to wait."""

    estimate: Literal["queue", "last_wait"] = Field(
        "queue",
        description="How the wait is estimated: from the queue's length, mean handle time and the people on "
        "duty (queue), or as the wait of the one answered last (last_wait). Default queue [J].",
    )
    balk: Share = Field(
        0.5,
        description="Of those who are told a wait longer than their patience: who leaves at once. Default "
        "50% [J].",
        examples=["50%"],
    )
    later_patience: LaterPatience = Field(
        0.66,
        description="What patience beyond the announced time is worth, 0 to 10; 1 changes nothing, smaller "
        "is less patient. Default 0.66, from a hazard 1.52 times as high [A].",
        examples=[0.66],
    )


class Deflection(Part):
    """An offer, on arrival, to change to another queue instead of waiting."""

    to: str = Field(description="Queue that is offered. Required.", examples=["support_chat"])
    when_wait_over: Duration = Field(
        description="Offered when the expected wait is longer. Required.", examples=["2m"]
    )
    share: Share = Field(description="Who takes the offer. Required.", examples=["25%"])


def read_promise(value: Any) -> int:
    """0 of ``keep_place``, or the microseconds of a time."""
    if isinstance(value, str) and value.strip().lower() == "keep_place":
        return KEEPS_PLACE
    try:
        return read_positive_duration(value)
    except ValueError as error:
        raise ValueError(f"{error}; or write keep_place") from None


def write_promise(promise: int) -> str:
    """The text of a promise."""
    return "keep_place" if promise == KEEPS_PLACE else units.format_duration(promise)


class Callback(Part):
    """An offer to be called back instead of waiting in the line."""

    when_wait_over: Duration = Field(
        description="Offered when the expected wait is longer. Required.", examples=["3m"]
    )
    accept: Share = Field(0.37, description="Who accepts. Default 37% [A].", examples=["37%"])
    no_answer: Share = Field(
        0.07, description="Calls that the customer does not pick up. Default 7% [A].", examples=["7%"]
    )
    attempts: Attempts = Field(
        3, description="Calls until the center stops trying, 1 to 100. Default 3 [J].", examples=[3]
    )
    again_after: LawSpec = Field(
        fixed("15m"),
        description="Time until the next attempt. Default fixed 15m [J].",
        examples=["fixed 15m"],
    )
    dial: LawSpec = Field(
        fixed("20s"),
        description="An agent's time to dial and wait. Default fixed 20s [J].",
        examples=["fixed 20s"],
    )
    promise: Annotated[
        int,
        PlainValidator(read_promise),
        PlainSerializer(write_promise, return_type=str),
        Says(
            "keep_place, or a time",
            "a number with us, ms, s, m, h, d or w",
            {"type": "string", "examples": ["keep_place", "2h"]},
        ),
    ] = Field(
        KEEPS_PLACE,
        description="What is promised: the place in the line (keep_place), or a call after so long, ahead of "
        "those who came later. Default keep_place [J].",
        examples=["keep_place"],
    )
