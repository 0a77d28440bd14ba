"""Numbers by address for everything after the first leg, looked up when the run comes to them.

What happens later in a journey (a retry, a return, a second queue) cannot be drawn beforehand for every way
that the journey might take. So each issue gets one key of 64 bits with its arrival, and a number of the
journey is the key mixed with the number's address: whose (a salt made of the name of the queue or
bot), what for (:class:`ccsim.kinds.Purpose`), which contact about the issue and which leg of it. The mixing
is that of SplitMix64 (Steele, Lea and Flood 2014), integer arithmetic alone. A duration is the entry of a
table of quantiles at that number, with straight lines between the entries; the last of its 4,096 strata is
cut into 4,096 again, so that a tail is right to one in 16 million.

Nothing here is random: two engines that look up one address get one number, and so do two what-ifs.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ccsim.compiler.journey import STRATA
from ccsim.kinds import NEVER, Purpose

_MASK = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15

Bits = TypeVar("Bits", int, npt.NDArray[Any])  # uint64


def mix(x: Bits) -> Bits:
    """The finaliser of SplitMix64, on 64 bits without a sign, of one number or of many."""
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    mixed: Bits = x ^ (x >> 31)
    return mixed


def mix_all(x: npt.NDArray[np.uint64]) -> None:
    """:func:`mix` of many numbers, in their place."""
    shifted = x >> np.uint64(30)
    x ^= shifted
    for factor, shift in ((0xBF58476D1CE4E5B9, 27), (0x94D049BB133111EB, 31)):
        x *= np.uint64(factor)
        np.right_shift(x, np.uint64(shift), out=shifted)
        x ^= shifted


def bits(key: int, salt: int, purpose: Purpose | int, contact: int = 1, leg: int = 1) -> int:
    """64 bits without a sign for an address; ``key`` and ``salt`` are int64."""
    x = mix((key ^ salt) & _MASK)
    return mix((x + ((purpose << 40 | contact << 16 | leg) * GOLDEN)) & _MASK)


def happens(number: int, chance: int) -> bool:
    """Does what has this chance (of 2**31) happen?"""
    return number >> 33 < chance


def looked_up(table: list[int], number: int) -> int:
    """The entry of a table of quantiles at a number, with straight lines between entries."""
    place = number >> 52
    if place < STRATA - 1:
        low, high, between = table[place], table[place + 1], number >> 36 & 0xFFFF
    else:
        place = STRATA + (number >> 40 & 4095)
        low, high, between = table[place], table[place + 1], number >> 24 & 0xFFFF
    if high >= NEVER:
        return low
    return low + ((high - low) * between >> 16)
