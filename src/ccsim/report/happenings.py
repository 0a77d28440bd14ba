"""The events of a run, rebuilt from its Log alone and put in the order in which they happened.

Order is the engines' own: time, then ``kinds.EventKind``, then the key of that kind. What follows from an
event at the same instant (a freed agent takes a waiting contact) comes right after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from ccsim.kinds import EventKind, Outcome, State
from ccsim.log import Log

Int64 = npt.NDArray[np.int64]


class What(IntEnum):
    """What a reader of the story is told."""

    ARRIVES = 0
    ANSWERED = 1  # after a wait; who is served at once is told with the arrival
    TALK_ENDS = 2  # the customer hangs up and the agent wraps up
    HANDLE_ENDS = 3
    GIVES_UP = 4
    CLEARED = 5
    CUT_OFF = 6  # the run or the day ended first
    DUTY = 7
    MOVES_ON = 8  # to another queue, while waiting
    NOT_REACHED = 9  # the last call of a callback
    SESSION_BEGINS = 10  # with a bot or self-service; its row is one of the sessions
    SESSION_ENDS = 11


AT_ONCE = (Outcome.BALKED, Outcome.BLOCKED, Outcome.DEFLECTED, Outcome.CLOSED)  # did not wait
NOT_OF_LEGS = (What.DUTY, What.SESSION_BEGINS, What.SESSION_ENDS)


@dataclass(frozen=True, slots=True)
class Happenings:
    """Columns of one length, in order.

    ``row``: row of the legs, or for DUTY of the stretch that begins (``ends``: of the stretch that is over,
    where none begins). ``in_line``: how many wait in the leg's queue right after.
    """

    at: Int64
    what: npt.NDArray[np.int8]
    row: Int64
    ends: npt.NDArray[np.bool_]
    agent: Int64
    in_line: Int64

    def between(self, from_us: int, to_us: int) -> range:
        """Positions of what happened from one time to another, the end excluded."""
        first, last = np.searchsorted(self.at, [from_us, to_us], side="left")
        return range(int(first), int(last))

    def of_legs(self, rows: Int64) -> list[int]:
        """Positions of what happened to the given legs."""
        mine = np.isin(self.row, rows) & ~np.isin(self.what, NOT_OF_LEGS)
        return np.flatnonzero(mine).tolist()

    def of_sessions(self, rows: Int64) -> list[int]:
        """Positions of what happened in the given sessions."""
        mine = np.isin(self.row, rows) & np.isin(self.what, (What.SESSION_BEGINS, What.SESSION_ENDS))
        return np.flatnonzero(mine).tolist()


@dataclass(frozen=True, slots=True)
class _Part:
    """Events of one sort, before they are sorted. ``step`` orders what happens at one time, kind and key."""

    what: What
    at: Int64
    kind: Int64
    key: Int64
    row: Int64
    agent: Int64
    step: int
    joins: int = 0  # change of the line's length
    ends: bool = False


def happenings(log: Log) -> Happenings:
    """All events of a Log in order."""
    parts = [p for p in (*_leg_parts(log), *_session_parts(log), *_duty_parts(log)) if len(p.at)]
    if not parts:
        none = np.zeros(0, np.int64)
        return Happenings(none, none.astype(np.int8), none, none.astype(bool), none, none)
    at, kind, key, row, agent = (
        np.concatenate([getattr(p, name) for p in parts]) for name in ("at", "kind", "key", "row", "agent")
    )
    lengths = [len(p.at) for p in parts]
    what, step, joins, ends = (
        np.repeat([getattr(p, name) for p in parts], lengths) for name in ("what", "step", "joins", "ends")
    )
    order = np.lexsort((step, key, kind, at))
    what, row = what[order].astype(np.int8), row[order]
    in_line = _line_lengths(log, what, row, joins[order])
    return Happenings(at[order], what, row, ends[order], agent[order], in_line)


def _line_lengths(log: Log, what: npt.NDArray[np.int8], row: Int64, joins: Int64) -> Int64:
    """How many wait in the queue of each event's leg, right after the event; 0 for duty changes."""
    queue = np.full(len(what), -1)
    about_leg = ~np.isin(what, NOT_OF_LEGS)
    queue[about_leg] = log.legs["queue"][row[about_leg]]
    length = np.zeros(len(what), np.int64)
    for q in range(len(log.labels.queues)):
        mine = queue == q
        length[mine] = np.cumsum(joins[mine])
    return length


