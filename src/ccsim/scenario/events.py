"""Windows in which the world is not as usual: campaigns, outages, holidays, waves of sickness."""

from __future__ import annotations

from pydantic import Field, model_validator

from ccsim import units
from ccsim.scenario.fields import Factor, Names, Part, Range, Share
from ccsim.scenario.hours import EventDaysField
from ccsim.scenario.laws import ExponentialSpec, LawSpec

EFFECTS = ("volume", "talk", "down", "absence", "bot_down", "duplicates")


class Duplicates(Part):
    """Customers who come by a second queue, too."""

    share: Share = Field(
        description="Share of the contacts in the window that come twice. Required.", examples=["20%"]
    )
    to: str = Field(description="Queue of the second contact. Required.", examples=["chat"])
    delay: LawSpec = Field(
        ExponentialSpec.model_validate({"law": "exponential", "mean": "10m"}),
        description="How much later it comes. Default exponential mean 10m [J].",
        examples=["exponential mean 10m"],
    )


class Event(Part):
    """A campaign, an outage, a holiday: a window in which something is not as usual."""

    on: EventDaysField = Field(
        description="A date, 2026-03-03 to 2026-03-05, or a set of weekdays. Required.",
        examples=["2026-03-03"],
    )
    hours: Range = Field(
        (0, units.DAY), description="Hours of these days. Default 00:00-24:00.", examples=["10:00-12:00"]
    )
    queues: Names | None = Field(
        None,
        description="Queues whose volume and duplicates it touches. Default: all.",
        examples=[["support"]],
    )
    groups: Names | None = Field(
        None,
        description="Agent groups whose talk, desktops and absence it touches. Default: all.",
        examples=[["desk"]],
    )
    volume: Factor = Field(
        1.0, description="Multiplies the volume in the window. Default x1.", examples=["x4"]
    )
    talk: Factor = Field(
        1.0,
        description="Multiplies talk that begins in the window, e.g. when desktops are slow. Default x1.",
        examples=["x1.3"],
    )
    down: bool = Field(
        False,
        description="Desktops or site are out of order: nobody of the groups takes a contact; what is in "
        "hand is finished. Default false.",
        examples=[True],
    )
    absence: Share = Field(
        0.0,
        description="Chance, on top of shrinkage.unplanned, that a shift which overlaps the window is "
        "missed as a whole. Default 0%.",
        examples=["15%"],
    )
    bot_down: Names | None = Field(
        None,
        description="Bots and self-service that are out of order; contacts go past them. Default none.",
        examples=[["front_door"]],
    )
    duplicates: Duplicates | None = Field(
        None,
        description="Customers who come by a second queue, too. Default none.",
        examples=[{"share": "20%", "to": "chat"}],
    )
    description: str = Field("", description="What it is, in words. Default none.")

    @model_validator(mode="after")
    def something_happens(self) -> Event:
        if not self.model_fields_set & set(EFFECTS):
            raise ValueError(f"nothing happens in it; write at least one of {', '.join(EFFECTS)}")
        return self
