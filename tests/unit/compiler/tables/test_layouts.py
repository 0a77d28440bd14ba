"""Every layout of planners' tools, with the rows that their documentation gives where it gives some."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ccsim.compiler.tables.layouts import LAYOUTS
from ccsim.compiler.tables.volumes import Volumes, read_volumes
from ccsim.errors import InputFileError
from ccsim.units import DAY, HOUR, MINUTE

Written = Callable[..., Path]

AMAZON = (
    "QueueName,QueueId,ChannelType,TimeStamp,IntervalDuration,"
    "IncomingContactVolume,AverageHandleTime,ContactsHandled"
)
GENESYS = (
    "Interval Start UTC Date,Queue,Media Type,Skill Set,Language,Offered,Interactions Handled,"
    "Total Handle Time (Seconds)"
)
QUEUE_ROW = (
    "15;20260302;{time};{queue};{name};{offered};3;1;0;{answered};40;60;{talk};{wrap_up};20;60;0;7;0;0;0"
)


def at(volumes: Volumes, day: int, time: int) -> tuple[Any, ...]:
    """Volume and means of one cell."""
    cell = day, time // volumes.interval_us
    means = (
        None if m is None else float(m[cell])
        for m in (volumes.handle_time_s, volumes.talk_s, volumes.wrap_up_s)
    )
    return (float(volumes.volume[cell]), *means)


def test_tidy_with_everything(written: Written) -> None:
    path = written(
        "interval_start,queue,channel,offered,handled,abandoned,aht_s,talk_s,acw_s",
        "2026-03-02 08:00,cards,voice,10,8,2,300,250,50",
        "2026-03-02 08:30,cards,voice,12,12,0,310,260,50",
        "2026-03-02 08:00,loans,voice,4,4,0,400,300,100",
    )
    volumes = read_volumes(path, default_queue="cards")
    assert (volumes.layout, volumes.queue, volumes.interval_us) == ("tidy", "cards", 30 * MINUTE)
    assert volumes.day == (date(2026, 3, 2),)
    assert volumes.volume.shape == (1, 48)
    assert volumes.volume.sum() == 22
    assert at(volumes, 0, 8 * HOUR + 30 * MINUTE) == (12, 310, 260, 50)
    assert volumes.rows_read == 2
    assert "2 queues in the file; used 'cards' (1 row of other queues skipped)" in volumes.notes


@pytest.mark.parametrize(
    ("header", "cells"),
    [("aht_s,talk_s", "300,250"), ("aht_s,acw_s", "300,50"), ("talk_s,wrap_up_s", "250,50")],
)
def test_two_handle_times_give_the_third(written: Written, header: str, cells: str) -> None:
    path = written(f"interval_start,offered,{header}", f"2026-03-02 08:00,10,{cells}")
    volumes = read_volumes(path, interval_us=HOUR)
    assert at(volumes, 0, 8 * HOUR) == (10, 300, 250, 50)


def test_tidy_with_date_and_time_columns_and_a_decimal_comma(written: Written) -> None:
    path = written(
        "Datum?;Date;Time;Calls;AHT", "x;02.03.2026;8:00-9:00;1.012,5;300,5", "x;02.03.2026;9:00;7;"
    )
    volumes = read_volumes(path)
    assert volumes.interval_us == HOUR
    assert at(volumes, 0, 8 * HOUR)[:2] == (1012.5, 300.5)
    assert np.isnan(at(volumes, 0, 9 * HOUR)[1])
    assert "numbers are written with a decimal comma" in volumes.notes
    assert "columns not used: Datum?" in volumes.notes


def test_handle_times_as_totals_or_means(written: Written) -> None:
    """Two languages of one hour: the mean of 2 contacts of 100 s and 8 of 200 s is 180 s, however it is
    written.
    """
    means = written(GENESYS, *(f"2026-03-02T08:00:00Z,cards,Voice,,{lang},{n},{n},{m}" for lang, n, m in
                               (("en", 2, 100), ("de", 8, 200))))  # fmt: skip
    as_means = read_volumes(means, handle_time="mean")
    assert at(as_means, 0, 8 * HOUR)[:2] == (10, 180)
    totals = written(GENESYS, *(f"2026-03-02T08:00:00Z,cards,Voice,,{lang},{n},{n},{n * m}" for lang, n, m in
                                (("en", 2, 100), ("de", 8, 200))))  # fmt: skip
    as_totals = read_volumes(totals)
    assert as_totals.layout == "genesys_cloud"
    assert at(as_totals, 0, 8 * HOUR)[:2] == (10, 180)
    assert "2 sets of skills and languages added up" in as_totals.notes


def test_genesys_divides_by_handled_and_keeps_offered(written: Written) -> None:
    """The row of the vendor's example: 16 offered, 6 handled in 4 s."""
    path = written(
        GENESYS,
        "2020-02-26T00:00:00Z,Example Queue A,Voice,forecasting|||scheduling|||recording,Spanish,16,6,4",
        "2020-02-26T00:15:00.000Z,Example Queue B,Chat,analytics,French,14,7,6",
    )
    volumes = read_volumes(path, queue="Example Queue A")
    assert volumes.interval_us == 15 * MINUTE
    assert volumes.volume[0, 0] == 16
    assert volumes.handle_time_s is not None
    assert volumes.handle_time_s[0, 0] == pytest.approx(4 / 6)
    assert any("skipped Chat: 1 row" in note for note in volumes.notes)


