"""Time split over the reporting grid, exactly: stretches are cut at slot edges with integer arithmetic.

Sums are of whole microseconds below 2**53 (285 years in one cell), so that float64 holds them exactly and the
parts add up to the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]
IntAny = npt.NDArray[np.integer[Any]]
Float64 = npt.NDArray[np.float64]

BLOCK = 1 << 16  # rows
MOST_CODES = 64  # of kinds, outcomes and causes; the last one stands for -1


def blocks(rows: int, size: int) -> Iterator[slice]:
    """Slices of ``rows`` rows, so small that what is computed for one stays in the processor's cache.

    ``size``: length of the result that every block adds to; blocks are not much shorter than that.
    """
    step = max(BLOCK, 4 * size)
    return (slice(first, first + step) for first in range(0, rows, step))


def sums_of(code: IntAny, values: npt.NDArray[Any], size: int) -> Float64:
    """(size,) sum of ``values`` per code; codes are integers below ``size``."""
    return np.asarray(np.bincount(code, weights=values, minlength=size), dtype=np.float64)


def is_one_of(codes: IntAny, members: Iterable[int]) -> npt.NDArray[np.bool_]:
    """Whether each code is among the members, small integers from -1 up: a look-up, much faster than a
    search.
    """
    table = np.zeros(MOST_CODES, dtype=bool)
    table[list(members)] = True
    found: npt.NDArray[np.bool_] = table[codes]
    return found


def split(
    from_at: Int64,
    to_at: Int64,
    entity: IntAny | None,
    entities: int,
    slot_code: Int64,
    codes: int,
    width_us: int,
) -> Float64:
    """Microseconds of the stretches [from_at, to_at) per entity and slot code; shape (entities * codes,).

    ``entity``: (rows,) integers below ``entities``, or None for one entity. ``slot_code``: (slots,) integers
    below ``codes``: to which cell the slot of ``width_us`` belongs. Stretches with ``to_at <= from_at`` count
    nothing.
    """
    size = entities * codes
    if codes == 1:  # no edges to cut at
        length = np.maximum(to_at - from_at, 0)
        return np.array([float(length.sum())]) if entity is None else sums_of(entity, length, size)
    sums = np.zeros(size)
    for block in blocks(len(from_at), size):
        begin, end = from_at[block], to_at[block]
        place = None if entity is None else entity[block] * np.int64(codes)
        first = begin // width_us
        first_end = (first + 1) * width_us
        length = np.maximum(np.minimum(end, first_end) - begin, 0)
        cell = slot_code[first]
        if place is not None:
            cell += place
        sums += np.bincount(cell, weights=length, minlength=size)
        longer = np.flatnonzero(end > first_end)
        if len(longer):
            row, slot, length = _later_slots(first[longer], end[longer], width_us)
            cell = slot_code[slot]
            if place is not None:
                cell += place[longer[row]]
            sums += np.bincount(cell, weights=length, minlength=size)
    return sums


def _later_slots(first: Int64, end: Int64, width_us: int) -> tuple[Int64, Int64, Int64]:
    """(stretch, slot, microseconds) of each part of the stretches behind their first slots."""
    count = (end - 1) // width_us - first
    row = np.repeat(np.arange(len(first)), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    slot = first[row] + 1 + step
    length = np.minimum(end[row], (slot + 1) * width_us) - slot * width_us
    return row, slot, length


def union(from_at: Int64, to_at: Int64) -> tuple[Int64, Int64]:
    """The union of the windows [from_at, to_at) as disjoint windows in order; empty ones are left out."""
    real = to_at > from_at
    order = np.argsort(from_at[real], kind="stable")
    begin, end = from_at[real][order], to_at[real][order]
    if len(begin) == 0:
        return begin, end
    reach = np.maximum.accumulate(end)
    starts_new = np.concatenate(([True], begin[1:] > reach[:-1]))
    first = np.flatnonzero(starts_new)
    last = np.append(first[1:], len(begin)) - 1
    return begin[first], reach[last]
