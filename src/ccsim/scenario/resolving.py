"""Is the issue resolved, by whom, and what then: resolution, returns, tiers, transfers, authority."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from ccsim.scenario.amounts import LogitsLost
from ccsim.scenario.fields import Part, PositiveDuration, Says, Share, count, read_share, said
from ccsim.scenario.laws import LawSpec
from ccsim.scenario.waiting import AtMost, exponential, fixed

Moves = Annotated[int, *count("at_most", "a bound", 0, 100, "moves, 0 to 100")]
LEVELS = ("0", "1", "2", "3")


def add_up(shares: dict[str, Any], what: str) -> None:
    """Complain when shares that can be read are not together 100%."""
    try:
        total = sum(read_share(share) for share in shares.values())
    except ValueError:
        return  # the share itself is complained about
    if abs(total - 1) > 1e-6:
        raise ValueError(f"{what} add up to {round(total * 100, 4):g}%, not 100%")


def _read_targets(value: Any) -> Any:
    """``support`` -> ``{support: 100%}``; the shares of a map add up."""
    if isinstance(value, str):
        return {value: 1.0} if not value.strip() else {value: "100%"}
    if isinstance(value, dict) and value:
        if all(isinstance(share, str) for share in value.values()):
            add_up(value, "the shares")
        return value
    if value == {}:
        raise ValueError("is empty; name a queue, or shares of queues")
    raise ValueError(f"{said(value)} stands where a queue, or a map of queues to shares, belongs")


Targets = Annotated[
    dict[str, Share],
    BeforeValidator(_read_targets),
    Says("queue, or map of queues to shares", "percent", {"type": "string"}, beside=True),
]


class ResolutionTarget(Part):
    """So many of the issues resolved within so long."""

    share: Share = Field(description="Share of issues to resolve in time. Required.", examples=["90%"])
    within: PositiveDuration = Field(description="The time. Required.", examples=["48h"])

    @model_validator(mode="before")
    @classmethod
    def read_phrase(cls, value: Any) -> Any:
        if isinstance(value, dict | ResolutionTarget):
            return value
        found = (
            re.fullmatch(r"\s*(\S+?)\s+(?:in|within)\s+(.+?)\s*", value) if isinstance(value, str) else None
        )
        if found is None:
            raise ValueError(f"{said(value)} is not a target; write e.g. 90% in 48h")
        return {"share": found[1], "within": found[2]}


_TARGET = Says("target", "90% in 48h", {"type": "string", "examples": ["90% in 48h"]}, beside=True)


class Resolution(Part):
    """Which answered contacts resolve their issue."""

    share: Share = Field(
        description="Answered contacts that resolve their issue, at one open contact and usual skill; 70% "
        "of calls is usual [C]. Required.",
        examples=["70%"],
    )
    complexity: LogitsLost = Field(
        0.0,
        description="How much the chance falls from the easiest to the hardest issue of the queue, in "
        "logits; the share stays the mean. Default 0 [J].",
        examples=[2],
    )
    target: Annotated[ResolutionTarget, _TARGET] | None = Field(
        None,
        description="So many of the issues resolved within so long, on the clock of the queue's channel. "
        "Default none.",
        examples=["90% in 48h"],
    )

    @model_validator(mode="before")
    @classmethod
    def read_share_alone(cls, value: Any) -> Any:
        if isinstance(value, dict | Resolution):
            return value
        if isinstance(value, str) and "%" in value:
            return {"share": value}
        raise ValueError(f"{said(value)} is not a resolution; write 70%, or {{share: 70%, complexity: 2}}")


class AfterUnresolved(Part):
    """Who comes back because the issue is not resolved; without it, such issues are given up."""

    returning: Share = Field(
        0.9, alias="return", description="Who comes back. Default 90% [C].", examples=["90%"]
    )
    delay: LawSpec = Field(
        exponential("2d"),
        description="Time until the customer comes back. Default exponential mean 2d [C].",
        examples=["exponential mean 2d"],
    )
    at_most: AtMost = Field(5, description="Returns about one issue, 0 to 1000. Default 5 [J].", examples=[5])
    to: Targets | None = Field(
        None,
        description="Where to: a queue, or shares of queues. Default: this queue.",
        examples=[{"support": "80%", "support_chat": "20%"}],
    )
    context: Share = Field(
        1.0, description="Returns at which the agent knows the story. Default 100% [J].", examples=["60%"]
    )
    repeat_story: LawSpec = Field(
        fixed("60s"),
        description="Talk added where the story must be told again. Default fixed 60s [J].",
        examples=["fixed 60s"],
    )


class Complexity(Part):
    """What harder issues cost beside a smaller chance to be resolved."""

    talk: Share = Field(
        0.0,
        description="The hardest issue takes so much longer than the average one, the easiest so much "
        "shorter. Default 0% [J].",
        examples=["30%"],
    )


class Escalation(Part):
    """Contacts that go on to a higher tier."""

    to: str = Field(description="Queue of the next tier. Required.", examples=["second_line"])
    share: Share = Field(
        0.0,
        description="Contacts treated in full and escalated none the less; about 10% [D]. Default 0% [J].",
        examples=["12%"],
    )
    above: Share | None = Field(
        None,
        description="Contacts whose complexity is estimated at least this are referred after the diagnosis: "
        "70% refers the hardest 30%. Default none: nothing is referred.",
        examples=["70%"],
    )
    estimate_error: Share = Field(
        0.0,
        description="Standard deviation of the estimate of complexity, on its scale from 0% to 100%. "
        "Default 0% [J].",
        examples=["10%"],
    )
    diagnosis: LawSpec | None = Field(
        None,
        description="Talk until a contact is referred. Default: as transfer.found_after, or fixed 60s [J].",
        examples=["fixed 60s"],
    )
    handover: LawSpec | None = Field(
        None,
        description="Talk of both agents once the next one has answered. Default none: a cold hand-over.",
        examples=["fixed 40s"],
    )
    warm: bool | None = Field(
        None,
        description="Does the first agent stay until the next one answers? Default: yes where handover is "
        "given.",
        examples=[True],
    )
    keeps_wait: bool = Field(
        False,
        description="Does the contact rank in the next queue as if it had waited there since it came? "
        "Default false [J].",
    )
    at_most: Moves = Field(
        5,
        description="Escalations and transfers of one contact, 0 to 100; after that it is treated where it "
        "is. Default 5 [J].",
        examples=[5],
    )

    @property
    def is_warm(self) -> bool:
        """Does the first agent stay until the next one answers?"""
        return self.handover is not None if self.warm is None else self.warm


class Transfer(Part):
    """Contacts that reached this queue by mistake."""

    misrouted: Share = Field(
        description="Contacts that belong to another queue; about 10% of calls [D]. Required.",
        examples=["8%"],
    )
    to: str = Field(description="Queue to which they belong. Required.", examples=["sales"])
    found_after: LawSpec | None = Field(
        None,
        description="Talk until that is found out. Default: as escalation.diagnosis, or fixed 60s [J].",
        examples=["fixed 60s"],
    )


def _read_needs(value: Any) -> Any:
    if not isinstance(value, dict) or not value:
        raise ValueError(
            f"{said(value)} stands where a map of levels to shares belongs; write {{1: 70%, 2: 25%, 3: 5%}}"
        )
    for level in value:
        if level not in LEVELS:
            raise ValueError(f"there is no level {level!r}; levels are 0 to 3")
    if all(isinstance(share, str) for share in value.values()):
        add_up(value, "the shares")
    return value


class Authority(Part):
    """Issues that only people with enough authority may settle."""

    needs: Annotated[
        dict[str, Share],
        BeforeValidator(_read_needs),
        Says("map of levels to shares", "levels 0 to 3; percent", {"type": "object"}, beside=True),
    ] = Field(
        description="Which authority the issues need, by level 0 to 3; the shares add up to 100%. Required.",
        examples=[{"1": "70%", "2": "25%", "3": "5%"}],
    )
    without: Literal["approve", "escalate", "refuse"] = Field(
        "approve",
        description="What an agent without the authority does: gets an approval, escalates (where that is "
        "possible), or refuses, which leaves the issue unresolved. Default approve [J].",
    )
    approval: LawSpec = Field(
        exponential("3m"),
        description="Talk added by an approval. Default exponential mean 3m [J].",
        examples=["exponential mean 3m"],
    )
