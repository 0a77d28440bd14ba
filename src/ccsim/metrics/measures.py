"""The additive measures of one Log: counts and sums of integers per cell, from which every ratio is made.

Legs are reduced once. Each gets a small integer ``code = (place * KINDS + kind) * bins + bin``: the place is
its queue, agent and slot of the time grid, the kind how it ended, the bin which thresholds its wait exceeds.
Four ``bincount`` passes over the code (rows, wait, handle time, talk) hold all counts, sums and service
levels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.kinds import State
from ccsim.log import Labels, Log
from ccsim.metrics.clock import Clocks
from ccsim.metrics.grid import blocks, split, sums_of, union
from ccsim.metrics.keys import Cells
from ccsim.metrics.legs import (
    ANSWERED,
    COLUMNS,
    KINDS,
    PLAIN_KINDS,
    RARE,
    Legs,
    attributed_at,
    later,
    later_rows,
    more_columns,
)
from ccsim.metrics.levels import Fold, Name, Places, judge, level_parts, thresholds_of, up_to
from ccsim.metrics.longest_queue import longest_queue
from ccsim.metrics.metric import Metric
from ccsim.metrics.quantiles import SortedWaits, sort_waits
from ccsim.metrics.shares import Spells, busy_time, has_plain_time, slots_of
from ccsim.metrics.themes import THEMES, Asked
from ccsim.units import DAY

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

STATE_MEASURES = {
    "on_duty": State.ON_DUTY,
    "break": State.BREAK,
    "unpaid_break": State.UNPAID_BREAK,
    "training": State.TRAINING,
    "meeting": State.MEETING,
    "off_task": State.OFF_TASK,
    "absent": State.ABSENT,
    "down": State.DOWN,
}


@dataclass(frozen=True, slots=True)
class Wants:
    """Which measures a table needs."""

    thresholds: tuple[int | None, ...]  # of service levels; None: each queue's target
    intervals: bool
    days: bool
    names: frozenset[str]  # of other measures
    periods: tuple[int, ...] = ()  # windows of metrics such as fcr_repeat_7d, microseconds

    @staticmethod
    def of(metrics: Iterable[Metric]) -> Wants:
        """What ``metrics`` are made of."""
        chosen = list(metrics)
        names = frozenset(
            name.lstrip("-")
            for metric in chosen
            for name in (*metric.numerator, *metric.denominator, *filter(None, [metric.squares]))
            if metric.kind in ("count", "ratio")
        )
        maxima = {m.numerator[0] for m in chosen if m.kind in ("quantile", "maximum")}
        intervals, days = "intervals_reached" in names, "days_reached" in names
        thresholds = dict.fromkeys(m.within_us for m in chosen if m.is_service_level)
        periods = {m.within_us for m in chosen if not m.is_service_level} - {None}
        if intervals or days:
            thresholds[None] = None
        names |= {f"sorted:{name}" for name in maxima}
        return Wants(
            tuple(thresholds), intervals, days, names, tuple(sorted(p for p in periods if p is not None))
        )


@dataclass(slots=True)
class Measured:
    """The measures of one Log over the cells of one table."""

    cells: int
    sums: dict[Name, Float64] = field(default_factory=dict)  # (cells,)
    waits: dict[str, SortedWaits] = field(default_factory=dict)
    longest_queue: Float64 | None = None  # (cells,)

    def total(self, parts: tuple[str, ...], within_us: int | None) -> Float64:
        """Sum of named measures; ``-name`` takes away."""
        total: Float64 | None = None
        for part in parts:
            name = part.removeprefix("-")
            value = self.sums.get(name)
            if value is None:
                if name in RARE:  # nothing of the kind happened
                    continue
                value = self.sums[name, within_us]
            if total is None:
                total = -value if part != name else value.copy()
            elif part != name:
                total -= value
            else:
                total += value
        return np.zeros(self.cells) if total is None else total


def measure(log: Log, cells: Cells, wants: Wants, since_us: int, attribution: str) -> Measured:
    """All measures that ``wants`` names. Legs that arrived before ``since_us`` are out; time starts there."""
    measured = Measured(cells.count)
    asked = Asked(log, cells, wants.names, wants.periods, since_us)
    for theme in THEMES:
        if wants.names & theme.names:
            sums, waits = theme.measure(asked)
            measured.sums |= sums
            measured.waits |= waits
    if cells.front.keys:  # of sessions alone
        return measured
    clocks, legs = Clocks.read(log.labels), asked.legs
    _measure_time(asked, legs, wants, measured)
    if not cells.agent.keys and "sorted:queue_length" in wants.names:
        waiting = later(legs, legs.wait_ended_at, since_us)
        begin = np.maximum(waiting.queued_at, since_us) if since_us > 0 else waiting.queued_at
        measured.longest_queue = longest_queue(waiting.queue, begin, waiting.wait_ended_at, cells)
    columns = _columns(asked, legs, wants)
    keep = later_rows(legs.queued_at, since_us)
    if keep is not None:
        columns = {name: column[keep] for name, column in columns.items()}
    legs = later(legs, legs.queued_at, since_us)
    attributed = attributed_at(log.labels, legs, attribution, clocks)
    _measure_legs(log.labels, legs, columns, attributed, cells, wants, measured)
    return measured


def _columns(asked: Asked, legs: Legs, wants: Wants) -> dict[str, Int64 | Float64]:
    """The columns of the legs that are to be added up by kind."""
    wanted = [name for name in COLUMNS if any(f"{name}_{kind}" in wants.names for kind in KINDS)]
    found: dict[str, Int64 | Float64] = {
        name: getattr(legs, name) for name in wanted if name in ("wait", "handle", "talk")
    }
    if len(found) < len(wanted):
        parts = asked.parts if "share" in wanted else None
        found |= more_columns(asked.log, frozenset(wanted), parts)
    return found


def _measure_time(asked: Asked, legs: Legs, wants: Wants, measured: Measured) -> None:
    """Waiting, open, handling and agents' time, each in the slot in which it passed."""
    log, cells, since_us = asked.log, asked.cells, asked.since_us
    labels, sums = log.labels, measured.sums
    queue_code = None if cells.queue.count == 1 else cells.queue.codes[legs.queue]
    if not cells.agent.keys:
        sums["open_time"] = _open_time(labels, cells, since_us)
        if "waiting_time" in wants.names:
            sums["waiting_time"] = _passed(
                legs.queued_at, legs.wait_ended_at, legs.wait, queue_code, cells.queue.count, cells, since_us
            )
    if wants.names & {"handle_time", "slot_time"}:
        if has_plain_time(log):
            sums["handle_time"] = sums["slot_time"] = _handle_time(legs, queue_code, cells, since_us)
        else:
            sums["handle_time"] = _busy_time(asked) if cells.queue.count == 1 else _shared_time(asked)
            if "slot_time" in wants.names:
                spells = asked.spells
                sums["slot_time"] = _divided(asked, spells, slots_of(labels)[spells.queue])
    if not cells.queue.keys and (cells.agent.keys or wants.names & set(STATE_MEASURES)):
        _measure_states(log.stretches, cells, since_us, sums)


