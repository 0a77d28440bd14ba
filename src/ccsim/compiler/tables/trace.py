"""Recorded arrivals, one row per contact, from CSV or Parquet, with handle times where the file has them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ccsim.compiler.tables.complaints import Complaints, counted
from ccsim.compiler.tables.dialect import Row, Table, read_table
from ccsim.compiler.tables.moments import since
from ccsim.compiler.tables.queue_choice import choose_queue
from ccsim.compiler.tables.sheet import Sheet, sheet_with_header
from ccsim.compiler.tables.zones import Clock, open_clock
from ccsim.units import DAY, SECOND

Int64 = npt.NDArray[np.int64]
DRAW = -1  # of a contact whose handle time the file does not tell


@dataclass(frozen=True, slots=True)
class TraceRows:
    """Arrivals of one queue, ascending; contacts of one instant keep the order of the file.

    ``arrived_at``: microseconds since midnight of the first day on the wall clock of the center. ``talk``,
    ``wrap_up``: the same shape, microseconds, -1 where the file is blank; None when the file does not tell.
    """

    arrived_at: Int64
    talk: Int64 | None
    wrap_up: Int64 | None
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def read_trace(
    path: Path,
    *,
    start: date,
    days: int,
    ends_at: int | None = None,
    arrived_at: str = "arrived_at",
    queue_column: str | None = None,
    queue: str | None = None,
    default_queue: str = "",
    file_zone: str | None = None,
    center_zone: str | None = None,
    handle_times: str | None = None,
) -> TraceRows:
    """Read what arrives in the ``days`` days from ``start``. Raises ``InputFileError`` with every problem.

    ``ends_at``: microseconds from the first midnight, where the last night goes on after the last day.
    ``arrived_at``: column of time stamps; when the file has none of that name, ``date`` and ``time`` serve.
    ``queue``: value that must be there in ``queue_column`` (default: a column ``queue``, if there is one);
    otherwise ``default_queue`` if it is there, or else the only queue of the file. ``file_zone``: zone of
    stamps without an offset, None for local. ``handle_times``: ``recorded`` needs ``talk_s`` or
    ``handle_time_s`` (and takes ``wrap_up_s``), ``drawn`` ignores them, None takes them if they are there.
    """
    table = read_table(path)
    complaints = Complaints(path)
    sheet = _open(table, complaints, arrived_at, queue_column)
    recorded = _uses_recorded(sheet, handle_times)
    clock = open_clock(file_zone, center_zone, complaints)
    rows, notes = _rows_of_queue(sheet, queue, default_queue, queue_column)
    arrived, kept = _arrivals(sheet, rows, arrived_at, clock, start)
    talk, wrap_up = _handle_times(sheet, kept) if recorded else (None, None)
    complaints.stop_if_any()
    inside = (arrived >= 0) & (arrived < (days * DAY if ends_at is None else ends_at))
    warnings: list[str] = []
    if not inside.all():
        count = int(np.count_nonzero(~inside))
        most = 2 * count > len(inside)
        (warnings if most else notes).append(
            f"{counted(count, 'contact')} of {len(inside)} outside the simulated days skipped"
        )
    if not inside.any():
        warnings.append("no contact falls into the simulated days")
    if np.any(np.diff(arrived) < 0):
        notes.append("the file was not in the order of arrival: sorted")
    order = np.flatnonzero(inside)
    order = order[np.argsort(arrived[order], kind="stable")]
    return TraceRows(
        arrived_at=arrived[order],
        talk=None if talk is None else talk[order],
        wrap_up=None if wrap_up is None else wrap_up[order],
        notes=(*notes, *clock.notes()),
        warnings=tuple(warnings),
    )


def _open(table: Table, complaints: Complaints, arrived_at: str, queue_column: str | None) -> Sheet:
    names = {
        arrived_at: (),
        "date": ("day",),
        "time": (),
        queue_column or "queue": (),
        "talk_s": (),
        "wrap_up_s": ("acw_s",),
        "handle_time_s": ("aht_s",),
    }
    needed: list[str | tuple[str, ...]] = [(arrived_at, "date")]
    if queue_column is not None:
        needed.append(queue_column)
    sheet = sheet_with_header(table, complaints, names, needed)
    if not sheet.has(arrived_at) and not sheet.has("time"):
        message = f"there is no column {arrived_at}, nor time beside date"
        raise complaints.fatal(table.rows[0][0], "time", message)
    return sheet


def _uses_recorded(sheet: Sheet, handle_times: str | None) -> bool:
    there = sheet.has("talk_s") or sheet.has("handle_time_s")
    if handle_times not in (None, "recorded", "drawn"):
        raise sheet.complaints.fatal(0, "handle_times", f"'{handle_times}' is neither recorded nor drawn")
    if handle_times == "recorded" and not there:
        raise sheet.complaints.fatal(0, "handle_times", "recorded ones need a column talk_s or handle_time_s")
    return there and handle_times != "drawn"


def _rows_of_queue(
    sheet: Sheet, queue: str | None, default_queue: str, queue_column: str | None
) -> tuple[list[Row], list[str]]:
    column = queue_column or "queue"
    if not sheet.has(column):
        if queue is not None:
            message = f"the file has no column '{column}' to choose '{queue}' from; leave queue out"
            raise sheet.complaints.fatal(0, "queue", message)
        return sheet.rows, []
    if not sheet.rows:
        return [], []
    found = {(sheet.text(row, column), "") for row in sheet.rows}
    chosen, note = choose_queue(found, queue, default_queue, sheet.complaints)
    return [row for row in sheet.rows if sheet.text(row, column) == chosen], [note] if note else []


def _arrivals(
    sheet: Sheet, rows: list[Row], arrived_at: str, clock: Clock, start: date
) -> tuple[Int64, list[Row]]:
    """Arrival times in file order and the rows that have a readable one."""
    times, kept = [], []
    for row in rows:
        stamp = sheet.moment(row, arrived_at) if sheet.has(arrived_at) else _date_and_time(sheet, row)
        if stamp is not None:
            times.append(since(start, clock.wall(stamp)))
            kept.append(row)
    return np.array(times, dtype=np.int64), kept


def _date_and_time(sheet: Sheet, row: Row) -> datetime | None:
    day, time = sheet.day(row, "date"), sheet.time(row, "time")
    if day is None or time is None:
        return None
    return datetime(day.year, day.month, day.day) + timedelta(microseconds=time)


def _handle_times(sheet: Sheet, rows: list[Row]) -> tuple[Int64, Int64 | None]:
    """Talk and wrap-up in microseconds. Of handle time, talk and wrap-up any two give the third."""
    talk, wrap_up, handle = (_seconds(sheet, rows, name) for name in ("talk_s", "wrap_up_s", "handle_time_s"))
    has_talk, has_wrap_up = sheet.has("talk_s"), sheet.has("wrap_up_s")
    if not has_talk:
        talk = handle - (wrap_up if has_wrap_up else 0.0)
    elif sheet.has("handle_time_s") and not has_wrap_up:
        wrap_up, has_wrap_up = handle - talk, True
    for place in np.flatnonzero((talk < 0) | (wrap_up < 0)):
        sheet.complaints.add(rows[place][0], sheet.title("handle_time_s"), "is shorter than its parts")
    if not has_talk and not has_wrap_up:  # one handle time, all of it talk
        wrap_up, has_wrap_up = np.where(np.isnan(talk), math.nan, 0.0), True
    return _microseconds(talk), _microseconds(wrap_up) if has_wrap_up else None


def _seconds(sheet: Sheet, rows: list[Row], name: str) -> npt.NDArray[np.float64]:
    if not sheet.has(name):
        return np.full(len(rows), math.nan)
    return np.array([sheet.number(row, name) for row in rows])


def _microseconds(seconds: npt.NDArray[np.float64]) -> Int64:
    known = np.where(np.isnan(seconds), 0.0, seconds)
    whole = np.rint(known * SECOND).astype(np.int64)
    return np.where(np.isnan(seconds), DRAW, whole)
