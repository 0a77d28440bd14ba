"""What answers before people: bots and self-service.

What must hold between pieces is in :mod:`ccsim.scenario.front_rules`.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from ccsim import units
from ccsim.scenario.amounts import Failures, LogitsLost, Money, ShareByQueue, Turns
from ccsim.scenario.fields import Duration, Names, Part, Range, Says, Share, said
from ccsim.scenario.hours import EventDaysField
from ccsim.scenario.laws import ExponentialSpec, LawSpec

MINUTES_20 = ExponentialSpec.model_validate({"law": "exponential", "mean": "20m"})
HOURS_8 = ExponentialSpec.model_validate({"law": "exponential", "mean": "8h"})


class DownWindow(Part):
    """Hours in which something is out of order."""

    on: EventDaysField = Field(
        description="A date, 2026-03-03 to 2026-03-05, or a set of weekdays. Required.",
        examples=["2026-03-03"],
    )
    hours: Range = Field(
        (0, units.DAY), description="Hours of these days. Default 00:00-24:00.", examples=["10:00-12:00"]
    )

    @model_validator(mode="before")
    @classmethod
    def read_days_alone(cls, value: Any) -> Any:
        return value if isinstance(value, dict | DownWindow) else {"on": value}


_DAYS_ALONE = Says("map of days and hours", "or the days alone", {"type": "string"}, beside=True)
DownWindows = list[Annotated[DownWindow, _DAYS_ALONE]]


class BounceBack(Part):
    """Contacts that were closed as contained, unsolved, and come again."""

    share: Share = Field(description="Share of the contained ones. Required.", examples=["12%"])
    delay: LawSpec = Field(
        HOURS_8,
        description="How much later they come. Default exponential mean 8h [J].",
        examples=["exponential mean 8h"],
    )
    to: str = Field("", description="Queue to which they come back. Default: the one they came to.")


class WalkRetry(Part):
    """Who walks away from the bot and tries again, past it."""

    share: Share = Field(description="Share of those who walk away. Required.", examples=["50%"])
    delay: LawSpec = Field(
        MINUTES_20,
        description="How much later they come. Default exponential mean 20m [J].",
        examples=["exponential mean 20m"],
    )


class WrongQueue(Part):
    """Contacts that the bot hands over to a queue which is not theirs."""

    share: Share = Field(description="Share of those handed over. Required.", examples=["8%"])
    to: dict[str, Share] = Field(
        min_length=1,
        description="Which queues they get to; the shares add up to 100%. Required.",
        examples=[{"cards": "100%"}],
    )


ESCAPES: dict[str, dict[str, Any]] = {
    "on_request": {"asks": "5%", "after_failures": 0, "lets_through": True},
    "after_failures": {"asks": "0%", "after_failures": 2, "lets_through": True},
    "always": {"asks": "5%", "after_failures": 2, "lets_through": True},
    "never": {"asks": "5%", "after_failures": 2, "lets_through": False},
}


class Escape(Part):
    """Ways past the bot to a person."""

    asks: Share = Field(
        0.0, description="Chance of each turn that the customer asks for a person. Default 0% [J]."
    )
    after_failures: Failures = Field(
        0,
        description="Misunderstood turns in a row after which a person is wanted; 0: never for that. "
        "Default 0 [J].",
    )
    lets_through: bool = Field(
        True,
        description="Does who wants a person get one? If not, the customer is trapped and walks away. "
        "Default true [J].",
    )

    @model_validator(mode="before")
    @classmethod
    def read_phrase(cls, value: Any) -> Any:
        if isinstance(value, dict | Escape):
            return value
        if not isinstance(value, str) or value not in ESCAPES:
            hint = units.did_you_mean(value, ESCAPES) if isinstance(value, str) else ""
            known = f"; there is: {', '.join(ESCAPES)}, or a map"
            raise ValueError(f"{said(value)} is no way of escape{hint or known}")
        return dict(ESCAPES[value])


_ESCAPE_PHRASE = Says("way of escape", ", ".join(ESCAPES), {"enum": list(ESCAPES)}, beside=True)


class Bot(Part):
    """Answers before people: solves, hands over, or is walked away from."""

    serves: Names = Field(
        description="Queues whose contacts meet it; a queue has at most one bot. Required.",
        examples=[["billing", "cards"]],
    )
    entry: ShareByQueue = Field(
        1.0,
        description="Share of the contacts that go through it; a map names each queue. Default 100% [J].",
        examples=["80%"],
    )
    talk: LawSpec = Field(
        description="Length of a session, without turns that are repeated. Required.",
        examples=["lognormal mean 70s cv 0.9"],
    )
    containment: ShareByQueue = Field(
        description="Share of the sessions that it closes without a person, of those who do not escape; a "
        "map names each queue. Required.",
        examples=["30%"],
    )
    complexity: LogitsLost = Field(
        0.0,
        description="How much harder to contain the hardest issue is than the easiest; the mean stays the "
        "containment. Default 0 [J].",
        examples=[3],
    )
    walk_away: Share = Field(
        0.0,
        description="Share of the sessions in which the customer leaves: neither contained nor queued. "
        "Default 0% [J].",
        examples=["6%"],
    )
    retry_after_walk_away: WalkRetry | None = Field(
        None,
        description="Who walks away tries again and reaches people directly. Default none.",
        examples=[{"share": "50%", "delay": "exponential mean 20m"}],
    )
    talk_saved: Share = Field(
        0.0,
        description="Talk saved with a person after a warm hand-over. Default 0% [J].",
        examples=["15%"],
    )
    warm: Share = Field(
        1.0, description="Share of hand-overs that bring the context along. Default 100% [J]."
    )
    cold_costs: Share = Field(
        0.0, description="Extra talk with a person after a cold hand-over. Default 0% [J].", examples=["10%"]
    )
    bounce_back: BounceBack | None = Field(
        None,
        description="Contained, not solved, and comes back. Default none.",
        examples=[{"share": "12%", "delay": "exponential mean 8h"}],
    )
    unsolved: Share = Field(
        0.0,
        description="Share of the contained ones that are not solved and never come back. Default 0% [J].",
        examples=["5%"],
    )
    turns: Turns = Field(4, description="Turns of a session. Default 4 [J].")
    misunderstood: Share = Field(
        0.0, description="Chance that a turn is misunderstood and repeated. Default 0% [J].", examples=["10%"]
    )
    loop: Duration = Field(25 * units.SECOND, description="Time that a repeated turn takes. Default 25s [J].")
    escape: Annotated[Escape, _ESCAPE_PHRASE] = Field(
        Escape(),
        description="Ways to a person: on_request (5% of turns ask), after_failures (2 in a row), always "
        "(both), never (both, and nobody is let through), or a map [J]. Default: nobody asks.",
        examples=["on_request"],
    )
    misrouted: WrongQueue | None = Field(
        None,
        description="Hand-overs to a queue that is not the customer's. Default none.",
        examples=[{"share": "8%", "to": {"cards": "100%"}}],
    )
    again: bool = Field(True, description="Do later contacts about an issue meet it, too? Default true [J].")
    cost: Money = Field(0.0, description="Cost of a session. Default 0.", examples=[0.6])
    down: DownWindows = Field(
        [],
        description="When it is out of order and contacts go past it. Default none.",
        examples=[[{"on": "2026-03-04", "hours": "10:00-12:00"}]],
    )


class SelfService(Part):
    """A help page, an app or a menu that customers try before they come."""

    serves: Names = Field(
        description="Queues whose customers try it first. Required.", examples=[["billing"]]
    )
    attempt: ShareByQueue = Field(
        1.0,
        description="Share of the customers who try; a map names each queue. Default 100% [J].",
        examples=["40%"],
    )
    success: ShareByQueue = Field(
        0.25,
        description="Share of the attempts that solve the issue; a map names each queue. Default 25% [J].",
        examples=["25%"],
    )
    complexity: LogitsLost = Field(
        0.0,
        description="How much harder to solve the hardest issue is than the easiest; the mean stays the "
        "success. Default 0 [J].",
        examples=[3],
    )
    takes: LawSpec = Field(description="Length of an attempt. Required.", examples=["lognormal mean 3m cv 1"])
    failed_costs: Share = Field(
        0.0, description="Extra talk with a person after a failed attempt. Default 0% [J].", examples=["10%"]
    )
    again: bool = Field(
        False, description="Do customers try it before later contacts about an issue, too? Default false [J]."
    )
    cost: Money = Field(0.0, description="Cost of an attempt. Default 0.", examples=[0.05])
    down: DownWindows = Field([], description="When it is out of order. Default none.")
