"""Escalation, transfer and authority."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ccsim.compiler.journey import APPROVE, ESCALATE, HARDEST, REFUSE, Tiers
from ccsim.compiler.journeys.chances import chance_of, cumulative_chances
from ccsim.compiler.journeys.columns import FAR, NOBODY, Int64, column
from ccsim.compiler.journeys.law_tables import LawTables
from ccsim.scenario.resolving import LEVELS
from ccsim.scenario.waiting import fixed

if TYPE_CHECKING:
    from ccsim.scenario import Scenario
    from ccsim.scenario.laws import AnyLaw
    from ccsim.scenario.parts import Queue
    from ccsim.scenario.resolving import Authority

USUAL_MOVES = 5
WITHOUT = {"approve": APPROVE, "escalate": ESCALATE, "refuse": REFUSE}


def compile_tiers(scenario: Scenario, tables: LawTables) -> Tiers:
    """One row a queue, and the authority of each pool."""
    names = list(scenario.queues)
    queues = list(scenario.queues.values())
    up = [queue.escalation for queue in queues]
    aside = [queue.transfer for queue in queues]
    needs = [queue.authority for queue in queues]
    return Tiers(
        to=column(names.index(one.to) if one else NOBODY for one in up),
        above=column(round(one.above * HARDEST) if one and one.above is not None else FAR for one in up),
        estimate_table=column(tables.error_of_estimate(one.estimate_error) if one else NOBODY for one in up),
        diagnosis_table=column(tables.row(diagnosis_of(queue)) for queue in queues),
        chance=column(chance_of(one.share) if one else 0 for one in up),
        handover_table=column(tables.row(one.handover) if one else NOBODY for one in up),
        warm=column(int(one.is_warm) if one else 0 for one in up),
        keeps_wait=column(int(one.keeps_wait) if one else 0 for one in up),
        at_most=column(one.at_most if one else USUAL_MOVES for one in up),
        misrouted_chance=column(chance_of(one.misrouted) if one else 0 for one in aside),
        misrouted_to=column(names.index(one.to) if one else NOBODY for one in aside),
        needs_share=np.stack([needed(one) for one in needs]),
        authority=column(group.authority for group in scenario.agent_groups.values()),
        without_authority=column(WITHOUT[one.without] if one else APPROVE for one in needs),
        approval_table=column(
            tables.row(one.approval) if one and one.without != "refuse" else NOBODY for one in needs
        ),
    )


def diagnosis_of(queue: Queue) -> AnyLaw | None:
    """Talk until a contact is referred or found misrouted; None where neither happens."""
    up, aside = queue.escalation, queue.transfer
    if up is not None and up.diagnosis is not None:
        return up.diagnosis
    if aside is not None and aside.found_after is not None:
        return aside.found_after
    return fixed("60s") if up is not None or aside is not None else None


def needed(authority: Authority | None) -> Int64:
    """(AUTHORITY_LEVELS,) cumulative chances of the authority that an issue needs; level 0 unless said."""
    needs = authority.needs if authority is not None else {LEVELS[0]: 1.0}
    return cumulative_chances(needs, LEVELS)
