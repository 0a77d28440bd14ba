"""SimPy as the calendar: one call of one function at a time, in the order of kinds and keys."""

from __future__ import annotations

from collections.abc import Callable

import simpy
from simpy.events import Event

from ccsim.kinds import EventKind

# a SimPy priority holds kind and key, so that ties never depend on who scheduled first
_FIRST_OF_KIND = {kind: (kind + 1) << 40 for kind in EventKind}


class _Moment(Event):
    """An event of SimPy that is sure to happen and calls one function."""

    _ok = True
    _value = None

    def __init__(self, env: simpy.Environment, callback: Callable[[Event], None]) -> None:
        self.env = env
        self.callbacks = [callback]


class Calendar:
    """What happens when."""

    def __init__(self) -> None:
        self.env = simpy.Environment(initial_time=0)
        self.now = 0  # microseconds; SimPy's own clock, as the integer that it is

    def at(self, time: int, kind: EventKind, key: int, transition: Callable[[int], None]) -> Event:
        """Let ``transition(key)`` happen at a time, in the order of kinds and keys."""

        def happen(_: Event) -> None:
            self.now = time
            transition(key)

        event = _Moment(self.env, happen)
        self.env.schedule(event, _FIRST_OF_KIND[kind] + key, time - self.now)  # type: ignore[arg-type]
        return event
