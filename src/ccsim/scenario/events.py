"""Windows in which the world is not as usual: campaigns, outages, holidays."""

from __future__ import annotations

from pydantic import Field

from ccsim import units
from ccsim.scenario.fields import Factor, Names, Part, Range
from ccsim.scenario.hours import EventDaysField


class Event(Part):
    """A campaign, an outage, a holiday: other volume in a window."""

    on: EventDaysField = Field(
        description="A date, 2026-03-03 to 2026-03-05, or a set of weekdays. Required.",
        examples=["2026-03-03"],
    )
    hours: Range = Field(
        (0, units.DAY), description="Hours of these days. Default 00:00-24:00.", examples=["10:00-12:00"]
    )
    queues: Names | None = Field(
        None, description="Queues that it touches. Default: all.", examples=[["support"]]
    )
    volume: Factor = Field(description="Multiplies the volume in the window. Required.", examples=["x4"])
    description: str = Field("", description="What it is, in words. Default none.")
