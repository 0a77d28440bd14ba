"""Laws of talk and wrap-up as the journey needs them: tables for follow-ups, and a mean."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ccsim.compiler.journeys.law_tables import Int64, LawTables
from ccsim.compiler.program import QueuePlan, TracePlan
from ccsim.compiler.quantiles import LONGEST_US
from ccsim.distributions import Law

if TYPE_CHECKING:
    from ccsim.scenario.channels import Channel


def talk_row(plan: QueuePlan, tables: LawTables) -> int:
    """The row of the talk of later contacts and legs."""
    return _row(plan.talk, _recorded(plan, "talk"), tables)


def wrap_up_row(plan: QueuePlan, tables: LawTables) -> int:
    """The row of their wrap-up."""
    return _row(plan.wrap_up, _recorded(plan, "wrap_up"), tables)


def mean_handle(plan: QueuePlan, channel: Channel) -> int:
    """Mean time that an agent with all slots in use has a contact in hand, in microseconds; at least 1.

    Talk of all turns and wrap-up, times the slowdown with that many.
    """
    turns = channel.turns.mean if channel.turns is not None else 1.0
    talk = _mean(plan.talk, _recorded(plan, "talk")) * turns
    mean = (talk + _mean(plan.wrap_up, _recorded(plan, "wrap_up"))) * channel.factors[-1]
    return max(1, round(min(mean, float(LONGEST_US))))


def _recorded(plan: QueuePlan, what: str) -> Int64 | None:
    """Recorded durations of a trace that has any."""
    if not isinstance(plan.arrivals, TracePlan):
        return None
    values = getattr(plan.arrivals, what)
    known = values[values >= 0] if values is not None else np.empty(0, dtype=np.int64)
    return known if len(known) else None


def _row(law: Law, recorded: Int64 | None, tables: LawTables) -> int:
    return tables.row(law) if recorded is None else tables.recorded(recorded)


def _mean(law: Law, recorded: Int64 | None) -> float:
    mean = law.mean() * 1e6 if recorded is None else float(recorded.mean())
    return mean if math.isfinite(mean) else float(LONGEST_US)
