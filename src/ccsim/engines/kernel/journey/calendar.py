"""What happens when: two heaps of (time, key), one for what comes soon and one for contacts to come.

A key is kind << KIND_BITS | key of the kind, so that the smallest entry is the next by time, kind and key.
"""

from __future__ import annotations

from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey.memory import Center, entry_at

KIND_BITS = 40


@compiled
def push(heap: int, size: int, time: int, key: int) -> None:
    """Add (time, key) to a heap that holds ``size`` entries."""
    place = size
    while place > 0:
        parent = (place - 1) >> 1
        above = entry_at(heap, parent)
        if above.time < time or (above.time == time and above.key <= key):
            break
        entry = entry_at(heap, place)
        entry.time = above.time
        entry.key = above.key
        place = parent
    entry = entry_at(heap, place)
    entry.time = time
    entry.key = key


@compiled
def pop(heap: int, size: int) -> None:
    """Drop the smallest of ``size`` entries.

    The hole sinks to the bottom along the smaller children, and the last entry rises from there: which child
    is smaller cannot be foreseen, so the choice is made without a branch.
    """
    last = size - 1
    place, child = 0, 1
    while child < last:
        left, right = entry_at(heap, child), entry_at(heap, child + 1)
        child += (right.time < left.time) | ((right.time == left.time) & (right.key < left.key))
        entry, below = entry_at(heap, place), entry_at(heap, child)
        entry.time = below.time
        entry.key = below.key
        place = child
        child = 2 * place + 1
    end = entry_at(heap, last)
    push(heap, place, end.time, end.key)


@compiled
def at(center: Center, time: int, kind: int, key: int) -> None:
    """Something of this kind happens to ``key`` at a time."""
    if center.soon_count >= center.soon_room:
        center.overrun = 1
        return
    push(center.soon, center.soon_count, time, kind << KIND_BITS | key)
    center.soon_count += 1


@compiled
def comes_later(center: Center, time: int, row: int) -> None:
    """The contact to come of this row arrives at a time."""
    push(center.later, center.later_count, time, row)
    center.later_count += 1