def _handle_time(legs: Legs, queue_code: Int64 | None, cells: Cells, since_us: int) -> Float64:
    place, places = queue_code, cells.queue.count * cells.agent.count
    if cells.agent.keys:
        if len(cells.agent.codes) == 0:
            return np.zeros(places * cells.time.count)
        agent_code = cells.agent.codes[legs.agent]  # nobody (-1) handles nothing: any agent's code does
        place = agent_code if place is None else place * cells.agent.count + agent_code
    return _passed(legs.served_at, legs.ended_at, legs.handle, place, places, cells, since_us)


def _busy_time(asked: Asked) -> Float64:
    """Time in which agents had any contact open, in a table without keys of queues."""
    cells = asked.cells
    agent, begin, end = busy_time(asked.spells)
    place = cells.agent.codes[agent] if cells.agent.keys else None
    begin = np.maximum(begin, asked.since_us)
    return split(begin, end, place, cells.agent.count, cells.time.codes, cells.time.count, cells.width_us)


def _shared_time(asked: Asked) -> Float64:
    """Time of agents, divided evenly among the contacts that they had open."""
    parts = asked.parts
    assert parts is not None
    return _divided(asked, parts, parts.open)


def _divided(asked: Asked, work: Spells, divisor: Int64) -> Float64:
    """Microseconds of work by cell, those of each spell divided by its ``divisor``."""
    cells = asked.cells
    place = cells.queue.codes[work.queue]
    if cells.agent.keys:
        place = place * cells.agent.count + cells.agent.codes[work.agent]
    begin = np.maximum(work.begin, asked.since_us)
    places = cells.queue.count * cells.agent.count
    total = np.zeros(cells.count)
    for number in np.flatnonzero(np.bincount(divisor)):
        rows = np.flatnonzero(divisor == number)
        total += split(begin.take(rows), work.end.take(rows), place.take(rows), places,
                       cells.time.codes, cells.time.count, cells.width_us) / number  # fmt: skip
    return total


