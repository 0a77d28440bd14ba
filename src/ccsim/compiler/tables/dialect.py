"""How a CSV file is written: encoding, delimiter, decimal mark; and Parquet seen as such a table.

Numbers are read by these rules, in this order:

1. Spaces (also the no-break kinds) and apostrophes between digits group thousands and are dropped.
2. With both ``.`` and ``,`` in a number, the last one is the decimal mark: ``1.234,5`` and ``1,234.5`` are
   1234.5.
3. A mark that comes more than once groups thousands: ``1.234.567``.
4. A single ``.`` is a decimal point and a single ``,`` followed by three digits groups thousands, unless
   the file writes a decimal comma; then a single ``,`` is the decimal mark and ``.`` before three digits
   groups.

A file writes a decimal comma when one of its cells can only be read that way (``12,5``, ``0,125`` or
``1.234,5``), or when its delimiter is not a comma, it has cells like ``1,234``, and none with a decimal
point.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ccsim.compiler.tables.complaints import Complaints

Row = tuple[int, list[str]]  # line number in the file, cells without surrounding blanks

DELIMITERS = "\t;|,"  # in order of trust: a comma is also a decimal mark and turns up in text
BLANKS = frozenset({"", "-", "–"})
NOTHING = frozenset({"n/a", "na", "#n/a", "nan", "null", "none", "#ref!", "#div/0!"})  # not known, or not 0?
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how .xlsx and .xls begin, whatever the file is called

_GROUPING = re.compile(r"(?<=\d)[ \u00a0\u202f\u2009'’](?=\d)")
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_GROUPED_BY_COMMA = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")
_GROUPED_BY_POINT = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d*)?")
_COMMA_DECIMAL = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
_POINT_DECIMAL = re.compile(r"[+-]?\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Table:
    """Every line of a file that is not blank, the header included, as text."""

    path: Path
    delimiter: str  # "" for Parquet
    decimal_comma: bool
    rows: list[Row]

    def first(self) -> list[str]:
        return self.rows[0][1]


def read_table(path: Path) -> Table:
    """Read a CSV (or, by its ending, Parquet) file whole. Raises ``InputFileError``."""
    complaints = Complaints(path)
    if not path.is_file():
        raise complaints.fatal(0, "", "there is no such file")
    if path.suffix.lower() in {".parquet", ".pq"}:
        table = Table(path, "", False, list(_parquet_rows(path, complaints)))
    else:
        table = _read_csv(path, complaints)
    if not table.rows:
        raise complaints.fatal(0, "", "the file is empty")
    return table


def _read_csv(path: Path, complaints: Complaints) -> Table:
    data = path.read_bytes()
    if data.startswith(WORKBOOKS):
        raise complaints.fatal(0, "", "this is an Excel workbook; save the sheet as CSV UTF-8")
    text = _decode(data, complaints)
    lines_before = 0
    told = re.match(r"sep=(.)\r?\n", text)  # what Excel writes to tell itself the delimiter
    if told:
        text, lines_before = text[told.end() :], 1
    delimiter = told.group(1) if told else sniff_delimiter(text)
    rows = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                rows.append((line + lines_before, stripped))
            line = reader.line_num + 1
    except csv.Error as error:
        raise complaints.fatal(line + lines_before, "", f"not readable as CSV: {error}") from error
    return Table(path, delimiter, _writes_decimal_comma(rows, delimiter), rows)


def _decode(data: bytes, complaints: Complaints) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise complaints.fatal(1, "", "the file is UTF-16 ('Unicode text'); save it as 'CSV UTF-8'")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02X} is not UTF-8; save the file as 'CSV UTF-8'"
        raise complaints.fatal(line, "", message) from error


def sniff_delimiter(text: str) -> str:
    """The delimiter of a CSV text, from the numbers of fields that its first lines would have.

    A delimiter fits when four lines of five have the same number of fields, more than one. First choice is
    one that fits with the first line too; then one that fits the lines after a title; then the one that
    cuts most.
    """
    sample = [line for line in text[:20_000].splitlines()[:60] if line.strip()]
    most_fields: dict[str, int] = {}
    for after_title in (False, True):
        for delimiter in DELIMITERS:
            counts = [len(cells) for cells in csv.reader(sample, delimiter=delimiter)][after_title:]
            if not counts:
                continue
            fields, lines = Counter(counts).most_common(1)[0]
            most_fields.setdefault(delimiter, max(counts))
            fits = fields > 1 and lines >= 0.8 * len(counts)
            if fits and (after_title or counts[0] == fields):
                return delimiter
    return max(reversed(DELIMITERS), key=lambda delimiter: most_fields.get(delimiter, 0))


def _writes_decimal_comma(rows: list[Row], delimiter: str) -> bool:
    perhaps = False
    has_point = False
    for _, cells in rows:
        for cell in cells:
            if "," not in cell:
                has_point = has_point or (perhaps and _POINT_DECIMAL.fullmatch(cell) is not None)
                continue
            number = _GROUPING.sub("", cell)
            if _GROUPED_BY_POINT.fullmatch(number) and "." in number:
                return True
            if _COMMA_DECIMAL.fullmatch(number):
                if not _GROUPED_BY_COMMA.fullmatch(number):
                    return True
                perhaps = perhaps or delimiter != ","
    if perhaps and not has_point:
        return not any(_POINT_DECIMAL.fullmatch(cell) for _, cells in rows for cell in cells)
    return False


def parse_number(text: str, decimal_comma: bool = False) -> float:
    """The number in a cell by the rules of this module; nan for a blank. Raises ``ValueError``."""
    if _PLAIN.fullmatch(text) and not (decimal_comma and "." in text):
        return float(text)
    if text.casefold() in BLANKS:
        return math.nan
    if text.casefold() in NOTHING:
        raise ValueError(f"'{text}' is not a number; write 0 or leave it empty")
    number = _GROUPING.sub("", text)
    points, commas = number.count("."), number.count(",")
    if points and commas:
        comma_groups = number.rfind(",") < number.rfind(".")
    elif points:
        comma_groups = not (points > 1 or (decimal_comma and _GROUPED_BY_POINT.fullmatch(number)))
    else:
        comma_groups = commas > 1 or (not decimal_comma and _GROUPED_BY_COMMA.fullmatch(number) is not None)
    plain = _ungrouped(number, ",", ".") if comma_groups else _ungrouped(number, ".", ",")
    if plain is None:
        raise ValueError(f"'{text}' is not a number")
    return float(plain)


def _ungrouped(number: str, group: str, decimal: str) -> str | None:
    """The number with its grouping marks gone and a decimal point, or None when it is not written so."""
    grouped = _GROUPED_BY_COMMA if group == "," else _GROUPED_BY_POINT
    if group in number:
        if not grouped.fullmatch(number):
            return None
        number = number.replace(group, "")
    plain = number.replace(decimal, ".")
    return plain if _PLAIN.fullmatch(plain) else None


def _parquet_rows(path: Path, complaints: Complaints) -> Iterator[Row]:
    """A Parquet file as text: the column names as line 0, then the rows counted from 1."""
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError as error:
        message = "reading Parquet needs pyarrow: pip install 'ccsim[results]', or save the table as CSV"
        raise complaints.fatal(0, "", message) from error
    try:
        table: Any = parquet.read_table(path)
    except (arrow.ArrowException, OSError) as error:
        raise complaints.fatal(0, "", f"not readable as Parquet: {error}") from error
    yield 0, list(table.column_names)
    columns = [_as_text(column) for column in table.columns]
    yield from ((line, list(cells)) for line, cells in enumerate(zip(*columns, strict=True), start=1))


def _as_text(column: Any) -> Iterable[str]:
    import pyarrow as arrow

    kind = column.type
    if arrow.types.is_timestamp(kind):  # nanoseconds do not fit Python's datetime; a zone becomes UTC
        column = column.cast(arrow.timestamp("us", "UTC" if kind.tz else None), safe=False)
        return ["" if value is None else value.isoformat() for value in column.to_pylist()]
    return ["" if value is None else str(value) for value in column.to_pylist()]
