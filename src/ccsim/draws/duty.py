"""People: sickness and time off task cut out of the timetable."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ccsim.compiler.program import DutyPlan
from ccsim.draws.streams import Int64, Streams
from ccsim.kinds import PAID_STATES, State
from ccsim.units import DAY


def draw_duty(plan: DutyPlan, streams: Streams) -> tuple[Int64, npt.NDArray[np.int32], npt.NDArray[np.int8]]:
    """Timetable changes after sickness and time off task, sorted by time and agent."""
    agent, state, from_at, to_at = plan.agent, plan.state, plan.from_at, plan.to_at
    if np.any(plan.unplanned > 0) or plan.wave is not None:
        state = _with_absence(plan, streams)
    if np.any(plan.adherence < 1):
        agent, state, from_at, to_at = _with_off_task(plan, state, streams)
    return _changes(agent, state, from_at, to_at)


def _with_absence(plan: DutyPlan, streams: Streams) -> npt.NDArray[np.int8]:
    """Unplanned absence: the paid stretches of a missed shift become ABSENT."""
    missed = np.zeros(len(plan.agent), dtype=bool)
    for group, shift, rows in _group_shifts(plan):
        agents = plan.agent[rows]
        chance = plan.unplanned[agents]
        if plan.wave is not None:
            chance = chance + plan.wave[rows]
        if chance.any():
            u = streams.at(f"{plan.stream[group]}/absence", shift).random(int(plan.number[agents].max()) + 1)
            missed[rows] = u[plan.number[agents]] < chance
    paid = np.isin(plan.state, [int(state) for state in PAID_STATES])
    return np.where(missed & paid, np.int8(State.ABSENT), plan.state)


def _group_shifts(plan: DutyPlan) -> list[tuple[int, int, Int64]]:
    """Rows of the plan by group and shift: (group, shift, rows)."""
    group = plan.group[plan.agent].astype(np.int64)
    code = group * (int(plan.shift.max(initial=0)) + 1) + plan.shift
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    blocks = np.split(order, starts[1:]) if len(order) else []
    return [(int(group[rows[0]]), int(plan.shift[rows[0]]), rows) for rows in blocks]


def _with_off_task(
    plan: DutyPlan, state: npt.NDArray[np.int8], streams: Streams
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int8], Int64, Int64]:
    """Cut off-task stretches out of on-duty time.

    On task and off task alternate as a stationary renewal process with exponential lengths, so the expected
    share of on-duty time at the phone is the adherence exactly, at every moment of the shift.
    """
    agents: list[npt.NDArray[np.int32]] = []
    states: list[npt.NDArray[np.int8]] = []
    froms: list[Int64] = []
    tos: list[Int64] = []
    for group, shift, rows in _group_shifts(plan):
        cut = (state[rows] == State.ON_DUTY) & (plan.adherence[plan.agent[rows]] < 1)
        whole, parts = rows[~cut], rows[cut]
        agents.append(plan.agent[whole])
        states.append(state[whole])
        froms.append(plan.from_at[whole])
        tos.append(plan.to_at[whole])
        if len(parts):
            owner, off, from_at, to_at = _alternate(plan, group, shift, parts, streams)
            agents.append(plan.agent[owner])
            states.append(np.where(off, State.OFF_TASK, State.ON_DUTY).astype(np.int8))
            froms.append(from_at)
            tos.append(to_at)
    return np.concatenate(agents), np.concatenate(states), np.concatenate(froms), np.concatenate(tos)


def _alternate(
    plan: DutyPlan, group: int, shift: int, rows: Int64, streams: Streams
) -> tuple[Int64, npt.NDArray[np.bool_], Int64, Int64]:
    """Pieces of the given on-duty rows: (row, off task?, from, to). One path an agent and shift."""
    first = (shift - 1) * DAY  # paths begin at midnight of the shift's day, whoever works which shift
    length = int(plan.to_at[rows].max()) - first
    people, person = np.unique(plan.agent[rows], return_inverse=True)
    share, off_mean = float(plan.adherence[people[0]]), float(plan.off_task_mean_us[people[0]])
    on_mean = off_mean * share / (1 - share) if share > 0 else 0.0
    # enough alternations for nearly every path; who falls short gets another block of them
    cycles = DAY / (on_mean + off_mean)
    width = 2 * int(cycles + 5 * math.sqrt(cycles) + 8)
    count = int(plan.number[people].max()) + 1
    name = f"{plan.stream[group]}/adherence"
    starts_off = streams.at(name, shift).random(count)[plan.number[people]] >= share
    changes = np.zeros((len(people), 0))
    attempt = 1
    while changes.shape[1] == 0 or (changes[:, -1] < length).any():
        lengths = streams.at(name, shift, attempt).standard_exponential((count, width))[plan.number[people]]
        even = np.arange(width) % 2 == 0
        lengths *= np.where(even == starts_off[:, None], off_mean, on_mean)
        if changes.shape[1]:
            lengths[:, 0] += changes[:, -1]
        changes = np.concatenate((changes, np.cumsum(lengths, axis=1)), axis=1)
        attempt += 1
    return _pieces(plan, rows, person, first, changes.astype(np.int64), starts_off)


def _pieces(
    plan: DutyPlan,
    rows: Int64,
    person: npt.NDArray[np.intp],
    first: int,
    changes: Int64,
    starts_off: npt.NDArray[np.bool_],
) -> tuple[Int64, npt.NDArray[np.bool_], Int64, Int64]:
    """Cut each row at the changes of its person that fall inside it."""
    begin, end = plan.from_at[rows] - first, plan.to_at[rows] - first
    # all paths in one ascending line, each person's shifted past the one before
    width, span = changes.shape[1], int(max(changes.max(), end.max())) + 1
    line = (changes + np.arange(len(changes))[:, None] * span).ravel()
    low = np.searchsorted(line, begin + person * span, side="right")
    high = np.searchsorted(line, end + person * span, side="left")
    count = high - low + 1
    owner = np.repeat(np.arange(len(rows)), count)
    place = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + low[owner]
    path = np.append(changes.ravel(), 0)  # the last piece of a row looks one change too far
    from_at = np.where(place == low[owner], begin[owner], path[place - 1])
    to_at = np.where(place == high[owner], end[owner], path[place])
    even = (place - person[owner] * width) % 2 == 0
    return rows[owner], even == starts_off[person[owner]], from_at + first, to_at + first


def _changes(
    agent: npt.NDArray[np.int32], state: npt.NDArray[np.int8], from_at: Int64, to_at: Int64
) -> tuple[Int64, npt.NDArray[np.int32], npt.NDArray[np.int8]]:
    """Stretches -> changes: one where a state begins, and OFF where nothing follows at once."""
    kept = to_at > from_at
    agent, state, from_at, to_at = agent[kept], state[kept], from_at[kept], to_at[kept]
    order = np.lexsort((from_at, agent))
    agent, state, from_at, to_at = agent[order], state[order], from_at[order], to_at[order]
    same_agent = agent[1:] == agent[:-1]
    adjoins = np.append(same_agent & (from_at[1:] == to_at[:-1]), False)
    repeats = (
        np.concatenate(([False], adjoins[:-1] & (state[1:] == state[:-1]))) if len(agent) else adjoins[:0]
    )
    begins = ~repeats
    ends = ~adjoins[: len(agent)]
    at = np.concatenate((from_at[begins], to_at[ends]))
    who = np.concatenate((agent[begins], agent[ends]))
    what = np.concatenate((state[begins], np.full(int(ends.sum()), State.OFF, np.int8)))
    order = np.lexsort((who, at))
    return at[order], who[order].astype(np.int32), what[order].astype(np.int8)
