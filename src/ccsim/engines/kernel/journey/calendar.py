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
    """Drop the smallest of ``size`` entries."""
    last = entry_at(heap, size - 1)
    time, key = last.time, last.key
    place, child = 0, 1
    while child < size - 1:
        below = entry_at(heap, child)
        if child + 1 < size - 1:
            right = entry_at(heap, child + 1)
            if right.time < below.time or (right.time == below.time and right.key < below.key):
                below = right
                child += 1
        if time < below.time or (time == below.time and key <= below.key):
            break
        entry = entry_at(heap, place)
        entry.time = below.time
        entry.key = below.key
        place = child
        child = 2 * place + 1
    entry = entry_at(heap, place)
    entry.time = time
    entry.key = key


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
