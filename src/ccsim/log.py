"""The Log: the only product of an engine and the only input of a metric.

Columnar tables, one dtype each. Times are int64 microseconds since midnight of the first day; ``-1``
means "did not happen". Ids are row numbers of the label lists in :class:`Labels`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.integer[Any]]
Dtypes = dict[str, type[np.integer[Any]]]

CONTACTS_DTYPE: Dtypes = {
    "issue": np.int32,  # row number of the issue in this run
    "contact": np.int16,  # 1 for the first contact about the issue
    "queue": np.int16,  # where it arrived
    "luck": np.int64,  # address of its random numbers: day * 10_000_000 + position, the same in every what-if
    "arrived_at": np.int64,
    "cause": np.int8,  # kinds.Cause
    "after": np.int32,  # row in contacts of the one that caused this one, -1: none
    "resolved": np.int8,  # 0: not judged, 1: this contact resolved the issue, 2: it did not
}
LEGS_DTYPE: Dtypes = {
    "contact_row": np.int32,  # row in contacts
    "leg": np.int8,  # 1 for the first leg of the contact
    "queue": np.int16,
    "agent": np.int32,  # -1: nobody
    "queued_at": np.int64,
    "answered_at": np.int64,  # -1: never
    "talk_ended_at": np.int64,  # -1: never; wrap-up runs from here to ended_at
    "ended_at": np.int64,  # agent done, customer gone, or the run ended
    "outcome": np.int8,  # kinds.Outcome
    "entry": np.int8,  # kinds.Entry
    "gave_up_at": np.int64,  # of a silent abandonment, which the agent finds out later; -1: none
    "announced_us": np.int64,  # the wait that the customer was told, -1: none
    "promised_at": np.int64,  # until when an answer or a callback was promised, -1: nothing
    "dials": np.int8,  # callback: attempts to reach the customer; 0: no callback, -1: not called yet
    "work_us": np.int64,  # attention that the leg took; -1: all the time from answered_at to ended_at
    "callback_declined": np.int8,  # 1: a callback was offered, and the customer stayed on the line
}
ISSUES_DTYPE: Dtypes = {
    "outcome": np.int8,  # kinds.IssueOutcome
    "closed_at": np.int64,  # -1: open
    "complexity": np.int32,  # 0 .. 999,999
    "pending": np.int16,  # contacts in progress at the end of the run, or that would have come later
}
SESSIONS_DTYPE: Dtypes = {
    "contact_row": np.int32,
    "front": np.int16,  # row of Labels.fronts
    "started_at": np.int64,
    "ended_at": np.int64,  # the end of the run where it was open
    "outcome": np.int8,  # kinds.SessionOutcome
    "failures": np.int16,  # misunderstood turns
    "warm": np.int8,  # handed over with context
}
PIECES_DTYPE: Dtypes = {  # of legs that were worked on with interruptions; other legs have none
    "leg_row": np.int32,
    "agent": np.int32,
    "from_at": np.int64,
    "to_at": np.int64,
}
STRETCHES_DTYPE: Dtypes = {
    "agent": np.int32,
    "state": np.int8,  # kinds.State, never OFF; ON_DUTY covers free, talking and wrapping up
    "from_at": np.int64,
    "to_at": np.int64,
}
TABLES: dict[str, Dtypes] = {
    "contacts": CONTACTS_DTYPE,
    "legs": LEGS_DTYPE,
    "stretches": STRETCHES_DTYPE,
    "issues": ISSUES_DTYPE,
    "sessions": SESSIONS_DTYPE,
    "pieces": PIECES_DTYPE,
}
# what a cell of an optional column holds where its mechanism is off; such a column is not part of the digest
UNUSED = {"cause": 0, "after": -1, "resolved": 0, "entry": 0, "gave_up_at": -1, "announced_us": -1,
          "promised_at": -1, "dials": 0, "work_us": -1, "callback_declined": 0}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How an issue is scored after the run: points added to ``base``, kept within the scale."""

    low: float
    high: float
    base: float
    per_minute_waited: float = 0.0
    escalated: float = 0.0
    contained: float = 0.0  # a front closed it
    repeat: float = 0.0  # of each contact after the first
    abandoned: float = 0.0  # a contact was given up
    survey_response: float = 0.0  # share of customers who answer a survey


