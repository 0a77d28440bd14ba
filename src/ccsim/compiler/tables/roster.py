"""Individual rosters: who works when, from a CSV (or Parquet) file with one row per activity.

A row without an activity column is work. Work is a shift; breaks, lunch, training and meetings are laid
over work; ``off`` is laid over everything (leave, sickness). Times past midnight belong to the date on
which the activity starts: ``2026-03-02, 22:00, 06:00`` ends on the morning of 3 March, and a break at 01:30
of that night is a row of 3 March (or of 2 March with the times ``25:30, 26:00``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ccsim.compiler.tables.complaints import Complaints, counted, listed
from ccsim.compiler.tables.dialect import Row, read_table
from ccsim.compiler.tables.moments import since
from ccsim.compiler.tables.sheet import Sheet, sheet_with_header
from ccsim.units import DAY, HOUR, did_you_mean, format_time_of_day

NAMES = {
    "agent_id": ("agent", "agent_name", "name", "employee", "employee_id", "mitarbeiter"),
    "date": ("day", "shift_date", "datum", "tag"),
    "start": ("from", "begin", "starts_at", "start_time", "von", "beginn"),
    "end": ("to", "until", "ends_at", "end_time", "bis", "ende"),
    "activity": ("kind", "state", "code", "aktivität"),
}
ACTIVITIES = ("work", "break", "lunch", "training", "meeting", "off")
OTHER_WORDS = {
    "arbeit": "work",
    "pause": "break",
    "mittag": "lunch",
    "mittagspause": "lunch",
    "schulung": "training",
    "besprechung": "meeting",
    "frei": "off",
}
LAYERS = {"work": "work", "off": "off"}  # the others share the layer over work
LONGEST_PAST_MIDNIGHT = 16 * HOUR  # beyond it, start and end are more likely swapped


@dataclass(frozen=True, slots=True, order=True)
class RosterRow:
    """One activity of one agent; microseconds since midnight of the first day, ``day`` counted from 0."""

    agent: str
    day: int
    from_us: int
    to_us: int
    activity: str


@dataclass(frozen=True, slots=True)
class Roster:
    """Rows sorted by agent, day and start. ``agents``: everybody in the file, in its order.

    ``first_day``, ``last_day``: the dates of the file, whether they are simulated or not.
    """

    rows: tuple[RosterRow, ...]
    agents: tuple[str, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    first_day: date
    last_day: date


def read_roster(path: Path, *, start: date, days: int) -> Roster:
    """Read what touches the ``days`` days from ``start``. Raises ``InputFileError`` with every problem.

    An activity that began on the day before ``start`` and runs past its midnight is cut to begin there; one
    that runs past the last midnight is kept whole.
    """
    table = read_table(path)
    complaints = Complaints(path)
    sheet = sheet_with_header(table, complaints, NAMES, ["agent_id", "start", "end"])
    numbered = []
    for row in sheet.rows:
        activity = _read(sheet, row, start)
        if activity is not None:
            numbered.append((row[0], activity))
    _refuse_overlaps(numbered, complaints)
    complaints.stop_if_any()
    rows = [_cut(row) for _, row in numbered if row.day < days and row.to_us > 0]
    cut = sum(row.from_us < 0 < row.to_us for _, row in numbered)
    notes, warnings = [], []
    if len(rows) < len(numbered):
        notes.append(f"{counted(len(numbered) - len(rows), 'row')} outside the simulated days skipped")
    if cut:
        notes.append(f"{counted(cut, 'row')} begun before {start} cut to its midnight")
    stray = _outside_work(rows)
    if stray:
        warnings.append(
            f"{counted(stray, 'activity row')} outside any work of the agent: counted all the same"
        )
    dates = [row.day for _, row in numbered]
    return Roster(
        rows=tuple(sorted(rows)),
        agents=tuple(dict.fromkeys(row.agent for _, row in numbered)),
        notes=tuple(notes),
        warnings=tuple(warnings),
        first_day=start + timedelta(days=min(dates)),
        last_day=start + timedelta(days=max(dates)),
    )


def _cut(row: RosterRow) -> RosterRow:
    return RosterRow(row.agent, max(row.day, 0), max(row.from_us, 0), row.to_us, row.activity)


def _read(sheet: Sheet, row: Row, start: date) -> RosterRow | None:
    agent = sheet.text(row, "agent_id")
    if not agent:
        sheet.complaints.add(row[0], sheet.title("agent_id"), "is blank")
        return None
    written = sheet.text(row, "activity").casefold() or "work"
    activity = OTHER_WORDS.get(written, written)
    if activity not in ACTIVITIES:
        hint = did_you_mean(activity, ACTIVITIES) or f"; there is: {', '.join(ACTIVITIES)}"
        sheet.complaints.add(row[0], sheet.title("activity"), f"unknown activity '{activity}'", hint)
        return None
    span = _span(sheet, row, start, activity)
    if span is None:
        return None
    from_us, to_us = span
    return RosterRow(agent, from_us // DAY, from_us, to_us, activity)


def _span(sheet: Sheet, row: Row, start: date, activity: str) -> tuple[int, int] | None:
    """From and to in microseconds since midnight of ``start``; None after a complaint."""
    begins, ends = sheet.text(row, "start"), sheet.text(row, "end")
    if len(begins) > 11 or len(ends) > 11:  # time stamps with a date
        return _span_of_stamps(sheet, row, start)
    if not sheet.has("date"):
        message = "there is no column date, and start and end are no full time stamps"
        hint = f"; the columns are {listed([cell for cell in sheet.table.first() if cell], 12)}"
        sheet.complaints.add(row[0], "date", message, hint)
        return None
    day = sheet.day(row, "date")
    if activity == "off" and not begins and not ends:
        from_time, to_time = 0, DAY
    else:
        read = sheet.time(row, "start"), sheet.time(row, "end")
        if read[0] is None or read[1] is None:
            return None
        from_time, to_time = read[0], read[1]
    if day is None:
        return None
    if to_time <= from_time and from_time < DAY:
        length = to_time + DAY - from_time
        if length > LONGEST_PAST_MIDNIGHT:
            hours = length // HOUR
            message = f"{ends} is not after the start {begins} (past midnight it would last {hours} h)"
            sheet.complaints.add(row[0], sheet.title("end"), message)
            return None
        to_time += DAY
    midnight = (day - start).days * DAY
    return midnight + from_time, midnight + to_time


def _span_of_stamps(sheet: Sheet, row: Row, start: date) -> tuple[int, int] | None:
    begins, ends = sheet.moment(row, "start"), sheet.moment(row, "end")
    if begins is None or ends is None:
        return None
    span = since(start, begins), since(start, ends)
    if span[1] <= span[0]:
        sheet.complaints.add(row[0], sheet.title("end"), f"{ends} is not after the start {begins}")
        return None
    return span


def _refuse_overlaps(numbered: list[tuple[int, RosterRow]], complaints: Complaints) -> None:
    """Two activities of one layer (work; breaks and the like; off) cannot hold an agent at once."""
    layers: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for line, row in numbered:
        layers[row.agent, LAYERS.get(row.activity, "away")].append((row.from_us, row.to_us, line))
    for (agent, _), spans in layers.items():
        spans.sort()
        last_end, last_line = -DAY * 10_000, 0
        for from_us, to_us, line in spans:
            if from_us < last_end:
                time = format_time_of_day(from_us)
                first, second = sorted((line, last_line))
                complaints.add(second, "start", f"{agent} at {time} overlaps line {first}", kind="overlap")
            if to_us > last_end:
                last_end, last_line = to_us, line


def _outside_work(rows: list[RosterRow]) -> int:
    """How many breaks, lunches, trainings and meetings do not touch any work of their agent."""
    work: dict[str, list[RosterRow]] = defaultdict(list)
    for row in rows:
        if row.activity == "work":
            work[row.agent].append(row)
    over_work = [row for row in rows if row.activity not in LAYERS]
    return sum(
        not any(shift.from_us < row.to_us and row.from_us < shift.to_us for shift in work[row.agent])
        for row in over_work
    )
