"""Time split over the reporting grid, exactly: stretches are cut at slot edges with integer arithmetic.

Sums are of whole microseconds below 2**53 (285 years in one cell), so that float64 holds them exactly and the
parts add up to the whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]
IntAny = npt.NDArray[np.integer[Any]]
Float64 = npt.NDArray[np.float64]


def sums_of(code: IntAny, values: npt.NDArray[Any], size: int) -> Float64:
    """(size,) sum of ``values`` per code; codes are integers below ``size``."""
    return np.asarray(np.bincount(code, weights=values, minlength=size), dtype=np.float64)


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
    if len(from_at) == 0:
        return np.zeros(size)
    if codes == 1:
        length = np.maximum(to_at - from_at, 0)
        if entity is None:
            return np.array([float(length.sum())])
        return sums_of(entity, length, size)
    first = from_at // width_us
    first_end = (first + 1) * width_us
    length = np.minimum(to_at, first_end)
    length -= from_at
    np.maximum(length, 0, out=length)
    cell = slot_code[first]
    if entity is not None:
        cell += entity * np.int64(codes)
    sums = sums_of(cell, length, size)
    longer = np.flatnonzero(to_at > first_end)
    if len(longer):
        sums += _later_slots(first[longer], to_at[longer], None if entity is None else entity[longer],
                             slot_code, codes, size, width_us)  # fmt: skip
    return sums


def _later_slots(
    first: Int64, to_at: Int64, entity: IntAny | None, slot_code: Int64, codes: int, size: int, width_us: int
) -> Float64:
    """The part of each stretch behind its first slot."""
    last = (to_at - 1) // width_us
    count = last - first
    row = np.repeat(np.arange(len(first)), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    slot = first[row] + 1 + step
    length = np.minimum(to_at[row], (slot + 1) * width_us) - slot * width_us
    cell = slot_code[slot]
    if entity is not None:
        cell += entity[row] * np.int64(codes)
    return sums_of(cell, length, size)


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
