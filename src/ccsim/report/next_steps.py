"""What to try after a run: commands that answer the next question, with this scenario's own names in them."""

from __future__ import annotations

import math
import shlex
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ccsim.compiler.program import Program
from ccsim.report.cells import Cells
from ccsim.report.expectations import Load
from ccsim.report.formulas import agents_for_target, does_not_apply, factor_of_misses
from ccsim.report.wording import count, day_name, number, plural, time_of_day
from ccsim.units import DAY, MINUTE

if TYPE_CHECKING:
    from ccsim.result import Run

_LENGTHS = {15: "quarter of an hour", 30: "half hour", 60: "hour"}  # of an interval in minutes


def after_run(run: Run, program: Program, load: Load, by_queue: Cells) -> list[tuple[str, str]]:
    """Two to five pairs of a reason and a command, the most useful first."""
    file = shlex.quote(str(run.scenario.source or "FILE"))
    steps: list[tuple[str, str]] = []
    missed = _missed(run, by_queue)
    if missed:
        steps += _for_the_missed(run, program, load, by_queue, missed, file)
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


def _missed(run: Run, by_queue: Cells) -> list[int]:
    """Queues below their target; first those with most contacts too many outside the time."""
    labels = run.logs[0].labels
    gaps = [
        (float(labels.target_share[q]) - by_queue.get("service_level", queue).value, q)
        for q, queue in enumerate(labels.queues)
    ]
    contacts = [by_queue.get("offered", queue).value for queue in labels.queues]
    return [q for _, q in sorted(((gap * contacts[q], q) for gap, q in gaps if gap > 0), reverse=True)]


def _for_the_missed(
    run: Run, program: Program, load: Load, by_queue: Cells, missed: list[int], file: str
) -> list[tuple[str, str]]:
    """A headcount to try for the first of these queues that has one; else a look at the shifts."""
    looks: list[tuple[str, str]] = []
    for queue in missed:
        level = by_queue.get("service_level", program.labels.queues[queue]).value
        steps = _more_people(run, program, load, queue, level, file)
        if any(".headcount=" in command for _, command in steps):
            return steps
        looks = looks or steps
    return looks


def _more_contacts(run: Run, by_queue: Cells) -> str | None:
    """The path that lets the largest queue grow; None where a trace is replayed as it was."""
    queues = run.scenario.queues
    growing = [name for name, queue in queues.items() if hasattr(queue.arrivals, "growth")]
    if not growing:
        return None
    largest = max(growing, key=lambda name: by_queue.get("offered", name).value)
    current = getattr(queues[largest].arrivals, "growth", 1.0)
    return f"queues.{largest}.arrivals.growth" if current == 1.0 else None


def _more_people(
    run: Run, program: Program, load: Load, queue: int, level: float, file: str
) -> list[tuple[str, str]]:
    """Headcounts to try in the biggest group that serves the queue, or a look at its shifts.

    First the fewest that should meet the target over the whole period, then those that should meet it in the
    busiest interval, too. ``level``: the service level of the run.
    """
    labels = program.labels
    busiest = int(np.argmax(load.erlangs[:, queue]))
    serving = [
        (float(load.staffed_by_group[busiest, g]), g)
        for g in range(len(labels.groups))
        if load.serves[load.pool_of_group[g], queue].any()
    ]
    if not serving or not load.contacts[:, queue].any():
        return []
    there, group = max(serving)
    name = labels.groups[group]
    headcount = int((labels.agent_group == group).sum())
    if does_not_apply(program, queue):
        return [_some_more(run, name, headcount, math.ceil(headcount / 10), file)]
    per_head = load.staffed_by_group[:, group] / max(headcount, 1)
    most = max(2, headcount // 2)
    missing = agents_for_target(program, load, queue) - float(load.agents_for(queue)[busiest])
    share = there / headcount if there > 0 and headcount else 1.0  # of the headcount, at the phone then
    at_peak = 0 if math.isnan(missing) else math.ceil(missing / share - 1e-9)
    more = _fewest(program, load, queue, level, per_head, most)
    if run.scenario.agent_groups[name].roster is not None or more is None:
        if not missing > 0:
            return []
        look = _look_at_shifts(program, load, queue, busiest, file)
        rostered = run.scenario.agent_groups[name].roster is not None
        return [look] if rostered else [look, _some_more(run, name, headcount, most, file)]
    path = f"agent_groups.{name}.headcount="
    said = f"{plural(more, 'more agent')} in {name} should meet the target over the whole period:"
    steps = [(said, f"ccsim run {file} --set {shlex.quote(path + str(headcount + more))}")]
    if more < at_peak <= most:
        when = _LENGTHS.get(load.interval_us // MINUTE, "interval")
        said = f"{at_peak} more so that even the busiest {when} meets it:"
        steps.append((said, f"ccsim run {file} --set {shlex.quote(path + str(headcount + at_peak))}"))
    return steps


def _some_more(run: Run, name: str, headcount: int, more: int, file: str) -> tuple[str, str]:
    """A tenth more people, where no formula says how many it takes."""
    if run.scenario.agent_groups[name].roster is not None:
        return ("where in the week people are missing:", f"ccsim run {file} --by queue,weekday")
    path = f"agent_groups.{name}.headcount={headcount + more}"
    return (
        f"what {'does' if more == 1 else 'do'} {plural(more, 'more agent')} in {name} change?",
        f"ccsim run {file} --set {shlex.quote(path)}",
    )


def _fewest(
    program: Program, load: Load, queue: int, level: float, per_head: npt.NDArray[np.float64], most: int
) -> int | None:
    """The smallest number of further agents, up to ``most``, with which the target should be met.

    The simulated share of misses shrinks as Erlang A says that it does: what the formula does not know of
    this center it does not know with more people either, and much of that cancels out.
    """
    allowed = 1 - float(program.labels.target_share[queue])
    for more in range(1, most + 1):
        factor = factor_of_misses(program, load, queue, more * per_head)
        if math.isnan(factor):
            return None
        if (1 - level) * factor <= allowed:
            return more
    return None


def _look_at_shifts(program: Program, load: Load, queue: int, busiest: int, file: str) -> tuple[str, str]:
    labels = program.labels
    time = time_of_day(busiest * load.interval_us % DAY)
    day = day_name(labels.start, busiest // load.intervals_a_day)
    needed = agents_for_target(program, load, queue)
    reason = (
        f"queue {labels.queues[queue]} needs about {count(needed)} agents at {time} on {day} and has "
        f"{number(float(load.agents_for(queue)[busiest]))}: look at the shifts"
    )
    return reason + ":", f"ccsim check {file}"


def _longest_wait(run: Run) -> int | None:
    """The contact of the first replication that waited longest; None where nobody waited."""
    legs = run.logs[0].legs
    if not len(legs["queue"]):
        return None
    left = np.where(legs["answered_at"] >= 0, legs["answered_at"], legs["ended_at"])
    overnight = np.array(run.logs[0].labels.deferrable or (False,) * len(run.logs[0].labels.queues))
    waits = np.where(overnight[legs["queue"]], -1, left - legs["queued_at"])
    row = int(np.argmax(waits))
    return int(legs["contact_row"][row]) if waits[row] > 0 else None
