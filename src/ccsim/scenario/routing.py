"""Who serves what, and in which order: criteria, overflow, reserve, and rules that look at the queues.

What must hold between pieces is in :mod:`ccsim.scenario.routing_rules`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from ccsim import units
from ccsim.scenario.amounts import Contacts, OneOrMoreNames, People
from ccsim.scenario.fields import Duration, Part, PositiveDuration, Share, refuse_repeats

AgentRule = Literal["preference", "best_speed", "longest_idle", "weighted_idle"]
ContactRule = Literal["preference", "priority", "longest_wait", "weighted_wait"]


def _read_criteria(value: Any) -> Any:
    if isinstance(value, str):
        raise ValueError(f"{value!r} is one name; write a list, [{value}]")
    if isinstance(value, list | tuple):
        names = [item for item in value if isinstance(item, str)]
        refuse_repeats(names)
        for one, other in (("longest_idle", "weighted_idle"), ("longest_wait", "weighted_wait")):
            if one in names and other in names:
                raise ValueError(f"{one} and {other} exclude each other; keep one")
    return value


class Overflow(Part):
    """A group that takes a queue's contacts only once they have waited for some time."""

    queue: str = Field(description="Queue whose contacts overflow. Required.", examples=["billing"])
    after: Duration = Field(description="How long they have waited then. Required.", examples=["45s"])
    to: str = Field(
        description="Group that takes them then. With the skill it takes them only then and at its own "
        "speed, without it at speed 1. Required.",
        examples=["tier2"],
    )


class Reserve(Part):
    """Free people of a group who are held back for some queues."""

    group: str = Field(description="Group that holds people back. Required.", examples=["tier2"])
    keep: People = Field(
        description="How many of its free people take nothing but the reserved queues. Required.",
        examples=[2],
    )
    queues: OneOrMoreNames = Field(
        alias="for", description="Queue or queues that they are kept for. Required.", examples=["fraud"]
    )


class When(Part):
    """A condition of a routing rule: a queue, and one of three things to watch."""

    queue: str = Field(description="Queue that is watched. Required.", examples=["billing"])
    longer_than: Contacts | None = Field(
        None, description="True while more contacts than this wait. Default none.", examples=[10]
    )
    expected_wait_over: Duration | None = Field(
        None,
        description="True while a contact that comes now would wait longer: (contacts waiting + 1) x mean "
        "handle time / people on duty for the queue, or the wait of the last one where announcement.estimate "
        "says so. Default none.",
        examples=["2m"],
    )
    service_level_below: Share | None = Field(
        None,
        description="True while fewer of the latest contacts than this were answered within the queue's "
        "target time. Default none.",
        examples=["70%"],
    )
    of_last: PositiveDuration = Field(
        15 * units.MINUTE,
        description="How far back that service level looks; a multiple of routing.check_every. "
        "Default 15m [J].",
        examples=["15m"],
    )

    @model_validator(mode="after")
    def one_condition(self) -> When:
        given = [self.longer_than, self.expected_wait_over, self.service_level_below]
        count = sum(value is not None for value in given)
        if count != 1:
            start = "says nothing to watch" if count == 0 else "a rule watches one thing"
            raise ValueError(
                f"{start}; write one of longer_than: 10, expected_wait_over: 2m, service_level_below: 70%"
            )
        return self


class Then(Part):
    """What a rule does while its condition holds."""

    group: str = Field(description="Group that helps. Required.", examples=["tier2"])
    takes: str = Field(
        description="Queue that it takes as well, at speed 1 where it lacks the skill. Required.",
        examples=["billing"],
    )


class RoutingRule(Part):
    """While something holds of a queue, a group takes another queue as well."""

    when: When = Field(
        description="The condition. Required.", examples=[{"queue": "billing", "longer_than": 10}]
    )
    then: Then = Field(
        description="What happens while it holds. Required.",
        examples=[{"group": "tier2", "takes": "billing"}],
    )


class Routing(Part):
    """Which agent for this contact, and which contact for this agent."""

    agent: Annotated[list[AgentRule], BeforeValidator(_read_criteria)] = Field(
        ["preference", "longest_idle"],
        min_length=1,
        description="How a contact chooses among free agents; the criteria apply in this order. "
        "weighted_idle is the idle time multiplied by the group's weight. "
        "Default [preference, longest_idle] [J].",
        examples=[["best_speed", "longest_idle"]],
    )
    contact: Annotated[list[ContactRule], BeforeValidator(_read_criteria)] = Field(
        ["preference", "priority", "longest_wait"],
        min_length=1,
        description="How a freed agent chooses among waiting contacts; the criteria apply in this order. "
        "weighted_wait is the wait multiplied by the queue's weight. "
        "Default [preference, priority, longest_wait] [J].",
        examples=[["priority", "longest_wait"]],
    )
    overflow: list[Overflow] = Field(
        [],
        description="Groups that help a queue only after a wait. Default none.",
        examples=[[{"queue": "billing", "after": "45s", "to": "tier2"}]],
    )
    reserve: list[Reserve] = Field(
        [],
        description="Free people held back for some queues; one entry a group. Default none.",
        examples=[[{"group": "tier2", "keep": 2, "for": "fraud"}]],
    )
    rules: list[RoutingRule] = Field(
        [],
        description="Help that comes and goes with the state of a queue. Default none.",
        examples=[
            [
                {
                    "when": {"queue": "billing", "longer_than": 10},
                    "then": {"group": "tier2", "takes": "billing"},
                }
            ]
        ],
    )
    check_every: PositiveDuration = Field(
        units.MINUTE,
        description="How often the rules look; nothing changes in between. Default 1m [J].",
        examples=["1m"],
    )
