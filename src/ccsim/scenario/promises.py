"""Promised times, and what becomes of contacts outside the hours of service."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from ccsim.scenario.fields import Duration, Part, Says, Share, said
from ccsim.scenario.laws import LawSpec
from ccsim.scenario.waiting import AtMost, exponential


class Chaser(Part):
    """Customers who ask again when the promised time has passed."""

    share: Share = Field(description="Who asks again. Required.", examples=["40%"])
    to: str | None = Field(
        None, description="Queue by which they ask. Default: this queue.", examples=["support"]
    )
    at_most: AtMost = Field(
        1, description="Times that they ask about one issue, 0 to 1000. Default 1 [J].", examples=[1]
    )


class TimelyEscalation(Part):
    """Contacts that move on when the promised time comes near."""

    before: Duration = Field(
        description="How long before the promised time a waiting contact moves on. Required.",
        examples=["1h"],
    )
    to: str = Field(description="Queue to which it moves. Required.", examples=["second_line"])


class Complaint(Part):
    """Complaints that broken promises and unresolved issues cause."""

    late: Share = Field(
        0.0,
        description="Of contacts answered later than promised: who complains. Default 0% [J].",
        examples=["5%"],
    )
    unresolved: Share = Field(
        0.0,
        description="Of answered contacts that leave the issue unresolved: who complains. Default 0% [J].",
        examples=["3%"],
    )
    to: str = Field(description="Queue of the complaints. Required.", examples=["complaints"])
    delay: LawSpec = Field(
        exponential("2h"),
        description="Time until the complaint comes. Default exponential mean 2h [J].",
        examples=["exponential mean 2h"],
    )


class Promise(Part):
    """What follows from service_level as a promise: answered within its time, on the channel's clock."""

    chaser: Chaser | None = Field(
        None,
        description="Customers who ask again when the promise is broken. Default none.",
        examples=[{"share": "40%"}],
    )
    escalate: TimelyEscalation | None = Field(
        None,
        description="Waiting contacts move on before the promise is broken. Default none.",
        examples=[{"before": "1h", "to": "second_line"}],
    )
    complaint: Complaint | None = Field(
        None,
        description="Complaints about late answers and unresolved issues. Default none.",
        examples=[{"late": "5%", "to": "complaints"}],
    )

    @model_validator(mode="after")
    def something_follows(self) -> Promise:
        if self.chaser is None and self.escalate is None and self.complaint is None:
            raise ValueError("nothing follows from it; give chaser, escalate or complaint")
        return self


WORDS = ("not_offered", "lost", "bot_only")


class Ticket(Part):
    """Contacts outside opening hours are written down as tickets."""

    ticket: str = Field(
        description="Queue of the tickets, of a deferrable channel. Required.", examples=["email"]
    )
    share: Share = Field(
        1.0, description="Who leaves a ticket; the others are lost. Default 100% [J].", examples=["80%"]
    )


def _tag(value: Any) -> str:
    return "<ticket>" if isinstance(value, dict | Ticket) else "<word>"


def _check(value: Any) -> Any:
    if isinstance(value, dict | Ticket) or (isinstance(value, str) and value in WORDS):
        return value
    raise ValueError(
        f"{said(value)} is not known here; there is: {', '.join(WORDS)}, or {{ticket: QUEUE, share: 80%}}"
    )


OutsideHours = Annotated[
    Annotated[Literal["not_offered", "lost", "bot_only"], Tag("<word>")] | Annotated[Ticket, Tag("<ticket>")],
    Discriminator(_tag),
    BeforeValidator(_check),
    Says(f"{', '.join(WORDS)}, or a map with a ticket", "", {"enum": list(WORDS)}, beside=True),
]
