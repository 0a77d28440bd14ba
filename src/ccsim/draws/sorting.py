"""A stable order of integers, by one plain sort where number and place fit into 63 bits together."""

from __future__ import annotations

import numpy as np

from ccsim.draws.streams import Int64


def in_order(numbers: Int64) -> tuple[Int64, Int64]:
    """The numbers (from 0 up) sorted, and the place that each had; equal ones keep their order.

    Several times faster than ``argsort``: numpy sorts plain integers with vector instructions.
    """
    bits = max(len(numbers) - 1, 0).bit_length()
    if len(numbers) == 0 or int(numbers.max()).bit_length() + bits > 63:
        order = np.argsort(numbers, kind="stable")
        return numbers[order], order
    packed = numbers << bits
    packed |= np.arange(len(numbers))
    packed.sort()
    order = packed & ((1 << bits) - 1)
    packed >>= bits
    return packed, order
