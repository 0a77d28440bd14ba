"""Who serves what, and in which order.

What must hold between pieces is in :mod:`ccsim.scenario.rules`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ccsim.scenario.fields import Part, refuse_repeats

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
