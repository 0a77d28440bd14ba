"""Zones, and the two days of the year that do not have 24 hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ccsim.compiler.tables.volumes import read_volumes
from ccsim.errors import InputFileError
from ccsim.units import HOUR, MINUTE

Written = Callable[..., Path]
BERLIN = "Europe/Berlin"


def day_in_utc(day: date, minutes: int) -> list[str]:
    """One row per interval of a local day in UTC, each with 1 contact more than the one before."""
    zone = ZoneInfo(BERLIN)
    at = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    following = day + timedelta(days=1)
    end = datetime(following.year, following.month, following.day, tzinfo=zone).astimezone(UTC)
    rows: list[str] = []
    while at < end:
        rows.append(f"{at:%Y-%m-%dT%H:%M:%SZ},{len(rows) + 1},{100 * (len(rows) + 1)}")
        at += timedelta(minutes=minutes)
    return rows


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_forward(written: Written, minutes: int) -> None:
    """29 March 2026 has 23 hours; 02:00 to 03:00 stays empty and nothing is lost."""
    rows = day_in_utc(date(2026, 3, 29), minutes)
    per_hour = 60 // minutes
    volumes = read_volumes(written("interval_start,offered,aht_s", *rows), center_zone=BERLIN)
    assert len(rows) == 23 * per_hour
    assert volumes.day == (date(2026, 3, 29),)
    assert volumes.volume.shape == (1, 24 * per_hour)
    assert volumes.volume[0, 2 * per_hour : 3 * per_hour].tolist() == [0] * per_hour
    expected = np.arange(1, len(rows) + 1)
    assert np.delete(volumes.volume[0], np.s_[2 * per_hour : 3 * per_hour]).tolist() == expected.tolist()
    assert not any(
        "without a row" in warning for warning in volumes.warnings
    )  # the hour is not missing: it was not there


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_back(written: Written, minutes: int) -> None:
    """25 October 2026 has 25 hours; the repeated hour is added up and its means weigh contacts."""
    rows = day_in_utc(date(2026, 10, 25), minutes)
    per_hour = 60 // minutes
    volumes = read_volumes(written("interval_start,offered,aht_s", *rows), center_zone=BERLIN)
    assert len(rows) == 25 * per_hour
    n = np.arange(1.0, len(rows) + 1)
    first, again = n[2 * per_hour : 3 * per_hour], n[3 * per_hour : 4 * per_hour]
    cells = slice(2 * per_hour, 3 * per_hour)
    assert volumes.volume[0, cells].tolist() == (first + again).tolist()
    assert volumes.volume.sum() == n.sum()
    assert volumes.handle_time_s is not None
    weighted = 100 * (first**2 + again**2) / (first + again)
    assert volumes.handle_time_s[0, cells] == pytest.approx(weighted)
    assert "the repeated hour of 2026-10-25 02:00 was added up" in volumes.notes


def test_a_repeated_hour_in_local_time(written: Written) -> None:
    """Without offsets the file cannot say which row came first; both are the same hour of the wall clock."""
    rows = ["2026-10-25 01:00,1", "2026-10-25 02:00,2", "2026-10-25 02:00,3", "2026-10-25 03:00,4"]
    volumes = read_volumes(written("interval_start,offered", *rows), center_zone=BERLIN)
    assert volumes.volume[0, 1:4].tolist() == [1, 5, 4]
    assert "the repeated hour of 2026-10-25 02:00 was added up" in volumes.notes


def test_a_third_row_of_a_repeated_hour_is_a_duplicate(written: Written) -> None:
    rows = ["2026-10-25 02:00,2", "2026-10-25 02:00,3", "2026-10-25 02:00,4", "2026-10-25 03:00,4"]
    with pytest.raises(InputFileError) as caught:
        read_volumes(written("interval_start,offered", *rows), center_zone=BERLIN)
    assert [(p.line, p.message) for p in caught.value.problems] == [
        (4, "2026-10-25 02:00 is already on line 2")
    ]


def test_a_repeated_hour_without_a_zone_is_a_duplicate(written: Written) -> None:
    rows = ["2026-10-25 02:00,2", "2026-10-25 02:00,3"]
    with pytest.raises(InputFileError, match="2026-10-25 02:00 is already on line 2"):
        read_volumes(written("interval_start,offered", *rows))


def test_a_repeated_hour_of_another_zone(written: Written) -> None:
    """Berlin's repeated hour is two hours in a row where clocks never change."""
    rows = ["2026-10-25 01:00,1", "2026-10-25 02:00,2", "2026-10-25 02:00,3", "2026-10-25 03:00,4"]
    volumes = read_volumes(
        written("interval_start,offered", *rows), file_zone=BERLIN, center_zone="Africa/Abidjan"
    )
    assert volumes.day == (date(2026, 10, 24), date(2026, 10, 25))
    assert volumes.volume[0, 23] == 1
    assert volumes.volume[1, :3].tolist() == [2, 3, 4]


