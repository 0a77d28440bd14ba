"""What is said and offered to those who wait: announcement, deflection, callback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccsim.compiler.journey import BY_LAST_WAIT, BY_QUEUE, NO_ESTIMATE, Waits
from ccsim.compiler.journeys.chances import chance_of
from ccsim.compiler.journeys.columns import FAR, NOBODY, column, per_mille
from ccsim.compiler.journeys.handle_times import mean_handle
from ccsim.compiler.journeys.law_tables import LawTables
from ccsim.compiler.journeys.slots import channels_of

if TYPE_CHECKING:
    from ccsim.compiler.program import QueuePlan
    from ccsim.scenario import Scenario
    from ccsim.scenario.parts import Queue


def compile_waits(scenario: Scenario, plans: list[QueuePlan], tables: LawTables) -> Waits:
    """One row a queue; an estimate where something needs it, from the queue's length unless it is said."""
    names = list(scenario.queues)
    queues = list(scenario.queues.values())
    told = [queue.announcement for queue in queues]
    offers = [queue.deflection for queue in queues]
    calls = [queue.callback for queue in queues]
    return Waits(
        estimate=column(estimate_of(queue) for queue in queues),
        mean_handle=column(map(mean_handle, plans, channels_of(scenario))),
        balk_chance=column(chance_of(one.balk) if one else 0 for one in told),
        later_factor=column(per_mille(one.later_patience) if one else 1000 for one in told),
        deflect_over=column(one.when_wait_over if one else FAR for one in offers),
        deflect_chance=column(chance_of(one.share) if one else 0 for one in offers),
        deflect_to=column(names.index(one.to) if one else NOBODY for one in offers),
        callback_over=column(one.when_wait_over if one else FAR for one in calls),
        callback_chance=column(chance_of(one.accept) if one else 0 for one in calls),
        callback_promise=column(one.promise if one else 0 for one in calls),
        no_answer_chance=column(chance_of(one.no_answer) if one else 0 for one in calls),
        dial_table=column(tables.row(one.dial) if one else NOBODY for one in calls),
        attempts=column(one.attempts if one else 0 for one in calls),
        again_table=column(tables.row(one.again_after) if one else NOBODY for one in calls),
    )


def estimate_of(queue: Queue) -> int:
    """How the wait of a queue is estimated."""
    if queue.announcement is not None:
        return BY_LAST_WAIT if queue.announcement.estimate == "last_wait" else BY_QUEUE
    return BY_QUEUE if queue.deflection or queue.callback else NO_ESTIMATE
