"""What a planner reads when a volume file is wrong: every problem, with its line and the way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ccsim.compiler.tables.volumes import read_volumes
from ccsim.errors import InputFileError
from ccsim.units import MINUTE

Written = Callable[..., Path]
HEADER = "interval_start,queue,offered,aht_s"


def told(path: Path, **choices: object) -> list[tuple[int, str, str]]:
    with pytest.raises(InputFileError) as caught:
        read_volumes(path, **choices)  # type: ignore[arg-type]
    assert all(problem.file == str(path) for problem in caught.value.problems)
    return [(problem.line, problem.path, problem.message) for problem in caught.value.problems]


def test_every_problem_at_once(written: Written) -> None:
    path = written(
        HEADER,
        "2026-03-02 08:00,cards,ten,300",
        "2026-02-30 08:00,cards,10,300",
        "2026-03-02 09:00,cards,-1,-2",
        "2026-03-02 10:00,cards,1",
        "2026-03-02 11:00,cards,1,2,3",
    )
    assert told(path) == [
        (2, "offered", "'ten' is not a number"),
        (3, "interval_start", "'2026-02-30' is not a date: day is out of range for month"),
        (4, "aht_s", "-2 is negative"),
        (4, "offered", "-1 is negative"),
        (5, "", "has 3 fields instead of 4"),
        (6, "", "has 5 fields instead of 4"),
    ]


def test_the_text_names_file_and_line(written: Written) -> None:
    path = written(HEADER, "2026-03-02 08:00,cards,ten,300")
    with pytest.raises(InputFileError) as caught:
        read_volumes(path)
    assert str(caught.value).splitlines() == [
        f"{path} has 1 problem",
        f"  {path} line 2  offered  'ten' is not a number",
    ]


def test_a_long_list_is_cut_but_kept(written: Written) -> None:
    path = written(HEADER, *(f"2026-03-02 08:00,cards,x{n},300" for n in range(332)))
    with pytest.raises(InputFileError) as caught:
        read_volumes(path)
    lines = str(caught.value).splitlines()
    assert lines == [
        f"{path} has 1 problem",
        f"  {path} line 2  offered  'x0' is not a number (and 331 more like it, the last on line 333)",
    ]


def test_a_list_of_many_kinds_is_cut_but_kept(written: Written) -> None:
    path = written("interval_start,offered", *(f"2026-03-02 08:00,{'x' * (n + 1)}" for n in range(5)))
    assert [line for line, _, _ in told(path)] == [2, 3, 4, 5, 6]
    columns = ",".join(f"2026-03-{n + 2:02d}" for n in range(25))
    path = written(
        f"t,{columns}", "08:00" + ",1" * 25, "late" + ",1" * 25, "09:00,n/a,-1,n/a,n/a,n/a,n/a,n/a"
    )
    assert told(path) == [
        (3, "", "the row begins with 'late' instead of a time such as 08:30"),
        (
            4,
            "column 2",
            "'n/a' is not a number; write 0 or leave it empty (and 5 more like it, the last on line 4)",
        ),
        (4, "column 3", "-1 is negative"),
    ]


def test_equal_problems_are_counted(written: Written) -> None:
    rows = [f"2026-03-02 {hour:02d}:00,cards,n/a,300" for hour in range(8, 18)]
    assert told(written(HEADER, *rows)) == [
        (2, "offered", "'n/a' is not a number; write 0 or leave it empty (10 rows, first on line 2)")
    ]


def test_problems_of_other_queues_do_not_matter(written: Written) -> None:
    path = written(HEADER, "2026-03-02 08:00,cards,10,300", "2026-03-02 08:00,loans,ten,300")
    assert read_volumes(path, queue="cards").volume.sum() == 10


def test_queues_that_are_not_there(written: Written) -> None:
    path = written(HEADER, "2026-03-02 08:00,cards,10,300", "2026-03-02 08:00,loans,1,300")
    assert told(path, queue="card") == [(0, "queue", "no queue 'card' in the file; did you mean cards?")]
    assert told(path, queue="xyz") == [(0, "queue", "no queue 'xyz' in the file; the file has cards, loans")]
    message = "the file has 2 queues (cards, loans); none is 'support'; say queue: NAME"
    assert told(path, default_queue="support") == [(0, "queue", message)]


def test_the_only_queue_serves_whatever_its_name(written: Written) -> None:
    path = written(HEADER, "2026-03-02 08:00,cards,10,300")
    volumes = read_volumes(path, default_queue="support")
    assert volumes.queue == "cards"
    assert "the file's only queue is 'cards'; used for 'support'" in volumes.notes
    assert told(path, queue="support")  # but one that is asked for must be there


def test_a_file_without_queues(written: Written) -> None:
    path = written("interval_start,offered", "2026-03-02 08:00,10")
    assert read_volumes(path, default_queue="support").queue == ""
    assert told(path, queue="support")[0][2].startswith("the file has no queues to choose 'support' from")


def test_duplicates_name_both_lines(written: Written) -> None:
    rows = ["2026-03-02 08:00,cards,1,", "2026-03-02 08:30,cards,1,", "2026-03-02 08:00,cards,2,"]
    assert told(written(HEADER, *rows)) == [(4, "interval", "2026-03-02 08:00 is already on line 2")]


def test_rows_off_the_grid(written: Written) -> None:
    rows = [f"2026-03-02 {hour:02d}:{minute:02d},cards,1," for hour in (8, 9, 10) for minute in (0, 30)]
    path = written(HEADER, *rows, "2026-03-02 11:07,cards,1,")
    assert told(path) == [(8, "interval", "starts at 11:07, which is off the 30m grid")]
    assert len(told(path, interval_us=60 * MINUTE)) == 4


def test_lengths_that_differ(written: Written) -> None:
    path = written(
        "Insurance,20210218 08:00,20210218 08:15,16,135.46,490.74",
        "Insurance,20210218 08:15,20210218 08:30,16,135.46,490.74",
        "Insurance,20210218 08:30,20210218 09:00,16,135.46,490.74",
        "Insurance,20210218 09:00,20210218 08:00,16,135.46,490.74",
    )
    assert told(path) == [(4, "end", "20210218 08:00 does not end an interval that starts at 20210218 09:00")]
    three = written(*path.read_text().splitlines()[:3])
    assert told(three) == [(3, "interval", "lasts 30m, but most rows last 15m")]
    two = written(*path.read_text().splitlines()[:2])
    assert told(two, interval_us=30 * MINUTE) == [(0, "interval", "the file's intervals last 15m, not 30m")]


def test_columns_that_are_missing(written: Written) -> None:
    path = written("interval_start,ofered", "2026-03-02 08:00,10")
    assert told(path, layout="tidy") == [(1, "offered", "there is no column offered; did you mean ofered?")]
    path = written("QueueName,Stamp", "cards,1")
    assert told(path, layout="amazon_connect") == [
        (
            1,
            "TimeStamp",
            "there is no column TimeStamp, nor IntervalDuration, nor IncomingContactVolume; the columns are "
            "QueueName, Stamp: rename the columns to TimeStamp, IntervalDuration, IncomingContactVolume",
        )
    ]


def test_handled_is_no_volume(written: Written) -> None:
    """Handled contacts leave out those who gave up; the reader does not take them for the offered ones."""
    path = written("interval_start,handled", "2026-03-02 08:00,10")
    assert told(path, layout="tidy")[0][:2] == (1, "offered")


def test_unknown_choices(written: Written) -> None:
    path = written(HEADER, "2026-03-02 08:00,cards,10,300")
    assert told(path, layout="amazon")[0][2].startswith("no layout 'amazon'")
    assert told(path, handle_time="sum") == [(0, "handle_time", "'sum' is neither mean nor total")]


def test_a_part_longer_than_the_whole(written: Written) -> None:
    path = written("interval_start,offered,aht_s,talk_s", "2026-03-02 08:00,10,300,400")
    assert told(path) == [(2, "talk_s", "is longer than the handle time 300")]


def test_amazon_lengths_and_calabrio_lengths(written: Written) -> None:
    header = "QueueName,TimeStamp,IntervalDuration,IncomingContactVolume"
    assert told(written(header, "cards,2026-03-02T08:00:00Z,20mins,1")) == [
        (2, "IntervalDuration", "unknown length '20mins'; write one of 15mins, 30mins, 60mins, daily")
    ]
    row = "7;20260302;08:00;47;claims;" + ";".join("0" * 16)
    assert told(written(row)) == [(1, "interval", "'7' is not a length in minutes such as 15, 30 or 60")]


def test_only_a_header_and_only_chats(written: Written) -> None:
    assert told(written(HEADER)) == [(1, "", "there are no rows below the header")]
    path = written("interval_start,channel,offered", "2026-03-02 08:00,chat,10")
    assert told(path) == [(0, "channel", "no voice rows (chat: 1 row)")]


def test_mistyped_years(written: Written) -> None:
    header = "interval_start,offered"
    assert told(written(header, "2026-03-02 08:00,1", "0206-03-02 09:00,1")) == [
        (3, "interval_start", "'0206-03-02 09:00' is not a date between 1972 and 2199")
    ]
    assert told(written(header, "2026-03-02 08:00,1", "2062-03-02 09:00,1")) == [
        (3, "interval", "2062-03-02 is more than ten years after 2026-03-02 on line 2")
    ]


def test_start_and_end_are_of_one_kind(written: Written) -> None:
    path = written(
        "Insurance,20210218 08:00,20210218 08:15,16,135.46,490.74",
        "Insurance,20210218 08:15Z,20210218 08:30,16,135.46,490.74",
    )
    assert told(path) == [(2, "end", "start and end must both name an offset from UTC, or neither")]
