"""The additive measures of one Log: counts and sums of integers per cell, from which every ratio is made.

Legs are reduced once. Each gets a small integer ``code = (place * KINDS + kind) * bins + bin``: the place is its
queue, agent and slot of the time grid, the kind how it ended, the bin which thresholds its wait exceeds. Four
``bincount`` passes over the code (rows, wait, handle time, talk) hold all counts, sums and service levels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.kinds import Outcome, State
from ccsim.log import Labels, Log
from ccsim.metrics.grid import split, union
from ccsim.metrics.keys import Cells
from ccsim.metrics.longest_queue import longest_queue
from ccsim.metrics.quantiles import SortedWaits, sort_waits
from ccsim.metrics.registry import Metric
from ccsim.metrics.service_level import VARIANTS, headline_variant
from ccsim.units import DAY

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
Name = str | tuple[str, int | None]  # of a measure; a pair when it depends on a threshold

KINDS = ("waiting", "answered", "abandoned", "balked", "blocked", "cleared", "short", "in_service")
WAITING, ANSWERED, ABANDONED, BALKED, BLOCKED, CLEARED, SHORT, IN_SERVICE = range(8)
STATE_MEASURES = {
    "on_duty": State.ON_DUTY,
    "break": State.BREAK,
    "unpaid_break": State.UNPAID_BREAK,
    "training": State.TRAINING,
    "meeting": State.MEETING,
    "off_task": State.OFF_TASK,
    "absent": State.ABSENT,
}
ATTRIBUTIONS = ("arrival", "sl_event", "contact_end")


@dataclass(frozen=True, slots=True)
class Wants:
    """Which measures a table needs."""

    thresholds: tuple[int | None, ...]  # of service levels; None: each queue's target
    intervals: bool
    days: bool
    names: frozenset[str]  # of other measures

    @staticmethod
    def of(metrics: Iterable[Metric]) -> Wants:
        """What ``metrics`` are made of."""
        chosen = list(metrics)
        names = frozenset(
            name.lstrip("-")
            for metric in chosen
            for name in (*metric.numerator, *metric.denominator)
            if metric.kind in ("count", "ratio")
        )
        maxima = {m.numerator[0] for m in chosen if m.kind in ("quantile", "maximum")}
        intervals, days = "intervals_reached" in names, "days_reached" in names
        thresholds = dict.fromkeys(m.within_us for m in chosen if m.is_service_level)
        if intervals or days:
            thresholds[None] = None
        return Wants(tuple(thresholds), intervals, days, names | {f"sorted:{name}" for name in maxima})


@dataclass(slots=True)
class Measured:
    """The measures of one Log over the cells of one table."""

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
                value = self.sums[name, within_us]
            if total is None:
                total = -value if part != name else value.copy()
            elif part != name:
                total -= value
            else:
                total += value
        if total is None:
            raise ValueError("a metric without parts")
        return total


@dataclass(slots=True)
class Legs:
    """The columns of the legs that the measures share, one array each of shape (legs,)."""

    queue: npt.NDArray[np.integer[Any]]
    agent: npt.NDArray[np.integer[Any]]
    queued_at: Int64
    wait_ended_at: Int64  # answered, or gone, or the run ended
    ended_at: Int64
    wait: Int64
    handle: Int64  # 0 when nobody answered
    talk: Int64  # 0 when nobody answered
    kind: npt.NDArray[np.int8]
    reached: npt.NDArray[np.bool_]


def measure(log: Log, cells: Cells, wants: Wants, since_us: int, attribution: str) -> Measured:
    """All measures that ``wants`` names. Legs that arrived before ``since_us`` are out; time counts from it."""
    legs = read_legs(log)
    measured = Measured()
    _measure_time(log, legs, cells, wants, since_us, measured)
    if since_us > 0:
        legs = _later(legs, since_us)
    if len(cells.agent.keys) == 0 and "sorted:queue_length" in wants.names:
        measured.longest_queue = longest_queue(legs.queue, legs.queued_at, legs.wait_ended_at, cells)
    _measure_legs(log.labels, legs, cells, wants, attribution, measured)
    return measured


def read_legs(log: Log) -> Legs:
    """The shared columns of a Log's legs."""
    table = log.legs
    answered_at, ended_at, queued_at = table["answered_at"], table["ended_at"], table["queued_at"]
    reached = answered_at >= 0
    wait_ended_at = np.where(reached, answered_at, ended_at).astype(np.int64, copy=False)
    wait = wait_ended_at - queued_at
    outcome = table["outcome"]
    kind = outcome.astype(np.int8)
    kind += (reached & (outcome == Outcome.OPEN)).view(np.int8) * np.int8(IN_SERVICE - WAITING)
    queue = table["queue"]
    short = log.labels.short_abandon_us
    if len(short) and short.max() > 0:
        limit = short[0] if (short == short[0]).all() else np.where(short > 0, short, -1)[queue]
        kind += ((outcome == Outcome.ABANDONED) & (wait <= limit)).view(np.int8) * np.int8(SHORT - ABANDONED)
    return Legs(
        queue=queue,
        agent=table["agent"],
        queued_at=queued_at.astype(np.int64, copy=False),
        wait_ended_at=wait_ended_at,
        ended_at=ended_at.astype(np.int64, copy=False),
        wait=wait,
        handle=ended_at - wait_ended_at,
        talk=table["talk_ended_at"] - answered_at,
        kind=kind,
        reached=reached,
    )


