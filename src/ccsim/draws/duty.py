"""People: sickness and time off task cut out of the timetable."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ccsim.compiler.program import DutyPlan
from ccsim.draws.off_task import with_off_task
from ccsim.draws.sorting import in_order
from ccsim.draws.streams import Int64, Streams
from ccsim.draws.stretches import Stretches, blocks_of, joined_rows
from ccsim.kinds import PAID_STATES, State

_IS_PAID = np.isin(np.arange(len(State)), [int(state) for state in PAID_STATES])


def draw_duty(plan: DutyPlan, streams: Streams) -> tuple[Int64, npt.NDArray[np.int32], npt.NDArray[np.int8]]:
    """Timetable changes after sickness and time off task, sorted by time and agent."""
    stretches = Stretches(plan.agent, plan.state, plan.from_at, plan.to_at)
    if np.any(plan.unplanned > 0) or plan.wave is not None:
        stretches = replace(stretches, state=_with_absence(plan, streams))
    if np.any(plan.adherence < 1):
        stretches = with_off_task(plan, stretches, streams)
    return _changes(stretches)


def _with_absence(plan: DutyPlan, streams: Streams) -> npt.NDArray[np.int8]:
    """Unplanned absence: the paid stretches of a missed shift become ABSENT."""
    chance = plan.unplanned[plan.agent]
    if plan.wave is not None:
        chance = chance + plan.wave
    state = plan.state.copy()
    blocks = blocks_of(plan, np.flatnonzero(chance > 0))
    if blocks:
        rows, place = joined_rows(plan, blocks)
        u = [
            streams.at(f"{plan.stream[block.group]}/absence", block.shift).random(block.people)
            for block in blocks
        ]
        missed = rows[np.concatenate(u)[place] < chance[rows]]
        state[missed[_IS_PAID[state[missed]]]] = State.ABSENT
    return state


def _changes(stretches: Stretches) -> tuple[Int64, npt.NDArray[np.int32], npt.NDArray[np.int8]]:
    """Stretches -> changes: one where a state begins, and OFF where nothing follows at once."""
    some = stretches.take(stretches.to_at > stretches.from_at)
    span = int(some.to_at.max(initial=0))
    some = some.take(in_order(some.agent * np.int64(span) + some.from_at)[1])
    adjoins = (some.agent[1:] == some.agent[:-1]) & (some.from_at[1:] == some.to_at[:-1])
    begins, ends = np.ones((2, len(some.agent)), dtype=bool)
    begins[1:] = ~(adjoins & (some.state[1:] == some.state[:-1]))
    ends[:-1] = ~adjoins
    at = np.concatenate((some.from_at[begins], some.to_at[ends]))
    who = np.concatenate((some.agent[begins], some.agent[ends]))
    what = np.concatenate((some.state[begins], np.full(int(ends.sum()), State.OFF, np.int8)))
    order = in_order(at * (int(who.max(initial=0)) + 1) + who)[1]
    return at[order], who[order], what[order]
