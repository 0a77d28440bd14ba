"""How the volume of a day spreads over its hours: built-in shapes and shapes from a file."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ccsim.compiler.tables.complaints import Complaints
from ccsim.compiler.tables.dialect import Row, parse_number, read_table
from ccsim.compiler.tables.moments import parse_time_of_day
from ccsim.compiler.tables.sheet import Sheet, sheet_with_header
from ccsim.units import DAY, did_you_mean, format_time_of_day

Float64 = npt.NDArray[np.float64]
CELLS = 48

# Corners (fraction of the opening day, relative intensity) of curves that are straight between them, so that
# their integrals are exact and the same on every machine. [J]: drawn after the usual look of call volumes.
CORNERS: dict[str, tuple[tuple[float, float], ...]] = {
    "flat": ((0.0, 1.0), (1.0, 1.0)),
    # 08:00-18:00: climbs to the main peak at 10:30, dips at lunch (12:45), second peak at 14:30 (85 % of the
    # first), then falls off to a third at closing
    "two_peaks": (
        (0.0, 0.50), (0.10, 1.05), (0.20, 1.45), (0.25, 1.50), (0.30, 1.45), (0.40, 1.15), (0.475, 0.95),
        (0.55, 1.05), (0.65, 1.27), (0.70, 1.25), (0.80, 1.00), (0.90, 0.70), (1.0, 0.45),
    ),
    # 08:00-18:00: one peak at 9:30, then a long decline
    "morning": (
        (0.0, 1.00), (0.10, 1.75), (0.15, 1.85), (0.20, 1.80), (0.35, 1.35), (0.50, 1.00), (0.70, 0.70),
        (0.85, 0.50), (1.0, 0.35),
    ),
    # 08:00-18:00: quiet start, climbs all day to a peak at 16:30
    "evening": (
        (0.0, 0.35), (0.15, 0.50), (0.30, 0.70), (0.50, 1.00), (0.65, 1.35), (0.80, 1.80), (0.85, 1.85),
        (0.90, 1.75), (1.0, 1.00),
    ),
}  # fmt: skip
NAMES = {
    "from": ("start", "begin"),
    "to": ("end", "until"),
    "time": ("interval", "hour"),
    "share": ("weight", "percent"),
    "volume": ("offered", "calls", "contacts"),
}


def builtin_shape(name: str) -> Float64:
    """Shares of ``CELLS`` equal parts of the opening day, summing to 1. Raises ``ValueError``."""
    if name not in CORNERS:
        hint = did_you_mean(name, CORNERS) or f"; there is {', '.join(CORNERS)}"
        raise ValueError(f"no shape '{name}'{hint}")
    at, height = (np.array(values) for values in zip(*CORNERS[name], strict=True))
    area = np.concatenate(([0.0], np.cumsum(np.diff(at) * (height[1:] + height[:-1]) / 2)))
    edges = np.arange(CELLS + 1) / CELLS
    piece = np.clip(np.searchsorted(at, edges, side="right") - 1, 0, len(at) - 2)
    within = edges - at[piece]
    slope = (height[piece + 1] - height[piece]) / (at[piece + 1] - at[piece])
    until = area[piece] + within * (height[piece] + slope * within / 2)
    shares: Float64 = np.diff(until) / (until[-1] - until[0])
    return shares


def read_shape(path: Path) -> list[tuple[int, int, float]]:
    """(from, to, weight) of a day's parts, ascending, in microseconds since midnight; weights are relative.

    Columns ``from, to, share``, or ``time, share``, or ``time, volume``. A time without an end lasts until
    the next one, and the last one as long as the one before it. Raises ``InputFileError``.
    """
    table = read_table(path)
    complaints = Complaints(path)
    sheet = sheet_with_header(table, complaints, NAMES, [("from", "time"), ("share", "volume")])
    parts = [part for row in sheet.rows if (part := _part(sheet, row)) is not None]
    complaints.stop_if_any()
    if not parts:
        raise complaints.fatal(0, "", "the shape has no rows")
    parts.sort()
    closed = _closed(parts, complaints)
    if not sum(weight for _, _, weight in closed) > 0:
        complaints.add(0, "share", "the shares sum to nothing")
    complaints.stop_if_any()
    return closed


def _part(sheet: Sheet, row: Row) -> tuple[int, int, float, int] | None:
    """(from, to or 0, weight, line) of a row; None after a complaint."""
    weight = _weight(sheet, row)
    if sheet.has("from"):
        begins, ends = sheet.text(row, "from"), sheet.text(row, "to")
    else:
        begins, _, ends = sheet.text(row, "time").replace("–", "-").partition("-")
    try:
        start = parse_time_of_day(begins.strip())
        end = parse_time_of_day(ends.strip()) if ends.strip() else 0
    except ValueError as error:
        sheet.complaints.add(row[0], sheet.title("from" if sheet.has("from") else "time"), str(error))
        return None
    if ends.strip() and end <= start:
        end += DAY
    return start, end, weight, row[0]


def _weight(sheet: Sheet, row: Row) -> float:
    """The share (a percent sign may follow) or volume of a row; a blank is 0."""
    name = "share" if sheet.has("share") else "volume"
    text = sheet.text(row, name)
    try:
        value = parse_number(text.removesuffix("%").strip(), sheet.table.decimal_comma)
    except ValueError as error:
        sheet.complaints.add(row[0], sheet.title(name), str(error))
        return math.nan
    if value < 0:
        sheet.complaints.add(row[0], sheet.title(name), f"{text} is negative")
    return 0.0 if math.isnan(value) else value


def _closed(parts: list[tuple[int, int, float, int]], complaints: Complaints) -> list[tuple[int, int, float]]:
    """Parts with their ends, none over another."""
    closed: list[tuple[int, int, float]] = []
    for place, (start, end, weight, line) in enumerate(parts):
        following = parts[place + 1][0] if place + 1 < len(parts) else None
        if not end and following is not None:
            end = following
        elif not end:
            end = start + (closed[-1][1] - closed[-1][0]) if closed else DAY
        if (following is not None and following < end) or end <= start:
            message = f"{format_time_of_day(start)} to {format_time_of_day(end)} overlaps the next part"
            complaints.add(line, "time", message)
        closed.append((start, end, weight))
    return closed
