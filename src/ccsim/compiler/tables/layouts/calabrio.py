"""Calabrio (Teleopti): the queue file of an ACD, and the import and export of forecasts. Neither has a
header.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta

from ccsim.compiler.tables.complaints import Complaints
from ccsim.compiler.tables.dialect import Row, Table
from ccsim.compiler.tables.layouts.rows import Draft, IntervalRow, Layout
from ccsim.compiler.tables.sheet import Sheet, sheet_without_header
from ccsim.units import MINUTE, SECOND

QUEUE_FIELDS = (
    "interval", "date", "time", "queue", "queue_name", "offd_direct_call_cnt", "overflow_in_call_cnt",
    "aband_call_cnt", "overflow_out_call_cnt", "answ_call_cnt", "queued_and_answ_call_dur",
    "queued_and_aband_call_dur", "talking_call_dur", "wrap_up_dur", "queued_answ_longest_que_dur",
    "queued_aband_longest_que_dur", "avg_avail_member_cnt", "ans_servicelevel_cnt", "wait_dur",
    "aband_short_call_cnt", "aband_within_sl_cnt",
)  # fmt: skip
FORECAST_FIELDS = ("skill", "start", "end", "volume", "task_time", "after_task_work", "agents")
LENGTHS_MIN = (5, 10, 15, 20, 30, 60)

_DATE = re.compile(r"\d{8}")
_STAMP = re.compile(r"\d{8} \d{1,2}:\d{2}")


def _is_queue_row(cells: list[str]) -> bool:
    return len(cells) >= len(QUEUE_FIELDS) and _DATE.fullmatch(cells[1]) is not None


def _is_forecast_row(cells: list[str]) -> bool:
    return len(cells) >= 6 and all(_STAMP.fullmatch(cell) for cell in cells[1:3])


def _recognises_queue(table: Table) -> bool:
    return any(_is_queue_row(cells) for _, cells in table.rows[:2])


def _recognises_forecast(table: Table) -> bool:
    return any(_is_forecast_row(cells) for _, cells in table.rows[:2])


def _open_queue(table: Table, complaints: Complaints) -> Draft:
    """Volume is ``offd_direct_call_cnt``, the calls offered to the queue itself (not
    ``overflow_in_call_cnt``).

    Those calls are offered to the queue that they came to first, so a network of queues counts each call
    once. Talk and wrap-up are totals over ``answ_call_cnt``. ``interval`` is the length in minutes.
    """
    rows = table.rows if _is_queue_row(table.first()) else table.rows[1:]
    notes = [] if rows is table.rows else [f"skipped the title on line {table.rows[0][0]}"]
    if not rows:
        raise complaints.fatal(
            table.rows[0][0], "", f"no row of {len(QUEUE_FIELDS)} fields with a date yyyymmdd"
        )
    sheet = sheet_without_header(table, complaints, rows, QUEUE_FIELDS)
    return Draft(
        rows=sheet.rows,
        read=lambda row: _read_queue(sheet, row),
        queue_of=lambda row: (
            sheet.text(row, "queue_name") or sheet.text(row, "queue"),
            sheet.text(row, "queue"),
        ),
        notes=notes,
    )


def _read_queue(sheet: Sheet, row: Row) -> list[IntervalRow]:
    minutes = sheet.number(row, "interval")
    if minutes not in LENGTHS_MIN and not math.isnan(minutes):
        written = sheet.text(row, "interval")
        sheet.complaints.add(
            row[0], "interval", f"'{written}' is not a length in minutes such as 15, 30 or 60"
        )
    day, time = sheet.day(row, "date"), sheet.time(row, "time")
    offered = sheet.number(row, "offd_direct_call_cnt")
    answered = sheet.number(row, "answ_call_cnt", blank=0.0)
    talk = sheet.number(row, "talking_call_dur", blank=0.0)
    wrap_up = sheet.number(row, "wrap_up_dur", blank=0.0)
    if day is None or time is None or minutes not in LENGTHS_MIN:
        return []
    starts_at = datetime(day.year, day.month, day.day) + timedelta(microseconds=time)
    length = int(minutes) * MINUTE
    return [IntervalRow(row[0], starts_at, length, offered, answered, talk=talk, wrap_up=wrap_up)]


def _open_forecast(table: Table, complaints: Complaints) -> Draft:
    """Volume is the forecast, which is of contacts offered; task time is talk, after task work is wrap-up."""
    rows = table.rows if _is_forecast_row(table.first()) else table.rows[1:]
    notes = [] if rows is table.rows else [f"skipped the title on line {table.rows[0][0]}"]
    sheet = sheet_without_header(table, complaints, rows, FORECAST_FIELDS, optional=1)
    return Draft(
        rows=sheet.rows,
        read=lambda row: _read_forecast(sheet, row),
        queue_of=lambda row: (sheet.text(row, "skill"), ""),
        notes=notes,
    )


def _read_forecast(sheet: Sheet, row: Row) -> list[IntervalRow]:
    starts_at, ends_at = sheet.moment(row, "start"), sheet.moment(row, "end")
    volume = sheet.number(row, "volume")
    talk = sheet.number(row, "task_time")
    wrap_up = sheet.number(row, "after_task_work")
    if starts_at is None or ends_at is None:
        return []
    if (starts_at.tzinfo is None) != (ends_at.tzinfo is None):
        sheet.complaints.add(row[0], "end", "start and end must both name an offset from UTC, or neither")
        return []
    length = round((ends_at - starts_at).total_seconds()) * SECOND
    if length <= 0 or length % (5 * MINUTE):
        message = (
            f"{sheet.text(row, 'end')} does not end an interval that starts at {sheet.text(row, 'start')}"
        )
        sheet.complaints.add(row[0], "end", message)
        return []
    return [IntervalRow(row[0], starts_at, length, volume, talk=talk, wrap_up=wrap_up)]


CALABRIO_QUEUE = Layout(
    name="calabrio_queue",
    says="no header, 21 fields: interval; date (yyyymmdd); time; queue; queue_name; calls offered; ...",
    zone=None,
    handle_time="total",
    recognises=_recognises_queue,
    open=_open_queue,
)
CALABRIO_FORECAST = Layout(
    name="calabrio_forecast",
    says="no header: skill, start (yyyyMMdd HH:mm), end, volume, task time, after task work, agents",
    zone=None,
    handle_time="mean",
    recognises=_recognises_forecast,
    open=_open_forecast,
)
