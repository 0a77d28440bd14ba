from __future__ import annotations

from pathlib import Path

from ccsim.report.spreadsheets import MOST_LINES, too_long


def test_a_file_with_more_lines_than_a_sheet_is_named(tmp_path: Path) -> None:
    (tmp_path / "full.csv").write_bytes(b"a\n" * MOST_LINES)
    (tmp_path / "long.csv").write_bytes(b"a\n" * (MOST_LINES + 1))
    (tmp_path / "long.parquet").write_bytes(b"a\n" * (MOST_LINES + 1))
    files = ["full.csv", "long.csv", "long.parquet"]
    text = too_long(tmp_path, files)
    assert text.startswith("long.csv has 1,048,576 rows; Excel opens 1,048,576 lines")
    assert "--replications 1" in text
    assert "full" not in text
    assert "parquet has" not in text
    assert too_long(tmp_path, ["full.csv"]) == ""
