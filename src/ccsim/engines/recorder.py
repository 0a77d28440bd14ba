"""Writes the Log for the SimPy engine, row by row; the compiled engine writes its own columns."""

from __future__ import annotations

import numpy as np

from ccsim.compiler.program import Program
from ccsim.draws import Draws
from ccsim.kinds import Cause, Entry, IssueOutcome, Outcome, SessionOutcome, State
from ccsim.log import (
    CONTACTS_DTYPE,
    ISSUES_DTYPE,
    LEGS_DTYPE,
    PIECES_DTYPE,
    SESSIONS_DTYPE,
    STRETCHES_DTYPE,
    UNUSED,
    Dtypes,
    IntArray,
    Log,
)

_CONTACT, _LEG, _QUEUE, _AGENT, _QUEUED, _ANSWERED, _TALK_ENDED, _ENDED, _OUTCOME = range(9)
_ENTRY, _GAVE_UP, _ANNOUNCED, _PROMISED, _DIALS, _WORK, _DECLINED = range(9, 16)
_UNUSED_LEG = tuple(UNUSED[name] for name in list(LEGS_DTYPE)[9:])
_SESSION_ENDED, _SESSION_OUTCOME, _FAILURES, _WARM = range(3, 7)


class Recorder:
    """Rows of the Log while a run goes on; times are microseconds, ids are the Program's."""

    def __init__(self, program: Program, draws: Draws) -> None:
        self._program = program
        self._fresh = draws.contacts()
        count = len(draws.luck)
        self._luck: list[int] = draws.luck.tolist()
        self._issue: list[int] = list(range(count))
        self._number: list[int] = [1] * count
        self._contact_queue: list[int] = draws.queue.tolist()
        self._arrived: list[int] = draws.arrived_at.tolist()
        self._cause: list[int] = draws.cause.tolist()
        self._after: list[int] = [-1] * count
        self._resolved: list[int] = [0] * count
        self._legs: list[list[int]] = []
        self._stretches: list[list[int]] = []
        self._stretch_of: list[list[int] | None] = [None] * len(program.agent_pool)
        self._issues: list[list[int]] = [[int(IssueOutcome.OPEN), -1] for _ in range(count)]
        self._sessions: list[list[int]] = []
        self._pieces: list[list[int]] = []

    # -- contacts and issues --------------------------------------------------------------------------------

    def arrived(self, issue: int, number: int, queue: int, cause: Cause, after: int, now: int) -> int:
        """A later contact about an issue arrives; returns its row."""
        self._issue.append(issue)
        self._number.append(number)
        self._contact_queue.append(queue)
        self._arrived.append(now)
        self._cause.append(cause)
        self._after.append(after)
        self._resolved.append(0)
        return len(self._issue) - 1

    def issue_of(self, contact: int) -> int:
        return self._issue[contact]

    def number_of(self, contact: int) -> int:
        return self._number[contact]

    def queue_of_contact(self, contact: int) -> int:
        return self._contact_queue[contact]

    def cause_of(self, contact: int) -> int:
        return self._cause[contact]

    def arrived_at(self, contact: int) -> int:
        return self._arrived[contact]

    def judged(self, contact: int, resolved: bool) -> None:
        """The contact resolved its issue, or did not."""
        self._resolved[contact] = 1 if resolved else 2

    def close_issue(self, issue: int, outcome: IssueOutcome, now: int) -> None:
        """The issue is over, unless it was before."""
        if self._issues[issue][0] == IssueOutcome.OPEN:
            self._issues[issue] = [int(outcome), now]

    # -- sessions -------------------------------------------------------------------------------------------

    def session(self, contact: int, front: int, now: int, failures: int) -> int:
        """A session with a front begins; returns its row."""
        self._sessions.append([contact, front, now, -1, SessionOutcome.OPEN, failures, 0])
        return len(self._sessions) - 1

    def session_ended(self, session: int, outcome: SessionOutcome, now: int, warm: bool = False) -> None:
        row = self._sessions[session]
        row[_SESSION_ENDED], row[_SESSION_OUTCOME], row[_WARM] = now, outcome, int(warm)

    def front_of(self, session: int) -> int:
        return self._sessions[session][1]

    # -- legs -----------------------------------------------------------------------------------------------

    def queued(self, contact: int, leg: int, queue: int, entry: Entry, now: int) -> int:
        """A contact joins a queue, for the leg-th time; returns the leg's row."""
        row = [contact, leg, queue, -1, now, -1, -1, -1, Outcome.OPEN, *_UNUSED_LEG]
        row[_ENTRY] = entry
        self._legs.append(row)
        return len(self._legs) - 1

    def contact_of(self, leg: int) -> int:
        return self._legs[leg][_CONTACT]

    def leg_of(self, leg: int) -> int:
        """Number of the leg among those of its contact, 1 for the first."""
        return self._legs[leg][_LEG]

    def queue_of(self, leg: int) -> int:
        return self._legs[leg][_QUEUE]

    def queued_at(self, leg: int) -> int:
        return self._legs[leg][_QUEUED]

    def agent_of(self, leg: int) -> int:
        return self._legs[leg][_AGENT]

    def answered_at(self, leg: int) -> int:
        return self._legs[leg][_ANSWERED]

    def promised_at(self, leg: int) -> int:
        return self._legs[leg][_PROMISED]

    def gave_up_at(self, leg: int) -> int:
        return self._legs[leg][_GAVE_UP]

    def dials_of(self, leg: int) -> int:
        return self._legs[leg][_DIALS]

    def answered(self, leg: int, agent: int, now: int) -> None:
        """An agent takes the leg, the first one or another who goes on with it."""
        row = self._legs[leg]
        row[_AGENT] = agent
        if row[_ANSWERED] < 0:
            row[_ANSWERED] = now

    def not_reached(self, leg: int) -> None:
        """A callback that nobody picked up: the leg is as if it had not been answered."""
        row = self._legs[leg]
        row[_AGENT] = row[_ANSWERED] = row[_TALK_ENDED] = -1

    def talk_ended(self, leg: int, now: int) -> None:
        self._legs[leg][_TALK_ENDED] = now

    def ended(self, leg: int, now: int, outcome: Outcome) -> None:
        """The leg is over."""
        row = self._legs[leg]
        row[_ENDED], row[_OUTCOME] = now, outcome

    def cut_off(self, leg: int, now: int, talking: bool) -> None:
        """Work on the leg stops before its end; it stays open unless the customer had hung up already."""
        row = self._legs[leg]
        row[_OUTCOME] = Outcome.OPEN if talking else Outcome.ANSWERED
        if talking:
            row[_TALK_ENDED] = now
        row[_ENDED] = now

    def gave_up(self, leg: int, now: int) -> None:
        """The customer has left without a word."""
        self._legs[leg][_GAVE_UP] = now

    def announced(self, leg: int, wait: int) -> None:
        self._legs[leg][_ANNOUNCED] = wait

    def promised(self, leg: int, until: int) -> None:
        self._legs[leg][_PROMISED] = until

    def dials(self, leg: int, count: int) -> None:
        """Attempts of a callback so far; -1: asked for, none yet."""
        self._legs[leg][_DIALS] = count

    def callback_declined(self, leg: int) -> None:
        """A callback was offered, and the customer stays on the line."""
        self._legs[leg][_DECLINED] = 1

    def worked(self, leg: int, microseconds: int) -> None:
        """Attention that the leg has taken, on top of what it had."""
        row = self._legs[leg]
        row[_WORK] = max(row[_WORK], 0) + microseconds

    def piece(self, leg: int, agent: int, from_at: int, to_at: int) -> None:
        """A stretch of work on a leg that is worked on with interruptions."""
        self._pieces.append([leg, agent, from_at, to_at])

    # -- agents ---------------------------------------------------------------------------------------------

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

    # -- the end --------------------------------------------------------------------------------------------

    def close(self, now: int) -> None:
        """The run is over: what is open ends, also callbacks that would be tried later."""
        for leg in self._legs:
            if leg[_ENDED] < 0:
                leg[_ENDED] = now
        for stretch in self._stretch_of:
            if stretch is not None:
                stretch[3] = now
        for session in self._sessions:
            if session[_SESSION_ENDED] < 0:
                session[_SESSION_ENDED] = now

    def log(self, complexity: list[int], pending: list[int]) -> Log:
        """The Log of the rows written. ``complexity``, ``pending``: of each issue; empty when plain."""
        legs = _columns(self._legs, LEGS_DTYPE)
        stretches = _columns(self._stretches, STRETCHES_DTYPE)
        if not self._program.journey.on:
            used = {name: values for name, values in legs.items() if name not in UNUSED}
            return Log(self._fresh, used, stretches, self._program.labels)
        issues = [[*row, c, p] for row, c, p in zip(self._issues, complexity, pending, strict=True)]
        return Log(
            self._contacts(),
            legs,
            stretches,
            self._program.labels,
            _columns(issues, ISSUES_DTYPE),
            _columns(self._sessions, SESSIONS_DTYPE),
            _columns(self._pieces, PIECES_DTYPE),
        )

    def _contacts(self) -> dict[str, IntArray]:
        luck = [self._luck[issue] for issue in self._issue]
        columns = (self._issue, self._number, self._contact_queue, luck, self._arrived, self._cause,
                   self._after, self._resolved)  # fmt: skip
        return {
            name: np.array(values, dtype=dtype)
            for (name, dtype), values in zip(CONTACTS_DTYPE.items(), columns, strict=True)
        }


def _columns(rows: list[list[int]], dtypes: Dtypes) -> dict[str, IntArray]:
    table = np.array(rows, dtype=np.int64).reshape(-1, len(dtypes))
    return {name: table[:, i].astype(dtype) for i, (name, dtype) in enumerate(dtypes.items())}
