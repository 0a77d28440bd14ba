"""What happens when: heaps of (time, key).

``planned`` has what the timetable, hours and rules bring, ``soon`` what comes for agents, legs and sessions,
``later`` the contacts to come. A key is kind << KIND_BITS | key of the kind, so that the smallest entry is
the next by time, kind and key. ``planned`` stands apart because ``soon`` is faster without its many entries.
"""

from __future__ import annotations

from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey.codes import CLOSES, DUTY_CHANGES, RULES_APPLY
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
def sink(heap: int, size: int, time: int, key: int) -> None:
    """Put (time, key) in place of the smallest of ``size`` entries.

    The hole sinks to the bottom along the smaller children, and the entry rises from there: which child is
    smaller cannot be foreseen, so the choice is made without a branch.
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
    if child == last:
        entry, below = entry_at(heap, place), entry_at(heap, child)
        entry.time = below.time
        entry.key = below.key
        place = child
    push(heap, place, time, key)


@compiled
def pop(heap: int, size: int) -> None:
    """Drop the smallest of ``size`` entries."""
    end = entry_at(heap, size - 1)
    sink(heap, size - 1, end.time, end.key)


@compiled
def close_gap(center: Center) -> None:
    """Nothing has come in place of the entry of ``soon`` that happened last."""
    if center.gap == 1:
        center.gap = 0
        pop(center.soon, center.soon_count)
        center.soon_count -= 1


@compiled
def at(center: Center, time: int, kind: int, key: int) -> None:
    """Something of this kind happens to ``key`` at a time."""
    if kind in (DUTY_CHANGES, CLOSES, RULES_APPLY):
        push(center.planned, center.planned_count, time, kind << KIND_BITS | key)
        center.planned_count += 1
    elif center.gap == 1:
        center.gap = 0
        sink(center.soon, center.soon_count, time, kind << KIND_BITS | key)
    elif center.soon_count >= center.soon_room:
        center.overrun = 1
    else:
        push(center.soon, center.soon_count, time, kind << KIND_BITS | key)
        center.soon_count += 1


@compiled
def comes_later(center: Center, time: int, row: int) -> None:
    """The contact to come of this row arrives at a time."""
    push(center.later, center.later_count, time, row)
    center.later_count += 1
