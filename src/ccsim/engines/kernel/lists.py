"""Linked lists on arrays: a head and a tail a list, a next and a previous a member; -1 is nobody."""

from __future__ import annotations

from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.layout import Array


@compiled
def append(heads: Array, tails: Array, nexts: Array, previous: Array, row: int, member: int) -> None:
    """Put a member at the end of list ``row``."""
    tail = tails[row]
    previous[member] = tail
    nexts[member] = -1
    if tail >= 0:
        nexts[tail] = member
    else:
        heads[row] = member
    tails[row] = member


@compiled
def unlink(heads: Array, tails: Array, nexts: Array, previous: Array, row: int, member: int) -> None:
    """Take a member out of list ``row``, wherever it stands."""
    before, after = previous[member], nexts[member]
    if before >= 0:
        nexts[before] = after
    else:
        heads[row] = after
    if after >= 0:
        previous[after] = before
    else:
        tails[row] = before
