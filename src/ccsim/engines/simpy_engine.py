"""The reference engine: what a center does, event by event, in the order of :mod:`ccsim.kinds`.

Read this file as the specification. SimPy is the calendar and the clock; each event is one transition named
``on_...``; the :class:`ccsim.engines.router.Router` answers who serves whom. The engine draws nothing: every
duration comes from the Draws, every name and rule from the Program.

A user's own SimPy process can run beside it: ``SimpyEngine(beside=f)`` calls ``f(center)`` before the start,
and ``center.env`` takes processes as usual, which come first at an instant. It may read everything; what it
changes is its own responsibility.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import simpy
from simpy.events import Event

from ccsim.compiler.program import Program
from ccsim.draws import Draws
from ccsim.engines.base import Support
from ccsim.engines.recorder import Recorder
from ccsim.engines.router import Router
from ccsim.kinds import NEVER, ClosingRule, EventKind, Outcome, State
from ccsim.log import Log

# a SimPy priority holds kind and key, so that ties never depend on who scheduled first
_FIRST_OF_KIND = {kind: (kind + 1) << 40 for kind in EventKind}


class _Moment(Event):
    """An event of SimPy that is sure to happen and calls one function."""

    _ok = True
    _value = None

    def __init__(self, env: simpy.Environment, callback: Callable[[Event], None]) -> None:
        self.env = env
        self.callbacks = [callback]


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

    def __init__(self, beside: Callable[[Center], None] | None = None) -> None:
        self._beside = beside

    def support(self, program: Program) -> Support:
        return Support(True)

    def run(self, program: Program, draws: Draws) -> Log:
        center = Center(program, draws)
        if self._beside is not None:
            self._beside(center)
            return center.run()
        with _no_search_for_cycles():
            return center.run()


class Center:
    """One run of one center."""

    def __init__(self, program: Program, draws: Draws) -> None:
        self.env = simpy.Environment(initial_time=0)
        self.now = 0  # microseconds; SimPy's own clock, as the integer that it is
        self.program = program
        self.record = Recorder(program, draws)
        self.router = Router(program)
        self._arrived_at = draws.arrived_at.tolist()
        self._queue_of = draws.queue.tolist()
        self._patience = draws.patience.tolist()
        self._talk = draws.talk.tolist()
        self._wrap_up = draws.wrap_up.tolist()
        self._next_arrival = 0
        self._agent_pool = program.agent_pool.tolist()
        self._factor = program.routing.handle_factor.tolist()
        self._places = program.waiting_places.tolist()
        self._lines = program.lines.tolist()
        agents = len(self._agent_pool)
        # each agent's changes of state: when, and to what
        self._duty: list[list[tuple[int, int]]] = [[] for _ in range(agents)]
        for time, agent, state in zip(
            draws.duty_at.tolist(), draws.duty_agent.tolist(), draws.duty_state.tolist(), strict=True
        ):
            self._duty[agent].append((time, state))
        self._next_change = [0] * agents
        self._change_due = [False] * agents  # the contact in hand holds up the timetable
        self._wanted = [int(State.OFF)] * agents  # by the timetable
        self._serving = [-1] * agents  # leg in hand
        self._on_line = [0] * len(self._lines)  # waiting or talking, where lines are capped
        self._holds_line = [False] * agents  # the agent's customer is still on a line

    # -- the calendar ---------------------------------------------------------------------------------------

    def at(self, time: int, kind: EventKind, key: int, transition: Callable[[int], None]) -> Event:
        """Let ``transition(key)`` happen at a time, in the order of kinds and keys."""

        def happen(_: Event) -> None:
            self.now = time
            transition(key)

        event = _Moment(self.env, happen)
        self.env.schedule(event, _FIRST_OF_KIND[kind] + key, time - self.now)  # type: ignore[arg-type]
        return event

    def run(self) -> Log:
        """Play everything until the run ends."""
        self._expect_arrival()
        for agent, changes in enumerate(self._duty):
            if changes:
                self.at(changes[0][0], EventKind.DUTY_CHANGES, agent, self.on_duty_changes)
        for row, time in enumerate(self.program.closing_at.tolist()):
            self.at(time, EventKind.CLOSES, row, self.on_closes)
        end = self.at(self.program.run_ends_at, EventKind.RUN_ENDS, 0, self.on_run_ends)
        self.env.run(until=end)
        return self.record.log()

    def _expect_arrival(self) -> None:
        contact = self._next_arrival
        if contact < len(self._arrived_at):
            self._next_arrival += 1
            self.at(self._arrived_at[contact], EventKind.ARRIVES, contact, self.on_arrives)

    # -- transitions ----------------------------------------------------------------------------------------

    def on_arrives(self, contact: int) -> None:
        """A contact arrives: it is blocked, served at once, balks, or waits."""
        self._expect_arrival()
        queue = self._queue_of[contact]
        leg = self.record.queued(contact, queue, self.now)
        if self._lines[queue] >= 0 and self._on_line[queue] >= self._lines[queue]:
            self.record.ended(leg, self.now, Outcome.BLOCKED)
            return
        agent = self.router.agent_for(queue)
        if agent >= 0:
            self._take_line(queue)
            self.answer(leg, agent)
        elif 0 <= self._places[queue] <= self.router.waiting(queue):
            self.record.ended(leg, self.now, Outcome.BLOCKED)
        elif self._patience[contact] <= 0:
            self.record.ended(leg, self.now, Outcome.BALKED)
        else:
            self._take_line(queue)
            self.router.wait(leg, queue, self.now)
            if self._patience[contact] < NEVER:
                self.at(self.now + self._patience[contact], EventKind.GIVES_UP, leg, self.on_gives_up)

    def on_gives_up(self, leg: int) -> None:
        """Patience is over; nothing happens to a contact that no longer waits."""
        queue = self.record.queue_of(leg)
        if self.router.leave(leg, queue):
            self._release_line(queue)
            self.record.ended(leg, self.now, Outcome.ABANDONED)

    def answer(self, leg: int, agent: int) -> None:
        """An agent takes a contact: talk at the agent's speed, then wrap-up."""
        contact, queue = self.record.contact_of(leg), self.record.queue_of(leg)
        talk = self._talk[contact] * self._factor[self._agent_pool[agent]][queue] // 1000
        talk_ends = self.now + talk
        handle_ends = talk_ends + self._wrap_up[contact]
        self.record.answered(leg, agent, self.now, talk_ends, handle_ends)
        self._serving[agent] = leg
        if self._lines[queue] >= 0:
            self._holds_line[agent] = True
            self.at(talk_ends, EventKind.TALK_ENDS, agent, self.on_talk_ends)
        self.at(handle_ends, EventKind.HANDLE_ENDS, agent, self.on_handle_ends)

    def on_talk_ends(self, agent: int) -> None:
        """The customer hangs up and frees the line; the agent wraps up. Only where lines are capped."""
        leg = self._serving[agent]
        if leg >= 0 and self._holds_line[agent] and self.record.talk_ended_at(leg) == self.now:
            self._holds_line[agent] = False
            self._release_line(self.record.queue_of(leg))

    def on_handle_ends(self, agent: int) -> None:
        """Talk and wrap-up are over: the agent follows the timetable, or looks for work."""
        leg = self._serving[agent]
        if leg < 0 or self.record.ended_at(leg) != self.now:
            return  # that contact was cut off when its queue stopped
        self.record.ended(leg, self.now, Outcome.ANSWERED)
        self._lay_down(agent)

    def on_duty_changes(self, agent: int) -> None:
        """The timetable wants another state; who is busy finishes the contact in hand first."""
        if self._serving[agent] >= 0:
            self._change_due[agent] = True
        else:
            self.router.not_free(agent)
            self._change_duty(agent)
            self._follow_timetable(agent)

    def _lay_down(self, agent: int) -> None:
        """The contact in hand is over: what the timetable wanted meanwhile comes first."""
        self._serving[agent] = -1
        if self._change_due[agent]:
            self._change_due[agent] = False
            self._change_duty(agent)
        self._follow_timetable(agent)

    def _change_duty(self, agent: int) -> None:
        """Take the agent's next state that is not over yet, and expect the one after it.

        Breaks, meetings, training and time off task that begin late last their full length, at most to the
        end of the shift. Time on duty ends as planned, so it is what a delay shortens.
        """
        changes = self._duty[agent]
        while True:
            place = self._next_change[agent]
            planned, state = changes[place]
            self._next_change[agent] = place + 1
            if place + 1 == len(changes):  # off for good
                self._wanted[agent] = state
                return
            ends = changes[place + 1][0]
            if state not in (State.OFF, State.ON_DUTY):
                off = place + 1
                while changes[off][1] != State.OFF:
                    off += 1
                ends = min(self.now + ends - planned, changes[off][0])
            if ends > self.now:
                self._wanted[agent] = state
                self.at(ends, EventKind.DUTY_CHANGES, agent, self.on_duty_changes)
                return

    def _follow_timetable(self, agent: int) -> None:
        """An agent with nothing in hand takes the state that the timetable wants."""
        self.record.state(agent, self._wanted[agent], self.now)
        if self._wanted[agent] != State.ON_DUTY:
            return
        leg = self.router.contact_for(agent, self.now)
        if leg >= 0:
            self.answer(leg, agent)
        else:
            self.router.free(agent, self.now)

    def on_closes(self, row: int) -> None:
        """A queue closes: the waiting ones are cleared; under STOP the contacts in hand are cut off too."""
        queue = int(self.program.closing_queue[row])
        stop = self.program.closing_rule[row] == ClosingRule.STOP
        for leg in self.router.empty(queue):
            self._release_line(queue)
            self.record.ended(leg, self.now, Outcome.OPEN if stop else Outcome.CLEARED)
        if not stop:
            return
        for agent, leg in enumerate(self._serving):
            if leg >= 0 and self.record.queue_of(leg) == queue:
                if self._holds_line[agent]:
                    self._holds_line[agent] = False
                    self._release_line(queue)
                self.record.cut_off(leg, self.now)
                self._lay_down(agent)

    def _take_line(self, queue: int) -> None:
        if self._lines[queue] >= 0:
            self._on_line[queue] += 1

    def _release_line(self, queue: int) -> None:
        if self._lines[queue] >= 0:
            self._on_line[queue] -= 1

    def on_run_ends(self, _: int) -> None:
        """The run is over; whoever waits or is served stays open."""
        for queue in range(len(self._lines)):
            for leg in self.router.empty(queue):
                self.record.ended(leg, self.now, Outcome.OPEN)
        for leg in self._serving:
            if leg >= 0:
                self.record.cut_off(leg, self.now)
        self.record.close(self.now)
