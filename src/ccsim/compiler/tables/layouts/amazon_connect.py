"""Amazon Connect: files for the import of history and for the override of a forecast."""

from __future__ import annotations

from ccsim.compiler.tables.complaints import Complaints
from ccsim.compiler.tables.dialect import Row, Table
from ccsim.compiler.tables.layouts.rows import Draft, IntervalRow, Layout
from ccsim.compiler.tables.layouts.voice import voice_only
from ccsim.compiler.tables.sheet import Sheet, match_columns, sheet_with_header
from ccsim.units import DAY, HOUR, MINUTE

NAMES = {
    "QueueName": (),
    "QueueId": (),
    "ChannelType": (),
    "TimeStamp": (),
    "IntervalDuration": (),
    "IncomingContactVolume": (),
    "AverageHandleTime": (),
    "ContactsHandled": (),
}
LENGTHS = {"15mins": 15 * MINUTE, "30mins": 30 * MINUTE, "60mins": HOUR, "daily": DAY}


def _recognises(table: Table) -> bool:
    there = match_columns(table.first(), NAMES)
    return "TimeStamp" in there and "IncomingContactVolume" in there


def _open(table: Table, complaints: Complaints) -> Draft:
    """Volume is ``IncomingContactVolume``; ``AverageHandleTime`` is weighed by ``ContactsHandled``.

    An override file has no ``ContactsHandled``; there the volume weighs.
    """
    needed = ["QueueName", "TimeStamp", "IntervalDuration", "IncomingContactVolume"]
    sheet = sheet_with_header(table, complaints, NAMES, needed)
    rows, notes = voice_only(sheet, "ChannelType")
    return Draft(
        rows=rows,
        read=lambda row: _read(sheet, row),
        queue_of=lambda row: (sheet.text(row, "QueueName"), sheet.text(row, "QueueId")),
        notes=notes,
    )


def _read(sheet: Sheet, row: Row) -> list[IntervalRow]:
    written = sheet.text(row, "IntervalDuration")
    length = LENGTHS.get(written.casefold().replace(" ", ""))
    if length is None:
        message = f"unknown length '{written}'; write one of {', '.join(LENGTHS)}"
        sheet.complaints.add(row[0], "IntervalDuration", message)
    starts_at = sheet.moment(row, "TimeStamp")
    offered = sheet.number(row, "IncomingContactVolume")
    handle_time = sheet.number(row, "AverageHandleTime")
    handled = sheet.number(row, "ContactsHandled")
    if starts_at is None or length is None:
        return []
    return [IntervalRow(row[0], starts_at, length, offered, handled, handle_time)]


AMAZON_CONNECT = Layout(
    name="amazon_connect",
    says="header QueueName, TimeStamp, IntervalDuration, IncomingContactVolume, ...; times in UTC",
    zone="UTC",
    handle_time="mean",
    recognises=_recognises,
    open=_open,
)