def _leg_parts(log: Log) -> list[_Part]:
    """Arrivals, answers after a wait, ends of talk and handle, and the ways of not being served."""
    legs = {name: column.astype(np.int64) for name, column in log.legs.items()}
    rows = np.arange(len(legs["queue"]))
    agent, outcome = legs["agent"], legs["outcome"]
    served = legs["answered_at"] >= 0
    at_once = served & (legs["answered_at"] == legs["queued_at"])  # nobody becomes free after an arrival
    waits = ~at_once & ~np.isin(outcome, AT_ONCE)
    done = np.isin(outcome, (Outcome.ANSWERED, Outcome.SILENT))
    open_at_end = outcome == Outcome.OPEN

    def part(
        what: What, kind: EventKind | Int64, mask: npt.NDArray[np.bool_], at: str, key: Int64, joins: int = 0
    ) -> _Part:
        kinds = np.broadcast_to(np.asarray(kind, dtype=np.int64), len(rows))[mask]
        step = 2 if what is What.ANSWERED else 0
        return _Part(what, legs[at][mask], kinds, key[mask], rows[mask], agent[mask], step, joins)

    contact = legs["contact_row"]
    freed = _after_handle(log, agent, legs["answered_at"])
    return [
        part(What.ARRIVES, EventKind.ARRIVES, waits, "queued_at", contact, +1),
        part(What.ARRIVES, EventKind.ARRIVES, ~waits, "queued_at", contact),
        part(What.ANSWERED, freed, served & ~at_once, "answered_at", agent, -1),
        part(What.TALK_ENDS, EventKind.TALK_ENDS, done & (legs["ended_at"] > legs["talk_ended_at"]),
             "talk_ended_at", agent),
        part(What.HANDLE_ENDS, EventKind.HANDLE_ENDS, done, "ended_at", agent),
        part(What.GIVES_UP, EventKind.GIVES_UP, outcome == Outcome.ABANDONED, "ended_at", rows, -1),
        part(What.CLEARED, EventKind.CLOSES, outcome == Outcome.CLEARED, "ended_at", rows, -1),
        part(What.MOVES_ON, EventKind.ESCALATES, outcome == Outcome.MOVED, "ended_at", rows, -1),
        part(What.NOT_REACHED, EventKind.HANDLE_ENDS, outcome == Outcome.UNREACHED, "ended_at", rows,
             -1),
        part(What.CUT_OFF, EventKind.CLOSES, open_at_end & ~served, "ended_at", rows, -1),
        part(What.CUT_OFF, EventKind.CLOSES, open_at_end & served, "ended_at", rows),
    ]  # fmt: skip


def _session_parts(log: Log) -> list[_Part]:
    """Beginnings and ends of sessions that take time; a notice takes none."""
    if not log.sessions:
        return []
    sessions = {name: column.astype(np.int64) for name, column in log.sessions.items()}
    took = sessions["ended_at"] > sessions["started_at"]
    rows = np.flatnonzero(took)
    nobody = np.full(len(rows), -1)
    contact = sessions["contact_row"][took]

    def part(what: What, kind: EventKind, at: str) -> _Part:
        kinds = np.full(len(rows), int(kind))
        return _Part(what, sessions[at][took], kinds, contact, rows, nobody, 0)

    return [
        part(What.SESSION_BEGINS, EventKind.ARRIVES, "started_at"),
        part(What.SESSION_ENDS, EventKind.SESSION_ENDS, "ended_at"),
    ]


def _after_handle(log: Log, agent: Int64, at: Int64) -> Int64:
    """Kind of the event that freed each agent at each time: the end of a handle, or else a change of duty."""
    agents = len(log.labels.agents) + 1
    ended = log.legs["ended_at"].astype(np.int64) * agents + log.legs["agent"]
    hit = np.isin(at * agents + agent, ended[log.legs["agent"] >= 0])
    return np.where(hit, int(EventKind.HANDLE_ENDS), int(EventKind.DUTY_CHANGES)).astype(np.int64)


def _duty_parts(log: Log) -> list[_Part]:
    """Every beginning of a stretch, and the ends after which none begins at once.

    A change that had to wait for the contact in hand follows the end of that handle, before the next.
    """
    stretches = {name: column.astype(np.int64) for name, column in log.stretches.items()}
    order = np.lexsort((stretches["from_at"], stretches["agent"]))
    agent, begins, ends = (stretches[c][order] for c in ("agent", "from_at", "to_at"))
    followed = np.zeros(len(order), dtype=bool)
    followed[:-1] = (agent[1:] == agent[:-1]) & (begins[1:] == ends[:-1])
    last = ~followed & (ends < log.labels.ends_at)
    whom = agent[last]
    freed = _after_handle(log, whom, ends[last])
    return [
        _Part(What.DUTY, begins, _after_handle(log, agent, begins), agent, order, agent, 1),
        _Part(What.DUTY, ends[last], freed, whom, order[last], whom, 1, ends=True),
    ]


def state_before(log: Log, agent: int, at: int) -> State:
    """What an agent did just before a time; OFF between stretches."""
    stretches = log.stretches
    mine = (stretches["agent"] == agent) & (stretches["to_at"] == at)
    rows = np.flatnonzero(mine)
    return State(int(stretches["state"][rows[-1]])) if len(rows) else State.OFF
