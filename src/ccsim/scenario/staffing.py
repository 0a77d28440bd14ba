"""Who works when: agent groups, shifts and breaks, shrinkage."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from ccsim import units
from ccsim.scenario.amounts import HIGHEST_AUTHORITY, Authority, Logits, Tier, Wage, Weight
from ccsim.scenario.fields import (
    Days,
    Duration,
    FileName,
    Headcount,
    Names,
    Part,
    PositiveDuration,
    Preferences,
    Range,
    Says,
    Share,
    Speed,
    refuse_repeats,
    said,
)


class GroupShrinkage(Part):
    """Shrinkage of one group; what is not named is as for everybody."""

    planned: Share | None = Field(None, description="As shrinkage.planned. Default: that.")
    unplanned: Share | None = Field(None, description="As shrinkage.unplanned. Default: that.")
    adherence: Share | None = Field(None, description="As shrinkage.adherence. Default: that.")
    off_task: PositiveDuration | None = Field(None, description="As shrinkage.off_task. Default: that.")


class Shrinkage(Part):
    """Time that is paid but not worked, on top of breaks."""

    planned: Share = Field(
        0.0,
        description="Share of an agent's shifts spent away on leave or training, in a fixed rotation. "
        "Default 0% [J].",
        examples=["9%"],
    )
    unplanned: Share = Field(
        0.0, description="Chance that a shift is missed, drawn. Default 0% [J].", examples=["6%"]
    )
    adherence: Share = Field(
        1.0,
        description="Share of on-duty time at which an agent is at the phone. Default 100% [J].",
        examples=["96%"],
    )
    off_task: PositiveDuration = Field(
        5 * units.MINUTE, description="Mean length of a stretch away from the phone. Default 5m [J]."
    )

    def overridden_by(self, group: GroupShrinkage | None) -> Shrinkage:
        """This shrinkage with what the group says of its own."""
        if group is None:
            return self
        own = {name: value for name, value in group if value is not None}
        return self.model_copy(update=own)


def _read_speeds(value: Any) -> Any:
    if isinstance(value, str):
        raise ValueError(f"{value!r} is one name; write a list, [{value}], or {{{value}: 1.0}}")
    if isinstance(value, list | tuple):
        for item in value:
            if not isinstance(item, str):
                raise ValueError(f"{said(item)} stands where the name of a skill belongs")
        refuse_repeats(value)
        return dict.fromkeys(value, 1.0)
    if not isinstance(value, dict):
        raise ValueError(f"{said(value)} stands where skills belong; write [support] or {{support: 1.0}}")
    return value


def _read_shift_shares(value: Any) -> Any:
    if isinstance(value, str):
        raise ValueError(f"{value!r} is one name; write {{{value}: 100%}}")
    if not isinstance(value, dict):
        raise ValueError(f"{said(value)} stands where shifts belong; write {{early: 60%, late: 40%}}")
    return value


def _nothing_as_none(value: Any) -> Any:
    """A map that says nothing is no map, so that one world has one canonical form."""
    if isinstance(value, dict) and set(value) <= set(GroupShrinkage.model_fields):
        return None if all(share is None for share in value.values()) else value
    return value


_SKILL_LIST = Says(
    "list of skills, or map of skills to speeds",
    "1 is the usual pace",
    {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
    beside=True,
)


class AgentGroup(Part):
    """People with the same skills and shifts."""

    _shrinkage: Shrinkage = PrivateAttr(default_factory=Shrinkage)

    headcount: Headcount | None = Field(
        None, description="People on the payroll. Required unless there is a roster.", examples=[11]
    )
    skills: Annotated[dict[str, Speed], BeforeValidator(_read_speeds), _SKILL_LIST] = Field(
        description="What they can serve: a list, or a map to speeds (0.8 means 25% longer talk). Required.",
        examples=[["support"]],
    )
    shifts: Annotated[dict[str, Share], BeforeValidator(_read_shift_shares)] | None = Field(
        None,
        description="Which share of the group works which shift; the shares add up to 100%. Required "
        "unless there "
        "is a roster.",
        examples=[{"early": "60%", "late": "40%"}],
    )
    roster: FileName | None = Field(
        None,
        description="CSV file with one row an agent and shift, in place of headcount and shifts. Default "
        "none.",
        examples=["roster.csv"],
    )
    shrinkage_given: Annotated[GroupShrinkage | None, BeforeValidator(_nothing_as_none)] = Field(
        None,
        alias="shrinkage",
        description="Shrinkage of this group where it differs. Default: as for everybody.",
        examples=[{"planned": "12%"}],
    )
    prefers: Preferences = Field(
        (),
        description="Queues, best first; queues in an inner list rank equal; queues not named come last. "
        "Default: all equal [J].",
        examples=[["sales", "support"]],
    )
    channels: Names | None = Field(
        None, description="Channels that they serve. Default: all.", examples=[["voice", "email"]]
    )
    tier: Tier = Field(
        1, description="Tier of the group: 1 takes contacts first, higher ones take escalations. Default 1."
    )
    authority: Authority = Field(
        HIGHEST_AUTHORITY,
        description="What they may decide by themselves, 0 to 3, against what an issue needs. Default 3.",
        examples=[1],
    )
    weight: Weight = Field(
        1.0,
        description="Multiplies their idle time under weighted_idle, in hundredths. Default 1.",
        examples=[2],
    )
    resolution: Logits = Field(
        0.0,
        description="Added to the score that decides whether a contact resolves the issue. Default 0.",
        examples=[0.4],
    )
    cost: Wage | None = Field(
        None,
        description="Cost of a paid hour of one person. Default none: cost is not reported.",
        examples=["22.50/h"],
    )
    training: str | None = Field(
        None,
        description="Training that the whole group goes through from the first day. Default none.",
        examples=["nesting"],
    )

    def takes(self, channel: str) -> bool:
        """Do they serve this channel?"""
        return self.channels is None or channel in self.channels

    @property
    def shrinkage(self) -> Shrinkage:
        """The group's shrinkage, with everybody's where the group says nothing."""
        return self._shrinkage


def _depends(schema: dict[str, Any]) -> None:
    """Take the default out of the schema: it depends on other keys."""
    schema.pop("default", None)


class Break(Part):
    """A break within a shift, at staggered starts."""

    length: PositiveDuration = Field(description="How long. Required.", examples=["45m"])
    after: Duration = Field(
        description="How long after the start of the shift the break starts on average. Required.",
        examples=["4h"],
    )
    spread: Duration = Field(
        0,
        json_schema_extra=_depends,
        description="Starts are staggered evenly over the agents, from half of this before to half of this "
        "after. Default four times the length, so that about a quarter is away at once, as far as the "
        "shift has room [J].",
        examples=["1h"],
    )
    paid: bool = Field(True, description="Is the break paid? Default true [J].")

    @model_validator(mode="before")
    @classmethod
    def read_phrase(cls, value: Any) -> Any:
        return value if isinstance(value, Break) else with_usual_spread(value, None)


_PHRASE = re.compile(
    r"\s*(?P<length>.+?)\s+after\s+(?P<after>.+?)(?:\s+spread\s+(?P<spread>.+?))?(?:\s+(?P<paid>paid|unpaid))?\s*"
)


def with_usual_spread(value: Any, shift: int | None) -> dict[str, Any]:
    """The long form of a break in a shift of this length, with the spread that it has when none is given.

    Usual is four times the length, but nobody starts the break before the shift or ends it after.
    """
    if not isinstance(value, dict):
        found = _PHRASE.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise ValueError(f"{said(value)} is not a break; write e.g. 45m after 4h")
        value = {name: text for name, text in found.groupdict().items() if text is not None}
        if "paid" in value:
            value["paid"] = value["paid"] == "paid"
    if value.get("spread") is not None:
        return dict(value)
    try:
        length = units.parse_duration(str(value.get("length")))
        after = units.parse_duration(str(value.get("after")))
    except ValueError:
        return {**value, "spread": "0s"}  # a complaint about these two comes from themselves
    room = 2 * length if shift is None else max(shift - after - length, 0)
    return {**value, "spread": units.format_duration(2 * min(2 * length, after, room))}


_BREAK_PHRASE = Says("break", "45m after 4h", {"type": "string", "examples": ["45m after 4h"]}, beside=True)


class Shift(Part):
    """Hours that an agent works on the days of the shift."""

    hours: Range = Field(
        description="From when to when; may pass midnight. Required.", examples=["08:00-16:30"]
    )
    days: Days = Field(
        frozenset(range(7)),
        description="Days on which the shift starts. Default every day [J].",
        examples=["mon-fri"],
    )
    breaks: list[Annotated[Break, _BREAK_PHRASE]] = Field(
        [],
        description="Breaks, e.g. 45m after 4h, optionally with spread 1h and unpaid. Default none [J].",
        examples=[["15m after 2h", "30m after 4h"]],
    )

    @model_validator(mode="before")
    @classmethod
    def give_breaks_their_spread(cls, value: Any) -> Any:
        """The usual spread depends on the shift's length, which a break does not know."""
        if not isinstance(value, dict) or not isinstance(value.get("breaks"), list):
            return value
        try:
            start, end = units.parse_range(value["hours"])
            breaks = [with_usual_spread(item, end - start) for item in value["breaks"]]
        except (ValueError, KeyError, TypeError, AttributeError):
            return value  # each field complains for itself
        return {**value, "breaks": breaks}
