"""Time off task: each agent and shift has a path of its own that goes on task and off task by turns.

A path begins at midnight of the shift's day, whoever works which shift. Its lengths are exponential and it
begins in its steady state, so the expected share of on-duty time at the phone is the adherence exactly, at
every moment of the shift.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ccsim.compiler.program import DutyPlan
from ccsim.draws.streams import Floats, Int64, Streams
from ccsim.draws.stretches import Block, Stretches, blocks_of, joined, joined_rows
from ccsim.kinds import State
from ccsim.units import DAY

MOST_NUMBERS = 1 << 17  # of paths that are drawn together, to stay in the processor's cache


@dataclass(frozen=True, slots=True)
class _Paths:
    """The paths of a block's people."""

    block: Block
    stream: str
    share: float  # of time on task
    on_mean: float
    off_mean: float

    @staticmethod
    def of(plan: DutyPlan, block: Block) -> _Paths:
        agent = plan.agent[block.rows[0]]
        share, off_mean = float(plan.adherence[agent]), float(plan.off_task_mean_us[agent])
        on_mean = off_mean * share / (1 - share) if share > 0 else 0.0
        return _Paths(block, f"{plan.stream[block.group]}/adherence", share, on_mean, off_mean)

    @property
    def width(self) -> int:
        """Enough alternations for nearly every path; who falls short gets as many again."""
        cycles = DAY / (self.on_mean + self.off_mean)
        return 2 * int(cycles + 5 * math.sqrt(cycles) + 8)


def with_off_task(plan: DutyPlan, stretches: Stretches, streams: Streams) -> Stretches:
    """Cut off-task stretches out of on-duty time; ``stretches`` are the rows of the plan."""
    cut = (stretches.state == State.ON_DUTY) & (plan.adherence[plan.agent] < 1)
    paths = [_Paths.of(plan, block) for block in blocks_of(plan, np.flatnonzero(cut))]
    return joined([stretches.take(~cut), *(_pieces(plan, some, streams) for some in _together(paths))])


def _together(paths: list[_Paths]) -> Iterator[list[_Paths]]:
    """Those of one width that fit into the cache together."""
    by_width: dict[int, list[_Paths]] = {}
    for one in paths:
        by_width.setdefault(one.width, []).append(one)
    for width, alike in by_width.items():
        some: list[_Paths] = []
        count = 0
        for one in alike:
            if count and count + one.block.people * width > MOST_NUMBERS:
                yield some
                some, count = [], 0
            some.append(one)
            count += one.block.people * width
        yield some


def _pieces(plan: DutyPlan, paths: list[_Paths], streams: Streams) -> Stretches:
    """Cut the rows of the blocks at the changes of their agents' paths."""
    rows, path = joined_rows(plan, [one.block for one in paths])
    midnight = (plan.shift[rows] - np.int64(1)) * DAY
    begin, end = plan.from_at[rows] - midnight, plan.to_at[rows] - midnight
    starts_off, changes = _alternate(paths, path, end, streams)
    # all paths in one ascending line, each shifted past the one before; beyond the last end nothing counts
    width, span = changes.shape[1], int(end.max()) + 2
    at = np.minimum(changes, span - 1, out=changes).astype(np.int64)
    line = (at + np.arange(len(at))[:, None] * span).ravel()
    low = np.searchsorted(line, begin + path * span, side="right")
    high = np.searchsorted(line, end + path * span, side="left")
    count = high - low + 1
    last = np.cumsum(count) - 1
    first = last - count + 1
    owner = np.repeat(np.arange(len(rows)), count)
    place = np.arange(len(owner)) + (low - first)[owner]
    # the first piece of a row looks one change too far back, its last one too far ahead
    from_at, to_at = at.take(place - 1, mode="clip"), at.take(place, mode="clip")
    from_at[first], to_at[last] = begin, end
    even = (place - (path * width)[owner]) % 2 == 0
    off = even == starts_off[path][owner]
    state = np.where(off, np.int8(State.OFF_TASK), np.int8(State.ON_DUTY))
    shift_begins = midnight[owner]
    return Stretches(plan.agent[rows][owner], state, from_at + shift_begins, to_at + shift_begins)


def _alternate(
    paths: list[_Paths], path: Int64, end: Int64, streams: Streams
) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Which paths start off task, and the times at which each changes: (paths,), (paths, changes).

    ``path``: of each row; ``end``: since its midnight, which its path has to reach.
    """
    people = [one.block.people for one in paths]
    starts_off = np.concatenate(
        [
            streams.at(one.stream, one.block.shift).random(count) >= one.share
            for one, count in zip(paths, people, strict=True)
        ]
    )
    off = np.repeat([one.off_mean for one in paths], people)
    on = np.repeat([one.on_mean for one in paths], people)
    first_mean, second_mean = np.where(starts_off, off, on)[:, None], np.where(starts_off, on, off)[:, None]
    changes = np.zeros((len(off), 0))
    short, attempt = np.ones(len(off), dtype=bool), 1
    while short.any():
        more = _lengths(paths, short, streams, attempt)
        more[:, 0::2] *= first_mean
        more[:, 1::2] *= second_mean
        if attempt > 1:
            more[:, 0] += changes[:, -1]
        np.cumsum(more, axis=1, out=more)
        changes = more if attempt == 1 else np.concatenate((changes, more), axis=1)
        short[:] = False
        short[path[changes[path, -1] < end]] = True
        attempt += 1
    return starts_off, changes


def _lengths(paths: list[_Paths], short: npt.NDArray[np.bool_], streams: Streams, attempt: int) -> Floats:
    """(paths, width) standard exponentials for blocks with a path that is short; the others need no luck."""
    lengths = np.ones((len(short), paths[0].width))
    first = 0
    for one in paths:
        own = slice(first, first + one.block.people)
        if short[own].any():
            streams.at(one.stream, one.block.shift, attempt).standard_exponential(out=lengths[own])
        first = own.stop
    return lengths
