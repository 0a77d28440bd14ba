"""What to try after a run: commands that answer the next question, with this scenario's own names in them."""

from __future__ import annotations

import math
import shlex
from typing import TYPE_CHECKING

import numpy as np

from ccsim.compiler.program import Program
from ccsim.report.cells import Cells
from ccsim.report.expectations import Load
from ccsim.report.formulas import agents_for_target
from ccsim.report.wording import count, day_name, number, plural, time_of_day
from ccsim.units import DAY

if TYPE_CHECKING:
    from ccsim.result import Run


def after_run(run: Run, program: Program, load: Load, by_queue: Cells) -> list[tuple[str, str]]:
    """Two to four pairs of a reason and a command, the most useful first."""
    file = shlex.quote(str(run.scenario.source or "FILE"))
    steps: list[tuple[str, str]] = []
    missed = _worst_missed(run, by_queue)
    if missed is not None:
        steps += _more_people(run, program, load, missed, file)
    else:
        growth = _more_contacts(run, by_queue)
        if growth:
            command = f"ccsim run {file} --set {shlex.quote(growth + '=+10%')}"
            steps.append(("does it stand 10 % more contacts?", command))
    steps.append(("where in the day it happens:", f"ccsim run {file} --by queue,interval"))
    longest = _longest_wait(run)
    if longest is not None:
        command = f"ccsim trace {file} --seed {run.seed} --contact {longest}"
        steps.append(("the story of the longest wait:", command))
    steps.append(("tables and figures into a folder:", f"ccsim run {file} --out results"))
    return steps


def _worst_missed(run: Run, by_queue: Cells) -> int | None:
    """The queue whose service level is farthest below its target."""
    labels = run.logs[0].labels
    gaps = [
        (float(labels.target_share[q]) - by_queue.get("service_level", queue).value, q)
        for q, queue in enumerate(labels.queues)
    ]
    missed = [(gap, q) for gap, q in gaps if gap > 0]
    return max(missed)[1] if missed else None


def _more_contacts(run: Run, by_queue: Cells) -> str | None:
    """The path that lets the largest queue grow; None where a trace is replayed as it was."""
    queues = run.scenario.queues
    growing = [name for name, queue in queues.items() if hasattr(queue.arrivals, "growth")]
    if not growing:
        return None
    largest = max(growing, key=lambda name: by_queue.get("offered", name).value)
    current = getattr(queues[largest].arrivals, "growth", 1.0)
    return f"queues.{largest}.arrivals.growth" if current == 1.0 else None


def _more_people(run: Run, program: Program, load: Load, queue: int, file: str) -> list[tuple[str, str]]:
    """A headcount to try in the biggest group that serves the queue, or a look at its shifts."""
    labels = program.labels
    needed = agents_for_target(program, load, queue)
    busiest = int(np.argmax(load.erlangs[:, queue]))
    missing = needed - float(load.agents_for(queue)[busiest])
    serving = [
        (float(load.staffed_by_group[busiest, g]), g)
        for g in range(len(labels.groups))
        if load.serves[load.pool_of_group[g], queue].any()
    ]
    if math.isnan(missing) or missing <= 0 or not serving:
        return []
    there, group = max(serving)
    name = labels.groups[group]
    headcount = int((labels.agent_group == group).sum())
    share = there / headcount if there > 0 and headcount else 1.0  # of the headcount, at the phone then
    more = math.ceil(missing / share - 1e-9)
    if run.scenario.agent_groups[name].roster is not None or more > max(2, headcount / 2):
        there_all = float(load.agents_for(queue)[busiest])
        time = time_of_day(busiest * load.interval_us % DAY)
        day = day_name(labels.start, busiest // load.intervals_a_day)
        reason = (
            f"queue {labels.queues[queue]} needs about {count(needed)} agents at {time} on {day} and has "
            f"{number(there_all)}: look at the shifts"
        )
        return [(reason + ":", f"ccsim check {file}")]
    path = shlex.quote(f"agent_groups.{name}.headcount={headcount + more}")
    reason = f"{plural(more, 'more agent')} in {name}, Erlang A's estimate for the busiest interval:"
    return [(reason, f"ccsim run {file} --set {path}")]


def _longest_wait(run: Run) -> int | None:
    """The contact of the first replication that waited longest; None where nobody waited."""
    legs = run.logs[0].legs
    if not len(legs["queue"]):
        return None
    left = np.where(legs["answered_at"] >= 0, legs["answered_at"], legs["ended_at"])
    waits = left - legs["queued_at"]
    row = int(np.argmax(waits))
    return int(legs["contact_row"][row]) if waits[row] > 0 else None
