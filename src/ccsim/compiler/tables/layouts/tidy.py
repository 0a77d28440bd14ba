"""Our own layout: a header and one row per interval (and queue)."""

from __future__ import annotations

from datetime import datetime, timedelta

from ccsim.compiler.tables.complaints import Complaints, listed
from ccsim.compiler.tables.dialect import Row, Table
from ccsim.compiler.tables.layouts.rows import Draft, IntervalRow, Layout
from ccsim.compiler.tables.layouts.voice import voice_only
from ccsim.compiler.tables.sheet import Sheet, match_columns, sheet_with_header

NAMES = {
    "interval_start": ("start", "timestamp", "starts_at", "datetime", "zeitstempel"),
    "date": ("day", "datum", "tag"),
    "time": ("interval", "uhrzeit", "zeit", "intervall", "time_of_day"),
    "queue": ("queue_name", "skill", "warteschlange"),
    "channel": ("media", "media_type", "channel_type"),
    "offered": (
        "volume",
        "calls",
        "contacts",
        "calls_offered",
        "contacts_offered",
        "anrufe",
        "kontakte",
        "angeboten",
    ),
    "handled": ("answered", "calls_handled", "contacts_handled"),
    "aht_s": ("aht", "handle_time_s", "handle_time", "average_handle_time"),
    "talk_s": ("talk", "talk_time_s"),
    "acw_s": ("acw", "wrap_up_s", "wrap_up", "after_call_work_s"),
}
KNOWN_UNUSED = ("interval_end", "abandoned", "answered_in_sl", "wait_answered_s", "wait_abandoned_s")


def _recognises(table: Table) -> bool:
    there = match_columns(table.first(), NAMES)
    return "offered" in there and ("interval_start" in there or "date" in there)


def _open(table: Table, complaints: Complaints) -> Draft:
    """Volume is ``offered``, whether answered or not; ``handled`` only weighs handle times."""
    sheet = sheet_with_header(table, complaints, NAMES, [("interval_start", "date"), "offered"])
    unused = match_columns(table.first(), dict.fromkeys(KNOWN_UNUSED, ()))
    used = {*sheet.place.values(), *unused.values()}
    others = [cell for place, cell in enumerate(table.first()) if cell and place not in used]
    rows, notes = voice_only(sheet, "channel")
    if others:
        notes.append(f"columns not used: {listed(others)}")
    return Draft(
        rows=rows,
        read=lambda row: _read(sheet, row),
        queue_of=(lambda row: (sheet.text(row, "queue"), "")) if sheet.has("queue") else None,
        notes=notes,
    )


def _starts_at(sheet: Sheet, row: Row) -> datetime | None:
    if sheet.has("interval_start"):
        return sheet.moment(row, "interval_start")
    day = sheet.day(row, "date")
    time = sheet.time(row, "time") if sheet.has("time") else 0
    if day is None or time is None:
        return None
    return datetime(day.year, day.month, day.day) + timedelta(microseconds=time)


def _read(sheet: Sheet, row: Row) -> list[IntervalRow]:
    """Of handle time, talk and wrap-up any two give the third; with all three, talk and wrap-up count."""
    starts_at = _starts_at(sheet, row)
    handle, talk, wrap_up = (sheet.number(row, name) for name in ("aht_s", "talk_s", "acw_s"))
    if (handle < talk or handle < wrap_up) and not (sheet.has("talk_s") and sheet.has("acw_s")):
        part = "talk_s" if handle < talk else "acw_s"
        sheet.complaints.add(row[0], sheet.title(part), f"is longer than the handle time {handle:g}")
    if not sheet.has("acw_s"):
        wrap_up = handle - talk
    elif not sheet.has("talk_s"):
        talk = handle - wrap_up
    offered = sheet.number(row, "offered")
    handled = sheet.number(row, "handled")
    if starts_at is None:
        return []
    return [IntervalRow(row[0], starts_at, 0, offered, handled, handle, talk, wrap_up)]


TIDY = Layout(
    name="tidy",
    says="header with interval_start (or date and time), offered, and optionally queue, aht_s, talk_s, acw_s",
    zone=None,
    handle_time="mean",
    recognises=_recognises,
    open=_open,
)
