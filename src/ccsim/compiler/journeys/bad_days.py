"""Events and learning -> windows of slow talk and of second contacts, and the pace of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ccsim.compiler.journey import BadDays
from ccsim.compiler.journeys.chances import chance_of
from ccsim.compiler.journeys.columns import per_mille
from ccsim.compiler.journeys.law_tables import LawTables
from ccsim.compiler.off_floor import first_day_with_customers, pools_of, work_days
from ccsim.compiler.program import DutyPlan
from ccsim.compiler.windows import windows_of
from ccsim.units import DAY

if TYPE_CHECKING:
    from ccsim.scenario import Scenario

Int64 = npt.NDArray[np.int64]

_SLOW = ("slow_from", "slow_to", "slow_pool", "slow_factor")
_TWICE = ("twice_from", "twice_to", "twice_queue", "twice_chance", "twice_to_queue", "twice_table")


def compile_bad_days(scenario: Scenario, tables: LawTables, duty: DutyPlan) -> BadDays:
    """One row a window and group, or a window and queue; ``duty`` says when learning begins."""
    slow: list[tuple[int, ...]] = []
    twice: list[tuple[int, ...]] = []
    queues = list(scenario.queues)
    for event in scenario.events.values():
        windows = windows_of(scenario, event.on, event.hours)
        if event.talk != 1:
            factor = per_mille(event.talk)
            pools = pools_of(scenario, event.groups)
            slow += [(start, end, pool, factor) for start, end in windows for pool in pools]
        if event.duplicates is not None:
            second = event.duplicates
            what = (chance_of(second.share), queues.index(second.to), tables.row(second.delay))
            touched = [queues.index(name) for name in event.queues or queues]
            twice += [(start, end, queue, *what) for start, end in windows for queue in touched]
    return BadDays(**_columns(_SLOW, slow), **_columns(_TWICE, twice), pace=_pace(scenario, duty))


def _columns(names: tuple[str, ...], rows: list[tuple[int, ...]]) -> dict[str, Int64]:
    table = np.array(rows, dtype=np.int64).reshape(-1, len(names))
    return {name: table[:, place].copy() for place, name in enumerate(names)}


def _pace(scenario: Scenario, duty: DutyPlan) -> Int64:
    """(pools, days) per mille of talk: speed grows in a straight line from the first day with customers."""
    pace = np.full((len(scenario.agent_groups), scenario.time.days), 1000, dtype=np.int64)
    for pool, group in enumerate(scenario.agent_groups.values()):
        training = scenario.training[group.training] if group.training is not None else None
        if training is None or training.speed is None:
            continue
        first = first_day_with_customers(training, work_days(duty, pool))
        if first is None:
            continue
        speed = training.speed
        for day in range(first, scenario.time.days):
            learned = min((day - first) * DAY / speed.over, 1.0)
            pace[pool, day] = round(1000 / (speed.start + (speed.to - speed.start) * learned))
    return pace
