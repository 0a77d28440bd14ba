"""The columns of a plan: one value a queue, and what stands where a mechanism is off."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]
FAR = 2**62  # never
NOBODY = -1  # no queue, no table


def per_mille(factor: float) -> int:
    """A factor in thousandths."""
    return round(factor * 1000)


def column(values: Iterable[int]) -> Int64:
    """One value a queue, or pool."""
    return np.array(list(values), dtype=np.int64)
