"""The pieces of a scenario that are about work: time, channels, queues.

What the user may write is here; what must hold between pieces is in :mod:`ccsim.scenario.rules`.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from ccsim import units
from ccsim.scenario.amounts import Weight
from ccsim.scenario.arrivals import ArrivalsSpec
from ccsim.scenario.channels import VOICE
from ccsim.scenario.fields import (
    Date,
    DayCount,
    Duration,
    Part,
    Places,
    Points,
    PointsPerMinute,
    PositiveDuration,
    Preferences,
    Says,
    Share,
    Zone,
    said,
)
from ccsim.scenario.hours import HoursField
from ccsim.scenario.laws import LawSpec
from ccsim.scenario.promises import OutsideHours, Promise
from ccsim.scenario.resolving import AfterUnresolved, Authority, Complexity, Escalation, Resolution, Transfer
from ccsim.scenario.waiting import AfterAbandon, Announcement, Callback, Deflection, exponential, fixed

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
        description="Opening hours; contacts outside are not offered. Days not named in a map are closed. "
        "Required.",
        examples=["08:00-18:00"],
    )
    interval: PositiveDuration = Field(
        30 * units.MINUTE,
        description="Grain of reports and forecasts; divides a day. Default 30m [B].",
        examples=["15m"],
    )
    drain: Duration = Field(
        2 * units.HOUR,
        description="How long after the last closing the run goes on to finish what is there. Default 2h "
        "[J].",
    )
    zone: Zone | None = Field(
        None,
        description="Time zone of the center; volumes in UTC are converted to it. The clock of the "
        "simulation is "
        "the wall clock there and every day has 24 h. Default none: files are in the center's own time.",
        examples=["Europe/Berlin"],
    )


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
        found = (
            re.fullmatch(r"\s*(\S+?)\s+(?:in|within)\s+(.+?)\s*", value) if isinstance(value, str) else None
        )
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
            raise ValueError(
                f"{said(value)} is not a priority; write a number, or {{base: 1, per_minute: 0.5}}"
            )
        return {"base": value}


_TARGET_PHRASE = Says("target", "80% in 20s", {"type": "string", "examples": ["80% in 20s"]}, beside=True)
_NUMBER_PHRASE = Says("priority", "points", {"type": "number"}, beside=True)
_RESOLUTION_PHRASE = Says("resolution", "percent", {"type": "string", "examples": ["70%"]}, beside=True)


class Queue(Part):
    """A kind of work that arrives and waits."""

    channel: str = Field(VOICE, description="Channel on which its contacts come. Default voice.")
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
    weight: Weight = Field(
        1.0,
        description="What a minute of waiting counts for the criterion weighted_wait of routing.contact. "
        "Default 1.",
        examples=[2],
    )
    patience: LawSpec = Field(
        exponential("5m"),
        description="How long a customer would wait before giving up; for ever on a deferrable channel where "
        "nothing is said. Default exponential mean 5m [M].",
        examples=["exponential mean 4m"],
    )
    talk: LawSpec | None = Field(
        None,
        description="Talk time, hold included. Required unless a file brings handle times.",
        examples=["lognormal mean 5m cv 0.7"],
    )
    wrap_up: LawSpec = Field(
        fixed("0s"),
        description="Work after the talk, before the agent is free again. Default fixed 0s [J].",
        examples=["exponential mean 40s"],
    )
    service_level: Annotated[Target, _TARGET_PHRASE] = Field(
        Target.model_validate("80% in 20s"),
        description="The target: so many of the contacts answered within so long. Default 80% in 20s [D].",
        examples=["80% in 20s"],
    )
    short_abandon: Duration = Field(
        0,
        description="A customer who hangs up faster counts as a short abandon. Default 0s: none is short "
        "[J].",
        examples=["5s"],
    )
    waiting_places: Places | None = Field(
        None,
        description="Most contacts that can wait; further ones are blocked. Default none: no cap.",
        examples=[50],
    )
    lines: Places | None = Field(
        None,
        description="Most contacts that can wait or be served; further ones are blocked. Default none: no "
        "cap.",
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
        description="Agent groups, best first; groups in an inner list rank equal; groups not named come "
        "last. "
        "Default: all equal [J].",
        examples=[["first_line", ["second_line", "reserve"]]],
    )
    after_abandon: AfterAbandon | None = Field(
        None,
        description="Who tries again after waiting in vain. Default none: nobody.",
        examples=[{"retry": "30%", "delay": "exponential mean 20m"}],
    )
    announcement: Announcement | None = Field(
        None,
        description="The expected wait is told to those who have to wait. Default none.",
        examples=[{"estimate": "queue"}],
    )
    deflection: Deflection | None = Field(
        None,
        description="Another queue is offered when the wait is long. Default none.",
        examples=[{"to": "support_chat", "when_wait_over": "2m", "share": "25%"}],
    )
    callback: Callback | None = Field(
        None,
        description="A callback is offered when the wait is long. Default none.",
        examples=[{"when_wait_over": "3m"}],
    )
    escalation: Escalation | None = Field(
        None,
        description="Contacts that go on to a higher tier. Default none.",
        examples=[{"to": "second_line", "share": "12%"}],
    )
    transfer: Transfer | None = Field(
        None,
        description="Contacts that reached this queue by mistake. Default none.",
        examples=[{"misrouted": "8%", "to": "sales"}],
    )
    resolution: Annotated[Resolution, _RESOLUTION_PHRASE] | None = Field(
        None,
        description="Which answered contacts resolve their issue, a share or a map. Default none: all.",
        examples=["70%"],
    )
    after_unresolved: AfterUnresolved | None = Field(
        None,
        description="Who comes back when the issue is not resolved. Default none: such issues are given up.",
        examples=[{"return": "90%", "delay": "exponential mean 2d"}],
    )
    complexity: Complexity | None = Field(
        None,
        description="What harder issues cost. Default none: they take as long as others.",
        examples=[{"talk": "30%"}],
    )
    authority: Authority | None = Field(
        None,
        description="Issues that only people with enough authority may settle. Default none: anybody may.",
        examples=[{"needs": {"1": "70%", "2": "30%"}}],
    )
    promise: Promise | None = Field(
        None,
        description="What follows when service_level is a promise to the customer. Default none.",
        examples=[{"chaser": {"share": "40%"}}],
    )
    outside_hours: OutsideHours = Field(
        "not_offered",
        description="What becomes of contacts outside opening hours: not_offered (they do not exist), lost, "
        "bot_only, or a ticket in another queue. A deferrable channel accepts them always. Default "
        "not_offered.",
        examples=[{"ticket": "email", "share": "80%"}],
    )
