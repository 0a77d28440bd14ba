"""The reference engine: what a center does, event by event, in the order of :mod:`ccsim.kinds`.

SimPy is the calendar and the clock; each event is one transition named ``on_...`` in a module of
:mod:`ccsim.engines.center`; the :class:`ccsim.engines.router.Router` answers who serves whom. The engine
draws nothing: every duration comes from the Draws, every name and rule from the Program.

A user's own SimPy process can run beside it: ``SimpyEngine(beside=f)`` calls ``f(center)`` before the start,
and ``center.env`` takes processes as usual, which come first at an instant. It may read everything; what it
changes is its own responsibility. A routing policy of your own is ``SimpyEngine(policy=MyRouter)``.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ccsim.compiler.program import Program
from ccsim.draws import Draws
from ccsim.engines.base import Support
from ccsim.engines.center import arriving, closing, duty, handling, rules
from ccsim.engines.center.state import Center
from ccsim.engines.router import Router
from ccsim.kinds import EventKind
from ccsim.log import Log

__all__ = ["Center", "Router", "SimpyEngine"]


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Hold Python's search for cycles of references: a run makes none, and it costs a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class SimpyEngine:
    """Runs any program; the one to read, to step through and to extend."""

    name = "simpy"

    def __init__(self, beside: Callable[[Center], None] | None = None, policy: type[Router] = Router) -> None:
        """``beside``: called with the center before the start; ``policy``: answers who serves whom."""
        self._beside = beside
        self._policy = policy

    def support(self, program: Program) -> Support:
        return Support(True)

    def run(self, program: Program, draws: Draws) -> Log:
        center = Center(program, draws, self._policy(program))
        if self._beside is not None:
            self._beside(center)
            return play(center)
        with _no_search_for_cycles():
            return play(center)


def play(center: Center) -> Log:
    """Play everything until the run ends."""
    center.on_comes_again = lambda key: arriving.on_comes_again(center, key)
    center.on_talk_ends = lambda key: handling.on_talk_ends(center, key)
    center.on_handle_ends = lambda key: handling.on_handle_ends(center, key)
    arriving.expect_arrival(center)
    for agent, changes in enumerate(center.duty):
        if changes:
            center.at(
                changes[0][0],
                EventKind.DUTY_CHANGES,
                agent,
                lambda agent: duty.on_duty_changes(center, agent),
            )
    for row, time in enumerate(center.program.closing_at.tolist()):
        center.at(time, EventKind.CLOSES, row, lambda row: closing.on_closes(center, row))
    rules.expect_rules(center)
    end = center.at(center.program.run_ends_at, EventKind.RUN_ENDS, 0, lambda _: closing.on_run_ends(center))
    center.env.run(until=end)
    return center.record.log(center.complexity, center.alive)
