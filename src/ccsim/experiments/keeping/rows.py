"""One cell of a sweep as a row: what was played, how it ended, and every measured value with its weight.

A row is written as one line of JSON. Its values are those of ``Run.metrics(..., by=[*by, "replication"])``
for this one replication, so that whatever pools replications works on rows as it does on Logs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Key = str | int  # of a by-key: a name, ``08:30``, a weekday, an ISO date, or the hour as a number
Stage = Literal["", "scenario", "compile", "draw", "engine", "metrics", "worker"]
Status = Literal["done", "failed"]

SCHEMA = 1  # of the lines; grows when a reader of older lines would misread newer ones


MOST_TRIES = 3  # of a failed cell, over all starts of a sweep


class Value(NamedTuple):
    """One metric of one cell of the by-keys in one replication.

    ``value`` is nan where there was nothing to measure. ``weight`` is the denominator of a ratio, the number
    of waits of a quantile and the total of a count, as in ``Run.metrics``.
    """

    by: tuple[Key, ...]
    metric: str
    value: float
    weight: float


@dataclass(frozen=True, slots=True)
class CellRow:
    """One replication of one point of one case.

    ``replication`` counts from 0, as for :func:`ccsim.draws.draw`; tables show it from 1. ``overrides`` are
    those of the case and of the point together. ``controls`` holds, by queue, the drawn ``arrivals`` of fresh
    contacts and their ``offered_work_s`` (talk and wrap-up at speed 1): quantities whose mean is known.
    What follows ``controls`` says where the row comes from and differs from machine to machine.
    """

    key: str
    case: str
    point: int
    replication: int
    overrides: Mapping[str, Any] = field(default_factory=dict)
    status: Status = "done"
    stage: Stage = ""  # where it failed
    error: str = ""
    digest: str = ""  # of the Log
    contacts: int = 0
    legs: int = 0
    values: tuple[Value, ...] = ()
    controls: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    tries: int = 1
    seconds: float = 0.0
    engine: str = ""
    version: str = ""
    host: str = ""
    pid: int = 0
    at: str = ""  # UTC, for people: nothing is ordered by it

    @property
    def done(self) -> bool:
        """Was it played to its end and measured?"""
        return self.status == "done"

    @property
    def impossible(self) -> bool:
        """Did it fail by a value that no try makes possible?"""
        return self.stage == "scenario"

    @property
    def tries_so_far(self) -> int:
        """0: it is done; else how often it was tried, all tries for what is impossible."""
        return 0 if self.done else MOST_TRIES if self.impossible else self.tries

    def outcome(self) -> tuple[Any, ...]:
        """What two workers that play the same cell must agree on; nan equals nan."""
        return (
            self.key,
            self.status,
            self.digest,
            self.contacts,
            self.legs,
            tuple((v.by, v.metric, _plain(v.value), _plain(v.weight)) for v in self.values),
            tuple((name, *sorted(found.items())) for name, found in self.controls.items()),
        )


def to_line(row: CellRow) -> str:
    """The row as one line of strict JSON with its line end; what is not a number is null."""
    data = {
        "key": row.key,
        "case": row.case,
        "point": row.point,
        "replication": row.replication,
        "status": row.status,
        "overrides": dict(row.overrides),
        "digest": row.digest,
        "contacts": row.contacts,
        "legs": row.legs,
        "values": [[*v.by, v.metric, _plain(v.value), _plain(v.weight)] for v in row.values],
        "controls": {name: dict(found) for name, found in row.controls.items()},
        "tries": row.tries,
        "seconds": row.seconds,
        "engine": row.engine,
        "version": row.version,
        "host": row.host,
        "pid": row.pid,
        "at": row.at,
    }
    if not row.done:
        data |= {"stage": row.stage, "error": row.error}
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def from_line(line: str | bytes) -> CellRow:
    """The row of a line; raises ValueError, KeyError or TypeError for a line that is not one of ours."""
    data = json.loads(line)
    values = tuple(
        Value(tuple(item[:-3]), item[-3], _number(item[-2]), _number(item[-1])) for item in data.pop("values")
    )
    return CellRow(values=values, **data)


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
