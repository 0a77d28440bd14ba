"""Recorded arrivals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ccsim.compiler.tables.trace import read_trace
from ccsim.errors import InputFileError
from ccsim.units import DAY, HOUR, SECOND

Written = Callable[..., Path]
START = date(2026, 3, 2)


def told(path: Path, **choices: object) -> list[tuple[int, str]]:
    with pytest.raises(InputFileError) as caught:
        read_trace(path, start=START, days=1, **choices)  # type: ignore[arg-type]
    return [(problem.line, problem.message) for problem in caught.value.problems]


def test_fractions_ties_and_order(written: Written) -> None:
    path = written(
        "arrived_at,talk_s,wrap_up_s",
        "2026-03-02T08:00:01,30,1",
        "2026-03-02T08:00:00.000001,20,2.5",
        "2026-03-02T08:00:01,10,",
    )
    trace = read_trace(path, start=START, days=1)
    eight = 8 * HOUR
    assert trace.arrived_at.tolist() == [eight + 1, eight + SECOND, eight + SECOND]
    assert trace.talk is not None
    assert trace.wrap_up is not None
    assert trace.talk.tolist() == [20 * SECOND, 30 * SECOND, 10 * SECOND]  # the tie keeps the file's order
    assert trace.wrap_up.tolist() == [2_500_000, SECOND, -1]
    assert trace.notes == ("the file was not in the order of arrival: sorted",)


def test_the_horizon(written: Written) -> None:
    path = written(
        "arrived_at", "2026-03-01T23:59:59.9", "2026-03-02", "2026-03-03T23:59:59", "2026-03-04T00:00:00"
    )
    trace = read_trace(path, start=START, days=2)
    assert trace.arrived_at.tolist() == [0, 2 * DAY - SECOND]
    assert trace.notes == ("2 contacts of 4 outside the simulated days skipped",)
    assert trace.talk is None
    nothing = read_trace(path, start=date(2030, 1, 1), days=1)
    assert nothing.arrived_at.tolist() == []
    assert nothing.warnings == (
        "4 contacts of 4 outside the simulated days skipped",
        "no contact falls into the simulated days",
    )


def test_queues(written: Written) -> None:
    path = written("arrived_at;queue;line", "2026-03-02 08:00;cards;A", "2026-03-02 09:00;loans;B")
    assert read_trace(path, start=START, days=1, queue="loans").arrived_at.tolist() == [9 * HOUR]
    assert read_trace(path, start=START, days=1, default_queue="cards").arrived_at.tolist() == [8 * HOUR]
    assert read_trace(path, start=START, days=1, queue_column="line", queue="B").arrived_at.tolist() == [
        9 * HOUR
    ]
    assert told(path, queue="card") == [(0, "no queue 'card' in the file; did you mean cards?")]
    assert told(path)[0][1].startswith("the file has 2 queues (cards, loans)")
    assert told(path, queue_column="lines") == [(1, "there is no column lines; did you mean line?")]
    no_queues = written("arrived_at", "2026-03-02 08:00")
    assert read_trace(no_queues, start=START, days=1, default_queue="cards").arrived_at.tolist() == [8 * HOUR]
    assert told(no_queues, queue="cards")[0][1].startswith("the file has no column 'queue'")


def test_other_columns_of_arrival(written: Written) -> None:
    named = written("call_start,x", "2026-03-02 08:00,1")
    assert read_trace(named, start=START, days=1, arrived_at="call_start").arrived_at.tolist() == [8 * HOUR]
    parts = written("date,time,handle_time_s", "02.03.2026,08:00:00.5,90")
    trace = read_trace(parts, start=START, days=1)
    assert trace.arrived_at.tolist() == [8 * HOUR + 500_000]
    assert trace.talk is not None
    assert trace.wrap_up is not None
    assert trace.talk.tolist() == [90 * SECOND]
    assert trace.wrap_up.tolist() == [0]
    assert told(written("date,x", "2026-03-02,1")) == [
        (1, "there is no column arrived_at, nor time beside date")
    ]
    assert told(written("arived_at", "2026-03-02")) == [
        (1, "there is no column arrived_at or date; did you mean arived_at?")
    ]


@pytest.mark.parametrize(
    ("header", "cells", "wrap_up"),
    [
        ("talk_s", "60", None),
        ("talk_s,wrap_up_s", "60,30", 30),
        ("handle_time_s,wrap_up_s", "90,30", 30),
        ("handle_time_s,talk_s", "90,60", 30),
    ],
)
def test_handle_times(written: Written, header: str, cells: str, wrap_up: int | None) -> None:
    trace = read_trace(written(f"arrived_at,{header}", f"2026-03-02 08:00,{cells}"), start=START, days=1)
    assert trace.talk is not None
    assert trace.talk.tolist() == [60 * SECOND]
    assert (None if trace.wrap_up is None else trace.wrap_up.tolist()) == (wrap_up and [wrap_up * SECOND])


def test_recorded_and_drawn(written: Written) -> None:
    with_times = written("arrived_at,talk_s", "2026-03-02 08:00,60", name="with.csv")
    assert read_trace(with_times, start=START, days=1, handle_times="drawn").talk is None
    assert read_trace(with_times, start=START, days=1, handle_times="recorded").talk is not None
    without = written("arrived_at", "2026-03-02 08:00")
    assert told(without, handle_times="recorded") == [
        (0, "recorded ones need a column talk_s or handle_time_s")
    ]
    assert told(without, handle_times="guessed") == [(0, "'guessed' is neither recorded nor drawn")]


def test_every_problem_at_once(written: Written) -> None:
    path = written(
        "arrived_at,handle_time_s,talk_s",
        "yesterday,60,30",
        "2026-03-02 08:00,30,60",
        "2026-03-02 08:00,-5,",
        "2026-03-02 08:00,abc,1",
        "2026-03-02 08:00",
    )
    assert told(path) == [
        (2, "'yesterday' is not a date; write it as 2026-03-14"),
        (3, "is shorter than its parts"),
        (4, "-5 is negative"),
        (5, "'abc' is not a number"),
        (6, "has 1 field instead of 3"),
    ]


def test_zones(written: Written) -> None:
    """Both passages of the repeated hour lie on one hour of the wall clock."""
    path = written("arrived_at", "2026-10-25T00:30:00Z", "2026-10-25T01:15:00Z")
    trace = read_trace(path, start=date(2026, 10, 25), days=1, center_zone="Europe/Berlin")
    assert trace.arrived_at.tolist() == [2 * HOUR + HOUR // 4, 2 * HOUR + HOUR // 2]
    naive = written("arrived_at", "2026-03-02 08:00", name="naive.csv")
    moved = read_trace(naive, start=START, days=1, file_zone="UTC", center_zone="Europe/Berlin")
    assert moved.arrived_at.tolist() == [9 * HOUR]


def test_parquet(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet as parquet

    stamps = [datetime(2026, 3, 2, 8, 0, 0, 1, tzinfo=UTC), datetime(2026, 3, 2, 7, tzinfo=UTC)]
    for kind in (arrow.timestamp("us", "UTC"), arrow.timestamp("ns", "Asia/Tokyo")):
        table = arrow.table({"arrived_at": arrow.array(stamps, kind), "talk_s": [1.5, None]})
        parquet.write_table(table, tmp_path / "trace.parquet")
        trace = read_trace(tmp_path / "trace.parquet", start=START, days=1, center_zone="Europe/Berlin")
        assert trace.arrived_at.tolist() == [8 * HOUR, 9 * HOUR + 1]
        assert trace.talk is not None
        assert trace.talk.tolist() == [-1, 1_500_000]