@dataclass(frozen=True, slots=True)
class Labels:
    """The names and definitions that a metric needs beside the tables; not part of the digest."""

    queues: tuple[str, ...]
    channels: tuple[str, ...]  # of each queue
    groups: tuple[str, ...]
    agents: tuple[str, ...]
    agent_group: npt.NDArray[np.int32]  # (agents,) row of groups
    start: dt.date  # midnight of this day is time 0
    days: int
    interval_us: int
    ends_at: int  # time at which the run ended
    target_share: npt.NDArray[np.float64]  # (queues,) nan: no target
    target_within_us: npt.NDArray[np.int64]  # (queues,) threshold of the service level
    target_definition: tuple[str, ...]  # (queues,) key of the service-level variant of the headline
    short_abandon_us: npt.NDArray[np.int64]  # (queues,) 0: nothing is short
    open_from: npt.NDArray[np.int64]  # (windows,) opening windows of queues
    open_to: npt.NDArray[np.int64]
    open_queue: npt.NDArray[np.int16]
    fronts: tuple[str, ...] = ()  # notices, self-service and bots
    front_kinds: tuple[int, ...] = ()  # kinds.Front of each
    front_cost: tuple[float, ...] = ()  # of a session
    front_charges: tuple[tuple[int, int, int, float], ...] = ()  # front, queue, time, cost: whoever meets it
    tiers: tuple[int, ...] = ()  # of each group
    group_cost: tuple[float, ...] = ()  # of each group, by paid hour; nan: not said
    concurrency: tuple[int, ...] = ()  # of each queue's channel; empty: 1
    deferrable: tuple[bool, ...] = ()  # queues whose work waits overnight; empty: none
    business_hours: tuple[bool, ...] = ()  # queues whose clock stops outside opening hours; empty: none
    resolution_share: tuple[float, ...] = ()  # target of each queue: issues resolved ...
    resolution_within_us: tuple[int, ...] = ()  # ... within so long; empty: none
    incidents: tuple[tuple[str, int, int], ...] = ()  # events: name, from, to
    satisfaction: Satisfaction | None = None  # None: not scored


def _no_rows() -> Mapping[str, IntArray]:
    return {}


@dataclass(frozen=True, slots=True)
class Log:
    """What happened: tables that map column names to arrays of one length.

    ``issues`` has a row for every issue where anything of the journey is on, and none otherwise: then an
    issue is one contact, resolved when it was answered. ``sessions`` and ``pieces`` have rows as they happen.
    An optional column may be missing, which says that all of it is unused.
    """

    contacts: Mapping[str, IntArray]
    legs: Mapping[str, IntArray]
    stretches: Mapping[str, IntArray]
    labels: Labels
    issues: Mapping[str, IntArray] = field(default_factory=_no_rows)
    sessions: Mapping[str, IntArray] = field(default_factory=_no_rows)
    pieces: Mapping[str, IntArray] = field(default_factory=_no_rows)

    def digest(self) -> str:
        """Name of the Log's bytes: 32 hex digits, equal if and only if every cell is equal."""
        state = hashlib.blake2b(digest_size=16)
        for name, dtypes in TABLES.items():
            table = getattr(self, name)
            for column, dtype in dtypes.items():
                if column not in table or (column in UNUSED and (table[column] == UNUSED[column]).all()):
                    continue
                values = np.ascontiguousarray(table[column], dtype=np.dtype(dtype).newbyteorder("<"))
                state.update(f"{name}.{column}:{values.dtype.str}:{len(values)};".encode())
                state.update(values.data)
        return state.hexdigest()

    def column(self, table: str, column: str) -> IntArray:
        """A column, also where it is missing because nothing used it."""
        rows = getattr(self, table)
        if column in rows:
            return rows[column]  # type: ignore[no-any-return]
        count = len(next(iter(rows.values()), ()))
        return np.full(count, UNUSED[column], dtype=TABLES[table][column])
