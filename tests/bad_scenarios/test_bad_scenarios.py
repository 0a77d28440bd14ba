"""Every bad scenario says exactly what its first comment lines expect: each place, path and message."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccsim.errors import ScenarioError
from ccsim.scenario import load

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.yaml"))


def expected_rows(path: Path) -> list[str]:
    marker = "# expect: "
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(marker) for line in lines if line.startswith(marker)]


def test_there_are_enough_of_them() -> None:
    assert len(FILES) >= 45


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_bad_scenario_says_what_is_wrong(path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    head, *rows = str(caught.value).splitlines()
    assert [" ".join(row.split()) for row in rows] == expected_rows(path)
    count = len(rows)
    assert head == f"{path} has {count} problem{'s' if count != 1 else ''}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_problems_come_in_the_order_of_the_file(path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    places = [(problem.line, problem.column) for problem in caught.value.problems]
    assert places == sorted(places)
    assert all(line > 0 for line, _ in places)