def test_amazon_connect(written: Written) -> None:
    path = written(
        AMAZON,
        "cards,ab-1,VOICE,2026-03-02T08:00:00Z,30mins,10,300,8",
        "cards,ab-1,CHAT,2026-03-02T08:00:00Z,30mins,99,900,9",
        "loans,ab-2,VOICE,2026-03-02T08:00:00Z,30mins,5,200,5",
        "cards,ab-1,VOICE,2026-03-02T09:00:00Z,30mins,12,,0",
    )
    by_id = read_volumes(path, queue="ab-1", center_zone="UTC")
    assert (by_id.layout, by_id.queue) == ("amazon_connect", "cards")
    assert at(by_id, 0, 8 * HOUR) == (10, 300, None, None)
    assert by_id.volume.sum() == 22
    assert by_id.handle_time_s is not None
    assert np.isnan(by_id.handle_time_s[0, 18])  # offered but never handled
    assert (
        "1 interval blank or without a row, the first on 2026-03-02 08:30: 0 contacts there" in by_id.warnings
    )
    local = read_volumes(path, queue="CARDS", center_zone="Europe/Berlin")  # case does not matter
    assert at(local, 0, 9 * HOUR)[0] == 10
    assert "times were converted to Europe/Berlin" in local.notes


def test_amazon_override_without_contacts_handled_and_daily(written: Written) -> None:
    path = written(
        AMAZON.rpartition(",")[0], *(f"cards,1,VOICE,2026-03-0{d}T00:00:00Z,daily,{d}00,300" for d in (2, 3))
    )
    volumes = read_volumes(path, center_zone="Europe/Berlin")
    assert volumes.daily
    assert volumes.interval_us == DAY
    assert volumes.day == (date(2026, 3, 2), date(2026, 3, 3))
    assert volumes.volume.tolist() == [[200], [300]]
    assert "days of UTC were taken for days of Europe/Berlin" in volumes.notes


def test_calabrio_queue(written: Written) -> None:
    rows = [
        QUEUE_ROW.format(
            time="08:00", queue=47, name="claims", offered=9, answered=8, talk=2400, wrap_up=400
        ),
        QUEUE_ROW.format(time="08:15", queue=47, name="claims", offered=5, answered=0, talk=120, wrap_up=0),
        QUEUE_ROW.format(time="08:00", queue=48, name="sales", offered=3, answered=3, talk=300, wrap_up=30),
    ]
    for lines in (rows, ["interval;date_from;time;queue", *rows], ["Export of 2 March", *rows]):
        volumes = read_volumes(written(*lines), default_queue="claims")
        assert volumes.layout == "calabrio_queue"
        assert at(volumes, 0, 8 * HOUR) == (9, 350, 300, 50)
        assert volumes.volume.sum() == 14
        assert "1 interval with handle time but nothing handled: that time is left out" in volumes.notes
        assert any("title" in note for note in volumes.notes) == (lines is not rows)
    assert read_volumes(written(*rows), queue="48").queue == "sales"


def test_calabrio_forecast_with_the_vendors_row(written: Written) -> None:
    path = written("Insurance,20210218 08:00,20210218 08:15,16,135.46,490.74,16.85")
    volumes = read_volumes(path)
    assert (volumes.layout, volumes.queue, volumes.interval_us) == (
        "calabrio_forecast",
        "Insurance",
        15 * MINUTE,
    )
    assert volumes.day == (date(2021, 2, 18),)
    assert at(volumes, 0, 8 * HOUR) == (16, pytest.approx(626.2), 135.46, 490.74)


