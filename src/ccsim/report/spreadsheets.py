"""What a spreadsheet cannot open whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

MOST_LINES = 1_048_576  # of a sheet in Excel, the header included
CHUNK = 1 << 20


def too_long(folder: Path, files: Sequence[str]) -> str:
    """One line about the CSV files that have more rows than Excel opens; empty where there are none."""
    lines = {name: _lines(folder / name) for name in files if name.endswith(".csv")}
    long = [f"{name} has {count - 1:,} rows" for name, count in lines.items() if count > MOST_LINES]
    if not long:
        return ""
    return (
        f"{', '.join(long)}; Excel opens {MOST_LINES:,} lines: take --replications 1, or Parquet "
        "(--format parquet) and another tool"
    )


def _lines(file: Path) -> int:
    if file.stat().st_size < MOST_LINES:  # a line has a byte at least
        return 0
    with file.open("rb") as stream:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(CHUNK), b""))
