"""Genesys Cloud workforce management: the file for the import of history."""

from __future__ import annotations

from ccsim.compiler.tables.complaints import Complaints
from ccsim.compiler.tables.dialect import Row, Table
from ccsim.compiler.tables.layouts.rows import Draft, IntervalRow, Layout
from ccsim.compiler.tables.layouts.voice import voice_only
from ccsim.compiler.tables.sheet import Sheet, match_columns, sheet_with_header
from ccsim.units import MINUTE

NAMES = {
    "Interval Start UTC Date": ("Interval Start",),
    "Queue": (),
    "Media Type": (),
    "Skill Set": (),
    "Language": (),
    "Offered": (),
    "Interactions Handled": (),
    "Total Handle Time (Seconds)": ("Total Handle Time",),
}
INTERVAL = 15 * MINUTE  # the only one that Genesys takes


def _recognises(table: Table) -> bool:
    there = match_columns(table.first(), NAMES)
    return "Interval Start UTC Date" in there and "Total Handle Time (Seconds)" in there


def _open(table: Table, complaints: Complaints) -> Draft:
    """Volume is ``Offered``. Handle time is a total over ``Interactions Handled``.

    Rows of one interval that differ in skill set or language are parts of one queue and add up.
    """
    sheet = sheet_with_header(table, complaints, NAMES, ["Interval Start UTC Date", "Queue", "Offered"])
    rows, notes = voice_only(sheet, "Media Type")
    parts = {_part(sheet, row) for row in rows}
    if len(parts) > 1:
        notes.append(f"{len(parts)} sets of skills and languages added up")
    return Draft(
        rows=rows,
        read=lambda row: _read(sheet, row),
        queue_of=lambda row: (sheet.text(row, "Queue"), ""),
        notes=notes,
    )


def _part(sheet: Sheet, row: Row) -> str:
    return f"{sheet.text(row, 'Skill Set')}/{sheet.text(row, 'Language')}"


def _read(sheet: Sheet, row: Row) -> list[IntervalRow]:
    starts_at = sheet.moment(row, "Interval Start UTC Date")
    offered = sheet.number(row, "Offered")
    handled = sheet.number(row, "Interactions Handled", blank=0.0)
    handle_time = sheet.number(row, "Total Handle Time (Seconds)")
    if starts_at is None:
        return []
    part = _part(sheet, row)
    return [IntervalRow(row[0], starts_at, INTERVAL, offered, handled, handle_time, part=part)]


GENESYS_CLOUD = Layout(
    name="genesys_cloud",
    says="header Interval Start UTC Date, Queue, Media Type, ..., Offered, Total Handle Time; times in UTC",
    zone="UTC",
    handle_time="total",
    recognises=_recognises,
    open=_open,
)
