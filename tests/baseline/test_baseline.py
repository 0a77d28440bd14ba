"""Shipped scenarios give what they gave: digests to the bit, and a small table to read a difference in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.baseline.renew import FOLDER, SCENARIOS, baseline


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_shipped_scenarios_give_what_they_gave(path: Path) -> None:
    kept = json.loads((FOLDER / f"{path.stem}.json").read_text())
    now = baseline(path)
    assert now["metrics"] == kept["metrics"]
    assert now["digests"] == kept["digests"]


def test_no_baseline_outlives_its_scenario() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {path.stem for path in SCENARIOS}