def test_the_skipped_hour_in_local_time_keeps_its_contacts(written: Written) -> None:
    rows = ["2026-03-29 01:00,1", "2026-03-29 02:00,2", "2026-03-29 03:00,4"]
    volumes = read_volumes(written("interval_start,offered", *rows), center_zone=BERLIN)
    assert volumes.volume.sum() == 7
    assert any("2026-03-29 02:00 does not exist in Europe/Berlin" in note for note in volumes.notes)


def test_an_offset_off_the_grid_cuts_intervals(written: Written) -> None:
    """Full hours in UTC are half hours in Kolkata: half of the contacts on either side, the same means."""
    rows = ["2026-03-02T02:00Z,10,300", "2026-03-02T03:00Z,20,200"]
    volumes = read_volumes(written("interval_start,offered,aht_s", *rows), center_zone="Asia/Kolkata")
    assert volumes.interval_us == 30 * MINUTE
    assert volumes.volume[0, 15:19].tolist() == [5, 5, 10, 10]
    assert volumes.handle_time_s is not None
    assert volumes.handle_time_s[0, 15:19].tolist() == [300, 300, 200, 200]
    assert any("cut into 30m" in note for note in volumes.notes)


def test_offsets_without_a_zone_of_the_center_stay_as_written(written: Written) -> None:
    rows = ["2026-03-02T08:00:00+01:00,10", "2026-03-02T09:00:00+01:00,20"]
    volumes = read_volumes(written("interval_start,offered", *rows))
    assert volumes.volume[0, 8:10].tolist() == [10, 20]
    assert any("time.zone" in note for note in volumes.notes)


def test_a_stated_zone_and_a_stated_local(written: Written) -> None:
    path = written("interval_start,offered", "2026-03-02 08:00,10", "2026-03-02 09:00,20")
    utc = read_volumes(path, file_zone="UTC", center_zone="America/New_York")
    assert utc.volume[0, 8 * HOUR // utc.interval_us - 5] == 10
    local = read_volumes(path, file_zone="local", center_zone="America/New_York")
    assert local.volume[0, 8] == 10


def test_days_that_a_converted_file_covers_in_part_are_said(written: Written) -> None:
    rows = [f"2026-03-{day:02d}T{hour:02d}:00Z,1" for day in (2, 3) for hour in range(24)]
    volumes = read_volumes(written("interval_start,offered", *rows), center_zone=BERLIN)
    assert len(volumes.day) == 3
    assert "the file begins at 2026-03-02 01:00" in volumes.notes
    assert "the file ends at 2026-03-04 01:00" in volumes.notes


def test_unknown_zones(written: Written) -> None:
    path = written("interval_start,offered", "2026-03-02 08:00,10")
    with pytest.raises(InputFileError) as caught:
        read_volumes(path, file_zone="Europe/Berln", center_zone="../etc")
    assert [p.message.split(";")[0] for p in caught.value.problems] == [
        "unknown time zone 'Europe/Berln'",
        "unknown time zone '../etc'",
    ]
