"""By-keys: which cell of the table a queue, an agent and an instant belong to.

The keys form four families: of the queue (queue, channel), of the agent (group, agent), of what stands in
front of the agents (front: a bot, self-service, a notice) and of time (interval, hour, day, weekday). Within
a family only combinations that exist are numbered, so that crossing ``group`` with ``agent`` costs nothing.
The cell of (queue, agent, front, slot) is ``((queue_code * agents + agent_code) * fronts + front_code) *
times + time_code``.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.errors import MetricError
from ccsim.log import Labels
from ccsim.units import DAY, DAY_NAMES, HOUR, format_time_of_day

Int64 = npt.NDArray[np.int64]
IntAny = npt.NDArray[np.integer[Any]]

QUEUE_KEYS = ("queue", "channel")
AGENT_KEYS = ("group", "agent")
FRONT_KEYS = ("front",)
TIME_KEYS = ("interval", "hour", "day", "weekday")
BY_KEYS = ("replication", *QUEUE_KEYS, *AGENT_KEYS, *FRONT_KEYS, *TIME_KEYS)


@dataclass(frozen=True, slots=True)
class Family:
    """The keys of one family: ``codes[i]`` is entity i's combination, ``levels[k]`` the values of key k."""

    keys: tuple[str, ...]
    codes: Int64  # (entities,)
    levels: tuple[Int64, ...]  # one (combinations,) array per key

    @property
    def count(self) -> int:
        """Number of combinations; 1 when the family has no key (and perhaps no entity)."""
        return len(self.levels[0]) if self.keys else 1


@dataclass(frozen=True, slots=True)
class Cells:
    """The coding of one table: every row is one cell."""

    by: tuple[str, ...]
    labels: Labels
    width_us: int  # of a slot of the time grid
    slots: int
    queue: Family
    agent: Family
    front: Family
    time: Family

    @property
    def count(self) -> int:
        """Number of cells."""
        return self.queue.count * self.agent.count * self.front.count * self.time.count

    def of(self, queue: IntAny, at: Int64, front: Int64 | None = None) -> Int64:
        """(rows,) cell of each row's queue, front and instant, in a table without keys of agents."""
        if self.count == 1:
            return np.zeros(len(at), dtype=np.int64)
        place = self.queue.codes[queue]
        if front is not None:
            place = place * self.front.count + self.front.codes[front]
        if self.time.count == 1:
            return place
        slot = np.minimum(at // self.width_us, self.slots - 1)
        return place * self.time.count + self.time.codes[slot]

    def levels(self, key: str, cells: Int64) -> Int64:
        """Number of the value of ``key`` in each of ``cells``."""
        for family in (self.time, self.front, self.agent, self.queue):
            if key in family.keys:
                return family.levels[family.keys.index(key)][cells % family.count]
            cells = cells // family.count
        raise MetricError(f"there is no key {key!r} in this table")

    def names(self, key: str) -> list[object]:
        """What the level numbers of ``key`` stand for, in order."""
        labels = self.labels
        if key == "queue":
            return list(labels.queues)
        if key == "channel":
            return list(_channels(labels))
        if key == "group":
            return list(labels.groups)
        if key == "agent":
            return list(labels.agents)
        if key == "front":
            return list(labels.fronts)
        if key == "interval":
            return [format_time_of_day(us) for us in range(0, DAY, labels.interval_us)]
        if key == "hour":
            return list(range(24))
        if key == "weekday":
            return list(DAY_NAMES)
        days = self.slots * self.width_us // DAY + 1
        return [labels.start + dt.timedelta(days=day) for day in range(days)]


def check_by(by: Sequence[str] | str | None) -> tuple[str, ...]:
    """The by-keys as a tuple, none for None; raises MetricError when one is unknown or named twice."""
    keys = (by,) if isinstance(by, str) else tuple(by or ())
    for key in keys:
        if key not in BY_KEYS:
            raise MetricError(f"there is no key {key!r} to report by; there is: {', '.join(BY_KEYS)}")
    if len(set(keys)) < len(keys):
        raise MetricError(f"a key is named twice in by = {', '.join(keys)}")
    return keys


def cells_for(labels: Labels, by: Sequence[str]) -> Cells:
    """The coding of the table with the by-keys ``by`` (without ``replication``)."""
    width = math.gcd(labels.interval_us, HOUR) if "hour" in by else labels.interval_us
    slots = max(labels.ends_at, 0) // width + 1
    start = np.arange(slots, dtype=np.int64) * width
    day = start // DAY
    of_day = start % DAY
    channels = _channels(labels)
    values = {
        "queue": np.arange(len(labels.queues), dtype=np.int64),
        "channel": np.array([channels.index(name) for name in labels.channels], dtype=np.int64),
        "group": np.asarray(labels.agent_group, dtype=np.int64),
        "agent": np.arange(len(labels.agents), dtype=np.int64),
        "front": np.arange(len(labels.fronts), dtype=np.int64),
        "interval": of_day // labels.interval_us,
        "hour": of_day // HOUR,
        "day": day,
        "weekday": (labels.start.weekday() + day) % 7,
    }
    sizes = {
        "queue": len(labels.queues),
        "agent": len(labels.agents),
        "front": len(labels.fronts),
        "time": slots,
    }

    def family(keys: tuple[str, ...], entities: str) -> Family:
        present = tuple(key for key in by if key in keys)
        if present == ("group",):  # also those that have nobody
            return Family(present, values["group"], (np.arange(len(labels.groups), dtype=np.int64),))
        return _family(present, [values[key] for key in present], sizes[entities])

    return Cells(
        by=tuple(by),
        labels=labels,
        width_us=width,
        slots=slots,
        queue=family(QUEUE_KEYS, "queue"),
        agent=family(AGENT_KEYS, "agent"),
        front=family(FRONT_KEYS, "front"),
        time=family(TIME_KEYS, "time"),
    )


def _family(keys: tuple[str, ...], values: list[Int64], entities: int) -> Family:
    if not keys:
        return Family((), np.zeros(entities, dtype=np.int64), ())
    combinations, codes = np.unique(np.stack(values, axis=1), axis=0, return_inverse=True)
    levels = tuple(np.ascontiguousarray(combinations[:, k]) for k in range(len(keys)))
    return Family(keys, codes.reshape(-1).astype(np.int64), levels)


def _channels(labels: Labels) -> tuple[str, ...]:
    return tuple(dict.fromkeys(labels.channels))
