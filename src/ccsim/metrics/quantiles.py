"""Order statistics of waits per cell: one sort of packed integers, then every quantile is a look-up.

A wait and its cell are packed into one int64, ``cell << bits | wait``, so that one plain sort brings the
waits of each cell together in order. A quantile is the order statistic ``ceil(p * n)``: a wait that really
occurred, numpy's ``inverted_cdf``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ccsim.metrics.grid import blocks

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

LEFT_OUT = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class SortedWaits:
    """Waits of one population in microseconds, packed with their cell and sorted."""

    packed: Int64
    bits: int
    cells: int

    def edges(self) -> Int64:
        """(cells + 1,) position of each cell's first wait."""
        return np.searchsorted(self.packed, np.arange(self.cells + 1, dtype=np.int64) << self.bits)

    def quantiles(self, percents: Sequence[int]) -> tuple[Float64, Float64]:
        """Microseconds, shape (percents, cells), nan where a cell is empty; and the number of waits per cell.

        100 percent is the longest.
        """
        edges = self.edges()
        count = np.diff(edges)
        values = np.full((len(percents), self.cells), np.nan)
        full = np.flatnonzero(count)
        for row, percent in enumerate(percents):
            place = edges[full] + np.maximum(-(-percent * count[full] // 100) - 1, 0)
            values[row, full] = self.packed[place] & ((1 << self.bits) - 1)
        return values, count.astype(np.float64)


def sort_waits(
    wait: Int64,
    place: Int64 | None,
    cell: Int64 | None,
    cells: int,
    counted: npt.NDArray[np.bool_],
    bits: int,
) -> SortedWaits:
    """Pack and sort the waits (microseconds, below 2**bits) of the rows that are ``counted``.

    ``place``: (rows,) row of ``cell``; ``cell``: (places,) integers up to ``cells``, where ``cells`` itself
    means "in no cell"; both None: one cell. Raises OverflowError when cells and waits do not fit into 63 bits
    together.
    """
    if cells.bit_length() + bits > 62:
        raise OverflowError(f"{cells} cells with waits of {bits} bits do not fit into one integer")
    packed = wait.copy()
    if place is not None and cell is not None:
        shifted = cell << bits
        for block in blocks(len(packed), 0):
            packed[block] |= shifted[place[block]]
    if not counted.all():
        packed[~counted] = LEFT_OUT
    packed.sort()
    end = np.searchsorted(packed, cells << bits)
    return SortedWaits(packed[:end], bits, cells)


def merge(parts: Sequence[SortedWaits]) -> SortedWaits:
    """The waits of several replications as one population."""
    if len(parts) == 1:
        return parts[0]
    packed = np.concatenate([part.packed for part in parts])
    packed.sort()
    return SortedWaits(packed, parts[0].bits, parts[0].cells)