def _passed(
    begin: Int64,
    end: Int64,
    length: Int64,
    place: Int64 | None,
    places: int,
    cells: Cells,
    since_us: int,
) -> Float64:
    """Microseconds after ``since_us`` of the stretches [begin, end) per place and time cell."""
    if since_us > 0:
        begin = np.maximum(begin, since_us)
        length = np.maximum(end - begin, 0)
    if cells.time.count == 1:
        return np.array([float(length.sum())]) if place is None else sums_of(place, length, places)
    return split(begin, end, place, places, cells.time.codes, cells.time.count, cells.width_us)


def _measure_states(
    table: Mapping[str, npt.NDArray[np.integer[Any]]], cells: Cells, since_us: int, sums: dict[Name, Float64]
) -> None:
    begin = np.maximum(table["from_at"], since_us).astype(np.int64, copy=False)
    place = cells.agent.codes[table["agent"]] * len(State) + table["state"]
    parts = split(begin, table["to_at"].astype(np.int64, copy=False), place, cells.agent.count * len(State),
                  cells.time.codes, cells.time.count, cells.width_us)  # fmt: skip
    by_state = parts.reshape(cells.agent.count, len(State), cells.time.count)
    for name, state in STATE_MEASURES.items():
        sums[name] = by_state[:, state, :].reshape(-1)


def _open_time(labels: Labels, cells: Cells, since_us: int) -> Float64:
    """Time in which at least one queue of the cell was open."""
    begin = np.maximum(labels.open_from.astype(np.int64), since_us)
    end = np.minimum(labels.open_to.astype(np.int64), labels.ends_at)
    code = cells.queue.codes[labels.open_queue]
    parts = []
    for place in range(cells.queue.count):
        mine = code == place
        parts.append(
            split(*union(begin[mine], end[mine]), None, 1, cells.time.codes, cells.time.count, cells.width_us)
        )
    return np.concatenate(parts)


def _measure_legs(
    labels: Labels,
    legs: Legs,
    columns: dict[str, Int64 | Float64],
    attributed: Int64,
    cells: Cells,
    wants: Wants,
    measured: Measured,
) -> None:
    thresholds = thresholds_of(labels, wants.thresholds)
    kinds = KINDS if len(legs.kind) and legs.kind.max() >= PLAIN_KINDS else KINDS[:PLAIN_KINDS]
    places = _places(labels, legs, cells, wants, attributed, len(kinds))
    fold = Fold(places.cell, cells.count)
    if fold.alone:
        by_kind = {name: _sums_by_kind(legs.kind, column, len(kinds)) for name, column in columns.items()}
        for name, sums in by_kind.items():
            for kind, kind_name in enumerate(kinds):
                measured.sums[f"{name}_{kind_name}"] = sums[kind : kind + 1]
        columns = {}
    order = np.sort(thresholds, axis=0)
    count, sums_of_columns = _add_up(legs, places, order, columns, len(kinds))
    within = up_to(count)
    for kind, kind_name in enumerate(kinds):
        measured.sums[kind_name] = fold(within[:, kind, -1])
        for name, parts in sums_of_columns.items():
            measured.sums[f"{name}_{kind_name}"] = fold(parts[:, kind, :].sum(axis=1))
    rank = (thresholds[:, None, :] > order[None, :, :]).sum(axis=1)
    for row_of_rank, threshold in zip(rank, wants.thresholds, strict=True):
        levels = level_parts(labels, places.queue, within, row_of_rank)
        for name, values in levels.items():
            measured.sums[name, threshold] = fold(values)
        if threshold is None:
            _judge_all(labels, places, levels["good"], levels["base"], wants, cells, measured)
    _sort_all(legs, places, cells, wants, measured)


