"""A table with named columns, and reading one cell of it: what cannot be read becomes a complaint."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from ccsim.compiler.tables.complaints import Complaints, counted, listed
from ccsim.compiler.tables.dialect import Row, Table, parse_number
from ccsim.compiler.tables.moments import parse_date, parse_moment, parse_time_of_day, slash_order
from ccsim.units import did_you_mean

_RANGE_END = re.compile(r"\s*[-–]\s*\d{1,2}:.*$")

Names = Mapping[str, Sequence[str]]  # our name of a column -> other names that files give it


def plain_name(text: str) -> str:
    """A header cell without case, blanks and brackets: ``Time (Seconds)`` -> ``time_seconds``."""
    return re.sub(r"[^0-9a-z]+", "_", text.casefold()).strip("_")


def match_columns(header: Sequence[str], names: Names) -> dict[str, int]:
    """Our name -> position of the columns that the header has, whatever case and synonym it uses."""
    there = {plain_name(cell): place for place, cell in reversed(list(enumerate(header)))}
    found = {}
    for name, synonyms in names.items():
        place = next((there[plain_name(n)] for n in (name, *synonyms) if plain_name(n) in there), None)
        if place is not None:
            found[name] = place
    return found


class Sheet:
    """Rows below a header (or without one) whose cells are asked for by column name.

    A row has ``width`` fields, and perhaps up to ``spare`` more; others are complained of and left out.

    ``place``: column name -> position. ``title``: column name -> as the file spells it, for messages. A
    cell of a column that the file does not have is blank.
    """

    def __init__(
        self,
        table: Table,
        complaints: Complaints,
        rows: list[Row],
        place: Mapping[str, int],
        width: int,
        spare: int,
        title: Mapping[str, str],
    ) -> None:
        self.table = table
        self.complaints = complaints
        self.place = place
        self.width = width
        self._most = width + spare
        self.rows = [row for row in rows if self._has_its_fields(row)]
        self._title = title
        self._order: str | None = None

    def has(self, name: str) -> bool:
        return name in self.place

    def title(self, name: str) -> str:
        return self._title.get(name, name)

    def text(self, row: Row, name: str) -> str:
        place = self.place.get(name)
        return "" if place is None or place >= len(row[1]) else row[1][place]

    def number(self, row: Row, name: str, *, blank: float = math.nan) -> float:
        """A number that is not negative; ``blank`` for a blank cell; nan after a complaint."""
        text = self.text(row, name)
        if not text:
            return blank
        try:
            value = parse_number(text, self.table.decimal_comma)
        except ValueError as error:
            self.complaints.add(row[0], self.title(name), str(error))
            return math.nan
        if value < 0 or math.isinf(value):
            self.complaints.add(
                row[0], self.title(name), f"{text} is negative" if value < 0 else f"{text} is too large"
            )
            return math.nan
        return blank if math.isnan(value) else value

    def moment(self, row: Row, name: str) -> datetime | None:
        try:
            text = self.text(row, name)
            return parse_moment(text, "" if text[:4].isdecimal() else self._order_of_dates(name))
        except ValueError as error:
            self.complaints.add(row[0], self.title(name), str(error))
            return None

    def day(self, row: Row, name: str, order: str | None = None) -> date | None:
        try:
            return parse_date(self.text(row, name), self._order_of_dates(name) if order is None else order)
        except ValueError as error:
            self.complaints.add(row[0], self.title(name), str(error))
            return None

    def time(self, row: Row, name: str) -> int | None:
        """Microseconds since midnight; of a range such as ``08:00-08:30``, its start."""
        try:
            return parse_time_of_day(_RANGE_END.sub("", self.text(row, name)))
        except ValueError as error:
            self.complaints.add(row[0], self.title(name), str(error))
            return None

    def _order_of_dates(self, name: str) -> str:
        if self._order is None:
            self._order = slash_order(self.text(row, name) for row in self.rows)
        return self._order

    def _has_its_fields(self, row: Row) -> bool:
        line, cells = row
        if len(cells) == self.width:
            return True
        if len(cells) < self.width:
            self.complaints.add(line, "", f"has {counted(len(cells), 'field')} instead of {self.width}")
            return False
        if any(cells[self._most :]):
            self.complaints.add(line, "", f"has {len(cells)} fields instead of {self.width}")
            return False
        return True


def sheet_with_header(
    table: Table, complaints: Complaints, names: Names, needed: Sequence[str | tuple[str, ...]]
) -> Sheet:
    """The sheet below the first row. ``needed``: columns that must be there; of a tuple, one is enough.

    Raises ``InputFileError`` that names the missing columns and what the header has instead.
    """
    line, header = table.rows[0]
    place = match_columns(header, names)
    choices_of = [(need,) if isinstance(need, str) else need for need in needed]
    missing = [choices for choices in choices_of if not any(choice in place for choice in choices)]
    if missing:
        raise complaints.fatal(line, missing[0][0], _missing(missing, header, place, names))
    if len(table.rows) == 1:
        raise complaints.fatal(line, "", "there are no rows below the header")
    width = max((position + 1 for position, cell in enumerate(header) if cell), default=0)
    title = {name: header[position] for name, position in place.items()}
    return Sheet(table, complaints, table.rows[1:], place, width, 0, title)


def _missing(
    missing: Sequence[tuple[str, ...]], header: Sequence[str], place: Mapping[str, int], names: Names
) -> str:
    """Which columns are missing, under all the names they may have, and which are there instead."""
    unused = [cell for position, cell in enumerate(header) if cell and position not in place.values()]
    hint = did_you_mean(missing[0][0], unused) if len(missing) == 1 else ""
    if hint:
        return f"there is no column {' or '.join(missing[0])}{hint}"
    wanted = []
    for choices in missing:
        synonyms = [synonym for choice in choices for synonym in names.get(choice, ())]
        wanted.append(" or ".join(choices) + (f" (also {listed(synonyms, 5)})" if synonyms else ""))
    columns = listed([cell for cell in header if cell], 12)
    names_to_use = ", ".join(choices[0] for choices in missing)
    return (
        f"there is no column {', nor '.join(wanted)}; the columns are {columns}: "
        f"rename the columns to {names_to_use}"
    )


def sheet_without_header(
    table: Table, complaints: Complaints, rows: list[Row], names: Sequence[str], optional: int = 0
) -> Sheet:
    """The sheet of a file whose fields come in a fixed order; the last ``optional`` names may be left out."""
    place = {name: position for position, name in enumerate(names)}
    return Sheet(table, complaints, rows, place, len(names) - optional, optional, {})
