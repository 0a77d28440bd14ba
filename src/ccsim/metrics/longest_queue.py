"""The most contacts waiting at one instant, per cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.metrics.keys import Cells

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]


def longest_queue(
    queue: npt.NDArray[np.integer[Any]], queued_at: Int64, wait_ended_at: Int64, cells: Cells
) -> Float64:
    """(cells,) the largest number waiting together in the queues of a cell, while the cell's time runs.

    The number just after all that happens at an instant counts: who is answered at once never waits.
    """
    most = np.zeros((cells.queue.count, cells.time.count))
    code = cells.queue.codes[queue] if cells.queue.count > 1 else None
    for place in range(cells.queue.count):
        mine = slice(None) if code is None else np.flatnonzero(code == place)
        begin, end = queued_at[mine], wait_ended_at[mine]
        if len(begin):
            most[place] = _most(begin, end, cells)
    return most.reshape(-1)


def _most(begin: Int64, end: Int64, cells: Cells) -> Float64:
    begin = np.sort(begin)
    end = np.sort(end)
    level = np.arange(1, len(begin) + 1) - np.searchsorted(end, begin, side="right")
    if cells.time.count == 1 and not cells.time.keys:
        return np.array([float(level.max())])
    # waiting rises at arrivals only, and a slot begins with what the one before has left
    edge = np.arange(cells.slots, dtype=np.int64) * cells.width_us
    at_edge = np.searchsorted(begin, edge, side="right") - np.searchsorted(end, edge, side="right")
    most = np.zeros(cells.time.count)
    np.maximum.at(most, cells.time.codes, at_edge)
    np.maximum.at(most, cells.time.codes[begin // cells.width_us], level)
    return most
