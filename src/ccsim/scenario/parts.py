"""The pieces of a scenario: time, queues, agent groups, shifts, shrinkage, routing, events.

What the user may write is here; what must hold between pieces is in :mod:`ccsim.scenario.rules`.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from ccsim import units
from ccsim.scenario.arrivals import ArrivalsSpec
from ccsim.scenario.fields import (
    Date,
    DayCount,
    Days,
    Duration,
    Factor,
    FileName,
    Headcount,
    Names,
    Part,
    Places,
    Points,
    PointsPerMinute,
    PositiveDuration,
    Preferences,
    Range,
    Says,
    Share,
    Speed,
    Zone,
    refuse_repeats,
    said,
)
from ccsim.scenario.hours import EventDaysField, HoursField
from ccsim.scenario.laws import ExponentialSpec, FixedSpec, LawSpec

Definition = Literal[
    "sl_answered_over_offered",
    "sl_excl_abandons_within_T",
    "sl_abandons_within_T_positive",
    "sl_removed_within_T",
    "sl_answered_only",
    "sl_short_credit",
    "sl_excl_short",
    "sl_incl_flowout",
]


class Time(Part):
    """When the simulated world runs."""

    start: Date = Field(description="First day. Required.", examples=["2026-03-02"])
    days: DayCount = Field(description="Number of days, closed ones included. Required.", examples=[5])
    open: HoursField = Field(
        description="Opening hours; contacts outside are not offered. Days not named in a map are closed. Required.",
        examples=["08:00-18:00"],
    )
    interval: PositiveDuration = Field(
        30 * units.MINUTE,
        description="Grain of reports and forecasts; divides a day. Default 30m [B].",
        examples=["15m"],
    )
    drain: Duration = Field(
        2 * units.HOUR,
        description="How long after the last closing the run goes on to finish what is there. Default 2h [J].",
    )
    zone: Zone | None = Field(
        None,
        description="Time zone of the center; volumes in UTC are converted to it. The clock of the simulation is "
        "the wall clock there and every day has 24 h. Default none: files are in the center's own time.",
        examples=["Europe/Berlin"],
    )


class Channel(Part):
    """How contacts reach the center; voice has no options yet."""


class Target(Part):
    """A service level: so many of the contacts within so long."""

    share: Share = Field(description="Share of contacts to answer in time. Required.", examples=["80%"])
    within: Duration = Field(description="The time. Required.", examples=["20s"])
    definition: Definition | None = Field(
        None,
        description="Which formula, by name. Default: the report's, sl_answered_over_offered [B].",
    )

    @model_validator(mode="before")
    @classmethod
    def read_phrase(cls, value: Any) -> Any:
        if isinstance(value, dict | Target):
            return value
        found = re.fullmatch(r"\s*(\S+?)\s+(?:in|within)\s+(.+?)\s*", value) if isinstance(value, str) else None
        if found is None:
            raise ValueError(f"{said(value)} is not a target; write e.g. 80% in 20s")
        return {"share": found[1], "within": found[2]}


class Priority(Part):
    """Points by which waiting contacts are compared; the highest is served first."""

    base: Points = Field(1.0, description="Points on arrival. Default 1 [J].", examples=[9])
    per_minute: PointsPerMinute = Field(
        0.0, description="Points gained with each minute waited. Default 0 [J].", examples=[0.5]
    )

    @model_validator(mode="before")
    @classmethod
    def read_number(cls, value: Any) -> Any:
        if isinstance(value, dict | Priority):
            return value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{said(value)} is not a priority; write a number, or {{base: 1, per_minute: 0.5}}")
        return {"base": value}


_TARGET_PHRASE = Says("target", "80% in 20s", {"type": "string", "examples": ["80% in 20s"]}, beside=True)
_NUMBER_PHRASE = Says("priority", "points", {"type": "number"}, beside=True)


class Queue(Part):
    """A kind of work that arrives and waits."""

    channel: str = Field("voice", description="Channel on which its contacts come. Default voice.")
    needs: str = Field(
        "", description="Skill that an agent needs to serve it. Default: the skill named as the queue."
    )
    arrivals: ArrivalsSpec | None = Field(
        None,
        description="Where its contacts come from. Default none: nothing arrives.",
        examples=[{"per_day": 620, "shape": "two_peaks"}],
    )
    priority: Annotated[Priority, _NUMBER_PHRASE] = Field(
        Priority(),
        description="Points by which a freed agent chooses, highest first; a number, or base and growth. "
        "Default 1 [J].",
        examples=[1],
    )
    patience: LawSpec = Field(
        ExponentialSpec(law="exponential", mean="5m"),
        description="How long a customer would wait before giving up. Default exponential mean 5m [M].",
        examples=["exponential mean 4m"],
    )
    talk: LawSpec | None = Field(
        None,
        description="Talk time, hold included. Required unless a file brings handle times.",
        examples=["lognormal mean 5m cv 0.7"],
    )
    wrap_up: LawSpec = Field(
        FixedSpec(law="fixed", value="0s"),
        description="Work after the talk, before the agent is free again. Default fixed 0s [J].",
        examples=["exponential mean 40s"],
    )
    service_level: Annotated[Target, _TARGET_PHRASE] = Field(
        Target(share="80%", within="20s"),
        description="The target: so many of the contacts answered within so long. Default 80% in 20s [D].",
        examples=["80% in 20s"],
    )
    short_abandon: Duration = Field(
        0,
        description="A customer who hangs up faster counts as a short abandon. Default 0s: none is short [J].",
        examples=["5s"],
    )
    waiting_places: Places | None = Field(
        None,
        description="Most contacts that can wait; further ones are blocked. Default none: no cap.",
        examples=[50],
    )
    lines: Places | None = Field(
        None,
        description="Most contacts that can wait or be served; further ones are blocked. Default none: no cap.",
        examples=[120],
    )
    closing: Literal["drain", "clear", "stop"] = Field(
        "drain",
        description="What closing does: drain serves those who wait, clear sends them away, stop ends "
        "everything at once. Default drain [J].",
    )
    hours: HoursField | None = Field(
        None, description="Opening hours of this queue. Default: time.open.", examples=["09:00-17:00"]
    )
    prefers: Preferences = Field(
        (),
        description="Agent groups, best first; groups in an inner list rank equal; groups not named come last. "
        "Default: all equal [J].",
        examples=[["first_line", ["second_line", "reserve"]]],
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
        description="Which share of the group works which shift; the shares add up to 100%. Required unless there "
        "is a roster.",
        examples=[{"early": "60%", "late": "40%"}],
    )
    roster: FileName | None = Field(
        None,
        description="CSV file with one row an agent and shift, in place of headcount and shifts. Default none.",
        examples=["roster.csv"],
    )
    shrinkage_given: GroupShrinkage | None = Field(
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
    channels: Names = Field(
        ("voice",), description="Channels that they serve. Default [voice].", examples=[["voice"]]
    )

    @property
    def shrinkage(self) -> Shrinkage:
        """The group's shrinkage, with everybody's where the group says nothing."""
        return self._shrinkage


class Break(Part):
    """A break within a shift, at staggered starts."""

    length: PositiveDuration = Field(description="How long. Required.", examples=["45m"])
    after: Duration = Field(
        description="How long after the start of the shift the break starts on average. Required.",
        examples=["4h"],
    )
    spread: Duration = Field(
        description="Starts are staggered evenly over the agents, from half of this before to half of this after. "
        "Default twice the length, at most twice after [J].",
        examples=["1h"],
    )
    paid: bool = Field(True, description="Is the break paid? Default true [J].")

    @model_validator(mode="before")
    @classmethod
    def read_phrase(cls, value: Any) -> Any:
        if isinstance(value, Break):
            return value
        if not isinstance(value, dict):
            found = (
                re.fullmatch(
                    r"\s*(?P<length>.+?)\s+after\s+(?P<after>.+?)(?:\s+spread\s+(?P<spread>.+?))?"
                    r"(?:\s+(?P<paid>paid|unpaid))?\s*",
                    value,
                )
                if isinstance(value, str)
                else None
            )
            if found is None:
                raise ValueError(f"{said(value)} is not a break; write e.g. 45m after 4h")
            value = {name: text for name, text in found.groupdict().items() if text is not None}
            if "paid" in value:
                value["paid"] = value["paid"] == "paid"
        if value.get("spread") is None:
            value = {**value, "spread": _usual_spread(value)}
        return value


def _usual_spread(value: dict[str, Any]) -> str:
    """Twice the length, but no start before the shift; what cannot be read is complained about elsewhere."""
    try:
        length = units.parse_duration(str(value.get("length")))
        after = units.parse_duration(str(value.get("after")))
    except ValueError:
        return "0s"
    return units.format_duration(2 * min(length, after))


_BREAK_PHRASE = Says("break", "45m after 4h", {"type": "string", "examples": ["45m after 4h"]}, beside=True)


class Shift(Part):
    """Hours that an agent works on the days of the shift."""

    hours: Range = Field(description="From when to when; may pass midnight. Required.", examples=["08:00-16:30"])
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


AgentRule = Literal["preference", "best_speed", "longest_idle"]
ContactRule = Literal["preference", "priority", "longest_wait"]


def _read_criteria(value: Any) -> Any:
    if isinstance(value, str):
        raise ValueError(f"{value!r} is one name; write a list, [{value}]")
    if isinstance(value, list | tuple):
        refuse_repeats([item for item in value if isinstance(item, str)])
    return value


class Routing(Part):
    """Which agent for this contact, and which contact for this agent."""

    agent: Annotated[list[AgentRule], BeforeValidator(_read_criteria)] = Field(
        ["preference", "longest_idle"],
        min_length=1,
        description="How a contact chooses among free agents; the criteria apply in this order. "
        "Default [preference, longest_idle] [J].",
        examples=[["best_speed", "longest_idle"]],
    )
    contact: Annotated[list[ContactRule], BeforeValidator(_read_criteria)] = Field(
        ["preference", "priority", "longest_wait"],
        min_length=1,
        description="How a freed agent chooses among waiting contacts; the criteria apply in this order. "
        "Default [preference, priority, longest_wait] [J].",
        examples=[["priority", "longest_wait"]],
    )


class Event(Part):
    """A campaign, an outage, a holiday: other volume in a window."""

    on: EventDaysField = Field(
        description="A date, 2026-03-03 to 2026-03-05, or a set of weekdays. Required.", examples=["2026-03-03"]
    )
    hours: Range = Field(
        (0, units.DAY), description="Hours of these days. Default 00:00-24:00.", examples=["10:00-12:00"]
    )
    queues: Names | None = Field(
        None, description="Queues that it touches. Default: all.", examples=[["support"]]
    )
    volume: Factor = Field(description="Multiplies the volume in the window. Required.", examples=["x4"])
    description: str = Field("", description="What it is, in words. Default none.")