def _later(legs: Legs, since_us: int) -> Legs:
    keep = np.flatnonzero(legs.queued_at >= since_us)
    if len(keep) == len(legs.queued_at):
        return legs
    return Legs(**{name: getattr(legs, name)[keep] for name in Legs.__slots__})


def _measure_time(
    log: Log, legs: Legs, cells: Cells, wants: Wants, since_us: int, measured: Measured
) -> None:
    """Waiting, open, handling and agents' time, each in the slot in which it passed."""
    labels, sums = log.labels, measured.sums
    times = cells.time
    grid = (times.codes, times.count, cells.width_us)
    queue_code = None if cells.queue.count == 1 else cells.queue.codes[legs.queue]
    if not cells.agent.keys:
        sums["open_time"] = _open_time(labels, cells, since_us)
        if "waiting_time" in wants.names:
            begin = np.maximum(legs.queued_at, since_us) if since_us > 0 else legs.queued_at
            sums["waiting_time"] = split(begin, legs.wait_ended_at, queue_code, cells.queue.count, *grid)
    if "handle_time" in wants.names:
        begin = np.maximum(legs.wait_ended_at, since_us) if since_us > 0 else legs.wait_ended_at
        place, places = queue_code, cells.queue.count
        if cells.agent.keys:
            # nobody (-1) handles nothing: any agent's code does
            agent_code = (
                cells.agent.codes[legs.agent] if len(cells.agent.codes) else np.zeros(len(begin), np.int64)
            )
            place = agent_code if place is None else place * cells.agent.count + agent_code
            places *= cells.agent.count
        sums["handle_time"] = split(begin, legs.ended_at, place, places, *grid)
    if not cells.queue.keys and (cells.agent.keys or wants.names & set(STATE_MEASURES)):
        _measure_states(log.stretches, cells, since_us, sums)


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
    labels: Labels, legs: Legs, cells: Cells, wants: Wants, attribution: str, measured: Measured
) -> None:
    thresholds = _thresholds(labels, wants.thresholds)
    places = _places(labels, legs, cells, wants, attribution)
    bins = len(wants.thresholds) + 1
    code = places.row * np.int64(len(KINDS) * bins)
    code += legs.kind * np.int16(bins)
    order = np.sort(thresholds, axis=0)
    for row in order:
        limit = row[0] if len(row) and (row == row[0]).all() else row[legs.queue]
        code += legs.wait > limit
    shape = (len(places.ids), len(KINDS), bins)
    count = np.bincount(code, minlength=shape[0] * shape[1] * shape[2]).reshape(shape)
    fold = Fold(places.cell, cells.count)
    for kind, name in enumerate(KINDS):
        measured.sums[name] = fold(count[:, kind, :].sum(axis=1))
    for prefix, column, kinds in (
        ("wait", legs.wait, range(len(KINDS))),
        ("handle", legs.handle, (ANSWERED,)),
        ("talk", legs.talk, (ANSWERED,)),
    ):
        if any(f"{prefix}_{KINDS[kind]}" in wants.names for kind in kinds):
            sums = np.bincount(code, weights=column, minlength=count.size).reshape(shape)
            for kind in kinds:
                measured.sums[f"{prefix}_{KINDS[kind]}"] = fold(sums[:, kind, :].sum(axis=1))
    rank = (thresholds[:, None, :] > order[None, :, :]).sum(axis=1)
    _measure_levels(labels, places, fold, count, rank, wants, cells, measured)
    _sort_all(legs, places, cells, wants, measured)


