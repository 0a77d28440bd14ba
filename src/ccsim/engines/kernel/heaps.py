"""Binary heaps on two arrays: time, and a key that decides ties."""

from __future__ import annotations

from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.layout import Array


@compiled
def heap_push(times: Array, keys: Array, size: int, time: int, key: int) -> None:
    """Add (time, key) to a heap that holds ``size`` entries."""
    place = size
    while place > 0:
        parent = (place - 1) >> 1
        if times[parent] < time or (times[parent] == time and keys[parent] <= key):
            break
        times[place] = times[parent]
        keys[place] = keys[parent]
        place = parent
    times[place] = time
    keys[place] = key


@compiled
def heap_pop(times: Array, keys: Array, size: int) -> None:
    """Drop the smallest of ``size`` entries.

    The hole sinks to the bottom along the smaller children, and the last entry rises from there: which child
    is smaller cannot be foreseen, so the choice is made without a branch.
    """
    last = size - 1
    place, child = 0, 1
    while child < last:
        right = child + 1
        child += (times[right] < times[child]) | (
            (times[right] == times[child]) & (keys[right] < keys[child])
        )
        times[place] = times[child]
        keys[place] = keys[child]
        place = child
        child = 2 * place + 1
    heap_push(times, keys, place, times[last], keys[last])
