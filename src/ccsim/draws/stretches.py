"""Stretches of agents' time, and the parts of a timetable that share their luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.compiler.program import DutyPlan
from ccsim.draws.sorting import in_order
from ccsim.draws.streams import Int64


@dataclass(frozen=True, slots=True)
class Stretches:
    """When which agent is in which state, one array each."""

    agent: npt.NDArray[np.int32]
    state: npt.NDArray[np.int8]
    from_at: Int64
    to_at: Int64

    def take(self, rows: npt.NDArray[Any]) -> Stretches:
        """Some of them: a mask, or row numbers."""
        return Stretches(self.agent[rows], self.state[rows], self.from_at[rows], self.to_at[rows])


def joined(parts: Sequence[Stretches]) -> Stretches:
    """All parts, one behind the other."""
    return Stretches(
        np.concatenate([part.agent for part in parts]),
        np.concatenate([part.state for part in parts]),
        np.concatenate([part.from_at for part in parts]),
        np.concatenate([part.to_at for part in parts]),
    )


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of a timetable that are of one group and one shift."""

    group: int
    shift: int
    rows: Int64  # ascending
    people: int  # one more than the largest number of an agent


def blocks_of(plan: DutyPlan, rows: Int64) -> list[Block]:
    """The given rows by group and shift."""
    if not len(rows):
        return []
    agent = plan.agent[rows]
    shift = plan.shift[rows]
    shifts = int(shift.max()) + 1
    code, order = in_order(plan.group[agent] * np.int64(shifts) + shift)
    first = np.flatnonzero(np.diff(code, prepend=-1))
    people = np.maximum.reduceat(plan.number[agent[order]], first) + 1
    edges = [*first.tolist(), len(rows)]
    rows = rows[order]
    return [
        Block(one // shifts, one % shifts, rows[begin:end], count)
        for one, begin, end, count in zip(
            code[first].tolist(), edges[:-1], edges[1:], people.tolist(), strict=True
        )
    ]


def joined_rows(plan: DutyPlan, blocks: Sequence[Block]) -> tuple[Int64, Int64]:
    """The rows of all blocks, and the place of each row's agent in a line of the people of all blocks."""
    rows = np.concatenate([block.rows for block in blocks])
    people = np.array([block.people for block in blocks])
    first = np.repeat(people.cumsum() - people, [len(block.rows) for block in blocks])
    return rows, first + plan.number[plan.agent[rows]]
