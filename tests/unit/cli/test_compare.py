"""``ccsim compare``: a table, a sentence, the best, the front; and one JSON document."""

from __future__ import annotations

import json
import re
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
    from ccsim.experiments.planning.plan import load_plan
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
    assert any(line.startswith("With six instead of eight the service level falls by ") for line in lines)
    assert lines[-1].startswith("Sharing the luck made the variance")


def test_what_else_can_be_asked(cli: Cli, folder: Path) -> None:
    result = cli(
        "compare", folder, "--to", "nine", "--measure", "service_level,asa", "--by", "queue",
        "--multiple", "holm", "--best", "1%", "--pareto", COLUMNS="140",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "nine has the best service level" in result.stdout
    assert "1 of 3 are on the front of service level and average speed of answer" in result.stdout
    assert "six is dominated by nine, beyond doubt" in result.stdout
    header = result.stdout.splitlines()[1].split()
    assert header[:4] == ["case", "queue", "against", "metric"]
    assert header[-1] == "p"
    assert "true all at once (Holm)" in result.stdout.splitlines()[0]
    assert re.search(r"Ruled out after \d+ replications: .*six", result.stdout)


def test_every_pair_has_its_own_base(cli: Cli, folder: Path) -> None:
    text = cli("compare", folder, "--measure", "service_level", "--multiple", "tukey", COLUMNS="140").stdout
    assert text.splitlines()[0] == "desk: differences of all pairs, 95% intervals, true all at once (Tukey)"
    assert "With six instead of nine the service level falls by " in text


def test_one_json_document(cli: Cli, folder: Path) -> None:
    result = cli("compare", folder, "--json", "--multiple", "tukey", "--best", "1%", "--pareto")
    data = json.loads(result.stdout)
    assert (data["experiment"], data["to"], data["confidence"]) == ("desk", "eight", 0.95)
    assert data["cells"] == {"of": 36, "done": 36, "failed": 0, "left_out": []}
    assert data["differences"][0]["name"] == "nine"
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
        (["--best", "soon"], "--best: "),
        (["--measure", "asa", "--pareto"], "at least two measures"),
        (["--multiple", "scheffe"], "'scheffe' is not one of"),
    ],
)
def test_what_cannot_be_asked(cli: Cli, folder: Path, more: list[str], message: str) -> None:
    result = cli("compare", folder, *more)
    text = result.output + (str(result.exception) if result.exception else "")
    assert result.exit_code == 2
    assert message in text


def test_a_folder_without_results(cli: Cli, tmp_path: Path) -> None:
    assert cli("compare", tmp_path / "nowhere").exit_code == 2


GRID = """\
format: 1
name: grid
scenario: tiny.yaml
seed: 1
replications: 3
vary:
  agent_groups.desk.headcount: [7, 8, -1]
  queues.cards.talk.mean: [4m, 5m]
measure: [service_level]
"""


@pytest.fixture(scope="module")
def grid(folder: Path) -> Path:
    """A sweep in which two points fail, one was never played and one only in part."""
    from ccsim.experiments.planning.plan import load_plan
    from ccsim.experiments.sweep import run_plan

    room = folder.parent
    (room / "grid.yaml").write_text(GRID)
    run_plan(load_plan(room / "grid.yaml"), room / "grid")
    for part in (room / "grid" / "parts").iterdir():
        rows = [json.loads(line) for line in part.read_text().splitlines()]
        kept = [row for row in rows if row["point"] != 2 and (row["point"], row["replication"]) != (4, 2)]
        part.write_text("".join(json.dumps(row, separators=(",", ":")) + "\n" for row in kept))
    return room / "grid"


def test_points_are_named_by_what_varies(cli: Cli, grid: Path) -> None:
    lines = cli("compare", grid, COLUMNS="120").stdout.splitlines()
    assert "grid: differences to headcount 7, talk 4m, 95% intervals" in lines
    assert [line[:23] for line in lines if line.startswith("headcount 8")] == [
        "headcount 8, talk 4m  s", "headcount 8, talk 5m  s",
    ]  # fmt: skip
    assert any(line.startswith("With 8 instead of 7 agents (talk 4m) ") for line in lines)
    assert any(line.startswith("With headcount 8 instead of 7 and talk 5m instead of 4m") for line in lines)
    assert not any(":1" in line for line in lines)


def test_a_point_is_compared_with_by_its_name(cli: Cli, grid: Path) -> None:
    for name in ("headcount 8, talk 5m", "talk 5m, Headcount 8", "base:4"):
        text = cli("compare", grid, "--to", name, COLUMNS="120").stdout
        assert "grid: differences to headcount 8, talk 5m, 95% intervals" in text


def test_an_unfinished_sweep_says_so_first(cli: Cli, grid: Path) -> None:
    lines = cli("compare", grid, COLUMNS="120").stdout.splitlines()
    assert lines[0] == "This sweep is not finished: 8 of 18 cells are there, 6 failed."
    assert lines[1] == (
        "Left out, as nothing of it is there: headcount 7, talk 5m; headcount -1, talk 4m; "
        "headcount -1, talk 5m."
    )
    assert lines[2] == "Only partly there: headcount 8, talk 5m (2 of 3 replications)."
    assert lines[3].startswith("Failed: headcount -1, talk 4m: agent_groups.desk.headcount ")
    assert lines[4] == f"Go on with: ccsim resume {grid}"
    assert lines[5].startswith("An impossible value is not tried again: correct it in the experiment file")
    cells = json.loads(cli("compare", grid, "--json").stdout)["cells"]
    assert (cells["of"], cells["done"], cells["failed"]) == (18, 8, 6)
    assert cells["left_out"][0] == "headcount 7, talk 5m"


def test_results_of_an_unfinished_sweep_say_so_first(cli: Cli, grid: Path, tmp_path: Path) -> None:
    head = "This sweep is not finished: 8 of 18 cells are there, 6 failed."
    assert cli("results", grid).stdout.startswith(head + "\n")
    written = cli("results", grid, "--csv", tmp_path / "grid.csv")
    assert written.stderr.startswith(head)
    assert written.stdout == ""


def test_a_sweep_without_any_cell(cli: Cli, grid: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(grid, tmp_path / "empty")
    for part in (tmp_path / "empty" / "parts").iterdir():
        part.unlink()
    result = cli("compare", tmp_path / "empty")
    assert result.exit_code != 0
    assert "no cell of" in result.stderr
    assert "ccsim resume" in result.stderr
