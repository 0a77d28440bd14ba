"""Channels: how contacts reach the center, how many of them one person has open, and what waits overnight."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, PlainSerializer, PlainValidator, model_validator

from ccsim import units
from ccsim.scenario.amounts import LogitsLost
from ccsim.scenario.fields import Part, PositiveDuration, Says, Share, count, number, said
from ccsim.scenario.laws import ExponentialSpec, FixedSpec, LawSpec

VOICE = "voice"  # needs no declaration
SLOWER_BY = 0.30  # each further open contact, where no slowdown is given

Concurrency = Annotated[int, *count("concurrency", "a concurrency", 1, 16, "contacts, 1 to 16")]
Turn = Annotated[float, *number("the mean number of turns", 1, 1000, "turns, at least 1")]


def read_slowdown(value: Any) -> tuple[float, ...]:
    """Factors with 1, 2, 3 ... contacts open, of a list that begins with 1 and does not descend."""
    if isinstance(value, tuple):
        value = list(value)
    if value == []:
        raise ValueError(
            "is empty; write one factor for each number of open contacts, e.g. [1.0, 1.15, 1.35]"
        )
    if not isinstance(value, list):
        raise ValueError(f"{said(value)} stands where a list of factors belongs; write [1.0, 1.15, 1.35]")
    for item in value:
        if isinstance(item, bool) or not isinstance(item, int | float):
            raise ValueError(f"{said(item)} is not a factor; write plain numbers, e.g. [1.0, 1.15, 1.35]")
        if not 1 <= item <= 100:
            raise ValueError(f"a factor must be from 1 to 100, not {said(item)}")
    if value[0] != 1:
        raise ValueError(
            f"begins with {said(value[0])}; with one contact open, work goes at its own pace: 1.0"
        )
    for fewer, more in pairwise(value):
        if more < fewer:
            raise ValueError(f"{said(more)} follows {said(fewer)}; with more open, none goes faster")
    return tuple(float(item) for item in value)


Slowdown = Annotated[
    tuple[float, ...],
    PlainValidator(read_slowdown),
    PlainSerializer(list, return_type=list[float]),
    Says(
        "list of factors",
        "with 1, 2, 3 ... open",
        {"type": "array", "items": {"type": "number", "minimum": 1}, "minItems": 1, "maxItems": 16},
    ),
]


class SilentAbandon(Part):
    """Customers who leave without saying so, and are found out when an agent answers."""

    share: Share = Field(
        description="Of those who give up: who leaves in silence; 30% to 67% of chat abandoners do [A]. "
        "Required.",
        examples=["45%"],
    )
    found_out_after: LawSpec = Field(
        FixedSpec.model_validate({"law": "fixed", "value": "60s"}),
        description="Time until an agent finds out that nobody is there. Default fixed 60s [J].",
        examples=["fixed 60s"],
    )


class Turns(Part):
    """A conversation in turns, with pauses in which the agent is free for others."""

    mean: Turn = Field(
        description="Mean number of turns; geometric. The queue's talk is the time of one turn. Required.",
        examples=[4],
    )
    reply: LawSpec = Field(
        ExponentialSpec.model_validate({"law": "exponential", "mean": "10m"}),
        description="How long the customer takes to answer after a turn. Default exponential mean 10m [J].",
        examples=["exponential mean 10m"],
    )
    close_after: PositiveDuration = Field(
        24 * units.HOUR,
        description="The thread is closed when the customer takes longer than this. Default 24h [J].",
        examples=["24h"],
    )


class Channel(Part):
    """How contacts reach the center. An agent with several contacts open has them on one channel only."""

    concurrency: Concurrency = Field(
        1,
        description="Contacts that one agent can have open at once, 1 to 16; 2 to 4 are usual for chat [D]. "
        "Default 1.",
        examples=[3],
    )
    slowdown: Slowdown | None = Field(
        None,
        description="Factors by which work takes longer with one contact open, with two and so on, at least "
        "as many as concurrency; with a lower concurrency the first ones count. Default 30% longer for each "
        "further contact [J].",
        examples=[[1.0, 1.15, 1.35]],
    )
    assign: Literal["least_loaded", "most_loaded"] = Field(
        "least_loaded",
        description="Which of the agents with room takes the next contact: the one with the fewest open, or "
        "with the most. Default least_loaded [J].",
    )
    deferrable: bool = Field(
        False,
        description="Does work wait overnight? Then it is accepted at any hour, closing clears nothing, and "
        "nobody gives up unless the queue gives a patience. Default false.",
        examples=[True],
    )
    interruptible: bool | None = Field(
        None,
        description="Is work put back to the front of its queue, what is done kept, when a contact of a "
        "channel that is neither deferrable nor interruptible finds nobody free? Default: as deferrable.",
        examples=[True],
    )
    clock: Literal["business", "calendar"] | None = Field(
        None,
        description="Which hours promises, the service level and a resolution target count: opening hours "
        "only (business), or all (calendar). Default: business where deferrable, else calendar.",
        examples=["business"],
    )
    silent_abandon: SilentAbandon | None = Field(
        None,
        description="Customers who leave without saying so. Default none: everybody says so [J].",
        examples=[{"share": "45%"}],
    )
    turns: Turns | None = Field(
        None,
        description="A conversation in turns with pauses for the customer's answers. Default none: one turn.",
        examples=[{"mean": 4, "reply": "exponential mean 10m"}],
    )
    resolution_loss: LogitsLost = Field(
        0.10,
        description="How much the chance to resolve falls with each further open contact, in logits; counts "
        "where the queue has a resolution. Default 0.1 [J].",
        examples=[0.1],
    )

    @model_validator(mode="after")
    def slowdown_fits_concurrency(self) -> Channel:
        if self.slowdown is not None and len(self.slowdown) < self.concurrency:
            has = f"{len(self.slowdown)} factor{'s' if len(self.slowdown) > 1 else ''}"
            raise ValueError(
                f"slowdown has {has}, concurrency is {self.concurrency}; give one factor for each number of "
                "open contacts, or leave slowdown out (null)"
            )
        return self

    @property
    def factors(self) -> tuple[float, ...]:
        """Factors on the time of work with 1, 2, ... contacts open, as many as can be."""
        if self.slowdown is not None:
            return self.slowdown[: self.concurrency]
        return tuple(1 + SLOWER_BY * further for further in range(self.concurrency))

    @property
    def is_interruptible(self) -> bool:
        """Can work be put back to the front of its queue?"""
        return self.deferrable if self.interruptible is None else self.interruptible

    @property
    def counts_business_hours(self) -> bool:
        """Do promises and targets stop their clock outside opening hours?"""
        return self.deferrable if self.clock is None else self.clock == "business"
