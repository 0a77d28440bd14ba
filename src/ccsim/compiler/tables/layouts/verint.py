"""Verint Strategic Planner: daily volumes without a header."""

from __future__ import annotations

import re
from datetime import datetime

from ccsim.compiler.tables.complaints import Complaints
from ccsim.compiler.tables.dialect import Row, Table
from ccsim.compiler.tables.layouts.rows import Draft, IntervalRow, Layout
from ccsim.compiler.tables.sheet import Sheet, sheet_without_header
from ccsim.units import DAY

FIELDS = ("queue", "date", "volume", "aht")
_DATE = re.compile(r"\d{1,2}-\d{1,2}-\d{4}")


def _recognises(table: Table) -> bool:
    return any(len(cells) == len(FIELDS) and _DATE.fullmatch(cells[1]) for _, cells in table.rows[:2])


def _open(table: Table, complaints: Complaints) -> Draft:
    """Volume is the planner's, of contacts offered; AHT is a mean in seconds, weighed by volume.

    Dates are month first: ``1-2-2018`` is 2 January.
    """
    titled = len(table.first()) != len(FIELDS) or not _DATE.fullmatch(table.first()[1])
    sheet = sheet_without_header(table, complaints, table.rows[int(titled) :], FIELDS)
    return Draft(
        rows=sheet.rows,
        read=lambda row: _read(sheet, row),
        queue_of=lambda row: (sheet.text(row, "queue"), ""),
        notes=[f"skipped the title on line {table.rows[0][0]}"] if titled else [],
    )


def _read(sheet: Sheet, row: Row) -> list[IntervalRow]:
    day = sheet.day(row, "date", order="month")
    volume = sheet.number(row, "volume")
    handle_time = sheet.number(row, "aht")
    if day is None:
        return []
    return [IntervalRow(row[0], datetime(day.year, day.month, day.day), DAY, volume, handle_time=handle_time)]


VERINT = Layout(
    name="verint",
    says="no header, a total a day: queue, date (month-day-year), volume, AHT",
    zone=None,
    handle_time="mean",
    recognises=_recognises,
    open=_open,
)
