"""Intakes: people who sit in a classroom, then work more slowly for some weeks, and are coached."""

from __future__ import annotations

from pydantic import Field, field_validator

from ccsim import units
from ccsim.scenario.amounts import People
from ccsim.scenario.fields import Duration, Part, PositiveDuration, Speed


class LearningSpeed(Part):
    """How speed grows after the classroom: in a straight line, the same for all of the group."""

    start: Speed = Field(
        alias="from", description="Speed on the first day with customers. Required.", examples=[0.65]
    )
    to: Speed = Field(1.0, description="Speed at the end. Default 1 [J].", examples=[1.0])
    over: PositiveDuration = Field(
        description="Calendar time from the first to the last; in between speed grows in a straight line. "
        "Required.",
        examples=["6w"],
    )


class Coach(Part):
    """People of another group who coach instead of working."""

    group: str = Field(description="Group of the coaches; its last people. Required.", examples=["tier2"])
    per: People = Field(description="Trainees for each coach. Required.", examples=[4])


class Training(Part):
    """What a new group goes through from the first day of the run; people do not learn beyond it."""

    classroom: Duration = Field(
        0,
        description="Days off the phones, in whole days: the first days of the run on which the group works. "
        "Default 0s: none [J].",
        examples=["3d"],
    )
    speed: LearningSpeed | None = Field(
        None,
        description="Speed after the classroom, on top of the speeds of skills. Default none: as usual.",
        examples=[{"from": 0.65, "to": 1.0, "over": "6w"}],
    )
    coach: Coach | None = Field(
        None,
        description="Coaches off the floor while trainees serve customers, as long as they learn. "
        "Default none.",
        examples=[{"group": "tier2", "per": 4}],
    )

    @field_validator("classroom")
    @classmethod
    def classroom_is_whole_days(cls, value: int) -> int:
        if value % units.DAY:
            raise ValueError(f"{units.format_duration(value)} is not a number of whole days; write e.g. 3d")
        return value

    @property
    def classroom_days(self) -> int:
        """Working days off the phones."""
        return self.classroom // units.DAY