@dataclass(frozen=True, slots=True)
class Places:
    """Where legs fall: queue x agent x slot, as far as the table needs to tell them apart."""

    row: Int64  # (legs,) row of ids
    ids: Int64  # (places,)
    queue: Int64  # (places,)
    slot: Int64  # (places,) 0 where time does not matter
    cell: Int64  # (places,) cell of the table; cells.count when in none
    timed: bool


def _places(labels: Labels, legs: Legs, cells: Cells, wants: Wants, attribution: str) -> Places:
    timed = bool(cells.time.keys) or wants.intervals or wants.days
    slots = cells.slots if timed else 1
    agents = len(labels.agents) + 1 if cells.agent.keys else 1
    code = legs.queue.astype(np.int64)
    if agents > 1:
        code *= agents
        code += np.where(legs.agent < 0, agents - 1, legs.agent)
    if timed:
        code *= slots
        code += _attributed_at(labels, legs, attribution) // cells.width_us
    size = len(labels.queues) * agents * slots
    if size * len(KINDS) * (len(wants.thresholds) + 1) <= 4 * len(code) + 1_000_000:
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
    return Places(row, ids, queue, slot, cell, timed)


def _attributed_at(labels: Labels, legs: Legs, attribution: str) -> Int64:
    """The instant that decides in which slot a leg counts."""
    if attribution == "arrival":
        return legs.queued_at
    if attribution == "contact_end":
        return legs.ended_at
    passes_at = legs.queued_at + labels.target_within_us[legs.queue]
    return np.minimum(legs.wait_ended_at, passes_at)


def _thresholds(labels: Labels, wanted: tuple[int | None, ...]) -> Int64:
    """(thresholds, queues) microseconds."""
    target = labels.target_within_us.astype(np.int64)
    rows = [target if within is None else np.full(len(target), within, dtype=np.int64) for within in wanted]
    return np.array(rows, dtype=np.int64).reshape(len(wanted), len(target))


class Fold:
    """Adds the places of each cell up."""

    def __init__(self, cell: Int64, cells: int) -> None:
        self.cell = cell
        self.cells = cells
        self._alone = cells == 1 and not (cell == cells).any()

    def __call__(self, values: npt.NDArray[Any]) -> Float64:
        """(places,) -> (cells,)"""
        if self._alone:
            return np.array([float(values.sum())])
        return np.bincount(self.cell, weights=values, minlength=self.cells + 1)[: self.cells]


