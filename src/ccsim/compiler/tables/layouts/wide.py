"""A planner's spreadsheet: days across and intervals down, or intervals across and days down.

The first cell is free. Days are dates or weekday names (a typical week); intervals are ``08:00``, ``8:00`` or
``08:00-08:30``. Rows above the header and totals at the side and below are skipped with a note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from ccsim.compiler.tables.complaints import Complaints, counted
from ccsim.compiler.tables.dialect import Row, Table, parse_number
from ccsim.compiler.tables.layouts.rows import Draft, IntervalRow, Layout
from ccsim.compiler.tables.moments import parse_date, parse_time_of_day, parse_weekday, slash_order

MONDAY = datetime(2024, 1, 1)
LOOKED_AT = 6  # rows in which the header must be found
ONE_QUEUE = "a wide sheet holds one queue; save one file a queue, or use the tidy layout"
_TOTALS = frozenset({"total", "totals", "sum", "summe", "gesamt", "average", "mean", "avg", "mittelwert"})
_MIDNIGHT = re.compile(r"[ T]0?0:00(:00)?$")  # spreadsheets add it to dates
_RANGE = re.compile(r"\s*(?:-|–|to)\s*")


@dataclass(frozen=True, slots=True)
class _Label:
    """A header or side cell: a day (``weekday``: of a typical week) or a span of the day."""

    day: datetime | None = None
    weekday: bool = False
    from_us: int = 0
    length_us: int = 0


def _day(text: str, order: str) -> _Label | None:
    """A date, also behind its weekday (``Mon, 2026-03-02``), or a weekday. Raises ``ValueError``."""
    words = re.split(r"[,\s]+", text, maxsplit=1)
    number = parse_weekday(words[0])
    if number is not None and len(words) == 1:
        return _Label(day=MONDAY + timedelta(days=number), weekday=True)
    written = _MIDNIGHT.sub("", text)
    if not (words[1] if number is not None else written)[:1].isdigit() or ":" in written:
        return None
    day = parse_date(written, order)
    return _Label(day=datetime(day.year, day.month, day.day))


def _span(text: str) -> _Label | None:
    """A start of an interval, or its start and end. Raises ``ValueError``."""
    ends = _RANGE.split(text)
    if ":" not in text or len(ends) > 2:
        return None
    start = parse_time_of_day(ends[0])
    length = parse_time_of_day(ends[1]) - start if len(ends) == 2 else 0
    return _Label(from_us=start, length_us=length)


def _label(text: str, order: str = "") -> _Label | None:
    """What a header or side cell says, None when it is neither a day nor a time."""
    try:
        return _day(text, order) or _span(text)
    except ValueError:
        return None


def _is_header(cells: list[str], order: str) -> bool:
    labels = [_label(cell, order) for cell in cells[1:] if cell and cell.casefold() not in _TOTALS]
    found = [label for label in labels if label is not None]
    days = sum(label.day is not None for label in found)
    return bool(found) and len(found) == len(labels) and days in (0, len(found))


def _order(table: Table) -> str:
    across = (cell for _, cells in table.rows[:LOOKED_AT] for cell in cells)
    return slash_order([*across, *(cells[0] for _, cells in table.rows)])


def _header_place(table: Table, order: str) -> int | None:
    """The row that is the header: labels of one kind, and below it a side column of the other kind."""
    for place, (_, cells) in enumerate(table.rows[:LOOKED_AT]):
        if len(cells) > 1 and _is_header(cells, order) and place + 1 < len(table.rows):
            below = _label(table.rows[place + 1][1][0], order)
            first = _label_of_first(cells, order)
            if below is not None and (below.day is None) != (first.day is None):
                return place
    return None


@dataclass(frozen=True, slots=True)
class _Reader:
    table: Table
    complaints: Complaints
    across: dict[int, _Label]
    width: int
    down_are_days: bool
    order: str

    def read(self, row: Row) -> list[IntervalRow]:
        line, cells = row
        side = self._side(line, cells[0])
        if len(cells) > self.width and any(cells[self.width :]):
            self.complaints.add(line, "", f"has {len(cells)} fields below a header of {self.width}")
        if side is None:
            return []
        intervals = []
        for place, label in self.across.items():
            day, span = (side, label) if self.down_are_days else (label, side)
            volume = self._volume(line, cells, place)
            if day.day is not None and volume is not None:
                starts_at = day.day + timedelta(microseconds=span.from_us)
                intervals.append(IntervalRow(line, starts_at, span.length_us, volume))
        return intervals

    def _side(self, line: int, text: str) -> _Label | None:
        try:
            label = _day(text, self.order) if self.down_are_days else _span(text)
        except ValueError as error:
            self.complaints.add(line, "", str(error))
            return None
        if label is None:
            wanted = "a day such as 2026-03-14 or Mon" if self.down_are_days else "a time such as 08:30"
            self.complaints.add(line, "", f"the row begins with '{text}' instead of {wanted}")
        return label

    def _volume(self, line: int, cells: list[str], place: int) -> float | None:
        """None for a blank cell, which counts as an interval without a row."""
        title = f"column {place + 1}"
        try:
            value = parse_number(cells[place] if place < len(cells) else "", self.table.decimal_comma)
        except ValueError as error:
            self.complaints.add(line, title, str(error))
            return None
        if value < 0:
            self.complaints.add(line, title, f"{cells[place]} is negative")
        return None if value != value else value


def explain(table: Table) -> tuple[int, str] | None:
    """Line and sentence about what keeps a table from being a wide sheet; None when it does not look like
    one at all.
    """
    order = _order(table)
    for place, (line, cells) in enumerate(table.rows[:LOOKED_AT]):
        labels = [_label(cell, order) is not None for cell in cells[1:]]
        if sum(labels) >= max(1, len(labels) - 1) and _queues_beside(table.rows[place + 1 :], order):
            return line, ONE_QUEUE
        named = sum(_names_queue_and_day(cell, order) for cell in cells[1:])
        if named > 1 and 2 * named >= len(labels):
            return line, ONE_QUEUE
        wrong = [text for cell in cells[1:] if (text := _what_is_wrong(cell, order))]
        if wrong and 2 * len(wrong) >= len([cell for cell in cells[1:] if cell]):
            return line, wrong[0]
        if not _is_header(cells, order):
            continue
        if place + 1 == len(table.rows):
            return line, "there are no rows below the header"
        below, under = table.rows[place + 1]
        wanted = "a time such as 08:30" if _label_of_first(cells, order).day else "a day such as 2026-03-14"
        return below, _what_is_wrong(
            under[0], order
        ) or f"the row begins with '{under[0]}' instead of {wanted}"
    return None


def _queues_beside(rows: list[Row], order: str) -> bool:
    """The first column holds names and the second one what the first of a wide sheet holds."""
    beside = [cells[:2] for _, cells in rows if len(cells) > 2]
    return bool(beside) and all(
        not _label(name, order) and name[:1].isalpha() and _label(label, order) for name, label in beside
    )


def _names_queue_and_day(cell: str, order: str) -> bool:
    """``cards Mon`` or ``2026-03-02 cards``."""
    words = cell.split()
    if len(words) < 2 or _label(cell, order):
        return False
    ends = [_label(word, order) is not None for word in (words[0], words[-1])]
    return any(ends) and any(word[0].isalpha() and not _label(word, order) for word in words)


def _label_of_first(cells: list[str], order: str) -> _Label:
    return next(label for cell in cells[1:] if (label := _label(cell, order)) is not None)


def _what_is_wrong(text: str, order: str) -> str:
    """Why a cell that looks like a day is none; nothing for others (a bare number is a volume)."""
    try:
        _day(text, order)
    except ValueError as error:
        return "" if re.fullmatch(r"[\d\s.,'’]*\d", text) else str(error)
    return ""


def _recognises(table: Table) -> bool:
    return _header_place(table, _order(table)) is not None


def _open(table: Table, complaints: Complaints) -> Draft:
    """Volume is what the cells hold; take care that it is contacts offered. The layout has no queues."""
    order = _order(table)
    place = _header_place(table, order)
    if place is None:
        odd = next((cell for cell in table.first()[1:] if cell and not _label(cell, order)), table.first()[0])
        line, message = explain(table) or (
            table.rows[0][0],
            "no header of days (or times) above a first column of times (or days); the first cell that is "
            f"neither is '{odd}'",
        )
        raise complaints.fatal(line, "layout", message)
    header = table.rows[place][1]
    across = {
        number: label for number, cell in enumerate(header) if number and (label := _label(cell, order))
    }
    rows = [row for row in table.rows[place + 1 :] if row[1][0].casefold() not in _TOTALS]
    notes = []
    if place:
        notes.append(f"skipped {counted(place, 'line')} above the header")
    skipped = len(table.rows) - place - 1 - len(rows) + sum(cell.casefold() in _TOTALS for cell in header[1:])
    if skipped:
        notes.append(f"skipped {counted(skipped, 'line')} of totals")
    down_are_days = next(iter(across.values())).day is None
    again = any(_is_header(cells, order) for _, cells in rows) or len(set(across.values())) < len(across)
    if again:
        raise complaints.fatal(table.rows[place][0], "layout", ONE_QUEUE)
    reader = _Reader(table, complaints, across, len(header), down_are_days, order)
    weekdays = _weekdays(reader, rows, order)
    return Draft(rows=rows, read=reader.read, weekdays=weekdays, notes=notes)


def _weekdays(reader: _Reader, rows: list[Row], order: str) -> bool:
    """Whether days are weekdays; a complaint when both kinds occur."""
    down = [label for _, cells in rows if (label := _label(cells[0], order)) is not None]
    kinds = {label.weekday for label in (*reader.across.values(), *down) if label.day is not None}
    if len(kinds) > 1:
        raise reader.complaints.fatal(
            rows[0][0], "day", "dates and weekday names in one table; use one of them"
        )
    return kinds == {True}


WIDE = Layout(
    name="wide",
    says="a spreadsheet with days across and times down, or times across and days (dates or mon..sun) down",
    zone=None,
    handle_time="",
    recognises=_recognises,
    open=_open,
)