def _add_up(
    legs: Legs, places: Places, thresholds: Int64, columns: Mapping[str, Int64 | Float64], kinds: int
) -> tuple[Int64, dict[str, Float64]]:
    """Numbers of legs and sums of ``columns`` by place, kind and bin: the pass over all rows.

    ``thresholds``: (bins - 1, queues) ascending; the bin is how many of them the wait exceeds.
    """
    bins = len(thresholds) + 1
    shape = (len(places.ids), kinds, bins)
    size = shape[0] * shape[1] * shape[2]
    limits = [row[0] if len(row) and (row == row[0]).all() else row for row in thresholds]
    count = np.zeros(size, dtype=np.int64)
    sums = {name: np.zeros(size) for name in columns}
    for block in blocks(len(places.row), size):
        code = places.row[block] * (kinds * bins)
        code += legs.kind[block] * np.int16(bins)
        for limit in limits:
            code += legs.clocked[block] > (limit[legs.queue[block]] if limit.ndim else limit)
        count += np.bincount(code, minlength=size)
        for name, column in columns.items():
            sums[name] += np.bincount(code, weights=column[block], minlength=size)
    return count.reshape(shape), {name: values.reshape(shape) for name, values in sums.items()}


def _judge_all(
    labels: Labels, places: Places, good: Any, base: Any, wants: Wants, cells: Cells, measured: Measured
) -> None:
    for name, wanted, period in (
        ("intervals", wants.intervals, labels.interval_us),
        ("days", wants.days, DAY),
    ):
        if wanted:
            reached, judged = judge(labels, places, good, base, period, cells)
            measured.sums[f"{name}_reached"], measured.sums[f"{name}_judged"] = reached, judged


def _sums_by_kind(kind: npt.NDArray[np.int8], column: Int64 | Float64, kinds: int) -> Float64:
    """(kinds,) sums of a column; the answered, who are most, by what the others leave of the total."""
    others = np.flatnonzero(kind != ANSWERED)
    values = column[others]
    by_kind = sums_of(kind[others], values, kinds)
    by_kind[ANSWERED] = float(column.sum() - values.sum())
    return by_kind


def _places(labels: Labels, legs: Legs, cells: Cells, wants: Wants, attributed: Int64, kinds: int) -> Places:
    timed = bool(cells.time.keys) or wants.intervals or wants.days
    slots = cells.slots if timed else 1
    agents = len(labels.agents) + 1 if cells.agent.keys else 1
    code = legs.queue.astype(np.int64) if len(labels.queues) > 1 else np.zeros(len(legs.queue), np.int64)
    if agents > 1:
        code *= agents
        code += np.where(legs.agent < 0, agents - 1, legs.agent)
    if timed:
        code *= slots
        code += attributed // cells.width_us
    size = len(labels.queues) * agents * slots
    if size * kinds * (len(wants.thresholds) + 1) <= 4 * len(code) + 1_000_000:
        ids, row = np.arange(size, dtype=np.int64), code
    else:  # a fine grid that is mostly empty: number only the places that occur
        ids, row = np.unique(code, return_inverse=True)
    queue, slot, agent = ids // (agents * slots), ids % slots, ids // slots % agents
    time_code = cells.time.codes[slot] if timed else np.zeros(len(ids), dtype=np.int64)
    cell = cells.queue.codes[queue] * cells.agent.count
    if agents > 1:
        codes = np.append(cells.agent.codes, 0)
        cell = np.where(agent == agents - 1, -1, cell + codes[agent])
    cell = np.where(cell < 0, cells.count, cell * cells.time.count + time_code)
    return Places(row, ids, queue, slot, cell)


def _sort_all(legs: Legs, places: Places, cells: Cells, wants: Wants, measured: Measured) -> None:
    """Sorted waits of the populations whose quantiles or longest are wanted."""
    bits = max(cells.labels.ends_at, 1).bit_length()
    alone = cells.count == 1 and not cells.agent.keys
    for name in ("wait", "answer_wait"):
        if f"sorted:{name}" in wants.names:
            counted = legs.reached if name == "answer_wait" else legs.left
            row, cell = (None, None) if alone else (places.row, places.cell)
            measured.waits[name] = sort_waits(legs.wait, row, cell, cells.count, counted, bits)