def _measure_levels(
    labels: Labels,
    places: Places,
    fold: Fold,
    count: npt.NDArray[np.int64],
    rank: Int64,
    wants: Wants,
    cells: Cells,
    measured: Measured,
) -> None:
    """The parts of the service levels at each threshold."""
    if not wants.thresholds:
        return
    short_applies = labels.short_abandon_us[places.queue] > 0
    total = count.sum(axis=2)
    within = np.cumsum(count, axis=2)
    for row, threshold in enumerate(wants.thresholds):
        inside = np.take_along_axis(within, rank[row][places.queue][:, None, None], axis=2)[:, :, 0]
        parts: dict[str, npt.NDArray[Any]] = {
            "reached": total[:, ANSWERED] + total[:, IN_SERVICE],
            "lost": total[:, ABANDONED] + total[:, SHORT] + total[:, BALKED] + total[:, CLEARED],
            "late": total[:, WAITING] - inside[:, WAITING],
            "reached_in": inside[:, ANSWERED] + inside[:, IN_SERVICE],
            "hung_up_in": inside[:, ABANDONED] + inside[:, SHORT] + inside[:, BALKED],
            "short_hung_up": total[:, SHORT] + np.where(short_applies, total[:, BALKED], 0),
        }
        parts["good"], parts["base"] = _headline(labels, places.queue, parts)
        for name, values in parts.items():
            measured.sums[name, threshold] = fold(values)
        if threshold is None and (wants.intervals or wants.days):
            _judge(labels, places, parts["good"], parts["base"], wants, cells, measured)


def _headline(
    labels: Labels, queue: Int64, parts: dict[str, npt.NDArray[Any]]
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Numerator and denominator by the variant of each place's queue."""
    names = [
        headline_variant(definition, int(limit))
        for definition, limit in zip(labels.target_definition, labels.short_abandon_us, strict=True)
    ]
    good, base = np.zeros(len(queue), dtype=np.int64), np.zeros(len(queue), dtype=np.int64)
    for name in dict.fromkeys(names):
        uses = np.array([other == name for other in names])[queue]
        for into, signed in ((good, VARIANTS[name].good), (base, VARIANTS[name].base)):
            for part in signed:
                value = parts[part.removeprefix("-")]
                into += np.where(uses, -value if part.startswith("-") else value, 0)
    return good, base


def _judge(
    labels: Labels,
    places: Places,
    good: npt.NDArray[Any],
    base: npt.NDArray[Any],
    wants: Wants,
    cells: Cells,
    measured: Measured,
) -> None:
    """Which intervals and days of each queue reached the target share."""
    for name, wanted, length in (
        ("intervals", wants.intervals, labels.interval_us),
        ("days", wants.days, DAY),
    ):
        if not wanted:
            continue
        period = places.slot * cells.width_us // length
        periods = cells.slots * cells.width_us // length + 1
        keys, row = np.unique(places.queue * periods + period, return_inverse=True)
        tops = np.bincount(row, weights=good, minlength=len(keys))
        bottoms = np.bincount(row, weights=base, minlength=len(keys))
        queue, first_slot = keys // periods, keys % periods * length // cells.width_us
        share = labels.target_share[queue]
        judged = (bottoms > 0) & ~np.isnan(share)
        # a share of 55 % of 20 is 11.000000000000002: the slack keeps exact hits hits
        reached = judged & (tops >= (share - 1e-12) * bottoms)
        cell = cells.queue.codes[queue] * cells.time.count + cells.time.codes[first_slot]
        measured.sums[f"{name}_judged"] = np.bincount(cell, weights=judged, minlength=cells.count)
        measured.sums[f"{name}_reached"] = np.bincount(cell, weights=reached, minlength=cells.count)


def _sort_all(legs: Legs, places: Places, cells: Cells, wants: Wants, measured: Measured) -> None:
    """Sorted waits of the populations whose quantiles or longest are wanted."""
    for name in ("wait", "answer_wait"):
        if f"sorted:{name}" not in wants.names:
            continue
        counted = legs.reached if name == "answer_wait" else (legs.kind != BLOCKED) & (legs.kind != WAITING)
        cell = None if cells.count == 1 and not cells.agent.keys else places.cell[places.row]
        bits = max(cells.labels.ends_at, 1).bit_length()
        measured.waits[name] = sort_waits(legs.wait, cell, cells.count, counted, bits)
