"""Promised times: who chases, what moves on, who complains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccsim.compiler.journey import Promises
from ccsim.compiler.journeys.chances import chance_of
from ccsim.compiler.journeys.columns import FAR, NOBODY, column
from ccsim.compiler.journeys.law_tables import LawTables
from ccsim.compiler.journeys.slots import channels_of

if TYPE_CHECKING:
    from ccsim.scenario import Scenario


def compile_promises(scenario: Scenario, tables: LawTables) -> Promises:
    """One row a queue; the promised time is that of its service level."""
    names = list(scenario.queues)
    queues = list(scenario.queues.values())
    promises = [queue.promise for queue in queues]
    chasers = [promise.chaser if promise else None for promise in promises]
    moves = [promise.escalate if promise else None for promise in promises]
    complaints = [promise.complaint if promise else None for promise in promises]
    return Promises(
        within=column(queue.service_level.within if queue.promise else FAR for queue in queues),
        business=column(
            int(queue.promise is not None and channel.counts_business_hours)
            for queue, channel in zip(queues, channels_of(scenario), strict=True)
        ),
        chase_chance=column(chance_of(one.share) if one else 0 for one in chasers),
        chase_to=column(
            names.index(one.to or names[number]) if one else NOBODY for number, one in enumerate(chasers)
        ),
        chase_at_most=column(one.at_most if one else 0 for one in chasers),
        escalate_before=column(one.before if one else NOBODY for one in moves),
        escalate_to=column(names.index(one.to) if one else NOBODY for one in moves),
        complain_late_chance=column(chance_of(one.late) if one else 0 for one in complaints),
        complain_unresolved_chance=column(chance_of(one.unresolved) if one else 0 for one in complaints),
        complain_to=column(names.index(one.to) if one else NOBODY for one in complaints),
        complaint_table=column(tables.row(one.delay) if one else NOBODY for one in complaints),
    )
