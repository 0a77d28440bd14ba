"""What every layout is turned into before volumes are made of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ccsim.compiler.tables.complaints import Complaints
from ccsim.compiler.tables.dialect import Row, Table


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One queue's contacts in one interval, as the file writes them; ``offered`` is nan where that is blank.

    ``handled``: the contacts that the handle times are about; nan when the file does not count them (then
    ``offered`` stands in). Handle times are means or totals in seconds, whichever the file holds; nan: not
    told. ``part``: what tells apart rows of one interval that add up (skill set, language).
    """

    line: int
    starts_at: datetime
    length_us: int  # 0: the file does not say
    offered: float
    handled: float = math.nan
    handle_time: float = math.nan
    talk: float = math.nan
    wrap_up: float = math.nan
    part: str = ""


@dataclass
class Draft:
    """A file seen through its layout: which rows there are and how to read one.

    ``queue_of``: (name, id) of a row's queue; None when the layout has no queues. ``read``: the intervals
    of a row, none after a complaint. ``weekdays``: dates stand for days of a typical week, 2024-01-01 being
    the Monday.
    """

    rows: list[Row]
    read: Callable[[Row], Sequence[IntervalRow]]
    queue_of: Callable[[Row], tuple[str, str]] | None = None
    weekdays: bool = False
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Layout:
    """One way in which planners' tools write interval volumes."""

    name: str
    says: str  # one line: what such a file looks like
    zone: str | None  # zone of time stamps without an offset; None: local
    handle_time: str  # "mean", "total", or "" when the layout has none
    recognises: Callable[[Table], bool]
    open: Callable[[Table, Complaints], Draft]
