"""The most contacts waiting at one instant, per cell.

Sorting millions of arrivals and departures to follow the queue would cost more than all other metrics. So
the number waiting is first counted at the edges of short bins: a bin in which the queue cannot have been
longer than at some edge of its cell (number at its start + arrivals in it) needs no closer look, and few
others remain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.metrics.keys import Cells
from ccsim.units import SECOND

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

ARRIVALS_A_BIN = 8  # fewer: more bins to count; more: looser bounds, more bins to look into
_BINS = tuple(seconds * SECOND for seconds in (1, 2, 5, 10, 15, 30, 60, 300, 900))


@dataclass(frozen=True, slots=True)
class _Bins:
    """Equal bins of time, one row of them per queue code; bins never straddle a slot of the grid."""

    width_us: int
    per_slot: int
    slots: int
    rows: int

    @property
    def per_row(self) -> int:
        return self.per_slot * self.slots

    def of(self, row: Int64 | None, at: Int64) -> Int64:
        bins = at // self.width_us
        if row is not None:
            bins += row * self.per_row
        return bins


def longest_queue(
    queue: npt.NDArray[np.integer[Any]], queued_at: Int64, wait_ended_at: Int64, cells: Cells
) -> Float64:
    """(cells,) the largest number waiting together in the queues of a cell, while the cell's time runs.

    The number just after all that happens at an instant counts: who is answered at once never waits.
    """
    rows, slots = cells.queue.count, cells.slots
    waited = np.flatnonzero(wait_ended_at > queued_at)
    if len(waited) == 0:
        return np.zeros(cells.count)
    if len(waited) < 0.75 * len(queued_at):  # else leaving out the rest costs more than it saves
        queue, queued_at = queue.take(waited), queued_at.take(waited)
        wait_ended_at = wait_ended_at.take(waited)
    row = None if rows == 1 else cells.queue.codes[queue]
    bins = _bins(len(queued_at), cells)
    begin_bin, end_bin = bins.of(row, queued_at), bins.of(row, wait_ended_at)
    size = rows * bins.per_row
    arrivals = np.bincount(begin_bin, minlength=size)
    departures = np.bincount(end_bin, minlength=size)
    at_end = np.cumsum((arrivals - departures).reshape(rows, bins.per_row), axis=1).reshape(-1)
    at_start = at_end - arrivals + departures
    slot_cell = (np.arange(rows)[:, None] * cells.time.count + cells.time.codes[None, :slots]).reshape(-1)
    cell = np.repeat(slot_cell, bins.per_slot)
    most = np.zeros(cells.count, dtype=np.int64)
    np.maximum.at(most, cell, at_end)
    open_question = at_start + arrivals > most[cell]
    if open_question.any():
        begin = _chosen(open_question, begin_bin, row, queued_at, bins)
        end = _chosen(open_question, end_bin, row, wait_ended_at, bins)
        _look_closely(np.flatnonzero(open_question), begin, end, at_start, cell, most, bins)
    return most.astype(np.float64)


def _bins(count: int, cells: Cells) -> _Bins:
    """Bins with about ARRIVALS_A_BIN arrivals each, at most one per slot."""
    rows, slot = cells.queue.count, cells.width_us
    wanted = ARRIVALS_A_BIN * rows * cells.slots * slot // count
    fitting = [width for width in _BINS if slot % width == 0 and width <= wanted]
    if not fitting:
        fitting = [width for width in _BINS if slot % width == 0][:1]
    width = fitting[-1] if fitting and wanted < slot else slot
    return _Bins(width, slot // width, cells.slots, rows)


def _chosen(chosen: npt.NDArray[np.bool_], bin_of: Int64, row: Int64 | None, at: Int64, bins: _Bins) -> Int64:
    """Times of the events in the chosen bins, ascending; each row is shifted behind the row before."""
    picked = np.flatnonzero(chosen[bin_of])
    times = at[picked]
    if row is not None:
        times += row[picked] * (bins.per_row * bins.width_us)
    times.sort()
    return times


def _look_closely(
    looked_at: Int64, begin: Int64, end: Int64, at_start: Int64, cell: Int64, most: Int64, bins: _Bins
) -> None:
    """Follow the queue through the bins ``looked_at`` and raise ``most`` where it was longer."""
    edge = looked_at * bins.width_us  # rows are shifted, so that the bins are one long line of time
    first_begin, first_end = np.searchsorted(begin, edge), np.searchsorted(end, edge)
    # the number waiting rises at arrivals only, and each bin begins with what the one before has left
    after_edge = (
        at_start[looked_at]
        + (np.searchsorted(begin, edge, side="right") - first_begin)
        - (np.searchsorted(end, edge, side="right") - first_end)
    )
    np.maximum.at(most, cell[looked_at], after_edge)
    place = np.searchsorted(edge, begin, side="right") - 1
    gone = np.searchsorted(end, begin, side="right") - first_end[place]
    come = np.arange(1, len(begin) + 1) - first_begin[place]
    bin_of = looked_at[place]
    np.maximum.at(most, cell[bin_of], at_start[bin_of] + come - gone)
