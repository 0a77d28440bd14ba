"""Writes the Log for the SimPy engine, row by row; the compiled engine writes its own columns."""

from __future__ import annotations

import numpy as np

from ccsim.compiler.program import Program
from ccsim.draws import Draws
from ccsim.kinds import Outcome, State
from ccsim.log import LEGS_DTYPE, STRETCHES_DTYPE, Log

_CONTACT, _LEG, _QUEUE, _AGENT, _QUEUED, _ANSWERED, _TALK_ENDED, _ENDED, _OUTCOME = range(9)
_COLUMNS = tuple(LEGS_DTYPE)[:9]


class Recorder:
    """Rows of the Log while a run goes on; times are microseconds, ids are the Program's."""

    def __init__(self, program: Program, draws: Draws) -> None:
        self._program = program
        self._draws = draws
        self._legs: list[list[int]] = []
        self._stretches: list[list[int]] = []
        self._stretch_of: list[list[int] | None] = [None] * len(program.agent_pool)

    def queued(self, contact: int, queue: int, now: int) -> int:
        """A contact joins a queue; returns the leg's row."""
        self._legs.append([contact, 1, queue, -1, now, -1, -1, -1, Outcome.OPEN])
        return len(self._legs) - 1

    def contact_of(self, leg: int) -> int:
        return self._legs[leg][_CONTACT]

    def queue_of(self, leg: int) -> int:
        return self._legs[leg][_QUEUE]

    def talk_ended_at(self, leg: int) -> int:
        return self._legs[leg][_TALK_ENDED]

    def ended_at(self, leg: int) -> int:
        return self._legs[leg][_ENDED]

    def answered(self, leg: int, agent: int, now: int, talk_ends: int, handle_ends: int) -> None:
        """An agent takes the leg; its ends are known, though it can still be cut off."""
        row = self._legs[leg]
        row[_AGENT], row[_ANSWERED], row[_TALK_ENDED], row[_ENDED] = agent, now, talk_ends, handle_ends

    def ended(self, leg: int, now: int, outcome: Outcome) -> None:
        """The leg is over."""
        row = self._legs[leg]
        row[_ENDED], row[_OUTCOME] = now, outcome

    def cut_off(self, leg: int, now: int) -> None:
        """Work on the leg stops before its end; it stays open unless the customer had hung up already."""
        row = self._legs[leg]
        row[_OUTCOME] = Outcome.ANSWERED if row[_TALK_ENDED] <= now else Outcome.OPEN
        row[_TALK_ENDED] = min(row[_TALK_ENDED], now)
        row[_ENDED] = now

    def state(self, agent: int, state: int, now: int) -> None:
        """The agent is in a state from now on; a new stretch begins where it differs."""
        stretch = self._stretch_of[agent]
        if stretch is not None:
            if stretch[1] == state:
                return
            stretch[3] = now
        elif state == State.OFF:
            return
        self._stretch_of[agent] = None
        if state != State.OFF:
            self._stretch_of[agent] = [agent, state, now, -1]
            self._stretches.append(self._stretch_of[agent])  # type: ignore[arg-type]

    def close(self, now: int) -> None:
        """The run is over: open stretches end."""
        for stretch in self._stretch_of:
            if stretch is not None:
                stretch[3] = now

    def log(self) -> Log:
        """The Log of the rows written."""
        legs = np.array(self._legs, dtype=np.int64).reshape(-1, len(_COLUMNS))
        stretches = np.array(self._stretches, dtype=np.int64).reshape(-1, len(STRETCHES_DTYPE))
        return Log(
            self._draws.contacts(),
            {name: legs[:, i].astype(LEGS_DTYPE[name]) for i, name in enumerate(_COLUMNS)},
            {name: stretches[:, i].astype(dtype) for i, (name, dtype) in enumerate(STRETCHES_DTYPE.items())},
            self._program.labels,
        )
