"""Groups, shifts and rosters -> people and their timetable before luck.

Agent k of a group always gets the same shift, break times and leave days, however many agents follow: shares
are dealt out one agent at a time, breaks and leave are spread by the golden ratio, which fills any number of
places evenly. So one agent more changes nobody else's day.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ccsim.compiler.days import date_of
from ccsim.compiler.off_floor import with_training_and_incidents
from ccsim.compiler.program import DutyPlan
from ccsim.compiler.remarks import Remarks
from ccsim.errors import Problem, ScenarioError
from ccsim.kinds import State
from ccsim.units import DAY, MINUTE

if TYPE_CHECKING:
    from ccsim.scenario import Scenario
    from ccsim.scenario.staffing import AgentGroup, Shift

GOLDEN = (math.sqrt(5) - 1) / 2

ACTIVITY_STATE = {
    "work": State.ON_DUTY,
    "break": State.BREAK,
    "lunch": State.UNPAID_BREAK,
    "training": State.TRAINING,
    "meeting": State.MEETING,
    "off": State.OFF,
}

Stretch = tuple[int, int, State]  # from, to (absolute microseconds), state


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody, in order of group and number, with the timetable before luck."""

    names: tuple[str, ...]
    group: npt.NDArray[np.int32]
    duty: DutyPlan


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    rows: list[tuple[int, Stretch]]  # day of the shift, stretch


def compile_staff(scenario: Scenario, first_opening: int, remarks: Remarks) -> Staff:
    """The people of every group. A shift of the day before that ends after ``first_opening`` is at work."""
    people: list[tuple[int, int, _Person]] = []
    groups_of: dict[str, list[str]] = {}
    for group_number, (name, group) in enumerate(scenario.agent_groups.items()):
        if group.roster is not None:
            members = _from_roster(scenario, name, group, remarks)
        else:
            members = _from_shifts(scenario, name, group, first_opening)
        people += [(group_number, number, person) for number, person in enumerate(members)]
        for person in members:
            groups_of.setdefault(person.name, []).append(name)
    rows = [
        (agent, day, *stretch) for agent, (_, _, person) in enumerate(people) for day, stretch in person.rows
    ]
    rows.sort(key=lambda row: (row[0], row[2]))
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    shrinkage = [group.shrinkage for group in scenario.agent_groups.values()]
    group_of = np.array([group for group, _, _ in people], dtype=np.int32)

    def by_agent(values: list[float]) -> npt.NDArray[np.float64]:
        return np.array(values, dtype=np.float64)[group_of] if len(group_of) else np.empty(0)

    duty = DutyPlan(
        agent=table[:, 0].astype(np.int32),
        # counted from the day before the first, whose night shift may still be at work
        shift=(table[:, 1] + 1).astype(np.int32),
        state=table[:, 4].astype(np.int8),
        from_at=table[:, 2].copy(),
        to_at=table[:, 3].copy(),
        unplanned=by_agent([s.unplanned for s in shrinkage]),
        adherence=by_agent([s.adherence for s in shrinkage]),
        off_task_mean_us=by_agent([float(s.off_task) for s in shrinkage]),
        group=group_of,
        number=np.array([number for _, number, _ in people], dtype=np.int32),
        stream=tuple(scenario.agent_groups),
    )
    shared = {name for name, groups in groups_of.items() if len(groups) > 1}
    for agent in sorted(shared):
        both = " and ".join(groups_of[agent])
        remarks.warnings.append(f"agent {agent} is in the groups {both}: simulated as one person in each")
    groups = list(scenario.agent_groups)
    names = (f"{p.name} ({groups[g]})" if p.name in shared else p.name for g, _, p in people)
    return Staff(tuple(names), group_of, with_training_and_incidents(scenario, duty))


