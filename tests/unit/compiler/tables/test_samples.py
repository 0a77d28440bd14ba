"""The sample files that ship with the scenarios: as their script makes them, and readable."""

from __future__ import annotations

import runpy
from datetime import date
from pathlib import Path

import pytest

from ccsim.compiler.tables.roster import read_roster
from ccsim.compiler.tables.volumes import read_volumes

ROOT = Path(__file__).resolve().parents[4]
FILES = (
    "volumes/amazon_connect.csv",
    "volumes/calabrio_forecast.csv",
    "volumes/calabrio_queue.csv",
    "rosters/desk.csv",
    "volumes/billing.csv",
    "volumes/cards.csv",
    "volumes/chat.csv",
)


def test_the_script_makes_the_files_again(tmp_path: Path) -> None:
    runpy.run_path(str(ROOT / "experiments" / "make_sample_volumes.py"))["main"](tmp_path)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (ROOT / "scenarios" / name).read_bytes(), name


def test_the_amazon_week_has_a_repeated_hour() -> None:
    path = ROOT / "scenarios" / "volumes" / "amazon_connect.csv"
    volumes = read_volumes(path, default_queue="breakdown", center_zone="Europe/Berlin")
    assert volumes.day[0] == date(2026, 10, 19)
    assert volumes.volume.shape == (7, 48)
    assert volumes.rows_read == 7 * 48 + 2
    assert "the repeated hour of 2026-10-25 02:00 was added up" in volumes.notes


@pytest.mark.parametrize(
    ("name", "layout", "queue"),
    [
        ("calabrio_forecast.csv", "calabrio_forecast", "Insurance"),
        ("calabrio_queue.csv", "calabrio_queue", "claims"),
    ],
)
def test_the_calabrio_weeks(name: str, layout: str, queue: str) -> None:
    volumes = read_volumes(ROOT / "scenarios" / "volumes" / name, default_queue=queue.lower())
    assert (volumes.layout, volumes.queue) == (layout, queue)
    assert volumes.volume.shape == (6, 96)
    assert volumes.rows_read == 5 * 40 + 20
    assert volumes.talk_s is not None
    assert volumes.wrap_up_s is not None


def test_the_roster_has_nothing_to_complain_of() -> None:
    roster = read_roster(ROOT / "scenarios" / "rosters" / "desk.csv", start=date(2026, 3, 2), days=5)
    assert len(roster.agents) == 14
    assert roster.notes == ()
    assert {row.activity for row in roster.rows} == {"work", "break", "lunch", "training", "meeting", "off"}
