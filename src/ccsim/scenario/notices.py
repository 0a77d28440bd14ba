"""Notices: customers are told something before they would have to ask."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ccsim import units
from ccsim.scenario.amounts import Money
from ccsim.scenario.fields import Part, Range, Share, number
from ccsim.scenario.hours import EventDaysField

Alarms = Annotated[float, *number("false_alarms", 0, 1_000_000, "contacts per day")]


class Notice(Part):
    """A message that makes contacts needless, and brings some that would not have come."""

    queue: str = Field(description="Queue whose contacts it is about. Required.", examples=["billing"])
    on: EventDaysField = Field(
        description="A date, 2026-03-03 to 2026-03-05, or a set of weekdays. Required.",
        examples=["2026-03-03"],
    )
    hours: Range = Field(
        (0, units.DAY),
        description="Hours of these days in which it works. Default 00:00-24:00.",
        examples=["09:00-18:00"],
    )
    reach: Share = Field(
        1.0, description="Share of the customers whom it reaches. Default 100% [J].", examples=["60%"]
    )
    prevents: Share = Field(
        description="Share of the contacts of those whom it reaches that it makes needless. Required.",
        examples=["30%"],
    )
    false_alarms: Alarms = Field(
        0.0,
        description="Contacts per day, evenly over its hours while the queue is open, by customers whom "
        "it did not concern. Default 0 [J].",
        examples=[25],
    )
    cost: Money = Field(0.0, description="Cost of each of its days. Default 0.", examples=[120])
