"""Classroom, coaching, desktops out of order, waves of sickness: what scenarios take out of a timetable."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ccsim.compiler.program import DutyPlan, Float64, Int64
from ccsim.compiler.windows import Window, windows_of
from ccsim.errors import Problem, ScenarioError
from ccsim.kinds import State
from ccsim.units import DAY

if TYPE_CHECKING:
    from ccsim.scenario import Scenario
    from ccsim.scenario.training import Training

Mask = npt.NDArray[np.bool_]


def with_training_and_incidents(scenario: Scenario, duty: DutyPlan) -> DutyPlan:
    """The timetable with trainees and coaches off the floor, outages cut out, and extra chances of absence.

    Raises ScenarioError where a group has fewer people than it needs coaches.
    """
    duty = _with_training(scenario, duty)
    for event in scenario.events.values():
        if event.down:
            pools = pools_of(scenario, event.groups)
            for window in windows_of(scenario, event.on, event.hours):
                duty = _with_down(duty, pools, window)
    return replace(duty, wave=_wave(scenario, duty))


def pools_of(scenario: Scenario, groups: tuple[str, ...] | None) -> list[int]:
    """Rows of the named groups, or of all."""
    return [row for row, name in enumerate(scenario.agent_groups) if groups is None or name in groups]


# -- training -----------------------------------------------------------------------------------------------


def work_days(duty: DutyPlan, pool: int) -> list[int]:
    """Days of the run on which somebody of the group has a shift, ascending."""
    days = np.unique(duty.shift[duty.group[duty.agent] == pool]).astype(np.int64) - 1
    return [int(day) for day in days if day >= 0]


def first_day_with_customers(training: Training, days: list[int]) -> int | None:
    """The work day after the classroom; None where the run ends before."""
    after = days[training.classroom_days :]
    return after[0] if after else None


def _with_training(scenario: Scenario, duty: DutyPlan) -> DutyPlan:
    """Trainees in the classroom, then coaches beside them, are in TRAINING instead of on duty."""
    busy = np.zeros(len(duty.agent), dtype=bool)
    taken = np.zeros(len(duty.group), dtype=bool)
    day = duty.shift.astype(np.int64) - 1
    groups = list(scenario.agent_groups)
    for pool, group in enumerate(scenario.agent_groups.values()):
        if group.training is None:
            continue
        training = scenario.training[group.training]
        days = work_days(duty, pool)
        classroom = days[: training.classroom_days]
        busy |= (duty.group[duty.agent] == pool) & np.isin(day, classroom)
        first = first_day_with_customers(training, days)
        if training.coach is None or first is None:
            continue
        lasts = training.speed.over if training.speed else scenario.time.days * DAY
        coached = [one for one in days if first <= one < first + lasts / DAY]
        trainees = int((duty.group == pool).sum())
        coaches = _coaches(scenario, duty, groups.index(training.coach.group), trainees, training, taken)
        taken[coaches] = True
        busy |= np.isin(duty.agent, coaches) & np.isin(day, coached)
    if not busy.any():
        return duty
    away = busy & (duty.state == State.ON_DUTY)
    return replace(duty, state=np.where(away, np.int8(State.TRAINING), duty.state))


def _coaches(
    scenario: Scenario, duty: DutyPlan, pool: int, trainees: int, training: Training, taken: Mask
) -> Int64:
    """The last people of the coaches' group who do not coach others already."""
    assert training.coach is not None
    wanted = math.ceil(trainees / training.coach.per)
    free = np.flatnonzero((duty.group == pool) & ~taken)
    if wanted > len(free):
        name = training.coach.group
        path = next(key for key, one in scenario.training.items() if one is training)
        message = (
            f"{trainees} trainees need {wanted} coaches, and {name} has {len(free)} people for that; "
            "raise per, or name a larger group"
        )
        raise ScenarioError([Problem(f"training.{path}.coach", message)], scenario.source or scenario.name)
    return free[len(free) - wanted :]


# -- incidents ----------------------------------------------------------------------------------------------


def _with_down(duty: DutyPlan, pools: list[int], window: Window) -> DutyPlan:
    """On-duty time of the groups inside the window becomes DOWN; breaks and training stay."""
    start, end = window
    hit = np.isin(duty.group[duty.agent], pools) & (duty.state == State.ON_DUTY)
    hit &= (duty.from_at < end) & (duty.to_at > start)
    if not hit.any():
        return duty
    rows = np.flatnonzero(hit)
    begin, finish = duty.from_at[rows], duty.to_at[rows]
    inner_from, inner_to = np.maximum(begin, start), np.minimum(finish, end)
    whole = np.flatnonzero(~hit)
    owner = np.concatenate((whole, rows, rows, rows))
    on_duty, down = np.int8(State.ON_DUTY), np.full(len(rows), State.DOWN, dtype=np.int8)
    state = np.concatenate(
        (duty.state[whole], np.full(len(rows), on_duty), down, np.full(len(rows), on_duty))
    )
    from_at = np.concatenate((duty.from_at[whole], begin, inner_from, inner_to))
    to_at = np.concatenate((duty.to_at[whole], inner_from, inner_to, finish))
    kept = np.flatnonzero(to_at > from_at)
    order = kept[np.lexsort((from_at[kept], duty.agent[owner[kept]]))]
    return replace(
        duty,
        agent=duty.agent[owner[order]],
        shift=duty.shift[owner[order]],
        state=state[order],
        from_at=from_at[order],
        to_at=to_at[order],
    )


def _wave(scenario: Scenario, duty: DutyPlan) -> Float64 | None:
    """(rows,) chance added to that of missing the row's shift; None where nothing is."""
    events = [event for event in scenario.events.values() if event.absence > 0]
    if not events or not len(duty.agent):
        return None
    code = duty.agent.astype(np.int64) * (int(duty.shift.max()) + 1) + duty.shift
    _, shift = np.unique(code, return_inverse=True)
    begins = np.full(int(shift.max()) + 1, np.iinfo(np.int64).max)
    ends = np.zeros_like(begins)
    np.minimum.at(begins, shift, duty.from_at)
    np.maximum.at(ends, shift, duty.to_at)
    wave = np.zeros(len(duty.agent))
    for event in events:
        touched = np.zeros(len(begins), dtype=bool)
        for start, end in windows_of(scenario, event.on, event.hours):
            touched |= (begins < end) & (ends > start)
        mine = np.isin(duty.group[duty.agent], pools_of(scenario, event.groups))
        wave += np.where(mine & touched[shift], event.absence, 0.0)
    return wave
