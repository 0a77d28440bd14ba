"""Shares -> integers that an engine compares with the upper bits of a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ccsim.compiler.journey import CERTAIN


def chance_of(share: float) -> int:
    """0 .. CERTAIN of 0..1."""
    return round(share * CERTAIN)


def cumulative_chances(shares: Mapping[str, float], names: Sequence[str]) -> npt.NDArray[np.int64]:
    """(names,) cumulative chances of shares that add up to 1; the last is CERTAIN."""
    sums = np.minimum(np.cumsum([shares.get(name, 0.0) for name in names]), 1.0)
    out: npt.NDArray[np.int64] = np.rint(sums * CERTAIN).astype(np.int64)
    last = max((number for number, name in enumerate(names) if shares.get(name)), default=0)
    out[last:] = CERTAIN
    return out
