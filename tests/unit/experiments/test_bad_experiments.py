"""Each file of tests/bad_experiments gives the messages in its first lines, and no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ccsim

FOLDER = Path(__file__).resolve().parents[2] / "bad_experiments"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_bad_experiment_is_refused_in_its_words(path: Path) -> None:
    expected = re.findall(r"^# expect: (.*)$", path.read_text("utf-8"), re.MULTILINE)
    with pytest.raises(ccsim.ScenarioError) as caught:
        ccsim.load_plan(path)
    said = [re.sub(r"\s+", " ", line).strip() for line in str(caught.value).splitlines()[1:]]
    assert expected
    for message in expected:
        assert any(message in line for line in said), said
    assert len(said) == len(expected), said
    assert all(problem.line for problem in caught.value.problems)