def test_calabrio_forecast_may_leave_agents_out(written: Written) -> None:
    path = written(
        "Insurance,20210218 08:00,20210218 08:15,16,135.46,490.74,16.85",
        "Insurance,20210218 08:15,20210218 08:30,18,135.46,490.74",
    )
    assert read_volumes(path).volume.sum() == 34


def test_verint_with_the_vendors_row(written: Written) -> None:
    volumes = read_volumes(written("BillingQueue, 1-2-2018, 521, 242", "BillingQueue, 1-4-2018, 498, 250"))
    assert (volumes.layout, volumes.queue) == ("verint", "BillingQueue")
    assert volumes.daily
    assert volumes.day == (date(2018, 1, 2), date(2018, 1, 3), date(2018, 1, 4))
    assert volumes.volume[:, 0].tolist() == [521, 0, 498]
    assert volumes.handle_time_s is not None
    assert volumes.handle_time_s[0, 0] == 242
    assert "no rows for 2018-01-03: 0 contacts there" in volumes.notes


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_the_interval_is_found(written: Written, minutes: int) -> None:
    rows = [f"2026-03-02 {m // 60:02d}:{m % 60:02d},1" for m in range(480, 960, minutes)]
    volumes = read_volumes(written("interval_start,offered", *rows))
    assert volumes.interval_us == minutes * MINUTE
    assert volumes.volume.sum() == len(rows)


def test_daily_rows_are_found(written: Written) -> None:
    volumes = read_volumes(written("date,offered", "2026-03-02,500", "2026-03-03,510"))
    assert volumes.daily
    assert volumes.volume.tolist() == [[500], [510]]


def test_blank_volumes_are_counted(written: Written) -> None:
    volumes = read_volumes(written("interval_start,offered", "2026-03-02 08:00,", "2026-03-02 09:00,4"))
    assert volumes.volume.sum() == 4
    assert volumes.warnings == ("1 row with a blank volume, the first on line 2: 0 contacts there",)


def test_every_layout_describes_itself_when_none_fits(written: Written) -> None:
    with pytest.raises(
        InputFileError, match="not recognised; the first line has 2 fields: apples, pears"
    ) as caught:
        read_volumes(written("apples,pears", "1,2"))
    for name in LAYOUTS:
        assert f"{name}: " in str(caught.value)


def test_rows_by_date() -> None:
    one = np.ones((2, 1))
    dates = Volumes("tidy", "", DAY, (date(2026, 3, 2), date(2026, 3, 3)), one, None, None, None, (), (), 2)
    assert [dates.row(date(2026, 3, d)) for d in (1, 2, 3, 4)] == [None, 0, 1, None]
    week = Volumes("wide", "", DAY, (), one, None, None, None, (), (), 2, weekday=(0, 5))
    assert [week.row(date(2026, 3, d)) for d in (2, 3, 7)] == [0, None, 1]


def test_weekends_that_the_file_never_has_are_no_warning(written: Written) -> None:
    days = ["2026-03-05", "2026-03-06", "2026-03-09", "2026-03-12"]
    volumes = read_volumes(written("date,offered", *(f"{day},500" for day in days)))
    named = "2026-03-07, 2026-03-08, 2026-03-10, 2026-03-11"
    assert f"no rows for {named}: 0 contacts there" in volumes.notes
    assert volumes.warnings == ()


def test_times_that_no_interval_fits_are_said(written: Written) -> None:
    """08:20 for 08:30 fits a grid of 20 minutes, two thirds full."""
    rows = [f"2026-03-02 {hour:02d}:{minute},5" for hour in range(8, 18) for minute in ("00", "20")]
    volumes = read_volumes(written("interval_start,offered", *rows))
    assert volumes.warnings == (
        "9 intervals blank or without a row, the first on 2026-03-02 08:40: 0 contacts there",
        "the times 08:00, 08:20, 09:00, 09:20 and 16 more fit intervals of 20m at most, but no time ends in "
        ":40: correct the times, or say interval",
    )
    hours = read_volumes(written("interval_start,offered", *rows[::2]))
    assert hours.warnings == ()


@pytest.mark.parametrize(
    "header", ["Datum;Uhrzeit;Warteschlange;Anrufe;AHT", "date;time;queue;volume;handle_time"]
)
def test_other_names_of_columns(written: Written, header: str) -> None:
    volumes = read_volumes(
        written(header, "Mo 02.03.2026;08:00;cards;10;300", "02.03.2026;08:30;cards;5;200")
    )
    assert (volumes.layout, volumes.queue) == ("tidy", "cards")
    assert at(volumes, 0, 8 * HOUR)[:2] == (10, 300)
