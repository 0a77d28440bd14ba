"""Numbers by address; see :mod:`ccsim.draws.numbers`. Arithmetic on 64 bits without a sign."""

from __future__ import annotations

from typing import Any

import numpy as np

from ccsim.compiler.journey import STRATA, TABLE_LENGTH
from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey.codes import NEVER
from ccsim.engines.kernel.journey.memory import Center, cell

_FIRST, _SECOND, _GOLDEN = (
    np.uint64(0xBF58476D1CE4E5B9),
    np.uint64(0x94D049BB133111EB),
    np.uint64(0x9E3779B97F4A7C15),
)
_24, _27, _30, _31, _33 = (np.uint64(n) for n in (24, 27, 30, 31, 33))
_36, _40, _52 = (np.uint64(n) for n in (36, 40, 52))


@compiled
def mix(x: np.uint64) -> np.uint64:
    x = (x ^ (x >> _30)) * _FIRST
    x = (x ^ (x >> _27)) * _SECOND
    return x ^ (x >> _31)


@compiled
def bits(key: int, salt: int, purpose: int, contact: int, leg: int) -> np.uint64:
    x = mix(np.uint64(key ^ salt))
    return mix(x + np.uint64(purpose << 40 | contact << 16 | leg) * _GOLDEN)


@compiled
def upper(number: np.uint64) -> Any:
    """The upper 31 bits, which chances and shares are compared with."""
    return np.int64(number >> _33)


@compiled
def looked_up(center: Center, table: int, number: np.uint64) -> Any:
    """The entry of a table of quantiles at a number, with straight lines between entries."""
    place: Any = np.int64(number >> _52)
    if place < STRATA - 1:
        between = np.int64(number >> _36) & 0xFFFF
    else:
        place = STRATA + (np.int64(number >> _40) & 4095)
        between = np.int64(number >> _24) & 0xFFFF
    row = table * TABLE_LENGTH + place
    low, high = cell(center.tables, row), cell(center.tables, row + 1)
    if high >= NEVER:
        return low
    return low + ((high - low) * between >> 16)
