"""Encodings, delimiters, decimal marks, Parquet."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ccsim.compiler.tables.dialect import parse_number, read_table, sniff_delimiter
from ccsim.errors import InputFileError

Written = Callable[..., Path]


@pytest.mark.parametrize(
    ("lines", "delimiter"),
    [
        (["a,b,c", "1,2,3"], ","),
        (["a;b;c", "1;2;3"], ";"),
        (["a\tb", "1\t2"], "\t"),
        (["a|b", "1|2"], "|"),
        (["day;calls;aht", "02.03.2026;12,5;300,1", "03.03.2026;13,5;310,2"], ";"),
        (["08:00;12,5;13,5", "08:30;14,5;15,5"], ";"),  # no header, as many commas as semicolons
        (["agent,skills", 'ann,"billing:0.9;tech:0.4"', 'bob,"billing:1;tech:0.2"'], ","),
        (["queue,skills,offered", "a,x|||y|||z,1", "a,x|||y|||z,2"], ","),
        (["Queue statistics", "15;20260302;08:00", "15;20260302;08:15"], ";"),  # a title above
        (["only", "one", "column"], ","),
    ],
)
def test_the_delimiter_is_found(lines: list[str], delimiter: str) -> None:
    assert sniff_delimiter("\n".join(lines)) == delimiter


@pytest.mark.parametrize(
    ("text", "decimal_comma", "value"),
    [
        ("12", False, 12.0),
        ("12.5", False, 12.5),
        ("1,234", False, 1234.0),
        ("1,234.5", False, 1234.5),
        ("1.234,5", False, 1234.5),
        ("1.234.567", False, 1234567.0),
        ("1 234,5", True, 1234.5),
        ("1\u00a0234", False, 1234.0),
        ("1'234.5", False, 1234.5),
        ("12,5", True, 12.5),
        ("1,234", True, 1.234),
        ("1.234", True, 1234.0),
        ("1.234", False, 1.234),
        ("0.125", True, 0.125),  # nobody groups thousands behind a zero
        ("12.5", True, 12.5),
        ("1.5e3", False, 1500.0),
        ("-3", False, -3.0),
    ],
)
def test_numbers(text: str, decimal_comma: bool, value: float) -> None:
    assert parse_number(text, decimal_comma) == value


@pytest.mark.parametrize("blank", ["", "-", "–"])
def test_blanks_are_not_numbers(blank: str) -> None:
    assert math.isnan(parse_number(blank))


@pytest.mark.parametrize("text", ["n/a", "NULL", "#N/A", "nan"])
def test_words_for_nothing_are_no_zero(text: str) -> None:
    with pytest.raises(ValueError, match=f"'{text}' is not a number; write 0 or leave it empty"):
        parse_number(text)


@pytest.mark.parametrize("start", [b"PK\x03\x04\x14", b"\xd0\xcf\x11\xe0\xa1"])
def test_a_workbook_is_recognised_whatever_it_is_called(written: Written, start: bytes) -> None:
    with pytest.raises(InputFileError, match="this is an Excel workbook; save the sheet as CSV UTF-8"):
        read_table(written(data=start + bytes(100)))


@pytest.mark.parametrize(
    "text", ["abc", "1,23,4", "12.34.5", "nan", "inf", "1;2", "12 calls", "0x10", "1_000"]
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        parse_number(text)


@pytest.mark.parametrize(
    ("lines", "decimal_comma"),
    [
        (["a;b", "1;12,5"], True),
        (["a;b", "1;1,234"], True),  # a semicolon speaks for the comma
        (["a;b", "1.5;1,234"], False),
        (["a;b", "1.234,5;2"], True),
        (["a,b", '1,"1,234"'], False),  # thousands
        (["a,b", '1,"12,5"'], True),
        (["a,b", "1,2.5"], False),
    ],
)
def test_the_decimal_mark_is_found(written: Written, lines: list[str], decimal_comma: bool) -> None:
    assert read_table(written(*lines)).decimal_comma is decimal_comma


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(written: Written) -> None:
    table = read_table(written(data=b"\xef\xbb\xbfqueue,offered\r\ncards, 3 \r\n\r\nloans,4\r\n"))
    assert table.rows == [(1, ["queue", "offered"]), (2, ["cards", "3"]), (4, ["loans", "4"])]


def test_the_delimiter_that_a_spreadsheet_names(written: Written) -> None:
    table = read_table(written("sep=;", "a;b", "1;2"))
    assert table.rows == [(2, ["a", "b"]), (3, ["1", "2"])]


def test_line_numbers_hold_behind_a_quoted_line_break(written: Written) -> None:
    table = read_table(written("a,b", '"two', 'lines",1', "x,2"))
    assert [line for line, _ in table.rows] == [1, 2, 4]


def test_a_bad_byte_is_named_with_its_line(written: Written) -> None:
    path = written(data="queue,offered\ncards,1\nMünchen,2\n".encode("latin-1"))
    with pytest.raises(InputFileError, match="0xFC is not UTF-8") as caught:
        read_table(path)
    assert caught.value.problems[0].line == 3


def test_utf_16_is_named(written: Written) -> None:
    with pytest.raises(InputFileError, match="UTF-16"):
        read_table(written(data="a\tb\n".encode("utf-16")))


def test_no_file_and_an_empty_file(written: Written, tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="no such file"):
        read_table(tmp_path / "nowhere.csv")
    with pytest.raises(InputFileError, match="empty"):
        read_table(written("", "  "))


def test_parquet_reads_like_text(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet as parquet

    at = datetime(2026, 3, 2, 8, 0, 0, 250_000, tzinfo=UTC)
    table = arrow.table(
        {
            "at": arrow.array([at, None], arrow.timestamp("ns", "Europe/Berlin")),
            "queue": ["cards", None],
            "talk_s": [12.5, None],
        }
    )
    parquet.write_table(table, tmp_path / "trace.parquet")
    rows = read_table(tmp_path / "trace.parquet").rows
    assert rows[0] == (0, ["at", "queue", "talk_s"])
    assert datetime.fromisoformat(rows[1][1][0]) == at
    assert rows[1][1][1:] == ["cards", "12.5"]
    assert rows[2] == (2, ["", "", ""])


def test_a_broken_parquet_file_is_a_problem_of_the_file(written: Written) -> None:
    pytest.importorskip("pyarrow")
    with pytest.raises(InputFileError, match="not readable as Parquet"):
        read_table(written("no parquet", name="trace.parquet"))
