"""The Log: the only product of an engine and the only input of a metric.

Columnar tables, one dtype each. Times are int64 microseconds since midnight of the first day; ``-1``
means "did not happen". Ids are row numbers of the label lists in :class:`Labels`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.integer[Any]]

CONTACTS_DTYPE = {
    "issue": np.int32,  # row number of the issue in this run
    "contact": np.int16,  # 1 for the first contact about the issue
    "queue": np.int16,  # where it arrived
    "luck": np.int64,  # address of its random numbers: day * 10_000_000 + position, the same in every what-if
    "arrived_at": np.int64,
}
LEGS_DTYPE = {
    "contact_row": np.int32,  # row in contacts
    "leg": np.int8,  # 1 for the first leg of the contact
    "queue": np.int16,
    "agent": np.int32,  # -1: nobody
    "queued_at": np.int64,
    "answered_at": np.int64,  # -1: never
    "talk_ended_at": np.int64,  # -1: never; wrap-up runs from here to ended_at
    "ended_at": np.int64,  # agent done, customer gone, or the run ended
    "outcome": np.int8,  # kinds.Outcome
}
STRETCHES_DTYPE = {
    "agent": np.int32,
    "state": np.int8,  # kinds.State, never OFF; ON_DUTY covers free, talking and wrapping up
    "from_at": np.int64,
    "to_at": np.int64,
}


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


@dataclass(frozen=True, slots=True)
class Log:
    """What happened. ``contacts``, ``legs`` and ``stretches`` map column names to arrays of one length."""

    contacts: Mapping[str, IntArray]
    legs: Mapping[str, IntArray]
    stretches: Mapping[str, IntArray]
    labels: Labels

    def digest(self) -> str:
        """Name of the Log's bytes: 32 hex digits, equal if and only if every cell is equal."""
        state = hashlib.blake2b(digest_size=16)
        for name, table, dtypes in (
            ("contacts", self.contacts, CONTACTS_DTYPE),
            ("legs", self.legs, LEGS_DTYPE),
            ("stretches", self.stretches, STRETCHES_DTYPE),
        ):
            for column, dtype in dtypes.items():
                values = np.ascontiguousarray(table[column], dtype=np.dtype(dtype).newbyteorder("<"))
                state.update(f"{name}.{column}:{values.dtype.str}:{len(values)};".encode())
                state.update(values.data)
        return state.hexdigest()
