"""Scenario -> Journey: the plans put together, and whether anything of it is on."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from ccsim.compiler.journey import Journey
from ccsim.compiler.journeys.bad_days import compile_bad_days
from ccsim.compiler.journeys.columns import column
from ccsim.compiler.journeys.fronts import compile_fronts, front_names
from ccsim.compiler.journeys.handle_times import talk_row, wrap_up_row
from ccsim.compiler.journeys.hours import compile_hours
from ccsim.compiler.journeys.law_tables import LawTables
from ccsim.compiler.journeys.pairs import compile_pairs
from ccsim.compiler.journeys.promises import compile_promises
from ccsim.compiler.journeys.resolution import compile_resolution
from ccsim.compiler.journeys.retries import compile_retries
from ccsim.compiler.journeys.rules import compile_rules
from ccsim.compiler.journeys.slots import compile_slots
from ccsim.compiler.journeys.tiers import compile_tiers
from ccsim.compiler.journeys.waits import compile_waits
from ccsim.compiler.quantiles import salt_of

if TYPE_CHECKING:
    from ccsim.compiler.opening import Window
    from ccsim.compiler.program import DutyPlan, QueuePlan
    from ccsim.scenario import Scenario

# columns that say something of every queue, and switch nothing on
DESCRIBING = {"channel", "mean_handle", "first", "open_from", "open_to", "authority", "bonus"}


def compile_journey(
    scenario: Scenario, plans: list[QueuePlan], windows: list[list[Window]], duty: DutyPlan
) -> Journey:
    """All plans of the journey; exactly ``Journey.none`` where the scenario uses no mechanism of it.

    ``plans`` and ``windows`` (opening windows in absolute time) are by queue; ``duty`` says when people
    who are trained begin to learn.
    """
    queues, pools, days = len(scenario.queues), len(scenario.agent_groups), scenario.time.days
    none = Journey.none(queues, pools, days)
    tables = LawTables()
    parts: dict[str, Any] = {
        "slots": compile_slots(scenario, tables),
        "waits": compile_waits(scenario, plans, tables),
        "retries": compile_retries(scenario, tables),
        "resolution": compile_resolution(scenario, tables),
        "tiers": compile_tiers(scenario, tables),
        "promises": compile_promises(scenario, tables),
        "hours": compile_hours(scenario, windows),
        "fronts": compile_fronts(scenario, tables),
        "pairs": compile_pairs(scenario),
        "rules": compile_rules(scenario),
        "bad_days": compile_bad_days(scenario, tables, duty),
    }
    if not weighs(scenario) and all(says_nothing(part, getattr(none, name)) for name, part in parts.items()):
        return none
    return Journey(
        on=True,
        salt=column(map(salt_of, scenario.queues)),
        talk_table=column(talk_row(plan, tables) for plan in plans),
        wrap_up_table=column(wrap_up_row(plan, tables) for plan in plans),
        patience_table=column(tables.row(plan.patience) for plan in plans),
        front_names=front_names(scenario),
        tables=tables.array(),
        **parts,
    )


def weighs(scenario: Scenario) -> bool:
    """Does routing ask for weights, even if they are all alike?"""
    return "weighted_idle" in scenario.routing.agent or "weighted_wait" in scenario.routing.contact


def says_nothing(part: Any, none: Any) -> bool:
    """Is a plan the same as where its mechanism is off?"""
    return all(
        np.array_equal(getattr(part, one.name), getattr(none, one.name))
        for one in fields(part)
        if one.name not in DESCRIBING
    )
