"""``ccsim compare``: a table, a sentence, the best, the front; and one JSON document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import TINY, Cli

EXPERIMENT = """\
format: 1
name: desk
scenario: tiny.yaml
seed: 1
replications: 12
cases:
  eight: {}
  nine: {agent_groups.desk.headcount: 9}
  six: {agent_groups.desk.headcount: 6}
measure: [service_level, asa, offered]
by: [queue]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from ccsim.experiments.plan import load_plan
    from ccsim.experiments.sweep import run_plan

    room = tmp_path_factory.mktemp("compare")
    (room / "tiny.yaml").write_text(TINY)
    (room / "desk.yaml").write_text(EXPERIMENT)
    run_plan(load_plan(room / "desk.yaml"), room / "desk")
    return room / "desk"


def test_a_table_and_a_sentence_for_an_email(cli: Cli, folder: Path) -> None:
    result = cli("compare", folder, "--measure", "service_level", COLUMNS="120")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "desk: differences to eight, 95% intervals"
    assert lines[1].split()[:4] == ["case", "metric", "base", "value"]
    assert [line.split()[0] for line in lines[3:5]] == ["nine", "six"]
    assert any(line.startswith("Compared with eight, six lowers the service level from") for line in lines)
    assert lines[-1].startswith("Sharing the luck made the variance")


def test_what_else_can_be_asked(cli: Cli, folder: Path) -> None:
    result = cli(
        "compare", folder, "--to", "nine", "--measure", "service_level,asa", "--by", "queue",
        "--multiple", "holm", "--best", "1%", "--pareto", COLUMNS="140",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "nine has the best service level" in result.stdout
    assert "1 of 3 cases are on the front of service level and average speed of answer" in result.stdout
    assert "six is dominated by nine, beyond doubt" in result.stdout
    header = result.stdout.splitlines()[1].split()
    assert header[:4] == ["case", "against", "queue", "metric"]
    assert header[-1] == "p"


def test_one_json_document(cli: Cli, folder: Path) -> None:
    result = cli("compare", folder, "--json", "--multiple", "tukey", "--best", "1%", "--pareto")
    data = json.loads(result.stdout)
    assert (data["experiment"], data["to"], data["confidence"]) == ("desk", "eight", 0.95)
    pairs = {(row["case"], row["to"]) for row in data["differences"]}
    assert pairs == {("nine", "eight:1"), ("six", "eight:1"), ("six", "nine:1")}
    same = [row for row in data["differences"] if row["metric"] == "offered"]
    assert all(row["difference"] == 0 and row["variance_saved"] is None for row in same)
    assert data["best"]["best"] == "nine"
    assert len(data["sentences"]) == len(data["differences"]) + 1
    assert [row["efficient"] for row in data["front"]] == [False, True, False]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--to", "nien"], "did you mean nine?"),
        (["--measure", "asaa"], "did not measure 'asaa'; did you mean asa?"),
        (["--by", "hour"], "say --by queue"),
        (["--best", "soon"], "within: "),
        (["--measure", "asa", "--pareto"], "at least two measures"),
        (["--multiple", "scheffe"], "'scheffe' is not one of"),
    ],
)
def test_what_cannot_be_asked(cli: Cli, folder: Path, more: list[str], message: str) -> None:
    result = cli("compare", folder, *more)
    text = result.output + (str(result.exception) if result.exception else "")
    assert result.exit_code != 0
    assert message in text


def test_a_folder_without_results(cli: Cli, tmp_path: Path) -> None:
    assert cli("compare", tmp_path / "nowhere").exit_code != 0