def _from_shifts(scenario: Scenario, name: str, group: AgentGroup, first_opening: int) -> list[_Person]:
    """Headcount x shifts."""
    headcount = group.headcount or 0
    width = max(2, len(str(headcount)))
    shares = group.shifts or {}
    given = dict.fromkeys(shares, 0)
    planned = group.shrinkage.planned
    people = []
    for number in range(headcount):
        # the shift that is furthest behind its share takes the next agent
        shift_name = max(shares, key=lambda s: shares[s] * (number + 1) - given[s])
        place = given[shift_name]
        given[shift_name] += 1
        rows: list[tuple[int, Stretch]] = []
        shift = scenario.shifts[shift_name]
        worked = 0
        has_night_before = shift.hours[1] - DAY > first_opening
        for day in range(-1 if has_night_before else 0, scenario.time.days):
            if date_of(scenario, day).weekday() not in shift.days:
                continue
            stretches = list(_shift_day(shift, day, place))
            if _on_leave(number, worked, planned):
                stretches = [(a, b, _away(state)) for a, b, state in stretches]
            worked += 1
            rows += [(day, (max(a, 0), b, state)) for a, b, state in stretches if b > 0]
        people.append(_Person(f"{name}-{number + 1:0{width}d}", rows))
    return people


def _away(state: State) -> State:
    return state if state is State.UNPAID_BREAK else State.ABSENT


def _on_leave(number: int, worked: int, planned: float) -> bool:
    """Is agent ``number`` away on the shift after ``worked`` others? In a rotation, ``planned`` of them."""
    offset = number * GOLDEN % 1
    return math.floor((worked + 1) * planned + offset) > math.floor(worked * planned + offset)


def _shift_day(shift: Shift, day: int, place: int) -> Iterator[Stretch]:
    """Stretches of one shift on one day for the agent at a place among those of the same shift."""
    start, end = (edge + day * DAY for edge in shift.hours)
    now = start
    shifted = place * GOLDEN % 1 - 0.5  # where in the spread, -0.5..0.5; the first agent begins early
    for pause in sorted(shift.breaks, key=lambda b: b.after):
        begin = start + pause.after + round(shifted * pause.spread / MINUTE) * MINUTE
        begin = min(max(begin, now), end)
        finish = min(begin + pause.length, end)
        if begin > now:
            yield now, begin, State.ON_DUTY
        if finish > begin:
            yield begin, finish, State.BREAK if pause.paid else State.UNPAID_BREAK
        now = finish
    if end > now:
        yield now, end, State.ON_DUTY


def _from_roster(scenario: Scenario, name: str, group: AgentGroup, remarks: Remarks) -> list[_Person]:
    """Everybody in the roster file; other activities cut pieces out of work."""
    from ccsim.compiler.tables.roster import read_roster

    assert group.roster is not None
    roster = read_roster(scenario.folder / group.roster, start=scenario.time.start, days=scenario.time.days)
    by_agent: dict[str, list[tuple[int, int, int, str]]] = {}
    for row in roster.rows:
        by_agent.setdefault(row.agent, []).append((row.day, row.from_us, row.to_us, row.activity))
    remarks.of_file(group.roster, roster.notes, roster.warnings)
    if not roster.rows:
        last = date_of(scenario, scenario.time.days - 1)
        message = (
            f"'{group.roster}' has work for {roster.first_day} to {roster.last_day}, and the run is from "
            f"{scenario.time.start} to {last}; change time.start or the file"
        )
        problem = Problem(f"agent_groups.{name}.roster", message)
        raise ScenarioError([problem], scenario.source or scenario.name)
    if group.shrinkage.planned > 0:
        remarks.warnings.append(
            f"group {name} follows a roster, which already shows leave: planned shrinkage is not applied"
        )
    return [_Person(agent, list(_overlay(rows))) for agent, rows in by_agent.items()]


def _overlay(rows: list[tuple[int, int, int, str]]) -> Iterator[tuple[int, Stretch]]:
    """Work, other activities over it, off over everything; an activity beside work counts as it stands."""
    off = sorted((a, b) for _, a, b, activity in rows if activity == "off")
    others = sorted((a, b) for _, a, b, activity in rows if activity != "work")
    for day, start, end, activity in rows:
        if activity == "off":
            continue
        for a, b in _outside(start, end, others if activity == "work" else off):
            yield day, (a, b, ACTIVITY_STATE[activity])


def _outside(start: int, end: int, layer: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The parts of [start, end) that the spans of a layer, in order, do not cover."""
    now = start
    for a, b in layer:
        if b <= now or a >= end:
            continue
        if a > now:
            yield now, a
        now = b
    if end > now:
        yield now, end
