"""Scenario -> Program: the parts put together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ccsim.compiler.arrivals import compile_queue
from ccsim.compiler.false_alarms import with_false_alarms
from ccsim.compiler.journeys.compiling import compile_journey
from ccsim.compiler.journeys.labels import journey_labels
from ccsim.compiler.opening import Window, closings, queue_windows
from ccsim.compiler.program import PRIORITY_SCALE, Program
from ccsim.compiler.remarks import Remarks
from ccsim.compiler.routing import compile_routing, handle_factors
from ccsim.compiler.staffing import Staff, compile_staff
from ccsim.errors import Problem, ScenarioError
from ccsim.log import Labels
from ccsim.units import DAY

if TYPE_CHECKING:
    from ccsim.scenario import Scenario

_PER_MINUTE = PRIORITY_SCALE // 60_000_000  # one point a minute, in units per microsecond
MOST_PRIORITY = 2**62  # in PRIORITY_SCALE units; the engines compare int64


def compile_scenario(scenario: Scenario) -> Program:
    """Everything that a run needs and that does not depend on luck.

    Reads the tables beside the scenario. Raises ScenarioError or InputFileError with all problems found.
    """
    queues = list(scenario.queues.values())
    windows = [queue_windows(scenario, queue) for queue in queues]
    remarks = Remarks()
    plans = [
        with_false_alarms(scenario, compile_queue(scenario, name, queue, remarks), remarks)
        for name, queue in scenario.queues.items()
    ]
    first_opening = min((own[0][0] for own in windows if own), default=0)
    staff = compile_staff(scenario, first_opening, remarks)
    last_closing = max((own[-1][1] for own in windows if own), default=0)
    ends_at = max(scenario.time.days * DAY, last_closing) + scenario.time.drain
    _check_priorities(scenario, ends_at)
    factors = handle_factors(scenario)
    serves = (factors[staff.group] > 0).T if len(staff.group) else np.zeros((len(queues), 0), dtype=bool)
    closed = closings(scenario, windows, staff, serves, ends_at)
    return Program(
        labels=_labels(scenario, staff, windows, ends_at),
        queue_plans=tuple(plans),
        duty=staff.duty,
        routing=compile_routing(scenario, factors),
        agent_pool=staff.group,
        priority_base=np.array([round(q.priority.base * PRIORITY_SCALE) for q in queues], dtype=np.int64),
        priority_growth=np.array(
            [round(q.priority.per_minute * _PER_MINUTE) for q in queues], dtype=np.int64
        ),
        waiting_places=np.array([_cap(q.waiting_places) for q in queues], dtype=np.int64),
        lines=np.array([_cap(q.lines) for q in queues], dtype=np.int64),
        closing_at=closed.at,
        closing_queue=closed.queue,
        closing_rule=closed.rule,
        run_ends_at=ends_at,
        journey=compile_journey(scenario, plans, windows, staff.duty),
        notes=tuple(dict.fromkeys(remarks.notes)),
        warnings=tuple(dict.fromkeys(remarks.warnings)),
    )


def _check_priorities(scenario: Scenario, ends_at: int) -> None:
    """A priority that grows through the whole run stays within 64 bits."""
    problems = []
    for name, queue in scenario.queues.items():
        room = MOST_PRIORITY - round(abs(queue.priority.base) * PRIORITY_SCALE)
        if round(queue.priority.per_minute * _PER_MINUTE) * ends_at > room:
            most = math.floor(room / ends_at / _PER_MINUTE)
            message = (
                f"{queue.priority.per_minute:g} points a minute grow too large to compare in a run of "
                f"{scenario.time.days} days; write {most} or less, and divide the others alike: only their "
                "order counts"
            )
            problems.append(Problem(f"queues.{name}.priority.per_minute", message))
    if problems:
        raise ScenarioError(problems, scenario.source or scenario.name)


def _cap(places: int | None) -> int:
    return -1 if places is None else places


def _labels(scenario: Scenario, staff: Staff, windows: list[list[Window]], ends_at: int) -> Labels:
    queues = list(scenario.queues.values())
    rows = [(start, end, number) for number, own in enumerate(windows) for start, end in own]
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Labels(
        queues=tuple(scenario.queues),
        channels=tuple(queue.channel for queue in queues),
        groups=tuple(scenario.agent_groups),
        agents=staff.names,
        agent_group=staff.group,
        start=scenario.time.start,
        days=scenario.time.days,
        interval_us=scenario.time.interval,
        ends_at=ends_at,
        target_share=np.array([queue.service_level.share for queue in queues]),
        target_within_us=np.array([queue.service_level.within for queue in queues], dtype=np.int64),
        target_definition=tuple(queue.service_level.definition or "" for queue in queues),
        short_abandon_us=np.array([queue.short_abandon for queue in queues], dtype=np.int64),
        open_from=table[:, 0].copy(),
        open_to=table[:, 1].copy(),
        open_queue=table[:, 2].astype(np.int16),
        **journey_labels(scenario),
    )
