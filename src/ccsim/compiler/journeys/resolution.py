"""Which contacts resolve their issue, and who returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ccsim.compiler.journey import NEVER_CONTAINED, Resolution
from ccsim.compiler.journeys.chances import chance_of, cumulative_chances
from ccsim.compiler.journeys.columns import NOBODY, Int64, column, per_mille
from ccsim.compiler.journeys.law_tables import LawTables
from ccsim.compiler.journeys.logits import micro_logits, middle_logit
from ccsim.compiler.journeys.slots import channels_of

if TYPE_CHECKING:
    from ccsim.scenario import Scenario

CERTAINLY = -NEVER_CONTAINED  # micro-logits of 100 %, beyond every threshold


def at_middle(share: float, lost: float) -> int:
    """Micro-logits at middle complexity with which a share of all issues succeeds.

    ``lost``: logits lost from the easiest issue to the hardest. 0 % and 100 % lie beyond every threshold.
    """
    if share <= 0:
        return NEVER_CONTAINED
    if share >= 1:
        return CERTAINLY
    return micro_logits(middle_logit(share, lost))


def compile_resolution(scenario: Scenario, tables: LawTables) -> Resolution:
    """One row a queue; without ``resolution`` every answered contact resolves its issue."""
    queues = list(scenario.queues.values())
    channels = channels_of(scenario)
    given = [queue.resolution for queue in queues]
    after = [queue.after_unresolved for queue in queues]
    groups = scenario.agent_groups.values()
    something_is_judged = any(given) or scenario.bots or scenario.self_service or scenario.notices
    return Resolution(
        judged=column(int(one is not None) for one in given),
        at_middle=column(at_middle(one.share, one.complexity) if one else 0 for one in given),
        slope=column(micro_logits(one.complexity) if one else 0 for one in given),
        per_open=column(
            micro_logits(channel.resolution_loss) if one and channel.concurrency > 1 else 0
            for one, channel in zip(given, channels, strict=True)
        ),
        bonus=column(micro_logits(group.resolution) for group in groups),
        threshold_table=tables.logistic() if something_is_judged else NOBODY,
        talk_slope=column(per_mille(queue.complexity.talk) if queue.complexity else 0 for queue in queues),
        return_chance=column(chance_of(one.returning) if one else 0 for one in after),
        return_at_most=column(one.at_most if one else 0 for one in after),
        delay_table=column(tables.row(one.delay) if one else NOBODY for one in after),
        to_share=returns_to(scenario),
        context_chance=column(chance_of(one.context) if one else chance_of(1) for one in after),
        repeat_table=column(
            tables.row(one.repeat_story) if one and one.context < 1 else NOBODY for one in after
        ),
    )


def returns_to(scenario: Scenario) -> Int64:
    """(queues, queues) cumulative chances of the queue to which a return goes."""
    names = list(scenario.queues)
    rows = []
    for name, queue in scenario.queues.items():
        after = queue.after_unresolved
        targets = after.to if after is not None and after.to is not None else {name: 1.0}
        rows.append(cumulative_chances(targets, names))
    return np.stack(rows)
