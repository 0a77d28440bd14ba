"""Who comes again after waiting in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccsim.compiler.journey import Retries
from ccsim.compiler.journeys.chances import chance_of
from ccsim.compiler.journeys.columns import NOBODY, column
from ccsim.compiler.journeys.law_tables import LawTables

if TYPE_CHECKING:
    from ccsim.scenario import Scenario


def compile_retries(scenario: Scenario, tables: LawTables) -> Retries:
    """One row a queue; where nobody tries again, the chance is 0."""
    names = list(scenario.queues)
    after = [queue.after_abandon for queue in scenario.queues.values()]
    return Retries(
        chance=column(chance_of(one.retry) if one else 0 for one in after),
        delay_table=column(tables.row(one.delay) if one else NOBODY for one in after),
        at_most=column(one.at_most if one else 0 for one in after),
        same_patience=column(int(one.patience == "same") if one else 0 for one in after),
        to=column(names.index(one.to) if one and one.to else number for number, one in enumerate(after)),
    )
